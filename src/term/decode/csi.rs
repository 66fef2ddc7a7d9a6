//! What a whole CSI sequence means.

use crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers};

use super::{keys, mouse, reply::Reply};

/// What it is.
pub(super) enum Meaning {
    Event(Event),
    Reply(Reply),
    /// A bracketed paste begins.
    Paste,
}

/// A parameter and its sub-parameters, `1:2`; an empty one is 0.
pub(super) type Parameter = Vec<u32>;

struct Csi<'b> {
    /// The private marker `< = > ?`, if any.
    private: Option<u8>,
    parameters: Vec<Parameter>,
    intermediates: &'b [u8],
}

impl<'b> Csi<'b> {
    fn split(body: &'b [u8]) -> Self {
        let (private, rest) = match body.split_first() {
            Some((&marker @ b'<'..=b'?', rest)) => (Some(marker), rest),
            _ => (None, body),
        };
        let end = rest.iter().position(|b| *b < 0x30).unwrap_or(rest.len());
        let (numbers, intermediates) = rest.split_at_checked(end).unwrap_or((rest, &[]));
        let parameters = if numbers.is_empty() {
            Vec::new()
        } else {
            numbers.split(|b| *b == b';').map(|p| p.split(|b| *b == b':').map(number).collect()).collect()
        };
        Csi { private, parameters, intermediates }
    }

    fn sub(&self, index: usize, sub: usize) -> Option<u32> {
        self.parameters.get(index).and_then(|p| p.get(sub)).copied()
    }

    fn get(&self, index: usize) -> u32 {
        self.sub(index, 0).unwrap_or(0)
    }

    /// The modifiers in parameter `index`, and whether the key was pressed rather than released.
    fn held(&self, index: usize) -> (KeyModifiers, bool) {
        (keys::modifiers(self.get(index).max(1)), self.sub(index, 1) != Some(3))
    }
}

fn number(digits: &[u8]) -> u32 {
    digits
        .iter()
        .filter(|b| b.is_ascii_digit())
        .fold(0u32, |n, b| n.saturating_mul(10).saturating_add(u32::from(b - b'0')))
}

/// True for the body of rxvt's shifted keys, `CSI 23 $`; a mode report has two parameters.
pub(super) fn is_rxvt_key(body: &[u8]) -> bool {
    (1..=2).contains(&body.len())
        && body.iter().all(u8::is_ascii_digit)
        && keys::tilde_key(number(body)).is_some()
}

/// What the sequence means; `None` for one that is not known.
pub(super) fn parse(body: &[u8], last: u8) -> Option<Meaning> {
    let csi = Csi::split(body);
    match (csi.private, csi.intermediates, last) {
        (Some(b'<'), [], b'M' | b'm') => mouse::sgr(csi.get(0), csi.get(1), csi.get(2), last == b'm')
            .map(|m| Meaning::Event(Event::Mouse(m))),
        (None, [], b'M') => {
            let button = csi.get(0).checked_sub(32)?;
            mouse::sgr(button, csi.get(1), csi.get(2), false).map(|m| Meaning::Event(Event::Mouse(m)))
        }
        (None, [], b'I') if body.is_empty() => Some(Meaning::Event(Event::FocusGained)),
        (None, [], b'O') if body.is_empty() => Some(Meaning::Event(Event::FocusLost)),
        (None, [], b'~') if csi.get(0) == 200 => Some(Meaning::Paste),
        (None, [], b'R') if !is_modified_f3(&csi) => Some(Meaning::Reply(position(&csi))),
        (None, [], _) => match key(&csi, last) {
            Some(key) => key.map(|key| Meaning::Event(Event::Key(key))),
            None => report(&csi, last).map(Meaning::Reply),
        },
        (None, [b'$'], b'y') | (None, [b' '], b'q') => report(&csi, last).map(Meaning::Reply),
        _ => report(&csi, last).map(Meaning::Reply),
    }
}

/// `CSI R` is F3 when it has no position, or when it is row 1 and a modifier; no one here asks for the
/// position in the form that could be confused with it.
fn is_modified_f3(csi: &Csi<'_>) -> bool {
    csi.parameters.is_empty()
        || (csi.parameters.len() == 2 && csi.get(0) == 1 && (2..=16).contains(&csi.get(1)))
}

fn position(csi: &Csi<'_>) -> Reply {
    Reply::Cursor { row: csi.get(0), column: csi.get(1) }
}

/// The key it is; `Some(None)` for one that is known and does nothing (a release), `None` for no key at all.
#[expect(clippy::option_option, reason = "no key and a key that does nothing differ")]
fn key(csi: &Csi<'_>, last: u8) -> Option<Option<KeyEvent>> {
    let (held, pressed) = csi.held(1);
    let found = match last {
        b'A'..=b'F' | b'H' | b'P'..=b'S' => keys::letter_key(last).map(|code| KeyEvent::new(code, held)),
        b'Z' => Some(KeyEvent::new(KeyCode::BackTab, held | KeyModifiers::SHIFT)),
        b'a'..=b'd' => {
            keys::letter_key(last.to_ascii_uppercase()).map(|code| KeyEvent::new(code, KeyModifiers::SHIFT))
        }
        b'~' if csi.get(0) == 27 && csi.parameters.len() == 3 => keys::code_key(csi.get(2), None, held),
        b'~' => keys::tilde_key(csi.get(0)).map(|code| KeyEvent::new(code, held)),
        b'$' => keys::tilde_key(csi.get(0)).map(|code| KeyEvent::new(code, KeyModifiers::SHIFT)),
        b'^' => keys::tilde_key(csi.get(0)).map(|code| KeyEvent::new(code, KeyModifiers::CONTROL)),
        b'@' => keys::tilde_key(csi.get(0))
            .map(|code| KeyEvent::new(code, KeyModifiers::CONTROL | KeyModifiers::SHIFT)),
        b'u' => keys::code_key(csi.get(0), csi.sub(0, 1), held),
        _ => return None,
    };
    Some(found.filter(|_| pressed))
}

/// The answer it is.
fn report(csi: &Csi<'_>, last: u8) -> Option<Reply> {
    let numbers = || csi.parameters.iter().filter_map(|p| p.first().copied()).collect();
    Some(match (csi.private, csi.intermediates, last) {
        (Some(b'?'), [], b'c') => Reply::Attributes(numbers()),
        (Some(b'>'), [], b'c') => Reply::Terminal(numbers()),
        (Some(b'?'), [], b'u') => Reply::KeyboardFlags(csi.get(0)),
        (Some(b'?'), [], b'R') => position(csi),
        (None, [], b'n') if csi.get(0) == 0 => Reply::Ready,
        (Some(b'?') | None, [b'$'], b'y') => {
            Reply::Mode { private: csi.private.is_some(), mode: csi.get(0), state: csi.get(1) }
        }
        (None, [], b't') => Reply::Window(numbers()),
        (_, _, b'c' | b'n' | b'y' | b'x' | b'S' | b'R') => Reply::Other,
        _ => return None,
    })
}
