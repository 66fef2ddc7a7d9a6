//! The postings of words that are in many texts, kept in memory between searches: few words are in most of what is asked,
//! and to read them again costs more than all the rest.
//!
//! What is kept belongs to one state of the blocks, whose number is next to them ([`State::blocks`](super::State)) and
//! goes up with each of their changes: what belongs to another is dropped, so that nothing here is ever stale, and what was
//! erased is gone with it. New texts change no block until several hundred of them wait.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use super::postings::Postings;
use crate::query::looks::TermLookup;

/// At most this many bytes are kept.
const MOST: usize = 64 << 20;

/// After this many looks what is kept is summed up.
const EVERY: u64 = if cfg!(test) { 1 } else { 8 };

/// What finds fewer postings is read as asked for.
pub const COMMON: usize = if cfg!(test) { 2 } else { 1000 };

/// Postings by what was looked for; it belongs to an open file.
#[derive(Debug, Default)]
pub struct Memo(Mutex<Kept>);

#[derive(Debug, Default)]
struct Kept {
    /// The number of the blocks.
    of: u64,
    /// Counts what is asked.
    now: u64,
    all: HashMap<TermLookup, (Postings, u64)>,
}

impl Memo {
    fn held(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What a look finds in the blocks of this number, if that is known.
    pub(super) fn get(&self, blocks: u64, look: &TermLookup) -> Option<Postings> {
        let mut kept = self.held();
        if kept.of < blocks {
            kept.all.clear();
            kept.of = blocks;
        }
        kept.now += 1;
        let now = kept.now;
        let same = kept.of == blocks;
        let (postings, used) = kept.all.get_mut(look).filter(|_| same)?;
        *used = now;
        Some(postings.clone())
    }

    /// Keeps what a look found; the clones of it share what is kept.
    pub(super) fn put(&self, blocks: u64, look: &TermLookup, postings: &Postings) {
        let mut kept = self.held();
        if kept.of == blocks && postings.bytes() <= MOST / 4 {
            let now = kept.now;
            kept.all.insert(look.clone(), (postings.clone(), now));
        }
    }

    /// Lets go of what was not asked for the longest where too much is kept.
    pub(super) fn trim(&self) {
        let mut kept = self.held();
        // To sum up is some work, too: not for every search.
        if !kept.now.is_multiple_of(EVERY) {
            return;
        }
        let mut bytes: usize = kept.all.values().map(|(p, _)| p.bytes()).sum();
        while bytes > MOST {
            let oldest = kept.all.iter().min_by_key(|(_, (_, used))| *used).map(|(look, _)| look.clone());
            let Some((gone, _)) = oldest.and_then(|look| kept.all.remove(&look)) else { return };
            bytes -= gone.bytes();
        }
    }

    /// The bytes that are kept.
    pub fn bytes(&self) -> usize {
        self.held().all.values().map(|(p, _)| p.bytes()).sum()
    }
}
