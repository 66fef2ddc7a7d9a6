//! How many steps go into one commit: few where the disk is slow or others write, many where it is fast.
//!
//! A commit writes each page that it touched once. The addresses, numbers and names of a file come in no order, so that a
//! small commit writes a page for nearly every row, and a large one writes a page for many. But no one else writes in
//! the meantime, so that none may last long.

use std::time::Duration;

/// The most steps in one commit.
const MOST: usize = 128;

/// A commit shorter than this may be followed by a larger one.
const SHORT: Duration = Duration::from_millis(500);

/// A commit longer than this is followed by a smaller one: others give up after two seconds, and where one of them was
/// quicker, what was worked out ahead is worked out again while they wait.
const LONG: Duration = Duration::from_millis(1000);

/// How many steps the next commit has.
pub struct Pace {
    steps: usize,
}

impl Default for Pace {
    fn default() -> Pace {
        Pace { steps: 4 }
    }
}

impl Pace {
    /// How many steps the next commit has.
    pub fn steps(&self) -> usize {
        self.steps
    }

    /// Draws from how long a commit took.
    pub fn took(&mut self, time: Duration) {
        if time < SHORT {
            self.steps = (self.steps * 2).min(MOST);
        } else if time > LONG {
            self.steps = (self.steps / 2).max(1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commits_grow_while_they_are_short_and_shrink_where_they_are_long() {
        let mut pace = Pace::default();
        (0..20).for_each(|_| pace.took(SHORT / 2));
        assert_eq!(pace.steps(), MOST);
        pace.took((SHORT + LONG) / 2);
        assert_eq!(pace.steps(), MOST);
        (0..20).for_each(|_| pace.took(LONG * 2));
        assert_eq!(pace.steps(), 1);
        pace.took(SHORT / 2);
        assert_eq!(pace.steps(), 2);
    }
}
