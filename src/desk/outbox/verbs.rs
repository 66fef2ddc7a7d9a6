//! What agents do with messages on their way: hold, send now, send later, cancel, retry, edit.

use super::{put, state};
use crate::{
    desk::{drafts, work::Job},
    model::{EventKind, Id, Kind, Message, Outbox, OutboxState, Refusal, Stamp, TicketEvent, number},
    store::{Reject, check::events_of},
};

/// What is to be done with a message on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OutboxVerb {
    /// Keep it here until it is let go.
    Hold,
    /// Send it now.
    Now,
    /// Send it at a time.
    At(Stamp),
    /// Never send it.
    Cancel,
    /// Send it again to those who do not have it, under the same Message-ID.
    Retry,
    /// Cancel it, and give its text back to be edited.
    Edit,
}

impl OutboxVerb {
    /// Its word in the log.
    pub fn word(self) -> &'static str {
        match self {
            OutboxVerb::Hold => "outbox hold",
            OutboxVerb::Now => "outbox now",
            OutboxVerb::At(_) => "outbox later",
            OutboxVerb::Cancel => "outbox cancel",
            OutboxVerb::Retry => "outbox retry",
            OutboxVerb::Edit => "outbox edit",
        }
    }

    fn done(self, job: &Job) -> String {
        match self {
            OutboxVerb::Hold => "held".into(),
            OutboxVerb::Now => "to be sent now".into(),
            OutboxVerb::At(at) => format!("to be sent {}", job.zone().when(at, job.now())),
            OutboxVerb::Cancel => "cancelled".into(),
            OutboxVerb::Retry => "to be sent again".into(),
            OutboxVerb::Edit => "cancelled: its text is back in the draft".into(),
        }
    }

    /// Whether a message in that state allows it; else why not.
    fn may(self, out: &Outbox) -> Result<(), &'static str> {
        use OutboxState::{Cancelled, Deferred, Failed, Held, Queued, Ready, Sending, Sent, Unsure};
        match (self, &out.state) {
            (_, Sending) => Err("it is being sent: wait for the result"),
            (OutboxVerb::Retry, Sent) if state::rejected(out).is_empty() => Err("everyone has it"),
            (OutboxVerb::Retry, Failed | Unsure | Deferred | Sent) => Ok(()),
            (OutboxVerb::Retry, Held | Queued | Ready) => {
                Err("it was not tried yet: send it with `outbox now`")
            }
            (_, Sent) => Err("it was sent"),
            (_, Cancelled) => Err("it was cancelled"),
            (OutboxVerb::Cancel | OutboxVerb::Edit, Unsure) => {
                Err("it may have been sent: send it again with `outbox retry`, or leave it")
            }
            (OutboxVerb::Cancel | OutboxVerb::Edit, Deferred) if has_arrived(out) => {
                Err("some recipients have it already")
            }
            (OutboxVerb::Cancel | OutboxVerb::Edit, Held | Queued | Ready | Deferred | Failed) => Ok(()),
            (OutboxVerb::Hold | OutboxVerb::Now | OutboxVerb::At(_), Held | Queued | Ready) => Ok(()),
            (OutboxVerb::Now, Deferred) => Ok(()),
            (OutboxVerb::Now, Failed | Unsure) => Err("send it again with `outbox retry`"),
            _ => Err("it was tried already"),
        }
    }
}

fn has_arrived(out: &Outbox) -> bool {
    state::open(out).count() < out.recipients.len()
}

/// Does it with each; of several, those that do not allow it are skipped and said.
///
/// # Errors
/// Where the only one does not allow it.
pub fn run(job: &mut Job, ids: &[Id], verb: OutboxVerb) -> Result<(), Reject> {
    if let OutboxVerb::At(at) = verb {
        may_be_chosen(at, job.now())?;
    }
    let mut names = Vec::new();
    for id in ids {
        let out: Outbox = job.need(*id)?;
        let message: Message = job.need(*id)?;
        let name = number::show(Kind::Message, message.number);
        if let Err(why) = verb.may(&out) {
            if ids.len() == 1 {
                let why = format!("{name} is {}: {why}", out.state);
                return Err(Refusal::Invalid { field: "message", why }.into());
            }
            job.done.skipped.push((*id, format!("{name} is {}: {why}", out.state)));
            continue;
        }
        one(job, out, &message, verb)?;
        names.push(name);
    }
    let what = match names.as_slice() {
        [] => "nothing to change".to_owned(),
        [one] => format!("{one} {}", verb.done(job)),
        more => format!("{} messages {}", more.len(), verb.done(job)),
    };
    job.say(what);
    Ok(())
}

/// That a chosen time is to come, and at most a year ahead.
///
/// # Errors
/// [`Refusal::Invalid`].
pub fn may_be_chosen(at: Stamp, now: Stamp) -> Result<(), Refusal> {
    let why = if at <= now {
        "that time has passed: name one to come"
    } else if at > now.saturating_add(state::FURTHEST) {
        "that is more than a year ahead"
    } else {
        return Ok(());
    };
    Err(Refusal::Invalid { field: "at", why: why.to_owned() })
}

fn one(job: &mut Job, mut out: Outbox, message: &Message, verb: OutboxVerb) -> Result<(), Reject> {
    match verb {
        OutboxVerb::Hold => {
            out.state = OutboxState::Held;
            // Until it is let go: no chosen time lies further ahead.
            out.send_at = Some(job.now().saturating_add(state::FURTHEST));
        }
        OutboxVerb::At(at) => {
            out.state = OutboxState::Held;
            out.send_at = Some(at);
        }
        OutboxVerb::Now if out.state == OutboxState::Deferred => out.next_try_at = Some(job.now()),
        OutboxVerb::Now => {
            out.state = OutboxState::Ready;
            out.hold_until = job.now();
            out.send_at = None;
        }
        OutboxVerb::Retry => {
            state::retry(&mut out);
            unlost(job, &out)?;
        }
        OutboxVerb::Cancel | OutboxVerb::Edit => {
            out.state = OutboxState::Cancelled;
            out.next_try_at = None;
            unanswered(job, &out)?;
        }
    }
    put(job, &out)?;
    if verb == OutboxVerb::Edit {
        let draft = drafts::of_message(message);
        if let Some(me) = job.actor() {
            drafts::put(job.work.tx, me, &draft)?;
        }
        job.done.draft = Some(draft);
    }
    Ok(())
}

/// A message that is sent again is no longer one that did not arrive.
fn unlost(job: &mut Job, out: &Outbox) -> Result<(), Reject> {
    without(job, out, EventKind::Undelivered)
}

/// A message that never leaves answers nothing.
fn unanswered(job: &mut Job, out: &Outbox) -> Result<(), Reject> {
    without(job, out, EventKind::Replied)
}

/// Takes the event of a message off its ticket.
fn without(job: &mut Job, out: &Outbox, kind: EventKind) -> Result<(), Reject> {
    let id = out.id.to_string();
    let events: Vec<TicketEvent> = events_of(job.view(), out.ticket)?;
    for e in events.into_iter().filter(|e| e.kind == kind && e.to == id) {
        job.work.del(Kind::TicketEvent, e.id)?;
        job.restart_timers(out.ticket);
    }
    Ok(())
}
