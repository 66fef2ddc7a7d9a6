//! Waiting for another process: try, rest a little longer each time, give up at an end.

use std::time::{Duration, Instant};

/// Rests between tries.
#[derive(Debug)]
pub struct Pause {
    until: Instant,
    longest: Duration,
    next: Duration,
    tries: u32,
}

impl Pause {
    /// Gives up at that moment.
    pub fn until(until: Instant) -> Pause {
        Pause { until, longest: Duration::from_millis(20), next: Duration::from_micros(50), tries: 0 }
    }

    /// Gives up after so long.
    pub fn within(max: Duration) -> Pause {
        Pause::until(Instant::now() + max)
    }

    /// The longest single pause, for the sake of the next in line.
    pub fn at_most(self, longest: Duration) -> Pause {
        Pause { longest, ..self }
    }

    /// Rests; `false` where the time is over: give up.
    pub fn rest(&mut self) -> bool {
        let left = self.until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return false;
        }
        self.tries += 1;
        // Most locks are held for microseconds: two tries without sleeping.
        if self.tries <= 2 {
            std::thread::yield_now();
            return true;
        }
        std::thread::sleep(self.next.min(left));
        self.next = (self.next * 2).min(self.longest);
        true
    }
}
