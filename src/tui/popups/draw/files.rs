//! The list of files: name, size, what it is, when it came.

use ratatui::{buffer::Buffer, layout::Rect};

use super::window;
use crate::{
    term::safe::Safe,
    tui::{
        look::Ink,
        model::{FileList, FileRow, Model},
        pages::thread::size,
        widgets::{Pen, frame::Titles, lists},
    },
};

/// Columns and rows of its window.
fn files_size(size: (u16, u16), rows: usize) -> (u16, u16) {
    let width = (size.0 * 8 / 10).max(size.0.min(80).saturating_sub(2)).clamp(40, 110);
    let most = (size.1 * 7 / 10).max(8);
    (width, u16::try_from(rows).unwrap_or(u16::MAX).saturating_add(2).clamp(5, most))
}

/// How many rows the list shows.
#[must_use]
pub fn file_rows(size: (u16, u16), rows: usize) -> usize {
    usize::from(files_size(size, rows).1.min(size.1)).saturating_sub(2).max(1)
}

/// What a file is: in words where there are some, else its type.
fn what(row: &FileRow) -> &str {
    if row.about.is_empty() { &row.content_type } else { row.about }
}

/// Draws the window; its title counts the rows.
pub(super) fn draw(buf: &mut Buffer, m: &Model, list: &FileList, area: Rect) {
    let (width, height) = files_size(m.size, list.rows.len());
    let count = format!("{} of {}", list.cursor + 1, list.rows.len());
    let titles = Titles::new(Safe::line(list.title.as_str())).right(Ink::Dim, Safe::line(count));
    let inner = window(buf, m, area, width, height, &titles);
    let when = |row: &FileRow| Safe::line(m.info.zone.when(row.at, m.now));
    let widest = |f: &dyn Fn(&FileRow) -> usize| list.rows.iter().map(f).max().unwrap_or(0);
    let room = usize::from(inner.width);
    let whens = widest(&|r| when(r).width());
    let kinds = widest(&|r| Safe::line(what(r)).width()).min(room / 3);
    // The name has what the others leave.
    let names = room.saturating_sub(kinds + whens + 9 + 8).max(12);
    for (y, (at, row)) in (0..inner.height).zip(list.rows.iter().enumerate().skip(list.top)) {
        let mut pen = lists::row_pen(buf, &m.look, inner, y, at == list.cursor, true);
        pen.cell(Ink::Text, Safe::line(row.name.as_str()), names).gap(2);
        let size = row.size.map_or(String::new(), size);
        pen.cell_right(Ink::Dim, Safe::line(size), 8).gap(2);
        pen.cell(Ink::Dim, Safe::line(what(row)), kinds).gap(2);
        pen.text(Ink::Dim, when(row));
    }
    if list.rows.is_empty() {
        Pen::new(buf, &m.look, inner, 0).gap(1).text(Ink::Dim, Safe::fixed("No files."));
    }
}
