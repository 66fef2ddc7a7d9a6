//! Outgoing messages.

use ratatui::{buffer::Buffer, layout::Rect};

use super::{key, list_titles, sorted};
use crate::{
    model::OutboxState,
    term::safe::Safe,
    tui::{
        command::CommandId,
        data::OutboxRow,
        look::Ink,
        model::{Model, Pane},
        widgets::{columns::Sorted, frame::Titles, lists, outbox},
    },
};

/// Its titles: how many, and how many of them need someone.
pub fn titles(m: &Model) -> Titles<'_> {
    let mut titles = list_titles(m, "Outbox", &m.outbox, 0);
    let count = |state: OutboxState| m.outbox.rows().iter().filter(|o| o.state == state).count();
    for (n, words) in [(count(OutboxState::Failed), "cannot be sent"), (count(OutboxState::Unsure), "unsure")]
    {
        if n > 0 {
            if !titles.right.is_empty() {
                titles = titles.right(Ink::Dim, Safe::line(format!(" {} ", m.look.signs.dot)));
            }
            titles = titles.right(Ink::Bad, Safe::line(format!("{n} {words}")));
        }
    }
    titles
}

/// What an empty list says.
pub fn empty(m: &Model) -> Vec<String> {
    let filter = key(m, CommandId::ListFilter);
    if m.outbox.filter.is_empty() {
        vec!["Nothing to send.".to_owned(), format!("{filter} state:sent shows what was sent")]
    } else {
        vec!["No match.".to_owned(), format!("{} clears the filter", key(m, CommandId::AppPeel))]
    }
}

/// Draws the list.
pub fn draw(buf: &mut Buffer, m: &Model, area: Rect, focused: bool) {
    let by = sorted(&m.outbox, Pane::Outbox);
    let by = by.as_ref().map(|(column, down)| Sorted { column, down: *down });
    let how = lists::How {
        heads: &|pen| outbox::head(pen, by),
        row: &|pen, row: &OutboxRow, marked| outbox::row(pen, row, marked, m.now),
        empty: empty(m),
    };
    lists::draw(buf, &m.look, area, &m.outbox, focused, &how);
}
