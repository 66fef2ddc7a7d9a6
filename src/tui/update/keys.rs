//! A key becomes a command, or text where one types.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::{Cx, compose, layers, run};
use crate::tui::{
    command::CommandId,
    keymap::{Code, Key, Outcome},
    model::{Layer, Model, Tone},
};

/// Takes a key.
pub fn key(m: &mut Model, cx: &mut Cx, event: &KeyEvent) {
    let Some(key) = Key::from_event(event) else { return };
    // What is typed while a send is being cancelled belongs to the message that opens again, and is no command.
    if let Some(back) = &mut m.taking_back {
        let typed = key.text().or((key == Key::plain(Code::Enter)).then_some('\n'));
        if let Some(c) = typed {
            back.typed.push(c);
            return;
        }
    }
    let snapshot = m.snapshot();
    let keymap = m.keymap.clone();
    let outcome = keymap.resolve(&mut m.pending, key, &snapshot);
    m.which.clear();
    // A message stays until the next key replaces it; held sends have a separate place.
    let said = m.status.take();
    match outcome {
        Outcome::Run(command, args, count) => run(m, cx, command, args, count),
        Outcome::Pending(entries) => {
            m.which = entries;
            m.status = said;
        }
        Outcome::Disabled(CommandId::SendTakeBack, _) if compose::just_left(m).is_some() => {
            compose::too_late(m, cx, true);
        }
        Outcome::Disabled(_, reason) => m.say(Tone::Refused, reason),
        Outcome::Cancelled => {}
        Outcome::Unbound(keys) => match keys.as_slice() {
            [key] if snapshot.typing => type_key(m, cx, *key),
            keys => {
                let keys: Vec<String> = keys.iter().map(Key::to_string).collect();
                m.say(Tone::Plain, format!("{} does nothing here: ? shows what does", keys.join(" ")));
            }
        },
    }
}

fn type_key(m: &mut Model, cx: &mut Cx, key: Key) {
    if let Some(layer) = m.layers.last_mut() {
        let typed = match layer {
            Layer::Picker(p) => p.input.key(key),
            Layer::Prompt(p) => p.input.key(key),
            Layer::Form(f) => {
                let typed = layers::form_key(f, key);
                if typed {
                    f.writing.typed(m.now);
                }
                typed
            }
            Layer::Confirm(_) | Layer::Popup(_) | Layer::MailTest(_) | Layer::Files(_) => false,
        };
        if typed {
            layers::typed(m, cx);
        }
    } else {
        compose::key(m, cx, key);
    }
}

/// Takes text that came in one read, without the markers of a paste: a paste, unless it is one key held down on a slow line
/// where keys are commands.
pub fn burst(m: &mut Model, cx: &mut Cx, text: &str) {
    let first = text.chars().next();
    if m.snapshot().typing || text.chars().any(|c| Some(c) != first) {
        return paste(m, cx, text, 0);
    }
    for c in text.chars() {
        let code = match c {
            '\n' => KeyCode::Enter,
            '\t' => KeyCode::Tab,
            c => KeyCode::Char(c),
        };
        let held = if c.is_uppercase() { KeyModifiers::SHIFT } else { KeyModifiers::NONE };
        key(m, cx, &KeyEvent::new(code, held));
    }
}

/// Takes a paste: text where one types, nothing elsewhere. Never keys.
pub fn paste(m: &mut Model, cx: &mut Cx, text: &str, lost: u64) {
    let snapshot = m.snapshot();
    m.pending.clear();
    m.which.clear();
    if !snapshot.typing {
        m.say(Tone::Refused, "No text field is active: the paste was ignored.");
        return;
    }
    let mut cut = usize::try_from(lost).unwrap_or(usize::MAX);
    if let Some(layer) = m.layers.last_mut() {
        cut = cut.saturating_add(match layer {
            Layer::Picker(p) => p.input.insert(text),
            Layer::Prompt(p) => p.input.insert(text),
            Layer::Form(f) => {
                f.writing.typed(m.now);
                layers::form_paste(f, text)
            }
            Layer::Confirm(_) | Layer::Popup(_) | Layer::MailTest(_) | Layer::Files(_) => 0,
        });
        layers::typed(m, cx);
    } else if let Some(c) = &mut m.composer {
        let field = c.field;
        cut = cut.saturating_add(c.text_mut(field).insert(text));
        c.writing.typed(m.now);
        compose::typed(m, cx);
    }
    if cut > 0 {
        m.say(Tone::Refused, format!("The paste was too long: its last {cut} bytes were dropped."));
    }
}
