//! The index of a running desk: loads on its own thread, answers from what is loaded, follows the feed.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread::JoinHandle,
    time::Duration,
};

use super::{
    among::Among,
    contacts::FEED_PAGE,
    finder::{Finder, FoundContacts},
    live_state::LiveState,
    people::People,
    saving::pause,
    snapshot::{BEHIND, Unfit},
    source::{Changes, Source, load},
};
use crate::{
    model::{Id, Seq},
    store::{Store, StoreError, View, feed},
};

/// How long it rests after a failure.
const REST: Duration = Duration::from_millis(500);

/// Finds contacts while a thread keeps them as they are in the store. Dropping it ends the thread.
pub struct Follower {
    people: Arc<People>,
    shared: Arc<Shared>,
    store: Arc<dyn Store>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct Shared {
    progress: Mutex<Progress>,
    ended: AtomicBool,
}

#[derive(Default, Clone)]
struct Progress {
    /// All of the log up to here is held.
    cursor: Seq,
    /// Everything was loaded once.
    loaded: bool,
    /// How often everything was loaded.
    loads: u64,
    trouble: Option<StoreError>,
}

impl Shared {
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
    /// Begins to load, on its own thread, and returns immediately.
    pub fn start(store: Arc<dyn Store>) -> Follower {
        Follower::start_with(store, Vec::new())
    }

    /// As [`Follower::start`], keeping others as well: one pass over the store and one feed for all of them.
    pub fn start_with(store: Arc<dyn Store>, others: Vec<Arc<dyn LiveState>>) -> Follower {
        Follower::start_within(store, others, BEHIND)
    }

    /// As [`Follower::start_with`], reloading where the log is more than `behind` rows ahead.
    pub fn start_within(store: Arc<dyn Store>, others: Vec<Arc<dyn LiveState>>, behind: Seq) -> Follower {
        let people = Arc::new(People::default());
        let shared = Arc::new(Shared::default());
        let mut held: Vec<Arc<dyn LiveState>> = vec![Arc::clone(&people) as Arc<dyn LiveState>];
        held.extend(others);
        let its = Arc::clone(&shared);
        let followed = Arc::clone(&store);
        let thread = std::thread::Builder::new()
            .name("find".into())
            .spawn(move || run(&*followed, &held, &its, behind));
        // Without a thread there is nothing to find, and `trouble` says so.
        let thread = thread
            .map_err(|e| {
                shared.note(|p| p.trouble = Some(StoreError::Broken(format!("no thread to find: {e}"))))
            })
            .ok();
        Follower { people, shared, store, thread }
    }

    /// Up to where in the log everything is held; `None` while loading.
    pub fn cursor(&self) -> Option<Seq> {
        let p = self.shared.note(|_| ());
        p.loaded.then_some(p.cursor)
    }

    /// How many contacts are loaded, of how many.
    pub fn loaded(&self) -> (u64, u64) {
        self.people.progress()
    }

    /// How often everything was loaded: once at first, and again where the log could not be followed.
    pub fn loads(&self) -> u64 {
        self.shared.note(|_| ()).loads
    }

    /// Why all had to be read from the store at the start, where something was saved; `None` where that was taken up.
    pub fn rebuilt(&self) -> Option<Unfit> {
        self.people.rebuilt()
    }

    /// Why it does not follow just now; it tries again by itself.
    pub fn trouble(&self) -> Option<StoreError> {
        self.shared.note(|_| ()).trouble
    }
}

impl Finder for Follower {
    fn find(&self, query: &str, me: Id, limit: usize) -> FoundContacts {
        self.people.find(query, me, limit)
    }

    fn find_among(&self, query: &str, me: Id, limit: usize, among: Among<'_>) -> FoundContacts {
        self.people.find_among(query, me, limit, among)
    }
}

impl Drop for Follower {
    fn drop(&mut self) {
        self.shared.ended.store(true, Ordering::Release);
        if let Some(thread) = self.thread.take() {
            // It may be about to wait: that is why once is not enough.
            while !thread.is_finished() {
                self.store.rouse();
                std::thread::sleep(Duration::from_millis(1));
            }
            let _ = thread.join();
        }
    }
}

fn run(store: &dyn Store, held: &[Arc<dyn LiveState>], shared: &Shared, behind: Seq) {
    while !shared.is_ended() {
        if let Err(e) = follow(store, held, shared, behind) {
            shared.note(|p| p.trouble = Some(e));
            std::thread::sleep(REST);
        }
    }
    held.iter().for_each(|h| h.end(store));
}

/// Passes what the next rows of the log changed to all live state. Returns how far the log is applied; `None` where
/// it cannot be followed and all must be reloaded.
pub(crate) fn tell(
    view: &dyn View,
    source: &mut Source,
    held: &[&Arc<dyn LiveState>],
    cursor: Seq,
) -> Result<Option<Seq>, StoreError> {
    let items = feed::since(view, cursor, FEED_PAGE)?;
    let (Some(first), Some(last)) = (items.first(), items.last()) else { return Ok(Some(cursor)) };
    let changes: Changes = source.changes(view, &items)?;
    // Rows are gap-free: where the first is another one, the log is not the one that was followed.
    if changes.erased || first.row.seq != cursor + 1 {
        return Ok(None);
    }
    held.iter().for_each(|h| h.change(view, &items, &changes));
    Ok(Some(last.row.seq))
}

/// Loads everything and follows the feed; comes back when it must be reloaded, or is no longer wanted.
fn follow(
    store: &dyn Store,
    held: &[Arc<dyn LiveState>],
    shared: &Shared,
    behind: Seq,
) -> Result<(), StoreError> {
    let mut source = Source::default();
    // Before the first look: a file that is put in its place from here on is another life.
    let life = store.generation();
    let again = shared.note(|p| p.trouble = None).loaded;
    let mut cursor: Option<Seq> = None;
    let mut fresh: Vec<&Arc<dyn LiveState>> = Vec::new();
    let mut resumed = Vec::new();
    for h in held {
        // What was told to reload cannot take up what was saved.
        match if again { None } else { h.resume(store) } {
            Some(at) => {
                cursor = Some(cursor.map_or(at, |c| c.min(at)));
                resumed.push(h);
            }
            None => fresh.push(h),
        }
    }
    let begun = source.begin(store)?;
    if !fresh.is_empty() {
        fresh.iter().for_each(|h| h.begin(&begun));
        // Those who took up what was saved hear of changes while the others load.
        let (mut early, mut told) = (source.clone(), Ok(cursor));
        load(store, &source, &mut |view, members| {
            fresh.iter().for_each(|h| h.load(view, &members));
            if let Ok(Some(at)) = told {
                told = tell(view, &mut early, &resumed, at);
            }
            // A log that cannot be followed leads back here, to load all of them.
            !shared.is_ended() && (cursor.is_none() || matches!(told, Ok(Some(_))))
        })?;
        if shared.is_ended() {
            return Ok(());
        }
        let told = told?;
        if cursor.is_some() && told.is_none() {
            shared.note(|p| p.loaded = true);
            return Ok(());
        }
        cursor = told;
        fresh.iter().for_each(|h| h.loaded(begun.head));
    }
    let mut cursor = cursor.map_or(begun.head, |c| c.min(begun.head));
    shared.note(|p| {
        p.cursor = cursor;
        p.loaded = true;
        p.loads += 1;
    });
    let all: Vec<&Arc<dyn LiveState>> = held.iter().collect();
    let mut rests = 0;
    while !shared.is_ended() {
        let head = store.wait(cursor, pause(rests))?;
        if store.generation() != life || head < cursor || head - cursor > behind {
            return Ok(());
        }
        if head == cursor {
            held.iter().for_each(|h| h.rest(store));
            rests = rests.saturating_add(1);
            continue;
        }
        let Some(next) = store.view(|view| tell(view, &mut source, &all, cursor))? else { return Ok(()) };
        cursor = next;
        rests = 0;
        shared.note(|p| (p.cursor, p.trouble) = (cursor, None));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        model::OpId,
        store::{MemStore, Outcome, Reject, Tx, Weight},
    };

    /// A store to which nothing happens, in which waiting takes no time until an hour was waited for.
    #[derive(Default)]
    struct Idle {
        store: MemStore,
        waits: Mutex<Vec<Duration>>,
    }

    type Change = Box<dyn FnMut(&mut dyn Tx) -> Result<(), Reject> + Send>;

    const HOUR: Duration = Duration::from_secs(3600);

    impl Store for Idle {
        fn look(&self) -> Result<Box<dyn View + '_>, StoreError> {
            self.store.look()
        }

        fn write(&self, op: OpId, weight: Weight, f: Change) -> Result<Outcome, Reject> {
            self.store.write(op, weight, f)
        }

        fn head(&self) -> Result<Seq, StoreError> {
            self.store.head()
        }

        fn wait(&self, after: Seq, max: Duration) -> Result<Seq, StoreError> {
            let mut waits = self.waits.lock().unwrap();
            if waits.iter().sum::<Duration>() < HOUR {
                waits.push(max);
                return self.store.head();
            }
            drop(waits);
            self.store.wait(after, max)
        }

        fn rouse(&self) {
            self.store.rouse();
        }
    }

    #[test]
    fn an_hour_without_a_change_wakes_the_finder_a_dozen_times() {
        let store = Arc::new(Idle::default());
        let follower = Follower::start(Arc::clone(&store) as Arc<dyn Store>);
        while store.waits.lock().unwrap().iter().sum::<Duration>() < HOUR {
            std::thread::yield_now();
        }
        // It waits for an hour now, and still ends.
        drop(follower);
        let waits = store.waits.lock().unwrap();
        assert!(waits.len() <= 12, "{waits:?}");
    }
}
