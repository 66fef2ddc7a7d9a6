//! The border of a pane with its titles. Neighbours share a line; the focused pane shows by colour and by a glyph.

use ratatui::{
    buffer::Buffer,
    layout::Rect,
    style::Style,
    symbols::merge::MergeStrategy,
    widgets::{Block, Widget},
};

use super::Pen;
use crate::{
    term::safe::Safe,
    tui::{
        layout::Place,
        look::{Appearance, Ink},
    },
};

/// What stands on the upper line of a pane.
#[derive(Debug, Default)]
pub struct Titles<'a> {
    /// At the left: what it is.
    pub left: Vec<(Ink, Safe<'a>)>,
    /// At the right: its state.
    pub right: Vec<(Ink, Safe<'a>)>,
}

impl<'a> Titles<'a> {
    /// A title at the left.
    #[must_use]
    pub fn new(text: Safe<'a>) -> Titles<'a> {
        Titles { left: vec![(Ink::Text, text)], right: Vec::new() }
    }

    /// With more at the left.
    #[must_use]
    pub fn and(mut self, ink: Ink, text: Safe<'a>) -> Titles<'a> {
        self.left.push((ink, text));
        self
    }

    /// With more at the right.
    #[must_use]
    pub fn right(mut self, ink: Ink, text: Safe<'a>) -> Titles<'a> {
        self.right.push((ink, text));
        self
    }
}

/// Draws the border of an area.
pub fn border(buf: &mut Buffer, look: &Appearance, outer: Rect, focused: bool) {
    let ink = if focused { Ink::Focus } else { Ink::Border };
    Block::bordered()
        .border_set(look.signs.border)
        .border_style(Style::reset().patch(look.style(ink)))
        .merge_borders(MergeStrategy::Exact)
        .render(outer.intersection(buf.area), buf);
}

/// Draws the border of a place, or its title line where panes have none.
pub fn draw(
    buf: &mut Buffer,
    look: &Appearance,
    place: &Place,
    framed: bool,
    focused: bool,
    titles: &Titles<'_>,
) {
    if framed {
        border(buf, look, place.outer, focused);
    }
    title_line(buf, look, place.outer, framed, focused, titles);
}

/// Draws titles on the first row of an area.
pub fn title_line(
    buf: &mut Buffer,
    look: &Appearance,
    outer: Rect,
    framed: bool,
    focused: bool,
    titles: &Titles<'_>,
) {
    let margin = u16::from(framed);
    let line = Rect {
        x: outer.x + margin.min(outer.width),
        width: outer.width.saturating_sub(2 * margin),
        height: outer.height.min(1),
        ..outer
    };
    let mut pen = Pen::new(buf, look, line, 0);
    if titles.left.iter().all(|(_, t)| t.is_empty()) && titles.right.is_empty() {
        return;
    }
    let wanted: usize = titles.left.iter().map(|(_, t)| t.width()).sum::<usize>() + 3;
    let right: usize = titles.right.iter().map(|(_, t)| t.width()).sum();
    // The state is dropped where the name alone fills the line.
    if right > 0 && (right + wanted.min(16) + 2) <= pen.room() {
        pen.at_end(Ink::Text, Safe::fixed(" "));
        for (ink, text) in titles.right.iter().rev() {
            pen.at_end(*ink, text.borrowed());
        }
        pen.at_end(Ink::Text, Safe::fixed(" "));
        if framed {
            pen.at_end(Ink::Text, Safe::fixed("")); // one cell of the line stays between
        }
    }
    pen.text(Ink::Focus, Safe::fixed(if focused { look.signs.focus } else { " " }));
    let keep = usize::from(framed);
    let mut room = pen.room().saturating_sub(keep + 1);
    for (ink, text) in &titles.left {
        let ink = if focused && *ink == Ink::Text { Ink::Head } else { *ink };
        let text = text.borrowed().truncate_with(room, look.cut());
        room = room.saturating_sub(text.width());
        pen.text(ink, text);
    }
    pen.text(Ink::Text, Safe::fixed(" "));
}
