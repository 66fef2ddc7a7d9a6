//! Entering and leaving the terminal: the one place its modes are changed, for start, exit, panic, signals,
//! `ctrl-z` and `$EDITOR` alike.

use super::caps::Capabilities;

/// Takes the terminal: title kept aside, alternate screen, paste and focus reported, keys told apart and the
/// mouse where wanted, no wrapping at the edge (a cluster wider than we think must not scroll the screen).
pub fn enter(caps: &Capabilities) -> Vec<u8> {
    if caps.prints {
        return Vec::new();
    }
    let mut out = Vec::from(
        b"\x1b[22;0t\x1b[?1049h\x1b[m\x1b[2J\x1b[H\x1b[?7l\x1b[?25l\x1b[?2004h\x1b[?1004h".as_slice(),
    );
    if caps.mouse {
        out.extend(MOUSE_ON);
    }
    if caps.kitty_keys {
        out.extend(b"\x1b[>1u");
    }
    out
}

/// Gives the terminal back, whatever of [`enter`] was sent: every mode is switched off, known or not.
pub fn leave(caps: &Capabilities) -> Vec<u8> {
    if caps.prints {
        return Vec::new();
    }
    let mut out = Vec::from(b"\x1b[?2026l".as_slice());
    if caps.kitty_keys {
        out.extend(b"\x1b[<1u");
    }
    out.extend(MOUSE_OFF);
    out.extend(b"\x1b[?1004l\x1b[?2004l\x1b[?7h\x1b[m\x1b[?25h\x1b[?1049l\x1b[23;0t");
    out
}

/// Clicks, drags and the wheel, in SGR coordinates.
const MOUSE_ON: &[u8] = b"\x1b[?1000h\x1b[?1002h\x1b[?1006h";
const MOUSE_OFF: &[u8] = b"\x1b[?1006l\x1b[?1002l\x1b[?1000l";

/// Switches mouse reports in a running session.
pub fn mouse(on: bool) -> &'static [u8] {
    if on { MOUSE_ON } else { MOUSE_OFF }
}

/// Asks whether synchronized output is known. The answer comes as [`super::decode::Reply`]; a terminal that
/// does not know the question stays silent.
pub fn ask() -> &'static [u8] {
    b"\x1b[?2026$p"
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The private modes a sequence sets (`h`) or resets (`l`).
    fn modes(bytes: &[u8], last: char) -> Vec<String> {
        let text = String::from_utf8_lossy(bytes).into_owned();
        let mut modes: Vec<String> = text
            .split("\x1b[?")
            .filter_map(|part| part.split_once(last).map(|(n, _)| n.to_owned()))
            .filter(|n| n.chars().all(|c| c.is_ascii_digit()))
            .collect();
        modes.sort();
        modes
    }

    #[test]
    fn a_terminal_that_only_prints_is_sent_no_mode() {
        let caps = Capabilities::printing(true);
        assert!(enter(&caps).is_empty() && leave(&caps).is_empty());
    }

    #[test]
    fn leaving_undoes_entering() {
        let caps = Capabilities { mouse: true, kitty_keys: true, ..Capabilities::default() };
        let (inn, out) = (enter(&caps), leave(&caps));
        let undone = modes(&out, 'l');
        for set in modes(&inn, 'h') {
            assert!(undone.contains(&set), "mode {set}");
        }
        for reset in modes(&inn, 'l') {
            assert!(modes(&out, 'h').contains(&reset), "mode {reset}");
        }
        let mut screen = vt100::Parser::new(24.try_into().unwrap(), 80.try_into().unwrap(), 0);
        screen.process(b"before");
        screen.process(&inn);
        assert!(screen.screen().alternate_screen() && screen.screen().bracketed_paste());
        screen.process(b"\x1b[31minside");
        screen.process(&out);
        assert!(!screen.screen().alternate_screen() && !screen.screen().bracketed_paste());
        assert!(!screen.screen().hide_cursor());
        assert_eq!(screen.screen().mouse_protocol_mode(), vt100::MouseProtocolMode::None);
        assert_eq!(screen.screen().contents().trim_end(), "before");
    }
}
