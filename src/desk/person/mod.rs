//! The data of a person, and what is left after erasure.
//!
//! - [`who`]: the records that are one person: a customer and what was merged into it
//! - [`held`]: the records that are theirs; [`is_theirs`]: whether one is
//! - [`marks`]: what names them ([`Marks`]), now and in the past; [`narrowed`]: of that, what names no one else
//! - [`wiped`]: one of their records with nothing personal left; [`scrubbed`]: someone else's without what names them
//! - [`Erasing`]: an erasure on its way, kept in the store until its last step, so that one cut short goes on
//!
//! Derived rows need nothing here: a scrubbed record goes through [`Work`](crate::store::records::Work), which takes away
//! what the old one derived (index entries, search terms) and writes what the new one does.

mod held;
mod marks;
mod wipe;

pub use held::{Person, held, is_theirs, who};
pub use marks::{Narrowed, marks, narrowed};
pub use wipe::{scrubbed, texts_of, wiped, with_custom};

use serde::{Deserialize, Serialize};

use crate::{
    model::{Id, Marks, Table},
    store::{Range, Scan, StoreError, View, ViewExt, meta::REWRITE},
};

/// The key of the rows of [`Erasing`] in [`Table::Meta`].
const ERASING: &str = "erasing/";

/// An erasure on its way. It names the person, so its row goes with the last step.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Erasing {
    /// The records that are one person, the one that was named first.
    pub cluster: Vec<Id>,
    /// What names them and no one else.
    pub marks: Marks,
    /// All that names them.
    pub all: Marks,
}

/// The row of an erasure on its way.
pub(super) fn erasing_key(who: Id) -> Vec<u8> {
    format!("{ERASING}{who}").into_bytes()
}

/// The row of an erased person who is still in old pages of the file.
pub(super) fn rewrite_key(who: Id) -> Vec<u8> {
    format!("{REWRITE}{who}").into_bytes()
}

/// The erasure of a person that is on its way.
///
/// # Errors
/// Where the file cannot be read.
pub fn erasing(view: &dyn View, who: Id) -> Result<Option<Erasing>, StoreError> {
    let row = view.get(Table::Meta, &erasing_key(who))?;
    row.map(|r| rmp_serde::from_slice(&r).map_err(|e| StoreError::Corrupt(format!("an erasure: {e}"))))
        .transpose()
}

/// Who is being erased: with what names them still in the records, or only in old pages of the file.
///
/// # Errors
/// Where the file cannot be read.
pub fn unfinished(view: &dyn View) -> Result<Vec<Id>, StoreError> {
    let mut out = under(view, ERASING)?;
    out.extend(under(view, REWRITE)?);
    out.dedup();
    Ok(out)
}

/// Who was erased and may still be in old pages of the file, which has to be rewritten.
///
/// # Errors
/// Where the file cannot be read.
pub fn to_rewrite(view: &dyn View) -> Result<Vec<Id>, StoreError> {
    under(view, REWRITE)
}

fn under(view: &dyn View, prefix: &str) -> Result<Vec<Id>, StoreError> {
    let rows = view.page(Table::Meta, &Range::prefix(prefix.as_bytes()), Scan::Forward, 100)?;
    let id = |key: &[u8]| std::str::from_utf8(key.get(prefix.len()..)?).ok()?.parse::<Id>().ok();
    Ok(rows.iter().filter_map(|(key, _)| id(key)).collect())
}

/// Whether a person was erased and is still in old pages of the file.
///
/// # Errors
/// Where the file cannot be read.
pub fn needs_rewrite(view: &dyn View, who: Id) -> Result<bool, StoreError> {
    Ok(view.get(Table::Meta, &rewrite_key(who))?.is_some())
}
