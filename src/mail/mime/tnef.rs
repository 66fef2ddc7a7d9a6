//! `winmail.dat`: the files within a TNEF stream (MS-OXTNEF), which Outlook sends in place of attachments. Nothing in it is
//! compressed, so what is taken out is never larger than the stream.

use super::super::charset;

/// A file within a stream.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct File {
    pub(super) name: String,
    pub(super) bytes: Vec<u8>,
}

/// MS-OXTNEF §2.1.3.1: the first four bytes.
const SIGNATURE: [u8; 4] = 0x223e_9f78_u32.to_le_bytes();
/// `attAttachRendData`: an attachment begins.
const BEGINS: u16 = 0x9002;
/// `attAttachTitle`: its short name.
const TITLE: u16 = 0x8010;
/// `attAttachData`: its bytes.
const DATA: u16 = 0x800f;
/// `attAttachment`: MAPI properties, the long name among them.
const PROPERTIES: u16 = 0x9005;
/// `PidTagAttachLongFilename`.
const LONG_NAME: u16 = 0x3707;

/// Whether bytes are a TNEF stream.
pub(super) fn is(bytes: &[u8]) -> bool {
    bytes.starts_with(&SIGNATURE)
}

/// The files of a stream, `most` at most. One that is cut short or broken gives those before the fault.
pub(super) fn files(bytes: &[u8], most: usize) -> Vec<File> {
    let mut files: Vec<File> = Vec::new();
    // After the signature comes a key of two bytes.
    let mut rest = Reader(bytes.get(6..).unwrap_or_default());
    while let Some((id, value)) = attribute(&mut rest) {
        match id {
            BEGINS if files.len() >= most => break,
            BEGINS => files.push(File::default()),
            TITLE => {
                if let Some(f) = files.last_mut().filter(|f| f.name.is_empty()) {
                    f.name = text(value);
                }
            }
            DATA => {
                if let Some(f) = files.last_mut() {
                    f.bytes = value.to_vec();
                }
            }
            PROPERTIES => {
                if let (Some(f), Some(name)) = (files.last_mut(), long_name(value)) {
                    f.name = name;
                }
            }
            _ => {}
        }
    }
    files.retain(|f| !f.name.is_empty() || !f.bytes.is_empty());
    files
}

/// The next attribute: level, id, length, value, checksum.
fn attribute<'a>(rest: &mut Reader<'a>) -> Option<(u16, &'a [u8])> {
    rest.take(1)?;
    let id = u16::try_from(rest.u32()? & 0xffff).ok()?;
    let length = usize::try_from(rest.u32()?).ok()?;
    let value = rest.take(length)?;
    // A checksum that is missing or wrong is no reason to withhold a file.
    let _ = rest.take(2);
    Some((id, value))
}

/// A name of one byte a character, in whatever code page Windows had.
fn text(bytes: &[u8]) -> String {
    let end = bytes.iter().position(|b| *b == 0).unwrap_or(bytes.len());
    charset::guess(bytes.get(..end).unwrap_or_default())
}

fn wide(bytes: &[u8]) -> String {
    let units: Vec<u16> = bytes
        .as_chunks()
        .0
        .iter()
        .map(|b: &[u8; 2]| u16::from_le_bytes(*b))
        .take_while(|u| *u != 0)
        .collect();
    String::from_utf16_lossy(&units)
}

/// The long name among MAPI properties (MS-OXTNEF §2.1.3.4).
fn long_name(bytes: &[u8]) -> Option<String> {
    let mut r = Reader(bytes);
    for _ in 0..r.u32()? {
        let (kind, id) = (r.u16()?, r.u16()?);
        if id >= 0x8000 {
            named(&mut r)?;
        }
        let values = if kind & 0x1000 != 0 { r.u32()? } else { 1 };
        match kind & 0x0fff {
            // Two bytes are padded to four.
            0x02 | 0x03 | 0x04 | 0x0a | 0x0b => r.skip(values, 4)?,
            0x05 | 0x06 | 0x07 | 0x14 | 0x40 => r.skip(values, 8)?,
            0x48 => r.skip(values, 16)?,
            kind @ (0x0d | 0x1e | 0x1f | 0x102) => {
                let several = if values == 1 { r.u32()? } else { values };
                for _ in 0..several {
                    let value = r.padded()?;
                    match kind {
                        0x1e if id == LONG_NAME => return Some(text(value)),
                        0x1f if id == LONG_NAME => return Some(wide(value)),
                        _ => {}
                    }
                }
            }
            _ => return None,
        }
    }
    None
}

/// The name of a named property: a GUID, then a number or a text.
fn named(r: &mut Reader<'_>) -> Option<()> {
    r.take(16)?;
    if r.u32()? == 0 {
        r.u32()?;
    } else {
        r.padded()?;
    }
    Some(())
}

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, n: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(n)?;
        self.0 = rest;
        Some(taken)
    }

    fn skip(&mut self, values: u32, each: usize) -> Option<()> {
        self.take(usize::try_from(values).ok()?.checked_mul(each)?).map(|_| ())
    }

    fn u16(&mut self) -> Option<u16> {
        Some(u16::from_le_bytes(self.take(2)?.try_into().ok()?))
    }

    fn u32(&mut self) -> Option<u32> {
        Some(u32::from_le_bytes(self.take(4)?.try_into().ok()?))
    }

    /// A length and as many bytes, padded to four.
    fn padded(&mut self) -> Option<&'a [u8]> {
        let length = usize::try_from(self.u32()?).ok()?;
        let value = self.take(length)?;
        let _ = self.take(length.wrapping_neg() % 4);
        Some(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn attr(out: &mut Vec<u8>, id: u32, value: &[u8]) {
        out.push(2);
        out.extend(id.to_le_bytes());
        out.extend(u32::try_from(value.len()).unwrap().to_le_bytes());
        out.extend(value);
        out.extend([0, 0]);
    }

    fn stream() -> Vec<u8> {
        let mut out = SIGNATURE.to_vec();
        out.extend([1, 0]);
        attr(&mut out, 0x0006_9002, &[0; 14]);
        attr(&mut out, 0x0001_8010, b"PRICES~1.PDF\0");
        attr(&mut out, 0x0006_800f, b"%PDF-1.4");
        let mut props = 2_u32.to_le_bytes().to_vec();
        props.extend([0x03, 0, 0x05, 0x37, 1, 0, 0, 0]);
        let name: Vec<u8> = "Prices für May.pdf\0".encode_utf16().flat_map(u16::to_le_bytes).collect();
        props.extend([0x1f, 0, 0x07, 0x37, 1, 0, 0, 0]);
        props.extend(u32::try_from(name.len()).unwrap().to_le_bytes());
        props.extend(&name);
        attr(&mut out, 0x0006_9005, &props);
        attr(&mut out, 0x0006_9002, &[0; 14]);
        attr(&mut out, 0x0001_8010, b"empty.txt\0");
        out
    }

    #[test]
    fn the_files_of_a_winmail_dat_have_their_long_names() {
        let found = files(&stream(), 10);
        let names: Vec<&str> = found.iter().map(|f| f.name.as_str()).collect();
        assert_eq!(names, ["Prices für May.pdf", "empty.txt"]);
        assert_eq!(found[0].bytes, b"%PDF-1.4");
        assert_eq!(files(&stream(), 1).len(), 1);
    }

    #[test]
    fn a_broken_stream_never_panics_and_gives_what_it_can() {
        let whole = stream();
        for end in 0..whole.len() {
            let _ = files(&whole[..end], 10);
            let mut bad = whole.clone();
            bad[end] ^= 0xff;
            let found = files(&bad, 10);
            assert!(found.iter().map(|f| f.bytes.len()).sum::<usize>() <= whole.len());
        }
    }
}
