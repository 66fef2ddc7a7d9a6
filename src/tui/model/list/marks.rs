//! Marks, and what a verb acts on.

use super::{List, Row};
use crate::model::Id;

impl<R: Row> List<R> {
    /// Marks the row under the cursor, or takes its mark away.
    pub fn toggle(&mut self) {
        let Some(id) = self.current_id() else { return };
        self.frozen = true;
        if !self.marks.remove(&id) {
            self.marks.insert(id);
        }
        self.anchor = Some(id);
    }

    /// Marks every row from the last mark to the cursor.
    pub fn mark_range(&mut self) {
        self.frozen = true;
        let from =
            self.anchor.and_then(|a| self.rows.iter().position(|r| r.id() == a)).unwrap_or(self.cursor);
        let (low, high) = (from.min(self.cursor), from.max(self.cursor));
        self.marks.extend(self.rows.iter().skip(low).take(high + 1 - low).map(Row::id));
        self.anchor = self.current_id();
    }

    /// Marks every row; where all are marked takes all marks away.
    pub fn mark_all(&mut self) {
        self.frozen = true;
        if self.rows.iter().all(|r| self.marks.contains(&r.id())) {
            self.marks.clear();
        } else {
            self.marks.extend(self.rows.iter().map(Row::id));
        }
    }

    /// Marks these, here or not: all that match.
    pub fn mark_these(&mut self, ids: impl IntoIterator<Item = Id>) {
        self.frozen = true;
        self.marks = ids.into_iter().collect();
    }

    /// Takes all marks away.
    pub fn unmark(&mut self) {
        self.marks.clear();
        self.anchor = None;
    }

    /// Whether the rows are those of its filter, and not still those of the previous one.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        self.came_by == self.filter
    }

    /// Whether a record is marked.
    #[must_use]
    pub fn is_marked(&self, id: Id) -> bool {
        self.marks.contains(&id)
    }

    /// How many records are marked, and how many of them have no row here now.
    #[must_use]
    pub fn marked(&self) -> (usize, usize) {
        if self.is_part() {
            return (self.marks.len(), 0);
        }
        let shown = self.rows.iter().filter(|r| self.marks.contains(&r.id())).count();
        (self.marks.len(), self.marks.len() - shown)
    }

    /// What a verb acts on: the marked rows that are shown, else the row under the cursor.
    #[must_use]
    pub fn targets(&self) -> Vec<&R> {
        if self.marks.is_empty() {
            return self.current().into_iter().collect();
        }
        self.rows.iter().filter(|r| self.marks.contains(&r.id())).collect()
    }

    /// The records of the targets; in a long list the marked ones that are not here too.
    #[must_use]
    pub fn target_ids(&self) -> Vec<Id> {
        if self.is_part() && !self.marks.is_empty() {
            return self.marks.iter().copied().collect();
        }
        self.targets().into_iter().map(Row::id).collect()
    }
}
