//! What is read, made into lines: once for a width, not at every frame.
//!
//! - `line`: [`Line`], a row of safe text with its meaning.
//! - `thread`: a ticket's messages and what happened between them.
//! - `body`: the text of a message: wrapped, quotes folded.
//! - `timeline`: the rows of a customer's history.
//! - `card`: what stands above it.

mod body;
pub mod card;
mod line;
pub mod thread;
pub mod timeline;

pub use line::Line;
