//! Rows of the outbox and of the mailboxes.

use std::cmp::Ordering;

use super::rows::by_text;
use crate::{
    desk::{
        mail_health::{Level, MailboxHealth},
        outbox,
    },
    model::{Id, Kind, OutboxState, Stamp, number},
    tui::{command::OutgoingState, model::Row},
};

/// An outgoing message in a list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OutboxRow {
    /// The message.
    pub id: Id,
    /// Its number.
    pub number: u64,
    /// Its ticket.
    pub ticket: Id,
    /// The ticket's number.
    pub ticket_number: u64,
    /// How far it is.
    pub state: OutboxState,
    /// When it is sent or tried again; for the others when it was sent, failed, was cancelled. `None`: not by itself.
    pub when: Option<Stamp>,
    /// Who it goes to, the first of them.
    pub to: String,
    /// To how many others.
    pub others: usize,
    /// Its subject.
    pub subject: String,
    /// What the server said.
    pub problem: String,
    /// The agent who wrote it; empty: the desk itself.
    pub author: String,
    /// How often it was tried.
    pub attempts: u32,
    /// Some of its recipients do not have it, and some do.
    pub partly: bool,
}

impl OutboxRow {
    /// What can be done with it.
    #[must_use]
    pub fn verbs(&self) -> OutgoingState {
        use OutboxState::{Deferred, Failed, Held, Queued, Ready, Sent, Unsure};
        OutgoingState {
            waits: matches!(self.state, Held | Queued | Ready | Deferred),
            failed: matches!(self.state, Failed | Unsure | Deferred) || self.state == Sent && self.partly,
            here: matches!(self.state, Held | Queued | Ready | Failed)
                || self.state == Deferred && !self.partly,
        }
    }
}

impl Row for OutboxRow {
    const COLUMNS: &'static [&'static str] =
        &["state", "when", "to", "subject", "ticket", "author", "number"];

    fn id(&self) -> Id {
        self.id
    }

    fn compare(&self, other: &OutboxRow, column: &str) -> Ordering {
        match column {
            "state" => outbox::rank(&self.state).cmp(&outbox::rank(&other.state)),
            "when" => self.when.unwrap_or(Stamp::MAX).cmp(&other.when.unwrap_or(Stamp::MAX)),
            "to" => by_text(&self.to, &other.to),
            "subject" => by_text(&self.subject, &other.subject),
            "ticket" => self.ticket_number.cmp(&other.ticket_number),
            "author" => by_text(&self.author, &other.author),
            _ => self.number.cmp(&other.number),
        }
    }
}

/// A mailbox in a list.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct MailboxRow {
    /// The mailbox and how it stands.
    pub health: MailboxHealth,
    /// The name of its team.
    pub team: String,
    /// How its mail comes in, as one types it.
    pub receive: String,
    /// How mail leaves, as one types it.
    pub send: String,
}

impl MailboxRow {
    /// Its state in short, and how serious that is.
    #[must_use]
    pub fn standing(&self, now: Stamp) -> (Level, String) {
        let problems = self.health.problems(now);
        if self.health.mailbox.paused_at.is_some() {
            return (Level::Late, "paused".to_owned());
        }
        match problems.first() {
            None => (Level::Fine, "ok".to_owned()),
            Some(_) => (Level::Bad, problems.join("; ")),
        }
    }

    /// Its number, as people write it.
    #[must_use]
    pub fn number(&self) -> String {
        number::show(Kind::Mailbox, self.health.mailbox.number)
    }
}

impl Row for MailboxRow {
    const COLUMNS: &'static [&'static str] = &["address", "name", "team", "number"];

    fn id(&self) -> Id {
        self.health.mailbox.id
    }

    fn compare(&self, other: &MailboxRow, column: &str) -> Ordering {
        let (a, b) = (&self.health.mailbox, &other.health.mailbox);
        match column {
            "address" => by_text(&a.address, &b.address),
            "name" => by_text(&a.name, &b.name),
            "team" => by_text(&self.team, &other.team),
            _ => a.number.cmp(&b.number),
        }
    }
}
