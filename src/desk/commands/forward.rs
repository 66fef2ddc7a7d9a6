//! Forwarding: a ticket's thread goes to an outside person, whose answer comes back as a side thread.

use super::{
    files,
    reply::{Leaving, addresses, leave, writer},
    ticket::{apply, move_to},
};
use crate::{
    desk::{
        answering,
        command::NewForward,
        drafts::DraftFile,
        outbox, read,
        work::{Job, ticket_name},
    },
    model::{Channel, Delivery, EventKind, Kind, Message, OutboxKind, Refusal, Ticket, Visibility},
    store::Reject,
};

/// Sends a ticket's thread on, with its files. Notes and side threads stay here.
pub fn forward(job: &mut Job, new: &NewForward) -> Result<(), Reject> {
    let mut ticket: Ticket = job.need(new.ticket)?;
    let agent = writer(job)?;
    addresses(new.to.iter().chain(&new.cc).chain(&new.bcc))?;
    if new.to.is_empty() {
        return Err(Refusal::Invalid { field: "to", why: "name a recipient".into() }.into());
    }
    if let Some(at) = new.send_at {
        outbox::may_be_chosen(at, job.now())?;
    }
    let all = read::thread(job.view(), ticket.id)?;
    let sending = answering::sending(job.view(), &ticket)?;
    let chosen = match &new.existing {
        Some(chosen) => chosen.clone(),
        None => {
            let all = answering::forwarded_files(job.view(), &all)?;
            all.iter().filter_map(DraftFile::in_store).collect()
        }
    };
    let existing = files::existing(job, &all, chosen.iter())?;
    let below = new.below.clone().unwrap_or_else(|| {
        answering::below_forward(sending.mailbox.as_ref(), Some(&agent), &all, &job.zone()).text()
    });
    let id = job.make(Kind::Message);
    let ids = answering::forwardable(&all).map(|m| m.message_id.clone());
    let message = Message {
        id,
        at: job.at(),
        agent: Some(agent.id),
        from_name: agent.name.clone(),
        to: new.to.clone(),
        cc: new.cc.clone(),
        bcc: new.bcc.clone(),
        visibility: Visibility::Side,
        side: Some(id),
        channel: Channel::Email,
        subject: new.subject.clone().unwrap_or_else(|| answering::forward_subject(&ticket.subject)),
        body: new.body.trim_end().to_owned(),
        below: Some(below),
        references: ids.filter(|id| !id.is_empty()).collect(),
        delivery: Delivery::Held,
        ..Message::default()
    };
    let files = new.files.iter().cloned().chain(existing).collect();
    let leaving = Leaving { kind: OutboxKind::Forward, files, send_at: new.send_at, now: new.now };
    leave(job, &ticket, &sending, message, leaving)?;
    job.event(ticket.id, EventKind::Noted, "", id.to_string())?;
    for change in &new.changes {
        apply(job, &mut ticket, change)?;
    }
    if let Some(to) = new.then.clone().filter(|to| *to != ticket.category) {
        move_to(job, &mut ticket, &to)?;
    }
    ticket.updated_at = job.at();
    job.put(&ticket)?;
    job.say(format!("{} forwarded to {}", ticket_name(&ticket), new.to.join(", ")));
    Ok(())
}
