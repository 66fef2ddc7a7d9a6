//! Where one mail belongs, by what is known.

use super::{SUBJECT_WINDOW, Summary, by_subject};
use crate::mail::subject;
use crate::model::Stamp;

/// What the desk knows of mails and tickets. A ticket that was merged is given as its target.
pub trait Known {
    /// The placeholder for a ticket.
    type Ticket;
    /// Why the desk could not be asked.
    type Error;

    /// The ticket that the mail of this id is on.
    ///
    /// # Errors
    /// Where the desk cannot be read; so for all that is asked here.
    fn ticket_of(&self, message_id: &str) -> Result<Option<Self::Ticket>, Self::Error>;

    /// The ticket with a mail that refers to this id, though no mail of this id is there.
    ///
    /// # Errors
    /// As [`ticket_of`](Self::ticket_of).
    fn ticket_awaiting(&self, message_id: &str) -> Result<Option<Self::Ticket>, Self::Error>;

    /// The ticket of a number, as in `[T-10423]`.
    ///
    /// # Errors
    /// As [`ticket_of`](Self::ticket_of).
    fn ticket_numbered(&self, number: u64) -> Result<Option<Self::Ticket>, Self::Error>;

    /// Whether an address (lower case) wrote on a ticket, is its requester, or follows it.
    ///
    /// # Errors
    /// As [`ticket_of`](Self::ticket_of).
    fn is_on(&self, ticket: &Self::Ticket, address: &str) -> Result<bool, Self::Error>;

    /// The ticket that `address` (lower case) is on with the newest mail of this bare subject
    /// ([`subject::base`]) dated from `since` to `until` (milliseconds).
    ///
    /// # Errors
    /// As [`ticket_of`](Self::ticket_of).
    fn ticket_by_subject(
        &self,
        base: &str,
        address: &str,
        since: Stamp,
        until: Stamp,
    ) -> Result<Option<Self::Ticket>, Self::Error>;
}

impl std::fmt::Display for By {
    /// In words for people: `it answers <k1@example.org>`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            By::InReplyTo(id) => write!(f, "it answers <{id}>"),
            By::References(id) => write!(f, "it refers to <{id}>"),
            By::Awaited => write!(f, "a message on the ticket refers to it"),
            By::Plus(number) => write!(f, "it was sent to the address of T-{number}"),
            By::Hook(number) => write!(f, "its subject names T-{number}"),
            By::Subject => write!(f, "it has the same subject, from someone on the ticket"),
        }
    }
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
    /// A plus address named the ticket of this number.
    Plus(u64),
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
///
/// # Errors
/// Where the desk cannot be read.
pub fn decide<K: Known>(mail: &Summary, known: &K, import: bool) -> Result<Decision<K::Ticket>, K::Error> {
    if let Some(ticket) = known.ticket_of(&mail.id)? {
        return Ok(Decision::Known(ticket));
    }
    for id in &mail.in_reply_to {
        if let Some(ticket) = known.ticket_of(id)? {
            return Ok(Decision::Follows(ticket, By::InReplyTo(id.clone())));
        }
    }
    for id in mail.references.iter().rev() {
        if let Some(ticket) = known.ticket_of(id)? {
            return Ok(Decision::Follows(ticket, By::References(id.clone())));
        }
    }
    if let Some(ticket) = known.ticket_awaiting(&mail.id)? {
        return Ok(Decision::Follows(ticket, By::Awaited));
    }
    let plus = mail.plus.iter().map(|n| (*n, By::Plus(*n)));
    for (number, by) in plus.chain(subject::hooks(&mail.subject).into_iter().map(|n| (n, By::Hook(n)))) {
        if let Some(ticket) = known.ticket_numbered(number)?
            && !mail.sender.is_empty()
            && known.is_on(&ticket, &mail.sender)?
        {
            return Ok(Decision::Follows(ticket, by));
        }
    }
    if import
        && let Some((base, date)) = by_subject(mail)
        && let Some(ticket) = known.ticket_by_subject(&base, &mail.sender, date - SUBJECT_WINDOW, date)?
    {
        return Ok(Decision::Follows(ticket, By::Subject));
    }
    Ok(Decision::New)
}
