//! Drafts that could not be stored yet.

use crate::{
    desk::Desk,
    model::{Id, OpId},
    store::Reject,
    tui::effect::{DraftChange, DraftDone},
};

/// Changes of drafts that the store had no time for, the newest of each draft: what was typed is not lost because
/// another process was writing.
#[derive(Default)]
pub(super) struct Owed(Vec<(OpId, Id, DraftChange)>);

impl Owed {
    /// Whether nothing is owed.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Stores a change; where that fails, it is owed, unless the desk rejects it.
    pub(super) fn store(
        &mut self,
        desk: &Desk,
        (op, me, change): (OpId, Id, DraftChange),
    ) -> Result<(), Reject> {
        let is_over = |owed: &DraftChange| match (&change, owed) {
            (DraftChange::Save(new), DraftChange::Save(old)) => new.id == old.id,
            // What was sent meanwhile is not saved any more.
            (DraftChange::Remove(_, versions), DraftChange::Save(old)) => versions.contains(&old.version()),
            (_, DraftChange::Remove(..)) => false,
        };
        self.0.retain(|(_, _, owed)| !is_over(owed));
        let stored = change.clone().store(desk, op, me);
        if let Err(Reject::Store(_)) = stored {
            self.0.push((op, me, change));
        }
        stored
    }

    /// Tries all again; gives those that are stored now, and those that the desk rejects.
    pub(super) fn pay(&mut self, desk: &Desk) -> Vec<(DraftDone, Result<(), Reject>)> {
        let mut paid = Vec::new();
        for one in std::mem::take(&mut self.0) {
            let done = one.2.done();
            // The first that fails again says that the others would.
            if !self.0.is_empty() {
                self.0.push(one);
                continue;
            }
            let stored = self.store(desk, one);
            if !matches!(stored, Err(Reject::Store(_))) {
                paid.push((done, stored));
            }
        }
        paid
    }
}
