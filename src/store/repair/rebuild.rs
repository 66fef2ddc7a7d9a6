//! A damaged file whose records are whole: every row that counts into a fresh file, which takes the place of the old.

use std::path::{Path, PathBuf};

use super::can_be_made;
use crate::{
    model::{Kind, Stamp, Table},
    store::{
        StoreError, backup,
        lock::{self, Places},
        pages::{self, Survivors},
        records,
        redb::plain::Filler,
    },
};

/// What a rebuild did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rebuilt {
    /// Rows copied as they were.
    pub copied: u64,
    /// Rows that the records derived again.
    pub derived: u64,
    /// Where the damaged file was put aside.
    pub aside: PathBuf,
}

/// Builds the store again out of a damaged file, where everything that is there only once is sound; others let go of the file
/// and go on with the new one. The damaged one is kept aside. What is derived of records is made here, the rest by
/// [`super::repair`].
///
/// # Errors
/// `Corrupt` with the first table that is damaged and cannot be made again: then all is as it was.
pub fn rebuild(path: &Path, now: Stamp, progress: &mut dyn FnMut(u64)) -> Result<Rebuilt, StoreError> {
    let places = Places::of(path);
    let mut done = None;
    lock::replace_with(&places.store, backup::DRAIN, |old, new| {
        let verdict = pages::verify_file(old, &mut |_| {})?;
        let from = Survivors::open(old)?;
        let lost = |t: &&Table| !can_be_made(**t) && (verdict.harms(t.name()) && !from.is_whole(**t));
        if let Some(table) = Table::ALL.iter().find(lost) {
            return Err(StoreError::Corrupt(format!("the pages of table {}", table.name())));
        }
        let mut to = Filler::new(new)?;
        let (mut copied, mut derived) = (0u64, 0u64);
        for table in Table::ALL.iter().copied().filter(|t| !t.is_derived()) {
            if can_be_made(table) && !from.is_whole(table) {
                continue;
            }
            let kind = Kind::ALL.iter().copied().find(|k| k.table() == table);
            let mut failed = None;
            from.each(table, &mut |row| {
                copied += 1;
                if copied.is_multiple_of(10_000) {
                    progress(copied);
                }
                // A record that cannot be read is kept unchanged: the check names it.
                let entries = kind.and_then(|k| records::derived(k, row.value).ok()).unwrap_or_default();
                derived += entries.0.len() as u64;
                let mut set = |t, k, v| {
                    if failed.is_none() {
                        failed = to.set(t, k, Some(v)).err();
                    }
                };
                entries.0.into_iter().for_each(|e| set(e.table, e.key, e.value));
                set(table, row.key.to_vec(), row.value.to_vec());
                failed.is_none()
            });
            if let Some(e) = failed {
                return Err(e);
            }
        }
        to.finish()?;
        done = Some(Rebuilt { copied, derived, aside: backup::put_aside(old, now)? });
        Ok(())
    })?;
    done.ok_or_else(|| StoreError::Broken("nothing was rebuilt".into()))
}
