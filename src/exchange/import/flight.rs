//! Commits on their way: while one is made durable, the next is worked out and the one after it is read.

use std::{collections::VecDeque, time::Instant};

use super::pace::Pace;
use crate::{
    desk::{Begun, Desk, Done, Request},
    model::{OpId, Refusal},
    store::Reject,
};

/// This many commits are on their way while the next one is read from the file: that one is worked out, once it is handed
/// over, while the one on its way is written.
pub const IN_FLIGHT: usize = 1;

/// Commits in order, each made only if the previous one was.
#[derive(Default)]
pub struct Flight {
    going: VecDeque<Going>,
    /// The last one that was sent: what comes next is made only after it.
    last: Option<OpId>,
    /// When the last one landed.
    landed: Option<Instant>,
    pace: Pace,
}

struct Going {
    begun: Begun,
    tag: u64,
    sent: Instant,
}

impl Flight {
    /// How many steps the next commit has.
    pub fn steps(&self) -> usize {
        self.pace.steps()
    }

    /// Sends a commit. None of its steps is made where one before it was refused.
    pub fn send(&mut self, desk: &Desk, requests: Vec<Request>, tag: u64) {
        if requests.is_empty() {
            return;
        }
        let begun = desk.begin_all(requests, self.last);
        self.last = Some(begun.op);
        // A stopwatch, not the time of day: what is written does not depend on it.
        self.going.push_back(Going { begun, tag, sent: Instant::now() });
    }

    /// Waits until no more than this many are on their way. `take` is given what each came to, with its tag.
    ///
    /// # Errors
    /// What the first of them was refused for: then none is on its way any more.
    pub fn land(&mut self, most: usize, take: &mut dyn FnMut(u64, Vec<Done>)) -> Result<(), Reject> {
        let mut failed = None;
        while self.going.len() > if failed.is_some() { 0 } else { most }
            && let Some(Going { begun, tag, sent }) = self.going.pop_front()
        {
            match begun.wait() {
                Ok(done) => take(tag, done),
                Err(e) => failed = failed.or(Some(e)),
            }
            // It began when the previous one had landed.
            let now = Instant::now();
            self.pace.took(now - self.landed.map_or(sent, |landed| landed.max(sent)));
            self.landed = Some(now);
        }
        if failed.is_some() {
            // What is sent after a failure stands on what stands.
            self.last = None;
        }
        failed.map_or(Ok(()), |e| Err(whole(e)))
    }
}

/// Why a commit of several steps was refused, whichever of them it was.
fn whole(e: Reject) -> Reject {
    match e {
        Reject::Refused(Refusal::Part { why, .. }) => Reject::Refused(*why),
        e => e,
    }
}
