//! Header fields: split, unfolded, decoded. Linear in the length of the mail, whatever is in it.

use std::borrow::Cow;

use base64::Engine as _;

use super::{charset, most::Most};
use crate::model::{limits, steps};

/// The fields of a header block, in order, their values unfolded but not decoded.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Headers {
    fields: Vec<(String, Vec<u8>)>,
    /// Fields beyond [`Most::header_lines`], which are not kept.
    more: usize,
    /// Whether a field was longer than [`Most::header_bytes`].
    long: bool,
}

/// A header block and what follows it.
#[derive(Debug)]
pub struct Split<'a> {
    /// The fields.
    pub headers: Headers,
    /// Everything after the empty line.
    pub body: &'a [u8],
    /// What was wrong, in words.
    pub problem: Option<&'static str>,
}

/// Cuts the next line (without its end) off `bytes`.
pub(crate) fn line(bytes: &[u8]) -> (&[u8], &[u8]) {
    let (line, rest) = match memchr::memchr(b'\n', bytes) {
        Some(at) => (bytes.get(..at).unwrap_or_default(), bytes.get(at + 1..).unwrap_or_default()),
        None => (bytes, &[][..]),
    };
    (line.strip_suffix(b"\r").unwrap_or(line), rest)
}

fn name_of(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let at = memchr::memchr(b':', line.get(..line.len().min(200)).unwrap_or_default())?;
    let name = line.get(..at)?.trim_ascii_end();
    let sound = !name.is_empty() && name.iter().all(u8::is_ascii_graphic);
    sound.then_some((name, line.get(at + 1..)?))
}

/// Splits a message or a part into its header fields and its body.
///
/// A block ends at the first empty line. A line that is no field ends it too, and begins the body: nothing is
/// lost. A `From ` line before the first field is passed over.
pub fn split(bytes: &[u8]) -> Split<'_> {
    split_to(bytes, &Most::RECORD)
}

/// As [`split`], reading at most `most`.
pub fn split_to<'a>(bytes: &'a [u8], most: &Most) -> Split<'a> {
    let mut headers = Headers::default();
    let mut rest = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut problem = None;
    loop {
        if rest.is_empty() {
            if !headers.fields.is_empty() {
                problem = problem.or(Some("ends within its headers (cut short?)"));
            }
            break;
        }
        let (text, after) = line(rest);
        if text.is_empty() {
            // Empty lines before the first field are the transport's.
            rest = after;
            if headers.fields.is_empty() && looks_like_fields(rest) {
                continue;
            }
            break;
        }
        if text.first().is_some_and(|b| matches!(b, b' ' | b'\t'))
            && let Some((_, value)) = headers.fields.last_mut()
        {
            // Folding is undone to one space (RFC 5322 §2.2.3 keeps the white space; one is enough).
            if headers.more == 0 {
                value.push(b' ');
                headers.long |= extend(value, text.trim_ascii(), most.header_bytes);
            }
        } else if let Some((name, value)) = name_of(text) {
            if headers.fields.len() >= most.header_lines {
                headers.more += 1;
            } else {
                let mut kept = Vec::new();
                headers.long |= extend(&mut kept, value.trim_ascii(), most.header_bytes);
                headers.fields.push((String::from_utf8_lossy(name).into_owned(), kept));
            }
        } else if !(headers.fields.is_empty() && (text.starts_with(b"From ") || text.starts_with(b">From ")))
        {
            if !headers.fields.is_empty() {
                problem = Some("no empty line between headers and text");
            }
            break;
        }
        rest = after;
    }
    if headers.fields.is_empty() {
        problem = Some("no headers");
    }
    steps::count(bytes.len() - rest.len());
    Split { headers, body: rest, problem }
}

/// Adds to the value of a field up to its limit; whether something found no room.
fn extend(value: &mut Vec<u8>, more: &[u8], most: usize) -> bool {
    let room = most.saturating_sub(value.len());
    value.extend_from_slice(more.get(..room.min(more.len())).unwrap_or_default());
    more.len() > room
}

fn looks_like_fields(bytes: &[u8]) -> bool {
    let (text, _) = line(bytes);
    text.is_empty() && !bytes.is_empty() || name_of(text).is_some() || text.starts_with(b"From ")
}

impl Headers {
    /// The first field of a name, undecoded.
    pub fn raw(&self, name: &str) -> Option<&[u8]> {
        self.fields.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, v)| v.as_slice())
    }

    /// Every field of a name, undecoded, in order.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a [u8]> {
        self.fields.iter().filter(move |(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, v)| v.as_slice())
    }

    /// The first field of a name as text: encoded words and bytes outside ASCII decoded.
    pub fn text(&self, name: &str) -> Option<String> {
        self.raw(name).map(text)
    }

    /// Every field with its name, undecoded, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.fields.iter().map(|(n, v)| (n.as_str(), v.as_slice()))
    }

    /// What was not kept of them, in words.
    pub fn cut(&self) -> Vec<String> {
        let kept = self.fields.len();
        let lines = limits::of_all(kept, kept + self.more, "header fields read");
        let most = limits::thousands(limits::HEADER_BYTES);
        let long =
            self.long.then(|| format!("a header field is longer than {most} bytes; the raw mail has all"));
        lines.into_iter().chain(long).collect()
    }

    /// Whether there is no field.
    pub fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }
}

/// Decodes the text of a field: RFC 2047 words, and raw bytes outside ASCII by what they look like.
pub fn text(raw: &[u8]) -> String {
    words(&charset::guess(&shielded(raw)))
}

/// A field whose encoded words have no raw bytes outside ASCII left: mailers that forget to encode a letter mean it
/// in the word's charset, not in that of the line around it, so it is written as `=FC`.
pub(crate) fn shielded(raw: &[u8]) -> Cow<'_, [u8]> {
    if raw.is_ascii() || memchr::memmem::find(raw, b"=?").is_none() {
        return Cow::Borrowed(raw);
    }
    let mut out = Vec::with_capacity(raw.len() + 32);
    // How many `?` of `=?charset?q?text?=` were passed; 0: outside of a word. Only `q` words are touched.
    let mut marks = 0;
    let mut quoted = false;
    for (at, &b) in raw.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|i| raw.get(i)).copied();
        match b {
            b'?' if marks == 0 && before == Some(b'=') => marks = 1,
            b'?' if marks > 0 => {
                if marks == 2 {
                    quoted = matches!(before, Some(b'q' | b'Q'));
                }
                marks += 1;
            }
            b'=' if marks > 3 && before == Some(b'?') => marks = 0,
            b' ' | b'\t' if marks < 3 => marks = 0,
            _ => {}
        }
        if marks >= 3 && quoted && !b.is_ascii() {
            out.extend_from_slice(format!("={b:02X}").as_bytes());
        } else {
            out.push(b);
        }
    }
    Cow::Owned(out)
}

/// Decodes RFC 2047 encoded words; anything else stays.
///
/// White space between two words goes (§6.2); words of one charset are joined before decoding, since mailers
/// cut characters in two.
pub fn words(text: &str) -> String {
    steps::count(text.len());
    if !text.contains("=?") {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut pending: Option<(String, Vec<u8>)> = None;
    let flush = |pending: &mut Option<(String, Vec<u8>)>, out: &mut String| {
        if let Some((label, bytes)) = pending.take() {
            out.push_str(&charset::decode(Some(&label), &bytes).text);
        }
    };
    let mut rest = text;
    while let Some(at) = rest.find("=?") {
        let (before, candidate) = rest.split_at_checked(at).unwrap_or((rest, ""));
        let Some((label, bytes, after)) = word(candidate) else {
            flush(&mut pending, &mut out);
            out.push_str(before);
            out.push_str("=?");
            rest = candidate.get(2..).unwrap_or_default();
            continue;
        };
        let adjacent = before.chars().all(char::is_whitespace);
        if let (true, Some((open, joined))) = (adjacent, &mut pending) {
            if open.eq_ignore_ascii_case(label) {
                joined.extend_from_slice(&bytes);
            } else {
                flush(&mut pending, &mut out);
                pending = Some((label.to_owned(), bytes));
            }
        } else {
            flush(&mut pending, &mut out);
            out.push_str(before);
            pending = Some((label.to_owned(), bytes));
        }
        rest = after;
    }
    flush(&mut pending, &mut out);
    out.push_str(rest);
    out
}

/// `=?charset?q?text?=` at the start of `text`: charset, bytes, what follows.
fn word(text: &str) -> Option<(&str, Vec<u8>, &str)> {
    let rest = text.strip_prefix("=?")?;
    let mut parts = rest.splitn(3, '?');
    let (label, way, rest) = (parts.next()?, parts.next()?, parts.next()?);
    let (data, after) = match way {
        "q" | "Q" => rest.split_at_checked(end_of_q(rest)?)?,
        _ => rest.split_at_checked(rest.find('?')?)?,
    };
    let after = after.strip_prefix("?=")?;
    // RFC 2231 §5 adds a language: `utf-8*en`.
    let label = label.split('*').next()?;
    if label.is_empty() || label.len() > 60 || label.contains(char::is_whitespace) {
        return None;
    }
    let bytes = match way {
        "q" | "Q" => {
            let plain: Vec<u8> = data.bytes().map(|b| if b == b'_' { b' ' } else { b }).collect();
            quoted_printable(&plain)
        }
        "b" | "B" => base64(data.as_bytes()).bytes,
        _ => return None,
    };
    Some((label, bytes, after))
}

/// How far to look for the end of a `q` word. RFC 2047 §2 allows 75 characters; some mailers write the whole line.
const LONGEST_WORD: usize = 2_000;

/// Where the text of a `q` word ends. A `?` should be encoded in it, and often is not: the end is the first `?=` that
/// a word may end at, else the first of all.
fn end_of_q(rest: &str) -> Option<usize> {
    let mut first = None;
    let near = rest.get(..rest.floor_char_boundary(LONGEST_WORD)).unwrap_or(rest);
    for (at, _) in near.match_indices("?=") {
        first = first.or(Some(at));
        let after = rest.get(at + 2..).unwrap_or_default();
        let ends = after
            .chars()
            .next()
            .is_none_or(|c| c.is_whitespace() || matches!(c, '"' | ',' | ';' | '<' | '>' | '(' | ')' | ']'));
        if ends || after.starts_with("=?") {
            return Some(at);
        }
    }
    first
}

/// Decodes quoted-printable (RFC 2045 §6.7); what is not it stays unchanged.
pub fn quoted_printable(bytes: &[u8]) -> Vec<u8> {
    steps::count(bytes.len());
    let mut out = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some(at) = memchr::memchr(b'=', rest) {
        out.extend_from_slice(rest.get(..at).unwrap_or_default());
        rest = rest.get(at + 1..).unwrap_or_default();
        match rest {
            [a, b, after @ ..] if hex(*a).is_some() && hex(*b).is_some() => {
                out.push((hex(*a).unwrap_or(0) << 4) | hex(*b).unwrap_or(0));
                rest = after;
            }
            _ => {
                // A soft line break, white space before it allowed; bounded, so that the whole stays linear.
                let blanks = rest.iter().take(80).take_while(|b| matches!(b, b' ' | b'\t' | b'\r')).count();
                let end = rest.get(blanks..).unwrap_or_default();
                match end.strip_prefix(b"\n") {
                    Some(after) => rest = after,
                    None if rest.is_empty() => {}
                    None => out.push(b'='),
                }
            }
        }
    }
    out.extend_from_slice(rest);
    out
}

fn hex(b: u8) -> Option<u8> {
    char::from(b).to_digit(16).and_then(|d| u8::try_from(d).ok())
}

/// Base64, decoded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Base64<'a> {
    /// The bytes.
    pub bytes: Vec<u8>,
    /// What follows its last line: lists add their footer in plain text behind it.
    pub footer: &'a [u8],
    /// Whether it is no base64 at all, but words as they stand; the bytes are then those of the text.
    pub plain: bool,
}

/// Base64 as programs write it: with or without padding, and with bits left over.
pub(super) const LENIENT: base64::engine::GeneralPurpose = base64::engine::GeneralPurpose::new(
    &base64::alphabet::STANDARD,
    base64::engine::GeneralPurposeConfig::new()
        .with_decode_padding_mode(base64::engine::DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// Decodes base64, passing over what does not belong to it. Each padded run is decoded by itself, since some programs
/// pad every line.
pub fn base64(bytes: &[u8]) -> Base64<'_> {
    steps::count(bytes.len());
    let mut out = Vec::with_capacity(bytes.len() / 4 * 3);
    let mut letters = Vec::new();
    let mut flush = |letters: &mut Vec<u8>| {
        // One letter over carries no byte.
        if letters.len() % 4 == 1 {
            letters.pop();
        }
        out.extend(LENIENT.decode(&letters).unwrap_or_default());
        letters.clear();
    };
    let mut rest = bytes;
    // Letters in all, and whether they come in fours, as base64 does.
    let (mut count, mut padded) = (0_usize, false);
    while !rest.is_empty() {
        let (text, after) = line(rest);
        let text = text.trim_ascii();
        // Base64 has no blank within a line, and a line of words has.
        if text.iter().any(|b| matches!(b, b' ' | b'_')) {
            break;
        }
        for run in text.split_inclusive(|b| *b == b'=') {
            let had = letters.len();
            letters.extend(run.iter().filter(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/')));
            count += letters.len() - had;
            if run.ends_with(b"=") {
                padded = true;
                flush(&mut letters);
            }
        }
        rest = after;
    }
    flush(&mut letters);
    let fours = count > 0 && (padded || count.is_multiple_of(4));
    if !rest.is_empty() && !fours {
        return Base64 { bytes: bytes.to_vec(), footer: &[], plain: true };
    }
    Base64 { bytes: out, footer: rest, plain: false }
}

#[cfg(test)]
mod tests {
    use super::{base64, quoted_printable, split, text, words};

    #[test]
    fn fields_are_unfolded_and_the_body_is_the_rest() {
        let s = split(b"Subject: one\r\n  two\r\n\tthree\r\nX-A : b\r\n\r\nbody\r\n");
        assert_eq!(s.headers.text("subject").as_deref(), Some("one two three"));
        assert_eq!(s.headers.text("X-a").as_deref(), Some("b"));
        assert_eq!(s.body, b"body\r\n");
        assert_eq!(s.problem, None);
    }

    #[test]
    fn a_mail_without_headers_is_all_body() {
        let s = split(b"Hello there,\nall text\n");
        assert!(s.headers.is_empty());
        assert_eq!(s.body, b"Hello there,\nall text\n");
        assert_eq!(s.problem, Some("no headers"));
        let s = split(b"\nHello there\n");
        assert_eq!(s.body, b"Hello there\n");
    }

    #[test]
    fn a_missing_empty_line_loses_no_text() {
        let s = split(b"From me\nTo: a@example.org\nHello, I write\n\nmore\n");
        assert_eq!(s.body, b"Hello, I write\n\nmore\n");
        assert!(s.problem.is_some());
    }

    #[test]
    fn encoded_words_are_decoded_and_joined() {
        assert_eq!(words("=?iso-8859-1?Q?Caf=E9_au?= =?ISO-8859-1?Q?_lait?= now"), "Café au lait now");
        assert_eq!(words("a =?utf-8?B?4pi6?= b"), "a ☺ b");
        // A character cut in two.
        assert_eq!(words("=?utf-8?B?4pg=?= =?utf-8?B?ug==?="), "☺");
        assert_eq!(words("=?utf-8*en?q?x?="), "x");
        assert_eq!(words("=?no =?good?= 1=?2"), "=?no =?good?= 1=?2");
    }

    #[test]
    fn raw_bytes_are_guessed() {
        assert_eq!(text("Grüße".as_bytes()), "Grüße");
        assert_eq!(text(b"Caf\xe9 =?utf-8?q?=E2=98=BA?="), "Café ☺");
    }

    #[test]
    fn broken_encodings_keep_what_they_have() {
        assert_eq!(quoted_printable(b"a=3Db=\r\nc=ZZ=\n=4"), b"a=bc=ZZ=4");
        assert_eq!(quoted_printable(b"end="), b"end");
        assert_eq!(base64(b"aGVs\r\nbG8").bytes, b"hello");
        let with_footer = base64(b"aGVsbG8=\n\n_____\nKettle mailing list\n");
        assert_eq!(with_footer.bytes, b"hello");
        assert_eq!(with_footer.footer, b"_____\nKettle mailing list\n");
    }

    #[test]
    fn base64_that_is_plain_text_stays_and_padded_lines_are_decoded_each() {
        let plain = base64(b"Dear desk, my kettle leaks.\nPlease help.\n");
        assert!(plain.plain);
        assert_eq!(plain.bytes, b"Dear desk, my kettle leaks.\nPlease help.\n");
        assert!(base64(b"Hello\nmy kettle leaks.\n").plain);
        assert_eq!(base64(b"SGVs\nbG8=\nISE=\n").bytes, b"Hello!!");
    }

    #[test]
    fn a_question_mark_in_a_word_does_not_end_it() {
        assert_eq!(words("=?utf-8?Q?Can_you_help=2C_B=C3=A4rbel??="), "Can you help, Bärbel?");
        assert_eq!(words("=?utf-8?q?what?=20now??= =?utf-8?q?_yes?="), "what? now? yes");
        assert_eq!(words("\"=?utf-8?q?why??=\" <a@b.example>"), "\"why?\" <a@b.example>");
    }

    #[test]
    fn a_raw_byte_in_a_word_is_of_its_charset() {
        assert_eq!(text(b"=?iso-8859-1?Q?Gr\xfc\xdfe?= =?utf-8?q?=E2=98=BA?="), "Grüße☺");
        assert_eq!(text("=?utf-8?Q?Grüße?= ü".as_bytes()), "Grüße ü");
    }
}
