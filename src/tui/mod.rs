//! The screen: model, update, panes, popups, keymap, theme.
//!
//! A key: event → keymap → command → [`update`] → effects and a changed [`Model`](model::Model) → [`draw`](draw()) →
//! one frame. `update` is pure; a worker answers effects by [`load`] and the desk, and what comes of them returns as
//! events.
//!
//! - [`event`], [`effect`]: what comes in, what is asked for
//! - [`model`]: the whole state of a screen; [`update()`]: how events change it; [`draw()`]: how it looks
//! - [`data`]: what is shown, as loaded by [`load`]; [`pages`]: threads and histories made into lines
//! - [`layout`]: where everything stands; `panes`, [`popups`], `widgets`: what is there
//! - [`command`], [`keymap`]: the table of commands, and the keys that run them
//! - [`plain`]: the other view: the model said line by line
//! - [`insight`]: the workspace of the numbers
//! - [`look`]: themes and signs; [`text`]: text being typed; [`fuzzy`]: choices that match it; [`mod@line`]: changes as
//!   command lines

pub mod command;
pub mod data;
mod draw;
pub mod effect;
pub mod event;
pub mod fuzzy;
pub mod insight;
pub mod keymap;
pub mod layout;
pub mod line;
pub mod load;
pub mod look;
pub mod model;
pub mod pages;
mod panes;
pub mod plain;
pub mod popups;
pub mod text;
mod update;
mod widgets;

pub use draw::draw;
pub use update::{is_busy, is_first_frame_ready, unsaved, update, wake_at};
