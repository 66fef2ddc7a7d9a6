//! A new file in the making: rows put in by steps of bounded memory, then made small and closed.

use std::{
    collections::BTreeMap,
    fs::{File, OpenOptions},
    io,
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use ::redb::{Builder, Database, ReadableDatabase};

use super::{
    backend::Patient,
    error::{self, caught},
    view::{Snapshot, definition},
};
use crate::{
    model::Table,
    store::{StoreError, View},
};

/// Rows of one transaction.
const ROWS: usize = 50_000;
/// Bytes of one transaction.
const BYTES: usize = 16 << 20;

/// A new store file, its owner's alone, that takes rows in any order. Without [`Filler::finish`] it is removed.
pub struct Filler {
    db: Option<Database>,
    path: PathBuf,
    waiting: BTreeMap<(Table, Vec<u8>), Option<Vec<u8>>>,
    bytes: usize,
}

impl Filler {
    /// Makes the file.
    ///
    /// # Errors
    /// Where there is one already, or it cannot be made.
    pub fn new(path: &Path) -> Result<Filler, StoreError> {
        let io = |e: io::Error| match error::io(&e) {
            StoreError::Io(why) => StoreError::Io(format!("{}: {why}", path.display())),
            other => other,
        };
        let file =
            OpenOptions::new().read(true).write(true).create_new(true).mode(0o600).open(path).map_err(io)?;
        let mut filler = Filler { db: None, path: path.to_owned(), waiting: BTreeMap::new(), bytes: 0 };
        let mut builder = Builder::new();
        builder.set_cache_size(64 << 20);
        let db = caught(|| builder.create_with_backend(Patient::new(file, None)?))?;
        filler.db = Some(db.map_err(error::database)?);
        Ok(filler)
    }

    /// Writes a row, or takes it away.
    ///
    /// # Errors
    /// Where the file cannot be written.
    pub fn set(&mut self, table: Table, key: Vec<u8>, value: Option<Vec<u8>>) -> Result<(), StoreError> {
        self.bytes += key.len() + value.as_ref().map_or(0, Vec::len);
        self.waiting.insert((table, key), value);
        if self.waiting.len() >= ROWS || self.bytes >= BYTES { self.flush() } else { Ok(()) }
    }

    /// What stands under a key so far.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn get(&self, table: Table, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        if let Some(value) = self.waiting.get(&(table, key.to_vec())) {
            return Ok(value.clone());
        }
        let Some(db) = &self.db else { return Ok(None) };
        let tx = caught(|| db.begin_read())?.map_err(error::transaction)?;
        Snapshot::new(tx).get(table, key)
    }

    fn flush(&mut self) -> Result<(), StoreError> {
        let rows = std::mem::take(&mut self.waiting);
        self.bytes = 0;
        let Some(db) = &self.db else { return Ok(()) };
        caught(|| {
            let mut tx = db.begin_write().map_err(error::transaction)?;
            tx.set_two_phase_commit(true);
            tx.set_quick_repair(true);
            let mut rows = rows.into_iter().peekable();
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
        })?
    }

    /// Writes what waits, makes every table, gives the room of the steps back, and closes the file: it stays.
    ///
    /// # Errors
    /// Where the file cannot be written: then it is removed.
    pub fn finish(mut self) -> Result<(), StoreError> {
        self.flush()?;
        let Some(mut db) = self.db.take() else { return Ok(()) };
        let done = caught(move || {
            let tx = db.begin_write().map_err(error::transaction)?;
            for table in Table::ALL.iter().copied() {
                tx.open_table(definition(table)).map_err(error::table)?;
            }
            tx.commit().map_err(error::commit)?;
            db.compact().map_err(|e| StoreError::Io(e.to_string()))?;
            db.close().map_err(error::database)
        });
        let synced = done
            .and_then(|r| r)
            .and_then(|()| File::open(&self.path).and_then(|f| f.sync_all()).map_err(|e| error::io(&e)));
        if synced.is_ok() {
            self.path.clear();
        }
        synced
    }
}

impl Drop for Filler {
    fn drop(&mut self) {
        if !self.path.as_os_str().is_empty() {
            let _ = std::fs::remove_file(&self.path);
        }
    }
}
