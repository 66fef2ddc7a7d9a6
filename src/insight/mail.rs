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

/// A number of the mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum MailMeasure {
    /// Messages that wait to leave.
    Waiting,
    /// The longest that one of them waits.
    Oldest,
    /// Messages that could not be sent, or may not have been.
    Failed,
    /// The longest time since a mailbox was last reached.
    Contact,
    /// The longest time since mail came to a mailbox.
    Received,
}

impl MailMeasure {
    /// Its word.
    pub fn word(self) -> &'static str {
        match self {
            MailMeasure::Waiting => "mail_waiting",
            MailMeasure::Oldest => "mail_oldest",
            MailMeasure::Failed => "mail_failed",
            MailMeasure::Contact => "mail_contact",
            MailMeasure::Received => "mail_received",
        }
    }

    /// Its label for people.
    pub fn label(self) -> &'static str {
        match self {
            MailMeasure::Waiting => "Mail waiting",
            MailMeasure::Oldest => "Oldest unsent",
            MailMeasure::Failed => "Not sent",
            MailMeasure::Contact => "Last contact",
            MailMeasure::Received => "Last mail",
        }
    }

    /// How it is made.
    pub fn formula(self) -> &'static str {
        match self {
            MailMeasure::Waiting => "Messages that are ready, being sent or deferred now.",
            MailMeasure::Oldest => {
                "Now − when it was to leave, of the message that waits longest: ready, being sent or deferred."
            }
            MailMeasure::Failed => "Messages that cannot be sent, or may have been sent or not, now.",
            MailMeasure::Contact => {
                "Now − last answer of its server, of the mailbox that was not reached for longest."
            }
            MailMeasure::Received => "Now − its last mail, of the mailbox that received nothing for longest.",
        }
    }

    /// What is left out.
    pub fn exclusions(self) -> &'static str {
        match self {
            MailMeasure::Waiting | MailMeasure::Oldest | MailMeasure::Failed => {
                "Left out: messages that are held, and those that wait for an agent."
            }
            MailMeasure::Contact => "Left out: mailboxes that are paused, and those that nothing fetches.",
            MailMeasure::Received => {
                "Left out: mailboxes that are paused, that only send, or had no mail yet."
            }
        }
    }

    /// Whether it counts its rows; else it is the longest of their times.
    pub(super) fn is_count(self) -> bool {
        matches!(self, MailMeasure::Waiting | MailMeasure::Failed)
    }
}

/// The rows behind the numbers of the mail.
#[derive(Debug, Default)]
pub(super) struct MailFacts {
    waiting: Vec<RowRef>,
    failed: Vec<RowRef>,
    contact: Vec<RowRef>,
    received: Vec<RowRef>,
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

    /// The rows of a number, in the order of their time.
    pub fn rows(&self, measure: MailMeasure) -> Vec<Row<'static>> {
        let rows = match measure {
            MailMeasure::Waiting | MailMeasure::Oldest => &self.waiting,
            MailMeasure::Failed => &self.failed,
            MailMeasure::Contact => &self.contact,
            MailMeasure::Received => &self.received,
        };
        rows.iter().map(|r| Row { row: *r, fact: None }).collect()
    }
}
