//! A desk with a mailbox, the settings of its user, and a clock that the test moves.
#![allow(dead_code, reason = "each test takes what it needs")]

use std::{
    fs,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicI64, AtomicU8, Ordering},
    },
};

use frontdesk::{
    desk::{Command, Desk, Edit, command::NewReply, mailboxes},
    host::mail::{
        self, config,
        post::{Post, Problems},
    },
    model::{Id, Ids, Kind, MailState, Mailbox, Message, Outbox, Stamp, Table},
    store::{Reject, Tx, Weight, meta, records},
};

use super::bench::Bench;

pub const MINUTE: Stamp = 60_000;

pub struct MailDesk {
    pub b: Bench,
    pub mailbox: Id,
    pub settings: tempfile::TempDir,
    pub clock: Arc<AtomicI64>,
    ticket: Option<Id>,
    seed: u8,
}

impl MailDesk {
    /// Receives and sends like that; logs in with `right`.
    pub fn new(receive: &str, send: &str) -> MailDesk {
        let mut b = Bench::new();
        // Each desk is another one.
        static DESKS: AtomicU8 = AtomicU8::new(1);
        let id = [DESKS.fetch_add(1, Ordering::SeqCst); 16];
        let name = meta::STORE_ID.as_bytes();
        let write = Box::new(move |tx: &mut dyn Tx| {
            tx.put(Table::Meta, name, &id);
            Ok(())
        });
        b.desk.store().write(Id([255; 16]), Weight::Light, write).unwrap();
        let edits =
            [("address", "help@desk.example"), ("receive", receive), ("send", send), ("history", "yes")];
        let edits = edits.map(|(field, value)| Edit::set(field, value)).to_vec();
        let mailbox = b.run(Command::Create(Kind::Mailbox, edits)).created[0].1;
        let clock = Arc::new(AtomicI64::new(b.now));
        let d = MailDesk { b, mailbox, settings: tempfile::tempdir().unwrap(), clock, ticket: None, seed: 0 };
        d.command("password_command", "echo right");
        d
    }

    pub fn command(&self, name: &str, line: &str) {
        let store = self.b.desk.view(meta::store_id).unwrap();
        config::set(self.settings.path(), store, "help@desk.example", Some(&[(name, line)])).unwrap();
    }

    pub fn insecure(&self) {
        let path = self.settings.path().join(config::FILE);
        let text = fs::read_to_string(&path).unwrap();
        fs::write(path, format!("{text}insecure = true\n")).unwrap();
    }

    pub fn config(&self) -> config::Config {
        config::Config::load(self.settings.path()).unwrap()
    }

    pub fn set(&mut self, field: &str, value: &str) {
        self.b.now = self.now();
        self.b.run(Command::Edit(Kind::Mailbox, self.mailbox, vec![Edit::set(field, value)]));
    }

    pub fn now(&self) -> Stamp {
        self.clock.load(Ordering::SeqCst)
    }

    pub fn pass(&self, time: Stamp) {
        self.clock.fetch_add(time, Ordering::SeqCst);
    }

    /// Another process of the user, over this store or the same one behind something else.
    pub fn post_of(&mut self, desk: Desk) -> Post {
        self.seed += 1;
        let clock = Arc::clone(&self.clock);
        let now = Arc::new(move || clock.load(Ordering::SeqCst));
        Post::new(desk, self.config(), Id([self.seed; 16]), now).unwrap()
    }

    pub fn post(&mut self) -> Post {
        let desk = self.b.desk.clone();
        self.post_of(desk)
    }

    pub fn fetch(&mut self) -> u64 {
        self.try_fetch(true).unwrap().0
    }

    /// As `frontdesk mail fetch` does where it is forced, else as `mail run`.
    pub fn try_fetch(&mut self, forced: bool) -> Result<(u64, Problems), Reject> {
        self.post().fetch(None, forced, &|_, _| {})
    }

    pub fn send(&mut self, forced: bool) -> usize {
        self.post().send(None, forced).unwrap().0.sent
    }

    pub fn state(&self) -> MailState {
        self.b.desk.view(|v| mailboxes::state(v, self.mailbox)).unwrap()
    }

    pub fn mailbox(&self) -> Mailbox {
        self.b.get(self.mailbox)
    }

    pub fn test(&self) -> Result<String, String> {
        let store = self.b.desk.view(meta::store_id).unwrap();
        mail::test_receive(&self.config(), store, &self.mailbox())
    }

    /// Writes a reply that may leave now.
    pub fn reply(&mut self) -> Id {
        self.b.now = self.now();
        let ticket = match self.ticket {
            Some(t) => t,
            None => {
                let ada = self.b.customer("Ada Lovelace", "ada@x.example");
                self.b.ticket(ada, "Broken")
            }
        };
        self.ticket = Some(ticket);
        let new = NewReply { ticket, body: "Which browser?".into(), now: true, ..Default::default() };
        self.b.run(Command::TicketReply(Box::new(new))).created[0].1
    }

    pub fn outbox(&self, id: Id) -> Outbox {
        self.b.get(id)
    }

    pub fn message_id(&self, id: Id) -> String {
        format!("<{}>", self.b.get::<Message>(id).message_id)
    }

    /// The subjects of the messages that came in, sorted.
    pub fn subjects(&self) -> Vec<String> {
        let mut out = Vec::new();
        self.b
            .desk
            .view(|v| {
                records::each::<Message>(v, |m| {
                    out.extend(m.mailbox.map(|_| m.subject.clone()));
                    true
                })
            })
            .unwrap();
        out.sort();
        out
    }

    pub fn new_ids(&mut self) -> Ids {
        self.seed += 1;
        Ids::new(Id([self.seed; 16]), self.now())
    }
}

pub fn letter(n: u32, body: &str) -> String {
    format!(
        "From: Ada <ada{n}@x.example>\r\nTo: help@desk.example\r\nSubject: Letter {n}\r\nMessage-ID: <{n}@x.example>\r\n\
         Date: Mon, 05 Jan 2026 10:00:00 +0000\r\n\r\n{body}\r\n"
    )
}

/// A Maildir in a folder.
pub fn maildir(folder: &std::path::Path) -> PathBuf {
    for part in ["new", "cur", "tmp"] {
        fs::create_dir(folder.join(part)).unwrap();
    }
    folder.to_owned()
}
