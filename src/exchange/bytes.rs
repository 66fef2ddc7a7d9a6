//! The bytes of a file or of standard input, and the text that they represent, as a stream: nothing here contains more
//! than a few times 64 KiB.

use std::{
    io::{self, Read},
    path::Path,
};

use encoding_rs::{Decoder, DecoderResult};

use super::{
    charset::Charset,
    regular::{self, Origin},
};

/// How much of a file is looked at before it is read.
pub const HEAD: usize = 64 * 1024;

/// Why a source cannot be read at all.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// A directory where a file was meant.
    #[error("{0} is a folder")]
    Folder(String),
    /// The system says no.
    #[error("cannot read {0}: {1}")]
    Io(String, #[source] io::Error),
}

/// A source that was opened and whose first 64 KiB were read.
pub struct Input {
    name: String,
    size: Option<u64>,
    head: Vec<u8>,
    whole: bool,
    rest: Box<dyn Read + Send>,
}

impl Input {
    /// Opens a file, or standard input for `-`.
    ///
    /// # Errors
    /// Where it is a folder or cannot be read.
    pub fn open(path: &Path) -> Result<Input, OpenError> {
        if path.as_os_str() == "-" {
            return Input::new("-", None, Box::new(io::stdin()));
        }
        let name = path.display().to_string();
        let io = |e| OpenError::Io(name.clone(), e);
        let file = regular::open(path, Origin::Named).map_err(io)?;
        let about = file.metadata().map_err(io)?;
        if about.is_dir() {
            return Err(OpenError::Folder(name));
        }
        Input::new(&name, about.is_file().then_some(about.len()), Box::new(file))
    }

    /// Reads from anything.
    ///
    /// # Errors
    /// Where the first bytes cannot be read.
    pub fn new(name: &str, size: Option<u64>, mut rest: Box<dyn Read + Send>) -> Result<Input, OpenError> {
        let mut head = Vec::new();
        let limit = u64::try_from(HEAD).unwrap_or(u64::MAX);
        rest.by_ref().take(limit).read_to_end(&mut head).map_err(|e| OpenError::Io(name.to_owned(), e))?;
        let whole = head.len() < HEAD;
        Ok(Input { name: name.to_owned(), size, head, whole, rest })
    }

    /// The name to say in messages: the path as given, `-` for standard input.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its bytes in all, where that is known before reading.
    pub fn size(&self) -> Option<u64> {
        if self.whole { u64::try_from(self.head.len()).ok() } else { self.size }
    }

    /// Its first bytes, at most [`HEAD`].
    pub fn head(&self) -> &[u8] {
        &self.head
    }

    /// What its first bytes say about its encoding.
    pub fn charset(&self) -> Charset {
        Charset::sniff(&self.head, self.whole)
    }

    /// The first bytes as text, what is broken in them replaced.
    pub fn head_text(&self) -> String {
        let charset = self.charset();
        let body = self.head.get(charset.mark..).unwrap_or_default();
        charset.encoding.decode_without_bom_handling(body).0.into_owned()
    }

    /// All its bytes as they are.
    pub fn into_bytes(self) -> impl Read + Send {
        io::Cursor::new(self.head).chain(self.rest)
    }

    /// Its text as UTF-8, in the encoding given or the one that its first bytes show.
    pub fn into_text(self, charset: Option<Charset>) -> Text {
        let charset = charset.unwrap_or_else(|| self.charset());
        Text {
            source: Box::new(self.into_bytes()),
            charset,
            decoder: None,
            to_skip: charset.mark,
            raw: vec![0; HEAD],
            out: Vec::new(),
            at: 0,
            read: 0,
            replaced: 0,
            done: false,
        }
    }
}

/// A stream of UTF-8, whatever the encoding of the source. Invalid bytes become U+FFFD and are counted.
pub struct Text {
    source: Box<dyn Read + Send>,
    charset: Charset,
    decoder: Option<Decoder>,
    to_skip: usize,
    raw: Vec<u8>,
    out: Vec<u8>,
    at: usize,
    read: u64,
    replaced: u64,
    done: bool,
}

impl Text {
    /// The encoding in use. A source of ASCII alone counts as UTF-8.
    pub fn charset(&self) -> Charset {
        self.charset
    }

    /// Bytes read of the source so far: for progress.
    pub fn bytes_read(&self) -> u64 {
        self.read
    }

    /// How many broken sequences were replaced so far.
    pub fn replaced(&self) -> u64 {
        self.replaced
    }

    fn fill(&mut self) -> io::Result<()> {
        self.out.clear();
        self.at = 0;
        let mut raw = std::mem::take(&mut self.raw);
        let n = loop {
            match self.source.read(&mut raw) {
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                other => break other,
            }
        };
        if let Ok(n) = n {
            self.read += u64::try_from(n).unwrap_or(0);
            self.done = n == 0;
            let chunk = raw.get(..n).unwrap_or_default();
            let skipped = self.to_skip.min(chunk.len());
            self.to_skip -= skipped;
            self.decode(chunk.get(skipped..).unwrap_or_default());
        }
        self.raw = raw;
        n.map(|_| ())
    }

    fn decode(&mut self, chunk: &[u8]) {
        if self.charset.undecided {
            if chunk.is_ascii() {
                self.out.extend_from_slice(chunk);
                return;
            }
            // The first byte that is not ASCII comes late: what follows it decides.
            let from = chunk.iter().position(|b| !b.is_ascii()).unwrap_or(0);
            let evidence = chunk.get(from.saturating_sub(64)..).unwrap_or(chunk);
            self.charset = Charset { mark: 0, undecided: false, ..Charset::sniff(evidence, false) };
        }
        let charset = self.charset;
        let decoder = self.decoder.get_or_insert_with(|| charset.encoding.new_decoder_without_bom_handling());
        let mut rest = chunk;
        loop {
            let start = self.out.len();
            let room = decoder.max_utf8_buffer_length_without_replacement(rest.len()).unwrap_or(4 * HEAD);
            self.out.resize(start + room.max(16), 0);
            let free = self.out.get_mut(start..).unwrap_or_default();
            let (result, read, written) = decoder.decode_to_utf8_without_replacement(rest, free, self.done);
            self.out.truncate(start + written);
            rest = rest.get(read..).unwrap_or_default();
            match result {
                DecoderResult::InputEmpty => return,
                DecoderResult::OutputFull => {}
                DecoderResult::Malformed(..) => {
                    self.replaced += 1;
                    self.out.extend_from_slice("\u{fffd}".as_bytes());
                }
            }
        }
    }
}

impl Read for Text {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        while self.at >= self.out.len() && !self.done {
            self.fill()?;
        }
        let mut rest = self.out.get(self.at..).unwrap_or_default();
        let n = rest.read(buf)?;
        self.at += n;
        Ok(n)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn text(bytes: &[u8]) -> (String, u64) {
        let input = Input::new("t", None, Box::new(io::Cursor::new(bytes.to_vec()))).unwrap();
        let mut text = input.into_text(None);
        let mut out = String::new();
        text.read_to_string(&mut out).unwrap();
        (out, text.replaced())
    }

    #[test]
    fn every_encoding_comes_out_as_the_same_text() {
        let wanted = "Name,Stadt\r\nJörg Müller,Köln\r\nRené,Genève\r\n".repeat(5000);
        let utf16 = |le: bool, mark: bool| -> Vec<u8> {
            let units = mark.then_some(0xfeff).into_iter().chain(wanted.encode_utf16());
            units.flat_map(|u| if le { u.to_le_bytes() } else { u.to_be_bytes() }).collect()
        };
        assert_eq!(text(wanted.as_bytes()), (wanted.clone(), 0));
        assert_eq!(text(format!("\u{feff}{wanted}").as_bytes()), (wanted.clone(), 0));
        for (le, mark) in [(true, true), (false, true), (true, false), (false, false)] {
            assert_eq!(text(&utf16(le, mark)), (wanted.clone(), 0));
        }
        let (latin, _, _) = encoding_rs::WINDOWS_1252.encode(&wanted);
        assert_eq!(text(&latin), (wanted.clone(), 0));
    }

    #[test]
    fn broken_bytes_are_replaced_and_counted() {
        let mut bytes = "é".repeat(100).into_bytes();
        bytes.extend(b"a\xffb\xfec");
        let (out, replaced) = text(&bytes);
        assert!(out.ends_with("éa\u{fffd}b\u{fffd}c"));
        assert_eq!(replaced, 2);
        let (out, replaced) = text(b"\xef\xbb\xbfcut \xc3");
        assert_eq!((out.as_str(), replaced), ("cut \u{fffd}", 1));
    }

    #[test]
    fn an_umlaut_far_behind_the_head_still_decides_the_encoding() {
        let mut latin = "plain,ascii\n".repeat(10_000).into_bytes();
        let utf8 = [latin.as_slice(), "Jörg,Köln\n".as_bytes()].concat();
        latin.extend(b"J\xf6rg M\xfcller,K\xf6ln\nRen\xe9,Gen\xe8ve\n");
        assert!(text(&latin).0.ends_with("Jörg Müller,Köln\nRené,Genève\n"));
        assert!(text(&utf8).0.ends_with("Jörg,Köln\n"));
    }

    #[test]
    fn a_folder_says_that_it_is_one() {
        let dir = tempfile::tempdir().unwrap();
        assert!(matches!(Input::open(dir.path()), Err(OpenError::Folder(_))));
        assert!(matches!(Input::open(&dir.path().join("none")), Err(OpenError::Io(..))));
    }

    proptest! {
        #[test]
        fn any_bytes_become_text(bytes in prop::collection::vec(any::<u8>(), 0..2000)) {
            let (out, _) = text(&bytes);
            prop_assert!(out.len() <= 3 * bytes.len() + 3);
        }
    }
}
