//! Whose turn it is: the asker's last change that stands, or that was undone last, by the log from its end.

use std::collections::HashMap;

use super::never::{IMPORT, Never, Skipped, never};
use crate::{
    desk::{Command, read},
    model::{
        Id, ImportBatch, Refusal, Seq, Table,
        log::{self, LogRow},
    },
    store::{
        Range, Reject, Scan, StoreError, View,
        feed::{self, FeedItem},
        records,
    },
};

/// How far back undo looks, in rows; the steps of a change of many count as one.
const REACH: usize = 2000;

/// Rows looked at in one go.
const PAGE: usize = 200;

/// Of how many records of a change the histories are looked at.
const LOOKED_AT: usize = 8;

/// What is taken back.
pub struct Target {
    /// The row whose inverse is made.
    pub seq: Seq,
    /// The change that it is about.
    pub root: Option<Seq>,
}

/// The asker's last change that can be undone, and what was passed over to get there.
#[derive(Default)]
pub struct LastDone {
    /// The change.
    pub target: Option<Target>,
    /// What came after it and cannot be undone.
    pub skipped: Skipped,
}

/// Which changes stand, as far as the log was read from its end: a change by its place, whether its newest undo or redo
/// undid it, and the place of that.
pub type States = HashMap<Seq, (bool, Seq)>;

/// Notes what a row undoes or does again; whether it is an ordinary change.
pub fn note(states: &mut States, row: &LogRow) -> bool {
    match (row.undo_of, row.redo_of) {
        (_, Some(root)) => states.entry(root).or_insert((false, row.seq)),
        (Some(root), None) => states.entry(root).or_insert((true, row.seq)),
        (None, None) => return true,
    };
    false
}

/// A change of many that is undone, or made again, in steps.
pub struct Steps {
    /// Its rows, in the order in which they are taken back.
    pub rows: Vec<Seq>,
    /// What was passed over to get there, for people.
    pub skipped: Option<String>,
}

/// The steps of an undo or a redo; `None` where what it is about is one row.
///
/// # Errors
/// [`Refusal::NoUndo`] where the change named was undone already; where the file cannot be read.
pub fn steps(view: &dyn View, actor: Id, command: &Command) -> Result<Option<Steps>, Reject> {
    let (target, skipped) = match command {
        Command::Undo(Some(seq)) => return steps_of(view, *seq),
        Command::Undo(None) | Command::UndoBefore(_) => {
            let before = if let Command::UndoBefore(seq) = command { Some(*seq) } else { None };
            let found = last_done(view, actor, before)?;
            (found.target, found.skipped.told())
        }
        Command::Redo => (last_undone(view, actor)?, None),
        _ => return Ok(None),
    };
    let Some(target) = target else { return Ok(None) };
    let Some(row) = feed::at(view, target.seq)?.map(|i| i.row) else { return Ok(None) };
    let Some(batch) = row.batch else { return Ok(None) };
    if !is_bulk(view, batch)? {
        return Ok(None);
    }
    // The later ones were taken back already, where that was stopped.
    let mut rows = read::batch_rows(view, batch)?;
    rows.retain(|seq| *seq <= target.seq);
    rows.reverse();
    Ok((rows.len() > 1).then_some(Steps { rows, skipped }))
}

/// The steps of a change of many that was named by one of its rows: those that stand.
fn steps_of(view: &dyn View, seq: Seq) -> Result<Option<Steps>, Reject> {
    let Some(row) = feed::at(view, seq)?.map(|i| i.row) else { return Ok(None) };
    let Some(batch) = row.batch.filter(|_| row.undo_of.is_none() && row.redo_of.is_none()) else {
        return Ok(None);
    };
    let all = read::batch_rows(view, batch)?;
    if row.command == IMPORT || !is_bulk(view, batch)? || all.len() < 2 {
        return Ok(None);
    }
    let mut rows = Vec::with_capacity(all.len());
    for seq in all {
        let Some(item) = feed::at(view, seq)? else { continue };
        match state_of(view, &item)? {
            Some((true, _)) => {}
            Some((false, redone)) => rows.push(redone),
            None => rows.push(seq),
        }
    }
    if rows.is_empty() {
        return Err(undone_already());
    }
    rows.reverse();
    Ok(Some(Steps { rows, skipped: None }))
}

/// What is said of a change that was undone and not done again.
pub fn undone_already() -> Reject {
    Refusal::NoUndo("it was undone already".to_owned()).into()
}

/// Whether the newest undo or redo of a change undid it, and the place of that; `None` where there was none. Both touch
/// the records that the change touched, so that their histories tell.
///
/// # Errors
/// Where the file cannot be read.
pub fn state_of(view: &dyn View, item: &FeedItem) -> Result<Option<(bool, Seq)>, StoreError> {
    let root = item.row.seq;
    let mut newest = None;
    for change in item.body.iter().flat_map(|b| &b.changes).take(LOOKED_AT) {
        for seq in read::history_rows(view, change.id)?.into_iter().rev().take_while(|seq| *seq > root) {
            let Some(row) = view.get(Table::Log, &log::key(seq))?.and_then(|v| LogRow::decode(&v)) else {
                continue;
            };
            let undid = match (row.undo_of == Some(root), row.redo_of == Some(root)) {
                (_, true) => false,
                (true, false) => true,
                (false, false) => continue,
            };
            newest = newest.max(Some((seq, undid)));
            break;
        }
    }
    Ok(newest.map(|(seq, undid)| (undid, seq)))
}

/// Whether a batch is a change of many, and no import.
///
/// # Errors
/// Where the file cannot be read.
pub fn is_bulk(view: &dyn View, batch: Id) -> Result<bool, StoreError> {
    Ok(records::get::<ImportBatch>(view, batch)?.is_none())
}

/// The rows of the log before a place, or all, newest first, given to `f` until it answers `false`.
///
/// # Errors
/// Where the file cannot be read.
pub fn back(
    view: &dyn View,
    before: Option<Seq>,
    mut f: impl FnMut(&LogRow) -> bool,
) -> Result<(), StoreError> {
    let mut end = before;
    loop {
        let range = match end {
            Some(end) => Range::between(log::key(0), log::key(end)),
            None => Range::all(),
        };
        let mut page = Vec::new();
        view.scan(Table::Log, &range, Scan::Backward, &mut |_, v| {
            page.push(LogRow::decode(v));
            page.len() < PAGE
        })?;
        let rows: Option<Vec<LogRow>> = page.into_iter().collect();
        let rows = rows.ok_or_else(|| StoreError::Corrupt("a row of the log".into()))?;
        let Some(last) = rows.last() else { return Ok(()) };
        end = Some(last.seq);
        if !rows.iter().all(&mut f) {
            return Ok(());
        }
    }
}

/// The rows of an agent, newest first, given to `f` until it answers `false`; no further than [`REACH`].
fn own_rows(view: &dyn View, actor: Id, mut f: impl FnMut(&LogRow) -> bool) -> Result<(), StoreError> {
    let mut looked = 0;
    let mut last_batch = None;
    back(view, None, |row| {
        if row.batch.is_none() || row.batch != last_batch {
            looked += 1;
        }
        last_batch = row.batch;
        looked < REACH && (row.actor != actor || f(row))
    })
}

/// The asker's last change that stands and can be undone, before a place in the log where one is given.
///
/// # Errors
/// Where the file cannot be read.
pub fn last_done(view: &dyn View, actor: Id, before: Option<Seq>) -> Result<LastDone, StoreError> {
    let mut states = States::new();
    let mut out = LastDone::default();
    let mut failed = None;
    let mut last_import = None;
    own_rows(view, actor, |row| {
        if !note(&mut states, row) || before.is_some_and(|before| row.seq >= before) {
            return true;
        }
        let root = row.seq;
        let seq = match states.remove(&root) {
            Some((true, _)) => return true,
            Some((false, redone)) => redone,
            None => root,
        };
        if row.batch.is_some() && row.batch == last_import {
            return true;
        }
        let item = match feed::at(view, root) {
            Ok(item) => item,
            Err(e) => {
                failed = Some(e);
                return false;
            }
        };
        match item.map(|item| never(view, &item)).transpose() {
            Ok(Some(Some(why))) => {
                if why == Never::Import {
                    last_import = row.batch;
                }
                out.skipped.add(why);
                true
            }
            Ok(Some(None)) => {
                out.target = Some(Target { seq, root: Some(root) });
                false
            }
            Ok(None) => true,
            Err(e) => {
                failed = Some(e);
                false
            }
        }
    })?;
    failed.map_or(Ok(out), Err)
}

/// The asker's change that was undone last.
///
/// # Errors
/// Where the file cannot be read.
pub fn last_undone(view: &dyn View, actor: Id) -> Result<Option<Target>, StoreError> {
    let mut redone: Vec<Seq> = Vec::new();
    let mut found = None;
    let mut failed = None;
    own_rows(view, actor, |row| match (row.undo_of, row.redo_of) {
        (_, Some(root)) => {
            redone.push(root);
            true
        }
        (Some(root), None) => {
            // The revert of an import is a change like any other: it ends what can be redone.
            if row.command == IMPORT {
                return false;
            }
            match redone.iter().position(|r| *r == root) {
                Some(i) => {
                    redone.swap_remove(i);
                    true
                }
                None => {
                    found = Some(Target { seq: row.seq, root: Some(root) });
                    false
                }
            }
        }
        // An export or a backup is no change: it ends nothing.
        (None, None) => match feed::at(view, row.seq) {
            Ok(Some(item)) => matches!(never(view, &item), Ok(Some(Never::Outside))),
            Ok(None) => false,
            Err(e) => {
                failed = Some(e);
                false
            }
        },
    })?;
    failed.map_or(Ok(found), Err)
}
