//! The promises of the store, kept by every engine.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

#[path = "store/conformance.rs"]
mod conformance;
#[path = "store/file.rs"]
mod file;
#[path = "store/help.rs"]
mod help;
#[path = "support/holder.rs"]
mod holder;
#[path = "store/processes.rs"]
mod processes;
