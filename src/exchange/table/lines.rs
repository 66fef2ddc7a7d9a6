//! The buffer that records are taken from.

use std::io::{self, Read};

use super::{
    Problem, Reason,
    parse::{self, Parsed},
};

/// Bytes per read.
const CHUNK: usize = 64 * 1024;
/// How much of a broken row is kept for the reject file.
pub(super) const RAW_LIMIT: usize = 64 * 1024;

/// A record before it is held against the headers.
pub(super) enum Raw {
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
pub(super) struct Lines<R> {
    pub text: R,
    pub buffer: Vec<u8>,
    at: usize,
    pub end: bool,
    line: u64,
    /// The rest of a line that was given up is still to come.
    skipping: bool,
}

impl<R: Read> Lines<R> {
    pub fn new(text: R) -> Lines<R> {
        Lines { text, buffer: Vec::new(), at: 0, end: false, line: 1, skipping: false }
    }

    pub fn rest(&self) -> &[u8] {
        self.buffer.get(self.at..).unwrap_or_default()
    }

    /// Reads at least as much as is held, so that a long record is looked at a few times only.
    pub fn fill(&mut self) -> io::Result<()> {
        self.buffer.drain(..self.at.min(self.buffer.len()));
        self.at = 0;
        let wanted = u64::try_from(self.buffer.len().max(CHUNK)).unwrap_or(u64::MAX);
        let n = self.text.by_ref().take(wanted).read_to_end(&mut self.buffer)?;
        self.end = n == 0;
        Ok(())
    }

    pub fn declared_delimiter(&mut self) -> Option<u8> {
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

    pub fn next_raw(&mut self, delimiter: u8, width: usize) -> io::Result<Option<Raw>> {
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
