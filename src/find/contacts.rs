//! The index without a thread.

use std::sync::{Mutex, PoisonError};

use super::{
    among::Among,
    book::Book,
    bulk::Stack,
    finder::{Finder, FoundContacts},
    saving::FEW,
    snapshot::{self, Unfit},
    source::{Changes, Member, Source, load},
};
use crate::{
    model::{Id, Seq},
    store::{Store, StoreError, View, feed, feed::FeedItem, saved::Spot},
};

/// Pages that are read ahead of those that are packed.
const AHEAD: usize = 8;

/// Log rows applied in one go.
pub(super) const FEED_PAGE: usize = 64;

/// All contacts of a store, found in memory; its owner keeps it up to date.
#[derive(Debug, Default)]
pub struct ContactIndex {
    book: Book,
    source: Source,
    cursor: Seq,
    /// Open tickets are not noted yet.
    taken_up: bool,
    spot: Option<Spot>,
    /// Where the log stood in what is saved.
    saved: Option<Seq>,
}

/// An index, and why it had to be rebuilt.
#[derive(Debug)]
pub struct Opened {
    /// The index, as the store is now.
    pub index: ContactIndex,
    /// Why what was saved was of no use; `None` where it was.
    pub rebuilt: Option<Unfit>,
}

impl ContactIndex {
    /// Of all customers of a store in its current state. `progress` hears how many of how many are loaded.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn build(store: &dyn Store, progress: &mut dyn FnMut(u64, u64)) -> Result<ContactIndex, StoreError> {
        let mut out = ContactIndex::default();
        let begun = out.source.begin(store)?;
        out.cursor = begun.head;
        out.spot = begun.spot;
        // One reads, another packs what was read.
        let stack = std::thread::scope(|scope| {
            let (send, read) = crossbeam_channel::bounded::<Vec<Member>>(AHEAD);
            let packing = scope.spawn(move || {
                let mut stack = Stack::default();
                read.iter().flatten().for_each(|m| stack.put(&m.contact));
                stack
            });
            let mut n = 0;
            let loaded = load(store, &out.source, &mut |_, members| {
                n += members.len() as u64;
                progress(n, begun.customers.max(n));
                send.send(members).is_ok()
            });
            drop(send);
            let packed =
                packing.join().map_err(|_| StoreError::Broken("contacts could not be packed".into()));
            loaded.and(packed)
        })?;
        out.book = Book::of_stacks(begun.now, vec![stack]);
        out.follow(store)?;
        Ok(out)
    }

    /// Of what was saved beside the store and the log since, or else as [`ContactIndex::build`] does.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn open(store: &dyn Store, progress: &mut dyn FnMut(u64, u64)) -> Result<Opened, StoreError> {
        let mut index = ContactIndex { spot: store.spot(), taken_up: true, ..ContactIndex::default() };
        let book = Mutex::new(Book::new());
        match snapshot::load(store, &book) {
            Ok(at) => {
                index.book = book.into_inner().unwrap_or_else(PoisonError::into_inner);
                (index.cursor, index.saved) = (at, Some(at));
                index.follow(store)?;
                Ok(Opened { index, rebuilt: None })
            }
            Err(why) => Ok(Opened { index: ContactIndex::build(store, progress)?, rebuilt: Some(why) }),
        }
    }

    /// Saves it beside the store, unless what is saved is nearly as new. Gives whether it did.
    ///
    /// # Errors
    /// Where the store cannot be read, or the file not be written.
    pub fn save(&mut self, store: &dyn Store) -> Result<bool, StoreError> {
        let Some(spot) = &self.spot else { return Ok(false) };
        if self.saved.is_some_and(|at| self.cursor < at.saturating_add(FEW)) {
            return Ok(false);
        }
        let saved = snapshot::save(&self.book, self.cursor, spot, store)?;
        if saved {
            self.saved = Some(self.cursor);
        }
        Ok(saved)
    }

    /// Takes in rows of the log, in their order; `view` is no older than they are. Gives `false` where a row was erased:
    /// what it changed cannot be told, and the index must be rebuilt.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn apply(&mut self, view: &dyn View, items: &[FeedItem]) -> Result<bool, StoreError> {
        if std::mem::take(&mut self.taken_up) {
            self.source.note(view)?;
        }
        let changes = self.source.changes(view, items)?;
        take(&mut self.book, &changes);
        if let Some(last) = items.last() {
            self.cursor = last.row.seq;
        }
        // A new day counts for everyone, as it would in an index built now.
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
                // Rows are gap-free: where the first is another one, the log is not the one that was followed.
                let bridged = items.first().is_none_or(|i| i.row.seq == self.cursor.saturating_add(1));
                whole = bridged && (items.is_empty() || self.apply(view, &items)?);
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

impl snapshot::Into for Mutex<Book> {
    fn change(&self, f: &mut dyn FnMut(&mut Book)) {
        f(&mut self.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

impl Finder for ContactIndex {
    fn find(&self, query: &str, me: Id, limit: usize) -> FoundContacts {
        self.book.find(query, me, limit)
    }

    fn find_among(&self, query: &str, me: Id, limit: usize, among: Among<'_>) -> FoundContacts {
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
