//! `frontdesk`: the customer manager that lives in a terminal.
//!
//! The floors, ground floor first; a floor imports only from those above it in this list (`term` from
//! `model` alone, `desk` never from `index`). `tests/architecture.rs` holds the code to it.

pub mod model;

pub mod mail;

pub mod query;
pub mod store;

pub mod index;

pub mod desk;

pub mod insight;

pub mod exchange;

pub mod term;
pub mod tui;

pub mod host;

pub mod cli;
