//! The postings of one look, asked for one text after the other: blocks are read as they are needed.

use std::sync::Arc;

use super::{
    block::Weight,
    postings::{Postings, Row},
    state::State,
};

/// How quickly repeats stop adding to the score.
const K1: f32 = 1.2;
/// How much a long text counts for less.
const B: f32 = 0.75;
/// What a term that only begins like the asked one, or contains it, counts beside the term itself.
const ALIKE: f32 = 0.5;

/// What a posting adds to the score of its text, worked out for every weight beforehand.
#[derive(Debug)]
pub struct Gains([f32; 256]);

impl Gains {
    /// In a store of this many texts, for a look that found this many.
    pub fn of(state: &State, postings: &Postings) -> Gains {
        let texts = state.texts as f32;
        let with = (postings.count as f32).min(texts);
        let rare = (1.0 + (texts - with + 0.5) / (with + 0.5)).ln();
        let average = state.average();
        let mut gains = [0.0; 256];
        let mut long = [0.0; 16];
        for (class, long) in (0u8..16).map(Weight).zip(&mut long) {
            *long = 1.0 - B + B * class.length() / average;
        }
        for ((weight, gain), long) in (0u8..=255).map(Weight).zip(&mut gains).zip(long.iter().cycle()) {
            *gain = rare * weight.count() * (K1 + 1.0) / (weight.count() + K1 * long);
        }
        Gains(gains)
    }

    /// By the byte of a weight.
    fn all(&self, whole: bool) -> [f32; 256] {
        self.0.map(|gain| if whole { gain } else { gain * ALIKE })
    }

    /// Of one posting.
    pub fn gain(&self, weight: Weight, whole: bool) -> f32 {
        let gain = self.0.get(usize::from(weight.0)).copied().unwrap_or_default();
        if whole { gain } else { gain * ALIKE }
    }
}

/// What a text gains that is not among them: added to whatever else, it stays out.
pub const ABSENT: f32 = f32::NEG_INFINITY;

/// A text, and what it gains.
type Held = (u32, f32);

/// The postings of a look. What a text gains is what the best of its terms adds: a text with all words that begin so is no
/// better than one with the word itself.
pub struct List<'p> {
    postings: &'p Postings,
    gains: Gains,
    /// The most that a text can gain.
    pub most: f32,
    /// Terms that have several rows: the first of them and the one past the last.
    long: Vec<(usize, usize)>,
    /// All postings of the terms that have but one row, once they are asked for.
    short: Option<Vec<Held>>,
    /// Rows of long terms that were read: the first posting among `held`.
    read: Vec<Option<u32>>,
    held: Vec<Held>,
    /// What every text gains, once this many were asked for that it pays.
    dense: Option<Arc<Vec<f32>>>,
    changes: u64,
    asked: usize,
}

impl<'p> List<'p> {
    /// Of a look's postings.
    pub fn new(state: &State, postings: &'p Postings) -> List<'p> {
        let gains = Gains::of(state, postings);
        let mut long = Vec::new();
        let mut start = 0;
        for term in postings.rows.chunk_by(|a, b| a.term == b.term) {
            if term.len() > 1 {
                long.push((start, start + term.len()));
            }
            start += term.len();
        }
        let mut list = List {
            postings,
            gains,
            most: 0.0,
            long,
            short: None,
            read: Vec::new(),
            held: Vec::new(),
            dense: None,
            changes: state.changes,
            asked: 0,
        };
        list.most = postings.rows.iter().map(|r| list.bound(r)).fold(0.0, f32::max);
        list
    }

    /// How many postings.
    pub fn count(&self) -> usize {
        self.postings.count
    }

    /// The rows.
    pub fn rows(&self) -> &'p [Row] {
        &self.postings.rows
    }

    /// The most that a text of a row can gain by it.
    pub fn bound(&self, row: &Row) -> f32 {
        let peaks = self.postings.block(row).map_or(&[][..], |b| b.peaks);
        peaks.iter().map(|w| self.gains.gain(Weight(*w), row.whole)).fold(0.0, f32::max)
    }

    /// Gives the texts of a row with what they gain by it.
    pub fn each(&self, row: &Row, mut f: impl FnMut(u32, f32)) {
        if let Some(block) = self.postings.block(row) {
            block.each(|text, weight| f(text, self.gains.gain(weight, row.whole)));
        }
    }

    /// What a text gains, which is none behind the last of those that are asked for; `None` where it is not among them.
    pub fn gain(&mut self, text: u32, last: u32) -> Option<f32> {
        // One text asked for costs some sixteen times what it costs to read a posting, for every long term.
        self.asked += 16 * (self.long.len() + 1);
        if self.dense.is_some() || self.asked > self.postings.count {
            return self.dense(last).get(text as usize).copied().filter(|g| *g > ABSENT);
        }
        let mut best: Option<f32> = None;
        self.postings_of(text, |gain| best = Some(best.map_or(gain, |b| b.max(gain))));
        best
    }

    /// Whether it contains so few of the texts up to the last one that they are better gone through one at a time.
    pub fn is_sparse(&self, last: u32) -> bool {
        self.postings.count <= last as usize / 16
    }

    /// Gives every text, in order, with what it gains.
    pub fn all(&self, mut f: impl FnMut(u32, f32)) {
        let mut all = Vec::with_capacity(self.postings.count);
        self.rows().iter().for_each(|row| self.each(row, |text, gain| all.push((text, gain))));
        all.sort_unstable_by(|a, b| a.0.cmp(&b.0).then(b.1.total_cmp(&a.1)));
        all.dedup_by_key(|p| p.0);
        all.into_iter().for_each(|(text, gain)| f(text, gain));
    }

    /// What every text up to the last one gains, by its number; [`ABSENT`] where it is not among them.
    pub fn dense(&mut self, last: u32) -> &[f32] {
        let (postings, gains) = (self.postings, &self.gains);
        let all = self.dense.get_or_insert_with(|| {
            postings.gains(self.changes, || {
                let most =
                    postings.rows.iter().map(|r| r.last).max().unwrap_or_default().max(last) as usize + 1;
                let mut all = vec![ABSENT; most];
                for row in &postings.rows {
                    let gains = gains.all(row.whole);
                    let Some(block) = postings.block(row) else { continue };
                    block.each(|text, weight| {
                        if let (Some(gain), Some(most)) =
                            (gains.get(usize::from(weight.0)), all.get_mut(text as usize))
                            && *most < *gain
                        {
                            *most = *gain;
                        }
                    });
                }
                all
            })
        });
        all.get(..=last as usize).unwrap_or(all)
    }

    /// Gives what the postings of a text gain.
    fn postings_of(&mut self, text: u32, mut f: impl FnMut(f32)) {
        let rows = self.rows();
        for i in 0..self.long.len() {
            let Some(&(from, to)) = self.long.get(i) else { continue };
            let of_term = rows.get(from..to).unwrap_or_default();
            let at = (from + of_term.partition_point(|r| r.first <= text)).saturating_sub(1);
            if rows.get(at).is_some_and(|r| r.first <= text && text <= r.last) {
                let some = self.in_row(at);
                let found = some.binary_search_by_key(&text, |h| h.0).ok();
                found.and_then(|n| some.get(n)).into_iter().for_each(|h| f(h.1));
            }
        }
        let short = self.short();
        let from = short.partition_point(|h| h.0 < text);
        short.get(from..).unwrap_or_default().iter().take_while(|h| h.0 == text).for_each(|h| f(h.1));
    }

    /// The postings of a row of a long term.
    fn in_row(&mut self, at: usize) -> &[Held] {
        let rows = self.rows();
        if self.read.is_empty() {
            self.read.resize(rows.len(), None);
        }
        if self.read.get(at).is_some_and(Option::is_none) {
            let from = self.held.len() as u32;
            if let Some(row) = rows.get(at) {
                collect(self.postings, &self.gains, row, &mut self.held);
            }
            if let Some(read) = self.read.get_mut(at) {
                *read = Some(from);
            }
        }
        let count = rows.get(at).and_then(|r| self.postings.block(r)).map_or(0, |b| b.count);
        let from = self.read.get(at).copied().flatten().unwrap_or_default() as usize;
        self.held.get(from..from + count).unwrap_or_default()
    }

    fn short(&mut self) -> &[Held] {
        self.short.get_or_insert_with(|| {
            let mut out = Vec::new();
            for term in self.postings.rows.chunk_by(|a, b| a.term == b.term) {
                if let [row] = term {
                    collect(self.postings, &self.gains, row, &mut out);
                }
            }
            out.sort_unstable_by_key(|h| h.0);
            out
        })
    }

    /// Its postings, as they were found.
    pub fn postings(&self) -> &'p Postings {
        self.postings
    }
}

/// A bit for each text.
#[derive(Debug, Default)]
pub struct Bits(Vec<u64>);

impl Bits {
    /// For texts up to this one.
    pub fn up_to(last: u32) -> Bits {
        Bits(vec![0; last as usize / 64 + 1])
    }

    /// Whether a text is in.
    pub fn has(&self, text: u32) -> bool {
        self.0.get(text as usize / 64).is_some_and(|bits| bits & (1 << (text % 64)) != 0)
    }

    /// Takes a text in; `false` where it was in before, or is past the last.
    pub fn take(&mut self, text: u32) -> bool {
        let Some(bits) = self.0.get_mut(text as usize / 64) else { return false };
        let bit = 1 << (text % 64);
        let new = *bits & bit == 0;
        *bits |= bit;
        new
    }
}

fn collect(postings: &Postings, gains: &Gains, row: &Row, out: &mut Vec<Held>) {
    if let Some(block) = postings.block(row) {
        block.each(|text, weight| out.push((text, gains.gain(weight, row.whole))));
    }
}
