//! Which characters the bytes of a file represent.

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// What the first bytes of a file say about its encoding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Charset {
    /// The encoding.
    pub encoding: &'static Encoding,
    /// Bytes of the byte order mark in front, which are no text.
    pub mark: usize,
    /// Whether it is only a guess that the next other byte may change: all bytes were ASCII.
    pub undecided: bool,
}

impl Charset {
    /// An encoding by its label (`utf-8`, `windows-1252`, `utf-16le`, `shift_jis` …) as the Encoding Standard has them.
    pub fn named(label: &str) -> Option<Charset> {
        let encoding = Encoding::for_label(label.trim().as_bytes())?;
        Some(Charset { encoding, mark: 0, undecided: false })
    }

    /// Its name for people.
    pub fn name(&self) -> &'static str {
        self.encoding.name()
    }

    /// Judges the first bytes of a file: a byte order mark, the zeros of UTF-16, UTF-8 by its form, else a guess by
    /// letter frequencies, else Windows-1252. `whole` says that nothing follows.
    pub fn sniff(head: &[u8], whole: bool) -> Charset {
        if let Some((encoding, mark)) = Encoding::for_bom(head) {
            return Charset { encoding, mark, undecided: false };
        }
        let sure = |encoding| Charset { encoding, mark: 0, undecided: false };
        if let Some(encoding) = unmarked_utf16(head) {
            return sure(encoding);
        }
        if head.is_ascii() {
            return Charset { encoding: UTF_8, mark: 0, undecided: true };
        }
        if is_mostly_utf8(head) {
            return sure(UTF_8);
        }
        let mut detector = chardetng::EncodingDetector::new();
        detector.feed(head, whole);
        let (guess, likely) = detector.guess_assess(None, false);
        sure(if likely { guess } else { WINDOWS_1252 })
    }
}

/// UTF-16 without its mark shows in the zeros of its ASCII characters: all on one side.
fn unmarked_utf16(head: &[u8]) -> Option<&'static Encoding> {
    let pairs = head.chunks_exact(2).take(2048);
    let (mut count, mut first, mut second) = (0_usize, 0_usize, 0_usize);
    for pair in pairs {
        count += 1;
        match pair {
            [0, 0] => {}
            [0, _] => first += 1,
            [_, 0] => second += 1,
            _ => {}
        }
    }
    let many = |n: usize| count >= 2 && n * 3 >= count;
    match () {
        () if many(second) && first * 10 <= second => Some(UTF_16LE),
        () if many(first) && second * 10 <= first => Some(UTF_16BE),
        () => None,
    }
}

/// Whether the bytes are UTF-8, a slip here and there aside: one broken byte must not turn all names into `Ã©`.
fn is_mostly_utf8(head: &[u8]) -> bool {
    let (mut good, mut broken, mut last) = (0_usize, 0_usize, 0_usize);
    for chunk in head.utf8_chunks() {
        good += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        last = chunk.invalid().len();
        broken += usize::from(last > 0);
    }
    // A character that the end of the head cuts in two is no slip.
    let cut = head.len().checked_sub(last).and_then(|at| head.get(at..)).is_some_and(is_cut_character);
    broken -= usize::from(cut);
    broken == 0 || good >= broken * 4
}

fn is_cut_character(tail: &[u8]) -> bool {
    tail.first().is_some_and(|first| match first {
        0xc2..=0xdf => tail.len() < 2,
        0xe0..=0xef => tail.len() < 3,
        0xf0..=0xf4 => tail.len() < 4,
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(head: &[u8]) -> &'static str {
        Charset::sniff(head, true).name()
    }

    #[test]
    fn marks_zeros_and_forms_tell_the_encoding() {
        assert_eq!(name(b"\xef\xbb\xbfName"), "UTF-8");
        assert_eq!(name(b"\xff\xfeN\0"), "UTF-16LE");
        assert_eq!(name(b"\xfe\xff\0N"), "UTF-16BE");
        assert_eq!(name(b"N\0a\0m\0e\0,\0"), "UTF-16LE");
        assert_eq!(name(b"\0N\0a\0m\0e\0,"), "UTF-16BE");
        assert_eq!(name("Zoë,Müller".as_bytes()), "UTF-8");
        assert_eq!(name(b"Name,Ort\nJ\xf6rg M\xfcller,K\xf6ln\nRen\xe9,Gen\xe8ve\n"), "windows-1252");
    }

    #[test]
    fn one_slip_does_not_unmake_utf_8() {
        assert_eq!(name("Zoë,Müller,Łódź,\u{0}".as_bytes()), "UTF-8");
        let mut bytes = "é".repeat(50).into_bytes();
        bytes.push(0xff);
        bytes.extend("ü".repeat(10).bytes());
        assert_eq!(name(&bytes), "UTF-8");
    }

    #[test]
    fn a_character_cut_by_the_head_is_no_slip() {
        let bytes = "naïve".as_bytes();
        assert_eq!(name(&bytes[..3]), "UTF-8");
    }

    #[test]
    fn ascii_leaves_it_open() {
        assert!(Charset::sniff(b"Name,Email", true).undecided);
        assert!(!Charset::sniff("Zoë".as_bytes(), true).undecided);
    }
}
