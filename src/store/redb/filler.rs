//! A new file in the making: rows put in by steps of bounded memory, then made small and closed.

use std::{collections::BTreeMap, fs::File, io, path::Path};

use ::redb::{Builder, Database, ReadableDatabase};

use super::{
    backend::Patient,
    error::{self, caught},
    view::{Snapshot, definition},
};
use crate::{
    model::Table,
    store::{
        StoreError, View,
        files::{self, Access},
    },
};

/// Rows of one transaction.
const ROWS: usize = 50_000;
/// Bytes of one transaction.
const BYTES: usize = 16 << 20;

/// A store file in the making ([`Draft`](files::Draft)) that takes rows in any order.
pub struct Filler {
    db: Option<Database>,
    file: File,
    waiting: BTreeMap<(Table, Vec<u8>), Option<Vec<u8>>>,
    bytes: usize,
}

impl Filler {
    /// Fills a file that is there, and empty.
    ///
    /// # Errors
    /// Where it cannot be opened.
    pub fn new(path: &Path) -> Result<Filler, StoreError> {
        let io = |e: io::Error| match error::io(&e) {
            StoreError::Io(why) => StoreError::Io(format!("{}: {why}", path.display())),
            other => other,
        };
        let file = files::open(path, Access::Write).map_err(io)?;
        // Locks belong to the opening: to sync it is another.
        let again = files::open(path, Access::Write).map_err(io)?;
        let mut builder = Builder::new();
        builder.set_cache_size(64 << 20);
        let db = caught(|| builder.create_with_backend(Patient::new(file, None)?))?;
        let db = Some(db.map_err(error::database)?);
        Ok(Filler { db, file: again, waiting: BTreeMap::new(), bytes: 0 })
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

    /// Writes what waits, makes every table, gives the room of the steps back, and closes the file.
    ///
    /// # Errors
    /// Where the file cannot be written.
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
        done.and_then(|r| r).and_then(|()| self.file.sync_all().map_err(|e| error::io(&e)))
    }
}
