//! When to draw: the first change immediately, then at most thirty frames a second. Pure: time comes in.

/// Milliseconds between frames.
pub const FRAME_MS: u64 = 33;

/// What to do now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pace {
    /// Draw.
    Draw,
    /// Not before that time, in the caller's milliseconds.
    Wake(u64),
    /// Nothing to draw: sleep until something happens.
    Rest,
}

/// Paces the frames of one session.
#[derive(Clone, Debug, Default)]
pub struct Pacer {
    dirty: bool,
    drawn_at: Option<u64>,
}

impl Pacer {
    /// A pacer with nothing to draw.
    pub fn new() -> Self {
        Self::default()
    }

    /// Something on the screen changed.
    pub fn mark(&mut self) {
        self.dirty = true;
    }

    /// What to do at `now` (milliseconds of any clock that does not run backwards).
    pub fn next(&self, now: u64) -> Pace {
        if !self.dirty {
            return Pace::Rest;
        }
        match self.drawn_at.map(|at| at + FRAME_MS) {
            Some(due) if due > now => Pace::Wake(due),
            _ => Pace::Draw,
        }
    }

    /// The screen was drawn at `now`.
    pub fn drawn(&mut self, now: u64) {
        self.dirty = false;
        self.drawn_at = Some(now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_key_is_drawn_at_once_and_a_flood_thirty_times_a_second() {
        let mut pacer = Pacer::new();
        assert_eq!(pacer.next(1_000), Pace::Rest);
        let mut frames = 0;
        for now in 1_000..2_000 {
            pacer.mark();
            if pacer.next(now) == Pace::Draw {
                assert!(frames > 0 || now == 1_000);
                pacer.drawn(now);
                frames += 1;
            }
        }
        assert_eq!(frames, 31);
        pacer.mark();
        assert_eq!(pacer.next(2_000), Pace::Wake(1_990 + FRAME_MS));
        assert_eq!(pacer.next(5_000), Pace::Draw);
    }
}
