//! Forgets ops that were applied long ago: exactly-once is promised for seven days.

use super::{Range, Scan, StoreError, View, ViewExt, writes::Writes};
use crate::model::{Seq, Stamp, Table, log, log::LogRow};

/// How long an op is remembered, in milliseconds.
pub const REMEMBERED: Stamp = 7 * 24 * 60 * 60 * 1000;

/// The most rows looked at in one commit.
const AT_ONCE: usize = 64;

/// Goes round the applied ops, a few rows with each commit.
#[derive(Debug, Default)]
pub struct Pruner {
    from: Vec<u8>,
}

impl Pruner {
    /// Adds to a commit's writes that ops older than seven days are forgotten. What time it is, the commit's own log
    /// rows say; a commit without any forgets nothing.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn prune(&mut self, view: &dyn View, writes: &mut Writes) -> Result<(), StoreError> {
        let own = writes.range(Table::AppliedOp, &Range::all());
        let Some(now) = own.filter_map(|(_, v)| at(v?)).max().filter(|now| *now > 0) else {
            return Ok(());
        };
        let rows = view.page(Table::AppliedOp, &Range::from(self.from.clone()), Scan::Forward, AT_ONCE)?;
        self.from = match rows.last() {
            Some((last, _)) if rows.len() == AT_ONCE => last.iter().copied().chain([0]).collect(),
            _ => Vec::new(),
        };
        for (op, value) in rows {
            let when = match at(&value) {
                // An op that logged nothing is at least as old as the log row that came after it.
                Some(0) => logged_at(view, seq(&value).saturating_add(1))?,
                when => when,
            };
            if when.is_some_and(|when| when < now.saturating_sub(REMEMBERED)) {
                writes.del_unless_written(Table::AppliedOp, op);
            }
        }
        Ok(())
    }
}

fn seq(value: &[u8]) -> Seq {
    value.first_chunk::<8>().map_or(0, |b| Seq::from_be_bytes(*b))
}

fn at(value: &[u8]) -> Option<Stamp> {
    let mut r = crate::model::KeyReader(value);
    r.u64().and_then(|_| r.at())
}

fn logged_at(view: &dyn View, seq: Seq) -> Result<Option<Stamp>, StoreError> {
    let row = view.get(Table::Log, &log::key(seq))?;
    Ok(row.and_then(|r| LogRow::decode(&r)).map(|r| r.logged_at))
}
