//! The write lane: one thread that makes many changes durable with one commit.
//!
//! It takes what waits, at most [`GROUP`] changes, and commits at once when nothing more waits. Each change has its own
//! overlay over those before it, so that a refusal, or a panic, spoils nobody else's. Answers go out once the commit
//! is durable.

use std::{
    any::Any,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Mutex, PoisonError},
    thread::JoinHandle,
    time::{Duration, Instant},
};

use crossbeam_channel::{Receiver, Sender, bounded, unbounded};

use super::{
    Outcome, Reject, StoreError, View, Weight, hot, lock::PATIENCE, overlay, prune::Pruner, waist::Change,
    writes::Writes,
};
use crate::model::{OpId, Seq};

/// The most changes in one commit.
pub const GROUP: usize = 64;

/// How a commit failed.
#[derive(Debug)]
pub enum Failed {
    /// Nothing of it can stand.
    Before(StoreError),
    /// In its last steps: it may stand.
    Maybe(StoreError),
}

/// What the lane needs of an engine.
pub trait Engine: Send + Sync {
    /// Takes the one right to write (at most until then), shows `f` the latest state, and makes what it gives durable.
    ///
    /// # Errors
    /// `Busy` where somebody else writes; what `f` gives; where the file cannot be written.
    fn commit(
        &self,
        until: Instant,
        f: &mut dyn FnMut(&dyn View) -> Result<Writes, StoreError>,
    ) -> Result<(), Failed>;

    /// Finds out what stands: takes the right to write, shows `f` the latest state, and makes that state durable.
    ///
    /// # Errors
    /// As [`Engine::commit`]: then nobody knows yet.
    fn settle(
        &self,
        until: Instant,
        f: &mut dyn FnMut(&dyn View) -> Result<(), StoreError>,
    ) -> Result<(), StoreError>;

    /// Hears that the log stands there now.
    fn committed(&self, head: Seq);
}

struct Command {
    op: OpId,
    weight: Weight,
    change: Change,
    since: Instant,
    answer: Sender<Result<Outcome, Reject>>,
}

/// The lane of a store. Its thread starts with the first write and ends with the lane.
pub struct Lane {
    engine: Arc<dyn Engine>,
    thread: Mutex<Option<(Sender<Command>, JoinHandle<()>)>>,
}

impl Lane {
    /// A lane before an engine.
    pub fn new(engine: Arc<dyn Engine>) -> Lane {
        Lane { engine, thread: Mutex::new(None) }
    }

    /// Makes a change and comes back when it is durable.
    ///
    /// # Errors
    /// What it was refused for.
    pub fn write(&self, op: OpId, weight: Weight, change: Change) -> Result<Outcome, Reject> {
        let (answer, answered) = bounded(1);
        let command = Command { op, weight, change, since: Instant::now(), answer };
        let gone = |_| StoreError::Broken("the write lane has stopped".into());
        self.sender()?.send(command).map_err(|_| gone(()))?;
        answered.recv().map_err(|_| gone(()))?
    }

    fn sender(&self) -> Result<Sender<Command>, StoreError> {
        let mut thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((sender, handle)) = &*thread
            && !handle.is_finished()
        {
            return Ok(sender.clone());
        }
        let (sender, commands) = unbounded();
        let engine = Arc::clone(&self.engine);
        let started = std::thread::Builder::new()
            .name("write lane".into())
            .spawn(move || run(&*engine, &commands))
            .map_err(|e| StoreError::Broken(format!("the write lane does not start: {e}")))?;
        *thread = Some((sender.clone(), started));
        Ok(sender)
    }
}

impl Drop for Lane {
    fn drop(&mut self) {
        let thread = self.thread.get_mut().unwrap_or_else(PoisonError::into_inner).take();
        if let Some((sender, thread)) = thread {
            drop(sender);
            let _ = thread.join();
        }
    }
}

fn run(engine: &dyn Engine, commands: &Receiver<Command>) {
    let mut pruner = Pruner::default();
    let mut next: Option<Command> = None;
    while let Some(first) = next.take().or_else(|| commands.recv().ok()) {
        let mut group = vec![first];
        let shares = |group: &[Command]| group.iter().all(|c| c.weight == Weight::Light);
        while group.len() < GROUP && shares(&group) {
            match commands.try_recv() {
                Ok(c) if c.weight == Weight::Light => group.push(c),
                Ok(alone) => {
                    next = Some(alone);
                    break;
                }
                Err(_) => break,
            }
        }
        commit(engine, &mut group, &mut pruner);
    }
}

fn commit(engine: &dyn Engine, group: &mut [Command], pruner: &mut Pruner) {
    let now = Instant::now();
    // Who waited behind a long commit still gets a fair try.
    let until = group.first().map_or(now, |c| c.since + PATIENCE).max(now + Duration::from_millis(200));
    let mut results: Vec<Result<Outcome, Reject>> = Vec::new();
    let committed = engine.commit(until, &mut |view| {
        results.clear();
        let mut writes = Writes::new();
        for command in group.iter_mut() {
            let ran = {
                let base = overlay::Layered { base: view, writes: &writes };
                catch_unwind(AssertUnwindSafe(|| overlay::run(&base, command.op, &mut command.change)))
            };
            results.push(match ran {
                Ok(Ok(ran)) => {
                    writes.append(ran.writes);
                    Ok(Outcome { seq: ran.seq, replayed: ran.replayed })
                }
                // The engine has to know: a handle that failed to read once is of no more use to anybody.
                Ok(Err(Reject::Store(e @ StoreError::Io(_)))) => return Err(e),
                Ok(Err(refused)) => Err(refused),
                Err(panic) => Err(StoreError::Broken(words(&*panic)).into()),
            });
        }
        if !writes.is_empty() {
            pruner.prune(view, &mut writes)?;
            hot::journal(view, &mut writes)?;
        }
        Ok(writes)
    });
    if let Err(e) = committed {
        after_failure(engine, group, &mut results, e);
    }
    if let Some(head) =
        results.iter().filter_map(|r| r.as_ref().ok().filter(|o| !o.replayed)).map(|o| o.seq).max()
    {
        engine.committed(head);
    }
    for (command, result) in group.iter().zip(results) {
        // Nobody listens any more where the asker has gone.
        let _ = command.answer.send(result);
    }
}

/// A commit that failed in its last steps may yet stand: the next who writes finds it whole, or finds nothing of it. So
/// this writes next, and "nothing was changed" is never said of what was changed.
fn after_failure(
    engine: &dyn Engine,
    group: &[Command],
    results: &mut Vec<Result<Outcome, Reject>>,
    failed: Failed,
) {
    let mut answers = Vec::new();
    let e = match failed {
        Failed::Before(e) => e,
        Failed::Maybe(e) => {
            let asked = engine.settle(Instant::now() + PATIENCE, &mut |view| {
                answers.clear();
                for command in group {
                    answers.push(overlay::applied(view, command.op)?);
                }
                Ok(())
            });
            match asked {
                Ok(()) => e,
                Err(_) => StoreError::Unsure(match e {
                    StoreError::Full => "it is full".into(),
                    StoreError::Io(why) | StoreError::Corrupt(why) | StoreError::ReadOnly(why) => why,
                    e => e.to_string(),
                }),
            }
        }
    };
    let unsure = matches!(e, StoreError::Unsure(_));
    let before = std::mem::take(results);
    results.extend(group.iter().enumerate().map(|(i, _)| match before.get(i) {
        Some(Err(Reject::Refused(why))) => Err(Reject::Refused(why.clone())),
        Some(Ok(o)) if !unsure && let Some(seq) = answers.get(i).copied().flatten() => {
            Ok(Outcome { seq, replayed: o.replayed })
        }
        _ => Err(Reject::Store(e.clone())),
    }));
}

fn words(panic: &(dyn Any + Send)) -> String {
    let said = panic.downcast_ref::<&str>().map(|s| (*s).to_owned());
    said.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "a panic".into())
}

#[cfg(test)]
mod tests;
