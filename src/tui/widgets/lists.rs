//! A list with its heads: only the rows in sight are made, however many there are.

use ratatui::{buffer::Buffer, layout::Rect};

use super::Pen;
use crate::{
    term::safe::Safe,
    tui::{
        look::{Appearance, Ink},
        model::{List, Row},
    },
};

/// Columns from which a list has a line of heads.
const HEADS_FROM: (u16, u16) = (52, 5);

/// How many rows an area shows.
#[must_use]
pub fn rows(area: Rect) -> usize {
    usize::from(area.height).saturating_sub(usize::from(has_heads(area)))
}

fn has_heads(area: Rect) -> bool {
    area.width >= HEADS_FROM.0 && area.height >= HEADS_FROM.1
}

/// How a list is drawn: its heads and its rows.
pub struct How<'h, R> {
    /// Draws the heads.
    pub heads: &'h dyn Fn(&mut Pen<'_>),
    /// Draws a row; whether it is marked is said.
    pub row: &'h dyn Fn(&mut Pen<'_>, &R, bool),
    /// The lines shown when the list is empty.
    pub empty: Vec<String>,
}

/// Draws the rows in sight.
pub fn draw<R: Row>(
    buf: &mut Buffer,
    look: &Appearance,
    area: Rect,
    list: &List<R>,
    focused: bool,
    how: &How<'_, R>,
) {
    let mut top = 0;
    if has_heads(area) && !list.is_empty() {
        let mut pen = Pen::new(buf, look, area, 0);
        pen.gap(1).keep(1);
        (how.heads)(&mut pen);
    }
    if has_heads(area) {
        top = 1;
    }
    if list.is_empty() {
        if list.loaded {
            empty(buf, look, area, &how.empty);
        }
        return;
    }
    for (i, at) in list.shown(rows(area)).enumerate() {
        let Some(row) = list.rows().get(at) else { break };
        let y = top + u16::try_from(i).unwrap_or(u16::MAX - 1);
        let here = at == list.cursor();
        let mut pen = row_pen(buf, look, area, y, here, focused);
        (how.row)(&mut pen, row, list.is_marked(row.id()));
    }
}

/// A pen for a row of any list: the bar and the style of the selection where the cursor is.
pub fn row_pen<'b>(
    buf: &'b mut Buffer,
    look: &'b Appearance,
    area: Rect,
    y: u16,
    here: bool,
    focused: bool,
) -> Pen<'b> {
    let mut pen = Pen::new(buf, look, area, y);
    if here && focused {
        pen = pen.over(look.theme.selected);
        pen.styled(look.theme.bar, Safe::fixed(look.signs.bar));
    } else if here {
        pen = pen.over(look.theme.rest);
        pen.text(Ink::Dim, Safe::fixed(look.signs.bar));
    } else {
        pen.gap(1);
    }
    // One column of air before the border.
    pen.keep(1);
    pen
}

/// Says what fills an empty place, in its middle where there is room.
pub fn empty(buf: &mut Buffer, look: &Appearance, area: Rect, lines: &[String]) {
    let lines: Vec<Safe<'_>> = lines.iter().map(|line| Safe::line(line.as_str())).collect();
    let rows = lines.iter().enumerate().flat_map(|(i, line)| {
        let ink = if i == 0 { Ink::Text } else { Ink::Dim };
        line.wrap(area.width.into()).into_iter().map(move |row| (ink, row))
    });
    let rows: Vec<(Ink, Safe<'_>)> = rows.collect();
    let top = area.height.saturating_sub(u16::try_from(rows.len()).unwrap_or(1)) / 3;
    for (y, (ink, text)) in (top..area.height).zip(rows) {
        let before = usize::from(area.width).saturating_sub(text.width()) / 2;
        let mut pen = Pen::new(buf, look, area, y);
        pen.gap(u16::try_from(before).unwrap_or(0));
        pen.text(ink, text);
    }
}
