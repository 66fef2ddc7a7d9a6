//! A line being typed, scrolled so that its cursor is in sight.

use ratatui::layout::{Position, Rect};

use super::Pen;
use crate::model::limits;
use crate::{
    term::safe::Safe,
    tui::{look::Ink, text::Text},
};

/// Bytes before and behind the cursor that can be on the screen.
const NEAR: usize = limits::SHOWN_LINE_BYTES / 2;

/// Draws one line of text in the rest of a row and gives the cursor's place.
pub fn line(pen: &mut Pen<'_>, area: Rect, x: u16, y: u16, text: &Text) -> Position {
    let width = pen.room().max(1);
    // Of a long line only what lies near the cursor is looked at.
    let start = text.head().floor_char_boundary(text.head().len().saturating_sub(NEAR));
    let head = Safe::line(text.head().get(start..).unwrap_or_default()).width();
    let near = limits::head(text.as_str().get(start..).unwrap_or_default(), 2 * NEAR);
    let all = Safe::line(near.replace('\n', " "));
    // One cell at the end stays for the cursor.
    let skip = (head + 1).saturating_sub(width);
    let shown = if skip == 0 { all } else { drop_columns(&all, skip) };
    pen.text(Ink::Text, shown);
    let column = x.saturating_add(u16::try_from(head - skip.min(head)).unwrap_or(u16::MAX));
    Position::new(column.min(area.right().saturating_sub(1)), y)
}

fn drop_columns(text: &Safe<'_>, columns: usize) -> Safe<'static> {
    use unicode_segmentation::UnicodeSegmentation;
    let mut gone = 0;
    let rest = text.as_str().graphemes(true).skip_while(|g| {
        let here = gone < columns;
        gone += crate::term::safe::width_of(g);
        here
    });
    Safe::line(rest.collect::<String>())
}
