//! Lists of a million customers in memory, filtered and sorted within a frame.
//!
//! - [`Directory`]: all live customers in columns, kept current by the [`Follower`](crate::find::Follower) of the finder;
//!   [`columns`] stores them, and saves them beside the store
//! - [`Ranked`]: a list of customers by what was typed and the conditions beside it

pub mod columns;
mod directory;
mod ranked;

pub use directory::{Directory, PageRequest, Selection};
pub use ranked::Ranked;
