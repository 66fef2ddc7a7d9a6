//! One attempt to send: a sender takes a message, and tells what came of it. Both are their own commands, durable
//! before and after the network is touched, so that of all processes exactly one makes each attempt.

use super::{copy, letter, put, state, transport::Outcome};
use crate::{
    desk::{commands::move_to, incoming::bounce, mailboxes, work::Job},
    mail::robot::says_no_address,
    model::{
        Category, EventKind, Id, Kind, Message, Outbox, OutboxKind, OutboxState, RecipientState, Refusal,
        Ticket, number,
    },
    store::Reject,
};

/// A sender takes a message that is due.
pub fn claim(job: &mut Job, id: Id, mailbox: Id, holder: Id) -> Result<(), Reject> {
    let mut out: Outbox = job.need(id)?;
    out.mailbox = Some(mailbox);
    let message: Message = job.need(id)?;
    if !state::is_due(&out, job.now()) {
        let why = format!("it is {}", out.state.label());
        return Err(Refusal::Invalid { field: "message", why }.into());
    }
    state::claim(&mut out, holder, &letter::recipients(&message), job.now());
    put(job, &out)?;
    job.say(format!("sending {}", name(&message)));
    Ok(())
}

/// What an attempt came to, and where its server could not be reached: why. One that is over already, or of another
/// sender, is skipped and said.
pub fn settle(
    job: &mut Job,
    id: Id,
    (holder, attempt): (Id, u32),
    outcomes: &[Outcome],
    down: Option<&str>,
) -> Result<(), Reject> {
    let mut out: Outbox = job.need(id)?;
    if let Some(mailbox) = out.mailbox {
        let mut stands = mailboxes::state(job.view(), mailbox)?;
        match down {
            Some(why) => mailboxes::send_failed(&mut stands, why, job.now()),
            None => mailboxes::sent(&mut stands, job.now()),
        }
        mailboxes::put_state(job.work.tx, mailbox, &stands)?;
    }
    if !state::is_of(&out, holder, attempt) {
        job.done.skipped.push((id, format!("it is {} by now", out.state.label())));
        return Ok(());
    }
    let before: Vec<String> = state::rejected(&out).into_iter().map(str::to_owned).collect();
    state::settle(&mut out, outcomes, job.now());
    copy::want(job, &mut out)?;
    let message: Message = job.need(id)?;
    put(job, &out)?;
    let gone = out.recipients.iter().filter(|r| r.state == RecipientState::Rejected);
    for r in gone.filter(|r| !before.contains(&r.address) && says_no_address(&r.said)) {
        bounce::mark(job, &r.address, &r.said)?;
    }
    if out.state == OutboxState::Failed {
        returned(job, out.ticket, &out.kind, out.problem.clone(), id.to_string())?;
    } else if state::rejected(&out).len() > before.len() {
        returned(job, out.ticket, &out.kind, out.problem.clone(), state::rejected(&out).join(", "))?;
    }
    let what = match out.state {
        OutboxState::Sent => "sent".to_owned(),
        _ => format!("{}: {}", out.state.label(), out.problem),
    };
    job.say(format!("{} {what}", name(&message)));
    Ok(())
}

/// The ticket of a message that did not arrive comes back to its agent, with the reason.
///
/// # Errors
/// Where the store cannot.
pub fn returned(
    job: &mut Job,
    ticket: Id,
    kind: &OutboxKind,
    why: String,
    what: String,
) -> Result<(), Reject> {
    let Some(mut ticket) = job.work.get::<Ticket>(ticket)? else { return Ok(()) };
    job.event(ticket.id, EventKind::Undelivered, why, what)?;
    if *kind == OutboxKind::Automatic {
        // No one waits for what the desk wrote itself.
        return Ok(());
    }
    if let Some(until) = ticket.snoozed_until.take() {
        job.event(ticket.id, EventKind::Snooze, until.to_string(), "")?;
    }
    if matches!(ticket.category, Category::Pending | Category::OnHold | Category::Solved) {
        move_to(job, &mut ticket, &Category::Open)?;
    }
    ticket.updated_at = job.at();
    job.put(&ticket)?;
    Ok(())
}

fn name(message: &Message) -> String {
    number::show(Kind::Message, message.number)
}
