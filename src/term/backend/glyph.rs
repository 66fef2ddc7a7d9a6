//! What a cell prints, and how far terminals agree on its width.

use std::borrow::Cow;

use ratatui::buffer::{Cell, CellWidth};
use unicode_segmentation::UnicodeSegmentation;

use crate::term::safe::{
    ascii,
    clean::{CLUSTER_BYTES, is_plain, strip},
};

/// How far the cursor can be trusted after a glyph.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trust {
    /// Every terminal moves it by the same: ASCII and Latin letters.
    Sure,
    /// Nearly every one does: borders, blocks, Greek, Cyrillic, CJK. Good within a run of the like.
    Likely,
    /// Emoji, marks, scripts with shaping: nobody knows.
    Unsure,
}

/// Ink ready to be sent.
pub(super) struct Glyph<'c> {
    pub text: Cow<'c, str>,
    /// Columns the screen's buffer gave it.
    pub width: u16,
    pub trust: Trust,
}

impl<'c> Glyph<'c> {
    /// The glyph of `cell`: no control, direction or zero-width character, at most 32 bytes. This is the second
    /// wall behind `Safe` text, for widgets that write cells themselves.
    pub fn of(cell: &'c Cell) -> Self {
        let symbol = cell.symbol();
        let mut chars = symbol.chars();
        match (chars.next(), chars.next()) {
            (Some(c), None) if is_plain(c) => {
                let trust = match c {
                    ' '..='~' | '\u{c0}'..='\u{24f}' => Trust::Sure,
                    _ => Trust::Likely,
                };
                return Glyph { text: Cow::Borrowed(symbol), width: symbol.cell_width(), trust };
            }
            (None, _) => return Self::blank(1),
            _ => {}
        }
        let stripped = strip(symbol);
        let (mut text, mut width) = (String::new(), 0);
        for cluster in stripped.graphemes(true) {
            if text.len() + cluster.len() > CLUSTER_BYTES {
                break;
            }
            text.push_str(cluster);
            width += cluster.cell_width();
        }
        // A control byte alone has no width to ask for (`cell_width` asserts so).
        let given = if symbol.len() == 1 { 1 } else { cell.cell_width() };
        while width < given.max(1) {
            text.push(' ');
            width += 1;
        }
        Glyph { text: Cow::Owned(text), width, trust: Trust::Unsure }
    }

    /// The glyph in ASCII, in as many columns as it has: cut or filled with blanks.
    pub fn ascii(self) -> Self {
        if self.text.is_ascii() {
            return self;
        }
        let width = usize::from(self.width);
        let folded = ascii(&self.text);
        let text = format!("{:<width$}", folded.get(..width.min(folded.len())).unwrap_or_default());
        Glyph { text: Cow::Owned(text), width: self.width, trust: Trust::Sure }
    }

    /// So many blanks.
    pub fn blank(width: u16) -> Self {
        let text = if width == 1 { Cow::Borrowed(" ") } else { Cow::Owned(" ".repeat(usize::from(width))) };
        Glyph { text, width, trust: Trust::Sure }
    }

    /// True when nothing but blanks is printed.
    pub fn is_blank(&self) -> bool {
        self.text.bytes().all(|b| b == b' ')
    }
}
