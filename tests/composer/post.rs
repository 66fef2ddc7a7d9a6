//! The small desk with a mailbox, and a customer's mail with copies.

use frontdesk::{
    desk::{Command, Edit, mailboxes, outbox::letter, read},
    exchange::receive::{self, Incoming},
    mail::parse::{Parsed, parse},
    model::{Id, Kind, Mailbox, Message, Outbox, Stamp},
    store::records,
    tui::model::Composer,
};

use crate::support::{
    screen::Screen,
    tiny::{NOW, Tiny},
};

pub const MINUTE: Stamp = 60_000;

/// A desk with a mailbox, and who works there.
pub struct Post {
    pub t: Tiny,
    ops: u8,
}

impl Post {
    /// With mail of Gracie on T-2, which others had too.
    pub fn new() -> Post {
        let mut t = Tiny::full();
        let edits = [
            ("address", "help@desk.example"),
            ("name", "Desk Help"),
            ("send", "command"),
            ("receive", "deliver"),
            ("signature", "Desk Help\nMon to Fri"),
        ];
        let edits = edits.iter().map(|(f, v)| Edit::set(f, *v)).collect();
        t.run(NOW - 3 * MINUTE, Command::Create(Kind::Mailbox, edits));
        let mut p = Post { t, ops: 0 };
        p.receive(
            NOW - 2 * MINUTE,
            "From: Gracie Allen <gracie@burns.example>\n\
             To: Desk Help <help@desk.example>, bob@burns.example\n\
             Cc: \"Hopper, Grace\" <grace@harbour.example>, dana@desk.example\n\
             Subject: Re: Cannot log in since the update [T-2]\n\
             Date: Tue, 24 Nov 2026 13:00:00 +0000\n\
             Message-ID: <g2@burns.example>\n\n\
             Still no luck.\nBob says hello.\n",
        );
        p
    }

    pub fn mailbox(&self) -> Mailbox {
        self.t.desk.view(mailboxes::all).unwrap().remove(0)
    }

    /// A mail comes in.
    pub fn receive(&mut self, at: Stamp, raw: &str) {
        self.ops += 1;
        let mail = Incoming { raw: raw.replace('\n', "\r\n").into_bytes(), received_at: at, uid: None };
        let op = Id::v7(at, [9, 9, 9, 9, 9, 9, 9, 9, 9, self.ops]);
        receive::receive(&self.t.desk, op, &self.mailbox(), mail, at).unwrap();
    }

    pub fn edit_mailbox(&mut self, field: &str, value: &str) {
        let id = self.mailbox().id;
        self.t.run(NOW - MINUTE, Command::Edit(Kind::Mailbox, id, vec![Edit::set(field, value)]));
    }

    /// Gracie's record.
    pub fn edit_gracie(&mut self, field: &str, value: &str) {
        let id = self.t.desk.view(|v| read::customer_by_email(v, "gracie@burns.example")).unwrap().unwrap();
        self.t.run(NOW - MINUTE, Command::Edit(Kind::Customer, id, vec![Edit::set(field, value)]));
    }

    /// A screen, on T-2.
    pub fn screen(&self) -> Screen {
        self.screen_of(1, (120, 40))
    }

    pub fn screen_of(&self, terminal: u8, size: (u16, u16)) -> Screen {
        let mut s = Screen::open(&self.t.desk, self.t.dana, size);
        s.terminal = terminal;
        s
    }

    pub fn ticket(&self, number: u64) -> Id {
        self.t.desk.view(|v| records::by_number(v, Kind::Ticket, number)).unwrap().unwrap()
    }

    /// The messages of a ticket.
    pub fn thread(&self, number: u64) -> Vec<Message> {
        let id = self.ticket(number);
        self.t.desk.view(|v| read::thread(v, id)).unwrap()
    }

    /// The newest message of ours on a ticket.
    pub fn ours(&self, number: u64) -> Message {
        self.thread(number).into_iter().rfind(|m| m.agent.is_some()).expect("one was sent")
    }

    /// A message as its recipients get it.
    pub fn letter(&self, m: &Message) -> Parsed {
        let out: Outbox = self.t.desk.view(|v| records::get(v, m.id)).unwrap().unwrap();
        let mailbox = self.mailbox();
        let letter = self.t.desk.view(|v| letter::letter(v, &mailbox, &out, m)).unwrap().unwrap();
        parse(&letter.bytes)
    }
}

/// What is being written.
#[track_caller]
pub fn written(s: &Screen) -> &Composer {
    s.model.composer.as_ref().expect("a message is open")
}
