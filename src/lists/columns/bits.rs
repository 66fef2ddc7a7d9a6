//! Sets of rows, a bit each.

use crate::find::snapshot::carry::saved;

/// A set of rows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Bits {
    words: Vec<u64>,
    len: usize,
}
saved!(Bits { words, len });

impl Bits {
    /// None of this many rows.
    pub fn none(len: usize) -> Bits {
        Bits { words: vec![0; len.div_ceil(64)], len }
    }

    /// Of words made elsewhere: 64 rows each, the lowest bit first.
    pub(super) fn of(words: Vec<u64>, len: usize) -> Bits {
        Bits { words, len }
    }

    /// How many rows it has room for.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether it contains none.
    pub fn is_empty(&self) -> bool {
        self.words.iter().all(|w| *w == 0)
    }

    /// How many it contains.
    pub fn count(&self) -> usize {
        self.words.iter().map(|w| w.count_ones() as usize).sum()
    }

    /// Whether it contains a row.
    pub fn has(&self, row: usize) -> bool {
        self.words.get(row / 64).is_some_and(|w| w >> (row % 64) & 1 == 1)
    }

    /// The first row that it contains from one on.
    pub(super) fn next(&self, row: usize) -> Option<usize> {
        let mut at = row / 64;
        let mut word = self.words.get(at)? & (u64::MAX << (row % 64));
        while word == 0 {
            at += 1;
            word = *self.words.get(at)?;
        }
        Some(at * 64 + word.trailing_zeros() as usize)
    }

    /// All of this many rows.
    pub(super) fn all(len: usize) -> Bits {
        let mut out = Bits { words: vec![u64::MAX; len.div_ceil(64)], len };
        if let (Some(last), rest @ 1..) = (out.words.last_mut(), len % 64) {
            *last = (1 << rest) - 1;
        }
        out
    }

    /// Puts a row in or takes it out; grows where it must.
    pub fn set(&mut self, row: usize, present: bool) {
        if row >= self.len {
            self.len = row + 1;
            self.words.resize(self.len.div_ceil(64), 0);
        }
        if let Some(w) = self.words.get_mut(row / 64) {
            let bit = 1 << (row % 64);
            if present { *w |= bit } else { *w &= !bit }
        }
    }

    /// Keeps what the other contains too.
    pub fn and(&mut self, other: &Bits) {
        self.each(other, |a, b| a & b);
    }

    /// Adds what the other contains.
    pub fn or(&mut self, other: &Bits) {
        self.each(other, |a, b| a | b);
    }

    /// Takes out what the other contains.
    pub fn minus(&mut self, other: &Bits) {
        self.each(other, |a, b| a & !b);
    }

    fn each(&mut self, other: &Bits, f: impl Fn(u64, u64) -> u64) {
        let rest = std::iter::repeat(&0);
        for (a, b) in self.words.iter_mut().zip(other.words.iter().chain(rest)) {
            *a = f(*a, *b);
        }
    }

    /// The rows, ascending.
    pub fn iter(&self) -> impl Iterator<Item = usize> + '_ {
        self.words.iter().enumerate().flat_map(|(i, word)| {
            let mut word = *word;
            std::iter::from_fn(move || {
                let at = word.trailing_zeros() as usize;
                (word != 0).then(|| {
                    word &= word - 1;
                    i * 64 + at
                })
            })
        })
    }

    /// The bytes that it takes.
    pub fn bytes(&self) -> usize {
        self.words.capacity() * 8
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_come_out_as_they_went_in() {
        let mut b = Bits::none(10);
        for row in [0, 9, 63, 64, 200] {
            b.set(row, true);
        }
        b.set(9, false);
        assert_eq!(b.iter().collect::<Vec<_>>(), [0, 63, 64, 200]);
        assert_eq!((b.count(), b.has(64), b.has(9), b.has(10_000)), (4, true, false, false));
        let mut c = Bits::none(64);
        c.set(63, true);
        let mut both = b.clone();
        both.and(&c);
        assert_eq!(both.iter().collect::<Vec<_>>(), [63]);
        b.minus(&c);
        assert_eq!(b.count(), 3);
        assert_eq!([b.next(0), b.next(1), b.next(65), b.next(201)], [Some(0), Some(64), Some(200), None]);
        assert_eq!([0, 1, 64, 65].map(|n| Bits::all(n).count()), [0, 1, 64, 65]);
    }
}
