//! The book as an engine.

use std::{cmp::Reverse, collections::HashSet};

use super::{
    bits::{self, BLOCK, NONE},
    book::{Book, Held},
    engine::{self, Engine},
    finder::{Finder, Found},
    grams,
    judge::{Best, Scored, Wanted},
    letters::Judge,
    meant::Known,
    prior::mine,
    seek::Seek,
    slip::Slip,
};
use crate::model::Id;

/// More in whose names the letters stand in order are not judged: nobody looks through so many.
const MOST: usize = 500;

impl Engine for Book {
    fn seek(&self, wanted: &[Wanted], me: Id, limit: usize, without: &HashSet<u32>) -> Vec<Scored> {
        Seek::new(self, wanted, me, limit).without(without.iter().copied()).run()
    }

    fn in_order(&self, pattern: &str, me: Id, limit: usize) -> Vec<Scored> {
        let mut best = Best::new(limit);
        let Some(judge) = Judge::new(pattern) else { return Vec::new() };
        let chains = [grams::letters(pattern.as_bytes())];
        let mut left = MOST;
        for (n, b) in self.blocks.iter().enumerate() {
            let mut row = NONE;
            bits::any_chain(&b.rows, &chains, b.living(), &mut row);
            bits::each(&row, |at| {
                if let Some((number, text)) = b.text(at)
                    && let Some(worth) = judge.worth(text)
                {
                    let owner = b.owners.get(at).and_then(|o| self.owners.get(usize::from(*o)));
                    let points = u32::from(b.points.get(at).copied().unwrap_or(0));
                    let score = worth + points + mine(owner.copied().unwrap_or_default(), me);
                    let slot = u32::try_from(n * BLOCK + at).unwrap_or(u32::MAX);
                    best.offer(Scored { score, number: Reverse(number), slot });
                    left -= 1;
                }
                left > 0
            });
            if left == 0 {
                break;
            }
        }
        best.into_vec()
    }

    fn known(&self, slip: &Slip) -> Vec<Known> {
        self.words.meant(slip)
    }

    fn held(&self, slot: u32) -> Option<Held<'_>> {
        Book::held(self, slot)
    }

    fn loaded(&self) -> (u64, u64) {
        Book::loaded(self)
    }
}

impl Finder for Book {
    fn find(&self, query: &str, me: Id, limit: usize) -> Found {
        engine::find(self, query, me, limit, true)
    }
}

impl Book {
    /// As [`Finder::find`], without slips: what can be shown at once.
    pub fn find_as_typed(&self, query: &str, me: Id, limit: usize) -> Found {
        engine::find(self, query, me, limit, false)
    }
}
