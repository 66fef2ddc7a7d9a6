//! The threads that fetch and send: one per mailbox that is fetched, for as long as this goes on; one per mailbox that has
//! something to send, until it is sent. A server that is slow or hangs delays its own mailbox in its own direction only.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, PoisonError,
        mpsc::{Receiver, Sender, channel},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use super::{Inbox, config::Config, copier, pause, source, stop::Stop, transport};
use crate::{
    desk::{
        Desk, mailboxes,
        outbox::{self, Sent},
    },
    exchange::receive,
    model::{Id, Ids, Mailbox, OpId, Stamp},
    store::{Reject, StoreError},
};

/// What every thread has.
#[derive(Clone)]
pub struct Shared {
    pub desk: Desk,
    pub config: Config,
    pub store: Id,
    /// This process.
    pub me: Id,
    pub now: Arc<dyn Fn() -> Stamp + Send + Sync>,
    /// Mailboxes that have sent as many messages as they may in an hour: that limit, and until when.
    pub capped: Arc<Mutex<BTreeMap<Id, (u32, Stamp)>>>,
}

/// What a thread does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Task {
    Fetch,
    Send,
    /// Copies of what was sent, into a folder at the server.
    Copy,
}

/// What a thread tells: the address, and what is wrong there now.
pub struct Said {
    pub task: Task,
    pub address: String,
    pub problem: Result<Option<String>, Reject>,
}

impl Shared {
    /// Fetches the mail of a mailbox. Gives how many messages were new, and what is wrong.
    ///
    /// # Errors
    /// Where the store cannot be read or written.
    pub fn fetch(
        &self,
        mailbox: &Mailbox,
        inbox: &mut dyn Inbox,
        ids: &mut Ids,
        go_on: &mut dyn FnMut(u64) -> bool,
    ) -> Result<(u64, Option<String>), Reject> {
        let (op, now) = (&mut || ids.id(), &mut || (self.now)());
        let new = receive::fetch(&self.desk, inbox, mailbox, op, now, go_on)?;
        let state = self.desk.view(|v| mailboxes::state(v, mailbox.id))?;
        Ok((new, state.failing_since.map(|_| state.problem)))
    }

    /// Sends what is due from a mailbox.
    ///
    /// # Errors
    /// Where the store cannot be read or written.
    pub fn send(
        &self,
        mailbox: Id,
        ids: &mut Ids,
        forced: bool,
        go_on: &mut dyn FnMut() -> bool,
    ) -> Result<Sent, Reject> {
        let mut sender = outbox::Sender {
            holder: self.me,
            op: &mut || ids.id(),
            now: &mut || (self.now)(),
            open: &mut |m| transport(&self.config, self.store, m),
            go_on,
        };
        let sent = outbox::send_due(&self.desk, &mut sender, Some(mailbox), forced)?;
        self.capped.lock().unwrap_or_else(PoisonError::into_inner).extend(&sent.capped);
        Ok(sent)
    }

    /// Whether a mailbox has sent as many messages as it may in an hour, and has to wait.
    pub fn is_capped(&self, mailbox: &Mailbox, now: Stamp) -> bool {
        let capped = self.capped.lock().unwrap_or_else(PoisonError::into_inner);
        capped.get(&mailbox.id).is_some_and(|(cap, until)| mailbox.hourly_cap == Some(*cap) && now <= *until)
    }

    /// Makes the copies that are due of what was sent from a mailbox. Gives what is wrong.
    ///
    /// # Errors
    /// Where the store cannot be read or written.
    pub fn copy(
        &self,
        mailbox: &Mailbox,
        ids: &mut Ids,
        go_on: &mut dyn FnMut() -> bool,
    ) -> Result<Option<String>, Reject> {
        let (op, now) = (&mut || ids.id(), &mut || (self.now)());
        match copier(&self.config, self.store, mailbox) {
            Ok(mut copier) => outbox::copy_due(&self.desk, mailbox, &mut *copier, op, now, go_on),
            Err(why) => Ok(Some(why)),
        }
        .map(|problem| problem.map(|why| format!("no copy in {}: {why}", mailbox.sent_folder)))
    }
}

/// A thread at work.
struct Worker {
    mailbox: Mailbox,
    stop: Arc<Stop>,
    began: Instant,
    thread: JoinHandle<()>,
}

impl Worker {
    /// Tells it to end after what it is at.
    fn stop(&self) {
        self.stop.now();
        self.thread.thread().unpark();
    }
}

/// The threads.
pub struct Crew {
    shared: Shared,
    workers: BTreeMap<(Id, Task), Worker>,
    /// Those that were told to end, and have not yet.
    leaving: Vec<Worker>,
    say: Sender<Said>,
    heard: Receiver<Said>,
}

impl Crew {
    /// Of no threads yet.
    pub fn new(shared: Shared) -> Crew {
        let (say, heard) = channel();
        Crew { shared, workers: BTreeMap::new(), leaving: Vec::new(), say, heard }
    }

    /// What the threads told since this was last asked.
    pub fn heard(&self) -> Vec<Said> {
        self.heard.try_iter().collect()
    }

    /// Fetches for these mailboxes from now on, and for no others.
    ///
    /// # Errors
    /// Where the system has no thread for it.
    pub fn fetch_for(
        &mut self,
        mailboxes: &[Mailbox],
        seed: &mut dyn FnMut() -> OpId,
    ) -> Result<(), StoreError> {
        let gone: Vec<(Id, Task)> = self
            .workers
            .iter()
            .filter(|((id, task), w)| {
                *task == Task::Fetch && !mailboxes.iter().any(|m| m.id == *id && *m == w.mailbox)
            })
            .map(|(key, _)| *key)
            .collect();
        for key in gone {
            self.leaving.extend(self.workers.remove(&key).inspect(Worker::stop));
        }
        self.leaving.retain(|w| !w.thread.is_finished());
        for m in mailboxes {
            self.start(m, Task::Fetch, seed, fetches)?;
        }
        Ok(())
    }

    /// Sends for these mailboxes what is due, where that is not being done already.
    ///
    /// # Errors
    /// Where the system has no thread for it.
    pub fn send_for(
        &mut self,
        mailboxes: &[Mailbox],
        seed: &mut dyn FnMut() -> OpId,
    ) -> Result<(), StoreError> {
        mailboxes.iter().try_for_each(|m| self.start(m, Task::Send, seed, sends))
    }

    /// Makes the copies that are due for these mailboxes, where that is not being done already.
    ///
    /// # Errors
    /// Where the system has no thread for it.
    pub fn copy_for(
        &mut self,
        mailboxes: &[Mailbox],
        seed: &mut dyn FnMut() -> OpId,
    ) -> Result<(), StoreError> {
        mailboxes.iter().try_for_each(|m| self.start(m, Task::Copy, seed, copies))
    }

    fn start(
        &mut self,
        mailbox: &Mailbox,
        task: Task,
        seed: &mut dyn FnMut() -> OpId,
        work: fn(&Work, Ids),
    ) -> Result<(), StoreError> {
        let key = (mailbox.id, task);
        if self.workers.get(&key).is_some_and(|w| !w.thread.is_finished() || w.began.elapsed() < REST) {
            return Ok(());
        }
        let stop = Arc::<Stop>::default();
        let ids = Ids::new(seed(), (self.shared.now)());
        let it = Work {
            shared: self.shared.clone(),
            mailbox: mailbox.clone(),
            stop: Arc::clone(&stop),
            say: self.say.clone(),
        };
        let name = match task {
            Task::Fetch => "frontdesk-fetch",
            Task::Send => "frontdesk-send",
            Task::Copy => "frontdesk-copy",
        };
        let thread = thread::Builder::new()
            .name(name.into())
            .spawn(move || work(&it, ids))
            .map_err(|e| StoreError::Io(e.to_string()))?;
        self.workers.insert(key, Worker { mailbox: mailbox.clone(), stop, began: Instant::now(), thread });
        Ok(())
    }

    /// Tells all to end after what they are at, and waits for them, but not for longer than that.
    pub fn end(&mut self, longest: Duration) {
        let all = std::mem::take(&mut self.workers).into_values().chain(std::mem::take(&mut self.leaving));
        let all: Vec<Worker> = all.inspect(Worker::stop).collect();
        let since = Instant::now();
        while since.elapsed() < longest && all.iter().any(|w| !w.thread.is_finished()) {
            thread::sleep(Duration::from_millis(10));
        }
    }
}

impl Drop for Crew {
    fn drop(&mut self) {
        self.end(Duration::ZERO);
    }
}

/// What one thread works with.
struct Work {
    shared: Shared,
    mailbox: Mailbox,
    stop: Arc<Stop>,
    say: Sender<Said>,
}

impl Work {
    fn goes_on(&self) -> bool {
        !self.stop.is_over()
    }

    fn tell(&self, task: Task, problem: Result<Option<String>, Reject>) {
        // No one listens any more where it is to end.
        let _ = self.say.send(Said { task, address: self.mailbox.address.clone(), problem });
    }

    /// How long the server is left alone because it failed a moment ago; `None`: it is not.
    fn waits(&self) -> Option<Duration> {
        let (state, now) =
            (self.shared.desk.view(|v| mailboxes::state(v, self.mailbox.id)), (self.shared.now)());
        let at = state.ok()?.next_retry.filter(|at| mailboxes::waits(Some(*at), now))?;
        Some(Duration::from_millis(u64::try_from(at.saturating_sub(now)).ok()?))
    }
}

/// The shortest time between two starts of one task of a mailbox: a task that fails is not retried in a tight loop.
const REST: Duration = Duration::from_millis(400);

/// How long a thread waits that could not use the store.
const AGAIN: Duration = Duration::from_secs(1);

/// The longest wait between two looks whether a server that failed may be asked again: an agent may have said so.
const LOOK: Duration = Duration::from_secs(15);

/// Fetches until it is to end.
fn fetches(work: &Work, mut ids: Ids) {
    let Work { shared, mailbox, .. } = work;
    let go_on = || work.goes_on();
    let mut inbox = match source(&shared.config, shared.store, mailbox) {
        Ok(Some(inbox)) => inbox,
        // Its mail is delivered by another program, or it only sends.
        Ok(None) => return pause(Duration::MAX, &go_on),
        Err(why) => {
            work.tell(Task::Fetch, Ok(Some(why)));
            return pause(Duration::MAX, &go_on);
        }
    };
    while go_on() {
        if let Some(left) = work.waits() {
            pause(left.clamp(AGAIN, LOOK), &go_on);
            continue;
        }
        match shared.fetch(mailbox, &mut *inbox, &mut ids, &mut |_| work.goes_on()) {
            Ok((_, problem)) => {
                let failed = problem.is_some();
                work.tell(Task::Fetch, Ok(problem));
                if !failed {
                    inbox.wait(&work.stop);
                }
            }
            Err(Reject::Store(StoreError::Busy)) => pause(AGAIN, &go_on),
            Err(e) => {
                work.tell(Task::Fetch, Err(e));
                pause(AGAIN * 10, &go_on);
            }
        }
    }
}

/// Sends what is due now.
fn sends(work: &Work, mut ids: Ids) {
    let sent = work.shared.send(work.mailbox.id, &mut ids, false, &mut || work.goes_on());
    let problem = match sent {
        Ok(mut sent) => Ok(sent.skipped.remove(&work.mailbox.address)),
        Err(Reject::Store(StoreError::Busy)) => return,
        Err(e) => Err(e),
    };
    work.tell(Task::Send, problem);
}

/// Makes the copies that are due now.
fn copies(work: &Work, mut ids: Ids) {
    match work.shared.copy(&work.mailbox, &mut ids, &mut || work.goes_on()) {
        Err(Reject::Store(StoreError::Busy)) => {}
        problem => work.tell(Task::Copy, problem),
    }
}
