//! S/MIME (RFC 8551): what a CMS message (RFC 5652) contains, where it is signed and not encrypted.

use super::Typed;

/// What an `application/pkcs7-mime` part is.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Signed: the MIME entity within it.
    Signed(Vec<u8>),
    /// Encrypted, compressed, or not understood.
    Encrypted,
}

/// `1.2.840.113549.1.7.2`, signed data.
const SIGNED: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02];
/// How deep octet strings may lie in one another.
const DEEPEST: usize = 8;

impl Kind {
    /// What a part is; `None` where its type is another. A certificate alone, or a signature, is a file as any other.
    pub(super) fn of(kind: &Typed, bytes: &[u8]) -> Option<Kind> {
        if !matches!(kind.value.as_str(), "application/pkcs7-mime" | "application/x-pkcs7-mime")
            || kind.param("smime-type").is_some_and(|t| t.eq_ignore_ascii_case("certs-only"))
        {
            return None;
        }
        let signed = signed(bytes).or_else(|| entity_in(bytes));
        Some(signed.map_or(Kind::Encrypted, Kind::Signed))
    }
}

/// One element of BER (X.690): its tag, its contents, what follows.
struct Element<'a> {
    tag: u8,
    contents: &'a [u8],
    rest: &'a [u8],
}

/// Reads an element. One of indefinite length reaches to the end of what contains it: its end is found by walking
/// its contents.
fn element(bytes: &[u8]) -> Option<Element<'_>> {
    let (&tag, rest) = bytes.split_first()?;
    let (&first, rest) = rest.split_first()?;
    let (len, rest) = match first {
        0x80 => (rest.len(), rest),
        0..=0x7f => (usize::from(first), rest),
        _ => {
            let (digits, rest) = rest.split_at_checked(usize::from(first & 0x7f))?;
            if digits.len() > 4 {
                return None;
            }
            let len = digits.iter().fold(0_u64, |n, d| n << 8 | u64::from(*d));
            (usize::try_from(len).ok()?, rest)
        }
    };
    // What is cut short is read as far as it goes.
    let (contents, rest) = rest.split_at_checked(len).unwrap_or((rest, &[]));
    Some(Element { tag, contents, rest })
}

/// The content of `ContentInfo { signedData, [0] SignedData { version, digests, { type, [0] content } … } }`.
fn signed(bytes: &[u8]) -> Option<Vec<u8>> {
    let info = element(bytes).filter(|e| e.tag == 0x30)?;
    let oid = element(info.contents).filter(|e| e.tag == 0x06 && e.contents == SIGNED)?;
    let data = element(oid.rest).filter(|e| e.tag == 0xa0)?;
    let data = element(data.contents).filter(|e| e.tag == 0x30)?;
    let version = element(data.contents).filter(|e| e.tag == 0x02)?;
    let digests = element(version.rest).filter(|e| e.tag == 0x31)?;
    let inner = element(digests.rest).filter(|e| e.tag == 0x30)?;
    let oid = element(inner.contents).filter(|e| e.tag == 0x06)?;
    let content = element(oid.rest).filter(|e| e.tag == 0xa0)?;
    let mut out = Vec::new();
    octets(content.contents, DEEPEST, &mut out);
    (!out.is_empty()).then_some(out)
}

/// The octets of a string, in one piece or in several.
fn octets<'a>(bytes: &'a [u8], depth: usize, out: &mut Vec<u8>) -> &'a [u8] {
    let mut rest = bytes;
    while let Some(e) = element(rest) {
        match e.tag {
            0x04 => {
                out.extend_from_slice(e.contents);
                rest = e.rest;
            }
            0x24 if depth > 0 => {
                let left = octets(e.contents, depth - 1, out);
                rest = if e.rest.is_empty() { left } else { e.rest };
            }
            // The end of contents of indefinite length, or the next field.
            _ => return e.rest,
        }
    }
    &[]
}

/// A MIME entity found verbatim in the bytes, for invalid BER.
fn entity_in(bytes: &[u8]) -> Option<Vec<u8>> {
    let from = memchr::memmem::find(bytes, b"Content-Type:")?;
    let entity = bytes.get(from..)?;
    // Text ends where bytes begin that no text has.
    let end = entity.iter().position(|b| *b < 0x20 && !matches!(b, b'\n' | b'\r' | b'\t' | 0x0c));
    Some(entity.get(..end.unwrap_or(entity.len()))?.to_vec())
}

#[cfg(test)]
mod tests {
    use super::{Kind, SIGNED};
    use crate::mail::mime::typed;

    fn der(tag: u8, contents: &[u8]) -> Vec<u8> {
        let len = u16::try_from(contents.len()).unwrap().to_be_bytes();
        [&[tag, 0x82, len[0], len[1]][..], contents].concat()
    }

    fn cms(content: &[u8]) -> Vec<u8> {
        let data = der(0x06, &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x01]);
        let inner = der(0x30, &[data, der(0xa0, content)].concat());
        let signed = der(0x30, &[der(0x02, &[1]), der(0x31, &[]), inner].concat());
        der(0x30, &[der(0x06, SIGNED), der(0xa0, &signed)].concat())
    }

    #[test]
    fn what_is_signed_is_read_in_one_piece_or_several() {
        let kind = typed(b"application/pkcs7-mime; smime-type=signed-data");
        let entity = b"Content-Type: text/plain\r\n\r\nHello";
        let whole = cms(&der(0x04, entity));
        assert_eq!(Kind::of(&kind, &whole), Some(Kind::Signed(entity.to_vec())));
        let (a, b) = entity.split_at(10);
        let pieces = cms(&der(0x24, &[der(0x04, a), der(0x04, b)].concat()));
        assert_eq!(Kind::of(&kind, &pieces), Some(Kind::Signed(entity.to_vec())));
    }

    #[test]
    fn what_is_encrypted_or_broken_says_so_and_never_panics() {
        let kind = typed(b"application/x-pkcs7-mime; smime-type=enveloped-data");
        assert_eq!(Kind::of(&kind, b"\x30\x84\xff\xff\xff\xff"), Some(Kind::Encrypted));
        let whole = cms(&der(0x24, &der(0x24, &der(0x04, b"x"))));
        for end in 0..whole.len() {
            let _ = Kind::of(&kind, &whole[..end]);
        }
        assert_eq!(Kind::of(&typed(b"application/pdf"), &whole), None);
    }
}
