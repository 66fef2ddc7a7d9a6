//! Themes: styles by meaning, from TOML. Colours are the terminal's own sixteen, so that light and dark both work.

use std::str::FromStr;

use ratatui::style::{Color, Modifier, Style};
use serde::Deserialize;

/// A theme that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ThemeError {
    /// The file is no TOML, or has fields of another shape.
    #[error("the theme cannot be read: {0}")]
    Unreadable(String),
    /// A name that is none of the sixteen colours.
    #[error("“{0}” is not a colour: write one of the sixteen (`red`, `bright-blue`, …), or `default`")]
    Colour(String),
    /// A word that is no attribute.
    #[error("“{0}” is not an attribute: write bold, dim, italic, underline or reverse")]
    Attribute(String),
}

macro_rules! theme {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {
        /// Styles by what they mean.
        #[derive(Debug, Clone, PartialEq, Eq, Default)]
        pub struct Theme { $($(#[$doc])* pub $name: Style),+ }

        #[derive(Deserialize, Default)]
        #[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
        struct Written { $($name: Entry),+ }

        impl Theme {
            /// The theme of a TOML text. What it does not name looks like plain text.
            ///
            /// # Errors
            /// Where it names what does not exist.
            pub fn parse(text: &str) -> Result<Theme, ThemeError> {
                let w: Written = toml::from_str(text).map_err(|e| ThemeError::Unreadable(e.message().to_owned()))?;
                Ok(Theme { $($name: w.$name.style()?),+ })
            }
        }
    };
}

theme! {
    /// What is read.
    text,
    /// What is secondary.
    dim,
    /// What is new to me.
    new,
    /// Headings, and the names of people in a thread.
    head,
    /// The accent: the workspace shown, keys of the hint bar.
    accent,
    /// Borders of panes without the focus.
    border,
    /// The border of the focused pane.
    focus,
    /// The bar before the selected row.
    bar,
    /// The selected row of the focused pane, laid over its own styles.
    selected,
    /// The selected row of other panes.
    rest,
    /// Overdue or failed.
    bad,
    /// Due soon or held.
    soon,
    /// Met or done.
    good,
    /// What customers read.
    public,
    /// What the team alone reads.
    internal,
    /// Letters that were searched for.
    found,
    /// Marked rows.
    marked,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct Entry {
    fg: String,
    bg: String,
    add: Vec<String>,
}

impl Entry {
    fn style(&self) -> Result<Style, ThemeError> {
        let mut style = Style::new();
        if !self.fg.is_empty() {
            style = style.fg(colour(&self.fg)?);
        }
        if !self.bg.is_empty() {
            style = style.bg(colour(&self.bg)?);
        }
        for word in &self.add {
            style = style.add_modifier(match word.as_str() {
                "bold" => Modifier::BOLD,
                "dim" => Modifier::DIM,
                "italic" => Modifier::ITALIC,
                "underline" => Modifier::UNDERLINED,
                "reverse" => Modifier::REVERSED,
                _ => return Err(ThemeError::Attribute(word.clone())),
            });
        }
        Ok(style)
    }
}

/// One of the sixteen, or the terminal's own.
fn colour(name: &str) -> Result<Color, ThemeError> {
    if name == "default" {
        return Ok(Color::Reset);
    }
    match Color::from_str(name) {
        Ok(Color::Rgb(..) | Color::Indexed(_)) | Err(_) => Err(ThemeError::Colour(name.to_owned())),
        Ok(colour) => Ok(colour),
    }
}

/// The shipped themes: names and texts, the default first.
const SHIPPED: &[(&str, &str)] = &[
    ("default", include_str!("../../../themes/default.toml")),
    ("mono", include_str!("../../../themes/mono.toml")),
];

/// The text of a shipped theme; `None` for a name that is none.
#[must_use]
pub fn shipped(name: &str) -> Option<&'static str> {
    SHIPPED.iter().find(|(n, _)| *n == name).map(|(_, text)| *text)
}

impl Theme {
    /// A shipped theme.
    #[must_use]
    pub fn named(name: &str) -> Option<Theme> {
        Theme::parse(shipped(name)?).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_themes_can_be_read_and_mono_has_no_colour() {
        for (name, text) in SHIPPED {
            Theme::parse(text).unwrap_or_else(|e| panic!("{name}: {e}"));
        }
        let mono = Theme::named("mono").unwrap();
        for style in [mono.text, mono.dim, mono.bad, mono.soon, mono.focus, mono.selected, mono.public] {
            assert_eq!((style.fg, style.bg), (None, None));
        }
    }

    #[test]
    fn what_is_wrong_is_named() {
        assert_eq!(Theme::parse("bad = {fg = \"crimson\"}"), Err(ThemeError::Colour("crimson".into())));
        assert_eq!(Theme::parse("bad = {fg = \"#ff0000\"}"), Err(ThemeError::Colour("#ff0000".into())));
        assert_eq!(Theme::parse("bad = {add = [\"blink\"]}"), Err(ThemeError::Attribute("blink".into())));
        assert!(matches!(Theme::parse("worse = {}"), Err(ThemeError::Unreadable(_))));
    }
}
