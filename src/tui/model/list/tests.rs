//! A list stays where one is in it.

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

fn part(from: usize, total: usize) -> ListPage<R> {
    let rows = (from..(from + PART).min(total))
        .map(|i| R(u8::try_from(i / 16).unwrap(), u8::try_from(i % 16).unwrap()));
    ListPage { rows: rows.collect(), from, total, told: RowNotes::default() }
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

#[test]
fn what_comes_by_loading_is_there_at_once_and_no_news() {
    let told = |partial| RowNotes { partial, ..RowNotes::default() };
    let mut l: List<R> = List::default();
    l.receive(ListPage { rows: rows(&[1, 2]), from: 0, total: 2, told: told(true) });
    l.step(1); // moving freezes the order
    l.receive(ListPage { rows: rows(&[7, 8, 2, 1]), from: 0, total: 4, told: told(false) });
    assert_eq!((ids(&l), l.fresh()), (vec![7, 8, 2, 1], 0));
    assert_eq!(l.current_id(), Some(Id([2; 16])), "the cursor stays on its record");
    l.step(1);
    l.receive(rows(&[9, 7, 8, 2, 1]));
    assert_eq!((ids(&l), l.fresh()), (vec![7, 8, 2, 1], 1), "what comes later is news");
}

#[test]
fn a_list_that_was_empty_while_loading_takes_any_part() {
    let mut l: List<R> = List { filter: "size:1".to_owned(), ..List::default() };
    l.receive(ListPage {
        rows: Vec::new(),
        from: 0,
        total: 0,
        told: RowNotes { partial: true, ..RowNotes::default() },
    });
    l.freeze();
    l.receive(part(0, 4000));
    assert_eq!((l.len(), l.fresh(), l.told.partial), (4000, 0, false));
}
