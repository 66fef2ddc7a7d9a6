//! The engine interface: what an engine gives.

use std::{io, path::Path, sync::Arc, time::Duration};

use super::{rolling, saved::Spot, text};
use crate::model::{OpId, Refusal, Seq, Table, key, log::LogDraft};

/// Why the store could not.
#[derive(Debug, Clone, thiserror::Error)]
pub enum StoreError {
    /// Another process has locked it; try again.
    #[error("the store is busy: another program is writing; nothing was changed, try again")]
    Busy,
    /// There is no room; reading goes on.
    #[error("the disk is full: nothing was changed; make room and try again")]
    Full,
    /// The device refused; reading goes on.
    #[error("the store's file cannot be read or written ({0}): nothing was changed")]
    Io(String),
    /// The device refused in the last steps of a commit, and does not answer: the change stands whole or not at all.
    #[error(
        "the disk failed while this was being written ({0}): it stands whole or not at all; look before you do it again"
    )]
    Unsure(String),
    /// The folder or file cannot be written.
    #[error("the store is read-only here ({0}): nothing was changed")]
    ReadOnly(String),
    /// The file is damaged.
    #[error("the store is damaged ({0}): run `frontdesk check`, or restore a backup")]
    Corrupt(String),
    /// A newer version wrote it.
    #[error("this store has schema {found} and this version knows {known}: install the newer frontdesk")]
    NewerSchema {
        /// The schema of the store.
        found: u16,
        /// The newest schema that this version knows.
        known: u16,
    },
    /// It is something else.
    #[error("{0} is not a frontdesk store")]
    NotAStore(String),
    /// There is none.
    #[error("there is no store at {0}: start one with `frontdesk` or `frontdesk demo`")]
    Missing(String),
    /// Its folder or file lets others in.
    #[error("{0}")]
    Exposed(String),
    /// A file next to it is another user's, or is no plain file: with the command that puts it right.
    #[error("{0}")]
    Blocked(String),
    /// Who waited for it said so.
    #[error("cancelled: nothing was changed")]
    Cancelled,
    /// A fault of this program.
    #[error("a fault of this program ({0}): nothing was changed; please report it")]
    Broken(String),
}

impl StoreError {
    /// The system's error for a file, where users need to know: a full disk, one that cannot be written.
    pub fn of_io(e: &io::Error, path: &Path) -> StoreError {
        match e.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => StoreError::Full,
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
                StoreError::ReadOnly(format!("{}: {e}", path.display()))
            }
            _ => StoreError::Io(format!("{}: {e}", path.display())),
        }
    }
}

/// Why a change was not made.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Reject {
    /// The domain does not allow it.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The store could not.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A change that was made and is durable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outcome {
    /// Its last row in the log; the head where it logged nothing.
    pub seq: Seq,
    /// Whether it had been made before, by the same op.
    pub replayed: bool,
}

/// Whether a change may share a commit with others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    /// A command: shares.
    Light,
    /// A step of an import or a bulk edit: commits alone, so that its full disk fails no other change.
    Heavy,
}

/// A half-open range of keys: from `start` to before `end`; no `end`: to the last.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Range {
    /// The first key that may be in it.
    pub start: Vec<u8>,
    /// The first key past it.
    pub end: Option<Vec<u8>>,
}

impl Range {
    /// The whole table.
    pub fn all() -> Range {
        Range::default()
    }

    /// All keys that begin with these bytes.
    pub fn prefix(p: impl Into<Vec<u8>>) -> Range {
        let start = p.into();
        let end = key::after_prefix(&start);
        Range { start, end }
    }

    /// Keys from the first to before the second.
    pub fn between(start: impl Into<Vec<u8>>, end: impl Into<Vec<u8>>) -> Range {
        Range { start: start.into(), end: Some(end.into()) }
    }

    /// Keys from this on.
    pub fn from(start: impl Into<Vec<u8>>) -> Range {
        Range { start: start.into(), end: None }
    }

    /// Leaves out all keys up to this one, and this one: for who has read so far.
    pub fn pass(&mut self, key: &[u8]) {
        self.start = [key, &[0]].concat();
    }

    /// Whether a key is in it.
    pub fn contains(&self, key: &[u8]) -> bool {
        key >= self.start.as_slice() && self.end.as_ref().is_none_or(|e| key < e.as_slice())
    }

    /// Whether no key can be in it.
    pub fn is_empty(&self) -> bool {
        self.end.as_ref().is_some_and(|e| *e <= self.start)
    }
}

/// Which way a scan goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scan {
    /// From the first key.
    Forward,
    /// From the last key.
    Backward,
}

/// A key and its value.
pub type Row = (Vec<u8>, Vec<u8>);

/// Rows of a page.
pub type Page = Vec<Row>;

/// One consistent state of the store. Short-lived: never held while waiting for anyone.
pub trait View {
    /// The value of a key.
    ///
    /// # Errors
    /// Where the file cannot be read.
    fn get(&self, table: Table, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError>;

    /// Gives rows in order to `f` until it answers `false`.
    ///
    /// # Errors
    /// Where the file cannot be read.
    fn scan(
        &self,
        table: Table,
        range: &Range,
        scan: Scan,
        f: &mut dyn FnMut(&[u8], &[u8]) -> bool,
    ) -> Result<(), StoreError>;

    /// What is kept of the postings of its file; `None` where nothing is, as within a change.
    fn memo(&self) -> Option<Arc<text::Memo>> {
        None
    }
}

/// What every view can, given a scan.
pub trait ViewExt: View {
    /// At most `limit` rows.
    ///
    /// # Errors
    /// As [`View::scan`].
    fn page(&self, table: Table, range: &Range, scan: Scan, limit: usize) -> Result<Page, StoreError> {
        let mut out = Vec::new();
        if limit > 0 {
            self.scan(table, range, scan, &mut |k, v| {
                out.push((k.to_vec(), v.to_vec()));
                out.len() < limit
            })?;
        }
        Ok(out)
    }

    /// The first row of a range, or the last.
    ///
    /// # Errors
    /// As [`View::scan`].
    fn first(&self, table: Table, range: &Range, scan: Scan) -> Result<Option<Row>, StoreError> {
        Ok(self.page(table, range, scan, 1)?.pop())
    }

    /// How many rows a range has.
    ///
    /// # Errors
    /// As [`View::scan`].
    fn count(&self, table: Table, range: &Range) -> Result<u64, StoreError> {
        let mut n = 0;
        self.scan(table, range, Scan::Forward, &mut |_, _| {
            n += 1;
            true
        })?;
        Ok(n)
    }

    /// The number of a counter; 0 where it was never used.
    ///
    /// # Errors
    /// As [`View::get`].
    fn counter(&self, name: &str) -> Result<u64, StoreError> {
        let v = self.get(Table::Counter, name.as_bytes())?;
        Ok(v.and_then(|v| v.try_into().ok()).map_or(0, u64::from_be_bytes))
    }

    /// The place of the log's last row; 0 for an empty log.
    ///
    /// # Errors
    /// As [`View::scan`].
    fn log_head(&self) -> Result<Seq, StoreError> {
        let last = self.first(Table::Log, &Range::all(), Scan::Backward)?;
        Ok(last.and_then(|(k, _)| k.try_into().ok()).map_or(0, u64::from_be_bytes))
    }
}

impl<V: View + ?Sized> ViewExt for V {}

/// One command's writes, seen by its own reads.
pub trait Tx: View {
    /// Writes a row.
    fn put(&mut self, table: Table, key: &[u8], value: &[u8]);
    /// Takes a row away.
    fn del(&mut self, table: Table, key: &[u8]);
    /// Adds to a counter and gives its new value.
    ///
    /// # Errors
    /// As [`View::get`].
    fn add(&mut self, counter: &str, delta: u64) -> Result<u64, StoreError>;
    /// Writes a row of the log; it gets its place at the commit.
    fn log(&mut self, row: LogDraft);
    /// Seen as a view.
    fn view(&self) -> &dyn View;
}

/// A change to make: pure, so that it may run several times, on the write lane's thread.
pub type Change = Box<dyn FnMut(&mut dyn Tx) -> Result<(), Reject> + Send>;

/// A change that was handed over.
pub struct Pending(Box<dyn FnOnce() -> Result<Outcome, Reject> + Send>);

impl Pending {
    /// What is waited for by calling this.
    pub fn new(wait: impl FnOnce() -> Result<Outcome, Reject> + Send + 'static) -> Pending {
        Pending(Box::new(wait))
    }

    /// Comes back when it is durable, or refused.
    ///
    /// # Errors
    /// What it was refused for; nothing was changed then.
    pub fn wait(self) -> Result<Outcome, Reject> {
        (self.0)()
    }
}

/// An engine.
pub trait Store: Send + Sync {
    /// The latest state, held until it is dropped: for a moment. Who reads more than a page takes `view`.
    ///
    /// # Errors
    /// Where the file cannot be opened or read.
    fn look(&self) -> Result<Box<dyn View + '_>, StoreError>;

    /// Reads one consistent state, held to the end of `f`.
    ///
    /// # Errors
    /// Where the file cannot be read, or what `f` gives.
    fn read(&self, f: &mut dyn FnMut(&dyn View) -> Result<(), StoreError>) -> Result<(), StoreError> {
        f(&*self.look()?)
    }

    /// Makes a change once, whole or not at all, and comes back when it is durable.
    ///
    /// # Errors
    /// What the change was refused for; nothing was changed then.
    fn write(&self, op: OpId, weight: Weight, f: Change) -> Result<Outcome, Reject>;

    /// Hands a change over and returns immediately, where the engine can: what comes next is worked out while this one is
    /// made durable. What one thread hands over is made in that order, each by itself: where one is refused, those after
    /// it are still made.
    fn submit(&self, op: OpId, weight: Weight, f: Change) -> Pending {
        let done = self.write(op, weight, f);
        Pending::new(move || done)
    }

    /// Where the log stands.
    ///
    /// # Errors
    /// Where the file cannot be read.
    fn head(&self) -> Result<Seq, StoreError>;

    /// Waits until the log is past `after`, at most `max`, and says where it stands: a hint for followers. It may stand
    /// before `after` where the file was replaced: see [`generation`](Store::generation).
    ///
    /// # Errors
    /// Where the file cannot be read.
    fn wait(&self, after: Seq, max: Duration) -> Result<Seq, StoreError>;

    /// Ends the waits that are under way in this process, so that a thread that should end notices. One that begins
    /// meanwhile may miss it.
    fn rouse(&self) {}

    /// A number that changes when the file was replaced by another (restore, erase, compact): the log may then be another
    /// one, and who follows it reload. A [`wait`](Store::wait) ends when it changes.
    fn generation(&self) -> u64 {
        0
    }

    /// Where what is made of the store, and can be made again, is saved; `None` where nothing can be.
    fn spot(&self) -> Option<Spot> {
        None
    }
}

impl dyn Store + '_ {
    /// Reads the store and gives what `f` makes of it: of one state where that takes less than a page, and else of several,
    /// each later than the previous one ([`rolling`]).
    ///
    /// # Errors
    /// Where the file cannot be read, or what `f` gives.
    pub fn view<R>(&self, f: impl FnOnce(&dyn View) -> Result<R, StoreError>) -> Result<R, StoreError> {
        rolling::view(self, f)
    }

    /// As `view`, and again where the log moved meanwhile: for numbers that have to agree.
    ///
    /// # Errors
    /// Where the file cannot be read, or what `f` gives.
    pub fn read_consistent<R>(
        &self,
        f: impl FnMut(&dyn View) -> Result<R, StoreError>,
    ) -> Result<R, StoreError> {
        rolling::read_consistent(self, f)
    }
}
