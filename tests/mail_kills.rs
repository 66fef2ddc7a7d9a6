//! The program is killed (`kill -9`) at random points while it fetches and while it sends: each message is in the store
//! exactly once, *sent + unsure* are all the replies, and none is accepted twice unless an agent sends it again.
//!
//! The servers kill it in the midst of a command, at a point that the seed chooses; where no server sees it (a Maildir),
//! a moment of its run is chosen.
//!
//! ```sh
//! cargo test --test mail_kills                           # what fits in a minute
//! FRONTDESK_KILLS=2000 cargo test --test mail_kills      # many, of each kind
//! FRONTDESK_SEED=17 cargo test --test mail_kills         # the same dice again
//! ```

#![cfg(all(feature = "imap", feature = "smtp"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // tests may take the short way

use std::{
    collections::BTreeMap,
    fs,
    process::{Command as Process, Stdio},
    sync::{
        Arc, Mutex,
        atomic::{AtomicI64, AtomicU64, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use frontdesk::{
    desk::{
        Command, Edit, Request,
        clock::Ticked,
        command::{NewReply, NewTicket},
    },
    model::{Id, Kind, Message, Outbox, OutboxState},
    store::records,
};
use rustix::process::{Pid, Signal, kill_process};

#[path = "support/certificates.rs"]
mod certificates;
#[path = "support/dice.rs"]
mod dice;
#[path = "support/dovecot.rs"]
mod dovecot;
#[path = "support/imap_server.rs"]
mod imap_server;
#[path = "support/process.rs"]
mod process;
#[path = "support/skip.rs"]
mod skip;
#[path = "support/smtp_server.rs"]
mod smtp_server;

use dice::Dice;
use dovecot::Dovecot;
use imap_server::ImapServer;
use process::{NOW, Place, clean, number, op};
use smtp_server::SmtpServer;

/// Kills the program after a number of things that a server sees of it.
#[derive(Default)]
struct Trap {
    left: AtomicI64,
    micros: AtomicU64,
    victim: Mutex<Option<Pid>>,
    killed: AtomicU64,
}

impl Trap {
    fn event(&self) {
        if self.left.fetch_sub(1, Ordering::SeqCst) != 1 {
            return;
        }
        thread::park_timeout(Duration::from_micros(self.micros.load(Ordering::SeqCst)));
        // It is waited for only after this is taken, so the number is still its own.
        if let Some(pid) = self.victim.lock().unwrap().take()
            && kill_process(pid, Signal::KILL).is_ok()
        {
            self.killed.fetch_add(1, Ordering::SeqCst);
        }
    }
}

struct Killing {
    place: Place,
    dice: Dice,
    trap: Arc<Trap>,
    letters: u64,
}

/// Whether it ended by itself, and what it said.
type Ended = (bool, String);

impl Killing {
    fn new(salt: u64) -> Killing {
        let seed = number("FRONTDESK_SEED", u64::from(std::process::id()));
        println!("FRONTDESK_SEED={seed}");
        Killing { place: Place::new(), dice: Dice(seed ^ salt), trap: Arc::default(), letters: 0 }
    }

    /// How many kills: a part of those of the whole suite.
    fn kills(part: u64) -> u64 {
        number("FRONTDESK_KILLS", part)
    }

    fn program(&self, words: &[&str]) -> Process {
        let mut c = self.place.program(words);
        c.env("PATH", std::env::var("PATH").unwrap_or_default());
        c.env("XDG_CONFIG_HOME", self.place.file("config"));
        c.stdin(Stdio::null());
        c
    }

    #[track_caller]
    fn ok(&self, words: &[&str]) -> String {
        let out = self.program(words).output().unwrap();
        let said =
            format!("{}{}", String::from_utf8_lossy(&out.stdout), String::from_utf8_lossy(&out.stderr));
        assert!(out.status.success(), "{words:?}: {said}");
        said
    }

    fn mailbox(&self, words: &[&str]) {
        self.ok(&[&["mailbox", "add", "--no-test", "help@desk.example"][..], words].concat());
    }

    fn insecure(&self) {
        let path = self.place.file("config/frontdesk/mailboxes.toml");
        let text = fs::read_to_string(&path).unwrap();
        fs::write(path, format!("{text}insecure = true\n")).unwrap();
    }

    /// Another letter, with its Message-ID.
    fn letter(&mut self) -> (String, String) {
        self.letters += 1;
        let (n, from) = (self.letters, self.dice.below(40));
        let body = "It is broken. ".repeat(self.dice.below(300) as usize);
        let text = format!(
            "From: Ann <ann{from}@x.example>\r\nTo: help@desk.example\r\nSubject: Letter {n}\r\n\
             Message-ID: <{n}@x.example>\r\nDate: Mon, 05 Jan 2026 10:00:00 +0000\r\n\r\n{body}\r\n"
        );
        (format!("{n}"), text)
    }

    /// Runs the program until the trap kills it, or it ends.
    fn run_into_trap(&mut self, words: &[&str], events: u64) -> bool {
        let mut child = self.program(words).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        self.trap.micros.store(self.dice.below(3000), Ordering::SeqCst);
        *self.trap.victim.lock().unwrap() = Some(Pid::from_child(&child));
        self.trap.left.store(1 + self.dice.below(events) as i64, Ordering::SeqCst);
        // The child stays unwaited for as long as the trap may kill it.
        let pid = Pid::from_child(&child);
        let options = rustix::process::WaitIdOptions::EXITED | rustix::process::WaitIdOptions::NOWAIT;
        rustix::process::waitid(rustix::process::WaitId::Pid(pid), options).unwrap();
        self.trap.victim.lock().unwrap().take();
        child.wait().unwrap().code().is_none()
    }

    /// Runs the program, and kills it at a moment of a run that takes so long.
    fn run_for_a_while(&mut self, words: &[&str], longest: Duration) -> bool {
        let mut child = self.program(words).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let micros = self.dice.below(u64::try_from(longest.as_micros()).unwrap());
        thread::sleep(Duration::from_micros(micros));
        child.kill().unwrap();
        child.wait().unwrap().code().is_none()
    }

    fn end(&self, words: &[&str]) -> Ended {
        let out = self.program(words).output().unwrap();
        let said =
            format!("{}{}", String::from_utf8_lossy(&out.stdout), String::from_utf8_lossy(&out.stderr));
        (out.status.success(), said)
    }

    /// Every message that came is in the store exactly once.
    #[track_caller]
    fn each_once(&self) {
        let mut times: BTreeMap<String, u64> = BTreeMap::new();
        self.place
            .desk
            .view(|v| {
                records::each::<Message>(v, |m| {
                    *times.entry(m.message_id.clone()).or_default() += 1;
                    true
                })
            })
            .unwrap();
        for n in 1..=self.letters {
            assert_eq!(times.remove(&format!("{n}@x.example")), Some(1), "letter {n}");
        }
        assert_eq!(times, BTreeMap::new(), "nothing else");
        clean(&self.place.desk);
    }
}

#[test]
fn a_killed_fetch_from_a_maildir_takes_each_message_once() {
    let mut k = Killing::new(1);
    let dir = k.place.file("Maildir");
    for part in ["", "new", "cur", "tmp", ".Done", ".Done/new", ".Done/cur", ".Done/tmp"] {
        fs::create_dir(dir.join(part)).unwrap();
    }
    k.mailbox(&["--receive", &format!("maildir:{}", dir.display()), "--history"]);
    k.ok(&["mailbox", "edit", "help@desk.example", "after_fetch=move", "move_to=Done"]);
    let put = |k: &mut Killing| {
        let (name, text) = k.letter();
        fs::write(dir.join("tmp/x"), text).unwrap();
        fs::rename(dir.join("tmp/x"), dir.join(format!("new/{name}.x"))).unwrap();
    };
    let fetch = ["mail", "fetch"];
    (0..8).for_each(|_| put(&mut k));
    let begun = Instant::now();
    k.ok(&fetch);
    let run = begun.elapsed();
    let (kills, mut killed) = (Killing::kills(60), 0);
    for _ in 0..kills {
        (0..k.dice.below(8)).for_each(|_| put(&mut k));
        killed += u64::from(k.run_for_a_while(&fetch, run));
    }
    k.ok(&fetch);
    k.each_once();
    let files = |part: &str| fs::read_dir(dir.join(part)).unwrap().count() as u64;
    assert_eq!((files("new"), files("cur"), files(".Done/cur")), (0, 0, k.letters), "all were moved");
    println!("{killed} of {kills} were killed before their end; {} messages", k.letters);
    assert!(killed > kills / 4);
}

#[test]
fn a_killed_fetch_over_imap_takes_each_message_once_and_moves_each() {
    let mut k = Killing::new(2);
    let trap = Arc::clone(&k.trap);
    let server = ImapServer::with(Arc::new(move |_| trap.event()));
    server.state().folders.insert("Done".into(), imap_server::Folder::default());
    let receive = format!("imap://ann@127.0.0.1:{}/INBOX", server.port);
    k.mailbox(&["--receive", &receive, "--history", "--password-command", "echo right"]);
    k.ok(&["mailbox", "edit", "help@desk.example", "after_fetch=move", "move_to=Done"]);
    let kills = Killing::kills(60);
    for _ in 0..kills {
        for _ in 0..k.dice.below(6) {
            let (_, text) = k.letter();
            server.put(text.as_bytes());
        }
        k.run_into_trap(&["mail", "fetch"], 30);
    }
    k.ok(&["mail", "fetch"]);
    k.each_once();
    let state = server.state();
    assert_eq!(
        state.folders["INBOX"].messages.len(),
        0,
        "all were moved, those too that a dead process had taken"
    );
    assert_eq!(state.folders["Done"].messages.len() as u64, k.letters);
    let killed = k.trap.killed.load(Ordering::SeqCst);
    println!("{killed} of {kills} were killed; {} messages", k.letters);
    assert!(killed > kills / 4);
}

#[test]
fn a_killed_fetch_from_dovecot_takes_each_message_once() {
    let Some(server) = Dovecot::start() else { return };
    let mut k = Killing::new(3);
    let receive = format!("imap://ann@localhost:{}/INBOX", server.imap);
    k.mailbox(&["--receive", &receive, "--history", "--password-command", "echo right"]);
    k.insecure();
    let fetch = ["mail", "fetch"];
    let put = |k: &mut Killing| {
        let (name, text) = k.letter();
        server.put(&name, &text);
    };
    (0..8).for_each(|_| put(&mut k));
    let begun = Instant::now();
    k.ok(&fetch);
    let run = begun.elapsed();
    let (kills, mut killed) = (Killing::kills(30), 0);
    for _ in 0..kills {
        (0..k.dice.below(8)).for_each(|_| put(&mut k));
        killed += u64::from(k.run_for_a_while(&fetch, run));
    }
    k.ok(&fetch);
    k.each_once();
    println!("{killed} of {kills} were killed before their end; {} messages", k.letters);
    assert!(killed > kills / 4);
}

fn outbox(k: &Killing) -> Vec<(Outbox, Message)> {
    let mut out = Vec::new();
    k.place
        .desk
        .view(|v| {
            let mut all = Vec::new();
            records::each::<Outbox>(v, |o| {
                all.push(o);
                true
            })?;
            for o in all {
                let message = records::get::<Message>(v, o.id)?.unwrap();
                out.push((o, message));
            }
            Ok(())
        })
        .unwrap();
    out
}

/// Who is replied to.
fn requester(k: &Killing) -> Id {
    let edits = vec![Edit::set("name", "Ada Lovelace"), Edit::set("email", "ada@x.example")];
    let add = Request::new(op(5, 1), k.place.dana, NOW, Command::Create(Kind::Customer, edits));
    k.place.desk.run(add).unwrap().created[0].1
}

/// A ticket to which replies are written.
fn ticket(k: &Killing, requester: Id, n: u64) -> Id {
    let new = NewTicket { requester, subject: "Broken".into(), body: "It is.".into(), ..Default::default() };
    let create = Request::new(op(7, n), k.place.dana, NOW, Command::TicketCreate(Box::new(new)));
    k.place.desk.run(create).unwrap().created[0].1
}

#[test]
fn of_a_killed_sender_sent_and_unsure_are_all_replies_and_none_arrives_twice_by_itself() {
    let mut k = Killing::new(4);
    let trap = Arc::clone(&k.trap);
    let server = SmtpServer::with(Arc::new(move |_| trap.event()));
    k.mailbox(&["--send", &format!("smtp://127.0.0.1:{}", server.port)]);
    let requester = requester(&k);
    let mut on = ticket(&k, requester, 0);
    let (kills, mut replies) = (Killing::kills(60), 0);
    for n in 0..kills {
        if n % 20 == 19 {
            // Each reply reads what happened to its ticket: one ticket for thousands would take hours.
            on = ticket(&k, requester, n);
        }
        for _ in 0..1 + k.dice.below(3) {
            replies += 1;
            let body = format!("Reply {replies}. ").repeat(1 + k.dice.below(100) as usize);
            let new = NewReply { ticket: on, body, now: true, ..Default::default() };
            let reply = Request::new(op(6, replies), k.place.dana, NOW, Command::TicketReply(Box::new(new)));
            k.place.desk.run(reply).unwrap();
        }
        k.run_into_trap(&["mail", "send"], 24);
    }
    let (well, said) = k.end(&["mail", "send"]);
    assert!(well, "{said}");
    // What dead senders left is found when their leases have run out.
    let now = std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap().as_millis() as i64 + 3_600_000;
    for n in 0.. {
        let ticked = k.place.desk.tick(op(8, n), op(8, 0), now).unwrap();
        if matches!(ticked, Ticked::Fired(done) if done.touched.is_empty()) {
            break;
        }
    }
    let all = outbox(&k);
    let of = |state: OutboxState| all.iter().filter(move |(o, _)| o.state == state);
    let (sent, unsure) = (of(OutboxState::Sent).count() as u64, of(OutboxState::Unsure).count() as u64);
    assert_eq!((sent + unsure, all.len() as u64), (replies, replies), "sent {sent}, unsure {unsure}");
    let times = |m: &Message| server.times(&format!("<{}>", m.message_id));
    for (o, m) in &all {
        match o.state {
            OutboxState::Sent => assert_eq!(times(m), 1, "{}", m.message_id),
            _ => assert!(times(m) <= 1, "{} was accepted {} times", m.message_id, times(m)),
        }
    }
    let killed = k.trap.killed.load(Ordering::SeqCst);
    println!("{killed} of {kills} were killed; {replies} replies: {sent} sent, {unsure} unsure");
    assert!(killed > kills / 4 && unsure > 0);
    // By hand, each leaves again under the same Message-ID.
    for (_, m) in of(OutboxState::Unsure) {
        let before = times(m);
        k.ok(&["outbox", "retry", &format!("M-{}", m.number)]);
        k.ok(&["mail", "send"]);
        assert_eq!(times(m), before + 1);
    }
    clean(&k.place.desk);
}
