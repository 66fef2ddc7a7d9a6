//! What happens by itself: held replies are queued, snoozes end. Each fires once, by whichever process comes first.

use super::work::Job;
use crate::{
    model::{
        Delivery, EventKind, Id, Key, KeyReader, Kind, Message, Outbox, OutboxState, Stamp, Table, Ticket,
    },
    store::{Range, Reject, Scan, StoreError, View, ViewExt},
};

/// At most so many timers a step.
const STEP: usize = 200;

/// Everything due by the time of the request.
pub fn tick(job: &mut Job) -> Result<(), Reject> {
    let now = job.now();
    let mut fired = 0;
    for (kind, id) in due(job.view(), now)? {
        match kind {
            Kind::Outbox => queue(job, id)?,
            Kind::Ticket => wake(job, id)?,
            _ => continue,
        }
        fired += 1;
    }
    job.say(format!("{fired} timers"));
    Ok(())
}

/// What is due by a time: held replies and snoozed tickets.
fn due(view: &dyn View, now: Stamp) -> Result<Vec<(Kind, Id)>, StoreError> {
    let range = Range::between(Key::new(), Key::new().at(now.saturating_add(1)));
    let mut out = Vec::new();
    view.scan(Table::IxDue, &range, Scan::Forward, &mut |k, _| {
        let mut r = KeyReader(k);
        if let (Some(_), Some(kind), Some(id)) = (r.at(), r.u8().and_then(Kind::of_code), r.id())
            && matches!(kind, Kind::Outbox | Kind::Ticket)
        {
            out.push((kind, id));
        }
        out.len() < STEP
    })?;
    Ok(out)
}

/// When the next held reply or snooze is due; `None`: nothing waits.
///
/// # Errors
/// Where the file cannot be read.
pub fn next(view: &dyn View) -> Result<Option<Stamp>, StoreError> {
    let mut out = None;
    view.scan(Table::IxDue, &Range::all(), Scan::Forward, &mut |k, _| {
        let mut r = KeyReader(k);
        let (at, kind) = (r.at(), r.u8().and_then(Kind::of_code));
        if matches!(kind, Some(Kind::Outbox | Kind::Ticket)) {
            out = at;
        }
        out.is_none()
    })?;
    Ok(out)
}

/// Whether anything is due by a time.
///
/// # Errors
/// Where the file cannot be read.
pub fn is_due(view: &dyn View, now: Stamp) -> Result<bool, StoreError> {
    Ok(view.count(Table::IxDue, &Range::between(Key::new(), Key::new().at(now.saturating_add(1))))? > 0
        && !due(view, now)?.is_empty())
}

fn queue(job: &mut Job, id: Id) -> Result<(), Reject> {
    let mut out: Outbox = job.need(id)?;
    if out.state != OutboxState::Held || out.hold_until > job.now() {
        return Ok(());
    }
    out.state = OutboxState::Queued;
    job.put(&out)?;
    let mut message: Message = job.need(id)?;
    message.delivery = Delivery::Queued;
    job.put(&message)?;
    Ok(())
}

fn wake(job: &mut Job, id: Id) -> Result<(), Reject> {
    let mut t: Ticket = job.need(id)?;
    let Some(until) = t.snoozed_until.filter(|u| *u <= job.now()) else { return Ok(()) };
    t.snoozed_until = None;
    job.put(&t)?;
    job.event_at(id, until, None, EventKind::Snooze, until.to_string(), "")
}
