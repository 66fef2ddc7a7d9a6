//! Text in columns separated by spaces, such as CDNOW's; lines with their numbers, none kept over a megabyte.

use std::io::{self, BufRead, BufReader, Read};

use super::{OrderField, OrderMapError};

/// The longest line.
const LIMIT: usize = 1024 * 1024;

/// Reads `customer _ date quantity amount`: what each column is, `_` for one that is not read.
///
/// # Errors
/// Where a name is no field, or who, when or how much is missing.
pub fn parse_columns(spec: &str) -> Result<Vec<OrderField>, OrderMapError> {
    let names = spec.split([' ', ',', '\t']).filter(|n| !n.is_empty());
    let fields: Vec<OrderField> = names.map(OrderField::named).collect::<Result<_, _>>()?;
    OrderField::check(&fields)?;
    Ok(fields)
}

/// A line of text.
pub(super) struct Line {
    /// From 1.
    pub number: u64,
    /// Without its end; the first megabyte of it.
    pub text: String,
    /// Whether that is all.
    pub whole: bool,
}

/// The lines of a text.
pub(super) struct TextLines<R> {
    text: BufReader<R>,
    number: u64,
}

impl<R: Read> TextLines<R> {
    pub fn new(text: R) -> TextLines<R> {
        TextLines { text: BufReader::with_capacity(64 * 1024, text), number: 0 }
    }

    pub fn source(&self) -> &R {
        self.text.get_ref()
    }

    pub fn next_line(&mut self) -> io::Result<Option<Line>> {
        let mut bytes = Vec::new();
        let mut whole = true;
        loop {
            let chunk = self.text.fill_buf()?;
            if chunk.is_empty() && bytes.is_empty() && whole {
                return Ok(None);
            }
            let end = memchr::memchr(b'\n', chunk);
            let part = chunk.get(..end.unwrap_or(chunk.len())).unwrap_or_default();
            let room = LIMIT.saturating_sub(bytes.len());
            bytes.extend_from_slice(part.get(..room.min(part.len())).unwrap_or_default());
            whole &= part.len() <= room;
            let used = part.len() + usize::from(end.is_some());
            self.text.consume(used);
            // No line end and nothing more: the last line.
            if end.is_some() || used == 0 {
                break;
            }
        }
        self.number += 1;
        let text = String::from_utf8_lossy(&bytes).trim_end_matches('\r').to_owned();
        Ok(Some(Line { number: self.number, text, whole }))
    }
}
