//! The index without a thread, and how an arena answers.

use std::collections::HashSet;

use super::{
    arena::Arena,
    asked::{Word, readings},
    correct,
    finder::{Finder, Found},
    letters,
    mark::{How, as_written, hit},
    search::{Scored, Search},
    source::{Changes, Source, load},
};
use crate::{
    model::{Id, Seq},
    store::{Store, StoreError, View, feed, feed::FeedItem},
};

/// With fewer than this found for one word as typed, and so many letters typed, slips are looked for too. Several words
/// that are found together were hardly mistyped.
const FEW: usize = 5;

/// Log rows that are taken in at once.
pub(super) const FEED_PAGE: usize = 64;

impl Finder for Arena {
    fn find(&self, query: &str, me: Id, limit: usize) -> Found {
        let mut out = Found { loaded: self.loaded(), ..Found::default() };
        let mut search = Search::new(self, me);
        let readings = readings(query);
        let mut words: &[Word] = &[];
        let mut strict: Vec<Scored> = Vec::new();
        if readings.is_empty() {
            strict = search.all(&[], limit);
        }
        for reading in &readings {
            words = reading;
            strict = search.all(words, limit);
            if !strict.is_empty() {
                break;
            }
        }
        let mut add = |s: &Scored, how: &How<'_>| {
            out.hits.extend(self.entry(s.slot).map(|e| hit(e, how, s.score)));
        };
        strict.iter().for_each(|s| add(s, &How::Words(words)));
        let pattern = letters::pattern(words);
        let few = if words.len() == 1 && pattern.chars().count() >= FEW { FEW } else { 1 };
        if words.is_empty() || strict.len() >= few.min(limit) {
            return out;
        }
        let mut seen: HashSet<u32> = strict.iter().map(|s| s.slot).collect();
        let corrected = correct::find(self, &mut search, words, &seen, limit - strict.len());
        for (s, at) in &corrected.hits {
            let words = corrected.words.get(*at).map_or(words, Vec::as_slice);
            add(s, &How::Words(words));
            seen.insert(s.slot);
        }
        if seen.len() < few.min(limit) {
            let more = letters::find(self, &search, &pattern, limit);
            let fresh = more.iter().filter(|s| !seen.contains(&s.slot)).take(limit - seen.len());
            fresh.for_each(|s| add(s, &How::Letters(&pattern)));
        }
        if let Some((_, at)) = corrected.hits.first()
            && let Some(words) = corrected.words.get(*at)
            && let Some(best) = out.hits.get(strict.len())
        {
            out.correction = Some(as_written(words, best));
        }
        out
    }
}

/// All contacts of a store, found in memory; whoever owns it keeps it up to date.
#[derive(Debug, Default)]
pub struct ContactIndex {
    arena: Arena,
    source: Source,
    cursor: Seq,
}

impl ContactIndex {
    /// Of all customers of a store as it is now. `progress` hears how many of how many are loaded.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn build(store: &dyn Store, progress: &mut dyn FnMut(u64, u64)) -> Result<ContactIndex, StoreError> {
        let mut out = ContactIndex::default();
        let begun = out.source.begin(store)?;
        out.cursor = begun.head;
        out.arena.set_now(begun.now);
        load(store, &out.source, &mut |_, members| {
            members.iter().for_each(|m| out.arena.put(&m.contact));
            let (n, of) = out.arena.loaded();
            progress(n, of.max(begun.customers));
            true
        })?;
        out.tidy();
        out.follow(store)?;
        Ok(out)
    }

    /// Takes in rows of the log, in their order; `view` is no older than they are. Gives `false` where a row was erased:
    /// what it changed cannot be told, and the index must be built anew.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn apply(&mut self, view: &dyn View, items: &[FeedItem]) -> Result<bool, StoreError> {
        let changes = self.source.changes(view, items)?;
        take(&mut self.arena, &changes);
        if let Some(last) = items.last() {
            self.cursor = last.row.seq;
        }
        Ok(!changes.erased)
    }

    /// Takes in all that changed in the store since. Gives where the log stands.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn follow(&mut self, store: &dyn Store) -> Result<Seq, StoreError> {
        loop {
            let mut whole = true;
            let more = store.view(|view| {
                let items = feed::since(view, self.cursor, FEED_PAGE)?;
                whole = self.apply(view, &items)?;
                Ok(!items.is_empty())
            })?;
            if !whole {
                *self = ContactIndex::build(store, &mut |_, _| ())?;
            }
            if !more {
                break;
            }
        }
        if self.arena.is_stirred() {
            self.tidy();
        }
        Ok(self.cursor)
    }

    /// The contacts.
    pub fn arena(&self) -> &Arena {
        &self.arena
    }

    fn tidy(&mut self) {
        let sorted = self.arena.sorted();
        self.arena.settle(sorted);
    }
}

impl Finder for ContactIndex {
    fn find(&self, query: &str, me: Id, limit: usize) -> Found {
        self.arena.find(query, me, limit)
    }
}

/// Puts changes into an arena.
pub(super) fn take(arena: &mut Arena, changes: &Changes) {
    arena.set_now(changes.now);
    for id in &changes.gone {
        arena.remove(*id);
    }
    for m in &changes.put {
        arena.put(&m.contact);
    }
}
