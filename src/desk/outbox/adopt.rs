//! Messages of older versions, which record no time of their state, get one from the timers, step by step: so they are in
//! the index that the outbox is listed and counted by.

use super::super::work::Job;
use crate::{
    model::{Outbox, Table},
    store::{Range, Reject, Scan, StoreError, Tx, View, ViewExt, records},
};

/// The row of [`Table::Meta`] that says how far this is: the last message looked at; empty once all were.
const KEY: &[u8] = b"outbox_since";

/// Messages looked at in one step.
const STEP: usize = 500;

/// Whether there are messages that were not looked at.
///
/// # Errors
/// Where the file cannot be read.
pub fn is_due(view: &dyn View) -> Result<bool, StoreError> {
    match view.get(Table::Meta, KEY)? {
        Some(place) => Ok(!place.is_empty()),
        None => Ok(view.first(Table::Outbox, &Range::all(), Scan::Forward)?.is_some()),
    }
}

/// Notes that there are none: in a new desk.
pub fn none(tx: &mut dyn Tx) {
    tx.put(Table::Meta, KEY, &[]);
}

/// Looks at the next ones, and returns how many it changed.
///
/// # Errors
/// Where the store cannot.
pub fn step(job: &mut Job) -> Result<usize, Reject> {
    if !is_due(job.view())? {
        return Ok(0);
    }
    let from = job.view().get(Table::Meta, KEY)?.unwrap_or_default();
    let mut range = Range::all();
    if !from.is_empty() {
        range.pass(&from);
    }
    let page = job.view().page(Table::Outbox, &range, Scan::Forward, STEP)?;
    let next = page.last().filter(|_| page.len() == STEP).map(|(key, _)| key.clone()).unwrap_or_default();
    let mut changed = 0;
    for (_, bytes) in &page {
        let mut out: Outbox = records::decode(bytes)?;
        if out.since.is_none() {
            out.since = Some(out.tried_at.unwrap_or(out.hold_until));
            job.put(&out)?;
            changed += 1;
        }
    }
    job.work.tx.put(Table::Meta, KEY, &next);
    Ok(changed)
}
