//! Keys as data: keymap files, the map made of them, and what a key means here and now.
//!
//! - `key`: [`Key`], one key with its modifiers: `ctrl-d`, `g`, `F2`; [`Keys`], a sequence of them.
//! - `condition`: [`When`], the `when` of a binding: `queue && !has-selection`.
//! - `file`: [`Layer`], one keymap file read, with the lines its entries stand on.
//! - `shipped`: the maps that come with frontdesk.
//! - `map`: [`Keymap`], layers laid over each other: shipped default, the chosen map, the user's own file.
//! - `resolve`: what a key does now: [`Outcome`].
//! - `offer`: what is shown of it: [`hints`], [`palette`], which-key.
//! - `check`: [`check()`], what is wrong with a map, with file and line.

mod check;
mod condition;
mod file;
mod key;
mod map;
mod offer;
mod resolve;
mod shipped;
#[cfg(test)]
mod tests;

pub use check::check;
pub use condition::{Flag, When, WhenError};
pub use file::{Bind, Layer, Problem, ProblemKind};
pub use key::{Code, Key, KeyError, Keys};
pub use map::{Binding, Keymap};
pub use offer::{Entry, Hint, hints, palette};
pub use resolve::{Outcome, Pending, WhichKey};
pub use shipped::{SHIPPED, layers, shipped};
