//! Mouse reports: SGR (1006), urxvt (1015) and X10, which share their button byte.

use crossterm::event::{KeyModifiers, MouseButton, MouseEvent, MouseEventKind};

/// From the button code and the one-based cell; SGR marks a release by the final letter.
pub(super) fn sgr(code: u32, x: u32, y: u32, released: bool) -> Option<MouseEvent> {
    let cell = |n: u32| n.checked_sub(1).and_then(|n| u16::try_from(n).ok());
    let (column, row) = (cell(x)?, cell(y)?);
    let button = match code & 0b1100_0011 {
        0 => Some(MouseButton::Left),
        1 => Some(MouseButton::Middle),
        2 => Some(MouseButton::Right),
        _ => None,
    };
    let moved = code & 32 != 0;
    let kind = match (code & 0b1100_0011, button) {
        (64, _) => MouseEventKind::ScrollUp,
        (65, _) => MouseEventKind::ScrollDown,
        (66, _) => MouseEventKind::ScrollLeft,
        (67, _) => MouseEventKind::ScrollRight,
        (_, Some(button)) if moved => MouseEventKind::Drag(button),
        (_, Some(button)) if released => MouseEventKind::Up(button),
        (_, Some(button)) => MouseEventKind::Down(button),
        (3, None) if moved => MouseEventKind::Moved,
        // X10 does not tell which button was let go.
        (3, None) => MouseEventKind::Up(MouseButton::Left),
        _ => return None,
    };
    let table = [(4, KeyModifiers::SHIFT), (8, KeyModifiers::ALT), (16, KeyModifiers::CONTROL)];
    let modifiers = table.into_iter().filter(|(bit, _)| code & bit != 0).map(|(_, held)| held).collect();
    Some(MouseEvent { kind, column, row, modifiers })
}

/// From the three bytes of `CSI M`, each 32 above its value.
pub(super) fn x10(button: u8, x: u8, y: u8) -> Option<MouseEvent> {
    let value = |byte: u8| u32::from(byte).checked_sub(32);
    sgr(value(button)?, value(x)?, value(y)?, false)
}
