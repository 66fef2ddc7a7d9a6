//! What the desk does by itself with mail that arrives: automatic replies, loops, storms, reports of mail that did not
//! arrive.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // tests may take the short way

use std::collections::BTreeSet;

use frontdesk::{
    desk::{
        Command, Edit, TicketChange,
        command::{NewAgent, NewReply},
        incoming::{address, screener::Block},
        list::{self, QueryContext},
        mail_health::Health,
        outbox::{self, Down, Envelope, Outcome, Sender, Transport},
        read, silence,
    },
    exchange::receive::{self, Explained, Incoming},
    mail::parse,
    model::{
        Category, Customer, Delivery, EventKind, Id, Ids, Kind, MailState, Mailbox, Message, Outbox,
        OutboxKind, OutboxState, Role, Table, Ticket, TicketEvent, zone::Zone,
    },
    store::{MemStore, Range, Scan, Store, Tx, ViewExt, Weight, meta, records},
};

#[path = "support/bench.rs"]
#[allow(dead_code, reason = "each test takes what it needs")]
mod bench;

use bench::Bench;

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
/// A Monday, 2026-09-21, 15:13 in Dublin.
const MONDAY: i64 = 1_790_000_000_000;

/// What left a desk.
struct Sent {
    to: Vec<String>,
    bytes: Vec<u8>,
}

impl Sent {
    fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    fn field(&self, name: &str) -> String {
        let unfolded = self.text().replace("\r\n ", " ");
        let line = unfolded.lines().find_map(|l| l.strip_prefix(&format!("{name}: ")).map(str::to_owned));
        line.unwrap_or_default()
    }
}

struct Line(std::rc::Rc<std::cell::RefCell<Vec<Sent>>>, Option<String>);

impl Transport for Line {
    fn deliver(&mut self, envelope: &Envelope, bytes: &[u8]) -> Result<Vec<Outcome>, Down> {
        if let Some(said) = &self.1 {
            return Ok(envelope.to.iter().map(|_| Outcome::Rejected(said.clone())).collect());
        }
        self.0.borrow_mut().push(Sent { to: envelope.to.clone(), bytes: bytes.to_vec() });
        Ok(envelope.to.iter().map(|_| Outcome::Accepted).collect())
    }
}

/// A desk with a mailbox, in a separate store with its own id.
struct Place {
    b: Bench,
    mailbox: Id,
    address: String,
    seed: u64,
    /// What the server says to whatever is sent, where it refuses.
    refuses: Option<String>,
}

impl Place {
    fn new(id: u8, address: &str) -> Place {
        let store = MemStore::new();
        let named = move |tx: &mut dyn Tx| {
            for (name, value) in meta::first(Id([id; 16]), MONDAY - DAY) {
                meta::note(tx, name, &value);
            }
            Ok(())
        };
        store.write(Id([0x55; 16]), Weight::Light, Box::new(named)).unwrap();
        let mut b = Bench::over(store);
        b.run(Command::Edit(Kind::Workspace, Id::NIL, vec![Edit::set("address", address)]));
        let mailbox = mailbox(&mut b, address);
        Place { b, mailbox, address: address.into(), seed: u64::from(id) * 1_000_000, refuses: None }
    }

    /// One that acknowledges, and answers outside of office hours.
    fn answering(id: u8, address: &str) -> Place {
        let mut p = Place::new(id, address);
        p.edit(&[
            ("acknowledgement", "Hello {first_name},\nwe have your message {ticket} about “{subject}”."),
            ("out_of_hours", "We are closed, {first_name}."),
            ("hours", "Mon-Fri 09:00-17:00"),
            ("name", "Desk Help"),
        ]);
        p
    }

    fn edit(&mut self, edits: &[(&str, &str)]) {
        let edits = edits.iter().map(|(f, v)| Edit::set(f, *v)).collect();
        self.b.run(Command::Edit(Kind::Mailbox, self.mailbox, edits));
    }

    fn op(&mut self) -> Id {
        self.seed += 1;
        let mut bytes = [0x77; 16];
        bytes[8..].copy_from_slice(&self.seed.to_be_bytes());
        Id(bytes)
    }

    /// Takes a message in, which came so long ago; whether it was new.
    fn take_late(&mut self, raw: &str, ago: i64) -> bool {
        self.take_by(self.mailbox, raw, ago)
    }

    fn take_by(&mut self, mailbox: Id, raw: &str, ago: i64) -> bool {
        self.b.now += 1000;
        let (op, now) = (self.op(), self.b.now);
        let mailbox: Mailbox = self.b.get(mailbox);
        let raw = raw.replace("\r\n", "\n").replace('\n', "\r\n").into_bytes();
        let mail = Incoming { raw, received_at: now - ago, uid: None };
        receive::receive(&self.b.desk, op, &mailbox, mail, now).unwrap().created == 1
    }

    fn take(&mut self, raw: &str) -> bool {
        self.take_late(raw, 0)
    }

    /// Takes in what another desk, or a responder, sent to this one.
    fn take_sent(&mut self, sent: &[Sent]) {
        let address = self.address.clone();
        for s in sent.iter().filter(|s| s.to.contains(&address)) {
            self.take(&s.text());
        }
    }

    fn explain(&self, raw: &str) -> Explained {
        receive::explain(&self.b.desk, raw.as_bytes(), None, self.b.now).unwrap()
    }

    /// Sends what is due.
    fn send(&mut self) -> Vec<Sent> {
        let mut tick = self.b.request(Command::Tick);
        tick.actor = Id::NIL;
        self.b.desk.run(tick).unwrap();
        let sent = std::cell::RefCell::new(Vec::new());
        let (op, now) = (self.op(), self.b.now);
        let mut ids = Ids::new(op, now);
        let (line, refuses) = (std::rc::Rc::new(sent), self.refuses.clone());
        let mut sender = Sender {
            holder: Id([9; 16]),
            op: &mut || ids.id(),
            now: &mut || now,
            open: &mut |_| Ok(Box::new(Line(line.clone(), refuses.clone()))),
            go_on: &mut || true,
        };
        outbox::send_due(&self.b.desk, &mut sender, None, true).unwrap();
        line.take()
    }

    fn all<T: frontdesk::model::Record>(&self) -> Vec<T> {
        let mut out = Vec::new();
        self.b
            .desk
            .view(|v| {
                records::each::<T>(v, |r| {
                    out.push(r);
                    true
                })
            })
            .unwrap();
        out
    }

    fn tickets(&self) -> Vec<Ticket> {
        let mut all: Vec<Ticket> = self.all();
        all.sort_by_key(|t| t.number);
        all
    }

    fn automatic(&self) -> Vec<Outbox> {
        self.all::<Outbox>().into_iter().filter(|o| o.kind == OutboxKind::Automatic).collect()
    }

    fn events(&self, ticket: Id, kind: EventKind) -> Vec<TicketEvent> {
        let all = self.b.desk.view(|v| read::events(v, ticket)).unwrap();
        all.into_iter().filter(|e| e.kind == kind).collect()
    }

    /// A reply to a ticket, sent: the message and what left.
    fn reply(&mut self, ticket: Id, cc: &[&str]) -> (Id, Sent) {
        let new = NewReply {
            ticket,
            body: "Which kettle?".into(),
            cc: cc.iter().map(|a| (*a).to_owned()).collect(),
            then: Some(Category::Pending),
            now: true,
            ..NewReply::default()
        };
        let id = self.b.run(Command::TicketReply(Box::new(new))).created[0].1;
        let sent = self.send().pop().unwrap();
        (id, sent)
    }
}

fn mailbox(b: &mut Bench, address: &str) -> Id {
    let edits =
        vec![Edit::set("address", address), Edit::set("send", "command"), Edit::set("receive", "deliver")];
    b.run(Command::Create(Kind::Mailbox, edits)).created[0].1
}

/// A mail of Ada's to help@desk.example.
fn ada(n: u32, subject: &str, fields: &str) -> String {
    from("Ada Lovelace <ada@example.org>", n, subject, fields)
}

fn from(who: &str, n: u32, subject: &str, fields: &str) -> String {
    format!(
        "From: {who}\nTo: help@desk.example\nSubject: {subject}\nMessage-ID: <a{n}@mail.example>\n{fields}\nIt leaks. {n}\n"
    )
}

#[test]
fn a_first_message_is_acknowledged_in_its_thread_with_the_fields_that_stop_loops() {
    let mut p = Place::answering(1, "help@desk.example");
    assert!(p.take(&ada(1, "My kettle", "References: <old@mail.example>\n")));
    let sent = p.send();
    assert_eq!(sent.len(), 1);
    let s = &sent[0];
    assert_eq!(s.to, ["ada@example.org"]);
    let read = parse::parse(&s.bytes);
    assert_eq!(read.body.trim_end(), "Hello Ada,\nwe have your message T-1 about “My kettle”.");
    assert_eq!(read.subject, "Re: My kettle [T-1]");
    assert_eq!(read.from.unwrap().name, "Desk Help");
    assert_eq!(
        (read.in_reply_to, read.references),
        (
            vec!["a1@mail.example".to_owned()],
            vec!["old@mail.example".to_owned(), "a1@mail.example".to_owned()]
        )
    );
    let store = Id([1; 16]);
    assert_eq!(s.field("Auto-Submitted"), "auto-replied");
    assert_eq!(s.field("X-Frontdesk-Desk"), format!("frontdesk-{store}; automatic"));
    assert_eq!(
        (s.field("Precedence").as_str(), s.field("X-Auto-Response-Suppress").as_str()),
        ("bulk", "All")
    );
    // No clock runs by it: the customer still waits for a person.
    let t = &p.tickets()[0];
    assert_eq!((t.category.clone(), t.timers.first_reply_at), (Category::New, None));
    assert!(t.timers.unanswered_since.is_some());
    let thread = p.b.desk.view(|v| read::thread(v, t.id)).unwrap();
    assert_eq!(thread.iter().map(Message::is_inbound).collect::<Vec<_>>(), [true, false]);
    assert_eq!((thread[1].delivery.clone(), thread[1].robot.as_str()), (Delivery::Sent, "acknowledgement"));
    p.b.assert_clean();
}

#[test]
fn outside_of_its_hours_a_mailbox_says_so_instead_on_tickets_that_are_there_too() {
    let mut p = Place::answering(1, "help@desk.example");
    p.b.now += 4 * HOUR;
    p.take(&ada(1, "My kettle", ""));
    let sent = p.send();
    assert_eq!(sent.len(), 1);
    assert!(sent[0].text().contains("We are closed, Ada."));
    // Two days later, at night, on the same ticket.
    p.b.now += 2 * DAY;
    p.take(&ada(2, "Re: My kettle", "In-Reply-To: <a1@mail.example>\n"));
    assert_eq!((p.send().len(), p.tickets().len()), (1, 1));
    // By day, on the same ticket: a person answers.
    p.b.now += 2 * DAY - 5 * HOUR;
    p.take(&ada(3, "Re: My kettle", "In-Reply-To: <a1@mail.example>\n"));
    assert_eq!(p.send().len(), 0);
}

#[test]
fn a_sender_gets_one_automatic_reply_a_day_over_all_kinds_and_mailboxes() {
    let mut p = Place::answering(1, "help@desk.example");
    let sales = mailbox(&mut p.b, "sales@desk.example");
    let text = vec![Edit::set("acknowledgement", "Sales has it."), Edit::set("out_of_hours", "Closed.")];
    p.b.run(Command::Edit(Kind::Mailbox, sales, text));
    p.take(&ada(1, "My kettle", ""));
    p.take_by(sales, &ada(2, "A new kettle", ""), 0);
    p.take(&from("ADA@Example.org", 3, "A third matter", ""));
    p.b.now += 4 * HOUR;
    p.take(&ada(4, "At night", ""));
    assert_eq!((p.send().len(), p.tickets().len()), (1, 4));
    assert_eq!(
        p.explain(&ada(5, "More", "")).automatic,
        "none: its sender had an automatic reply within a day"
    );
    // Someone else gets theirs, and so does Ada a day later.
    p.take_by(sales, &from("bob@example.org", 6, "Hello", ""), 0);
    p.b.now += DAY - 2 * HOUR;
    p.take(&ada(7, "Tomorrow", ""));
    let sent = p.send();
    assert_eq!(
        sent.iter().map(|s| s.to[0].as_str()).collect::<Vec<_>>(),
        ["bob@example.org", "ada@example.org"]
    );
    p.b.assert_clean();
}

#[test]
fn robots_lists_own_addresses_and_late_mail_get_no_automatic_reply() {
    let mut p = Place::answering(1, "help@desk.example");
    p.b.run(Command::Edit(Kind::Agent, p.b.owner, vec![Edit::set("email", "dana@desk.example")]));
    p.b.run(Command::Edit(Kind::Mailbox, p.mailbox, vec![Edit::add("blocked", "@spam.example")]));
    let ada = |n, fields: &str| ada(n, &format!("Matter {n}"), fields);
    for (n, raw, why) in [
        (1, ada(1, "Auto-Submitted: auto-replied\n"), "a machine wrote it"),
        (2, ada(2, "Return-Path: <>\n"), "a machine wrote it"),
        (3, ada(3, "List-Id: <help.example.org>\n"), "it came by a list or asks for no automatic reply"),
        (4, ada(4, "Precedence: bulk\n"), "it came by a list or asks for no automatic reply"),
        (
            5,
            ada(5, "X-Auto-Response-Suppress: OOF, AutoReply\n"),
            "it came by a list or asks for no automatic reply",
        ),
        (6, from("Shop <no-reply@shop.example>", 6, "Your order", ""), "no one reads the sender's address"),
        (7, from("dana@desk.example", 7, "From us", ""), "it is from one of our own addresses"),
        (8, from("help@desk.example", 8, "From the desk", ""), "it is from one of our own addresses"),
        (9, from("x@spam.example", 9, "Buy", ""), "its sender is blocked"),
        (10, from("Ada Lovelace", 10, "No address", ""), "its sender has no address"),
        (11, ada(11, "X-Spam-Flag: YES\n"), "it came by a list or asks for no automatic reply"),
    ] {
        assert_eq!(p.explain(&raw).automatic, format!("none: {why}"), "{raw}");
        assert!(p.take(&raw), "{n}");
    }
    let before = p.tickets().len();
    p.b.now += 2 * DAY;
    assert!(p.take_late(&ada(20, ""), 25 * HOUR) && p.take_late(&ada(21, ""), 10 * DAY));
    assert_eq!(
        (p.tickets().len(), p.automatic().len()),
        (before + 2, 0),
        "late mail, and history, are taken in"
    );
    // A mailbox that cannot send leaves nothing behind that waits for ever.
    p.edit(&[("send", "")]);
    p.take(&ada(22, ""));
    assert_eq!(p.automatic().len(), 0);
    p.edit(&[("send", "command")]);
    p.take(&ada(23, ""));
    assert_eq!(p.automatic().len(), 1, "and a person gets one");
}

#[test]
fn two_desks_that_answer_each_other_stop_after_one_round() {
    for stripped in [&[][..], &["Auto-Submitted", "X-Auto-Response-Suppress", "Precedence"]] {
        let mut one = Place::answering(1, "help@desk.example");
        let mut two = Place::answering(2, "help@other.example");
        // A mail from one desk's agent to the other desk's address.
        let ticket = {
            let c = one.b.customer("Other Desk", "help@other.example");
            one.b.ticket(c, "Our order")
        };
        let (_, first) = one.reply(ticket, &[]);
        two.take_sent(&[first]);
        let mut rounds = Vec::new();
        for _ in 0..6 {
            let strip = |sent: Vec<Sent>| -> Vec<Sent> {
                sent.into_iter()
                    .map(|s| {
                        let kept = s.text().replace("\r\n ", " ");
                        let kept: Vec<&str> = kept
                            .split("\r\n")
                            .filter(|l| !stripped.iter().any(|f| l.starts_with(&format!("{f}:"))))
                            .collect();
                        Sent { to: s.to, bytes: kept.join("\r\n").into_bytes() }
                    })
                    .collect()
            };
            let (a, b) = (strip(two.send()), strip(one.send()));
            rounds.push((a.len(), b.len()));
            one.take_sent(&a);
            two.take_sent(&b);
        }
        assert_eq!(rounds, [(1, 0), (0, 0), (0, 0), (0, 0), (0, 0), (0, 0)], "{stripped:?}");
        assert_eq!((one.tickets().len(), two.tickets().len()), (1, 1));
        assert_eq!(
            one.tickets()[0].category,
            Category::Pending,
            "what a desk says by itself reopens nothing"
        );
        one.b.assert_clean();
        two.b.assert_clean();
    }
}

#[test]
fn desks_whose_every_sign_is_stripped_still_stop_after_a_round() {
    let mut one = Place::answering(1, "help@desk.example");
    let mut two = Place::answering(2, "help@other.example");
    let plain = |s: &Sent, n: usize| {
        let read = parse::parse(&s.bytes);
        format!(
            "From: {}\nTo: {}\nSubject: {}\nMessage-ID: <gateway{n}@relay.example>\n\n{}",
            read.from.unwrap().email,
            s.to[0],
            read.subject,
            read.body
        )
    };
    one.take(&from("Other Desk <help@other.example>", 1, "Our order", ""));
    let mut sent = 0;
    for n in 0..6 {
        let a: Vec<String> = one.send().iter().map(|s| plain(s, 10 + n)).collect();
        a.iter().for_each(|raw| assert!(two.take(raw)));
        let b: Vec<String> = two.send().iter().map(|s| plain(s, 20 + n)).collect();
        b.iter().for_each(|raw| assert!(one.take(raw)));
        sent += a.len() + b.len();
    }
    assert_eq!(sent, 2, "one each");
}

#[test]
fn a_vacation_responder_gets_nothing_and_reopens_nothing() {
    let mut p = Place::answering(1, "help@desk.example");
    p.take(&ada(1, "My kettle", ""));
    let ticket = p.tickets()[0].id;
    p.send();
    let (_, reply) = p.reply(ticket, &[]);
    for n in 0..5 {
        let responder = format!(
            "From: Ada Lovelace <ada@example.org>\nTo: help@desk.example\nSubject: Automatic reply: {}\nIn-Reply-To: {}\nMessage-ID: \
             <v{n}@mail.example>\nAuto-Submitted: auto-replied\n\nI am away. {n}\n",
            reply.field("Subject"),
            reply.field("Message-ID"),
        );
        assert!(p.take(&responder));
    }
    assert_eq!((p.send().len(), p.tickets().len()), (0, 1));
    assert_eq!(p.tickets()[0].category, Category::Pending);
}

#[test]
fn our_own_mail_that_comes_back_is_known_by_its_id_or_its_desk() {
    let mut p = Place::answering(1, "help@desk.example");
    p.take(&ada(1, "My kettle", ""));
    let ack = p.send().pop().unwrap();
    assert!(!p.take(&ack.text()), "the same Message-ID");
    let id = ack.field("Message-ID");
    let rewritten = ack
        .text()
        .replace(&id, "<other@list.example>")
        .replace("Desk Help <help@desk.example>", "Bob <bob@example.org>");
    assert!(p.take(&rewritten));
    assert_eq!((p.send().len(), p.tickets().len()), (0, 1));
    let said = p.explain(&rewritten.replace("<other@list.example>", "<third@list.example>"));
    assert!(said.robot.starts_with("our own mail (X-Loop"), "{}", said.robot);
    // A reply of ours that a colleague's program passes on to the desk again.
    let (_, reply) = p.reply(p.tickets()[0].id, &[]);
    let passed = reply
        .text()
        .replace(&reply.field("Message-ID"), "<passed@relay.example>")
        .replace("In-Reply-To", "X-Was");
    p.take(&passed);
    assert_eq!(p.send().len(), 0);
}

#[test]
fn hours_and_texts_that_cannot_be_used_are_refused() {
    let mut p = Place::new(1, "help@desk.example");
    for (field, value, why) in [
        ("hours", "Mon-Fry 9-17", "mon-fry"),
        ("hours", "Mon-Fri", "the time of mon-fri is missing"),
        ("acknowledgement", "Hi {firstname}", "there is no {firstname}"),
        ("out_of_hours", "{nothing}", "there is no {nothing}"),
    ] {
        let said =
            p.b.refused(Command::Edit(Kind::Mailbox, p.mailbox, vec![Edit::set(field, value)])).to_string();
        assert!(said.contains(why), "{said}");
    }
    p.edit(&[("hours", "Mon-Fri 9-17, Sat 10-12"), ("acknowledgement", "{name}: {ticket} {}")]);
    p.edit(&[("hours", "")]);
}

#[test]
fn more_mail_of_one_sender_than_may_be_goes_to_one_ticket_which_is_marked() {
    let mut p = Place::answering(1, "help@desk.example");
    for n in 0..60 {
        assert!(p.take(&from("Monitor <alerts@shop.example>", n, &format!("Host {n} is down"), "")));
    }
    let tickets = p.tickets();
    assert_eq!(tickets.len(), 20);
    let storm = &tickets[19];
    assert_eq!(storm.tags, ["mail-storm"]);
    assert!(tickets[..19].iter().all(|t| t.tags.is_empty()));
    assert_eq!(p.b.desk.view(|v| read::thread(v, storm.id)).unwrap().len(), 41);
    let told = p.events(storm.id, EventKind::Storm);
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].from, "more than 20 messages from alerts@shop.example within ten minutes");
    assert_eq!(p.automatic().len(), 1, "the first one had an answer");
    let said = p.explain(&from("alerts@shop.example", 99, "Host 99 is down", ""));
    assert_eq!(said.automatic, "none: it is part of a mail storm");
    assert!(
        said.then.contains("collected on a ticket that is there: more than 20 messages from alerts@"),
        "{}",
        said.then
    );
    // Solved meanwhile: what comes in the storm does not open it again. When it is over, mail is mail again.
    p.b.run(Command::TicketSet(vec![storm.id], vec![TicketChange::Category(Category::Solved)]));
    p.take(&from("alerts@shop.example", 200, "Host 200 is down", ""));
    assert_eq!((p.tickets().len(), p.b.get::<Ticket>(storm.id).category), (20, Category::Solved));
    p.b.now += 11 * MINUTE;
    p.take(&from("alerts@shop.example", 201, "Host 201 is down", ""));
    assert_eq!(p.tickets().len(), 21);
    p.b.assert_clean();
}

#[test]
fn more_mail_of_one_subject_than_may_be_goes_to_one_ticket() {
    let mut p = Place::answering(1, "help@desk.example");
    p.b.run(Command::Edit(Kind::Workspace, Id::NIL, vec![Edit::set("storm_limit", "5")]));
    for n in 0..12 {
        p.take(&from(&format!("p{n}@example.org"), n, "Re: You won", ""));
    }
    assert_eq!((p.tickets().len(), p.automatic().len()), (5, 5));
    assert_eq!(
        p.events(p.tickets()[4].id, EventKind::Storm)[0].from,
        "more than 5 messages with the subject “Re: You won” within ten minutes"
    );
    // Neighbours: other subjects, none at all, and mail on tickets that are there.
    for n in 20..27 {
        p.take(&from(&format!("p{n}@example.org"), n, &format!("Kettle {n}"), ""));
        p.take(&from(&format!("q{n}@example.org"), n + 100, "", ""));
    }
    assert_eq!(p.tickets().len(), 5 + 14);
    let first = p.tickets()[0].id;
    p.b.now += HOUR;
    p.take(&ada(60, "A question", ""));
    let ticket = p.tickets().last().unwrap().id;
    for n in 61..70 {
        p.take(&ada(n, "Re: A question", "In-Reply-To: <a60@mail.example>\n"));
    }
    assert_eq!(
        p.b.desk.view(|v| read::thread(v, ticket)).unwrap().iter().filter(|m| m.is_inbound()).count(),
        10
    );
    assert!(p.b.get::<Ticket>(ticket).tags.is_empty() && p.b.get::<Ticket>(first).tags.is_empty());
    // Slowly, any number comes; and the guard can be turned off.
    for n in 80..92 {
        p.b.now += 3 * MINUTE;
        p.take(&from(&format!("s{n}@example.org"), n, "Newsletter", ""));
    }
    p.b.run(Command::Edit(Kind::Workspace, Id::NIL, vec![Edit::set("storm_limit", "0")]));
    for n in 100..112 {
        p.take(&from("many@example.org", n, "Same", ""));
    }
    assert_eq!(p.tickets().len(), 5 + 14 + 1 + 12 + 12);
    p.b.assert_clean();
}

#[test]
fn what_is_noted_of_mail_is_cleared_away_and_names_no_one() {
    let mut p = Place::answering(1, "help@desk.example");
    let rows =
        |p: &Place| p.b.desk.view(|v| v.page(Table::Recent, &Range::all(), Scan::Forward, 10_000)).unwrap();
    for n in 0..300 {
        p.b.now += HOUR;
        p.take(&from(&format!("p{n}@example.org"), n, &format!("Matter {n}"), ""));
    }
    let left = rows(&p);
    assert!((3..300).contains(&left.len()), "{} of 900 rows", left.len());
    assert!(left.iter().all(|(k, _)| !String::from_utf8_lossy(k).contains("example")));
}

#[test]
fn a_responder_that_hides_and_changes_its_address_is_stopped_by_the_storm_guard() {
    let mut p = Place::answering(1, "help@desk.example");
    p.take(&from("p0@shop.example", 0, "Our order", ""));
    let (mut sent, mut n) = (0, 0);
    loop {
        let out = p.send();
        if out.is_empty() {
            break;
        }
        sent += out.len();
        for s in out {
            n += 1;
            assert!(n < 100, "it goes on");
            // Neither headers nor a thread, another sender each time, and the subject that it got.
            p.take(&from(&format!("p{n}@shop.example"), n, &format!("Re: {}", s.field("Subject")), ""));
        }
    }
    assert_eq!((sent, p.tickets().len()), (20, 20));
    assert_eq!(p.tickets()[19].tags, ["mail-storm"]);
}

/// A report that a message did not arrive.
fn report(to: &str, id: &str, action: &str, status: &str, said: &str) -> String {
    static N: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);
    let n = N.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    format!(
        "Return-Path: <>\nFrom: MAILER-DAEMON@mx.example\nTo: help@desk.example\nSubject: Undelivered Mail Returned to \
         Sender\nMessage-ID: <dsn{n}@mx.example>\nAuto-Submitted: auto-replied\nContent-Type: multipart/report; \
         report-type=delivery-status; boundary=b\n\n--b\nContent-Type: text/plain\n\nI'm sorry.\n--b\nContent-Type: \
         message/delivery-status\n\nReporting-MTA: dns; mx.example\n\nFinal-Recipient: rfc822; {to}\nAction: {action}\nStatus: \
         {status}\nDiagnostic-Code: smtp; {said}\n\n--b\nContent-Type: text/rfc822-headers\n\nMessage-ID: {id}\n\n--b--\n"
    )
}

const NO_USER: &str = "550 5.1.1 No such user";

fn ada_of(p: &Place) -> Customer {
    p.all::<Customer>().into_iter().find(|c| c.given == "Ada").unwrap()
}

#[test]
fn a_hard_bounce_marks_the_address_and_the_message_and_brings_the_ticket_back() {
    let mut p = Place::answering(1, "help@desk.example");
    p.take(&ada(1, "My kettle", ""));
    p.send();
    let ticket = p.tickets()[0].id;
    let (id, sent) = p.reply(ticket, &[]);
    assert_eq!(p.b.get::<Ticket>(ticket).category, Category::Pending);
    let bounce = report("ada@example.org", &sent.field("Message-ID"), "failed", "5.1.1", NO_USER);
    assert!(
        p.explain(&bounce).then.contains(
            "the address is marked, the ticket comes back: ada@example.org: 550 5.1.1 No such user"
        )
    );
    assert!(p.take(&bounce));
    let c = ada_of(&p);
    assert!(c.emails[0].bounced && c.emails[0].bounce == NO_USER, "{:?}", c.emails);
    let out: Outbox = p.b.get(id);
    assert_eq!(
        (out.state, out.problem.as_str()),
        (OutboxState::Failed, "ada@example.org: 550 5.1.1 No such user")
    );
    assert_eq!(p.b.get::<Message>(id).delivery, Delivery::Failed);
    let t: Ticket = p.b.get(ticket);
    assert_eq!((t.category, t.timers.first_reply_at), (Category::Open, None), "no one answered it");
    let told = p.events(ticket, EventKind::Undelivered);
    assert_eq!((told.len(), told[0].from.as_str()), (1, "ada@example.org: 550 5.1.1 No such user"));
    assert_eq!((p.tickets().len(), p.send().len()), (1, 0), "it is no ticket and gets no answer");
    // A reply that goes there says so.
    let new = NewReply { ticket, body: "Hello?".into(), now: true, ..NewReply::default() };
    let said = p.b.run(Command::TicketReply(Box::new(new))).summary;
    assert!(said.contains("mail to ada@example.org came back: 550 5.1.1 No such user"), "{said}");
    p.send();
    // Mail that comes from there takes the mark off.
    p.take(&ada(2, "Re: My kettle", "In-Reply-To: <a1@mail.example>\n"));
    let c = ada_of(&p);
    assert!(!c.emails[0].bounced && c.emails[0].bounce.is_empty());
    p.b.assert_clean();
}

#[test]
fn the_mark_of_an_address_is_taken_off_by_an_edit() {
    let mut p = Place::new(1, "help@desk.example");
    p.take(&ada(1, "My kettle", ""));
    let ticket = p.tickets()[0].id;
    let id = ada_of(&p).id;
    let (_, sent) = p.reply(ticket, &[]);
    let bounce = || report("ada@example.org", &sent.field("Message-ID"), "failed", "5.1.1", NO_USER);
    p.take(&bounce());
    assert!(ada_of(&p).emails[0].bounced);
    p.b.run(Command::Edit(Kind::Customer, id, vec![Edit::set("family", "King")]));
    assert!(ada_of(&p).emails[0].bounced, "another edit says nothing of it");
    p.b.run(Command::Edit(Kind::Customer, id, vec![Edit::remove("bounced_email", "ada@example.org")]));
    assert!(!ada_of(&p).emails[0].bounced && ada_of(&p).emails[0].bounce.is_empty());
    p.b.run(Command::Edit(Kind::Customer, id, vec![Edit::add("bounced_email", "ada@example.org")]));
    assert!(ada_of(&p).emails[0].bounced);
    p.b.run(Command::Edit(Kind::Customer, id, vec![Edit::set("email", "ada@new.example")]));
    assert_eq!(
        ada_of(&p).emails.iter().map(|e| (e.address.as_str(), e.bounced)).collect::<Vec<_>>(),
        [("ada@new.example", false)]
    );
}

#[test]
fn a_delay_is_noted_and_a_full_mailbox_brings_the_ticket_back_without_a_mark() {
    let mut p = Place::new(1, "help@desk.example");
    p.take(&ada(1, "My kettle", ""));
    let ticket = p.tickets()[0].id;
    let (id, sent) = p.reply(ticket, &[]);
    let of = |action: &str, status: &str, said: &str| {
        report("ada@example.org", &sent.field("Message-ID"), action, status, said)
    };
    p.take(&of("delayed", "4.4.1", "451 connection timed out"));
    assert_eq!(
        (p.b.get::<Outbox>(id).state, p.b.get::<Ticket>(ticket).category),
        (OutboxState::Sent, Category::Pending)
    );
    let told = p.events(ticket, EventKind::Delayed);
    assert_eq!((told.len(), told[0].from.as_str()), (1, "ada@example.org: 451 connection timed out"));
    p.take(&of("failed", "5.2.2", "552 mailbox full"));
    assert_eq!(
        (p.b.get::<Outbox>(id).state, p.b.get::<Ticket>(ticket).category),
        (OutboxState::Failed, Category::Open)
    );
    assert!(!ada_of(&p).emails[0].bounced, "it may be emptied");
    p.b.assert_clean();
}

#[test]
fn one_of_two_recipients_that_bounces_leaves_the_message_sent() {
    let mut p = Place::new(1, "help@desk.example");
    p.take(&ada(1, "My kettle", ""));
    let ticket = p.tickets()[0].id;
    let (id, sent) = p.reply(ticket, &["bob@example.org"]);
    p.take(&report("bob@example.org", &sent.field("Message-ID"), "failed", "5.1.1", NO_USER));
    let out: Outbox = p.b.get(id);
    assert_eq!(
        (out.state, out.problem.as_str()),
        (OutboxState::Sent, "bob@example.org: 550 5.1.1 No such user")
    );
    let t: Ticket = p.b.get(ticket);
    assert!(
        t.category == Category::Open && t.timers.first_reply_at.is_some(),
        "Ada has it; the ticket comes back all the same"
    );
    assert!(!ada_of(&p).emails[0].bounced);
    // The same said again changes nothing more.
    p.take(&report("bob@example.org", &sent.field("Message-ID"), "failed", "5.1.1", NO_USER));
    assert_eq!(p.events(ticket, EventKind::Undelivered).len(), 1);
    p.b.assert_clean();
}

#[test]
fn a_forged_report_marks_nothing_and_one_about_nothing_is_kept_without_a_ticket() {
    let mut p = Place::new(1, "help@desk.example");
    p.take(&ada(1, "My kettle", ""));
    let ticket = p.tickets()[0].id;
    p.b.customer("Bob Bell", "bob@example.org");
    let (id, sent) = p.reply(ticket, &[]);
    for forged in [
        report("ada@example.org", "<made-up@desk.example>", "failed", "5.1.1", NO_USER),
        report("ada@example.org", "<a1@mail.example>", "failed", "5.1.1", NO_USER),
        report("bob@example.org", &sent.field("Message-ID"), "failed", "5.1.1", NO_USER),
    ] {
        assert!(p.take(&forged), "it is kept");
    }
    assert!(p.all::<Customer>().iter().all(|c| c.emails.iter().all(|e| !e.bounced)));
    assert_eq!(
        (p.b.get::<Outbox>(id).state, p.b.get::<Ticket>(ticket).category),
        (OutboxState::Sent, Category::Pending)
    );
    assert_eq!(p.tickets().len(), 1);
    let loose: Vec<Message> = p.all::<Message>().into_iter().filter(|m| m.ticket == Id::NIL).collect();
    assert_eq!(loose.len(), 1);
    assert!(
        loose[0].problems.iter().any(|w| w.contains("it names no message that we sent")),
        "{:?}",
        loose[0].problems
    );
    assert!(
        p.all::<Customer>().iter().all(|c| !c.display_name().contains("MAILER")),
        "no one is its customer"
    );
    p.b.assert_clean();
}

#[test]
fn a_bounce_storm_makes_no_tickets_and_no_mail() {
    let mut p = Place::answering(1, "help@desk.example");
    p.take(&ada(1, "My kettle", ""));
    let ticket = p.tickets()[0].id;
    p.send();
    let (_, sent) = p.reply(ticket, &[]);
    for n in 0..120 {
        p.take(&report(
            &format!("p{n}@example.org"),
            &format!("<spam{n}@desk.example>"),
            "failed",
            "5.1.1",
            NO_USER,
        ));
        p.take(&report("ada@example.org", &sent.field("Message-ID"), "failed", "5.1.1", NO_USER));
    }
    assert_eq!((p.tickets().len(), p.send().len(), p.automatic().len()), (1, 0, 1));
    assert_eq!(p.events(ticket, EventKind::Undelivered).len(), 1);
    p.b.assert_clean();
}

#[test]
fn a_bounce_of_an_automatic_reply_marks_the_address_and_opens_nothing_again() {
    let mut p = Place::answering(1, "help@desk.example");
    p.take(&ada(1, "My kettle", ""));
    let ticket = p.tickets()[0].id;
    let ack = p.send().pop().unwrap();
    p.b.run(Command::TicketSet(vec![ticket], vec![TicketChange::Category(Category::Solved)]));
    p.take(&report("ada@example.org", &ack.field("Message-ID"), "failed", "5.1.1", NO_USER));
    assert!(ada_of(&p).emails[0].bounced);
    assert_eq!(
        (p.b.get::<Ticket>(ticket).category, p.events(ticket, EventKind::Undelivered).len()),
        (Category::Solved, 1)
    );
    assert_eq!(p.automatic()[0].state, OutboxState::Failed);
}

#[test]
fn a_server_that_knows_no_such_address_marks_it_when_it_is_sent_to() {
    let mut p = Place::new(1, "help@desk.example");
    p.take(&ada(1, "My kettle", ""));
    let ticket = p.tickets()[0].id;
    let refused = |p: &mut Place, said: &str| {
        p.refuses = Some(said.to_owned());
        let new = NewReply { ticket, body: "Hello?".into(), now: true, ..NewReply::default() };
        p.b.run(Command::TicketReply(Box::new(new)));
        p.send();
        ada_of(p).emails[0].bounced
    };
    assert!(!refused(&mut p, "550 5.7.1 relaying denied"), "that is about us");
    assert!(refused(&mut p, NO_USER));
    assert_eq!(ada_of(&p).emails[0].bounce, NO_USER);
    p.b.assert_clean();
}

#[test]
fn a_machine_without_a_return_path_that_reports_nothing_still_opens_a_ticket() {
    let mut p = Place::new(1, "help@desk.example");
    assert!(p.take(&from("Scanner <scan@office.example>", 1, "Scanned page", "Return-Path: <>\n")));
    assert_eq!((p.tickets().len(), p.all::<Message>().len()), (1, 1));
}

#[test]
fn mail_of_blocked_senders_is_kept_as_spam_and_answered_by_no_one() {
    let mut p = Place::answering(1, "help@desk.example");
    p.take(&ada(1, "My kettle", ""));
    let hers = p.tickets()[0].id;
    p.send();
    p.b.run(Command::TicketSet(vec![hers], vec![TicketChange::Category(Category::Solved)]));
    for (field, value, why) in
        [("blocked", "not an address", "neither an address nor @domain"), ("blocked", "a b@", "neither")]
    {
        let said =
            p.b.refused(Command::Edit(Kind::Workspace, Id::NIL, vec![Edit::add(field, value)])).to_string();
        assert!(said.contains(why), "{said}");
    }
    p.b.run(Command::Edit(
        Kind::Workspace,
        Id::NIL,
        vec![Edit::add("blocked", "Ada@Example.org, spam.example")],
    ));
    p.b.run(Command::Edit(Kind::Mailbox, p.mailbox, vec![Edit::add("blocked", "*@junk.example")]));
    assert_eq!(p.b.desk.workspace().unwrap().blocked, ["ada@example.org", "@spam.example"]);
    let said = p.explain(&ada(2, "Buy", ""));
    assert_eq!(
        (said.then.as_str(), said.automatic.as_str()),
        ("a new ticket, kept as spam: the sender is blocked", "none: its sender is blocked")
    );
    for (n, who) in [(2, "ada@example.org"), (3, "x@spam.example"), (4, "y@JUNK.example")] {
        assert!(p.take(&from(who, n, &format!("Buy {n}"), "")));
    }
    p.take(&ada(5, "Re: My kettle", "In-Reply-To: <a1@mail.example>\n"));
    let tickets = p.tickets();
    assert_eq!(tickets.iter().map(|t| t.spam).collect::<Vec<_>>(), [false, true, true, true]);
    assert_eq!(
        (p.b.get::<Ticket>(hers).category, p.send().len()),
        (Category::Solved, 0),
        "nothing opens again"
    );
    assert_eq!(p.b.desk.view(|v| read::thread(v, hers)).unwrap().len(), 3, "it is kept all the same");
    // Neighbours: another domain, a domain below.
    p.take(&from("z@sub.spam.example", 6, "Hello", ""));
    assert!(!p.tickets()[4].spam);
    p.b.assert_clean();
}

#[test]
fn an_agent_blocks_the_sender_of_a_ticket_and_takes_it_back() {
    let mut p = Place::new(1, "help@desk.example");
    p.take(&from("x@spam.example", 1, "Buy", ""));
    let id = p.tickets()[0].id;
    let said = p.b.run(Command::TicketBlock(vec![id], Block::Domain)).summary;
    assert_eq!(said, "@spam.example blocked; T-1 is spam");
    assert!(p.b.get::<Ticket>(id).spam);
    p.take(&from("other@spam.example", 2, "Buy more", ""));
    assert!(p.tickets()[1].spam);
    p.b.run(Command::Undo(None));
    assert!(
        !p.b.get::<Ticket>(id).spam && p.b.desk.workspace().unwrap().blocked.is_empty(),
        "one change, one undo"
    );
    p.b.run(Command::TicketBlock(vec![id], Block::Address));
    assert_eq!(p.b.desk.workspace().unwrap().blocked, ["x@spam.example"]);
    p.b.run(Command::TicketBlock(vec![id], Block::Lift));
    assert!(p.b.desk.workspace().unwrap().blocked.is_empty() && !p.b.get::<Ticket>(id).spam);
    // No one blocks their own desk.
    let us = p.b.customer("Us", "someone@desk.example");
    let ours = p.b.ticket(us, "From us");
    let said = p.b.refused(Command::TicketBlock(vec![ours], Block::Domain)).to_string();
    assert!(said.contains("@desk.example is ours"), "{said}");
    p.b.assert_clean();
}

#[test]
fn an_agent_may_block_but_not_change_the_other_settings() {
    let mut p = Place::new(1, "help@desk.example");
    p.take(&from("x@spam.example", 1, "Buy", ""));
    let id = p.tickets()[0].id;
    let new = |name: &str, role| NewAgent { name: name.into(), role, ..NewAgent::default() };
    let worker = p.b.run(Command::AgentAdd(new("Wim Worker", Role::Agent))).created[0].1;
    let light = p.b.run(Command::AgentAdd(new("Lea Light", Role::Light))).created[0].1;
    let mut as_of = |who: Id, command: Command| {
        let mut request = p.b.request(command);
        request.actor = who;
        p.b.desk.run(request)
    };
    assert!(as_of(light, Command::TicketBlock(vec![id], Block::Address)).is_err());
    assert!(
        as_of(worker, Command::Edit(Kind::Workspace, Id::NIL, vec![Edit::add("blocked", "@x.example")]))
            .is_err()
    );
    assert!(as_of(worker, Command::TicketBlock(vec![id], Block::Address)).is_ok());
}

#[test]
fn first_time_senders_wait_in_the_screener_until_they_are_let_in() {
    let mut p = Place::answering(1, "help@desk.example");
    p.b.customer("Bob Bell", "bob@example.org");
    p.take(&from("early@example.org", 1, "Before", ""));
    assert!(!p.tickets()[0].screened, "off by default");
    p.edit(&[("screener", "yes")]);
    p.send();
    assert!(p.explain(&ada(2, "My kettle", "")).then.contains("waits in the screener"));
    p.take(&ada(2, "My kettle", ""));
    p.take(&ada(3, "Another kettle", ""));
    p.take(&from("bob@example.org", 4, "Known", ""));
    p.take(&from("early@example.org", 5, "Known too", ""));
    let waits = |p: &Place| p.tickets().iter().map(|t| t.screened).collect::<Vec<_>>();
    assert_eq!(waits(&p), [false, true, true, false, false]);
    let sent: Vec<String> = p.send().into_iter().flat_map(|s| s.to).collect();
    assert_eq!(sent, ["bob@example.org"], "who waits gets no automatic reply");
    let found = |p: &Place, query: &str| {
        let asker = p.b.desk.view(|v| QueryContext::new(v, p.b.now, Zone::utc(), Some(p.b.owner))).unwrap();
        let items = p.b.desk.view(|v| list::in_queue_order(v, &asker, query)).unwrap().unwrap();
        items.into_iter().map(|i| i.ticket.number).collect::<BTreeSet<u64>>()
    };
    assert_eq!(found(&p, "is:screened"), BTreeSet::from([2, 3]));
    assert_eq!(found(&p, "is:open"), BTreeSet::from([1, 4, 5]));
    assert_eq!(found(&p, "is:unassigned"), BTreeSet::from([1, 4, 5]));
    let queues = p.b.desk.view(|v| list::queues(v, None)).unwrap();
    assert!(queues.iter().any(|q| q.name == "Screener" && q.query == "is:screened"));
    // Let in: all of theirs. It counts from then on.
    let second = p.tickets()[1].id;
    p.b.run(Command::TicketSet(vec![second], vec![TicketChange::Accept]));
    assert_eq!(waits(&p), [false; 5]);
    assert_eq!(p.events(second, EventKind::Screened).len(), 2);
    p.take(&ada(6, "A third kettle", ""));
    assert!(!p.tickets()[5].screened);
    // Blocked instead.
    p.take(&from("x@spam.example", 7, "Buy", ""));
    let spam = p.tickets()[6].clone();
    assert!(spam.screened);
    p.b.run(Command::TicketBlock(vec![spam.id], Block::Address));
    let spam: Ticket = p.b.get(spam.id);
    assert!(spam.spam && !spam.screened);
    // A screener that is turned off keeps no one.
    p.take(&from("late@example.org", 8, "Late", ""));
    assert!(p.tickets()[7].screened);
    p.edit(&[("screener", "no")]);
    assert_eq!(waits(&p), [false; 8]);
    p.b.assert_clean();
}

#[test]
fn a_new_address_of_a_known_person_is_offered_and_not_adopted() {
    let mut p = Place::new(1, "help@desk.example");
    p.take(&ada(1, "My kettle", ""));
    let ticket = p.tickets()[0].id;
    let hers = ada_of(&p).id;
    let (_, sent) = p.reply(ticket, &[]);
    let answer = |who: &str, n: u32| {
        from(who, n, &sent.field("Subject"), &format!("In-Reply-To: {}\n", sent.field("Message-ID")))
    };
    let raw = answer("Ada Lovelace <al@home.example>", 2);
    assert_eq!(p.explain(&raw).offered_to.as_deref(), Some("Ada Lovelace"));
    p.take(&raw);
    // Others on the thread: another name, and one word of hers.
    p.take(&answer("Bob Bell <bob@example.org>", 3));
    p.take(&answer("Ada <someone@example.org>", 4));
    assert_eq!((p.tickets().len(), ada_of(&p).emails.len()), (1, 1), "nothing is adopted");
    let offers = p.b.desk.view(|v| address::offers(v, ticket)).unwrap();
    assert_eq!(offers.len(), 1);
    let offer = &offers[0];
    assert_eq!((offer.address.as_str(), offer.customer), ("al@home.example", hers));
    assert_eq!(p.events(ticket, EventKind::NewAddress).len(), 1);
    // Accepted, the two records are one, and mail from there is hers.
    p.b.run(Command::Merge { kind: Kind::Customer, into: hers, from: offer.owner, take: Vec::new() });
    assert!(p.b.desk.view(|v| address::offers(v, ticket)).unwrap().is_empty());
    let c: Customer = p.b.get(hers);
    assert_eq!(
        c.emails.iter().map(|e| (e.address.as_str(), e.primary)).collect::<Vec<_>>(),
        [("ada@example.org", true), ("al@home.example", false)]
    );
    assert!(p.explain(&answer("Ada Lovelace <al@home.example>", 5)).offered_to.is_none());
    p.b.assert_clean();
}

#[test]
fn a_new_address_that_is_declined_or_proves_nothing_is_not_offered_again() {
    let mut p = Place::new(1, "help@desk.example");
    p.take(&ada(1, "My kettle", ""));
    let ticket = p.tickets()[0].id;
    // Nothing of ours is answered: the name alone says nothing.
    p.take(&from(
        "Ada Lovelace <al@home.example>",
        2,
        "Re: My kettle [T-1]",
        "In-Reply-To: <a1@mail.example>\n",
    ));
    assert!(p.b.desk.view(|v| address::offers(v, ticket)).unwrap().is_empty());
    let (_, sent) = p.reply(ticket, &[]);
    p.take(&from(
        "Ada Lovelace <ada@work.example>",
        3,
        "Re: My kettle",
        &format!("In-Reply-To: {}\n", sent.field("Message-ID")),
    ));
    let offers = p.b.desk.view(|v| address::offers(v, ticket)).unwrap();
    assert_eq!(offers.len(), 1);
    p.b.run(Command::CustomerDistinct(offers[0].customer, offers[0].owner));
    assert!(p.b.desk.view(|v| address::offers(v, ticket)).unwrap().is_empty());
    p.b.assert_clean();
}

/// A mailbox's state after mail that came this many hours after 1970.
fn after_mail(hours: impl IntoIterator<Item = i64>) -> MailState {
    let mut state = MailState::default();
    hours.into_iter().for_each(|h| silence::received(&mut state, h * HOUR));
    state
}

/// Five weeks of office hours: two messages a day, Monday to Friday, the last one on a Friday at 16:00. Gives that hour.
fn office() -> (Vec<i64>, i64) {
    // 1970 began on a Thursday.
    let days = (0..35).filter(|d| (d + 3) % 7 < 5);
    let hours: Vec<i64> = days.flat_map(|d| [d * 24 + 10, d * 24 + 16]).collect();
    let friday = *hours.iter().rev().find(|h| (*h / 24 + 3) % 7 == 4).unwrap();
    (hours.into_iter().filter(|h| *h <= friday).collect(), friday)
}

#[test]
fn a_mailbox_that_receives_nothing_for_far_longer_than_usual_says_so_and_nights_and_weekends_do_not() {
    let (hours, last) = office();
    let state = after_mail(hours.clone());
    // Friday 16:00 to Monday 10:00.
    assert_eq!(silence::usual(&state), Some(66 * HOUR));
    for quiet in [1, 18, 66, 90, 132] {
        assert_eq!(silence::silent_for(&state, (last + quiet) * HOUR), None, "{quiet} hours");
    }
    assert_eq!(silence::silent_for(&state, (last + 133) * HOUR), Some(133 * HOUR));
    // What was read again, or came late, says nothing.
    let mut again = state.clone();
    hours.iter().for_each(|h| silence::received(&mut again, h * HOUR));
    assert_eq!(again, state);
}

#[test]
fn a_new_or_a_quiet_mailbox_raises_no_alarm() {
    let year = 365 * 24;
    let (hours, _) = office();
    let new = after_mail(hours.iter().copied().take_while(|h| *h < 21 * 24));
    let rare = after_mail((0..20).map(|n| n * 7 * 24));
    for state in [MailState::default(), after_mail([5]), new, rare] {
        assert_eq!((silence::usual(&state), silence::silent_for(&state, 3 * year * HOUR)), (None, None));
    }
    // One with mail every few minutes is not silent before a day has passed.
    let busy = after_mail(0..35 * 24);
    assert_eq!(silence::silent_for(&busy, (35 * 24 + 22) * HOUR), None);
    assert!(silence::silent_for(&busy, (35 * 24 + 24) * HOUR).is_some());
}

#[test]
fn a_pause_that_was_an_alarm_makes_the_next_one_later_by_its_limit_alone_and_is_forgotten() {
    let (hours, last) = office();
    let mut state = after_mail(hours);
    silence::received(&mut state, (last + 300) * HOUR);
    assert_eq!(silence::usual(&state), Some(132 * HOUR), "not 300");
    let evenly = (0..200).map(|n| last + 300 + 12 * n);
    evenly.for_each(|h| silence::received(&mut state, h * HOUR));
    assert_eq!(silence::usual(&state), Some(12 * HOUR), "of the last weeks");
    assert!(state.pauses.len() <= 8);
}

#[test]
fn a_mailbox_that_fell_silent_is_a_problem_unless_something_else_says_why() {
    let mut p = Place::new(1, "help@desk.example");
    for n in 0..40 {
        p.b.now += DAY;
        p.take(&ada(n, &format!("Question {n}"), ""));
    }
    let health = |p: &Place, days: i64| p.b.desk.view(|v| Health::load(v, p.b.now + days * DAY)).unwrap();
    let words = |h: &Health, days: i64| h.mailboxes[0].problems(p.b.now + days * DAY);
    assert_eq!(words(&health(&p, 2), 2), Vec::<String>::new());
    let silent = health(&p, 9);
    assert_eq!(words(&silent, 9), ["nothing received for 9 d, usually at most 24 h"]);
    let said: Vec<String> = silent.remarks(p.b.now + 9 * DAY).into_iter().map(|r| r.words).collect();
    assert_eq!(said, ["help@desk.example: nothing received for 9 d"]);
    let mut failing = silent.clone();
    failing.mailboxes[0].state.failing_since = Some(p.b.now);
    failing.mailboxes[0].state.problem = "the server is down".into();
    assert_eq!(words(&failing, 9), ["receiving fails: the server is down"]);
    let mut paused = silent;
    paused.mailboxes[0].mailbox.paused_at = Some(p.b.now);
    assert_eq!(words(&paused, 9), ["it is paused"]);
}
