//! The contacts to find of a running desk, kept by its follower.

use std::sync::{Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use super::{
    among::Among,
    book::Book,
    contacts::{FEW, take},
    finder::{Finder, Found},
    held::Held,
    snapshot::{self, Unfit},
    source::{Begun, Changes, Member},
};
use crate::{
    model::{Id, Seq},
    store::{Store, View, feed::FeedItem, saved::Spot},
};

/// After so many rows of the log it is saved at the next rest: the more there are, the longer a start follows them.
const MANY: Seq = 4096;

/// After so many rests without a change, a minute, what changed is saved.
const QUIET: u32 = 600;

/// Contacts that answer while they are loaded and changed.
#[derive(Default)]
pub struct People {
    book: RwLock<Book>,
    /// Loaded anew, the old ones answer until the new ones are all there.
    aside: RwLock<Option<Book>>,
    kept: Mutex<Kept>,
}

/// What is saved of them.
#[derive(Default)]
struct Kept {
    /// Where; of the file that they were read from.
    spot: Option<Spot>,
    /// All of the log up to here is held; nothing while loading.
    cursor: Option<Seq>,
    /// And up to here saved.
    saved: Option<Seq>,
    /// Rests since the last change.
    rests: u32,
    /// Why all had to be read anew.
    anew: Option<Unfit>,
}

impl People {
    /// How many are loaded, of how many.
    pub fn progress(&self) -> (u64, u64) {
        self.read().loaded()
    }

    /// Why all had to be read from the store at the start; `None` where that was not needed.
    pub fn anew(&self) -> Option<Unfit> {
        self.kept().anew
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Saves them where more than so many rows of the log are not saved yet. Only this thread changes them: those who ask
    /// are not kept waiting.
    fn save(&self, store: &dyn Store, more_than: Seq) {
        let mut kept = self.kept();
        let (Some(cursor), Some(spot)) = (kept.cursor, kept.spot.clone()) else { return };
        if kept.saved.is_some_and(|at| cursor <= at.saturating_add(more_than)) {
            return;
        }
        // What cannot be saved is read from the store at the next start.
        kept.saved = Some(cursor);
        drop(kept);
        let _ = snapshot::save(&self.read(), cursor, &spot, store);
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
    fn find(&self, query: &str, me: Id, limit: usize) -> Found {
        self.read().find(query, me, limit)
    }

    fn find_among(&self, query: &str, me: Id, limit: usize, among: Among<'_>) -> Found {
        self.read().find_among(query, me, limit, among)
    }
}

impl snapshot::Into for People {
    fn change(&self, f: &mut dyn FnMut(&mut Book)) {
        f(&mut self.write());
    }
}

impl Held for People {
    fn resume(&self, store: &dyn Store) -> Option<Seq> {
        let spot = store.spot();
        match snapshot::load(store, self) {
            Ok(at) => {
                *self.kept() = Kept { spot, cursor: Some(at), saved: Some(at), ..Kept::default() };
                Some(at)
            }
            Err(why) => {
                *self.write() = Book::new();
                self.kept().anew = Some(why).filter(|w| *w != Unfit::Absent);
                None
            }
        }
    }

    fn begin(&self, begun: &Begun) {
        let mut kept = self.kept();
        *kept = Kept { spot: begun.spot.clone(), anew: kept.anew, ..Kept::default() };
        drop(kept);
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
        self.kept().cursor = Some(at);
    }

    fn change(&self, _view: &dyn View, items: &[FeedItem], changes: &Changes) {
        take(&mut self.write(), changes);
        if self.read().is_stirred() {
            self.tidy();
        }
        let mut kept = self.kept();
        // The same may be told more than once.
        kept.cursor = kept.cursor.max(items.last().map(|i| i.row.seq));
        kept.rests = 0;
    }

    fn rest(&self, store: &dyn Store) {
        let mut kept = self.kept();
        kept.rests = kept.rests.saturating_add(1);
        let quiet = kept.rests == QUIET;
        drop(kept);
        self.save(store, if quiet { 0 } else { MANY });
    }

    fn end(&self, store: &dyn Store) {
        self.save(store, FEW);
    }
}
