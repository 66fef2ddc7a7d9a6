//! The erasure of a person, step by step.

use std::path::Path;

use super::{EraseError, Plan, Progress, Step, mails, scan};
use crate::{
    desk::{Command, Desk, Request, command::EraseStep, person},
    model::{Customer, Id, Ids, Kind, OpId, Refusal, Stamp, number},
    store::{
        Reject, StoreError,
        backup::{self, BackupError},
        raw, records, text,
    },
};

/// Records of a step, and log rows.
const STEP: usize = 200;
/// Mails as they came of a step.
const MAILS: usize = 20;

/// What an erasure did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Erased {
    /// Records scrubbed, their own and others'.
    pub records: u64,
    /// Mails of others scrubbed as they came.
    pub mails: u64,
    /// Of those, mails of which nothing could be kept.
    pub dropped: u64,
    /// Rows of the log that lost their body.
    pub log_rows: u64,
}

/// Takes a person out of all records. What is left in old pages of the file goes with [`rewrite`]. Cut short, it goes on
/// when it is run again with a new plan.
///
/// # Errors
/// What the desk refuses, or why the store cannot.
pub fn erase(
    desk: &Desk,
    actor: Id,
    seed: OpId,
    now: Stamp,
    plan: &Plan,
    progress: Progress,
) -> Result<Erased, EraseError> {
    let Some(who) = plan.erasing.cluster.first().copied() else { return Ok(Erased::default()) };
    let mut ops = Ids::new(seed, now);
    // Postings of an older format are not updated: they would keep the words.
    text::gather(desk.store(), &mut || ops.id(), &mut |_| true)?;
    let mut send = |step: EraseStep| {
        desk.run(Request::new(ops.id(), actor, now, Command::CustomerErase(Box::new(step))))
    };
    send(EraseStep::Begin(Box::new(plan.erasing.clone())))?;
    let mut done = Erased::default();
    let mut todo = plan.todo.clone();
    // What others write in the meantime is looked through until nothing new is there.
    loop {
        for part in todo.records.chunks(STEP) {
            send(EraseStep::Records(who, part.to_vec()))?;
            done.records += part.len() as u64;
            go_on(progress, &done)?;
        }
        for part in todo.raws.chunks(MAILS) {
            let mut left = Vec::with_capacity(part.len());
            for id in part {
                let bytes = desk.view(|v| raw::get(v, *id))?.unwrap_or_default();
                let theirs = desk.view(|v| records::get::<crate::model::Message>(v, *id))?.is_none();
                let rest = if theirs { None } else { mails::without(&bytes, &plan.erasing.marks) };
                done.dropped += u64::from(rest.is_none());
                left.push((*id, rest));
            }
            send(EraseStep::Raw(who, left))?;
            done.mails += part.len() as u64;
            go_on(progress, &done)?;
        }
        for part in todo.logs.chunks(STEP) {
            send(EraseStep::Log(who, part.to_vec()))?;
            done.log_rows += part.len() as u64;
            go_on(progress, &done)?;
        }
        let head = todo.head;
        todo = scan::since(desk, &plan.erasing, head, progress)?;
        if !todo.is_empty() {
            continue;
        }
        match send(EraseStep::Finish(who, todo.head)) {
            Ok(_) => break,
            // A write came in between: scan that too.
            Err(Reject::Refused(Refusal::Stale { .. })) => {}
            Err(e) => return Err(e.into()),
        }
    }
    done.records += plan.erasing.cluster.len() as u64;
    Ok(done)
}

fn go_on(progress: Progress, done: &Erased) -> Result<(), StoreError> {
    let n = done.records + done.mails + done.log_rows;
    if progress(Step::Scrubbing(n)) { Ok(()) } else { Err(StoreError::Cancelled) }
}

/// Whether a person was erased from all records and is still in old pages of the file.
///
/// # Errors
/// Where the file cannot be read.
pub fn resume(desk: &Desk, who: Id) -> Result<bool, StoreError> {
    desk.view(|v| person::needs_rewrite(v, who))
}

/// Writes the store into a fresh file, so that nothing of an erased person is left in old pages, and puts that in its
/// place; every process lets go of the old file and opens the new one. `open` opens the desk again, to note that it is done.
///
/// # Errors
/// [`EraseError::Rewrite`] where others do not let go, or there is no room for a second file.
pub fn rewrite(
    path: &Path,
    (actor, seed, now): (Id, OpId, Stamp),
    who: Id,
    open: &mut dyn FnMut() -> Result<Desk, StoreError>,
    progress: Progress,
) -> Result<(), EraseError> {
    let told = |e: BackupError| match e {
        BackupError::Store(e) => e,
        e => StoreError::Io(e.to_string()),
    };
    let compacted = backup::compact(path, None, &mut |step| match step {
        backup::Step::Copying(n)
        | backup::Step::Hashing(n)
        | backup::Step::Checking(n)
        | backup::Step::Writing(n) => progress(Step::Rewriting(n)),
    });
    let desk = open()?;
    if let Err(e) = compacted {
        let number = desk.view(|v| records::get::<Customer>(v, who))?.map_or(0, |c| c.number);
        let name = number::show(Kind::Customer, number);
        return Err(EraseError::Rewrite { name, why: told(e).to_string() });
    }
    let step = EraseStep::Rewritten(who);
    desk.run(Request::new(seed, actor, now, Command::CustomerErase(Box::new(step))))?;
    Ok(())
}
