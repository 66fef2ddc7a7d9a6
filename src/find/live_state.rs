//! What is kept in memory of all customers, and kept as stored.

use super::source::{Begun, Changes, Member};
use crate::{
    model::Seq,
    store::{Store, View, feed::FeedItem},
};

/// Something that a [`Follower`](super::Follower) keeps as stored. All calls come from its one thread, each
/// in this order: `resume`, then `begin`, `load` again and again and `loaded` unless it could resume, then `change`
/// whenever something did.
pub trait LiveState: Send + Sync {
    /// Takes up what was saved, and gives up to where in the log that stands. `None`: it must be loaded.
    fn resume(&self, _store: &dyn Store) -> Option<Seq> {
        None
    }

    /// Loading begins. Where it was loaded before, what is there may answer until [`LiveState::loaded`].
    fn begin(&self, begun: &Begun);

    /// Some of the live customers, in the order of their ids, with the view they were read in.
    fn load(&self, view: &dyn View, members: &[Member]);

    /// All were given; `at` is the place in the log from which changes will be told.
    fn loaded(&self, at: Seq);

    /// What rows of the log changed, with the view they were read in. The same may be told more than once.
    fn change(&self, view: &dyn View, items: &[FeedItem], changes: &Changes);

    /// Nothing more has changed just now: time to put things in order, or to save them. Comes again and again, some ten
    /// times a second.
    fn rest(&self, _store: &dyn Store) {}

    /// The follower ends.
    fn end(&self, _store: &dyn Store) {}
}
