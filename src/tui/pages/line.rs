//! A row of a page.

use crate::{term::safe::Safe, tui::look::Ink};

/// A row: parts from the left, one at the right, and the item that it belongs to.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Line {
    /// From the left.
    pub parts: Vec<(Ink, Safe<'static>)>,
    /// At the right edge.
    pub right: Vec<(Ink, Safe<'static>)>,
    /// The message or event that it belongs to, by its place.
    pub item: Option<usize>,
    /// Whether it is the first of its item: the cursor's bar stands here.
    pub head: bool,
    /// A rule over the whole width, with the parts in its middle.
    pub rule: bool,
}

impl Line {
    /// A row of one part.
    #[must_use]
    pub fn of(ink: Ink, text: Safe<'_>) -> Line {
        Line { parts: vec![(ink, text.into_owned())], ..Line::default() }
    }

    /// With another part.
    #[must_use]
    pub fn and(mut self, ink: Ink, text: Safe<'_>) -> Line {
        self.parts.push((ink, text.into_owned()));
        self
    }

    /// With another part where there is something to say, and a gap before it.
    #[must_use]
    pub fn and_some(self, gap: &'static str, ink: Ink, text: Safe<'_>) -> Line {
        if text.is_empty() { self } else { self.and(Ink::Dim, Safe::fixed(gap)).and(ink, text) }
    }

    /// With a part at the right.
    #[must_use]
    pub fn right(mut self, ink: Ink, text: Safe<'_>) -> Line {
        self.right.push((ink, text.into_owned()));
        self
    }

    /// Of an item.
    #[must_use]
    pub fn of_item(self, item: usize) -> Line {
        Line { item: Some(item), ..self }
    }

    /// Its text, for copying and for tests.
    #[must_use]
    pub fn text(&self) -> String {
        self.parts.iter().map(|(_, t)| t.as_str()).collect()
    }
}
