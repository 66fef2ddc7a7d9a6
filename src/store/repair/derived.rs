//! Rows that records derive, the clocks of tickets, and the counters behind numbers.

use std::{
    collections::HashSet,
    hash::{DefaultHasher, Hash, Hasher},
};

use super::{Did, Job, STEP};
use crate::{
    model::{Entry, Id, Kind, Seq, Table, Ticket, number, timers},
    store::{
        Range, Reject, Scan, StoreError, View, ViewExt,
        check::{self, events_of},
        feed,
        records::{self, Work},
    },
};

/// Eight bytes represent a row, so that the rows of a million customers fit into memory.
fn sum(table: Table, key: &[u8]) -> u64 {
    let mut h = DefaultHasher::new();
    (table.code(), key).hash(&mut h);
    h.finish()
}

fn after(key: &[u8]) -> Range {
    Range::from(key.iter().copied().chain([0]).collect::<Vec<u8>>())
}

/// What is to be done about a row that should be there.
enum Row {
    Right,
    Write,
    /// Another record derives it with another value: it is that one's.
    Claimed,
}

fn compare(view: &dyn View, e: &Entry) -> Result<Row, StoreError> {
    Ok(match view.get(e.table, &e.key)? {
        Some(found) if found == e.value => Row::Right,
        Some(found) if is_claimed(view, e, &found)? => Row::Claimed,
        _ => Row::Write,
    })
}

/// Whether the value that is in a row is the id of another record that derives the row just so.
fn is_claimed(view: &dyn View, e: &Entry, found: &[u8]) -> Result<bool, StoreError> {
    let kind = match e.table {
        Table::IxNumber => e.key.first(),
        Table::IxExternal => e.key.last(),
        _ => None,
    };
    let (Some(kind), Ok(id)) = (kind.and_then(|k| Kind::of_code(*k)), <[u8; 16]>::try_from(found)) else {
        return Ok(false);
    };
    let Some(bytes) = view.get(kind.table(), &id)? else { return Ok(false) };
    let other = Entry { value: found.to_vec(), ..e.clone() };
    Ok(records::derived(kind, &bytes).is_ok_and(|d| d.0.contains(&other)))
}

/// Every record's rows are there, and no others.
pub(super) fn rows(job: &mut Job) -> Result<(), Reject> {
    let head = job.store.head()?;
    let mut expected: Vec<u64> = Vec::new();
    let mut unread: HashSet<Id> = HashSet::new();
    for kind in Kind::ALL.iter().copied() {
        let mut from = Range::all();
        loop {
            let (page, wrong) = job.store.view(|v| {
                let page = v.page(kind.table(), &from, Scan::Forward, STEP)?;
                let mut wrong = Vec::new();
                for (key, bytes) in &page {
                    let Ok(id) = key.as_slice().try_into().map(Id) else { continue };
                    let Ok(entries) = records::derived(kind, bytes) else {
                        unread.insert(id);
                        continue;
                    };
                    let mut right = true;
                    for e in &entries.0 {
                        expected.push(sum(e.table, &e.key));
                        right &= !matches!(compare(v, e)?, Row::Write);
                    }
                    if !right {
                        wrong.push(id);
                    }
                }
                Ok((page, wrong))
            })?;
            let Some((last, _)) = page.last() else { break };
            from = after(last);
            job.looked(page.len());
            if !wrong.is_empty() {
                let claimed = job.step(move |tx, did| put(tx, did, kind, &wrong))?;
                job.done.claimed += claimed;
            }
        }
    }
    job.done.unread = unread.len() as u64;
    expected.sort_unstable();
    expected.dedup();
    for table in Table::ALL.iter().copied().filter(|t| t.is_derived()) {
        strays(job, table, &expected, &unread, head)?;
    }
    Ok(())
}

fn put(tx: &mut dyn crate::store::Tx, did: &mut Did, kind: Kind, ids: &[Id]) -> Result<(), StoreError> {
    for id in ids {
        let Some(bytes) = tx.get(kind.table(), id.bytes())? else { continue };
        let Ok(entries) = records::derived(kind, &bytes) else { continue };
        for e in entries.0 {
            match compare(tx.view(), &e)? {
                Row::Write => did.put(tx, e.table, &e.key, &e.value),
                Row::Claimed => did.other += 1,
                Row::Right => {}
            }
        }
    }
    Ok(())
}

/// Rows that no record derives go; those that end in the id of a record that cannot be read stay, they may be its.
fn strays(
    job: &mut Job,
    table: Table,
    expected: &[u64],
    unread: &HashSet<Id>,
    head: Seq,
) -> Result<(), Reject> {
    let is_unread = |bytes: &[u8]| bytes.last_chunk::<16>().is_some_and(|id| unread.contains(&Id(*id)));
    let mut from = Range::all();
    loop {
        let page = job.store.view(|v| v.page(table, &from, Scan::Forward, STEP))?;
        let Some((last, _)) = page.last() else { return Ok(()) };
        from = after(last);
        job.looked(page.len());
        let stray: Vec<Vec<u8>> = page
            .into_iter()
            .filter(|(k, v)| {
                expected.binary_search(&sum(table, k)).is_err() && !is_unread(k) && !is_unread(v)
            })
            .map(|(k, _)| k)
            .collect();
        if stray.is_empty() {
            continue;
        }
        job.step(move |tx, did| {
            // What others wrote since the records were looked at derives rows that were not expected.
            let since = derived_since(tx.view(), head, table)?;
            for key in stray.iter().filter(|k| !since.contains(*k)) {
                if tx.get(table, key)?.is_some() {
                    did.take(tx, table, key);
                }
            }
            Ok(())
        })?;
    }
}

/// The rows of a table that records derive which were touched after a place in the log.
fn derived_since(view: &dyn View, mut seq: Seq, table: Table) -> Result<HashSet<Vec<u8>>, StoreError> {
    let mut out = HashSet::new();
    loop {
        let items = feed::since(view, seq, 500)?;
        let Some(last) = items.last() else { return Ok(out) };
        seq = last.row.seq;
        for (kind, id) in items.iter().flat_map(|i| i.touched()) {
            let Some(bytes) = view.get(kind.table(), id.bytes())? else { continue };
            let Ok(entries) = records::derived(kind, &bytes) else { continue };
            out.extend(entries.0.into_iter().filter(|e| e.table == table).map(|e| e.key));
        }
    }
}

/// Tickets whose clocks are not those of their events get them worked out again: records that change, and are logged so.
pub(super) fn clocks(job: &mut Job) -> Result<(), Reject> {
    let mut from = Range::all();
    loop {
        let (page, wrong) = job.store.view(|v| {
            let page = v.page(Table::Ticket, &from, Scan::Forward, STEP)?;
            let mut wrong = Vec::new();
            for (_, bytes) in &page {
                let Ok(t) = records::decode::<Ticket>(bytes) else { continue };
                if clock_of(v, &t)?.is_some() {
                    wrong.push(t.id);
                }
            }
            Ok((page, wrong))
        })?;
        let Some((last, _)) = page.last() else { return Ok(()) };
        from = after(last);
        job.looked(page.len());
        if wrong.is_empty() {
            continue;
        }
        let op = job.ids.id();
        let row = job.draft(op, String::new());
        let repaired = job.step(move |tx, did| {
            let mut work = Work::new(tx);
            let mut names = Vec::new();
            for id in &wrong {
                let Some(mut t) = work.get::<Ticket>(*id)? else { continue };
                if let Some(timers) = clock_of(work.view(), &t)? {
                    t.timers = timers;
                    work.put(&t)?;
                    names.push(number::show(Kind::Ticket, t.number));
                }
            }
            did.other = names.len() as u64;
            let changes = work.changes()?;
            if !changes.is_empty() {
                let mut row = row.clone();
                row.body.summary = format!("worked the clocks of {} out again", names.join(" "));
                row.body.changes = changes;
                tx.log(row);
            }
            Ok(())
        })?;
        job.done.clocks += repaired;
    }
}

/// The clocks that a ticket should have, where it has others; `None` also where an event cannot be read.
fn clock_of(view: &dyn View, t: &Ticket) -> Result<Option<timers::Timers>, StoreError> {
    match events_of(view, t.id) {
        Ok(events) => Ok(Some(timers::of_events(&events)).filter(|made| *made != t.timers)),
        Err(StoreError::Corrupt(_)) => Ok(None),
        Err(e) => Err(e),
    }
}

/// The next number of each kind is unused.
pub(super) fn counters(job: &mut Job) -> Result<(), Reject> {
    for kind in Kind::ALL.iter().copied() {
        let (used, counted) = job.store.view(|v| Ok((check::highest(v, kind)?, v.counter(kind.word())?)))?;
        if used <= counted {
            continue;
        }
        job.step(move |tx, _| {
            let (used, counted) = (check::highest(tx.view(), kind)?, tx.counter(kind.word())?);
            if used > counted {
                tx.add(kind.word(), used - counted)?;
            }
            Ok(())
        })?;
        job.done.counters.push((kind, counted, used));
    }
    Ok(())
}
