//! How things look: colours and signs, decided once a session.
//!
//! - `ink`: [`Ink`], what a piece of text means.
//! - `theme`: [`Theme`], the styles by meaning, read from TOML.
//! - `signs`: [`Signs`], the glyphs, in Unicode and in ASCII, and as words.

mod ink;
mod signs;
mod theme;

pub use ink::Ink;
pub use signs::{ASCII, Signs, UNICODE, WORDS};
pub use theme::{Theme, ThemeError, shipped};

use crate::term::safe::{Cut, Safe};

/// The look of a session.
#[derive(Debug, Clone, PartialEq)]
pub struct Appearance {
    /// Styles by meaning.
    pub theme: Theme,
    /// The signs.
    pub signs: &'static Signs,
}

impl Appearance {
    /// The shipped look: in colour or without, with Unicode signs or ASCII ones.
    #[must_use]
    pub fn shipped(colour: bool, unicode: bool) -> Appearance {
        let theme = Theme::named(if colour { "default" } else { "mono" }).unwrap_or_default();
        Appearance { theme, signs: if unicode { &UNICODE } else { &ASCII } }
    }

    /// The look of a screen that is said line by line: signs are words.
    #[must_use]
    pub fn words() -> Appearance {
        Appearance { theme: Theme::named("mono").unwrap_or_default(), signs: &WORDS }
    }

    /// What an empty field says of itself: in brackets where no style sets it off from what is typed.
    #[must_use]
    pub fn hint(&self, text: &str) -> Safe<'static> {
        let plain = text.is_empty() || self.theme.dim != self.theme.text;
        Safe::line(if plain { text.to_owned() } else { format!("({text})") })
    }

    /// What shows that a text was cut.
    #[must_use]
    pub fn cut(&self) -> Cut {
        self.signs.cut
    }
}

impl Default for Appearance {
    fn default() -> Self {
        Appearance::shipped(true, true)
    }
}
