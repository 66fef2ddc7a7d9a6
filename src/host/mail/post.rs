//! Sends and fetches for a desk from this process: in one go, or for as long as the process lives.

use std::{
    collections::BTreeMap,
    io,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use super::{config::Config, source, transport, watch::Watches};
use crate::{
    desk::{
        Desk, mailboxes,
        outbox::{self, Sender, Sent},
    },
    exchange::receive,
    model::{Id, Ids, Mailbox, Stamp},
    store::{Reject, StoreError, meta},
};

/// The longest wait between two checks of what is due.
const PAUSE: Duration = Duration::from_millis(500);

/// The wait between two fetches, in milliseconds.
const POLL: Stamp = 60_000;

/// What could not be done, by mailbox.
pub type Problems = BTreeMap<String, String>;

/// Sends and fetches for a desk.
pub struct Post {
    desk: Desk,
    config: Config,
    store: Id,
    me: Id,
    ids: Ids,
    now: Arc<dyn Fn() -> Stamp + Send + Sync>,
    /// When it last fetched.
    fetched: Stamp,
    watches: Watches,
}

impl Post {
    /// Of a desk, with the commands that this user approved. `me` names this process; it also seeds the ids of what is
    /// written, so it must be drawn at random.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn new(
        desk: Desk,
        config: Config,
        me: Id,
        now: Arc<dyn Fn() -> Stamp + Send + Sync>,
    ) -> Result<Post, StoreError> {
        let store = desk.view(meta::store_id)?;
        let ids = Ids::new(me, now());
        Ok(Post { desk, config, store, me, ids, now, fetched: Stamp::MIN, watches: Watches::default() })
    }

    /// Whether this user approved commands for this store: only then may the process keep the mail lease.
    pub fn is_approved(&self) -> bool {
        self.config.knows(self.store)
    }

    /// Makes held messages ready whose time has come.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub fn tick(&mut self) -> Result<(), Reject> {
        self.desk.tick(self.ids.id(), self.me, (self.now)())?;
        Ok(())
    }

    /// Sends what is due, of one mailbox or of all. `forced`: also where the mail system failed a moment ago.
    ///
    /// # Errors
    /// Where the store cannot be read or written.
    pub fn send(&mut self, only: Option<Id>, forced: bool) -> Result<(Sent, Problems), Reject> {
        let Post { desk, config, store, me, ids, now, .. } = self;
        let mut sender = Sender {
            holder: *me,
            op: &mut || ids.id(),
            now: &mut || now(),
            open: &mut |m| transport(config, *store, m),
            go_on: &mut || true,
        };
        let mut sent = outbox::send_due(desk, &mut sender, only, forced)?;
        let problems = std::mem::take(&mut sent.skipped);
        Ok((sent, problems))
    }

    /// Fetches what has come, of one mailbox or of all, and returns how many messages were new. `forced`: also where the
    /// server failed a moment ago.
    ///
    /// # Errors
    /// Where the store cannot be read or written.
    pub fn fetch(&mut self, only: Option<Id>, forced: bool) -> Result<(u64, Problems), Reject> {
        let (mut new, mut problems) = (0, Problems::new());
        let all: Vec<Mailbox> = self.desk.view(mailboxes::all)?;
        for m in all.iter().filter(|m| m.is_live() && only.is_none_or(|id| id == m.id)) {
            let state = self.desk.view(|v| mailboxes::state(v, m.id))?;
            if !forced && state.next_retry.is_some_and(|at| at > (self.now)()) {
                continue;
            }
            match source(&self.config, self.store, m, (self.now)()) {
                Ok(Some(mut source)) => {
                    let (ids, now) = (&mut self.ids, &self.now);
                    new += receive::fetch(&self.desk, &mut *source, m, &mut || ids.id(), &mut || now())?;
                    let state = self.desk.view(|v| mailboxes::state(v, m.id))?;
                    if state.failing_since.is_some() {
                        problems.insert(m.address.clone(), state.problem);
                    }
                }
                // Its mail is delivered by another program, or it only sends.
                Ok(None) => {}
                Err(why) => {
                    problems.insert(m.address.clone(), why);
                }
            }
        }
        Ok((new, problems))
    }

    /// One round of a process that keeps the mail lease: timers, sending, and fetching once a minute. `None`: another
    /// process has the lease.
    ///
    /// # Errors
    /// Where the store cannot be read or written.
    pub fn round(&mut self) -> Result<Option<Problems>, Reject> {
        let now = (self.now)();
        if self.desk.keep_mail(self.ids.id(), self.me, now)?.is_some() {
            return Ok(None);
        }
        self.tick()?;
        let (_, mut problems) = self.send(None, false)?;
        if now.saturating_sub(self.fetched) >= POLL || now < self.fetched {
            self.fetched = now;
            problems.extend(self.fetch(None, false)?.1);
        }
        for id in self.watches.news() {
            problems.extend(self.fetch(Some(id), false)?.1);
        }
        Ok(Some(problems))
    }

    /// Runs rounds until `stop`, and then leaves the lease to others. `report` gets each problem once.
    ///
    /// # Errors
    /// Where the store cannot be used; a busy one is waited for.
    pub fn run(&mut self, stop: &AtomicBool, report: &mut dyn FnMut(&str, &str)) -> Result<(), Reject> {
        let mut last = Problems::new();
        while !stop.load(Ordering::Relaxed) {
            match self.round() {
                Ok(Some(problems)) => {
                    self.watch()?;
                    for (address, why) in problems.iter().filter(|(a, w)| last.get(*a) != Some(w)) {
                        report(address, why);
                    }
                    last = problems;
                }
                Ok(None) => self.watches = Watches::default(),
                Err(Reject::Store(StoreError::Busy)) => {}
                Err(e) => return Err(e),
            }
            self.rest(stop)?;
        }
        self.leave()
    }

    /// Waits at the servers for news, for as long as this process has the mail lease.
    fn watch(&mut self) -> Result<(), Reject> {
        let mut live: Vec<Mailbox> = self.desk.view(mailboxes::all)?;
        live.retain(Mailbox::is_live);
        self.watches.keep(&self.config, self.store, &live);
        Ok(())
    }

    /// Waits until something is written (a reply, perhaps), a while has passed, or it is to stop.
    fn rest(&self, stop: &AtomicBool) -> Result<(), Reject> {
        let head = self.desk.store().head()?;
        for _ in 0..10 {
            if stop.load(Ordering::Relaxed) || self.desk.store().wait(head, PAUSE / 10)? != head {
                break;
            }
        }
        Ok(())
    }

    /// Leaves the mail lease and the timers to others.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub fn leave(&mut self) -> Result<(), Reject> {
        self.desk.leave_mail(self.ids.id(), self.me)?;
        self.desk.leave_clocks(self.ids.id(), self.me)
    }
}

/// Sends and fetches next to a screen, on a thread of its own.
pub struct Background {
    stop: Arc<AtomicBool>,
    thread: JoinHandle<()>,
}

/// The longest wait for a message that is being sent when the screen closes. One that takes longer is found as unsure.
const GRACE: Duration = Duration::from_secs(5);

impl Background {
    /// Starts it, where this user approved commands for the store.
    ///
    /// # Errors
    /// Where the system has no thread for it.
    pub fn start(mut post: Post) -> io::Result<Option<Background>> {
        if !post.is_approved() {
            return Ok(None);
        }
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let work = move || {
            // What fails is noted with the mailbox; a store that cannot be used is reported by the screen itself.
            let _ = post.run(&stopped, &mut |_, _| {});
        };
        let thread = thread::Builder::new().name("frontdesk-mail".into()).spawn(work)?;
        Ok(Some(Background { stop, thread }))
    }

    /// Ends it after the message that is being sent.
    pub fn finish(self) {
        self.stop.store(true, Ordering::Relaxed);
        let until = Instant::now() + GRACE;
        while !self.thread.is_finished() && Instant::now() < until {
            thread::sleep(Duration::from_millis(20));
        }
    }
}
