//! How many threads share work on the index.

use std::{sync::OnceLock, thread};

/// As many as there are cores, and four at most.
pub fn workers() -> usize {
    static WORKERS: OnceLock<usize> = OnceLock::new();
    // It reads files of the system: too much for every keystroke.
    *WORKERS.get_or_init(|| thread::available_parallelism().map_or(1, usize::from).min(4))
}
