//! Counts the steps of loops over untrusted input, so that tests can hold a loop to being linear or bounded without a
//! clock. Counted per thread, and only in builds with debug assertions; elsewhere it costs nothing.

use std::cell::Cell;

thread_local! {
    static STEPS: Cell<u64> = const { Cell::new(0) };
}

/// Counts `n` steps: bytes read, rows drawn, records compared.
pub fn count(n: usize) {
    if cfg!(debug_assertions) {
        STEPS.with(|s| s.set(s.get().saturating_add(n as u64)));
    }
}

/// Runs something, and gives how many steps it counted on this thread.
pub fn counted<T>(run: impl FnOnce() -> T) -> (T, u64) {
    let before = STEPS.with(Cell::get);
    let out = run();
    (out, STEPS.with(Cell::get) - before)
}
