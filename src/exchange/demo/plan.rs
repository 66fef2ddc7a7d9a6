//! What is to happen, when: requests in the order of their time, with the ids that they will make.

use super::{Progress, calendar::Calendar, rng::Rng};
use crate::{
    desk::{Command, Desk, Request},
    model::{Id, Ids, Stamp},
    store::Reject,
};

/// Requests in one write: enough that the disk is not what one waits for.
const CHUNK: usize = 1000;

/// How long after a reply its delay has surely ended, in milliseconds.
const HELD: i64 = 11_000;

/// Every request of the demo.
pub struct Plan {
    rng: Rng,
    all: Vec<Request>,
    replies: Vec<(Stamp, Id)>,
    /// The dates.
    pub calendar: Calendar,
}

impl Plan {
    /// Nothing planned yet.
    pub fn new(rng: Rng, calendar: Calendar) -> Plan {
        Plan { rng, all: Vec::new(), replies: Vec::new(), calendar }
    }

    /// Now.
    pub fn now(&self) -> Stamp {
        self.calendar.now
    }

    /// Whether a moment has been.
    pub fn past(&self, at: Stamp) -> bool {
        at < self.calendar.now - 2 * HELD
    }

    /// Plans a request; gives the id of the first record that it makes, if it makes one.
    ///
    /// The request's own `now` is the moment at which it happened: the demo is the life of a desk, lived once more.
    pub fn add(&mut self, at: Stamp, actor: Id, command: Command) -> Id {
        let op = self.op(at);
        let id = Ids::new(op, at).id();
        if let Command::TicketReply(_) = &command {
            self.replies.push((at, id));
        }
        self.all.push(Request::new(op, actor, at, command));
        id
    }

    fn op(&mut self, at: Stamp) -> Id {
        let mut random = [0u8; 10];
        let bytes = self.rng.draw().to_be_bytes().into_iter().chain(self.rng.draw().to_be_bytes());
        for (to, from) in random.iter_mut().zip(bytes) {
            *to = from;
        }
        Id::v7(at, random)
    }

    /// Runs all of it on a desk, oldest first. Held replies are queued by the clock, and then noted as sent.
    ///
    /// # Errors
    /// What a request was refused for; or why the store could not.
    pub fn run(mut self, desk: &Desk, progress: &mut dyn FnMut(Progress)) -> Result<u64, Reject> {
        let mut all = std::mem::take(&mut self.all);
        // Stable: what is of one moment stays in the order in which it was planned.
        all.sort_by_key(|r| r.now);
        let mut replies = std::mem::take(&mut self.replies);
        replies.sort_by_key(|r| r.0);
        let mut replies = replies.into_iter().peekable();
        let total = all.len();
        let mut out = Vec::with_capacity(CHUNK + 8);
        let mut waiting: Vec<Id> = Vec::new();
        let (mut last_reply, mut before): (Stamp, Stamp) = (0, 0);
        let mut done = 0;
        let mut seq = 0;
        for request in all {
            let at = request.now;
            let new_day = self.calendar.midnight(at) != self.calendar.midnight(last_reply);
            if at > last_reply + HELD && (waiting.len() >= 100 || (new_day && !waiting.is_empty())) {
                self.send(before.max(last_reply + HELD), &mut waiting, &mut out);
            }
            while let Some((when, id)) = replies.next_if(|(when, _)| *when <= at) {
                waiting.push(id);
                last_reply = when;
            }
            before = at;
            out.push(request);
            if out.len() >= CHUNK {
                done += out.len();
                seq = flush(desk, &mut out, seq)?;
                progress(Progress { done: done.min(total), total });
            }
        }
        let now = self.calendar.now;
        self.send(now, &mut waiting, &mut out);
        seq = flush(desk, &mut out, seq)?;
        let op = self.op(now);
        desk.end_set_up(op, now, seq)?;
        progress(Progress { done: total, total });
        Ok(seq)
    }

    /// The clock queues what was held, wakes what was snoozed, and the mail goes out.
    fn send(&mut self, at: Stamp, waiting: &mut Vec<Id>, out: &mut Vec<Request>) {
        // A step of the clock is of limited length.
        for _ in 0..=waiting.len() / 100 {
            let op = self.op(at);
            out.push(Request::new(op, Id::NIL, at, Command::Tick));
        }
        if !waiting.is_empty() {
            let op = self.op(at);
            let sent = Command::OutboxSent(std::mem::take(waiting));
            out.push(Request::new(op, Id::NIL, at, sent));
        }
    }
}

fn flush(desk: &Desk, out: &mut Vec<Request>, seq: u64) -> Result<u64, Reject> {
    if out.is_empty() {
        return Ok(seq);
    }
    let done = desk.run_all(std::mem::take(out))?;
    Ok(done.last().map_or(seq, |d| d.seq))
}
