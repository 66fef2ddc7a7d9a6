//! A slow line between a session's screen and a terminal, on its own clock: nothing sleeps, every run is the same.
//!
//! What is written waits in a buffer, leaves it at the line's pace and reaches the terminal after the line's way. The terminal
//! is `vt100`, and answers `CSI 5n` as it reads it. Time is in milliseconds.

use std::{cmp::Reverse, collections::BinaryHeap, num::NonZeroU16};

use frontdesk::{
    term::{caps::Capabilities, output::Output, pace::Pace},
    tui::{self, event::TuiEventKind},
};
use ratatui::layout::Size;

use super::{keys::key, screen::Screen, tiny::NOW};

/// What a line is like.
#[derive(Clone, Copy, Debug)]
pub struct Line {
    /// Bytes a millisecond.
    pub pace: u64,
    /// Milliseconds one way.
    pub way: u64,
    /// Bytes that are buffered, though the line has not sent those before.
    pub buffer: u64,
    /// Whether the terminal answers.
    pub answers: bool,
}

/// 256 kbit/s, 200 ms there and back, behind buffers that contain a screen or two, or seconds of the line.
pub const SHALLOW: Line = Line { pace: 32, way: 100, buffer: 8_192, answers: true };
pub const DEEP: Line = Line { buffer: 4 << 20, ..SHALLOW };

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Happens {
    Key(String),
    LastKey(String),
    Written,
    Arrives(Vec<u8>),
    Answer,
}

/// What a terminal is asked besides showing cells.
#[derive(Default)]
struct Asked {
    fences: usize,
}

impl vt100::Callbacks for Asked {
    fn unhandled_csi(
        &mut self,
        _: &mut vt100::Screen,
        first: Option<u8>,
        _: Option<u8>,
        parameters: &[&[u16]],
        last: char,
    ) {
        if first.is_none() && last == 'n' && parameters == [&[5][..]] {
            self.fences += 1;
        }
    }
}

/// How it went.
#[derive(Clone, Copy, Debug, Default)]
pub struct Held {
    /// Bytes under way when the key was let go.
    pub queued: u64,
    /// Milliseconds from letting go until the screen showed it.
    pub behind: u64,
    /// Frames and bytes in all.
    pub frames: u64,
    pub bytes: u64,
    /// The most fences without an answer.
    pub unanswered: usize,
}

/// A session's screen at one end of a line, and a terminal at the other.
pub struct Wire<'s> {
    pub screen: &'s mut Screen,
    output: Output,
    line: Line,
    terminal: vt100::Parser<Asked>,
    now: u64,
    began: i64,
    todo: BinaryHeap<Reverse<(u64, u64, Happens)>>,
    /// When the session wants to be woken.
    wake: Option<u64>,
    /// Orders what happens at one time.
    count: u64,
    /// When the line will have sent all.
    free_at: u64,
    unanswered: usize,
    held: Held,
    /// The last key has been handled, but its frame has not been drawn.
    due: bool,
    /// When that frame reached the terminal.
    shown: Option<u64>,
    /// The writes whose arrival shows the last key.
    last_write: Option<u64>,
}

impl<'s> Wire<'s> {
    pub fn new(screen: &'s mut Screen, line: Line) -> Wire<'s> {
        let (width, height) = screen.model.size;
        let caps = Capabilities { fences: true, synchronized: false, ..Capabilities::default() };
        let size = |n| NonZeroU16::new(n).unwrap();
        let began = screen.now.max(NOW);
        let mut wire = Wire {
            output: Output::new(Size::new(width, height), caps),
            terminal: vt100::Parser::new_with_callbacks(size(height), size(width), 0, Asked::default()),
            screen,
            line,
            now: 0,
            began,
            todo: BinaryHeap::new(),
            wake: None,
            count: 0,
            free_at: 0,
            unanswered: 0,
            held: Held::default(),
            due: false,
            shown: None,
            last_write: None,
        };
        wire.output.send(b"\x1b[?25l");
        wire.go_on();
        wire.output.mark();
        wire.run_until(2_000);
        wire
    }

    /// Holds down a key, or several in turn, thirty times a second for so long; then waits until all is at rest.
    pub fn hold_down(&mut self, keys: &[&str], ms: u64) -> Held {
        let start = self.now;
        let presses = ms * 30 / 1_000;
        let let_go = start + presses * 1_000 / 30;
        for (n, key) in (0..=presses).zip(keys.iter().cycle()) {
            let what = if n == presses { Happens::LastKey } else { Happens::Key };
            self.at(start + n * 1_000 / 30 + self.line.way, what((*key).to_owned()));
        }
        self.held = Held::default();
        (self.due, self.shown, self.last_write) = (false, None, None);
        self.run_until(let_go);
        let queued = self.free_at.saturating_sub(self.now) * self.line.pace;
        self.run_until(let_go + 30_000);
        let shown = self.shown.expect("the last key shows");
        Held { queued, behind: shown.saturating_sub(let_go), ..self.held }
    }

    /// Whether the terminal shows what the screen is.
    pub fn assert_shown(&mut self) {
        let (width, height) = self.screen.model.size;
        let size = |n| NonZeroU16::new(n).unwrap();
        let mut whole = vt100::Parser::new(size(height), size(width), 0);
        whole.process(&self.screen.bytes());
        assert_eq!(self.terminal.screen().contents(), whole.screen().contents());
    }

    fn at(&mut self, time: u64, what: Happens) {
        self.count += 1;
        self.todo.push(Reverse((time, self.count, what)));
    }

    /// Lets everything happen until then.
    fn run_until(&mut self, end: u64) {
        self.go_on();
        loop {
            let next = self.todo.peek().map(|Reverse((at, _, _))| *at);
            let Some(at) = next.into_iter().chain(self.wake).min().filter(|at| *at <= end) else { break };
            self.now = self.now.max(at);
            // All that happens at one time comes before the next frame.
            while let Some(Reverse((at, _, _))) = self.todo.peek()
                && *at <= self.now
            {
                let Some(Reverse((_, _, what))) = self.todo.pop() else { break };
                self.happens(what);
            }
            let wall = self.wall();
            if tui::wake_at(&self.screen.model).is_some_and(|at| at <= wall) {
                self.event(TuiEventKind::Tick);
            }
            self.go_on();
        }
        self.now = self.now.max(end);
    }

    fn wall(&self) -> i64 {
        self.began + i64::try_from(self.now).unwrap()
    }

    fn event(&mut self, what: TuiEventKind) {
        self.screen.now = self.wall();
        self.screen.happened(what);
        self.output.mark();
    }

    fn happens(&mut self, what: Happens) {
        match what {
            Happens::Key(name) => self.event(TuiEventKind::Key(key(&name))),
            Happens::LastKey(name) => {
                self.event(TuiEventKind::Key(key(&name)));
                self.due = true;
            }
            Happens::Written => self.output.written(),
            Happens::Answer => {
                self.unanswered -= 1;
                self.output.answered(self.now);
            }
            Happens::Arrives(bytes) => {
                let before = self.terminal.callbacks().fences;
                self.terminal.process(&bytes);
                if self.line.answers {
                    for _ in before..self.terminal.callbacks().fences {
                        self.at(self.now + self.line.way, Happens::Answer);
                    }
                }
                if self.last_write.is_some_and(|last| self.now >= last) && self.shown.is_none() {
                    self.shown = Some(self.now);
                }
            }
        }
    }

    /// Draws what is due, and asks to be woken for what is due later.
    fn go_on(&mut self) {
        let model = &self.screen.model;
        if let Some((bytes, drawn)) = self.output.frame(self.now, |frame| tui::draw(model, frame)) {
            self.held.frames += u64::from(drawn);
            self.write(bytes, drawn);
        }
        let paced = match self.output.next(self.now) {
            Pace::Wake(at) => Some(at),
            _ => None,
        };
        let wall = self.wall();
        let tick =
            tui::wake_at(&self.screen.model).map(|at| self.now + u64::try_from(at - wall).unwrap_or(0));
        self.wake = paced.into_iter().chain(tick).min().map(|at| at.max(self.now + 1));
    }

    fn write(&mut self, bytes: Vec<u8>, drawn: bool) {
        if bytes.is_empty() {
            if self.due && drawn {
                self.due = false;
                self.shown = Some(self.now.max(self.free_at + self.line.way));
            }
            return;
        }
        let size = bytes.len() as u64;
        self.held.bytes += size;
        self.unanswered += bytes.windows(4).filter(|w| w == b"\x1b[5n").count();
        self.held.unanswered = self.held.unanswered.max(self.unanswered);
        self.free_at = self.free_at.max(self.now) + size.div_ceil(self.line.pace);
        let written = self.free_at.saturating_sub(self.line.buffer / self.line.pace);
        let arrives = self.free_at + self.line.way;
        if self.due && drawn {
            self.due = false;
            self.last_write = Some(arrives);
        }
        self.at(written.max(self.now), Happens::Written);
        self.at(arrives, Happens::Arrives(bytes));
    }
}
