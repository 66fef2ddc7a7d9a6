//! A small invented desk: three agents, a handful of customers and tickets in every state, at a fixed time.

use std::sync::Arc;

use frontdesk::{
    desk::{
        Command, Desk, Done, Edit, Request, TicketChange,
        command::{NewAgent, NewInteraction, NewOrder, NewReceived, NewReply, NewResponse, NewTicket},
        mailboxes,
    },
    exchange::receive::{Incoming, receive},
    model::{Category, Channel, Day, Direction, Id, Kind, Preset, Priority, Stamp, TicketType, order::Line},
    store::MemStore,
};

/// Tuesday, 24 November 2026, 14:02 in Berlin.
pub const NOW: Stamp = 1_795_525_320_000;
const MINUTE: Stamp = 60_000;
const HOUR: Stamp = 60 * MINUTE;
const DAY: Stamp = 24 * HOUR;

/// The desk and who is there.
pub struct Tiny {
    pub desk: Desk,
    pub dana: Id,
    pub sam: Id,
    ops: u64,
}

impl Tiny {
    /// A store without a desk in it.
    pub fn empty() -> Tiny {
        let desk = Desk::new(Arc::new(MemStore::new()));
        Tiny { desk, dana: Id::NIL, sam: Id::NIL, ops: 0 }
    }

    /// A desk with agents and no customers.
    pub fn begun() -> Tiny {
        Tiny::begun_in(Tiny::empty().desk)
    }

    /// The same in another store.
    pub fn begun_in(desk: Desk) -> Tiny {
        let mut t = Tiny { desk, dana: Id::NIL, sam: Id::NIL, ops: 0 };
        let workspace = vec![
            Edit::set("zone", "Europe/Berlin"),
            Edit::set("currency", "EUR"),
            Edit::set("address", "help@desk.example"),
        ];
        let owner = NewAgent {
            name: "Dana Reyes".into(),
            unix_user: "dana".into(),
            emails: vec!["dana@desk.example".into()],
            ..NewAgent::default()
        };
        let done = t.run(NOW - 90 * DAY, Command::Start { workspace, owner });
        t.dana = made(&done, Kind::Agent);
        t
    }

    /// Does something at a time, as Dana.
    pub fn run(&mut self, at: Stamp, command: Command) -> Done {
        self.run_as(self.dana, at, command)
    }

    /// Runs a command at a time, as an agent.
    pub fn run_as(&mut self, who: Id, at: Stamp, command: Command) -> Done {
        self.ops += 1;
        let [_, _, _, _, a, b, c, d] = self.ops.to_be_bytes();
        let op = Id::v7(at, [7, 7, 7, 7, 7, 7, a, b, c, d]);
        let word = command.word();
        self.desk.run(Request::new(op, who, at, command)).unwrap_or_else(|e| panic!("{word}: {e}"))
    }

    /// A mail comes in, an hour ago.
    pub fn mail(&mut self, raw: &str) {
        let now = NOW - HOUR;
        let mailbox = [Edit::set("address", "help@desk.example"), Edit::set("receive", "deliver")];
        self.run(now, Command::Create(Kind::Mailbox, mailbox.to_vec()));
        let mailbox = self.desk.view(mailboxes::all).unwrap().remove(0);
        let mail = Incoming { raw: raw.as_bytes().to_vec(), received_at: now, uid: None };
        receive(&self.desk, Id::v7(now, [5; 10]), &mailbox, mail, now).unwrap();
    }

    pub fn customer(&mut self, ago: Stamp, fields: &[(&str, &str)]) -> Id {
        let edits = fields.iter().map(|(f, v)| Edit::set(f, *v)).collect();
        let done = self.run(NOW - ago, Command::Create(Kind::Customer, edits));
        made(&done, Kind::Customer)
    }

    pub fn ticket(&mut self, ago: Stamp, new: NewTicket) -> Id {
        let done = self.run(NOW - ago, Command::TicketCreate(Box::new(new)));
        made(&done, Kind::Ticket)
    }

    fn reply(&mut self, who: Id, ago: Stamp, ticket: Id, body: &str, then: Option<Category>) {
        let reply = NewReply { ticket, body: body.into(), then, ..NewReply::default() };
        self.run_as(who, NOW - ago, Command::TicketReply(Box::new(reply)));
        self.run_as(Id::NIL, NOW - ago + 11_000, Command::Tick);
    }

    fn set(&mut self, who: Id, ago: Stamp, ticket: Id, change: TicketChange) {
        self.run_as(who, NOW - ago, Command::TicketSet(vec![ticket], vec![change]));
    }

    fn order(&mut self, customer: Id, days: i64, what: &str, minor: i64) {
        let lines = vec![Line { title: what.into(), quantity: 1, amount: minor, ..Line::default() }];
        let date = Day::of_utc_ms(NOW - days * DAY);
        let order = NewOrder { customer, date, lines, ..NewOrder::default() };
        self.run(NOW - days * DAY, Command::OrderAdd(order));
    }

    fn answer(&mut self, customer: Id, days: i64, preset: Preset, score: i64, comment: &str) {
        let comment = comment.to_owned();
        let r = NewResponse { customer, preset, score, comment, ..NewResponse::default() };
        self.run(NOW - days * DAY, Command::ResponseRecord(r));
    }

    /// The desk of the snapshots.
    pub fn full() -> Tiny {
        let mut t = Tiny::begun();
        let sam = NewAgent { name: "Sam Okafor".into(), ..NewAgent::default() };
        let done = t.run(NOW - 80 * DAY, Command::AgentAdd(sam));
        t.sam = made(&done, Kind::Agent);
        t.run(NOW - 80 * DAY, Command::TeamAdd("Workshop".into()));

        let grace = t.customer(
            60 * DAY,
            &[
                ("name", "Grace Hopper"),
                ("email", "grace@harbour.example"),
                ("phone", "+44 20 7946 0018"),
                ("organisation", "Harbour Ltd"),
                ("tag", "vip"),
                ("stage", "customer"),
                ("note", "Calls before nine. Speaks for the whole harbour."),
            ],
        );
        let gracie = t.customer(
            40 * DAY,
            &[("name", "Gracie Allen"), ("email", "gracie@burns.example"), ("organisation", "Burns & Co")],
        );
        let mehmet = t.customer(
            30 * DAY,
            &[("name", "Mehmet Gracık"), ("email", "mehmet@ege.example"), ("organisation", "Ege A.Ş.")],
        );
        let himari = t.customer(20 * DAY, &[("name", "陽葵 豆田"), ("email", "himari@mame.example")]);
        let ada = t.customer(
            10 * DAY,
            &[("name", "Ada King-Lovelace"), ("email", "ada@engine.example"), ("tag", "newsletter")],
        );

        for (days, what, minor) in
            [(55, "Berth, a month", 82_000), (25, "Berth, a month", 82_000), (4, "Crane, an hour", 15_550)]
        {
            t.order(grace, days, what, minor);
        }
        t.order(gracie, 14, "Wall clock", 4_990);
        t.answer(grace, 12, Preset::Nps, 9, "quick");
        t.answer(grace, 20, Preset::Csat, 5, "");
        t.answer(grace, 12, Preset::Csat, 4, "");
        let call = NewInteraction {
            customer: grace,
            channel: Channel::Phone,
            direction: Direction::In,
            subject: "Asked for the winter rates".into(),
            body: "Sent by mail the same day.".into(),
            seconds: Some(240),
            ..NewInteraction::default()
        };
        t.run(NOW - 8 * DAY, Command::InteractionLog(call));

        let dana = t.dana;
        let invoice = t.ticket(5 * HOUR, NewTicket {
            requester: grace,
            subject: "Invoice PDF comes out blank".into(),
            body: "Hello,\n\nsince Monday every invoice I download is blank: the page is there, the text is not.\n\nI need the one for October today.\n\nGrace".into(),
            priority: Priority::High,
            channel: Channel::Email,
            assignee: Some(dana),
            tags: vec!["billing".into(), "pdf".into()],
            promised_by: Some(NOW + 42 * MINUTE),
            ..NewTicket::default()
        });
        t.reply(
            dana,
            4 * HOUR + 30 * MINUTE,
            invoice,
            "Hello Grace,\n\nthanks for telling us. Which browser do you use?\n\nDana",
            None,
        );
        t.run_as(
            t.sam,
            NOW - 4 * HOUR,
            Command::TicketNote(
                invoice,
                "Looks like the export job: the queue stood still on Sunday.".into(),
            ),
        );
        let dana_looks = NOW - 3 * HOUR;
        t.desk.mark_seen(Id([9; 16]), dana, invoice, dana_looks).unwrap();
        t.run(NOW - HOUR, Command::TicketReceive(Box::new(NewReceived {
            ticket: invoice,
            body: "Firefox, the newest one.\n\n> Hello Grace,\n>\n> thanks for telling us.\n> Which browser do you use?\n>\n> Dana".into(),
            ..NewReceived::default()
        })));

        let login = t.ticket(
            26 * HOUR,
            NewTicket {
                requester: gracie,
                subject: "Cannot log in since the update".into(),
                body: "It says my password is wrong. It is not.".into(),
                channel: Channel::Email,
                assignee: Some(dana),
                promised_by: Some(NOW - 12 * MINUTE),
                ..NewTicket::default()
            },
        );
        t.set(dana, 25 * HOUR, login, TicketChange::Category(Category::Open));
        let export = t.ticket(
            3 * DAY,
            NewTicket {
                requester: mehmet,
                subject: "Export stuck at 99 %".into(),
                body: "Merhaba, the export never ends.".into(),
                priority: Priority::Urgent,
                channel: Channel::Web,
                assignee: Some(dana),
                ..NewTicket::default()
            },
        );
        t.reply(dana, 2 * DAY, export, "We are looking into it.", Some(Category::Open));
        let quiet = t.ticket(
            50 * HOUR,
            NewTicket {
                requester: himari,
                subject: "注文について教えてください".into(),
                body: "注文した時計はいつ届きますか。".into(),
                channel: Channel::Email,
                ..NewTicket::default()
            },
        );
        let _ = quiet;
        t.ticket(
            20 * MINUTE,
            NewTicket {
                requester: ada,
                subject: "Can the engine weave algebraic patterns?".into(),
                body: "A question of principle.".into(),
                ticket_type: TicketType::Question,
                priority: Priority::Low,
                channel: Channel::Chat,
                ..NewTicket::default()
            },
        );
        let solved = t.ticket(
            6 * DAY,
            NewTicket {
                requester: grace,
                subject: "Crane booked twice".into(),
                body: "Two cranes came.".into(),
                channel: Channel::Phone,
                assignee: Some(t.sam),
                ..NewTicket::default()
            },
        );
        t.reply(
            t.sam,
            5 * DAY,
            solved,
            "Sorry: one of them goes home, and you pay for one.",
            Some(Category::Solved),
        );
        let asleep = t.ticket(
            2 * DAY,
            NewTicket {
                requester: gracie,
                subject: "Gift wrapping in December".into(),
                body: "Will there be some?".into(),
                channel: Channel::Web,
                assignee: Some(dana),
                ..NewTicket::default()
            },
        );
        t.set(dana, 30 * HOUR, asleep, TicketChange::Snooze(Some(NOW + 6 * DAY)));

        for (title, due, customer) in [
            ("Call Grace about the winter rates", "2026-11-24 16:00", Some(grace)),
            ("Order labels", "2026-11-23 09:00", None),
            ("Read the workshop's report", "", None),
        ] {
            let mut edits =
                vec![Edit::set("title", title), Edit::set("owner", "@dana"), Edit::set("due", due)];
            edits.extend(customer.map(|c| Edit::set("customer", c.to_string())));
            t.run(NOW - 2 * DAY, Command::Create(Kind::Task, edits));
        }
        t
    }
}

fn made(done: &Done, kind: Kind) -> Id {
    done.created.iter().find(|(k, _)| *k == kind).map(|(_, id)| *id).expect("it was made")
}
