//! Files beside the locks: backups, and a store that its replacer holds alone.

use std::{
    fs::{File, OpenOptions},
    io,
    os::unix::fs::OpenOptionsExt,
    path::Path,
};

use ::redb::{Builder, Database};

pub use super::filler::Filler;
use super::{
    Options,
    backend::Patient,
    error::{self, caught},
    open::{self, Db, Handle},
    view::{Snapshot, definition},
};
use crate::{
    model::Table,
    store::{
        Range, Scan, StoreError, View,
        hash::{self, Hasher},
    },
};

/// Rows of one transaction of a copy.
const AT_ONCE: u64 = 100_000;

/// A store file opened for itself: no lock beside it is taken, and its folder may be open to others.
pub struct Plain(Handle);

impl Plain {
    /// Opens a file for reading; `mend` where it may be written, to be mended after a crash: only for who holds it alone.
    ///
    /// # Errors
    /// Where it is none of ours, too new, damaged, or was not closed cleanly and may not be mended.
    pub fn open(path: &Path, mend: bool) -> Result<Plain, StoreError> {
        let io = |e: io::Error| StoreError::Io(format!("{}: {e}", path.display()));
        drop(open::probe(path)?);
        let file = OpenOptions::new().read(true).write(mend).open(path).map_err(io)?;
        let options = Options::at(path);
        let db = if mend {
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

/// Writes every row of a state into a new file (its owner's alone), and gives their number and hash.
///
/// # Errors
/// Where there is such a file, or one of both cannot be read or written.
pub fn copy(
    view: &dyn View,
    to: &Path,
    progress: &mut dyn FnMut(u64) -> bool,
) -> Result<(u64, [u8; 32]), StoreError> {
    let io = |e: io::Error| match error::io(&e) {
        StoreError::Io(why) => StoreError::Io(format!("{}: {why}", to.display())),
        other => other,
    };
    let file = OpenOptions::new().read(true).write(true).create_new(true).mode(0o600).open(to).map_err(io)?;
    let copied = caught(|| fill(view, file, progress)).and_then(|r| r);
    match copied {
        Ok(done) => {
            File::open(to).and_then(|f| f.sync_all()).map_err(io)?;
            Ok(done)
        }
        Err(e) => {
            let _ = std::fs::remove_file(to);
            Err(e)
        }
    }
}

fn fill(
    view: &dyn View,
    file: File,
    progress: &mut dyn FnMut(u64) -> bool,
) -> Result<(u64, [u8; 32]), StoreError> {
    let mut builder = Builder::new();
    builder.set_cache_size(64 << 20);
    let db = builder.create_with_backend(Patient::new(file, None).map_err(error::database)?);
    let mut db: Database = db.map_err(error::database)?;
    let (mut rows, mut hasher) = (0, Hasher::default());
    for table in Table::ALL.iter().copied() {
        let mut from = Range::all();
        loop {
            let mut tx = db.begin_write().map_err(error::transaction)?;
            tx.set_two_phase_commit(true);
            tx.set_quick_repair(true);
            let (mut here, mut last, mut failed) = (0, None, None);
            {
                let mut open = tx.open_table(definition(table)).map_err(error::table)?;
                view.scan(table, &from, Scan::Forward, &mut |k, v| {
                    if let Err(e) = open.insert(k, v) {
                        failed = Some(error::storage(e));
                        return false;
                    }
                    here += 1;
                    if hash::is_held(table, k) {
                        hasher.row(table, k, v);
                        rows += 1;
                    }
                    if rows % 10_000 == 0 && !progress(rows) {
                        failed = Some(StoreError::Cancelled);
                    }
                    if here == AT_ONCE {
                        last = Some(k.to_vec());
                    }
                    failed.is_none() && here < AT_ONCE
                })?;
            }
            if let Some(e) = failed {
                return Err(e);
            }
            tx.commit().map_err(error::commit)?;
            let Some(mut after) = last else { break };
            after.push(0);
            from = Range::from(after);
        }
    }
    // What the transactions of the copy left behind.
    db.compact().map_err(|e| StoreError::Io(e.to_string()))?;
    db.close().map_err(error::database)?;
    Ok((rows, hasher.finish()))
}
