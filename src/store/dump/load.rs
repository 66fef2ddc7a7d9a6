//! A file of rows into a store that is empty or not there yet.

use std::{io::BufRead, path::Path};

use super::{DumpError, Form, Header, Reader, derived};
use crate::{
    model::{Kind, Table},
    store::{
        Range, StoreError, ViewExt,
        backup::{self, BackupError, DRAIN, Step, Verified},
        hash,
        lock::{self, Places},
        meta, records,
        redb::{
            self,
            plain::{Filler, Plain},
        },
    },
};

/// What was taken in.
#[derive(Debug)]
pub struct Loaded {
    /// The current content.
    pub now: Verified,
    /// The rows that the file gave.
    pub rows: u64,
    /// Whether it is what the file was written from, row for row; `None` where the file does not say.
    pub same: Option<bool>,
    /// Why the file could not be read to its end, where what stood above that was asked for.
    pub lost: Option<DumpError>,
}

/// Why nothing was taken in.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The file is not whole.
    #[error("{what}; nothing was kept: {rows} whole rows stand above that, and --partial takes them")]
    Damaged {
        /// What is wrong.
        what: DumpError,
        /// The rows that could be read.
        rows: u64,
    },
    /// It is no such file, or too new.
    #[error(transparent)]
    Dump(DumpError),
    /// There is a desk already.
    #[error("there is a desk at {0} already: name an empty place with --store PATH")]
    NotEmpty(String),
    /// The new store could not be written or verified.
    #[error(transparent)]
    Backup(#[from] BackupError),
}

impl From<StoreError> for LoadError {
    fn from(e: StoreError) -> LoadError {
        LoadError::Backup(e.into())
    }
}

/// Builds a store out of a file of rows, verifies it, and puts it where none is yet, or an empty one. `partial` takes what
/// stands above the place where a file was cut short or altered. `progress` answers `false` to cancel.
///
/// # Errors
/// Each way in which there is no store made of it: then all is as it was.
pub fn load(
    from: &mut dyn BufRead,
    to: &Path,
    partial: bool,
    progress: &mut dyn FnMut(Step) -> bool,
) -> Result<Loaded, LoadError> {
    let mut reader = Reader::new(from).map_err(LoadError::Dump)?;
    let places = Places::of(to);
    redb::make_folder(&places)?;
    let (mut done, mut why) = (None, None);
    let replaced = lock::replace_with(to, DRAIN, |old, new| {
        if std::fs::symlink_metadata(old).is_ok_and(|m| m.len() > 0) && !is_empty(old)? {
            why = Some(LoadError::NotEmpty(old.display().to_string()));
            return Err(StoreError::Cancelled);
        }
        match fill(&mut reader, new, partial, progress) {
            Ok(lost) => match backup::verify(new, progress) {
                Ok(now) => {
                    done = Some((now, lost));
                    Ok(())
                }
                Err(e) => {
                    why = Some(e.into());
                    Err(StoreError::Cancelled)
                }
            },
            Err(DumpError::Store(e)) => Err(e),
            Err(what) => {
                why = Some(LoadError::Damaged { what, rows: reader.rows() });
                Err(StoreError::Cancelled)
            }
        }
    });
    if let Some(why) = why {
        return Err(why);
    }
    replaced?;
    let Some((now, lost)) = done else { return Err(StoreError::Cancelled.into()) };
    let content = reader.footer().and_then(|f| f.content);
    let same = content.map(|c| (c.rows, c.hash) == (now.rows, now.hash));
    Ok(Loaded { now, rows: reader.rows(), same, lost })
}

/// Whether nothing was ever done in a store that no one else has open.
///
/// # Errors
/// Where it is no store, or cannot be read.
pub fn is_empty(path: &Path) -> Result<bool, StoreError> {
    let store = Plain::open(path, true)?;
    let view = store.view()?;
    for table in hash::tables() {
        if view.first(table, &Range::all(), crate::store::Scan::Forward)?.is_some() {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Writes the rows of a file, and those that they derive; gives why it could not be read to its end.
fn fill(
    reader: &mut Reader<&mut dyn BufRead>,
    to: &Path,
    partial: bool,
    progress: &mut dyn FnMut(Step) -> bool,
) -> Result<Option<DumpError>, DumpError> {
    let mut filler = Filler::new(to)?;
    let Header { form, schema, store_id, created_at, .. } = *reader.header();
    for (key, mut value) in meta::first(store_id, created_at) {
        if key == meta::SCHEMA_KEY {
            value = schema.to_be_bytes().to_vec();
        }
        filler.set(Table::Meta, key.as_bytes().to_vec(), Some(value))?;
    }
    let lost = loop {
        let (table, key, value) = match reader.next_row() {
            Ok(Some(row)) => row,
            Ok(None) => break None,
            Err(DumpError::Io(e)) => return Err(e.into()),
            Err(e) if partial => break Some(e),
            Err(e) => return Err(e),
        };
        if let Some(kind) = Kind::ALL.iter().copied().find(|k| k.table() == table) {
            // A damaged record is kept as it was: the check names it.
            for e in records::derived(kind, &value).unwrap_or_default().0 {
                filler.set(e.table, e.key, Some(e.value))?;
            }
        }
        if form == Form::Records {
            for e in derived::of_row(table, &key, &value) {
                filler.set(e.table, e.key, Some(e.value))?;
            }
        }
        filler.set(table, key, Some(value))?;
        if reader.rows().is_multiple_of(10_000) && !progress(Step::Copying(reader.rows())) {
            return Err(StoreError::Cancelled.into());
        }
    };
    filler.finish()?;
    Ok(lost)
}
