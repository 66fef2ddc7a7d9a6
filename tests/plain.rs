//! The screen said line by line: a working day by keys and by whole lines, with nothing printed that is not text.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // tests may take the short way

mod support;

use std::{
    io::{Read as _, Write},
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use crossbeam_channel::{Receiver, unbounded};
use frontdesk::{
    desk::{Desk, command::NewTicket, read},
    host::{
        link::FromLink,
        pipe::{PipeEnd, PipeLink},
        session::{self, Clock, Idle, Options},
    },
    model::{Category, Id, Kind, Stamp, Ticket},
    store::records,
    term::{caps::Capabilities, safe::corpus},
    tui::{
        command::CommandId,
        effect::Leave,
        event::TuiEventKind,
        keymap::{Keymap, layers},
        look::Appearance,
        plain::{Speaker, Voice, words},
        popups::welcome::Newcomer,
    },
};
use portable_pty::{CommandBuilder, PtySize, native_pty_system};
use ratatui::layout::Size;
use support::{
    keys::bytes,
    screen::Screen,
    tiny::{NOW, Tiny},
};

/// Someone who listens: what was pressed, and what was said.
struct Listener {
    end: PipeEnd,
    idle: Receiver<Idle>,
    typed: u64,
    thread: Option<thread::JoinHandle<Leave>>,
    said: String,
    transcript: String,
}

const KEYS: Voice = Voice { utf8: true, lines: false };
const LINES: Voice = Voice { utf8: true, lines: true };

impl Listener {
    fn open(desk: &Desk, me: Id, voice: Voice) -> Listener {
        let (mut link, end) = PipeLink::new(Size::new(80, 24), Capabilities::printing(voice.utf8));
        let (told, idle) = unbounded();
        let start = Instant::now();
        let wall = AtomicU64::new(0);
        let ops = Mutex::new(0u64);
        static SESSIONS: AtomicU64 = AtomicU64::new(0);
        let [.., hi, lo] = SESSIONS.fetch_add(1, Ordering::SeqCst).to_be_bytes();
        let options = Options {
            me,
            store: None,
            newcomer: Newcomer { name: "Dana Reyes".into(), user: "dana".into(), ..Newcomer::default() },
            keymap: Arc::new(Keymap::build(&layers("default", None).unwrap())),
            look: None,
            plain: Some(voice),
            clock: Clock {
                // Of the day only what a test says goes by.
                wall: Arc::new(move || NOW + wall.fetch_add(1, Ordering::SeqCst) as Stamp),
                steady: Arc::new(move || start.elapsed().as_millis() as u64),
            },
            ids: Box::new(move || {
                let mut n = ops.lock().unwrap();
                *n += 1;
                let [_, _, _, _, a, b, c, d] = n.to_be_bytes();
                Id::v7(NOW, [3, 3, 3, 3, hi, lo, a, b, c, d])
            }),
            state: None,
            mail: None,
            idle: Some(told),
        };
        let desk = desk.clone();
        let thread = thread::spawn(move || session::run(&mut link, &desk, options).unwrap());
        let mut d = Listener {
            end,
            idle,
            typed: 0,
            thread: Some(thread),
            said: String::new(),
            transcript: String::new(),
        };
        d.rest();
        d.transcript = d.said.clone();
        d
    }

    /// Waits until all is said that comes of what was typed.
    fn rest(&mut self) {
        loop {
            let idle = self.idle.recv_timeout(Duration::from_secs(20)).expect("the session becomes idle");
            if idle.bytes >= self.typed {
                break;
            }
        }
        let new = String::from_utf8(self.end.take()).expect("UTF-8");
        is_text(&new);
        self.said = new.replace("\r\n", "\n");
    }

    fn press(&mut self, shown: &str, bytes: Vec<u8>) {
        self.typed += bytes.len() as u64;
        assert!(self.end.type_bytes(bytes));
        self.rest();
        let lead = if self.transcript.ends_with('\n') { "" } else { "\n" };
        self.transcript.push_str(&format!("{lead}[{shown}]\n{}", self.said.trim_start_matches('\n')));
    }

    fn keys(&mut self, names: &str) -> &mut Listener {
        for name in names.split_whitespace() {
            self.press(name, bytes(name));
        }
        self
    }

    fn text(&mut self, text: &str) -> &mut Listener {
        self.press(&format!("types: {text}"), text.as_bytes().to_vec());
        self
    }

    /// Whole lines.
    fn lines(&mut self, lines: &str) -> &mut Listener {
        for line in lines.lines() {
            self.press(&format!("line: {line}"), format!("{line}\n").into_bytes());
        }
        self
    }

    #[track_caller]
    fn expect(&mut self, what: &str) -> &mut Listener {
        assert!(self.said.contains(what), "“{what}” was not said:\n{}", self.transcript);
        self
    }

    #[track_caller]
    fn expect_not(&mut self, what: &str) -> &mut Listener {
        assert!(!self.said.contains(what), "“{what}” was said:\n{}", self.transcript);
        self
    }

    fn leave(&mut self, keys: &str) -> Leave {
        for name in keys.split_whitespace() {
            self.end.type_bytes(bytes(name));
        }
        self.thread.take().unwrap().join().unwrap()
    }
}

/// Text, line ends, and a backspace while one types: nothing else is printed.
#[track_caller]
fn is_text(said: &str) {
    // Lines end so for keys, and otherwise for whole lines.
    let left = said.replace("\r\n", "\n").replace("\u{8} \u{8}", "");
    for c in left.chars().filter(|c| *c != '\n') {
        let drawn = matches!(c, '\u{2500}'..='\u{25ff}' | '\u{e000}'..='\u{f8ff}');
        assert!(!c.is_control() && !drawn, "{c:?} was printed: {said:?}");
    }
}

fn ticket(desk: &Desk, number: u64) -> Ticket {
    let id = desk.view(|v| records::by_number(v, Kind::Ticket, number)).unwrap().unwrap();
    desk.view(|v| records::get::<Ticket>(v, id)).unwrap().unwrap()
}

/// A transcript without what differs from run to run, which is whether a ticket counts as looked at already, and without the
/// number of fields that a form has: fields are added.
fn steady(transcript: &str) -> String {
    let mut out = String::new();
    for line in transcript.replace("new to you, ", "").lines() {
        let words: Vec<&str> = line.split(' ').collect();
        let is_field = ["First name,", "Last name,", "E-mail,"].iter().any(|l| line.starts_with(l));
        let number = |w: &str| w.starts_with(|c: char| c.is_ascii_digit());
        let steady = words.iter().enumerate().map(|(i, w)| {
            let of = is_field && i > 0 && words[i - 1] == "of" && number(w);
            let fields = words.get(i + 1).is_some_and(|next| next.starts_with("fields")) && number(w);
            if of || fields { "n" } else { w }
        });
        out.push_str(&steady.collect::<Vec<_>>().join(" "));
        out.push('\n');
    }
    out
}

/// A screen without threads that is said: for keys in great numbers.
struct Said {
    screen: Screen,
    speaker: Speaker,
}

impl Said {
    fn open(t: &Tiny, voice: Voice) -> Said {
        let mut screen = Screen::with_look(&t.desk, t.dana, (80, 24), Appearance::words());
        screen.model.plain = true;
        screen.happened(TuiEventKind::Resize(80, 24));
        let mut said = Said { screen, speaker: Speaker::new(voice) };
        said.listen();
        said
    }

    fn listen(&mut self) -> String {
        self.speaker.hear(&self.screen.model);
        self.speaker.say(&self.screen.model, true);
        let said = String::from_utf8(self.speaker.take()).unwrap();
        is_text(&said);
        said
    }

    /// What is said of keys.
    fn keys(&mut self, names: &str) -> String {
        let mut said = String::new();
        for name in names.split_whitespace() {
            self.screen.keys(name);
            said.push_str(&self.listen());
        }
        said
    }
}

/// Every pane that can have the focus, by the keys that lead there.
const PLACES: [&str; 11] = [
    "g h",
    "g h h",
    "g h Tab",
    "g h Enter",
    "g h Tab Enter",
    "g h shift-Tab",
    "3 Enter",
    "4",
    "5",
    "g x",
    "8",
];

#[test]
fn a_queue_is_read_row_by_row_and_a_ticket_message_by_message() {
    let t = Tiny::full();
    let mut d = Listener::open(&t.desk, t.dana, KEYS);
    d.keys("j k k Enter j j J Space q h l 2 Enter K q 3 Enter q 4 5 j g h");
    assert_eq!(d.leave("q"), Leave::Done);
    insta::assert_snapshot!("plain_reading", steady(&d.transcript));
}

#[test]
fn a_day_is_worked_by_keys_and_heard() {
    let t = Tiny::full();
    let mut d = Listener::open(&t.desk, t.dana, KEYS);
    // Answer, take it back, and answer again.
    d.keys("r").expect("Public reply to T-2").text("Which pasword").keys("Backspace Backspace");
    d.text("rd was it?").keys("Enter").text("Dana").keys("Esc").expect("Not typing").keys("y");
    d.expect("Reply to T-2 held").expect("cancels it");
    d.keys("U").expect("Send cancelled").expect("Public reply to T-2").keys("Esc d").expect("solved");
    assert_eq!(ticket(&t.desk, 2).category, Category::Solved);
    // A note on the next one.
    d.keys("n")
        .expect("Internal note")
        .text("Looks like the export job.")
        .keys("Esc y")
        .expect("Note on T-3");
    // Find someone, and edit them with a mistake.
    d.keys("f")
        .expect("Find anything")
        .text("hopp")
        .expect("Grace Hopper")
        .keys("Enter")
        .expect("mail: grace@");
    d.keys("e").expect("First name").keys("Tab Tab").expect("E-mail").text(", nonsense").keys("ctrl-s");
    d.expect("Error: ").keys("ctrl-w ctrl-s").expect_not("Error: ");
    d.keys("q").keys("g h");
    // Undo, filter, choose a command by its name, mark, tag.
    d.keys("u")
        .expect("Undone")
        .keys("/")
        .expect("Filter")
        .text("priority:urgent")
        .expect("1 row")
        .keys("Enter");
    d.expect("filter priority:urgent").keys("Esc");
    d.keys("x").expect("1 selected").keys("Esc").expect("Nothing selected");
    d.keys("t").text("crane").keys("Enter").expect("crane").keys("w").text("tomorrow 9am").keys("Enter");
    d.keys("a Esc b q A Esc");
    let transcript = steady(&d.transcript);
    // How many commands there are is not for a snapshot.
    d.keys("?").expect("Keys that work here").keys("q");
    d.keys(":").expect("What to do").text("tasks").keys("Enter").expect("Tasks, 3 in all").keys("g h");
    d.keys("q").expect("Leave?");
    assert_eq!(d.leave("y"), Leave::Done);
    insta::assert_snapshot!("plain_day", transcript);
}

#[test]
fn the_same_is_done_by_whole_lines() {
    let t = Tiny::full();
    let mut d = Listener::open(&t.desk, t.dana, LINES);
    d.lines("\nq\nj\nr").expect("A line with a single dot ends it");
    d.lines("We are looking.\n\nDana\n.\ny").expect("Reply to T-3 held");
    d.lines("/ is:open").expect("filter is:open").lines("Esc\nf hopp").expect("1: Grace Hopper");
    d.lines("\n")
        .expect("mail: grace@harbour.example")
        .lines("e\n\nHopper-Smith\n\\ctrl-s")
        .expect("Hopper-Smith");
    d.lines(": tasks").expect("1: ").lines("\\1").expect("Tasks, 3 in all").lines("gh u");
    let transcript = steady(&d.transcript);
    // No more lines: what was typed is done, and the session ends well.
    d.end.messages.send(FromLink::EndOfLines).unwrap();
    assert_eq!(d.leave(""), Leave::Done);
    let last = t.desk.view(|v| read::thread(v, ticket(&t.desk, 3).id)).unwrap().pop().unwrap();
    assert!(last.body.starts_with("We are looking.\n\nDana"), "{}", last.body);
    insta::assert_snapshot!("plain_lines", transcript);
}

#[test]
fn every_key_of_the_keymap_is_answered_in_text_wherever_one_is() {
    let t = Tiny::full();
    for place in PLACES {
        let mut s = Said::open(&t, KEYS);
        s.keys(place);
        for command in CommandId::ALL {
            let keymap = s.screen.model.keymap.clone();
            for keys in keymap.keys_of(*command).map(ToString::to_string) {
                // Not a function key: the test has no name for those.
                if keys.contains('F') && keys.len() > 1 {
                    continue;
                }
                let said = s.keys(&keys);
                assert!(!said.trim().is_empty(), "{place}: {keys} ({command:?}) is not answered");
                s.keys("Esc Esc Esc");
                s.screen.model.composer = None;
                s.screen.model.layers.clear();
                s.screen.left = None;
            }
        }
    }
}

#[test]
fn what_a_customer_wrote_is_said_and_never_acts() {
    let mut t = Tiny::full();
    let eve =
        t.customer(60_000, &[("name", "Eve \u{1b}]0;owned\u{7} \u{9b}31m"), ("email", "eve@example.org")]);
    for (i, text) in corpus().into_iter().enumerate() {
        let subject = if text.trim().is_empty() { "none".to_owned() } else { text.clone() };
        let new =
            NewTicket { requester: eve, subject, body: text, assignee: Some(t.dana), ..NewTicket::default() };
        t.ticket(60_000 + i as Stamp, new);
    }
    for voice in [KEYS, Voice { utf8: false, lines: true }] {
        let mut s = Said::open(&t, voice);
        let mut said = s.keys("2");
        for _ in 0..corpus().len() + 8 {
            said.push_str(&s.keys("Enter q j"));
        }
        said.push_str(&s.keys("3 Enter q f e v e Down Esc"));
        assert!(voice.utf8 || said.is_ascii(), "in a locale without UTF-8 all is ASCII");
    }
}

#[test]
fn nothing_is_said_twice_and_time_is_no_news() {
    let t = Tiny::full();
    let mut s = Said::open(&t, KEYS);
    s.keys("j");
    for _ in 0..5 {
        s.screen.wait(70_000);
        s.speaker.hear(&s.screen.model);
        s.speaker.say(&s.screen.model, false);
        let said = String::from_utf8(s.speaker.take()).unwrap();
        assert_eq!(said, "", "a minute went by");
    }
}

#[test]
fn lengths_of_time_and_signs_are_words() {
    assert_eq!(words::span(42 * 60_000), "42 minutes");
    assert_eq!(words::span(-135 * 60_000), "2 hours 15 minutes");
    assert_eq!(words::Time(Some(36_000_000)).due(28_800_000), "overdue by 2 hours");
    assert_eq!(words::Time(Some(0)).due(259_200_000), "due in 3 days");
    assert_eq!(words::line("open → solved · Dana"), "open to solved, Dana");
    assert_eq!(words::line("┌──┐ a\u{e0b0}b \u{1b}[31m"), "a b ␛[31m");
    assert_eq!(words::list(["a", "", "b:", "c"]), "a, b: c");
    assert_eq!((words::key("U"), words::key("Plan B")), ("capital U".to_owned(), "Plan B".to_owned()));
    assert_eq!(words::time("3 Nov 09:12"), "3 November 09:12");
    assert_eq!((words::key("?"), words::key("g /")), ("question mark".to_owned(), "g slash".to_owned()));
}

/// The program itself in a terminal, with all that it writes.
struct Pty {
    child: Box<dyn portable_pty::Child + Send + Sync>,
    keys: Box<dyn Write + Send>,
    written: Arc<Mutex<Vec<u8>>>,
    _master: Box<dyn portable_pty::MasterPty + Send>,
}

impl Pty {
    fn run(command: CommandBuilder) -> Pty {
        let size = PtySize { rows: 24, cols: 80, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).unwrap();
        let child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        let written = Arc::new(Mutex::new(Vec::new()));
        let (all, mut reader) = (written.clone(), pair.master.try_clone_reader().unwrap());
        thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(n @ 1..) = reader.read(&mut buffer) {
                all.lock().unwrap().extend(&buffer[..n]);
            }
        });
        let keys = pair.master.take_writer().unwrap();
        Pty { child, keys, written, _master: pair.master }
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.written.lock().unwrap()).into_owned()
    }

    fn press(&mut self, keys: &str) {
        self.keys.write_all(keys.as_bytes()).unwrap();
        self.keys.flush().unwrap();
    }

    /// Waits for a text to be written.
    fn hear(&self, text: &str) {
        let end = Instant::now() + Duration::from_secs(30);
        while !self.text().contains(text) {
            assert!(Instant::now() < end, "{text:?} does not come:\n{}", self.text());
            thread::park_timeout(Duration::from_millis(5));
        }
    }

    fn ended(&mut self) -> u32 {
        let end = Instant::now() + Duration::from_secs(30);
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status.exit_code();
            }
            assert!(Instant::now() < end, "it does not end:\n{}", self.text());
            thread::park_timeout(Duration::from_millis(5));
        }
    }
}

/// A desk with a ticket, as a file.
fn desk_file(dir: &Path) -> PathBuf {
    let store = dir.join("desk.redb");
    let run = |args: &[&str]| {
        let out =
            process::Command::new(PROGRAM).arg("--store").arg(&store).args(args).env("USER", "dana").output();
        let out = out.unwrap();
        assert!(out.status.success(), "{args:?}: {}", String::from_utf8_lossy(&out.stderr));
    };
    run(&["init", "--address", "help@desk.example"]);
    run(&["customer", "add", "Grace Hopper", "--email", "grace@example.org"]);
    run(&[
        "ticket",
        "create",
        "--customer",
        "grace@example.org",
        "Invoice is blank",
        "--body",
        "It was fine on Monday.",
    ]);
    store
}

fn folder() -> tempfile::TempDir {
    let mut builder = tempfile::Builder::new();
    builder.permissions(std::fs::Permissions::from_mode(0o700)).tempdir().unwrap()
}

fn program(store: &Path, term: &str) -> CommandBuilder {
    let mut command = CommandBuilder::new(PROGRAM);
    command.arg("--store");
    command.arg(store);
    command.env_clear();
    command.env("TERM", term);
    command.env("LANG", "C.UTF-8");
    command.env("USER", "dana");
    command.env("HOME", store.parent().unwrap());
    command
}

const PROGRAM: &str = env!("CARGO_BIN_EXE_frontdesk");

#[test]
fn a_dumb_terminal_is_sent_text_alone_and_is_told_of_the_full_screen() {
    let dir = folder();
    let store = desk_file(dir.path());
    let mut pty = Pty::run(program(&store, "dumb"));
    pty.hear("--plain=off");
    pty.hear("plain text. question mark");
    pty.hear("1 of 1: new to you, T-1");
    pty.press("2");
    pty.hear("All tickets, 1 in all");
    pty.press("\r");
    pty.hear("It was fine on Monday.");
    pty.press("r");
    pty.hear("Public reply");
    pty.press("Which browser?");
    pty.hear("Which browser?");
    pty.press("\x1b");
    pty.hear("Not typing");
    pty.press("y");
    pty.hear("cancels it");
    pty.press("\x11");
    pty.hear("Leave?");
    pty.press("y");
    assert_eq!(pty.ended(), 0);
    is_text(&pty.text());
}

#[test]
fn plain_is_chosen_on_any_terminal_and_a_signal_ends_it_by_its_number() {
    let dir = folder();
    let store = desk_file(dir.path());
    let mut command = program(&store, "xterm-256color");
    command.arg("--plain");
    let mut pty = Pty::run(command);
    pty.hear("Invoice is blank");
    let pid = pty.child.process_id().unwrap();
    assert!(process::Command::new("kill").args(["-TERM", &pid.to_string()]).status().unwrap().success());
    assert_eq!(pty.ended(), 143);
    is_text(&pty.text());
}

#[test]
fn lines_from_a_pipe_are_done_one_after_another() {
    let dir = folder();
    let store = desk_file(dir.path());
    let mut command = process::Command::new(PROGRAM);
    command.arg("--store").arg(&store).arg("--plain").env_clear();
    command.env("LANG", "C.UTF-8").env("USER", "dana").env("HOME", dir.path()).env("TERM", "dumb");
    command.stdin(process::Stdio::piped()).stdout(process::Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(b"2\n\nn\nFrom a pipe.\n.\ny\n").unwrap();
    let out = child.wait_with_output().unwrap();
    let said = String::from_utf8(out.stdout).unwrap();
    assert!(out.status.success(), "{said}");
    assert!(said.contains("It was fine on Monday.") && said.contains("Note on T-1"), "{said}");
    is_text(&said);
}
