//! The program in terminals, and what is done there.

use std::time::{Duration, Instant};

use super::{
    process::{PATIENCE, Place, until},
    support::terminal::{Terminal, program},
};

/// The program in a terminal.
pub fn opened(place: &Place) -> Terminal {
    let mut command = program(&place.path);
    command.args(["--agent", "Dana"]);
    Terminal::run(command, (40, 120), ())
}

impl Terminal {
    pub fn shows(&self, text: &str) -> bool {
        self.screen.lock().unwrap().screen().contents().contains(text)
    }

    #[track_caller]
    pub fn see(&self, text: &str) {
        let begun = Instant::now();
        while !self.shows(text) {
            assert!(
                begun.elapsed() < PATIENCE / 3,
                "“{text}” does not come:
{}",
                self.text()
            );
            std::thread::park_timeout(Duration::from_millis(1));
        }
    }

    /// Writes a note on the ticket that is open.
    pub fn note(&mut self, text: &str) {
        self.press("n");
        self.see("INTERNAL NOTE");
        self.press(text);
        self.see(text);
        self.press("\x1b");
        until("typing ends", || !self.shows("leave typing"));
        self.press("y");
        until("the note is written", || !self.shows("INTERNAL NOTE"));
    }

    /// What stands on the screen.
    pub fn text(&self) -> String {
        self.screen.lock().unwrap().screen().contents()
    }

    pub fn leave(mut self) {
        self.press("\x11");
        until("it ends", || match self.child.try_wait().unwrap() {
            Some(status) => {
                assert!(status.success());
                true
            }
            None => false,
        });
    }
}
