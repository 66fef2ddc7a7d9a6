//! What a session leaves to others: reading, writing, following the store. None of it delays a key.

use std::{
    collections::{HashMap, VecDeque},
    io,
    panic::{AssertUnwindSafe, catch_unwind},
    path::PathBuf,
    sync::{Arc, atomic::AtomicBool, atomic::Ordering},
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use super::{
    attach, edits,
    files::{self, Given},
    import as imports,
    link::LAST_SAVE,
    owed::Owed,
    person,
};
use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, unbounded};

use crate::{
    desk::{
        Desk, Done, Request,
        bulk::{self, Bulk, Doing},
        drafts::{DraftFile, rescue::Rescue},
    },
    exchange::import,
    model::{Id, Ids, OpId, Refusal, Seq, Stamp},
    store::{Reject, StoreError, text},
    tui::{
        data::{Answer, Ask, Slot, WorkerLane},
        effect::{DraftChange, FileAsk, FileJob, ImportAsk, Person, Then},
        event::{FileDone, FilesFound, TuiEventKind},
        load::Loader,
    },
};

/// The longest that the follower sleeps while nothing happens: the end of the session wakes it.
const NAP: Duration = Duration::from_secs(60);

/// The time until it retries where the store cannot be read.
const RETRY: Duration = Duration::from_millis(500);

/// The same while the customers are being loaded: those who wait for them hear soon.
const SHORT_NAP: Duration = Duration::from_millis(50);

/// What is said where a thread died.
const FAULT: &str = "it met a fault of the program; run it again";

/// How often an import or its revert says how far it is.
const TOLD_OF_IMPORT: Duration = Duration::from_millis(200);

/// Loading progress is reported every this many rows.
const TOLD_EVERY: u32 = 10;

/// What comes back to the session.
pub(super) enum Back {
    /// Something happened.
    What(Box<TuiEventKind>),
    /// A job aside of the model is done; what there is to say.
    Aside(Option<Box<TuiEventKind>>),
    /// A file was read: what is to be done with it.
    File(Box<Given>),
}

struct Question {
    me: Id,
    ask: Ask,
    generation: u64,
}

enum Job {
    Run(Box<Request>, Box<Then>),
    Send(Box<Request>, Box<Then>, Result<Vec<DraftFile>, &'static str>),
    Tick(OpId, Stamp),
    LeaveClocks(OpId),
    Draft(OpId, Id, DraftChange),
    TakeIn(Rescue, Id, OpId),
    Seen(OpId, Id, Id, Stamp),
}

/// The workers of one session: one for what the keys wait for, one for lists, one for what may take longer, one that
/// writes.
pub(super) struct Workers {
    quick: Option<Sender<Question>>,
    lists: Option<Sender<Question>>,
    slow: Option<Sender<Question>>,
    writes: Option<Sender<Job>>,
    /// Whether the change of many that is under way is to stop.
    halt: Arc<AtomicBool>,
    /// Held by each thread that must not be cut short; all are gone once this one is the last.
    at_work: Option<Sender<Never>>,
    all_done: Receiver<Never>,
    desk: Desk,
    store: Option<PathBuf>,
    back: Sender<Back>,
}

type Wall = Arc<dyn Fn() -> Stamp + Send + Sync>;

impl Workers {
    /// Starts them. `holder` is the session, as the lease of the clocks knows it.
    ///
    /// # Errors
    /// Where the system refuses a thread.
    pub(super) fn start(
        desk: &Desk,
        store: Option<PathBuf>,
        holder: Id,
        wall: Wall,
        back: Sender<Back>,
        stop: Arc<AtomicBool>,
    ) -> io::Result<Workers> {
        // Before any request: later changes are reported.
        let from = (desk.store().head().unwrap_or(0), desk.store().generation());
        let loader = Loader::new(desk.clone());
        let lane = |name: &str| {
            let (sender, questions) = unbounded();
            let (loader, wall, back) = (loader.clone(), wall.clone(), back.clone());
            spawn(name, move || answer_all(&questions, &loader, &wall, &back)).map(|_| sender)
        };
        let quick = lane("quick")?;
        let lists = lane("lists")?;
        let slow = lane("slow")?;
        let (writes, jobs) = unbounded();
        let (writing, written) = (desk.clone(), back.clone());
        let halt = Arc::new(AtomicBool::new(false));
        let halted = halt.clone();
        let (at_work, all_done) = unbounded();
        let writing_still = at_work.clone();
        spawn("writes", move || {
            let _until_done = writing_still;
            Writer {
                desk: writing,
                holder,
                back: written,
                halt: halted,
                many: None,
                behind: VecDeque::new(),
            }
            .write_all(&jobs);
        })?;
        let (following, told) = (desk.clone(), back.clone());
        let gathering = (desk.clone(), wall, stop.clone());
        spawn("follower", move || follow(&following, &loader, from, &told, &stop))?;
        spawn("texts", move || {
            let (desk, wall, stop) = gathering;
            let mut ids = Ids::new(holder, wall());
            // Where that fails, searches say that texts are not gathered, and the next session goes on.
            let _ = text::gather(desk.store(), &mut || ids.id(), &mut |_| !stop.load(Ordering::Relaxed));
        })?;
        Ok(Workers {
            quick: Some(quick),
            lists: Some(lists),
            slow: Some(slow),
            writes: Some(writes),
            halt,
            at_work: Some(at_work),
            all_done,
            desk: desk.clone(),
            store,
            back,
        })
    }

    /// Where what happened goes.
    pub(super) fn back(&self) -> Sender<Back> {
        self.back.clone()
    }

    pub(super) fn load(&self, me: Id, ask: Ask, generation: u64) {
        let lane = match ask.lane() {
            WorkerLane::Quick => &self.quick,
            WorkerLane::Lists => &self.lists,
            WorkerLane::Slow => &self.slow,
        };
        if let Some(lane) = lane {
            let _ = lane.send(Question { me, ask, generation });
        }
    }

    pub(super) fn run(&self, request: Request, then: Then) {
        self.write(Job::Run(Box::new(request), Box::new(then)));
    }

    /// Sends a message with files of the agent's disk, in the order of all that is written.
    /// Where these cannot be read at all, it is not sent.
    pub(super) fn send(&self, request: Request, then: Then, files: Result<Vec<DraftFile>, &'static str>) {
        self.write(Job::Send(Box::new(request), Box::new(then), files));
    }

    /// Looks at the agent's disk, on a separate thread: a disk in a network may take its time.
    pub(super) fn files(&self, ask: FileAsk, home: Option<PathBuf>) {
        let back = self.back.clone();
        let look = move || {
            let found = attach::answer(&ask, home.as_deref());
            let _ = back.send(Back::Aside(Some(Box::new(TuiEventKind::Files(found)))));
        };
        if let Err(why) = spawn("files", look) {
            let failed = FilesFound::Failed(format!("The disk cannot be read: {why}"));
            let _ = self.back.send(Back::Aside(Some(Box::new(TuiEventKind::Files(failed)))));
        }
    }

    pub(super) fn stop_change(&self) {
        self.halt.store(true, Ordering::Relaxed);
    }

    pub(super) fn tick(&self, op: OpId, now: Stamp) {
        self.write(Job::Tick(op, now));
    }

    pub(super) fn leave_clocks(&self, op: OpId) {
        self.write(Job::LeaveClocks(op));
    }

    pub(super) fn draft(&self, op: OpId, me: Id, change: DraftChange) {
        self.write(Job::Draft(op, me, change));
    }

    /// Moves rescued drafts into the store.
    pub(super) fn take_in(&self, rescue: Rescue, me: Id, op: OpId) {
        self.write(Job::TakeIn(rescue, me, op));
    }

    pub(super) fn mark_seen(&self, op: OpId, me: Id, ticket: Id, at: Stamp) {
        self.write(Job::Seen(op, me, ticket, at));
    }

    /// Exports or erases a customer's data on a separate thread: the store is rewritten meanwhile.
    pub(super) fn person(&self, op: OpId, me: Id, now: Stamp, what: Person, state: Option<PathBuf>) {
        let (desk, store, back) = (self.desk.clone(), self.store.clone(), self.back.clone());
        let at_work = self.at_work.clone();
        let run = move || {
            let _until_done = at_work;
            let said = catch_unwind(AssertUnwindSafe(|| {
                person::run(desk, (store.as_deref(), state.as_deref()), (me, op, now), &what)
            }));
            let said = said.unwrap_or_else(|_| Err(FAULT.to_owned()));
            let _ = back.send(Back::What(Box::new(TuiEventKind::Person(said))));
        };
        if let Err(e) = spawn("person", run) {
            let _ = self.back.send(Back::What(Box::new(TuiEventKind::Person(Err(e.to_string())))));
        }
    }

    /// Imports a file, on its own thread; [`Workers::stop_change`] ends it.
    pub(super) fn import(&self, op: OpId, me: Id, now: Stamp, ask: ImportAsk, home: Option<PathBuf>) {
        let (desk, asked) = (self.desk.clone(), ask.clone());
        let count = |n: u64| usize::try_from(n).unwrap_or(usize::MAX);
        self.at_length("import", move |tell| {
            let came = catch_unwind(AssertUnwindSafe(|| {
                imports::run(&desk, home.as_deref(), (me, op, now), &ask, &mut |p| {
                    let (done, of) = (count(p.bytes), count(p.of.unwrap_or(0)));
                    tell(bulk::Progress { doing: Doing::Importing(p.tally.read), done, of })
                })
            }));
            TuiEventKind::Imported(ask, came.unwrap_or_else(|_| Err(FAULT.to_owned())).map(Box::new))
        })
        .unwrap_or_else(|e| self.tell(TuiEventKind::Imported(asked, Err(e.to_string()))));
    }

    /// Reverts an import, on its own thread; [`Workers::stop_change`] ends it.
    pub(super) fn revert(&self, op: OpId, me: Id, now: Stamp, batch: String) {
        let desk = self.desk.clone();
        let count = |n: u64| usize::try_from(n).unwrap_or(usize::MAX);
        self.at_length("revert", move |tell| {
            let came = catch_unwind(AssertUnwindSafe(|| {
                import::revert(&desk, me, op, now, &batch, &mut |done, of| {
                    tell(bulk::Progress { doing: Doing::Reverting, done: count(done), of: count(of) })
                })
            }));
            TuiEventKind::Reverted(
                came.map_or_else(|_| Err(FAULT.to_owned()), |r| r.map_err(|e| e.to_string())),
            )
        })
        .unwrap_or_else(|e| self.tell(TuiEventKind::Reverted(Err(e.to_string()))));
    }

    /// Does something that takes long on its own thread, which reports progress and polls whether
    /// to go on.
    fn at_length(
        &self,
        name: &str,
        work: impl FnOnce(&mut dyn FnMut(bulk::Progress) -> bool) -> TuiEventKind + Send + 'static,
    ) -> io::Result<()> {
        let (back, halt, at_work) = (self.back.clone(), self.halt.clone(), self.at_work.clone());
        halt.store(false, Ordering::Relaxed);
        let run = move || {
            let _until_done = at_work;
            let mut told = Instant::now();
            let came = work(&mut |far| {
                if told.elapsed() >= TOLD_OF_IMPORT {
                    told = Instant::now();
                    let _ = back.send(Back::What(Box::new(TuiEventKind::Progress(far))));
                }
                !halt.swap(false, Ordering::Relaxed)
            });
            let _ = back.send(Back::What(Box::new(came)));
        };
        spawn(name, run).map(|_| ())
    }

    fn tell(&self, what: TuiEventKind) {
        let _ = self.back.send(Back::What(Box::new(what)));
    }

    /// Reads a file of a message, on a separate thread: it may be large.
    pub(super) fn file(&self, me: Id, job: FileJob) {
        let (desk, back, at_work) = (self.desk.clone(), self.back.clone(), self.at_work.clone());
        let run = move || {
            let _until_done = at_work;
            let given = catch_unwind(AssertUnwindSafe(|| files::run(&desk, me, &job)));
            let fault =
                |_| Given::Done(FileDone::Failed("a fault of the program; nothing was done".to_owned()));
            let _ = back.send(Back::File(Box::new(given.unwrap_or_else(fault))));
        };
        if let Err(e) = spawn("file", run) {
            let _ = self.back.send(Back::File(Box::new(Given::Done(FileDone::Failed(e.to_string())))));
        }
    }

    fn write(&self, job: Job) {
        if let Some(writes) = &self.writes {
            let _ = writes.send(job);
        }
    }

    /// Ends them; returns when all that was to be written is, or the store has had [`LAST_SAVE`].
    pub(super) fn finish(&mut self) {
        (self.quick, self.lists, self.slow, self.writes) = (None, None, None, None);
        self.desk.store().rouse();
        self.at_work = None;
        let _ = self.all_done.recv_timeout(LAST_SAVE);
    }
}

/// Nothing is ever sent: that the senders are gone says all.
enum Never {}

fn spawn(name: &str, work: impl FnOnce() + Send + 'static) -> io::Result<JoinHandle<()>> {
    thread::Builder::new().name(format!("frontdesk-{name}")).spawn(work)
}

/// Answers questions until there are none to come; of several for one place only the newest.
fn answer_all(questions: &Receiver<Question>, loader: &Loader, wall: &Wall, back: &Sender<Back>) {
    while let Ok(first) = questions.recv() {
        let mut waiting: Vec<Question> = vec![first];
        while !waiting.is_empty() {
            waiting.extend(questions.try_iter());
            let newest: HashMap<Slot, u64> = waiting.iter().map(|q| (q.ask.slot(), q.generation)).collect();
            waiting.retain(|q| newest.get(&q.ask.slot()) == Some(&q.generation));
            let Question { me, ask, generation } = waiting.remove(0);
            // A fault in one answer must not silence all that follow.
            let mut tell = |far| {
                let _ = back.send(Back::What(Box::new(TuiEventKind::Looking(far))));
            };
            let answer =
                catch_unwind(AssertUnwindSafe(|| loader.answer_telling(&ask, me, wall(), &mut tell)));
            let answer = answer.unwrap_or_else(|_| Answer::Failed("this could not be worked out".to_owned()));
            if back.send(Back::What(Box::new(TuiEventKind::Answer(ask.slot(), generation, answer)))).is_err()
            {
                return;
            }
        }
    }
}

/// Writes in the order in which it was asked for; between the steps of a change of many whatever else is asked for.
struct Writer {
    desk: Desk,
    holder: Id,
    back: Sender<Back>,
    halt: Arc<AtomicBool>,
    /// The change of many that is under way.
    many: Option<(OpId, Box<Then>, Bulk)>,
    /// Changes that wait for it: undo and redo depend on it, and two together would be slower than one.
    behind: VecDeque<Job>,
}

impl Writer {
    fn write_all(mut self, jobs: &Receiver<Job>) {
        let mut owed = Owed::default();
        loop {
            let next = if self.many.is_some() {
                // Once the session is over what was asked for is written all the same.
                jobs.try_recv().map_err(|_| RecvTimeoutError::Timeout)
            } else if let Some(job) = self.behind.pop_front() {
                Ok(job)
            } else {
                jobs.recv_timeout(if owed.is_empty() { IDLE } else { AGAIN })
            };
            match next {
                Ok(job) => self.write(job, &mut owed),
                Err(RecvTimeoutError::Timeout) if self.many.is_some() => self.step(),
                Err(RecvTimeoutError::Timeout) => {
                    for (done, stored) in owed.pay(&self.desk) {
                        self.tell(TuiEventKind::Draft(done, stored));
                    }
                }
                Err(RecvTimeoutError::Disconnected) => {
                    for (done, stored) in owed.pay(&self.desk) {
                        self.tell(TuiEventKind::Draft(done, stored));
                    }
                    return;
                }
            }
        }
    }

    /// Once the session is over no one listens: what is left is written all the same.
    fn tell(&self, what: TuiEventKind) {
        let _ = self.back.send(Back::What(Box::new(what)));
    }

    fn ran(&self, op: OpId, then: Box<Then>, done: Result<Done, Reject>) {
        self.tell(TuiEventKind::Ran(op, then, Box::new(done)));
    }

    /// The next step of the change of many.
    fn step(&mut self) {
        let Some((op, then, mut many)) = self.many.take() else { return };
        if self.halt.swap(false, Ordering::Relaxed) {
            return self.ran(op, then, Ok(many.finish()));
        }
        let made = catch_unwind(AssertUnwindSafe(|| many.step(&self.desk))).unwrap_or_else(|_| Err(fault()));
        match made {
            Ok(true) => {
                self.tell(TuiEventKind::Progress(many.progress()));
                self.many = Some((op, then, many));
            }
            Ok(false) => self.ran(op, then, Ok(many.finish())),
            Err(why) => {
                let came = many.failed(why);
                self.ran(op, then, came);
            }
        }
    }

    fn run(&mut self, request: Request, then: Box<Then>) {
        let op = request.op;
        if self.many.is_some() && bulk::is_many(&request.command) {
            return self.behind.push_back(Job::Run(Box::new(request), then));
        }
        match Bulk::begin(&self.desk, &request) {
            Ok(Some(many)) => {
                self.halt.store(false, Ordering::Relaxed);
                self.tell(TuiEventKind::Progress(many.progress()));
                self.many = Some((op, then, many));
            }
            Ok(None) => {
                let done = catch_unwind(AssertUnwindSafe(|| self.desk.run(request)));
                self.ran(op, then, done.unwrap_or_else(|_| Err(fault())));
            }
            Err(e) => self.ran(op, then, Err(e)),
        }
    }

    fn write(&mut self, job: Job, owed: &mut Owed) {
        let desk = &self.desk;
        match job {
            Job::Run(request, then) => self.run(*request, then),
            Job::Send(mut request, then, files) => {
                let none = |why: &str| Refusal::Invalid { field: "attach", why: why.to_owned() }.into();
                match files.map_err(none).and_then(|files| attach::read(&files)) {
                    Ok(files) => {
                        request.command.attach(files);
                        self.run(*request, then);
                    }
                    Err(why) => self.ran(request.op, then, Err(why)),
                }
            }
            Job::Tick(op, now) => {
                let ticked = catch_unwind(AssertUnwindSafe(|| desk.tick(op, self.holder, now)));
                let fault = || StoreError::Io("the clocks met a fault of the program".to_owned());
                let ticked = ticked.unwrap_or_else(|_| Err(Reject::Store(fault())));
                self.tell(TuiEventKind::Ticked(Box::new(ticked)));
            }
            Job::LeaveClocks(op) => {
                // Where that cannot be written the lease runs out by itself.
                let _ = desk.leave_clocks(op, self.holder);
            }
            Job::Draft(op, me, change) => {
                let done = change.done();
                let stored = owed.store(desk, (op, me, change));
                let _ = self.back.send(Back::Aside(Some(Box::new(TuiEventKind::Draft(done, stored)))));
            }
            Job::TakeIn(rescue, me, op) => {
                let mut ids = Ids::new(op, 0);
                let mut taken = rescue.take_in(desk, me, &mut || ids.id());
                taken.extend(edits::take_in(&rescue, desk, me, &mut || ids.id()));
                let _ = self.back.send(Back::Aside(Some(Box::new(TuiEventKind::Recovered(taken)))));
            }
            Job::Seen(op, me, ticket, at) => {
                // A look that is not written down is looked at again: nothing to say.
                let _ = desk.mark_seen(op, me, ticket, at);
                let _ = self.back.send(Back::Aside(None));
            }
        }
    }
}

fn fault() -> Reject {
    Reject::Store(StoreError::Io("the change met a fault of the program".to_owned()))
}

/// How long the one who writes sleeps where there is nothing to do.
const IDLE: Duration = Duration::from_secs(3600);

/// The time until saving drafts is retried.
const AGAIN: Duration = Duration::from_secs(2);

/// Tells when the log goes on, by this program or another, when the file is another one, and when all customers are
/// loaded.
fn follow(
    desk: &Desk,
    loader: &Loader,
    (mut head, mut life): (Seq, u64),
    back: &Sender<Back>,
    stop: &AtomicBool,
) {
    let mut loading = true;
    let mut naps = 0_u32;
    let store = desk.store();
    while !stop.load(Ordering::Relaxed) {
        if loading {
            loading = !loader.is_current();
            naps += 1;
            // Now and then how far it is, and once that it is done.
            let tell = !loading || naps.is_multiple_of(TOLD_EVERY);
            if tell && loader.was_short() && back.send(Back::What(Box::new(TuiEventKind::Loaded))).is_err() {
                return;
            }
        }
        // Trouble is reported by whatever is asked for meanwhile.
        let Ok(now) = store.wait(head, if loading { SHORT_NAP } else { NAP }) else {
            thread::sleep(RETRY);
            continue;
        };
        let was = std::mem::replace(&mut life, store.generation());
        let what = if was != life || now < head {
            TuiEventKind::Replaced(now)
        } else if now > head {
            TuiEventKind::Moved(now)
        } else {
            continue;
        };
        head = now;
        // The customers in memory follow; lists that were answered before are asked for again when they have.
        loading = true;
        naps = 0;
        if back.send(Back::What(Box::new(what))).is_err() {
            return;
        }
    }
}
