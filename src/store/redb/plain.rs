//! Files beside the locks: backups, and a store that its replacer has locked.

use std::{io, path::Path};

pub use super::filler::Filler;
use super::{
    Options,
    backend::Patient,
    error::{self, caught},
    open::{self, Db, Handle},
    put,
    view::Snapshot,
};
use crate::{
    model::{Table, log::LogDraft},
    store::{
        Range, Scan, StoreError, Tx, View,
        files::{self, Access},
        hash::{self, Hasher},
        meta, online_backup,
        overlay::Overlay,
    },
};

/// A store file opened for itself: no lock beside it is taken, and its folder may be open to others.
pub struct Plain(Handle);

impl Plain {
    /// Opens a file for reading; with `repair` also for writing, to repair it after a crash: only with exclusive access.
    ///
    /// # Errors
    /// Where it is none of ours, too new, damaged, or was not closed cleanly and cannot be repaired.
    pub fn open(path: &Path, repair: bool) -> Result<Plain, StoreError> {
        let io = |e: io::Error| StoreError::Io(format!("{}: {e}", path.display()));
        drop(open::probe(path)?);
        let access = if repair { Access::Write } else { Access::Read };
        let file = files::open(path, access).map_err(io)?;
        let options = Options::at(path);
        let db = if repair {
            let db = caught(|| open::builder(&options).create_with_backend(Patient::new(file, None)?))?;
            Db::Write(db.map_err(error::database)?)
        } else {
            let db =
                caught(|| open::builder(&options).open_read_only_with_backend(Patient::new(file, None)?))?;
            Db::Read(db.map_err(|e| match e {
                ::redb::DatabaseError::RepairAborted => {
                    StoreError::Corrupt(format!("{} was not closed cleanly", path.display()))
                }
                e => error::database(e),
            })?)
        };
        let plain = Plain(Handle::alone(db));
        // Rows of an older schema are copied, hashed and put back as they are.
        let _: open::Rows = open::known(&plain.view()?, path, options.migrations.known())?;
        Ok(plain)
    }

    /// Its latest state.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn view(&self) -> Result<Snapshot, StoreError> {
        self.0.snapshot()
    }
}

/// Adds a row to the log of a file that no one else has open: one that is about to take a store's place, or a copy.
///
/// # Errors
/// Where it cannot be read or written.
pub fn add_log_row(path: &Path, row: &LogDraft) -> Result<(), StoreError> {
    let plain = Plain::open(path, true)?;
    let Db::Write(db) = &plain.0.db else { return Err(StoreError::ReadOnly(path.display().to_string())) };
    let view = plain.view()?;
    let mut overlay = Overlay::over(&view);
    overlay.log(row.clone());
    let (writes, _) = overlay.finish(row.op)?;
    drop(view);
    let mut tx = caught(|| db.begin_write())?.map_err(error::transaction)?;
    tx.set_two_phase_commit(true);
    tx.set_quick_repair(true);
    caught(|| put::all(&tx, &writes)).and_then(|r| r)?;
    caught(move || tx.commit().map_err(error::commit)).and_then(|r| r)?;
    drop(plain);
    files::open(path, Access::Read).and_then(|f| f.sync_all()).map_err(|e| error::io(&e))
}

/// Writes every row of a state into an empty file, and gives their number and hash.
///
/// # Errors
/// Where one of both cannot be read or written.
pub fn copy(
    view: &dyn View,
    to: &Path,
    progress: &mut dyn FnMut(u64) -> bool,
) -> Result<(u64, [u8; 32]), StoreError> {
    let mut filler = Filler::new(to)?;
    let (mut rows, mut hasher) = (0, Hasher::default());
    for table in Table::ALL.iter().copied() {
        let mut failed = None;
        view.scan(table, &Range::all(), Scan::Forward, &mut |k, v| {
            // Keys noted for a backup may contain names: that backup finds them gone, and reads one state.
            if online_backup::is_note(table, k) || meta::is_of_file(table, k) {
                return true;
            }
            if let Err(e) = filler.set(table, k.to_vec(), Some(v.to_vec())) {
                failed = Some(e);
                return false;
            }
            if hash::is_held(table, k) {
                hasher.row(table, k, v);
                rows += 1;
                if rows % 10_000 == 0 && !progress(rows) {
                    failed = Some(StoreError::Cancelled);
                }
            }
            failed.is_none()
        })?;
        if let Some(e) = failed {
            return Err(e);
        }
    }
    filler.finish()?;
    Ok((rows, hasher.finish()))
}
