//! A session: bytes come in over a link, events change the model, frames go out, workers answer what it asks.
//!
//! One thread owns the model; workers and the follower of the store talk to it by a channel. Of frames one is on its
//! way at most: the next is drawn from the state when it has left.

use std::{
    collections::VecDeque,
    io,
    path::PathBuf,
    sync::{Arc, atomic::AtomicBool, atomic::Ordering},
    time::Duration,
};

use crossbeam_channel::{Receiver, Sender, after, select, unbounded};
use crossterm::event::Event as Input;
use ratatui::layout::Size;

use super::{
    files::{Given, Opening},
    link::{Edited, FromLink, Link, Opened, ToEdit},
    mail::setup::Setup,
    plain::{Next, Plain},
    tries,
    workers::{Back, Workers},
};
use crate::{
    desk::{
        Desk,
        drafts::{Draft, rescue::Rescue},
    },
    model::{Id, OpId, Stamp},
    term::{
        caps::{Capabilities, Colours},
        clipboard,
        decode::{self, Decoder, Reply},
        modes, notify,
        output::Output,
        pace::Pace,
        safe::Safe,
    },
    tui::{
        self,
        effect::{Effect, Leave},
        event::{Event, FileDone, FilesFound, TuiEventKind},
        keymap::Keymap,
        look::Appearance,
        model::Model,
        plain::Voice,
        popups::welcome::Newcomer,
    },
};

/// Where a session takes the time from.
#[derive(Clone)]
pub struct Clock {
    /// The time of day, UTC milliseconds.
    pub wall: Arc<dyn Fn() -> Stamp + Send + Sync>,
    /// Milliseconds that never run backwards.
    pub steady: Arc<dyn Fn() -> u64 + Send + Sync>,
}

/// The settings of a session.
pub struct Options {
    /// The agent at the keys; [`Id::NIL`] before the desk is begun.
    pub me: Id,
    /// What is known of them, for the first questions.
    pub newcomer: Newcomer,
    /// What keys mean.
    pub keymap: Arc<Keymap>,
    /// How it looks; `None`: as the terminal can.
    pub look: Option<Appearance>,
    /// Whether it is said line by line instead of drawn, and how; `None`: it is drawn.
    pub plain: Option<Voice>,
    /// The time.
    pub clock: Clock,
    /// Ids that were never used before.
    pub ids: Box<dyn FnMut() -> OpId + Send>,
    /// Where the store is; `None`: it is in no file, and nothing can be erased.
    pub store: Option<PathBuf>,
    /// Where drafts go that the store cannot take: `$XDG_STATE_HOME/frontdesk`; `None`: nowhere.
    pub state: Option<PathBuf>,
    /// The mail of this user; `None`: it is neither received nor sent from here.
    pub mail: Option<Arc<Setup>>,
    /// Told whenever nothing is left to do: for tests and measurements.
    pub idle: Option<Sender<Idle>>,
}

/// Nothing is left to do: no question without its answer, no change on its way, nothing to draw.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Idle {
    /// Bytes taken in so far.
    pub bytes: u64,
    /// Frames drawn so far, those that changed nothing included.
    pub frames: u64,
}

/// Why a session could not go on.
#[derive(Debug, thiserror::Error)]
pub enum SessionError {
    /// A thread was refused.
    #[error("the session's workers could not be started: {0}")]
    Workers(#[from] io::Error),
}

/// Why files cannot be attached where the session does not run on the agent's machine.
const NO_DISK: &str = "files of yours cannot be read from this session";

/// `SIGHUP`: what a terminal that is gone amounts to.
const HANGUP: i32 = 1;

/// The longest that the terminal's answers are waited for before someone else has it.
const ANSWERS: Duration = Duration::from_millis(300);

/// The longest that the first frame waits for what it shows.
const FIRST_FRAME_MS: u64 = 40;

/// What is dealt with later.
enum Late {
    Message(FromLink),
    Input(decode::Input),
}

struct Session<'l> {
    link: &'l mut dyn Link,
    model: Model,
    output: Output,
    /// What says the session instead of drawing it.
    plain: Option<Plain>,
    decoder: Decoder,
    caps: Capabilities,
    clock: Clock,
    ids: Box<dyn FnMut() -> OpId + Send>,
    workers: Workers,
    /// What came while answers of the terminal were waited for.
    late: VecDeque<Late>,
    /// Jobs without an answer in the model: drafts, looks.
    aside: usize,
    /// When a byte came last, by the steady clock.
    heard: u64,
    told: Idle,
    /// When it began, by the steady clock.
    began: u64,
    leave: Option<Leave>,
    rescue: Option<Rescue>,
    mail: Option<Arc<Setup>>,
}

/// Runs a session until the agent leaves or the link ends. Everything asked for is written before it returns, unless the
/// store is busy for longer than leaving can take; the owner of the link gives the terminal back.
///
/// # Errors
/// Where no thread can be started.
pub fn run(link: &mut dyn Link, desk: &Desk, options: Options) -> Result<Leave, SessionError> {
    let Options { me, newcomer, keymap, look, plain, clock, ids, store, state, mail, idle } = options;
    let caps = link.capabilities();
    let size = link.size();
    let look = look.unwrap_or_else(|| match plain {
        Some(_) => Appearance::words(),
        None => Appearance::shipped(caps.colours != Colours::None, caps.unicode),
    });
    let mut model = Model::new(me, (size.width, size.height), look, keymap);
    model.plain = plain.is_some();
    model.newcomer = newcomer;
    model.places = link.places();
    let (back, events) = unbounded();
    let stop = Arc::new(AtomicBool::new(false));
    let mut ids = ids;
    let workers = Workers::start(desk, store, ids(), clock.wall.clone(), back, stop.clone())?;
    let mut output = Output::new(size, caps);
    if !caps.prints {
        output.send(&notify::title(&Safe::fixed("frontdesk")));
        output.send(modes::ask());
    }
    let began = (clock.steady)();
    let mut session = Session {
        link,
        model,
        output,
        plain: plain.map(Plain::new),
        decoder: Decoder::new(),
        caps,
        clock,
        ids,
        workers,
        late: VecDeque::new(),
        aside: 0,
        heard: 0,
        told: Idle::default(),
        began,
        leave: None,
        mail,
        // A store that cannot be read now says so by itself.
        rescue: state.and_then(|folder| Rescue::of(desk, folder).ok()),
    };
    session.happened(TuiEventKind::Start);
    session.take_in();
    session.serve(&events, idle.as_ref());
    let leave = session.leave.take().unwrap_or_default();
    if leave != Leave::Practice {
        session.link.leaving(leave.code());
    }
    session.fall_silent();
    stop.store(true, Ordering::Relaxed);
    // Another session keeps the timers from here on.
    session.workers.leave_clocks((session.ids)());
    // What was asked for is written, whatever the session's end, as far as the store has time for it.
    session.workers.finish();
    session.settle();
    if let Some(words) = session.rescue(&events) {
        session.link.close(Some(&Safe::line(words)));
    }
    Ok(leave)
}

/// Puts drafts into their own files.
fn keep(rescue: Option<&Rescue>, me: Id, drafts: &[Draft]) -> Result<Vec<PathBuf>, String> {
    let rescue = rescue.ok_or("there is no folder for it")?;
    rescue.keep(me, drafts).map_err(|e| format!("{}: {e}", rescue.folder().display()))
}

impl Session<'_> {
    fn serve(&mut self, events: &Receiver<Back>, idle: Option<&Sender<Idle>>) {
        let mut news = true;
        let messages = self.link.messages().clone();
        while self.leave.is_none() {
            self.draw();
            if self.lines() {
                news = true;
                continue;
            }
            if let Some(idle) = idle
                && news
                && messages.is_empty()
                && events.is_empty()
                && self.is_idle()
            {
                news = false;
                if idle.send(self.told).is_err() {
                    return;
                }
            }
            let wait = self.wait();
            select! {
                recv(messages) -> message => match message {
                    Ok(message) => { news = true; self.heard(message); }
                    Err(_) => self.heard(FromLink::Hangup),
                },
                recv(events) -> back => match back {
                    Ok(back) => { news = true; self.back(back); }
                    Err(_) => return,
                },
                default(wait) => news |= self.waited(),
            }
            // Whatever came meanwhile is taken in before the next frame: a burst is one frame.
            while let Ok(message) = messages.try_recv() {
                self.heard(message);
            }
            while let Ok(back) = events.try_recv() {
                self.back(back);
            }
            while let Some(late) = self.late.pop_front() {
                match late {
                    Late::Message(message) => self.heard(message),
                    Late::Input(input) => self.input(input),
                }
            }
        }
        self.output.stop_asking();
        self.draw();
    }

    /// Drafts that an earlier session could not save go into the store.
    fn take_in(&mut self) {
        if let Some(rescue) = self.rescue.clone().filter(|_| !self.model.me.is_nil()) {
            self.aside += 1;
            self.workers.take_in(rescue, self.model.me, (self.ids)());
        }
    }

    /// Puts drafts that the store has not acknowledged into their own files; gives what to say of them. To be called
    /// once no more acknowledgements come, or are waited for.
    fn rescue(&mut self, events: &Receiver<Back>) -> Option<String> {
        for back in events.try_iter() {
            let (Back::What(what) | Back::Aside(Some(what))) = back else { continue };
            if let TuiEventKind::Draft(..) = *what {
                self.happened(*what);
            }
        }
        let unsaved = tui::unsaved(&self.model);
        if unsaved.is_empty() {
            return None;
        }
        Some(match keep(self.rescue.as_ref(), self.model.me, &unsaved) {
            Ok(files) => {
                let files: Vec<String> = files.iter().map(|f| f.display().to_string()).collect();
                format!(
                    "The store could not take your text. It is in {}: the next start offers it.",
                    files.join(", ")
                )
            }
            Err(why) => format!("Your text could not be saved: {why}"),
        })
    }

    fn is_idle(&self) -> bool {
        let rests = self.output.next((self.clock.steady)()) == Pace::Rest;
        let waits = tui::is_busy(&self.model) || self.model.follow_at.is_some() || self.decoder.pending();
        let silent = self.plain.as_ref().is_none_or(Plain::rests);
        rests && !waits && silent && self.aside == 0 && !self.output.is_on_its_way()
    }

    /// How long nothing needs to be done unless something happens.
    fn wait(&self) -> Duration {
        let now = (self.clock.steady)();
        let wall = (self.clock.wall)();
        let mut wait = Duration::from_secs(3600);
        if let Some(patience) = self.decoder.patience(self.link.line()) {
            wait = wait.min(patience.saturating_sub(Duration::from_millis(now.saturating_sub(self.heard))));
        }
        if let Some(until) = self.held_back() {
            wait = wait.min(Duration::from_millis(until.saturating_sub(now)));
        }
        if let Pace::Wake(at) = self.output.next(now) {
            wait = wait.min(Duration::from_millis(at.saturating_sub(now)));
        }
        if let Some(at) = self.plain.as_ref().and_then(|p| p.wakes(&self.model, now)) {
            wait = wait.min(Duration::from_millis(at.saturating_sub(now)));
        }
        if let Some(at) = tui::wake_at(&self.model) {
            let left = u64::try_from(at.saturating_sub(wall)).unwrap_or(0);
            wait = wait.min(Duration::from_millis(left));
        }
        // A stopped clock must not make this a busy loop.
        wait.max(Duration::from_millis(1))
    }

    /// Nothing happened for the time that was to be waited; whether that was something.
    fn waited(&mut self) -> bool {
        let now = (self.clock.steady)();
        let silent = Duration::from_millis(now.saturating_sub(self.heard));
        if self.decoder.patience(self.link.line()).is_some_and(|p| silent >= p) {
            let mut inputs = Vec::new();
            self.decoder.flush(&mut inputs);
            inputs.into_iter().for_each(|i| self.input(i));
            return true;
        }
        if tui::wake_at(&self.model).is_some_and(|at| at <= (self.clock.wall)()) {
            self.happened(TuiEventKind::Tick);
            return true;
        }
        false
    }

    fn heard(&mut self, message: FromLink) {
        match message {
            FromLink::Bytes(bytes) => {
                self.heard = (self.clock.steady)();
                self.told.bytes += bytes.len() as u64;
                if let Some(lines) = self.plain.as_mut().and_then(Plain::lines) {
                    return lines.feed(&bytes);
                }
                let mut inputs = Vec::new();
                self.decoder.feed(&bytes, &mut inputs);
                inputs.into_iter().for_each(|i| self.input(i));
            }
            FromLink::Resize(size) => self.resize(size),
            FromLink::Written => self.output.written(),
            FromLink::Suspend => self.suspend(),
            FromLink::Resumed => {
                let _ = self.link.resume();
                self.reset();
            }
            FromLink::Terminate(signal) => self.end(signal),
            FromLink::EndOfLines => match self.plain.as_mut().and_then(Plain::lines) {
                Some(lines) => lines.end(),
                None => self.end(HANGUP),
            },
            FromLink::Hangup => self.end(HANGUP),
            FromLink::Trouble(why) => self.happened(TuiEventKind::File(FileDone::Failed(why))),
        }
    }

    /// Told to end from outside: what was typed is handed over to be saved first.
    fn end(&mut self, signal: i32) {
        if self.leave.is_none() {
            self.happened(TuiEventKind::End);
            self.leave.get_or_insert(Leave::Signal(signal));
        }
    }

    fn input(&mut self, input: decode::Input) {
        match input {
            decode::Input::Event(Input::Key(key)) => self.happened(TuiEventKind::Key(key)),
            decode::Input::Event(Input::Paste(text)) => self.happened(TuiEventKind::Paste(text, 0)),
            decode::Input::Burst(text) => self.happened(TuiEventKind::Burst(text)),
            decode::Input::Event(Input::Mouse(mouse)) => self.happened(TuiEventKind::Mouse(mouse)),
            decode::Input::Event(_) => {}
            decode::Input::PasteCut { lost } => {
                self.happened(TuiEventKind::Paste(String::new(), lost.max(1)))
            }
            decode::Input::Reply(Reply::Ready) => self.output.answered((self.clock.steady)()),
            decode::Input::Reply(reply) => {
                if self.caps.learn(&reply) {
                    self.output.set_capabilities(self.caps);
                }
            }
        }
    }

    fn resize(&mut self, size: Size) {
        self.output.resize(size);
        self.happened(TuiEventKind::Resize(size.width, size.height));
    }

    fn back(&mut self, back: Back) {
        match back {
            Back::What(what) => self.happened(*what),
            Back::Aside(what) => {
                self.aside = self.aside.saturating_sub(1);
                if let Some(what) = what {
                    self.happened(*what);
                }
            }
            Back::File(given) => {
                self.aside = self.aside.saturating_sub(1);
                let done = match *given {
                    Given::Done(done) => done,
                    Given::Open(file) => self.open(&file),
                    Given::Pipe(command, bytes) => self.pipe(&command, bytes),
                };
                self.happened(TuiEventKind::File(done));
            }
        }
    }

    /// Opens a file in a program; what is to be said or shown.
    fn open(&mut self, file: &Opening) -> FileDone {
        self.settle();
        match self.link.open_file(&file.to_open()) {
            Ok(Opened::Started(program)) => FileDone::Said(format!("{} opened with {program}", file.shown())),
            Ok(Opened::Text(bytes)) => {
                let text = String::from_utf8_lossy(&bytes).into_owned();
                FileDone::Text { title: file.name.clone(), text }
            }
            Ok(Opened::NoProgram) => file.as_text(),
            Ok(Opened::Ended(trouble)) => {
                self.reset();
                trouble.map_or_else(|| FileDone::Said(format!("{} closed", file.shown())), FileDone::Failed)
            }
            Err(why) => {
                self.reset();
                FileDone::Failed(why.to_string())
            }
        }
    }

    /// Gives a file to a command of the agent's; what is to be said.
    fn pipe(&mut self, command: &str, bytes: Vec<u8>) -> FileDone {
        self.settle();
        let ended = self.link.pipe(command, bytes);
        self.reset();
        match ended {
            Ok(Opened::Ended(Some(trouble))) => FileDone::Failed(trouble),
            Ok(_) => FileDone::Said("The command has ended".to_owned()),
            Err(why) => FileDone::Failed(why.to_string()),
        }
    }

    fn happened(&mut self, what: TuiEventKind) {
        let pressed = matches!(what, TuiEventKind::Key(_));
        let event = Event { now: (self.clock.wall)(), op: (self.ids)(), what };
        let effects = tui::update(&mut self.model, event);
        match &mut self.plain {
            Some(plain) => plain.hear(&self.model, pressed, (self.clock.steady)()),
            None => self.output.mark(),
        }
        for effect in effects {
            self.effect(effect);
        }
    }

    fn effect(&mut self, effect: Effect) {
        match effect {
            Effect::Load(ask, generation) => self.workers.load(self.model.me, ask, generation),
            Effect::Run(request, then) => self.workers.run(*request, then),
            Effect::Send(request, then, files) => {
                // Without the agent's disk they are found missing, and the message opens again.
                let files = if self.link.disk().is_some() { Ok(files) } else { Err(NO_DISK) };
                self.workers.send(*request, then, files);
            }
            Effect::Files(ask) => match self.link.disk() {
                Some(disk) => {
                    self.aside += 1;
                    self.workers.files(ask, disk.home);
                }
                None => {
                    self.happened(TuiEventKind::Files(FilesFound::Failed(NO_DISK.to_owned())));
                }
            },
            Effect::Stop => self.workers.stop_change(),
            Effect::Tick(op, now) => self.workers.tick(op, now),
            Effect::Draft(op, change) => {
                self.aside += 1;
                self.workers.draft(op, self.model.me, change);
            }
            Effect::Rescue(drafts) => {
                let kept = keep(self.rescue.as_ref(), self.model.me, &drafts).map(|_| ());
                self.happened(TuiEventKind::Rescued(kept));
            }
            Effect::MarkSeen(op, ticket, at) => {
                self.aside += 1;
                self.workers.mark_seen(op, self.model.me, ticket, at);
            }
            Effect::Person(op, now, person) => {
                let state = self.rescue.as_ref().map(|r| r.folder().to_owned());
                self.workers.person(op, self.model.me, now, person, state);
            }
            Effect::Import(op, now, ask) => match self.link.disk() {
                Some(disk) => self.workers.import(op, self.model.me, now, ask, disk.home),
                None => self.happened(TuiEventKind::Imported(ask, Err(NO_DISK.to_owned()))),
            },
            Effect::Revert(op, now, batch) => self.workers.revert(op, self.model.me, now, batch),
            Effect::TryMail(op, mailbox, commands) => {
                tries::both(self.mail.as_ref(), &self.workers.back(), op, &mailbox, &commands);
            }
            Effect::KeepMail(address, commands) => {
                tries::keep(self.mail.as_ref(), &self.workers.back(), address, commands);
            }
            Effect::File(job) => {
                self.aside += 1;
                self.workers.file(self.model.me, *job);
            }
            Effect::Editor(text, draft) => self.editor(&text, &draft),
            Effect::Copy(text) if self.plain.is_some() => {
                let there = format!("This terminal does not support copying. It is: {text}");
                self.happened(TuiEventKind::Edited(Err(there)));
            }
            Effect::Copy(text) => match clipboard::copy(&text).filter(|_| self.caps.osc52) {
                Some(bytes) => self.output.send(&bytes),
                None => self.happened(TuiEventKind::Edited(Err(
                    "This terminal does not support copying.".to_owned()
                ))),
            },
            Effect::Bell if self.caps.prints => {}
            Effect::Bell => self.output.send(notify::bell()),
            Effect::Suspend => self.suspend(),
            Effect::Redraw if self.plain.is_some() => self.reset(),
            Effect::Redraw => self.output.redraw(),
            Effect::Quit(leave) => self.leave = Some(leave),
        }
    }

    fn suspend(&mut self) {
        self.settle();
        match self.link.suspend() {
            Ok(()) => self.reset(),
            Err(why) => self.happened(TuiEventKind::Edited(Err(format!("Not here: {why}.")))),
        }
    }

    fn editor(&mut self, text: &str, draft: &Draft) {
        self.settle();
        let note = self.rescue.as_ref().map(|r| r.note(self.model.me, draft));
        let edited = self.link.run_editor(&ToEdit { text, note: note.as_deref() });
        self.reset();
        let what = match edited {
            Ok(Edited { text: Some(text), trouble }) => Ok((text, trouble)),
            Ok(Edited { text: None, trouble: None }) => return,
            Ok(Edited { text: None, trouble: Some(why) }) => Err(format!("The editor failed: {why}.")),
            Err(why) => Err(why.to_string()),
        };
        self.happened(TuiEventKind::Edited(what));
    }

    /// The terminal was someone else's: everything is drawn, or said, once more.
    fn reset(&mut self) {
        match &mut self.plain {
            Some(plain) => plain.forget((self.clock.steady)()),
            None => self.output.reset(),
        }
    }

    /// Waits for the terminal's answers before someone else has it, who would take them for typing. Whatever else comes
    /// meanwhile is dealt with later.
    fn settle(&mut self) {
        self.fall_silent();
        let messages = self.link.messages().clone();
        let over = after(ANSWERS);
        while self.output.is_waiting() {
            let message = select! {
                recv(messages) -> message => message,
                recv(over) -> _ => return,
            };
            match message {
                Ok(FromLink::Bytes(bytes)) => {
                    let mut inputs = Vec::new();
                    self.decoder.feed(&bytes, &mut inputs);
                    self.told.bytes += bytes.len() as u64;
                    for input in inputs {
                        match input {
                            decode::Input::Reply(_) => self.input(input),
                            input => self.late.push_back(Late::Input(input)),
                        }
                    }
                }
                Ok(FromLink::Written) => self.output.written(),
                Ok(message) => {
                    let ends = matches!(message, FromLink::Terminate(_) | FromLink::Hangup);
                    self.late.push_back(Late::Message(message));
                    if ends {
                        return;
                    }
                }
                Err(_) => return,
            }
        }
    }

    /// Until when the first frame waits for its lists: an empty desk that fills up a moment later is no first frame.
    fn held_back(&self) -> Option<u64> {
        let until = self.began.saturating_add(FIRST_FRAME_MS);
        (self.told.frames == 0 && !tui::is_first_frame_ready(&self.model)).then_some(until)
    }

    fn draw(&mut self) {
        let now = (self.clock.steady)();
        if self.held_back().is_some_and(|until| now < until) {
            if let Some(bytes) = self.output.besides(now) {
                self.send(bytes);
            }
            return;
        }
        if let Some(plain) = &mut self.plain {
            let waits = self.output.is_on_its_way();
            self.told.frames += u64::from(!waits && plain.speak(&self.model, now));
            self.output.send(&plain.take());
            if let Some(bytes) = self.output.besides(now) {
                self.send(bytes);
            }
            return;
        }
        let model = &self.model;
        if let Some((bytes, drawn)) = self.output.frame(now, |frame| tui::draw(model, frame)) {
            self.told.frames += u64::from(drawn);
            self.send(bytes);
        }
    }

    /// Ends the line that is open, for what is not of the session comes after it.
    fn fall_silent(&mut self) {
        let bytes = self.plain.as_mut().map(Plain::end).unwrap_or_default();
        self.send(bytes);
    }

    /// Takes in what is next of lines that were typed: each when what came of the previous one was said. Whether there was
    /// anything.
    fn lines(&mut self) -> bool {
        let now = (self.clock.steady)();
        match self.plain.as_mut().and_then(|p| p.next(&self.model, now)) {
            Some(Next::Happens(what)) => self.happened(what),
            Some(Next::Over) => {
                self.happened(TuiEventKind::End);
                self.leave.get_or_insert(Leave::Done);
            }
            None => return false,
        }
        true
    }

    fn send(&mut self, bytes: Vec<u8>) {
        if !bytes.is_empty() {
            self.link.write(bytes);
        }
    }
}
