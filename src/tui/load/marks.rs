//! What a row of a ticket says besides its fields: a reply of ours that did not leave, or a text that was not sent.

use std::collections::HashMap;

use super::LoadContext;
use crate::{
    desk::{drafts::Draft, outbox},
    model::{Id, Key, Outbox, OutboxState, Table},
    store::{Range, Scan, StoreError, View, ViewExt, records},
    tui::data::TicketMark,
};

/// The most drafts, and the most messages of a state, that are read: the rest has no mark.
const MOST: usize = 300;

/// The marks of tickets, by ticket: the most serious of each.
pub fn marks(view: &dyn View, seat: &LoadContext) -> Result<HashMap<Id, TicketMark>, StoreError> {
    let mut out = HashMap::new();
    let mine = Range::prefix(Key::new().id(seat.me));
    for (_, bytes) in view.page(Table::Draft, &mine, Scan::Forward, MOST)? {
        if let Some(draft) = Draft::decode(&bytes).filter(|d| !d.body.trim().is_empty()) {
            out.insert(draft.subject, TicketMark::Draft);
        }
    }
    let failed = [OutboxState::Failed, OutboxState::Unsure];
    for (states, mark) in [(&[OutboxState::Held][..], TicketMark::Held), (&failed, TicketMark::Failed)] {
        for id in outbox::in_order(view, states)?.into_iter().take(MOST) {
            if let Some(o) = records::get::<Outbox>(view, id)? {
                out.insert(o.ticket, mark);
            }
        }
    }
    Ok(out)
}
