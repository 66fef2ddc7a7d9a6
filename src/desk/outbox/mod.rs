//! Outgoing messages on their way: the only place where their states change.
//!
//! - [`state`]: the state machine, as pure functions of the record
//! - `attempt`: a sender takes a message, and tells what came of it
//! - [`copy`]: copies of sent messages in a folder at the server
//! - [`OutboxVerb`]: what agents do with messages on their way
//! - [`Transport`]: what hands a message to the mail system; the host implements it
//! - [`send_due`]: sends what is due
//! - [`standings`]: how much waits, by mailbox
//! - [`in_order`]: which messages there are, those that need a person first
//! - `adopt`: messages of older versions come into that order, step by step
//! - [`letter`]: the bytes of a message

pub mod adopt;
pub mod attempt;
pub mod copy;
mod drive;
mod due;
pub mod letter;
mod order;
mod standing;
pub mod state;
mod transport;
mod verbs;

pub use copy::{Copier, copy_due, copy_mailboxes};
pub use drive::{Sender, Sent, send_due, sending_by};
pub use due::{DueMailboxes, due, next_due};
pub use order::{ORDER, in_order, over_since, rank, waiting};
pub use standing::{Counts, Standing, counts, standings};
pub use transport::{Down, Envelope, Outcome, Transport};
pub use verbs::{OutboxVerb, may_be_chosen, run as verb};

pub(in crate::desk) use transport::brief;

use super::{mailboxes, work::Job};
use crate::{
    model::{Channel, Message, Outbox, OutboxState, Ticket},
    store::Reject,
};

/// Lets a message go: it is to be sent, by a mailbox where there is one. Without one, and where it is no mail, it waits for
/// an agent to say so.
///
/// # Errors
/// Where the file cannot be read.
pub fn release(job: &Job, out: &mut Outbox, message: &Message) -> Result<(), Reject> {
    let ticket = job.work.get::<Ticket>(out.ticket)?.unwrap_or_default();
    let mailbox = mailboxes::answering(job.view(), &ticket)?.filter(|_| message.channel == Channel::Email);
    out.state = if mailbox.is_some() { OutboxState::Ready } else { OutboxState::Queued };
    out.mailbox = out.mailbox.or(mailbox.map(|m| m.id));
    Ok(())
}

/// Writes how far an outgoing message is and since when, and what its message says of it.
///
/// # Errors
/// Where the store cannot.
pub fn put(job: &mut Job, out: &Outbox) -> Result<(), Reject> {
    let same = job.work.get::<Outbox>(out.id)?.is_some_and(|before| before.state == out.state);
    let since = out.since.filter(|_| same).or(Some(job.now()));
    job.put(&Outbox { since, ..out.clone() })?;
    if let Some(mut message) = job.work.get::<Message>(out.id)? {
        message.delivery = out.state.delivery();
        job.put(&message)?;
    }
    Ok(())
}
