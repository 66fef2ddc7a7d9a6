//! The strict scan: every word must be found, the best are kept.
//!
//! One word of the typed ones is looked for in all the text, the others only where it stands. Blocks come in falling
//! order of the best that can be in them, and the scan ends where nobody later can beat the worst that is kept.

use std::{cmp::Reverse, collections::BinaryHeap};

use memchr::memmem;

use super::{
    arena::{Arena, Block, GONE},
    asked::{Needle, Word},
    prior::{MINE, mine},
    tiers::{
        self, ALIAS, ALIAS_BEST, BESIDE_BEST, BEST, EMAIL, EMAIL_BEST, JOINTS, NAME, NAME_START,
        ORGANISATION, ORGANISATION_BEST, PHONE, PHONE_END, REST_BEST, TAIL_LEAST,
    },
};
use crate::model::Id;

/// Words of at most so many bytes are looked for where they are worth most first: nearly every contact has them
/// somewhere.
const SHORT: usize = 3;

/// An entry and its score; better ones are greater, of equals the lower number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Scored {
    /// Its score.
    pub score: u32,
    /// Its number.
    pub number: Reverse<u64>,
    /// The entry.
    pub slot: u32,
}

/// The best, a limited number of them.
#[derive(Debug)]
pub struct Best {
    kept: BinaryHeap<Reverse<Scored>>,
    limit: usize,
}

impl Best {
    /// None yet.
    pub fn new(limit: usize) -> Best {
        Best { kept: BinaryHeap::new(), limit }
    }

    /// Keeps one, if it is among the best.
    pub fn offer(&mut self, one: Scored) {
        if self.kept.len() < self.limit {
            self.kept.push(Reverse(one));
        } else if let Some(mut worst) = self.kept.peek_mut()
            && worst.0 < one
        {
            *worst = Reverse(one);
        }
    }

    /// Whether nothing of that score can be kept any more.
    pub fn is_beyond(&self, score: u32) -> bool {
        self.limit == 0
            || (self.kept.len() >= self.limit && self.kept.peek().is_some_and(|w| w.0.score >= score))
    }

    /// The best first.
    pub fn into_vec(self) -> Vec<Scored> {
        self.kept.into_sorted_vec().into_iter().map(|r| r.0).collect()
    }
}

/// A scan of all blocks.
pub struct Search<'a> {
    arena: &'a Arena,
    me: Id,
    /// The best points of each block, best first.
    order: Vec<(u32, &'a Block)>,
    /// Entries that were judged.
    seen: Vec<u64>,
}

impl<'a> Search<'a> {
    /// For an asker.
    pub fn new(arena: &'a Arena, me: Id) -> Search<'a> {
        let extra = if me.is_nil() { 0 } else { MINE };
        let points = |b: &'a Block| (b.best.points(arena.now()) + extra, b);
        let mut order: Vec<_> = arena.blocks.iter().map(points).collect();
        order.sort_by_key(|(points, _)| Reverse(*points));
        Search { arena, me, order, seen: Vec::new() }
    }

    /// The best of those that have all words.
    pub fn all(&mut self, words: &[Word], limit: usize) -> Vec<Scored> {
        let mut best = Best::new(limit);
        let rarest = words.iter().max_by_key(|w| w.needles.iter().map(Needle::len).min().unwrap_or(0));
        let Some(anchor) = rarest else { return self.likeliest(limit) };
        self.seen.clear();
        self.seen.resize(self.arena.len() / 64 + 1, 0);
        match words {
            [word] if word.text.len() <= SHORT => self.short(word, words, &mut best),
            _ => {
                let bound = BEST.saturating_mul(u32::try_from(words.len()).unwrap_or(u32::MAX));
                for needle in &anchor.needles {
                    self.scan(&needle.finder, |_| Some(bound), words, &mut best);
                }
            }
        }
        best.into_vec()
    }

    /// One short word: where it is worth most first.
    fn short(&mut self, word: &Word, words: &[Word], best: &mut Best) {
        for needle in &word.needles {
            let text = needle.finder.needle();
            let figure = text.first().is_some_and(u8::is_ascii_digit);
            let tail = figure && text.len() >= TAIL_LEAST;
            let places = [
                (Some(NAME), Some(NAME), BEST),
                (Some(NAME), None, NAME_START),
                (Some(ALIAS), None, ALIAS_BEST),
                (None, Some(PHONE), if tail { PHONE_END } else { 0 }),
                (Some(ORGANISATION), None, ORGANISATION_BEST),
                (Some(EMAIL), None, EMAIL_BEST),
            ];
            let joints = JOINTS.iter().map(|j| (Some(*j), None, EMAIL_BEST));
            for (before, after, bound) in places.into_iter().chain(joints).filter(|(_, _, b)| *b > 0) {
                let needle: Vec<u8> = before.iter().chain(text).chain(&after).copied().collect();
                // A figure is looked for in names and organisations only where there are any.
                let named = before.is_some_and(|b| b <= ORGANISATION);
                let there = |b: &Block| (!named || !figure || b.figures).then_some(bound);
                self.scan(&memmem::Finder::new(&needle), there, words, best);
            }
            let rest = |b: &Block| Some(if figure && !b.figures { BESIDE_BEST } else { REST_BEST });
            self.scan(&needle.finder, rest, words, best);
        }
    }

    /// Whether a word stands anywhere.
    pub fn has(&self, word: &Word) -> bool {
        word.needles.iter().any(|n| self.order.iter().any(|(_, b)| n.finder.find(&b.text).is_some()))
    }

    /// Judges everybody in whose text `finder` finds something, while what `bound` says of a block and the prior can
    /// still be kept; `None`: nothing is there.
    fn scan(
        &mut self,
        finder: &memmem::Finder<'_>,
        bound: impl Fn(&Block) -> Option<u32>,
        words: &[Word],
        best: &mut Best,
    ) {
        for (points, block) in &self.order {
            if bound(block).is_none_or(|b| best.is_beyond(b.saturating_add(*points))) {
                continue;
            }
            each_row(block, finder, |row, text| {
                let slot = block.slots.get(row).copied().unwrap_or(GONE);
                if !first_time(&mut self.seen, slot) {
                    return;
                }
                let Some(e) = self.arena.entry(slot) else { return };
                if let Some(worth) = worth(text, words) {
                    let score = worth + e.standing.points(self.arena.now()) + mine(e.owner, self.me);
                    best.offer(Scored { score, number: Reverse(e.number), slot });
                }
            });
        }
    }

    /// Those most likely needed, whatever will be typed.
    fn likeliest(&self, limit: usize) -> Vec<Scored> {
        let mut best = Best::new(limit);
        for (points, block) in &self.order {
            if best.is_beyond(*points) {
                break;
            }
            for slot in block.slots.iter().copied() {
                let Some(e) = self.arena.entry(slot) else { continue };
                let score = e.standing.points(self.arena.now()) + mine(e.owner, self.me);
                best.offer(Scored { score, number: Reverse(e.number), slot });
            }
        }
        best.into_vec()
    }

    /// The blocks, the likeliest contacts first.
    pub fn blocks(&self) -> impl Iterator<Item = &'a Block> {
        self.order.iter().map(|(_, b)| *b)
    }
}

fn first_time(seen: &mut Vec<u64>, slot: u32) -> bool {
    let (at, bit) = ((slot / 64) as usize, 1u64 << (slot % 64));
    if slot == GONE {
        return false;
    }
    if at >= seen.len() {
        seen.resize(at + 1, 0);
    }
    let Some(bits) = seen.get_mut(at) else { return false };
    let first = *bits & bit == 0;
    *bits |= bit;
    first
}

/// Gives each row of a block in which something is found, once, with its text.
pub fn each_row(block: &Block, finder: &memmem::Finder<'_>, mut f: impl FnMut(usize, &[u8])) {
    let mut from = 0;
    let mut row = 0;
    while let Some(rest) = block.text.get(from..)
        && let Some(i) = finder.find(rest)
    {
        let at = from + i;
        // Rows come in order: only those from here on are looked through.
        let later = block.starts.get(row..).unwrap_or_default();
        row += later.partition_point(|s| *s as usize <= at).saturating_sub(1);
        let range = block.row(row);
        from = range.end.max(at + 1);
        f(row, block.text.get(range).unwrap_or_default());
    }
}

/// What a contact's text is worth for all words; `None` where one is missing.
fn worth(text: &[u8], words: &[Word]) -> Option<u32> {
    let mut sum = 0u32;
    for word in words {
        let found = word.needles.iter().filter_map(|n| place(text, n)).max()?;
        sum = sum.saturating_add(found);
    }
    Some(sum)
}

/// The most that a needle is worth in a contact's text; `None` where it does not stand there.
fn place(text: &[u8], needle: &Needle) -> Option<u32> {
    let mut most = None;
    for at in needle.finder.find_iter(text) {
        if needle.phone && tiers::kind(text, at) != Some(tiers::PHONE) {
            continue;
        }
        let worth = Some(tiers::worth(text, at, needle.len()));
        most = most.max(worth);
        if worth >= Some(BEST) {
            break;
        }
    }
    most
}
