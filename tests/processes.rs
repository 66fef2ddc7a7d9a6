//! Many real processes on one file: a desk next to a writer that hangs, clocks that fire once, terminals beside imports and backups, a file that is replaced
//! under everyone, a disk that runs full.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // tests may take the short way

#[path = "support/dice.rs"]
mod dice;
#[path = "support/holder.rs"]
mod holder;
#[path = "support/process.rs"]
mod process;
#[path = "support/skip.rs"]
mod skip;
mod support;

#[path = "processes/busy.rs"]
mod busy;

#[path = "processes/clocks.rs"]
mod clocks;
#[path = "processes/desks.rs"]
mod desks;
#[path = "processes/erased.rs"]
mod erased;
#[path = "processes/full.rs"]
mod full;
#[path = "processes/replaced.rs"]
mod replaced;
#[path = "processes/together.rs"]
mod together;
