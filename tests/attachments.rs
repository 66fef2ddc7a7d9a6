//! The files that customers send: listed and saved, whatever they are called and whatever is in them.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // tests may take the short way

#[path = "cli/help.rs"]
#[allow(dead_code, reason = "each test takes what it needs")]
mod help;
#[path = "support/skip.rs"]
mod skip;

#[path = "attachments/mails.rs"]
mod mails;
#[path = "attachments/names.rs"]
mod names;
#[path = "attachments/programs.rs"]
mod programs;
#[path = "attachments/screen.rs"]
mod screen;
#[path = "attachments/shell.rs"]
mod shell;
mod support;
