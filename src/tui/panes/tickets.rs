//! A list of tickets: those of the chosen queue, or all.

use ratatui::{buffer::Buffer, layout::Rect};

use super::key;
use crate::{
    term::safe::Safe,
    tui::{
        command::CommandId,
        look::Ink,
        model::{Model, Pane},
        widgets::{frame::Titles, lists, ticket},
    },
};

/// Its titles: the name, how many, how many overdue, what waits above.
pub fn titles(m: &Model, pane: Pane) -> Titles<'_> {
    let Some(list) = m.tickets(pane) else { return Titles::default() };
    let name = match pane {
        Pane::Queue => m.queues.current().map_or("Tickets", |q| q.name.as_str()),
        _ => "All tickets",
    };
    let mut titles = Titles::new(Safe::line(name));
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
        titles = titles.right(Ink::Accent, Safe::line(format!("{} new above", list.fresh())));
    }
    let late = list.rows().iter().filter(|t| t.due.is_some_and(|d| d < m.now)).count();
    if late > 0 {
        let gap = if list.fresh() > 0 { format!(" {} ", m.look.signs.dot) } else { String::new() };
        titles =
            titles.right(Ink::Dim, Safe::line(gap)).right(Ink::Bad, Safe::line(format!("{late} overdue")));
    }
    titles
}

/// Draws it.
pub fn draw(buf: &mut Buffer, m: &Model, pane: Pane, area: Rect, focused: bool) {
    let Some(list) = m.tickets(pane) else { return };
    let empty = if !list.filter.is_empty() {
        vec!["Nothing matches.".to_owned(), format!("{} takes the filter off", key(m, CommandId::AppPeel))]
    } else if pane == Pane::Queue && m.info.tickets {
        let (find, claim) = (key(m, CommandId::FindCustomer), key(m, CommandId::TicketClaim));
        vec![
            "Nothing waits here.".to_owned(),
            format!("{claim} claims the most urgent, {find} finds a customer"),
        ]
    } else {
        let new = key(m, CommandId::TicketNew);
        vec!["No tickets yet.".to_owned(), format!("{new} opens one for a customer")]
    };
    let how = lists::How {
        heads: ticket::head,
        row: &|pen, row, marked| ticket::row(pen, row, marked, m.now),
        empty,
    };
    lists::draw(buf, &m.look, area, list, focused, &how);
}
