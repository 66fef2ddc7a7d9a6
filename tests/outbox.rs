//! Messages on their way: each leaves once, or it is marked as unsure.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // tests may take the short way

use std::{cell::Cell, collections::BTreeMap};

use frontdesk::{
    desk::{
        Command, Edit, Request,
        command::{NewForward, NewReply},
        drafts::DraftKind,
        mailboxes,
        outbox::{self, Down, DueMailboxes, Envelope, OutboxVerb, Outcome, Sender, Sent, Transport, state},
        read,
    },
    exchange::receive::{self, Incoming},
    mail::{compose::File, parse},
    model::{
        Category, Delivery, EventKind, Id, Ids, Kind, Mailbox, Message, Outbox, OutboxState, Refusal, Table,
        Ticket, Via, Visibility,
    },
    store::{Range, Reject, Scan, StoreError, View, feed, records},
};
use proptest::prelude::*;

#[path = "support/bench.rs"]
#[allow(dead_code, reason = "each test takes what it needs")]
mod bench;

use bench::Bench;

const MINUTE: i64 = 60_000;
const DAY: i64 = 86_400_000;

/// What every delivery is answered with, and what was delivered.
#[derive(Default)]
struct World {
    answer: Option<Result<Outcome, Down>>,
    delivered: Vec<(Envelope, Vec<u8>)>,
}

impl World {
    fn take(&mut self, envelope: &Envelope, bytes: &[u8]) -> Result<Vec<Outcome>, Down> {
        let answer = self.answer.clone().unwrap_or(Ok(Outcome::Accepted))?;
        self.delivered.push((envelope.clone(), bytes.to_vec()));
        Ok(envelope.to.iter().map(|_| answer.clone()).collect())
    }
}

/// A transport that hands on to a world which outlives it.
struct Line(std::rc::Rc<std::cell::RefCell<World>>);

impl Transport for Line {
    fn deliver(&mut self, envelope: &Envelope, bytes: &[u8]) -> Result<Vec<Outcome>, Down> {
        self.0.borrow_mut().take(envelope, bytes)
    }
}

struct Post {
    b: Bench,
    world: std::rc::Rc<std::cell::RefCell<World>>,
    ticket: Id,
    seed: u8,
}

impl Post {
    /// The outgoing messages that were sent.
    fn all_sent(&self) -> Vec<Outbox> {
        let ids = self.b.desk.view(|v| outbox::in_order(v, &[OutboxState::Sent])).unwrap();
        ids.into_iter().map(|id| self.b.get(id)).collect()
    }

    fn new() -> Post {
        let mut p = Post::without_mailbox();
        p.add_mailbox();
        p
    }

    fn without_mailbox() -> Post {
        let mut b = Bench::new();
        let ada = b.customer("Ada Lovelace", "ada@example.org");
        let ticket = b.ticket(ada, "Invoice is blank");
        Post { b, world: Default::default(), ticket, seed: 0 }
    }

    fn add_mailbox(&mut self) -> Id {
        let edits = vec![
            Edit::set("address", "help@desk.example"),
            Edit::set("send", "command"),
            Edit::set("receive", "deliver"),
            Edit::set("name", "Desk Help"),
        ];
        self.b.run(Command::Create(Kind::Mailbox, edits)).created[0].1
    }

    fn reply(&mut self, change: impl FnOnce(&mut NewReply)) -> Id {
        let mut new = NewReply { ticket: self.ticket, body: "Which browser?".into(), ..Default::default() };
        change(&mut new);
        self.b.run(Command::TicketReply(Box::new(new))).created[0].1
    }

    fn system(&mut self, command: Command) -> Result<frontdesk::desk::Done, Reject> {
        let mut request = self.b.request(command);
        request.actor = Id::NIL;
        self.b.desk.run(request)
    }

    fn tick(&mut self) {
        self.system(Command::Tick).unwrap();
    }

    fn send(&mut self) -> Sent {
        self.send_as(Id([9; 16]))
    }

    fn send_as(&mut self, holder: Id) -> Sent {
        self.seed = self.seed.wrapping_add(1);
        let mut ids = Ids::new(Id([self.seed; 16]), self.b.now);
        let (now, world) = (self.b.now, self.world.clone());
        let mut sender = Sender {
            holder,
            op: &mut || ids.id(),
            now: &mut || now,
            open: &mut |_| Ok(Box::new(Line(world.clone()))),
            go_on: &mut || true,
        };
        outbox::send_due(&self.b.desk, &mut sender, None, true).unwrap()
    }

    fn state(&self, id: Id) -> OutboxState {
        self.b.get::<Outbox>(id).state
    }

    fn verb(&mut self, id: Id, verb: OutboxVerb) {
        self.b.run(Command::Outbox(vec![id], verb));
    }
}

#[test]
fn a_reply_is_held_then_leaves_with_all_that_mail_needs_and_hidden_copies_stay_hidden() {
    let mut p = Post::new();
    p.b.run(Command::Edit(
        Kind::Mailbox,
        p.b.desk.view(mailboxes::all).unwrap()[0].id,
        vec![Edit::set("signature", "Desk Help\ndesk.example")],
    ));
    let id = p.reply(|r| {
        r.cc = vec!["Bob <bob@example.org>".into()];
        r.bcc = vec!["boss@desk.example".into()];
        r.files =
            vec![File { name: "a.pdf".into(), content_type: "application/pdf".into(), bytes: vec![7; 900] }];
    });
    p.tick();
    assert_eq!((p.state(id), p.send().sent), (OutboxState::Held, 0), "nothing leaves while it is held");
    p.b.now += MINUTE;
    p.tick();
    assert_eq!(p.send(), Sent { sent: 1, ..Sent::default() });
    assert_eq!((p.state(id), p.b.get::<Message>(id).delivery), (OutboxState::Sent, Delivery::Sent));
    assert_eq!(p.send().sent, 0, "and not twice");
    let world = p.world.borrow();
    let (envelope, bytes) = &world.delivered[0];
    assert_eq!(envelope.to, ["ada@example.org", "bob@example.org", "boss@desk.example"]);
    assert_eq!(envelope.from, "help@desk.example");
    let text = String::from_utf8(bytes.clone()).unwrap();
    assert!(!text.contains("boss"), "{text}");
    let mail = parse::parse(bytes);
    let from = mail.from.unwrap();
    assert_eq!((from.name.as_str(), from.email.as_str()), ("Desk Help", "help@desk.example"));
    assert_eq!(mail.reply_to[0].email, "help@desk.example");
    assert_eq!(mail.message_id, format!("{id}@desk.example"));
    assert_eq!(mail.subject, "Re: Invoice is blank [T-1]");
    assert!(mail.body.contains("Which browser?") && mail.body.contains("-- \nDesk Help\ndesk.example"));
    assert_eq!((mail.attachments[0].name.as_str(), mail.attachments[0].bytes.len()), ("a.pdf", 900));
    assert!(text.contains("X-Loop: frontdesk-") && !text.contains("Auto-Submitted"));
    drop(world);
    p.b.assert_clean();
}

#[test]
fn replies_of_before_there_was_a_mailbox_leave_only_when_asked() {
    let mut p = Post::without_mailbox();
    let id = p.reply(|_| ());
    p.b.now += MINUTE;
    p.tick();
    assert_eq!(p.state(id), OutboxState::Queued);
    p.add_mailbox();
    p.b.now += DAY;
    p.tick();
    assert_eq!(p.send().sent, 0);
    assert_eq!(p.b.desk.view(outbox::counts).unwrap().queued, 1);
    p.verb(id, OutboxVerb::Now);
    assert_eq!((p.send().sent, p.state(id)), (1, OutboxState::Sent));
}

#[test]
fn a_rejected_reply_brings_its_ticket_back_with_the_reason_and_answers_nothing() {
    let mut p = Post::new();
    let id = p.reply(|r| {
        r.then = Some(Category::Solved);
        r.now = true;
    });
    assert!(p.b.get::<Ticket>(p.ticket).timers.first_reply_at.is_some());
    p.world.borrow_mut().answer = Some(Ok(Outcome::Rejected("550 no such user".into())));
    assert_eq!(p.send().failed, 1);
    let t: Ticket = p.b.get(p.ticket);
    assert_eq!((t.category, t.timers.first_reply_at), (Category::Open, None));
    assert!(t.timers.unanswered_since.is_some());
    let events = p.b.desk.view(|v| read::events(v, p.ticket)).unwrap();
    let lost = events.iter().find(|e| e.kind == EventKind::Undelivered).unwrap();
    assert!(lost.from.contains("550 no such user") && lost.via == Some(Via::Mailbox), "{lost:?}");
    assert_eq!(p.b.get::<Message>(id).delivery, Delivery::Failed);
    // Sent again, it answers after all.
    p.world.borrow_mut().answer = None;
    p.verb(id, OutboxVerb::Retry);
    assert_eq!(p.send().sent, 1);
    assert!(p.b.get::<Ticket>(p.ticket).timers.first_reply_at.is_some());
    p.b.assert_clean();
}

#[test]
fn a_mail_system_that_cannot_be_reached_is_tried_later_and_said() {
    let mut p = Post::new();
    let ids: Vec<Id> = (0..3).map(|_| p.reply(|r| r.now = true)).collect();
    p.world.borrow_mut().answer = Some(Err(Down("connection refused".into())));
    let sent = p.send();
    assert_eq!(sent.deferred, 1, "the others are not tried immediately");
    assert_eq!(sent.skipped["help@desk.example"], "connection refused");
    let mailbox: Mailbox = p.b.desk.view(mailboxes::all).unwrap().remove(0);
    let standing = p.b.desk.view(|v| mailboxes::state(v, mailbox.id)).unwrap();
    assert!(standing.send_failing_since.is_some() && standing.send_problem == "connection refused");
    assert_eq!(p.b.get::<Message>(ids[0]).delivery, Delivery::Queued);
    p.world.borrow_mut().answer = None;
    p.b.now += 10 * MINUTE;
    assert_eq!(p.send().sent, 3);
    let standing = p.b.desk.view(|v| mailboxes::state(v, mailbox.id)).unwrap();
    assert!(standing.send_failing_since.is_none() && standing.last_sent.is_some());
}

#[test]
fn a_sender_that_does_not_come_back_leaves_its_message_unsure_and_it_is_sent_again_only_by_hand() {
    let mut p = Post::new();
    let id = p.reply(|r| r.now = true);
    let mailbox = p.b.get::<Outbox>(id).mailbox.unwrap();
    let claim = Command::OutboxClaim { message: id, mailbox, holder: Id([1; 16]) };
    p.system(claim.clone()).unwrap();
    assert!(matches!(p.system(claim), Err(Reject::Refused(Refusal::Invalid { .. }))), "it is taken");
    assert_eq!(p.send_as(Id([2; 16])).sent, 0);
    p.b.now += state::LEASE + 1;
    p.tick();
    assert_eq!(p.state(id), OutboxState::Unsure);
    p.b.now += 10 * DAY;
    p.tick();
    assert_eq!((p.send().sent, p.state(id)), (0, OutboxState::Unsure));
    assert!(matches!(p.b.refused(Command::Outbox(vec![id], OutboxVerb::Cancel)), Refusal::Invalid { .. }));
    p.verb(id, OutboxVerb::Retry);
    assert_eq!(p.send().sent, 1);
    let world = p.world.borrow();
    assert_eq!(parse::parse(&world.delivered[0].1).message_id, format!("{id}@desk.example"), "the same one");
    drop(world);
    p.b.assert_clean();
}

#[test]
fn a_reply_can_be_sent_later_held_cancelled_and_edited() {
    let mut p = Post::new();
    let at = p.b.now + DAY;
    let later = p.reply(|r| r.send_at = Some(at));
    p.b.now += MINUTE;
    p.tick();
    assert_eq!((p.state(later), p.send().sent), (OutboxState::Held, 0));
    p.verb(later, OutboxVerb::At(at + DAY));
    p.b.now = at + MINUTE;
    p.tick();
    assert_eq!(p.state(later), OutboxState::Held, "it was put off");
    p.b.now = at + DAY;
    p.tick();
    assert_eq!(p.send().sent, 1);
    let year = p.b.now + 400 * DAY;
    assert!(matches!(p.b.refused(Command::Outbox(vec![later], OutboxVerb::Now)), Refusal::Invalid { .. }));

    let held = p.reply(|_| ());
    assert!(matches!(
        p.b.refused(Command::Outbox(vec![held], OutboxVerb::At(year))),
        Refusal::Invalid { .. }
    ));
    p.verb(held, OutboxVerb::Hold);
    p.b.now += 30 * DAY;
    p.tick();
    assert_eq!(p.state(held), OutboxState::Held);
    p.verb(held, OutboxVerb::Edit);
    assert_eq!(p.state(held), OutboxState::Cancelled);
    let draft = p.b.desk.drafts_about(p.b.owner, p.ticket, &DraftKind::Reply).unwrap().remove(0);
    assert_eq!(draft.body, "Which browser?");
    p.tick();
    assert_eq!(p.send().sent, 0);
    p.b.assert_clean();
}

#[test]
fn a_cancelled_reply_answers_nothing() {
    let mut p = Post::new();
    let id = p.reply(|_| ());
    assert!(p.b.get::<Ticket>(p.ticket).timers.first_reply_at.is_some());
    p.verb(id, OutboxVerb::Cancel);
    let t: Ticket = p.b.get(p.ticket);
    assert_eq!(t.timers.first_reply_at, None);
    assert!(t.timers.unanswered_since.is_some());
    p.b.assert_clean();
}

#[test]
fn what_left_cannot_be_undone() {
    let mut p = Post::new();
    p.reply(|r| r.now = true);
    p.send();
    let mut rows = p.b.desk.view(|v| feed::since(v, 0, 500)).unwrap();
    rows.retain(|r| r.row.command.starts_with("outbox ") || r.row.command == "ticket reply");
    assert_eq!(rows.len(), 3);
    for row in rows {
        assert!(
            matches!(p.b.refused(Command::Undo(Some(row.row.seq))), Refusal::Final(_)),
            "{}",
            row.row.command
        );
    }
}

#[test]
fn a_cancellation_can_be_undone() {
    let mut p = Post::new();
    let id = p.reply(|_| ());
    p.verb(id, OutboxVerb::Cancel);
    p.b.run(Command::Undo(None));
    assert_eq!((p.state(id), p.b.get::<Message>(id).delivery), (OutboxState::Held, Delivery::Held));
    assert!(p.b.get::<Ticket>(p.ticket).timers.first_reply_at.is_some());
    p.b.assert_clean();
}

#[test]
fn no_more_leave_in_an_hour_than_may() {
    let mut p = Post::new();
    let mailbox = p.b.desk.view(mailboxes::all).unwrap()[0].id;
    p.b.run(Command::Edit(Kind::Mailbox, mailbox, vec![Edit::set("hourly_cap", "2")]));
    for _ in 0..3 {
        p.reply(|r| r.now = true);
    }
    let sent = p.send();
    assert_eq!(sent.sent, 2);
    assert!(sent.skipped["help@desk.example"].contains("2 messages an hour"));
    let mut left: Vec<i64> = p.all_sent().into_iter().filter_map(|o| o.sent_at).collect();
    left.sort_unstable();
    assert_eq!(sent.capped[&mailbox], (2, left[0] + 60 * MINUTE), "until then nothing is looked at again");
    p.b.now += 61 * MINUTE;
    assert_eq!(p.send().sent, 1);
}

/// A view that counts how often an outgoing message is read.
struct Counted<'a>(&'a dyn View, Cell<usize>);

impl View for Counted<'_> {
    fn get(&self, table: Table, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        self.1.set(self.1.get() + usize::from(matches!(table, Table::Outbox | Table::Message)));
        self.0.get(table, key)
    }

    fn scan(
        &self,
        table: Table,
        range: &Range,
        scan: Scan,
        f: &mut dyn FnMut(&[u8], &[u8]) -> bool,
    ) -> Result<(), StoreError> {
        self.0.scan(table, range, scan, f)
    }
}

#[test]
fn what_is_due_is_looked_at_again_without_reading_it_again() {
    let mut p = Post::new();
    let other = vec![Edit::set("address", "sales@desk.example"), Edit::set("send", "command")];
    p.b.run(Command::Create(Kind::Mailbox, other));
    for _ in 0..40 {
        p.reply(|r| r.now = true);
    }
    let mut due = DueMailboxes::default();
    let mut look = |p: &Post, now: i64| {
        let view = |v: &dyn View| {
            let counted = Counted(v, Cell::new(0));
            let found = due.look(&counted, now)?;
            Ok((found.into_iter().map(|m| m.address).collect::<Vec<_>>(), counted.1.get()))
        };
        p.b.desk.view(view).unwrap()
    };
    let help = vec!["help@desk.example".to_owned()];
    let now = p.b.now;
    assert_eq!(look(&p, now), (help.clone(), 40));
    assert_eq!(look(&p, now + 500), (help.clone(), 0), "keys of the index alone");
    p.reply(|r| r.now = true);
    assert_eq!(look(&p, now + 1000), (help.clone(), 1));
    let mailbox = p.b.desk.view(mailboxes::all).unwrap()[0].id;
    p.b.run(Command::Edit(Kind::Mailbox, mailbox, vec![Edit::set("send", "none")]));
    assert_eq!(look(&p, now + 1500).0, ["sales@desk.example"], "a mailbox that changed is seen");
    p.b.run(Command::Edit(Kind::Mailbox, mailbox, vec![Edit::set("send", "command")]));
    p.send();
    assert_eq!(look(&p, now + 2000), (Vec::new(), 0));
}

#[test]
fn a_thread_is_sent_on_without_its_notes_and_beside_the_customer() {
    let mut p = Post::new();
    p.b.run(Command::TicketNote(p.ticket, "Between us".into()));
    let before: Ticket = p.b.get(p.ticket);
    let new = NewForward {
        ticket: p.ticket,
        to: vec!["expert@example.net".into()],
        body: "Can you help?".into(),
        now: true,
        ..NewForward::default()
    };
    let id = p.b.run(Command::TicketForward(Box::new(new))).created[0].1;
    assert_eq!(p.send().sent, 1);
    let m: Message = p.b.get(id);
    assert_eq!(m.visibility, Visibility::Side);
    let whole = m.whole_text();
    assert!(
        whole.starts_with("Can you help?")
            && whole.contains("It is broken.")
            && !whole.contains("Between us")
    );
    let after: Ticket = p.b.get(p.ticket);
    assert_eq!(after.timers.first_reply_at, before.timers.first_reply_at);
    assert_eq!(p.world.borrow().delivered[0].0.to, ["expert@example.net"]);
}

#[test]
fn mail_that_comes_in_is_kept_with_where_its_mailbox_stands() {
    let mut p = Post::new();
    let mailbox: Mailbox = p.b.desk.view(mailboxes::all).unwrap().remove(0);
    let raw = b"From: Bob <bob@example.org>\r\nTo: help@desk.example\r\nReply-To: team@example.org\r\nSubject: Hello\r\nMessage-ID: <1@x>\r\nDate: Mon, 2 Jan 2012 10:00:00 +0000\r\n\r\nHi\r\n";
    let at = p.b.now;
    let take = |uid: (u32, u32), op: u8| {
        let mail = Incoming { raw: raw.to_vec(), received_at: at, uid: Some(uid) };
        receive::receive(&p.b.desk, Id([op; 16]), &mailbox, mail, at + 5).unwrap().created
    };
    assert_eq!(take((7, 40), 101), 1);
    assert_eq!(take((7, 41), 102), 0, "the same again");
    let state = p.b.desk.view(|v| mailboxes::state(v, mailbox.id)).unwrap();
    assert_eq!((state.uid_validity, state.last_uid, state.last_mail), (7, 41, Some(at)));
    assert_eq!(take((8, 3), 103), 0);
    let state = p.b.desk.view(|v| mailboxes::state(v, mailbox.id)).unwrap();
    assert_eq!((state.uid_validity, state.last_uid), (8, 3), "another UIDVALIDITY starts again");
    let row = p.b.desk.view(|v| feed::since(v, 0, 500)).unwrap().pop().unwrap();
    assert_eq!((row.row.command.as_str(), row.row.via), ("mail receive", Some(Via::Mailbox)));
    let (_, id) = row
        .body
        .unwrap()
        .changes
        .iter()
        .filter_map(|c| Some((c.kind()?, c.id)))
        .find(|c| c.0 == Kind::Message)
        .unwrap();
    let m: Message = p.b.get(id);
    assert_eq!((m.mailbox, m.received_at, m.via, m.at), (Some(mailbox.id), Some(at), Some(Via::Mailbox), at));
    let t: Ticket = p.b.get(m.ticket);
    assert_eq!((t.mailbox, t.created_at), (Some(mailbox.id), at), "its date says nothing of when it came");
    // The answer goes where they asked for it.
    let answer = NewReply { ticket: m.ticket, body: "Hello".into(), ..Default::default() };
    let id = p.b.run(Command::TicketReply(Box::new(answer))).created[0].1;
    assert_eq!(p.b.get::<Message>(id).to, ["team@example.org"]);
    p.b.assert_clean();
}

#[test]
fn an_address_is_one_mailboxs_and_no_customers() {
    let mut p = Post::new();
    let again = vec![Edit::set("address", "other@desk.example"), Edit::set("alias", "HELP@desk.example")];
    assert!(matches!(p.b.refused(Command::Create(Kind::Mailbox, again)), Refusal::Taken { .. }));
    let customers = vec![Edit::set("address", "ada@example.org")];
    assert!(matches!(p.b.refused(Command::Create(Kind::Mailbox, customers)), Refusal::Taken { .. }));
    let secret =
        vec![Edit::set("address", "x@desk.example"), Edit::set("receive", "imaps://u:hunter2@h/INBOX")];
    assert!(!p.b.refused(Command::Create(Kind::Mailbox, secret)).to_string().contains("hunter2"));
    let mail = Command::OutboxClaim { message: Id::NIL, mailbox: Id::NIL, holder: Id::NIL };
    assert!(matches!(p.b.refused(mail), Refusal::Denied { .. }), "no agent sends");
}

#[test]
fn one_process_keeps_the_mail() {
    let p = Post::new();
    let (a, b) = (Id([1; 16]), Id([2; 16]));
    let now = p.b.now;
    let keep = |op: u8, who, at| p.b.desk.keep_mail(Id([op; 16]), who, at).unwrap();
    assert_eq!(keep(201, a, now), None);
    assert_eq!(keep(202, b, now + 1000), Some(now + mailboxes::LEASE));
    assert_eq!(keep(203, a, now + mailboxes::LEASE - 1), None);
    assert!(keep(204, b, now + mailboxes::LEASE + 1000).is_some(), "it was renewed");
    p.b.desk.leave_mail(Id([205; 16]), a).unwrap();
    assert_eq!(keep(206, b, now + mailboxes::LEASE + 2000), None);
}

/// What may happen to replies and to those who send them.
#[derive(Debug, Clone)]
enum Step {
    Reply,
    /// Time passes.
    Wait(i64),
    Tick,
    /// A process takes a message.
    Claim(usize, u8),
    /// It hands it over.
    Hand(usize),
    /// It records the result.
    Tell(usize),
    /// It dies.
    Die(usize),
    Verb(usize, OutboxVerb),
    /// Another process sends all that is due, from beginning to end.
    Send(u8),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => Just(Step::Reply),
        2 => prop_oneof![Just(1000), Just(15_000), Just(5 * MINUTE), Just(20 * MINUTE), Just(DAY)].prop_map(Step::Wait),
        2 => Just(Step::Tick),
        4 => (0usize..8, 1u8..4).prop_map(|(n, p)| Step::Claim(n, p)),
        4 => (0usize..8).prop_map(Step::Hand),
        3 => (0usize..8).prop_map(Step::Tell),
        2 => (0usize..8).prop_map(Step::Die),
        1 => (0usize..8, prop_oneof![Just(OutboxVerb::Cancel), Just(OutboxVerb::Now), Just(OutboxVerb::Hold)])
            .prop_map(|(n, v)| Step::Verb(n, v)),
        1 => (4u8..6).prop_map(Step::Send),
    ]
}

struct Attempt {
    message: Id,
    holder: Id,
    number: u32,
    handed: bool,
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    /// The mail system takes whatever is handed to it. No one sends again by hand.
    #[test]
    fn sent_and_unsure_are_all_replies_and_none_leaves_twice(steps in prop::collection::vec(step(), 1..60)) {
        let mut p = Post::new();
        let mailbox = p.b.desk.view(mailboxes::all).unwrap()[0].id;
        let mut replies: Vec<Id> = Vec::new();
        let mut running: Vec<Attempt> = Vec::new();
        let mut handed: BTreeMap<Id, usize> = BTreeMap::new();
        for step in steps {
            match step {
                Step::Reply => replies.push(p.reply(|_| ())),
                Step::Wait(ms) => p.b.now += ms,
                Step::Tick => p.tick(),
                Step::Claim(n, holder) => {
                    let Some(id) = replies.get(n).copied() else { continue };
                    let holder = Id([holder; 16]);
                    if p.system(Command::OutboxClaim { message: id, mailbox, holder }).is_ok() {
                        let number = p.b.get::<Outbox>(id).attempts;
                        running.push(Attempt { message: id, holder, number, handed: false });
                    }
                }
                Step::Hand(n) => {
                    if let Some(a) = running.get_mut(n).filter(|a| !a.handed) {
                        a.handed = true;
                        *handed.entry(a.message).or_default() += 1;
                    }
                }
                Step::Tell(n) => {
                    if n >= running.len() { continue }
                    let a = running.remove(n);
                    let outcome = if a.handed { Outcome::Accepted } else { Outcome::Deferred("down".into()) };
                    let settle = Command::OutboxSettle {
                        message: a.message, holder: a.holder, attempt: a.number, outcomes: vec![outcome], down: None,
                    };
                    p.system(settle).unwrap();
                }
                Step::Die(n) => {
                    if n < running.len() { running.remove(n); }
                }
                Step::Verb(n, verb) => {
                    if let Some(id) = replies.get(n).copied() {
                        let _ = p.b.attempt(Command::Outbox(vec![id], verb));
                    }
                }
                Step::Send(holder) => { p.send_as(Id([holder; 16])); }
            }
        }
        // All processes are gone; one that works sends what is left, those that are held too.
        for id in &replies {
            let _ = p.b.attempt(Command::Outbox(vec![*id], OutboxVerb::Now));
        }
        for _ in 0..3 {
            p.b.now += DAY;
            p.tick();
            p.send();
        }
        for (_, bytes) in &p.world.borrow().delivered {
            let id: Id = parse::parse(bytes).message_id.split('@').next().unwrap().parse().unwrap();
            *handed.entry(id).or_default() += 1;
        }
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        for id in &replies {
            let state = p.state(*id);
            let times = handed.get(id).copied().unwrap_or(0);
            match &state {
                OutboxState::Sent => prop_assert_eq!(times, 1),
                OutboxState::Unsure => prop_assert!(times <= 1),
                OutboxState::Cancelled => prop_assert_eq!(times, 0),
                other => prop_assert!(false, "a reply is left as {}", other),
            }
            *counts.entry(state.to_string()).or_default() += 1;
        }
        prop_assert_eq!(counts.values().sum::<usize>(), replies.len());
        p.b.assert_clean();
    }
}

#[test]
fn who_asks_for_a_request_says_by_which_way() {
    let request = Request::new(Id::NIL, Id::NIL, 0, Command::Tick);
    assert_eq!(request.via(), Via::Timer);
    let hook = Request { via: Some(Via::Hook), ..Request::new(Id::NIL, Id::NIL, 0, Command::Redo) };
    assert_eq!(hook.via(), Via::Hook);
}

/// The index by which the outbox is listed and counted has them step by step; until then the check is content, too.
#[test]
fn replies_of_older_versions_are_listed_once_the_timers_looked_at_them() {
    let mut p = Post::without_mailbox();
    let id = p.reply(|_| ());
    p.b.now += MINUTE;
    p.tick();
    let old = Outbox { since: None, ..p.b.get::<Outbox>(id) };
    let write = move |tx: &mut dyn frontdesk::store::Tx| {
        records::Work::new(tx).put(&old)?;
        tx.del(frontdesk::model::Table::Meta, b"outbox_since");
        Ok(())
    };
    p.b.desk.store().write(Id([77; 16]), frontdesk::store::Weight::Light, Box::new(write)).unwrap();
    let waiting = |p: &Post| p.b.desk.view(|v| outbox::in_order(v, &outbox::waiting())).unwrap();
    assert_eq!((waiting(&p), p.b.desk.view(outbox::counts).unwrap().queued), (vec![], 0));
    p.tick();
    assert_eq!((waiting(&p), p.b.desk.view(outbox::counts).unwrap().queued), (vec![id], 1));
    let since = p.b.get::<Outbox>(id).since;
    p.tick();
    assert_eq!(p.b.get::<Outbox>(id).since, since, "each once");
}

#[test]
fn a_reply_that_is_noted_as_sent_for_many_together_left_when_its_hold_ended() {
    let mut b = Bench::new();
    let ada = b.customer("Ada Lovelace", "ada@example.org");
    let t = b.ticket(ada, "Kettle");
    let reply = NewReply { ticket: t, body: "Which one?".into(), ..NewReply::default() };
    let id = b.run(Command::TicketReply(Box::new(reply))).created[0].1;
    let due = b.get::<Outbox>(id).due_at();
    b.now = due + 12 * 3_600_000;
    b.run(Command::Tick);
    let mut sent = b.request(Command::OutboxSent(vec![id]));
    sent.actor = Id::NIL;
    b.desk.run(sent).unwrap();
    let out: Outbox = b.get(id);
    assert_eq!((out.state, out.sent_at), (OutboxState::Sent, Some(due)));
    b.assert_clean();
}
