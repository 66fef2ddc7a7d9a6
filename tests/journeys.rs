//! Two journeys from end to end, in a real terminal and with real servers: mail that becomes a solved ticket, and an
//! attack of robots that becomes one ticket and no storm.

#![cfg(all(feature = "imap", feature = "smtp"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // tests may take the short way

use std::{
    collections::BTreeSet,
    fs,
    os::unix::fs::PermissionsExt,
    path::PathBuf,
    process::Command,
    thread,
    time::{Duration, Instant},
};

use serde_json::Value;

#[path = "support/aiosmtpd.rs"]
mod aiosmtpd;
#[path = "support/certificates.rs"]
mod certificates;
#[path = "support/dovecot.rs"]
mod dovecot;
#[path = "support/process.rs"]
mod process;
#[path = "support/skip.rs"]
mod skip;
#[path = "support/terminal.rs"]
mod terminal;

use aiosmtpd::Server;
use dovecot::Dovecot;
use terminal::{Terminal, program};

/// Mail servers that run: Dovecot, and aiosmtpd, which writes each message that it takes into a folder.
struct Servers {
    imap: Dovecot,
    smtp: Server,
    spool: tempfile::TempDir,
    read: BTreeSet<PathBuf>,
}

/// What left a desk.
struct Sent {
    text: String,
    to: Vec<String>,
}

impl Sent {
    fn header(&self, name: &str) -> &str {
        let line = self.text.lines().take_while(|l| !l.is_empty()).find_map(|l| l.strip_prefix(name));
        line.map_or("", |v| v.trim_start_matches(':').trim())
    }
}

impl Servers {
    fn start() -> Option<Servers> {
        let imap = Dovecot::start()?;
        let spool = tempfile::tempdir().unwrap();
        let smtp = Server::start(&["--spool", spool.path().to_str().unwrap()])?;
        Some(Servers { imap, smtp, spool, read: BTreeSet::new() })
    }

    /// What was sent since the last call, the oldest first.
    fn sent(&mut self) -> Vec<Sent> {
        let mut files: Vec<PathBuf> =
            fs::read_dir(self.spool.path()).unwrap().map(|e| e.unwrap().path()).collect();
        files.retain(|p| p.extension().is_some_and(|e| e == "eml") && !self.read.contains(p));
        files.sort();
        self.read.extend(files.iter().cloned());
        let read = |p: &PathBuf| {
            let text = fs::read_to_string(p).unwrap().replace("\r\n", "\n");
            let (to, text) = text.split_once('\n').unwrap();
            Sent { text: text.to_owned(), to: to.split(',').map(str::to_owned).collect() }
        };
        files.iter().map(read).collect()
    }
}

/// A desk with a mailbox at the servers.
struct Desk {
    folder: tempfile::TempDir,
    address: String,
}

impl Desk {
    fn new(servers: &Servers, user: &str, address: &str) -> Desk {
        let mut builder = tempfile::Builder::new();
        let folder = builder.permissions(fs::Permissions::from_mode(0o700)).tempdir().unwrap();
        let d = Desk { folder, address: address.to_owned() };
        d.ok(&["init", "--address", address]);
        let receive = format!("imap://{user}@127.0.0.1:{}/INBOX", servers.imap.imap);
        let send = format!("smtp://127.0.0.1:{}", servers.smtp.port);
        let ways = ["--receive", &receive, "--send", &send, "--password-command", "echo right"];
        d.ok(&[&["mailbox", "add", address][..], &ways].concat());
        // The certificate is this test's own.
        let settings = d.folder.path().join("config/frontdesk/mailboxes.toml");
        let text = fs::read_to_string(&settings).unwrap();
        fs::write(settings, format!("{text}insecure = true\n")).unwrap();
        // First contact: what comes from now on is mail.
        d.ok(&["mail", "fetch"]);
        d
    }

    fn store(&self) -> PathBuf {
        self.folder.path().join("desk.redb")
    }

    fn ok(&self, words: &[&str]) -> String {
        let mut command = Command::new(env!("CARGO_BIN_EXE_frontdesk"));
        command.arg("--store").arg(self.store()).args(words).env("USER", "dana");
        command.env("HOME", self.folder.path()).env("XDG_CONFIG_HOME", self.folder.path().join("config"));
        let out = command.output().unwrap();
        assert!(out.status.success(), "{words:?}: {}", String::from_utf8_lossy(&out.stderr));
        String::from_utf8(out.stdout).unwrap()
    }

    fn rows(&self, words: &[&str]) -> Vec<Value> {
        let text = self.ok(&[words, &["--json"]].concat());
        text.lines().map(|l| serde_json::from_str(l).unwrap()).collect()
    }

    /// Fetches, and sends what is due.
    fn mail(&self) {
        self.ok(&["mail", "fetch"]);
        self.ok(&["mail", "send"]);
    }

    fn open(&self) -> Terminal {
        let mut command = program(&self.store());
        command.env("USER", "dana");
        command.env("XDG_CONFIG_HOME", self.folder.path().join("config"));
        Terminal::run(command, (40, 120), ())
    }
}

fn until<T>(what: &str, mut f: impl FnMut() -> Option<T>) -> T {
    let end = Instant::now() + Duration::from_secs(120);
    loop {
        if let Some(done) = f() {
            return done;
        }
        assert!(Instant::now() < end, "waited too long: {what}");
        thread::park_timeout(Duration::from_millis(10));
    }
}

fn see(screen: &Terminal, text: &str) {
    let shown = || screen.screen.lock().unwrap().screen().contents();
    let end = Instant::now() + Duration::from_secs(120);
    while !shown().contains(text) {
        assert!(Instant::now() < end, "{text:?} does not come:\n{}", shown());
        thread::park_timeout(Duration::from_millis(10));
    }
}

fn letter(from: &str, to: &str, subject: &str, more: &str, body: &str) -> String {
    format!(
        "From: {from}\r\nTo: {to}\r\nSubject: {subject}\r\nDate: Mon, 05 Jan 2026 10:00:00 +0000\r\n\
         {more}\r\n{body}\r\n"
    )
}

#[test]
fn mail_becomes_a_ticket_is_answered_threads_and_is_solved() {
    let Some(mut servers) = Servers::start() else { return };
    let desk = Desk::new(&servers, "ann", "help@desk.example");
    let mut screen = desk.open();
    see(&screen, "Queues");
    // A customer writes; the open screen has it without a key.
    let ada = "Ada Lovelace <ada@x.example>";
    let first =
        letter(ada, "help@desk.example", "Printer on fire", "Message-ID: <1@x.example>\r\n", "It burns.");
    servers.imap.put("1", &first);
    screen.press("gt");
    see(&screen, "Printer on fire");
    screen.press("\r");
    see(&screen, "It burns.");
    // The answer is held; it is taken back, edited and sent again.
    screen.press("r");
    see(&screen, "PUBLIC REPLY");
    screen.press("Use water");
    see(&screen, "Use water");
    screen.press("\x1by");
    see(&screen, " held ");
    screen.press("U");
    see(&screen, "PUBLIC REPLY");
    screen.press(" and sand.");
    see(&screen, "Use water and sand.");
    screen.press("\x1by");
    let sent = until("the answer leaves", || servers.sent().pop());
    assert_eq!(sent.to, ["ada@x.example"]);
    assert!(sent.text.contains("Use water and sand."), "{}", sent.text);
    assert!(sent.text.contains("> It burns."), "{}", sent.text);
    assert_eq!(sent.header("In-Reply-To"), "<1@x.example>");
    assert!(sent.header("Subject").contains("[T-1]"), "{}", sent.text);
    // The customer answers: it is on the same ticket, on the screen.
    let ids = format!("Message-ID: <2@x.example>\r\nIn-Reply-To: {}\r\n", sent.header("Message-ID"));
    let second = letter(ada, "help@desk.example", "Re: Printer on fire", &ids, "It is out. Thank you!");
    servers.imap.put("2", &second);
    see(&screen, "It is out. Thank you!");
    screen.press("d");
    until("it is solved", || (desk.rows(&["list", "tickets", "is:solved"]).len() == 1).then_some(()));
    screen.press("\x11");
    until("the desk is left", || screen.child.try_wait().unwrap());
    assert_eq!(desk.rows(&["list", "tickets"]).len(), 1);
    assert!(servers.sent().is_empty(), "one answer left, once");
    desk.ok(&["response", "record", "--customer", "ada@x.example", "--score", "5", "--ticket", "T-1"]);
    assert!(desk.ok(&["report", "--window", "30d"]).contains("CSAT"));
    desk.ok(&["check"]);
}

#[test]
fn desks_that_answer_each_other_robots_and_bounces_make_one_ticket_and_no_storm() {
    let Some(mut servers) = Servers::start() else { return };
    let a = Desk::new(&servers, "ann", "help@a.example");
    let b = Desk::new(&servers, "bob", "help@b.example");
    for desk in [&a, &b] {
        desk.ok(&["mailbox", "edit", &desk.address, "acknowledgement=We have your message."]);
    }
    // The desk of A writes to that of B; each acknowledges what it gets.
    let question = letter(
        "Help <help@a.example>",
        "help@b.example",
        "Your invoice",
        "Message-ID: <1@a.example>\r\n",
        "Where is it?",
    );
    servers.imap.put_for("bob", "1", &question);
    let mut automatic = 0;
    for round in 0..6 {
        b.mail();
        a.mail();
        for (n, sent) in servers.sent().into_iter().enumerate() {
            automatic += 1;
            let user = if sent.to == ["help@a.example"] { "ann" } else { "bob" };
            servers.imap.put_for(user, &format!("{round}-{n}"), &sent.text.replace('\n', "\r\n"));
        }
    }
    assert_eq!(automatic, 1, "one acknowledgement, and no answer to it");
    assert_eq!(b.rows(&["list", "tickets"]).len(), 1);
    assert!(a.rows(&["list", "tickets"]).len() <= 1);

    // A customer with a vacation responder, and forty bounces of one reply.
    let ada = "Ada <ada@x.example>";
    servers
        .imap
        .put("k1", &letter(ada, "help@a.example", "Kettle", "Message-ID: <k1@x.example>\r\n", "Leaks."));
    a.mail();
    let before = a.rows(&["list", "tickets"]).len();
    let ticket = a.rows(&["list", "tickets", "subject:Kettle"])[0]["id"].as_str().unwrap().to_owned();
    a.ok(&["ticket", "reply", &ticket, "Turn it off.", "--pending", "--now"]);
    a.mail();
    let reply =
        until("the reply leaves", || servers.sent().into_iter().find(|s| s.text.contains("Turn it off.")));
    let id = reply.header("Message-ID");
    for n in 0..10 {
        let more =
            format!("Message-ID: <v{n}@x.example>\r\nIn-Reply-To: {id}\r\nAuto-Submitted: auto-replied\r\n");
        servers
            .imap
            .put(&format!("v{n}"), &letter(ada, "help@a.example", "Out of office", &more, "I am away."));
    }
    for n in 0..40 {
        let more = format!(
            "Message-ID: <b{n}@mx.example>\r\nAuto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n\
             Content-Type: multipart/report; report-type=delivery-status; boundary=x\r\n"
        );
        let body = format!(
            "--x\r\n\r\nIt could not be delivered.\r\n\r\n--x\r\nContent-Type: message/delivery-status\r\n\r\n\
             Reporting-MTA: dns; mx.example\r\n\r\nFinal-Recipient: rfc822; ada@x.example\r\nAction: failed\r\n\
             Status: 5.1.1\r\nDiagnostic-Code: smtp; 550 5.1.1 no such user\r\n\r\n--x\r\n\
             Content-Type: message/rfc822\r\n\r\nMessage-ID: {id}\r\nTo: ada@x.example\r\n\r\nTurn it off.\r\n--x--\r\n"
        );
        let bounce = letter("MAILER-DAEMON@mx.example", "help@a.example", "Undelivered Mail", &more, &body);
        servers.imap.put(&format!("b{n}"), &bounce);
    }
    a.mail();
    a.mail();
    assert_eq!(a.rows(&["list", "tickets"]).len(), before, "no ticket is opened by a robot");
    assert!(servers.sent().is_empty(), "no robot is answered");
    let shown = a.ok(&["customer", "show", "ada@x.example"]);
    assert!(shown.contains("ada@x.example (bounced: ") && shown.contains("no such user"), "{shown}");
    assert_eq!(a.rows(&["list", "outbox", "state:failed"]).len(), 1);
    assert_eq!(a.rows(&["list", "tickets", "status:open subject:Kettle"]).len(), 1, "the ticket is back");
    // The screen says it, too.
    let mut screen = a.open();
    see(&screen, "Queues");
    screen.press("gt");
    see(&screen, "Kettle");
    screen.press("\x11");
    until("the desk is left", || screen.child.try_wait().unwrap());
    a.ok(&["check"]);
}
