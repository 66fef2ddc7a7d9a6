//! A list of rows with a cursor that stays on its record, marks, and an order that is frozen while one works in it.
//!
//! - `coming`: rows that come: those that are shown are renewed, others wait
//! - `marks`: what a verb acts on
//! - `view`: the saved view that it shows

mod coming;
mod marks;
#[cfg(test)]
mod tests;
mod view;

pub use view::Shown;

use std::{cmp::Ordering, collections::BTreeSet, ops::Range};

use crate::model::Id;

/// A row of a list.
pub trait Row: Clone {
    /// The columns it can be sorted by.
    const COLUMNS: &'static [&'static str];
    /// The record it represents.
    fn id(&self) -> Id;
    /// How two rows stand by a column.
    fn compare(&self, other: &Self, column: &str) -> Ordering;
}

/// By what a list is sorted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sort {
    /// One of the row's columns.
    pub column: &'static str,
    /// Downwards.
    pub down: bool,
}

/// A part of a list: some rows, the place of the first among all, and how many there are in all.
#[derive(Debug, Clone, PartialEq)]
pub struct ListPage<R> {
    /// The rows.
    pub rows: Vec<R>,
    /// The place of the first one.
    pub from: usize,
    /// How many there are.
    pub total: usize,
    /// What is to be said of them.
    pub told: RowNotes,
}

/// What is to be said of the rows of a list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RowNotes {
    /// The likeliest stand first.
    pub by_match: bool,
    /// What is shown instead of what was typed; empty: what was typed. Where not all are loaded, how far that is.
    pub note: String,
    /// Not all that there are, for they are still being loaded: what comes by loading is no news.
    pub partial: bool,
}

impl<R> From<Vec<R>> for ListPage<R> {
    fn from(rows: Vec<R>) -> ListPage<R> {
        ListPage { total: rows.len(), from: 0, rows, told: RowNotes::default() }
    }
}

/// How many rows of a long list are loaded together.
pub const PART: usize = 600;

/// With fewer rows than this before or behind the cursor the next part is asked for.
const NEAR: usize = 100;

/// Rows, and where one is in them.
#[derive(Debug, Clone)]
pub struct List<R> {
    rows: Vec<R>,
    cursor: usize,
    /// The first row shown.
    pub top: usize,
    marks: BTreeSet<Id>,
    anchor: Option<Id>,
    frozen: bool,
    /// What a frozen list would be by now.
    waiting: Option<ListPage<R>>,
    /// The place of the first row among all of them: of a long list only a part is here.
    base: usize,
    /// How many there are in all.
    total: usize,
    /// The place among all of them that the cursor is to be at when its rows come.
    reach: Option<usize>,
    fresh: usize,
    /// Records changed by this agent since the rows came: their rows appear and disappear immediately.
    mine: BTreeSet<Id>,
    /// The record to put the cursor on when it comes.
    wanted: Option<Id>,
    /// The query it is filtered by.
    pub filter: String,
    /// The query that its rows came by.
    came_by: String,
    /// Its order; `None`: as it comes.
    pub sort: Option<Sort>,
    /// Whether rows have come at all.
    pub loaded: bool,
    /// What is to be said of the rows.
    pub told: RowNotes,
    /// The saved view that it shows.
    pub view: Option<Shown>,
}

impl<R> Default for List<R> {
    fn default() -> Self {
        List {
            rows: Vec::new(),
            cursor: 0,
            top: 0,
            marks: BTreeSet::new(),
            anchor: None,
            frozen: false,
            waiting: None,
            base: 0,
            total: 0,
            reach: None,
            fresh: 0,
            mine: BTreeSet::new(),
            wanted: None,
            filter: String::new(),
            came_by: String::new(),
            sort: None,
            loaded: false,
            told: RowNotes::default(),
            view: None,
        }
    }
}

impl<R: Row> List<R> {
    /// All rows.
    #[must_use]
    pub fn rows(&self) -> &[R] {
        &self.rows
    }

    /// How many rows there are, here or not.
    #[must_use]
    pub fn len(&self) -> usize {
        if self.is_part() { self.total } else { self.rows.len() }
    }

    /// Whether only a part of a long list is here.
    #[must_use]
    pub fn is_part(&self) -> bool {
        self.base > 0 || self.total > self.base + self.rows.len()
    }

    /// The place of the first row that is here among all of them.
    #[must_use]
    pub fn base(&self) -> usize {
        self.base
    }

    /// From where the next part is wanted: the cursor comes near to an end of what is here.
    #[must_use]
    pub fn needs(&self) -> Option<usize> {
        if !self.loaded || !self.is_settled() {
            return None;
        }
        let around = |at: usize| at.saturating_sub(PART / 2).min(self.total.saturating_sub(PART));
        if let Some(at) = self.reach {
            return Some(around(at));
        }
        let before = self.base > 0 && self.cursor < NEAR;
        let behind = self.base + self.rows.len() < self.total && self.cursor + NEAR > self.rows.len();
        let from = around(self.base + self.cursor);
        ((before || behind) && from != self.base).then_some(from)
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The place of the cursor.
    #[must_use]
    pub fn cursor(&self) -> usize {
        self.cursor
    }

    /// The row under the cursor.
    #[must_use]
    pub fn current(&self) -> Option<&R> {
        self.rows.get(self.cursor)
    }

    /// Its record.
    #[must_use]
    pub fn current_id(&self) -> Option<Id> {
        self.current().map(Row::id)
    }

    /// How many new rows wait for [`List::refresh`].
    #[must_use]
    pub fn fresh(&self) -> usize {
        self.fresh
    }

    /// Goes to a row, the nearest there is; whether the cursor moved.
    pub fn go(&mut self, to: usize) -> bool {
        let to = to.min(self.rows.len().saturating_sub(1));
        self.frozen = true;
        self.wanted = None;
        std::mem::replace(&mut self.cursor, to) != to
    }

    /// Goes to a place among all rows, the nearest there is: where its row is not here the cursor is there when it
    /// comes. Whether it moved.
    pub fn reach(&mut self, to: usize) -> bool {
        let to = to.min(self.len().saturating_sub(1));
        self.reach = None;
        let here = self.base..self.base + self.rows.len();
        if here.contains(&to) || here.is_empty() {
            return self.go(to.saturating_sub(self.base));
        }
        self.frozen = true;
        self.reach = Some(to);
        true
    }

    /// Goes some rows down, or up where negative; whether the cursor moved.
    pub fn step(&mut self, by: isize) -> bool {
        let from = self.reach.unwrap_or(self.base + self.cursor);
        self.reach(from.saturating_add_signed(by))
    }

    /// Puts the cursor on a record, now or when its row comes.
    pub fn want(&mut self, id: Id) {
        match self.rows.iter().position(|r| r.id() == id) {
            Some(i) => self.cursor = i,
            None => self.wanted = Some(id),
        }
    }

    /// Freezes the order: one works in it.
    pub fn freeze(&mut self) {
        self.frozen = true;
    }

    /// Whether the order is frozen.
    #[must_use]
    pub fn is_frozen(&self) -> bool {
        self.frozen
    }

    /// Lets the order go: the next rows come in as they are.
    pub fn thaw(&mut self) {
        self.frozen = false;
    }

    /// Takes in what waits and lets the order go.
    pub fn refresh(&mut self) {
        self.frozen = false;
        if let Some(part) = self.waiting.take() {
            self.replace(part);
        }
    }

    /// Forgets rows, marks and place: the list is about to show other records.
    pub fn reset(&mut self) {
        *self = List {
            filter: std::mem::take(&mut self.filter),
            sort: self.sort.take(),
            view: self.view.take(),
            ..List::default()
        };
    }

    /// Notes that this agent changed records: their rows appear and disappear immediately, even in a frozen order.
    pub fn changed_by_me(&mut self, ids: impl IntoIterator<Item = Id>) {
        self.mine.extend(ids);
    }

    fn order(&self, rows: &mut [R]) {
        // By another column the desk has them in order.
        if let Some(sort) = self.sort.as_ref().filter(|s| R::COLUMNS.contains(&s.column)) {
            rows.sort_by(|a, b| {
                let by = a.compare(b, sort.column);
                if sort.down { by.reverse() } else { by }
            });
        }
    }

    /// Sorts by a column; the same again turns it round. The cursor stays on its record.
    pub fn sort_by(&mut self, column: &'static str, down: bool) {
        let down = match &self.sort {
            Some(s) if s.column == column && s.down == down => !down,
            _ => down,
        };
        self.sort = Some(Sort { column, down });
        if self.is_part() || !R::COLUMNS.contains(&column) {
            // All of them are sorted where they are; the rows come.
            self.frozen = false;
            return;
        }
        let was = self.current_id();
        let waiting = self.waiting.take().map(|p| p.rows);
        let mut rows = waiting.unwrap_or_else(|| std::mem::take(&mut self.rows));
        self.order(&mut rows);
        self.total = rows.len();
        self.rows = rows;
        self.fresh = 0;
        if let Some(i) = was.and_then(|id| self.rows.iter().position(|r| r.id() == id)) {
            self.cursor = i;
        }
    }

    /// Renews the row of a record in its place.
    pub fn renew(&mut self, id: Id, mut f: impl FnMut(&mut R)) {
        let waiting = self.waiting.iter_mut().flat_map(|p| &mut p.rows);
        self.rows.iter_mut().chain(waiting).filter(|r| r.id() == id).for_each(&mut f);
    }

    // What is shown.

    /// Scrolls so that the cursor is among `height` rows, and the rows fill them.
    pub fn scroll(&mut self, height: usize) {
        let last = self.rows.len().saturating_sub(height);
        if self.cursor < self.top {
            self.top = self.cursor;
        } else if self.cursor >= self.top + height {
            self.top = (self.cursor + 1).saturating_sub(height);
        }
        self.top = self.top.min(last);
    }

    /// The places of the rows shown in `height` rows.
    #[must_use]
    pub fn shown(&self, height: usize) -> Range<usize> {
        self.top..(self.top + height).min(self.rows.len())
    }
}
