//! What is held in memory: contacts to find. Follows the store's feed.
//!
//! - [`Finder`]: the question and its answer, whatever engine is behind it; [`Hit`], [`Found`]
//! - [`Follower`]: a worker that loads the contacts, answers from what is loaded so far, and follows the feed
//! - [`Held`]: whatever else is kept in memory of the customers: read in the same pass, kept by the same feed
//! - [`Directory`]: all live customers in columns, filtered and sorted within a frame; [`columns`] holds them
//! - [`Houses`]: organisations to find, by the same engine
//! - [`Ranked`]: a list of them by what somebody typed and the conditions beside it
//! - [`ContactIndex`]: the same without a thread: built, asked, and brought up to date by its owner
//!
//! Inside, what a contact is:
//! - [`contact`]: what is held of a customer; `source`: read from the store, and from the feed what changed
//! - `spell`: the folded forms in which a field can be typed, with the way back to its letters; `text`: all of that packed
//! - `prior`: who is likelier to be meant
//!
//! How it is found:
//! - `asked`: what was typed; `tiers`: what a match is worth; `slip`, `meant`: mistyped words; `judge`: what a text is worth for all
//! - `engine`: how a query is answered, by either engine; `letters`: letters in order; `mark`: what is highlighted
//! - [`arena`]: the plain engine, which reads everything: what the other has to agree with
//! - `book`: the fast one: `bits` and `grams` (rows of bits, and which a text stands in), `block`, `table`, `vocabulary`;
//!   `pairs`, `threes`, which letters are rare and which groups of contacts have them; `plan` and `seek`: the search; `among`: of some of them; `answer`
//! - `bulk`: many contacts at once
//! - `contacts`, `people`, `held`: kept as the store is; [`snapshot`]: saved beside it, to be there at once at the next start

mod among;
mod answer;
pub mod arena;
mod asked;
mod bits;
mod block;
mod book;
mod bulk;
pub mod columns;
pub mod contact;
mod contacts;
mod directory;
mod engine;
mod finder;
mod follower;
mod grams;
mod held;
mod houses;
mod judge;
mod keeper;
mod letters;
mod mark;
mod meant;
mod pairs;
mod people;
mod plan;
mod prior;
mod ranked;
mod seek;
mod slip;
pub mod snapshot;
mod source;
mod spell;
mod table;
#[cfg(test)]
mod tests;
mod text;
mod threes;
mod tiers;
mod vocabulary;
mod workers;

pub use among::Among;
pub use arena::Arena;
pub use book::Book;
pub use contact::Contact;
pub use contacts::{ContactIndex, Opened};
pub use directory::{Directory, Selection, Wanted};
pub use finder::{FieldKind, Finder, Found, Hit, Matched, places};
pub use follower::Follower;
pub use held::Held;
pub use houses::Houses;
pub use ranked::Ranked;
pub use snapshot::Unfit;
pub use source::{Begun, Changes, Member};
