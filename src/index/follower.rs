//! The index of a running desk: loads on a thread of its own, answers from what is loaded, follows the feed.

use std::{
    sync::{
        Arc, Mutex, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard,
        atomic::{AtomicBool, Ordering},
    },
    thread::JoinHandle,
    time::Duration,
};

use super::{
    arena::Arena,
    contacts::{FEED_PAGE, take},
    finder::{Finder, Found},
    source::{Changes, Source, load},
};
use crate::{
    model::{Id, Seq},
    store::{Store, StoreError, feed},
};

/// How long the thread waits before it looks whether it is still wanted.
const LOOK: Duration = Duration::from_millis(100);

/// How long it rests after a failure.
const REST: Duration = Duration::from_millis(500);

/// Finds contacts while a thread keeps them as they are in the store. Dropping it ends the thread.
pub struct Follower {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct Shared {
    arena: RwLock<Arena>,
    progress: Mutex<Progress>,
    ended: AtomicBool,
}

#[derive(Default, Clone)]
struct Progress {
    /// All of the log up to here is in the arena.
    cursor: Seq,
    /// Everything was loaded once.
    loaded: bool,
    trouble: Option<StoreError>,
}

impl Shared {
    fn read(&self) -> RwLockReadGuard<'_, Arena> {
        self.arena.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Arena> {
        self.arena.write().unwrap_or_else(PoisonError::into_inner)
    }

    fn note(&self, f: impl FnOnce(&mut Progress)) -> Progress {
        let mut p = self.progress.lock().unwrap_or_else(PoisonError::into_inner);
        f(&mut p);
        p.clone()
    }

    fn is_ended(&self) -> bool {
        self.ended.load(Ordering::Acquire)
    }
}

impl Follower {
    /// Begins to load, on a thread of its own, and comes back at once.
    pub fn start(store: Arc<dyn Store>) -> Follower {
        let shared = Arc::new(Shared::default());
        let its = Arc::clone(&shared);
        let thread = std::thread::Builder::new().name("find".into()).spawn(move || run(&*store, &its));
        // Without a thread there is nothing to find, and `trouble` says so.
        let thread = thread
            .map_err(|e| {
                shared.note(|p| p.trouble = Some(StoreError::Broken(format!("no thread to find: {e}"))))
            })
            .ok();
        Follower { shared, thread }
    }

    /// Up to where in the log everything can be found; `None` while loading.
    pub fn cursor(&self) -> Option<Seq> {
        let p = self.shared.note(|_| ());
        p.loaded.then_some(p.cursor)
    }

    /// How many contacts are loaded, of how many.
    pub fn loaded(&self) -> (u64, u64) {
        self.shared.read().loaded()
    }

    /// Why it does not follow just now; it tries again by itself, unless the store was replaced.
    pub fn trouble(&self) -> Option<StoreError> {
        self.shared.note(|_| ()).trouble
    }
}

impl Finder for Follower {
    fn find(&self, query: &str, me: Id, limit: usize) -> Found {
        self.shared.read().find(query, me, limit)
    }
}

impl Drop for Follower {
    fn drop(&mut self) {
        self.shared.ended.store(true, Ordering::Release);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn run(store: &dyn Store, shared: &Shared) {
    while !shared.is_ended() {
        match follow(store, shared) {
            Ok(()) => {}
            Err(e) => {
                let replaced = matches!(e, StoreError::Replaced);
                shared.note(|p| p.trouble = Some(e));
                if replaced {
                    return;
                }
                std::thread::sleep(REST);
            }
        }
    }
}

/// Loads everything and follows the feed; comes back when it must be loaded anew, or is no longer wanted.
fn follow(store: &dyn Store, shared: &Shared) -> Result<(), StoreError> {
    let mut source = Source::default();
    let begun = source.begin(store)?;
    let again = shared.note(|p| p.trouble = None).loaded;
    // Loaded anew, the old contacts answer until the new ones are all there.
    let mut aside = again.then(Arena::new);
    let mut with = |f: &dyn Fn(&mut Arena)| match &mut aside {
        Some(a) => f(a),
        None => f(&mut shared.write()),
    };
    with(&|a| {
        // A first try that failed may have left some.
        *a = Arena::new();
        a.set_now(begun.now);
        a.set_of(begun.customers);
    });
    load(store, &source, &mut |contacts| {
        with(&|a| contacts.iter().for_each(|c| a.put(c)));
        !shared.is_ended()
    })?;
    with(&|a| a.set_of(0));
    if let Some(a) = aside {
        *shared.write() = a;
    }
    tidy(shared);
    let mut cursor = shared
        .note(|p| {
            p.cursor = begun.head;
            p.loaded = true;
        })
        .cursor;
    while !shared.is_ended() {
        if store.wait(cursor, LOOK)? <= cursor {
            continue;
        }
        let mut changes = Changes::default();
        let next = store.view(|view| {
            let items = feed::since(view, cursor, FEED_PAGE)?;
            // Rows are gap-free: where the first is another one, the log is not the one that was followed.
            let Some(first) = items.first() else { return Ok(None) };
            changes = source.changes(view, &items)?;
            changes.erased |= first.row.seq != cursor + 1;
            Ok(items.last().map(|i| i.row.seq))
        })?;
        if changes.erased {
            return Ok(());
        }
        let Some(next) = next else { continue };
        take(&mut shared.write(), &changes);
        cursor = next;
        shared.note(|p| (p.cursor, p.trouble) = (cursor, None));
        if shared.read().is_stirred() {
            tidy(shared);
        }
    }
    Ok(())
}

/// Sorts the blocks beside those that answer: this thread alone writes, so nothing changes in between.
fn tidy(shared: &Shared) {
    let sorted = shared.read().sorted();
    shared.write().settle(sorted);
}
