//! What the tests of the screen share: a small invented desk at a fixed time, a screen driven without threads, and
//! frames as text.
#![allow(dead_code, reason = "each test takes what it needs")]

pub mod bench;
pub mod crowd;
pub mod keys;
pub mod line;
pub mod screen;
pub mod terminal;
pub mod tiny;
