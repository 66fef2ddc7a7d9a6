//! An input to which bytes can be given back.

use std::io::{self, BufRead, Cursor, Read};

/// Bytes that were read ahead, and what follows them.
pub(super) struct Pushback<R> {
    ahead: Cursor<Vec<u8>>,
    rest: R,
}

impl<R: BufRead> Pushback<R> {
    pub(super) fn new(rest: R) -> Self {
        Pushback { ahead: Cursor::new(Vec::new()), rest }
    }

    /// What follows the bytes that were read ahead.
    pub(super) fn rest(&mut self) -> &mut R {
        &mut self.rest
    }

    /// Gives bytes back: they come next.
    pub(super) fn give_back(&mut self, mut bytes: Vec<u8>) {
        let at = usize::try_from(self.ahead.position()).unwrap_or(usize::MAX);
        bytes.extend_from_slice(self.ahead.get_ref().get(at..).unwrap_or_default());
        self.ahead = Cursor::new(bytes);
    }

    /// Reads at most this many bytes and gives them back; fewer where the input ends.
    ///
    /// # Errors
    /// Where reading fails; what was read before is given back all the same.
    pub(super) fn peek(&mut self, most: usize) -> (Vec<u8>, io::Result<()>) {
        let mut bytes = Vec::new();
        let read = self.by_ref().take(most as u64).read_to_end(&mut bytes).map(|_| ());
        self.give_back(bytes.clone());
        (bytes, read)
    }
}

impl<R: BufRead> Read for Pushback<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        match self.ahead.read(buf)? {
            0 => self.rest.read(buf),
            n => Ok(n),
        }
    }
}

impl<R: BufRead> BufRead for Pushback<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.ahead.fill_buf()?.is_empty() { self.rest.fill_buf() } else { self.ahead.fill_buf() }
    }

    fn consume(&mut self, amount: usize) {
        if self.ahead.get_ref().len() as u64 > self.ahead.position() {
            self.ahead.consume(amount);
        } else {
            self.rest.consume(amount);
        }
    }
}
