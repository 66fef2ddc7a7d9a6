//! Bytes to text: by the charset they name, else by what they look like.

mod named;
mod seven_bit;

use chardetng::EncodingDetector;
use encoding_rs::{ISO_2022_JP, UTF_8, UTF_16BE, UTF_16LE};

use named::Charset;

/// Text and what was wrong with the bytes, if anything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoded {
    /// The text; bytes without a meaning are U+FFFD.
    pub text: String,
    /// What was guessed or could not be read, in words for the person.
    pub problem: Option<String>,
}

/// How many bytes a guess is made from: enough for any language, and bounded.
const SAMPLE: usize = 64 * 1024;

/// Decodes `bytes` by the charset's name; guesses where there is none, it is unknown, or it is plainly wrong.
pub fn decode(label: Option<&str>, bytes: &[u8]) -> Decoded {
    let label = label.map(|l| l.trim_matches(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | ';')));
    let label = label.filter(|l| !l.is_empty());
    // Japanese ISO-2022 and UTF-7 are ASCII bytes with a meaning, so a named charset is asked first.
    let named = label.and_then(|l| Charset::of(l).map(|c| (l, c)));
    if let Some((label, charset)) = named {
        if let Some(decoded) = as_named(label, charset, bytes) {
            return decoded;
        }
    } else if let Ok(text) = std::str::from_utf8(bytes)
        && (label.is_none() || bytes.is_ascii())
    {
        let problem = label.map(|l| format!("unknown charset {}", shown(l)));
        return Decoded { text: text.to_owned(), problem };
    }
    let (text, guess) = guessed(bytes);
    let problem = match label {
        None => format!("no charset named; read as {guess}"),
        Some(l) if named.is_none() => format!("unknown charset {}; read as {guess}", shown(l)),
        Some(l) => format!("bytes that are not {}; read as {guess}", shown(l)),
    };
    Decoded { text, problem: Some(problem) }
}

/// Decodes by a charset that is known; `None` where the bytes say that the name is wrong.
fn as_named(label: &str, charset: Charset, bytes: &[u8]) -> Option<Decoded> {
    let sound = |text: String| Some(Decoded { text, problem: None });
    let encoding = match charset {
        Charset::SevenBit(decode) => return sound(decode(bytes)),
        Charset::Dos(_) if is_utf_8(bytes) => return None,
        Charset::Dos(page) => return named::decode_dos(page, bytes).and_then(sound),
        Charset::Web(encoding) => encoding,
    };
    let ascii = label.eq_ignore_ascii_case("us-ascii") || label.eq_ignore_ascii_case("ascii");
    if ascii && !bytes.is_ascii() {
        return None;
    }
    // Old mailers say `unicode` of any text, and UTF-16 has a zero in every ASCII letter.
    let wide = encoding == UTF_16LE || encoding == UTF_16BE;
    let marked = bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff");
    if wide && !marked && !bytes.contains(&0) && std::str::from_utf8(bytes).is_ok() {
        return None;
    }
    // What is UTF-8 by its form was hardly meant as pairs of accented capitals and signs.
    if encoding.is_single_byte() && is_utf_8(bytes) {
        return None;
    }
    let escaped = (encoding == ISO_2022_JP).then(|| seven_bit::without_idle_escapes(bytes));
    let (text, _, broken) = encoding.decode(escaped.as_deref().unwrap_or(bytes));
    match broken {
        false => sound(text.into_owned()),
        // UTF-8 can be told from anything else: what is not it was misnamed. Others keep their name.
        true if encoding == UTF_8 => None,
        true => {
            let problem = Some(format!("some bytes are not {}", shown(label)));
            Some(Decoded { text: text.into_owned(), problem })
        }
    }
}

/// Whether bytes are UTF-8 with at least one character outside ASCII.
fn is_utf_8(bytes: &[u8]) -> bool {
    !bytes.is_ascii() && std::str::from_utf8(bytes).is_ok()
}

/// Decodes bytes that name no charset: UTF-8 where they are it, else the likeliest.
pub fn guess(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => guessed(bytes).0,
    }
}

fn guessed(bytes: &[u8]) -> (String, &'static str) {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return (text.to_owned(), "UTF-8");
    }
    let mut detector = EncodingDetector::new();
    // The first odd byte may be late: begin shortly before it.
    let odd = bytes.iter().position(|b| !b.is_ascii()).unwrap_or(0);
    let from = odd.saturating_sub(SAMPLE / 4);
    let sample = bytes.get(from..bytes.len().min(from + SAMPLE)).unwrap_or(bytes);
    detector.feed(sample, true);
    let (encoding, likely) = detector.guess_assess(None, false);
    let encoding = if likely { encoding } else { encoding_rs::WINDOWS_1252 };
    // Mostly UTF-8 with a broken byte stays readable as UTF-8.
    let lossy = String::from_utf8_lossy(bytes);
    let broken = lossy.chars().filter(|&c| c == '\u{fffd}').count();
    let sound = lossy.chars().filter(|&c| !c.is_ascii()).count() - broken;
    if sound > broken * 4 {
        return (lossy.into_owned(), "UTF-8");
    }
    let (text, _, _) = encoding.decode(bytes);
    (text.into_owned(), encoding.name())
}

/// A charset's name as a mail gave it, short and without surprises.
fn shown(label: &str) -> String {
    label.chars().filter(char::is_ascii_graphic).take(40).collect()
}

#[cfg(test)]
mod tests {
    use super::{decode, guess};

    #[test]
    fn a_named_charset_is_obeyed() {
        let text = |label, bytes: &[u8]| decode(Some(label), bytes);
        assert_eq!(text("iso-8859-1", b"caf\xe9").text, "café");
        assert_eq!(text("koi8-r", b"\xf0\xd2\xc9").text, "При");
        assert_eq!(text("Shift_JIS", b"\x83\x6e").text, "ハ");
        assert_eq!(text("iso-2022-jp", b"\x1b$B%O\x1b(B").text, "ハ");
        assert_eq!(text("utf-8", "naïve".as_bytes()).problem, None);
    }

    #[test]
    fn a_wrong_or_unknown_name_is_guessed_and_said() {
        let d = decode(Some("utf-8"), b"na\xefve caf\xe9, d\xe9j\xe0 vu");
        assert_eq!(d.text, "naïve café, déjà vu");
        assert!(d.problem.is_some_and(|p| p.contains("not utf-8")));
        let d = decode(Some("x-unknown"), b"caf\xe9");
        assert_eq!(d.text, "café");
        assert!(d.problem.is_some());
        let d = decode(Some("us-ascii"), "Grüße".as_bytes());
        assert_eq!(d.text, "Grüße");
    }

    #[test]
    fn names_that_only_mailers_use_are_known() {
        assert_eq!(decode(Some("cp850"), b"Gr\x81\xe1e aus K\x94ln").text, "Grüße aus Köln");
        assert_eq!(decode(Some("IBM437"), b"\x81").text, "ü");
        assert_eq!(decode(Some("iso-2022-jp-ms"), b"\x1b$B$d$+$s\x1b(B").text, "やかん");
        assert_eq!(decode(Some("\"utf-8\";"), "é".as_bytes()).text, "é");
        assert_eq!(decode(Some("utf-7"), b"l+AOQ-uft").text, "läuft");
    }

    #[test]
    fn a_name_that_the_bytes_contradict_gives_way_and_it_is_said() {
        for (label, text) in [("iso-8859-1", "Grüße – 20 €"), ("windows-1251", "Привет"), ("cp850", "Grüße")]
        {
            let d = decode(Some(label), text.as_bytes());
            assert_eq!(d.text, text);
            assert!(d.problem.is_some_and(|p| p.contains("read as UTF-8")), "{label}");
        }
        for label in ["unicode", "utf-16", "utf-16le"] {
            assert_eq!(decode(Some(label), b"Hello desk.").text, "Hello desk.", "{label}");
            assert_eq!(decode(Some(label), b"H\0i\0").text, "Hi", "{label}");
        }
    }

    #[test]
    fn words_of_japanese_join_without_a_broken_character() {
        let d = decode(Some("iso-2022-jp"), b"\x1b$B$d$+\x1b(B\x1b$B$s\x1b(B");
        assert_eq!((d.text.as_str(), d.problem), ("やかん", None));
    }

    #[test]
    fn one_broken_byte_does_not_turn_utf8_into_another_language() {
        let mut bytes = "Žluťoučký kůň příliš".as_bytes().to_vec();
        bytes.push(0xff);
        assert_eq!(guess(&bytes), "Žluťoučký kůň příliš\u{fffd}");
    }
}
