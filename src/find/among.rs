//! A search among some of the contacts alone: those who meet the rest of a query.

use std::{cmp::Reverse, collections::HashSet};

use super::{
    bits::{self, BLOCK, NONE, Row},
    book::{Book, StoredContact},
    correction::KnownWord,
    edit_distance::EditDistance,
    engine::{self, Engine},
    finder::FoundContacts,
    grams,
    letters::LetterScorer,
    prior::mine,
    score::{Best, Scored, WantedWord},
    seek::Seek,
};
use crate::model::Id;

/// Further subsequence matches are not scored: no one looks through this many.
const MOST: usize = 500;

/// Who is looked for.
#[derive(Clone, Copy)]
pub enum Among<'a> {
    /// Everybody.
    Everybody,
    /// These alone: best while they are few, as no one else is looked at.
    These(&'a [Id]),
    /// Those that pass this test, which runs on every match of the words.
    Those(&'a (dyn Fn(Id) -> bool + Sync)),
}

/// The contacts to search, as an engine.
pub(super) struct ContactsPart<'a> {
    book: &'a Book,
    /// By block, who is not looked at.
    closed: Vec<Row>,
    test: Option<&'a (dyn Fn(Id) -> bool + Sync)>,
}

impl<'a> ContactsPart<'a> {
    pub(super) fn new(book: &'a Book, among: Among<'a>) -> ContactsPart<'a> {
        match among {
            Among::Everybody => ContactsPart { book, closed: Vec::new(), test: None },
            Among::Those(test) => ContactsPart { book, closed: Vec::new(), test: Some(test) },
            Among::These(ids) => {
                let mut closed = vec![bits::ALL; book.blocks.len()];
                for slot in ids.iter().filter_map(|id| book.slot_of(*id)) {
                    if let Some(row) = closed.get_mut(slot as usize / BLOCK) {
                        bits::set(row, slot as usize % BLOCK, false);
                    }
                }
                ContactsPart { book, closed, test: None }
            }
        }
    }
}

impl Engine for ContactsPart<'_> {
    fn seek(&self, wanted: &[WantedWord], me: Id, limit: usize, without: &HashSet<u32>) -> Vec<Scored> {
        let seek = Seek::new(self.book, wanted, me, limit).among(&self.closed, self.test);
        seek.without(without.iter().copied()).run()
    }

    fn in_order(&self, pattern: &str, me: Id, limit: usize) -> Vec<Scored> {
        let mut best = Best::new(limit);
        let Some(scorer) = LetterScorer::new(pattern) else { return Vec::new() };
        let chains = [grams::letters(pattern.as_bytes())];
        let mut left = MOST;
        for (n, b) in self.book.blocks.iter().enumerate() {
            let mut row = NONE;
            b.any(&chains, b.living(), &mut row);
            if let Some(closed) = self.closed.get(n) {
                bits::minus(&mut row, closed);
            }
            bits::each(&row, |at| {
                let is_meant = || self.test.is_none_or(|test| b.ids.get(at).is_some_and(|id| test(*id)));
                if let Some((number, text)) = b.text(at)
                    && let Some(worth) = scorer.worth(text)
                    && is_meant()
                {
                    let owner = b.owners.get(at).and_then(|o| self.book.owners.get(usize::from(*o)));
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

    fn known(&self, typo: &EditDistance) -> Vec<KnownWord> {
        self.book.words.meant(typo)
    }

    fn held(&self, slot: u32) -> Option<StoredContact<'_>> {
        self.book.held(slot)
    }

    fn loaded(&self) -> (u64, u64) {
        self.book.loaded()
    }
}

impl Book {
    /// The best of some; `loose`: typos and letters in order are looked for too where little is found as typed.
    pub(super) fn find_in(
        &self,
        query: &str,
        me: Id,
        limit: usize,
        among: Among<'_>,
        loose: bool,
    ) -> FoundContacts {
        engine::find(&ContactsPart::new(self, among), query, me, limit, loose)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::find::{Contact, FieldKind, Finder};

    fn contact(n: u64, name: &str) -> Contact {
        let mut c = Contact { id: Id([u8::try_from(n).unwrap(); 16]), number: n, ..Contact::default() };
        c.add(FieldKind::Name, name);
        c
    }

    fn books() -> (Book, Book, Vec<Id>) {
        let (mut all, mut some) = (Book::small(7, 3), Book::small(7, 3));
        let mut ids = Vec::new();
        let given = ["Ada", "Grace", "Alan", "Gracie", "Edsger", "Adele"];
        let family = ["Hopper", "Lovelace", "Turing", "Hooper", "Dijkstra"];
        for (n, (g, f)) in (1..).zip(given.iter().flat_map(|g| family.iter().map(move |f| (g, f)))) {
            let c = contact(n, &format!("{g} {f}"));
            all.put(&c);
            if n % 3 == 0 {
                some.put(&c);
                ids.push(c.id);
            }
        }
        (all, some, ids)
    }

    #[test]
    fn a_search_among_some_is_a_search_of_a_book_of_them() {
        let (all, some, ids) = books();
        let test = |id: Id| ids.contains(&id);
        for query in ["", "a", "gr", "hop", "ada", "grace hop", "ad ho", "ri", "dijk"] {
            let wanted = some.find_as_typed(query, Id::NIL, 50).hits;
            for among in [Among::These(&ids), Among::Those(&test)] {
                assert_eq!(all.find_in(query, Id::NIL, 50, among, false).hits, wanted, "{query}");
            }
        }
    }

    #[test]
    fn typos_are_looked_for_among_them_too() {
        let (all, some, ids) = books();
        let test = |id: Id| ids.contains(&id);
        for query in ["grcae", "lovelcae", "dijkstar", "gc hpr"] {
            let wanted: Vec<u64> = some.find(query, Id::NIL, 50).hits.iter().map(|h| h.number).collect();
            for among in [Among::These(&ids), Among::Those(&test)] {
                let found = all.find_in(query, Id::NIL, 50, among, true);
                assert_eq!(found.hits.iter().map(|h| h.number).collect::<Vec<_>>(), wanted, "{query}");
            }
        }
    }

    #[test]
    fn among_nobody_there_is_nobody() {
        let (all, ..) = books();
        assert!(all.find_in("ada", Id::NIL, 50, Among::These(&[]), true).hits.is_empty());
        assert!(!all.find_in("ada", Id::NIL, 50, Among::Everybody, true).hits.is_empty());
    }
}
