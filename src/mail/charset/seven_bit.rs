//! Charsets that write other letters with ASCII bytes: UTF-7 (RFC 2152), ISO-2022-KR (RFC 1557), HZ (RFC 1843), and
//! what mailers get wrong about ISO-2022-JP.

use std::borrow::Cow;

use base64::Engine as _;
use encoding_rs::{EUC_KR, GBK};

use crate::mail::header::LENIENT;

/// Decodes UTF-7: `+` begins modified base64 of UTF-16, `-` ends it. What is not it stays as it stands.
pub(super) fn utf_7(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some(at) = memchr::memchr(b'+', rest) {
        out.push_str(&super::guess(rest.get(..at).unwrap_or_default()));
        rest = rest.get(at + 1..).unwrap_or_default();
        let len = rest.iter().take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/')).count();
        let (run, after) = rest.split_at_checked(len).unwrap_or((rest, &[]));
        let closed = after.strip_prefix(b"-");
        if run.is_empty() {
            // `+-` is a plus; a plus that begins nothing is one too.
            out.push('+');
            rest = closed.unwrap_or(after);
            continue;
        }
        // One letter over carries no byte.
        let whole = if run.len() % 4 == 1 { run.len() - 1 } else { run.len() };
        let coded = LENIENT.decode(run.get(..whole).unwrap_or_default()).unwrap_or_default();
        let units = coded.chunks_exact(2).map(|pair| u16::from_be_bytes([byte(pair, 0), byte(pair, 1)]));
        out.extend(char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)));
        rest = closed.unwrap_or(after);
    }
    out.push_str(&super::guess(rest));
    out
}

fn byte(pair: &[u8], at: usize) -> u8 {
    pair.get(at).copied().unwrap_or(0)
}

/// Decodes ISO-2022-KR: between SO and SI the bytes are EUC-KR without its high bits.
pub(super) fn iso_2022_kr(bytes: &[u8]) -> String {
    let mut eight = Vec::with_capacity(bytes.len());
    let mut shifted = false;
    let mut rest = bytes;
    while let Some((&b, after)) = rest.split_first() {
        rest = match b {
            // The designation, once at the start.
            0x1b if after.starts_with(b"$)C") => after.get(3..).unwrap_or_default(),
            0x0e | 0x0f => {
                shifted = b == 0x0e;
                after
            }
            _ => {
                // A line break ends a shift that was left open.
                shifted &= b != b'\n';
                eight.push(if shifted && b > 0x20 { b | 0x80 } else { b });
                after
            }
        };
    }
    EUC_KR.decode(&eight).0.into_owned()
}

/// Decodes HZ: between `~{` and `~}` the bytes are GB 2312 without its high bits.
pub(super) fn hz(bytes: &[u8]) -> String {
    let mut eight = Vec::with_capacity(bytes.len());
    let mut shifted = false;
    let mut rest = bytes;
    while let Some((&b, after)) = rest.split_first() {
        let pair = (b == b'~').then(|| after.first().copied()).flatten();
        match pair {
            Some(b'{') => shifted = true,
            Some(b'}') => shifted = false,
            Some(b'~') => eight.push(b'~'),
            Some(b'\n') => {}
            _ => {
                shifted &= b != b'\n';
                eight.push(if shifted && b > 0x20 { b | 0x80 } else { b });
                rest = after;
                continue;
            }
        }
        rest = after.get(1..).unwrap_or_default();
    }
    GBK.decode(&eight).0.into_owned()
}

/// ISO-2022-JP without escapes that are immediately followed by another. A long subject is cut into encoded words, each
/// of which returns to ASCII at its end; joined, they contain `ESC ( B ESC $ B`, which the Encoding Standard's decoder
/// takes for an error.
pub(super) fn without_idle_escapes(bytes: &[u8]) -> Cow<'_, [u8]> {
    const ESCAPE: usize = 3;
    let is_escape = |at: usize| {
        bytes.get(at) == Some(&0x1b) && matches!(bytes.get(at + 1), Some(b'(' | b'$')) && at + 2 < bytes.len()
    };
    if !(0..bytes.len()).any(|at| is_escape(at) && is_escape(at + ESCAPE)) {
        return Cow::Borrowed(bytes);
    }
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&b) = bytes.get(at) {
        if is_escape(at) && is_escape(at + ESCAPE) {
            at += ESCAPE;
        } else {
            out.push(b);
            at += 1;
        }
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::{hz, iso_2022_kr, utf_7, without_idle_escapes};

    #[test]
    fn utf_7_is_read_and_what_is_not_it_stays() {
        assert_eq!(utf_7(b"+ANw-bermittlung l+AOQ-uft, 5 +- 3"), "Übermittlung läuft, 5 + 3");
        assert_eq!(utf_7(b"Hi Mom +Jjo-!"), "Hi Mom ☺!");
        assert_eq!(utf_7(b"+2D3cqQ."), "💩.");
        assert_eq!(utf_7(b"1 + 1 +"), "1 + 1 +");
        assert_eq!(utf_7(b"+A"), "");
    }

    #[test]
    fn korean_and_chinese_in_seven_bits_are_read() {
        assert_eq!(iso_2022_kr(b"\x1b$)C\x0eGQ1[\x0f ok"), "한글 ok");
        assert_eq!(hz(b"~{<:Ky2;~} ok ~~"), "己所不 ok ~");
    }

    #[test]
    fn an_escape_that_switches_nothing_is_left_out() {
        assert_eq!(&*without_idle_escapes(b"\x1b$Ba\x1b(B\x1b$Bb\x1b(B"), b"\x1b$Ba\x1b$Bb\x1b(B");
        assert_eq!(&*without_idle_escapes(b"\x1b$Ba\x1b(B"), b"\x1b$Ba\x1b(B");
        assert_eq!(&*without_idle_escapes(b"\x1b("), b"\x1b(");
    }
}
