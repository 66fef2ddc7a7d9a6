//! Tables of delimited text (CSV, TSV, `;`, `|`) as a stream of rows with their line numbers.
//!
//! A row that cannot be read is a [`Problem`] with its line and text, and reading goes on at the next line: a stray
//! quote costs the row it is in, never the rows behind it. No cell over 1 MiB and no record over 8 MiB is held.

mod delimiter;
mod parse;
#[cfg(test)]
mod tests;

use std::{
    fmt,
    io::{self, Read},
};

use parse::Parsed;

/// How much is read at once.
const CHUNK: usize = 64 * 1024;
/// How much of a broken row is kept for the reject file.
const RAW_LIMIT: usize = 64 * 1024;

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
    /// A quoted cell that holds rows.
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
            Flaw::TooFew { found } => write!(f, "only {found} cells: the missing ones were taken as empty"),
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

/// A table being read.
#[derive(Debug)]
pub struct Table<R> {
    lines: Lines<R>,
    delimiter: u8,
    headers: Vec<String>,
    duplicates: Vec<String>,
    blank: u64,
}

impl<R: Read> Table<R> {
    /// Reads the headers: the first line that is not blank. The delimiter is found by looking at the first rows
    /// unless it is given; a line `sep=;` before the headers says it too.
    ///
    /// # Errors
    /// Where there are no headers or nothing can be read.
    pub fn new(text: R, delimiter: Option<u8>) -> Result<Table<R>, TableError> {
        let mut lines = Lines { text, buffer: Vec::new(), at: 0, end: false, line: 1, skipping: false };
        lines.fill()?;
        let declared = lines.declared_delimiter();
        let delimiter = delimiter.or(declared).unwrap_or_else(|| delimiter::guess(lines.rest(), lines.end));
        let mut table = Table { lines, delimiter, headers: Vec::new(), duplicates: Vec::new(), blank: 0 };
        match table.next_raw()? {
            None => Err(TableError::Empty),
            Some(Raw::Bad(problem)) => {
                Err(TableError::Headers { line: problem.line, reason: problem.reason })
            }
            Some(Raw::Cells { cells, .. }) => {
                table.name_columns(cells);
                Ok(table)
            }
        }
    }

    fn name_columns(&mut self, cells: Vec<String>) {
        let mut headers: Vec<String> =
            cells.iter().map(|c| c.replace('\0', "").trim().trim_matches('\u{feff}').to_owned()).collect();
        while headers.len() > 1 && headers.last().is_some_and(String::is_empty) {
            headers.pop();
        }
        for (i, header) in headers.iter().enumerate() {
            let before = headers.iter().take(i).any(|h| h.eq_ignore_ascii_case(header));
            if before && !header.is_empty() && !self.duplicates.contains(header) {
                self.duplicates.push(header.clone());
            }
        }
        self.headers = headers;
    }

    /// The headers, trimmed.
    pub fn headers(&self) -> &[String] {
        &self.headers
    }

    /// Headers that stand over more than one column.
    pub fn duplicates(&self) -> &[String] {
        &self.duplicates
    }

    /// What parts the cells.
    pub fn delimiter(&self) -> u8 {
        self.delimiter
    }

    /// Rows without a single value so far: they are passed over and count as nothing.
    pub fn blank(&self) -> u64 {
        self.blank
    }

    /// What the table is read from: for progress.
    pub fn source(&self) -> &R {
        &self.lines.text
    }

    /// The next row; `None` at the end.
    ///
    /// # Errors
    /// Where the source cannot be read on.
    pub fn next_row(&mut self) -> io::Result<Option<Row>> {
        loop {
            let (line, mut cells, raw) = match self.next_raw()? {
                None => return Ok(None),
                Some(Raw::Bad(problem)) => return Ok(Some(Row::Problem(problem))),
                Some(Raw::Cells { line, cells, raw }) => (line, cells, raw),
            };
            if cells.iter().all(|c| c.trim_matches(|c: char| c.is_whitespace() || c == '\0').is_empty()) {
                self.blank += 1;
                continue;
            }
            let (expected, found) = (self.headers.len(), cells.len());
            if cells.iter().skip(expected).any(|c| !c.trim().is_empty()) {
                let reason = Reason::TooMany { expected, found };
                return Ok(Some(Row::Problem(Problem { line, reason, raw })));
            }
            let mut flaws = Vec::new();
            if found < expected {
                flaws.push(Flaw::TooFew { found });
            }
            cells.resize(expected, String::new());
            if cells.iter().any(|c| c.contains('\0')) {
                flaws.push(Flaw::Nul);
                cells.iter_mut().for_each(|c| c.retain(|c| c != '\0'));
            }
            return Ok(Some(Row::Record(Record { line, cells, flaws })));
        }
    }

    fn next_raw(&mut self) -> io::Result<Option<Raw>> {
        let width = self.headers.len();
        self.lines.next_raw(self.delimiter, width)
    }
}

impl<R: Read> Iterator for Table<R> {
    type Item = io::Result<Row>;

    fn next(&mut self) -> Option<io::Result<Row>> {
        self.next_row().transpose()
    }
}

/// A record before it is held against the headers.
enum Raw {
    Cells {
        line: u64,
        cells: Vec<String>,
        /// Its text, for records that turn out wrong.
        raw: String,
    },
    Bad(Problem),
}

/// The buffer over the text, and the line at its front.
#[derive(Debug)]
struct Lines<R> {
    text: R,
    buffer: Vec<u8>,
    at: usize,
    end: bool,
    line: u64,
    /// The rest of a line that was given up is still to come.
    skipping: bool,
}

impl<R: Read> Lines<R> {
    fn rest(&self) -> &[u8] {
        self.buffer.get(self.at..).unwrap_or_default()
    }

    /// Reads at least as much as is held, so that a long record is looked at a few times only.
    fn fill(&mut self) -> io::Result<()> {
        self.buffer.drain(..self.at.min(self.buffer.len()));
        self.at = 0;
        let wanted = u64::try_from(self.buffer.len().max(CHUNK)).unwrap_or(u64::MAX);
        let n = self.text.by_ref().take(wanted).read_to_end(&mut self.buffer)?;
        self.end = n == 0;
        Ok(())
    }

    fn declared_delimiter(&mut self) -> Option<u8> {
        let length = parse::line_end(self.rest(), 0, self.end)?;
        let line = self.rest().get(..length)?.trim_ascii();
        let &[b's' | b'S', b'e' | b'E', b'p' | b'P', b'=', delimiter] = line else { return None };
        self.advance(length);
        Some(delimiter)
    }

    fn advance(&mut self, bytes: usize) {
        self.line += parse::line_ends(self.rest().get(..bytes).unwrap_or_default());
        self.at += bytes;
    }

    fn next_raw(&mut self, delimiter: u8, width: usize) -> io::Result<Option<Raw>> {
        loop {
            if self.skipping {
                self.skip()?;
            }
            match self.rest().first() {
                None if self.end => return Ok(None),
                None => {
                    self.fill()?;
                    continue;
                }
                // Lines without a character are no rows. (`\r\n` may be cut between chunks: both halves pass here.)
                Some(b'\n') => {
                    self.advance(1);
                    continue;
                }
                Some(b'\r') if self.rest().len() > 1 || self.end => {
                    let length = if self.rest().get(1) == Some(&b'\n') { 2 } else { 1 };
                    self.advance(length);
                    continue;
                }
                Some(_) => {}
            }
            match parse::record(self.rest(), self.end, delimiter) {
                Parsed::More => self.fill()?,
                Parsed::Bad { reason, from } => return Ok(Some(Raw::Bad(self.give_up(reason, from)))),
                Parsed::Record { cells, used, folded } => {
                    if let Some((from, to)) = folded
                        && width > 1
                        && cells.len() != width
                        && let Some(lines) = self.swallowed(from, to, delimiter, width)
                    {
                        return Ok(Some(Raw::Bad(self.give_up(Reason::Swallowed(lines), from))));
                    }
                    let line = self.line;
                    let raw = if cells.len() > width { self.raw(used) } else { String::new() };
                    self.advance(used);
                    let cells = cells.into_iter().map(text).collect();
                    return Ok(Some(Raw::Cells { line, cells, raw }));
                }
            }
        }
    }

    /// How many lines a quoted cell runs over, where most of them look like rows of the table.
    fn swallowed(&self, from: usize, to: usize, delimiter: u8, width: usize) -> Option<u64> {
        let cell = self.rest().get(from..to)?;
        let lines: Vec<&[u8]> = cell.split(|&b| b == b'\n').skip(1).collect();
        let rows = lines.iter().filter(|l| memchr::memchr_iter(delimiter, l).count() + 1 >= width).count();
        (rows * 2 > lines.len()).then(|| u64::try_from(lines.len()).unwrap_or(u64::MAX))
    }

    /// Leaves the record at the front at the end of the line that `from` is on.
    fn give_up(&mut self, reason: Reason, from: usize) -> Problem {
        let line = self.line;
        let length = parse::line_end(self.rest(), from, self.end);
        self.skipping = length.is_none();
        let length = length.unwrap_or(self.rest().len());
        let raw = self.raw(length);
        self.advance(length);
        Problem { line, reason, raw }
    }

    /// Throws away the rest of a line.
    fn skip(&mut self) -> io::Result<()> {
        while self.skipping {
            if let Some(length) = parse::line_end(self.rest(), 0, self.end) {
                self.skipping = false;
                self.advance(length);
            } else {
                // A `\r` at the very end may have its `\n` in the next chunk.
                let keep = usize::from(self.rest().last() == Some(&b'\r'));
                self.at = self.buffer.len() - keep;
                self.fill()?;
            }
        }
        Ok(())
    }

    fn raw(&self, length: usize) -> String {
        let bytes = self.rest().get(..length.min(RAW_LIMIT)).unwrap_or_default();
        String::from_utf8_lossy(bytes).trim_end_matches(['\r', '\n']).to_owned()
    }
}

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap_or_else(|e| String::from_utf8_lossy(e.as_bytes()).into_owned())
}
