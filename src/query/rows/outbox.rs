//! Outgoing messages.

use std::borrow::Cow;

use super::{Around, Out, Roster, lines};
use crate::{
    model::{Id, Mailbox, Message, Outbox, RecipientState, Stamp, Ticket},
    query::{Row, Value},
};

/// An outgoing message with what belongs to it.
#[derive(Debug, Clone, Copy)]
pub struct OutboxRow<'a> {
    /// How far it is.
    pub outbox: &'a Outbox,
    /// The message.
    pub message: Option<&'a Message>,
    /// Of which ticket.
    pub ticket: Option<&'a Ticket>,
    /// The mailbox that sends it.
    pub mailbox: Option<&'a Mailbox>,
    /// Who may have written it.
    pub roster: &'a Roster,
    /// The time at which it is looked at.
    pub now: Stamp,
}

impl Row for OutboxRow<'_> {
    fn values<'v>(&'v self, field: &str, out: &mut Vec<Value<'v>>) {
        let mut out = Out(out);
        let o = self.outbox;
        match field {
            "is" => {
                let rejected = o.recipients.iter().any(|r| r.state == RecipientState::Rejected);
                out.states([("waiting", o.is_waiting()), ("rejected", rejected)]);
            }
            "to" => {
                if let Some(m) = self.message {
                    out.texts(m.to.iter().chain(&m.cc).chain(&m.bcc));
                }
            }
            "subject" => out.text(self.message.map_or("", |m| &m.subject)),
            "ticket" => out.ticket(self.ticket),
            "mailbox" => out.text(self.mailbox.map_or("", |m| &m.address)),
            "author" => out.person(Some(o.agent).filter(|a| !a.is_nil()), self.roster),
            "written" => out.date(self.message.map(|m| m.at)),
            "due" => out.date(o.next_at()),
            "message_id" => out.text(self.message.map_or("", |m| &m.message_id)),
            "number" => out.number(self.message.map_or(0, |m| m.number)),
            other => out.declared(other, o, Around::of(self.roster)),
        }
    }

    fn text(&self) -> Cow<'_, str> {
        let m = self.message;
        let to = m.map(|m| m.to.join(" ")).unwrap_or_default();
        Cow::Owned(lines([m.map_or("", |m| &m.subject), &to, &self.outbox.problem]))
    }

    fn number(&self) -> Option<u64> {
        self.message.map(|m| m.number)
    }

    fn id(&self) -> Option<Id> {
        Some(self.outbox.id)
    }
}
