//! A list of tickets: those of the chosen queue, or all.

use ratatui::{buffer::Buffer, layout::Rect};

use super::{key, list_titles, sorted};
use crate::tui::{
    command::CommandId,
    data::TicketRow,
    model::{Model, Pane},
    widgets::{
        columns::{self, Sorted},
        frame::Titles,
        lists, ticket,
    },
};

/// Its titles: the name, how many, how many overdue, what waits above.
pub fn titles(m: &Model, pane: Pane) -> Titles<'_> {
    let Some(list) = m.tickets(pane) else { return Titles::default() };
    let name = match pane {
        Pane::Queue => m.queues.current().map_or("Tickets", |q| q.name.as_str()),
        _ => "All tickets",
    };
    let late = list.rows().iter().filter(|t| t.due.is_some_and(|d| d < m.now)).count();
    list_titles(m, name, list, late)
}

/// What an empty list says.
pub fn empty(m: &Model, pane: Pane) -> Vec<String> {
    let Some(list) = m.tickets(pane) else { return Vec::new() };
    if !list.filter.is_empty() {
        vec!["No match.".to_owned(), format!("{} clears the filter", key(m, CommandId::AppPeel))]
    } else if pane == Pane::Queue && m.info.tickets {
        let (find, claim) = (key(m, CommandId::FindCustomer), key(m, CommandId::TicketClaim));
        vec![
            "Nothing waits here.".to_owned(),
            format!("{claim} claims the most urgent, {find} finds a customer"),
        ]
    } else {
        let (new, import) = (key(m, CommandId::TicketNew), key(m, CommandId::AppImport));
        vec![
            "No tickets yet.".to_owned(),
            format!("{new} opens one for a customer"),
            format!("{import} imports mail"),
        ]
    }
}

/// Draws this part.
pub fn draw(buf: &mut Buffer, m: &Model, pane: Pane, area: Rect, focused: bool) {
    let Some(list) = m.tickets(pane) else { return };
    let by = sorted(list, pane);
    let by = by.as_ref().map(|(column, down)| Sorted { column, down: *down });
    let picks = m.columns(pane);
    let how = lists::How {
        heads: &|pen| match picks {
            [] => ticket::head(pen, by),
            picks => {
                // The signs that lead a row.
                pen.gap(2 + u16::from(pen.room() >= 30));
                columns::heads(pen, picks, by);
            }
        },
        row: &|pen, row: &TicketRow, marked| match picks {
            // Rows that were asked for with other columns are drawn as usual until the new ones come.
            picks if !picks.is_empty() && row.cells.len() == picks.len() => {
                ticket::row_in(pen, picks, row, marked, m.now);
            }
            _ => ticket::row(pen, row, marked, m.now),
        },
        empty: empty(m, pane),
    };
    lists::draw(buf, &m.look, area, list, focused, &how);
}
