//! How many threads share work on the index.

use std::thread;

/// As many as there are cores, and four at most.
pub fn workers() -> usize {
    thread::available_parallelism().map_or(1, usize::from).min(4)
}
