//! A table from keys to places, where the keys are kept elsewhere: four bytes an entry. In parts, so that none takes long
//! to grow.

use super::snapshot::carry::saved;

/// Parts.
const PARTS: usize = 512;

const FREE: u32 = u32::MAX;
const LEFT: u32 = u32::MAX - 1;

/// Places by the hash of their key.
#[derive(Debug, Clone, Default)]
pub struct Table {
    parts: Vec<TablePart>,
    len: usize,
}

#[derive(Debug, Clone, Default)]
struct TablePart {
    /// [`FREE`], [`LEFT`] where one was taken out, or a place.
    places: Vec<u32>,
    /// How many are not free.
    used: usize,
}

saved!(Table { parts, len });
saved!(TablePart { places, used });

/// A hash of bytes: good enough for ids and words, the same on every machine.
pub fn hash(bytes: &[u8]) -> u64 {
    let (chunks, rest) = bytes.as_chunks::<8>();
    let mut last = [0; 8];
    last.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
    let seed = 0x9e37_79b9_7f4a_7c15 ^ bytes.len() as u64;
    chunks.iter().chain([&last]).fold(seed, |h, c| {
        let m = u128::from(h ^ u64::from_le_bytes(*c)) * 0xa076_1d64_78bd_642f_u128;
        (m as u64) ^ (m >> 64) as u64 ^ h.rotate_left(23)
    })
}

impl Table {
    /// With room for this many.
    pub fn with_room(n: usize) -> Table {
        // The parts differ by a few hundredths.
        let each = n / PARTS * 3 / 2 + 64;
        let part = || TablePart { places: vec![FREE; each], used: 0 };
        Table { parts: std::iter::repeat_with(part).take(PARTS).collect(), len: 0 }
    }

    /// How many places it contains.
    #[cfg(test)]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Its size in bytes.
    pub fn bytes(&self) -> usize {
        self.parts.iter().map(|p| p.places.capacity() * 4 + size_of::<TablePart>()).sum()
    }

    /// The place of the key with this hash for which `is` is true.
    pub fn get(&self, hash: u64, is: impl Fn(u32) -> bool) -> Option<u32> {
        let part = self.parts.get(part_of(hash))?;
        part.walk(hash)
            .map_while(|i| part.places.get(i).copied())
            .take_while(|p| *p != FREE)
            .find(|p| *p != LEFT && is(*p))
    }

    /// Adds a place; its key must not be there. `hash_of` is asked for the others of its part when that grows.
    pub fn put(&mut self, hash: u64, place: u32, hash_of: impl Fn(u32) -> u64) {
        if self.parts.is_empty() {
            self.parts = vec![TablePart::default(); PARTS];
        }
        let Some(part) = self.parts.get_mut(part_of(hash)) else { return };
        if part.used * 4 >= part.places.len() * 3 {
            part.grow(hash_of);
        }
        part.insert(hash, place);
        self.len += 1;
    }

    /// Takes out the place of the key with this hash for which `is` is true.
    pub fn take(&mut self, hash: u64, is: impl Fn(u32) -> bool) -> Option<u32> {
        let part = self.parts.get_mut(part_of(hash))?;
        let at = part
            .walk(hash)
            .take_while(|i| part.places.get(*i).is_some_and(|p| *p != FREE))
            .find(|i| part.places.get(*i).is_some_and(|p| *p != LEFT && is(*p)))?;
        let place = part.places.get_mut(at)?;
        self.len -= 1;
        Some(std::mem::replace(place, LEFT))
    }
}

impl TablePart {
    fn walk(&self, hash: u64) -> impl Iterator<Item = usize> + use<> {
        let len = self.places.len();
        // A share of the length, by the bits that do not tell the part.
        let start = (((hash >> 20) & 0xffff_ffff) as usize * len) >> 32;
        (0..len).map(move |i| if start + i < len { start + i } else { start + i - len })
    }

    fn insert(&mut self, hash: u64, place: u32) {
        let free = self.walk(hash).find(|i| self.places.get(*i).is_some_and(|p| *p >= LEFT));
        if let Some(to) = free.and_then(|i| self.places.get_mut(i)) {
            self.used += usize::from(*to == FREE);
            *to = place;
        }
    }

    fn grow(&mut self, hash_of: impl Fn(u32) -> u64) {
        let all: Vec<u32> = self.places.iter().copied().filter(|p| *p < LEFT).collect();
        self.places = vec![FREE; (all.len() * 2).max(16)];
        self.used = 0;
        all.into_iter().for_each(|p| self.insert(hash_of(p), p));
    }
}

fn part_of(hash: u64) -> usize {
    (hash >> 52) as usize % PARTS
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn it_holds_what_a_map_holds(steps in proptest::collection::vec((0u32..300, any::<bool>()), 0..900)) {
            let h = |n: u32| hash(&n.to_le_bytes()) & 0xfff0_0000_00ff_ffff;
            let (mut t, mut m) = (Table::default(), BTreeMap::new());
            for (n, put) in steps {
                if put && m.insert(n, n).is_none() {
                    t.put(h(n), n, h);
                } else if !put {
                    prop_assert_eq!(t.take(h(n), |p| p == n), m.remove(&n));
                }
            }
            prop_assert_eq!(t.len(), m.len());
            for n in 0..300 {
                prop_assert_eq!(t.get(h(n), |p| p == n), m.get(&n).copied());
            }
        }
    }
}
