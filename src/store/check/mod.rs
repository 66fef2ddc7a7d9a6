//! The check: everything derived, derived again and compared; the log's chain; references; the file's own checksums.
//!
//! - [`check`]: one state; [`check_store`]: a store that others may write to; [`check_file`]: one in a file, its pages first
//! - [`log::verify`]: the chain of the log alone
//!
//! What cannot be read is a finding like any other, and the rest is looked at all the same.

mod derived;
pub mod log;
mod rules;

use super::{
    RedbStore, Reject, Store, StoreError, View, Weight, meta,
    pages::{self, Verdict},
    text,
};
use crate::model::{Id, OpId, Stamp, Table};

pub use rules::events_of;
pub(super) use rules::highest;

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
    /// Pages of the file whose checksums were verified; 0 where only rows were looked at.
    pub pages: u64,
    /// Whether the file itself is damaged: then what is derived cannot be repaired in place.
    pub damaged: bool,
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

    /// Takes in what verifying the file found.
    pub fn file(&mut self, verdict: &Verdict) {
        self.pages = verdict.pages;
        self.damaged = !verdict.is_sound();
        for d in &verdict.damage {
            self.add(d.place(), d.what.clone());
        }
        self.wrong += verdict.wrong - verdict.damage.len() as u64;
    }
}

/// What is looked at: a state, and the tables whose pages are damaged, which are left alone: what is there may be
/// anything, and its way may lead in circles.
struct Scope<'a> {
    view: &'a dyn View,
    verdict: &'a Verdict,
}

impl Scope<'_> {
    fn may(&self, table: Table) -> bool {
        !self.verdict.harms(table.name())
    }

    fn may_all(&self, tables: &[Table]) -> bool {
        tables.iter().all(|t| self.may(*t))
    }
}

type Part = fn(&Scope, &mut Report, &mut dyn FnMut(u64)) -> Result<(), StoreError>;

/// The parts of a check, each with what people call it.
const PARTS: &[(&str, Part)] = &[
    ("derived rows", derived::derived),
    ("references", rules::references),
    ("tickets", rules::tickets),
    ("orders and addresses", rules::rules),
    ("outgoing messages", rules::outbox),
    ("numbers", rules::counters),
    ("log", log::check),
    ("texts", texts),
];

/// What texts are found by is what the records say.
fn texts(scope: &Scope, report: &mut Report, _: &mut dyn FnMut(u64)) -> Result<(), StoreError> {
    let of = text::KINDS.map(|k| k.table());
    let kept = Table::ALL.iter().copied().filter(|t| t.is_text());
    if of.into_iter().chain(kept).all(|t| scope.may(t)) {
        let compared = text::compare(scope.view)?;
        report.derived += compared.postings;
        compared.wrong.into_iter().for_each(|wrong| report.add("texts", wrong));
    }
    Ok(())
}

/// Checks one state of the store. `progress` hears how many rows are done.
///
/// # Errors
/// Where the store is busy or replaced meanwhile; what is damaged are findings.
pub fn check(view: &dyn View, progress: &mut dyn FnMut(u64)) -> Result<Report, StoreError> {
    let mut report = Report::default();
    rows(view, &Verdict::default(), &mut report, progress)?;
    Ok(report)
}

fn rows(
    view: &dyn View,
    verdict: &Verdict,
    report: &mut Report,
    progress: &mut dyn FnMut(u64),
) -> Result<(), StoreError> {
    let scope = Scope { view, verdict };
    for (name, part) in PARTS {
        match part(&scope, report, progress) {
            Err(e @ (StoreError::Corrupt(_) | StoreError::Io(_))) => report.add(*name, e.to_string()),
            other => other?,
        }
    }
    Ok(())
}

/// Checks a store in a file: the checksum of every page in use, then the rows of every table that is sound.
///
/// # Errors
/// As [`check`].
pub fn check_file(store: &RedbStore, progress: &mut dyn FnMut(u64)) -> Result<Report, StoreError> {
    let verdict = store.verify_pages(&mut |_| {})?;
    beside_writers(store, &verdict, progress)
}

/// Checks any store, though others write to it meanwhile.
///
/// # Errors
/// As [`check`].
pub fn check_store(store: &dyn Store, progress: &mut dyn FnMut(u64)) -> Result<Report, StoreError> {
    beside_writers(store, &Verdict::default(), progress)
}

fn beside_writers(
    store: &dyn Store,
    verdict: &Verdict,
    progress: &mut dyn FnMut(u64),
) -> Result<Report, StoreError> {
    let mut file = Report::default();
    file.file(verdict);
    let mut once = |view: &dyn View| {
        let mut found = file.clone();
        rows(view, verdict, &mut found, progress)?;
        Ok(found)
    };
    let found = store.view(&mut once)?;
    if found.wrong == file.wrong {
        return Ok(found);
    }
    // Others may have written while this read one state after the other, so that rows which belong together do not agree:
    // only one state that is held tells. The file grows for as long as that takes, if they do.
    let mut held = Err(StoreError::Busy);
    store.read(&mut |view| {
        held = once(view);
        Ok(())
    })?;
    held
}

/// What is wrong with a file that the engine refuses.
///
/// # Errors
/// Where it cannot be read at all.
pub fn refused(path: &std::path::Path, why: &str) -> Result<Report, StoreError> {
    let mut report = Report::default();
    report.file(&pages::verify_file(path, &mut |_| {})?);
    report.damaged = true;
    report.add("file", format!("the store does not open: {why}"));
    Ok(report)
}

/// Remembers that a check found all well.
///
/// # Errors
/// Where the store cannot be written.
pub fn note(store: &dyn Store, op: OpId, now: Stamp) -> Result<(), Reject> {
    use super::ViewExt;
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

fn named(kind: crate::model::Kind, id: Id) -> String {
    format!("{} {id}", kind.word())
}
