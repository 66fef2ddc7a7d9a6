//! A list of customers.

use ratatui::{buffer::Buffer, layout::Rect};

use super::{key, list_titles, sorted};
use crate::tui::{
    command::CommandId,
    data::CustomerRow,
    model::{Model, Pane},
    widgets::{
        columns::{self, Sorted},
        customer,
        frame::Titles,
        lists,
    },
};

/// Its titles.
pub fn titles(m: &Model, pane: Pane) -> Titles<'_> {
    m.customers_of(pane).map_or_else(Titles::default, |list| list_titles(m, "Customers", list, 0))
}

/// What an empty list says.
pub fn empty(m: &Model, pane: Pane) -> Vec<String> {
    let Some(list) = m.customers_of(pane) else { return Vec::new() };
    if list.told.partial {
        vec!["Searching …".to_owned(), list.told.note.clone()]
    } else if list.filter.is_empty() {
        let (new, import) = (key(m, CommandId::CustomerNew), key(m, CommandId::AppImport));
        vec![
            "No customers yet.".to_owned(),
            format!("{new} adds a customer"),
            format!("{import} imports contacts"),
        ]
    } else {
        vec!["No match.".to_owned(), format!("{} clears the filter", key(m, CommandId::AppPeel))]
    }
}

/// Draws this part.
pub fn draw(buf: &mut Buffer, m: &Model, pane: Pane, area: Rect, focused: bool) {
    let Some(list) = m.customers_of(pane) else { return };
    let by = sorted(list, pane);
    let by = by.as_ref().map(|(column, down)| Sorted { column, down: *down });
    let picks = m.columns(pane);
    let how = lists::How {
        heads: &|pen| match picks {
            [] => customer::head(pen, by),
            picks => {
                pen.gap(1);
                columns::heads(pen, picks, by);
            }
        },
        row: &|pen, row: &CustomerRow, marked| match picks {
            // Rows that were asked for with other columns are drawn as usual until the new ones come.
            picks if !picks.is_empty() && row.cells.len() == picks.len() => {
                customer::row_in(pen, picks, row, marked, m.now);
            }
            _ => customer::row(pen, row, marked, m.now),
        },
        empty: empty(m, pane),
    };
    lists::draw(buf, &m.look, area, list, focused, &how);
}
