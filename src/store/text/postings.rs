//! What a look found: blocks as they are in the store, with the places in them where those are asked for.

use std::sync::{
    Arc, Mutex, OnceLock, PoisonError,
    atomic::{AtomicU32, Ordering},
};

use super::{
    block::{Block, Posting, Weight},
    state,
    write::{key, of_key},
};
use crate::{
    model::Table,
    store::{Range, Scan, StoreError, View},
};

/// A block among [`Postings`], not taken apart yet.
#[derive(Debug, Clone, Copy)]
pub(super) struct Row {
    pub first: u32,
    pub last: u32,
    /// Which term it is of: counted from 0, as they came.
    pub term: u32,
    /// Whether that is the one that was asked for, and not just one like it.
    pub whole: bool,
    /// Whether its places are in their own row.
    pub apart: bool,
    /// Whether it is made of newest texts, which are in no block yet.
    pub fresh: bool,
    /// The how-manieth it is.
    number: u32,
    from: usize,
    to: usize,
}

/// Blocks as they are in the store, one behind the other.
#[derive(Debug, Default)]
struct Blocks {
    bytes: Vec<u8>,
    terms: Vec<String>,
    /// Where each term occurs in each text, once that was asked for again.
    placed: OnceLock<Placed>,
    asked: AtomicU32,
    /// What each text gains, as it was worked out last.
    gains: Mutex<Option<Gained>>,
}

/// What each text gains by its number, and for which number of changes that is.
#[derive(Debug, Clone)]
struct Gained {
    changes: u64,
    gains: Arc<Vec<f32>>,
}

/// The places of terms, to be found by text.
#[derive(Debug, Default)]
struct Placed {
    /// Of each term where its texts begin, and behind the last of them where they end.
    terms: Vec<usize>,
    texts: Vec<u32>,
    /// Where the places in each text end; they begin where those before end.
    ends: Vec<u32>,
    bytes: Vec<u8>,
}

impl Placed {
    fn take(&mut self, block: Block<'_>) {
        block.whole(|p| {
            self.bytes.extend_from_slice(p.places);
            self.texts.push(p.text);
            self.ends.push(self.bytes.len() as u32);
        });
    }

    fn size(&self) -> usize {
        self.bytes.len() + size_of_val(self.texts.as_slice()) + size_of_val(self.ends.as_slice())
    }

    /// Gives the places in some texts, which come in order, term by term.
    fn each(&self, texts: &[u32], f: &mut dyn FnMut(Posting<'_>)) {
        for of_term in self.terms.windows(2) {
            let &[from, to] = of_term else { continue };
            let all = self.texts.get(from..to).unwrap_or_default();
            let mut give = |at: usize, text: u32| {
                let at = from + at;
                let start = at.checked_sub(1).and_then(|b| self.ends.get(b)).map_or(0, |e| *e as usize);
                let end = self.ends.get(at).map_or(0, |e| *e as usize);
                let places = self.bytes.get(start..end).unwrap_or_default();
                f(Posting { text, weight: Weight(0), places });
            };
            // The shorter of both is gone through, the longer one leapt over.
            if all.len() < texts.len() {
                let mut left = texts;
                for (at, text) in all.iter().enumerate() {
                    left = left.get(leap(left, *text)..).unwrap_or_default();
                    if left.first() == Some(text) {
                        give(at, *text);
                    }
                }
            } else {
                let mut at = 0;
                for text in texts {
                    at += leap(all.get(at..).unwrap_or_default(), *text);
                    if all.get(at) == Some(text) {
                        give(at, *text);
                    }
                }
            }
        }
    }
}

/// The first of some texts in order that is not before this one: it is mostly near.
fn leap(texts: &[u32], text: u32) -> usize {
    let mut to = 1;
    while texts.get(to).is_some_and(|t| *t < text) {
        to *= 2;
    }
    let from = to / 2;
    from + texts.get(from..(to + 1).min(texts.len())).unwrap_or_default().partition_point(|t| *t < text)
}

/// The postings of a look. Its clones share the blocks.
#[derive(Debug, Clone, Default)]
pub struct Postings {
    blocks: Arc<Blocks>,
    fresh: Vec<u8>,
    pub(super) rows: Vec<Row>,
    terms: u32,
    /// How many postings: no fewer than texts.
    pub count: usize,
    /// Whether there were too many terms to look them up: nothing is known.
    pub(super) open: bool,
    /// The number of the blocks that it was found in, where it is kept.
    pub(super) kept: Option<u64>,
}

impl Postings {
    pub(super) fn take(&mut self, key: &[u8], value: &[u8], whole: Option<&str>) {
        let Some((term, first)) = of_key(key) else { return };
        let Some(block) = Block::parse(first, value) else { return };
        // No one shares them before all are read.
        let Some(blocks) = Arc::get_mut(&mut self.blocks) else { return };
        if blocks.terms.last().is_none_or(|t| t != term) {
            blocks.terms.push(term.to_owned());
            self.terms += 1;
        }
        let from = blocks.bytes.len();
        blocks.bytes.extend_from_slice(value);
        let to = blocks.bytes.len();
        self.row(&block, whole.is_none_or(|w| w == term), false, (from, to));
    }

    /// Takes a block of the newest texts.
    pub(super) fn take_fresh(&mut self, first: u32, value: &[u8], whole: bool) {
        let Some(block) = Block::parse(first, value) else { return };
        self.terms += 1;
        let from = self.fresh.len();
        self.fresh.extend_from_slice(value);
        self.row(&block, whole, true, (from, self.fresh.len()));
    }

    fn row(&mut self, block: &Block<'_>, whole: bool, fresh: bool, (from, to): (usize, usize)) {
        let (first, last, apart) = (block.first, block.last, block.is_apart());
        let (term, number) = (self.terms.saturating_sub(1), self.rows.len() as u32);
        self.rows.push(Row { first, last, term, whole, apart, fresh, number, from, to });
        self.count += block.count;
    }

    pub(super) fn scan(
        &mut self,
        view: &dyn View,
        range: &Range,
        whole: Option<&str>,
    ) -> Result<(), StoreError> {
        view.scan(Table::Post, range, Scan::Forward, &mut |k, v| {
            self.take(k, v, whole);
            true
        })
    }

    /// The bytes that it contains.
    pub(super) fn bytes(&self) -> usize {
        let gains = self.blocks.gains.lock().unwrap_or_else(PoisonError::into_inner);
        let gains = gains.as_ref().map_or(0, |g| size_of_val(g.gains.as_slice()));
        let placed = self.blocks.placed.get().map_or(0, Placed::size);
        self.blocks.bytes.len() + placed + gains + size_of_val(self.rows.as_slice())
    }

    /// The block of a row, to be read.
    pub(super) fn block(&self, row: &Row) -> Option<Block<'_>> {
        let bytes = if row.fresh { &self.fresh } else { &self.blocks.bytes };
        Block::parse(row.first, bytes.get(row.from..row.to)?)
    }

    /// What each text gains: as kept for this number of changes, or as `make` works it out.
    pub(super) fn gains(&self, changes: u64, make: impl FnOnce() -> Vec<f32>) -> Arc<Vec<f32>> {
        let mut kept = self.blocks.gains.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(gained) = kept.as_ref().filter(|g| self.kept.is_some() && g.changes == changes) {
            return Arc::clone(&gained.gains);
        }
        let gains = Arc::new(make());
        *kept = Some(Gained { changes, gains: Arc::clone(&gains) });
        gains
    }

    /// Gives the places in some texts, which come in order. `wanted` says of a row whether it may contain one of them; places in
    /// other texts may come, too.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub(super) fn places(
        &self,
        view: &dyn View,
        texts: &[u32],
        wanted: impl Fn(&Row) -> bool,
        f: &mut dyn FnMut(Posting<'_>),
    ) -> Result<(), StoreError> {
        let fresh = self.rows.iter().filter(|r| r.fresh && wanted(r));
        fresh.filter_map(|row| self.block(row)).for_each(|b| b.whole(&mut *f));
        // What is asked for once is read where it stands, what is asked for again is kept.
        let again = self.kept.is_some() && self.blocks.asked.fetch_add(1, Ordering::Relaxed) > 0;
        if again && self.blocks.placed.get().is_none() {
            let mut placed = Placed::default();
            let rows = self.rows.iter().filter(|r| !r.fresh).collect::<Vec<_>>();
            let mut term = None;
            self.each_row(view, &rows, &mut |row, block| {
                if term.replace(row.term) != Some(row.term) {
                    placed.terms.push(placed.texts.len());
                }
                placed.take(block);
            })?;
            placed.terms.push(placed.texts.len());
            // A long read goes on in a later state: it is kept where the blocks are still the same.
            if self.kept == state::state(view)?.map(|s| s.blocks) {
                let _ = self.blocks.placed.set(placed);
            }
        }
        match self.blocks.placed.get() {
            Some(placed) => placed.each(texts, f),
            None => {
                let rows: Vec<&Row> = self.rows.iter().filter(|r| !r.fresh && wanted(r)).collect();
                self.each_row(view, &rows, &mut |_, block| block.whole(&mut *f))?;
            }
        }
        Ok(())
    }

    fn term(&self, row: &Row) -> &str {
        self.blocks.terms.get(row.term as usize).map_or("", String::as_str)
    }

    /// Gives rows with their places, term by term in order.
    fn each_row(
        &self,
        view: &dyn View,
        rows: &[&Row],
        f: &mut dyn FnMut(&Row, Block<'_>),
    ) -> Result<(), StoreError> {
        for rows in rows.chunk_by(|a, b| a.term == b.term) {
            let (Some(first), Some(last)) = (rows.first(), rows.last()) else { continue };
            let term = self.term(first);
            let of_term = self.rows.get(first.number as usize..=last.number as usize).map_or(0, <[Row]>::len);
            let mut rows = rows.iter().peekable();
            let mut give = |row: &Row, places: Option<&[u8]>| {
                let block = self.block(row).map(|b| places.map_or(b, |p| b.with(p)));
                block.into_iter().for_each(|b| f(row, b));
            };
            // To find a row costs as much as some four that lie side by side.
            if rows.len() * 4 < of_term {
                for row in rows {
                    let places = match row.apart {
                        true => view.get(Table::PostPlace, &key(term, row.first))?,
                        false => None,
                    };
                    give(row, places.as_deref());
                }
                continue;
            }
            while let Some(row) = rows.next_if(|r| !r.apart) {
                give(row, None);
            }
            let Some(from) = rows.peek() else { continue };
            let range = Range::between(key(term, from.first), key(term, last.first.saturating_add(1)));
            view.scan(Table::PostPlace, &range, Scan::Forward, &mut |key, places| {
                let Some((_, at)) = of_key(key) else { return true };
                // Those between have their own.
                while let Some(row) = rows.next_if(|r| r.first < at) {
                    give(row, None);
                }
                if let Some(row) = rows.next_if(|r| r.first == at) {
                    give(row, Some(places));
                }
                true
            })?;
            rows.for_each(|row| give(row, None));
        }
        Ok(())
    }

    /// Gives each text with its weight, and whether the term is the one that was asked for and not just one like it. A text
    /// comes once for each of its terms.
    pub fn each(&self, mut f: impl FnMut(u32, Weight, bool)) {
        for row in &self.rows {
            if let Some(block) = self.block(row) {
                block.each(|text, weight| f(text, weight, row.whole));
            }
        }
    }

    /// The texts, in order, each once.
    pub fn texts(&self) -> Vec<u32> {
        let mut out = Vec::with_capacity(self.count);
        self.each(|text, _, _| out.push(text));
        if self.rows.windows(2).any(|w| matches!(w, [a, b] if a.last >= b.first)) {
            out.sort_unstable();
            out.dedup();
        }
        out
    }
}
