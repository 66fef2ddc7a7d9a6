//! Calling the agent's attention: the title, the bell, a notification.

use super::safe::{Cut, Safe};

/// Columns of a title or notification; more than any tab shows.
const LONGEST: usize = 120;

/// Sets the window's title (OSC 2). Taken back by [`super::modes::leave`].
pub fn title(text: &Safe<'_>) -> Vec<u8> {
    format!("\x1b]2;{}\x1b\\", one_line(text)).into_bytes()
}

/// Rings the bell.
pub fn bell() -> &'static [u8] {
    b"\x07"
}

/// Shows a notification (OSC 9); terminals that know none ignore it.
pub fn notify(text: &Safe<'_>) -> Vec<u8> {
    format!("\x1b]9;{}\x1b\\", one_line(text)).into_bytes()
}

/// A newline would end the string in some terminals, and digits and `;` at its start mean something else in OSC 9.
fn one_line(text: &Safe<'_>) -> String {
    let line = Safe::line(text.as_str()).truncate_with(LONGEST, Cut::Ellipsis);
    let line = line.as_str();
    if line.starts_with(|c: char| c.is_ascii_digit()) { format!("\u{b7} {line}") } else { line.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::term::safe::corpus;

    #[derive(Default)]
    struct Heard {
        titles: Vec<String>,
        other: usize,
    }

    impl vt100::Callbacks for Heard {
        fn set_window_title(&mut self, _: &mut vt100::Screen, title: &[u8]) {
            self.titles.push(String::from_utf8_lossy(title).into_owned());
        }
        fn audible_bell(&mut self, _: &mut vt100::Screen) {
            self.other += 1;
        }
        fn copy_to_clipboard(&mut self, _: &mut vt100::Screen, _: &[u8], _: &[u8]) {
            self.other += 1;
        }
        fn paste_from_clipboard(&mut self, _: &mut vt100::Screen, _: &[u8]) {
            self.other += 1;
        }
    }

    #[test]
    fn a_hostile_title_sets_the_title_and_nothing_else() {
        for hostile in corpus() {
            let hostile = hostile.replace(';', ","); // vt100 knows titles without a `;` only
            let rows = 24.try_into().unwrap();
            let mut screen =
                vt100::Parser::new_with_callbacks(rows, 80.try_into().unwrap(), 0, Heard::default());
            screen.process(&title(&Safe::block(hostile.as_str())));
            assert_eq!((screen.callbacks().titles.len(), screen.callbacks().other), (1, 0), "{hostile:?}");
            assert_eq!(screen.screen().contents(), "", "{hostile:?}");
        }
    }
}
