//! A list of rows with a cursor that stays on its record, marks, and an order that is frozen while one works in it.

use std::{
    cmp::Ordering,
    collections::{BTreeSet, HashMap, HashSet},
    ops::Range,
};

use crate::model::Id;

/// A row of a list.
pub trait Row: Clone {
    /// The columns it can be sorted by.
    const COLUMNS: &'static [&'static str];
    /// The record it stands for.
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
pub struct Part<R> {
    /// The rows.
    pub rows: Vec<R>,
    /// The place of the first one.
    pub from: usize,
    /// How many there are.
    pub total: usize,
    /// What is to be said of them.
    pub told: Told,
}

/// What is to be said of the rows of a list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Told {
    /// The likeliest stand first.
    pub by_match: bool,
    /// What is shown instead of what was typed; empty: what was typed.
    pub note: String,
}

impl<R> From<Vec<R>> for Part<R> {
    fn from(rows: Vec<R>) -> Part<R> {
        Part { total: rows.len(), from: 0, rows, told: Told::default() }
    }
}

/// So many rows of a long list are here at once.
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
    waiting: Option<Part<R>>,
    /// The place of the first row among all of them: of a long list only a part is here.
    base: usize,
    /// How many there are in all.
    total: usize,
    /// The place among all of them that the cursor is to stand at when its rows come.
    reach: Option<usize>,
    fresh: usize,
    /// Records changed by this agent since the rows came: their rows come and go at once.
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
    pub told: Told,
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
            told: Told::default(),
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

    /// Goes to a place among all rows, the nearest there is: where its row is not here the cursor stands there when it
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

    /// Forgets rows, marks and place: the list is about to hold other things.
    pub fn reset(&mut self) {
        *self = List { filter: std::mem::take(&mut self.filter), sort: self.sort.take(), ..List::default() };
    }

    /// Notes that this agent changed records: their rows come and go at once, even in a frozen order.
    pub fn changed_by_me(&mut self, ids: impl IntoIterator<Item = Id>) {
        self.mine.extend(ids);
    }

    /// Takes rows as they are now. A frozen order stays as painted: rows are renewed in their places, those of
    /// others' making wait, and only what this agent changed comes and goes.
    pub fn receive(&mut self, part: impl Into<Part<R>>) {
        let Part { mut rows, from, total, told } = part.into();
        let all_here = from == 0 && total == rows.len();
        if self.loaded && self.is_settled() && !all_here && self.is_part() && from != self.base {
            return self.turn(rows, from, total);
        }
        self.told = told.clone();
        // The first rows of another filter are other rows, however fast somebody moved on meanwhile.
        let other = !self.is_settled();
        self.came_by.clone_from(&self.filter);
        // A part comes in its order: what is not here is not known.
        if all_here {
            self.order(&mut rows);
        }
        let first = !std::mem::replace(&mut self.loaded, true);
        if !self.frozen || first || other {
            self.replace(Part { rows, from, total, told });
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
        self.waiting = Some(Part { rows, from, total, told });
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

    fn replace(&mut self, part: Part<R>) {
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

    fn order(&self, rows: &mut [R]) {
        if let Some(sort) = &self.sort {
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
        if self.is_part() {
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

    // Marks.

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

    /// Whether the rows are those of its filter, and not still those of the one before.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Clone, Debug, PartialEq)]
    struct R(u8, u8);

    impl Row for R {
        const COLUMNS: &'static [&'static str] = &["size"];
        fn id(&self) -> Id {
            Id([self.0; 16])
        }
        fn compare(&self, other: &Self, _: &str) -> Ordering {
            self.1.cmp(&other.1)
        }
    }

    fn list(ids: &[u8]) -> List<R> {
        let mut l = List::default();
        l.receive(ids.iter().map(|i| R(*i, *i)).collect::<Vec<_>>());
        l
    }

    fn ids(l: &List<R>) -> Vec<u8> {
        l.rows().iter().map(|r| r.0).collect()
    }

    fn rows(ids: &[u8]) -> Vec<R> {
        ids.iter().map(|i| R(*i, *i)).collect()
    }

    #[test]
    fn the_cursor_stays_on_its_record_when_rows_come_in() {
        let mut l = list(&[1, 2, 3]);
        l.want(Id([2; 16]));
        l.receive(rows(&[9, 1, 2, 3]));
        assert_eq!(l.current_id(), Some(Id([2; 16])));
    }

    #[test]
    fn a_new_filter_is_not_settled_until_its_rows_come() {
        let mut l = list(&[1, 2, 3]);
        assert!(l.is_settled());
        l.filter = "tag:vip".to_owned();
        assert!(!l.is_settled(), "what is painted is what was there before");
        l.step(1); // moving freezes the order
        l.receive(rows(&[2]));
        assert!(l.is_settled());
        assert_eq!(ids(&l), [2]);
    }

    #[test]
    fn a_frozen_order_keeps_others_changes_waiting() {
        let mut l = list(&[1, 2, 3]);
        l.step(1);
        l.receive(rows(&[9, 1, 3]));
        assert_eq!((ids(&l), l.fresh()), (vec![1, 2, 3], 1), "the row under the finger stays");
        l.refresh();
        assert_eq!((ids(&l), l.fresh()), (vec![9, 1, 3], 0));
    }

    #[test]
    fn my_own_change_leaves_at_once_and_comes_back_where_it_was() {
        let mut l = list(&[1, 2, 3]);
        l.go(1);
        l.step(1);
        l.changed_by_me([Id([2; 16])]);
        l.receive(rows(&[9, 1, 3]));
        assert_eq!(ids(&l), [1, 3]);
        assert_eq!(l.current_id(), Some(Id([3; 16])), "the cursor went on to the next");
        l.changed_by_me([Id([2; 16])]);
        l.want(Id([2; 16]));
        l.receive(rows(&[9, 1, 2, 3]));
        assert_eq!((ids(&l), l.fresh()), (vec![1, 2, 3], 1));
        assert_eq!(l.current_id(), Some(Id([2; 16])), "undo returns the cursor");
    }

    #[test]
    fn marks_make_the_targets_and_hidden_ones_are_counted() {
        let mut l = list(&[1, 2, 3, 4]);
        l.toggle();
        l.go(2);
        l.mark_range();
        assert_eq!(l.marked(), (3, 0));
        l.receive(rows(&[1, 4]));
        l.refresh();
        assert_eq!(l.marked(), (3, 2));
        assert_eq!(l.targets().len(), 1);
        l.unmark();
        assert_eq!(l.targets().len(), 1);
    }

    #[test]
    fn sorting_again_turns_round() {
        let mut l = list(&[2, 1, 3]);
        l.sort_by("size", false);
        assert_eq!(ids(&l), [1, 2, 3]);
        l.sort_by("size", false);
        assert_eq!(ids(&l), [3, 2, 1]);
        assert_eq!(l.current_id(), Some(Id([2; 16])));
    }

    fn part(from: usize, total: usize) -> Part<R> {
        let rows = (from..(from + PART).min(total))
            .map(|i| R(u8::try_from(i / 16).unwrap(), u8::try_from(i % 16).unwrap()));
        Part { rows: rows.collect(), from, total, told: Told::default() }
    }

    #[test]
    fn a_long_list_is_here_in_parts_and_the_cursor_goes_through_all_of_it() {
        let mut l: List<R> = List::default();
        l.receive(part(0, 4000));
        assert_eq!((l.len(), l.is_part(), l.needs()), (4000, true, None));
        l.step(550);
        assert_eq!((l.cursor(), l.needs()), (550, Some(250)));
        let here = l.current().cloned();
        l.receive(part(250, 4000));
        assert_eq!((l.base(), l.cursor(), l.current().cloned()), (250, 300, here), "it stays on its row");
        assert_eq!(l.needs(), None);
        l.reach(usize::MAX);
        assert_eq!(l.needs(), Some(3400), "the end is on its way");
        l.receive(part(3400, 4000));
        assert_eq!((l.cursor(), l.needs()), (599, None));
        l.reach(0);
        l.receive(part(0, 4000));
        assert_eq!((l.base(), l.cursor()), (0, 0));
    }

    #[test]
    fn all_that_match_are_marked_though_they_are_not_here() {
        let mut l: List<R> = List::default();
        l.receive(part(0, 4000));
        l.mark_these((0..250).map(|i| Id([i; 16])));
        assert_eq!((l.marked(), l.target_ids().len()), ((250, 0), 250));
        l.unmark();
        assert_eq!(l.target_ids().len(), 1);
    }

    #[test]
    fn scrolling_keeps_the_cursor_in_sight_and_the_rows_full() {
        let mut l = list(&[1, 2, 3, 4, 5]);
        l.go(4);
        l.scroll(3);
        assert_eq!(l.shown(3), 2..5);
        l.go(0);
        l.scroll(3);
        assert_eq!(l.shown(3), 0..3);
        l.go(4);
        l.scroll(10);
        assert_eq!(l.shown(10), 0..5);
        l.scroll(0);
        assert!(l.shown(0).is_empty());
    }
}
