//! What a server may send: the parser behind it trusts the lengths that it reads, so each is checked before.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll},
};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// A connection, encrypted or not.
pub trait Wire: AsyncRead + AsyncWrite + Unpin + Send + std::fmt::Debug {}

impl<T: AsyncRead + AsyncWrite + Unpin + Send + std::fmt::Debug> Wire for T {}

/// The longest line, in bytes; literals are counted apart.
const LINE: usize = 256 * 1024;

/// The most opening brackets in a response: the parser goes one level deeper with each.
const BRACKETS: usize = 100;

/// Where in what the server sends the next byte is.
#[derive(Debug, Default)]
struct Place {
    /// Bytes of the literal that are still to come.
    literal: u64,
    /// Of the line, and whether it goes on after a literal.
    line: usize,
    brackets: usize,
    /// The first bytes of the response.
    head: Vec<u8>,
    /// What may become the announcement of a literal: `{123`.
    tail: Vec<u8>,
}

/// A connection that ends with an error where the server exceeds a bound.
#[derive(Debug)]
pub struct Guard<T> {
    inner: T,
    place: Place,
    literal_cap: u64,
    left: u64,
}

impl<T> Guard<T> {
    /// Of a connection, with the longest literal.
    pub fn new(inner: T, literal_cap: u64) -> Guard<T> {
        Guard { inner, place: Place::default(), literal_cap, left: LINE as u64 }
    }

    /// How much may come from now on.
    pub fn allow(&mut self, bytes: u64) {
        self.left = bytes;
    }

    /// The connection.
    pub fn into_inner(self) -> T {
        self.inner
    }

    fn check(&mut self, bytes: &[u8]) -> Result<(), String> {
        self.left = self
            .left
            .checked_sub(bytes.len() as u64)
            .ok_or("the server sends far more than it was asked for")?;
        let mut rest = bytes;
        while let Some((&byte, after)) = rest.split_first() {
            if self.place.literal > 0 {
                let skip = rest.len().min(usize::try_from(self.place.literal).unwrap_or(usize::MAX));
                self.place.literal -= skip as u64;
                rest = rest.get(skip..).unwrap_or_default();
                continue;
            }
            self.place.byte(byte, self.literal_cap)?;
            rest = after;
        }
        Ok(())
    }
}

impl Place {
    fn byte(&mut self, byte: u8, cap: u64) -> Result<(), String> {
        self.line += 1;
        self.brackets += usize::from(byte == b'(');
        if self.line > LINE {
            return Err(format!("the server sends a line of more than {} KiB", LINE / 1024));
        }
        // Text for people may have as many brackets as it likes.
        if self.brackets > BRACKETS && !self.is_text() {
            return Err("the server sends brackets within brackets without end".into());
        }
        if self.head.len() < 16 {
            self.head.push(byte);
        }
        match byte {
            b'\n' => return self.end(cap),
            b'{' => self.tail = vec![byte],
            b'\r' | b'0'..=b'9' | b'+' | b'}' if !self.tail.is_empty() && self.tail.len() < 32 => {
                self.tail.push(byte)
            }
            _ => self.tail.clear(),
        }
        Ok(())
    }

    /// At the end of a line: a literal follows, or the response ends.
    fn end(&mut self, cap: u64) -> Result<(), String> {
        let tail = std::mem::take(&mut self.tail);
        let said = std::str::from_utf8(&tail).unwrap_or_default().trim_end();
        let number =
            said.strip_prefix('{').and_then(|s| s.strip_suffix('}')).map(|s| s.trim_end_matches('+'));
        self.line = 0;
        let Some(number) = number.filter(|n| !n.is_empty()) else {
            *self = Place::default();
            return Ok(());
        };
        if self.is_text() {
            return Err("the server announces bytes where none can follow".into());
        }
        match number.parse() {
            Ok(n) if n <= cap => self.literal = n,
            _ => {
                return Err(format!(
                    "the server announces {number} bytes in one piece, more than the limit of {cap}"
                ));
            }
        }
        Ok(())
    }

    /// Whether the response is a status, which ends in text for people: tagged, a continuation, or one of five words.
    fn is_text(&self) -> bool {
        let Some(rest) = self.head.strip_prefix(b"* ") else { return true };
        let word: Vec<u8> =
            rest.iter().take_while(|b| b.is_ascii_alphanumeric()).map(u8::to_ascii_uppercase).collect();
        matches!(word.as_slice(), b"OK" | b"NO" | b"BAD" | b"BYE" | b"PREAUTH")
    }
}

impl<T: AsyncRead + Unpin> AsyncRead for Guard<T> {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let me = self.get_mut();
        let before = buf.filled().len();
        match Pin::new(&mut me.inner).poll_read(cx, buf) {
            Poll::Ready(Ok(())) => {
                let new = buf.filled().get(before..).unwrap_or_default().to_vec();
                Poll::Ready(me.check(&new).map_err(io::Error::other))
            }
            other => other,
        }
    }
}

impl<T: AsyncWrite + Unpin> AsyncWrite for Guard<T> {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().inner).poll_write(cx, buf)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().inner).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().inner).poll_shutdown(cx)
    }
}
