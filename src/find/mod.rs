//! Fuzzy search for people, and for anything else with a name, in memory. Follows the store's change feed.
//!
//! - [`Finder`]: the question and its answer, whatever engine is behind it; [`Hit`], [`FoundContacts`]
//! - [`Follower`]: a worker that loads the contacts, answers from what is loaded so far, and follows the feed
//! - [`LiveState`]: whatever else is kept in memory of the customers: read in the same pass, kept current by the same feed
//! - [`OrganisationIndex`]: organisations to find, by the same engine
//! - [`ContactIndex`]: the same without a thread: built, asked, and brought up to date by its owner
//!
//! Inside, what a contact is:
//! - [`contact`]: what is kept of a customer; `source`: read from the store, and from the feed what changed
//! - `fold`: the folded forms in which a field can be typed, with the way back to its letters; `text`: all of that packed
//! - `prior`: who is likelier to be meant
//!
//! How it is found:
//! - `asked`: what was typed; `tiers`: what a match is worth; `edit_distance`, `correction`: mistyped words; `score`: what a
//!   text is worth for all
//! - `engine`: how a query is answered, by either engine; `letters`: letters in order; `highlight`: the letters that matched
//! - [`arena`]: the plain engine, which reads everything: what the other has to agree with
//! - `book`: the fast one: `bits` and `grams` (rows of bits, and which a text is in), `block`, `table`, `vocabulary`;
//!   `bigrams`, `trigrams`: which letters are rare and which groups of contacts have them; `plan` and `seek`: the search;
//!   `among`: of some of them; `answer`
//! - `bulk`: many contacts in one go
//! - `contacts`, `people`, `live_state`: kept as the store is; [`snapshot`]: saved beside it for the next start, when
//!   `saving` says so

pub(crate) mod among;
mod answer;
pub mod arena;
mod asked;
mod bigrams;
pub(crate) mod bits;
mod block;
mod book;
mod bulk;
pub mod contact;
mod contacts;
mod correction;
mod edit_distance;
mod engine;
mod finder;
mod fold;
pub(crate) mod follower;
mod grams;
mod highlight;
mod letters;
mod live_state;
mod organisations;
mod people;
mod plan;
mod prior;
pub(crate) mod saving;
mod score;
mod seek;
pub mod snapshot;
mod source;
mod table;
#[cfg(test)]
mod tests;
mod text;
mod tiers;
mod trigrams;
mod vocabulary;
pub(crate) mod workers;

pub use among::Among;
pub use arena::Arena;
pub use book::Book;
pub use contact::Contact;
pub use contacts::{ContactIndex, Opened};
pub use finder::{FieldKind, Finder, FoundContacts, Hit, Matched, places};
pub use follower::Follower;
pub use live_state::LiveState;
pub use organisations::OrganisationIndex;
pub use snapshot::Unfit;
pub use source::{Begun, Changes, Member, Source};
