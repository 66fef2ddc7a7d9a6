//! The plain way to find contacts: everyone's text is looked through. Nothing clever is kept, so it is what the
//! [`Book`](super::Book) has to agree with.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, HashSet},
};

use super::{
    among::Among,
    book::StoredContact,
    contact::{Contact, Field},
    correction::{KnownWord, each_word},
    edit_distance::EditDistance,
    engine::{self, Engine},
    finder::{Finder, FoundContacts},
    letters,
    prior::{Standing, day, mine},
    score::{Best, Scored, WantedWord, worth},
    text::{searched, texts_of},
    vocabulary::known,
};
use crate::model::{Id, Stamp};

/// Contacts in memory, to be scanned.
#[derive(Debug, Clone, Default)]
pub struct Arena {
    all: BTreeMap<Id, Entry>,
    today: u16,
}

#[derive(Debug, Clone)]
struct Entry {
    number: u64,
    owner: Id,
    standing: Standing,
    text: Vec<u8>,
    fields: Vec<Field>,
}

impl Arena {
    /// No one in it.
    pub fn new() -> Arena {
        Arena::default()
    }

    /// How many contacts there are.
    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// Sets what time it is: recency is judged by its day. It never goes back.
    pub fn set_now(&mut self, now: Stamp) {
        self.today = self.today.max(day(now));
    }

    /// Puts a contact in, in place of what was there of the same id.
    pub fn put(&mut self, c: &Contact) {
        if c.id.is_nil() {
            return;
        }
        let standing = Standing::new(c.contacted, c.open);
        let entry =
            Entry { number: c.number, owner: c.owner, standing, text: searched(c), fields: c.fields.clone() };
        self.all.insert(c.id, entry);
    }

    /// Takes a contact out. Gives whether it was there.
    pub fn remove(&mut self, id: Id) -> bool {
        self.all.remove(&id).is_some()
    }

    fn slots(&self) -> impl Iterator<Item = (u32, &Entry)> {
        (0u32..).zip(self.all.values())
    }

    fn offer(&self, best: &mut Best, slot: u32, e: &Entry, me: Id, worth: u32) {
        let score = worth + u32::from(e.standing.points(self.today)) + mine(e.owner, me);
        best.offer(Scored { score, number: Reverse(e.number), slot });
    }
}

impl Finder for Arena {
    fn find(&self, query: &str, me: Id, limit: usize) -> FoundContacts {
        engine::find(self, query, me, limit, true)
    }

    fn find_among(&self, query: &str, me: Id, limit: usize, among: Among<'_>) -> FoundContacts {
        let is_meant = |id: &Id| match among {
            Among::Everybody => true,
            Among::These(ids) => ids.contains(id),
            Among::Those(test) => test(*id),
        };
        let all = self.all.iter().filter(|(id, _)| is_meant(id)).map(|(id, e)| (*id, e.clone())).collect();
        Arena { all, today: self.today }.find(query, me, limit)
    }
}

impl Engine for Arena {
    fn seek(&self, wanted: &[WantedWord], me: Id, limit: usize, without: &HashSet<u32>) -> Vec<Scored> {
        let mut best = Best::new(limit);
        for (slot, e) in self.slots().filter(|(slot, _)| !without.contains(slot)) {
            if let Some(worth) = worth(&e.text, wanted) {
                self.offer(&mut best, slot, e, me, worth);
            }
        }
        best.into_vec()
    }

    fn in_order(&self, pattern: &str, me: Id, limit: usize) -> Vec<Scored> {
        let mut best = Best::new(limit);
        let Some(scorer) = letters::LetterScorer::new(pattern) else { return Vec::new() };
        for (slot, e) in self.slots() {
            if let Some(worth) = scorer.worth(&e.text) {
                self.offer(&mut best, slot, e, me, worth);
            }
        }
        best.into_vec()
    }

    fn known(&self, typo: &EditDistance) -> Vec<KnownWord> {
        let mut words: BTreeMap<Vec<u8>, u32> = BTreeMap::new();
        for (_, e) in self.slots() {
            each_word(&e.text, |_, w| *words.entry(w.to_vec()).or_default() += 1);
        }
        words.iter().filter_map(|(w, times)| known(typo, w, *times, u8::MAX)).collect()
    }

    fn held(&self, slot: u32) -> Option<StoredContact<'_>> {
        let (id, e) = self.all.iter().nth(slot as usize)?;
        Some(StoredContact { id: *id, number: e.number, text: &e.text, fields: fields(&e.fields) })
    }

    fn loaded(&self) -> (u64, u64) {
        (self.len() as u64, self.len() as u64)
    }
}

fn fields(all: &[Field]) -> Vec<(Field, usize)> {
    all.iter().map(|f| (f.clone(), texts_of(f))).collect()
}
