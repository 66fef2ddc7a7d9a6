//! Texts whose scores were computed in one go, of which the best are asked for: hardly ever are all of them looked at, so
//! they are not put in order, but in steps.

use super::list::ABSENT;

/// As many steps from no score to the best one are distinguished where the best are sought.
const STEPS: usize = if cfg!(test) { 3 } else { 1024 };

/// Texts with their scores, in steps: what is drawn later scores less than all that was drawn before.
#[derive(Debug)]
pub struct Pool {
    left: Vec<(f32, u32)>,
    /// How many of them are in each step, from the worst to the best.
    steps: Vec<usize>,
    /// The least that was drawn.
    taken: f32,
}

impl Default for Pool {
    fn default() -> Pool {
        Pool { left: Vec::new(), steps: Vec::new(), taken: f32::INFINITY }
    }
}

impl Pool {
    /// Of what each text scores, by its number; of those that are asked for alone.
    pub fn of(scores: &[f32], asked: impl Fn(u32) -> bool) -> Pool {
        // Every text is written, and the next one over it where it is none of them: a branch would be guessed wrong half of
        // the time.
        let mut all = vec![(0f32, 0u32); scores.len() + 1];
        let (mut count, mut best) = (0, f32::MIN_POSITIVE);
        for (text, score) in (0u32..).zip(scores) {
            if let Some(slot) = all.get_mut(count) {
                *slot = (*score, text);
            }
            count += usize::from(*score > ABSENT);
            best = best.max(*score);
        }
        all.truncate(count);
        all.retain(|(_, text)| asked(*text));
        let per = STEPS as f32 / best;
        let step = |score: f32| ((score * per) as usize).min(STEPS - 1);
        let mut steps = vec![0usize; STEPS];
        for (score, _) in &all {
            steps.get_mut(step(*score)).into_iter().for_each(|n| *n += 1);
        }
        let mut at: Vec<usize> =
            steps.iter().scan(0, |sum, n| Some(std::mem::replace(sum, *sum + n))).collect();
        let mut left = vec![(0f32, 0u32); all.len()];
        for one in all {
            if let Some(at) = at.get_mut(step(one.0)) {
                left.get_mut(*at).into_iter().for_each(|slot| *slot = one);
                *at += 1;
            }
        }
        Pool { left, steps, taken: f32::INFINITY }
    }

    /// Whether all was drawn.
    pub fn is_empty(&self) -> bool {
        self.left.is_empty()
    }

    /// The least that was drawn: what is left scores less.
    pub fn taken(&self) -> f32 {
        self.taken
    }

    /// The best that are left: this many, or as many more as are in the same step.
    pub fn draw(&mut self, wanted: usize) -> impl Iterator<Item = (f32, u32)> {
        let mut some = 0;
        while some < wanted
            && let Some(step) = self.steps.pop()
        {
            some += step;
        }
        let drawn = self.left.split_off(self.left.len().saturating_sub(some));
        self.taken = drawn.iter().fold(self.taken, |least, (score, _)| least.min(*score));
        drawn.into_iter()
    }
}
