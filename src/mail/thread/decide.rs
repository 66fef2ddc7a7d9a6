//! Where one mail belongs, by what is known.

use super::{SUBJECT_WINDOW, Summary, by_subject};
use crate::mail::subject;
use crate::model::Stamp;

/// What the desk knows of mails and tickets. A ticket that was merged is given as its target.
pub trait Known {
    /// What stands for a ticket.
    type Ticket;

    /// The ticket that the mail of this id is on.
    fn ticket_of(&self, message_id: &str) -> Option<Self::Ticket>;

    /// The ticket with a mail that refers to this id, though no mail of this id is there.
    fn ticket_awaiting(&self, message_id: &str) -> Option<Self::Ticket>;

    /// The ticket of a number, as in `[T-10423]`.
    fn ticket_numbered(&self, number: u64) -> Option<Self::Ticket>;

    /// Whether an address (lower case) wrote on a ticket, is its requester, or follows it.
    fn is_on(&self, ticket: &Self::Ticket, address: &str) -> bool;

    /// The ticket that `address` (lower case) is on with the newest mail of this bare subject
    /// ([`subject::base`]) dated from `since` to `until` (milliseconds).
    fn ticket_by_subject(
        &self,
        base: &str,
        address: &str,
        since: Stamp,
        until: Stamp,
    ) -> Option<Self::Ticket>;
}

/// What made a mail follow a ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum By {
    /// `In-Reply-To` named this mail.
    InReplyTo(String),
    /// `References` named this mail.
    References(String),
    /// A mail on the ticket refers to this one.
    Awaited,
    /// The subject named the ticket of this number.
    Hook(u64),
    /// The same subject, by someone on the ticket.
    Subject,
}

/// Where a mail belongs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision<T> {
    /// It is there already, on this ticket.
    Known(T),
    /// It goes on this ticket.
    Follows(T, By),
    /// It begins a ticket.
    New,
}

/// Decides where one mail belongs; `import` allows the subject alone to decide.
pub fn decide<K: Known>(mail: &Summary, known: &K, import: bool) -> Decision<K::Ticket> {
    if let Some(ticket) = known.ticket_of(&mail.id) {
        return Decision::Known(ticket);
    }
    for id in &mail.in_reply_to {
        if let Some(ticket) = known.ticket_of(id) {
            return Decision::Follows(ticket, By::InReplyTo(id.clone()));
        }
    }
    for id in mail.references.iter().rev() {
        if let Some(ticket) = known.ticket_of(id) {
            return Decision::Follows(ticket, By::References(id.clone()));
        }
    }
    if let Some(ticket) = known.ticket_awaiting(&mail.id) {
        return Decision::Follows(ticket, By::Awaited);
    }
    for number in subject::hooks(&mail.subject) {
        if let Some(ticket) = known.ticket_numbered(number)
            && !mail.sender.is_empty()
            && known.is_on(&ticket, &mail.sender)
        {
            return Decision::Follows(ticket, By::Hook(number));
        }
    }
    if import
        && let Some((base, date)) = by_subject(mail)
        && let Some(ticket) = known.ticket_by_subject(&base, &mail.sender, date - SUBJECT_WINDOW, date)
    {
        return Decision::Follows(ticket, By::Subject);
    }
    Decision::New
}
