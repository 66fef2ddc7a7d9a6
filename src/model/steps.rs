//! Counts the steps of loops over untrusted input, so that tests can assert that a loop is linear or bounded without a
//! clock. Counted only in builds with debug assertions; elsewhere it costs nothing.

use std::{
    cell::Cell,
    sync::atomic::{AtomicU64, Ordering::Relaxed},
};

thread_local! {
    static STEPS: Cell<u64> = const { Cell::new(0) };
}

static ALL_THREADS: AtomicU64 = AtomicU64::new(0);

/// Counts `n` steps: bytes read, rows looked at, records compared.
pub fn count(n: usize) {
    if cfg!(debug_assertions) {
        STEPS.with(|s| s.set(s.get().saturating_add(n as u64)));
        ALL_THREADS.fetch_add(n as u64, Relaxed);
    }
}

/// Runs something, and gives how many steps it counted on this thread.
pub fn counted<T>(run: impl FnOnce() -> T) -> (T, u64) {
    let before = STEPS.with(Cell::get);
    let out = run();
    (out, STEPS.with(Cell::get) - before)
}

/// Runs something that works on several threads, and gives how many steps the whole process counted meanwhile.
pub fn counted_everywhere<T>(run: impl FnOnce() -> T) -> (T, u64) {
    let before = ALL_THREADS.load(Relaxed);
    let out = run();
    (out, ALL_THREADS.load(Relaxed) - before)
}
