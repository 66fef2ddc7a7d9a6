//! The postings of one look, asked for one text after the other: blocks are read as they are needed.

use std::collections::HashMap;

use super::{
    block::{Block, Weight, read_places},
    find::{Postings, Row},
    state::State,
};
use crate::store::{StoreError, View};

/// How soon more of the same says nothing more.
const K1: f32 = 1.2;
/// How much a long text counts for less.
const B: f32 = 0.75;
/// What a term that only begins like the asked one, or holds it, counts beside the term itself.
const ALIKE: f32 = 0.5;

/// What a posting adds to the score of its text, worked out for every weight beforehand.
#[derive(Debug)]
pub struct Gains([f32; 256]);

impl Gains {
    /// In a store of so many texts, for a look that found so many.
    pub fn of(state: &State, postings: &Postings) -> Gains {
        let texts = state.texts as f32;
        let with = (postings.count as f32).min(texts);
        let rare = (1.0 + (texts - with + 0.5) / (with + 0.5)).ln();
        let average = state.average();
        let mut gains = [0.0; 256];
        for (weight, gain) in (0u8..=255).map(Weight).zip(&mut gains) {
            let long = 1.0 - B + B * weight.length() / average;
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

/// A text, and a place in it.
pub type At = (u32, u32);

/// A text with what it gains, and where its posting stands: which row, and the how-manieth there.
#[derive(Debug, Clone, Copy)]
struct Held {
    text: u32,
    gain: f32,
    row: u32,
    at: u8,
}

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
    /// What every text gains, once so many were asked for that it pays.
    dense: Option<Vec<f32>>,
    asked: usize,
    /// Rows whose places were read.
    placed: HashMap<u32, Placed>,
}

/// The places in the texts of a row, one behind the other, and where those of each end.
#[derive(Debug, Default)]
struct Placed {
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

impl Placed {
    fn of(&self, at: usize) -> Option<&[u8]> {
        let from = at.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or_default();
        self.bytes.get(from..*self.ends.get(at)?)
    }
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
            asked: 0,
            placed: HashMap::new(),
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

    /// What a text gains; `None` where it is not among them.
    pub fn gain(&mut self, text: u32) -> Option<f32> {
        // One text asked for costs some sixteen times what it costs to read a posting, for every long term.
        self.asked += 16 * (self.long.len() + 1);
        if self.dense.is_some() || self.asked > self.postings.count {
            return self.dense().get(text as usize).copied().filter(|g| *g >= 0.0);
        }
        let mut best: Option<f32> = None;
        self.postings_of(text, |held| best = Some(best.map_or(held.gain, |b| b.max(held.gain))));
        best
    }

    /// Gives every text, in order, with what it gains.
    pub fn all(&mut self, f: &mut dyn FnMut(u32, f32)) {
        if self.postings.count > self.postings.last() as usize / 16 {
            let dense = (0u32..).zip(self.dense());
            return dense.filter(|(_, g)| **g >= 0.0).for_each(|(text, gain)| f(text, *gain));
        }
        let mut all = Vec::with_capacity(self.postings.count);
        self.rows().iter().for_each(|row| self.each(row, |text, gain| all.push((text, gain))));
        all.sort_unstable_by(|a, b| a.0.cmp(&b.0).then(b.1.total_cmp(&a.1)));
        all.dedup_by_key(|p| p.0);
        all.into_iter().for_each(|(text, gain)| f(text, gain));
    }

    /// What every text gains, by its number; less than nothing where it is not among them.
    fn dense(&mut self) -> &[f32] {
        self.dense.get_or_insert_with(|| {
            let mut all = vec![-1f32; self.postings.last() as usize + 1];
            for row in &self.postings.rows {
                let gains = self.gains.all(row.whole);
                let Some(block) = self.postings.block(row) else { continue };
                block.each(|text, weight| {
                    let gain = gains.get(usize::from(weight.0)).copied().unwrap_or_default();
                    if let Some(g) = all.get_mut(text as usize).filter(|g| **g < gain) {
                        *g = gain;
                    }
                });
            }
            all
        })
    }

    /// Gives the postings of a text.
    fn postings_of(&mut self, text: u32, mut f: impl FnMut(Held)) {
        let rows = self.rows();
        for i in 0..self.long.len() {
            let Some(&(from, to)) = self.long.get(i) else { continue };
            let of_term = rows.get(from..to).unwrap_or_default();
            let at = (from + of_term.partition_point(|r| r.first <= text)).saturating_sub(1);
            if rows.get(at).is_some_and(|r| r.first <= text && text <= r.last) {
                let some = self.in_row(at);
                let found = some.binary_search_by_key(&text, |h| h.text).ok();
                found.and_then(|n| some.get(n)).copied().into_iter().for_each(&mut f);
            }
        }
        let short = self.short();
        let from = short.partition_point(|h| h.text < text);
        short.get(from..).unwrap_or_default().iter().take_while(|h| h.text == text).for_each(|h| f(*h));
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
                hold(self.postings, &self.gains, row, at, &mut self.held);
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
            let mut at = 0;
            for term in self.postings.rows.chunk_by(|a, b| a.term == b.term) {
                if let [row] = term {
                    hold(self.postings, &self.gains, row, at, &mut out);
                }
                at += term.len();
            }
            out.sort_unstable_by_key(|h| h.text);
            out
        })
    }

    /// The places at which the look stands in a text, in order; `false` where it may stand anywhere.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn places(&mut self, view: &dyn View, text: u32, out: &mut Vec<u32>) -> Result<bool, StoreError> {
        out.clear();
        let mut found: Vec<(u32, u8)> = Vec::new();
        self.postings_of(text, |held| found.push((held.row, held.at)));
        for (number, at) in &found {
            let Some(row) = self.postings.rows.get(*number as usize) else { continue };
            if !self.placed.contains_key(number) {
                let bytes = self.postings.whole_row(view, row)?;
                let mut all = Placed::default();
                for places in Block::parse(row.first, &bytes).iter().flat_map(Block::places) {
                    all.bytes.extend_from_slice(places);
                    all.ends.push(all.bytes.len());
                }
                self.placed.insert(*number, all);
            }
            let places = self.placed.get(number).and_then(|p| p.of(usize::from(*at))).unwrap_or_default();
            if places.is_empty() {
                return Ok(false);
            }
            out.extend(read_places(places));
        }
        if found.len() > 1 {
            out.sort_unstable();
        }
        Ok(true)
    }

    /// The places at which the look stands in some texts, each with the number of its text, in order; and those texts in
    /// which it may stand anywhere. `wanted` has a bit for each text.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn places_in(&self, view: &dyn View, wanted: &Bits) -> Result<(Vec<At>, Vec<u32>), StoreError> {
        let (mut out, mut anywhere) = (Vec::new(), Vec::new());
        let mut last = 0;
        let mut ordered = true;
        for row in self.rows() {
            let mut any = false;
            self.each(row, |text, _| any |= wanted.has(text));
            if !any {
                continue;
            }
            ordered &= row.first >= last;
            last = row.last;
            let bytes = self.postings.whole_row(view, row)?;
            if let Some(block) = Block::parse(row.first, &bytes) {
                block.whole(|p| match wanted.has(p.text) {
                    true if p.places.is_empty() => anywhere.push(p.text),
                    true => out.extend(read_places(p.places).map(|place| (p.text, place))),
                    false => {}
                });
            }
        }
        if !ordered {
            out.sort_unstable();
        }
        anywhere.sort_unstable();
        Ok((out, anywhere))
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

fn hold(postings: &Postings, gains: &Gains, row: &Row, number: usize, out: &mut Vec<Held>) {
    let mut at = 0u8;
    if let Some(block) = postings.block(row) {
        block.each(|text, weight| {
            out.push(Held { text, gain: gains.gain(weight, row.whole), row: number as u32, at });
            at = at.saturating_add(1);
        });
    }
}
