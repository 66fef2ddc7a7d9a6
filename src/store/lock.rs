//! The files beside a store: who has it locked, and how it is replaced without losing anyone's commit.
//!
//! Every handle keeps `NAME.lock` locked *shared* for its life; whatever replaces the file takes it *exclusive*. Since
//! handles live as long as their program, a replacer first locks `NAME.swap`: holders look at that before they write,
//! read or wait, let go, and open again when it is free. All are kernel locks (`flock`): they end with their process.
//! `NAME.lock` contains the generation, a number that grows with each replacement.

use std::{
    ffi::OsString,
    fs::{File, TryLockError},
    io::{self, Read, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use super::{
    StoreError,
    files::{self, Draft, Owner, Side, Trouble},
    pause::Pause,
    saved,
};

/// How long anyone waits for another process.
pub const PATIENCE: Duration = Duration::from_secs(2);

/// Where a store and the files beside it are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Places {
    /// The store.
    pub store: PathBuf,
    /// Who has it locked.
    pub lock: PathBuf,
    /// Who wants to replace it.
    pub swap: PathBuf,
    /// Whose turn it is to write next.
    pub turn: PathBuf,
    /// What rings at each commit.
    pub bell: PathBuf,
    /// A store in the making.
    pub new: PathBuf,
    /// What is derived from the store and saved for a fast start: the index of people to find.
    pub people: Saved,
    /// Likewise the columns of the list of customers.
    pub columns: Saved,
}

/// Where something made of the store is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Saved {
    /// The file.
    pub file: PathBuf,
    /// The same in the making.
    pub new: PathBuf,
}

impl Places {
    /// The places of a path; links are followed, so that a store has one lock whatever it is called by.
    pub fn of(path: &Path) -> Places {
        let store = std::fs::canonicalize(path).unwrap_or_else(|_| {
            let folder = path.parent().filter(|f| !f.as_os_str().is_empty()).unwrap_or(Path::new("."));
            let folder = std::fs::canonicalize(folder).unwrap_or_else(|_| folder.to_owned());
            path.file_name().map_or_else(|| path.to_owned(), |name| folder.join(name))
        });
        let beside = |end: &str| {
            let mut name = OsString::from(store.file_name().unwrap_or_default());
            name.push(end);
            store.with_file_name(name)
        };
        Places {
            lock: beside(".lock"),
            swap: beside(".swap"),
            turn: beside(".turn"),
            bell: beside(".bell"),
            new: beside(".new"),
            people: Saved { file: beside(".find"), new: beside(".find.new") },
            columns: Saved { file: beside(".list"), new: beside(".list.new") },
            store,
        }
    }

    /// The files of what was made of the store, and those in the making.
    pub fn saved(&self) -> [&PathBuf; 4] {
        [&self.people.file, &self.people.new, &self.columns.file, &self.columns.new]
    }

    /// The folder that it is in.
    pub fn folder(&self) -> &Path {
        self.store.parent().unwrap_or(Path::new("/"))
    }
}

/// Opens a file next to the store, which belongs to the store's owner alone; `None` where there is none and it cannot be
/// created: in a folder that cannot be written, or on a full disk (reading goes on).
///
/// # Errors
/// `Blocked` where it is there and is another user's, or no plain file: with the command that puts it right.
pub fn beside(places: &Places, path: &Path) -> Result<Option<File>, StoreError> {
    match files::side(path, Owner::of_store(&places.store)) {
        Ok(Side::Open(file)) => Ok(Some(file)),
        Ok(Side::Absent) => Ok(None),
        Err(trouble) => Err(blocked(places, &trouble)),
    }
}

fn blocked(places: &Places, trouble: &Trouble) -> StoreError {
    match trouble {
        Trouble::Io(..) => StoreError::Io(trouble.to_string()),
        _ => StoreError::Blocked(trouble.told(places)),
    }
}

/// The lock of a handle, held for its life.
#[derive(Debug)]
pub struct HeldLock {
    file: File,
    /// The generation of the file that it guards.
    pub generation: u64,
}

impl HeldLock {
    /// Locks as one of many, at most until then. `None` where there is no lock file and none can be created: another user may
    /// replace the store there at any time, so that it may be read and not written.
    ///
    /// # Errors
    /// `Busy` where the file is being replaced for longer than that; `Blocked` where the lock file cannot be used.
    pub fn shared(places: &Places, until: Instant) -> Result<Option<HeldLock>, StoreError> {
        HeldLock::take(places, until, File::try_lock_shared)
    }

    /// Locks alone, at most until then.
    ///
    /// # Errors
    /// As [`HeldLock::shared`].
    pub fn exclusive(places: &Places, until: Instant) -> Result<Option<HeldLock>, StoreError> {
        HeldLock::take(places, until, File::try_lock)
    }

    fn take(
        places: &Places,
        until: Instant,
        lock: fn(&File) -> Result<(), TryLockError>,
    ) -> Result<Option<HeldLock>, StoreError> {
        let Some(mut file) = beside(places, &places.lock)? else { return Ok(None) };
        let mut pause = Pause::until(until);
        loop {
            match lock(&file) {
                Ok(()) => break,
                Err(TryLockError::WouldBlock) if pause.rest() => {}
                Err(TryLockError::WouldBlock) => return Err(StoreError::Busy),
                Err(TryLockError::Error(e)) => {
                    return Err(StoreError::Io(format!("{}: {e}", places.lock.display())));
                }
            }
        }
        let mut text = String::new();
        // An unreadable number counts as the first: it is compared, never trusted.
        let _ = file.read_to_string(&mut text);
        Ok(Some(HeldLock { generation: text.trim().parse().unwrap_or(0), file }))
    }

    fn next_generation(&mut self) -> io::Result<()> {
        self.generation += 1;
        self.file.seek(SeekFrom::Start(0))?;
        self.file.write_all(format!("{}\n", self.generation).as_bytes())?;
        self.file.sync_all()
    }
}

/// Looks whether someone wants to replace the file.
#[derive(Debug)]
pub struct Watch(Option<File>);

impl Watch {
    /// Looks beside a store.
    ///
    /// # Errors
    /// Where the file beside it cannot be opened.
    pub fn new(places: &Places) -> Result<Watch, StoreError> {
        Ok(Watch(beside(places, &places.swap)?))
    }

    /// Whether someone is replacing the file, or waits for its users to release it.
    pub fn wanted(&self) -> bool {
        let Some(file) = &self.0 else { return false };
        match file.try_lock_shared() {
            Ok(()) => {
                let _ = file.unlock();
                false
            }
            Err(e) => matches!(e, TryLockError::WouldBlock),
        }
    }
}

/// Whose turn it is to write next. Who has just written and wants to write again (an import, step after step) would
/// nearly always be quicker than one who sleeps between tries: so everyone first takes the turn, keeps it until the
/// write lock is free, and lets it go once the write lock is theirs.
#[derive(Debug)]
pub struct Turn(Option<File>);

impl Turn {
    /// The turn of a store; without its file everyone goes on without.
    pub fn new(places: &Places) -> Turn {
        Turn(beside(places, &places.turn).ok().flatten())
    }

    /// Waits for the turn, at most until then. It is courtesy, not safety: who cannot get it (its holder was stopped)
    /// goes on without.
    pub fn take(&self, until: Instant) -> Option<Taken<'_>> {
        let file = self.0.as_ref()?;
        let mut pause = Pause::until(until).at_most(Duration::from_millis(2));
        loop {
            match file.try_lock() {
                Ok(()) => return Some(Taken(file)),
                Err(TryLockError::WouldBlock) if pause.rest() => {}
                Err(_) => return None,
            }
        }
    }
}

/// The turn, until it is dropped.
#[derive(Debug)]
pub struct Taken<'a>(&'a File);

impl Drop for Taken<'_> {
    fn drop(&mut self) {
        let _ = self.0.unlock();
    }
}

/// Locks a store exclusively: waits until its users have released it (at most `max`) and runs `f`; they open it again afterwards.
///
/// # Errors
/// `Busy` where holders do not let go; what `f` gives; where the folder cannot be written.
pub fn alone(
    path: &Path,
    max: Duration,
    f: impl FnOnce() -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let places = Places::of(path);
    let (_swap, mut held) = drained(&places, max)?;
    // Before anything is written: a holder that saw the old number would not look at the rows again.
    held.next_generation().map_err(|e| StoreError::Io(format!("{}: {e}", places.lock.display())))?;
    saved::remove(&places);
    f()
}

/// Replaces a store: waits until its holders have let go (at most `max`), lets `f` write the new file, which has no name
/// yet, then puts it in the place of the old. It takes that one's owner, group and mode. The old file stays where anything
/// fails.
///
/// # Errors
/// `Busy` where holders do not let go; what `f` gives; where the folder cannot be written, or the store is another user's.
pub fn replace_with(
    path: &Path,
    max: Duration,
    f: impl FnOnce(&Path, &Path) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let places = Places::of(path);
    let io = |e: io::Error| StoreError::of_io(&e, &places.store);
    let (_swap, mut held) = drained(&places, max)?;
    // Left by a version that wrote it under this name.
    let _ = std::fs::remove_file(&places.new);
    let owner = Owner::of_store(&places.store);
    let draft = Draft::new(places.folder(), owner).map_err(io)?;
    f(&places.store, &draft.path())?;
    draft.file().sync_all().map_err(io)?;
    // Before the rename: a holder that saw the old number against the new file would miss the change.
    held.next_generation().map_err(io)?;
    // What was derived from the old one may mention an erased person.
    saved::remove(&places);
    draft.place_over(&places.store, owner.mode).map_err(io)
}

/// Moves a store that is complete, and that no program has open, to where there is none, or one that `f` says may go.
///
/// # Errors
/// `Busy` where holders do not let go; what `f` gives; where the folder cannot be written, or the store is another user's.
pub fn move_in(
    from: &Path,
    path: &Path,
    max: Duration,
    f: impl FnOnce(&Path) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let places = Places::of(path);
    let io = |e: io::Error| StoreError::of_io(&e, &places.store);
    let (_swap, mut held) = drained(&places, max)?;
    f(&places.store)?;
    held.next_generation().map_err(io)?;
    saved::remove(&places);
    std::fs::rename(from, &places.store).map_err(io)?;
    files::sync_folder(places.folder()).map_err(io)
}

/// Removes the small files of a store that is gone, and that no program has open.
pub fn forget(places: &Places) {
    saved::remove(places);
    for file in [&places.lock, &places.swap, &places.turn, &places.bell] {
        let _ = std::fs::remove_file(file);
    }
}

/// Asks all holders to let go and takes the lock alone, with the file that says so.
fn drained(places: &Places, max: Duration) -> Result<(File, HeldLock), StoreError> {
    let io = |e: io::Error| StoreError::Io(format!("{}: {e}", places.swap.display()));
    let read_only = || StoreError::ReadOnly(places.folder().display().to_string());
    let until = Instant::now() + max;
    let owner = Owner::of_store(&places.store);
    if !owner.can_be_given() {
        let (shown, whose) = (files::quoted(&places.store), files::user_name(owner.uid));
        return Err(StoreError::Blocked(format!(
            "{shown} belongs to {whose}: only {whose} or root may put another file in its place; nothing was changed"
        )));
    }
    let swap = beside(places, &places.swap)?.ok_or_else(read_only)?;
    let mut pause = Pause::until(until);
    loop {
        match swap.try_lock() {
            Ok(()) => break,
            Err(TryLockError::WouldBlock) if pause.rest() => {}
            Err(TryLockError::WouldBlock) => return Err(StoreError::Busy),
            Err(TryLockError::Error(e)) => return Err(io(e)),
        }
    }
    super::bell::ring(places, u64::MAX);
    let held = HeldLock::exclusive(places, until)?.ok_or_else(read_only)?;
    Ok((swap, held))
}
