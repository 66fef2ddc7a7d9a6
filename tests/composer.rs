//! Writing to customers and others on the screen: what is shown is exactly what is sent, and nothing typed is lost.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // tests may take the short way

mod support;

#[path = "composer/aside.rs"]
mod aside;
#[path = "composer/below.rs"]
mod below;
#[path = "composer/editor.rs"]
mod editor;
#[path = "composer/files.rs"]
mod files;
#[path = "composer/later.rs"]
mod later;
#[path = "composer/looks.rs"]
mod looks;
#[path = "composer/post.rs"]
mod post;
#[path = "composer/recipients.rs"]
mod recipients;
