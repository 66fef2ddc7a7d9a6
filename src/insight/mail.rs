//! How mail stands, as numbers: what waits, what could not be sent, and how long ago servers answered and mail came. They
//! are of now, whatever the window.

use super::{
    RowRef,
    rows::{Row, row},
};
use crate::{
    desk::{mail_health::Health, outbox},
    model::{Kind, Outbox, OutboxState, ReceiveKind, Stamp},
    store::{StoreError, View, records},
};

/// The rows behind the numbers of the mail.
#[derive(Debug, Default)]
pub(super) struct MailFacts {
    /// Messages that wait to leave.
    pub waiting: Vec<RowRef>,
    /// Messages that could not be sent, or might not have been.
    pub failed: Vec<RowRef>,
    /// Mailboxes that are fetched, since their last contact.
    pub contact: Vec<RowRef>,
    /// Mailboxes that had mail, since the last one.
    pub received: Vec<RowRef>,
    /// Whether the desk has a mailbox.
    pub has_mailbox: bool,
}

impl MailFacts {
    /// How mail stands now.
    pub fn load(view: &dyn View, now: Stamp) -> Result<MailFacts, StoreError> {
        use OutboxState::{Deferred, Failed, Ready, Sending, Unsure};
        let health = Health::load(view, now)?;
        let mut out = MailFacts { has_mailbox: !health.mailboxes.is_empty(), ..MailFacts::default() };
        let age = |at: Stamp| now.saturating_sub(at).max(0);
        for m in &health.mailboxes {
            let of = |at: Stamp| row(Kind::Mailbox, m.mailbox.id, at, age(at));
            if let Some(age) = m.age(now) {
                out.contact.push(of(now.saturating_sub(age)));
            }
            let receives = m.mailbox.is_live() && m.mailbox.receive.kind != ReceiveKind::None;
            out.received.extend(m.state.last_mail.filter(|_| receives).map(of));
        }
        for id in outbox::in_order(view, &[Ready, Sending, Deferred, Failed, Unsure])? {
            let Some(o) = records::get::<Outbox>(view, id)? else { continue };
            let of = |at: Stamp| row(Kind::Outbox, o.id, at, age(at));
            match o.state {
                Failed | Unsure => out.failed.push(of(o.tried_at.unwrap_or(o.due_at()))),
                _ => out.waiting.push(of(o.due_at())),
            }
        }
        for rows in [&mut out.waiting, &mut out.failed, &mut out.contact, &mut out.received] {
            rows.sort_by_key(|r| (r.at, r.id));
        }
        Ok(out)
    }

    /// Rows as those of a number.
    pub fn rows(&self, rows: &[RowRef]) -> Vec<Row<'static>> {
        rows.iter().map(|r| Row { row: *r, fact: None }).collect()
    }
}
