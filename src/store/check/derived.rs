//! Every record derives its rows again: each must be there, with its value, and there must be no others.

use std::collections::BTreeMap;

use super::{Report, Scope, named};
use crate::{
    model::{KeyReader, Kind, Table},
    store::{Range, Scan, StoreError, ViewExt, records},
};

/// Rows are counted, so that memory does not grow with the store; those that are too many are named by a repair.
pub(super) fn derived(
    scope: &Scope,
    report: &mut Report,
    progress: &mut dyn FnMut(u64),
) -> Result<(), StoreError> {
    let view = scope.view;
    let mut made: BTreeMap<Table, u64> = BTreeMap::new();
    // Whether every record told its rows.
    let mut whole = true;
    for kind in Kind::ALL.iter().copied() {
        if !scope.may(kind.table()) {
            whole = false;
            continue;
        }
        let mut failed = None;
        view.scan(kind.table(), &Range::all(), Scan::Forward, &mut |k, v| {
            report.records += 1;
            if report.records.is_multiple_of(1000) {
                progress(report.records);
            }
            let place = || named(kind, KeyReader(k).id().unwrap_or_default());
            match records::derived(kind, v) {
                Ok(entries) => {
                    if records::id_of(kind, v).is_ok_and(|id| id.bytes() != k) {
                        report.add(place(), "stands under another id than its own");
                    }
                    for e in entries.0 {
                        *made.entry(e.table).or_default() += 1;
                        if !scope.may(e.table) {
                            continue;
                        }
                        report.derived += 1;
                        match view.get(e.table, &e.key) {
                            Ok(Some(found)) if found == e.value => {}
                            Ok(Some(_)) => {
                                report.add(place(), format!("{} contains another value", e.table.name()))
                            }
                            Ok(None) => report.add(place(), format!("{} lacks its row", e.table.name())),
                            Err(e) => failed = Some(e),
                        }
                    }
                }
                Err(e) => {
                    whole = false;
                    report.add(place(), e.to_string());
                }
            }
            failed.is_none()
        })?;
        if let Some(e) = failed {
            return Err(e);
        }
    }
    if !whole {
        return Ok(());
    }
    for table in Table::ALL.iter().copied().filter(|t| t.is_derived() && scope.may(*t)) {
        let stored = view.count(table, &Range::all())?;
        let expected = made.get(&table).copied().unwrap_or(0);
        if stored != expected {
            report.add(table.name(), format!("has {stored} rows where records derive {expected}"));
        }
    }
    Ok(())
}
