//! What can never be undone, and why: what has left the desk, what was erased, what no inverse brings back.

use std::collections::BTreeMap;

use super::{leaves, walk::is_bulk};
use crate::{
    model::{
        Kind, Outbox, OutboxState, Refusal, Seq,
        log::{Change, ChangeKind},
    },
    store::{StoreError, View, feed::FeedItem, meta, records},
};

/// Erasing a customer: no row of it says what was there.
const ERASE: &str = "customer erase-me";
/// A step of an import, or of its revert.
pub(super) const IMPORT: &str = "import";
/// Setting up the desk.
pub(super) const START: &str = "start";

/// Why a change can never be undone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Never {
    /// It set up the desk, or is part of what the practice desk began with.
    SetUp,
    /// It is a reply that is no longer held.
    Left,
    /// It erased, or what it changed was erased since.
    Erased,
    /// It is a step of an import, which is reverted whole.
    Import,
    /// It changed no record: an export, a backup.
    Outside,
}

impl Never {
    /// Why, as a sentence without its full stop.
    pub fn why(self) -> &'static str {
        match self {
            Never::SetUp => "setting up the desk cannot be undone",
            Never::Left => "the reply has left the desk",
            Never::Erased => "what it changed was erased",
            Never::Import => {
                "an import is reverted as a whole: “Revert an import”, or `frontdesk import revert`"
            }
            Never::Outside => "it changed no record",
        }
    }

    /// Why, for one who asked for this very row.
    pub fn refusal(self, command: &str) -> Refusal {
        match self {
            Never::Left => Refusal::Final("the reply".into()),
            Never::Erased if command == ERASE => Refusal::Erased("that person".into()),
            Never::Erased => Refusal::Erased(format!("what {command} changed")),
            Never::SetUp | Never::Import | Never::Outside => Refusal::NoUndo(self.why().to_owned()),
        }
    }

    /// Their number, for the status line.
    fn counted(self, n: usize) -> String {
        let (one, many) = match self {
            Never::SetUp => ("set-up step", "set-up steps"),
            Never::Left if n == 1 => return "1 reply that has left the desk".to_owned(),
            Never::Left => return format!("{n} replies that have left the desk"),
            Never::Erased => ("erased change", "erased changes"),
            Never::Import => ("import", "imports"),
            Never::Outside => ("export or backup", "exports or backups"),
        };
        format!("{n} {}", if n == 1 { one } else { many })
    }
}

/// What undo passed over on its way back.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Skipped(BTreeMap<Never, usize>);

impl Skipped {
    /// One more. The set-up of the desk is nothing that one would want to undo, and is not told.
    pub fn add(&mut self, why: Never) {
        if why != Never::SetUp {
            *self.0.entry(why).or_insert(0) += 1;
        }
    }

    /// `skipped 1 reply that has left the desk`; `None` where nothing was.
    pub fn told(&self) -> Option<String> {
        let all: Vec<String> = self.0.iter().map(|(why, n)| why.counted(*n)).collect();
        (!all.is_empty()).then(|| format!("skipped {}", all.join(", ")))
    }
}

/// Why a row of the log can never be undone; `None` where it can, unless something newer blocks it.
///
/// # Errors
/// Where the file cannot be read.
pub fn never(view: &dyn View, item: &FeedItem) -> Result<Option<Never>, StoreError> {
    let row = &item.row;
    if row.command == START || row.seq <= set_up(view)? {
        return Ok(Some(Never::SetUp));
    }
    if row.command == ERASE {
        return Ok(Some(Never::Erased));
    }
    let batch = row.batch.map(|b| is_bulk(view, b)).transpose()?;
    if row.command == IMPORT || batch == Some(false) {
        return Ok(Some(Never::Import));
    }
    let Some(body) = &item.body else { return Ok(Some(Never::Erased)) };
    if body.changes.iter().all(is_empty) {
        return Ok(Some(Never::Outside));
    }
    for change in body.changes.iter().filter(|c| c.kind() == Some(Kind::Outbox)) {
        let now = records::get::<Outbox>(view, change.id)?.map(|o| o.state);
        let left = match &change.what {
            // To cancel or to schedule can be undone as long as the message is here.
            ChangeKind::Updated(fields) => {
                let gone = [OutboxState::Sending, OutboxState::Sent, OutboxState::Unsure];
                leaves(fields) || now.is_some_and(|state| gone.contains(&state))
            }
            _ => now.is_some_and(|state| state != OutboxState::Held),
        };
        if left {
            return Ok(Some(Never::Left));
        }
    }
    Ok(None)
}

/// A record that is in a row though nothing in it changed.
fn is_empty(change: &Change) -> bool {
    matches!(&change.what, ChangeKind::Updated(fields) if fields.is_empty())
}

/// The last row of what the desk began with; 0 where it began empty.
///
/// # Errors
/// Where the file cannot be read.
pub fn set_up(view: &dyn View) -> Result<Seq, StoreError> {
    Ok(meta::moment_of(view, meta::SET_UP)?.map_or(0, |(_, seq)| seq))
}
