//! The index without a thread.

use super::{
    among::Among,
    book::Book,
    finder::{Finder, Found},
    source::{Changes, Source, load},
};
use crate::{
    model::{Id, Seq},
    store::{Store, StoreError, View, feed, feed::FeedItem},
};

/// Log rows that are taken in at once.
pub(super) const FEED_PAGE: usize = 64;

/// All contacts of a store, found in memory; whoever owns it keeps it up to date.
#[derive(Debug, Default)]
pub struct ContactIndex {
    book: Book,
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
        out.book.set_now(begun.now);
        load(store, &out.source, &mut |_, members| {
            members.iter().for_each(|m| out.book.put(&m.contact));
            let (n, of) = out.book.loaded();
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
        take(&mut self.book, &changes);
        if let Some(last) = items.last() {
            self.cursor = last.row.seq;
        }
        // A new day counts for everybody, as it would in an index built now.
        if self.book.is_stirred() {
            self.tidy();
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
        if self.book.is_stirred() {
            self.tidy();
        }
        Ok(self.cursor)
    }

    /// The contacts.
    pub fn book(&self) -> &Book {
        &self.book
    }

    fn tidy(&mut self) {
        let sorted = self.book.sorted();
        self.book.settle(sorted);
    }
}

impl Finder for ContactIndex {
    fn find(&self, query: &str, me: Id, limit: usize) -> Found {
        self.book.find(query, me, limit)
    }

    fn find_among(&self, query: &str, me: Id, limit: usize, among: Among<'_>) -> Found {
        self.book.find_among(query, me, limit, among)
    }
}

/// Puts changes into an book.
pub(super) fn take(book: &mut Book, changes: &Changes) {
    book.set_now(changes.now);
    for id in &changes.gone {
        book.remove(*id);
    }
    for m in &changes.put {
        book.put(&m.contact);
    }
}
