//! The ordered key-value engine interface, its engines and what is derived above them.
//!
//! - [`Store`], [`View`], [`Tx`]: the engine interface; an engine below it is small
//! - [`MemStore`]: the model, in memory; [`overlay`]: one command's writes, shared by all engines
//! - [`RedbStore`]: the default engine, a file; [`lane`]: group commit; [`lock`]: who has the file locked and how it is
//!   replaced; [`bell`]: how others hear of a commit; [`meta`]: what a store says of itself
//! - [`files`]: how every file next to a store, or made from it, is opened and created
//! - [`rolling`]: reads that keep no snapshot open for long
//! - [`writes`]: rows on their way into an engine
//! - [`saved`]: a file beside the store for what can be made again
//! - [`lease`]: what one process at a time does for all
//! - [`links`]: the records that a record names
//! - [`masked`]: a view without sensitive fields
//! - [`records`]: typed records over the engine interface: get, put with derived rows and changes
//! - [`rehearsal`]: changes that are never committed, for dry runs
//! - [`raw`]: mail as it came and attachments, in chunks
//! - [`feed`]: what changed since a place in the log
//! - [`stats`]: how much there is
//! - [`text`]: full text: which texts contain a word, kept with the records
//! - [`check`]: everything derived, derived again and compared
//! - [`dump`]: everything as JSON Lines, and back
//! - [`repair`]: what is derived, made again
//! - [`pages`]: the file read page by page, without the engine
//! - [`salvage`]: what survives of a damaged file
//! - [`migrate`]: from one schema to the next
//! - [`backup`]: copies that can be relied on, put back, and without what was deleted; `online_backup`: while others write; [`hash`]: whether two stores are equal

pub mod backup;
pub mod bell;
pub mod check;
pub mod dump;
mod engine;
pub mod feed;
pub mod files;
pub mod hash;
pub mod lane;
pub mod lease;
pub mod links;
pub mod lock;
pub mod masked;
mod mem;
pub mod meta;
pub mod migrate;
mod online_backup;
pub mod overlay;
pub mod pages;
mod pause;
mod prune;
pub mod raw;
pub mod records;
pub mod redb;
pub mod rehearsal;
pub mod repair;
pub mod rolling;
pub mod salvage;
pub mod saved;
pub mod stats;
pub mod text;
pub mod writes;

pub use engine::{
    Outcome, Page, Pending, Range, Reject, Row, Scan, Store, StoreError, Tx, View, ViewExt, Weight,
};
pub use mem::MemStore;
pub use redb::{Disk, Options, RedbStore, is_catching};
pub use stats::Stats;

/// The schema that this version writes: what the last of [`migrate::ALL`] leads to.
pub const SCHEMA: u16 = 1;
