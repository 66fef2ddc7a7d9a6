//! What survives of a damaged file, as rows that a new store takes in: [`super::dump`] without the hash of the whole.
//!
//! The engine is not asked: the pages are read one at a time ([`super::pages::Survivors`]). A page with its checksum is taken
//! as is. Of one without, the rows that make sense are taken and counted as doubtful. Where pages are missing,
//! the whole file is looked through for rows that nothing leads to any more, and the log is played again: it contains every change, and the
//! digests of its rows prove what it says. What the log says was taken away does not come back.
//!
//! - [`salvage`]: all of it; [`Salvaged`]: how many of what, and from where
//! - `gather`: the rows of one hurt table; `replay`: records out of the log

mod gather;
mod replay;

use std::{
    collections::{BTreeMap, HashMap},
    io::Write,
    path::Path,
};

use super::{
    SCHEMA,
    dump::{self, DumpError, Form, Header, Writer},
    hash, meta,
    pages::Survivors,
};
use crate::model::{Id, KeyReader, Kind, Table};

/// Where a row comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// A page with its checksum.
    Sound,
    /// A page without: it makes sense, and may yet be wrong.
    Doubtful,
    /// A page that nothing leads to: maybe an older state of it.
    Loose,
    /// The log, played again.
    Log,
}

/// How many rows of a table survive, by where they come from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Count {
    /// As they were written.
    pub sound: u64,
    /// Out of damaged pages.
    pub doubtful: u64,
    /// Out of pages that nothing leads to.
    pub loose: u64,
    /// Out of the log.
    pub log: u64,
}

impl Count {
    /// All of them.
    pub fn all(&self) -> u64 {
        self.sound + self.doubtful + self.loose + self.log
    }

    fn add(&mut self, from: Origin) {
        match from {
            Origin::Sound => self.sound += 1,
            Origin::Doubtful => self.doubtful += 1,
            Origin::Loose => self.loose += 1,
            Origin::Log => self.log += 1,
        }
    }
}

/// What was saved.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Salvaged {
    /// Rows by table; tables without any are left out.
    pub tables: BTreeMap<Table, Count>,
    /// Rows written.
    pub rows: u64,
    /// Pages that are missing or damaged, by table.
    pub hurt: BTreeMap<Table, u64>,
    /// Records that the log says there were, and of which nothing is left.
    pub missing: BTreeMap<Kind, u64>,
    /// Rows of the log that are missing, or not what was written.
    pub gaps: u64,
}

/// A row of a hurt table.
type Hurt = BTreeMap<Vec<u8>, (Vec<u8>, Origin)>;

/// Writes what survives of a file. `progress` hears how much was looked at.
///
/// # Errors
/// Where the file cannot be read at all, or the other not written.
pub fn salvage(
    path: &Path,
    out: &mut dyn Write,
    made_by: Option<&str>,
    progress: &mut dyn FnMut(u64),
) -> Result<Salvaged, DumpError> {
    let from = Survivors::open(path)?;
    let mut done = Salvaged::default();
    let mut hurt: BTreeMap<Table, Hurt> = BTreeMap::new();
    for (table, pages) in from.harmed() {
        done.hurt.insert(*table, *pages);
        // What is derived is derived again.
        if !dump::is_left_out(*table) {
            hurt.insert(*table, gather::rows(&from, *table));
        }
    }
    if !hurt.is_empty() {
        let log = replay::Log::read(&from, &mut hurt, true);
        gather::loose(&from, &log, &mut hurt, progress);
        let log = replay::Log::read(&from, &mut hurt, false);
        done.gaps = log.gaps();
        done.missing = log.fill(&from, &mut hurt);
    }
    let header = header(&from, &hurt);
    let mut writer = Writer::new(out, &header)?;
    for table in hash::tables().filter(|t| !dump::is_left_out(*t)) {
        let mut count = Count::default();
        let mut failed = None;
        let mut write = |key: &[u8], value: &[u8], origin: Origin| {
            // The writer leaves out what is gathered again: it is not counted either.
            if !hash::is_held(table, key) {
                return true;
            }
            count.add(origin);
            failed = writer.row(table, key, value).err();
            failed.is_none()
        };
        match hurt.remove(&table) {
            Some(rows) => {
                let _ = rows.iter().all(|(k, (v, origin))| write(k, v, *origin));
            }
            None => from.each(table, &mut |row| write(row.key, row.value, Origin::Sound)),
        }
        if let Some(e) = failed {
            return Err(e.into());
        }
        if count.all() > 0 {
            done.tables.insert(table, count);
        }
        progress(writer.rows());
    }
    done.rows = writer.rows();
    writer.finish(None, made_by)?;
    Ok(done)
}

/// What the store said of itself, as far as it can be read.
fn header(from: &Survivors, hurt: &BTreeMap<Table, Hurt>) -> Header {
    let mut header =
        Header { form: Form::Rows, schema: SCHEMA, store_id: Id::NIL, created_at: 0, log_head: 0 };
    from.each(Table::Meta, &mut |row| {
        if row.key == meta::SCHEMA_KEY.as_bytes() {
            let found = row.value.try_into().map_or(SCHEMA, u16::from_be_bytes);
            // A number from the future in a damaged page is no reason to refuse all of it.
            header.schema = if row.sound || found <= SCHEMA { found } else { SCHEMA };
        } else if row.key == meta::STORE_ID.as_bytes() {
            header.store_id = row.value.try_into().map_or(Id::NIL, Id);
        } else if row.key == meta::CREATED_AT.as_bytes() {
            header.created_at = KeyReader(row.value).at().unwrap_or(0);
        }
        true
    });
    let mut last = |key: &[u8]| header.log_head = KeyReader(key).u64().unwrap_or(0).max(header.log_head);
    match hurt.get(&Table::Log) {
        Some(rows) => rows.keys().for_each(|k| last(k)),
        None => from.each(Table::Log, &mut |row| {
            last(row.key);
            true
        }),
    }
    header
}

/// The kind whose records are in a table.
fn kind_of(table: Table) -> Option<Kind> {
    Kind::ALL.iter().copied().find(|k| k.table() == table)
}

/// The records that the log knows, and whether they are still there. Ids alone do not do: a message and what waits to be
/// sent of it share one.
type Known = HashMap<(Kind, Id), bool>;
