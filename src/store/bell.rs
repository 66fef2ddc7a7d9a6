//! The bell: a file next to the store that every commit writes, which notifies other processes immediately.
//!
//! It says nothing that is relied on: who hears it looks into the store, and who does not hear it (a file system
//! without notice) looks every `POLL` while it waits.

use std::{
    fs::File,
    os::unix::fs::FileExt,
    path::PathBuf,
    sync::{
        Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use notify::Watcher;

use super::lock::{self, Places};
use crate::model::Seq;

/// How often a waiter looks by itself where the system does not tell it of the file.
const POLL: Duration = Duration::from_millis(500);

/// The same where it does: only in case that it once failed to.
const WATCHED: Duration = Duration::from_secs(60);

/// Writes a bell once.
pub fn ring(places: &Places, seq: Seq) {
    if let Ok(Some(file)) = lock::beside(places, &places.bell) {
        let _ = file.write_all_at(&seq.to_be_bytes(), 0);
    }
}

#[derive(Debug, Default)]
struct Heard {
    count: Mutex<u64>,
    changed: Condvar,
}

impl Heard {
    fn count(&self) -> MutexGuard<'_, u64> {
        self.count.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn more(&self) {
        *self.count() += 1;
        self.changed.notify_all();
    }
}

/// The bell of a handle: rings for others, and hears them.
pub struct Bell {
    path: PathBuf,
    file: Option<File>,
    heard: Arc<Heard>,
    // Watching costs a thread: only those who wait pay for it.
    watcher: OnceLock<Option<notify::RecommendedWatcher>>,
    roused: AtomicU64,
}

impl Bell {
    /// The bell of a store. Where its file cannot be used it rings for this process alone.
    pub fn new(places: &Places) -> Bell {
        let file = lock::beside(places, &places.bell).ok().flatten();
        Bell {
            path: places.bell.clone(),
            file,
            heard: Arc::default(),
            watcher: OnceLock::new(),
            roused: AtomicU64::new(0),
        }
    }

    /// Notifies all waiters, in this process and others, of the log's new head.
    pub fn ring(&self, seq: Seq) {
        // A bell that cannot be written is made up for by looking.
        let _ = self.file.as_ref().map(|f| f.write_all_at(&seq.to_be_bytes(), 0));
        self.heard.more();
    }

    /// A number that changes with each ring: take it, look, then [`Bell::wait`] with it.
    pub fn heard(&self) -> u64 {
        self.watcher.get_or_init(|| self.watch());
        *self.heard.count()
    }

    /// Waits for a ring after `heard`, at most so long, and never longer than what it takes to miss none.
    pub fn wait(&self, heard: u64, max: Duration) {
        let longest = if self.is_watched() { WATCHED } else { POLL };
        let count = self.heard.count();
        let _ = self.heard.changed.wait_timeout_while(count, max.min(longest), |now| *now == heard);
    }

    /// Whether the system tells of rings by other processes.
    pub fn is_watched(&self) -> bool {
        self.watcher.get().is_some_and(Option::is_some)
    }

    /// Wakes those that wait in this process, without a commit.
    pub fn rouse(&self) {
        self.roused.fetch_add(1, Ordering::AcqRel);
        self.heard.more();
    }

    /// A number that changes each time that the waiting ones are roused.
    pub fn roused(&self) -> u64 {
        self.roused.load(Ordering::Acquire)
    }

    fn watch(&self) -> Option<notify::RecommendedWatcher> {
        // What is there otherwise is no bell.
        self.file.as_ref()?;
        let heard = Arc::clone(&self.heard);
        let mut watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
            if event.is_ok_and(|e| !e.kind.is_access()) {
                heard.more();
            }
        })
        .ok()?;
        watcher.watch(&self.path, notify::RecursiveMode::NonRecursive).ok()?;
        Some(watcher)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bell_that_is_watched_is_not_looked_at_twice_a_second() {
        let folder = tempfile::tempdir().unwrap();
        let store = folder.path().join("desk.redb");
        std::fs::write(&store, b"").unwrap();
        let bell = Bell::new(&Places::of(&store));
        assert!(!bell.is_watched(), "not before anyone waits");
        bell.heard();
        assert!(bell.is_watched());
        let lost = Bell { file: None, ..Bell::new(&Places::of(&store)) };
        lost.heard();
        assert!(!lost.is_watched(), "without a file to watch it is looked at");
    }
}
