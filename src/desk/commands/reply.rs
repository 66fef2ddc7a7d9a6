//! Public replies, which are held before they go, and internal notes.

use super::{
    files::existing,
    ticket::{apply, move_to},
};
use crate::{
    desk::{
        answering::{self, Answer},
        command::NewReply,
        incoming::bounce,
        outbox,
        permissions::{self, Permission},
        work::{Job, ticket_name},
    },
    mail::compose::File,
    model::{
        Agent, Category, Channel, Customer, Delivery, EventKind, Id, Kind, Message, Outbox, OutboxKind,
        OutboxState, Refusal, Stamp, Ticket, Visibility, message::Attachment,
    },
    store::{Reject, raw},
};

/// Answers in public, or in a side thread. The message is *held*; the clock queues it. It never looks sent before it is.
pub fn reply(job: &mut Job, new: &NewReply) -> Result<(), Reject> {
    let mut ticket: Ticket = job.need(new.ticket)?;
    let agent = writer(job)?;
    if new.body.trim().is_empty() {
        return Err(Refusal::Invalid { field: "reply", why: "there is nothing written yet".into() }.into());
    }
    if matches!(ticket.category, Category::Merged | Category::Closed) {
        let why = format!("{} is {}: write on a live ticket", ticket_name(&ticket), ticket.category.label());
        return Err(Refusal::Invalid { field: "ticket", why }.into());
    }
    if let Some(at) = new.send_at {
        outbox::may_be_chosen(at, job.now())?;
    }
    let requester: Customer = job.need(ticket.requester)?;
    let all = crate::desk::read::thread(job.view(), ticket.id)?;
    let sending = answering::sending(job.view(), &ticket)?;
    if let Some(side) = new.side
        && !all.iter().any(|m| m.side_thread() == Some(side))
    {
        let why = format!("{} has no such side thread", ticket_name(&ticket));
        return Err(Refusal::Invalid { field: "side", why }.into());
    }
    let events = crate::desk::read::events(job.view(), ticket.id)?;
    let answer = Answer::new(&ticket, &requester, (&all, &events), &sending, new.side);
    let to = if new.to.is_empty() { answer.recipients().to } else { new.to.clone() };
    addresses(to.iter().chain(&new.cc).chain(&new.bcc))?;
    if to.is_empty() {
        let why = format!("{} has no e-mail address: add one, or write a note", requester.display_name());
        return Err(Refusal::Invalid { field: "to", why }.into());
    }
    unseen(job, &ticket, &all, agent.id, new.seen)?;
    let channel = answer.channel();
    let by_mail = channel == Channel::Email && sending.mailbox.is_some();
    let usual = || by_mail.then(|| answer.below(Some(&agent), &job.zone()).text());
    let below = new.below.clone().or_else(usual);
    let subject = new.subject.clone().unwrap_or_else(|| answer.subject());
    let ids = known_ids(&all, new.side);
    let files = existing(job, &all, new.existing.iter())?;
    let gone_to: Vec<String> = to.iter().chain(&new.cc).chain(&new.bcc).cloned().collect();
    let id = job.make(Kind::Message);
    let message = Message {
        id,
        at: job.at(),
        agent: Some(agent.id),
        from_name: agent.name.clone(),
        to,
        cc: new.cc.clone(),
        bcc: new.bcc.clone(),
        visibility: if new.side.is_some() { Visibility::Side } else { Visibility::Public },
        side: new.side,
        channel,
        subject,
        body: new.body.trim_end().to_owned(),
        below,
        in_reply_to: ids.last().cloned().into_iter().collect(),
        references: ids,
        ..Default::default()
    };
    let kind = if new.side.is_some() { OutboxKind::Forward } else { OutboxKind::Reply };
    let files = new.files.iter().cloned().chain(files).collect();
    let leaving = Leaving { kind, files, send_at: new.send_at, now: new.now };
    let state = leave(job, &ticket, &sending, message, leaving)?;
    // What is written to others is no answer to the customer: their clock runs on.
    let event = if new.side.is_some() { EventKind::Noted } else { EventKind::Replied };
    job.event(ticket.id, event, "", id.to_string())?;
    if ticket.assignee.is_none() {
        apply(job, &mut ticket, &crate::desk::TicketChange::Assignee(Some(agent.id)))?;
    }
    // Who is answered is let in.
    if new.side.is_none() {
        apply(job, &mut ticket, &crate::desk::TicketChange::Accept)?;
    }
    for change in &new.changes {
        apply(job, &mut ticket, change)?;
    }
    let then = new.then.clone().or((ticket.category == Category::New).then_some(Category::Open));
    if let Some(to) = then.filter(|to| *to != ticket.category) {
        move_to(job, &mut ticket, &to)?;
    }
    ticket.updated_at = job.at();
    job.put(&ticket)?;
    let then = if new.then.is_some() { format!(", {}", ticket.category.label()) } else { String::new() };
    let what = match new.send_at {
        Some(at) => format!("to be sent {}", job.zone().when_exactly(at, job.now())),
        None => state.label().to_owned(),
    };
    let what = format!("{} {what}{then}{}", ticket_name(&ticket), came_back(job, &gone_to)?);
    job.say(if new.side.is_some() {
        format!("reply in a side thread of {what}")
    } else {
        format!("reply to {what}")
    });
    Ok(())
}

/// Which of these addresses mail came back from, in words: `; mail to ada@example.org came back: no such user`.
fn came_back(job: &Job, addresses: &[String]) -> Result<String, Reject> {
    let marked = bounce::marked(job.view(), addresses)?;
    let words = |(address, said): &(String, String)| match said.as_str() {
        "" => format!("; mail to {address} came back"),
        said => format!("; mail to {address} came back: {said}"),
    };
    Ok(marked.iter().map(words).collect())
}

/// The Message-IDs of the customer's thread, or of a side thread, oldest first. Neither refers to messages of the other,
/// which its readers do not have.
fn known_ids(all: &[Message], side: Option<Id>) -> Vec<String> {
    let is_in = |m: &&Message| match side {
        Some(side) => m.side_thread() == Some(side),
        None => m.visibility == Visibility::Public,
    };
    // What never left, its readers do not have either.
    let is_known = |m: &&Message| !m.message_id.is_empty() && m.delivery != Delivery::Failed;
    all.iter().filter(is_in).filter(is_known).map(|m| m.message_id.clone()).collect()
}

/// That all of them are addresses.
pub fn addresses<'a>(all: impl IntoIterator<Item = &'a String>) -> Result<(), Refusal> {
    answering::all_addresses(all).map_err(|why| Refusal::Invalid { field: "to", why })
}

/// That nothing came on the ticket that its writer has not seen. Without `seen` it is only whether another agent's reply
/// is held now.
fn unseen(job: &Job, ticket: &Ticket, thread: &[Message], me: Id, seen: Option<Id>) -> Result<(), Reject> {
    let Some(latest) = thread.last().map(|m| m.id) else { return Ok(()) };
    let from = seen.and_then(|seen| thread.iter().position(|m| m.id == seen));
    let news = thread.iter().skip(from.map_or(0, |at| at + 1)).filter(|m| m.agent != Some(me));
    for m in news.filter(|m| m.visibility == Visibility::Public) {
        let out = job.work.get::<Outbox>(m.id)?.filter(|o| o.state == OutboxState::Held);
        let held = out.map(|o| o.hold_until).filter(|until| *until > job.now());
        let what = match held {
            Some(until) => {
                let until = job.zone().when_exactly(until, job.now());
                format!("{}'s reply to {} is held until {until}", m.from_name, ticket_name(ticket))
            }
            None if from.is_some() => {
                format!("{} wrote on {} since you began", m.from_name, ticket_name(ticket))
            }
            None => continue,
        };
        return Err(Refusal::Unseen { what, latest }.into());
    }
    Ok(())
}

/// How a message leaves.
pub struct Leaving {
    /// What it is.
    pub kind: OutboxKind,
    /// Files that go with it.
    pub files: Vec<File>,
    /// The time chosen for it.
    pub send_at: Option<Stamp>,
    /// Whether it is sent without the delay.
    pub now: bool,
}

/// Writes a message of ours with its files, and puts it on its way from a mailbox. Gives how far it is.
pub fn leave(
    job: &mut Job,
    ticket: &Ticket,
    sending: &answering::Sending,
    mut message: Message,
    how: Leaving,
) -> Result<OutboxState, Reject> {
    let mailbox = sending.mailbox.as_ref();
    let text = message.whole_text().len();
    let size = answering::size_on_its_way(text, how.files.iter().map(|f| f.bytes.len() as u64));
    if let Some(why) = answering::too_large(size, sending.limit) {
        return Err(Refusal::Invalid { field: "attach", why }.into());
    }
    let address = mailbox.map_or(&job.workspace.address, |m| &m.address).clone();
    let domain = address.rsplit_once('@').map_or("frontdesk.invalid", |(_, d)| d);
    message.number = job.next_number(Kind::Message)?;
    message.ticket = ticket.id;
    message.customer = ticket.requester;
    message.message_id = format!("{}@{domain}", message.id);
    message.from = address;
    message.mailbox = mailbox.map(|m| m.id);
    message.via = Some(job.request.via());
    let hook = format!("[{}]", ticket_name(ticket));
    if mailbox.is_none_or(|m| !m.no_subject_hook) && !message.subject.contains(&hook) {
        message.subject.push_str(&format!(" {hook}"));
    }
    for file in how.files {
        let raw = job.ids.id();
        raw::put(job.work.tx, raw, &file.bytes)?;
        message.attachments.push(Attachment {
            name: file.name,
            content_type: file.content_type,
            size: file.bytes.len() as u64,
            raw,
        });
    }
    let mut out = Outbox {
        id: message.id,
        ticket: ticket.id,
        agent: message.agent.unwrap_or(Id::NIL),
        hold_until: if how.now { job.now() } else { job.now() + job.workspace.hold_ms() },
        state: OutboxState::Held,
        kind: how.kind,
        mailbox: message.mailbox,
        send_at: how.send_at,
        ..Default::default()
    };
    if how.now && how.send_at.is_none() {
        outbox::release(job, &mut out, &message)?;
    }
    job.put(&message)?;
    outbox::put(job, &out)?;
    Ok(out.state)
}

/// Notes that queued replies were handed to the mail system. One that is not queued is skipped and said.
pub fn sent(job: &mut Job, ids: &[Id]) -> Result<(), Reject> {
    let mut count = 0;
    for id in ids {
        let mut out: Outbox = job.need(*id)?;
        if !matches!(out.state, OutboxState::Queued | OutboxState::Ready) {
            job.done.skipped.push((*id, format!("the reply is {}", out.state)));
            continue;
        }
        out.state = OutboxState::Sent;
        // It left when its delay ended, even where that is noted for many together.
        out.sent_at = Some(out.due_at().min(job.now()));
        out.attempts = out.attempts.saturating_add(1);
        outbox::put(job, &out)?;
        count += 1;
    }
    job.say(if count == 1 { "1 reply sent".to_owned() } else { format!("{count} replies sent") });
    Ok(())
}

/// Writes an internal note: never leaves by mail.
pub fn note(job: &mut Job, ticket: Id, body: &str) -> Result<(), Reject> {
    let mut ticket: Ticket = job.need(ticket)?;
    let agent = writer(job)?;
    if body.trim().is_empty() {
        return Err(Refusal::Invalid { field: "note", why: "there is nothing written yet".into() }.into());
    }
    let id = job.make(Kind::Message);
    let message = Message {
        id,
        number: job.next_number(Kind::Message)?,
        ticket: ticket.id,
        customer: ticket.requester,
        at: job.at(),
        agent: Some(agent.id),
        from_name: agent.name,
        visibility: Visibility::Internal,
        channel: Channel::Note,
        body: body.trim_end().to_owned(),
        delivery: Delivery::Received,
        ..Default::default()
    };
    job.put(&message)?;
    job.event(ticket.id, EventKind::Noted, "", id.to_string())?;
    ticket.updated_at = job.at();
    job.put(&ticket)?;
    job.say(format!("note on {}", ticket_name(&ticket)));
    Ok(())
}

/// The agent who writes.
pub fn writer(job: &Job) -> Result<Agent, Refusal> {
    job.agent.clone().ok_or_else(|| permissions::unknown(Permission::Note))
}
