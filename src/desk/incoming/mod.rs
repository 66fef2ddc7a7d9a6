//! What the desk decides on mail that arrives, beside the ticket that it belongs on: whether its sender is blocked or
//! waits in the screener, whether it is one of too many, whether it gets an automatic reply, what it reports of a message
//! of ours. One decision, made inside the transaction that writes the message; `frontdesk mail explain` shows the same.
//!
//! - [`decide`]: the decision; [`Arrival`]: by which mailbox a message came, and when
//! - [`address`]: new addresses of known people
//! - [`screener`]: senders who write for the first time, and blocked ones
//! - [`bounce`]: reports of messages that did not arrive
//! - [`storm`]: too many messages of one sender or of one subject
//! - `reply`: acknowledgements and out-of-hours replies
//! - `recent`: who wrote lately, and who had an automatic reply

pub mod address;
pub mod bounce;
mod recent;
mod reply;
pub mod screener;
pub mod storm;

use super::{import::ImportMail, work::Job};
use crate::{
    mail::automatic::{NoReply, Reply},
    model::{EventKind, Id, Mailbox, Message, Stamp, Ticket, Workspace},
    store::{Reject, StoreError, View},
};

pub use storm::Storm;

/// By which mailbox a message came, and when.
#[derive(Debug, Clone, Copy)]
pub struct Arrival<'a> {
    /// The mailbox.
    pub mailbox: &'a Mailbox,
    /// When it came there.
    pub at: Stamp,
    /// Now.
    pub now: Stamp,
}

impl Arrival<'_> {
    /// Whether it came before the mailbox was added: it was fetched as history, and no one waits for an answer. Compared
    /// in seconds, as servers say no more.
    pub fn is_history(&self) -> bool {
        self.at.div_euclid(1000) < self.mailbox.created_at.div_euclid(1000)
    }
}

/// What is decided on a message beside its ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decided {
    /// Whether its sender is blocked: it is kept as spam.
    pub blocked: bool,
    /// Whether its ticket waits in the screener.
    pub screened: bool,
    /// Whether it is one of too many.
    pub storm: Option<Storm>,
    /// The customer whose new address the sender's may be: it is offered for their record.
    pub offer: Option<Id>,
    /// Which automatic reply it gets, or why none.
    pub reply: Result<Reply, NoReply>,
}

/// Decides on a message; `follows`: the ticket that it belongs on.
///
/// # Errors
/// Where the file cannot be read.
pub fn decide(
    view: &dyn View,
    workspace: &Workspace,
    mail: &ImportMail,
    by: &Arrival<'_>,
    follows: Option<&Ticket>,
) -> Result<Decided, StoreError> {
    let blocked =
        !mail.by_agent && (workspace.blocks(&mail.sender.email) || by.mailbox.blocks(&mail.sender.email));
    let storm = match by.is_history() {
        true => None,
        false => storm::storm(view, workspace, &mail.message, follows.is_some(), by.at)?,
    };
    let screened = follows.is_none() && !blocked && screener::waits(view, mail, by)?;
    let offer = match follows {
        Some(ticket) if !blocked => address::whose(view, mail, ticket)?,
        _ => None,
    };
    let mut decided = Decided { blocked, screened, storm, offer, reply: Err(NoReply::Robot) };
    decided.reply = reply::which(view, workspace, mail, by, &decided, follows.is_some())?;
    Ok(decided)
}

/// Does what was decided, once the message is on its ticket.
///
/// # Errors
/// Where the store cannot.
pub(super) fn after(
    job: &mut Job,
    by: &Arrival<'_>,
    decided: &Decided,
    (ticket, follows): (&mut Ticket, bool),
    message: &Message,
) -> Result<(), Reject> {
    if !by.is_history() {
        storm::count(job, message, follows, by.at)?;
    }
    if let Some(storm) = decided.storm.as_ref().filter(|_| !follows) {
        storm::mark(job, ticket, storm, message.at)?;
        job.put(ticket)?;
    }
    if let Some(customer) = decided.offer {
        let (from, to) = (message.from.clone(), customer.to_string());
        job.event_at(ticket.id, message.at, None, EventKind::NewAddress, from, to)?;
    }
    if let Ok(reply) = decided.reply {
        reply::send(job, ticket, by.mailbox, message, reply)?;
    }
    Ok(())
}
