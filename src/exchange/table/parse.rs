//! One record of delimited text, taken from the front of a buffer.

use memchr::{memchr, memchr2, memchr3};

use super::Reason;

use crate::model::limits::COLUMNS;
pub(super) use crate::model::limits::{CELL_BYTES as CELL_LIMIT, ROW_BYTES as RECORD_LIMIT};

/// What the front of the buffer contains.
#[derive(Debug, PartialEq)]
pub(super) enum Parsed {
    /// A record.
    Record {
        cells: Vec<Vec<u8>>,
        /// Bytes of it, its line end included.
        used: usize,
        /// The first quoted cell that runs over a line end, from its quote to behind it.
        folded: Option<(usize, usize)>,
    },
    /// More bytes are needed to tell.
    More,
    /// No record: it goes on behind the line that `from` is on.
    Bad { reason: Reason, from: usize },
}

/// Parses the record at the front of `text`; `end` says that nothing follows it. RFC 4180, and what people's programs
/// really write: either line end, blanks around quoted cells, text behind a closing quote, quotes inside plain cells.
pub(super) fn record(text: &[u8], end: bool, delimiter: u8) -> Parsed {
    let mut parser = Parser { text, end, delimiter, cells: Vec::new(), at: 0, folded: None };
    match parser.run() {
        Ok(()) => Parsed::Record { cells: parser.cells, used: parser.at, folded: parser.folded },
        Err(Stop::More) if text.len() > RECORD_LIMIT => {
            Parsed::Bad { reason: Reason::RecordTooLong, from: 0 }
        }
        Err(Stop::More) => Parsed::More,
        Err(Stop::Bad(reason, from)) => Parsed::Bad { reason, from },
    }
}

enum Stop {
    More,
    Bad(Reason, usize),
}

/// What ended a cell.
enum Ended {
    Cell,
    Record,
}

struct Parser<'a> {
    text: &'a [u8],
    end: bool,
    delimiter: u8,
    cells: Vec<Vec<u8>>,
    at: usize,
    folded: Option<(usize, usize)>,
}

impl Parser<'_> {
    fn run(&mut self) -> Result<(), Stop> {
        loop {
            let start = self.at;
            let quote = self.skip_blanks(start)?;
            let mut cell = Vec::new();
            if self.text.get(quote) == Some(&b'"') {
                self.at = quote + 1;
                self.quoted(quote, &mut cell)?;
            }
            self.plain(start, &mut cell)?;
            self.cells.push(cell);
            if self.cells.len() > COLUMNS {
                return Err(Stop::Bad(Reason::TooWide, 0));
            }
            if self.at > RECORD_LIMIT {
                return Err(Stop::Bad(Reason::RecordTooLong, 0));
            }
            if matches!(self.delimited()?, Ended::Record) {
                return Ok(());
            }
        }
    }

    fn rest(&self) -> &[u8] {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn more<T>(&self) -> Result<T, Stop> {
        Err(Stop::More)
    }

    /// Where blanks from `at` on end.
    fn skip_blanks(&self, mut at: usize) -> Result<usize, Stop> {
        while let Some(&b) = self.text.get(at) {
            if b != b' ' && (b != b'\t' || self.delimiter == b'\t') {
                return Ok(at);
            }
            at += 1;
        }
        if self.end { Ok(at) } else { self.more() }
    }

    /// A quoted cell up to behind its closing quote; `quote` is where it opened.
    fn quoted(&mut self, quote: usize, cell: &mut Vec<u8>) -> Result<(), Stop> {
        loop {
            let Some(length) = memchr(b'"', self.rest()) else {
                return match () {
                    () if self.text.len() - quote > CELL_LIMIT => Err(Stop::Bad(Reason::OpenQuote, quote)),
                    () if self.end => Err(Stop::Bad(Reason::OpenQuote, quote)),
                    () => self.more(),
                };
            };
            cell.extend_from_slice(self.rest().get(..length).unwrap_or_default());
            self.at += length + 1;
            if cell.len() > CELL_LIMIT {
                return Err(Stop::Bad(Reason::CellTooLong, quote));
            }
            match self.rest().first() {
                Some(b'"') => {
                    cell.push(b'"');
                    self.at += 1;
                }
                None if !self.end => return self.more(),
                _ => break,
            }
        }
        let inner = self.text.get(quote..self.at).unwrap_or_default();
        let folds = memchr2(b'\n', b'\r', inner).is_some();
        let behind = self.skip_blanks(self.at)?;
        let closed = match self.text.get(behind) {
            None | Some(b'\n' | b'\r') => true,
            Some(&b) => b == self.delimiter,
        };
        if closed {
            self.at = behind;
        } else if folds {
            // A quote that opens inside a later row: the previous one was never closed.
            return Err(Stop::Bad(Reason::OpenQuote, quote));
        }
        if folds && self.folded.is_none() {
            self.folded = Some((quote, self.at));
        }
        Ok(())
    }

    /// A plain cell, or what follows a closing quote on its line.
    fn plain(&mut self, start: usize, cell: &mut Vec<u8>) -> Result<(), Stop> {
        let length = match memchr3(self.delimiter, b'\n', b'\r', self.rest()) {
            Some(length) => length,
            None if self.rest().len() > CELL_LIMIT => return Err(Stop::Bad(Reason::CellTooLong, start)),
            None if !self.end => return self.more(),
            None => self.rest().len(),
        };
        if cell.len() + length > CELL_LIMIT {
            return Err(Stop::Bad(Reason::CellTooLong, start));
        }
        cell.extend_from_slice(self.rest().get(..length).unwrap_or_default());
        self.at += length;
        Ok(())
    }

    fn delimited(&mut self) -> Result<Ended, Stop> {
        let (length, ended) = match self.rest() {
            [] if !self.end => return self.more(),
            [] => (0, Ended::Record),
            [b'\r'] if !self.end => return self.more(),
            [b'\r', b'\n', ..] => (2, Ended::Record),
            [b'\r' | b'\n', ..] => (1, Ended::Record),
            _ => (1, Ended::Cell),
        };
        self.at += length;
        Ok(ended)
    }
}

/// How many line ends are in the text: `\n`, `\r\n` or a lone `\r`.
pub(super) fn line_ends(text: &[u8]) -> u64 {
    let mut count = 0;
    let mut after_return = false;
    for &b in text {
        count += u64::from(b == b'\r' || (b == b'\n' && !after_return));
        after_return = b == b'\r';
    }
    count
}

/// Where the line ends that `from` is on: behind its line end. `None` where the text has no end of it.
pub(super) fn line_end(text: &[u8], from: usize, end: bool) -> Option<usize> {
    let rest = text.get(from..)?;
    match memchr2(b'\n', b'\r', rest) {
        Some(at) => match rest.get(at..) {
            Some([b'\r', b'\n', ..]) => Some(from + at + 2),
            Some([b'\r']) if !end => None,
            _ => Some(from + at + 1),
        },
        None => end.then_some(text.len()),
    }
}
