//! The book's answers.

use super::{
    among::Among,
    book::Book,
    finder::{Finder, FoundContacts},
};
use crate::model::Id;

impl Finder for Book {
    fn find(&self, query: &str, me: Id, limit: usize) -> FoundContacts {
        self.find_in(query, me, limit, Among::Everybody, true)
    }

    fn find_among(&self, query: &str, me: Id, limit: usize, among: Among<'_>) -> FoundContacts {
        self.find_in(query, me, limit, among, true)
    }
}

impl Book {
    /// As [`Finder::find`], without typos: what can be shown immediately.
    pub fn find_as_typed(&self, query: &str, me: Id, limit: usize) -> FoundContacts {
        self.find_in(query, me, limit, Among::Everybody, false)
    }
}
