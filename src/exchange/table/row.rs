//! What comes out of a table.

use std::{fmt, io};

use crate::{exchange::reject::Reject, model::limits};

/// A row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// The line it begins on, from 1.
    pub line: u64,
    /// One cell a header, as they stand.
    pub cells: Vec<String>,
    /// What is odd about it and does not stop it.
    pub flaws: Vec<Flaw>,
}

/// What is odd about a row that can be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flaw {
    /// Fewer cells than headers: the missing ones are empty.
    TooFew {
        /// How many there were.
        found: usize,
    },
    /// NUL characters were taken out.
    Nul,
}

/// A row that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The line it begins on, from 1.
    pub line: u64,
    /// What is wrong with it.
    pub reason: Reason,
    /// Its text, at most 64 KiB of it.
    pub raw: String,
}

/// What is wrong with a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Reason {
    /// A quoted cell that is not closed.
    #[error("a quote opens here and is never closed; reading went on at the next line")]
    OpenQuote,
    /// A quoted cell that contains rows.
    #[error(
        "a quote opens here and closes {0} lines below, over what look like rows; reading went on at the next line"
    )]
    Swallowed(u64),
    /// A cell over 1 MiB.
    #[error("a cell of more than 1 MiB; reading went on at the next line")]
    CellTooLong,
    /// A record over 8 MiB.
    #[error("a row of more than 8 MiB; reading went on at the next line")]
    RecordTooLong,
    /// More cells than a table may have columns.
    #[error("more than {} columns", limits::thousands(limits::COLUMNS))]
    TooWide,
    /// More cells than headers: values would stand under the wrong ones.
    #[error("{found} cells under {expected} headers: a value with an unquoted delimiter?")]
    TooMany {
        /// How many headers there are.
        expected: usize,
        /// How many cells there were.
        found: usize,
    },
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Flaw::TooFew { found } => {
                write!(f, "cells are missing after the first {found}: they were taken as empty")
            }
            Flaw::Nul => f.write_str("NUL characters were taken out"),
        }
    }
}

/// What comes next in a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Row {
    /// A row that can be used.
    Record(Record),
    /// One that cannot.
    Problem(Problem),
}

/// Why a table cannot be read at all.
#[derive(Debug, thiserror::Error)]
pub enum TableError {
    /// Nothing in it.
    #[error("the file is empty")]
    Empty,
    /// The row of headers is broken.
    #[error("the headers in line {line} cannot be read: {reason}")]
    Headers {
        /// The line.
        line: u64,
        /// What is wrong.
        reason: Reason,
    },
    /// The system says no.
    #[error("cannot read on: {0}")]
    Io(#[from] io::Error),
}

impl From<Problem> for Reject {
    fn from(problem: Problem) -> Reject {
        let (line, reason, raw) = (problem.line, problem.reason.to_string(), problem.raw);
        Reject { line, reason, cells: Vec::new(), raw }
    }
}
