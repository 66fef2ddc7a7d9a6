//! The default engine: one file, shared by several processes, kept by redb.
//!
//! - [`RedbStore`], [`Options`]: open it, then it is a [`Store`]
//! - `open`: what is refused and how a file is made; `view`: a read transaction; `backend`: locks that give up;
//!   `error`: redb's words in ours
//!
//! Every commit is two-phase with quick-repair: after a crash it opens at the last acknowledged state in milliseconds.
//! A handle refuses to write after one failed write; it is opened again by itself, and reading goes on.

mod backend;
mod error;
mod open;
mod view;

use std::{
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use self::{
    error::caught,
    open::{Db, Handle},
    view::definition,
};
use super::{
    Outcome, Reject, Store, StoreError, View, ViewExt, Weight,
    bell::Bell,
    lane::{Engine, Lane},
    lock::{PATIENCE, Places, Watch},
    overlay::Writes,
    pause::Pause,
    waist::Change,
};
use crate::model::{Id, OpId, Seq, Stamp};

/// How a store is opened.
#[derive(Debug, Clone)]
pub struct Options {
    /// The file.
    pub path: PathBuf,
    /// Whether it is made where there is none.
    pub create: bool,
    /// Whether this process alone may have it open: for file systems without range locks.
    pub exclusive: bool,
    /// The most memory for pages, in bytes.
    pub cache_bytes: usize,
    /// The id of a store that is made.
    pub store_id: Id,
    /// When it is made.
    pub created_at: Stamp,
}

impl Options {
    /// An existing store at a path, shared with others, with 128 MiB for pages.
    pub fn at(path: impl Into<PathBuf>) -> Options {
        Options {
            path: path.into(),
            create: false,
            exclusive: false,
            cache_bytes: 128 << 20,
            store_id: Id::NIL,
            created_at: 0,
        }
    }

    /// Makes it where there is none, with this id at this time.
    pub fn or_create(self, store_id: Id, created_at: Stamp) -> Options {
        Options { create: true, store_id, created_at, ..self }
    }
}

/// A store in a file.
pub struct RedbStore {
    // First: the lane ends before what it writes to.
    lane: Lane,
    core: Arc<Core>,
}

/// What the lane and the readers share.
struct Core {
    options: Options,
    places: Places,
    watch: Watch,
    bell: Bell,
    current: Mutex<Current>,
    replaced: AtomicBool,
}

struct Current {
    /// `None` where the last try to open again failed: the next one who needs it tries anew.
    handle: Option<Arc<Handle>>,
    generation: u64,
}

impl RedbStore {
    /// Opens a store.
    ///
    /// # Errors
    /// `Missing`, `NotAStore`, `Exposed`, `Corrupt`, `NewerSchema`, `Busy` (somebody has it open alone), `Io`.
    pub fn open(options: &Options) -> Result<RedbStore, StoreError> {
        let mut places = Places::of(&options.path);
        let handle = open::open(options, &places)?;
        if options.create {
            // The folder may be new: only now can links in its path be followed.
            places = Places::of(&options.path);
        }
        let core = Arc::new(Core {
            watch: Watch::new(&places)?,
            bell: Bell::new(&places.bell),
            // What is reopened is there already.
            options: Options { create: false, ..options.clone() },
            current: Mutex::new(Current { generation: handle.generation(), handle: Some(Arc::new(handle)) }),
            replaced: AtomicBool::new(false),
            places,
        });
        Ok(RedbStore { lane: Lane::new(Arc::clone(&core) as Arc<dyn Engine>), core })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.core.places.store
    }

    /// Whether the file or its disk may not be written.
    ///
    /// # Errors
    /// Where it cannot be opened again after a failure.
    pub fn is_read_only(&self) -> Result<bool, StoreError> {
        Ok(matches!(self.core.handle()?.db, Db::Read(_)))
    }

    /// The size of the file in bytes.
    ///
    /// # Errors
    /// Where the file cannot be looked at.
    pub fn file_bytes(&self) -> Result<u64, StoreError> {
        std::fs::metadata(self.path()).map(|m| m.len()).map_err(|e| error::io(&e))
    }
}

impl Core {
    fn current(&self) -> MutexGuard<'_, Current> {
        // Each step below leaves it whole.
        self.current.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The handle, opened anew where it was let go of or somebody replaces the file.
    fn handle(&self) -> Result<Arc<Handle>, StoreError> {
        let mut current = self.current();
        if self.watch.wanted() {
            // Readers that hold it still end first; then the lock goes with it.
            current.handle = None;
            let mut pause = Pause::within(PATIENCE);
            while self.watch.wanted() {
                if !pause.rest() {
                    return Err(StoreError::Busy);
                }
            }
        }
        if let Some(handle) = &current.handle {
            if handle.is_at(&self.places.store) {
                return Ok(Arc::clone(handle));
            }
            // Moved or deleted by hand: a commit into the old file would be lost.
            current.handle = None;
            self.replaced.store(true, Ordering::Release);
        }
        let handle = Arc::new(open::open(&self.options, &self.places)?);
        if handle.generation() != current.generation {
            current.generation = handle.generation();
            self.replaced.store(true, Ordering::Release);
        }
        current.handle = Some(Arc::clone(&handle));
        Ok(handle)
    }

    /// Lets go of a handle that failed, so that the next one who needs it opens anew.
    fn let_go(&self, failed: &Arc<Handle>) {
        let mut current = self.current();
        if current.handle.as_ref().is_some_and(|h| Arc::ptr_eq(h, failed)) {
            current.handle = None;
        }
    }

    fn snapshot(&self) -> Result<(Arc<Handle>, view::Snapshot), StoreError> {
        let handle = self.handle()?;
        match handle.snapshot() {
            // Somebody was stopped while it held the header: a fresh handle would wait just as long.
            Err(StoreError::Busy) => Err(StoreError::Busy),
            Ok(s) => Ok((handle, s)),
            // A write of this handle failed since: reading goes on with a fresh one.
            Err(_) => {
                self.let_go(&handle);
                drop(handle);
                let handle = self.handle()?;
                let snapshot = handle.snapshot()?;
                Ok((handle, snapshot))
            }
        }
    }

    fn transact(
        &self,
        handle: &Handle,
        until: Instant,
        f: &mut dyn FnMut(&dyn View) -> Result<Writes, StoreError>,
    ) -> Result<(), Failed> {
        let Db::Write(db) = &handle.db else {
            return Err(Failed::Before(StoreError::ReadOnly(self.places.store.display().to_string())));
        };
        let broke = Failed::Handle;
        let stopped = |e: StoreError| match e {
            StoreError::Busy => Failed::Before(e),
            e => Failed::Handle(e),
        };
        let mut pause = Pause::until(until);
        let mut tx = loop {
            match caught(|| db.try_begin_write()).map_err(broke)? {
                Ok(tx) => break tx,
                Err(::redb::TransactionError::WouldBlock) if pause.rest() => {}
                Err(::redb::TransactionError::WouldBlock) => return Err(Failed::Before(StoreError::Busy)),
                Err(e) => return Err(stopped(error::transaction(e))),
            }
        };
        tx.set_two_phase_commit(true);
        tx.set_quick_repair(true);
        let writes = {
            // Nobody else can commit now: this is the latest state, and it is let go of before the commit.
            let view = handle.snapshot().map_err(stopped)?;
            open::known(&view, &self.places.store).map_err(Failed::Before)?;
            f(&view).map_err(Failed::Before)?
        };
        if writes.is_empty() {
            return Ok(());
        }
        caught(move || -> Result<(), StoreError> {
            let mut rows = writes.into_iter().peekable();
            while let Some(table) = rows.peek().map(|((t, _), _)| *t) {
                let mut open = tx.open_table(definition(table)).map_err(error::table)?;
                while let Some(((_, key), value)) = rows.next_if(|((t, _), _)| *t == table) {
                    match value {
                        Some(value) => open.insert(key.as_slice(), value.as_slice()),
                        None => open.remove(key.as_slice()),
                    }
                    .map_err(error::storage)?;
                }
            }
            tx.commit().map_err(error::commit)
        })
        .and_then(|r| r)
        .map_err(broke)
    }
}

/// How a commit failed.
enum Failed {
    /// Before anything was written.
    Before(StoreError),
    /// With the handle: it has to be opened anew.
    Handle(StoreError),
}

impl Engine for Core {
    fn commit(
        &self,
        until: Instant,
        f: &mut dyn FnMut(&dyn View) -> Result<Writes, StoreError>,
    ) -> Result<(), StoreError> {
        let handle = self.handle()?;
        match self.transact(&handle, until, f) {
            Ok(()) => Ok(()),
            Err(Failed::Before(e)) => Err(e),
            Err(Failed::Handle(e)) => {
                self.let_go(&handle);
                Err(e)
            }
        }
    }

    fn latest(&self, f: &mut dyn FnMut(&dyn View) -> Result<(), StoreError>) -> Result<(), StoreError> {
        // The handle outlives the snapshot: dropping it closes the file.
        let (_handle, snapshot) = self.snapshot()?;
        f(&snapshot)
    }

    fn committed(&self, head: Seq) {
        self.bell.ring(head);
    }
}

impl Store for RedbStore {
    fn read(&self, f: &mut dyn FnMut(&dyn View) -> Result<(), StoreError>) -> Result<(), StoreError> {
        self.core.latest(f)
    }

    fn write(&self, op: OpId, weight: Weight, f: Change) -> Result<Outcome, Reject> {
        self.lane.write(op, weight, f)
    }

    fn head(&self) -> Result<Seq, StoreError> {
        self.core.snapshot()?.1.log_head()
    }

    fn wait(&self, after: Seq, max: Duration) -> Result<Seq, StoreError> {
        let start = Instant::now();
        loop {
            let heard = self.core.bell.heard();
            let head = self.head()?;
            if self.core.replaced.swap(false, Ordering::AcqRel) {
                return Err(StoreError::Replaced);
            }
            let left = max.saturating_sub(start.elapsed());
            if head > after || left.is_zero() {
                return Ok(head);
            }
            self.core.bell.wait(heard, left);
        }
    }
}
