//! Idle: the screen wants to be woken only for what changes on it. (`docs/measured.md` has the processor time of the program.)

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // tests may take the short way

use frontdesk::{
    term::{backend::ByteBackend, caps::Capabilities},
    tui::{self, event::What, look::Look},
};
use ratatui::{Terminal, layout::Size};

mod support;

use support::{
    screen::Screen,
    tiny::{NOW, Tiny},
};

const MINUTE: i64 = 60_000;

#[test]
fn no_wake_up_of_an_idle_screen_changes_nothing() {
    let tiny = Tiny::full();
    for workspace in ["1", "2", "3", "4", "5", "8", "2 Enter", "3 Enter", "?", ":"] {
        let mut screen = Screen::open(&tiny.desk, tiny.dana, (120, 40));
        screen.keys(workspace).wait(MINUTE);
        let backend = ByteBackend::new(Size::new(120, 40), Capabilities::default());
        let mut terminal = Terminal::new(backend).unwrap();
        let mut frame = |screen: &Screen| {
            terminal.draw(|frame| tui::draw(&screen.model, frame)).unwrap();
            terminal.backend_mut().take_frame().len()
        };
        frame(&screen);
        let (end, mut wakes) = (screen.now + 10 * MINUTE, Vec::new());
        while let Some(at) = tui::wake_at(&screen.model).filter(|at| *at <= end) {
            screen.now = at.max(screen.now + 1);
            screen.happened(What::Tick);
            wakes.push((at - NOW, frame(&screen)));
        }
        assert!(wakes.iter().all(|(_, bytes)| *bytes > 0), "{workspace}: {wakes:?}");
        assert!(wakes.len() <= 12, "{workspace}: {wakes:?}");
    }
}

#[test]
fn without_colours_the_hint_of_an_empty_field_is_in_brackets() {
    let tiny = Tiny::full();
    for (look, hint) in [(Look::shipped(false, true), "(needed)"), (Look::shipped(true, true), " needed")] {
        let mut screen = Screen::with_look(&tiny.desk, tiny.dana, (120, 40), look);
        // A new task: its title is needed, and the cursor is moved off it.
        screen.keys("4 o Tab").expect(hint);
    }
}
