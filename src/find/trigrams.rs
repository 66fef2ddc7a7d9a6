//! Which three letters stand anywhere among 256 contacts that are held beside each other: a bit for each such group. Rows of
//! pairs let a word through whose pairs are common and which no one has; the three letters of such a word are rare, so that
//! most groups need not be looked at.

use std::io::{self, Write};

use super::{
    bits::BLOCK,
    snapshot::carry::{FilePart, Saved},
    tiers::{END, PHONE},
};

/// Contacts of a group.
pub const GROUP: usize = BLOCK / u128::BITS as usize;

/// Latin letters have their own entry.
const LETTERS: usize = 26 * 26 * 26;

/// Everything else shares these.
const OTHERS: usize = 2904;

/// The groups of a block, a bit each.
pub type Groups = u128;

/// Bytes of that.
const BYTES: usize = size_of::<Groups>();

/// For each three letters the groups of a block in which they stand.
#[derive(Debug, Clone)]
pub struct Trigrams {
    groups: Vec<[u8; BYTES]>,
}

/// What stands somewhere, as far as groups are set in any of it: a desk of a hundred people saves kilobytes.
impl Saved for Trigrams {
    fn write(&self, to: &mut dyn Write) -> io::Result<()> {
        let any = self.groups.iter().fold(0, |any, g| any | Groups::from_le_bytes(*g));
        let width = any.to_le_bytes().iter().rposition(|b| *b != 0).map_or(0, |last| last + 1);
        let mut out = Vec::new();
        for (at, groups) in (0u16..).zip(&self.groups).filter(|(_, g)| **g != [0; BYTES]) {
            out.extend_from_slice(&at.to_le_bytes());
            out.extend(groups.iter().take(width));
        }
        width.write(to)?;
        out.write(to)
    }

    fn read(from: &mut FilePart<'_>) -> io::Result<Trigrams> {
        let width = usize::read(from)?;
        let all = Vec::<u8>::read(from)?;
        let mut out = Trigrams::default();
        for one in all.chunks(2 + width.min(BYTES)) {
            let place = one.split_first_chunk::<2>().and_then(|(at, some)| {
                let groups = out.groups.get_mut(usize::from(u16::from_le_bytes(*at)))?;
                Some((groups.get_mut(..width)?, some))
            });
            match place {
                Some((to, some)) if to.len() == some.len() => to.copy_from_slice(some),
                _ => return Err(io::ErrorKind::InvalidData.into()),
            }
        }
        Ok(out)
    }
}

impl Default for Trigrams {
    fn default() -> Trigrams {
        Trigrams { groups: vec![[0; BYTES]; LETTERS + OTHERS] }
    }
}

impl Trigrams {
    /// Notes a contact's text. It is forgotten when the block is rebuilt.
    pub fn add(&mut self, at: usize, text: &[u8]) {
        let group = at / GROUP;
        let bit = 1 << (group % 8);
        let mut kind = END;
        for (i, b) in text.iter().enumerate() {
            if *b <= END {
                kind = *b;
            }
            // Numbers have their own rows, and nearly all groups have all their digits.
            if kind != PHONE
                && let Some(groups) =
                    text.get(i..i + 3).and_then(place).and_then(|p| self.groups.get_mut(usize::from(p)))
                && let Some(byte) = groups.get_mut(group / 8)
            {
                *byte |= bit;
            }
        }
    }

    /// The groups with all of these.
    pub fn of(&self, all: &[u16]) -> Groups {
        all.iter()
            .filter_map(|p| self.groups.get(usize::from(*p)))
            .fold(Groups::MAX, |a, b| a & Groups::from_le_bytes(*b))
    }

    /// Their size in bytes.
    pub fn bytes(&self) -> usize {
        self.groups.capacity() * BYTES
    }
}

/// Where three bytes of a word are noted.
fn place(three: &[u8]) -> Option<u16> {
    let [a, b, c] = *three else { return None };
    let letter = |b: u8| b.is_ascii_lowercase().then(|| usize::from(b - b'a'));
    let at = match (letter(a), letter(b), letter(c)) {
        (Some(a), Some(b), Some(c)) => (a * 26 + b) * 26 + c,
        _ if a.min(b).min(c) <= b' ' => return None,
        _ => {
            let h = u32::from_be_bytes([0, a, b, c]).wrapping_mul(0x9e37_79b1) >> 16;
            LETTERS + ((h as usize * OTHERS) >> 16)
        }
    };
    u16::try_from(at).ok()
}

/// The three letters of which a stretch of a word consists.
pub fn of_word(bytes: &[u8]) -> impl Iterator<Item = u16> {
    bytes.windows(3).filter_map(place)
}
