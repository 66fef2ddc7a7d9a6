//! Our own ratatui backend: a session's frame as bytes.
//!
//! Touches no device: the size comes from the link, colours are brought down for this session alone, cells are
//! cleaned once more. A frame is one `Vec<u8>` for one write, wrapped in synchronized output, and empty when
//! nothing changed.

mod colour;
mod glyph;
#[cfg(test)]
mod hostile;
mod pen;
mod place;
#[cfg(test)]
mod tests;

use std::{collections::HashMap, convert::Infallible};

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

/// The largest screen drawn, whatever a link claims.
pub const LARGEST: Size = Size::new(500, 200);
/// Below this many bytes a frame arrives in one piece anyway, and the wrapping would cost more than it.
const WRAP_FROM: usize = 48;

type Item<'c> = (u16, u16, &'c Cell);

/// Collects what changes on a session's screen.
#[derive(Debug)]
pub struct ByteBackend {
    size: Size,
    colours: Colours,
    synchronized: bool,
    utf8: bool,
    out: Vec<u8>,
    /// Attributes in force at the terminal; `None` when not known.
    pen: Option<Pen>,
    place: Place,
    /// The clusters on the screen that take more than one column, by the cell they begin in: their end, their pen.
    wide: HashMap<(u16, u16), (u16, Pen)>,
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
            out: Vec::new(),
            pen: None,
            place: Place::default(),
            wide: HashMap::new(),
            cursor: Cursor::default(),
        };
        backend.resize(size);
        backend
    }

    /// The link's new size, clamped. ratatui sees it at its next draw and clears.
    pub fn resize(&mut self, size: Size) {
        self.size = Size::new(size.width.clamp(1, LARGEST.width), size.height.clamp(1, LARGEST.height));
        self.wide.clear();
        self.place = Place::default();
    }

    /// Takes over what was learnt of the terminal.
    pub fn set_capabilities(&mut self, caps: Capabilities) {
        self.colours = caps.colours;
        self.synchronized = caps.synchronized;
        self.utf8 = caps.utf8;
    }

    /// The terminal was someone else's for a while: nothing known of it holds. Clear and draw next.
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

    /// How many cells from the first on are plain background in a row.
    fn blanks(&self, cells: &[Item<'_>]) -> u16 {
        let Some(&(x, y, _)) = cells.first() else { return 0 };
        let run = (x..).zip(cells).take_while(|(column, (cx, cy, cell))| {
            let pen = || Pen::of(cell, self.colours);
            cx == column
                && *cy == y
                && cell.symbol() == " "
                && pen().erases()
                && pen().bg == Pen::default().bg
        });
        u16::try_from(run.count()).unwrap_or(u16::MAX)
    }

    /// Erases `blanks` cells by a sequence where that is shorter than printing them; false when it is not. `rest`
    /// is what is drawn after them.
    fn erase(&mut self, x: u16, y: u16, blanks: u16, rest: &[Item<'_>]) -> bool {
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
        self.set_pen_for_blank(Pen::default());
        if to_edge {
            self.out.extend(b"\x1b[K");
        } else {
            place::csi(&[blanks], b'X', &mut self.out);
        }
        self.mend(x, x + blanks, y, rest);
        true
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

    /// Prints a cell; `rest` is what is drawn after it.
    fn cell(&mut self, (x, y, cell): Item<'_>, rest: &[Item<'_>]) -> u16 {
        let pen = Pen::of(cell, self.colours);
        let mut glyph = Glyph::of(cell);
        if !self.utf8 {
            glyph = glyph.ascii();
        }
        if x.saturating_add(glyph.width) > self.size.width {
            glyph = Glyph::blank(self.size.width - x); // half a glyph at the edge would wrap
        }
        self.put(x, y, &glyph, pen);
        let end = x + glyph.width;
        self.mend(x, end, y, rest);
        if glyph.width > 1 && !glyph.is_blank() {
            self.wide.insert((x, y), (end, pen));
        }
        end
    }

    /// Blanks what sticks out of the wide clusters that a glyph at `x..end` has broken: ratatui holds those cells
    /// for blank already and, unless it draws them anyway, does not send them.
    fn mend(&mut self, x: u16, end: u16, y: u16, rest: &[Item<'_>]) {
        if self.wide.is_empty() {
            return;
        }
        for column in x..end {
            let Some((old_end, pen)) = self.wide.remove(&(column, y)) else { continue };
            for left in end..old_end.min(self.size.width) {
                let mut soon = rest.iter().take_while(|(cx, cy, _)| *cy == y && *cx <= left);
                if !soon.any(|(cx, _, _)| *cx == left) {
                    self.put(left, y, &Glyph::blank(1), pen);
                }
            }
        }
    }

    fn clear_all(&mut self) {
        self.set_pen_for_blank(Pen::default());
        self.out.extend(b"\x1b[2J");
        self.wide.clear();
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
        let cells: Vec<Item<'a>> = content.filter(|(x, y, _)| *x < width && *y < height).collect();
        let mut rest = cells.as_slice();
        // Where the last glyph ended: cells it covers are not drawn over.
        let mut covered = (0, u16::MAX);
        while let Some((&item, tail)) = rest.split_first() {
            let (x, y, _) = item;
            if covered.1 == y && x < covered.0 {
                rest = tail;
                continue;
            }
            let blanks = self.blanks(rest);
            let (run, after) = rest.split_at_checked(usize::from(blanks)).unwrap_or((rest, &[]));
            if !run.is_empty() && self.erase(x, y, blanks, after) {
                rest = after;
                continue;
            }
            covered = (self.cell(item, tail), y);
            rest = tail;
        }
        Ok(())
    }

    fn append_lines(&mut self, lines: u16) -> Result<(), Infallible> {
        self.place.go(0, self.size.height - 1, Trust::Sure, &mut self.out);
        self.out.extend(std::iter::repeat_n(b'\n', usize::from(lines)));
        self.wide.clear();
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
