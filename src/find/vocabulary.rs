//! All words of names and organisations, with how often each occurs: what a mistyped word may have meant. Kept in rows of
//! bits like the contacts, so that those with the unharmed part of a typo are found without looking at the others.

use super::{
    bits::{self, BLOCK, NONE, Row},
    correction::KnownWord,
    edit_distance::EditDistance,
    snapshot::carry::saved,
    table::{Table, hash},
    tiers::POINT,
};

/// Longer words are neither kept nor corrected.
const LONGEST: usize = 48;

const STARTS: u16 = 64;
const PAIRS: u16 = 128;
const ROWS: usize = STARTS as usize + PAIRS as usize;

/// The words.
#[derive(Debug, Clone, Default)]
pub struct Vocabulary {
    pub(super) blocks: Vec<Words>,
    pub(super) table: Table,
    pub(super) free: Vec<u32>,
}

/// Words that are looked through together.
#[derive(Debug, Clone, Default)]
pub struct Words {
    pub(super) rows: Vec<Row>,
    pub(super) data: Vec<u8>,
    /// Where each starts, and how long it is.
    pub(super) places: Vec<(u32, u8)>,
    pub(super) times: Vec<u32>,
    /// In which kinds of fields each was ever seen: a bit for each mark.
    pub(super) kinds: Vec<u8>,
}

saved!(Words { rows, data, places, times, kinds });

impl Words {
    fn get(&self, at: usize) -> &[u8] {
        let Some((start, len)) = self.places.get(at) else { return &[] };
        let start = *start as usize;
        self.data.get(start..start + usize::from(*len)).unwrap_or_default()
    }
}

fn start_row(a: u8, b: u8) -> u16 {
    mixed(a, b, STARTS)
}

fn pair_row(a: u8, b: u8) -> u16 {
    STARTS + mixed(a, b, PAIRS)
}

fn mixed(a: u8, b: u8, of: u16) -> u16 {
    let h = (u32::from(a) << 8 | u32::from(b)).wrapping_mul(0x9e37_79b1) >> 16;
    u16::try_from((h * u32::from(of)) >> 16).unwrap_or(0)
}

fn start_chain(bytes: &[u8]) -> Vec<u16> {
    let mut out = pair_chain(bytes);
    if let [a, b, ..] = bytes {
        out.push(start_row(*a, *b));
        out.reverse();
    }
    out
}

fn pair_chain(bytes: &[u8]) -> Vec<u16> {
    bytes.windows(2).filter_map(|w| Some(pair_row(*w.first()?, *w.last()?))).collect()
}

/// A word that a typo may have meant.
pub fn known(typo: &EditDistance, word: &[u8], times: u32, kinds: u8) -> Option<KnownWord> {
    if word.len() + typo.edits < typo.typed.len() || word.len() > LONGEST {
        return None;
    }
    if !typo.may_be(word) {
        return None;
    }
    let near = typo.near(word, 10 * POINT).filter(|n| n.edits > 0)?;
    Some(KnownWord { word: word.to_vec(), near, times, kinds })
}

impl Vocabulary {
    fn word(&self, at: u32) -> &[u8] {
        self.blocks.get(at as usize / BLOCK).map_or(&[], |b| b.get(at as usize % BLOCK))
    }

    fn find(&self, word: &[u8]) -> Option<u32> {
        self.table.get(hash(word), |at| self.word(at) == word)
    }

    /// How many words there are.
    #[cfg(test)]
    pub fn len(&self) -> usize {
        self.table.len()
    }

    /// Its size in bytes.
    pub fn bytes(&self) -> usize {
        let of = |b: &Words| {
            b.rows.capacity() * size_of::<Row>()
                + b.data.capacity()
                + b.places.capacity() * 8
                + b.times.capacity() * 5
        };
        self.blocks.iter().map(of).sum::<usize>() + self.table.bytes()
    }

    /// Notes a word once more.
    pub fn add(&mut self, mark: u8, word: &[u8]) {
        self.note(word, 1, 1 << mark);
    }

    /// Notes all words of another.
    pub fn merge(&mut self, other: &Vocabulary) {
        for b in &other.blocks {
            for (i, (times, kinds)) in b.times.iter().zip(&b.kinds).enumerate() {
                if *times > 0 {
                    self.note(b.get(i), *times, *kinds);
                }
            }
        }
    }

    fn note(&mut self, word: &[u8], more: u32, seen: u8) {
        if word.is_empty() || word.len() > LONGEST {
            return;
        }
        if let Some(at) = self.find(word) {
            let times =
                self.blocks.get_mut(at as usize / BLOCK).and_then(|b| b.times.get_mut(at as usize % BLOCK));
            if let Some(times) = times {
                *times += more;
            }
            self.seen(at, seen);
            return;
        }
        let at = self.free.pop().unwrap_or_else(|| {
            if self.blocks.last().is_none_or(|b| b.places.len() >= BLOCK) {
                self.blocks.push(Words { rows: vec![NONE; ROWS], ..Words::default() });
            }
            let n = (self.blocks.len() - 1) * BLOCK;
            let last = self.blocks.last_mut().map_or(0, |b| {
                b.places.push((0, 0));
                b.times.push(0);
                b.kinds.push(0);
                b.places.len() - 1
            });
            u32::try_from(n + last).unwrap_or(u32::MAX)
        });
        let Some(b) = self.blocks.get_mut(at as usize / BLOCK) else { return };
        let i = at as usize % BLOCK;
        let start = u32::try_from(b.data.len()).unwrap_or(u32::MAX);
        b.data.extend_from_slice(word);
        if let (Some(p), Some(t)) = (b.places.get_mut(i), b.times.get_mut(i)) {
            (*p, *t) = ((start, u8::try_from(word.len()).unwrap_or(0)), more);
        }
        for row in start_chain(word) {
            if let Some(r) = b.rows.get_mut(usize::from(row)) {
                bits::set(r, i, true);
            }
        }
        let blocks = &self.blocks;
        let hash_of =
            |at: u32| hash(blocks.get(at as usize / BLOCK).map_or(&[], |b| b.get(at as usize % BLOCK)));
        self.table.put(hash(word), at, hash_of);
        self.seen(at, seen);
    }

    fn seen(&mut self, at: u32, seen: u8) {
        let b = self.blocks.get_mut(at as usize / BLOCK);
        if let Some(kinds) = b.and_then(|b| b.kinds.get_mut(at as usize % BLOCK)) {
            *kinds |= seen;
        }
    }

    /// Notes a word once less.
    pub fn remove(&mut self, word: &[u8]) {
        let Some(at) = self.find(word) else { return };
        let i = at as usize % BLOCK;
        let Some(b) = self.blocks.get_mut(at as usize / BLOCK) else { return };
        let Some(times) = b.times.get_mut(i) else { return };
        *times = times.saturating_sub(1);
        if *times > 0 {
            return;
        }
        let blocks = &self.blocks;
        let taken = self.table.take(hash(word), |at| {
            blocks.get(at as usize / BLOCK).map_or(&[][..], |b| b.get(at as usize % BLOCK)) == word
        });
        let Some(b) = self.blocks.get_mut(at as usize / BLOCK) else { return };
        for r in &mut b.rows {
            bits::set(r, i, false);
        }
        if let Some((start, len)) = b.places.get_mut(i) {
            // Words without contacts are dropped.
            let range = *start as usize..*start as usize + usize::from(*len);
            if let Some(text) = b.data.get_mut(range) {
                text.fill(0);
            }
            *len = 0;
        }
        if let Some(kinds) = b.kinds.get_mut(i) {
            *kinds = 0;
        }
        self.free.extend(taken);
    }

    /// The words that a typo may have meant, or whose start, in no order.
    pub fn meant(&self, typo: &EditDistance) -> Vec<KnownWord> {
        let parts = typo.parts();
        let mut chains: Vec<Vec<u16>> = parts
            .iter()
            .enumerate()
            .map(|(i, p)| if i == 0 { start_chain(p) } else { pair_chain(p) })
            .collect();
        chains.extend(typo.swapped().map(|s| start_chain(&s)));
        let chains: Vec<(&[u16], u128)> = chains.iter().map(|c| (c.as_slice(), u128::MAX)).collect();
        let everybody: Row = [[0xff; 512]; 8];
        let mut out = Vec::new();
        let mut row = NONE;
        for b in &self.blocks {
            bits::any_chain(&b.rows, &chains, &everybody, &mut row);
            bits::each(&row, |i| {
                out.extend(known(
                    typo,
                    b.get(i),
                    b.times.get(i).copied().unwrap_or(0),
                    b.kinds.get(i).copied().unwrap_or(0),
                ));
                true
            });
        }
        out
    }

    #[cfg(test)]
    pub fn all(&self) -> std::collections::BTreeMap<String, u32> {
        let words = self.blocks.iter().flat_map(|b| (0..b.places.len()).map(|i| (b.get(i), b.times[i])));
        words
            .filter(|(w, _)| !w.is_empty())
            .map(|(w, n)| (String::from_utf8(w.to_vec()).unwrap(), n))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn no_word_that_was_meant_is_missed(
            words in proptest::collection::vec("[a-c]{2,10}", 0..60),
            gone in proptest::collection::vec(any::<bool>(), 60),
            typed in "[a-c]{4,9}",
            edits in 1usize..3,
        ) {
            let Some(typo) = EditDistance::new(&typed, edits) else { return Ok(()) };
            let mut v = Vocabulary::default();
            words.iter().for_each(|w| v.add(1, w.as_bytes()));
            let mut left = Vec::new();
            for (w, gone) in words.iter().zip(gone) {
                if gone { v.remove(w.as_bytes()) } else { left.push(w.clone()) }
            }
            left.sort();
            left.dedup();
            let mut found: Vec<_> = v.meant(&typo).into_iter().map(|k| String::from_utf8(k.word).unwrap()).collect();
            found.sort();
            left.retain(|w| known(&typo, w.as_bytes(), 1, 0).is_some());
            prop_assert_eq!(found, left);
            prop_assert_eq!(v.all().len(), v.len());
        }
    }
}
