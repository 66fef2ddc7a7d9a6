//! The handle of a store, reopened where it has to be, and one commit through it.

use std::{
    path::Path,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use crossbeam_channel::{Receiver, bounded};

use super::{
    Options,
    error::{self, caught},
    open::{self, Db, Handle},
    put,
    view::Snapshot,
};
use crate::{
    model::{Seq, Table},
    store::{
        Range, Scan, StoreError, View,
        bell::Bell,
        files::leftovers,
        lane::{Ahead, Engine, Failed, Plan},
        lock::{PATIENCE, Places, Taken, Turn, Watch},
        pages::{Header, Slot},
        pause::Pause,
        saved::Spot,
        text::Memo,
        writes::Writes,
    },
};

/// What the lane and the readers share.
pub struct Shared {
    options: Options,
    places: Places,
    watch: Watch,
    turn: Turn,
    /// How others hear of commits.
    pub bell: Bell,
    current: Mutex<Current>,
    /// How often the file was replaced under this handle.
    lives: AtomicU64,
    /// The slot of the header that was valid before the last commit of this handle; `None` where that failed or was not read.
    before: Mutex<Option<Slot>>,
}

struct Current {
    /// `None` where the last try to open again failed: the next one who needs it tries again.
    handle: Option<Arc<Handle>>,
    generation: u64,
}

impl Shared {
    /// Opens a store.
    ///
    /// # Errors
    /// As [`open::open`].
    pub fn open(options: &Options) -> Result<Shared, StoreError> {
        let mut places = Places::of(&options.path);
        let handle = open::open(options, &places)?;
        if options.create {
            // The folder may be new: only now can links in its path be followed.
            places = Places::of(&options.path);
        }
        if !handle.is_read_only() {
            leftovers::sweep_beside(&places);
        }
        Ok(Shared {
            watch: Watch::new(&places)?,
            turn: Turn::new(&places),
            bell: Bell::new(&places),
            // What is reopened is there already.
            options: Options { create: false, ..options.clone() },
            current: Mutex::new(Current { generation: handle.generation(), handle: Some(Arc::new(handle)) }),
            lives: AtomicU64::new(0),
            before: Mutex::new(None),
            places,
        })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.places.store
    }

    /// How often the file was replaced by another, as far as this handle knows: it learns of it when it next reads.
    pub fn generation(&self) -> u64 {
        self.lives.load(Ordering::Acquire)
    }

    /// Where what is made of the file is saved.
    pub fn spot(&self) -> Spot {
        Spot::new(self.places.clone(), self.current().generation)
    }

    fn before(&self) -> MutexGuard<'_, Option<Slot>> {
        self.before.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn current(&self) -> MutexGuard<'_, Current> {
        // Each step below leaves it whole.
        self.current.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The handle, reopened where it was let go of or someone replaces the file.
    ///
    /// # Errors
    /// Where it cannot be opened.
    pub fn handle(&self) -> Result<Arc<Handle>, StoreError> {
        let mut current = self.current();
        if self.watch.wanted() {
            // Readers that still use it end first; then the lock goes with it.
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
            self.lives.fetch_add(1, Ordering::AcqRel);
        }
        let handle = open::open(&self.options, &self.places)?;
        Ok(self.keep(&mut current, handle))
    }

    fn keep(&self, current: &mut Current, handle: Handle) -> Arc<Handle> {
        let handle = Arc::new(handle);
        if handle.generation() != current.generation {
            current.generation = handle.generation();
            self.lives.fetch_add(1, Ordering::AcqRel);
        }
        current.handle = Some(Arc::clone(&handle));
        handle
    }

    /// The handle to write through, with the turn where that was taken to open it: half of the time for the turn, half
    /// for the lock itself.
    fn writer(&self, until: Instant) -> Result<(Arc<Handle>, Option<Taken<'_>>), StoreError> {
        let handle = self.handle()?;
        if !handle.is_for_now() {
            return Ok((handle, None));
        }
        drop(handle);
        let turn = self.my_turn(until);
        // Not under the lock of `current`: reading goes on with what was opened for that.
        let fresh = open::for_writing(&self.options, &self.places, until)?;
        Ok((self.keep(&mut self.current(), fresh), turn))
    }

    fn my_turn(&self, until: Instant) -> Option<Taken<'_>> {
        let now = Instant::now();
        self.turn.take(now + until.saturating_duration_since(now) / 2)
    }

    /// Lets go of the file where another process wants to replace it: for a handle that is idle. Returns whether it is wanted.
    pub fn give_way(&self) -> bool {
        let wanted = self.watch.wanted();
        if wanted {
            // Readers that still use it end first.
            self.current().handle = None;
        }
        wanted
    }

    /// Lets go of a handle that failed, so that the next one who needs it reopens.
    fn let_go(&self, failed: &Arc<Handle>) {
        let mut current = self.current();
        if current.handle.as_ref().is_some_and(|h| Arc::ptr_eq(h, failed)) {
            current.handle = None;
        }
    }

    /// A snapshot of the latest commit, with the handle that it needs.
    ///
    /// # Errors
    /// Where the file cannot be opened or read.
    pub fn snapshot(&self) -> Result<(Arc<Handle>, Snapshot), StoreError> {
        let handle = self.handle()?;
        match handle.snapshot() {
            // Someone was stopped while it held the header: a fresh handle would wait just as long.
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

    /// The latest state.
    ///
    /// # Errors
    /// Where the file cannot be opened or read.
    pub fn latest(&self) -> Result<Latest<'_>, StoreError> {
        let (handle, snapshot) = self.snapshot()?;
        Ok(Latest { snapshot, handle, shared: self })
    }

    /// One write transaction: `f` sees the latest state, and what it gives is made durable; an empty answer writes
    /// nothing, unless what is there already is to be made durable once more.
    fn transact(
        &self,
        handle: &Handle,
        turn: Option<Taken<'_>>,
        until: Instant,
        settle: bool,
        f: &mut Plan<'_>,
        ahead: Option<&mut Ahead<'_>>,
    ) -> Result<(), Broke> {
        let Db::Write(db) = &handle.db else {
            return Err(Broke::Never(handle.read_only(&self.places)));
        };
        // A handle that failed once, if only to read, refuses from then on.
        let stopped = |e: StoreError| match e {
            StoreError::Io(_) | StoreError::Full | StoreError::Corrupt(_) => Broke::Handle(e),
            e => Broke::Never(e),
        };
        let known = handle.length();
        let turn = turn.or_else(|| self.my_turn(until));
        let mut pause = Pause::until(until).at_most(Duration::from_millis(2));
        let mut tx = loop {
            match caught(|| db.try_begin_write()).map_err(Broke::Handle)? {
                Ok(tx) => break tx,
                Err(::redb::TransactionError::WouldBlock) if pause.rest() => {}
                Err(::redb::TransactionError::WouldBlock) => return Err(Broke::Never(StoreError::Busy)),
                Err(e) => return Err(stopped(error::transaction(e))),
            }
        };
        drop(turn);
        if handle.length() != known {
            return Err(Broke::Length);
        }
        tx.set_two_phase_commit(true);
        tx.set_quick_repair(true);
        // No one else can commit now: this is the latest state.
        let view = handle.snapshot().map_err(stopped)?;
        let rows = open::known(&view, &self.places.store, self.options.migrations.known());
        if rows.map_err(stopped)? == open::Rows::Old {
            // Put there by hand in this moment: the next one who asks reopens, and migrates.
            return Err(Broke::Handle(StoreError::Busy));
        }
        let slots = ahead.as_ref().and_then(|_| handle.header()).and_then(holding);
        let before = std::mem::take(&mut *self.before());
        // Each commit writes over the slot that is not valid: the one preceding our last commit is still there, so that one
        // is the last of all.
        let ours = before.is_some() && slots.as_ref().map(|(_, other)| other) == before.as_ref();
        let writes = f(&view, ours).map_err(stopped)?;
        if writes.is_empty() && !settle {
            return Ok(());
        }
        let put = || {
            caught(|| put::all(&tx, &writes)).and_then(|r| r).map_err(Broke::Handle)?;
            caught(move || tx.commit().map_err(error::commit)).and_then(|r| r).map_err(Broke::Commit)
        };
        match ahead {
            Some(ahead) => {
                let writes = &writes;
                meanwhile(put, move |over| ahead(&view, writes, over))
            }
            // The state is released before the commit: it would keep pages.
            None => {
                drop(view);
                put()
            }
        }?;
        *self.before() = slots.map(|(valid, _)| valid);
        Ok(())
    }

    fn write(
        &self,
        until: Instant,
        settle: bool,
        f: &mut Plan<'_>,
        mut ahead: Option<&mut Ahead<'_>>,
    ) -> Result<(), Failed> {
        loop {
            let (handle, turn) = self.writer(until).map_err(Failed::Before)?;
            let broke = match self.transact(&handle, turn, until, settle, f, ahead.as_deref_mut()) {
                Ok(()) => return Ok(()),
                Err(Broke::Never(e)) => return Err(Failed::Before(e)),
                Err(Broke::Length) => None,
                Err(Broke::Handle(e)) => Some(Failed::Before(e)),
                Err(Broke::Commit(e)) => Some(Failed::Maybe(e)),
            };
            self.let_go(&handle);
            match broke {
                Some(broke) => return Err(broke),
                None if Instant::now() >= until => return Err(Failed::Before(StoreError::Busy)),
                None => {}
            }
        }
    }
}

/// The latest state. The handle outlives the snapshot: dropping it closes the file.
pub struct Latest<'a> {
    snapshot: Snapshot,
    handle: Arc<Handle>,
    shared: &'a Shared,
}

impl Latest<'_> {
    /// After one read that failed, a handle refuses all others.
    fn heed<R>(&self, read: Result<R, StoreError>) -> Result<R, StoreError> {
        if matches!(&read, Err(StoreError::Io(_) | StoreError::Corrupt(_))) {
            self.shared.let_go(&self.handle);
        }
        read
    }
}

impl View for Latest<'_> {
    fn get(&self, table: Table, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        self.heed(self.snapshot.get(table, key))
    }

    fn scan(
        &self,
        table: Table,
        range: &Range,
        scan: Scan,
        f: &mut dyn FnMut(&[u8], &[u8]) -> bool,
    ) -> Result<(), StoreError> {
        self.heed(self.snapshot.scan(table, range, scan, f))
    }

    fn memo(&self) -> Option<Arc<Memo>> {
        Some(Arc::clone(&self.handle.memo))
    }
}

/// The valid slot of a header, and the other one; `None` where a commit broke off.
fn holding(header: Header) -> Option<(Slot, Slot)> {
    let [valid, other] = header.in_order();
    (valid.sound && !header.unflushed).then(|| (valid.clone(), other.clone()))
}

/// Commits while another thread looks ahead; that one hears when the commit is over. Without a thread nothing does.
fn meanwhile<R>(commit: impl FnOnce() -> R, ahead: impl FnOnce(&Receiver<()>) + Send) -> R {
    let (going, over) = bounded(0);
    thread::scope(|threads| {
        let started = thread::Builder::new().name("ahead".into()).spawn_scoped(threads, move || ahead(&over));
        let done = commit();
        drop(going);
        // What a panic there leaves undone is done in its turn.
        let _ = started.map(thread::ScopedJoinHandle::join);
        done
    })
}

/// How a transaction broke off.
enum Broke {
    /// Before anything was written.
    Never(StoreError),
    /// Someone else changed the length of the file. A writer that died after it made the file longer leaves a length
    /// that redb's handles elsewhere do not look at: the next one to grow the file would take that for a cut, panic over
    /// the pages that it owns, and once more while it unwinds, which ends the program. A handle reopened knows it.
    Length,
    /// With the handle, which has to be reopened; nothing of it stands.
    Handle(StoreError),
    /// In the commit itself: the handle has to be reopened, and it may stand.
    Commit(StoreError),
}

impl Engine for Shared {
    fn commit(&self, until: Instant, f: &mut Plan<'_>, ahead: Option<&mut Ahead<'_>>) -> Result<(), Failed> {
        self.write(until, false, f, ahead)
    }

    fn settle(
        &self,
        until: Instant,
        f: &mut dyn FnMut(&dyn View) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        self.write(until, true, &mut |view, _| f(view).map(|()| Writes::new()), None).map_err(|failed| {
            match failed {
                Failed::Before(e) | Failed::Maybe(e) => e,
            }
        })
    }

    fn committed(&self, head: Seq) {
        self.bell.ring(head);
    }
}
