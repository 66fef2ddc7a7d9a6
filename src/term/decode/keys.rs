//! Which key a byte, a number or a letter means.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

/// The key of a C0 byte or DEL (ESC aside): `^A`–`^Z`, `^\ ^] ^^ ^_`, and those with a name.
pub(super) fn control(byte: u8) -> (KeyCode, KeyModifiers) {
    match byte {
        0 => (KeyCode::Char(' '), KeyModifiers::CONTROL),
        b'\t' => (KeyCode::Tab, KeyModifiers::NONE),
        b'\r' => (KeyCode::Enter, KeyModifiers::NONE),
        0x7f => (KeyCode::Backspace, KeyModifiers::NONE),
        // ^A is 1: letters lie 0x60 above their control codes, the four signs 0x40.
        1..=26 => (KeyCode::Char(char::from(byte + 0x60)), KeyModifiers::CONTROL),
        _ => (KeyCode::Char(char::from(byte.wrapping_add(0x40))), KeyModifiers::CONTROL),
    }
}

/// The key of `ESC O` and a letter; `modifier` is the digit some old terminals put between.
pub(super) fn ss3(letter: u8, modifier: Option<u8>) -> Option<KeyEvent> {
    let held = modifiers(modifier.map_or(1, u32::from));
    let (code, more) = match letter {
        b'M' => (KeyCode::Enter, KeyModifiers::NONE),
        b'I' => (KeyCode::Tab, KeyModifiers::NONE),
        b'X' => (KeyCode::Char('='), KeyModifiers::NONE),
        b' ' => (KeyCode::Char(' '), KeyModifiers::NONE),
        // The keypad in application mode: its bytes lie 0x40 above what it types.
        b'j'..=b'y' => (KeyCode::Char(char::from(letter - 0x40)), KeyModifiers::NONE),
        b'a'..=b'd' => (letter_key(letter.to_ascii_uppercase())?, KeyModifiers::CONTROL),
        b'Z' => (KeyCode::BackTab, KeyModifiers::SHIFT),
        _ => (letter_key(letter)?, KeyModifiers::NONE),
    };
    Some(KeyEvent::new(code, held | more))
}

/// The keys that end a CSI or SS3 in a letter.
pub(super) fn letter_key(letter: u8) -> Option<KeyCode> {
    Some(match letter {
        b'A' => KeyCode::Up,
        b'B' => KeyCode::Down,
        b'C' => KeyCode::Right,
        b'D' => KeyCode::Left,
        b'E' => KeyCode::KeypadBegin,
        b'F' => KeyCode::End,
        b'H' => KeyCode::Home,
        b'P' => KeyCode::F(1),
        b'Q' => KeyCode::F(2),
        b'R' => KeyCode::F(3),
        b'S' => KeyCode::F(4),
        _ => return None,
    })
}

/// The keys of `CSI number ~`.
pub(super) fn tilde_key(number: u32) -> Option<KeyCode> {
    Some(match number {
        1 | 7 => KeyCode::Home,
        2 => KeyCode::Insert,
        3 => KeyCode::Delete,
        4 | 8 => KeyCode::End,
        5 => KeyCode::PageUp,
        6 => KeyCode::PageDown,
        11..=15 => function(number - 10)?,
        17..=21 => function(number - 11)?,
        23..=26 => function(number - 12)?,
        28..=29 => function(number - 13)?,
        31..=34 => function(number - 14)?,
        _ => return None,
    })
}

fn function(number: u32) -> Option<KeyCode> {
    u8::try_from(number).ok().map(KeyCode::F)
}

/// The modifiers of xterm's parameter: 1 and a bit each for shift, alt, ctrl, super, hyper, meta.
pub(super) fn modifiers(parameter: u32) -> KeyModifiers {
    let bits = parameter.saturating_sub(1);
    let table = [
        (1, KeyModifiers::SHIFT),
        (2, KeyModifiers::ALT),
        (4, KeyModifiers::CONTROL),
        (8, KeyModifiers::SUPER),
        (16, KeyModifiers::HYPER),
        (32, KeyModifiers::META),
    ];
    table.into_iter().filter(|(bit, _)| bits & bit != 0).map(|(_, modifier)| modifier).collect()
}

/// The key of a code point with modifiers, as kitty's `CSI u` and xterm's `CSI 27 ~` tell it. The keys that
/// are modifiers alone are none.
pub(super) fn code_key(code: u32, shifted: Option<u32>, held: KeyModifiers) -> Option<KeyEvent> {
    let key = match code {
        9 if held.contains(KeyModifiers::SHIFT) => KeyCode::BackTab,
        9 => KeyCode::Tab,
        13 => KeyCode::Enter,
        27 => KeyCode::Esc,
        8 | 127 => KeyCode::Backspace,
        57344..=63743 => functional_key(code)?,
        _ => {
            let plain = char::from_u32(code).filter(|c| !c.is_control())?;
            let shifted = shifted.and_then(char::from_u32).filter(|c| !c.is_control());
            match shifted {
                Some(c) if held.contains(KeyModifiers::SHIFT) => KeyCode::Char(c),
                _ if held.contains(KeyModifiers::SHIFT) => {
                    let mut upper = plain.to_uppercase();
                    match (upper.next(), upper.next()) {
                        (Some(c), None) => KeyCode::Char(c),
                        _ => KeyCode::Char(plain),
                    }
                }
                _ => KeyCode::Char(plain),
            }
        }
    };
    Some(KeyEvent::new(key, held))
}

/// kitty's keys in the private use area.
fn functional_key(code: u32) -> Option<KeyCode> {
    Some(match code {
        57358 => KeyCode::CapsLock,
        57359 => KeyCode::ScrollLock,
        57360 => KeyCode::NumLock,
        57361 => KeyCode::PrintScreen,
        57362 => KeyCode::Pause,
        57363 => KeyCode::Menu,
        57376..=57398 => function(code - 57376 + 13)?,
        57399..=57408 => KeyCode::Char(char::from_digit(code - 57399, 10)?),
        57409 => KeyCode::Char('.'),
        57410 => KeyCode::Char('/'),
        57411 => KeyCode::Char('*'),
        57412 => KeyCode::Char('-'),
        57413 => KeyCode::Char('+'),
        57414 => KeyCode::Enter,
        57415 => KeyCode::Char('='),
        57416 => KeyCode::Char(','),
        57417 => KeyCode::Left,
        57418 => KeyCode::Right,
        57419 => KeyCode::Up,
        57420 => KeyCode::Down,
        57421 => KeyCode::PageUp,
        57422 => KeyCode::PageDown,
        57423 => KeyCode::Home,
        57424 => KeyCode::End,
        57425 => KeyCode::Insert,
        57426 => KeyCode::Delete,
        57427 => KeyCode::KeypadBegin,
        _ => return None,
    })
}
