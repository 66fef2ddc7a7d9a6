//! Typos of the finger: how far a typed word is from one that is there. Bit-parallel optimal string alignment
//! (Hyyrö 2003, "A bit-vector algorithm for computing Levenshtein and Damerau edit distances").

use super::tiers::POINT;

/// What an edit costs, and a letter that was not typed yet, in hundredths of a point.
pub const EDIT: u32 = 24 * POINT;
const LEFT_OVER: u32 = 150;

/// The most edits that are forgiven.
const MOST: usize = 2;

/// Two edits are looked for in words of this many bytes or more.
const LONG: usize = 8;

/// Shorter words are looked for in the vocabulary only: elsewhere too many are like them.
const WIDE: usize = 10;

/// A word that may be mistyped. Edits: insert, drop, change, swap of neighbours; each letter edited once.
#[derive(Debug, Clone)]
pub struct EditDistance {
    /// The word as typed, folded.
    pub typed: Vec<u8>,
    /// How many edits are forgiven.
    pub edits: usize,
    /// Where each byte is in the typed word, a bit each.
    places: Box<[u64; 256]>,
}

/// How near a word is to the typed one, or its start to it: edits and letters left over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Near {
    /// Edits.
    pub edits: usize,
    /// Bytes of the word that were not typed yet.
    pub left: usize,
}

impl Near {
    /// What it costs; a word of which only the start was typed costs no more than `cap` for that.
    pub fn cost(self, cap: u32) -> u32 {
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        EDIT * count(self.edits) + LEFT_OVER.saturating_mul(count(self.left)).min(cap)
    }
}

impl EditDistance {
    /// Of a word, where it can be a typo: four letters and more, none a figure (one figure for another is another
    /// thing). Two edits are forgiven in long words only.
    pub fn new(typed: &str, edits: usize) -> Option<EditDistance> {
        let letters = typed.chars().count();
        let may = typed.chars().all(char::is_alphabetic) && typed.len() <= 64;
        let may = may && letters >= if edits > 1 { LONG } else { 4 };
        let typed = typed.as_bytes().to_vec();
        let mut places = Box::new([0u64; 256]);
        for (i, b) in typed.iter().enumerate() {
            if let Some(p) = places.get_mut(usize::from(*b)) {
                *p |= 1 << i;
            }
        }
        may.then_some(EditDistance { typed, edits: edits.min(MOST), places })
    }

    /// Whether it is long enough to be looked for among what is in no vocabulary, with one edit.
    pub fn is_long(&self) -> bool {
        self.typed.len() >= WIDE && self.edits == 1
    }

    /// The parts of the typed word of which one stands unharmed in whatever it is a typo of; the first at its start.
    /// With one edit that follows; of two it is asked.
    pub fn parts(&self) -> Vec<&[u8]> {
        let n = self.edits + 1;
        let at = |i: usize| self.typed.len() * i / n;
        (0..n).filter_map(|i| self.typed.get(at(i)..at(i + 1))).collect()
    }

    /// The typed word with the letters swapped where its halves meet: there a swap harms both.
    pub fn swapped(&self) -> Option<Vec<u8>> {
        let at = self.typed.len() / 2;
        let mut out = self.typed.clone();
        (self.edits == 1 && at > 0 && at < out.len()).then(|| {
            out.swap(at - 1, at);
            out
        })
    }

    /// Whether a word can be near at all: most cannot, which is quick to see.
    pub fn may_be(&self, word: &[u8]) -> bool {
        let at = self.typed.len() / 2;
        let swapped = |i: usize| {
            if i + 1 == at {
                at
            } else if i == at {
                at - 1
            } else {
                i
            }
        };
        let same = |(i, b): (usize, &u8)| self.typed.get(swapped(i)) == Some(b);
        let begins = || word.iter().take(self.typed.len()).enumerate().all(same);
        unharmed(self, word) || self.edits == 1 && at > 0 && word.len() >= self.typed.len() && begins()
    }

    /// How near a word is; of several ways the one that costs least.
    pub fn near(&self, word: &[u8], cap: u32) -> Option<Near> {
        let mut scan = Scan::new(self);
        word.iter().for_each(|b| scan.step(self, *b));
        scan.end(self, word, cap)
    }
}

/// One column after the other of the table of distances, all rows at the same time.
struct Scan {
    up: u64,
    down: u64,
    zero: u64,
    last: u64,
    distance: usize,
    at: usize,
    /// The last place at which no more than this many edits were needed.
    best: [Option<usize>; MOST + 1],
}

impl Scan {
    fn new(typo: &EditDistance) -> Scan {
        Scan {
            up: u64::MAX,
            down: 0,
            zero: 0,
            last: 0,
            distance: typo.typed.len(),
            at: 0,
            best: [None; MOST + 1],
        }
    }

    fn step(&mut self, typo: &EditDistance, b: u8) {
        let same = typo.places.get(usize::from(b)).copied().unwrap_or(0);
        let swapped = ((!self.zero & same) << 1) & self.last;
        let zero = (((same & self.up).wrapping_add(self.up)) ^ self.up) | same | self.down | swapped;
        let mut right = self.down | !(zero | self.up);
        let mut left = zero & self.up;
        let end = 1u64 << (typo.typed.len() - 1);
        if right & end != 0 {
            self.distance += 1;
        }
        if left & end != 0 {
            self.distance = self.distance.saturating_sub(1);
        }
        right = (right << 1) | 1;
        left <<= 1;
        self.up = left | !(zero | right);
        self.down = right & zero;
        self.zero = zero;
        self.last = same;
        self.at += 1;
        for best in self.best.iter_mut().skip(self.distance) {
            *best = Some(self.at);
        }
    }

    fn end(&self, typo: &EditDistance, word: &[u8], cap: u32) -> Option<Near> {
        let ways = self.best.iter().enumerate().take(typo.edits + 1);
        let near = ways
            .filter_map(|(edits, at)| Some(Near { edits, left: word.len().saturating_sub((*at)?) }))
            .min_by_key(|n| n.cost(cap))?;
        (near.edits < 2 || unharmed(typo, word)).then_some(near)
    }
}

fn unharmed(typo: &EditDistance, word: &[u8]) -> bool {
    let n = typo.edits + 1;
    let at = |i: usize| typo.typed.len() * i / n;
    // An edit moves what is behind it by one place at the most.
    let stands = |i: usize| {
        let part = typo.typed.get(at(i)..at(i + 1)).unwrap_or_default();
        let from = if i == 0 { 0 } else { at(i).saturating_sub(typo.edits) };
        let to = if i == 0 { 0 } else { at(i) + typo.edits };
        (from..=to).any(|at| word.get(at..).is_some_and(|w| w.starts_with(part)))
    };
    (0..n).any(stands)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The distance of two texts by the table itself (Damerau 1964, restricted).
    fn table(a: &[u8], b: &[u8]) -> usize {
        let mut d = vec![vec![0; b.len() + 1]; a.len() + 1];
        for i in 0..=a.len() {
            for j in 0..=b.len() {
                d[i][j] = if i == 0 || j == 0 {
                    i + j
                } else {
                    let change = d[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
                    let mut least = change.min(d[i - 1][j] + 1).min(d[i][j - 1] + 1);
                    if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                        least = least.min(d[i - 2][j - 2] + 1);
                    }
                    least
                };
            }
        }
        d[a.len()][b.len()]
    }

    proptest! {
        #[test]
        fn distances_are_those_of_the_table(typed in "[a-d]{4,12}", word in "[a-d]{0,14}", edits in 1usize..3) {
            let Some(typo) = EditDistance::new(&typed, edits) else { return Ok(()) };
            let word = word.as_bytes();
            let want = (0..=word.len())
                .map(|n| Near { edits: table(typed.as_bytes(), &word[..n]), left: word.len() - n })
                .filter(|n| n.edits <= edits)
                .min_by_key(|n| n.cost(1000));
            let near = typo.near(word, 1000);
            prop_assert_eq!(near.map(|n| n.cost(1000)), want.filter(|n| n.edits < 2 || unharmed(&typo, word)).map(|n| n.cost(1000)));
            if near.is_some_and(|n| n.edits == 1) && edits == 1 {
                // What rows of bits are asked for: nothing near is missed.
                let parts = typo.parts();
                let swapped = typo.swapped().unwrap();
                prop_assert!(typo.may_be(word));
                prop_assert!(word.starts_with(parts[0]) || memchr::memmem::find(word, parts[1]).is_some() || word.starts_with(&swapped));
            }
        }
    }
}
