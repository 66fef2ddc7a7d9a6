//! The cards of files, one after another.

use std::{
    io::{self, BufRead, BufReader},
    path::PathBuf,
};

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use super::{
    Version,
    lines::{Line, Lines},
    property::Property,
};
use crate::exchange::{
    bytes::Input,
    regular::{self, Origin},
    reject::Reject,
};

/// The most properties of a card.
const MOST: usize = 2_000;

/// The most bytes of a card.
const LARGEST: usize = 1 << 20;

/// The bytes of a card that a reject shows.
const SHOWN: usize = 4 * 1024;

/// A card.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Card {
    /// The line that it begins on.
    pub line: u64,
    /// The name of its file, where that is one of a folder.
    pub file: String,
    /// Its version.
    pub version: Version,
    /// Its properties in their order.
    pub properties: Vec<Property>,
    /// What is wrong with it.
    pub flaws: Vec<String>,
}

impl Card {
    /// Its text as far as a reject shows it.
    pub fn shown(&self) -> String {
        let mut out = format!("BEGIN:VCARD\nVERSION:{}\n", self.version.word());
        for p in &self.properties {
            let line = p.line();
            if out.len() + line.len() > SHOWN {
                out.push_str("…\n");
                break;
            }
            out.push_str(&line);
            out.push('\n');
        }
        out.push_str("END:VCARD");
        out
    }
}

type Source = Lines<Box<dyn BufRead + Send>>;

/// The cards of a file, or of the files of a folder.
pub struct Cards {
    /// The files to come, the next one last.
    files: Vec<PathBuf>,
    /// The name of the file that is read, where that is one of several.
    file: String,
    source: Option<Source>,
    otherwise: &'static Encoding,
    done: u64,
}

impl Cards {
    /// Of an opened file.
    pub fn of(input: Input) -> Cards {
        let mut out =
            Cards { files: Vec::new(), file: String::new(), source: None, otherwise: WINDOWS_1252, done: 0 };
        out.open(input);
        out
    }

    /// Of files, one after another.
    pub fn of_files(mut files: Vec<PathBuf>) -> Cards {
        files.reverse();
        Cards { files, file: String::new(), source: None, otherwise: WINDOWS_1252, done: 0 }
    }

    fn open(&mut self, input: Input) {
        let charset = input.charset();
        self.otherwise = if charset.encoding == UTF_8 { WINDOWS_1252 } else { charset.encoding };
        let wide = [UTF_16LE, UTF_16BE].contains(&charset.encoding);
        // Each property of version 2.1 may have an encoding of its own: bytes are decoded property by property, except where each
        // character has two.
        let from: Box<dyn BufRead + Send> = if wide {
            Box::new(BufReader::new(input.into_text(None)))
        } else {
            Box::new(BufReader::with_capacity(1 << 16, input.into_bytes()))
        };
        self.source = Some(Lines::new(from));
    }

    /// Bytes read so far.
    pub fn bytes_read(&self) -> u64 {
        self.done + self.source.as_ref().map_or(0, Lines::read)
    }

    /// The next card, or what is none; `None` at the end.
    ///
    /// # Errors
    /// Where a file cannot be read on.
    pub fn next_card(&mut self) -> io::Result<Option<Result<Card, Reject>>> {
        loop {
            if let Some(source) = &mut self.source {
                if let Some(mut found) = card(source, self.otherwise)? {
                    match &mut found {
                        Ok(card) => card.file.clone_from(&self.file),
                        Err(reject) if !self.file.is_empty() => {
                            reject.reason = format!("{}: {}", self.file, reject.reason);
                        }
                        Err(_) => {}
                    }
                    return Ok(Some(found));
                }
                self.done += source.read();
                self.source = None;
            }
            let Some(path) = self.files.pop() else { return Ok(None) };
            self.file = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
            let opened = regular::open(&path, Origin::Found)
                .map_err(|e| format!("cannot read {}: {e}", path.display()))
                .and_then(|f| Input::new(&self.file, None, Box::new(f)).map_err(|e| e.to_string()));
            match opened {
                Ok(input) => self.open(input),
                Err(reason) => {
                    return Ok(Some(Err(Reject { line: 0, reason, cells: Vec::new(), raw: String::new() })));
                }
            }
        }
    }
}

fn begins(line: &Line) -> bool {
    // A mark in front of the first card is no part of it.
    line.is("BEGIN:VCARD")
        || line
            .bytes
            .strip_prefix(b"\xef\xbb\xbf")
            .is_some_and(|rest| Line { bytes: rest.to_vec(), ..Line::default() }.is("BEGIN:VCARD"))
}

fn card(source: &mut Source, otherwise: &'static Encoding) -> io::Result<Option<Result<Card, Reject>>> {
    let Some(first) = source.logical(false)? else { return Ok(None) };
    if !begins(&first) {
        return outside(source, &first, otherwise).map(Some);
    }
    let mut card = Card { line: first.number, ..Card::default() };
    let (mut bytes, mut more) = (0, 0_u64);
    loop {
        let Some(line) = source.logical(card.version == Version::V21)? else {
            card.flaws.push("no END:VCARD".into());
            break;
        };
        if line.is("END:VCARD") {
            break;
        }
        if begins(&line) {
            // A card in a card is an agent, whose lines follow.
            if card.properties.last().is_some_and(|p| p.name == "AGENT" && p.value.trim().is_empty()) {
                bytes += agent(source, &mut card)?;
                continue;
            }
            card.flaws.push("no END:VCARD".into());
            source.give_back(line);
            break;
        }
        let Some(property) = Property::read(&line, otherwise) else {
            card.flaws.push(format!("line {} is no property; left out", line.number));
            continue;
        };
        if property.name == "VERSION" {
            card.version = Version::of(&property.value);
            continue;
        }
        bytes += line.bytes.len();
        if card.properties.len() == MOST || bytes > LARGEST {
            more += 1;
        } else {
            card.properties.push(property);
        }
    }
    if more > 0 {
        card.flaws.push(format!(
            "{more} further properties were left out: one card may have {MOST} and {LARGEST} bytes"
        ));
    }
    Ok(Some(Ok(card)))
}

/// Reads the card of an agent, however deep others are in it, and keeps its lines as the agent's value.
fn agent(source: &mut Source, card: &mut Card) -> io::Result<usize> {
    let (mut depth, mut text) = (1_u64, String::from("BEGIN:VCARD"));
    while depth > 0 {
        let Some(line) = source.logical(card.version == Version::V21)? else {
            card.flaws.push("no END:VCARD".into());
            break;
        };
        depth += u64::from(begins(&line));
        depth -= u64::from(line.is("END:VCARD"));
        if text.len() + line.bytes.len() <= super::LONGEST_KEPT {
            text.push_str("\\n");
            text.push_str(&super::property::escape(&String::from_utf8_lossy(&line.bytes), true));
        }
    }
    let len = text.len();
    if let Some(p) = card.properties.last_mut() {
        p.value = text;
    }
    Ok(len)
}

/// What stands outside of any card, up to the next one.
fn outside(
    source: &mut Source,
    first: &Line,
    otherwise: &'static Encoding,
) -> io::Result<Result<Card, Reject>> {
    while let Some(line) = source.logical(false)? {
        if begins(&line) {
            source.give_back(line);
            break;
        }
    }
    let shown = first.bytes.get(..first.bytes.len().min(SHOWN)).unwrap_or_default();
    let raw = otherwise.decode_without_bom_handling(shown).0.into_owned();
    Ok(Err(Reject { line: first.number, reason: "text outside of any card".into(), cells: Vec::new(), raw }))
}
