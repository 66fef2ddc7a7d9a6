//! Changes of many records, in steps: others are not kept waiting, one sees how far it is, and it can be stopped.
//!
//! Each step is its own change, durable when it is made; all of them are one batch, so that one undo reverts all, in
//! steps again. What was stopped, or refused on the way, stays as far as it came. Up to [`STEP`] records are one change, as
//! any other.

use std::collections::VecDeque;

use super::{Command, Desk, Done, Request, command::RevertStep, undo};
use crate::{
    model::{Id, Ids, Kind, Seq},
    query::Schema,
    store::Reject,
};

/// This many records are changed per step.
pub const STEP: usize = 500;

/// What is done with many records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doing {
    /// They are changed; what they are.
    Changing(&'static str),
    /// A change of many is taken back.
    TakingBack,
    /// It is made again.
    Again,
    /// All customers are looked at for those who may be one.
    Comparing,
    /// An import is reverted.
    Reverting,
    /// Files are read; this many rows of them so far. What is done are bytes.
    Importing(u64),
}

/// How far it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// What is done.
    pub doing: Doing,
    /// How much of it was done.
    pub done: usize,
    /// Of how much.
    pub of: usize,
}

impl Progress {
    /// In words: `changing 1500 of 4000 customers`.
    pub fn line(self) -> String {
        let Progress { doing, done, of } = self;
        let percent = done.saturating_mul(100) / of.max(1);
        match doing {
            Doing::Changing(what) => format!("changing {done} of {of} {what}"),
            Doing::TakingBack => format!("taking back {percent} %"),
            Doing::Again => format!("doing again {percent} %"),
            // Who may be one is known when all were read; comparing them takes as long again.
            Doing::Comparing if percent > 98 => "comparing who may be one".to_owned(),
            Doing::Comparing => format!("looking for duplicates {percent} %"),
            Doing::Reverting => format!("reverting the import {percent} %"),
            Doing::Importing(rows) if of == 0 => format!("importing: {rows} rows"),
            Doing::Importing(rows) => format!("importing {} %: {rows} rows", percent.min(100)),
        }
    }
}

/// A change of many that is under way.
#[derive(Debug)]
pub struct Bulk {
    request: Request,
    ids: Ids,
    /// What is still to be done, with how much each step is.
    steps: Steps,
    progress: Progress,
    /// What undo passed over to get to it.
    passed: Option<String>,
    /// What it came to so far.
    total: Done,
}

impl Bulk {
    /// The change of many that a request is; `None`: it is made in one step.
    ///
    /// # Errors
    /// Where what it would undo was undone already, or the file cannot be read.
    pub fn begin(desk: &Desk, request: &Request) -> Result<Option<Bulk>, Reject> {
        let mut passed = None;
        let (doing, steps) = match &request.command {
            Command::Undo(_) | Command::UndoBefore(_) | Command::Redo => {
                let again = request.command == Command::Redo;
                let steps = desk.view(|v| Ok(undo::steps(v, request.actor, &request.command)))??;
                let Some(steps) = steps else { return Ok(None) };
                passed = steps.skipped;
                let step = if again { RevertStep::Redo } else { RevertStep::Undo };
                let part = |seq: Seq| (1, Command::RevertStep(seq, step));
                let doing = if again { Doing::Again } else { Doing::TakingBack };
                (doing, steps.rows.into_iter().map(part).collect())
            }
            command => match pieces(command) {
                Some((what, steps)) => (Doing::Changing(what), steps),
                None => return Ok(None),
            },
        };
        let steps: Steps = steps;
        let progress = Progress { doing, done: 0, of: steps.iter().map(|(n, _)| n).sum() };
        let ids = Ids::new(request.op, request.now);
        let request = Request { batch: Some(request.op), ..request.clone() };
        Ok(Some(Bulk { request, ids, steps, progress, passed, total: Done::default() }))
    }

    /// How far it is.
    pub fn progress(&self) -> Progress {
        self.progress
    }

    /// Makes the next step; whether there are more.
    ///
    /// # Errors
    /// What that step was refused for, or why the store could not: what was made before stays. See [`Bulk::failed`].
    pub fn step(&mut self, desk: &Desk) -> Result<bool, Reject> {
        let Some((size, command)) = self.steps.pop_front() else { return Ok(false) };
        let request = Request { op: self.ids.id(), command, ..self.request.clone() };
        // What was looked at before is what the first step finds.
        self.request.seen.clear();
        let done = desk.run_one(request)?;
        self.progress.done += size;
        let total = &mut self.total;
        total.seq = total.seq.max(done.seq);
        total.changed += if done.replayed { size } else { done.changed };
        if !done.rest.is_empty() {
            total.rest = done.rest;
        }
        total.touched.extend(done.touched);
        total.moved.extend(done.moved);
        total.skipped.extend(done.skipped);
        total.kept.extend(done.kept);
        Ok(!self.steps.is_empty())
    }

    /// What it came to: whole, or as far as it was made.
    pub fn finish(mut self) -> Done {
        let stopped = !self.steps.is_empty();
        let mut said = self.sentence();
        if stopped {
            said.push_str(": stopped");
        }
        self.total.summary = said;
        self.total
    }

    /// What came of it where a step failed: what was made, or nothing.
    ///
    /// # Errors
    /// Why, where nothing was made.
    pub fn failed(mut self, why: Reject) -> Result<Done, Reject> {
        if self.progress.done == 0 {
            return Err(why);
        }
        let said = self.sentence();
        self.total.summary = format!("{said}; then: {why}");
        Ok(self.total)
    }

    fn sentence(&self) -> String {
        let Progress { doing, done, of } = self.progress;
        let (total, skipped, kept) = (&self.total, self.total.skipped.len(), self.total.kept.len());
        let so_far = if done < of { format!(" of {of}") } else { String::new() };
        let mut said = match doing {
            Doing::Changing(_) | Doing::Comparing | Doing::Importing(_) if total.changed == 0 => {
                "nothing to change".to_owned()
            }
            Doing::Changing(_) | Doing::Comparing | Doing::Importing(_) => {
                format!("{}{so_far} {}", total.changed, total.rest)
            }
            Doing::TakingBack | Doing::Reverting => format!("undone: {} {}", total.changed, total.rest),
            Doing::Again => format!("done again: {} {}", total.changed, total.rest),
        };
        if skipped > 0 {
            said.push_str(&format!(", {skipped} skipped"));
        }
        if kept > 0 {
            said.push_str(&format!(", {kept} changed since and left"));
        }
        if let Some(passed) = &self.passed {
            said.push_str(&format!(" ({passed})"));
        }
        said
    }
}

/// Whether a command may be one of many: undo and redo are where what they take back is.
pub fn is_many(command: &Command) -> bool {
    match command {
        Command::Undo(_) | Command::UndoBefore(_) | Command::Redo => true,
        Command::TicketSet(ids, _)
        | Command::Tag(_, ids, ..)
        | Command::Archive(_, ids, _)
        | Command::TaskDone(ids, _) => ids.len() > STEP,
        _ => false,
    }
}

/// Several records of a kind, as lists call them.
fn plural(kind: Kind) -> &'static str {
    Schema::of_kind(kind).map_or("records", |s| s.entity)
}

type Steps = VecDeque<(usize, Command)>;

/// A change of many in pieces; what they are. `None` where it is one of few.
fn pieces(command: &Command) -> Option<(&'static str, Steps)> {
    let cut = |ids: &[Id], make: &dyn Fn(Vec<Id>) -> Command| -> Option<Steps> {
        let steps = ids.chunks(STEP).map(|some| (some.len(), make(some.to_vec())));
        (ids.len() > STEP).then(|| steps.collect())
    };
    Some(match command {
        Command::TicketSet(ids, changes) => {
            ("tickets", cut(ids, &|some| Command::TicketSet(some, changes.clone()))?)
        }
        Command::Tag(kind, ids, add, remove) => {
            (plural(*kind), cut(ids, &|some| Command::Tag(*kind, some, add.clone(), remove.clone()))?)
        }
        Command::Archive(kind, ids, away) => {
            (plural(*kind), cut(ids, &|some| Command::Archive(*kind, some, *away))?)
        }
        Command::TaskDone(ids, done) => ("tasks", cut(ids, &|some| Command::TaskDone(some, *done))?),
        _ => return None,
    })
}
