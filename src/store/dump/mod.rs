//! The store as text: JSON Lines that contain everything, so that nothing of a desk depends on one file format.
//!
//! ```text
//! {"frontdesk":"records","format":2,"schema":1,"store_id":"…","created_at":1790000000000,"log_head":812}
//! {"customer":{"id":"…","version":3,"given":"Ada",…}}
//! {"log_body":{"seq":1,"salt":"…","summary":"C-1 created","changes":[{"kind":"customer","id":"…","created":{…}}]}}
//! {"raw":{"id":"…","chunk":0,"text":"From: …"}}
//! {"footer":{"rows":3,"tables":{"customer":1,…},"sha256":"…","content":{"rows":9,"hash":"…"}}}
//! ```
//!
//! One line a record, its fields under their long names ([`Form::Records`]); a field that a newer version wrote has its name on disk
//! behind a `~`. A row whose bytes would not come back exactly is `{"row":{"table":…,"key":…,"value":…}}` in base64, and so nothing
//! is ever lost. Times are milliseconds since 1970 in UTC. A record or a change under another schema than the header's says `"schema"`.
//!
//! [`Form::Rows`] is the engine's own: `{"t":"customer","r":{…}}` for records, and any other row as `{"t":"log","k":"…","v":"…"}`.
//!
//! Rows come table by table in the order of [`super::hash::tables`], keys ascending. Rows that records derive are left out: who reads the file derives
//! them again; in [`Form::Records`] so are the rows by which the log is found, but for those of bodies that were
//! erased. `content` is [`super::hash::content`] of the state that was written, `null`
//! where that is not known (what was salvaged); `sha256` is over the bytes of all lines above the footer, then `content` as
//! it stands.
//!
//! - [`Writer`]: rows in, lines out; [`write()`]: a whole state
//! - [`Reader`]: lines in, rows out, the footer verified
//! - [`load()`]: a whole file into a store that is empty or not there yet

mod derived;
mod fields;
mod journal;
mod line;
mod load;
mod read;
mod record;
mod side;
#[cfg(test)]
mod tests;
mod value;
mod write;

use std::io;

use crate::model::{Id, Kind, Seq, Stamp, Table};

pub use self::{
    load::{LoadError, Loaded, is_empty, load},
    read::{Footer, Reader},
    write::{Writer, Written, write},
};
use super::StoreError;

/// How rows become lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// By named fields, for people and other programs.
    Records,
    /// As the engine keeps them.
    Rows,
}

impl Form {
    const ALL: [Form; 2] = [Form::Records, Form::Rows];

    /// The word in the header.
    fn word(self) -> &'static str {
        match self {
            Form::Records => "records",
            Form::Rows => "rows",
        }
    }

    /// The newest format of it that this version knows, and the one that it writes.
    fn format(self) -> u64 {
        match self {
            Form::Records => 2,
            Form::Rows => 1,
        }
    }
}

/// Whether a file begins like one of these.
pub fn is_begun(head: &[u8]) -> bool {
    Form::ALL.iter().any(|f| head.starts_with(format!("{{\"frontdesk\":\"{}\",", f.word()).as_bytes()))
}

/// What a file of rows says of the store that it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Header {
    /// How its rows became lines.
    pub form: Form,
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

/// The kind whose records are in a table.
fn kind_of(table: Table) -> Option<Kind> {
    Kind::ALL.iter().copied().find(|k| k.table() == table)
}

/// A record's bytes under the schema of the store that they come from.
fn stamped(mut bytes: Vec<u8>, schema: u16) -> Vec<u8> {
    if let Some(place) = bytes.get_mut(1..3) {
        place.copy_from_slice(&schema.to_be_bytes());
    }
    bytes
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
    #[error("it has format {0}, which this version does not know: install the newer frontdesk")]
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
