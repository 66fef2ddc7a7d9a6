//! Leaving takes at most two seconds, whatever the terminal or the store does: quit, SIGTERM, SIGHUP, in a real terminal
//! that has stopped reading, and with a store that another process keeps locked.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // tests may take the short way

use std::{
    fs::{File, OpenOptions},
    io::{Read, Write},
    os::unix::fs::{OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
    process::Command,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use rustix::{
    event::{PollFd, PollFlags, poll},
    process::{Pid, Signal, kill_process},
    termios::{Action, LocalModes, OutputModes, tcflow, tcgetattr},
};

#[path = "support/holder.rs"]
mod holder;
#[path = "support/terminal.rs"]
mod terminal;

use terminal::{Terminal, program};

const PROGRAM: &str = env!("CARGO_BIN_EXE_frontdesk");

/// Only a guard against a hang: far above the two seconds, as a busy machine needs.
const GUARD: Duration = Duration::from_secs(60);

/// The screen, and the device of its terminal.
struct Screen {
    terminal: Terminal,
    device: File,
}

/// How a session is asked to end.
#[derive(Clone, Copy)]
enum End {
    Quit,
    By(Signal),
}

const ENDS: [(End, u32); 4] =
    [(End::Quit, 0), (End::By(Signal::TERM), 143), (End::By(Signal::HUP), 129), (End::By(Signal::INT), 130)];

impl Screen {
    fn start(store: &Path) -> Screen {
        let terminal: Terminal = Terminal::run(program(store), (24, 80), ());
        let name: PathBuf = terminal.master.tty_name().unwrap();
        let own = i32::try_from(rustix::fs::OFlags::NOCTTY.bits()).unwrap();
        let device = OpenOptions::new().read(true).write(true).custom_flags(own).open(name).unwrap();
        let screen = Screen { terminal, device };
        screen.see("Printer");
        assert!(!screen.is_given_back(), "raw while the screen is open");
        screen
    }

    fn contents(&self) -> String {
        self.terminal.screen.lock().unwrap().screen().contents()
    }

    fn see(&self, text: &str) {
        self.wait(text, |s| s.contents().contains(text));
    }

    fn wait(&self, what: &str, done: impl Fn(&Screen) -> bool) {
        let end = Instant::now() + GUARD;
        while !done(self) {
            assert!(Instant::now() < end, "{what:?} does not come:\n{}", self.contents());
            thread::park_timeout(Duration::from_millis(5));
        }
    }

    fn end(&mut self, how: End) {
        match how {
            End::Quit => self.terminal.press("\x11"),
            End::By(signal) => {
                let pid = i32::try_from(self.terminal.child.process_id().unwrap()).unwrap();
                kill_process(Pid::from_raw(pid).unwrap(), signal).unwrap();
            }
        }
    }

    fn exit_code(&mut self) -> u32 {
        let end = Instant::now() + GUARD;
        loop {
            if let Some(status) = self.terminal.child.try_wait().unwrap() {
                return status.exit_code();
            }
            assert!(Instant::now() < end, "it does not end");
            thread::park_timeout(Duration::from_millis(5));
        }
    }

    /// Whether the terminal is in the modes of a shell's terminal: lines, echo, signals.
    fn is_given_back(&self) -> bool {
        let now = tcgetattr(&self.device).unwrap();
        now.local_modes.contains(LocalModes::ICANON | LocalModes::ECHO | LocalModes::ISIG)
            && now.output_modes.contains(OutputModes::OPOST)
    }
}

/// A store with one ticket, in its own folder.
fn desk() -> (tempfile::TempDir, PathBuf) {
    let mut builder = tempfile::Builder::new();
    let dir = builder.permissions(std::fs::Permissions::from_mode(0o700)).tempdir().unwrap();
    let store = dir.path().join("desk.redb");
    for args in [
        &["init", "--address", "help@desk.example"][..],
        &["customer", "add", "Ada Lovelace", "--email", "ada@example.org"],
        &["ticket", "create", "--customer", "ada@example.org", "Printer", "--body", "It burns."],
    ] {
        let out = Command::new(PROGRAM).arg("--store").arg(&store).args(args).output().unwrap();
        assert!(out.status.success(), "{args:?}: {}", String::from_utf8_lossy(&out.stderr));
    }
    (dir, store)
}

#[test]
fn leaving_gives_the_terminal_back_and_says_which_signal_it_was() {
    let (_dir, store) = desk();
    for (how, code) in ENDS {
        let mut screen = Screen::start(&store);
        screen.end(how);
        assert_eq!(screen.exit_code(), code);
        assert!(screen.is_given_back());
        screen.see("");
        screen.wait("the shell's screen", |s| !s.terminal.screen.lock().unwrap().screen().alternate_screen());
    }
}

#[test]
fn a_terminal_that_no_longer_reads_does_not_hold_up_leaving() {
    let (_dir, store) = desk();
    for (how, code) in ENDS {
        let mut screen = Screen::start(&store);
        // From here on the terminal takes no byte, as one whose reader hangs and whose buffers are full.
        tcflow(&screen.device, Action::OOff).unwrap();
        screen.terminal.press("j2\x0c");
        screen.end(how);
        assert_eq!(screen.exit_code(), code);
        assert!(screen.is_given_back(), "raw mode ends although nothing can be written");
    }
}

/// A terminal that can stop reading: what is written into it then stays in its buffer.
struct Stuck {
    child: Box<dyn portable_pty::Child + Send + Sync>,
    keys: Box<dyn Write + Send>,
    device: File,
    screen: Arc<Mutex<vt100::Parser>>,
    reads: Arc<AtomicBool>,
    // Its other end stays open, or the program would see a hang-up.
    _master: Box<dyn portable_pty::MasterPty + Send>,
}

impl Stuck {
    fn start(store: &Path) -> Stuck {
        let size = portable_pty::PtySize { rows: 24, cols: 80, pixel_width: 0, pixel_height: 0 };
        let pair = portable_pty::native_pty_system().openpty(size).unwrap();
        let child = pair.slave.spawn_command(program(store)).unwrap();
        drop(pair.slave);
        let own = i32::try_from(rustix::fs::OFlags::NOCTTY.bits()).unwrap();
        let name = pair.master.tty_name().unwrap();
        let device = OpenOptions::new().read(true).write(true).custom_flags(own).open(name).unwrap();
        let (rows, cols) = (24.try_into().unwrap(), 80.try_into().unwrap());
        let screen = Arc::new(Mutex::new(vt100::Parser::new_with_callbacks(rows, cols, 0, ())));
        let reads = Arc::new(AtomicBool::new(true));
        let (shown, may, mut reader) =
            (screen.clone(), reads.clone(), pair.master.try_clone_reader().unwrap());
        thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(n @ 1..) = reader.read(&mut buffer) {
                shown.lock().unwrap().process(&buffer[..n]);
                while !may.load(Ordering::SeqCst) {
                    thread::park_timeout(Duration::from_millis(5));
                }
            }
        });
        let keys = pair.master.take_writer().unwrap();
        Stuck { child, keys, device, screen, reads, _master: pair.master }
    }

    fn press(&mut self, keys: &str) {
        self.keys.write_all(keys.as_bytes()).unwrap();
        self.keys.flush().unwrap();
    }

    fn see(&self, text: &str) {
        let end = Instant::now() + GUARD;
        while !self.screen.lock().unwrap().screen().contents().contains(text) {
            assert!(Instant::now() < end, "{text:?} does not come");
            thread::park_timeout(Duration::from_millis(5));
        }
    }

    /// Whether the buffer takes no more byte.
    fn is_full(&self) -> bool {
        let mut fds = [PollFd::new(&self.device, PollFlags::OUT)];
        poll(&mut fds, Some(&rustix::event::Timespec { tv_sec: 0, tv_nsec: 0 })).unwrap();
        !fds[0].revents().contains(PollFlags::OUT)
    }

    /// Stops reading; what is typed then is taken, and the program draws until its writes go nowhere.
    fn fill(&mut self, typed: &str) {
        self.reads.store(false, Ordering::SeqCst);
        self.press(typed);
        let end = Instant::now() + GUARD;
        while !self.is_full() {
            assert!(Instant::now() < end, "the buffer never fills");
            // Keys are taken in order: what fills the buffer is drawn after the text was taken.
            self.press("\x0c");
            thread::park_timeout(Duration::from_millis(40));
        }
    }

    fn exit_code(&mut self) -> u32 {
        let end = Instant::now() + GUARD;
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status.exit_code();
            }
            assert!(Instant::now() < end, "it does not end");
            thread::park_timeout(Duration::from_millis(5));
        }
    }
}

#[test]
fn a_full_output_buffer_does_not_hold_up_leaving_and_nothing_typed_is_lost() {
    for (how, code) in ENDS {
        let (dir, store) = desk();
        let mut stuck = Stuck::start(&store);
        stuck.see("Printer");
        stuck.press("r");
        stuck.see("To");
        stuck.press("Is it plugged in");
        stuck.see("Is it plugged in");
        stuck.fill(" at all");
        match how {
            // Out of the text, then quit; the escape is not the beginning of another key.
            End::Quit => {
                stuck.press("\x1b");
                thread::park_timeout(Duration::from_millis(300));
                stuck.press("\x11");
            }
            End::By(signal) => {
                let pid = i32::try_from(stuck.child.process_id().unwrap()).unwrap();
                kill_process(Pid::from_raw(pid).unwrap(), signal).unwrap();
            }
        }
        assert_eq!(stuck.exit_code(), code);
        assert!(stuck.is_full(), "no one read meanwhile");
        // The draft is in the store, or in the file for the next start.
        let mut again = Screen::start(&store);
        again.terminal.press("r");
        again.see("Is it plugged in at all");
        again.end(End::By(Signal::TERM));
        again.exit_code();
        drop(dir);
    }
}

#[test]
fn a_store_that_is_busy_does_not_hold_up_leaving_and_what_was_typed_is_kept() {
    let (dir, store) = desk();
    for (how, code) in ENDS {
        let mut screen = Screen::start(&store);
        let mut other = holder::start("holds_the_lock", &store);
        screen.terminal.press("r");
        screen.see("To");
        screen.terminal.press("Is it plugged in");
        screen.see("Is it plugged in");
        if let End::Quit = how {
            screen.terminal.press("\x1b");
            screen.wait("command mode", |s| !s.contents().contains("leave typing"));
        }
        screen.end(how);
        assert_eq!(screen.exit_code(), code);
        assert!(other.try_wait().unwrap().is_none(), "the other process still has its lock");
        assert!(screen.is_given_back());
        let state = dir.path().join(".local/state/frontdesk");
        let kept: Vec<PathBuf> = std::fs::read_dir(&state).unwrap().map(|f| f.unwrap().path()).collect();
        assert_eq!(kept.len(), 1, "what was typed is in a file: {kept:?}");
        assert!(std::fs::read_to_string(&kept[0]).unwrap().contains("Is it plugged in"));
        assert_eq!(std::fs::metadata(&kept[0]).unwrap().permissions().mode() & 0o777, 0o600);
        std::fs::remove_file(&kept[0]).unwrap();
        other.kill().unwrap();
        other.wait().unwrap();
    }
}

/// No test: the process that has the lock.
#[test]
#[ignore = "started by other tests"]
fn holds_the_lock() {
    holder::lock();
}
