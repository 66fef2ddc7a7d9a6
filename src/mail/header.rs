//! Header fields: split, unfolded, decoded. Linear in the length of the mail, whatever is in it.

use base64::Engine as _;

use super::charset;

/// The fields of a header block, in order, their values unfolded but not decoded.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Headers {
    fields: Vec<(String, Vec<u8>)>,
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
            value.push(b' ');
            value.extend_from_slice(text.trim_ascii());
        } else if let Some((name, value)) = name_of(text) {
            let name = String::from_utf8_lossy(name).into_owned();
            headers.fields.push((name, value.trim_ascii().to_vec()));
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
    Split { headers, body: rest, problem }
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

    /// Whether there is no field.
    pub fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }
}

/// Decodes the text of a field: RFC 2047 words, and raw bytes outside ASCII by what they look like.
pub fn text(raw: &[u8]) -> String {
    words(&charset::guess(raw))
}

/// Decodes RFC 2047 encoded words; anything else stays.
///
/// White space between two words goes (§6.2); words of one charset are joined before decoding, since mailers
/// cut characters in two.
pub fn words(text: &str) -> String {
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
    let mut parts = rest.splitn(4, '?');
    let (label, way, data, after) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let after = after.strip_prefix('=')?;
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
        "b" | "B" => base64(data.as_bytes()).0,
        _ => return None,
    };
    Some((label, bytes, after))
}

/// Decodes quoted-printable (RFC 2045 §6.7); what is not it stays as it is.
pub fn quoted_printable(bytes: &[u8]) -> Vec<u8> {
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

/// Decodes base64, passing over what does not belong to it; gives what follows its last line apart, since
/// lists add their footer in plain text behind it.
pub fn base64(bytes: &[u8]) -> (Vec<u8>, &[u8]) {
    let mut letters = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while !rest.is_empty() {
        let (text, after) = line(rest);
        // Base64 has no blank within a line, and a footer's line has.
        let footer = !letters.is_empty() && text.trim_ascii().iter().any(|b| matches!(b, b' ' | b'_'));
        if footer {
            break;
        }
        letters.extend(text.iter().filter(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/')));
        rest = after;
    }
    // One letter over carries no byte.
    if letters.len() % 4 == 1 {
        letters.pop();
    }
    let lenient = base64::engine::GeneralPurposeConfig::new()
        .with_decode_padding_mode(base64::engine::DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true);
    let engine = base64::engine::GeneralPurpose::new(&base64::alphabet::STANDARD, lenient);
    (engine.decode(&letters).unwrap_or_default(), rest)
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
        assert_eq!(base64(b"aGVs\r\nbG8").0, b"hello");
        assert_eq!(
            base64(b"aGVsbG8=\n\n_____\nILUG mailing list\n"),
            (b"hello".to_vec(), &b"_____\nILUG mailing list\n"[..])
        );
    }
}
