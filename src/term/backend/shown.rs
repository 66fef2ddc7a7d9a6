//! What the terminal shows, cell by cell, as far as it was told.

use ratatui::{
    buffer::{Cell, CellWidth},
    layout::Size,
    style::Style,
};

use super::{
    glyph::Glyph,
    scroll::{self, Scroll},
};

/// A cell that is to be drawn, and where.
pub(super) type Item = (u16, u16, Cell);

/// Fewer changed cells than this are sent faster than the rows are compared.
const MANY: usize = 48;

/// The cells of a screen, row by row.
#[derive(Debug, Default)]
pub(super) struct Shown {
    size: Size,
    cells: Vec<Cell>,
}

impl Shown {
    /// A cleared screen.
    pub fn cleared(size: Size) -> Self {
        let cells = usize::from(size.width) * usize::from(size.height);
        Shown { size, cells: vec![Cell::EMPTY; cells] }
    }

    fn place(&self, x: u16, y: u16) -> usize {
        usize::from(y) * usize::from(self.size.width) + usize::from(x)
    }

    /// The cell at a place.
    pub fn get(&self, x: u16, y: u16) -> Option<&Cell> {
        self.cells.get(self.place(x, y)).filter(|_| x < self.size.width)
    }

    /// A cell was drawn; those that its cluster covers are blank in its style.
    pub fn set(&mut self, x: u16, y: u16, cell: Cell) {
        let width = columns(&cell).min(self.size.width.saturating_sub(x));
        let mut under = Cell::EMPTY;
        under.set_style(Style::reset()).set_style(cell.style());
        let start = self.place(x, y);
        if let Some([first, covered @ ..]) = self.cells.get_mut(start..start + usize::from(width)) {
            *first = cell;
            covered.fill(under);
        }
    }

    /// The scroll that brings the screen nearest to what it becomes by `items`, and what is left to draw after it; `None` where
    /// none is worth it.
    pub fn scrolled(&mut self, items: &[Item]) -> Option<(Scroll, Vec<Item>)> {
        if items.len() < MANY {
            return None;
        }
        let mut wanted = Shown { size: self.size, cells: self.cells.clone() };
        items.iter().for_each(|(x, y, cell)| wanted.set(*x, *y, cell.clone()));
        let scroll = scroll::find(&self.cells, &wanted.cells, self.size)?;
        let row = usize::from(self.size.width);
        let rows = self.place(0, scroll.top)..self.place(0, scroll.bottom + 1);
        let region = self.cells.get_mut(rows)?;
        let by = usize::from(scroll.by) * row;
        if scroll.up {
            region.rotate_left(by);
            region.iter_mut().rev().take(by).for_each(|cell| *cell = Cell::EMPTY);
        } else {
            region.rotate_right(by);
            region.iter_mut().take(by).for_each(|cell| *cell = Cell::EMPTY);
        }
        Some((scroll, self.changes(&wanted)))
    }

    /// What is to be drawn to turn this screen into the other.
    fn changes(&self, wanted: &Shown) -> Vec<Item> {
        let mut changes = Vec::new();
        for y in 0..self.size.height {
            let mut x = 0;
            while let (Some(old), Some(new)) = (self.get(x, y), wanted.get(x, y)) {
                if old != new {
                    changes.push((x, y, new.clone()));
                }
                x += columns(new);
            }
        }
        changes
    }

    /// The items, and behind each cluster that the terminal may draw wider than we think what belongs there: it is drawn after
    /// the cluster, over whatever reached there.
    pub fn with_neighbours(&self, items: Vec<Item>) -> Vec<Item> {
        if items.iter().all(|(_, _, cell)| Glyph::of(cell).is_exact()) {
            return items;
        }
        let mut all: Vec<Item> = Vec::with_capacity(items.len() + 16);
        // How far the current row is drawn, and up to where something may have reached.
        let (mut row, mut done, mut reach) = (u16::MAX, 0, 0);
        for item in items {
            let (x, y) = (item.0, item.1);
            if row != y {
                self.redraw(row, (done, self.size.width), &mut reach, &mut all);
                (row, done, reach) = (y, 0, 0);
            }
            done = self.redraw(row, (done, x), &mut reach, &mut all);
            done = self.add(item, &mut reach, &mut all).max(done);
        }
        self.redraw(row, (done, self.size.width), &mut reach, &mut all);
        all
    }

    /// Adds what is shown from a column on, as far as something reaches but not over the other column; where it ends.
    fn redraw(&self, y: u16, (mut at, end): (u16, u16), reach: &mut u16, all: &mut Vec<Item>) -> u16 {
        while at < end.min(*reach)
            && let Some(cell) = self.get(at, y)
        {
            at = self.add((at, y, cell.clone()), reach, all);
        }
        at
    }

    /// Adds one item; where it ends. `reach` grows to where it may reach.
    fn add(&self, item: Item, reach: &mut u16, all: &mut Vec<Item>) -> u16 {
        let (x, _, cell) = &item;
        let (x, glyph) = (*x, Glyph::of(cell));
        let end = x + glyph.width.max(1);
        *reach = (*reach).max((x + glyph.reach).min(self.size.width));
        drop(glyph);
        all.push(item);
        end
    }
}

/// The columns that the screen's buffer gives a cell.
pub(super) fn columns(cell: &Cell) -> u16 {
    let symbol = cell.symbol();
    if symbol.len() < 2 { 1 } else { symbol.cell_width().max(1) }
}
