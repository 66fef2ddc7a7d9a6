//! Who may do what: no command, undo or redo writes what the role of its caller cannot write.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // tests may take the short way

#[path = "permissions/desk.rs"]
mod desk;
#[path = "cli/help.rs"]
#[allow(dead_code, reason = "other suites use the rest")]
mod help;
#[path = "permissions/random.rs"]
mod random;
#[path = "support/skip.rs"]
mod skip;
#[path = "permissions/undo.rs"]
mod undo;
#[path = "permissions/verbs.rs"]
mod verbs;
