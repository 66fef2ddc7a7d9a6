//! Data subjects: all that is held on a person handed out, and all of it erased.
//!
//! - [`bundle()`]: a folder that answers a request for access: `person.json`, `person.md`, mail and attachments as files
//! - [`plan()`], [`erase()`]: what an erasure takes away, and the erasure itself, which goes on where it was cut short
//! - [`reach()`], [`erase_wholly()`]: the same with all files next to the store, for the caller
//! - [`rewrite()`]: rewrites the file without the pages that still contain what was erased; [`copies()`]: other files that do
//! - [`rejects`]: the reject files of imports
//!
//! What counts as naming a person is defined in [`Marks`](crate::model::marks).

mod bundle;
mod erase;
pub mod files;
mod mails;
pub mod rejects;
mod scan;
mod text;
mod whole;

pub use bundle::{Bundle, BundleError, bundle};
pub use erase::{Erased, erase, resume, rewrite};
pub use files::{Copies, copies, unsaved};
pub use scan::{Plan, plan};
pub use whole::{Reach, Whole, erase_wholly, reach};

use crate::store::{Reject, StoreError};

/// How far it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// How many rows were scanned.
    Looking(u64),
    /// How many records, mails and log rows were scrubbed.
    Scrubbing(u64),
    /// How many rows were written into the fresh file.
    Rewriting(u64),
}

/// Hears how far it is; `false` stops it, and it goes on when it is run again.
pub type Progress<'a> = &'a mut dyn FnMut(Step) -> bool;

/// Why a person was not erased, or not wholly.
#[derive(Debug, thiserror::Error)]
pub enum EraseError {
    /// The desk refused, or the store could not.
    #[error(transparent)]
    Reject(#[from] Reject),
    /// The file could not be rewritten.
    #[error(
        "{name} was erased from all records, but old pages of the file still contain it ({why}): run `frontdesk customer erase-me {name}` again"
    )]
    Rewrite {
        /// Who, as people see them: `C-7`.
        name: String,
        /// Why.
        why: String,
    },
    /// A reject file could not be written.
    #[error("{0}: {1}")]
    File(std::path::PathBuf, std::io::Error),
}

impl From<StoreError> for EraseError {
    fn from(e: StoreError) -> EraseError {
        EraseError::Reject(e.into())
    }
}
