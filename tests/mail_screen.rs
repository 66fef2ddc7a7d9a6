//! The outbox, the mailboxes and the state of mail on the screen.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // tests may take the short way

mod support;

use frontdesk::{
    desk::{
        Command, Edit,
        command::NewReply,
        drafts::DraftKind,
        outbox::{self, Outcome},
        read,
    },
    model::{Customer, Id, Kind, Mailbox, Message, Outbox, OutboxState, Stamp, Ticket, Workspace},
    store::{Tx, Weight, records},
    tui::{
        data::TicketMark,
        event::TuiEventKind,
        look::Appearance,
        model::{PART, Pane},
    },
};
use support::{
    screen::Screen,
    tiny::{NOW, Tiny},
};

const SMALL: (u16, u16) = (80, 24);
const USUAL: (u16, u16) = (120, 40);
const MINUTE: Stamp = 60_000;
const HOUR: Stamp = 60 * MINUTE;

/// A process that sends.
const SENDER: Id = Id([5; 16]);

/// A snapshot under a name.
fn shot(name: &str, frame: &str) {
    insta::with_settings!({omit_expression => true, prepend_module_to_snapshot => false}, {
        insta::assert_snapshot!(name, frame);
    });
}

/// The desk of the snapshots with a mailbox.
struct Post {
    t: Tiny,
    mailbox: Id,
    ops: u8,
}

impl Post {
    fn new() -> Post {
        let mut t = Tiny::full();
        let edits = vec![
            Edit::set("address", "support@desk.example"),
            Edit::set("name", "Desk support"),
            Edit::set("receive", "imaps://support@desk.example@imap.desk.example/INBOX"),
            Edit::set("send", "smtps://support@desk.example@smtp.desk.example"),
        ];
        let mailbox = t.run(NOW - 2 * HOUR, Command::Create(Kind::Mailbox, edits)).created[0].1;
        // What was written before is not what these tests are about.
        let old = t.desk.view(|v| outbox::in_order(v, &[OutboxState::Queued])).unwrap();
        t.run_as(Id::NIL, NOW - 2 * HOUR, Command::OutboxSent(old));
        Post { t, mailbox, ops: 0 }
    }

    fn op(&mut self) -> Id {
        self.ops += 1;
        Id::v7(NOW, [8, 8, 8, 8, 8, 8, 8, 8, 8, self.ops])
    }

    fn ticket(&self, number: u64) -> Id {
        self.t.desk.view(|v| records::by_number(v, Kind::Ticket, number)).unwrap().unwrap()
    }

    fn reply(&mut self, ago: Stamp, number: u64, body: &str, change: impl FnOnce(&mut NewReply)) -> Id {
        let ticket = self.ticket(number);
        let mut reply = NewReply { ticket, body: body.into(), ..NewReply::default() };
        change(&mut reply);
        self.t.run(NOW - ago, Command::TicketReply(Box::new(reply)));
        self.t
            .desk
            .view(|v| read::thread(v, ticket))
            .unwrap()
            .iter()
            .rev()
            .find(|m| m.body == body)
            .unwrap()
            .id
    }

    /// A reply that a sender tried, with what came of it.
    fn tried(&mut self, ago: Stamp, number: u64, body: &str, outcome: Outcome) -> Id {
        let id = self.reply(ago, number, body, |r| r.now = true);
        let (mailbox, holder) = (self.mailbox, SENDER);
        self.t.run_as(Id::NIL, NOW - ago, Command::OutboxClaim { message: id, mailbox, holder });
        let settle =
            Command::OutboxSettle { message: id, holder, attempt: 1, outcomes: vec![outcome], down: None };
        self.t.run_as(Id::NIL, NOW - ago, settle);
        id
    }

    fn state(&self, id: Id) -> OutboxState {
        self.t.desk.view(|v| records::get::<Outbox>(v, id)).unwrap().unwrap().state
    }

    /// A message in every state that a person meets.
    fn busy() -> Post {
        let mut p = Post::new();
        p.reply(3_000, 1, "It was the export job.", |_| ());
        p.reply(30 * MINUTE, 2, "Have a good weekend.", |r| r.send_at = Some(NOW + 19 * HOUR));
        p.tried(3 * HOUR, 3, "Solved.", Outcome::Accepted);
        p.tried(
            26 * MINUTE,
            3,
            "One more thing.",
            Outcome::Deferred("451 4.7.1 greylisted, try again later".into()),
        );
        p.tried(40 * MINUTE, 4, "It is on its way.", Outcome::Rejected("550 5.1.1 no such user here".into()));
        p.tried(
            50 * MINUTE,
            2,
            "Did it work?",
            Outcome::Unsure("the connection was lost after the text".into()),
        );
        p
    }

    fn open(&self, size: (u16, u16)) -> Screen {
        Screen::open(&self.t.desk, self.t.dana, size)
    }

    /// A program fetched a moment ago, and goes on.
    fn fetches(&mut self, ago: Stamp) {
        let (a, b) = (self.op(), self.op());
        self.t.desk.clone().for_user("dana").keep_mail(a, SENDER, NOW - 1_000).unwrap();
        let mailbox = self.t.desk.view(|v| records::get::<Mailbox>(v, self.mailbox)).unwrap().unwrap();
        self.t.desk.note_contact(b, &mailbox, Ok(None), NOW - ago).unwrap();
    }
}

#[test]
fn the_outbox_lists_what_needs_a_person_first() {
    let p = Post::busy();
    for (name, size) in [("80x24", SMALL), ("120x40", USUAL)] {
        let mut s = p.open(size);
        s.keys("g x");
        shot(&format!("outbox_{name}"), &s.styled_frame());
    }
    for (name, colour, unicode) in [("mono", false, true), ("ascii", true, false)] {
        let mut s = Screen::with_look(&p.t.desk, p.t.dana, USUAL, Appearance::shipped(colour, unicode));
        s.keys("g x");
        shot(&format!("outbox_{name}"), &s.text_of_frame());
    }
    let mut s = p.open((200, 50));
    shot("outbox_200x50", &s.keys("g x").text_of_frame());
    let states: Vec<OutboxState> = s.model.outbox.rows().iter().map(|r| r.state.clone()).collect();
    use OutboxState::{Deferred, Failed, Held, Unsure};
    assert_eq!(states, [Failed, Unsure, Deferred, Held, Held], "what was sent is left out");
}

#[test]
fn a_filter_shows_what_was_sent_and_finds_words() {
    let p = Post::busy();
    let mut s = p.open(USUAL);
    s.keys("g x /").text("state:sent").keys("Enter");
    let sent = s.model.outbox.rows();
    assert!(sent.iter().all(|r| r.state == OutboxState::Sent) && sent.len() == 4, "{}", s.text_of_frame());
    s.keys("/ ctrl-u").text("to:grace").keys("Enter");
    assert!(!s.model.outbox.is_empty(), "{}", s.text_of_frame());
    assert!(s.model.outbox.rows().iter().all(|r| r.to.contains("grace")));
    s.keys("/ ctrl-u").text("state:nonsense").expect("state").keys("Esc Esc");
    assert_eq!(s.model.outbox.rows().len(), 5);
}

#[test]
fn enter_opens_the_ticket_at_that_message() {
    let p = Post::busy();
    let mut s = p.open(SMALL);
    s.keys("g x").expect("not sent").keys("Enter");
    let row = s.model.outbox.current().unwrap().clone();
    let view = s.model.page.ticket.as_ref().unwrap();
    assert_eq!((s.model.focus, view.page.ticket.id), (Pane::Page, row.ticket));
    let read = view.current().unwrap();
    assert!(matches!(read, frontdesk::tui::pages::thread::Item::Message(m) if m.id == row.id));
    s.expect("It is on its way.").keys("q").expect("Outbox 5");
}

#[test]
fn a_held_message_is_held_scheduled_and_sent_from_the_outbox() {
    let mut p = Post::new();
    let id = p.reply(3_000, 1, "Soon.", |_| ());
    let mut s = p.open(USUAL);
    s.keys("g x p").expect("held");
    assert!(s.model.outbox.current().unwrap().when.is_none(), "held until it is sent by hand");
    s.keys("w").expect("hold: until sent manually").text("tomorrow 9am");
    s.expect("sent Wed 09:00").keys("Enter").expect("to be sent Wed 09:00");
    assert_eq!(p.state(id), OutboxState::Held);
    s.keys("w").text("yesterday").keys("Enter").expect("is over already").keys("Esc");
    s.keys("n").expect("to be sent now");
    assert_eq!(p.state(id), OutboxState::Ready);
    // What has not left yet can still be stopped.
    s.keys("u");
    assert_ne!(p.state(id), OutboxState::Sent);
}

#[test]
fn cancelling_opens_the_text_again_and_sending_it_leaves_no_draft() {
    let mut p = Post::new();
    let id = p.reply(3_000, 1, "Soon and wrong.", |_| ());
    let mut s = p.open(USUAL);
    s.keys("g x e");
    assert_eq!(p.state(id), OutboxState::Cancelled);
    s.expect("PUBLIC REPLY").expect("Soon and wrong.");
    s.text(" Now right.").keys("Esc y").expect("held");
    s.wait(3_000);
    let drafts = p.t.desk.drafts_about(p.t.dana, p.ticket(1), &DraftKind::Reply).unwrap();
    assert!(drafts.is_empty(), "{drafts:?}");
    let thread = p.t.desk.view(|v| read::thread(v, p.ticket(1))).unwrap();
    assert_eq!(thread.last().unwrap().body, "Soon and wrong. Now right.");
}

#[test]
fn a_row_says_that_its_message_has_left_while_one_looks_at_it() {
    let mut p = Post::new();
    p.reply(3_000, 1, "Soon.", |r| r.now = true);
    p.reply(3_000, 2, "Later.", |r| r.send_at = Some(NOW + HOUR));
    let mut s = p.open(USUAL);
    s.keys("g x k");
    let first = s.model.outbox.rows().iter().find(|r| r.state == OutboxState::Ready).unwrap().clone();
    let (mailbox, holder) = (p.mailbox, SENDER);
    p.t.run_as(Id::NIL, NOW, Command::OutboxClaim { message: first.id, mailbox, holder });
    let outcomes = vec![Outcome::Accepted];
    let settle = Command::OutboxSettle { message: first.id, holder, attempt: 1, outcomes, down: None };
    p.t.run_as(Id::NIL, NOW, settle);
    s.happened(TuiEventKind::Moved(u64::MAX / 2));
    let row = s.model.outbox.rows().iter().find(|r| r.id == first.id).unwrap();
    assert_eq!(row.state, OutboxState::Sent);
}

#[test]
fn a_failed_message_is_retried_and_a_sent_one_is_not() {
    let mut p = Post::new();
    let id = p.tried(MINUTE, 1, "Hello", Outcome::Rejected("550 no such user".into()));
    let sent = p.tried(MINUTE, 2, "Hello", Outcome::Accepted);
    let mut s = p.open(USUAL);
    s.keys("g x").expect("550 no such user").keys("R").expect("to be sent again");
    assert_eq!(p.state(id), OutboxState::Ready);
    s.keys("/").text("state:sent").keys("Enter").keys("R").expect("nothing to retry");
    s.keys("n").expect("is no longer waiting").keys("e").expect("cannot be cancelled");
    assert_eq!(p.state(sent), OutboxState::Sent);
}

#[test]
fn several_leave_only_after_a_question_that_says_how_many() {
    let mut p = Post::new();
    let ids = [1, 2, 3].map(|n| p.reply(3_000, n, "All of you", |r| r.send_at = Some(NOW + HOUR)));
    let mut s = p.open(USUAL);
    s.keys("g x * n").expect("Send 3 messages now?").keys("n");
    assert!(ids.iter().all(|id| p.state(*id) == OutboxState::Held));
    s.keys("n y").expect("3 messages to be sent now");
    assert!(ids.iter().all(|id| p.state(*id) == OutboxState::Ready));
    assert_eq!(s.model.outbox.marked().0, 0);
}

#[test]
fn several_that_are_cancelled_become_drafts_of_their_tickets() {
    let mut p = Post::new();
    let ids = [1, 2].map(|n| p.reply(3_000, n, "Not yet", |r| r.send_at = Some(NOW + HOUR)));
    let mut s = p.open(USUAL);
    s.keys("g x x x U").expect("2 messages cancelled").expect_not("PUBLIC REPLY");
    assert!(ids.iter().all(|id| p.state(*id) == OutboxState::Cancelled));
    for n in [1, 2] {
        let drafts = p.t.desk.drafts_about(p.t.dana, p.ticket(n), &DraftKind::Reply).unwrap();
        assert_eq!(drafts.iter().map(|d| d.body.as_str()).collect::<Vec<_>>(), ["Not yet"]);
    }
}

#[test]
fn replies_of_before_the_first_mailbox_are_asked_about_even_one_by_one() {
    let mut t = Tiny::full();
    let mut s = Screen::open(&t.desk, t.dana, USUAL);
    s.expect_not("replies wait").keys("g x");
    let queued = s.model.outbox.len();
    t.run(
        NOW,
        Command::Create(
            Kind::Mailbox,
            vec![
                Edit::set("address", "support@desk.example"),
                Edit::set("receive", "deliver"),
                Edit::set("send", "command"),
            ],
        ),
    );
    s.keys("g r").expect(&format!("{queued} replies wait for outbox now"));
    s.keys("n").expect("Send 1 message now?").expect("before there was a mailbox").keys("n");
    assert_eq!(t.desk.view(outbox::counts).unwrap().queued, queued);
    s.keys("n y");
    assert_eq!(t.desk.view(outbox::counts).unwrap().queued, queued - 1);
}

#[test]
fn ten_thousand_messages_are_read_in_parts() {
    let p = Post::new();
    let (many, ticket) = (10_000, p.ticket(1));
    let write = move |tx: &mut dyn Tx| {
        let mut work = records::Work::new(tx);
        for n in 0..many {
            let id = Id::v7(NOW - HOUR, [7, 0, 0, 0, 0, 0, 0, 0, (n >> 8) as u8, n as u8]);
            let to = vec![format!("ann{n}@far.example")];
            work.put(&Message { id, number: 10_000 + n, ticket, to, ..Message::default() })?;
            let at = NOW + HOUR + n as Stamp;
            let state = OutboxState::Held;
            work.put(&Outbox {
                id,
                ticket,
                state,
                hold_until: at,
                since: Some(NOW - HOUR),
                ..Outbox::default()
            })?;
        }
        Ok(())
    };
    p.t.desk.store().write(Id([4; 16]), Weight::Heavy, Box::new(write)).unwrap();
    let mut s = p.open(USUAL);
    s.keys("g x").expect("Outbox 10000");
    assert_eq!(s.model.outbox.rows().len(), PART, "only a part is read");
    let at = |s: &Screen| s.model.outbox.base() + s.model.outbox.cursor();
    s.keys("G");
    assert_eq!((at(&s), s.model.outbox.rows().len()), (9_999, PART));
    s.keys("g g");
    assert_eq!(at(&s), 0);
    s.keys("*").expect("All 10000 that match are marked");
    s.keys("Esc /").text("to:ann77@").keys("Enter");
    assert_eq!(s.model.outbox.rows().len(), 1);
}

#[test]
fn a_row_of_a_ticket_says_that_a_reply_failed_or_is_held_or_was_begun() {
    let p = Post::busy();
    let mut s = p.open(USUAL);
    s.keys("2");
    let mark = |s: &Screen, n: u64| s.model.all_tickets.rows().iter().find(|r| r.number == n).unwrap().mark;
    assert_eq!(mark(&s, 4), Some(TicketMark::Failed));
    assert_eq!(mark(&s, 1), Some(TicketMark::Held));
    assert_eq!(mark(&s, 2), Some(TicketMark::Failed), "what failed goes before what is held");
    assert_eq!(mark(&s, 5), None);
    let t = Tiny::full();
    let mut s = Screen::open(&t.desk, t.dana, USUAL);
    s.keys("r").text("Begun").keys("Esc q").wait(3_000);
    assert_eq!(s.model.queue.current().unwrap().mark, Some(TicketMark::Draft));
    shot("begun_120x40", &s.text_of_frame());
}

#[test]
fn the_line_at_the_top_says_how_mail_stands() {
    let mut p = Post::new();
    p.fetches(20_000);
    let at = |p: &Post, size| p.open(size).text_of_frame().lines().next().unwrap().to_owned();
    let mut all = String::new();
    let mut note = |p: &Post, what: &str| {
        for size in [SMALL, (100, 30), USUAL, (200, 50)] {
            all.push_str(&format!("{what} at {}\n{}\n", size.0, at(p, size)));
        }
    };
    note(&p, "fetched now");
    p.fetches(14 * MINUTE);
    note(&p, "fetched 14 minutes ago");
    p.tried(MINUTE, 1, "Hello", Outcome::Rejected("550 no such user".into()));
    note(&p, "one failed");
    shot("mail_in_the_header", &all);
    let mut t = Tiny::full();
    t.run(
        NOW,
        Command::TicketNote(
            t.desk.view(|v| records::by_number(v, Kind::Ticket, 1)).unwrap().unwrap(),
            "x".into(),
        ),
    );
    let frame = Screen::open(&t.desk, t.dana, USUAL).text_of_frame();
    assert!(!frame.lines().next().unwrap().contains("mail"), "nothing without a mailbox: {frame}");
}

#[test]
fn mail_grows_old_by_the_minute_and_says_who_could_fetch() {
    let mut p = Post::new();
    p.fetches(20_000);
    let mut s = p.open(USUAL);
    s.expect("mail 1 m").wait(3 * MINUTE);
    // The lease has run out; that no one fetches is said once the mail is late.
    s.expect("mail 3 m").wait(4 * MINUTE).expect("no one fetches: dana could");
    let op = p.op();
    let mailbox = p.t.desk.view(|v| records::get::<Mailbox>(v, p.mailbox)).unwrap().unwrap();
    p.t.desk.note_contact(op, &mailbox, Ok(None), s.now).unwrap();
    s.wait(MINUTE).expect("mail 1 m");
    p.t.run(NOW, Command::MailboxPause(p.mailbox, true));
    s.keys("g r").expect("mail is paused");
    let next = frontdesk::tui::wake_at(&s.model).unwrap();
    assert_eq!(next % MINUTE, 0, "it wakes when the clock does");
}

#[test]
fn a_mailbox_is_paused_resumed_and_removed_from_the_list() {
    let mut p = Post::busy();
    p.fetches(20_000);
    for (name, size) in [("80x24", SMALL), ("120x40", USUAL)] {
        let mut s = p.open(size);
        shot(&format!("mailboxes_{name}"), &s.keys("8").styled_frame());
    }
    let mut s = p.open(USUAL);
    s.keys("8 p").expect("paused").keys("p").expect("resumed").keys("D").expect("removed");
    s.expect("No mailbox yet").keys("u").expect("support@desk.example");
}

#[test]
fn verbs_copy_as_command_lines() {
    let mut p = Post::new();
    p.reply(3_000, 1, "Soon.", |_| ());
    let mut s = p.open(USUAL);
    let number = s.keys("g x").model.outbox.current().unwrap().number;
    s.keys("p Y");
    assert_eq!(s.copied, [format!("frontdesk outbox hold M-{number}")]);
}

#[test]
fn spam_offers_to_block_its_sender_with_one_key_that_the_same_undo_takes_back() {
    let t = Tiny::full();
    let mut s = Screen::open(&t.desk, t.dana, USUAL);
    let blocked = |t: &Tiny| {
        let w = t.desk.view(|v| records::get::<Workspace>(v, Id::NIL)).unwrap().unwrap();
        w.blocked
    };
    let ticket = s.model.ticket_at_hand().unwrap().id;
    let is_spam = |t: &Tiny| t.desk.view(|v| records::get::<Ticket>(v, ticket)).unwrap().unwrap().spam;
    s.keys("!").expect("B block sender").expect("u undo");
    assert!(is_spam(&t) && blocked(&t).is_empty());
    assert_ne!(s.model.ticket_at_hand().map(|t| t.id), Some(ticket), "the list goes on");
    s.keys("B").expect("blocked");
    assert_eq!(blocked(&t).len(), 1, "the sender of the ticket that is spam, not of the next one");
    s.keys("u");
    assert!(is_spam(&t) && blocked(&t).is_empty());
    s.keys("u");
    assert!(!is_spam(&t));
    // Any other key ends the offer: then it is the ticket under the cursor.
    s.keys("! j B");
    let next = s.model.changes.len();
    assert!(next > 0 && blocked(&t).len() == 1);
    let hers = t.desk.view(|v| records::get::<Ticket>(v, ticket)).unwrap().unwrap();
    let sender = t.desk.view(|v| records::get::<Customer>(v, hers.requester)).unwrap().unwrap();
    assert_ne!(Some(blocked(&t)[0].as_str()), sender.email());
}
