//! The screen: model, update, panes, popups, keymap, theme.
//!
//! - [`command`]: the table of commands, and the conditions under which they run.

pub mod command;
