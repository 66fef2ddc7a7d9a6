//! A session that is said line by line: when it is said, and when the next line that was typed is taken in.

use crate::{
    term::pace::FRAME_MS,
    tui::{
        self,
        event::TuiEventKind,
        model::Model,
        plain::{Speaker, Voice, Wait, lines::Lines},
    },
};

/// So long, in milliseconds, what there is to say waits for the answer to what was asked for: one sentence says both.
const ANSWER_MS: u64 = 400;
/// So long one has stopped typing before what came of it is said, lest every character is talked over.
const REST_MS: u64 = 500;
/// So long a line that was typed waits for what the previous one asked for.
const PATIENCE_MS: u64 = 5_000;

/// What a typed line leads to.
pub(super) enum Next {
    /// This happens.
    Happens(TuiEventKind),
    /// No more lines come.
    Over,
}

/// What says a session.
pub(super) struct Plain {
    speaker: Speaker,
    /// Lines that are typed; `None`: single keys are read.
    lines: Option<Lines>,
    /// When something changed first that is not said yet, and last, by the steady clock.
    since: Option<u64>,
    last: u64,
    /// When something was said last.
    said: u64,
    /// Whether a key was pressed since something was said.
    pressed: bool,
    /// When a line was taken in last.
    began: u64,
}

impl Plain {
    pub fn new(voice: Voice) -> Plain {
        let lines = voice.lines.then(Lines::default);
        Plain { speaker: Speaker::new(voice), lines, since: None, last: 0, said: 0, pressed: false, began: 0 }
    }

    /// The lines that are typed, where whole ones come.
    pub fn lines(&mut self) -> Option<&mut Lines> {
        self.lines.as_mut()
    }

    /// Whether all is said, and no line waits to be taken in.
    pub fn rests(&self) -> bool {
        let lines = self.lines.as_ref().is_some_and(|l| l.is_waiting() || l.is_begun() || l.is_over());
        self.since.is_none() && !lines
    }

    /// Takes in what an event changed, a pressed key or another.
    pub fn hear(&mut self, m: &Model, pressed: bool, now: u64) {
        self.pressed |= pressed;
        self.speaker.hear(m);
        self.since.get_or_insert(now);
        self.last = now;
    }

    /// When what changed is to be said; `None` where nothing did.
    fn due(&self, m: &Model) -> Option<u64> {
        let since = self.since?;
        // No faster than a screen is drawn: of a key that is held down, what it came to.
        let paced = since.max(self.said + FRAME_MS);
        Some(match self.speaker.wait(m) {
            Wait::None => paced,
            Wait::Answer => paced.max(since + ANSWER_MS),
            Wait::Rest => paced.max(self.last + REST_MS),
        })
    }

    /// When it wants to be woken.
    pub fn wakes(&self, m: &Model, now: u64) -> Option<u64> {
        // What the last line asked for takes too long: the next one is taken in.
        let next = self.lines.as_ref().filter(|l| l.is_waiting()).map(|_| self.began + PATIENCE_MS);
        self.due(m).into_iter().chain(next.filter(|at| *at > now)).min()
    }

    /// Says what changed, where it is time; whether it was.
    pub fn speak(&mut self, m: &Model, now: u64) -> bool {
        let begun = self.lines.as_ref().is_some_and(Lines::is_begun);
        if begun || self.due(m).is_none_or(|at| now < at) {
            return false;
        }
        (self.since, self.said) = (None, now);
        self.speaker.say(m, std::mem::take(&mut self.pressed));
        true
    }

    /// The next thing that comes of lines that were typed: each when what came of the previous one was said.
    pub fn next(&mut self, m: &Model, now: u64) -> Option<Next> {
        let busy = (tui::is_busy(m) || m.follow_at.is_some()) && now < self.began + PATIENCE_MS;
        let rests = self.since.is_none() && !busy;
        let lines = self.lines.as_mut()?;
        if lines.is_over() && rests {
            self.lines = None;
            return Some(Next::Over);
        }
        if rests && lines.is_waiting() && !lines.is_begun() {
            self.began = now;
        }
        lines.next(m, rests).map(Next::Happens)
    }

    /// Says once more where one is: another program had the terminal.
    pub fn forget(&mut self, now: u64) {
        self.speaker.forget();
        self.since.get_or_insert(now);
    }

    /// Ends what is open; what is to be written of it.
    pub fn end(&mut self) -> Vec<u8> {
        self.speaker.end();
        self.speaker.take()
    }

    /// What is to be written.
    pub fn take(&mut self) -> Vec<u8> {
        self.speaker.take()
    }
}
