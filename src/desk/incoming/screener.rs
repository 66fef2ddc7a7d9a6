//! The screener: where a mailbox has one, tickets of senders who write for the first time wait until an agent lets them in
//! or blocks them.

use super::Arrival;
use crate::{
    desk::{
        import::ImportMail,
        own_addresses::OwnAddresses,
        read,
        work::{Job, email_owner, ticket_name},
    },
    model::{Customer, EventKind, Id, Mailbox, Message, Refusal, Ticket, Workspace, fold, workspace},
    store::{Reject, StoreError, View, records},
};

/// Whether the ticket that a message opens waits in the screener.
///
/// # Errors
/// Where the file cannot be read.
pub(super) fn waits(view: &dyn View, mail: &ImportMail, by: &Arrival<'_>) -> Result<bool, StoreError> {
    if !by.mailbox.screener || mail.by_agent || by.is_history() {
        return Ok(false);
    }
    let Some(key) = fold::email_key(&mail.sender.email) else { return Ok(true) };
    match email_owner(view, &key, None)? {
        None => Ok(true),
        // Who waits already goes on waiting.
        Some(customer) => Ok(read::tickets_of(view, customer)?.iter().any(|t| t.screened && !t.spam)),
    }
}

/// Lets the sender of a ticket in: all of their tickets that wait.
///
/// # Errors
/// Where the store cannot.
pub fn accept(job: &mut Job, ticket: &mut Ticket) -> Result<(), Reject> {
    if !ticket.screened {
        return Ok(());
    }
    ticket.screened = false;
    job.event(ticket.id, EventKind::Screened, "true", "false")?;
    for mut other in read::tickets_of(job.view(), ticket.requester)? {
        if other.id != ticket.id && other.screened {
            other.screened = false;
            other.updated_at = job.at();
            job.put(&other)?;
            job.event(other.id, EventKind::Screened, "true", "false")?;
        }
    }
    Ok(())
}

/// Lets everyone in who waits in the screener of a mailbox.
///
/// # Errors
/// Where the store cannot.
pub fn accept_all(job: &mut Job, mailbox: Id) -> Result<(), Reject> {
    let mut waiting = Vec::new();
    records::each::<Ticket>(job.view(), |t| {
        if t.screened && t.mailbox == Some(mailbox) {
            waiting.push(t);
        }
        true
    })?;
    for mut ticket in waiting {
        // One of the same sender may have let it in.
        ticket.screened = job.need::<Ticket>(ticket.id)?.screened;
        accept(job, &mut ticket)?;
        job.put(&ticket)?;
    }
    Ok(())
}

/// What is to be done with the sender of a ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Block {
    /// Their address is blocked.
    Address,
    /// Everyone at their domain is.
    Domain,
    /// They are no longer blocked.
    Lift,
}

impl Block {
    /// Its word in the log.
    pub fn word(self) -> &'static str {
        match self {
            Block::Address | Block::Domain => "ticket block",
            Block::Lift => "ticket unblock",
        }
    }
}

/// Blocks the senders of tickets for all mailboxes, and marks the tickets as spam; or takes that back.
///
/// # Errors
/// Where a sender has no address, or it is one of ours.
pub fn block(job: &mut Job, ids: &[Id], how: Block) -> Result<(), Reject> {
    let mut said = Vec::new();
    for id in ids {
        let mut ticket: Ticket = job.need(*id)?;
        let sender = sender(job, &ticket)?;
        let domain = sender.rsplit_once('@').map(|(_, d)| format!("@{d}")).unwrap_or_default();
        let blocked = if how == Block::Domain { domain.clone() } else { sender.clone() };
        let mut w = job.workspace.clone();
        if how == Block::Lift {
            w.blocked.retain(|b| *b != sender && *b != domain);
            for mut m in crate::desk::mailboxes::all(job.view())? {
                let before: Mailbox = m.clone();
                m.blocked.retain(|b| !workspace::is_blocked(std::slice::from_ref(b), &sender));
                if m != before {
                    job.put(&m)?;
                }
            }
        } else {
            theirs(job, &sender, &domain, how)?;
            if !w.blocked.contains(&blocked) {
                w.blocked.push(blocked.clone());
            }
        }
        if w != job.workspace {
            job.put::<Workspace>(&w)?;
            job.workspace = w;
        }
        let spam = how != Block::Lift;
        if ticket.spam != spam {
            ticket.spam = spam;
            job.event(ticket.id, EventKind::Spam, (!spam).to_string(), spam.to_string())?;
        }
        accept(job, &mut ticket)?;
        ticket.updated_at = job.at();
        job.put(&ticket)?;
        said.push((ticket_name(&ticket), blocked));
    }
    let senders: Vec<&str> = said.iter().map(|(_, s)| s.as_str()).collect();
    let tickets: Vec<&str> = said.iter().map(|(t, _)| t.as_str()).collect();
    let (what, so) =
        if how == Block::Lift { ("no longer blocked", "is no spam") } else { ("blocked", "is spam") };
    job.say(format!("{} {what}; {} {so}", senders.join(", "), tickets.join(", ")));
    Ok(())
}

/// The address from which a ticket was written.
fn sender(job: &Job, ticket: &Ticket) -> Result<String, Reject> {
    let thread = read::thread(job.view(), ticket.id)?;
    let first = thread.iter().find(|m| m.is_inbound() && m.author == Some(ticket.requester));
    let requester: Customer = job.need(ticket.requester)?;
    let from = |m: &Message| fold::email_key(&m.from);
    let sender = first.and_then(from).or_else(|| requester.email().and_then(fold::email_key));
    sender.ok_or_else(|| {
        let why = format!("the sender of {} has no address", ticket_name(ticket));
        Refusal::Invalid { field: "sender", why }.into()
    })
}

/// That an address, or its domain, is not ours.
fn theirs(job: &Job, sender: &str, domain: &str, how: Block) -> Result<(), Reject> {
    let blocked = if how == Block::Domain { domain } else { sender }.to_owned();
    if OwnAddresses::of(job.view())?
        .all
        .iter()
        .any(|own| workspace::is_blocked(std::slice::from_ref(&blocked), own))
    {
        let why = format!("{blocked} is ours");
        return Err(Refusal::Invalid { field: "sender", why }.into());
    }
    Ok(())
}
