//! What follows the text of a message: the signature and the quoted history. Each is one line under the text, until it is
//! put into the text or left out. What is shown is exactly what is sent.

use super::Composer;
use crate::{desk::answering, tui::text::Text};

/// Where a part is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Place {
    /// Under the text, folded.
    #[default]
    Folded,
    /// In the text, where it can be edited.
    InText,
    /// Left out.
    LeftOut,
}

/// The signature, or the quoted history.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FoldedPart {
    /// Its text; empty where there is none.
    pub text: String,
    /// Where it is.
    pub place: Place,
}

impl FoldedPart {
    fn of(text: &str) -> FoldedPart {
        FoldedPart { text: text.to_owned(), place: Place::Folded }
    }

    /// Its text where it is in that place.
    fn when(&self, place: Place) -> String {
        if self.place == place { self.text.clone() } else { String::new() }
    }

    /// Whether it is folded under the text.
    #[must_use]
    pub fn is_folded(&self) -> bool {
        self.place == Place::Folded && !self.text.is_empty()
    }

    /// How many lines it has.
    #[must_use]
    pub fn lines(&self) -> usize {
        self.text.lines().count()
    }
}

/// What follows the text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Below {
    /// The signature.
    pub signature: FoldedPart,
    /// The quoted message, or the thread that is sent on.
    pub history: FoldedPart,
}

impl Below {
    /// As it usually is.
    #[must_use]
    pub fn usual(of: &answering::Below) -> Below {
        Below { signature: FoldedPart::of(&of.signature), history: FoldedPart::of(&of.history) }
    }

    /// As a draft has it: as usual, without one or both of its parts, or another text.
    #[must_use]
    pub fn restored(usual: &answering::Below, text: &str) -> Below {
        let mut below = Below::usual(usual);
        for (signature, history) in [
            (Place::Folded, Place::Folded),
            (Place::LeftOut, Place::Folded),
            (Place::Folded, Place::LeftOut),
            (Place::LeftOut, Place::LeftOut),
        ] {
            (below.signature.place, below.history.place) = (signature, history);
            if below.text() == text {
                return below;
            }
        }
        // It was written by other means: it stays one piece.
        let piece = text.strip_prefix("\n\n").unwrap_or(text);
        Below { signature: FoldedPart::default(), history: FoldedPart::of(piece) }
    }

    fn of(&self, place: Place) -> String {
        answering::Below { signature: self.signature.when(place), history: self.history.when(place) }.text()
    }

    /// As sent after the text.
    #[must_use]
    pub fn text(&self) -> String {
        self.of(Place::Folded)
    }

    fn all(&mut self) -> [&mut FoldedPart; 2] {
        [&mut self.signature, &mut self.history]
    }
}

impl Composer {
    /// The whole message, exactly as sent.
    #[must_use]
    pub fn whole_text(&self) -> String {
        format!("{}{}", self.body.as_str().trim_end(), self.below.text())
    }

    /// Puts what is folded under the text into it, to be read and edited; or folds it again, where it was not changed.
    ///
    /// # Errors
    /// Why there is nothing to show or to fold.
    pub fn turn_below(&mut self) -> Result<(), &'static str> {
        let folded = self.below.text();
        let at = self.body.head().len();
        if !folded.is_empty() {
            let whole = self.whole_text();
            self.set_body(&whole, at);
            for part in self.below.all().into_iter().filter(|p| p.is_folded()) {
                part.place = Place::InText;
            }
            return Ok(());
        }
        let shown = self.below.of(Place::InText);
        if shown.is_empty() {
            return Err("Nothing follows the text.");
        }
        let text = self.body.as_str().trim_end();
        // Lines that were added before it are a change, too: they would be cut off.
        let rest = text.strip_suffix(shown.trim_end()).filter(|rest| rest.trim_end().len() == rest.len());
        let Some(rest) = rest.map(str::to_owned) else {
            return Err("What follows the text was changed: it stays in the text.");
        };
        self.set_body(&rest, at.min(rest.len()));
        for part in self.below.all().into_iter().filter(|p| p.place == Place::InText) {
            part.place = Place::Folded;
        }
        Ok(())
    }

    fn set_body(&mut self, text: &str, at: usize) {
        self.body = Text::block(text);
        self.body.go_to(at);
    }

    /// Leaves a part out, or puts it back; gives whether it is sent now.
    ///
    /// # Errors
    /// Why that cannot be.
    pub fn turn_part(&mut self, part: impl Fn(&mut Below) -> &mut FoldedPart) -> Result<bool, &'static str> {
        let part = part(&mut self.below);
        part.place = match part.place {
            _ if part.text.is_empty() => return Err("There is none here."),
            Place::InText => return Err("It is in the text: edit it there."),
            Place::Folded => Place::LeftOut,
            Place::LeftOut => Place::Folded,
        };
        Ok(part.place == Place::Folded)
    }

    /// What follows the text, for a draft; `None` where that is as usual.
    #[must_use]
    pub fn unusual_below(&self) -> Option<String> {
        let text = self.below.text();
        (self.leaves() && self.basis.known && text != self.basis.below.text()).then_some(text)
    }
}
