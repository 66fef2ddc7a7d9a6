//! Texts of rows, folded, one behind the other in chunks: what is as different as names are.

use std::{sync::OnceLock, thread};

use memchr::memmem::Finder;

use super::bits::Bits;
use crate::find::snapshot::carry::saved;

/// Rows of a chunk: an edit moves the bytes of one chunk, some microseconds.
const ROWS: usize = 4096;

/// Columns of this many chunks are looked through by several threads: it takes some tens of microseconds to start one.
const SHARED: usize = 32;

/// Ends every value. No folded text has it.
pub(super) const END: char = '\u{1f}';

/// The values of each row, folded.
#[derive(Debug, Clone, Default)]
pub(super) struct Plain {
    chunks: Vec<Chunk>,
    rows: usize,
}
saved!(Plain { chunks, rows });

#[derive(Debug, Clone, Default)]
struct Chunk {
    text: String,
    /// Where each row ends.
    ends: Vec<u32>,
    /// A bit for each byte that ever stood in the text: a needle with another one is not looked for.
    bytes: [u64; 4],
}
saved!(Chunk { text, ends, bytes });

impl Chunk {
    fn may_have(&self, needle: &[u8]) -> bool {
        needle.iter().all(|b| self.bytes.get(usize::from(b >> 6)).is_some_and(|w| w >> (b & 63) & 1 == 1))
    }

    fn place(&self, at: usize) -> std::ops::Range<usize> {
        let end = |i: usize| self.ends.get(i).map_or(self.text.len(), |e| *e as usize);
        (if at == 0 { 0 } else { end(at - 1) })..end(at)
    }
}

impl Chunk {
    /// Sets the bits of the rows, of which `first` is the first, in which a needle occurs at a suitable place.
    fn scan(
        &self,
        first: usize,
        needle: &Finder<'_>,
        fit: &impl Fn(&str, usize) -> bool,
        within: &Bits,
        words: &mut [u64],
    ) {
        let (mut from, mut row) = (0, 0);
        while let Some(at) = self.text.as_bytes().get(from..).and_then(|t| needle.find(t)) {
            let at = from + at;
            let mut end = self.text.len();
            for e in self.ends.get(row..).unwrap_or_default() {
                end = *e as usize;
                if end > at {
                    break;
                }
                row += 1;
            }
            if !within.has(first + row) {
                // On to the next row that matters.
                let Some(next) = within.next(first + row).filter(|r| *r < first + ROWS) else { break };
                row = next - first;
                from = self.place(row).start;
            } else if fit(&self.text, at) {
                if let Some(word) = words.get_mut(row / 64) {
                    *word |= 1 << (row % 64);
                }
                from = end;
            } else {
                from = at + needle.needle().len().max(1);
            }
        }
    }
}

/// How many threads look through a column together: more than two would take the processor from the rest of the system.
fn hands() -> usize {
    static HANDS: OnceLock<usize> = OnceLock::new();
    *HANDS.get_or_init(|| thread::available_parallelism().map_or(1, usize::from).min(2))
}

/// The first eight bytes of the first value.
fn prefix(text: &[u8]) -> u64 {
    let mut out = [0; 8];
    match text.first_chunk::<8>() {
        Some(first) => out = *first,
        None => out.iter_mut().zip(text).for_each(|(to, b)| *to = *b),
    }
    // What follows the end of the value does not belong to it.
    let word = u64::from_be_bytes(out);
    let ends = out.iter().position(|b| *b == END as u8);
    ends.map_or(word, |at| if at == 0 { 0 } else { word & (u64::MAX << (64 - 8 * at)) })
}

impl Plain {
    /// How many rows it has.
    pub fn len(&self) -> usize {
        self.rows
    }

    /// The values of a row, each with its end behind it; empty where it has none.
    pub fn get(&self, row: usize) -> &str {
        let chunk = self.chunks.get(row / ROWS);
        chunk.and_then(|c| c.text.get(c.place(row % ROWS))).unwrap_or_default()
    }

    /// Puts the values of a row, each with its end behind it.
    pub fn set(&mut self, row: usize, text: &str) {
        while self.rows <= row {
            if self.rows.is_multiple_of(ROWS) {
                self.chunks.push(Chunk::default());
            }
            if let Some(c) = self.chunks.last_mut() {
                c.ends.push(u32::try_from(c.text.len()).unwrap_or(u32::MAX));
            }
            self.rows += 1;
        }
        let Some(chunk) = self.chunks.get_mut(row / ROWS) else { return };
        let place = chunk.place(row % ROWS);
        let (was, is) = (place.len(), text.len());
        if chunk.text.get(place.clone()) == Some(text) {
            return;
        }
        for b in text.bytes() {
            if let Some(w) = chunk.bytes.get_mut(usize::from(b >> 6)) {
                *w |= 1 << (b & 63);
            }
        }
        chunk.text.replace_range(place, text);
        for end in chunk.ends.iter_mut().skip(row % ROWS) {
            // A chunk stays far under 4 GiB: values are cut where they are folded.
            *end = (*end + u32::try_from(is).unwrap_or(0)).saturating_sub(u32::try_from(was).unwrap_or(0));
        }
    }

    /// The rows in which a needle occurs at a suitable place, as far as they are among `within`.
    pub fn scan(&self, needle: &Finder<'_>, fit: impl Fn(&str, usize) -> bool + Sync, within: &Bits) -> Bits {
        const WORDS: usize = ROWS / 64;
        let mut words = vec![0; within.len().div_ceil(64)];
        let hands = if self.chunks.len() < SHARED { 1 } else { hands() };
        let each = self.chunks.len().div_ceil(hands).max(1);
        let scan = |first: usize, chunks: &[Chunk], words: &mut [u64]| {
            for (i, (chunk, words)) in chunks.iter().zip(words.chunks_mut(WORDS)).enumerate() {
                if chunk.may_have(needle.needle()) {
                    chunk.scan((first + i) * ROWS, needle, &fit, within, words);
                }
            }
        };
        thread::scope(|scope| {
            let mut parts = self.chunks.chunks(each).zip(words.chunks_mut(each * WORDS)).enumerate();
            let own = parts.next();
            for (n, (chunks, words)) in parts {
                let scan = &scan;
                scope.spawn(move || scan(n * each, chunks, words));
            }
            if let Some((_, (chunks, words))) = own {
                scan(0, chunks, words);
            }
        });
        Bits::of(words, within.len())
    }

    /// The rows that have a value.
    pub fn present(&self, len: usize) -> Bits {
        let mut out = Bits::none(len);
        for (n, chunk) in self.chunks.iter().enumerate() {
            let mut before = 0;
            for (i, end) in chunk.ends.iter().enumerate() {
                if *end > before {
                    out.set(n * ROWS + i, true);
                }
                before = *end;
            }
        }
        out
    }

    /// Gives for each row the first eight bytes of its first value, as a number in the order of texts; none: [`u64::MAX`].
    pub fn prefixes(&self, mut each: impl FnMut(usize, u64)) {
        for (n, chunk) in self.chunks.iter().enumerate() {
            let mut start = 0;
            for (i, end) in chunk.ends.iter().enumerate() {
                let text = chunk.text.as_bytes().get(start..*end as usize).unwrap_or_default();
                start = *end as usize;
                each(n * ROWS + i, if text.is_empty() { u64::MAX } else { prefix(text) });
            }
        }
    }

    /// The bytes that it takes.
    pub fn bytes(&self) -> usize {
        self.chunks.iter().map(|c| c.text.capacity() + c.ends.capacity() * 4).sum()
    }

    /// Gives back what was reserved and not used.
    pub fn shrink(&mut self) {
        for c in &mut self.chunks {
            c.text.shrink_to_fit();
            c.ends.shrink_to_fit();
        }
    }
}
