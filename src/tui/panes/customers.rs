//! A list of customers.

use ratatui::{buffer::Buffer, layout::Rect};

use super::key;
use crate::{
    term::safe::Safe,
    tui::{
        command::CommandId,
        look::Ink,
        model::{Model, Pane},
        widgets::{customer, frame::Titles, lists},
    },
};

/// Its titles.
pub fn titles(m: &Model, pane: Pane) -> Titles<'_> {
    let Some(list) = m.customers_of(pane) else { return Titles::default() };
    let mut titles = Titles::new(Safe::fixed("Customers"));
    if list.loaded {
        titles = titles.and(Ink::Dim, Safe::line(format!(" {}", list.len())));
    }
    if !list.filter.is_empty() {
        titles = titles.and(Ink::Accent, Safe::line(format!(" / {}", list.filter)));
    }
    if let Some(sort) = &list.sort {
        let way = if sort.down { m.look.signs.down } else { m.look.signs.up };
        titles = titles.and(Ink::Dim, Safe::line(format!(" by {} {way}", sort.column)));
    }
    if list.fresh() > 0 {
        titles = titles.right(Ink::Accent, Safe::line(format!("{} new", list.fresh())));
    }
    titles
}

/// Draws it.
pub fn draw(buf: &mut Buffer, m: &Model, pane: Pane, area: Rect, focused: bool) {
    let Some(list) = m.customers_of(pane) else { return };
    let empty = if list.filter.is_empty() {
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
