//! Fences: on a slow line the screen is never far behind the keys, whatever the buffers between. The line is simulated, on a
//! virtual clock; `FRONTDESK_LONG=1` tries every workspace with every key, at three sizes.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // tests may take the short way

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use crossbeam_channel::{RecvTimeoutError, unbounded};
use frontdesk::{
    host::{
        link::{FromLink, Link},
        pipe::PipeLink,
        session::{self, Clock, Options},
    },
    model::Id,
    term::{caps::Capabilities, fence::FENCE},
    tui::{
        keymap::{Keymap, layers},
        popups::welcome::Newcomer,
    },
};
use ratatui::layout::Size;

mod support;

use support::{
    crowd::crowd,
    keys::bytes,
    line::{DEEP, Held, Line, SHALLOW, Wire},
    screen::Screen,
    tiny::NOW,
};

/// The most milliseconds from letting go of a key until the screen shows it.
const BEHIND: u64 = 500;
/// The same where every key draws a whole screen: one of up to 5 kB may just have been written when the last key comes, and
/// another has to follow it. Which screens they are decides; on most it is half of this.
const BEHIND_OF_SCREENS: u64 = 520;
const HELD_MS: u64 = 10_000;

fn is_long() -> bool {
    std::env::var_os("FRONTDESK_LONG").is_some()
}

/// Holds down keys in a workspace and checks what the terminal shows at the end.
fn held_down(screen: &mut Screen, line: Line, (first, keys): (&str, &[&str])) -> Held {
    screen.keys("Esc Esc").keys(first);
    let mut wire = Wire::new(screen, line);
    let held = wire.hold_down(keys, HELD_MS);
    wire.assert_shown();
    println!("{first} {keys:?} buffer {}: {held:?}", line.buffer);
    held
}

#[test]
fn after_ten_seconds_of_a_held_key_the_screen_is_half_a_second_behind_at_most() {
    let desk = crowd(120);
    let sizes: &[(u16, u16)] = if is_long() { &[(120, 40), (80, 24), (200, 50)] } else { &[(120, 40)] };
    let short: &[(&str, &[&str])] = &[
        ("2", &["j"]),
        ("2", &["PageDown", "PageDown", "PageDown", "PageUp", "PageUp", "PageUp"]),
        ("3", &["ctrl-d", "ctrl-d", "ctrl-u"]),
        ("2 Enter", &["J", "K"]),
        ("1", &["1", "2", "3", "4", "5", "6", "7", "8"]),
    ];
    let all: Vec<(String, Vec<&str>)> = (1..=8)
        .flat_map(|n| {
            let keys: [&[&str]; 4] =
                [&["j"], &["ctrl-d", "ctrl-d", "ctrl-u"], &["PageDown", "PageUp"], &["G", "g"]];
            keys.into_iter().map(move |k| (n.to_string(), k.to_vec()))
        })
        .collect();
    let long: Vec<(&str, &[&str])> =
        all.iter().map(|(first, keys)| (first.as_str(), keys.as_slice())).collect();
    for size in sizes {
        let mut screen = Screen::open(&desk.desk, desk.dana, *size);
        for line in [SHALLOW, DEEP] {
            for case in short.iter().chain(if is_long() { long.as_slice() } else { &[] }) {
                let held = held_down(&mut screen, line, *case);
                assert!(held.unanswered <= 3, "{case:?} at {size:?}: {held:?}");
                let most = if case.1.contains(&"8") { BEHIND_OF_SCREENS } else { BEHIND };
                assert!(held.behind <= most, "{case:?} at {size:?} over {line:?}: {held:?}");
                assert!(held.frames > 20, "the screen does not move: {held:?}");
            }
        }
    }
}

#[test]
fn a_terminal_that_does_not_answer_is_drawn_as_fast_as_its_line_takes_it() {
    let desk = crowd(60);
    let mut screen = Screen::open(&desk.desk, desk.dana, (120, 40));
    let switching: (&str, &[&str]) = ("1", &["1", "2", "3", "4"]);
    let shallow = held_down(&mut screen, Line { answers: false, ..SHALLOW }, switching);
    assert_eq!(shallow.unanswered, 1, "it is asked once");
    // One write is under way, and what the buffer takes.
    assert!(shallow.behind < 2_000, "{shallow:?}");
    // Deep buffers are what fences are for.
    let deep = held_down(&mut screen, Line { answers: false, ..DEEP }, switching);
    assert!(deep.behind > 5_000, "{deep:?}");
}

/// The real session, in its thread, with a terminal that answers when the test says so.
#[test]
fn a_session_has_at_most_three_fences_unanswered_draws_the_last_state_and_leaves_no_answer_behind() {
    let desk = crowd(20);
    let caps = Capabilities { fences: true, ..Capabilities::default() };
    let (mut link, end) = PipeLink::new(Size::new(120, 40), caps);
    let (start, ops) = (Instant::now(), AtomicU64::new(0));
    let (told, idle) = unbounded();
    let options = Options {
        me: desk.dana,
        store: None,
        newcomer: Newcomer::default(),
        keymap: Arc::new(Keymap::build(&layers("default", None).unwrap())),
        look: None,
        plain: None,
        clock: Clock {
            wall: Arc::new(|| NOW),
            steady: Arc::new(move || u64::try_from(start.elapsed().as_millis()).unwrap()),
        },
        ids: Box::new(move || {
            let [_, _, _, _, a, b, c, d] = ops.fetch_add(1, Ordering::SeqCst).to_be_bytes();
            Id::v7(NOW, [2, 2, 2, 2, 2, 2, a, b, c, d])
        }),
        state: None,
        mail: None,
        idle: Some(told),
    };
    let store = desk.desk.clone();
    let running = thread::spawn(move || {
        session::run(&mut link, &store, options).unwrap();
        link.messages().len()
    });
    let mut shown = vt100::Parser::new(40.try_into().unwrap(), 120.try_into().unwrap(), 0);
    let (mut unanswered, mut most, mut typed, mut heard) = (0, 0, 0, false);
    let type_bytes = |bytes: Vec<u8>, typed: &mut u64| {
        *typed += bytes.len() as u64;
        assert!(end.messages.send(FromLink::Bytes(bytes)).is_ok());
    };
    let mut keys = ["1", "2", "3", "4"].into_iter().cycle().take(41);
    loop {
        match end.sent.recv_timeout(Duration::from_millis(60)) {
            Ok(frame) => {
                unanswered += frame.windows(FENCE.len()).filter(|w| *w == FENCE).count();
                most = most.max(unanswered);
                assert!(unanswered <= 3, "{unanswered} fences without an answer");
                shown.process(&frame);
            }
            // Nothing comes any more: a key, then another, then an answer for one of the fences.
            Err(RecvTimeoutError::Timeout) if unanswered > 1 || (unanswered == 1 && !heard) => {
                unanswered -= 1;
                heard = true;
                type_bytes(b"\x1b[0n".to_vec(), &mut typed);
            }
            Err(RecvTimeoutError::Timeout) => match keys.next() {
                Some(key) => type_bytes(bytes(key), &mut typed),
                None => break,
            },
            Err(RecvTimeoutError::Disconnected) => panic!("the session is gone"),
        }
    }
    assert!(most > 1, "the next frame goes out while the previous one is on its way");
    for _ in 0..std::mem::take(&mut unanswered) {
        type_bytes(b"\x1b[0n".to_vec(), &mut typed);
    }
    while idle.recv_timeout(Duration::from_secs(20)).unwrap().bytes < typed {}
    end.sent.try_iter().for_each(|frame| shown.process(&frame));
    assert!(shown.screen().contents().contains("[1 Desk]"), "{}", shown.screen().contents());

    // What is still unanswered when it leaves is waited for: the shell would take it for typing.
    type_bytes(bytes("2"), &mut typed);
    while !end.sent.recv().unwrap().windows(FENCE.len()).any(|w| w == FENCE) {}
    type_bytes(bytes("ctrl-q"), &mut typed);
    let frames = end.sent.recv_timeout(Duration::from_millis(100)).into_iter().count();
    type_bytes(b"\x1b[0n".repeat(1 + frames), &mut typed);
    assert_eq!(running.join().unwrap(), 0, "answers were left for the shell");
}
