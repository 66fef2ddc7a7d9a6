//! Tables of delimited text (CSV, TSV, `;`, `|`) as a stream of rows with their line numbers.
//!
//! A row that cannot be read is a [`Problem`] with its line and text, and reading goes on at the next line: a stray
//! quote costs the row it is in, never the rows behind it. No cell over 1 MiB and no record over 8 MiB is held.

mod delimiter;
mod lines;
mod parse;
mod row;
#[cfg(test)]
mod tests;

use std::{
    collections::HashSet,
    io::{self, Read},
};

use lines::{Lines, Raw};
pub use row::{Flaw, Problem, Reason, Record, Row, TableError};

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
        let mut lines = Lines::new(text);
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
        // There may be a hundred thousand.
        let (mut met, mut told) = (HashSet::new(), HashSet::new());
        for header in headers.iter().filter(|h| !h.is_empty()) {
            if !met.insert(header.to_ascii_lowercase()) && told.insert(header) {
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

    /// Rows without a single value, and headers that are there again, so far: they are passed over and count as nothing.
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
            // Files that were put together have their headers again, which are no row.
            let again = |(at, cell): (usize, &String)| {
                let header = self.headers.get(at).map(String::as_str).unwrap_or_default();
                cell.trim().trim_matches('\u{feff}') == header
            };
            if cells.len() >= self.headers.len() && cells.iter().enumerate().all(again) {
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
