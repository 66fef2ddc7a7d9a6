//! Taking an import back: every record as it was, what was changed since listed and left alone.

use std::collections::BTreeSet;

use super::{
    ImportError,
    flight::{Flight, IN_FLIGHT},
    summary::made_line,
};
use crate::{
    desk::{
        Command, Desk, Done, Request,
        import::{ImportStep, Made},
        read,
    },
    model::{
        BatchState, Clash, Id, Ids, ImportBatch, Kind, OpId, Refusal, Seq, Stamp, field, log::ChangeKind,
        number,
    },
    store::{Reject, StoreError, View, feed, records},
};

/// What a revert came to.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Reverted {
    /// The batch, `B-3`.
    pub batch: String,
    /// Records put back or taken away.
    pub records: u64,
    /// What was changed since, and so left alone.
    pub kept: Vec<Clash>,
    /// Whether it was stopped on the way: what was taken back stays so, and the rest follows when it is run again.
    pub cancelled: bool,
}

impl Reverted {
    fn count(&mut self, upto: u64, made: Vec<Done>) -> u64 {
        for done in made {
            self.records += done.touched.len() as u64;
            self.kept.extend(done.kept);
        }
        upto
    }
}

/// What a revert would take back.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Extent {
    /// The batch, `B-3`.
    pub batch: String,
    /// Its files.
    pub files: Vec<String>,
    /// Records that it made.
    pub made: Made,
    /// Records that it changed and did not make.
    pub changed: u64,
}

impl Extent {
    /// `12 customers, 1 order`; `None`: it made no records.
    #[must_use]
    pub fn made_line(&self) -> Option<String> {
        made_line(self.made)
    }
}

/// How many rows of the log are read per snapshot.
const LOOK: usize = 100;

/// Counts what a revert of a batch would take back.
///
/// # Errors
/// As [`revert`].
pub fn extent(desk: &Desk, batch: &str) -> Result<Extent, ImportError> {
    let record = standing(desk, batch)?;
    let mut out = Extent {
        batch: number::show(Kind::ImportBatch, record.number),
        files: record.files,
        ..Extent::default()
    };
    let (mut made, mut changed) = (BTreeSet::new(), BTreeSet::new());
    let rows = desk.view(|v| read::batch_rows(v, record.id))?;
    for some in rows.chunks(LOOK) {
        desk.view(|v| {
            for seq in some {
                let body = feed::at(v, *seq)?.and_then(|i| i.body);
                for change in body.iter().flat_map(|b| &b.changes) {
                    match (change.kind(), &change.what) {
                        (Some(kind), ChangeKind::Created(_)) if made.insert(change.id) => {
                            out.made.count(kind)
                        }
                        (Some(kind), ChangeKind::Updated(fields))
                            if !fields.is_empty()
                                && (matches!(
                                    kind,
                                    Kind::Customer | Kind::Organisation | Kind::Ticket | Kind::Order
                                ) || field::is_entity(kind)) =>
                        {
                            changed.insert(change.id);
                        }
                        _ => {}
                    }
                }
            }
            Ok(())
        })?;
    }
    out.changed = changed.difference(&made).count() as u64;
    Ok(out)
}

/// The batch of a number, where it has not been reverted.
fn standing(desk: &Desk, batch: &str) -> Result<ImportBatch, ImportError> {
    let id = desk.view(|v| Ok(read::resolve(v, Kind::ImportBatch, batch)))??;
    let missing = || Reject::from(Refusal::NotFound { kind: Kind::ImportBatch, what: batch.to_owned() });
    let record: ImportBatch = desk.view(|v| records::get(v, id))?.ok_or_else(missing)?;
    if record.state == BatchState::Reverted {
        let name = number::show(Kind::ImportBatch, record.number);
        let why = format!("{name} is reverted already");
        return Err(Reject::from(Refusal::Invalid { field: "import", why }).into());
    }
    Ok(record)
}

/// Takes back a batch, row by row from the last, some rows to a commit: a revert that is cut off goes on where it was when
/// it is run again. `progress` hears of each commit how many rows are done, of how many, and answers whether to go on.
///
/// # Errors
/// Where there is no such batch, it is reverted already, or the store cannot.
pub fn revert(
    desk: &Desk,
    actor: Id,
    seed: OpId,
    now: Stamp,
    batch: &str,
    progress: &mut dyn FnMut(u64, u64) -> bool,
) -> Result<Reverted, ImportError> {
    let mut record = standing(desk, batch)?;
    let id = record.id;
    let name = number::show(Kind::ImportBatch, record.number);
    let rows = desk.view(|v| read::batch_rows(v, id))?;
    let mut ops = Ids::new(seed, now);
    let revert_id = ops.id();
    let mut out = Reverted { batch: name, ..Reverted::default() };
    let mut request = |step: ImportStep| {
        let mut request = Request::new(ops.id(), actor, now, Command::Import(Box::new(step)));
        request.batch = Some(revert_id);
        request
    };
    let of = rows.len() as u64;
    let mut flight = Flight::default();
    let mut left = rows.as_slice();
    let mut done = 0;
    while !left.is_empty() && !out.cancelled {
        // The last rows first.
        let (rest, some) = left.split_at(left.len().saturating_sub(flight.steps()));
        let mut steps = Vec::new();
        for seq in some.iter().rev() {
            // The batch's own record stays, marked as reverted.
            if !desk.view(|v| is_bookkeeping(v, *seq))? {
                steps.push(request(ImportStep::Revert(*seq)));
            }
        }
        flight.send(desk, steps, of - rest.len() as u64);
        left = rest;
        let before = done;
        flight.land(IN_FLIGHT, &mut |upto, made| done = out.count(upto, made))?;
        out.cancelled = done > before && !progress(done, of);
    }
    flight.land(0, &mut |upto, made| done = out.count(upto, made))?;
    if !left.is_empty() {
        return Ok(out);
    }
    // All of it was taken back before anyone could stop it.
    out.cancelled = false;
    progress(of, of);
    record.state = BatchState::Reverted;
    desk.run(request(ImportStep::End(record)))?;
    Ok(out)
}

/// Whether a row of the log speaks of nothing but the batch's own record.
fn is_bookkeeping(view: &dyn View, seq: Seq) -> Result<bool, StoreError> {
    let body = feed::at(view, seq)?.and_then(|i| i.body);
    Ok(body.is_some_and(|b| b.changes.iter().all(|c| c.kind() == Some(Kind::ImportBatch))))
}
