//! Keys in our own order-preserving encoding: comparing the bytes compares the values.
//!
//! Big-endian integers, the sign bit of signed ones flipped, strings with `0x00` escaped as `0x00 0xff` and ended by
//! `0x00 0x00`, complement for descending. An engine needs nothing but memcmp.

use super::{Id, Stamp};

/// Builds a key, part by part.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Key(Vec<u8>);

impl Key {
    /// An empty key: the start of everything.
    pub fn new() -> Key {
        Key(Vec::with_capacity(40))
    }

    /// Adds an id.
    pub fn id(mut self, id: Id) -> Key {
        self.0.extend_from_slice(id.bytes());
        self
    }

    /// Adds a byte.
    pub fn u8(mut self, v: u8) -> Key {
        self.0.push(v);
        self
    }

    /// Adds an unsigned number.
    pub fn u64(mut self, v: u64) -> Key {
        self.0.extend_from_slice(&v.to_be_bytes());
        self
    }

    /// Adds a stamp (or any signed number).
    pub fn at(mut self, v: Stamp) -> Key {
        self.0.extend_from_slice(&(v.cast_unsigned() ^ (1 << 63)).to_be_bytes());
        self
    }

    /// Adds a text, ended so that no key is the prefix of another's text.
    pub fn text(mut self, s: &str) -> Key {
        for b in s.bytes() {
            self.0.push(b);
            if b == 0 {
                self.0.push(0xff);
            }
        }
        self.0.extend_from_slice(&[0, 0]);
        self
    }

    /// Adds the beginning of a text, not ended: for scans by prefix.
    pub fn text_prefix(self, s: &str) -> Key {
        let mut k = self.text(s);
        k.0.truncate(k.0.len().saturating_sub(2));
        k
    }

    /// The bytes.
    pub fn into_bytes(self) -> Vec<u8> {
        self.0
    }

    /// The bytes, borrowed.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl From<Key> for Vec<u8> {
    fn from(k: Key) -> Vec<u8> {
        k.0
    }
}

/// Takes a key apart again. `None` where the key is too short: a corrupt row.
#[derive(Debug, Clone, Copy)]
pub struct KeyReader<'a>(pub &'a [u8]);

impl KeyReader<'_> {
    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (head, rest) = self.0.split_first_chunk::<N>()?;
        self.0 = rest;
        Some(*head)
    }

    /// The next id.
    pub fn id(&mut self) -> Option<Id> {
        self.take::<16>().map(Id)
    }

    /// The next byte.
    pub fn u8(&mut self) -> Option<u8> {
        self.take::<1>().map(|[b]| b)
    }

    /// The next unsigned number.
    pub fn u64(&mut self) -> Option<u64> {
        self.take::<8>().map(u64::from_be_bytes)
    }

    /// The next stamp.
    pub fn at(&mut self) -> Option<Stamp> {
        self.take::<8>().map(|b| (u64::from_be_bytes(b) ^ (1 << 63)).cast_signed())
    }

    /// The next text.
    pub fn text(&mut self) -> Option<String> {
        let mut out = Vec::new();
        loop {
            match self.0 {
                [0, 0, rest @ ..] => {
                    self.0 = rest;
                    return String::from_utf8(out).ok();
                }
                [0, 0xff, rest @ ..] => {
                    out.push(0);
                    self.0 = rest;
                }
                [b, rest @ ..] if *b != 0 => {
                    out.push(*b);
                    self.0 = rest;
                }
                _ => return None,
            }
        }
    }
}

/// The first key after all keys that begin with `prefix`; `None` where there is none (all `0xff`).
pub fn after_prefix(prefix: &[u8]) -> Option<Vec<u8>> {
    let mut end = prefix.to_vec();
    while let Some(last) = end.pop() {
        if last < 0xff {
            end.push(last + 1);
            return Some(end);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn keys_order_as_their_values(a: (i64, String, u64), b: (i64, String, u64)) {
            let key = |v: &(i64, String, u64)| Key::new().at(v.0).text(&v.1).u64(v.2).into_bytes();
            prop_assert_eq!(key(&a).cmp(&key(&b)), (a.0, a.1.as_bytes(), a.2).cmp(&(b.0, b.1.as_bytes(), b.2)));
        }

        #[test]
        fn keys_read_back(at: i64, s: String, n: u64, id: [u8; 16]) {
            let k = Key::new().at(at).text(&s).u64(n).id(Id(id)).u8(9);
            let mut r = KeyReader(k.as_bytes());
            prop_assert_eq!((r.at(), r.text(), r.u64(), r.id(), r.u8()), (Some(at), Some(s), Some(n), Some(Id(id)), Some(9)));
            prop_assert!(r.u8().is_none());
        }

        #[test]
        fn after_prefix_is_after_all_of_it(p: Vec<u8>, tail: Vec<u8>) {
            let mut k = p.clone();
            k.extend(tail);
            if let Some(end) = after_prefix(&p) {
                prop_assert!(k < end && p < end);
            }
        }
    }
}
