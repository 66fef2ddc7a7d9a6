//! Mail that is fetched: over IMAP from a real Dovecot and from servers that lie, and from a Maildir.

#![cfg(feature = "imap")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // tests may take the short way

use std::{
    fs,
    io::{BufRead, BufReader, Write},
    net::{IpAddr, TcpListener, UdpSocket},
    os::unix::fs::{chown, symlink},
    thread,
    time::SystemTime,
};

use frontdesk::{
    desk::{Command, Edit, mailboxes},
    exchange::receive,
    host::mail::{self, config, stop::Stop},
    model::{Id, Ids, Kind, MailState, Mailbox, Message},
    store::{Reject, StoreError, meta, records},
};

#[path = "support/bench.rs"]
#[allow(dead_code, reason = "each test takes what it needs")]
mod bench;
#[path = "support/certificates.rs"]
mod certificates;
#[path = "support/dovecot.rs"]
mod dovecot;
#[path = "support/imap_server.rs"]
mod imap_server;
#[path = "support/skip.rs"]
mod skip;

use bench::Bench;
use dovecot::Dovecot;
use imap_server::ImapServer;

/// A desk with a mailbox, and the user's settings.
struct Desk {
    b: Bench,
    mailbox: Id,
    settings: tempfile::TempDir,
    seed: u8,
}

impl Desk {
    fn new(receive: &str, history: bool, password: &str) -> Desk {
        let mut b = Bench::new();
        let mut edits = vec![Edit::set("address", "help@desk.example"), Edit::set("receive", receive)];
        edits.extend(history.then(|| Edit::set("history", "yes")));
        let mailbox = b.run(Command::Create(Kind::Mailbox, edits)).created[0].1;
        let settings = tempfile::tempdir().unwrap();
        let d = Desk { b, mailbox, settings, seed: 0 };
        d.commands(&[("password_command", &format!("echo {password}"))]);
        d
    }

    fn store(&self) -> Id {
        self.b.desk.view(meta::store_id).unwrap()
    }

    fn commands(&self, commands: &[(&str, &str)]) {
        config::set(self.settings.path(), self.store(), "help@desk.example", Some(commands)).unwrap();
    }

    fn insecure(&self) {
        let path = self.settings.path().join(config::FILE);
        let text = fs::read_to_string(&path).unwrap();
        fs::write(path, format!("{text}insecure = true\n")).unwrap();
    }

    fn config(&self) -> config::Config {
        config::Config::load(self.settings.path()).unwrap()
    }

    fn mailbox(&self) -> Mailbox {
        self.b.get(self.mailbox)
    }

    fn set(&mut self, field: &str, value: &str) {
        self.b.run(Command::Edit(Kind::Mailbox, self.mailbox, vec![Edit::set(field, value)]));
    }

    fn source(&self) -> Box<dyn mail::Inbox> {
        mail::source(&self.config(), self.store(), &self.mailbox()).unwrap().unwrap()
    }

    fn fetch(&mut self) -> u64 {
        let mut source = self.source();
        self.fetch_from(&mut *source)
    }

    fn fetch_from(&mut self, inbox: &mut dyn mail::Inbox) -> u64 {
        self.seed += 1;
        self.b.now = now();
        let (mut ids, at) = (Ids::new(Id([self.seed; 16]), self.b.now), self.b.now);
        receive::fetch(&self.b.desk, inbox, &self.mailbox(), &mut || ids.id(), &mut || at, &mut |_| true)
            .unwrap()
    }

    fn state(&self) -> MailState {
        self.b.desk.view(|v| mailboxes::state(v, self.mailbox)).unwrap()
    }

    /// Fetches once, well.
    #[track_caller]
    fn fetched(&mut self) -> u64 {
        let n = self.fetch();
        assert_eq!(self.state().problem, "");
        n
    }

    /// The bodies of the messages, sorted.
    fn bodies(&self) -> Vec<String> {
        let mut out = Vec::new();
        self.b
            .desk
            .view(|v| {
                records::each::<Message>(v, |m| {
                    out.push(m.body.trim().to_owned());
                    true
                })
            })
            .unwrap();
        out.sort();
        out
    }
}

fn now() -> i64 {
    let since = SystemTime::UNIX_EPOCH.elapsed().unwrap();
    i64::try_from(since.as_millis()).unwrap()
}

fn letter(n: u32, body: &str) -> String {
    format!(
        "From: Ada <ada@x.example>\r\nTo: help@desk.example\r\nSubject: Letter {n}\r\nMessage-ID: <{n}@x.example>\r\n\
         Date: Mon, 05 Jan 2026 10:00:00 +0000\r\n\r\n{body}\r\n"
    )
}

/// What these tests do with a Dovecot.
trait Ann {
    fn deliver(&self, n: u32, body: &str);
    fn desk(&self, history: bool) -> Desk;
}

impl Ann for Dovecot {
    fn deliver(&self, n: u32, body: &str) {
        self.put(&n.to_string(), &letter(n, body));
    }

    fn desk(&self, history: bool) -> Desk {
        let d = Desk::new(&format!("imap://ann@localhost:{}/INBOX", self.imap), history, "right");
        d.insecure();
        d
    }
}

#[test]
fn each_message_of_a_real_server_comes_once_and_first_contact_starts_from_now() {
    let Some(server) = Dovecot::start() else { return };
    server.deliver(1, "Before first contact.");
    let mut d = server.desk(false);
    assert_eq!(d.fetched(), 0);
    server.deliver(2, "The printer burns.");
    server.deliver(3, "It still burns.");
    assert_eq!(d.fetched(), 2);
    assert_eq!(d.fetched(), 0);
    assert_eq!(d.bodies(), ["It still burns.", "The printer burns."]);
    let state = d.state();
    assert_eq!((state.last_uid, state.failing_since), (3, None));

    let mut all = server.desk(true);
    assert_eq!(all.fetched(), 3);
    assert_eq!(all.fetched(), 0);
}

#[test]
fn a_folder_that_begins_anew_brings_nothing_twice_and_loses_nothing() {
    let Some(server) = Dovecot::start() else { return };
    let mut d = server.desk(true);
    server.deliver(1, "One.");
    server.deliver(2, "Two.");
    assert_eq!(d.fetched(), 2);
    let before = d.state().uid_validity;
    for entry in fs::read_dir(server.box_of_ann()).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            fs::remove_file(path).unwrap();
        }
    }
    let list = server.box_of_ann().join("dovecot-uidlist");
    fs::write(&list, "3 V4711 N1\n").unwrap();
    chown(&list, Some(65534), Some(65534)).unwrap();
    server.deliver(3, "Three.");
    assert_eq!(d.fetched(), 1);
    assert_eq!((d.state().uid_validity, d.bodies().len()), (4711, 3), "it was {before}");
    assert_eq!(d.fetched(), 0);
}

#[test]
fn a_wrong_password_and_an_unknown_certificate_are_told_in_words() {
    let Some(server) = Dovecot::start() else { return };
    let mut d = server.desk(false);
    d.commands(&[("password_command", "echo wrong")]);
    d.fetch();
    assert!(d.state().problem.contains("Authentication failed"), "{}", d.state().problem);
    assert!(!d.state().problem.contains("wrong") && d.state().failing_since.is_some());
    d.commands(&[("password_command", "echo right")]);
    assert_eq!(d.fetched(), 0);
    assert_eq!(d.state().failing_since, None);
    let said = mail::test_receive(&d.config(), d.store(), &d.mailbox()).unwrap();
    assert!(said.contains("Dovecot") && said.contains("INBOX has 0 messages"), "{said}");

    let mut strict = Desk::new(&format!("imaps://ann@localhost:{}/INBOX", server.imaps), false, "right");
    strict.fetch();
    assert_eq!(
        strict.state().problem,
        "the certificate of localhost is signed by no authority that this system trusts"
    );
    strict.insecure();
    assert_eq!(strict.fetched(), 0);

    d.set("receive", &format!("imap://ann@localhost:{}/Nowhere", server.imap));
    d.fetch();
    assert!(d.state().problem.contains("doesn't exist"), "{}", d.state().problem);
}

#[test]
fn a_message_that_the_desk_could_not_take_comes_again_once() {
    let Some(server) = Dovecot::start() else { return };
    let mut d = server.desk(true);
    d.set("after_fetch", "flag");
    server.deliver(1, "One.");
    let mut seen = 0;
    let failed = d.source().fetch(&d.state(), now(), &mut |_| {
        seen += 1;
        Err(Reject::Store(StoreError::Busy))
    });
    assert!(failed.is_err() && seen == 1);
    let flagged = |s: &Dovecot| {
        let all = fs::read_dir(s.box_of_ann().join("cur")).unwrap();
        all.filter(|e| e.as_ref().unwrap().file_name().to_str().unwrap().contains(":2,S")).count()
    };
    assert_eq!(flagged(&server), 0, "it is not flagged before the desk has it");
    assert_eq!(d.fetched(), 1);
    assert_eq!((d.fetched(), flagged(&server)), (0, 1));
}

/// Of a thread that is to end.
fn stopped() -> Stop {
    let stop = Stop::default();
    stop.now();
    stop
}

#[test]
fn news_of_a_folder_come_at_once_over_the_connection_that_is_there() {
    let Some(server) = Dovecot::start() else { return };
    let mut d = server.desk(false);
    let mut inbox = d.source();
    assert_eq!(d.fetch_from(&mut *inbox), 0);
    for n in 1..4 {
        thread::scope(|scope| {
            // It waits until this comes; what came before it began to wait is news, too.
            scope.spawn(|| server.deliver(n, "News."));
            inbox.wait(&Stop::default());
        });
        assert_eq!(d.fetch_from(&mut *inbox), 1, "message {n}");
    }
    inbox.wait(&stopped());
}

#[test]
fn one_connection_serves_for_long_and_a_lost_one_is_replaced() {
    let server = ImapServer::start();
    let mut d = Desk::new(&format!("imap://ann@127.0.0.1:{}/INBOX", server.port), true, "right");
    let mut inbox = d.source();
    for n in 1..5 {
        server.put(letter(n, "News.").as_bytes());
        inbox.wait(&if n > 1 { Stop::default() } else { stopped() });
        assert_eq!(d.fetch_from(&mut *inbox), 1);
    }
    let connections = server.state().connections;
    assert_eq!((connections, server.count("LOGIN")), (1, 1));
    // The server closes it; the next fetch needs another one, and no failure is reported.
    server.state().instead.push(("SELECT", String::new()));
    d.fetch_from(&mut *inbox);
    assert!(d.state().failing_since.is_some());
    server.state().instead.clear();
    server.put(letter(9, "News.").as_bytes());
    assert_eq!(d.fetch_from(&mut *inbox), 1);
    assert_eq!(d.state().failing_since, None);
}

/// A server that answers as `script` says: gets a command without its tag, gives what comes before the tagged OK; or all
/// that it says, where that begins with `!`.
fn scripted(script: fn(&str) -> String) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut to = stream.unwrap();
            let from = BufReader::new(to.try_clone().unwrap());
            let _ = to.write_all(b"* OK ready\r\n");
            for line in from.lines() {
                let Ok(line) = line else { break };
                let Some((tag, command)) = line.split_once(' ') else { break };
                let answer = match command {
                    "STARTTLS" => format!("{tag} BAD no\r\n"),
                    c => match script(c) {
                        raw if raw.starts_with('!') => raw[1..].to_owned(),
                        more => format!("{more}{tag} OK done\r\n"),
                    },
                };
                if to.write_all(answer.as_bytes()).is_err() {
                    break;
                }
            }
        }
    });
    port
}

/// The address of this machine by which others reach it; `None`: it has none.
fn own_address() -> Option<IpAddr> {
    let socket = UdpSocket::bind("0.0.0.0:0").ok()?;
    // Nothing is sent: this only asks which way it would go.
    socket.connect("192.0.2.1:9").ok()?;
    Some(socket.local_addr().ok()?.ip()).filter(|ip| !ip.is_loopback() && !ip.is_unspecified())
}

#[test]
fn a_remote_server_that_refuses_starttls_hears_no_password() {
    let Some(ip) = own_address() else {
        eprintln!("skipped: this machine has no address but its loopback");
        return;
    };
    let listener = TcpListener::bind((ip, 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    let served = thread::spawn(move || {
        let (mut to, _) = listener.accept().unwrap();
        let from = BufReader::new(to.try_clone().unwrap());
        to.write_all(b"* OK ready\r\n").unwrap();
        let mut heard = Vec::new();
        for line in from.lines().map_while(Result::ok) {
            let tag = line.split(' ').next().unwrap_or_default().to_owned();
            heard.push(line);
            let _ = to.write_all(format!("{tag} BAD no\r\n").as_bytes());
        }
        heard
    });
    let mut d = Desk::new(&format!("imap://ann@{ip}:{port}/INBOX"), true, "hunter2");
    assert_eq!(d.fetch(), 0);
    let said = d.state().problem;
    assert!(said.contains("refuses STARTTLS") && said.contains("no password is sent without"), "{said}");
    let heard = served.join().unwrap();
    assert!(heard.iter().any(|l| l.contains("STARTTLS")), "{heard:?}");
    assert!(!heard.iter().any(|l| l.contains("LOGIN") || l.contains("hunter2")), "{heard:?}");
}

const SELECTED: &str = "* 1 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n* OK [UIDNEXT 10] x\r\n";

/// What comes of a server that answers `UID FETCH` with that.
fn problem(answer: fn(&str) -> String) -> String {
    let mut d = Desk::new(&format!("imap://ann@127.0.0.1:{}/INBOX", scripted(answer)), true, "right");
    d.fetch();
    assert_eq!(d.bodies(), [""; 0]);
    d.state().problem
}

#[test]
fn servers_that_lie_are_told_of_in_words_and_take_no_memory() {
    type Lie = (&'static str, fn(&str) -> String);
    fn lie(command: &str, said: &str) -> String {
        if command.starts_with("SELECT") {
            SELECTED.into()
        } else if command.starts_with("UID FETCH") {
            format!("!{said}")
        } else {
            String::new()
        }
    }
    let lies: [Lie; 7] = [
        ("announces 99999999999999999999 bytes", |c| lie(c, "* 1 FETCH (BODY[] {99999999999999999999}\r\n")),
        ("announces 500000000 bytes", |c| lie(c, "* 1 FETCH (BODY[] {500000000}\r\nabc")),
        ("where none can follow", |c| lie(c, "* OK [BADCHARSET ({60}\r\n* 1 FETCH")),
        ("brackets", |c| lie(c, &format!("* 1 FETCH (BODYSTRUCTURE {}", "(".repeat(100_000)))),
        ("a line of more than", |c| lie(c, &"x".repeat(300_000))),
        ("more than it was asked for", |c| lie(c, &"* 1 FETCH (UID 3)\r\n".repeat(200_000))),
        ("no UIDVALIDITY", |c| if c.starts_with("SELECT") { "* 1 EXISTS\r\n".into() } else { String::new() }),
    ];
    for (word, answer) in lies {
        let said = problem(answer);
        assert!(said.contains(word) && said.len() < 400, "{word}: {said}");
    }
}

#[test]
fn uids_out_of_order_wrong_sizes_and_what_no_one_asked_for_do_no_harm() {
    fn answer(command: &str) -> String {
        let body = |uid: u32| {
            let text = letter(uid, &format!("Body {uid}."));
            format!("* {uid} FETCH (UID {uid} BODY[] {{{}}}\r\n{text})\r\n", text.len())
        };
        match command {
            c if c.starts_with("SELECT") => SELECTED.replace("1 EXISTS", "3 EXISTS"),
            c if c.ends_with("(UID)") => "* 9 EXPUNGE\r\n* 3 FETCH (UID 9)\r\n* 1 FETCH (UID 4)\r\n* 2 FETCH (UID 4)\r\n\
                                          * 5 FETCH (FLAGS ())\r\n* 1 FETCH (UID 0)\r\n* 7 FETCH (UID 2)\r\n"
                .into(),
            c if c.contains("SIZE") => "* 3 FETCH (UID 9 RFC822.SIZE 1 INTERNALDATE \"nonsense\")\r\n\
                                        * 1 FETCH (UID 4 RFC822.SIZE 4000)\r\n* 1 FETCH (UID 77 RFC822.SIZE 1)\r\n"
                .into(),
            c if c.contains("BODY.PEEK[]") => format!("{}{}{}", body(9), body(5), body(4)),
            _ => String::new(),
        }
    }
    let mut d = Desk::new(&format!("imap://ann@127.0.0.1:{}/INBOX", scripted(answer)), true, "right");
    assert_eq!(d.fetched(), 2);
    assert_eq!(d.bodies(), ["Body 4.", "Body 9."]);
    assert_eq!((d.state().uid_validity, d.state().last_uid), (7, 9));
}

#[test]
fn of_a_message_that_is_too_large_headers_and_text_come_with_a_note() {
    fn answer(command: &str) -> String {
        match command {
            c if c.starts_with("SELECT") => SELECTED.into(),
            c if c.ends_with("(UID)") => "* 1 FETCH (UID 4)\r\n".into(),
            c if c.contains("SIZE") => "* 1 FETCH (UID 4 RFC822.SIZE 209715200)\r\n".into(),
            // There is more than the limit: it is no false size.
            c if c.contains("BODY.PEEK[]<52428800.") => {
                "* 1 FETCH (UID 4 BODY[]<52428800> {1}\r\nx)\r\n".into()
            }
            c if c.contains("BODY.PEEK[]") => "!* BYE it was asked for\r\n".into(),
            c if c.contains("BODY.PEEK[1]<0.") => {
                let header = "From: ada@x.example\r\nSubject: Film\r\nMessage-ID: <4@x.example>\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n";
                let mime = "Content-Type: text/plain\r\n\r\n";
                format!(
                    "* 1 FETCH (UID 4 BODY[HEADER] {{{}}}\r\n{header} BODY[1.MIME] {{{}}}\r\n{mime} BODY[1]<0> {{5}}\r\nWatch)\r\n",
                    header.len(),
                    mime.len()
                )
            }
            _ => String::new(),
        }
    }
    let mut d = Desk::new(&format!("imap://ann@127.0.0.1:{}/INBOX", scripted(answer)), true, "right");
    assert_eq!(d.fetched(), 1);
    let body = d.bodies().concat();
    assert!(
        body.contains("Watch") && body.contains("200 MiB") && body.contains("on the mail server"),
        "{body}"
    );
    assert_eq!(d.fetched(), 0);
}

#[test]
fn a_maildir_brings_each_message_once_and_no_drafts_trash_or_links() {
    let dir = tempfile::tempdir().unwrap();
    for part in ["new", "cur", "tmp"] {
        fs::create_dir(dir.path().join(part)).unwrap();
    }
    let put =
        |name: &str, n: u32| fs::write(dir.path().join(name), letter(n, &format!("Body {n}."))).unwrap();
    put("new/1.x", 1);
    put("cur/2.x:2,S", 2);
    put("cur/3.x:2,ST", 3);
    put("cur/4.x:2,D", 4);
    put("outside", 5);
    symlink(dir.path().join("outside"), dir.path().join("new/5.x")).unwrap();
    let mut d = Desk::new(&format!("maildir:{}", dir.path().display()), true, "right");
    let failed = d.source().fetch(&d.state(), now(), &mut |_| Err(Reject::Store(StoreError::Busy)));
    assert!(failed.is_err() && dir.path().join("new/1.x").exists(), "it stays until the desk has it");
    assert_eq!(d.fetched(), 2);
    assert_eq!(d.fetched(), 0);
    assert!(dir.path().join("cur/1.x:2,").exists());
    put("new/6.x", 6);
    assert_eq!(d.fetched(), 1);
    assert_eq!(d.bodies(), ["Body 1.", "Body 2.", "Body 6."]);
    fs::remove_dir_all(dir.path().join("new")).unwrap();
    d.fetch();
    assert!(d.state().problem.contains("new"), "{}", d.state().problem);
}
