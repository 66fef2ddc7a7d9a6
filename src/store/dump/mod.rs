//! The store as text: JSON Lines that hold everything, so that nothing of a desk depends on one file format.
//!
//! ```text
//! {"frontdesk":"rows","format":1,"schema":1,"store_id":"…","created_at":1790000000000,"log_head":812}
//! {"t":"customer","r":{"id":"…","version":3,"given":"Ada",…}}     a record, its fields under their long names
//! {"t":"log_body","k":"AAAAAAAAAAE=","v":"AwMD…"}                 any other row: key and value in base64
//! {"footer":{"rows":4,"tables":{"customer":1,…},"sha256":"…","content":{"rows":9,"hash":"…"}}}
//! ```
//!
//! Rows come table by table in the order of [`super::hash::tables`], keys ascending. Rows that records derive are left out:
//! who reads it derives them again. A record is written by its fields only where exactly its bytes come back from them;
//! else it stands there as any other row. `content` is [`super::hash::content`] of the state that was written, `null`
//! where that is not known (what was salvaged); `sha256` is over the bytes of all lines above the footer, then `content` as
//! it stands.
//!
//! - [`Writer`]: rows in, lines out; [`write()`]: a whole state
//! - [`Reader`]: lines in, rows out, the footer verified
//! - [`load()`]: a whole file into a store that is empty or not there yet

mod line;
mod load;
mod read;
#[cfg(test)]
mod tests;
mod write;

use std::io;

use crate::model::{Id, Seq, Stamp, Table};

pub use self::{
    load::{LoadError, Loaded, is_empty, load},
    read::{Footer, Reader},
    write::{Writer, Written, write},
};
use super::StoreError;

/// The format that this version writes.
pub const FORMAT: u64 = 1;

/// How a file of rows begins.
pub const MAGIC: &str = "{\"frontdesk\":\"rows\",";

/// What a file of rows says of the store that it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Header {
    /// The schema of its rows.
    pub schema: u16,
    /// Which store it was.
    pub store_id: Id,
    /// When that was made.
    pub created_at: Stamp,
    /// Where its log stood.
    pub log_head: Seq,
}

/// Whether a table's rows are left out, because they are made again out of the records.
pub fn is_left_out(table: Table) -> bool {
    matches!(table, Table::Meta | Table::Touched) || table.is_derived() || table.is_text()
}

/// Why a file of rows cannot be read to its end.
#[derive(Debug, thiserror::Error)]
pub enum DumpError {
    /// It is something else.
    #[error("this is no file of `frontdesk export --all`")]
    Other,
    /// A newer version wrote it.
    #[error("it has schema {found} and this version knows {known}: install the newer frontdesk")]
    Newer {
        /// Its schema.
        found: u16,
        /// The newest that this version knows.
        known: u16,
    },
    /// A newer version wrote it.
    #[error("it has format {0} and this version knows {FORMAT}: install the newer frontdesk")]
    NewerFormat(u64),
    /// A line is not as it was written.
    #[error("line {line}: {what}")]
    Line {
        /// Which, from 1.
        line: u64,
        /// What is wrong.
        what: String,
    },
    /// The footer is missing.
    #[error("it ends after line {line} without its footer: it was cut short")]
    CutShort {
        /// The last whole line.
        line: u64,
    },
    /// The footer does not fit what stands above it.
    #[error("it was altered: {0}")]
    Altered(&'static str),
    /// It cannot be read or written.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// The store cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
}
