//! The mailboxes, and below them what there is to know of the one under the cursor.

use ratatui::{buffer::Buffer, layout::Rect};

use super::{key, list_titles};
use crate::{
    term::safe::Safe,
    tui::{
        command::CommandId,
        data::MailboxRow,
        look::Ink,
        model::Model,
        widgets::{Pen, frame::Titles, lists, mailbox},
    },
};

/// The columns of a label.
const LABEL: usize = 12;

/// Its titles.
pub fn titles(m: &Model) -> Titles<'_> {
    list_titles(m, "Mailboxes", &m.mailboxes, 0)
}

/// What an empty list says.
pub fn empty(m: &Model) -> Vec<String> {
    let add = key(m, CommandId::MailboxAdd);
    if m.mailboxes.filter.is_empty() {
        vec!["No mailbox yet: mail is neither fetched nor sent.".to_owned(), format!("{add} adds one")]
    } else {
        vec!["No match.".to_owned(), format!("{} clears the filter", key(m, CommandId::AppPeel))]
    }
}

/// Draws them.
pub fn draw(buf: &mut Buffer, m: &Model, area: Rect, focused: bool) {
    let how = lists::How {
        heads: &|pen| mailbox::head(pen),
        row: &|pen, row: &MailboxRow, marked| mailbox::row(pen, row, marked, m.now),
        empty: empty(m),
    };
    lists::draw(buf, &m.look, area, &m.mailboxes, focused, &how);
    let Some(row) = m.mailboxes.current() else { return };
    // Below the rows, where those leave room.
    let used = u16::try_from(m.mailboxes.len() + 2).unwrap_or(u16::MAX);
    let all = mailbox::details(row, &m.info.zone, m.now);
    let needs = u16::try_from(all.len() + 2).unwrap_or(u16::MAX);
    if used.saturating_add(needs.min(6)) > area.height {
        return;
    }
    let below = Rect { y: area.y + used, height: area.height - used, ..area };
    let mut pen = Pen::new(buf, &m.look, below, 0);
    pen.gap(4).keep(1);
    pen.text(Ink::Head, Safe::addr(row.health.mailbox.address.as_str())).gap(2);
    pen.text(Ink::Dim, Safe::line(row.number()));
    for (y, (label, ink, text)) in (1..below.height).zip(&all) {
        let mut pen = Pen::new(buf, &m.look, below, y);
        pen.gap(4).keep(1);
        pen.cell(Ink::Dim, Safe::fixed(label), LABEL).gap(2).rest(*ink, Safe::line(text.as_str()), 0);
    }
}
