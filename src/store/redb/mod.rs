//! The default engine: one file, shared by several processes, kept by redb.
//!
//! - [`RedbStore`], [`Options`]: open it, then it is a [`Store`]
//! - `shared`: the handle, reopened where it has to be, and one commit through it
//! - `open`: what is refused, and how a file is made
//! - `keeper`: yields to a replacement of the file
//! - `put`: rows into a write transaction
//! - `scratch`: rows in a file without a name
//! - `upgrade`: an older store brought to the schema of this version
//! - `plain`: backups, and files held alone; `filler`: a new file in the making
//! - `view`: a read transaction; `backend`: locks that give up; `error`: redb's words in ours
//!
//! Every commit is two-phase with quick-repair: after a crash it opens at the last acknowledged state in milliseconds.
//! A handle refuses to write after one failed write; it is opened again by itself, and reading goes on.

mod backend;
mod error;
mod filler;
mod keeper;
mod open;
pub(super) mod plain;
mod put;
mod scratch;
mod shared;
mod upgrade;
mod view;

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, Instant},
};

pub use self::open::make_folder;
pub(super) use self::scratch::Scratch;
pub use self::{backend::Disk, error::is_catching};
use self::{keeper::Keeper, shared::Shared};
use super::{
    Outcome, Pending, Reject, Store, StoreError, View, ViewExt, Weight,
    engine::Change,
    lane::{Engine, WriteLane},
    migrate::{Migrations, Tell},
    pages::{self, Verdict},
    rolling,
    saved::Spot,
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
    /// What replaces the file's own disk; `None` outside of tests.
    pub disk: Option<Disk>,
    /// What leads from older schemas to the one that is known; another list in tests alone.
    pub migrations: Migrations,
    /// Hears of a migration.
    pub tell: Tell,
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
            disk: None,
            migrations: Migrations::default(),
            tell: Tell::default(),
        }
    }

    /// Makes it where there is none, with this id at this time.
    pub fn or_create(self, store_id: Id, created_at: Stamp) -> Options {
        Options { create: true, store_id, created_at, ..self }
    }
}

/// A store in a file.
pub struct RedbStore {
    // First: they end before what they write to.
    lane: WriteLane,
    _keeper: Keeper,
    shared: Arc<Shared>,
}

impl RedbStore {
    /// Opens a store.
    ///
    /// # Errors
    /// `Missing`, `NotAStore`, `Exposed`, `Corrupt`, `NewerSchema`, `Busy` (locked by another process), `Io`.
    pub fn open(options: &Options) -> Result<RedbStore, StoreError> {
        let shared = Arc::new(Shared::open(options)?);
        Ok(RedbStore {
            lane: WriteLane::new(Arc::clone(&shared) as Arc<dyn Engine>),
            _keeper: Keeper::start(Arc::clone(&shared)),
            shared,
        })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        self.shared.path()
    }

    /// Whether the file or its disk cannot be written.
    ///
    /// # Errors
    /// Where it cannot be opened again after a failure.
    pub fn is_read_only(&self) -> Result<bool, StoreError> {
        Ok(self.shared.handle()?.is_read_only())
    }

    /// Verifies the checksum of every page that the latest commit uses, while others go on writing. `progress` hears how
    /// many pages are done.
    ///
    /// # Errors
    /// Where the file cannot be read at all; damage is in the verdict.
    pub fn verify_pages(&self, progress: &mut dyn FnMut(u64)) -> Result<Verdict, StoreError> {
        let verdict = pages::verify(self.path(), progress)?;
        if verdict.is_sound() {
            return Ok(verdict);
        }
        // Others may have written over pages that were free by then. This is kept to the end: no one uses the pages of this
        // commit, or of a later one, for something else.
        let (_handle, _snapshot) = self.shared.snapshot()?;
        pages::verify(self.path(), progress)
    }

    /// The size of the file in bytes.
    ///
    /// # Errors
    /// Where the file cannot be looked at.
    pub fn file_bytes(&self) -> Result<u64, StoreError> {
        std::fs::metadata(self.path()).map(|m| m.len()).map_err(|e| error::io(&e))
    }
}

impl Store for RedbStore {
    fn look(&self) -> Result<Box<dyn View + '_>, StoreError> {
        Ok(rolling::watched(Box::new(self.shared.latest()?)))
    }

    fn write(&self, op: OpId, weight: Weight, f: Change) -> Result<Outcome, Reject> {
        rolling::waits("a write");
        self.lane.write(op, weight, f)
    }

    fn submit(&self, op: OpId, weight: Weight, f: Change) -> Pending {
        self.lane.submit(op, weight, f)
    }

    fn head(&self) -> Result<Seq, StoreError> {
        self.shared.snapshot()?.1.log_head()
    }

    fn wait(&self, after: Seq, max: Duration) -> Result<Seq, StoreError> {
        rolling::waits("a change");
        let (start, generation, roused) = (Instant::now(), self.generation(), self.shared.bell.roused());
        loop {
            let heard = self.shared.bell.heard();
            let head = self.head()?;
            let left = max.saturating_sub(start.elapsed());
            let stays = self.generation() == generation && self.shared.bell.roused() == roused;
            if head > after || left.is_zero() || !stays {
                return Ok(head);
            }
            self.shared.bell.wait(heard, left);
        }
    }

    fn rouse(&self) {
        self.shared.bell.rouse();
    }

    fn generation(&self) -> u64 {
        self.shared.generation()
    }

    fn spot(&self) -> Option<Spot> {
        Some(self.shared.spot())
    }
}
