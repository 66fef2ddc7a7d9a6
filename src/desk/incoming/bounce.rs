//! Reports of mail of ours that did not arrive. A report is believed only of a message that we sent, to an address that we
//! sent it to: anyone can write one.

use crate::{
    desk::{import::ImportMail, outbox, read, work::Job},
    model::{
        Customer, Delivery, EventKind, Id, Key, Message, Outbox, OutboxKind, OutboxState, Stamp, Table,
        Ticket, fold, zone::Zone,
    },
    store::{Range, Reject, Scan, StoreError, View, ViewExt, records},
};

/// What a report says of a message of ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Report {
    /// The message did not, or not yet, arrive at these recipients.
    Of {
        /// The message.
        message: Id,
        /// Its ticket.
        ticket: Id,
        /// The recipients, as the message names them.
        recipients: Vec<String>,
        /// What became of it.
        fate: Fate,
        /// What the server said.
        said: String,
    },
    /// It is about nothing that we sent: why it is not believed.
    Unknown(&'static str),
}

/// What became of a message at a recipient.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It did not arrive, and no other will: the address is of no use.
    NoAddress,
    /// It did not arrive.
    Failed,
    /// The server goes on trying.
    Delayed,
}

impl Report {
    /// In words, for people.
    pub fn shown(&self) -> String {
        match self {
            Report::Unknown(why) => format!("{KEPT}: {why}"),
            Report::Of { recipients, fate, said, .. } => {
                let what = match fate {
                    Fate::NoAddress => "the message failed, the address is marked, the ticket comes back",
                    Fate::Failed => "the message failed, the ticket comes back",
                    Fate::Delayed => "a delay, which is noted",
                };
                format!("{what}: {}: {said}", recipients.join(", "))
            }
        }
    }
}

/// How the note on a report begins that is about nothing of ours.
const KEPT: &str = "a report that is kept without a ticket";

/// Whether a problem of a message is that note.
pub(crate) fn is_kept(problem: &str) -> bool {
    problem.starts_with(KEPT)
}

/// What a mail reports of a message of ours; `None` where it is no report.
///
/// # Errors
/// Where the file cannot be read.
pub fn report(view: &dyn View, mail: &ImportMail) -> Result<Option<Report>, StoreError> {
    let Some(bounce) = &mail.bounce else { return Ok(None) };
    if !bounce.names_mail() {
        return Ok(None);
    }
    let m = &mail.message;
    let ids = bounce.original_id.iter().chain(&m.in_reply_to).chain(m.references.iter().rev());
    let mut why = "it names no message that we sent";
    for id in ids {
        let Some(message) = sent_as(view, id)? else { continue };
        let all = outbox::letter::recipients(&message);
        let named = |a: &&String| {
            let key = fold::email_key(a);
            bounce.recipients.iter().any(|r| fold::email_key(r) == key)
        };
        let recipients: Vec<String> = match (bounce.recipients.is_empty(), all.as_slice()) {
            (true, [one]) => vec![one.clone()],
            _ => all.iter().filter(named).cloned().collect(),
        };
        if recipients.is_empty() {
            why = "it names no recipient of the message";
            continue;
        }
        let fate = match (bounce.gave_up, bounce.hard) {
            (false, _) => Fate::Delayed,
            (true, true) => Fate::NoAddress,
            (true, false) => Fate::Failed,
        };
        let said = [bounce.status.as_str(), "the server gave no reason"];
        let said = if bounce.diagnostic.is_empty() {
            said.into_iter().find(|s| !s.is_empty()).unwrap_or_default()
        } else {
            &bounce.diagnostic
        };
        let said = outbox::brief(said);
        return Ok(Some(Report::Of { message: message.id, ticket: message.ticket, recipients, fate, said }));
    }
    Ok(Some(Report::Unknown(why)))
}

/// The message that we sent under a Message-ID, from this desk or before it.
pub(super) fn sent_as(view: &dyn View, message_id: &str) -> Result<Option<Message>, StoreError> {
    let prefix = Range::prefix(Key::new().text(message_id));
    for (key, _) in view.page(Table::IxMessageId, &prefix, Scan::Forward, 20)? {
        let Some(id) = key.last_chunk::<16>().map(|b| Id(*b)) else { continue };
        let Some(message) = records::get::<Message>(view, id)? else { continue };
        let left = match records::get::<Outbox>(view, id)? {
            Some(out) => {
                out.first_try_at.is_some() || matches!(out.state, OutboxState::Sent | OutboxState::Unsure)
            }
            // Imported. Mail that arrives proves nothing: anyone can write in our name.
            None => {
                message.mailbox.is_none() && matches!(message.delivery, Delivery::Sent | Delivery::Failed)
            }
        };
        if left {
            return Ok(Some(message));
        }
    }
    Ok(None)
}

/// Applies a report that came at `at`: the message failed, its ticket comes back, the address is marked. `history`: it was
/// imported, and brings no older ticket back.
///
/// # Errors
/// Where the store cannot.
pub(crate) fn apply(job: &mut Job, report: &Report, at: Stamp, history: bool) -> Result<(), Reject> {
    let Report::Of { message, ticket, recipients, fate, said } = report else { return Ok(()) };
    let words = format!("{}: {said}", recipients.join(", "));
    if *fate == Fate::Delayed {
        return job.event_at(*ticket, at, None, EventKind::Delayed, words, message.to_string());
    }
    if *fate == Fate::NoAddress {
        for address in recipients {
            if !history || !wrote_since(job.view(), address, at)? {
                mark(job, address, said)?;
            }
        }
    }
    let mut failed: Message = job.need(*message)?;
    let all = outbox::letter::recipients(&failed);
    let Some(mut out) = job.work.get::<Outbox>(*message)? else {
        let what = if recipients.len() == all.len() {
            failed.delivery = Delivery::Failed;
            job.put(&failed)?;
            message.to_string()
        } else {
            recipients.join(", ")
        };
        let events = read::events(job.view(), *ticket)?;
        if events.iter().any(|e| e.kind == EventKind::Undelivered && e.to == what) {
            return Ok(());
        }
        return match history {
            true => job.event_at(*ticket, at, None, EventKind::Undelivered, words, what),
            false => outbox::attempt::returned(job, *ticket, &OutboxKind::Reply, words, what),
        };
    };
    if !outbox::state::bounced(&mut out, &all, recipients, said) {
        return Ok(());
    }
    outbox::put(job, &out)?;
    let what = match out.state {
        OutboxState::Failed => message.to_string(),
        _ => recipients.join(", "),
    };
    outbox::attempt::returned(job, out.ticket, &out.kind, words, what)
}

/// How far back in a customer's timeline a message from their address is looked for.
const RECENT: usize = 200;

/// Whether mail from an address came after `at`: where mail comes from, mail can go to.
fn wrote_since(view: &dyn View, address: &str, at: Stamp) -> Result<bool, StoreError> {
    let (Some(customer), key) = (read::customer_by_email(view, address)?, fold::email_key(address)) else {
        return Ok(false);
    };
    let items = read::timeline(view, customer, &Zone::utc(), None, RECENT)?.0;
    Ok(items.iter().any(|i| {
        matches!(&i.entry, read::TimelineEntry::Message(m, ..)
            if m.at > at && m.author == Some(customer) && m.robot.is_empty() && fold::email_key(&m.from) == key)
    }))
}

/// Marks an address at everyone who has it.
///
/// # Errors
/// Where the store cannot.
pub(crate) fn mark(job: &mut Job, address: &str, said: &str) -> Result<(), Reject> {
    change(job, address, |e| {
        e.bounced = true;
        said.clone_into(&mut e.bounce);
    })
}

/// Takes the mark off an address from which mail comes.
///
/// # Errors
/// Where the store cannot.
pub(crate) fn unmark(job: &mut Job, address: &str) -> Result<(), Reject> {
    change(job, address, |e| {
        e.bounced = false;
        e.bounce.clear();
    })
}

fn change(
    job: &mut Job,
    address: &str,
    f: impl Fn(&mut crate::model::customer::Email),
) -> Result<(), Reject> {
    let Some(key) = fold::email_key(address) else { return Ok(()) };
    let rows = job.view().page(Table::IxEmail, &Range::prefix(Key::new().text(&key)), Scan::Forward, 100)?;
    for id in rows.iter().filter_map(|(k, _)| k.last_chunk::<16>()).map(|b| Id(*b)) {
        let before: Customer = job.need(id)?;
        let mut c = before.clone();
        c.emails.iter_mut().filter(|e| fold::email_key(&e.address).as_deref() == Some(&key)).for_each(&f);
        if c != before {
            c.updated_at = job.now();
            job.put(&c)?;
        }
    }
    Ok(())
}

/// The addresses of these to which mail came back, with what the servers said.
///
/// # Errors
/// Where the file cannot be read.
pub fn marked(view: &dyn View, addresses: &[String]) -> Result<Vec<(String, String)>, StoreError> {
    let mut out = Vec::new();
    for key in addresses.iter().filter_map(|a| crate::desk::import::bare_key(a)) {
        let rows = view.page(Table::IxEmail, &Range::prefix(Key::new().text(&key)), Scan::Forward, 20)?;
        for id in rows.iter().filter_map(|(k, _)| k.last_chunk::<16>()).map(|b| Id(*b)) {
            let c = records::get::<Customer>(view, id)?.unwrap_or_default();
            let is = |e: &&crate::model::customer::Email| {
                e.bounced && fold::email_key(&e.address).as_deref() == Some(&key)
            };
            if let Some(e) = c.emails.iter().find(is)
                && !out.iter().any(|(a, _)| *a == e.address)
            {
                out.push((e.address.clone(), e.bounce.clone()));
            }
        }
    }
    Ok(out)
}

/// The ticket that a report goes on.
///
/// # Errors
/// Where the file cannot be read.
pub(crate) fn ticket(view: &dyn View, report: &Report) -> Result<Option<Ticket>, StoreError> {
    match report {
        Report::Of { ticket, .. } => crate::desk::import::placing::live(view, *ticket),
        Report::Unknown(_) => Ok(None),
    }
}
