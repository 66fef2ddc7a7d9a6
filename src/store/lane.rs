//! The write lane: one thread that makes many changes durable with one commit.
//!
//! It takes what waits, at most [`GROUP`] changes, and commits immediately when nothing more waits. Each change has its own
//! overlay over those before it, so that a refusal, or a panic, spoils no other. Answers go out once the commit
//! is durable.
//!
//! A heavy change that waits behind another is made ahead: over what the previous one writes, while that is still on its
//! way to the disk. What comes out is taken only where the previous one went through and no one else wrote since; otherwise
//! it is discarded and the change is made again.

use std::{
    any::Any,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Mutex, PoisonError},
    thread::JoinHandle,
    time::{Duration, Instant},
};

use crossbeam_channel::{Receiver, Sender, bounded, never, select, unbounded};

use super::{
    Outcome, Pending, Reject, StoreError, View, Weight, engine::Change, lock::PATIENCE, online_backup,
    overlay, prune::Pruner, writes::Writes,
};
use crate::model::{OpId, Seq};

/// The most changes in one commit.
pub const GROUP: usize = 64;

/// How long a step of an import or a bulk edit waits after its commit: longer than others sleep between their tries for
/// the turn, so that who waits in another process comes next, and not behind the next step by chance.
const GAP: Duration = Duration::from_millis(4);

/// How a commit failed.
#[derive(Debug)]
pub enum Failed {
    /// Nothing of it can stand.
    Before(StoreError),
    /// In its last steps: it may stand.
    Maybe(StoreError),
}

/// What gives the writes of a commit: of the latest state, and whether it is the one that the last commit left.
pub type Plan<'a> = dyn FnMut(&dyn View, bool) -> Result<Writes, StoreError> + 'a;

/// What may be done while a commit is made durable: with the state before it, and what it writes.
pub type Ahead<'a> = dyn FnMut(&dyn View, &Writes, &Receiver<()>) + Send + 'a;

/// What the lane needs of an engine.
pub trait Engine: Send + Sync {
    /// Takes the one right to write (at most until then), shows `f` the latest state, and makes what it gives durable.
    /// `f` also hears whether that state is the very one that the last commit of this engine left: no one else wrote
    /// since. Where that is unknown, or nothing works `ahead`, it hears that it is not.
    ///
    /// While it is made durable, `ahead` is run on another thread with the state that `f` saw and what it gave; it ends
    /// soon after its channel is cut, which says that the commit is over.
    ///
    /// # Errors
    /// `Busy` where someone else writes; what `f` gives; where the file cannot be written.
    fn commit(&self, until: Instant, f: &mut Plan<'_>, ahead: Option<&mut Ahead<'_>>) -> Result<(), Failed>;

    /// Finds out what stands: takes the right to write, shows `f` the latest state, and makes that state durable.
    ///
    /// # Errors
    /// As [`Engine::commit`]: then the outcome is unknown.
    fn settle(
        &self,
        until: Instant,
        f: &mut dyn FnMut(&dyn View) -> Result<(), StoreError>,
    ) -> Result<(), StoreError>;

    /// Called with the new head of the log.
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
pub struct WriteLane {
    engine: Arc<dyn Engine>,
    thread: Mutex<Option<(Sender<Command>, JoinHandle<()>)>>,
}

impl WriteLane {
    /// A lane before an engine.
    pub fn new(engine: Arc<dyn Engine>) -> WriteLane {
        WriteLane { engine, thread: Mutex::new(None) }
    }

    /// Makes a change and comes back when it is durable.
    ///
    /// # Errors
    /// What it was refused for.
    pub fn write(&self, op: OpId, weight: Weight, change: Change) -> Result<Outcome, Reject> {
        self.submit(op, weight, change).wait()
    }

    /// Takes a change and returns immediately. What one thread hands over is made in that order.
    pub fn submit(&self, op: OpId, weight: Weight, change: Change) -> Pending {
        let (answer, answered) = bounded(1);
        let command = Command { op, weight, change, since: Instant::now(), answer };
        let gone = || StoreError::Broken("the write lane has stopped".into());
        match self.sender().and_then(|lane| lane.send(command).map_err(|_| gone())) {
            Ok(()) => Pending::new(move || answered.recv().map_err(|_| gone())?),
            Err(e) => Pending::new(move || Err(e.into())),
        }
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

impl Drop for WriteLane {
    fn drop(&mut self) {
        let thread = self.thread.get_mut().unwrap_or_else(PoisonError::into_inner).take();
        if let Some((sender, thread)) = thread {
            drop(sender);
            let _ = thread.join();
        }
    }
}

/// Changes that are committed together, and their outcome where that is known.
struct Group {
    commands: Vec<Command>,
    results: Vec<Result<Outcome, Reject>>,
    /// What they write, made ahead of the commit before them.
    made: Option<Writes>,
}

impl Group {
    fn of(commands: Vec<Command>) -> Group {
        Group { commands, results: Vec::new(), made: None }
    }

    /// Makes the changes over a state: what they write.
    fn make(&mut self, view: &dyn View, pruner: &mut Pruner) -> Result<Writes, StoreError> {
        self.results.clear();
        let mut writes = Writes::new();
        for command in &mut self.commands {
            let ran = {
                let base = overlay::Layered { base: view, writes: &writes };
                catch_unwind(AssertUnwindSafe(|| overlay::run(&base, command.op, &mut command.change)))
            };
            self.results.push(match ran {
                Ok(Ok(ran)) => {
                    writes.append(ran.writes);
                    Ok(Outcome { seq: ran.seq, replayed: ran.replayed })
                }
                // The engine has to know: a handle that failed to read once is of no more use to anyone.
                Ok(Err(Reject::Store(e @ StoreError::Io(_)))) => return Err(e),
                Ok(Err(refused)) => Err(refused),
                Err(panic) => Err(StoreError::Broken(words(&*panic)).into()),
            });
        }
        if !writes.is_empty() {
            pruner.prune(view, &mut writes)?;
            online_backup::journal(view, &mut writes)?;
        }
        Ok(writes)
    }
}

fn run(engine: &dyn Engine, commands: &Receiver<Command>) {
    let mut pruner = Pruner::default();
    // What was taken from the queue and was not for the commit of that moment.
    let mut next: Option<Group> = None;
    while let Some(group) = next.take().or_else(|| commands.recv().ok().map(|c| Group::of(vec![c]))) {
        let group = gather(group, commands, &mut next);
        let heavy = group.commands.iter().any(|c| c.weight == Weight::Heavy);
        next = commit(engine, group, commands, &mut pruner).or(next);
        if heavy {
            std::thread::sleep(GAP);
        }
    }
}

/// Adds what waits and may share a commit; one that cannot is left in `next`.
fn gather(mut group: Group, commands: &Receiver<Command>, next: &mut Option<Group>) -> Group {
    let all = &mut group.commands;
    while all.len() < GROUP && all.iter().all(|c| c.weight == Weight::Light) {
        match commands.try_recv() {
            Ok(c) if c.weight == Weight::Light => all.push(c),
            Ok(alone) => {
                *next = Some(Group::of(vec![alone]));
                break;
            }
            Err(_) => break,
        }
    }
    group
}

/// Commits a group and answers. Gives what was taken from the queue meanwhile.
fn commit(
    engine: &dyn Engine,
    mut group: Group,
    commands: &Receiver<Command>,
    pruner: &mut Pruner,
) -> Option<Group> {
    let now = Instant::now();
    let heavy = group.commands.iter().any(|c| c.weight == Weight::Heavy);
    // Who waited behind a long commit still gets a fair try; a heavy change, made by who has time, a whole one.
    let since = group.commands.first().map_or(now, |c| if heavy { now } else { c.since });
    let until = (since + PATIENCE).max(now + Duration::from_millis(200));
    let pruner = Mutex::new(pruner);
    let prune = || pruner.lock().unwrap_or_else(PoisonError::into_inner);
    let mut next = None;
    let mut ahead = |view: &dyn View, writes: &Writes, over: &Receiver<()>| {
        let Some(command) = waiting(commands, over) else { return };
        let mut follower = Group::of(vec![command]);
        if follower.commands.iter().all(|c| c.weight == Weight::Heavy) {
            // What cannot be made now is made in its turn, and told then.
            follower.made = follower.make(&overlay::Layered { base: view, writes }, &mut prune()).ok();
        }
        next = Some(follower);
    };
    let committed = engine.commit(
        until,
        &mut |view, ours| match group.made.take().filter(|_| ours) {
            Some(writes) => Ok(writes),
            None => group.make(view, &mut prune()),
        },
        heavy.then_some(&mut ahead),
    );
    if let Err(e) = committed {
        // What was made over it stands on nothing.
        if let Some(next) = &mut next {
            next.made = None;
        }
        after_failure(engine, &group.commands, &mut group.results, e);
    }
    let made = group.results.iter().filter_map(|r| r.as_ref().ok());
    if let Some(head) = made.filter(|o| !o.replayed).map(|o| o.seq).max() {
        engine.committed(head);
    }
    for (command, result) in group.commands.iter().zip(group.results) {
        // No one listens any more where the asker has gone.
        let _ = command.answer.send(result);
    }
    next
}

/// The next command, where one comes before the commit is over.
fn waiting(commands: &Receiver<Command>, over: &Receiver<()>) -> Option<Command> {
    let gone = never();
    let mut queue = commands;
    loop {
        select! {
            recv(queue) -> command => match command {
                Ok(command) => return Some(command),
                // The lane ends; the commit goes on.
                Err(_) => queue = &gone,
            },
            recv(over) -> _ => return None,
        }
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
