//! `frontdesk`: the customer manager that lives in a terminal.
//!
//! The layers, lowest first; a layer imports only from those above it in this list (`term` from
//! `model` alone, `desk` never from `find` or `lists`). `tests/architecture.rs` checks it.

pub mod model;

pub mod mail;

pub mod query;
pub mod store;

pub mod find;

pub mod lists;

pub mod desk;

pub mod insight;

pub mod exchange;

pub mod term;
pub mod tui;

pub mod host;

pub mod cli;
