//! The contacts to find of a running desk, kept by its follower.

use std::sync::{Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use super::{
    among::Among,
    book::Book,
    contacts::take,
    finder::{Finder, FoundContacts},
    live_state::LiveState,
    saving::SaveSchedule,
    snapshot::{self, Unfit},
    source::{Begun, Changes, Member},
};
use crate::{
    model::{Id, Seq},
    store::{Store, View, feed::FeedItem, saved::Spot},
};

/// Contacts that answer while they are loaded and changed.
#[derive(Default)]
pub struct People {
    book: RwLock<Book>,
    /// Loaded again, the old ones answer until the new ones are all there.
    aside: RwLock<Option<Book>>,
    saves: Mutex<SaveSchedule>,
}

impl People {
    /// How many are loaded, of how many.
    pub fn progress(&self) -> (u64, u64) {
        self.read().loaded()
    }

    /// Why all had to be read from the store at the start; `None` where that was not needed.
    pub fn rebuilt(&self) -> Option<Unfit> {
        self.saves().rebuilt()
    }

    fn saves(&self) -> MutexGuard<'_, SaveSchedule> {
        self.saves.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Saves them where that is due. Only this thread changes them: those who ask are not kept waiting.
    fn save(&self, store: &dyn Store, due: Option<(Seq, Spot)>) {
        if let Some((cursor, spot)) = due {
            let _ = snapshot::save(&self.read(), cursor, &spot, store);
        }
    }

    fn read(&self) -> RwLockReadGuard<'_, Book> {
        self.book.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Book> {
        self.book.write().unwrap_or_else(PoisonError::into_inner)
    }

    fn aside(&self) -> RwLockWriteGuard<'_, Option<Book>> {
        self.aside.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sorts the blocks beside those that answer: the follower alone writes, so nothing changes in between.
    fn tidy(&self) {
        let sorted = self.read().sorted();
        self.write().settle(sorted);
    }
}

impl Finder for People {
    fn find(&self, query: &str, me: Id, limit: usize) -> FoundContacts {
        self.read().find(query, me, limit)
    }

    fn find_among(&self, query: &str, me: Id, limit: usize, among: Among<'_>) -> FoundContacts {
        self.read().find_among(query, me, limit, among)
    }
}

impl snapshot::Into for People {
    fn change(&self, f: &mut dyn FnMut(&mut Book)) {
        f(&mut self.write());
    }
}

impl LiveState for People {
    fn resume(&self, store: &dyn Store) -> Option<Seq> {
        let spot = store.spot();
        let at = snapshot::load(store, self);
        if at.is_err() {
            *self.write() = Book::new();
        }
        self.saves().resumed(spot, at)
    }

    fn begin(&self, begun: &Begun) {
        self.saves().begun(begun.spot.clone());
        let mut fresh = Book::new();
        fresh.set_now(begun.now);
        fresh.set_of(begun.customers);
        let (here, of) = self.progress();
        if here > 0 && here >= of {
            *self.aside() = Some(fresh);
        } else {
            // A first try that failed may have left some.
            *self.write() = fresh;
        }
    }

    fn load(&self, _view: &dyn View, members: &[Member]) {
        let mut aside = self.aside();
        match &mut *aside {
            Some(a) => members.iter().for_each(|m| a.put(&m.contact)),
            None => {
                let mut a = self.write();
                members.iter().for_each(|m| a.put(&m.contact));
            }
        }
    }

    fn loaded(&self, at: Seq) {
        if let Some(a) = self.aside().take() {
            *self.write() = a;
        }
        self.write().set_of(0);
        self.tidy();
        self.saves().loaded(at);
    }

    fn change(&self, _view: &dyn View, items: &[FeedItem], changes: &Changes) {
        take(&mut self.write(), changes);
        if self.read().is_stirred() {
            self.tidy();
        }
        self.saves().changed(items);
    }

    fn rest(&self, store: &dyn Store) {
        let due = self.saves().rest();
        self.save(store, due);
    }

    fn end(&self, store: &dyn Store) {
        let due = self.saves().end();
        self.save(store, due);
    }
}
