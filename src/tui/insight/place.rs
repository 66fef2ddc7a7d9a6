//! Which line stands where: a pure function of the page and its area, asked for scrolling, clicks and drawing alike.

use ratatui::layout::Rect;

use super::{Page, Row};

/// Columns from which sections stand side by side.
const TWO: u16 = 108;
/// Rows from which the windows are offered at the top, and the meaning is at the foot.
const ROOMY: u16 = 12;
/// Lines at the foot: a rule and two lines of meaning.
const FOOT: u16 = 3;
/// Lines that each course of a chart takes.
pub(super) const COURSE: usize = 2;

/// A line.
#[derive(Debug, Clone, Copy)]
pub(super) enum Place<'a> {
    /// Nothing.
    Blank,
    /// The title of a section.
    Title(&'a str),
    /// A line of a row: the first one, or a later one of a chart.
    Row(&'a Row, usize),
}

/// A line and, where the cursor can be on it, the number's place.
pub(super) type Placed<'a> = (Place<'a>, Option<usize>);

/// A column of lines.
#[derive(Debug, Default)]
pub(super) struct Column<'a> {
    pub area: Rect,
    pub lines: Vec<Placed<'a>>,
}

/// The parts of the pane: the windows, the columns, the meaning. Empty where there is no room.
#[derive(Debug, Clone, Copy)]
pub(super) struct Parts {
    pub head: Rect,
    pub list: Rect,
    pub foot: Rect,
}

pub(super) fn parts(area: Rect) -> Parts {
    if area.height < ROOMY {
        let none = Rect { height: 0, ..area };
        return Parts { head: none, list: area, foot: none };
    }
    Parts {
        head: Rect { height: 1, ..area },
        list: Rect { y: area.y + 2, height: area.height - 2 - FOOT, ..area },
        foot: Rect { y: area.bottom() - FOOT, height: FOOT, ..area },
    }
}

/// The columns of a page in an area, one or two.
pub(super) fn columns(page: &Page, area: Rect) -> Vec<Column<'_>> {
    let two = area.width >= TWO && page.sections.iter().any(|s| s.side);
    let side_width = if two { (area.width * 36 / 100).clamp(42, 84) } else { 0 };
    let main = Rect { width: area.width - if two { side_width + 3 } else { 0 }, ..area };
    let side = Rect { x: main.right() + 3, width: side_width, ..area };
    let mut left = Column { area: main, lines: Vec::new() };
    let mut right = Column { area: side, lines: Vec::new() };
    let mut item = 0;
    for section in &page.sections {
        let lines = if two && section.side { &mut right.lines } else { &mut left.lines };
        if !lines.is_empty() {
            lines.push((Place::Blank, None));
        }
        lines.push((Place::Title(&section.title), None));
        for row in &section.rows {
            let is_item = matches!(row, Row::Line(_) | Row::Bar(_));
            lines.push((Place::Row(row, 0), is_item.then_some(item)));
            item += usize::from(is_item);
            if let Row::Chart(c) = row {
                lines.extend((1..=c.series.len() * COURSE).map(|i| (Place::Row(row, i), None)));
            }
        }
    }
    if two { vec![left, right] } else { vec![left] }
}

impl Column<'_> {
    /// The line of a number; `None` where it is in another column.
    pub fn line_of(&self, item: usize) -> Option<usize> {
        self.lines.iter().position(|(_, i)| *i == Some(item))
    }

    /// The number nearest to a line.
    pub fn nearest(&self, line: usize) -> Option<usize> {
        let items =
            self.lines.iter().enumerate().filter_map(|(y, (_, item))| item.map(|i| (y.abs_diff(line), i)));
        items.min().map(|(_, item)| item)
    }
}
