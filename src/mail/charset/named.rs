//! The charsets that mail names: those of the web, and those that only mailers know.

use encoding_rs::Encoding;
use oem_cp::code_table::DECODING_TABLE_CP_MAP;

use super::seven_bit;

/// How bytes of a named charset become text.
#[derive(Clone, Copy)]
pub(super) enum Charset {
    /// One of the Encoding Standard's.
    Web(&'static Encoding),
    /// A code page of DOS.
    Dos(u16),
    /// Other letters as ASCII bytes: decoded by a function of ours.
    SevenBit(fn(&[u8]) -> String),
}

impl Charset {
    /// The charset of a label as mail writes it: quotes, a stray `;` and blanks aside.
    pub(super) fn of(label: &str) -> Option<Charset> {
        if let Some(encoding) = Encoding::for_label_no_replacement(label.as_bytes()) {
            return Some(Charset::Web(encoding));
        }
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
            // Microsoft's and the later editions: supersets, told apart by their escapes.
            "cp50220" | "cp50221" | "cp50222" => b"iso-2022-jp",
            p if p.starts_with("iso2022jp") => b"iso-2022-jp",
            "utf7" | "unicode11utf7" | "csunicode11utf7" | "xunicode20utf7" | "unicode20utf7" => {
                return Some(Charset::SevenBit(seven_bit::utf_7));
            }
            "iso2022kr" | "csiso2022kr" => return Some(Charset::SevenBit(seven_bit::iso_2022_kr)),
            "hz" | "hzgb2312" => return Some(Charset::SevenBit(seven_bit::hz)),
            p => return dos(p),
        };
        Encoding::for_label_no_replacement(web).map(Charset::Web)
    }
}

/// `cp850`, `ibm850`, `850`, `dos-850`, `x-cp850`.
fn dos(plain: &str) -> Option<Charset> {
    let digits = plain.trim_start_matches(|c: char| !c.is_ascii_digit());
    let prefix = plain.strip_suffix(digits)?;
    let page: u16 = digits.parse().ok()?;
    let named = matches!(prefix, "" | "cp" | "xcp" | "ibm" | "csibm" | "dos" | "pc" | "oem" | "cspc");
    (named && DECODING_TABLE_CP_MAP.contains_key(&page)).then_some(Charset::Dos(page))
}

/// Decodes a DOS code page; `None` for one that is not known.
pub(super) fn decode_dos(page: u16, bytes: &[u8]) -> Option<String> {
    Some(DECODING_TABLE_CP_MAP.get(&page)?.decode_string_lossy(bytes))
}
