//! What is held in memory: contacts to find. Follows the store's feed.
//!
//! - [`Finder`]: the question and its answer, whatever engine is behind it; [`Hit`], [`Found`]
//! - [`Follower`]: a worker that loads the contacts, answers from what is loaded so far, and follows the feed
//! - [`Held`]: whatever else is kept in memory of the customers: read in the same pass, kept by the same feed
//! - [`ContactIndex`]: the same without a thread: built, asked, and brought up to date by its owner
//!
//! Inside:
//! - [`contact`]: what is held of a customer; `source`: read from the store, and from the feed what changed
//! - `spell`: the folded forms in which a field can be typed, with the way back to its letters
//! - [`arena`]: the folded text of all contacts in blocks, likeliest first; `vocabulary`: their words
//! - `asked`: what was typed; `tiers`: what a match is worth; `prior`: who is likelier to be meant
//! - `search`: the strict scan; `correct`: slips of the finger; `letters`: letters in order; `mark`: what is highlighted
//!
//! The scan reads everything it must and keeps no clever structure: it is what any faster engine has to agree with.

pub mod arena;
mod asked;
pub mod contact;
mod contacts;
mod correct;
mod finder;
mod follower;
mod held;
mod letters;
mod mark;
mod people;
mod prior;
mod search;
mod source;
mod spell;
#[cfg(test)]
mod tests;
mod tiers;
mod vocabulary;

pub use arena::Arena;
pub use contact::Contact;
pub use contacts::ContactIndex;
pub use finder::{FieldKind, Finder, Found, Hit, Matched, places};
pub use follower::Follower;
pub use held::Held;
pub use source::{Begun, Changes, Member};
