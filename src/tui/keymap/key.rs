//! One key, as people write it and as a terminal sends it.

use std::fmt;
use std::str::FromStr;

use crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

/// Which key, without modifiers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs, reason = "the names are those on the keys")]
pub enum Code {
    /// A character: the space bar is `' '`, a shifted letter is its capital.
    Char(char),
    /// A function key, from 1.
    F(u8),
    Enter,
    Tab,
    Esc,
    Backspace,
    Delete,
    Insert,
    Home,
    End,
    PageUp,
    PageDown,
    Up,
    Down,
    Left,
    Right,
}

const NAMES: &[(&str, Code)] = &[
    ("Space", Code::Char(' ')),
    ("Enter", Code::Enter),
    ("Tab", Code::Tab),
    ("Esc", Code::Esc),
    ("Backspace", Code::Backspace),
    ("Delete", Code::Delete),
    ("Insert", Code::Insert),
    ("Home", Code::Home),
    ("End", Code::End),
    ("PageUp", Code::PageUp),
    ("PageDown", Code::PageDown),
    ("Up", Code::Up),
    ("Down", Code::Down),
    ("Left", Code::Left),
    ("Right", Code::Right),
];

/// The highest function key there is a name for.
const LAST_F: u8 = 24;

/// A key with its modifiers. Only [`Key::new`] makes one, so that each has one spelling: `shift-g` is `G`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    code: Code,
    ctrl: bool,
    alt: bool,
    shift: bool,
}

/// Why a text is no key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// Nothing where a key should be.
    #[error("no key is written here")]
    Empty,
    /// A word that names no key.
    #[error(
        "“{0}” is not a key: write a character, a name such as Enter or F2, and ctrl-, alt-, shift- before it"
    )]
    Unknown(String),
}

impl Key {
    /// A key with modifiers, in its one spelling: shift on a character becomes the capital (and is dropped
    /// where there is none), ctrl on a capital is ctrl on the letter.
    #[must_use]
    pub fn new(code: Code, ctrl: bool, alt: bool, shift: bool) -> Key {
        match code {
            Code::Char(c) if ctrl => {
                let c = single(c.to_lowercase()).unwrap_or(c);
                Key { code: Code::Char(c), ctrl, alt, shift: shift && c.is_alphabetic() }
            }
            Code::Char(c) if shift => {
                let c = single(c.to_uppercase()).unwrap_or(c);
                Key { code: Code::Char(c), ctrl, alt, shift: false }
            }
            _ => Key { code, ctrl, alt, shift },
        }
    }

    /// A character without modifiers.
    #[must_use]
    pub fn char(c: char) -> Key {
        Key::new(Code::Char(c), false, false, false)
    }

    /// A key without modifiers.
    #[must_use]
    pub fn plain(code: Code) -> Key {
        Key::new(code, false, false, false)
    }

    /// Which key it is, without modifiers.
    #[must_use]
    pub fn code(self) -> Code {
        self.code
    }

    /// The character it would type; `None` for anything that types nothing.
    #[must_use]
    pub fn text(self) -> Option<char> {
        match self.code {
            Code::Char(c) if !self.ctrl && !self.alt => Some(c),
            _ => None,
        }
    }

    /// Its digit, where it is one without modifiers.
    #[must_use]
    pub fn digit(self) -> Option<u32> {
        self.text().and_then(|c| c.to_digit(10))
    }

    /// The key of a terminal event; `None` for releases and keys without a name here.
    #[must_use]
    pub fn from_event(event: &KeyEvent) -> Option<Key> {
        if event.kind == KeyEventKind::Release {
            return None;
        }
        let ctrl = event.modifiers.contains(KeyModifiers::CONTROL);
        let alt = event.modifiers.contains(KeyModifiers::ALT);
        let mut shift = event.modifiers.contains(KeyModifiers::SHIFT);
        let code = match event.code {
            KeyCode::Char(c) if c.is_control() => return None,
            KeyCode::Char(c) => Code::Char(c),
            KeyCode::F(n @ 1..=LAST_F) => Code::F(n),
            KeyCode::Enter => Code::Enter,
            KeyCode::Tab => Code::Tab,
            KeyCode::BackTab => {
                shift = true;
                Code::Tab
            }
            KeyCode::Esc => Code::Esc,
            KeyCode::Backspace => Code::Backspace,
            KeyCode::Delete => Code::Delete,
            KeyCode::Insert => Code::Insert,
            KeyCode::Home => Code::Home,
            KeyCode::End => Code::End,
            KeyCode::PageUp => Code::PageUp,
            KeyCode::PageDown => Code::PageDown,
            KeyCode::Up => Code::Up,
            KeyCode::Down => Code::Down,
            KeyCode::Left => Code::Left,
            KeyCode::Right => Code::Right,
            _ => return None,
        };
        Some(Key::new(code, ctrl, alt, shift))
    }

    /// The key as the event of a terminal.
    #[must_use]
    pub fn event(self) -> KeyEvent {
        let code = match self.code {
            Code::Char(c) => KeyCode::Char(c),
            Code::F(n) => KeyCode::F(n),
            Code::Enter => KeyCode::Enter,
            Code::Tab => KeyCode::Tab,
            Code::Esc => KeyCode::Esc,
            Code::Backspace => KeyCode::Backspace,
            Code::Delete => KeyCode::Delete,
            Code::Insert => KeyCode::Insert,
            Code::Home => KeyCode::Home,
            Code::End => KeyCode::End,
            Code::PageUp => KeyCode::PageUp,
            Code::PageDown => KeyCode::PageDown,
            Code::Up => KeyCode::Up,
            Code::Down => KeyCode::Down,
            Code::Left => KeyCode::Left,
            Code::Right => KeyCode::Right,
        };
        let mut held = KeyModifiers::NONE;
        held.set(KeyModifiers::CONTROL, self.ctrl);
        held.set(KeyModifiers::ALT, self.alt);
        held.set(KeyModifiers::SHIFT, self.shift);
        KeyEvent::new(code, held)
    }

    /// Why a terminal in the legacy encoding (tmux, mosh, the Linux console) cannot send this key as itself;
    /// `None` where it can. After xterm's `ctlseqs`: ctrl folds a character to five bits, alt is an escape before it.
    #[must_use]
    pub fn legacy_trouble(self) -> Option<&'static str> {
        match self.code {
            Code::Char(_) if self.ctrl && self.shift => {
                Some("ctrl and shift with a letter arrive as ctrl alone")
            }
            Code::Char('i') if self.ctrl => Some("ctrl-i arrives as Tab"),
            Code::Char('m') if self.ctrl => Some("ctrl-m arrives as Enter"),
            Code::Char('[') if self.ctrl => Some("ctrl-[ arrives as Esc"),
            Code::Char('h') if self.ctrl => Some("ctrl-h is what Backspace sends on many terminals"),
            Code::Char('j') if self.ctrl => Some("ctrl-j is what Enter sends on some terminals"),
            Code::Char('a'..='z' | ' ' | '@' | '\\' | ']' | '^' | '_') if self.ctrl => None,
            Code::Char(_) if self.ctrl => {
                Some("ctrl with this character arrives as another key or not at all")
            }
            Code::Char('[' | 'O' | ']' | 'P' | 'X' | '^' | '_' | 'N') if self.alt => {
                Some("alt with this character begins an escape sequence")
            }
            Code::Char(_) => None,
            Code::Enter | Code::Esc | Code::Backspace if self.ctrl || self.shift || self.alt => {
                Some("this key arrives without its modifiers")
            }
            Code::Tab if self.ctrl || self.alt => Some("this key arrives without its modifiers"),
            Code::F(13..) => Some("terminals send function keys above F12 each in their own way"),
            Code::F(_) if self.ctrl || self.alt || self.shift => {
                Some("terminals send function keys with modifiers each in their own way")
            }
            _ => None,
        }
    }
}

/// The only character of a case mapping.
fn single(mut mapped: impl Iterator<Item = char>) -> Option<char> {
    let first = mapped.next()?;
    mapped.next().is_none().then_some(first)
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (held, name) in [(self.ctrl, "ctrl-"), (self.alt, "alt-"), (self.shift, "shift-")] {
            if held {
                f.write_str(name)?;
            }
        }
        if let Some((name, _)) = NAMES.iter().find(|(_, code)| *code == self.code) {
            return f.write_str(name);
        }
        match self.code {
            Code::Char(c) => write!(f, "{c}"),
            Code::F(n) => write!(f, "F{n}"),
            _ => Ok(()),
        }
    }
}

impl FromStr for Key {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Key, KeyError> {
        let mut rest = text;
        let (mut ctrl, mut alt, mut shift) = (false, false, false);
        while let Some((word, after)) = rest.split_once('-') {
            // `ctrl--` is ctrl and the minus sign; a lone `-` is the minus sign.
            if word.is_empty() || after.is_empty() {
                break;
            }
            match word.to_ascii_lowercase().as_str() {
                "ctrl" | "c" => ctrl = true,
                "alt" | "a" => alt = true,
                "shift" | "s" => shift = true,
                _ => return Err(KeyError::Unknown(text.to_owned())),
            }
            rest = after;
        }
        let code = code_of(rest).ok_or_else(|| {
            if text.is_empty() { KeyError::Empty } else { KeyError::Unknown(text.to_owned()) }
        })?;
        Ok(Key::new(code, ctrl, alt, shift))
    }
}

fn code_of(text: &str) -> Option<Code> {
    let mut chars = text.chars();
    let first = chars.next()?;
    if chars.next().is_none() {
        return (!first.is_control()).then_some(Code::Char(first));
    }
    if let Some((_, code)) = NAMES.iter().find(|(name, _)| name.eq_ignore_ascii_case(text)) {
        return Some(*code);
    }
    let number = text.strip_prefix(['F', 'f'])?.parse().ok()?;
    (1..=LAST_F).contains(&number).then_some(Code::F(number))
}

/// A sequence of keys, at least one: `g g`, `ctrl-x ctrl-e`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Keys(Vec<Key>);

impl Keys {
    /// The keys in order, at least one.
    #[must_use]
    pub fn as_slice(&self) -> &[Key] {
        &self.0
    }

    /// Whether these keys begin the other's and are fewer.
    #[must_use]
    pub fn hides(&self, other: &Keys) -> bool {
        self.0.len() < other.0.len() && other.0.starts_with(&self.0)
    }
}

impl fmt::Display for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, key) in self.0.iter().enumerate() {
            if i > 0 {
                f.write_str(" ")?;
            }
            key.fmt(f)?;
        }
        Ok(())
    }
}

impl FromStr for Keys {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Keys, KeyError> {
        let keys = text.split_ascii_whitespace().map(str::parse).collect::<Result<Vec<Key>, _>>()?;
        if keys.is_empty() { Err(KeyError::Empty) } else { Ok(Keys(keys)) }
    }
}
