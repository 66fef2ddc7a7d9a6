//! All tasks.

use ratatui::{buffer::Buffer, layout::Rect};

use super::{key, list_titles};
use crate::tui::{
    command::CommandId,
    model::Model,
    widgets::{frame::Titles, lists, task},
};

/// Its titles.
pub fn titles(m: &Model) -> Titles<'_> {
    let open = m.tasks.rows().iter().filter(|t| t.done_at.is_none());
    list_titles(m, "Tasks", &m.tasks, open.filter(|t| t.due.is_some_and(|d| d < m.now)).count())
}

/// What an empty list says.
pub fn empty(m: &Model) -> Vec<String> {
    if m.tasks.filter.is_empty() {
        vec!["Nothing to do.".to_owned(), format!("{} adds a task", key(m, CommandId::TaskNew))]
    } else {
        vec!["No match.".to_owned(), format!("{} clears the filter", key(m, CommandId::AppPeel))]
    }
}

/// Draws this part.
pub fn draw(buf: &mut Buffer, m: &Model, area: Rect, focused: bool) {
    let how = lists::How {
        heads: &|pen| task::head(pen),
        row: &|pen, row, marked| task::row(pen, row, marked, m.now),
        empty: empty(m),
    };
    lists::draw(buf, &m.look, area, &m.tasks, focused, &how);
}
