//! What is derived, made again from the records: index entries, facts, the clocks of tickets, the indexes of the log, the
//! counters behind numbers.
//!
//! - [`repair`]: in the store in place, in many small commits while others go on; each leaves the store better, so that one that is cut
//!   short is simply restarted
//! - [`rebuild`]: where the file itself is damaged, but nowhere in what cannot be made again: every row that counts into a
//!   fresh file, which takes the place of the old
//!
//! What is there only once (records, the log, mail as it came) is never touched; where that is damaged, a backup or
//! [`super::salvage`] is the way.

mod derived;
mod journal;
mod rebuild;

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

pub use rebuild::{Rebuilt, rebuild};

use super::{Reject, Store, StoreError, Tx, Weight, text};
use crate::model::{
    Id, Ids, Kind, OpId, Stamp, Table,
    log::{LogBody, LogDraft},
};

/// Rows of one step.
const STEP: usize = 1000;

/// What a repair did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Repaired {
    /// Rows written, by table: they were missing or held something else.
    pub put: BTreeMap<Table, u64>,
    /// Rows taken away, by table: no record derives them.
    pub taken: BTreeMap<Table, u64>,
    /// Tickets whose clocks were not those of their events.
    pub clocks: u64,
    /// Counters that would have given a number twice: the kind, where it stood, where it stands.
    pub counters: Vec<(Kind, u64, u64)>,
    /// Whether what texts are found by was rebuilt.
    pub texts: bool,
    /// Records that cannot be read: they, and what seems to be theirs, are left as they are.
    pub unread: u64,
    /// Rows that two records claim: left to the record that has them.
    pub claimed: u64,
}

impl Repaired {
    /// Whether anything was changed.
    pub fn is_nothing(&self) -> bool {
        self.put.is_empty()
            && self.taken.is_empty()
            && self.clocks == 0
            && self.counters.is_empty()
            && !self.texts
    }

    /// What was done, a line for each.
    pub fn lines(&self) -> Vec<String> {
        let many = |n: u64, one: &str, more: &str| format!("{n} {}", if n == 1 { one } else { more });
        let mut out = Vec::new();
        for (table, n) in &self.put {
            out.push(format!("{}: {} written", table.name(), many(*n, "row", "rows")));
        }
        for (table, n) in &self.taken {
            out.push(format!("{}: {} taken away", table.name(), many(*n, "row", "rows")));
        }
        if self.clocks > 0 {
            out.push(format!("{} worked out again", many(self.clocks, "ticket's clocks", "tickets' clocks")));
        }
        for (kind, from, to) in &self.counters {
            out.push(format!("counter {}: {from} → {to}", kind.word()));
        }
        if self.texts {
            out.push("full text rebuilt".to_owned());
        }
        out
    }

    fn count(map: &mut BTreeMap<Table, u64>, from: &BTreeMap<Table, u64>) {
        for (table, n) in from {
            *map.entry(*table).or_default() += n;
        }
    }
}

/// Who repairs, and when: ids of steps are drawn from the op.
#[derive(Debug, Clone)]
pub struct By {
    /// The op of the whole.
    pub op: OpId,
    /// When.
    pub now: Stamp,
    /// The name of who asked, for the log.
    pub name: String,
    /// The agent who asked; nil where none can be read.
    pub actor: Id,
    /// The Unix user who asked, where that is not the agent's own.
    pub unix_user: Option<String>,
    /// What was done to the file before, for the one row of the log that says all.
    pub rebuilt: Option<String>,
}

/// Makes everything derived again where it is not as it should be, in small commits, and records in the log what it
/// did. `progress` hears how many rows were looked at.
///
/// # Errors
/// Where the store cannot be read or written; what was done until then stands, and doing it again goes on.
pub fn repair(store: &dyn Store, by: &By, progress: &mut dyn FnMut(u64)) -> Result<Repaired, Reject> {
    let ids = Ids::new(by.op, by.now);
    let mut job = Job { store, by, ids, done: Repaired::default(), looked: 0, progress };
    derived::rows(&mut job)?;
    derived::clocks(&mut job)?;
    journal::indexes(&mut job)?;
    derived::counters(&mut job)?;
    texts(&mut job)?;
    if !job.done.is_nothing() || by.rebuilt.is_some() {
        let did: Vec<String> = by.rebuilt.iter().cloned().chain(job.done.lines()).collect();
        let said = format!("repaired for {}: {}", by.name, did.join("; "));
        job.log(said)?;
    }
    Ok(job.done)
}

/// What texts are found by, where it is not what the records say, or is not kept (yet).
fn texts(job: &mut Job) -> Result<(), Reject> {
    let stale = job.store.view(|v| {
        let kept = text::state(v)?.is_some_and(|s| s.is_complete());
        Ok(!kept || !text::compare(v)?.wrong.is_empty())
    })?;
    if stale {
        let (ids, progress) = (&mut job.ids, &mut *job.progress);
        text::rebuild(job.store, &mut || ids.id(), progress)?;
        job.done.texts = true;
    }
    Ok(())
}

/// Whether a table can be made again out of others.
pub fn can_be_made(table: Table) -> bool {
    table.is_derived() || matches!(table, Table::IxHistory | Table::IxBatch) || table.is_text()
}

struct Job<'a> {
    store: &'a dyn Store,
    by: &'a By,
    ids: Ids,
    done: Repaired,
    looked: u64,
    progress: &'a mut dyn FnMut(u64),
}

/// What a step did: rows written and rows taken away, by table, and a count.
#[derive(Debug, Clone, Default)]
struct Did {
    put: BTreeMap<Table, u64>,
    taken: BTreeMap<Table, u64>,
    other: u64,
}

impl Did {
    fn put(&mut self, tx: &mut dyn Tx, table: Table, key: &[u8], value: &[u8]) {
        tx.put(table, key, value);
        *self.put.entry(table).or_default() += 1;
    }

    fn take(&mut self, tx: &mut dyn Tx, table: Table, key: &[u8]) {
        tx.del(table, key);
        *self.taken.entry(table).or_default() += 1;
    }
}

impl Job<'_> {
    fn looked(&mut self, rows: usize) {
        self.looked += rows as u64;
        (self.progress)(self.looked);
    }

    /// One commit, and what it did.
    fn step(
        &mut self,
        f: impl Fn(&mut dyn Tx, &mut Did) -> Result<(), StoreError> + Send + 'static,
    ) -> Result<u64, Reject> {
        let did = Arc::new(Mutex::new(Did::default()));
        let out = Arc::clone(&did);
        self.store.write(
            self.ids.id(),
            Weight::Heavy,
            Box::new(move |tx| {
                // It may run again: then what it did before counts no more.
                let mut did = Did::default();
                f(tx, &mut did)?;
                *out.lock().unwrap_or_else(PoisonError::into_inner) = did;
                Ok(())
            }),
        )?;
        let did = did.lock().unwrap_or_else(PoisonError::into_inner).clone();
        Repaired::count(&mut self.done.put, &did.put);
        Repaired::count(&mut self.done.taken, &did.taken);
        Ok(did.other)
    }

    fn draft(&mut self, op: OpId, summary: String) -> LogDraft {
        LogDraft {
            actor: self.by.actor,
            logged_at: self.by.now,
            effective_at: self.by.now,
            command: "check repair".to_owned(),
            op,
            batch: None,
            undo_of: None,
            redo_of: None,
            via: None,
            unix_user: self.by.unix_user.clone(),
            salt: self.ids.salt(),
            body: LogBody { summary, changes: Vec::new(), erased: None },
        }
    }

    fn log(&mut self, summary: String) -> Result<(), Reject> {
        let op = self.ids.id();
        let row = self.draft(op, summary);
        self.store.write(
            op,
            Weight::Heavy,
            Box::new(move |tx| {
                tx.log(row.clone());
                Ok(())
            }),
        )?;
        Ok(())
    }
}
