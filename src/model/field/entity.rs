//! What a kind of record declares beside its fields to be served whole by what all kinds share: the commands to add, edit,
//! archive and tag, lists, pages, forms, `frontdesk KIND`, imports and exports. Such a kind has no code outside its file.

use super::{Get, Set};
use crate::model::{Id, Refusal, Stamp, Workspace};

/// What is known when a record is added or edited.
#[derive(Clone, Copy)]
pub struct Occasion<'a> {
    /// The agent who adds or edits it.
    pub actor: Option<Id>,
    /// When it happened.
    pub at: Stamp,
    /// Whether it comes from a file: what a person would be asked for may be missing.
    pub imported: bool,
    /// The workspace with its settings.
    pub workspace: &'a Workspace,
}

/// A kind of record that what all kinds share serves whole.
pub struct Entity<T: 'static> {
    /// What lists call its records: `deals`.
    pub plural: &'static str,
    /// What it is, for the help of the command line.
    pub help: &'static str,
    /// The field that a word without a name is: the title.
    pub main: &'static str,
    /// Its name for people.
    pub title: fn(&T) -> &str,
    /// The number that people see, to set it on a new record.
    pub number: Set<T, u64>,
    /// Completes a record that was added (`before` is `None`) or edited: dates, history, and what has to be true of it.
    pub settle: fn(&mut T, Option<&T>, &Occasion<'_>) -> Result<(), Refusal>,
    /// When it was archived.
    pub archived_at: Get<T, Option<Stamp>>,
    /// The same, to change.
    pub archive: Set<T, Option<Stamp>>,
    /// The customer whose history it is part of.
    pub customer: Get<T, Option<Id>>,
    /// What its history says of a moment, where the timeline shows the record more than once.
    pub history_at: fn(&T, Stamp) -> Option<&str>,
}

impl<T> Copy for Entity<T> {}

impl<T> Clone for Entity<T> {
    fn clone(&self) -> Self {
        *self
    }
}
