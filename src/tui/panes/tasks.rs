//! All tasks.

use ratatui::{buffer::Buffer, layout::Rect};

use super::key;
use crate::{
    term::safe::Safe,
    tui::{
        command::CommandId,
        look::Ink,
        model::Model,
        widgets::{frame::Titles, lists, task},
    },
};

/// Its titles.
pub fn titles(m: &Model) -> Titles<'_> {
    let list = &m.tasks;
    let mut titles = Titles::new(Safe::fixed("Tasks"));
    if list.loaded {
        titles = titles.and(Ink::Dim, Safe::line(format!(" {}", list.len())));
    }
    if !list.filter.is_empty() {
        titles = titles.and(Ink::Accent, Safe::line(format!(" / {}", list.filter)));
    }
    let late = list.rows().iter().filter(|t| t.done_at.is_none() && t.due.is_some_and(|d| d < m.now)).count();
    if late > 0 {
        titles = titles.right(Ink::Bad, Safe::line(format!("{late} overdue")));
    }
    titles
}

/// Draws it.
pub fn draw(buf: &mut Buffer, m: &Model, area: Rect, focused: bool) {
    let empty = if m.tasks.filter.is_empty() {
        vec!["Nothing to do.".to_owned(), format!("{} writes down a task", key(m, CommandId::TaskNew))]
    } else {
        vec!["Nothing matches.".to_owned(), format!("{} takes the filter off", key(m, CommandId::AppPeel))]
    };
    let how =
        lists::How { heads: task::head, row: &|pen, row, marked| task::row(pen, row, marked, m.now), empty };
    lists::draw(buf, &m.look, area, &m.tasks, focused, &how);
}
