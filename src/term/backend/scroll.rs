//! Which rows of the screen have only moved: moved by the terminal, they need not be sent again.

use std::hash::{Hash, Hasher};

use ratatui::{buffer::Cell, layout::Size};

use super::place::csi;

/// What a scroll must save at least, in bytes: it costs some twenty itself.
const WORTH: i64 = 60;
/// Bytes that it takes to begin drawing somewhere else.
const JUMP: i64 = 6;
/// Rows by which a screen is scrolled at most.
const FARTHEST: u16 = 24;

/// Rows `top..=bottom` move by this many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Scroll {
    pub top: u16,
    pub bottom: u16,
    pub up: bool,
    pub by: u16,
}

impl Scroll {
    /// Appends the sequences: a region (DECSTBM), line feeds at its last row or reverse line feeds at its first, the region
    /// lifted again, which takes the cursor to the first cell.
    pub fn write(&self, out: &mut Vec<u8>) {
        csi(&[self.top + 1, self.bottom + 1], b'r', out);
        let (row, step): (u16, &[u8]) = if self.up { (self.bottom, b"\n") } else { (self.top, b"\x1bM") };
        csi(&[row + 1], b'H', out);
        (0..self.by).for_each(|_| out.extend(step));
        out.extend(b"\x1b[r");
    }
}

/// The scroll that saves most on the way from one screen to the other.
pub(super) fn find(shown: &[Cell], wanted: &[Cell], size: Size) -> Option<Scroll> {
    let (old, new) = (Rows::of(shown, size), Rows::of(wanted, size));
    let blank = vec![key(&Cell::EMPTY); usize::from(size.width)];
    // What drawing each row costs as the screen is, and where the row was blank.
    let as_is: Vec<i64> = (0..size.height).map(|y| cost(old.row(y), new.row(y))).collect();
    let fresh: Vec<i64> = (0..size.height).map(|y| cost(&blank, new.row(y))).collect();
    let mut best = (WORTH, None);
    for by in 1..=FARTHEST.min(size.height.saturating_sub(1)) {
        for up in [true, false] {
            let (saved, scroll) = best_region(&old, &new, (&as_is, &fresh), (by, up));
            if saved > best.0 {
                best = (saved, scroll);
            }
        }
    }
    best.1
}

/// The region that saves most when it moves by this many rows.
fn best_region(
    old: &Rows,
    new: &Rows,
    (as_is, fresh): (&[i64], &[i64]),
    (by, up): (u16, bool),
) -> (i64, Option<Scroll>) {
    let height = old.height;
    let at = |costs: &[i64], y: u16| costs.get(usize::from(y)).copied().unwrap_or(0);
    // Rows that come in blank cost that much more.
    let lost = |from: u16, to: u16| (from..to).map(|y| at(fresh, y) - at(as_is, y)).sum::<i64>();
    let mut best = (0, None);
    // The rows `start..end` are filled from others; `saved` is what that saves.
    let (mut start, mut saved) = (0, 0);
    for y in 0..height - by {
        let (filled, from) = if up { (y, y + by) } else { (y + by, y) };
        if saved <= 0 {
            (start, saved) = (y, 0);
        }
        saved += at(as_is, filled) - cost(old.row(from), new.row(filled));
        let (top, bottom) = (start, y + by);
        let blank = if up { (bottom + 1 - by, bottom + 1) } else { (top, top + by) };
        let net = saved - lost(blank.0, blank.1);
        if net > best.0 {
            best = (net, Some(Scroll { top, bottom, up, by }));
        }
    }
    best
}

/// About what it costs to turn one row into another, in bytes.
fn cost(old: &[u64], new: &[u64]) -> i64 {
    let (mut cost, mut drawing) = (0, false);
    for (old, new) in old.iter().zip(new) {
        let differs = old != new;
        cost += match (differs, drawing) {
            (true, true) => 1,
            (true, false) => 1 + JUMP,
            (false, _) => 0,
        };
        drawing = differs;
    }
    cost
}

/// The cells of a screen as numbers that are equal where they look the same.
struct Rows {
    width: usize,
    height: u16,
    keys: Vec<u64>,
}

impl Rows {
    fn of(cells: &[Cell], size: Size) -> Self {
        Rows { width: size.width.into(), height: size.height, keys: cells.iter().map(key).collect() }
    }

    fn row(&self, y: u16) -> &[u64] {
        let start = usize::from(y) * self.width;
        self.keys.get(start..start + self.width).unwrap_or(&[])
    }
}

fn key(cell: &Cell) -> u64 {
    let mut hasher = Fnv::default();
    cell.symbol().hash(&mut hasher);
    (cell.fg, cell.bg, cell.modifier).hash(&mut hasher);
    hasher.finish()
}

/// FNV-1a: short, and good enough for cells, which are compared once more when they are drawn.
struct Fnv(u64);

impl Default for Fnv {
    fn default() -> Self {
        Fnv(0xcbf2_9ce4_8422_2325)
    }
}

impl Hasher for Fnv {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }

    fn finish(&self) -> u64 {
        self.0
    }
}
