//! A bracketed paste: one event, bounded, whatever it contains.

use crossterm::event::Event;

use super::{Input, PASTE_BYTES};

const END: &[u8] = b"\x1b[201~";

/// A paste under way.
#[derive(Debug, Default)]
pub(super) struct Paste {
    kept: Vec<u8>,
    lost: u64,
    /// Bytes of `END` seen so far.
    matched: usize,
}

impl Paste {
    /// Takes a byte; true when the paste is over.
    pub(super) fn push(&mut self, byte: u8) -> bool {
        if END.get(self.matched) == Some(&byte) {
            self.matched += 1;
            return self.matched == END.len();
        }
        // ESC stands only at the start of END, so a broken match is text and may begin a new one here.
        let broken = std::mem::take(&mut self.matched);
        for &text in END.iter().take(broken) {
            self.keep(text);
        }
        if byte == 0x1b {
            self.matched = 1;
        } else {
            self.keep(byte);
        }
        false
    }

    pub(super) fn keep(&mut self, byte: u8) {
        if self.kept.len() < PASTE_BYTES {
            self.kept.push(byte);
        } else {
            self.lost += 1;
        }
    }

    /// Gives the paste, and says so where it is not whole.
    pub(super) fn end(self, whole: bool, out: &mut Vec<Input>) {
        let (text, lost) = self.text();
        out.push(Input::Event(Event::Paste(text)));
        if lost > 0 || !whole {
            out.push(Input::PasteCut { lost });
        }
    }

    /// Gives text that came without the marks of a paste.
    pub(super) fn end_burst(self, out: &mut Vec<Input>) {
        let (text, lost) = self.text();
        out.push(Input::Burst(text));
        if lost > 0 {
            out.push(Input::PasteCut { lost });
        }
    }

    /// The text, and how many bytes of it are lost. Newlines, which terminals send as `\r`, are `\n`.
    fn text(mut self) -> (String, u64) {
        if self.lost > 0 {
            // The cut may have gone through a character.
            let whole = match std::str::from_utf8(&self.kept) {
                Err(error) if error.error_len().is_none() => error.valid_up_to(),
                _ => self.kept.len(),
            };
            self.lost += (self.kept.len() - whole) as u64;
            self.kept.truncate(whole);
        }
        let mut text = String::from_utf8_lossy(&self.kept).into_owned();
        if text.contains('\r') {
            text = text.replace("\r\n", "\n").replace('\r', "\n");
        }
        (text, self.lost)
    }
}
