//! Opening and making the file: what is refused, and with which words.

use std::{
    fs::File,
    io::{self, Read},
    os::unix::fs::MetadataExt,
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use ::redb::{Builder, ConcurrencyMode, Database, ReadOnlyDatabase, ReadTransaction, ReadableDatabase};

use super::{
    Options,
    backend::{FileWatch, Patient},
    error::{self, caught},
    upgrade::upgrade,
    view::{Snapshot, definition},
};
use crate::{
    model::{Id, Stamp, Table},
    store::{
        StoreError, View,
        files::{self, Access, Draft, Owner, quoted},
        lock::{HeldLock, PATIENCE, Places},
        meta,
        migrate::{self, Standing},
        pages::{self, Header, header::MAGIC},
        pause::Pause,
        saved,
        text::Memo,
    },
};

/// The database of a handle.
pub enum Db {
    /// For reading and writing.
    Write(Database),
    /// For reading: the file or its disk cannot be written.
    Read(ReadOnlyDatabase),
}

/// What a file is opened for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Want {
    /// For reading and writing; where someone writes just now, for reading until there is something to write.
    Any,
    /// For writing, however long someone else writes.
    Writing,
}

/// How long opening waits for who writes just now before it opens for reading.
const BRIEF: Duration = Duration::from_millis(100);

/// A file that was opened.
pub struct Opened {
    /// The database.
    pub db: Db,
    look: FileWatch,
    /// Device and inode.
    file: (u64, u64),
    /// Opened for reading although it may be written: someone else was writing.
    for_now: bool,
}

/// An opened file, and the lock that keeps others from replacing it. Fields are dropped in this order: the file first.
pub struct Handle {
    /// The database.
    pub db: Db,
    /// What looks at the file beside the database; `None` where no one else has it.
    look: Option<FileWatch>,
    /// Device and inode of the file that was opened.
    file: (u64, u64),
    /// Opened for reading although it may be written.
    for_now: bool,
    /// What is kept of its postings.
    pub memo: Arc<Memo>,
    /// Held for the handle's life.
    held: Option<HeldLock>,
}

impl Handle {
    /// A snapshot of the latest commit.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn snapshot(&self) -> Result<Snapshot, StoreError> {
        let tx: Result<ReadTransaction, _> = caught(|| match &self.db {
            Db::Write(db) => db.begin_read(),
            Db::Read(db) => db.begin_read(),
        })?;
        tx.map(Snapshot::new).map_err(error::transaction)
    }

    /// Of a file that no one else has open.
    pub fn alone(db: Db) -> Handle {
        Handle { db, look: None, file: (0, 0), for_now: false, memo: Arc::default(), held: None }
    }

    /// The length of the file as this handle knows it, in bytes.
    pub fn length(&self) -> u64 {
        self.look.as_ref().map_or(0, |l| l.length.get())
    }

    /// The header of the file as it stands; `None` where it cannot be read.
    pub fn header(&self) -> Option<Header> {
        self.look.as_ref()?.header()
    }

    /// Whether it cannot be written.
    pub fn is_read_only(&self) -> bool {
        matches!(self.db, Db::Read(_)) && !self.for_now
    }

    /// Why nothing can be written through it.
    pub fn read_only(&self, places: &Places) -> StoreError {
        let shown = places.store.display();
        if self.held.is_some() || files::open(&places.store, Access::Write).is_err() {
            return StoreError::ReadOnly(shown.to_string());
        }
        let owner = files::owner_name(Owner::of_store(&places.store));
        let (user, group) = owner.split_once(':').unwrap_or((&owner, ""));
        StoreError::ReadOnly(format!(
            "{shown} has no lock file, and its folder is not writable: run `sudo install -m 600 -o {user} -g {group} /dev/null {}`",
            quoted(&places.lock)
        ))
    }

    /// Whether it was opened for reading because someone else was writing: who wants to write opens another.
    pub fn is_for_now(&self) -> bool {
        self.for_now
    }

    /// Which file of this path it is: grows with each replacement.
    pub fn generation(&self) -> u64 {
        self.held.as_ref().map_or(0, |h| h.generation)
    }

    /// Whether the path still names the opened file: someone may have moved another there by hand.
    pub fn is_at(&self, path: &Path) -> bool {
        std::fs::metadata(path).is_ok_and(|m| (m.dev(), m.ino()) == self.file)
    }
}

/// Opens the file, making it first where the options say so.
///
/// # Errors
/// Each way in which it is not a store that this version can work with, in words for people.
pub fn open(options: &Options, places: &Places) -> Result<Handle, StoreError> {
    if options.create && absent(&places.store) {
        create(options, places)?;
    }
    // Before anything is put beside it: this may be the wrong path.
    drop(probe(&places.store)?);
    guarded(places)?;
    stood(options, places, Want::Any, Instant::now() + PATIENCE)
}

/// Opens the file that is there for writing, at most until then.
///
/// # Errors
/// As [`open`]; `Busy` where someone else writes for longer.
pub fn for_writing(options: &Options, places: &Places, until: Instant) -> Result<Handle, StoreError> {
    stood(options, places, Want::Writing, until)
}

fn stood(options: &Options, places: &Places, want: Want, until: Instant) -> Result<Handle, StoreError> {
    let mut held = HeldLock::shared(places, until)?;
    let mut pause = Pause::until(until);
    loop {
        match open_once(options, places, want, held.is_some(), until) {
            // A handle of this path may be closing just now, or a writer died and left it for repair.
            Err(StoreError::Busy) if pause.rest() => {}
            Err(e) => return Err(e),
            Ok(Opened { db, look, file, for_now }) => {
                let memo = Arc::default();
                let handle = Handle { db, look: Some(look), file, for_now, memo, held: held.take() };
                match known(&handle.snapshot()?, &places.store, options.migrations.known())? {
                    Rows::Known => return Ok(handle),
                    Rows::Old => {
                        // The migration takes the file alone; then it is opened as any other.
                        drop(handle);
                        upgrade(options, places)?;
                        held = HeldLock::shared(places, Instant::now() + PATIENCE)?;
                    }
                }
            }
        }
    }
}

fn absent(path: &Path) -> bool {
    std::fs::metadata(path)
        .map_or_else(|e| e.kind() == io::ErrorKind::NotFound, |m| m.is_file() && m.len() == 0)
}

/// Looks whether this is a file of ours, and opens it for reading.
///
/// # Errors
/// Where it is not there, or something else.
pub fn probe(path: &Path) -> Result<File, StoreError> {
    let shown = path.display().to_string();
    let why = |e: io::Error| match e.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => StoreError::Missing(shown.clone()),
        io::ErrorKind::PermissionDenied => closed(path),
        _ => StoreError::Io(format!("{shown}: {e}")),
    };
    let about = std::fs::metadata(path).map_err(why)?;
    if !about.is_file() {
        let what = if about.is_dir() { "a folder" } else { "no file" };
        return Err(StoreError::NotAStore(format!("{shown} is {what}, it")));
    }
    let mut file = files::open(path, Access::Read).map_err(why)?;
    let mut head = Vec::new();
    Read::by_ref(&mut file).take(MAGIC.len() as u64).read_to_end(&mut head).map_err(why)?;
    if head.is_empty() {
        return Err(StoreError::NotAStore(format!("{shown} is empty, it")));
    }
    if head != MAGIC {
        if Header::read(&file).map_err(why)?.newest().is_some() {
            return Err(StoreError::Corrupt(format!("the first bytes of {shown}")));
        }
        return Err(StoreError::NotAStore(shown));
    }
    Ok(file)
}

/// The error for a store that this user cannot read: its owner, and how to take it over.
fn closed(path: &Path) -> StoreError {
    let shown = quoted(path);
    let Ok(about) = std::fs::metadata(path) else {
        return StoreError::Io(format!("{shown}: you cannot read its folder"));
    };
    let (whose, me) = (files::user_name(about.uid()), Owner::me());
    if about.uid() == me.uid {
        return StoreError::Blocked(format!("you cannot read {shown}: run `chmod 600 {shown}`"));
    }
    let me = files::user_name(me.uid);
    StoreError::Blocked(format!(
        "{shown} belongs to {whose}, and you ({me}) cannot read it; if it is yours, run `sudo chown {me}: {shown}`"
    ))
}

/// Refuses a store that other users may look into: it contains what customers wrote in confidence. The file itself keeps
/// them out; its folder may be looked into, as those of home folders often may, but not be written by everyone, who
/// could put another file in its place.
fn guarded(places: &Places) -> Result<(), StoreError> {
    let mode = |path: &Path| match std::fs::metadata(path) {
        Ok(m) => Ok(m.mode() & 0o7777),
        Err(e) => Err(StoreError::Io(format!("{}: {e}", path.display()))),
    };
    let (store, folder) = (places.store.as_path(), places.folder());
    let found = mode(store)?;
    if found & 0o077 != 0 {
        let shown = quoted(store);
        return Err(StoreError::Exposed(format!(
            "other users may look into {shown} (its mode is {found:o}): run `chmod 600 {shown}`"
        )));
    }
    safe_folder(folder, mode(folder)?)
}

/// Refuses a folder in which everyone may replace everything: one that all may write, and that is not sticky.
fn safe_folder(folder: &Path, mode: u32) -> Result<(), StoreError> {
    if mode & 0o002 == 0 || mode & 0o1000 != 0 {
        return Ok(());
    }
    let shown = quoted(folder);
    Err(StoreError::Exposed(format!(
        "other users may write in {shown} (its mode is {mode:o}): run `chmod 700 {shown}`, or choose another folder"
    )))
}

/// Opens as the options say.
pub fn builder(options: &Options) -> Builder {
    let mut b = Builder::new();
    b.set_cache_size(options.cache_bytes);
    b.set_concurrency_mode(if options.exclusive {
        ConcurrencyMode::ExclusiveWriter
    } else {
        ConcurrencyMode::MultiWriter
    });
    b
}

/// Opens the file as it stands, for writing where that is allowed.
///
/// Opening for writing takes the lock of writers in redb, so that a process stopped in a commit would keep others from
/// opening at all. Opening for reading takes none.
///
/// Without the lock (`locked`) another program may replace the file at any time, and what is written into it would be lost:
/// then it is opened for reading.
///
/// # Errors
/// As [`open`].
pub fn open_once(
    options: &Options,
    places: &Places,
    want: Want,
    locked: bool,
    until: Instant,
) -> Result<Opened, StoreError> {
    let path = &places.store;
    let io = |e: &io::Error| StoreError::Io(format!("{}: {e}", path.display()));
    // Looked at again, now that no one can replace it.
    let reading = probe(path)?;
    if options.disk.is_none() {
        newest(&reading, path)?;
    }
    let about = |file: &File| file.metadata().map(|m| (m.dev(), m.ino())).map_err(|e| io(&e));
    let for_now = match files::open(path, Access::Write) {
        Ok(_) if !locked => false,
        Ok(file) => {
            let left = until.saturating_duration_since(Instant::now());
            let may_read = want == Want::Any && !options.exclusive;
            let at = about(&file)?;
            let file = Patient::new(file, options.disk.as_ref()).map_err(error::database)?;
            let (look, wait) = (file.look(), file.wait());
            wait.set(if may_read { left.min(BRIEF) } else { left });
            let db = caught(|| builder(options).create_with_backend(file))?.map_err(error::database);
            wait.set(PATIENCE);
            match db {
                Err(StoreError::Busy) if may_read => true,
                db => return Ok(Opened { db: Db::Write(db?), look, file: at, for_now: false }),
            }
        }
        Err(e) if files::denied(&e) => false,
        Err(e) => return Err(io(&e)),
    };
    let file = about(&reading)?;
    let reading = Patient::new(reading, options.disk.as_ref()).map_err(error::database)?;
    let look = reading.look();
    let db = caught(|| builder(options).open_read_only_with_backend(reading))?;
    let db = db.map_err(|e| match e {
        // Who was writing has died meanwhile.
        ::redb::DatabaseError::RepairAborted if for_now => StoreError::Busy,
        ::redb::DatabaseError::RepairAborted => StoreError::ReadOnly(format!(
            "{} was not closed cleanly and has to be opened for writing to be repaired",
            path.display()
        )),
        e => error::database(e),
    })?;
    Ok(Opened { db: Db::Read(db), look, file, for_now })
}

/// Refuses a file that was closed whose header names an older commit than its newest: the engine would show that, and
/// write over what came after.
fn newest(file: &File, path: &Path) -> Result<(), StoreError> {
    let io = |e: io::Error| StoreError::Io(format!("{}: {e}", path.display()));
    for _ in 0..5 {
        if !Header::read(file).map_err(io)?.is_rolled_back() {
            return Ok(());
        }
        // It may have been read while someone wrote it.
        std::thread::sleep(std::time::Duration::from_millis(2));
    }
    Err(StoreError::Corrupt("its header names an older commit than the newest one".into()))
}

/// How old the rows of a store are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rows {
    /// As this version knows them.
    Known,
    /// They have to be migrated first.
    Old,
}

/// Refuses what another program, or a newer version, made.
///
/// # Errors
/// `NewerSchema`, `NotAStore`, and where the file cannot be read.
pub fn known(view: &dyn View, path: &Path, known: u16) -> Result<Rows, StoreError> {
    match migrate::standing(view, known)? {
        Standing::Newer(found) => Err(StoreError::NewerSchema { found, known }),
        Standing::Current => Ok(Rows::Known),
        Standing::Behind { .. } => Ok(Rows::Old),
        // Another program's file, or one of ours whose pages are damaged where it says so.
        Standing::None => match pages::verify_file(path, &mut |_| {}) {
            Ok(verdict) if !verdict.is_sound() => {
                Err(StoreError::Corrupt("the file does not say any more what it is".into()))
            }
            _ => Err(StoreError::NotAStore(path.display().to_string())),
        },
    }
}

/// Makes the folder of a store where there is none, its owner's alone.
///
/// # Errors
/// Where it cannot be made, or others may look into it.
pub fn make_folder(places: &Places) -> Result<(), StoreError> {
    let io = |e: io::Error| match error::io(&e) {
        StoreError::Io(why) => StoreError::Io(format!("{}: {why}", places.folder().display())),
        StoreError::ReadOnly(why) => StoreError::ReadOnly(format!("{}: {why}", places.folder().display())),
        other => other,
    };
    files::make_folders(places.folder()).map_err(io)?;
    let folder = places.folder();
    safe_folder(folder, std::fs::metadata(folder).map_err(io)?.mode() & 0o7777)
}

/// Makes the file under another name and puts it in place whole, so that no one ever opens half a store.
fn create(options: &Options, places: &Places) -> Result<(), StoreError> {
    let io = |e: io::Error| match error::io(&e) {
        StoreError::Io(why) => StoreError::Io(format!("{}: {why}", places.folder().display())),
        StoreError::ReadOnly(why) => StoreError::ReadOnly(format!("{}: {why}", places.folder().display())),
        other => other,
    };
    make_folder(places)?;
    let mut pause = Pause::within(PATIENCE);
    let _alone = loop {
        match HeldLock::exclusive(places, Instant::now()) {
            Ok(Some(held)) => break held,
            Ok(None) => return Err(StoreError::ReadOnly(places.folder().display().to_string())),
            // Someone else made it in the meantime.
            Err(StoreError::Busy) if !absent(&places.store) => return Ok(()),
            Err(StoreError::Busy) if pause.rest() => {}
            Err(e) => return Err(e),
        }
    };
    if !absent(&places.store) {
        return Ok(());
    }
    let _ = std::fs::remove_file(&places.new);
    saved::remove(places);
    let owner = Owner::of_store(&places.store);
    let draft = Draft::new(places.folder(), owner).map_err(io)?;
    let file = files::open(&draft.path(), Access::Write).map_err(io)?;
    caught(|| fill(file, options.store_id, options.created_at)).and_then(|r| r)?;
    draft.place_over(&places.store, 0o600).map_err(io)
}

fn fill(file: File, store_id: Id, created_at: Stamp) -> Result<(), StoreError> {
    let db = Patient::new(file, None)
        .and_then(|b| Builder::new().create_with_backend(b))
        .map_err(error::database)?;
    let mut tx = db.begin_write().map_err(error::transaction)?;
    tx.set_two_phase_commit(true);
    tx.set_quick_repair(true);
    for table in Table::ALL.iter().copied() {
        let mut rows = tx.open_table(definition(table)).map_err(error::table)?;
        if table == Table::Meta {
            for (key, value) in meta::first(store_id, created_at) {
                rows.insert(key.as_bytes(), value.as_slice()).map_err(error::storage)?;
            }
        }
    }
    tx.commit().map_err(error::commit)?;
    db.close().map_err(error::database)
}
