//! What a piece of text means: the names under which the theme keeps its styles.

use ratatui::style::Style;

use super::Appearance;

macro_rules! inks {
    ($($ink:ident $field:ident),+ $(,)?) => {
        /// The meaning of a piece of text.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
        #[allow(missing_docs, reason = "documented at the fields of the theme")]
        pub enum Ink {
            #[default]
            $($ink,)+
        }

        impl Appearance {
            /// The style of a meaning.
            #[must_use]
            pub fn style(&self, ink: Ink) -> Style {
                match ink { $(Ink::$ink => self.theme.$field),+ }
            }
        }
    };
}

inks! {
    Text text,
    Dim dim,
    New new,
    Head head,
    Accent accent,
    Border border,
    Focus focus,
    Bad bad,
    Soon soon,
    Good good,
    Public public,
    Internal internal,
    Found found,
    Marked marked,
}
