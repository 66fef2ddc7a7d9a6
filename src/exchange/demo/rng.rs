//! Chance that comes out the same each time: SplitMix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number
//! generators", 2014), with the few draws that the demo needs.

/// A stream of chance.
#[derive(Debug, Clone)]
pub struct Rng(u64);

impl Rng {
    /// The stream of a seed.
    pub fn new(seed: u64) -> Rng {
        Rng(seed)
    }

    /// Its own stream, so that what one subject draws does not shift another's.
    pub fn fork(&self, subject: u64) -> Rng {
        let mut r = Rng(self.0 ^ subject.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        r.draw();
        r
    }

    /// Sixty-four bits.
    pub fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number from 0 to before `n`; 0 for 0.
    pub fn below(&mut self, n: usize) -> usize {
        let n = n.max(1) as u64;
        usize::try_from(self.draw() % n).unwrap_or(0)
    }

    /// A number from `low` to before `high`; `low` where there is none between.
    pub fn range(&mut self, low: i64, high: i64) -> i64 {
        let width = high.saturating_sub(low).max(1).unsigned_abs();
        low.saturating_add(i64::try_from(self.draw() % width).unwrap_or(0))
    }

    /// Yes, so often in a hundred.
    pub fn chance(&mut self, percent: u64) -> bool {
        self.draw() % 100 < percent
    }

    /// A number from 0 to before 1.
    pub fn unit(&mut self) -> f64 {
        (self.draw() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// One of several; the default of none.
    pub fn pick<T: Copy + Default>(&mut self, of: &[T]) -> T {
        of.get(self.below(of.len())).copied().unwrap_or_default()
    }

    /// The place of one of several, each as likely as its weight.
    pub fn weighted(&mut self, weights: &[u64]) -> usize {
        let all: u64 = weights.iter().sum();
        let mut at = self.draw() % all.max(1);
        for (i, w) in weights.iter().enumerate() {
            if at < *w {
                return i;
            }
            at -= w;
        }
        0
    }

    /// A time that people take, in milliseconds: half of them less than the median, a few far more (log-normal).
    pub fn time(&mut self, median_minutes: f64, spread: f64) -> i64 {
        // Twelve uniforms less six are close to a normal, and the same on every machine.
        let z: f64 = (0..12).map(|_| self.unit()).sum::<f64>() - 6.0;
        (median_minutes * 60_000.0 * (spread * z).exp()).clamp(20_000.0, 4.0e9) as i64
    }
}
