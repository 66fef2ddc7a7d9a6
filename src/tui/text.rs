//! Text being typed: one line or several, with the keys of readline. The one editor of prompts, pickers, forms
//! and the composer.

use unicode_segmentation::{GraphemeCursor, UnicodeSegmentation};

use super::keymap::{Code, Key};
use crate::{
    model::steps,
    term::safe::{Safe, width_of},
};

/// The longest text: a longer paste is cut, with a message.
pub use crate::model::limits::TEXT_BYTES as MOST;

/// Text with a cursor.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Text {
    text: String,
    /// A byte offset, always between clusters.
    at: usize,
    /// What ctrl-k, ctrl-u and ctrl-w took last, for ctrl-y.
    killed: String,
    lines: bool,
}

/// A row of text as shown: wrapped, safe, and where it begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// The row.
    pub text: Safe<'static>,
    /// The cursor's place in it, in columns.
    pub cursor: Option<usize>,
}

impl Text {
    /// One line, with the cursor at its end.
    #[must_use]
    pub fn line(text: &str) -> Text {
        let mut t = Text::default();
        t.set(text);
        t
    }

    /// Several lines, with the cursor at the beginning.
    #[must_use]
    pub fn block(text: &str) -> Text {
        let mut t = Text { lines: true, ..Text::default() };
        t.set(text);
        t.at = 0;
        t
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether it is empty.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// Another text, with the cursor at its end.
    pub fn set(&mut self, text: &str) {
        self.text.clear();
        self.at = 0;
        self.insert(text);
    }

    /// Puts the cursor at the end.
    pub fn to_end(&mut self) {
        self.at = self.text.len();
    }

    /// Puts the cursor at a byte offset, or at the end of the cluster that it is within.
    pub fn go_to(&mut self, at: usize) {
        self.at = self.snap(floor(&self.text, at));
    }

    /// Types text at the cursor. In one line newlines become spaces. Gives how many bytes found no room.
    pub fn insert(&mut self, text: &str) -> usize {
        steps::count(text.len());
        let clean = text.replace("\r\n", "\n").replace('\r', "\n");
        let clean = if self.lines { clean } else { clean.trim_end_matches('\n').replace('\n', " ") };
        let room = MOST.saturating_sub(self.text.len());
        let fits = clean.get(..floor(&clean, room)).unwrap_or_default();
        self.text.insert_str(self.at, fits);
        self.at += fits.len();
        // A mark joins the letter before it: the cursor must not stand inside the new cluster.
        self.at = self.snap(self.at);
        clean.len() - fits.len()
    }

    /// Puts text behind all that is there; the cursor stays.
    pub fn append(&mut self, text: &str) {
        let at = self.at;
        self.at = self.text.len();
        self.insert(text);
        self.at = at;
    }

    /// Takes a key that types or edits; whether it was one.
    pub fn key(&mut self, key: Key) -> bool {
        if let Some(c) = key.text() {
            self.insert(c.encode_utf8(&mut [0; 4]));
            return true;
        }
        let plain = |code| key == Key::plain(code);
        let ctrl = |c| key == Key::new(Code::Char(c), true, false, false);
        let alt = |c| key == Key::new(Code::Char(c), false, true, false);
        let held = |code, ctrl, alt| key == Key::new(code, ctrl, alt, false);
        // A newline as Unix writes it, which terminals without marked pastes send, is ctrl-j.
        if (plain(Code::Enter) || ctrl('j')) && self.lines {
            self.insert("\n");
        } else if plain(Code::Left) || ctrl('b') {
            self.at = self.before(self.at);
        } else if plain(Code::Right) || ctrl('f') {
            self.at = self.after(self.at);
        } else if (plain(Code::Up) || ctrl('p')) && self.lines {
            self.vertical(-1);
        } else if (plain(Code::Down) || ctrl('n')) && self.lines {
            self.vertical(1);
        } else if plain(Code::Home) || ctrl('a') {
            self.at = self.line_start();
        } else if plain(Code::End) || ctrl('e') {
            self.at = self.line_end();
        } else if alt('b') || held(Code::Left, true, false) || held(Code::Left, false, true) {
            self.at = self.word_before();
        } else if alt('f') || held(Code::Right, true, false) || held(Code::Right, false, true) {
            self.at = self.word_after();
        } else if plain(Code::Backspace) || ctrl('h') {
            self.cut(self.before(self.at), self.at);
        } else if plain(Code::Delete) || ctrl('d') {
            self.cut(self.at, self.after(self.at));
        } else if ctrl('w') {
            self.kill(self.blank_before(), self.at);
        } else if held(Code::Backspace, false, true) {
            self.kill(self.word_before(), self.at);
        } else if alt('d') {
            self.kill(self.at, self.word_after());
        } else if ctrl('u') {
            self.kill(self.line_start(), self.at);
        } else if ctrl('k') {
            // At the end of a line the newline goes.
            let end = self.line_end();
            self.kill(self.at, if end == self.at { self.after(end) } else { end });
        } else if ctrl('y') {
            let killed = self.killed.clone();
            self.insert(&killed);
        } else if ctrl('t') {
            self.swap();
        } else {
            return false;
        }
        true
    }

    /// What stands before the cursor.
    #[must_use]
    pub fn head(&self) -> &str {
        self.text.get(..self.at).unwrap_or_default()
    }

    fn tail(&self) -> &str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn snap(&self, at: usize) -> usize {
        // Only the clusters around it are looked at, however long the text is.
        let mut cursor = GraphemeCursor::new(at, self.text.len(), true);
        match cursor.is_boundary(&self.text, 0) {
            Ok(true) => at,
            _ => cursor.next_boundary(&self.text, 0).ok().flatten().unwrap_or(self.text.len()),
        }
    }

    fn before(&self, at: usize) -> usize {
        let head = self.text.get(..at).unwrap_or_default();
        head.grapheme_indices(true).next_back().map_or(0, |(i, _)| i)
    }

    fn after(&self, at: usize) -> usize {
        let tail = self.text.get(at..).unwrap_or_default();
        tail.graphemes(true).next().map_or(at, |g| at + g.len())
    }

    fn line_start(&self) -> usize {
        self.head().rfind('\n').map_or(0, |i| i + 1)
    }

    fn line_end(&self) -> usize {
        self.tail().find('\n').map_or(self.text.len(), |i| self.at + i)
    }

    fn word_before(&self) -> usize {
        let words = |c: char| c.is_alphanumeric();
        let head = self.head().trim_end_matches(|c| !words(c));
        head.trim_end_matches(words).len()
    }

    fn blank_before(&self) -> usize {
        let head = self.head().trim_end_matches(char::is_whitespace);
        head.trim_end_matches(|c: char| !c.is_whitespace()).len()
    }

    fn word_after(&self) -> usize {
        let words = |c: char| c.is_alphanumeric();
        let tail = self.tail().trim_start_matches(|c| !words(c)).trim_start_matches(words);
        self.text.len() - tail.len()
    }

    fn vertical(&mut self, by: i32) {
        let start = self.line_start();
        let column = width_of(self.text.get(start..self.at).unwrap_or_default());
        let to = if by < 0 {
            if start == 0 {
                return;
            }
            self.text.get(..start - 1).and_then(|t| t.rfind('\n')).map_or(0, |i| i + 1)
        } else {
            let end = self.line_end();
            if end == self.text.len() {
                return;
            }
            end + 1
        };
        let line = self.text.get(to..).unwrap_or_default().split('\n').next().unwrap_or_default();
        let mut used = 0;
        self.at = to
            + line
                .grapheme_indices(true)
                .find(|(_, g)| {
                    used += width_of(g);
                    used > column
                })
                .map_or(line.len(), |(i, _)| i);
    }

    fn cut(&mut self, from: usize, to: usize) -> String {
        if from >= to || self.text.get(from..to).is_none() {
            return String::new();
        }
        let gone = self.text.drain(from..to).collect();
        self.at = self.snap(from);
        gone
    }

    fn kill(&mut self, from: usize, to: usize) {
        let gone = self.cut(from, to);
        if !gone.is_empty() {
            self.killed = gone;
        }
    }

    fn swap(&mut self) {
        let end = if self.at == self.line_end() { self.at } else { self.after(self.at) };
        let middle = self.before(end);
        let start = self.before(middle);
        if start < middle && start >= self.line_start() {
            let last = self.cut(middle, end);
            self.at = start;
            self.insert(&last);
            self.at = end;
        }
    }

    /// Its rows in `width` columns, wrapped, and which of them the cursor is in.
    #[must_use]
    pub fn rows(&self, width: usize) -> (Vec<Shown>, usize) {
        let mut rows: Vec<Shown> = Vec::new();
        let mut found = 0;
        let mut from = 0;
        for line in self.text.split('\n') {
            let here = self.at.checked_sub(from).filter(|at| *at <= line.len());
            self.wrap_line(line, here, width.max(1), &mut rows, &mut found);
            from += line.len() + 1;
        }
        (rows, found)
    }

    /// Typed text wraps at words but keeps every blank: the cursor stands on each.
    fn wrap_line(
        &self,
        line: &str,
        cursor: Option<usize>,
        width: usize,
        rows: &mut Vec<Shown>,
        found: &mut usize,
    ) {
        let mut rest = line;
        let mut from = 0;
        loop {
            let (row, next) = split_row(rest, width);
            let last = next.is_empty();
            let cursor = cursor
                .and_then(|at| at.checked_sub(from))
                .filter(|at| *at < row.len() || last && *at <= row.len())
                .map(|at| Safe::line(row.get(..at).unwrap_or_default()).width());
            if cursor.is_some() {
                *found = rows.len();
            }
            rows.push(Shown { text: Safe::line(row.to_owned()), cursor });
            from += row.len();
            rest = next;
            if last {
                return;
            }
        }
    }
}

/// The part of a line that fits into `width` columns, broken behind a blank where there is one, and the rest.
fn split_row(line: &str, width: usize) -> (&str, &str) {
    let (mut used, mut blank) = (0, 0);
    for (i, g) in line.grapheme_indices(true) {
        used += width_of(g);
        if used > width && i > 0 {
            return line.split_at_checked(if blank > 0 { blank } else { i }).unwrap_or((line, ""));
        }
        if g == " " {
            blank = i + 1;
        }
    }
    (line, "")
}

fn floor(text: &str, most: usize) -> usize {
    if text.len() <= most {
        return text.len();
    }
    (0..=most).rev().find(|i| text.is_char_boundary(*i)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(t: &mut Text, keys: &str) {
        for k in keys.split(' ').filter(|k| !k.is_empty()) {
            assert!(t.key(k.parse().unwrap()), "{k} is an editing key");
        }
    }

    #[test]
    fn readline_keys_edit_a_line() {
        let mut t = Text::line("hello brave world");
        typed(&mut t, "ctrl-w");
        assert_eq!(t.as_str(), "hello brave ");
        typed(&mut t, "ctrl-a alt-f ctrl-k");
        assert_eq!(t.as_str(), "hello");
        typed(&mut t, "ctrl-y Backspace alt-b ctrl-u");
        assert_eq!(t.as_str(), "brave");
        typed(&mut t, "ctrl-e Space x ctrl-t");
        assert_eq!(t.as_str(), "bravex ");
    }

    #[test]
    fn clusters_are_one_step() {
        let mut t = Text::line("a👩‍👧e\u{301}");
        typed(&mut t, "Backspace");
        assert_eq!(t.as_str(), "a👩‍👧");
        typed(&mut t, "Left Left Delete");
        assert_eq!(t.as_str(), "👩‍👧");
    }

    #[test]
    fn one_line_stays_one_line() {
        let mut t = Text::line("");
        t.insert("a\r\nb\n");
        assert_eq!(t.as_str(), "a b");
        assert!(!t.key(Key::plain(Code::Enter)));
        assert!(!t.key(Key::plain(Code::Up)));
    }

    #[test]
    fn the_cursor_goes_up_and_down_by_columns() {
        let mut t = Text::block("漢字 one\nab\nlonger line");
        typed(&mut t, "End Down Down");
        assert_eq!(t.head(), "漢字 one\nab\nlo");
        typed(&mut t, "Up Up");
        assert_eq!(t.head(), "漢");
    }

    #[test]
    fn rows_wrap_at_words_and_show_the_cursor() {
        let mut t = Text::block("one two three\n");
        t.to_end();
        let (rows, at) = t.rows(8);
        let texts: Vec<_> = rows.iter().map(|r| r.text.as_str()).collect();
        assert_eq!(texts, ["one two ", "three", ""]);
        assert_eq!((at, rows[2].cursor), (2, Some(0)));
    }

    #[test]
    fn a_paste_beyond_the_limit_is_cut_at_a_character() {
        let mut t = Text::block("");
        let lost = t.insert(&"é".repeat(MOST / 2 + 3));
        assert_eq!((lost, t.as_str().len()), (6, MOST));
    }

    proptest::proptest! {
        #[test]
        fn no_keys_break_it(text in "\\PC{0,20}", keys in proptest::collection::vec(0usize..24, 0..60)) {
            const KEYS: [&str; 24] = ["a", "é", "漢", "Enter", "Left", "Right", "Up", "Down", "Home", "End", "Backspace",
                "Delete", "ctrl-w", "ctrl-u", "ctrl-k", "ctrl-y", "ctrl-t", "alt-b", "alt-f", "alt-d", "ctrl-Left",
                "ctrl-Right", "alt-Backspace", "\u{301}"];
            let mut t = Text::block(&text);
            for k in keys {
                t.key(KEYS[k].parse().unwrap());
                assert!(t.text.is_char_boundary(t.at));
                let (rows, at) = t.rows(7);
                assert!(rows[at].cursor.is_some());
            }
        }
    }
}
