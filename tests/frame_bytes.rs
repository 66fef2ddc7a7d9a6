//! What a selection move costs on the line, in every workspace at 120×40: the bytes of its frame. Where the list has the whole
//! width, the terminal scrolls it, and a move that scrolls costs little more than one that does not.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // tests may take the short way

use frontdesk::{
    term::{backend::ByteBackend, caps::Capabilities},
    tui::{self, event::TuiEventKind},
};
use ratatui::{Terminal, layout::Size};

mod support;

use support::{crowd::crowd, keys::key, screen::Screen};

const SIZE: (u16, u16) = (120, 40);

/// Each workspace, and the most bytes of a move: where nothing scrolls, and where the list does.
const BUDGETS: [(&str, usize, usize); 6] = [
    // The list is next to the page, so its rows are sent again.
    ("1", 300, 800),
    ("2", 300, 340),
    ("3", 300, 300),
    ("4", 300, 300),
    // Metrics, not a list: the meaning of the selected one changes with the move, and both columns scroll.
    ("5", 500, 2_500),
    ("8", 300, 300),
];

struct Bytes {
    screen: Screen,
    terminal: Terminal<ByteBackend>,
}

impl Bytes {
    fn frame(&mut self) -> usize {
        let model = &self.screen.model;
        self.terminal.draw(|frame| tui::draw(model, frame)).unwrap();
        self.terminal.backend_mut().take_frame().len()
    }

    /// The frame of a key, without what follows once the cursor rests.
    fn press(&mut self, name: &str) -> usize {
        self.screen.happened(TuiEventKind::Key(key(name)));
        let bytes = self.frame();
        // The page follows, in its own frame.
        self.screen.wait(100);
        self.frame();
        bytes
    }
}

#[test]
fn a_selection_move_costs_300_bytes_at_most_and_little_more_where_the_list_scrolls() {
    let desk = crowd(120);
    for (workspace, still, scrolling) in BUDGETS {
        let mut screen = Screen::open(&desk.desk, desk.dana, SIZE);
        screen.keys(workspace);
        let backend = ByteBackend::new(Size::new(SIZE.0, SIZE.1), Capabilities::default());
        let mut bytes = Bytes { screen, terminal: Terminal::new(backend).unwrap() };
        bytes.frame();
        // Ten rows are in sight everywhere.
        let first: Vec<usize> = (0..9).map(|_| bytes.press("j")).collect();
        let mut rest: Vec<usize> = (0..50).map(|_| bytes.press("j")).collect();
        rest.extend((0..60).map(|_| bytes.press("k")));
        println!("{workspace}: {first:?} {rest:?}");
        assert!(first.iter().all(|n| *n <= still), "{workspace}: {first:?}");
        assert!(rest.iter().all(|n| *n <= scrolling), "{workspace}: {rest:?}");
        if workspace != "8" {
            assert!(first.iter().any(|n| *n > 50), "{workspace}: nothing moves: {first:?}");
        }
    }
}
