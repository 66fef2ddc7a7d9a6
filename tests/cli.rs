//! The binary as scripts see it: what it prints, where, and how it ends.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // tests may take the short way

#[path = "cli/help.rs"]
mod help;
#[path = "support/skip.rs"]
mod skip;

#[path = "cli/contract.rs"]
mod contract;
#[path = "cli/custom_fields.rs"]
mod custom_fields;
#[path = "cli/deals.rs"]
mod deals;
#[path = "cli/dry_run.rs"]
mod dry_run;
#[path = "cli/everyday.rs"]
mod everyday;
#[path = "cli/fields.rs"]
mod fields;
#[path = "cli/files.rs"]
mod files;
#[path = "cli/locale.rs"]
mod locale;
#[path = "cli/mail.rs"]
mod mail;
#[path = "cli/numbers.rs"]
mod numbers;
#[path = "cli/refusals.rs"]
mod refusals;
#[path = "cli/verbs.rs"]
mod verbs;
