//! The lines of a file of cards, unfolded: bounded in memory, however long a photo is.

use std::io::{self, BufRead};

/// The bytes of a line, folds included, that are taken. What follows is counted.
const LONGEST: usize = 64 * 1024;

/// A line, its folds taken away.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Line {
    /// Which, from 1.
    pub number: u64,
    /// Its bytes without its end.
    pub bytes: Vec<u8>,
    /// How many bytes more there were.
    pub lost: u64,
}

impl Line {
    fn add(&mut self, more: &[u8], lost: u64) {
        let room = LONGEST.saturating_sub(self.bytes.len());
        let taken = more.get(..room).unwrap_or(more);
        self.bytes.extend_from_slice(taken);
        self.lost += lost + (more.len() - taken.len()) as u64;
    }

    /// What stands before the first colon, in upper case.
    fn head(&self) -> String {
        let end = self.bytes.iter().position(|b| *b == b':').unwrap_or(0);
        String::from_utf8_lossy(self.bytes.get(..end).unwrap_or_default()).to_ascii_uppercase()
    }

    /// Whether it is this word, whatever its case and the space around it.
    pub fn is(&self, word: &str) -> bool {
        self.bytes.len() < 64 && String::from_utf8_lossy(&self.bytes).trim().eq_ignore_ascii_case(word)
    }

    /// Whether there is nothing on it.
    fn is_blank(&self) -> bool {
        self.lost == 0 && self.bytes.iter().all(u8::is_ascii_whitespace)
    }
}

/// Reads lines.
pub struct Lines<R> {
    from: R,
    number: u64,
    /// A line that was looked at, its folds not yet.
    next: Option<Line>,
    /// A line that was given back.
    back: Option<Line>,
    read: u64,
}

impl<R: BufRead> Lines<R> {
    /// Of a source.
    pub fn new(from: R) -> Lines<R> {
        Lines { from, number: 0, next: None, back: None, read: 0 }
    }

    /// Bytes read so far.
    pub fn read(&self) -> u64 {
        self.read
    }

    /// Gives a line back: it is the next one again.
    pub fn give_back(&mut self, line: Line) {
        self.back = Some(line);
    }

    fn physical(&mut self) -> io::Result<Option<Line>> {
        self.number += 1;
        let mut line = Line { number: self.number, ..Line::default() };
        let mut any = false;
        loop {
            let some = match self.from.fill_buf() {
                Ok(some) => some,
                Err(e) if e.kind() == io::ErrorKind::Interrupted => continue,
                Err(e) => return Err(e),
            };
            if some.is_empty() {
                break;
            }
            any = true;
            let end = some.iter().position(|b| *b == b'\n');
            let taken = end.map_or(some.len(), |e| e + 1);
            line.add(some.get(..end.unwrap_or(some.len())).unwrap_or_default(), 0);
            self.from.consume(taken);
            self.read += taken as u64;
            if end.is_some() {
                break;
            }
        }
        if line.bytes.last() == Some(&b'\r') {
            line.bytes.pop();
        }
        Ok(any.then_some(line))
    }

    /// The next line that is not empty; `old`: the rules of version 2.1 for folds.
    ///
    /// # Errors
    /// Where the source cannot be read on.
    pub fn logical(&mut self, old: bool) -> io::Result<Option<Line>> {
        if let Some(line) = self.back.take() {
            return Ok(Some(line));
        }
        let mut line = loop {
            let next = match self.next.take() {
                Some(line) => Some(line),
                None => self.physical()?,
            };
            match next {
                None => return Ok(None),
                Some(line) if line.is_blank() => {}
                Some(line) => break line,
            }
        };
        let head = line.head();
        let quoted = head.contains("QUOTED-PRINTABLE");
        let base64 = head.contains("BASE64") || head.contains("ENCODING=B");
        let plain = !line.is("BEGIN:VCARD") && !line.is("END:VCARD") && !head.is_empty();
        loop {
            let Some(next) = self.physical()? else { return Ok(Some(line)) };
            let folded = matches!(next.bytes.first(), Some(b' ' | b'\t'));
            if quoted && line.bytes.last() == Some(&b'=') {
                line.bytes.pop();
                line.add(&next.bytes, next.lost);
            } else if next.is_blank() {
                if base64 {
                    return Ok(Some(line));
                }
                // An empty line in the middle of a card says nothing.
                if !folded {
                    return Ok(Some(line));
                }
            } else if folded {
                let from = usize::from(!old || base64);
                line.add(next.bytes.get(from..).unwrap_or_default(), next.lost);
            } else if plain && !next.bytes.contains(&b':') {
                // A line without a name belongs to the one above, whose writer forgot to fold.
                if !base64 {
                    line.add(b"\\n", 0);
                }
                line.add(&next.bytes, next.lost);
            } else {
                self.next = Some(next);
                return Ok(Some(line));
            }
        }
    }
}
