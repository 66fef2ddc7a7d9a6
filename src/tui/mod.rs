//! The screen: model, update, panes, popups, keymap, theme.
//!
//! - [`command`]: the table of commands, and the conditions under which they run.
//! - [`keymap`]: keys as data, and what a key means here and now.

pub mod command;
pub mod keymap;
