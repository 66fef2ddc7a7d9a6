//! Public replies, which are held before they go, and internal notes.

use super::ticket::{apply, move_to, reply_channel};
use crate::{
    desk::{
        command::NewReply,
        outbox,
        permissions::{self, Permission},
        work::{Job, ticket_name},
    },
    model::{
        Agent, Category, Customer, Delivery, EventKind, Id, Kind, Message, Outbox, OutboxState, Refusal,
        Ticket, Visibility, fold,
    },
    store::Reject,
};

/// Answers in public. The message is *held*; the clock queues it. It never looks sent before it is.
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
    let requester: Customer = job.need(ticket.requester)?;
    let channel = reply_channel(&ticket);
    let mut to = new.to.clone();
    if to.is_empty() {
        to.extend(requester.email().map(str::to_owned));
    }
    for address in to.iter().chain(&new.cc).chain(&new.bcc) {
        let bare = address.rsplit_once('<').map_or(address.as_str(), |(_, a)| a);
        if fold::email_key(bare).is_none() {
            return Err(
                Refusal::Invalid { field: "to", why: format!("{address} is no e-mail address") }.into()
            );
        }
    }
    if to.is_empty() {
        let why = format!("{} has no e-mail address: add one, or write a note", requester.display_name());
        return Err(Refusal::Invalid { field: "to", why }.into());
    }
    let id = job.make(Kind::Message);
    let last = crate::desk::read::thread(job.view(), ticket.id)?;
    let answered: Vec<&Message> = last.iter().filter(|m| !m.message_id.is_empty()).collect();
    let domain = job.workspace.address.rsplit_once('@').map_or("frontdesk.invalid", |(_, d)| d).to_owned();
    let message = Message {
        id,
        number: job.next_number(Kind::Message)?,
        ticket: ticket.id,
        customer: ticket.requester,
        at: job.at(),
        agent: Some(agent.id),
        from_name: agent.name.clone(),
        from: job.workspace.address.clone(),
        to,
        cc: new.cc.clone(),
        bcc: new.bcc.clone(),
        visibility: Visibility::Public,
        channel,
        subject: format!("Re: {} [{}]", ticket.subject, ticket_name(&ticket)),
        body: new.body.trim_end().to_owned(),
        message_id: format!("{id}@{domain}"),
        in_reply_to: answered.last().map(|m| m.message_id.clone()).into_iter().collect(),
        references: answered.iter().map(|m| m.message_id.clone()).collect(),
        delivery: Delivery::Held,
        ..Default::default()
    };
    job.put(&message)?;
    let hold_until = job.now() + job.workspace.hold_ms();
    let outbox = Outbox {
        id,
        ticket: ticket.id,
        agent: agent.id,
        hold_until,
        state: OutboxState::Held,
        ..Default::default()
    };
    job.put(&outbox)?;
    job.event(ticket.id, EventKind::Replied, "", id.to_string())?;
    if ticket.assignee.is_none() {
        apply(job, &mut ticket, &crate::desk::TicketChange::Assignee(Some(agent.id)))?;
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
    let state = if new.then.is_some() { format!(", {}", ticket.category.label()) } else { String::new() };
    job.say(format!("reply to {} held{state}", ticket_name(&ticket)));
    Ok(())
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
        channel: crate::model::Channel::Note,
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

fn writer(job: &Job) -> Result<Agent, Refusal> {
    job.agent.clone().ok_or_else(|| permissions::unknown(Permission::Note))
}
