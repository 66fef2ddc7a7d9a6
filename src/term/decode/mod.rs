//! Input bytes become events.
//!
//! A byte machine: what comes out does not depend on how the bytes were split. An unknown sequence is
//! consumed whole and never typed, what the terminal answers becomes a [`Reply`] and never a key, a paste is
//! one event. Only text that arrives without the marks of a paste, but too much in one read to be typed, is
//! one event too, an [`Input::Burst`]. Sequences: ECMA-48 §5.4, xterm's *ctlseqs*, the kitty keyboard protocol.
//!
//! The decoder has no clock: while [`Decoder::patience`] gives a time and no byte came for that long, call
//! [`Decoder::flush`], which settles whatever was begun, so that no later key is swallowed.

mod csi;
mod keys;
mod mouse;
mod paste;
mod reply;
#[cfg(test)]
mod tests;

use std::time::Duration;

use crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers};

use crate::model::steps;
use paste::Paste;
pub use reply::Reply;

/// The longest CSI sequence understood, in bytes; the rest of a longer one is consumed unseen.
const CSI_BYTES: usize = 64;
/// The longest OSC, DCS or APC string understood, in bytes.
const STRING_BYTES: usize = 4 * 1024;
pub use crate::model::limits::PASTE_BYTES;

/// What came in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// A key, the mouse, the focus or a paste.
    Event(Event),
    /// Text that came in one read, without the markers of a paste: a paste in a terminal that does not mark them, or a key
    /// held down on a slow line. Newlines are `\n`.
    Burst(String),
    /// The terminal answered a question.
    Reply(Reply),
    /// The paste before this one is not whole: it was longer than [`PASTE_BYTES`] and lost this many bytes, or
    /// (with 0 bytes lost) its end never came.
    PasteCut {
        /// Bytes thrown away.
        lost: u64,
    },
}

/// Where the stream comes from: how long an unfinished sequence may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line {
    /// This machine's own terminal: a lone ESC is the key after 50 ms.
    Local,
    /// Over a network: after 100 ms.
    Remote,
}

/// This many bytes of text in one read were not typed: a fast typist on a line that stalls for five seconds sends 50.
pub const BURST_BYTES: usize = 64;

/// The number of bytes of text, up to `most`, at the front. Text is what keys type, with tabs and line ends.
fn text_run(bytes: &[u8], most: usize) -> usize {
    let text = |b: &&u8| matches!(**b, b'\t' | b'\n' | b'\r' | 0x20..=0x7e | 0x80..);
    bytes.iter().take(most).take_while(text).count()
}

#[derive(Debug, Default)]
enum State {
    #[default]
    Ground,
    Escape,
    /// After `ESC O`; the digit is an old xterm's modifier.
    Ss3(Option<u8>),
    Csi,
    /// A CSI too long to mean anything, until its final byte.
    CsiIgnored,
    /// After `ESC [ [`, as the Linux console sends F1 to F5.
    LinuxFunction,
    /// After `CSI M`: three bytes of the oldest mouse protocol.
    X10,
    /// An OSC, DCS or APC string, begun by `]`, `P` or `_`.
    Text {
        opener: u8,
        escape: bool,
        overflow: bool,
    },
    Paste(Box<Paste>),
    /// Text that was not typed goes on until the line falls silent: a long paste comes in several reads.
    Burst(Box<Paste>),
    /// Bytes of one character that is not whole.
    Utf8 {
        alt: bool,
    },
}

/// Turns bytes into [`Input`]. Bounded: at most 4 KiB, and 1 MiB during a paste.
#[derive(Debug, Default)]
pub struct Decoder {
    state: State,
    /// Bytes of the sequence so far, without its opener.
    held: Vec<u8>,
}

impl Decoder {
    /// A decoder that has seen nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes bytes, appends what they mean to `out`.
    pub fn feed(&mut self, bytes: &[u8], out: &mut Vec<Input>) {
        steps::count(bytes.len());
        let mut rest = bytes;
        while let Some((&byte, after)) = rest.split_first() {
            let begins = || text_run(rest, BURST_BYTES) == BURST_BYTES;
            if matches!(self.state, State::Ground) && begins() {
                self.state = State::Burst(Box::default());
            }
            if let State::Burst(burst) = &mut self.state {
                let (text, behind) = rest.split_at(text_run(rest, rest.len()));
                text.iter().for_each(|b| burst.keep(*b));
                rest = behind;
                if !rest.is_empty() {
                    self.flush(out);
                }
                continue;
            }
            self.step(byte, out);
            rest = after;
        }
    }

    /// True while something begun is not finished: a lone ESC, half a character, a paste.
    pub fn pending(&self) -> bool {
        !matches!(self.state, State::Ground)
    }

    /// How long the line may stay silent before [`Decoder::flush`] is due; `None` when nothing is pending.
    pub fn patience(&self, line: Line) -> Option<Duration> {
        let escape = match line {
            Line::Local => Duration::from_millis(50),
            Line::Remote => Duration::from_millis(100),
        };
        match &self.state {
            State::Ground => None,
            State::Escape | State::Ss3(_) | State::Burst(_) => Some(escape),
            State::Csi | State::Text { escape: false, .. } if self.held.is_empty() => Some(escape),
            // Half of what a terminal sent: the rest is late, and typing it would be worse than waiting.
            State::Paste(_) => Some(Duration::from_secs(5)),
            _ => Some(Duration::from_millis(500)),
        }
    }

    /// The line fell silent: settles what was begun. ESC is the key, `ESC [` is alt-`[`, a begun sequence is
    /// dropped, a paste ends.
    pub fn flush(&mut self, out: &mut Vec<Input>) {
        let held = std::mem::take(&mut self.held);
        match std::mem::take(&mut self.state) {
            State::Ground | State::CsiIgnored | State::LinuxFunction | State::X10 => {}
            State::Escape => key(KeyCode::Esc, KeyModifiers::NONE, out),
            State::Ss3(None) => key(KeyCode::Char('O'), KeyModifiers::ALT | KeyModifiers::SHIFT, out),
            State::Ss3(Some(_)) => {}
            State::Csi if held.is_empty() => key(KeyCode::Char('['), KeyModifiers::ALT, out),
            State::Csi => {}
            State::Text { opener, escape: false, overflow: false } if held.is_empty() => {
                self.character(char::from(opener), true, out);
            }
            State::Text { .. } => {}
            State::Paste(paste) => paste.end(false, out),
            State::Burst(burst) => burst.end_burst(out),
            State::Utf8 { alt } => self.character('\u{fffd}', alt, out),
        }
    }

    fn step(&mut self, byte: u8, out: &mut Vec<Input>) {
        match &mut self.state {
            State::Ground => self.ground(byte, false, out),
            State::Escape => self.escape(byte, out),
            State::Ss3(modifier) => match byte {
                b'0'..=b'9' if modifier.is_none() => *modifier = Some(byte - b'0'),
                0x20..=0x7e => {
                    let modifier = modifier.take();
                    self.state = State::Ground;
                    out.extend(keys::ss3(byte, modifier).map(|k| Input::Event(Event::Key(k))));
                }
                _ => self.settle_then(byte, out),
            },
            State::Csi => self.csi(byte, out),
            State::CsiIgnored => match byte {
                0x20..=0x3f => {}
                0x40..=0x7e => self.state = State::Ground,
                _ => self.settle_then(byte, out),
            },
            State::LinuxFunction => {
                self.state = State::Ground;
                match byte {
                    b'A'..=b'E' => key(KeyCode::F(byte - b'A' + 1), KeyModifiers::NONE, out),
                    0x20..=0x7e => {}
                    _ => self.ground(byte, false, out),
                }
            }
            State::X10 => {
                if byte < 0x20 {
                    return self.settle_then(byte, out);
                }
                self.held.push(byte);
                if let &[button, x, y] = self.held.as_slice() {
                    self.reset();
                    out.extend(mouse::x10(button, x, y).map(|m| Input::Event(Event::Mouse(m))));
                }
            }
            State::Text { .. } => self.text(byte, out),
            State::Burst(_) => self.settle_then(byte, out),
            State::Paste(paste) => {
                if paste.push(byte)
                    && let State::Paste(paste) = std::mem::take(&mut self.state)
                {
                    paste.end(true, out);
                }
            }
            State::Utf8 { alt } => {
                let alt = *alt;
                self.utf8(byte, alt, out);
            }
        }
    }

    /// Drops what was begun and looks at the byte again.
    fn settle_then(&mut self, byte: u8, out: &mut Vec<Input>) {
        self.flush(out);
        self.ground(byte, false, out);
    }

    fn reset(&mut self) {
        self.state = State::Ground;
        self.held.clear();
    }

    fn ground(&mut self, byte: u8, alt: bool, out: &mut Vec<Input>) {
        self.state = State::Ground;
        match byte {
            0x1b => self.state = State::Escape,
            0x20..=0x7e => self.character(char::from(byte), alt, out),
            0x80.. => {
                self.held.clear();
                self.utf8(byte, alt, out);
            }
            _ => {
                let (code, modifiers) = keys::control(byte);
                key(code, if alt { modifiers | KeyModifiers::ALT } else { modifiers }, out);
            }
        }
    }

    fn escape(&mut self, byte: u8, out: &mut Vec<Input>) {
        self.held.clear();
        self.state = match byte {
            b'[' => State::Csi,
            b'O' => State::Ss3(None),
            b']' | b'P' | b'_' => State::Text { opener: byte, escape: false, overflow: false },
            // Pressed twice, or pressed before a key that begins with ESC: the first is the key itself.
            0x1b => {
                key(KeyCode::Esc, KeyModifiers::NONE, out);
                State::Escape
            }
            _ => return self.ground(byte, true, out),
        };
    }

    fn csi(&mut self, byte: u8, out: &mut Vec<Input>) {
        match byte {
            b'[' if self.held.is_empty() => self.state = State::LinuxFunction,
            b'M' if self.held.is_empty() => self.state = State::X10,
            // rxvt ends shifted keys in `$`, which elsewhere is no final byte.
            b'$' if csi::is_rxvt_key(&self.held) => self.finish_csi(byte, out),
            0x20..=0x3f if self.held.len() >= CSI_BYTES => {
                self.held.clear();
                self.state = State::CsiIgnored;
            }
            0x20..=0x3f => self.held.push(byte),
            0x40..=0x7e => self.finish_csi(byte, out),
            _ => self.settle_then(byte, out),
        }
    }

    fn finish_csi(&mut self, last: u8, out: &mut Vec<Input>) {
        let body = std::mem::take(&mut self.held);
        self.state = State::Ground;
        match csi::parse(&body, last) {
            Some(csi::Meaning::Paste) => self.state = State::Paste(Box::default()),
            Some(csi::Meaning::Event(event)) => out.push(Input::Event(event)),
            Some(csi::Meaning::Reply(reply)) => out.push(Input::Reply(reply)),
            None => {}
        }
        self.held = body;
        self.held.clear();
    }

    fn text(&mut self, byte: u8, out: &mut Vec<Input>) {
        let State::Text { opener, escape, overflow } = &mut self.state else { return };
        let (kind, lost) = (*opener, *overflow);
        match (byte, *escape) {
            (b'\\', true) => self.finish_text(kind, lost, out),
            (_, true) => {
                // Not its end: the string broke off and something else begins.
                self.reset();
                self.escape(byte, out);
            }
            (0x1b, false) if self.held.is_empty() && !lost => self.settle_then(byte, out),
            (0x1b, false) => *escape = true,
            (0x07, false) if kind == b']' => self.finish_text(kind, lost, out),
            (0..=0x1f, false) => self.settle_then(byte, out),
            (_, false) if self.held.len() >= STRING_BYTES => {
                *overflow = true;
            }
            (_, false) => self.held.push(byte),
        }
    }

    fn finish_text(&mut self, opener: u8, lost: bool, out: &mut Vec<Input>) {
        let body = std::mem::take(&mut self.held);
        self.state = State::Ground;
        if !lost {
            out.extend(reply::text(opener, &body).map(Input::Reply));
        }
    }

    fn utf8(&mut self, byte: u8, alt: bool, out: &mut Vec<Input>) {
        self.held.push(byte);
        match std::str::from_utf8(&self.held).map(|text| text.chars().next()) {
            Ok(Some(c)) => {
                self.reset();
                self.character(c, alt, out);
            }
            Ok(None) => self.reset(),
            Err(error) if error.error_len().is_none() => self.state = State::Utf8 { alt },
            Err(_) => {
                // The last byte spoilt it: what was before is one unreadable character.
                let alone = self.held.len() == 1;
                self.reset();
                self.character('\u{fffd}', alt, out);
                if !alone {
                    self.ground(byte, false, out);
                }
            }
        }
    }

    fn character(&mut self, c: char, alt: bool, out: &mut Vec<Input>) {
        if c.is_control() {
            return; // C1 written in UTF-8: no key sends it
        }
        let shift = if c.is_uppercase() { KeyModifiers::SHIFT } else { KeyModifiers::NONE };
        let alt = if alt { KeyModifiers::ALT } else { KeyModifiers::NONE };
        key(KeyCode::Char(c), shift | alt, out);
    }
}

fn key(code: KeyCode, modifiers: KeyModifiers, out: &mut Vec<Input>) {
    out.push(Input::Event(Event::Key(KeyEvent::new(code, modifiers))));
}
