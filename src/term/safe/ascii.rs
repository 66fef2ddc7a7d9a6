//! Text for places where only ASCII may go: terminals and pipes of a locale that is not UTF-8.

use std::borrow::Cow;

use super::clean::{Kind, kind};

/// The text in ASCII: letters without their marks, other scripts as they sound, `?` for what has no such form. Where it is
/// ASCII already it is not copied.
///
/// In such a locale a terminal takes bytes of UTF-8 for its own characters, 0x80 to 0x9F for control characters.
///
/// ```
/// use frontdesk::term::safe::ascii;
/// assert_eq!(ascii("Zoë Weiß 山…"), "Zoe Weiss Shan...");
/// assert_eq!(ascii("\u{9b}31m"), "?31m");
/// ```
pub fn ascii(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        let plain = any_ascii::any_ascii_char(c);
        match kind(c) {
            _ if c.is_ascii() => out.push(c),
            Kind::Control => out.push('?'),
            Kind::Mark | Kind::Joiner | Kind::EmojiStyle | Kind::Invisible => {}
            _ if plain.is_empty() => out.push('?'),
            _ => out.extend(plain.chars().filter(|c| c.is_ascii() && !c.is_ascii_control())),
        }
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{super::corpus, *};

    #[test]
    fn hostile_text_becomes_ascii() {
        for text in corpus() {
            assert!(ascii(&text).is_ascii(), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn any_text_becomes_ascii_without_new_control_characters(text in any::<String>()) {
            let folded = ascii(&text);
            prop_assert!(folded.is_ascii());
            let controls = |t: &str| t.chars().filter(char::is_ascii_control).count();
            prop_assert_eq!(controls(&folded), controls(&text));
        }
    }
}
