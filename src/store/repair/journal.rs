//! The indexes of the log: which rows are of a record, which of a batch.

use super::{Job, STEP};
use crate::{
    model::{Id, Key, KeyReader, Seq, Table, log},
    store::{Range, Reject, Scan, StoreError, View, ViewExt, feed},
};

/// The index rows of a row of the log; those of an erased body cannot be told any more.
fn made(item: &feed::FeedItem) -> Vec<(Table, Vec<u8>)> {
    let seq = item.row.seq;
    let row = |table, id: Id| (table, Key::new().id(id).u64(seq).into_bytes());
    let changes = item.body.iter().flat_map(|b| &b.changes);
    let mut out: Vec<_> = changes.map(|c| row(Table::IxHistory, c.id)).collect();
    out.extend(item.row.batch.map(|b| row(Table::IxBatch, b)));
    out
}

/// At most this many rows after a place, those that can be read, and where they end; `None` at the end of the log.
fn rows(view: &dyn View, after: Seq) -> Result<Option<(Vec<feed::FeedItem>, Seq)>, StoreError> {
    let from = Range::from(log::key(after.saturating_add(1)));
    let page = view.page(Table::Log, &from, Scan::Forward, STEP)?;
    let mut out = Vec::new();
    for (key, _) in &page {
        let Some(seq) = KeyReader(key).u64() else { continue };
        match feed::at(view, seq) {
            Ok(item) => out.extend(item),
            // The check names it.
            Err(StoreError::Corrupt(_)) => {}
            Err(e) => return Err(e),
        }
    }
    Ok(page.last().and_then(|(k, _)| KeyReader(k).u64()).map(|end| (out, end)))
}

/// Every row of the log is found by its records and its batch, and nothing else is found.
pub(super) fn indexes(job: &mut Job) -> Result<(), Reject> {
    let mut at: Seq = 0;
    while let Some((wrong, end)) = job.store.view(|v| {
        let Some((items, end)) = rows(v, at)? else { return Ok(None) };
        let mut wrong = Vec::new();
        for (table, key) in items.iter().flat_map(made) {
            if v.get(table, &key)?.as_deref() != Some(&[]) {
                wrong.push((table, key));
            }
        }
        Ok(Some((wrong, end)))
    })? {
        job.looked(usize::try_from(end - at).unwrap_or(STEP));
        at = end;
        if !wrong.is_empty() {
            // A row of the log never changes: what it derives once, it always does.
            job.step(move |tx, did| {
                wrong.iter().for_each(|(table, key)| did.put(tx, *table, key, &[]));
                Ok(())
            })?;
        }
    }
    for table in [Table::IxHistory, Table::IxBatch] {
        strays(job, table)?;
    }
    Ok(())
}

fn is_stray(view: &dyn View, table: Table, key: &[u8]) -> Result<bool, StoreError> {
    let mut r = KeyReader(key);
    let (Some(_), Some(seq)) = (r.id(), r.u64()) else { return Ok(true) };
    match feed::at(view, seq) {
        Ok(None) => Ok(true),
        Ok(Some(item)) if table == Table::IxHistory && item.body.is_none() => Ok(false),
        Ok(Some(item)) => Ok(!made(&item).contains(&(table, key.to_vec()))),
        Err(StoreError::Corrupt(_)) => Ok(false),
        Err(e) => Err(e),
    }
}

fn strays(job: &mut Job, table: Table) -> Result<(), Reject> {
    let mut from = Range::all();
    loop {
        let (page, stray) = job.store.view(|v| {
            let page = v.page(table, &from, Scan::Forward, STEP)?;
            let mut stray = Vec::new();
            for (key, _) in &page {
                if is_stray(v, table, key)? {
                    stray.push(key.clone());
                }
            }
            Ok((page, stray))
        })?;
        let Some((last, _)) = page.last() else { return Ok(()) };
        from = Range::from(last.iter().copied().chain([0]).collect::<Vec<u8>>());
        job.looked(page.len());
        if !stray.is_empty() {
            job.step(move |tx, did| {
                for key in &stray {
                    if is_stray(tx.view(), table, key)? {
                        did.take(tx, table, key);
                    }
                }
                Ok(())
            })?;
        }
    }
}
