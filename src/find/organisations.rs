//! The organisations to find of a running desk: by the engine that finds customers.

use std::sync::{
    Arc, PoisonError, RwLock,
    atomic::{AtomicBool, Ordering},
};

use super::{
    book::Book,
    contact::Contact,
    finder::{FieldKind, Finder, FoundContacts},
    live_state::LiveState,
    source::{Begun, Changes, Member},
};
use crate::{
    model::{Id, Kind, Organisation, Seq},
    store::{Store, StoreError, View, feed::FeedItem, records},
};

/// Organisations that answer while they are kept as they are in the store. They are read when the follower first rests:
/// customers go before them.
pub struct OrganisationIndex {
    store: Arc<dyn Store>,
    book: RwLock<Book>,
    built: AtomicBool,
}

impl OrganisationIndex {
    /// Of a store; no one is found until a follower rests.
    pub fn new(store: Arc<dyn Store>) -> OrganisationIndex {
        OrganisationIndex { store, book: RwLock::default(), built: AtomicBool::new(false) }
    }

    /// Whether all are there.
    pub fn is_ready(&self) -> bool {
        self.built.load(Ordering::Acquire)
    }

    /// The organisations most likely meant, best first. A mail domain is found as an e-mail address is.
    pub fn find(&self, query: &str, limit: usize) -> FoundContacts {
        self.book.read().unwrap_or_else(PoisonError::into_inner).find(query, Id::NIL, limit)
    }

    fn build(&self) -> Result<(), StoreError> {
        let mut fresh = Book::new();
        self.store.view(|view| {
            records::each::<Organisation>(view, |o| {
                if o.is_live() {
                    fresh.put(&contact(&o));
                }
                true
            })
        })?;
        let sorted = fresh.sorted();
        fresh.settle(sorted);
        *self.book.write().unwrap_or_else(PoisonError::into_inner) = fresh;
        self.built.store(true, Ordering::Release);
        Ok(())
    }
}

fn contact(o: &Organisation) -> Contact {
    let mut out = Contact { id: o.id, number: o.number, ..Contact::default() };
    out.add(FieldKind::Name, &o.name);
    for domain in &o.domains {
        out.add(FieldKind::Email, domain);
    }
    for tag in &o.tags {
        out.add(FieldKind::Tag, tag);
    }
    out
}

impl LiveState for OrganisationIndex {
    /// There is nothing to take up, and nothing to wait for.
    fn resume(&self, _: &dyn Store) -> Option<Seq> {
        Some(Seq::MAX)
    }

    fn begin(&self, _: &Begun) {
        self.built.store(false, Ordering::Release);
    }

    fn load(&self, _: &dyn View, _: &[Member]) {}

    fn loaded(&self, _: Seq) {}

    fn change(&self, view: &dyn View, items: &[FeedItem], _: &Changes) {
        if !self.is_ready() {
            return;
        }
        let touched =
            items.iter().flat_map(FeedItem::touched).filter(|(kind, _)| *kind == Kind::Organisation);
        for (_, id) in touched {
            // What cannot be read stays as it was; its next change is applied again.
            let Ok(now) = records::get::<Organisation>(view, id) else { continue };
            let mut book = self.book.write().unwrap_or_else(PoisonError::into_inner);
            match now.filter(Organisation::is_live) {
                Some(o) => book.put(&contact(&o)),
                None => {
                    book.remove(id);
                }
            }
        }
    }

    fn rest(&self, _: &dyn Store) {
        if !self.is_ready() {
            // The next rest tries again.
            let _ = self.build();
        }
    }
}
