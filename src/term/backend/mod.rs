//! Our own ratatui backend: a session's frame as bytes.
//!
//! Touches no device: the size comes from the link, colours are brought down for this session alone, cells are
//! cleaned once more. A frame is one `Vec<u8>` for one write, wrapped in synchronized output, and empty when
//! nothing changed.

mod blank;
mod colour;
mod glyph;
#[cfg(test)]
mod hostile;
mod pen;
mod place;
mod scroll;
mod shown;
#[cfg(test)]
mod tests;

use std::convert::Infallible;

use ratatui::{
    backend::{Backend, ClearType, WindowSize},
    buffer::{Buffer, Cell, CellWidth},
    layout::{Position, Size},
    style::Style,
};

use super::caps::{Capabilities, Colours};
use glyph::{Glyph, Trust};
use pen::Pen;
use place::Place;
use shown::{Item, Shown};

/// The largest screen drawn, whatever a link claims.
pub const LARGEST: Size = Size::new(500, 200);
/// Below this many bytes a frame arrives in one piece anyway: it fits a packet, and a terminal's one read.
const WRAP_FROM: usize = 512;

/// Collects what changes on a session's screen.
#[derive(Debug)]
pub struct ByteBackend {
    size: Size,
    colours: Colours,
    synchronized: bool,
    utf8: bool,
    /// Erased cells take the pen's background.
    paints: bool,
    out: Vec<u8>,
    /// Attributes in force at the terminal; `None` when not known.
    pen: Option<Pen>,
    place: Place,
    shown: Shown,
    cursor: Cursor,
}

#[derive(Clone, Copy, Debug, Default)]
struct Cursor {
    at: Position,
    visible: bool,
    /// What the terminal was last told; `None` when not known.
    told: Option<bool>,
}

impl ByteBackend {
    /// A backend for a screen of `size` (clamped to 1×1 … 500×200) of which nothing is known.
    pub fn new(size: Size, caps: Capabilities) -> Self {
        let mut backend = ByteBackend {
            size: Size::ZERO,
            colours: caps.colours,
            synchronized: caps.synchronized,
            utf8: caps.utf8,
            paints: caps.erases_in_colour,
            out: Vec::new(),
            pen: None,
            place: Place::default(),
            shown: Shown::default(),
            cursor: Cursor::default(),
        };
        backend.resize(size);
        backend
    }

    /// The link's new size, clamped. ratatui sees it at its next draw and clears.
    pub fn resize(&mut self, size: Size) {
        self.size = Size::new(size.width.clamp(1, LARGEST.width), size.height.clamp(1, LARGEST.height));
        self.shown = Shown::cleared(self.size);
        self.place = Place::default();
    }

    /// Takes over what was learnt of the terminal.
    pub fn set_capabilities(&mut self, caps: Capabilities) {
        self.colours = caps.colours;
        self.synchronized = caps.synchronized;
        self.utf8 = caps.utf8;
        self.paints = caps.erases_in_colour;
    }

    /// The terminal was someone else's for a while: nothing known of it is valid. Clear and draw next.
    pub fn forget(&mut self) {
        self.pen = None;
        self.place = Place::default();
        self.cursor.told = None;
    }

    /// The bytes since the last frame, for one write; empty when nothing changed.
    pub fn take_frame(&mut self) -> Vec<u8> {
        let drawn = self.out.len();
        if self.cursor.visible {
            self.place.go(self.cursor.at.x, self.cursor.at.y, Trust::Sure, &mut self.out);
        }
        if self.cursor.told != Some(self.cursor.visible) {
            self.out.extend(if self.cursor.visible { b"\x1b[?25h" } else { b"\x1b[?25l" });
            self.cursor.told = Some(self.cursor.visible);
        }
        let body = std::mem::take(&mut self.out);
        let (before, after): (&[u8], &[u8]) = if body.len() < WRAP_FROM || drawn == 0 {
            return body;
        } else if self.synchronized {
            (b"\x1b[?2026h", b"\x1b[?2026l")
        } else if self.cursor.visible {
            (b"\x1b[?25l", b"\x1b[?25h") // else it would be seen running about
        } else {
            return body;
        };
        [before, &body, after].concat()
    }

    fn set_pen(&mut self, pen: Pen) {
        pen.change(self.pen, &mut self.out);
        self.pen = Some(pen);
    }

    fn set_pen_for_blank(&mut self, pen: Pen) {
        self.set_pen(pen.for_blank(self.pen));
    }

    fn put(&mut self, x: u16, y: u16, glyph: &Glyph<'_>, pen: Pen) {
        self.place.go(x, y, glyph.trust, &mut self.out);
        if glyph.is_blank() {
            self.set_pen_for_blank(pen);
        } else {
            self.set_pen(pen);
        }
        self.out.extend(glyph.text.as_bytes());
        self.place.printed(glyph.width, self.size.width, glyph.trust);
    }

    /// Prints cells; `later` is what is drawn after them.
    fn print(&mut self, cells: &[Item], later: &[Item], covered: &mut (u16, u16)) {
        let mut rest = cells;
        while let Some((item, tail)) = rest.split_first() {
            let (x, y) = (item.0, item.1);
            if covered.1 == y && x < covered.0 {
                rest = tail;
                continue;
            }
            if let Some((blanks, pen)) = self.blanks(rest) {
                let (run, after) = rest.split_at_checked(usize::from(blanks)).unwrap_or((rest, &[]));
                let next = if after.is_empty() { later } else { after };
                if self.erase((x, y), (blanks, pen), next) {
                    run.iter().for_each(|(x, y, cell)| self.shown.set(*x, *y, cell.clone()));
                    rest = after;
                    continue;
                }
            }
            let next = if tail.is_empty() { later } else { tail };
            *covered = (self.cell(item, next), y);
            rest = tail;
        }
    }

    /// Prints a cell; `rest` is what is drawn after it.
    fn cell(&mut self, (x, y, cell): &Item, rest: &[Item]) -> u16 {
        let (x, y) = (*x, *y);
        let pen = Pen::of(cell, self.colours);
        let mut glyph = Glyph::of(cell);
        if !self.utf8 {
            glyph = glyph.ascii();
        }
        if x.saturating_add(glyph.width) > self.size.width {
            glyph = Glyph::blank(self.size.width - x); // half a glyph at the edge would wrap
        }
        if !glyph.is_exact() {
            // Where the terminal gives it fewer columns, what was there would stay.
            self.set_pen(pen);
            self.put(x, y, &Glyph::blank(glyph.width), pen);
        }
        self.put(x, y, &glyph, pen);
        let end = x + glyph.width;
        self.repair(x, end, y, rest);
        self.shown.set(x, y, cell.clone());
        end
    }

    fn clear_all(&mut self) {
        self.set_pen_for_blank(Pen::default());
        self.out.extend(b"\x1b[2J");
        self.shown = Shown::cleared(self.size);
    }
}

/// To be called on each frame when all is drawn: the cells a wide cluster covers take its style. So they look on
/// every terminal, and so the backend knows what they were once the cluster is gone. A cluster that something was
/// drawn into, as the edge of a window, is not printed: it would cover that.
pub fn finish(buffer: &mut Buffer) {
    let columns = usize::from(buffer.area.width).max(1);
    for row in buffer.content.chunks_mut(columns) {
        let mut cells = row.iter_mut();
        while let Some(cell) = cells.next() {
            let symbol = cell.symbol();
            let covered = if symbol.len() < 2 { 0 } else { symbol.cell_width().saturating_sub(1) };
            if covered == 0 {
                continue;
            }
            let under = cells.as_slice().iter().take(usize::from(covered));
            if under.clone().any(|cell| cell.symbol() != " ") {
                cell.set_symbol(" ");
                continue;
            }
            let style = cell.style();
            cells.by_ref().take(usize::from(covered)).for_each(|cell| {
                cell.set_style(Style::reset()).set_style(style);
            });
        }
    }
}

impl Backend for ByteBackend {
    type Error = Infallible;

    fn draw<'a, I>(&mut self, content: I) -> Result<(), Infallible>
    where
        I: Iterator<Item = (u16, u16, &'a Cell)>,
    {
        let Size { width, height } = self.size;
        let inside = content.filter(|(x, y, _)| *x < width && *y < height);
        let mut cells: Vec<Item> = inside.map(|(x, y, cell)| (x, y, cell.clone())).collect();
        if let Some((scroll, left)) = self.shown.scrolled(&cells) {
            self.set_pen_for_blank(Pen::default()); // rows come in with its background
            scroll.write(&mut self.out);
            self.place = Place::at(0, 0);
            cells = left;
        }
        let cells = self.shown.with_neighbours(cells);
        let mut rest = cells.as_slice();
        // Where the last glyph ended: cells it covers are not drawn over.
        let mut covered = (0, u16::MAX);
        while let Some(((x, y, _), tail)) = rest.split_first() {
            if covered.1 == *y && *x < covered.0 {
                rest = tail;
                continue;
            }
            let (row, taken) = self.erase_first(rest);
            let (_, after) = rest.split_at_checked(taken).unwrap_or((rest, &[]));
            self.print(&row, after, &mut covered);
            rest = after;
        }
        Ok(())
    }

    fn append_lines(&mut self, lines: u16) -> Result<(), Infallible> {
        self.place.go(0, self.size.height - 1, Trust::Sure, &mut self.out);
        self.out.extend(std::iter::repeat_n(b'\n', usize::from(lines)));
        self.shown = Shown::cleared(self.size);
        Ok(())
    }

    fn hide_cursor(&mut self) -> Result<(), Infallible> {
        self.cursor.visible = false;
        Ok(())
    }

    fn show_cursor(&mut self) -> Result<(), Infallible> {
        self.cursor.visible = true;
        Ok(())
    }

    fn get_cursor_position(&mut self) -> Result<Position, Infallible> {
        Ok(self.cursor.at)
    }

    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> Result<(), Infallible> {
        let Position { x, y } = position.into();
        self.cursor.at = Position::new(x.min(self.size.width - 1), y.min(self.size.height - 1));
        Ok(())
    }

    fn clear(&mut self) -> Result<(), Infallible> {
        self.clear_all();
        Ok(())
    }

    fn clear_region(&mut self, region: ClearType) -> Result<(), Infallible> {
        let sequence: &[u8] = match region {
            ClearType::All => {
                self.clear_all();
                return Ok(());
            }
            ClearType::AfterCursor => b"\x1b[J",
            ClearType::BeforeCursor => b"\x1b[1J",
            ClearType::CurrentLine => b"\x1b[2K",
            ClearType::UntilNewLine => b"\x1b[K",
        };
        self.place.go(self.cursor.at.x, self.cursor.at.y, Trust::Sure, &mut self.out);
        self.set_pen_for_blank(Pen::default());
        self.out.extend(sequence);
        Ok(())
    }

    fn size(&self) -> Result<Size, Infallible> {
        Ok(self.size)
    }

    fn window_size(&mut self) -> Result<WindowSize, Infallible> {
        Ok(WindowSize { columns_rows: self.size, pixels: Size::ZERO })
    }

    fn flush(&mut self) -> Result<(), Infallible> {
        Ok(())
    }
}
