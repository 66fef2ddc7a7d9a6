//! No sequence of keys, pastes, sizes and waits breaks the screen.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // tests may take the short way

mod support;

use frontdesk::tui::event::TuiEventKind;
use proptest::prelude::*;
use support::{screen::Screen, tiny::Tiny};

const KEYS: &[&str] = &[
    "j",
    "k",
    "G",
    "g",
    "h",
    "l",
    "t",
    "c",
    "i",
    "r",
    "n",
    "d",
    "w",
    "a",
    "x",
    "V",
    "*",
    "/",
    "f",
    "S",
    "o",
    "e",
    "y",
    "Y",
    "b",
    "u",
    ".",
    "U",
    "z",
    "q",
    ":",
    "?",
    "J",
    "K",
    "L",
    "N",
    "P",
    "T",
    "W",
    "R",
    "A",
    "!",
    "1",
    "2",
    "3",
    "4",
    "5",
    "Enter",
    "Esc",
    "Tab",
    "shift-Tab",
    "Space",
    "Up",
    "Down",
    "Left",
    "Right",
    "PageDown",
    "PageUp",
    "Home",
    "End",
    "Backspace",
    "ctrl-d",
    "ctrl-u",
    "ctrl-o",
    "ctrl-r",
    "ctrl-s",
    "ctrl-x",
    "ctrl-e",
    "ctrl-k",
    "ctrl-l",
    "ctrl-q",
    "é",
    "漢",
    "s",
    "v",
    "0",
    "9",
];

#[derive(Debug, Clone)]
enum Act {
    Key(usize),
    Paste(String),
    Size(u16, u16),
    Wait(i64),
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        40 => (0..KEYS.len()).prop_map(Act::Key),
        1 => "\\PC{0,40}".prop_map(Act::Paste),
        1 => (1u16..220, 1u16..70).prop_map(|(w, h)| Act::Size(w, h)),
        1 => (0i64..20_000).prop_map(Act::Wait),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, max_shrink_iters: 60, ..ProptestConfig::default() })]

    #[test]
    fn keys_never_break_it(acts in proptest::collection::vec(act(), 1..90), w in 20u16..200, h in 6u16..60) {
        let t = Tiny::full();
        let mut s = Screen::open(&t.desk, t.dana, (w, h));
        for a in acts {
            match a {
                Act::Key(k) => { s.keys(KEYS[k]); }
                Act::Paste(text) => s.happened(TuiEventKind::Paste(text, 0)),
                Act::Size(w, h) => s.happened(TuiEventKind::Resize(w, h)),
                Act::Wait(ms) => { s.wait(ms); }
            }
            s.buffer();
        }
        // Whatever was done, the store is sound.
        let report = t.desk.view(|v| frontdesk::store::check::check(v, &mut |_| ())).unwrap();
        prop_assert!(report.is_clean(), "{report:?}");
    }
}
