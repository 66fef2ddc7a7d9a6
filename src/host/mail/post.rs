//! Sends and fetches for a desk from this process: in one go, or for as long as the process lives.

use std::{
    collections::BTreeMap,
    fs, io,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant, SystemTime},
};

use notify::Watcher;

use super::{
    config::Config,
    crew::{Crew, Shared, Task},
    pause, source,
};
use crate::{
    desk::{
        Command, Desk, Request, clock, mailboxes,
        outbox::{self, Outcome, Sent},
    },
    model::{Id, Ids, Mailbox, ReceiveKind, Seq, Stamp},
    store::{Reject, StoreError, meta},
};

/// The wait between two checks of what is due, where something is or nothing tells that it was stopped.
const PAUSE: Duration = Duration::from_millis(500);

/// The longest such wait next to a screen where nothing is due: the mail lease is renewed in time.
const LONGEST: Duration = Duration::from_secs(30);

/// The same where another process keeps the mail, which may leave it at any time.
const OTHERS: Duration = Duration::from_secs(5);

/// The longest wait for a message that is being sent or fetched when the program is left, which takes two seconds at most.
/// One that takes longer comes again with the next fetch, or becomes unsure.
const GRACE: Duration = Duration::from_millis(1400);

/// The longest wait, next to a screen, between two checks of whether the user has approved commands for this store meanwhile. A
/// mailbox that is added or changed is a commit, after which it is checked sooner.
const UNAPPROVED: Duration = Duration::from_secs(60);

/// How long after a commit that is: the commands are stored after the mailbox.
const APPROVING: Duration = Duration::from_secs(1);

/// What could not be done, by mailbox.
pub type Problems = BTreeMap<String, String>;

/// Sends and fetches for a desk.
pub struct Post {
    shared: Shared,
    ids: Ids,
    /// When the user's settings were last changed, as they were last read.
    settings: Option<SystemTime>,
    /// Which mailboxes had something to send when that was last looked at.
    due: outbox::DueMailboxes,
    /// The longest wait for the user's approval.
    unapproved: Duration,
    /// The longest wait while nothing is due, and while another process keeps the mail.
    idle: (Duration, Duration),
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
        let (ids, settings) = (Ids::new(me, now()), changed_at(&config));
        let shared = Shared { desk, config, store, me, now, capped: Arc::default() };
        let due = outbox::DueMailboxes::default();
        Ok(Post { shared, ids, settings, due, unapproved: PAUSE, idle: (PAUSE, PAUSE) })
    }

    /// Whether this user approved commands for this store: only then may the process keep the mail lease.
    pub fn is_approved(&self) -> bool {
        self.shared.config.knows(self.shared.store)
    }

    /// Makes held messages ready whose time has come.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub fn tick(&mut self) -> Result<(), Reject> {
        self.shared.desk.tick(self.ids.id(), self.shared.me, (self.shared.now)())?;
        Ok(())
    }

    /// Runs `each` for every mailbox on a separate thread, so that none waits for the server of another.
    fn each<T: Send>(
        &mut self,
        all: &[Mailbox],
        each: impl Fn(&Shared, &Mailbox, &mut Ids) -> Result<T, Reject> + Sync,
    ) -> Result<Vec<T>, Reject> {
        let Post { shared, ids, .. } = self;
        let now = (shared.now)();
        let (shared, each) = (&*shared, &each);
        let results: Vec<Option<Result<T, Reject>>> = thread::scope(|scope| {
            let threads: Vec<_> = all
                .iter()
                .map(|m| {
                    let mut ids = Ids::new(ids.id(), now);
                    scope.spawn(move || each(shared, m, &mut ids))
                })
                .collect();
            threads.into_iter().map(|t| t.join().ok()).collect()
        });
        let died = || Err(StoreError::Io("a thread ended before its work".into()).into());
        results.into_iter().map(|r| r.unwrap_or_else(died)).collect()
    }

    /// Sends what is due, of one mailbox or of all. `forced`: also where the mail system failed a moment ago.
    ///
    /// # Errors
    /// Where the store cannot be read or written.
    pub fn send(&mut self, only: Option<Id>, forced: bool) -> Result<(Sent, Problems), Reject> {
        let now = (self.shared.now)();
        let mut due = self.shared.desk.view(|v| outbox::DueMailboxes::default().look(v, now))?;
        due.retain(|m| only.is_none_or(|id| id == m.id));
        let (mut sent, mut problems) = (Sent::default(), Problems::new());
        for one in self.each(&due, |s, m, ids| s.send(m.id, ids, forced, &mut || true))? {
            sent.sent += one.sent;
            sent.deferred += one.deferred;
            sent.failed += one.failed;
            sent.unsure += one.unsure;
            problems.extend(one.skipped);
        }
        let mut copies =
            self.shared.desk.view(|v| outbox::copy_mailboxes(v, now.max((self.shared.now)())))?;
        copies.retain(|m| only.is_none_or(|id| id == m.id));
        let copied =
            self.each(&copies, |s, m, ids| Ok((m.address.clone(), s.copy(m, ids, &mut || true)?)))?;
        for (address, problem) in copied {
            // A message that was not sent is worse.
            problem.map(|why| problems.entry(address).or_insert(why));
        }
        Ok((sent, problems))
    }

    /// Fetches what has come, of one mailbox or of all, and returns how many messages were new. `forced`: also where the
    /// server failed a moment ago. `progress` gets how many were new in a mailbox so far.
    ///
    /// # Errors
    /// Where the store cannot be read or written.
    pub fn fetch(
        &mut self,
        only: Option<Id>,
        forced: bool,
        progress: &(dyn Fn(&str, u64) + Sync),
    ) -> Result<(u64, Problems), Reject> {
        let mut all: Vec<Mailbox> = self.shared.desk.view(mailboxes::all)?;
        all.retain(|m| m.is_live() && only.is_none_or(|id| id == m.id));
        let (mut new, mut problems) = (0, Problems::new());
        let results = self.each(&all, |shared, m, ids| {
            let state = shared.desk.view(|v| mailboxes::state(v, m.id))?;
            if !forced && mailboxes::waits(state.next_retry, (shared.now)()) {
                return Ok((m.address.clone(), 0, None));
            }
            let (new, problem) = match source(&shared.config, shared.store, m) {
                Ok(Some(mut inbox)) => shared.fetch(m, &mut *inbox, ids, &mut |n| {
                    progress(&m.address, n);
                    true
                })?,
                // Its mail is delivered by another program, or it only sends.
                Ok(None) => (0, None),
                Err(why) => (0, Some(why)),
            };
            Ok((m.address.clone(), new, problem))
        })?;
        for (address, n, problem) in results {
            new += n;
            problems.extend(problem.map(|why| (address, why)));
        }
        Ok((new, problems))
    }

    /// Reads the user's settings again where they were changed, and gives whether they say something else now. What cannot
    /// be read is left as before.
    fn refresh(&mut self) -> bool {
        let changed = changed_at(&self.shared.config);
        if changed == self.settings {
            return false;
        }
        self.settings = changed;
        let folder = self.shared.config.path.parent().unwrap_or(Path::new("."));
        match Config::load(folder) {
            Ok(config) if config != self.shared.config => {
                self.shared.config = config;
                true
            }
            _ => false,
        }
    }

    /// Keeps the mail of this store for this process from now on; `false`: another one does.
    ///
    /// # Errors
    /// Where the store cannot be read or written.
    pub fn keep(&mut self) -> Result<bool, Reject> {
        let now = (self.shared.now)();
        Ok(self.shared.desk.keep_mail(self.ids.id(), self.shared.me, now)?.is_none())
    }

    /// One round of a process that keeps the mail lease: timers, and threads for what there is to do. Gives how long there
    /// is nothing more to do.
    fn round(&mut self, crew: &mut Crew) -> Result<Duration, Reject> {
        self.tick()?;
        let now = (self.shared.now)();
        let known = &mut self.due;
        let (mut live, mut due, copies, mut next) = self.shared.desk.view(|v| {
            let mut due = known.look(v, now)?;
            let mut next: Vec<Stamp> = clock::next(v, now)?.into_iter().collect();
            next.extend(outbox::next_due(v, now)?);
            for at in (0..due.len()).rev() {
                let state = due.get(at).map(|m| mailboxes::state(v, m.id)).transpose()?;
                if let Some(retry) =
                    state.and_then(|s| s.send_next_retry).filter(|at| mailboxes::waits(Some(*at), now))
                {
                    next.push(retry);
                    due.remove(at);
                }
            }
            Ok((mailboxes::all(v)?, due, outbox::copy_mailboxes(v, now)?, next))
        })?;
        live.retain(|m| m.is_live() && !matches!(m.receive.kind, ReceiveKind::None | ReceiveKind::Deliver));
        due.retain(|m| m.is_live());
        let waiting = due.len();
        due.retain(|m| !self.shared.is_capped(m, now));
        if waiting > 0 || !copies.is_empty() {
            next.push(now);
        }
        let ids = &mut self.ids;
        crew.fetch_for(&live, &mut || ids.id())?;
        crew.send_for(&due, &mut || ids.id())?;
        crew.copy_for(&copies, &mut || ids.id())?;
        let left = next.into_iter().map(|at| u64::try_from(at.saturating_sub(now)).unwrap_or(0)).min();
        Ok(left.map_or(Duration::MAX, Duration::from_millis))
    }

    /// Fetches and sends until `stop`, by the user's settings as they are at any time, and then leaves the lease to others. `report` gets each problem once.
    ///
    /// # Errors
    /// Where the store cannot be used; one that is busy or has no room is waited for.
    pub fn run(&mut self, stop: &AtomicBool, report: &mut dyn FnMut(&str, &str)) -> Result<(), Reject> {
        let mut crew = Crew::new(self.shared.clone());
        let mut last: BTreeMap<(Task, String), String> = BTreeMap::new();
        let watch = watch(&self.shared);
        if watch.is_none() {
            self.idle.0 = self.idle.0.min(OTHERS);
        }
        while !stop.load(Ordering::Relaxed) {
            // What is written from here on ends the wait below.
            let head = match self.shared.desk.store().head() {
                Ok(head) => head,
                Err(e) => {
                    passing(e.into())?;
                    continue;
                }
            };
            if self.refresh() {
                crew.end(GRACE);
                crew = Crew::new(self.shared.clone());
            }
            if !self.is_approved() {
                self.rest(head, self.unapproved).or_else(passing)?;
                pause(APPROVING, &|| !stop.load(Ordering::Relaxed));
                continue;
            }
            let nothing = match self.keep() {
                Ok(true) => self.round(&mut crew).map(|left| left.clamp(PAUSE, self.idle.0)),
                // Another process fetches and sends.
                Ok(false) => {
                    crew.end(GRACE);
                    Ok(self.idle.1)
                }
                Err(e) => Err(e),
            };
            let nothing = nothing.or_else(|e| passing(e).map(|()| PAUSE))?;
            for said in crew.heard() {
                let key = (said.task, said.address);
                // What a thread could not write it tries again: mail goes on once there is room on the disk.
                match said.problem.unwrap_or_else(|e| Some(e.to_string())) {
                    Some(why) if last.get(&key) != Some(&why) => {
                        report(&key.1, &why);
                        last.insert(key, why);
                    }
                    Some(_) => {}
                    None => {
                        last.remove(&key);
                    }
                }
            }
            self.rest(head, nothing).or_else(passing)?;
        }
        crew.end(GRACE);
        self.abandon()?;
        self.leave()
    }

    /// Notes that no answer came for what this process was handing over when it had to end, so that agents see it at the
    /// next start and not only when the lease of the attempt runs out. An answer that still comes counts.
    fn abandon(&mut self) -> Result<(), Reject> {
        let Shared { desk, me, .. } = &self.shared;
        for out in desk.view(|v| outbox::sending_by(v, *me))? {
            let unsure = |_| Outcome::Unsure("the program was left before the server answered".into());
            let settle = Command::OutboxSettle {
                message: out.id,
                holder: *me,
                attempt: out.attempts,
                outcomes: outbox::state::open(&out).map(unsure).collect(),
                down: None,
            };
            desk.run(Request::new(self.ids.id(), Id::NIL, (self.shared.now)(), settle))?;
        }
        Ok(())
    }

    /// Waits until something is written after a place in the log (a reply, perhaps), the store is roused, or a while has
    /// passed.
    fn rest(&self, head: Seq, longest: Duration) -> Result<(), Reject> {
        self.shared.desk.store().wait(head, longest)?;
        Ok(())
    }

    /// Leaves the mail lease and the timers to others.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub fn leave(&mut self) -> Result<(), Reject> {
        self.shared.desk.leave_mail(self.ids.id(), self.shared.me)?;
        self.shared.desk.leave_clocks(self.ids.id(), self.shared.me)
    }
}

/// Rouses the store when the user's settings change; `None` where the system does not tell of that.
fn watch(shared: &Shared) -> Option<notify::RecommendedWatcher> {
    let (desk, file) = (shared.desk.clone(), shared.config.path.file_name()?.to_owned());
    let mut watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
        let is_it = |e: notify::Event| e.paths.iter().any(|p| p.file_name() == Some(&file));
        if event.is_ok_and(|e| !e.kind.is_access() && is_it(e)) {
            desk.store().rouse();
        }
    })
    .ok()?;
    let folder = shared.config.path.parent()?;
    watcher.watch(folder, notify::RecursiveMode::NonRecursive).ok()?;
    Some(watcher)
}

/// When the user's settings were last changed; `None`: there are none.
fn changed_at(config: &Config) -> Option<SystemTime> {
    fs::metadata(&config.path).and_then(|m| m.modified()).ok()
}

/// Waits where the store is busy or its disk is full, which passes; anything else is an error.
fn passing(e: Reject) -> Result<(), Reject> {
    match e {
        Reject::Store(StoreError::Busy | StoreError::Full) => {
            thread::sleep(PAUSE / 10);
            Ok(())
        }
        e => Err(e),
    }
}

/// Sends and fetches next to a screen, on separate threads.
pub struct Background {
    desk: Desk,
    stop: Arc<AtomicBool>,
    thread: JoinHandle<()>,
}

impl Background {
    /// Starts it. It works once this user has approved commands for the store, now or while it runs.
    ///
    /// # Errors
    /// Where the system has no thread for it.
    pub fn start(mut post: Post) -> io::Result<Background> {
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let desk = post.shared.desk.clone();
        // The caller that ends it wakes the store, too.
        post.unapproved = UNAPPROVED;
        post.idle = (LONGEST, OTHERS);
        let work = move || {
            // What fails is noted with the mailbox; a store that cannot be used is reported by the screen itself.
            let _ = post.run(&stopped, &mut |_, _| {});
        };
        let thread = thread::Builder::new().name("frontdesk-mail".into()).spawn(work)?;
        Ok(Background { desk, stop, thread })
    }

    /// Ends it after the messages that are being sent and fetched, and waits for that, but not for long.
    pub fn finish(self) {
        self.stop.store(true, Ordering::Relaxed);
        let since = Instant::now();
        while !self.thread.is_finished() && since.elapsed() < GRACE + PAUSE {
            self.desk.store().rouse();
            self.thread.thread().unpark();
            thread::sleep(Duration::from_millis(20));
        }
    }
}
