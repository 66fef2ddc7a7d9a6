//! What happens by itself: held replies are queued, snoozes end. Each fires once: whether it is due is looked at in the
//! very transaction that makes it fired. Of several processes one keeps the clocks for all, by a lease in the store, so
//! that the others need not try; where it dies or is stopped, the next one takes them over when the lease runs out.

use std::sync::{Arc, Mutex, PoisonError};

use super::{
    Command, Desk, Done, Request, outbox,
    send_delay::{self, Hold},
    work::{self, Job},
};
use crate::{
    model::{
        EventKind, Id, Key, KeyReader, Kind, Message, OpId, Outbox, OutboxState, Stamp, Table, Ticket,
        workspace::LONGEST_HOLD_MS,
    },
    store::{Range, Reject, Scan, StoreError, View, ViewExt, Weight, lease, meta, records},
};

/// The name of the lease of the clocks.
pub const CLOCKS: &str = "clocks";

/// How long the process that fired last keeps the timers, in milliseconds.
pub const LEASE: Stamp = 15_000;

/// What a tick came to.
#[derive(Debug, Clone, PartialEq)]
pub enum Ticked {
    /// What was due was fired, at most some hundred timers: again where anything was touched.
    Fired(Box<Done>),
    /// Another process keeps the clocks until then.
    Kept(Stamp),
}

impl Desk {
    /// Fires what is due, where no other process keeps the clocks; `holder` (a process, a session) keeps them from then
    /// on for [`LEASE`]. Nothing is written where nothing is due.
    ///
    /// # Errors
    /// Where the store cannot.
    pub fn tick(&self, op: OpId, holder: Id, now: Stamp) -> Result<Ticked, Reject> {
        let kept = |v: &dyn View| lease::against(v, CLOCKS, holder, now, LEASE);
        if let Some(other) = self.view(kept)? {
            return Ok(Ticked::Kept(other.until));
        }
        if !self.view(|v| is_due(v, now))? {
            return Ok(Ticked::Fired(Box::default()));
        }
        let request = Request::new(op, Id::NIL, now, Command::Tick);
        let told = Arc::new(Mutex::new(Ticked::Kept(now)));
        let out = told.clone();
        let outcome = self.store().write(
            op,
            Weight::Light,
            Box::new(move |tx| {
                let other = lease::against(tx.view(), CLOCKS, holder, now, LEASE)?;
                let ticked = if let Some(other) = other {
                    Ticked::Kept(other.until)
                } else {
                    lease::take(tx, CLOCKS, holder, now.saturating_add(LEASE));
                    let head = tx.view().log_head()?;
                    meta::note(tx, meta::LAST_TICK, &meta::moment(now, head));
                    Ticked::Fired(Box::new(work::run(tx, &request, None)?))
                };
                *out.lock().unwrap_or_else(PoisonError::into_inner) = ticked;
                Ok(())
            }),
        )?;
        let mut ticked = told.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Ticked::Fired(done) = &mut ticked {
            (done.seq, done.replayed) = (outcome.seq, outcome.replayed);
        }
        Ok(ticked)
    }

    /// Releases the timers, where `holder` has them.
    ///
    /// # Errors
    /// Where the store cannot.
    pub fn leave_clocks(&self, op: OpId, holder: Id) -> Result<(), Reject> {
        if self.view(|v| lease::of(v, CLOCKS))?.is_none_or(|l| l.holder != holder) {
            return Ok(());
        }
        self.aside(op, move |tx| Ok(lease::give_back(tx, CLOCKS, holder)?))
    }
}

/// At most this many timers a step.
const STEP: usize = 200;

/// Everything due by the time of the request.
pub fn tick(job: &mut Job) -> Result<(), Reject> {
    let now = job.now();
    outbox::adopt::step(job)?;
    let mut fired = 0;
    for (kind, id) in due(job.view(), now)? {
        match kind {
            Kind::Outbox => outgoing(job, id)?,
            Kind::Ticket => wake(job, id)?,
            _ => continue,
        }
        fired += 1;
    }
    job.say(format!("{fired} timers"));
    Ok(())
}

/// What is due by a time: held replies and snoozed tickets; and send times too far ahead to be right.
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
    out.extend(too_far(view, now)?.into_iter().map(|id| (Kind::Outbox, id)));
    Ok(out)
}

/// Held replies whose delay lies further ahead than any can: they were written with a fast clock.
fn too_far(view: &dyn View, now: Stamp) -> Result<Vec<Id>, StoreError> {
    let range = Range::from(Key::new().at(now.saturating_add(LONGEST_HOLD_MS)));
    let mut found = Vec::new();
    view.scan(Table::IxDue, &range, Scan::Forward, &mut |k, _| {
        let mut r = KeyReader(k);
        if let (Some(_), Some(Kind::Outbox), Some(id)) = (r.at(), r.u8().and_then(Kind::of_code), r.id()) {
            found.push(id);
        }
        found.len() < STEP
    })?;
    let mut out = Vec::new();
    for id in found {
        let held = records::get::<Outbox>(view, id)?.filter(|o| o.state == OutboxState::Held);
        // A time that an agent chose is kept.
        if held.is_some_and(|o| {
            o.hold_until > now.saturating_add(LONGEST_HOLD_MS) && o.send_at.is_none_or(|at| at <= now)
        }) {
            out.push(id);
        }
    }
    Ok(out)
}

/// When the next held reply or snooze is due; `None`: nothing waits.
///
/// # Errors
/// Where the file cannot be read.
pub fn next(view: &dyn View, now: Stamp) -> Result<Option<Stamp>, StoreError> {
    if outbox::adopt::is_due(view)? || !too_far(view, now)?.is_empty() {
        return Ok(Some(now));
    }
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
    Ok(outbox::adopt::is_due(view)? || !due(view, now)?.is_empty())
}

/// A message whose delay has passed is released. A sender that did not return leaves its message unsure.
fn outgoing(job: &mut Job, id: Id) -> Result<(), Reject> {
    let mut out: Outbox = job.need(id)?;
    let now = job.now();
    let chosen = out.send_at.is_none_or(|at| at <= now);
    let delay = match out.state {
        OutboxState::Held => send_delay::state(out.hold_until, send_delay::went_back(job.view(), id)?, now),
        _ => Hold::Waits,
    };
    match out.state {
        OutboxState::Held if delay == Hold::Again => {
            out.hold_until = now.saturating_add(job.workspace.hold_ms());
        }
        OutboxState::Held if delay == Hold::Ended && chosen => {
            let message = job.work.get::<Message>(id)?.unwrap_or_default();
            outbox::release(job, &mut out, &message)?;
        }
        OutboxState::Sending if out.lease_until.is_none_or(|until| until <= now) => {
            out.state = OutboxState::Unsure;
            out.lease_until = None;
            "the program that sent it did not come back: it may have been sent".clone_into(&mut out.problem);
        }
        _ => return Ok(()),
    }
    outbox::put(job, &out)
}

fn wake(job: &mut Job, id: Id) -> Result<(), Reject> {
    let mut t: Ticket = job.need(id)?;
    let Some(until) = t.snoozed_until.filter(|u| *u <= job.now()) else { return Ok(()) };
    t.snoozed_until = None;
    job.put(&t)?;
    job.event_at(id, until, None, EventKind::Snooze, until.to_string(), "")
}
