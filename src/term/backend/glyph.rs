//! What a cell prints, and how far terminals agree on its width.

use std::borrow::Cow;

use ratatui::buffer::{Cell, CellWidth};
use unicode_segmentation::UnicodeSegmentation;

use crate::term::safe::{
    ascii,
    clean::{CLUSTER_BYTES, is_plain, room, strip},
};

/// How far the cursor can be trusted after a glyph.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trust {
    /// Every terminal moves it by the same: ASCII and Latin letters.
    Sure,
    /// Nearly every one does: borders, blocks, Greek, Cyrillic, CJK. Good within a run of the like.
    Likely,
    /// Emoji, marks, scripts with shaping: unpredictable.
    Unsure,
}

/// Ink ready to be sent.
pub(super) struct Glyph<'c> {
    pub text: Cow<'c, str>,
    /// Columns the screen's buffer gave it.
    pub width: u16,
    /// Columns that a terminal may fill with it, one that gives each character its own.
    pub reach: u16,
    /// Every terminal gives it as many columns as we do.
    exact: bool,
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
                return Glyph::exact(Cow::Borrowed(symbol), symbol.cell_width(), trust);
            }
            // Letters of other scripts have one column everywhere, where they are alone; but some terminals order them.
            (Some(c), None) if c.is_alphabetic() && symbol.cell_width() == 1 => {
                return Glyph::exact(Cow::Borrowed(symbol), 1, Trust::Unsure);
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
        let reach = text.chars().map(widest).sum::<u16>().max(width);
        Glyph { text: Cow::Owned(text), width, reach, exact: false, trust: Trust::Unsure }
    }

    fn exact(text: Cow<'c, str>, width: u16, trust: Trust) -> Self {
        Glyph { text, width, reach: width, exact: true, trust }
    }

    /// Whether every terminal gives it as many columns as we do.
    pub fn is_exact(&self) -> bool {
        self.exact
    }

    /// The glyph in ASCII, in as many columns as it has: cut or filled with blanks.
    pub fn ascii(self) -> Self {
        if self.text.is_ascii() {
            return self;
        }
        let width = usize::from(self.width);
        let folded = ascii(&self.text);
        let text = format!("{:<width$}", folded.get(..width.min(folded.len())).unwrap_or_default());
        Glyph::exact(Cow::Owned(text), self.width, Trust::Sure)
    }

    /// This many blanks.
    pub fn blank(width: u16) -> Self {
        let text = if width == 1 { Cow::Borrowed(" ") } else { Cow::Owned(" ".repeat(usize::from(width))) };
        Glyph::exact(text, width, Trust::Sure)
    }

    /// True when nothing but blanks is printed.
    pub fn is_blank(&self) -> bool {
        self.text.bytes().all(|b| b == b' ')
    }
}

/// The most columns that a terminal gives a character by itself.
fn widest(c: char) -> u16 {
    match c {
        // Halves of flags, and the letters that Hangul syllables are made of.
        '\u{1f1e6}'..='\u{1f1ff}'
        | '\u{1100}'..='\u{11ff}'
        | '\u{a960}'..='\u{a97f}'
        | '\u{d7b0}'..='\u{d7ff}' => 2,
        // A sign that an emoji style may widen.
        '\u{2190}'..='\u{2bff}' => 2,
        c => u16::try_from(room(c)).unwrap_or(1).max(1),
    }
}
