//! Records of kinds that are served whole by what all kinds share.

use std::borrow::Cow;

use super::{Around, Linked, Out, Roster};
use crate::{
    model::{Id, field::AnyRecord},
    query::{Row, Value},
};

/// A record, as its table describes it.
#[derive(Clone, Copy)]
pub struct PlainRow<'a> {
    /// The record.
    pub record: &'a dyn AnyRecord,
    /// The records that it names.
    pub links: &'a [Linked],
    /// Agents and teams.
    pub roster: &'a Roster,
}

impl Row for PlainRow<'_> {
    fn values<'v>(&'v self, field: &str, out: &mut Vec<Value<'v>>) {
        if let (true, Some(own)) = (field.starts_with("custom."), self.record.custom()) {
            return Out(out).custom(field, own);
        }
        let around = Around { roster: Some(self.roster), links: self.links };
        Out(out).declared(field, self.record, around);
    }

    fn text(&self) -> Cow<'_, str> {
        Cow::Owned(self.record.texts())
    }

    fn number(&self) -> Option<u64> {
        Some(self.record.number()).filter(|n| *n > 0)
    }

    fn id(&self) -> Option<Id> {
        Some(self.record.record_id())
    }
}
