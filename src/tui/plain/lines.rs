//! Whole lines as keys and text, where single keys cannot be read: from a pipe, in a shell of Emacs.
//!
//! Where letters are commands a line is keys: words with blanks between them, each the name of a key (`Esc`, `ctrl-s`) or
//! letters one after another (`gt`); an empty line is Enter. Where one types a line is text: it replaces what is in
//! a field and goes on to the next; in a list of choices it narrows them down, and an empty line takes the first;
//! in a text of several lines it is one of them, and a line with a single dot ends it. Behind a backslash are keys, or the
//! number of a choice. What follows a key that begins to type is typed: `/ is:open`, `f grace`.

use std::collections::VecDeque;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use crate::tui::{
    event::TuiEventKind,
    keymap::Key,
    model::{ComposerField, Input, Layer, Model},
};

/// Lines on their way to a model.
#[derive(Debug, Default)]
pub struct Lines {
    bytes: Vec<u8>,
    waiting: VecDeque<String>,
    /// What is left of the line that was begun.
    rest: Option<String>,
    /// What follows from it before the rest is looked at.
    ready: VecDeque<TuiEventKind>,
    ended: bool,
}

/// What a line is typed into.
enum Into {
    /// Letters are commands.
    Commands,
    /// A single line.
    Line,
    /// One of some words.
    Word,
    /// A list of choices.
    Choices,
    /// A text of several lines, and the key that ends it.
    Text(KeyCode),
}

impl Lines {
    /// Takes bytes that were read.
    pub fn feed(&mut self, bytes: &[u8]) {
        self.bytes.extend(bytes);
        while let Some(end) = self.bytes.iter().position(|b| *b == b'\n') {
            let line: Vec<u8> = self.bytes.drain(..=end).collect();
            let line = String::from_utf8_lossy(&line);
            self.waiting.push_back(line.trim_end_matches(['\n', '\r']).to_owned());
        }
    }

    /// Nothing more will come: what was begun is a line.
    pub fn end(&mut self) {
        if !self.bytes.is_empty() {
            self.feed(b"\n");
        }
        self.ended = true;
    }

    /// Whether nothing is left and nothing will come.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.ended && self.waiting.is_empty() && !self.is_begun()
    }

    /// Whether a line was begun that has more to give.
    #[must_use]
    pub fn is_begun(&self) -> bool {
        self.rest.is_some() || !self.ready.is_empty()
    }

    /// Whether a line waits.
    #[must_use]
    pub fn is_waiting(&self) -> bool {
        !self.waiting.is_empty()
    }

    /// The next thing that happens; `None` where the line is done with. A new line is begun only where that is wanted.
    pub fn next(&mut self, m: &Model, begin: bool) -> Option<TuiEventKind> {
        if let Some(what) = self.ready.pop_front() {
            return Some(what);
        }
        match self.rest.take() {
            Some(rest) => self.go_on(m, &rest),
            None if !begin => None,
            None => {
                let line = self.waiting.pop_front()?;
                self.begin(m, &line)
            }
        }
    }

    fn begin(&mut self, m: &Model, line: &str) -> Option<TuiEventKind> {
        match into(m) {
            Into::Commands if line.trim().is_empty() => Some(press(KeyCode::Enter)),
            Into::Commands => self.go_on(m, line),
            into => self.typed(m, &into, line),
        }
    }

    /// The next key of a line; text where the keys before have begun to type.
    fn go_on(&mut self, m: &Model, rest: &str) -> Option<TuiEventKind> {
        let rest = rest.trim_start();
        if rest.is_empty() {
            return None;
        }
        match into(m) {
            Into::Commands => {}
            into => return self.typed(m, &into, rest),
        }
        let (word, after) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
        let mut chars = word.chars();
        let first = chars.next()?;
        let named = word.parse::<Key>().ok().filter(|_| !chars.as_str().is_empty());
        let (what, left) = match named.map(Key::event) {
            Some(key) => (TuiEventKind::Key(key), after.to_owned()),
            None => {
                (press(KeyCode::Char(first)), rest.get(first.len_utf8()..).unwrap_or_default().to_owned())
            }
        };
        self.rest = Some(left).filter(|l| !l.trim().is_empty());
        Some(what)
    }

    fn typed(&mut self, m: &Model, into: &Into, line: &str) -> Option<TuiEventKind> {
        let text = match line.strip_prefix('\\') {
            // A text that begins so.
            Some(text) if text.starts_with(['\\', '.']) => text,
            Some(keys) => {
                self.keys(m, keys);
                return self.ready.pop_front();
            }
            None => line,
        };
        let literal = text.len() < line.len();
        match into {
            Into::Commands => {}
            Into::Text(ends) if text == "." && !literal => self.ready.push_back(press(*ends)),
            Into::Text(_) => self.ready.push_back(TuiEventKind::Paste(format!("{text}\n"), 0)),
            Into::Line | Into::Choices | Into::Word if text.is_empty() => {
                self.ready.push_back(press(KeyCode::Enter))
            }
            Into::Word => {
                self.ready.extend(
                    text.trim().chars().map(|c| press(KeyCode::Char(if c == ' ' { '_' } else { c }))),
                );
                self.ready.push_back(press(KeyCode::Enter));
            }
            Into::Line | Into::Choices => {
                self.ready.push_back(press(KeyCode::End));
                self.ready
                    .push_back(TuiEventKind::Key(KeyEvent::new(KeyCode::Char('u'), KeyModifiers::CONTROL)));
                self.ready.push_back(TuiEventKind::Paste(text.to_owned(), 0));
                if matches!(into, Into::Line) {
                    self.ready.push_back(press(KeyCode::Enter));
                }
            }
        }
        self.ready.pop_front()
    }

    /// Keys by name where one types, or the number of a choice.
    fn keys(&mut self, m: &Model, keys: &str) {
        if let (Some(Layer::Picker(p)), Ok(n)) = (m.layers.last(), keys.trim().parse::<usize>()) {
            let to = n.saturating_sub(1);
            let key = if to < p.cursor { KeyCode::Up } else { KeyCode::Down };
            self.ready.extend((0..to.abs_diff(p.cursor).min(1_000)).map(|_| press(key)));
            return self.ready.push_back(press(KeyCode::Enter));
        }
        for word in keys.split_whitespace() {
            match word.parse::<Key>().ok().map(Key::event) {
                Some(key) => self.ready.push_back(TuiEventKind::Key(key)),
                None => self.ready.extend(word.chars().map(|c| press(KeyCode::Char(c)))),
            }
        }
    }
}

/// What a line would be typed into now.
fn into(m: &Model) -> Into {
    match m.layers.last() {
        Some(Layer::Picker(_)) => Into::Choices,
        Some(Layer::Prompt(_)) => Into::Line,
        Some(Layer::Form(f)) => match f.fields.get(f.at).map(|f| &f.input) {
            Some(Input::Block) => Into::Text(KeyCode::Tab),
            Some(Input::OneOf(_)) => Into::Word,
            Some(Input::Line) | None => Into::Line,
        },
        Some(Layer::Confirm(_) | Layer::Popup(_) | Layer::MailTest(_) | Layer::Files(_)) => Into::Commands,
        None => match m.composer.as_ref().filter(|c| c.typing).map(|c| c.field) {
            None => Into::Commands,
            Some(ComposerField::Body) => Into::Text(KeyCode::Esc),
            Some(_) => Into::Line,
        },
    }
}

fn press(code: KeyCode) -> TuiEventKind {
    let shift = matches!(code, KeyCode::Char(c) if c.is_uppercase());
    TuiEventKind::Key(KeyEvent::new(code, if shift { KeyModifiers::SHIFT } else { KeyModifiers::NONE }))
}
