//! Rows of the log.

use std::borrow::Cow;

use super::{Out, Roster, lines};
use crate::{
    model::log::{LogBody, LogRow},
    query::{Row, Value},
};

/// A row of the log with what belongs to it.
#[derive(Debug, Clone, Copy)]
pub struct LoggedRow<'a> {
    /// The row.
    pub row: &'a LogRow,
    /// What it says of people, where that was not erased.
    pub body: Option<&'a LogBody>,
    /// Who may have done it.
    pub roster: &'a Roster,
    /// The records that it changed, as people see them: `T-104`.
    pub records: &'a [String],
    /// The number of the import that it is a part of.
    pub batch: Option<u64>,
}

impl Row for LoggedRow<'_> {
    fn values<'v>(&'v self, field: &str, out: &mut Vec<Value<'v>>) {
        let mut out = Out(out);
        let r = self.row;
        match field {
            "seq" => out.number(r.seq),
            "agent" if !r.actor.is_nil() => out.person(Some(r.actor), self.roster),
            "at" => out.date(Some(r.logged_at)),
            "effective" => out.date(Some(r.effective_at)),
            "command" => out.text(&r.command),
            "record" => out.texts(self.records),
            "kind" => {
                for kind in self.body.iter().flat_map(|b| &b.changes).filter_map(|c| c.kind()) {
                    out.text(kind.word());
                }
            }
            "batch" => {
                if let Some(n) = self.batch {
                    out.number(n);
                }
            }
            "via" => out.text(self.row.via.as_ref().map_or("", |v| v.as_str())),
            "is" => out.states([("undo", r.undo_of.is_some()), ("redo", r.redo_of.is_some())]),
            _ => {}
        }
    }

    fn text(&self) -> Cow<'_, str> {
        let summary = self.body.map_or("", |b| &b.summary);
        let records = self.records.iter().map(String::as_str);
        Cow::Owned(lines([self.row.command.as_str(), summary].into_iter().chain(records)))
    }

    fn number(&self) -> Option<u64> {
        Some(self.row.seq)
    }
}
