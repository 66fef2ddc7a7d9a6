//! Rows in a file that has no name: for what is too much for memory and worth nothing afterwards.

use std::path::Path;

use ::redb::{Builder, Database};

use super::{
    backend::Patient,
    error::{self, caught},
    open::{Db, Handle},
    put,
    view::Snapshot,
};
use crate::store::{
    StoreError,
    files::{self, Access, Draft, Owner},
    writes::Writes,
};

/// The most memory for its pages, in bytes.
const CACHE_BYTES: usize = 64 << 20;

/// Rows in a file without a name: gone with the process, however it ends.
pub struct Scratch(Handle);

impl Scratch {
    /// Of a folder.
    ///
    /// # Errors
    /// Where no file can be made there.
    pub fn new(folder: &Path) -> Result<Scratch, StoreError> {
        let draft = Draft::new(folder, Owner::me()).map_err(|e| error::io(&e))?;
        // Open, it needs no name: a draft that had to have one loses it here.
        let file = files::open(&draft.path(), Access::Write).map_err(|e| error::io(&e))?;
        drop(draft);
        let mut builder = Builder::new();
        builder.set_cache_size(CACHE_BYTES);
        let db: Result<Database, _> = caught(|| builder.create_with_backend(Patient::new(file, None)?))?;
        Ok(Scratch(Handle::alone(Db::Write(db.map_err(error::database)?))))
    }

    /// Writes rows; they need not outlive a crash.
    ///
    /// # Errors
    /// Where the disk is full or cannot be written.
    pub fn put(&self, writes: Writes) -> Result<(), StoreError> {
        let Db::Write(db) = &self.0.db else { return Ok(()) };
        let tx = caught(|| db.begin_write())?.map_err(error::transaction)?;
        caught(|| put::all(&tx, &writes)).and_then(|r| r)?;
        caught(move || tx.commit().map_err(error::commit)).and_then(|r| r)
    }

    /// Its rows.
    ///
    /// # Errors
    /// Where it cannot be read.
    pub fn view(&self) -> Result<Snapshot, StoreError> {
        self.0.snapshot()
    }
}
