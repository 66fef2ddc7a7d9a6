//! What a contact's text is worth for the words that were typed: the same for every engine.

use std::{
    cmp::Reverse,
    collections::{BinaryHeap, HashSet},
    ops::Range,
};

use super::{
    asked::{Needle, Word},
    correction::Correction,
    edit_distance::{EDIT, EditDistance},
    engine::Engine,
    tiers::{self, BEST},
};

/// A word to look for, and what it may be a typo of.
#[derive(Debug, Clone)]
pub struct WantedWord {
    /// The word.
    pub word: Word,
    /// `None`: as typed only.
    pub meant: Option<Correction>,
}

impl WantedWord {
    /// As typed.
    pub fn strictly(words: &[Word]) -> Vec<WantedWord> {
        words.iter().map(|w| WantedWord { word: w.clone(), meant: None }).collect()
    }

    /// With this many edits forgiven; `None` where no word can be a typo of one that there is.
    pub fn loosely(engine: &dyn Engine, words: &[Word], edits: usize) -> Option<Vec<WantedWord>> {
        let one = |w: &Word| {
            let typo = EditDistance::new(&w.text, edits);
            let meant = typo.and_then(|s| {
                let known = engine.known(&s);
                Correction::new(s, known)
            });
            WantedWord { word: w.clone(), meant }
        };
        let all: Vec<WantedWord> = words.iter().map(one).collect();
        all.iter().any(|w| w.meant.is_some()).then_some(all)
    }
}

/// What a text is worth for all words, in hundredths of a point; `None` where one is missing.
pub fn worth<'w>(text: &[u8], wanted: impl IntoIterator<Item = &'w WantedWord>) -> Option<u32> {
    let mut sum = 0u32;
    for w in wanted {
        let mut most = strict(text, &w.word);
        if let Some(meant) = &w.meant
            && most.is_none_or(|m| m < tiers::BEST - EDIT)
        {
            most = most.max(meant.worth(text).map(|s| s.0));
        }
        sum = sum.saturating_add(most?);
    }
    Some(sum)
}

/// The most that a word is worth as typed.
pub fn strict(text: &[u8], word: &Word) -> Option<u32> {
    word.needles.iter().filter_map(|n| place(text, n, word.finished)).max()
}

/// The words of a text that were meant where typos were typed; the others as they are.
pub fn meant(text: &[u8], wanted: &[WantedWord]) -> Vec<Word> {
    let one = |w: &WantedWord| {
        let strict = strict(text, &w.word).unwrap_or(0);
        let typo = w.meant.as_ref().and_then(|m| m.worth(text)).filter(|(worth, _)| *worth > strict);
        let text = |r: Range<usize>| std::str::from_utf8(text.get(r)?).ok();
        typo.and_then(|(_, r)| text(r)).map_or_else(|| w.word.clone(), Word::new)
    };
    wanted.iter().map(one).collect()
}

/// Where a word is worth most in a contact's text: what, where, and how many bytes of it.
pub fn best_place(text: &[u8], word: &Word) -> Option<(u32, usize, usize)> {
    let mut best: Option<(u32, usize, usize)> = None;
    for n in &word.needles {
        for at in n.finder.find_iter(text) {
            let Some(worth) = n.worth(text, at, word.finished) else { continue };
            if best.is_none_or(|b| worth > b.0) {
                best = Some((worth, at, n.len()));
            }
        }
    }
    best
}

/// The most that a needle is worth in a contact's text; `None` where it is not there.
fn place(text: &[u8], needle: &Needle, finished: bool) -> Option<u32> {
    let mut most = None;
    for at in needle.finder.find_iter(text) {
        let Some(worth) = needle.worth(text, at, finished) else { continue };
        let worth = Some(worth);
        most = most.max(worth);
        if worth >= Some(BEST) {
            break;
        }
    }
    most
}

/// A contact and its score; better ones are greater, of equals the lower number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Scored {
    /// Its score.
    pub score: u32,
    /// Its number.
    pub number: Reverse<u64>,
    /// Where it is held.
    pub slot: u32,
}

/// The best, a limited number of them.
#[derive(Debug, Clone)]
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

    /// Keeps what is among the best of another that began with the same.
    pub fn merge(&mut self, other: Best) {
        let here: HashSet<u32> = self.kept.iter().map(|k| k.0.slot).collect();
        let new = other.kept.into_iter().map(|k| k.0).filter(|k| !here.contains(&k.slot));
        new.for_each(|k| self.offer(k));
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
