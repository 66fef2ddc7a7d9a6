//! Mail storms: a program that writes without end, or an answer to an answer, fills one ticket and not the desk.

use super::recent::{self, RecentKind};
use crate::{
    desk::{import::placing, work::Job},
    mail::subject,
    model::{EventKind, Id, Message, Stamp, Ticket, Workspace, fold},
    store::{Reject, StoreError, View},
};

/// Within what time messages are counted, in milliseconds: ten minutes.
pub const WINDOW: Stamp = 10 * 60_000;

/// The tag of a ticket on which a storm is collected.
pub const TAG: &str = "mail-storm";

/// Too many messages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Storm {
    /// The ticket that collects them; `None`: there is none that takes mail.
    pub ticket: Option<Id>,
    /// Of what there are too many, in words.
    pub what: String,
}

/// What a message is counted by: its sender, and its subject where it belongs to no ticket.
fn counted(message: &Message, follows: bool) -> [(RecentKind, String); 2] {
    let subject = if follows { String::new() } else { without_hooks(&subject::base(&message.subject).text) };
    [(RecentKind::Sender, fold::email_key(&message.from).unwrap_or_default()), (RecentKind::Subject, subject)]
}

/// A subject without the numbers of tickets: an answer to each of our answers names another one.
fn without_hooks(subject: &str) -> String {
    subject.split_whitespace().filter(|w| subject::hooks(w).is_empty()).collect::<Vec<_>>().join(" ")
}

/// Whether a message that arrives at a time is one too many.
///
/// # Errors
/// Where the file cannot be read.
pub fn storm(
    view: &dyn View,
    workspace: &Workspace,
    message: &Message,
    follows: bool,
    at: Stamp,
) -> Result<Option<Storm>, StoreError> {
    let limit = workspace.storm_limit();
    if limit == 0 {
        return Ok(None);
    }
    for (what, text) in counted(message, follows).into_iter().filter(|(_, text)| !text.is_empty()) {
        let tickets = recent::newest(view, (what, &text), (at - WINDOW, at), limit)?;
        if tickets.len() < limit {
            continue;
        }
        let mut ticket = None;
        for id in tickets {
            ticket = placing::live(view, id)?.filter(|t| !placing::is_over(t)).map(|t| t.id);
            if ticket.is_some() {
                break;
            }
        }
        let of = match what {
            RecentKind::Subject => format!("with the subject “{}”", subject::one_line(&message.subject)),
            _ => format!("from {}", message.from),
        };
        return Ok(Some(Storm {
            ticket,
            what: format!("more than {limit} messages {of} within ten minutes"),
        }));
    }
    Ok(None)
}

/// Counts a message that was taken in on a ticket.
///
/// # Errors
/// Where the file cannot be read.
pub fn count(job: &mut Job, message: &Message, follows: bool, at: Stamp) -> Result<(), Reject> {
    for (what, text) in counted(message, follows).iter().filter(|(_, text)| !text.is_empty()) {
        recent::note(job.work.tx, (*what, text), at, message.id, message.ticket)?;
    }
    Ok(())
}

/// Marks a ticket as the one that collects a storm.
///
/// # Errors
/// Where the store cannot.
pub fn mark(job: &mut Job, ticket: &mut Ticket, storm: &Storm, at: Stamp) -> Result<(), Reject> {
    if ticket.tags.iter().any(|t| t == TAG) {
        return Ok(());
    }
    ticket.tags.push(TAG.to_owned());
    job.event_at(ticket.id, at, None, EventKind::Storm, storm.what.clone(), "")?;
    job.event_at(ticket.id, at, None, EventKind::Tags, "", TAG)
}
