//! Blanks: erased where that is shorter than printing them.

use ratatui::buffer::Cell;

use super::{
    ByteBackend,
    glyph::{Glyph, Trust},
    pen::Pen,
    place,
    shown::{Item, columns},
};

/// From this many blanks within a text on, a jump over them is shorter.
const JUMPED: usize = 6;

impl ByteBackend {
    /// The pen of a cell that can be erased instead of printed.
    fn erased_by(&self, cell: &Cell) -> Option<Pen> {
        if cell.symbol() != " " {
            return None;
        }
        let pen = Pen::of(cell, self.colours);
        (pen.erases() && (self.paints || pen.bg == Pen::default().bg)).then_some(pen)
    }

    /// How many cells from the first on are background of one colour in a row, and the pen that erases them.
    pub(super) fn blanks(&self, cells: &[Item]) -> Option<(u16, Pen)> {
        let (x, y, first) = cells.first()?;
        let pen = self.erased_by(first)?;
        let run = (*x..).zip(cells).take_while(|(column, (cx, cy, cell))| {
            cx == column && cy == y && self.erased_by(cell).is_some_and(|p| p.bg == pen.bg)
        });
        Some((u16::try_from(run.count()).unwrap_or(u16::MAX), pen))
    }

    /// Where a row is redrawn for the most part, it is erased in one go, and only its text is printed: draws the blanks of
    /// the cells at the front that way, where that is shorter, and takes them out; how many cells it was about.
    pub(super) fn erase_first(&mut self, cells: &[Item]) -> (Vec<Item>, usize) {
        let Some((x, y)) = cells.first().map(|(x, y, _)| (*x, *y)) else { return (Vec::new(), 0) };
        let mut end = x;
        let row = cells.iter().take_while(|(cx, cy, cell)| {
            let next = *cy == y && *cx == end;
            end += if next { columns(cell) } else { 0 };
            next
        });
        let row = cells.get(..row.count()).unwrap_or(&[]);
        // The runs of blanks in it, by colour: the colour that saves most is what the row is erased in.
        let (mut runs, mut at) = (Vec::new(), 0);
        while let Some(rest) = row.get(at..).filter(|rest| !rest.is_empty()) {
            let Some((blanks, pen)) = self.blanks(rest) else {
                at += 1;
                continue;
            };
            let blanks = usize::from(blanks);
            let last = at + blanks == row.len();
            // Printed or erased by itself, against jumped over.
            let alone = blanks.min(if last { 7 } else { 11 });
            let jump = if last { 0 } else { blanks.min(JUMPED) };
            runs.push((at, blanks, pen, alone - jump));
            at += blanks;
        }
        let saved = |bg| runs.iter().filter(|run| run.2.bg == bg).map(|run| run.3).sum::<usize>();
        let Some(pen) = runs.iter().map(|run| run.2).max_by_key(|pen| saved(pen.bg)) else {
            return (row.to_vec(), row.len());
        };
        if runs.len() < 2 || saved(pen.bg) < 10 {
            return (row.to_vec(), row.len());
        }
        self.place.go(x, y, Trust::Sure, &mut self.out);
        self.set_pen_for_blank(pen);
        place::csi(&[end - x], b'X', &mut self.out);
        self.repair(x, end, y, cells.get(row.len()..).unwrap_or(&[]));
        (x..end).for_each(|column| self.shown.set(column, y, Cell::EMPTY));
        let gone = |at: usize| {
            let run = runs.iter().find(|run| (run.0..run.0 + run.1).contains(&at));
            run.is_some_and(|run| run.2.bg == pen.bg && (run.1 >= JUMPED || run.0 + run.1 == row.len()))
        };
        let mut left = Vec::with_capacity(row.len());
        for (at, item) in row.iter().enumerate() {
            if gone(at) {
                self.shown.set(item.0, item.1, item.2.clone());
            } else {
                left.push(item.clone());
            }
        }
        (left, row.len())
    }

    /// Erases `blanks` cells by a sequence where that is shorter than printing them; false when it is not. `rest`
    /// is what is drawn after them.
    pub(super) fn erase(&mut self, (x, y): (u16, u16), (blanks, pen): (u16, Pen), rest: &[Item]) -> bool {
        let more_follows = rest.first().is_some_and(|(cx, cy, _)| *cy == y && *cx == x + blanks);
        let to_edge = x + blanks >= self.size.width;
        let worth = match (to_edge, more_follows) {
            (true, _) => 4,
            (false, false) => 7,
            (false, true) => 11,
        };
        if blanks < worth {
            return false;
        }
        self.place.go(x, y, Trust::Sure, &mut self.out);
        self.set_pen_for_blank(pen);
        if to_edge {
            self.out.extend(b"\x1b[K");
        } else {
            place::csi(&[blanks], b'X', &mut self.out);
        }
        self.repair(x, x + blanks, y, rest);
        true
    }

    /// Blanks what sticks out of the wide clusters that a glyph at `x..end` has broken: ratatui takes those cells
    /// for blank already and, unless it draws them anyway, does not send them.
    pub(super) fn repair(&mut self, x: u16, end: u16, y: u16, rest: &[Item]) {
        for column in x..end {
            let Some(old) = self.shown.get(column, y).filter(|old| columns(old) > 1) else { continue };
            let (old_end, pen) = (column + columns(old), Pen::of(old, self.colours));
            for left in end..old_end.min(self.size.width) {
                let mut soon = rest.iter().take_while(|(cx, cy, _)| *cy == y && *cx <= left);
                if !soon.any(|(cx, _, _)| *cx == left) {
                    self.put(left, y, &Glyph::blank(1), pen);
                }
            }
        }
    }
}
