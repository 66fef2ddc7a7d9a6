//! The program itself, in a real terminal: find a customer, answer a ticket, leave, and find it again.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // tests may take the short way

use std::{
    os::unix::fs::PermissionsExt,
    path::Path,
    process::Command,
    thread,
    time::{Duration, Instant},
};

#[path = "support/terminal.rs"]
mod terminal;

use terminal::{Terminal, program};

const PROGRAM: &str = env!("CARGO_BIN_EXE_frontdesk");

/// What the terminal was asked for besides showing cells.
#[derive(Default)]
struct Heard {
    bells: usize,
    copies: usize,
    unknown: Vec<String>,
}

impl vt100::Callbacks for Heard {
    fn audible_bell(&mut self, _: &mut vt100::Screen) {
        self.bells += 1;
    }

    fn copy_to_clipboard(&mut self, _: &mut vt100::Screen, _: &[u8], _: &[u8]) {
        self.copies += 1;
    }

    fn unhandled_char(&mut self, _: &mut vt100::Screen, c: char) {
        self.unknown.push(format!("{c:?}"));
    }
}

/// The program in a terminal.
type Pty = Terminal<Heard>;

impl Pty {
    fn start(store: &Path, rows: u16, cols: u16) -> Pty {
        let mut command = program(store);
        command.env("USER", "dana");
        Terminal::run(command, (rows, cols), Heard::default())
    }

    fn contents(&self) -> String {
        self.screen.lock().unwrap().screen().contents()
    }

    /// Waits for a text to stand on the screen.
    fn see(&self, text: &str) {
        let end = Instant::now() + Duration::from_secs(30);
        while !self.contents().contains(text) {
            assert!(Instant::now() < end, "{text:?} does not come:\n{}", self.contents());
            thread::yield_now();
            thread::park_timeout(Duration::from_millis(5));
        }
    }

    /// Waits for a text to be gone from the screen.
    fn miss(&self, text: &str) {
        let end = Instant::now() + Duration::from_secs(30);
        while self.contents().contains(text) {
            assert!(Instant::now() < end, "{text:?} does not go:\n{}", self.contents());
            thread::park_timeout(Duration::from_millis(5));
        }
    }

    /// Waits until the program has ended; whether all was well.
    fn ended(&mut self) -> bool {
        let end = Instant::now() + Duration::from_secs(30);
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status.success();
            }
            assert!(Instant::now() < end, "it does not end:\n{}", self.contents());
            thread::park_timeout(Duration::from_millis(5));
        }
    }
}

fn frontdesk(store: &Path, args: &[&str]) -> String {
    let out =
        Command::new(PROGRAM).arg("--store").arg(store).args(args).env("USER", "dana").output().unwrap();
    assert!(out.status.success(), "{args:?}: {}", String::from_utf8_lossy(&out.stderr));
    String::from_utf8(out.stdout).unwrap()
}

/// A folder of one's own, as a store wants it.
fn folder() -> tempfile::TempDir {
    let mut builder = tempfile::Builder::new();
    builder.permissions(std::fs::Permissions::from_mode(0o700)).tempdir().unwrap()
}

#[test]
fn find_a_customer_answer_a_ticket_leave_and_find_it_again() {
    let dir = folder();
    let store = dir.path().join("desk.redb");
    frontdesk(&store, &["init", "--address", "help@desk.example"]);
    frontdesk(&store, &["customer", "add", "Grace Hopper", "--email", "grace@example.org"]);
    frontdesk(&store, &["customer", "add", "Ada Lovelace", "--email", "ada@example.org"]);
    let customer = ["ticket", "create", "--customer", "grace@example.org"];
    frontdesk(&store, &[&customer[..], &["Invoice is blank", "--body", "It was fine on Monday."]].concat());

    let mut pty = Pty::start(&store, 40, 120);
    pty.see("Queues");
    pty.press("f");
    pty.see("Find anything");
    pty.press("hopp");
    pty.see("Grace Hopper");
    pty.press("\r");
    pty.see("grace@example.org");
    // Back to the desk, to all open tickets, and answer.
    pty.press("gt");
    pty.see("All tickets 1");
    pty.see("It was fine on Monday.");
    pty.press("r");
    pty.see("PUBLIC REPLY");
    pty.press("Which browser is it?");
    pty.see("Which browser is it?");
    // Escape is known as such only once nothing follows it for a while: that the hint of it goes says that it was.
    pty.press("\x1b");
    pty.miss("leave typing");
    pty.press("y");
    pty.see("held");
    pty.press("\x11");
    // Leaving with a held reply asks.
    let end = Instant::now() + Duration::from_secs(30);
    while pty.child.try_wait().unwrap().is_none() && Instant::now() < end {
        if pty.contents().contains("held") {
            pty.press("y");
        }
        thread::park_timeout(Duration::from_millis(50));
    }
    assert!(pty.ended());
    assert!(!pty.screen.lock().unwrap().screen().alternate_screen(), "the terminal is given back");

    let found = frontdesk(&store, &["list", "messages", "browser"]);
    assert!(found.contains("Which browser is it?") || found.contains("Re: Invoice is blank"), "{found}");
    frontdesk(&store, &["check"]);

    let mut again = Pty::start(&store, 24, 80);
    again.see("Invoice is blank");
    again.press("\r");
    again.see("Which browser is it?");
    again.press("\x11");
    let end = Instant::now() + Duration::from_secs(30);
    while again.child.try_wait().unwrap().is_none() && Instant::now() < end {
        again.press("y");
        thread::park_timeout(Duration::from_millis(50));
    }
    assert!(again.ended());
}

#[test]
fn what_a_customer_wrote_reaches_no_terminal_raw() {
    let dir = folder();
    let store = dir.path().join("desk.redb");
    frontdesk(&store, &["init"]);
    let bad = "\u{1b}]0;owned\u{7}\u{1b}]52;c;AAAA\u{7}\u{9b}31m\u{202e}evil\u{7}";
    let mail = format!("From: {bad} <eve@example.org>\nSubject: {bad}\nMessage-ID: <1@x.example>\n\n{bad}\n");
    let file = dir.path().join("bad.eml");
    std::fs::write(&file, mail).unwrap();
    frontdesk(&store, &["import", "mail", file.to_str().unwrap()]);
    let mut pty = Pty::start(&store, 40, 120);
    pty.see("evil");
    for keys in ["2", "\r", "3", "\r", "4", "5", "1", "f", "evil"] {
        pty.press(keys);
    }
    pty.see("Find anything");
    {
        let screen = pty.screen.lock().unwrap();
        let heard = screen.callbacks();
        assert_eq!((heard.bells, heard.copies), (0, 0));
        assert!(heard.unknown.is_empty(), "{:?}", heard.unknown);
        assert!(!screen.screen().contents().contains('\u{202e}'));
    }
    pty.press("\x1b");
    pty.miss("Find anything");
    pty.press("\x11");
    assert!(pty.ended());
}

#[test]
fn in_a_locale_that_is_not_utf_8_the_screen_is_ascii() {
    let dir = folder();
    let store = dir.path().join("desk.redb");
    frontdesk(&store, &["init"]);
    frontdesk(&store, &["customer", "add", "Zoë Weiß 山", "--email", "zoe@example.org"]);
    // As UTF-8 the last letters are C3 9B 33 31 6D: to GNU screen in a C locale, CSI 31 m.
    frontdesk(
        &store,
        &["ticket", "create", "--customer", "zoe@example.org", "Größe Û31m", "--body", "“Hé” …"],
    );
    let mut command = program(&store);
    command.env("USER", "dana");
    command.env("LC_ALL", "C");
    let mut pty = Terminal::run(command, (40, 120), Heard::default());
    pty.see("Zoe Weis");
    pty.press("\r");
    pty.see("\"He\"");
    for keys in ["2", "3", "4", "1", "?"] {
        pty.press(keys);
    }
    pty.see("Keys that work");
    assert!(pty.contents().is_ascii(), "{}", pty.contents());
    pty.press("\x1b");
    pty.miss("Keys that work");
    pty.press("\x11");
    assert!(pty.ended());
}

#[test]
fn without_a_terminal_the_screen_says_so() {
    let dir = folder();
    let out = Command::new(PROGRAM)
        .arg("--store")
        .arg(dir.path().join("desk.redb"))
        .stdin(std::process::Stdio::null())
        .output()
        .unwrap();
    assert!(!out.status.success());
    assert!(!String::from_utf8_lossy(&out.stderr).trim().is_empty());
}

const FIRST_MAIL: &str = "From grace@example.org Mon Sep  7 09:12:00 2026
From: Grace Hopper <grace@example.org>
To: help@desk.example
Subject: Invoice is blank
Message-ID: <first@example.org>
Date: Mon, 07 Sep 2026 09:12:00 +0000

Since Monday every invoice is blank.
";

/// From an empty folder to the first reply, by keys alone.
#[test]
fn the_first_hour_needs_no_shell() {
    let dir = folder();
    let store = dir.path().join("desk.redb");
    std::fs::write(dir.path().join("support.mbox"), FIRST_MAIL).unwrap();
    std::fs::write(dir.path().join("people.csv"), "Name,E-mail\nAda Lovelace,ada@example.org\n").unwrap();

    let mut pty = Pty::start(&store, 24, 80);
    pty.see("Welcome to frontdesk");
    // Left once: whatever needs a desk asks again.
    pty.press("\x1b");
    pty.miss("Welcome to frontdesk");
    pty.press("Nc");
    pty.see("Welcome to frontdesk");
    pty.press("\tdana@desk.example\t\x15Nowhere");
    pty.press("\x13");
    pty.see("is not a time zone");
    // The only one that is like it is taken.
    pty.press("\x15Berl");
    pty.see("Europe/Berlin");
    pty.press("\t\x13");
    pty.see("Where to begin");
    pty.press("import\r");
    pty.see("Import ›");
    pty.press(dir.path().join("people.csv").to_str().unwrap());
    pty.press("\r");
    pty.see("new: 1 customer");
    pty.press("\r");
    pty.see("1 contacts read");
    pty.press("q");
    pty.miss("1 contacts read");
    pty.press("Ni");
    pty.see("Import ›");
    pty.press(dir.path().join("support.mbox").to_str().unwrap());
    pty.press("\r");
    pty.see("new: 1 customer, 1 ticket, 1 message");
    pty.press("\r");
    pty.see("1 messages read");
    pty.press("q");
    pty.press("2");
    pty.see("Invoice is blank");
    pty.press("\r");
    pty.see("Since Monday every invoice is blank.");
    pty.press("r");
    pty.see("PUBLIC REPLY");
    pty.press("Which browser is it?");
    pty.see("Which browser is it?");
    pty.press("\x1b");
    pty.miss("leave typing");
    pty.press("y");
    pty.see("held");
    drop(pty);
    let zone = frontdesk(&store, &["settings", "--json"]);
    assert!(zone.contains("Europe/Berlin"), "{zone}");
    assert!(frontdesk(&store, &["show", "T-1"]).contains("Which browser is it?"));
}
