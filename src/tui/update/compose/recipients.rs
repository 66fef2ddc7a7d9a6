//! Addresses while they are typed: those of customers are offered.

use super::super::Cx;
use crate::{
    mail::address::Address,
    tui::{
        data::Ask,
        keymap::{Code, Key},
        model::{Model, Offers},
    },
};

/// The least of an address that is looked for.
const LEAST: usize = 2;

/// A key while a message is typed.
pub fn key(m: &mut Model, cx: &mut Cx, key: Key) {
    let now = m.now;
    let Some(c) = &mut m.composer else { return };
    let plain = |code| key == Key::plain(code);
    if c.field.is_recipients() {
        let chosen = match () {
            () if plain(Code::Down) => c.choose_offer(1),
            () if plain(Code::Up) => c.choose_offer(-1),
            () if plain(Code::Enter) => {
                if c.take_offer() {
                    c.writing.typed(now);
                } else {
                    c.step(1);
                }
                return;
            }
            () => false,
        };
        if chosen {
            return;
        }
    }
    let field = c.field;
    if c.text_mut(field).key(key) {
        c.writing.typed(now);
        typed(m, cx);
    }
}

/// Something was typed or pasted: addresses that begin so are asked for.
pub fn typed(m: &mut Model, cx: &mut Cx) {
    let Some(c) = &mut m.composer else { return };
    let begun = c.begun().filter(|b| b.chars().count() >= LEAST).map(str::to_owned);
    c.offers = Offers::default();
    if let Some(begun) = begun {
        cx.ask(m, Ask::Addresses(begun));
    }
}

/// Addresses were found for what was typed.
pub fn found(m: &mut Model, text: &str, found: Vec<Address>) {
    if let Some(c) = &mut m.composer {
        c.offered(text, found);
    }
}
