//! Whose turn it is: the asker's last change that stands, or that was undone last, by the log from its end.

use std::collections::HashMap;

use super::EXPORT;
use crate::{
    desk::read,
    model::{
        Id, ImportBatch, Seq, Table,
        log::{self, LogRow},
    },
    store::{Range, Scan, StoreError, View, feed, records},
};

/// How far back undo looks, in rows; the steps of a change of many count as one.
const REACH: usize = 2000;

/// Rows looked at in one go.
const PAGE: usize = 200;

/// What is taken back.
pub struct Target {
    /// The row whose inverse is made.
    pub seq: Seq,
    /// The change that it is about.
    pub root: Option<Seq>,
}

/// The rows that the asker's next undo, or redo, takes back in steps, in their order; `None` where it is one row.
///
/// # Errors
/// Where the file cannot be read.
pub fn steps(view: &dyn View, actor: Id, redo: bool) -> Result<Option<Vec<Seq>>, StoreError> {
    let target = if redo { last_undone(view, actor)? } else { last_done(view, actor)? };
    let Some(target) = target else { return Ok(None) };
    let Some(row) = feed::at(view, target.seq)?.map(|i| i.row) else { return Ok(None) };
    let Some(batch) = row.batch else { return Ok(None) };
    if !is_bulk(view, batch)? {
        return Ok(None);
    }
    // The later ones were taken back already, where somebody stopped that.
    let mut rows = read::batch_rows(view, batch)?;
    rows.retain(|seq| *seq <= target.seq);
    rows.reverse();
    Ok((rows.len() > 1).then_some(rows))
}

/// Whether a batch is a change of many, and no import.
///
/// # Errors
/// Where the file cannot be read.
pub fn is_bulk(view: &dyn View, batch: Id) -> Result<bool, StoreError> {
    Ok(records::get::<ImportBatch>(view, batch)?.is_none())
}

/// The rows of somebody, newest first, given to `f` until it answers `false`.
fn own_rows(view: &dyn View, actor: Id, mut f: impl FnMut(&LogRow) -> bool) -> Result<(), StoreError> {
    let mut end: Option<Seq> = None;
    let mut looked = 0;
    let mut last_batch = None;
    while looked < REACH {
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
        for row in &rows {
            if row.batch.is_none() || row.batch != last_batch {
                looked += 1;
            }
            last_batch = row.batch;
            if row.actor == actor && row.command != EXPORT && !f(row) {
                return Ok(());
            }
        }
    }
    Ok(())
}

/// The asker's last change that stands.
///
/// # Errors
/// Where the file cannot be read.
pub fn last_done(view: &dyn View, actor: Id) -> Result<Option<Target>, StoreError> {
    // root → whether its newest row undid it, and that row.
    let mut newest: HashMap<Seq, (bool, Seq)> = HashMap::new();
    let mut found = None;
    own_rows(view, actor, |row| {
        match (row.undo_of, row.redo_of) {
            (Some(root), _) => {
                newest.entry(root).or_insert((true, row.seq));
            }
            (None, Some(root)) => {
                newest.entry(root).or_insert((false, row.seq));
            }
            (None, None) => {
                let root = row.seq;
                found = match newest.remove(&root) {
                    Some((true, _)) => None,
                    Some((false, redone)) => Some(Target { seq: redone, root: Some(root) }),
                    None => Some(Target { seq: root, root: Some(root) }),
                };
            }
        }
        found.is_none()
    })?;
    Ok(found)
}

/// The asker's change that was undone last.
///
/// # Errors
/// Where the file cannot be read.
pub fn last_undone(view: &dyn View, actor: Id) -> Result<Option<Target>, StoreError> {
    let mut redone: Vec<Seq> = Vec::new();
    let mut found = None;
    own_rows(view, actor, |row| match (row.undo_of, row.redo_of) {
        (_, Some(root)) => {
            redone.push(root);
            true
        }
        (Some(root), None) => match redone.iter().position(|r| *r == root) {
            Some(i) => {
                redone.swap_remove(i);
                true
            }
            None => {
                found = Some(Target { seq: row.seq, root: Some(root) });
                false
            }
        },
        (None, None) => false,
    })?;
    Ok(found)
}
