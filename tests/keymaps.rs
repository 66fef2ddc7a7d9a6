//! Every key of every shipped keymap, pressed in each state of the screen that it is for.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // tests may take the short way

mod support;

use std::sync::Arc;

use frontdesk::{
    desk::bulk::{Doing, Progress},
    tui::keymap::{Binding, Keymap, Keys, Outcome, Pending, SHIPPED, layers},
};
use support::{screen::Screen, tiny::Tiny};

/// Ways from the start to a state of the screen, in keys of the default keymap.
const STATES: &[&str] = &[
    "",
    "Tab",
    "2",
    "2 x",
    "2 Enter",
    "2 Enter r",
    "2 Enter r Esc",
    "2 Enter n",
    "2 Enter A",
    "2 / p h o t o Enter Enter A",
    "2 Enter r h i Esc y ctrl-q",
    "2 t",
    "2 w",
    "2 M",
    "2 V j",
    "3",
    "3 Enter",
    "3 Enter Tab",
    "3 e",
    "3 M",
    "4",
    "4 Enter",
    "5",
    "5 Enter",
    "6",
    "8",
    "8 Enter",
    "f",
    "f g",
    "/",
    ":",
    "?",
    "H",
    "S",
    "N",
    "N c",
    "N t",
    "N m",
    "g v",
    "g x",
    "g k",
    "2 d",
    "2 d u",
    "q",
    WORKING,
];

/// While a change of many records is under way.
const WORKING: &str = "(working)";

const WITH_A_FILE: &str = "From: Grace <grace@example.org>\nTo: help@desk.example\nSubject: A photo\n\
    Message-ID: <photo@example.org>\nDate: Mon, 07 Sep 2026 09:12:00 +0000\nMIME-Version: 1.0\n\
    Content-Type: multipart/mixed; boundary=b\n\n--b\n\nHere it is.\n\
    --b\nContent-Type: image/png\nContent-Disposition: attachment; filename=photo.png\n\npng\n--b--\n";

/// Whether the keys of a binding run its command here, or say why they do not.
fn works(map: &Keymap, keys: &Keys, s: &Screen) -> bool {
    let (snapshot, mut pending) = (s.model.snapshot(), Pending::default());
    let last = keys.as_slice().iter().map(|key| map.resolve(&mut pending, *key, &snapshot)).last();
    let wanted = |id| map.bindings().iter().any(|b| b.on == *keys && b.run == Some(id));
    match last {
        Some(Outcome::Run(id, ..)) => wanted(id),
        Some(Outcome::Disabled(id, why)) => wanted(id) && !why.is_empty(),
        _ => false,
    }
}

#[test]
fn every_key_of_every_keymap_does_what_its_line_says_and_breaks_nothing() {
    for (name, _) in SHIPPED {
        let map = Arc::new(Keymap::build(&layers(name, None).unwrap()));
        // The other keymaps lie over the default one, whose keys are pressed once.
        let own = |b: &&Binding| b.run.is_some() && (*name == "default" || b.layer > 0);
        let mut left: Vec<_> = map.bindings().iter().filter(own).collect();
        for state in STATES {
            let mut t = Tiny::full();
            t.mail(WITH_A_FILE);
            let arrive = || {
                let mut s = Screen::open(&t.desk, t.dana, (120, 40));
                match *state {
                    WORKING => s.model.progress = Some(Progress { doing: Doing::Comparing, done: 1, of: 2 }),
                    keys => _ = s.keys(keys),
                }
                s.model.keymap = Arc::clone(&map);
                s
            };
            let here = arrive();
            let scopes = here.model.snapshot().scopes();
            let (works, others) =
                left.into_iter().partition(|b| scopes.contains(&b.scope) && works(&map, &b.on, &here));
            left = others;
            let works: Vec<&Binding> = works;
            for b in works {
                let mut s = arrive();
                s.keys(&b.on.to_string());
                s.buffer();
            }
            let report = t.desk.view(|v| frontdesk::store::check::check(v, &mut |_| ())).unwrap();
            assert!(report.is_clean(), "{name}, {state}: {report:?}");
        }
        let dead: Vec<String> = left.iter().map(|b| format!("{} in {:?}", b.on, b.scope)).collect();
        assert!(dead.is_empty(), "{name}: these keys did nothing anywhere: {dead:#?}");
    }
}
