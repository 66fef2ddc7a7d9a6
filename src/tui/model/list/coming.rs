//! Rows that come: what is shown is renewed in its place, what others made waits, and what loading brings is simply there.

use std::collections::{HashMap, HashSet};

use super::{List, ListPage, NEAR, Row};
use crate::model::Id;

impl<R: Row> List<R> {
    /// Takes rows as they are now. A frozen order stays as painted: rows are renewed in their places, those of
    /// others' making wait, and only what this agent changed comes and goes.
    pub fn receive(&mut self, part: impl Into<ListPage<R>>) {
        let ListPage { mut rows, from, total, told } = part.into();
        let all_here = from == 0 && total == rows.len();
        let by_loading = self.told.partial;
        if self.loaded && self.is_settled() && !by_loading && !all_here && self.is_part() && from != self.base
        {
            return self.turn(rows, from, total);
        }
        self.told = told.clone();
        // The first rows of another filter are other rows, however fast the cursor moved meanwhile.
        let other = !self.is_settled();
        self.came_by.clone_from(&self.filter);
        // A part comes in its order: what is not here is not known.
        if all_here {
            self.order(&mut rows);
        }
        let first = !std::mem::replace(&mut self.loaded, true);
        if !self.frozen || first || other || by_loading {
            self.replace(ListPage { rows, from, total, told });
            return;
        }
        self.total = total;
        let mut now: HashMap<Id, R> = rows.iter().map(|r| (r.id(), r.clone())).collect();
        let had: HashSet<Id> = self.rows.iter().map(Row::id).collect();
        let old = std::mem::take(&mut self.rows);
        let mut cursor = None;
        for (i, row) in old.into_iter().enumerate() {
            if i == self.cursor {
                cursor = Some(self.rows.len());
            }
            match now.remove(&row.id()) {
                Some(new) => self.rows.push(new),
                None if self.mine.contains(&row.id()) => {}
                None => self.rows.push(row),
            }
        }
        self.cursor = cursor.unwrap_or(self.cursor).min(self.rows.len().saturating_sub(1));
        self.put_back(&rows, &had);
        let shown: HashSet<Id> = self.rows.iter().map(Row::id).collect();
        self.fresh = rows.iter().filter(|r| !shown.contains(&r.id())).count();
        if all_here {
            self.total = self.rows.len();
        }
        self.waiting = Some(ListPage { rows, from, total, told });
        self.mine.clear();
        self.find_wanted();
    }

    /// Another part of the same rows: the cursor stays at its place, or stands where it was to go.
    fn turn(&mut self, rows: Vec<R>, from: usize, total: usize) {
        let at = self.reach.take().unwrap_or(self.base + self.cursor);
        let was = self.current_id();
        let top = (self.base + self.top).saturating_sub(from);
        self.top = top.min(rows.len());
        (self.rows, self.base, self.total) = (rows, from, total);
        self.waiting = None;
        self.fresh = 0;
        let place = was.and_then(|id| self.rows.iter().position(|r| r.id() == id));
        let at = at.saturating_sub(from).min(self.rows.len().saturating_sub(1));
        // Rows that came or went meanwhile move the others: the cursor stays on its record where that is near.
        self.cursor = place
            .filter(|p| p.abs_diff(at) < NEAR && self.reach.is_none() && *p != at)
            .map_or(at, |p| if self.rows.get(at).map(Row::id) == was { at } else { p });
    }

    /// Rows that this agent's own change brought (back) stand where they belong.
    fn put_back(&mut self, rows: &[R], had: &HashSet<Id>) {
        let mut before: Option<Id> = None;
        for row in rows {
            let id = row.id();
            if self.mine.contains(&id) && !had.contains(&id) {
                let place = |b: Id| self.rows.iter().position(|r| r.id() == b).map(|i| i + 1);
                let at = before.map_or(Some(0), place).unwrap_or(self.rows.len());
                self.rows.insert(at, row.clone());
                if at <= self.cursor && self.rows.len() > 1 {
                    self.cursor += 1;
                }
            }
            if self.rows.iter().any(|r| r.id() == id) {
                before = Some(id);
            }
        }
    }

    pub(super) fn replace(&mut self, part: ListPage<R>) {
        let was = self.current_id();
        let at = (self.base + self.cursor).saturating_sub(part.from);
        (self.rows, self.base, self.total) = (part.rows, part.from, part.total);
        self.reach = None;
        self.waiting = None;
        self.fresh = 0;
        self.mine.clear();
        let place = was.and_then(|id| self.rows.iter().position(|r| r.id() == id));
        self.cursor = place.unwrap_or(at).min(self.rows.len().saturating_sub(1));
        self.find_wanted();
    }

    fn find_wanted(&mut self) {
        if let Some(i) = self.wanted.and_then(|id| self.rows.iter().position(|r| r.id() == id)) {
            self.cursor = i;
            self.wanted = None;
        }
    }
}
