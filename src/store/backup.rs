//! Copies of a store that can be relied on: backup, restore, compact.
//!
//! A backup is one state of the store, read page by page while others go on writing (`online_backup`), into a new file with
//! the same rows. It counts only when the new file, reopened, has the same hash over all rows and passes the check. Restore
//! and compact put a new file in the place of the old while every other process lets go and opens again.

use std::{
    io::{self, Write},
    path::{Path, PathBuf},
    time::Duration,
};

use super::{
    Reject, Store, StoreError, Weight, check,
    dump::{self, DumpError},
    files::{self, Draft, Owner},
    hash,
    lock::{self, Places},
    meta, online_backup, pages,
    redb::plain::{self, Plain},
};
use crate::model::{OpId, Seq, Stamp, log::LogDraft};

/// How long a replacer waits for others to let go.
pub const DRAIN: Duration = Duration::from_secs(10);

/// What is being done, for who waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Copying rows: this many so far.
    Copying(u64),
    /// Hashing rows of the copy: this many so far.
    Hashing(u64),
    /// Checking the copy: this many records so far.
    Checking(u64),
    /// Writing lines: this many rows so far.
    Writing(u64),
}

/// Hears how far it is; `false` cancels.
pub type Progress<'a> = &'a mut dyn FnMut(Step) -> bool;

/// A file that was verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// Its rows.
    pub rows: u64,
    /// Its size, in bytes.
    pub bytes: u64,
    /// The hash over its rows: [`hash::content`].
    pub hash: [u8; 32],
    /// The place of its log's last row.
    pub head: Seq,
    /// What the check found: a store that was not as it should be is copied unchanged, and says so.
    pub report: check::Report,
}

/// Why there is no backup.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// The store, or the copy, could not be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// There is something at the target.
    #[error("{0} is there already: name another file")]
    Exists(PathBuf),
    /// What was written is not what was read.
    #[error("the copy for {0} does not contain what was read and was deleted; the disk may be failing")]
    Differs(PathBuf),
    /// The backup is not as it should be.
    #[error(
        "{path} is damaged ({wrong} findings, the first: {first}): it was not restored; try another backup"
    )]
    Damaged {
        /// The backup.
        path: PathBuf,
        /// How much is wrong.
        wrong: u64,
        /// The first of it.
        first: String,
    },
    /// A file beside the store could not be written.
    #[error("{0}: {1}")]
    File(PathBuf, io::Error),
}

fn beside(path: &Path, end: &str) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(end);
    path.with_file_name(name)
}

/// Copies the current state of the store into a new file and verifies it; then the store remembers when that was.
///
/// # Errors
/// Each way in which there is no verified copy; nothing is left at the target then.
pub fn backup(
    store: &dyn Store,
    to: &Path,
    op: OpId,
    now: Stamp,
    progress: Progress,
) -> Result<Verified, BackupError> {
    let verified = make(store, to, op, now, progress)?;
    // The backup stands, whether or not the store (on a full disk, say) could write that down.
    drop(note(store, op, now, &verified));
    Ok(verified)
}

/// As [`backup`], but the store does not remember it.
///
/// # Errors
/// As [`backup`].
pub fn make(
    store: &dyn Store,
    to: &Path,
    op: OpId,
    now: Stamp,
    progress: Progress,
) -> Result<Verified, BackupError> {
    if std::fs::symlink_metadata(to).is_ok() {
        return Err(BackupError::Exists(to.to_owned()));
    }
    let folder = files::folder_of(to);
    let (draft, verified) = verified(store, &folder, op, now, progress).map_err(|e| match e {
        BackupError::Differs(_) => BackupError::Differs(to.to_owned()),
        e => e,
    })?;
    draft.place_new(to).map_err(|e| match e.kind() {
        // Another program wrote there in the meantime.
        io::ErrorKind::AlreadyExists => BackupError::Exists(to.to_owned()),
        _ => BackupError::File(to.to_owned(), e),
    })?;
    Ok(verified)
}

/// A verified copy in a folder that has no name yet, and is gone unless it gets one.
///
/// # Errors
/// As [`backup`].
pub fn verified(
    store: &dyn Store,
    folder: &Path,
    op: OpId,
    now: Stamp,
    progress: Progress,
) -> Result<(Draft, Verified), BackupError> {
    let owner = store.spot().map_or_else(Owner::me, |s| Owner::of_copy(s.store(), folder));
    let (draft, read) = copied(store, &|| Draft::new(folder, owner), folder, op, now, progress)?;
    let made = verify(&draft.path(), progress)?;
    if !read.is_of(&draft.path(), &made)? {
        return Err(BackupError::Differs(folder.to_owned()));
    }
    Ok((draft, made))
}

/// What was read for a copy.
enum Read {
    /// Page by page, while others wrote.
    Pages(online_backup::Copied),
    /// As one state: the hash over it.
    State([u8; 32]),
}

impl Read {
    /// Whether a file contains that.
    fn is_of(&self, path: &Path, made: &Verified) -> Result<bool, StoreError> {
        Ok(match self {
            Read::Pages(read) => {
                made.rows == read.rows && hash::Sum::of(&Plain::open(path, false)?.view()?)? == read.sum
            }
            Read::State(hash) => *hash == made.hash,
        })
    }
}

fn copied(
    store: &dyn Store,
    draft: &dyn Fn() -> io::Result<Draft>,
    folder: &Path,
    op: OpId,
    now: Stamp,
    progress: Progress,
) -> Result<(Draft, Read), BackupError> {
    let new = || draft().map_err(|e| BackupError::File(folder.to_owned(), e));
    let mut step = |n| progress(Step::Copying(n));
    let pages = new()?;
    if let Some(read) = online_backup::copy(store, &pages.path(), op, now, &mut step)? {
        return Ok((pages, Read::Pages(read)));
    }
    drop(pages);
    let state = new()?;
    let mut hash = [0; 32];
    store.read(&mut |view| {
        hash = plain::copy(view, &state.path(), &mut step)?.1;
        Ok(())
    })?;
    Ok((state, Read::State(hash)))
}

/// Remembers in the store that a backup was made.
///
/// # Errors
/// Where the store cannot be written.
pub fn note(store: &dyn Store, op: OpId, now: Stamp, made: &Verified) -> Result<(), Reject> {
    let (row, clean) = (meta::moment(now, made.head), made.report.is_clean());
    let sample = meta::Sample { at: now, head: made.head, rows: made.rows, bytes: made.bytes };
    store.write(
        op,
        Weight::Light,
        Box::new(move |tx| {
            meta::note(tx, meta::LAST_BACKUP, &row);
            meta::add_backup(tx, sample)?;
            if clean {
                meta::note(tx, meta::LAST_CHECK, &row);
            }
            Ok(())
        }),
    )?;
    Ok(())
}

/// Writes everything as JSON Lines ([`dump`]): from a copy in the folder `scratch` that has no name, so that anyone who reads
/// slowly blocks no one. A store that cannot be written says in the log of the copy who exports it: `sign_with`.
///
/// # Errors
/// Where there is no verified copy, or it cannot be written.
pub fn export(
    store: &dyn Store,
    scratch: &Path,
    op: OpId,
    now: Stamp,
    sign_with: Option<&LogDraft>,
    (form, out): (dump::Form, &mut dyn Write),
    progress: Progress,
) -> Result<dump::Written, DumpError> {
    let made = verified(store, scratch, op, now, progress).and_then(|(copy, made)| match sign_with {
        Some(row) => sign(&copy.path(), row, progress).map(|made| (copy, made)),
        None => Ok((copy, made)),
    });
    let (copy, verified) = made.map_err(|e| match e {
        BackupError::Store(e) => DumpError::Store(e),
        e => DumpError::Io(io::Error::other(e.to_string())),
    })?;
    let dumped = Plain::open(&copy.path(), false).map_err(DumpError::from).and_then(|copy| {
        let view = copy.view()?;
        dump::write(&view, form, out, &mut |n| progress(Step::Writing(n)))
    });
    let written = dumped?;
    if written.content.hash != verified.hash {
        return Err(StoreError::Corrupt("the copy does not contain what was read".into()).into());
    }
    Ok(written)
}

/// Says in the log of a copy who made it, where the store itself cannot be written; what was verified of it is then that.
///
/// # Errors
/// Where the copy cannot be read or written.
pub fn sign(copy: &Path, row: &LogDraft, progress: Progress) -> Result<Verified, BackupError> {
    plain::add_log_row(copy, row)?;
    verify(copy, progress)
}

/// Opens a file, hashes its rows and checks it.
///
/// # Errors
/// Where it cannot be opened or read. What the check finds is in the report.
pub fn verify(path: &Path, progress: Progress) -> Result<Verified, BackupError> {
    use super::ViewExt;
    let file = Plain::open(path, false)?;
    let view = file.view()?;
    let mut going = true;
    let found = hash::content(&view, &mut |n| going &= progress(Step::Hashing(n)))?;
    let mut report = check::check(&view, &mut |n| going &= progress(Step::Checking(n)))?;
    report.file(&pages::verify_file(path, &mut |_| {})?);
    if !going {
        return Err(StoreError::Cancelled.into());
    }
    let bytes = std::fs::metadata(path).map_err(|e| BackupError::File(path.to_owned(), e))?.len();
    Ok(Verified { rows: found.rows, bytes, hash: found.hash, head: view.log_head()?, report })
}

/// What a restore did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restored {
    /// The current content.
    pub now: Verified,
    /// Where the old store was put aside; `None` where there was none.
    pub aside: Option<PathBuf>,
}

/// Puts a backup in the place of a store, or where there is none yet. The backup is verified first; the old store is kept
/// aside, and `row` says in the log of the new one who did it. Every other process lets go and opens again.
///
/// # Errors
/// Where the backup is not as it should be (then nothing was done), others do not let go, or a file cannot be written.
pub fn restore(
    from: &Path,
    to: &Path,
    now: Stamp,
    row: Option<&LogDraft>,
    progress: Progress,
) -> Result<Restored, BackupError> {
    let verified = verify(from, progress)?;
    if let Some(first) = verified.report.findings.first() {
        return Err(BackupError::Damaged {
            path: from.to_owned(),
            wrong: verified.report.wrong,
            first: format!("{}: {}", first.place, first.what),
        });
    }
    let places = Places::of(to);
    super::redb::make_folder(&places)?;
    let source = Plain::open(from, false)?;
    let mut aside = None;
    lock::replace_with(to, DRAIN, |old, new| {
        let (_, hash) = plain::copy(&source.view()?, new, &mut |n| progress(Step::Copying(n)))?;
        if hash != verified.hash {
            return Err(StoreError::Corrupt("the copy does not contain what was read".into()));
        }
        row.map_or(Ok(()), |row| plain::add_log_row(new, row))?;
        if std::fs::symlink_metadata(old).is_ok() {
            aside = Some(put_aside(old, now)?);
        }
        Ok(())
    })?;
    Ok(Restored { now: verified, aside })
}

/// A second name for the old file: it stays under that once the new one takes its place.
pub(super) fn put_aside(old: &Path, now: Stamp) -> Result<PathBuf, StoreError> {
    for n in 0..100 {
        let name = beside(old, &format!(".before-{}", now.saturating_add(n)));
        match std::fs::hard_link(old, &name) {
            Ok(()) => return Ok(name),
            Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {}
            Err(e) => return Err(StoreError::Io(format!("{}: {e}", name.display()))),
        }
    }
    Err(StoreError::Io("there are too many old stores beside it".into()))
}

/// What compacting did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Compacted {
    /// The size before, in bytes.
    pub before: u64,
    /// The size now.
    pub after: u64,
}

/// Writes the store into a fresh file without what was deleted, and puts that in its place; `row` says in its log who did
/// it.
///
/// # Errors
/// Where others do not let go, or a file cannot be read or written: then the old file stays.
pub fn compact(path: &Path, row: Option<&LogDraft>, progress: Progress) -> Result<Compacted, BackupError> {
    let places = Places::of(path);
    let size =
        |p: &Path| std::fs::metadata(p).map(|m| m.len()).map_err(|e| BackupError::File(p.to_owned(), e));
    // Only now is it known that there is one.
    drop(Plain::open(&places.store, false).or_else(|e| match e {
        // It may be in use, or need repair.
        StoreError::Corrupt(_) | StoreError::Busy => Plain::open(&places.store, true),
        e => Err(e),
    })?);
    let before = size(&places.store)?;
    lock::replace_with(&places.store, DRAIN, |old, new| {
        let source = Plain::open(old, true)?;
        let (_, read) = plain::copy(&source.view()?, new, &mut |n| progress(Step::Copying(n)))?;
        let mut going = true;
        let found =
            hash::content(&Plain::open(new, false)?.view()?, &mut |n| going &= progress(Step::Hashing(n)))?;
        if !going {
            return Err(StoreError::Cancelled);
        }
        if found.hash != read {
            return Err(StoreError::Corrupt("the copy does not contain what was read".into()));
        }
        row.map_or(Ok(()), |row| plain::add_log_row(new, row))
    })?;
    Ok(Compacted { before, after: size(&places.store)? })
}
