//! Mail that is fetched: over IMAP from a real Dovecot and from servers that lie, and from a Maildir.

#![cfg(feature = "imap")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // tests may take the short way

use std::{
    fs,
    io::{BufRead, BufReader, Write},
    net::{TcpListener, TcpStream},
    os::unix::fs::{PermissionsExt, chown, symlink},
    path::{Path, PathBuf},
    process::{Child, Command as Program, Stdio},
    sync::{
        atomic::{AtomicBool, Ordering},
        mpsc,
    },
    thread,
    time::{Duration, SystemTime},
};

use frontdesk::{
    desk::{Command, Edit, mailboxes},
    exchange::receive::{self, Incoming},
    host::mail::{self, config, imap::Account},
    model::{Id, Ids, MailState, Mailbox, Message},
    store::{Reject, StoreError, meta, records},
};

#[path = "support/bench.rs"]
#[allow(dead_code, reason = "each test takes what it needs")]
mod bench;

use bench::Bench;

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
        let mailbox = b.run(Command::MailboxAdd(edits)).created[0].1;
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
        self.b.run(Command::MailboxEdit(self.mailbox, vec![Edit::set(field, value)]));
    }

    fn source(&self) -> Box<dyn receive::Source> {
        mail::source(&self.config(), self.store(), &self.mailbox(), now()).unwrap().unwrap()
    }

    fn fetch(&mut self) -> u64 {
        self.seed += 1;
        self.b.now = now();
        let (mut ids, at) = (Ids::new(Id([self.seed; 16]), self.b.now), self.b.now);
        let mut source = self.source();
        receive::fetch(&self.b.desk, &mut *source, &self.mailbox(), &mut || ids.id(), &mut || at).unwrap()
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

/// A Dovecot of this test alone.
struct Dovecot {
    folder: tempfile::TempDir,
    child: Child,
    imap: u16,
    imaps: u16,
}

impl Drop for Dovecot {
    fn drop(&mut self) {
        let _ = Program::new("kill").arg(self.child.id().to_string()).status();
        let _ = self.child.wait();
    }
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

impl Dovecot {
    /// `None`, with one line, where there is none.
    fn start() -> Option<Dovecot> {
        let binary = Path::new("/usr/sbin/dovecot");
        if !binary.exists() || !rustix::process::geteuid().is_root() {
            eprintln!("skipped: needs /usr/sbin/dovecot, and root to start it");
            return None;
        }
        let folder = tempfile::tempdir().unwrap();
        let dir = folder.path();
        fs::set_permissions(dir, fs::Permissions::from_mode(0o755)).unwrap();
        let made = Program::new("openssl")
            .args([
                "req",
                "-x509",
                "-newkey",
                "rsa:2048",
                "-nodes",
                "-days",
                "2",
                "-subj",
                "/CN=Dovecot of a test",
            ])
            .args([
                "-addext",
                "subjectAltName=DNS:localhost",
                "-addext",
                "basicConstraints=critical,CA:FALSE",
            ])
            .arg("-keyout")
            .arg(dir.join("key.pem"))
            .arg("-out")
            .arg(dir.join("cert.pem"))
            .stderr(Stdio::null())
            .status();
        if !made.is_ok_and(|s| s.success()) {
            eprintln!("skipped: openssl makes no certificate");
            return None;
        }
        let (imap, imaps, d) = (free_port(), free_port(), dir.display());
        let text = format!(
            "protocols = imap\nlisten = 127.0.0.1\nbase_dir = {d}/run\nstate_dir = {d}/state\nlog_path = {d}/log\n\
             ssl = yes\nssl_cert = <{d}/cert.pem\nssl_key = <{d}/key.pem\ndisable_plaintext_auth = no\nfirst_valid_uid = 1\n\
             auth_failure_delay = 0\nmail_location = maildir:{d}/mail/%u\n\
             passdb {{\n  driver = static\n  args = password=right\n}}\n\
             userdb {{\n  driver = static\n  args = uid=nobody gid=nogroup home={d}/mail/%u\n}}\n\
             service imap-login {{\n  inet_listener imap {{\n    port = {imap}\n  }}\n  inet_listener imaps {{\n    port = {imaps}\n    ssl = yes\n  }}\n}}\n"
        );
        fs::write(dir.join("conf"), text).unwrap();
        for part in ["mail", "mail/ann", "mail/ann/new", "mail/ann/cur", "mail/ann/tmp"] {
            fs::create_dir(dir.join(part)).unwrap();
            chown(dir.join(part), Some(65534), Some(65534)).unwrap();
        }
        let child = Program::new(binary).arg("-F").arg("-c").arg(dir.join("conf")).spawn().unwrap();
        let mut server = Dovecot { folder, child, imap, imaps };
        for _ in 0..1500 {
            if TcpStream::connect(("127.0.0.1", imap)).is_ok() {
                return Some(server);
            }
            assert!(server.child.try_wait().unwrap().is_none(), "{}", server.log());
            thread::sleep(Duration::from_millis(20));
        }
        panic!("Dovecot does not start: {}", server.log());
    }

    fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }

    fn box_of_ann(&self) -> PathBuf {
        self.folder.path().join("mail/ann")
    }

    fn deliver(&self, n: u32, body: &str) {
        let (draft, path) =
            (self.box_of_ann().join(format!("tmp/{n}.x")), self.box_of_ann().join(format!("new/{n}.x")));
        fs::write(&draft, letter(n, body)).unwrap();
        chown(&draft, Some(65534), Some(65534)).unwrap();
        fs::rename(draft, path).unwrap();
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
    let said = mail::test_receive(&d.config(), d.store(), &d.mailbox(), now()).unwrap();
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
    let failed = d.source().fetch(&d.state(), &mut |_| {
        seen += 1;
        Err(Reject::Store(StoreError::Busy))
    });
    assert!(failed.is_err() && seen == 1);
    let flagged = |s: &Dovecot| {
        let all = fs::read_dir(s.box_of_ann().join("cur")).unwrap();
        all.filter(|e| e.as_ref().unwrap().file_name().to_str().unwrap().ends_with('S')).count()
    };
    assert_eq!(flagged(&server), 0, "it is not flagged before the desk has it");
    assert_eq!(d.fetched(), 1);
    assert_eq!((d.fetched(), flagged(&server)), (0, 1));
}

#[test]
fn news_of_a_folder_come_at_once() {
    let Some(server) = Dovecot::start() else { return };
    let d = server.desk(false);
    let account = Account::new(&d.config(), d.store(), &d.mailbox()).unwrap();
    let (tell, told) = mpsc::channel();
    let stop = AtomicBool::new(false);
    let long = Duration::from_secs(60);
    thread::scope(|scope| {
        let waits = scope.spawn(|| {
            let tell = std::sync::Mutex::new(tell);
            account.idle(&|| tell.lock().unwrap().send(()).unwrap(), &|| !stop.load(Ordering::Relaxed))
        });
        told.recv_timeout(long).expect("it waits");
        server.deliver(1, "One.");
        told.recv_timeout(long).expect("the message is told of");
        stop.store(true, Ordering::Relaxed);
        assert_eq!(waits.join().unwrap(), Ok(true));
    });
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
    let failed = d.source().fetch(&d.state(), &mut |_: Incoming| Err(Reject::Store(StoreError::Busy)));
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
