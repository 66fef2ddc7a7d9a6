//! Safe text: the only text a view may show.
//!
//! The store keeps what a customer sent, byte for byte; here it becomes harmless. Control characters turn
//! into pictures, direction overrides into names, invisible characters vanish, piles of combining marks
//! are cut. `clean` does the work, `fit` measures, cuts and wraps, `addr` flags look-alike domains,
//! `corpus` contains the hostile strings every view is tested with.

mod addr;
mod ascii;
pub(crate) mod clean;
#[doc(hidden)]
pub mod corpus;
mod fit;
#[cfg(test)]
mod tests;

use std::{borrow::Cow, fmt};

use ratatui::text::{Line, Span};

use crate::model::limits;
pub use ascii::ascii;
use clean::Newlines;
pub use corpus::corpus;
pub use fit::{Cut, width_of};

/// Text that a terminal can only print: no control, no direction override, nothing invisible that matters.
///
/// Only [`Safe::line`], [`Safe::block`], [`Safe::addr`], [`Safe::fixed`] and what is derived from them
/// make one.
///
/// ```
/// use frontdesk::term::safe::Safe;
/// assert_eq!(Safe::line("a\x1b[31mb\nc").as_str(), "a␛[31mb⏎c");
/// assert_eq!(Safe::line("Grace Hopper").truncate(8).as_str(), "Grace H…");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Safe<'a>(Cow<'a, str>);

impl<'a> Safe<'a> {
    /// One line: newlines show as `⏎`, tabs as a space; cut with `…` at [`limits::SHOWN_LINE_BYTES`]. Borrows when nothing
    /// had to change.
    pub fn line(text: impl Into<Cow<'a, str>>) -> Self {
        Safe(shown(clean::clean(shown(text.into()), Newlines::Show)))
    }

    /// Several lines: as [`Safe::line`], but newlines stay (`\r\n`, U+2028 and U+2029 become `\n`).
    pub fn block(text: impl Into<Cow<'a, str>>) -> Self {
        Safe(clean::clean(text.into(), Newlines::Keep))
    }

    /// An address: as [`Safe::line`], and a domain that mixes scripts, or imitates a Latin one in another
    /// script, is marked `⟦mixed script⟧` behind it.
    pub fn addr(text: impl Into<Cow<'a, str>>) -> Self {
        Safe(addr::flag(clean::clean(shown(text.into()), Newlines::Show)))
    }

    /// Text written in the program itself, taken unchanged.
    pub const fn fixed(text: &'static str) -> Safe<'static> {
        Safe(Cow::Borrowed(text))
    }

    /// Parts in a row, as one text.
    pub fn concat<'b>(parts: impl IntoIterator<Item = Safe<'b>>) -> Safe<'static> {
        let mut joined = String::new();
        for part in parts {
            joined.push_str(&part.0);
        }
        // Two safe halves may meet in one cluster (a letter, then a pile of marks), so once more.
        Safe(Cow::Owned(clean::clean(Cow::Owned(joined), Newlines::Keep).into_owned()))
    }

    /// The text itself.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// True when there is nothing to show.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The same text, borrowed from this one.
    pub fn borrowed(&self) -> Safe<'_> {
        Safe(Cow::Borrowed(&self.0))
    }

    /// The same text, free of what it was borrowed from.
    pub fn into_owned(self) -> Safe<'static> {
        Safe(Cow::Owned(self.0.into_owned()))
    }

    /// Its lines, without their newlines.
    pub fn lines(&self) -> impl Iterator<Item = Safe<'_>> {
        self.0.split('\n').map(|line| Safe(Cow::Borrowed(line)))
    }
}

/// As much of a line as is ever shown: a frame must not walk a subject of 45 MB.
fn shown(text: Cow<'_, str>) -> Cow<'_, str> {
    let mark = Cut::Ellipsis.mark();
    if text.len() <= limits::SHOWN_LINE_BYTES {
        return text;
    }
    let head = limits::head(&text, limits::SHOWN_LINE_BYTES - mark.len());
    Cow::Owned(format!("{head}{mark}"))
}

impl fmt::Display for Safe<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl AsRef<str> for Safe<'_> {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl<'a> From<Safe<'a>> for Cow<'a, str> {
    fn from(safe: Safe<'a>) -> Self {
        safe.0
    }
}

impl From<Safe<'_>> for String {
    fn from(safe: Safe<'_>) -> Self {
        safe.0.into_owned()
    }
}

// `Span` takes whatever turns into a `Cow<str>`, so a `Safe` too.

impl<'a> From<Safe<'a>> for Line<'a> {
    fn from(safe: Safe<'a>) -> Self {
        Line::from(Span::raw(safe.0))
    }
}
