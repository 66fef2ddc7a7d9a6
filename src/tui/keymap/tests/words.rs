//! Keys and conditions as text.

use super::*;

#[test]
fn conditions_read_as_written() {
    let list = ticket_list();
    for (text, met) in [
        ("", true),
        ("ticket-list", true),
        ("list && !typing", true),
        ("typing || in-desk", true),
        ("!(list && has-row)", false),
        ("typing && typing || list", true),
        ("typing && (typing || list)", false),
        ("ticket-row&&!!list", true),
    ] {
        assert_eq!(When::parse(text).map(|w| w.is_met(&list)), Ok(met), "{text}");
    }
    assert_eq!(When::parse("list &&"), Err(WhenError::End));
    assert_eq!(When::parse("list list"), Err(WhenError::Unexpected("list".to_owned())));
    assert_eq!(When::parse(&"!".repeat(100_000)), Err(WhenError::Deep));
    assert_eq!(When::parse(&"(".repeat(100_000)), Err(WhenError::Deep));
}

#[test]
fn keys_have_one_spelling() {
    for (written, printed) in [
        ("shift-g", "G"),
        ("C-D", "ctrl-d"),
        ("CTRL-alt-x", "ctrl-alt-x"),
        ("space", "Space"),
        ("pgup", ""),
        ("-", "-"),
        ("ctrl--", "ctrl--"),
        ("<", "<"),
        ("f2", "F2"),
        ("F25", ""),
        ("F0", ""),
        ("é", "é"),
        ("shift-tab", "shift-Tab"),
    ] {
        let got = written.parse::<Key>().map(|k| k.to_string()).unwrap_or_default();
        assert_eq!(got, printed, "{written}");
    }
}

#[test]
fn terminal_events_become_the_keys_that_files_name() {
    use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
    for (code, modifiers, key) in [
        (KeyCode::Char('G'), KeyModifiers::SHIFT, "G"),
        (KeyCode::Char('G'), KeyModifiers::NONE, "G"),
        (KeyCode::Char('d'), KeyModifiers::CONTROL, "ctrl-d"),
        (KeyCode::Char('?'), KeyModifiers::SHIFT, "?"),
        (KeyCode::BackTab, KeyModifiers::SHIFT, "shift-Tab"),
        (KeyCode::BackTab, KeyModifiers::NONE, "shift-Tab"),
        (KeyCode::Char('_'), KeyModifiers::CONTROL, "ctrl-_"),
        (KeyCode::Char(' '), KeyModifiers::NONE, "Space"),
        (KeyCode::Char('x'), KeyModifiers::ALT, "alt-x"),
    ] {
        let got = Key::from_event(&KeyEvent::new(code, modifiers)).map(|k| k.to_string());
        assert_eq!(got.as_deref(), Some(key));
    }
}

#[test]
fn conditions_that_speak_of_typing_are_left_as_written() {
    let layer = Layer::parse("x.toml", "[[bind]]\non = \"F6\"\nrun = \"app.palette\"\nwhen = \"typing\"\n");
    let map = Keymap::build(&[layer]);
    let binding = map.bindings().first().expect("one");
    assert!(binding.when.mentions(Flag::Condition(Condition::Typing)));
    let typing = Snapshot { typing: true, ..ticket_list() };
    assert_eq!(ran(&map, "F6", &typing), "app.palette");
}
