//! Full text: which texts contain a word, kept in step with the records in the same commit.
//!
//! A text is what a record says: a ticket's subject, tags and names, a message, an interaction, the notes on a customer or an
//! organisation; the same text that a query's bare words are looked for in ([`Row::text`](crate::query::Row::text)). Every
//! text has a number, in the order in which they came.
//!
//! - `source`: the text of a record, with the names that it takes from others; `terms`: what it is taken apart into
//! - `follow`: what a command changed, as changes of postings: called by [`Work::changes`](super::records::Work::changes)
//! - `recent`: the newest texts, each with its terms; `write`, [`block`]: postings of all others, in blocks; `words`: every
//!   word in those, to look inside of
//! - [`find()`]: the texts of a [`TermLookup`](crate::query::looks::TermLookup); `postings`: what one found; `list`: the same, text by
//!   text; `phrase`: where several follow each other; [`rank()`]: the best texts for some tests, by BM25, out of a
//!   `pool` where many score; [`Memo`]: what is kept of the commonest words
//! - [`rebuild()`]: all of it made again, step by step beside other writers; [`compare`]: whether it is as it should be
//!
//! A store that an older version made has none of it, or in another form, until [`gather()`] has gone through:
//! [`State::is_complete`] says so, and who asks reads the records instead.

pub mod block;
mod compare;
mod find;
mod follow;
mod list;
mod memo;
mod phrase;
mod pool;
mod postings;
mod rank;
mod rebuild;
mod recent;
mod source;
mod state;
mod terms;
mod words;
mod write;

pub use compare::{Compared, compare};
pub use find::{Owner, cut, find, owners};
pub use memo::Memo;
pub use postings::Postings;
pub use rank::{Asked, Hit, rank, scores};
pub use rebuild::{Step, gather, put_off, rebuild, rebuild_step};
pub use source::text_of;
pub use state::{State, state};
pub use terms::MOST_BYTES;

pub(super) use follow::{COUNTER, follow};

use crate::model::Kind;

/// The kinds of records that have texts, in the order in which they are gone through.
pub const KINDS: [Kind; 5] =
    [Kind::Customer, Kind::Organisation, Kind::Interaction, Kind::Ticket, Kind::Message];

/// Stands in every text that has a word longer than [`CAP`](crate::model::terms::CAP).
const LONG: &str = "\u{1}long";

/// Stands in every text that is longer than [`MOST_BYTES`]: what is behind is found by reading.
const CUT: &str = "\u{1}cut";

#[cfg(test)]
mod tests;
