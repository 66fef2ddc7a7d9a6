//! How much output may be on its way to the terminal. Pure: time comes in.
//!
//! A **fence** is the question `CSI 5n` behind what was written: the terminal answers once it has read all before it. Over a
//! slow line, output waits in buffers that nothing here can see (sshd's, the kernel's, a modem's), and what is written into
//! them is late by as much. So at most [`MOST`] fences go unanswered, and from the answers follows how fast the line is: a frame
//! that would only wait in the line is not drawn yet. It is drawn later, from the state of then.
//!
//! A terminal that does not answer is asked once, and never waited for.

use std::collections::VecDeque;

/// The question.
pub const FENCE: &[u8] = b"\x1b[5n";
/// The most fences without an answer.
pub const MOST: usize = 3;
/// Bytes that go without a fence: a few milliseconds of the slowest line.
const UNFENCED: usize = 256;
/// After this many milliseconds without an answer none is waited for, until one comes.
pub const PATIENCE_MS: u64 = 3_000;
/// Bytes from which on the time they took says how fast the line is.
const TELLING: usize = 1_024;
/// This many of these times are kept.
const SAMPLES: usize = 5;

/// A fence without an answer.
#[derive(Clone, Copy, Debug)]
struct Sent {
    at: u64,
    /// Bytes since the fence before it.
    bytes: usize,
    /// No other was on its way.
    alone: bool,
}

/// The fences of one session.
#[derive(Clone, Debug, Default)]
pub struct Fences {
    asks: bool,
    answers: bool,
    waiting: VecDeque<Sent>,
    unfenced: usize,
    /// When the last answer came.
    answered_at: u64,
    /// The shortest way there and back, in milliseconds.
    round_trip: Option<u64>,
    /// Bytes, and the milliseconds that they kept the line busy.
    samples: VecDeque<(usize, u64)>,
    /// When the line will have taken all that was written.
    dry_at: u64,
}

impl Fences {
    /// Fences for a terminal that is asked (`asks`), or for one that is not.
    pub fn new(asks: bool) -> Self {
        Fences { asks, ..Self::default() }
    }

    /// Whether more may be written at `now` (milliseconds of any clock that does not run backwards).
    pub fn allow(&self, now: u64) -> bool {
        let Some(oldest) = self.waiting.front().filter(|_| self.answers) else { return true };
        now >= oldest.at + PATIENCE_MS || (self.waiting.len() < MOST && now >= self.dry_at)
    }

    /// When more may be written at the latest, though no answer comes; `None`: now.
    pub fn until(&self) -> Option<u64> {
        let oldest = self.waiting.front().filter(|_| self.answers)?;
        let patience = oldest.at + PATIENCE_MS;
        Some(if self.waiting.len() < MOST { patience.min(self.dry_at) } else { patience })
    }

    /// Whether an answer may still come.
    pub fn is_waiting(&self) -> bool {
        self.answers && !self.waiting.is_empty()
    }

    /// Takes note of bytes that are written at `now`, and puts a fence behind them where one is due.
    pub fn write(&mut self, bytes: &mut Vec<u8>, now: u64) {
        if !self.asks || bytes.is_empty() {
            return;
        }
        if self.waiting.front().is_some_and(|oldest| now >= oldest.at + PATIENCE_MS) {
            self.answers = false;
        }
        self.unfenced += bytes.len();
        let due = if self.answers {
            self.unfenced >= UNFENCED && self.waiting.len() < MOST
        } else {
            self.waiting.is_empty()
        };
        if due {
            bytes.extend(FENCE);
            let bytes = self.unfenced + FENCE.len();
            self.waiting.push_back(Sent { at: now, bytes, alone: self.waiting.is_empty() });
            self.unfenced = 0;
            self.dry_at = self.dry_at.max(now) + self.takes(bytes);
        }
    }

    /// The terminal has answered at `now`.
    pub fn answered(&mut self, now: u64) {
        self.answers = self.asks;
        let Some(fence) = self.waiting.pop_front() else { return };
        let took = now.saturating_sub(fence.at);
        let way = match self.round_trip {
            // The line has become longer: a terminal elsewhere was attached.
            Some(way) if took > way && fence.alone && fence.bytes < TELLING / 2 => way + (took - way) / 8,
            Some(way) => way.min(took),
            None => took,
        };
        self.round_trip = Some(way);
        if fence.bytes >= TELLING {
            let busy = now.saturating_sub(self.answered_at.max(fence.at + way));
            self.samples.push_back((fence.bytes, busy));
            if self.samples.len() > SAMPLES {
                self.samples.pop_front();
            }
        }
        self.answered_at = now;
        if self.waiting.is_empty() {
            self.dry_at = now;
        }
    }

    /// The terminal was someone else's for a while, who may have had the answers: it is asked again.
    pub fn forget(&mut self) {
        *self = Fences::new(self.asks);
    }

    /// Asks no more: the terminal is about to be given back.
    pub fn stop(&mut self) {
        self.asks = false;
    }

    /// The milliseconds for which this many bytes keep the line busy.
    fn takes(&self, bytes: usize) -> u64 {
        let (all, busy) = self.samples.iter().fold((0, 0), |(a, b), (bytes, ms)| (a + bytes, b + ms));
        let wide = |n: usize| u64::try_from(n).unwrap_or(u64::MAX);
        wide(bytes).saturating_mul(busy).checked_div(wide(all)).unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Writes this many bytes; whether a fence went with them.
    fn write(fences: &mut Fences, bytes: usize, now: u64) -> bool {
        let mut out = vec![b'x'; bytes];
        fences.write(&mut out, now);
        out.ends_with(FENCE)
    }

    #[test]
    fn a_terminal_that_never_answers_is_asked_once_and_never_waited_for() {
        let mut fences = Fences::new(true);
        assert!(write(&mut fences, 10, 0));
        for now in 1..10_000 {
            assert!(fences.allow(now) && fences.until().is_none() && !fences.is_waiting());
            assert!(!write(&mut fences, 5_000, now));
        }
        assert!(!write(&mut Fences::new(false), 5_000, 0));
    }

    #[test]
    fn three_fences_go_unanswered_at_most() {
        let mut fences = Fences::new(true);
        write(&mut fences, 10, 0);
        fences.answered(20);
        for now in [100, 101, 102] {
            assert!(fences.allow(now) && write(&mut fences, 500, now));
        }
        assert!(!fences.allow(103) && fences.is_waiting());
        assert_eq!(fences.until(), Some(100 + PATIENCE_MS));
        fences.answered(120);
        assert!(fences.allow(120));
    }

    #[test]
    fn what_is_a_few_bytes_goes_without_a_fence() {
        let mut fences = Fences::new(true);
        write(&mut fences, 10, 0);
        fences.answered(1);
        let fenced: usize = (0..60).map(|now| usize::from(write(&mut fences, 9, now))).sum();
        assert_eq!(fenced, 2, "one behind each 256 bytes");
    }

    #[test]
    fn a_frame_is_sent_when_the_line_runs_dry_not_before() {
        // 32 bytes a millisecond, 200 ms there and back.
        let mut fences = Fences::new(true);
        write(&mut fences, 10, 0);
        fences.answered(200);
        assert!(write(&mut fences, 6_396, 1_000));
        fences.answered(1_000 + 200 + 200);
        assert!(write(&mut fences, 6_396, 2_000));
        assert!(!fences.allow(2_199) && fences.allow(2_200), "200 ms of the line are full");
        assert_eq!(fences.until(), Some(2_200));
    }

    #[test]
    fn a_terminal_that_fell_silent_is_waited_for_only_so_long_and_heard_again() {
        let mut fences = Fences::new(true);
        write(&mut fences, 10, 0);
        fences.answered(1);
        for now in [10, 11, 12] {
            write(&mut fences, 500, now);
        }
        assert!(!fences.allow(9 + PATIENCE_MS) && fences.allow(10 + PATIENCE_MS));
        assert!(!write(&mut fences, 500, 10 + PATIENCE_MS));
        assert!(fences.allow(10 + PATIENCE_MS) && !fences.is_waiting());
        for now in [9_000, 9_001, 9_002] {
            fences.answered(now);
        }
        assert!(write(&mut fences, 500, 9_010) && fences.is_waiting(), "it is asked again");
    }
}
