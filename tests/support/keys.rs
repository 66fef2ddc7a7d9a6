//! Keys by name, as a terminal reports them.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

/// The key of a name: `j`, `G`, `Enter`, `ctrl-d`, `shift-Tab`.
pub fn key(name: &str) -> KeyEvent {
    let mut modifiers = KeyModifiers::NONE;
    let mut rest = name;
    while let Some((word, after)) = rest.split_once('-').filter(|(w, a)| !w.is_empty() && !a.is_empty()) {
        modifiers |= match word {
            "ctrl" => KeyModifiers::CONTROL,
            "alt" => KeyModifiers::ALT,
            "shift" => KeyModifiers::SHIFT,
            other => panic!("{other} is no modifier"),
        };
        rest = after;
    }
    let code = match rest {
        "Space" => KeyCode::Char(' '),
        "Enter" => KeyCode::Enter,
        "Tab" if modifiers.contains(KeyModifiers::SHIFT) => KeyCode::BackTab,
        "Tab" => KeyCode::Tab,
        "Esc" => KeyCode::Esc,
        "Backspace" => KeyCode::Backspace,
        "Delete" => KeyCode::Delete,
        "Home" => KeyCode::Home,
        "End" => KeyCode::End,
        "PageUp" => KeyCode::PageUp,
        "PageDown" => KeyCode::PageDown,
        "Up" => KeyCode::Up,
        "Down" => KeyCode::Down,
        "Left" => KeyCode::Left,
        "Right" => KeyCode::Right,
        one => KeyCode::Char(one.chars().next().expect("a key")),
    };
    KeyEvent::new(code, modifiers)
}

/// The bytes of a key, as a terminal of the legacy encoding sends them.
pub fn bytes(name: &str) -> Vec<u8> {
    match name {
        "Space" => b" ".to_vec(),
        "Enter" => b"\r".to_vec(),
        "Tab" => b"\t".to_vec(),
        "shift-Tab" => b"\x1b[Z".to_vec(),
        "Esc" => b"\x1b".to_vec(),
        "Backspace" => b"\x7f".to_vec(),
        "Up" => b"\x1b[A".to_vec(),
        "Down" => b"\x1b[B".to_vec(),
        "PageDown" => b"\x1b[6~".to_vec(),
        name => match name.strip_prefix("ctrl-") {
            Some(c) => vec![c.as_bytes()[0] & 0x1f],
            None => name.as_bytes().to_vec(),
        },
    }
}
