//! The attributes in force at the terminal, and the shortest way from one set to another.

use std::io::Write as _;

use ratatui::{buffer::Cell, style::Modifier};

use super::colour::{Ink, ink};
use crate::term::caps::Colours;

/// Attributes as they are sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Pen {
    pub fg: Ink,
    pub bg: Ink,
    pub modifiers: Modifier,
}

/// What shows on a cell without ink.
const SHOWS_ON_BLANK: Modifier = Modifier::REVERSED.union(Modifier::UNDERLINED).union(Modifier::CROSSED_OUT);

/// Switching on: SGR code and modifier.
const ON: [(u8, Modifier); 8] = [
    (1, Modifier::BOLD),
    (2, Modifier::DIM),
    (3, Modifier::ITALIC),
    (4, Modifier::UNDERLINED),
    (5, Modifier::SLOW_BLINK),
    (7, Modifier::REVERSED),
    (8, Modifier::HIDDEN),
    (9, Modifier::CROSSED_OUT),
];

/// Switching off: bold and dim go together.
const OFF: [(u8, Modifier); 7] = [
    (22, Modifier::BOLD.union(Modifier::DIM)),
    (23, Modifier::ITALIC),
    (24, Modifier::UNDERLINED),
    (25, Modifier::SLOW_BLINK),
    (27, Modifier::REVERSED),
    (28, Modifier::HIDDEN),
    (29, Modifier::CROSSED_OUT),
];

impl Pen {
    /// The pen that draws `cell`. Underline colours are left out: old terminals read them as blinking.
    pub fn of(cell: &Cell, colours: Colours) -> Self {
        let mut modifiers = cell.modifier;
        if modifiers.contains(Modifier::RAPID_BLINK) {
            modifiers = modifiers.difference(Modifier::RAPID_BLINK) | Modifier::SLOW_BLINK;
        }
        Pen { fg: ink(cell.fg, colours), bg: ink(cell.bg, colours), modifiers }
    }

    /// True when a blank drawn with this pen is a plain cell of the background.
    pub fn erases(&self) -> bool {
        !self.modifiers.intersects(SHOWS_ON_BLANK)
    }

    /// The pen for a blank that shall look as with `self`, when `current` is in force: kept if it looks the same.
    pub fn for_blank(self, current: Option<Pen>) -> Pen {
        match current {
            Some(current) if self.erases() && current.erases() && current.bg == self.bg => current,
            _ => self,
        }
    }

    /// Appends the bytes that change the terminal from `current` (`None`: not known) to this pen.
    pub fn change(self, current: Option<Pen>, out: &mut Vec<u8>) {
        if current == Some(self) {
            return;
        }
        let start = out.len();
        out.extend(b"\x1b[");
        if self == Pen::default() {
            out.push(b'm');
            return;
        }
        out.push(b'0');
        self.switch_on(self.modifiers, out);
        self.inks(Pen::default(), out);
        out.push(b'm');
        if let Some(current) = current {
            let reset = out.len();
            out.extend(b"\x1b[");
            let gone = current.modifiers.difference(self.modifiers);
            let mut lost = Modifier::empty();
            for (code, group) in OFF {
                if gone.intersects(group) {
                    number(code, out);
                    lost |= group;
                }
            }
            let kept = current.modifiers.difference(lost);
            self.switch_on(self.modifiers.difference(kept), out);
            self.inks(current, out);
            // Codes are written with a `;` before each; the first takes the place of the opener's.
            out.push(b'm');
            if let Some(at) = out.iter().skip(reset).position(|b| *b == b';') {
                out.remove(reset + at);
            }
            if out.len() - reset < reset - start {
                out.drain(start..reset);
            } else {
                out.truncate(reset);
            }
        }
    }

    fn switch_on(self, wanted: Modifier, out: &mut Vec<u8>) {
        for (code, modifier) in ON {
            if wanted.contains(modifier) {
                number(code, out);
            }
        }
    }

    fn inks(self, from: Pen, out: &mut Vec<u8>) {
        if self.fg != from.fg {
            colour(self.fg, 30, out);
        }
        if self.bg != from.bg {
            colour(self.bg, 40, out);
        }
    }
}

fn number(code: u8, out: &mut Vec<u8>) {
    let _ = write!(out, ";{code}");
}

fn colour(ink: Ink, base: u8, out: &mut Vec<u8>) {
    match ink {
        Ink::Default => number(base + 9, out),
        Ink::Index(index @ 0..8) => number(base + index, out),
        Ink::Index(index @ 8..16) => number(base + 52 + index, out),
        Ink::Index(index) => {
            let _ = write!(out, ";{};5;{index}", base + 8);
        }
        Ink::Rgb(r, g, b) => {
            let _ = write!(out, ";{};2;{r};{g};{b}", base + 8);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(from: Option<Pen>, to: Pen) -> String {
        let mut out = Vec::new();
        to.change(from, &mut out);
        String::from_utf8(out).unwrap().replace('\x1b', "E")
    }

    #[test]
    fn the_shortest_change_is_sent() {
        let plain = Pen::default();
        let bold = Pen { modifiers: Modifier::BOLD, ..plain };
        let dim = Pen { modifiers: Modifier::DIM, ..plain };
        let red = Pen { fg: Ink::Index(1), ..plain };
        let red_bold = Pen { fg: Ink::Index(1), ..bold };
        assert_eq!(bytes(Some(plain), plain), "");
        assert_eq!(bytes(Some(plain), bold), "E[1m");
        assert_eq!(bytes(Some(bold), plain), "E[m");
        assert_eq!(bytes(Some(red), red_bold), "E[1m");
        assert_eq!(bytes(Some(red_bold), red), "E[22m");
        assert_eq!(bytes(Some(bold), dim), "E[0;2m");
        assert_eq!(bytes(None, red), "E[0;31m");
        assert_eq!(bytes(Some(plain), Pen { bg: Ink::Index(12), ..plain }), "E[104m");
        assert_eq!(bytes(Some(red_bold), Pen { bg: Ink::Index(240), ..red_bold }), "E[48;5;240m");
    }
}
