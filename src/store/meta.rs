//! What a store says of itself: rows of [`Table::Meta`].

use super::{SCHEMA, StoreError, Tx, View};
use crate::model::{Id, Key, KeyReader, Seq, Stamp, Table};

/// The schema of the rows, big-endian `u16`.
pub const SCHEMA_KEY: &str = "schema";
/// The id of the store, sixteen bytes: which one it is, wherever it is copied to.
pub const STORE_ID: &str = "store_id";
/// When it was made, as stamps are in keys.
pub const CREATED_AT: &str = "created_at";
/// When the last verified backup was made, and where the log stood: [`moment`].
pub const LAST_BACKUP: &str = "last_backup";
/// When the last check found all well, and where the log stood: [`moment`].
pub const LAST_CHECK: &str = "last_check";

/// When the clocks last ran, and where the log stood: [`moment`].
pub const LAST_TICK: &str = "last_tick";
/// When the practice desk was made, and the last row of the log that made it: [`moment`].
pub const SET_UP: &str = "set_up";
/// How far a migration to the schema of the store is: [`MigrationAt`]; not there where none was begun.
pub const MIGRATION: &str = "migration";

/// Under what stands who was erased and may still be in old pages of the file. A fresh file has none, so no copy takes these
/// rows along.
pub const REWRITE: &str = "erased/";

/// Whether a row is about the pages of this one file.
pub fn is_of_file(table: Table, key: &[u8]) -> bool {
    table == Table::Meta && key.starts_with(REWRITE.as_bytes())
}

/// Where the log stood when a migration last changed records: [`moment`]. What is older is not compared with the log.
pub const MIGRATED: &str = "migrated";

/// How far a migration is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MigrationAt {
    /// Where its next step begins, in its own terms.
    pub place: Vec<u8>,
    /// Rows looked at so far.
    pub rows: u64,
}

impl MigrationAt {
    /// As a row.
    pub fn encode(&self) -> Vec<u8> {
        [&self.rows.to_be_bytes(), self.place.as_slice()].concat()
    }
}

/// How far a migration is that was begun; `None` where none was.
///
/// # Errors
/// Where the file cannot be read.
pub fn migration(view: &dyn View) -> Result<Option<MigrationAt>, StoreError> {
    let row = view.get(Table::Meta, MIGRATION.as_bytes())?;
    Ok(row.and_then(|v| {
        let (rows, place) = v.split_first_chunk::<8>()?;
        Some(MigrationAt { place: place.to_vec(), rows: u64::from_be_bytes(*rows) })
    }))
}

/// The rows of a new store.
pub fn first(store_id: Id, created_at: Stamp) -> [(&'static str, Vec<u8>); 3] {
    [
        (SCHEMA_KEY, SCHEMA.to_be_bytes().to_vec()),
        (STORE_ID, store_id.bytes().to_vec()),
        (CREATED_AT, Key::new().at(created_at).into_bytes()),
    ]
}

/// The schema of the store; `None` where it says none: it is not ours.
///
/// # Errors
/// Where the file cannot be read.
pub fn schema(view: &dyn View) -> Result<Option<u16>, StoreError> {
    let row = view.get(Table::Meta, SCHEMA_KEY.as_bytes())?;
    Ok(row.and_then(|v| v.try_into().ok()).map(u16::from_be_bytes))
}

/// The id of the store; nil where it has none.
///
/// # Errors
/// Where the file cannot be read.
pub fn store_id(view: &dyn View) -> Result<Id, StoreError> {
    let row = view.get(Table::Meta, STORE_ID.as_bytes())?;
    Ok(row.and_then(|v| v.try_into().ok()).map_or(Id::NIL, Id))
}

/// When the store was made; 0 where it does not say.
///
/// # Errors
/// Where the file cannot be read.
pub fn created_at(view: &dyn View) -> Result<Stamp, StoreError> {
    let row = view.get(Table::Meta, CREATED_AT.as_bytes())?;
    Ok(row.and_then(|v| KeyReader(&v).at()).unwrap_or(0))
}

/// A moment and where the log stood then, as a row.
pub fn moment(at: Stamp, head: Seq) -> Vec<u8> {
    Key::new().at(at).u64(head).into_bytes()
}

/// The moment under a name; `None` where there was none yet.
///
/// # Errors
/// Where the file cannot be read.
pub fn moment_of(view: &dyn View, name: &str) -> Result<Option<(Stamp, Seq)>, StoreError> {
    let row = view.get(Table::Meta, name.as_bytes())?;
    Ok(row.and_then(|v| {
        let mut r = KeyReader(&v);
        Some((r.at()?, r.u64()?))
    }))
}

/// The backups that were made, the newest last: [`Sample`].
pub const BACKUPS: &str = "backups";
/// How many of them are remembered.
const REMEMBERED: usize = 32;

/// How large the store was when a backup of it was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sample {
    /// When.
    pub at: Stamp,
    /// Where the log stood.
    pub head: Seq,
    /// The rows.
    pub rows: u64,
    /// The size of the backup, in bytes: what is held, without the room of what was deleted.
    pub bytes: u64,
}

/// The backups that are remembered, the newest last.
///
/// # Errors
/// Where the file cannot be read.
pub fn backups(view: &dyn View) -> Result<Vec<Sample>, StoreError> {
    let row = view.get(Table::Meta, BACKUPS.as_bytes())?.unwrap_or_default();
    let mut r = KeyReader(&row);
    let mut next = || Some(Sample { at: r.at()?, head: r.u64()?, rows: r.u64()?, bytes: r.u64()? });
    Ok(std::iter::from_fn(&mut next).collect())
}

/// Records a backup and drops the oldest.
///
/// # Errors
/// Where the file cannot be read.
pub fn add_backup(tx: &mut dyn Tx, sample: Sample) -> Result<(), StoreError> {
    let mut all = backups(tx.view())?;
    all.push(sample);
    let mut row = Key::new();
    for s in all.iter().skip(all.len().saturating_sub(REMEMBERED)) {
        row = row.at(s.at).u64(s.head).u64(s.rows).u64(s.bytes);
    }
    note(tx, BACKUPS, row.as_bytes());
    Ok(())
}

/// Writes a row that says something of the store.
pub fn note(tx: &mut dyn Tx, name: &str, value: &[u8]) {
    tx.put(Table::Meta, name.as_bytes(), value);
}
