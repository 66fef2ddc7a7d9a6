//! Taking an import back: every record as it was, what was changed since listed and left alone.

use super::ImportError;
use crate::{
    desk::{Command, Desk, Request, import::ImportStep, read},
    model::{BatchState, Clash, Id, Ids, ImportBatch, Kind, OpId, Refusal, Stamp, number},
    store::{Reject, records},
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
}

/// Takes back a batch, row by row from the last; each row commits alone, so that a revert that is cut off goes on where it
/// was when it is run again.
///
/// # Errors
/// Where there is no such batch, it is reverted already, or the store cannot.
pub fn revert(
    desk: &Desk,
    actor: Id,
    seed: OpId,
    now: Stamp,
    batch: &str,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Reverted, ImportError> {
    let id = desk.view(|v| Ok(read::resolve(v, Kind::ImportBatch, batch)))??;
    let missing = || Reject::from(Refusal::NotFound { kind: Kind::ImportBatch, what: batch.to_owned() });
    let mut record: ImportBatch = desk.view(|v| records::get(v, id))?.ok_or_else(missing)?;
    let name = number::show(Kind::ImportBatch, record.number);
    if record.state == BatchState::Reverted {
        return Err(Reject::from(Refusal::Invalid {
            field: "import",
            why: format!("{name} is reverted already"),
        })
        .into());
    }
    let rows = desk.view(|v| read::batch_rows(v, id))?;
    let mut ops = Ids::new(seed, now);
    let revert_id = ops.id();
    let mut out = Reverted { batch: name, ..Reverted::default() };
    let mut send = |step: ImportStep| {
        let mut request = Request::new(ops.id(), actor, now, Command::Import(Box::new(step)));
        request.batch = Some(revert_id);
        desk.run(request)
    };
    let of = rows.len() as u64;
    for (n, seq) in (1u64..).zip(rows.into_iter().rev()) {
        let is_bookkeeping = desk.view(|v| {
            let item = crate::store::feed::at(v, seq)?;
            Ok(item
                .and_then(|i| i.body)
                .is_some_and(|b| b.changes.iter().all(|c| c.kind() == Some(Kind::ImportBatch))))
        })?;
        // The batch's own record stays, marked as reverted.
        if !is_bookkeeping {
            let done = send(ImportStep::Revert(seq))?;
            out.records += done.touched.len() as u64;
            out.kept.extend(done.kept);
        }
        progress(n, of);
    }
    record.state = BatchState::Reverted;
    send(ImportStep::End(record))?;
    Ok(out)
}
