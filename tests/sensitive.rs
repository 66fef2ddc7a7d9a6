//! Sensitive fields are absent from everything that a role without the permission reads, and rejected in everything that
//! it asks or writes. Every field that a record marks is tried in every channel: a new one is covered without an edit here.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // tests may take the short way

#[path = "sensitive/channels.rs"]
mod channels;
#[path = "sensitive/desk.rs"]
mod desk;
#[path = "sensitive/place.rs"]
mod place;
#[path = "sensitive/screen.rs"]
mod screen;
mod support;
