//! A record of a kind that is declared in one table, with the records that it names.

use std::sync::Arc;

use crate::{
    model::field::AnyRecord,
    query::rows::Linked,
    store::{StoreError, View, links},
};

/// A record, and the number and name of each that it names.
#[derive(Debug, Clone)]
pub struct Joined {
    /// The record.
    pub record: Arc<dyn AnyRecord>,
    /// The records that it names.
    pub links: Vec<Linked>,
}

impl PartialEq for Joined {
    fn eq(&self, other: &Self) -> bool {
        self.links == other.links && self.record.is_equal(&*other.record)
    }
}

impl Joined {
    /// A record with those that it names.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn of(view: &dyn View, record: Arc<dyn AnyRecord>) -> Result<Joined, StoreError> {
        let links = links::of(view, &*record)?;
        Ok(Joined { record, links })
    }
}
