//! The check: everything derived, derived again and compared; the log's chain; references.

use std::collections::BTreeMap;

use super::{Range, Reject, Scan, Store, StoreError, View, ViewExt, Weight, feed, meta, records};
use crate::model::{
    Customer, EventKind, Id, Key, KeyReader, Kind, OpId, Order, Seq, Stamp, Table, Ticket, TicketEvent, log,
    log::LogRow, timers,
};

/// One thing that is not as it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Where.
    pub place: String,
    /// What is wrong.
    pub what: String,
}

/// What a check found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// Records looked at.
    pub records: u64,
    /// Derived rows compared.
    pub derived: u64,
    /// Log rows verified.
    pub log_rows: u64,
    /// What is wrong, the first thousand.
    pub findings: Vec<Finding>,
    /// How much is wrong in all.
    pub wrong: u64,
}

impl Report {
    /// Whether all is as it should be.
    pub fn is_clean(&self) -> bool {
        self.wrong == 0
    }

    fn add(&mut self, place: impl Into<String>, what: impl Into<String>) {
        self.wrong += 1;
        if self.findings.len() < 1000 {
            self.findings.push(Finding { place: place.into(), what: what.into() });
        }
    }
}

/// Checks one state of the store. `progress` hears how many rows are done.
///
/// # Errors
/// Where the file cannot be read; damaged records are findings.
pub fn check(view: &dyn View, progress: &mut dyn FnMut(u64)) -> Result<Report, StoreError> {
    let mut report = Report::default();
    derived(view, &mut report, progress)?;
    references(view, &mut report)?;
    tickets(view, &mut report)?;
    rules(view, &mut report)?;
    chain(view, &mut report)?;
    Ok(report)
}

/// Remembers that a check found all well.
///
/// # Errors
/// Where the store cannot be written.
pub fn note(store: &dyn Store, op: OpId, now: Stamp) -> Result<(), Reject> {
    store.write(
        op,
        Weight::Light,
        Box::new(move |tx| {
            let row = meta::moment(now, tx.log_head()?);
            meta::note(tx, meta::LAST_CHECK, &row);
            Ok(())
        }),
    )?;
    Ok(())
}

/// Every record derives its rows again: each must be there, with its value, and there must be no others. Rows are
/// compared by the sum of their hashes, so that memory does not grow with the store; rows are named only on a mismatch.
fn derived(view: &dyn View, report: &mut Report, progress: &mut dyn FnMut(u64)) -> Result<(), StoreError> {
    let mut made: BTreeMap<Table, u64> = BTreeMap::new();
    for kind in Kind::ALL.iter().copied() {
        let mut failed = None;
        view.scan(kind.table(), &Range::all(), Scan::Forward, &mut |k, v| {
            report.records += 1;
            if report.records.is_multiple_of(1000) {
                progress(report.records);
            }
            match records::derived(kind, v) {
                Ok(entries) => {
                    for e in entries.0 {
                        *made.entry(e.table).or_default() += 1;
                        report.derived += 1;
                        match view.get(e.table, &e.key) {
                            Ok(Some(found)) if found == e.value => {}
                            Ok(Some(_)) => {
                                report.add(place(kind, k), format!("{} holds another value", e.table.name()))
                            }
                            Ok(None) => {
                                report.add(place(kind, k), format!("{} lacks its row", e.table.name()))
                            }
                            Err(e) => failed = Some(e),
                        }
                    }
                }
                Err(e) => report.add(place(kind, k), e.to_string()),
            }
            failed.is_none()
        })?;
        if let Some(e) = failed {
            return Err(e);
        }
    }
    for table in Table::ALL.iter().copied().filter(|t| t.is_derived()) {
        let stored = view.count(table, &Range::all())?;
        let expected = made.get(&table).copied().unwrap_or(0);
        if stored != expected {
            report.add(table.name(), format!("has {stored} rows where records derive {expected}"));
        }
    }
    Ok(())
}

fn place(kind: Kind, key: &[u8]) -> String {
    let id = KeyReader(key).id().unwrap_or_default();
    format!("{} {id}", kind.word())
}

/// What records refer to is there.
fn references(view: &dyn View, report: &mut Report) -> Result<(), StoreError> {
    let mut missing = Vec::new();
    let mut failed = None;
    view.scan(Table::IxRef, &Range::all(), Scan::Forward, &mut |k, _| {
        let mut r = KeyReader(k);
        let parts = (r.u8().and_then(Kind::of_code), r.id(), r.u8().and_then(Kind::of_code), r.id());
        let (Some(to), Some(to_id), Some(from), Some(from_id)) = parts else {
            missing.push((Table::IxRef.name().to_owned(), "a key that cannot be read".to_owned()));
            return true;
        };
        match view.get(to.table(), to_id.bytes()) {
            Ok(Some(_)) => {}
            Ok(None) => missing
                .push((format!("{} {from_id}", from.word()), format!("names a {} that is gone", to.word()))),
            Err(e) => failed = Some(e),
        }
        failed.is_none()
    })?;
    for (place, what) in missing {
        report.add(place, what);
    }
    failed.map_or(Ok(()), Err)
}

/// The clocks of every ticket are those of its events.
fn tickets(view: &dyn View, report: &mut Report) -> Result<(), StoreError> {
    let mut failed = None;
    records::each::<Ticket>(view, |t| {
        match events_of(view, t.id) {
            Ok(events) => {
                let made = events.iter().filter(|e| e.kind == EventKind::Created).count();
                if timers::of_events(&events) != t.timers {
                    report.add(format!("ticket T-{}", t.number), "its clocks are not those of its events");
                }
                if made != 1 {
                    report.add(format!("ticket T-{}", t.number), format!("was opened {made} times"));
                }
            }
            Err(e) => failed = Some(e),
        }
        failed.is_none()
    })?;
    failed.map_or(Ok(()), Err)
}

/// The events of a ticket, in the order of their time.
///
/// # Errors
/// Where the file cannot be read, or an event is damaged.
pub fn events_of(view: &dyn View, ticket: Id) -> Result<Vec<TicketEvent>, StoreError> {
    let mut ids = Vec::new();
    view.scan(Table::IxEvent, &Range::prefix(Key::new().id(ticket)), Scan::Forward, &mut |k, _| {
        let mut r = KeyReader(k);
        let (_, _, id) = (r.id(), r.at(), r.id());
        ids.extend(id);
        true
    })?;
    ids.into_iter().filter_map(|id| records::get(view, id).transpose()).collect()
}

/// What must hold between fields and records.
fn rules(view: &dyn View, report: &mut Report) -> Result<(), StoreError> {
    records::each::<Order>(view, |o| {
        if o.computed_total() != Some(o.total) {
            report.add(format!("order O-{}", o.number), "its lines do not come to its total");
        }
        if o.refunded() > o.total.max(0) {
            report.add(format!("order O-{}", o.number), "more was given back than was paid");
        }
        true
    })?;
    records::each::<Customer>(view, |c| {
        if c.emails.iter().filter(|e| e.primary).count() > 1
            || c.phones.iter().filter(|p| p.primary).count() > 1
        {
            report.add(format!("customer C-{}", c.number), "has two primary addresses of one kind");
        }
        true
    })?;
    let mut last: Option<String> = None;
    let mut twice = Vec::new();
    view.scan(Table::IxEmail, &Range::all(), Scan::Forward, &mut |k, v| {
        let email = KeyReader(k).text().unwrap_or_default();
        let shared = v.first() == Some(&1);
        if !shared {
            if last.as_deref() == Some(email.as_str()) {
                twice.push(email.clone());
            }
            last = Some(email);
        }
        true
    })?;
    for email in twice {
        report.add("ix_email", format!("{email} has two owners and is not marked shared"));
    }
    Ok(())
}

/// The chain of the log: gap-free, each row carrying the hash of the one before, each body that of its digest.
fn chain(view: &dyn View, report: &mut Report) -> Result<(), StoreError> {
    use sha2::Digest;
    let (mut expected, mut prev): (Seq, [u8; 32]) = (1, [0; 32]);
    let mut wrong = Vec::new();
    let mut failed = None;
    view.scan(Table::Log, &Range::all(), Scan::Forward, &mut |k, v| {
        report.log_rows += 1;
        let place = || format!("log row {}", KeyReader(k).u64().unwrap_or_default());
        match LogRow::decode(v) {
            Some(row) => {
                if row.seq != expected || log::key(row.seq) != k {
                    wrong.push((place(), format!("stands where row {expected} should")));
                }
                if row.prev_hash != prev {
                    wrong.push((place(), "does not carry the hash of the row before it".to_owned()));
                }
                match view.get(Table::LogBody, k) {
                    Ok(Some(body)) if <[u8; 32]>::from(sha2::Sha256::digest(&body)) != row.digest => {
                        wrong.push((place(), "its body is not the one that was written".to_owned()));
                    }
                    Ok(_) => {}
                    Err(e) => failed = Some(e),
                }
                (expected, prev) = (row.seq + 1, row.hash());
            }
            None => {
                wrong.push((place(), "cannot be read".to_owned()));
                expected += 1;
            }
        }
        failed.is_none()
    })?;
    for (place, what) in wrong {
        report.add(place, what);
    }
    if let Some(e) = failed {
        return Err(e);
    }
    replay(view, report)
}

/// The log replays to the records: the last change of each record in the log left what stands there.
fn replay(view: &dyn View, report: &mut Report) -> Result<(), StoreError> {
    use crate::model::log::What;
    let mut after: Seq = 0;
    let mut last: std::collections::HashMap<(u8, Id), bool> = std::collections::HashMap::new();
    loop {
        let items = feed::since(view, after, 500)?;
        let Some(end) = items.last() else { break };
        after = end.row.seq;
        for item in items {
            for c in item.body.into_iter().flat_map(|b| b.changes) {
                last.insert((c.kind, c.id), !matches!(c.what, What::Deleted(_)));
            }
        }
    }
    for ((kind, id), lives) in last {
        let Some(kind) = Kind::of_code(kind) else { continue };
        if view.get(kind.table(), id.bytes())?.is_some() != lives {
            report.add(format!("{} {id}", kind.word()), "the log says otherwise");
        }
    }
    Ok(())
}
