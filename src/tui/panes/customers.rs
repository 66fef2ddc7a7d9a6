//! A list of customers.

use ratatui::{buffer::Buffer, layout::Rect};

use super::{key, list_titles};
use crate::tui::{
    command::CommandId,
    model::{Model, Pane},
    widgets::{customer, frame::Titles, lists},
};

/// Its titles.
pub fn titles(m: &Model, pane: Pane) -> Titles<'_> {
    m.customers_of(pane).map_or_else(Titles::default, |list| list_titles(m, "Customers", list, 0))
}

/// Draws it.
pub fn draw(buf: &mut Buffer, m: &Model, pane: Pane, area: Rect, focused: bool) {
    let Some(list) = m.customers_of(pane) else { return };
    let empty = if list.told.partial {
        vec!["Looking for them …".to_owned(), list.told.note.clone()]
    } else if list.filter.is_empty() {
        vec!["Nobody yet.".to_owned(), format!("{} writes down a customer", key(m, CommandId::CustomerNew))]
    } else {
        vec!["Nobody like that.".to_owned(), format!("{} takes the filter off", key(m, CommandId::AppPeel))]
    };
    let how = lists::How {
        heads: customer::head,
        row: &|pen, row, marked| customer::row(pen, row, marked, m.now),
        empty,
    };
    lists::draw(buf, &m.look, area, list, focused, &how);
}
