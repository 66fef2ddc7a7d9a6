//! Bad days of mail: servers that are down, full disks, wrong clocks, certificates that expired. Nothing is lost, nothing
//! comes or leaves twice, and the reason is given in words.

#![cfg(all(feature = "imap", feature = "smtp"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // tests may take the short way

use std::{
    fs,
    path::Path,
    process::{Command as Process, Stdio},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use frontdesk::{
    desk::Desk,
    model::{Id, OutboxState, Seq},
    store::{Outcome, Reject, Store, StoreError, Tx, View, Weight},
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
#[path = "support/mail_desk.rs"]
mod mail_desk;
#[path = "support/process.rs"]
mod process;
#[path = "support/skip.rs"]
mod skip;
#[path = "support/smtp_server.rs"]
mod smtp_server;

use dovecot::Dovecot;
use imap_server::ImapServer;
use mail_desk::{MINUTE, MailDesk, letter, maildir};
use process::{Place, number};
use smtp_server::SmtpServer;

const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

fn receive(imap: &ImapServer) -> String {
    format!("imap://ann@127.0.0.1:{}/INBOX", imap.port)
}

fn put(imap: &ImapServer, n: u32) {
    imap.put(letter(n, "Hello.").as_bytes());
}

#[test]
fn a_server_that_says_421_for_an_hour_is_asked_seldom_and_the_reply_leaves_once() {
    let smtp = SmtpServer::start();
    smtp.state().instead.push(("<greeting>", "421 4.3.2 too busy, come back later"));
    let mut d = MailDesk::new("none", &format!("smtp://127.0.0.1:{}", smtp.port));
    let id = d.reply();
    for _ in 0..60 {
        d.send(false);
        d.pass(MINUTE);
    }
    let asked = smtp.state().connections;
    assert!((4..=12).contains(&asked), "asked {asked} times in an hour");
    let state = d.state();
    assert!(state.send_problem.contains("421 4.3.2 too busy"), "{}", state.send_problem);
    assert_eq!(state.send_failing_since, Some(d.now() - HOUR));
    assert_eq!(d.outbox(id).state, OutboxState::Deferred);
    smtp.state().instead.clear();
    for _ in 0..60 {
        d.send(false);
        d.pass(MINUTE);
    }
    assert_eq!((d.outbox(id).state, smtp.state().accepted.len()), (OutboxState::Sent, 1));
    assert_eq!(d.state().send_failing_since, None);
    // The same of a server that says it in the midst of a message.
    smtp.state().instead.push(("RCPT", "421 4.3.2 closing"));
    let id = d.reply();
    d.send(false);
    smtp.state().instead.clear();
    d.pass(HOUR);
    assert_eq!((d.send(false), d.outbox(id).state), (1, OutboxState::Sent));
    assert_eq!(smtp.state().accepted.len(), 2);
}

#[test]
fn a_name_that_cannot_be_looked_up_is_told_and_the_reply_waits() {
    let mut d = MailDesk::new("imap://ann@mail.desk.invalid/INBOX", "smtp://mail.desk.invalid");
    let id = d.reply();
    assert_eq!((d.fetch(), d.send(false)), (0, 0));
    let state = d.state();
    for problem in [&state.problem, &state.send_problem] {
        assert!(problem.contains("mail.desk.invalid") && problem.len() < 300, "{problem}");
    }
    assert_eq!(d.outbox(id).state, OutboxState::Deferred);
}

#[test]
fn a_server_that_was_down_is_found_again_and_brings_each_message_once() {
    let Some(mut server) = Dovecot::start() else { return };
    let mut d = MailDesk::new(&format!("imap://ann@localhost:{}/INBOX", server.imap), "none");
    d.insecure();
    server.put("1", &letter(1, "Hello."));
    assert_eq!(d.fetch(), 1);
    server.stop();
    for _ in 0..3 {
        assert_eq!(d.try_fetch(false).unwrap().0, 0);
        d.pass(MINUTE);
    }
    let state = d.state();
    assert!(state.problem.contains("localhost") && state.failing_since.is_some(), "{}", state.problem);
    assert!(state.next_retry.unwrap() > d.now());
    server.put("2", &letter(2, "Hello."));
    server.start_again();
    assert_eq!(d.try_fetch(false).unwrap().0, 0, "not before its time");
    d.pass(15 * MINUTE);
    assert_eq!(d.try_fetch(false).unwrap().0, 1);
    assert_eq!((d.subjects().len(), d.state().failing_since), (2, None));
}

#[test]
fn a_password_that_was_changed_stops_the_mail_with_the_reason_until_the_command_prints_the_new_one() {
    let Some(server) = Dovecot::start() else { return };
    let mut d = MailDesk::new(&format!("imap://ann@localhost:{}/INBOX", server.imap), "none");
    d.insecure();
    server.put("1", &letter(1, "Hello."));
    assert_eq!(d.fetch(), 1);
    d.command("password_command", "echo outdated");
    server.put("2", &letter(2, "Hello."));
    assert_eq!(d.fetch(), 0);
    let said = d.state().problem;
    assert!(said.contains("rejects the login of ann") && !said.contains("outdated"), "{said}");
    d.command("password_command", "echo right");
    assert_eq!((d.fetch(), d.state().failing_since), (1, None));
}

#[test]
fn a_folder_that_was_renamed_is_told_of_and_read_on_under_its_new_name() {
    let imap = ImapServer::start();
    let mut d = MailDesk::new(&receive(&imap), "none");
    d.set("history", "no");
    put(&imap, 1);
    assert_eq!(d.fetch(), 0);
    put(&imap, 2);
    assert_eq!(d.fetch(), 1);
    // Renamed, a folder keeps its UIDs (RFC 3501, 6.3.5).
    let folder = imap.state().folders.remove("INBOX").unwrap();
    imap.state().folders.insert("Support".into(), folder);
    imap.state().folders.get_mut("Support").unwrap().put(letter(3, "Meanwhile.").as_bytes());
    assert_eq!(d.fetch(), 0);
    assert!(d.state().problem.contains("the folder INBOX cannot be opened"), "{}", d.state().problem);
    d.set("receive", &format!("imap://ann@127.0.0.1:{}/Support", imap.port));
    assert_eq!((d.fetch(), d.fetch()), (1, 0));
    assert_eq!(d.subjects(), ["Letter 2", "Letter 3"]);
    // Another folder is another one: what was in it is not read.
    let mut other = imap_server::Folder { validity: 99, ..Default::default() };
    other.put(letter(4, "Old.").as_bytes());
    imap.state().folders.insert("Sales".into(), other);
    d.set("receive", &format!("imap://ann@127.0.0.1:{}/Sales", imap.port));
    assert_eq!(d.fetch(), 0);
    imap.state().folders.get_mut("Sales").unwrap().put(letter(5, "New.").as_bytes());
    assert_eq!(d.fetch(), 1);
}

type Change = Box<dyn FnMut(&mut dyn Tx) -> Result<(), Reject> + Send>;

/// A store whose disk is full while the flag is set.
struct FullDisk {
    inner: Arc<dyn Store>,
    full: Arc<AtomicBool>,
}

impl Store for FullDisk {
    fn look(&self) -> Result<Box<dyn View + '_>, StoreError> {
        self.inner.look()
    }

    fn write(&self, op: Id, weight: Weight, f: Change) -> Result<Outcome, Reject> {
        if self.full.load(Ordering::SeqCst) {
            return Err(StoreError::Full.into());
        }
        self.inner.write(op, weight, f)
    }

    fn head(&self) -> Result<Seq, StoreError> {
        self.inner.head()
    }

    fn wait(&self, after: Seq, max: Duration) -> Result<Seq, StoreError> {
        self.inner.wait(after, max)
    }
}

#[test]
fn a_disk_that_is_full_between_fetch_and_write_loses_nothing_and_takes_nothing_twice() {
    let imap = ImapServer::start();
    imap.state().folders.insert("Done".into(), imap_server::Folder::default());
    let mut d = MailDesk::new(&receive(&imap), "none");
    d.set("move_to", "Done");
    d.set("after_fetch", "move");
    put(&imap, 1);
    assert_eq!(d.fetch(), 1);
    let before = d.state();
    let full = Arc::new(AtomicBool::new(true));
    let desk = Desk::new(Arc::new(FullDisk { inner: d.b.desk.shared_store(), full: Arc::clone(&full) }));
    (2..5).for_each(|n| put(&imap, n));
    let mut post = d.post_of(desk);
    let failed = post.fetch(None, true, &|_, _| {}).unwrap_err();
    assert!(matches!(failed, Reject::Store(StoreError::Full)), "{failed}");
    assert_eq!(d.state(), before, "no UID is passed over");
    assert_eq!(imap.state().folders["INBOX"].messages.len(), 3, "what the desk does not have stays there");
    full.store(false, Ordering::SeqCst);
    assert_eq!(post.fetch(None, true, &|_, _| {}).unwrap().0, 3);
    assert_eq!(post.fetch(None, true, &|_, _| {}).unwrap().0, 0);
    assert_eq!((d.subjects().len(), imap.state().folders["Done"].messages.len()), (4, 4));
}

#[test]
fn a_clock_that_was_a_day_ahead_or_behind_stops_no_mail() {
    let (imap, smtp) = (ImapServer::start(), SmtpServer::start());
    let mut d = MailDesk::new(&receive(&imap), &format!("smtp://127.0.0.1:{}", smtp.port));
    // A day ahead, both servers fail, and are to be tried again: tomorrow.
    d.pass(DAY);
    imap.state().instead.push(("SELECT", String::new()));
    smtp.state().instead.push(("<greeting>", "421 not now"));
    let id = d.reply();
    assert_eq!((d.try_fetch(false).unwrap().0, d.send(false)), (0, 0));
    imap.state().instead.clear();
    smtp.state().instead.clear();
    put(&imap, 1);
    // The clock is set right: today is soon enough.
    d.pass(-DAY);
    assert_eq!(d.try_fetch(false).unwrap().0, 1);
    assert_eq!(d.send(false), 1);
    assert_eq!((d.outbox(id).state, smtp.state().accepted.len()), (OutboxState::Sent, 1));
    // A Maildir goes by the times of its files: a clock that goes back passes over none of them.
    let folder = tempfile::tempdir().unwrap();
    let dir = maildir(folder.path());
    let mut d = MailDesk::new(&format!("maildir:{}", dir.display()), "none");
    let real = i64::try_from(std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap().as_millis()).unwrap();
    d.pass(real - d.now());
    fs::write(dir.join("new/1.x"), letter(1, "Hello.")).unwrap();
    assert_eq!(d.fetch(), 1);
    d.pass(-DAY);
    fs::write(dir.join("new/2.x"), letter(2, "Hello.")).unwrap();
    assert_eq!((d.fetch(), d.fetch()), (1, 0));
}

#[test]
fn an_expired_certificate_of_an_imap_server_is_rejected_with_the_reason() {
    let Some(server) = Dovecot::start_with("old") else { return };
    let place = Place::new();
    let run = |words: &[&str]| {
        let mut c = place.program(words);
        c.env("PATH", std::env::var("PATH").unwrap_or_default()).env("XDG_CONFIG_HOME", place.file("config"));
        c.env("SSL_CERT_FILE", server.folder.path().join("old"));
        let out = c.output().unwrap();
        (
            out.status.success(),
            format!("{}{}", String::from_utf8_lossy(&out.stdout), String::from_utf8_lossy(&out.stderr)),
        )
    };
    for (scheme, port) in [("imaps", server.imaps), ("imap", server.imap)] {
        let address = format!("{scheme}@desk.example");
        let receive = format!("{scheme}://ann@localhost:{port}/INBOX");
        let (well, said) = run(&[
            "mailbox",
            "add",
            "--no-test",
            &address,
            "--receive",
            &receive,
            "--password-command",
            "echo right",
        ]);
        assert!(well, "{said}");
        let (well, said) = run(&["mailbox", "test", &address]);
        assert!(!well && said.contains("the certificate of localhost has expired"), "{said}");
        let (well, said) = run(&["mail", "fetch", &address]);
        assert!(!well && said.contains("the certificate of localhost has expired"), "{said}");
    }
}

#[test]
fn sizes_that_are_not_true_cost_nothing_of_a_message() {
    let text = format!("{}\r\n", "0123456789".repeat(10)).repeat(30_000);
    for false_size in [None, Some(0), Some(10), Some(209_715_200)] {
        let imap = ImapServer::start();
        imap.state().false_size = false_size;
        let mut d = MailDesk::new(&receive(&imap), "none");
        imap.put(letter(1, &text).as_bytes());
        put(&imap, 2);
        assert_eq!((d.fetch(), d.fetch()), (2, 0), "{false_size:?}");
        assert_eq!(d.state().problem, "");
        let raw = d.b.desk.view(|v| frontdesk::store::raw::get(v, first(&d))).unwrap().unwrap();
        assert_eq!(raw.len(), letter(1, &text).len(), "{false_size:?}");
        assert_eq!(imap.state().largest_piece, 1024 * 1024, "no command asks for more");
    }
}

/// The message `Letter 1`.
fn first(d: &MailDesk) -> Id {
    let mut id = Id::NIL;
    d.b.desk
        .view(|v| {
            frontdesk::store::records::each::<frontdesk::model::Message>(v, |m| {
                if m.subject == "Letter 1" {
                    id = m.id;
                }
                true
            })
        })
        .unwrap();
    id
}

/// The most memory that the program ever had, in MiB, while it fetches.
fn peak(place: &Place, words: &[&str]) -> u64 {
    let mut c: Process = place.program(words);
    c.env("PATH", std::env::var("PATH").unwrap_or_default()).env("XDG_CONFIG_HOME", place.file("config"));
    let mut child = c.stdout(Stdio::null()).spawn().unwrap();
    let path = format!("/proc/{}/status", child.id());
    let mut most = 0;
    while child.try_wait().unwrap().is_none() {
        let status = fs::read_to_string(Path::new(&path)).unwrap_or_default();
        let line = status.lines().find_map(|l| l.strip_prefix("VmHWM:")).unwrap_or("0 kB");
        most = most.max(line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() / 1024);
        std::thread::park_timeout(Duration::from_millis(2));
    }
    assert!(child.wait().unwrap().success());
    most
}

/// 60 MB in CI; `FRONTDESK_LARGE_MB=200` for the whole.
#[test]
fn a_very_large_message_is_taken_within_bounded_memory() {
    let mb = number("FRONTDESK_LARGE_MB", 60);
    let imap = ImapServer::start();
    let place = Place::new();
    let receive = receive(&imap);
    let add = [
        "mailbox",
        "add",
        "--no-test",
        "help@desk.example",
        "--history",
        "--password-command",
        "echo right",
        "--receive",
    ];
    let mut c = place.program(&[&add[..], &[&receive]].concat());
    assert!(c.env("XDG_CONFIG_HOME", place.file("config")).status().unwrap().success());
    put(&imap, 1);
    let usual = peak(&place, &["mail", "fetch"]);
    let text = format!("{}\r\n", "x".repeat(998)).repeat(usize::try_from(mb).unwrap() * 1000);
    imap.put(letter(2, &text).as_bytes());
    let large = peak(&place, &["mail", "fetch"]);
    println!("{usual} MiB for a small message, {large} MiB for one of {mb} MB");
    assert!(large < usual + 24, "{usual} MiB for a small message, {large} MiB for one of {mb} MB");
    assert!(imap.state().largest_piece <= 1024 * 1024);
}
