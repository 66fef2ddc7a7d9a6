//! This process's own terminal, in a real pty: entered, left and given back whatever happens.
//!
//! The program under test is this very test file: `child` is started in the pty by the others.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // tests may take the short way

use std::{
    thread,
    time::{Duration, Instant},
};

use crossbeam_channel::RecvTimeoutError;
use frontdesk::{
    host::{
        link::{FromLink, Link, ToEdit},
        local::{LocalLink, LocalSettings, OpenSettings},
    },
    term::{caps::Capabilities, safe::Safe},
};
use portable_pty::{CommandBuilder, PtySize};
use rustix::process::{Pid, Signal, kill_process, kill_process_group};

#[path = "support/skip.rs"]
mod skip;
#[path = "support/terminal.rs"]
mod terminal;

use terminal::Terminal;

/// Shows what it hears; `q` closes, `p` panics, `o` panics on another thread, `z` suspends, `e` edits.
#[test]
#[ignore = "run by the others, in a pty"]
fn child() {
    let settings = LocalSettings {
        capabilities: Capabilities { mouse: true, kitty_keys: true, ..Capabilities::default() },
        editor: "sed -i s/Grace/Ada/".to_owned(),
        scratch: vec![std::env::temp_dir()],
        open: OpenSettings::default(),
        home: None,
        remote: false,
        lines: false,
    };
    let mut link = LocalLink::open(settings).unwrap();
    let say = |link: &mut LocalLink, text: &str| link.write(format!("[{text}]").into_bytes());
    say(&mut link, "ready");
    loop {
        match link.messages().recv_timeout(Duration::from_secs(20)) {
            Ok(FromLink::Bytes(bytes)) => match bytes.as_slice() {
                b"q" => break link.close(Some(&Safe::line("good\x1b bye"))),
                b"p" => panic!("on\x1b purpose"),
                b"o" => {
                    let _ = thread::spawn(|| panic!("elsewhere")).join();
                    say(&mut link, "still here");
                }
                b"z" => {
                    let done = link.suspend();
                    say(&mut link, &format!("suspended {}", done.is_ok()));
                }
                b"e" => {
                    let edited = link.run_editor(&ToEdit { text: "Dear Grace", note: None });
                    say(&mut link, &edited.unwrap().text.unwrap());
                }
                other => say(&mut link, &format!("got {}", other.escape_ascii())),
            },
            Ok(FromLink::Resize(size)) => say(&mut link, &format!("{}x{}", size.width, size.height)),
            Ok(FromLink::Terminate(_)) => break link.close(Some(&Safe::fixed("told to go"))),
            Ok(FromLink::Written) => {}
            Ok(FromLink::Trouble(why)) => say(&mut link, &why),
            Ok(FromLink::Resumed) => {
                link.resume().unwrap();
                say(&mut link, "resumed");
            }
            Ok(FromLink::Hangup | FromLink::EndOfLines)
            | Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => return,
            Ok(FromLink::Suspend) => say(&mut link, "asked to stop"),
        }
    }
}

/// What started the child.
#[derive(Clone, Copy)]
enum Above {
    Nothing,
    Shell,
    Container,
}

/// What `unshare` makes a container of, without being root.
const CONTAINER: [&str; 4] = ["--user", "--map-root-user", "--pid", "--fork"];

/// A pty with the child in it, and what its screen shows.
type Pty = Terminal;

impl Pty {
    /// Starts the child: alone, under a shell (as its job would be) or as the first process of a container.
    fn start(above: Above) -> Self {
        let this = std::env::current_exe().unwrap();
        let run = ["--ignored", "--exact", "child", "--nocapture"];
        let mut command = match above {
            Above::Nothing => CommandBuilder::new(&this),
            Above::Shell => CommandBuilder::new("sh"),
            Above::Container => CommandBuilder::new("unshare"),
        };
        match above {
            Above::Nothing => command.args(run),
            Above::Shell => command.args(["-c", &format!("'{}' {}; true", this.display(), run.join(" "))]),
            Above::Container => {
                command.args(CONTAINER);
                command.arg(&this);
                command.args(run);
            }
        }
        command.env("RUST_BACKTRACE", "0");
        let mut pty = Terminal::run(command, (24, 80), ());
        pty.wait("the child", |s| s.alternate_screen() && s.contents().contains("[ready]"));
        pty
    }

    fn wait(&mut self, what: &str, seen: impl Fn(&vt100::Screen) -> bool) {
        let begun = Instant::now();
        while !seen(self.screen.lock().unwrap().screen()) {
            let contents = self.screen.lock().unwrap().screen().contents();
            let state = {
                let s = self.screen.lock().unwrap();
                (s.screen().alternate_screen(), s.screen().bracketed_paste())
            };
            assert!(begun.elapsed() < Duration::from_secs(15), "no sign of {what} {state:?} in:\n{contents}");
            thread::sleep(Duration::from_millis(10));
        }
    }

    fn pid(&self) -> Pid {
        Pid::from_raw(i32::try_from(self.child.process_id().unwrap()).unwrap()).unwrap()
    }

    /// The terminal as a shell wants to find it, with `text` on it.
    fn assert_given_back(&mut self, text: &str) {
        self.wait(text, |s| !s.alternate_screen() && s.contents().contains(text));
        let screen = self.screen.lock().unwrap();
        let screen = screen.screen();
        assert!(!screen.hide_cursor() && !screen.bracketed_paste());
        assert_eq!(screen.mouse_protocol_mode(), vt100::MouseProtocolMode::None);
        assert!(!screen.contents().contains("[ready]"));
    }
}

#[test]
fn closing_gives_the_terminal_back_and_says_the_last_words() {
    let mut pty = Pty::start(Above::Nothing);
    pty.press("\x1b[A");
    pty.wait("the key", |s| s.contents().contains("[got \\x1b[A]"));
    pty.press("q");
    pty.assert_given_back("good␛ bye");
}

#[test]
fn a_panic_gives_the_terminal_back_before_it_is_told() {
    let mut pty = Pty::start(Above::Nothing);
    pty.press("p");
    pty.assert_given_back("on␛ purpose");
}

#[test]
fn a_panic_elsewhere_leaves_the_session_its_screen() {
    let mut pty = Pty::start(Above::Nothing);
    pty.press("o");
    pty.wait("the session", |s| s.alternate_screen() && s.contents().contains("[still here]"));
    assert!(!pty.screen.lock().unwrap().screen().contents().contains("elsewhere"));
    pty.press("q");
    pty.assert_given_back("elsewhere");
}

#[test]
fn a_termination_is_told_to_the_session() {
    let mut pty = Pty::start(Above::Nothing);
    kill_process(pty.pid(), Signal::TERM).unwrap();
    pty.assert_given_back("told to go");
}

#[test]
fn a_new_size_is_told_to_the_session() {
    let mut pty = Pty::start(Above::Nothing);
    pty.master.resize(PtySize { rows: 30, cols: 100, pixel_width: 0, pixel_height: 0 }).unwrap();
    pty.wait("the size", |s| s.contents().contains("[100x30]"));
}

#[test]
fn the_editor_has_the_terminal_to_itself() {
    let mut pty = Pty::start(Above::Nothing);
    pty.press("e");
    pty.wait("the edited text", |s| s.alternate_screen() && s.contents().contains("[Dear Ada]"));
    pty.press("q");
    pty.assert_given_back("good");
}

#[test]
fn suspending_gives_the_terminal_back_until_continued() {
    let mut pty = Pty::start(Above::Shell);
    pty.press("z");
    pty.wait("the shell's screen", |s| !s.alternate_screen() && !s.bracketed_paste());
    let job = pty.pid();
    let begun = Instant::now();
    while !pty.screen.lock().unwrap().screen().contents().contains("[suspended true]") {
        assert!(begun.elapsed() < Duration::from_secs(15), "never came back");
        kill_process_group(job, Signal::CONT).unwrap();
        thread::sleep(Duration::from_millis(100));
    }
    assert!(pty.screen.lock().unwrap().screen().alternate_screen());
}

#[test]
fn without_a_shell_above_nothing_is_suspended() {
    let mut pty = Pty::start(Above::Nothing);
    pty.press("z");
    pty.wait("the refusal", |s| s.alternate_screen() && s.contents().contains("[suspended false]"));
}

#[test]
fn the_first_process_of_a_container_is_not_suspended() {
    let can = std::process::Command::new("unshare").args(CONTAINER).arg("true").output();
    if !can.is_ok_and(|out| out.status.success()) {
        crate::skip::skipped("no containers here");
        return;
    }
    let mut pty = Pty::start(Above::Container);
    pty.press("z");
    pty.wait("the refusal", |s| s.alternate_screen() && s.contents().contains("[suspended false]"));
}
