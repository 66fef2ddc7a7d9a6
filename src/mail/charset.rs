//! Bytes to text: by the charset they name, else by what they look like.

use chardetng::EncodingDetector;
use encoding_rs::Encoding;

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
    let label = label.map(str::trim).filter(|l| !l.is_empty());
    // Japanese ISO-2022 and UTF-7 are ASCII bytes with a meaning, so a named charset is asked first.
    let named = label.and_then(|l| known(l).map(|e| (l, e)));
    if let Some((label, encoding)) = named {
        let ascii = label.eq_ignore_ascii_case("us-ascii") || label.eq_ignore_ascii_case("ascii");
        if !ascii || bytes.is_ascii() {
            let (text, _, broken) = encoding.decode(bytes);
            if !broken {
                return Decoded { text: text.into_owned(), problem: None };
            }
            // UTF-8 can be told from anything else: what is not it was misnamed. Others keep their name.
            if encoding != encoding_rs::UTF_8 {
                let problem = Some(format!("some bytes are not {}", shown(label)));
                return Decoded { text: text.into_owned(), problem };
            }
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

fn known(label: &str) -> Option<&'static Encoding> {
    let encoding = Encoding::for_label_no_replacement(label.as_bytes());
    // Names that mailers use and the web does not.
    encoding.or_else(|| {
        let plain: String =
            label.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
        let web: &[u8] = match plain.as_str() {
            "utf8" | "utf8mb4" | "unicode11utf8" | "xunicode20utf8" => b"utf-8",
            "cp1252" | "win1252" | "windows1252" | "latin1" | "iso885911" | "iso88591" | "8859"
            | "iso8859" => b"windows-1252",
            "cp1251" | "win1251" | "windows1251" => b"windows-1251",
            "cp1250" | "win1250" | "windows1250" => b"windows-1250",
            "latin9" | "iso885915" | "iso8859150" => b"iso-8859-15",
            "cp932" | "mskanji" | "windows932" => b"shift_jis",
            "cp936" | "windows936" => b"gbk",
            "cp949" | "ksx1001" => b"euc-kr",
            "cp950" => b"big5",
            "cp866" => b"ibm866",
            "ansix341968" | "iso646us" | "us" => b"us-ascii",
            _ => return None,
        };
        Encoding::for_label_no_replacement(web)
    })
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
    fn one_broken_byte_does_not_turn_utf8_into_another_language() {
        let mut bytes = "Žluťoučký kůň příliš".as_bytes().to_vec();
        bytes.push(0xff);
        assert_eq!(guess(&bytes), "Žluťoučký kůň příliš\u{fffd}");
    }
}
