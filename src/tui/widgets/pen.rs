//! Draws one row, cell by cell, from the left. It takes safe text alone, cuts it with `…`, and never leaves its row.

use ratatui::{buffer::Buffer, layout::Rect, style::Style};

use crate::{
    model::steps,
    term::safe::Safe,
    tui::{
        look::{Appearance, Ink},
        pages::Line,
    },
};

/// A pen over a row.
pub struct Pen<'a> {
    buf: &'a mut Buffer,
    look: &'a Appearance,
    y: u16,
    x: u16,
    end: u16,
    /// Laid over every style: the selection.
    over: Style,
}

impl<'a> Pen<'a> {
    /// A pen at the beginning of a row of an area; nothing is drawn outside of the buffer.
    pub fn new(buf: &'a mut Buffer, look: &'a Appearance, area: Rect, row: u16) -> Pen<'a> {
        steps::count(1);
        let area = area.intersection(buf.area);
        let y = area.y.saturating_add(row);
        let end = if row < area.height { area.right() } else { area.x };
        Pen { buf, look, y, x: area.x, end, over: Style::new() }
    }

    /// Lays a style over the whole row and what is drawn on it.
    #[must_use]
    pub fn over(mut self, style: Style) -> Pen<'a> {
        self.over = style;
        let area = Rect::new(self.x, self.y, self.end.saturating_sub(self.x), 1);
        if area.width > 0 {
            self.buf.set_style(area, style);
        }
        self
    }

    /// The look.
    #[must_use]
    pub fn look(&self) -> &'a Appearance {
        self.look
    }

    /// Columns left.
    #[must_use]
    pub fn room(&self) -> usize {
        usize::from(self.end.saturating_sub(self.x))
    }

    /// What stood there before shows through nowhere.
    fn ink(&self, style: Style) -> Style {
        Style::reset().patch(style).patch(self.over)
    }

    fn put(&mut self, text: &Safe<'_>, style: Style) {
        if self.room() > 0 {
            let style = self.ink(style);
            let (x, _) = self.buf.set_stringn(self.x, self.y, text.as_str(), self.room(), style);
            self.x = x;
        }
    }

    /// Text in full, cut at the end of the row.
    pub fn text(&mut self, ink: Ink, text: Safe<'_>) -> &mut Self {
        let text = text.truncate_with(self.room(), self.look.cut());
        self.put(&text, self.look.style(ink));
        self
    }

    /// Text in a style of the theme that is no ink.
    pub fn styled(&mut self, style: Style, text: Safe<'_>) -> &mut Self {
        let text = text.truncate_with(self.room(), self.look.cut());
        self.put(&text, style);
        self
    }

    /// A column: exactly so wide, cut or followed by blanks.
    pub fn cell(&mut self, ink: Ink, text: Safe<'_>, width: usize) -> &mut Self {
        let text = text.fit(width.min(self.room()), self.look.cut());
        self.put(&text, self.look.style(ink));
        self
    }

    /// A column of numbers: exactly so wide, cut or after blanks.
    pub fn cell_right(&mut self, ink: Ink, text: Safe<'_>, width: usize) -> &mut Self {
        let text = text.fit_right(width.min(self.room()), self.look.cut());
        self.put(&text, self.look.style(ink));
        self
    }

    /// The rest of the row but `keep` columns.
    pub fn rest(&mut self, ink: Ink, text: Safe<'_>, keep: usize) -> &mut Self {
        let width = self.room().saturating_sub(keep);
        self.cell(ink, text, width)
    }

    /// Leaves the last columns of the row empty.
    pub fn keep(&mut self, width: u16) -> &mut Self {
        self.end = self.end.saturating_sub(width).max(self.x);
        self
    }

    /// Empty columns.
    pub fn gap(&mut self, width: u16) -> &mut Self {
        self.x = self.x.saturating_add(width).min(self.end);
        self
    }

    /// Text at the right end of the row, which ends before it from now on. Nothing where it has no room.
    pub fn at_end(&mut self, ink: Ink, text: Safe<'_>) -> &mut Self {
        let width = text.width();
        if width > 0 && width < self.room() {
            let style = self.ink(self.look.style(ink));
            self.end -= u16::try_from(width).unwrap_or(self.end - self.x);
            self.buf.set_stringn(self.end, self.y, text.as_str(), width, style);
        }
        self
    }

    /// Text with some of its characters marked as found, in a column of a width.
    pub fn marked(&mut self, ink: Ink, text: &Safe<'_>, marks: &[usize], width: usize) -> &mut Self {
        let end = self.end;
        self.end = self.end.min(self.x.saturating_add(u16::try_from(width).unwrap_or(u16::MAX)));
        let start = self.x;
        let cut = text.borrowed().truncate_with(self.room(), self.look.cut());
        if marks.is_empty() {
            self.put(&cut, self.look.style(ink));
        } else {
            for (on, part) in runs(cut.as_str(), marks) {
                let style = self.look.style(ink);
                let style = if on { style.patch(self.look.theme.found) } else { style };
                // Parts of safe text are safe: they are cut between characters of one line.
                self.put(&Safe::line(part.to_owned()), style);
            }
        }
        self.end = end;
        self.x = start.saturating_add(u16::try_from(width).unwrap_or(u16::MAX)).min(self.end);
        self
    }

    /// A line of a page.
    pub fn line(&mut self, line: &Line) -> &mut Self {
        if line.rule {
            return self.ruled(line);
        }
        // The right part is drawn first: the text ends before it.
        for (ink, text) in line.right.iter().rev() {
            self.at_end(*ink, text.borrowed());
        }
        if !line.right.is_empty() && self.room() > 0 {
            self.end -= 1;
        }
        for (ink, text) in &line.parts {
            self.text(*ink, text.borrowed());
        }
        self
    }

    fn ruled(&mut self, line: &Line) -> &mut Self {
        let words: usize = line.parts.iter().map(|(_, t)| t.width()).sum();
        let before = self.room().saturating_sub(words) / 2;
        self.rule(before);
        for (ink, text) in &line.parts {
            self.text(*ink, text.borrowed());
        }
        self.rule(usize::MAX)
    }

    /// A thin rule of this many columns.
    pub fn rule(&mut self, width: usize) -> &mut Self {
        let width = width.min(self.room());
        self.text(Ink::Border, Safe::line(self.look.signs.rule.repeat(width)))
    }
}

/// A text in runs of characters that are marked and that are not.
fn runs<'t>(text: &'t str, marks: &[usize]) -> Vec<(bool, &'t str)> {
    let mut out: Vec<(bool, &'t str)> = Vec::new();
    let mut start = 0;
    let mut on = None;
    for (n, (byte, _)) in text.char_indices().enumerate() {
        let marked = marks.contains(&n);
        if on.is_some_and(|on| on != marked) {
            out.push((!marked, text.get(start..byte).unwrap_or_default()));
            start = byte;
        }
        on = Some(marked);
    }
    if let Some(on) = on {
        out.push((on, text.get(start..).unwrap_or_default()));
    }
    out
}
