//! The ordered key-value waist, its engines and what is derived above them.
//!
//! - [`Store`], [`View`], [`Tx`]: the waist; an engine below it is small
//! - [`MemStore`]: the model, in memory; [`overlay`]: one command's writes, shared by all engines
//! - [`records`]: typed records over the waist: get, put with derived rows and changes
//! - [`feed`]: what changed since a place in the log
//! - [`check`]: everything derived, derived again and compared

pub mod check;
pub mod feed;
mod mem;
pub mod overlay;
pub mod records;
mod waist;

pub use mem::MemStore;
pub use waist::{Outcome, Page, Range, Reject, Scan, Store, StoreError, Tx, View, ViewExt, Weight};

/// The schema that this version writes.
pub const SCHEMA: u16 = 1;
