//! The way out of a session: when a frame is drawn, and the bytes that go to the link.
//!
//! Frames are dropped, never queued: while one is on its way, or the terminal is behind ([`super::fence`]), nothing is drawn;
//! the next frame shows the latest state. Pure: time comes in, bytes go out.

use ratatui::{Frame, Terminal, layout::Size};

use super::{
    backend::ByteBackend,
    caps::Capabilities,
    fence::Fences,
    pace::{Pace, Pacer},
};

/// What one session shows, as bytes.
#[derive(Debug)]
pub struct Output {
    terminal: Terminal<ByteBackend>,
    pacer: Pacer,
    fences: Fences,
    /// What goes out besides frames: copies, bells.
    extra: Vec<u8>,
    on_its_way: bool,
}

impl Output {
    /// Output for a terminal of `size` of which nothing is known, that can do `caps`.
    pub fn new(size: Size, caps: Capabilities) -> Self {
        // Writing into memory does not fail.
        let Ok(terminal) = Terminal::new(ByteBackend::new(size, caps));
        Output {
            terminal,
            pacer: Pacer::new(),
            fences: Fences::new(caps.fences),
            extra: Vec::new(),
            on_its_way: false,
        }
    }

    /// Something on the screen changed.
    pub fn mark(&mut self) {
        self.pacer.mark();
    }

    /// Sends bytes that are no frame with the next write.
    pub fn send(&mut self, bytes: &[u8]) {
        self.extra.extend(bytes);
    }

    /// What to do at `now` (milliseconds of any clock that does not run backwards).
    pub fn next(&self, now: u64) -> Pace {
        if self.on_its_way {
            return Pace::Rest;
        }
        let pace = if self.extra.is_empty() { self.pacer.next(now) } else { Pace::Draw };
        match (pace, self.fences.until()) {
            (Pace::Rest, _) | (_, None) => pace,
            _ if self.fences.allow(now) => pace,
            (Pace::Draw, Some(until)) => Pace::Wake(until),
            (Pace::Wake(at), Some(until)) => Pace::Wake(at.max(until)),
        }
    }

    /// The frame that is due at `now`, with what else is to be sent, for one write, and whether a frame was drawn at all;
    /// `None` where nothing is due.
    pub fn frame(&mut self, now: u64, draw: impl FnOnce(&mut Frame<'_>)) -> Option<(Vec<u8>, bool)> {
        if self.next(now) != Pace::Draw {
            return None;
        }
        let mut bytes = Vec::new();
        let drawn = self.pacer.next(now) == Pace::Draw;
        if drawn {
            let Ok(_) = self.terminal.draw(draw);
            self.pacer.drawn(now);
            bytes = self.terminal.backend_mut().take_frame();
        }
        bytes.append(&mut self.extra);
        Some((self.write(bytes, now), drawn))
    }

    /// What is to be sent besides frames, where it may go at `now`; `None` where there is nothing.
    pub fn besides(&mut self, now: u64) -> Option<Vec<u8>> {
        if self.extra.is_empty() || self.next(now) != Pace::Draw {
            return None;
        }
        let bytes = std::mem::take(&mut self.extra);
        Some(self.write(bytes, now))
    }

    fn write(&mut self, mut bytes: Vec<u8>, now: u64) -> Vec<u8> {
        self.fences.write(&mut bytes, now);
        self.on_its_way = !bytes.is_empty();
        bytes
    }

    /// The link has taken what it was given.
    pub fn written(&mut self) {
        self.on_its_way = false;
    }

    /// Whether the link has not yet taken what it was given.
    pub fn is_on_its_way(&self) -> bool {
        self.on_its_way
    }

    /// The terminal has answered a fence at `now`.
    pub fn answered(&mut self, now: u64) {
        self.fences.answered(now);
    }

    /// Whether an answer of the terminal may still come.
    pub fn is_waiting(&self) -> bool {
        self.fences.is_waiting()
    }

    /// Asks the terminal no more: it is about to be given back.
    pub fn stop_asking(&mut self) {
        self.fences.stop();
    }

    /// The terminal was someone else's: it is asked again, and everything is drawn again.
    pub fn reset(&mut self) {
        self.fences.forget();
        self.redraw();
    }

    /// Everything is drawn again.
    pub fn redraw(&mut self) {
        self.terminal.backend_mut().forget();
        let Ok(()) = self.terminal.clear();
        self.pacer.mark();
    }

    /// The link's new size.
    pub fn resize(&mut self, size: Size) {
        self.terminal.backend_mut().resize(size);
    }

    /// Takes over what was learnt of the terminal.
    pub fn set_capabilities(&mut self, caps: Capabilities) {
        self.terminal.backend_mut().set_capabilities(caps);
    }
}
