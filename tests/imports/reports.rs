//! Reports of mail that did not arrive, in mailboxes that are imported: they are decided on as those that arrive.

use frontdesk::{
    desk::read,
    exchange::receive::{self, Incoming},
    model::{Delivery, EventKind, Mailbox, TicketEvent},
};

use super::*;

pub const HELP: &str = "Help <help@desk.example>";
pub const ADA: &str = "Ada <ada@example.org>";

/// A mail of a day in September 2026.
pub fn mail(day: u32, (from, to): (&str, &str), id: &str, rest: &str) -> String {
    format!(
        "From x Tue Sep {day:02} 10:00:00 2026\nFrom: {from}\nTo: {to}\nSubject: Kettle\nDate: {day} Sep 2026 10:00:00 \
         +0000\nMessage-ID: <{id}@x.example>\n{rest}\n\n"
    )
}

/// The report that the answer to Ada did not arrive. It refers to nothing; the mail that it returns is named within.
pub fn report(day: u32, id: &str, of: &str) -> String {
    let parts = format!(
        "Return-Path: <>\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\nContent-Type: \
         text/plain\n\nIt did not arrive.\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; \
         x.example\n\nFinal-Recipient: rfc822; ada@example.org\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 \
         5.1.1 No such user\n\n--b\nContent-Type: text/rfc822-headers\n\nMessage-ID: <{of}@x.example>\n\n--b--"
    );
    mail(day, ("MAILER-DAEMON@x.example", "help@desk.example"), id, &parts)
}

pub fn question(day: u32) -> String {
    mail(day, (ADA, HELP), "q", "\nIt leaks.")
}

pub fn answer(day: u32) -> String {
    mail(day, (HELP, ADA), "a", "In-Reply-To: <q@x.example>\n\nWhich kettle?")
}

/// A desk that knows its own address.
pub fn desk() -> Bench {
    let mut b = Bench::new();
    let edit = Command::Edit(Kind::Workspace, Id::NIL, vec![Edit::set("address", "help@desk.example")]);
    b.ops += 1;
    b.desk.run(Request::new(Id([b.ops; 16]), b.owner, NOW, edit)).unwrap();
    b
}

/// Imports these mailboxes in one go.
pub fn options(files: &[String]) -> (tempfile::TempDir, Options) {
    let dir = tempfile::tempdir().unwrap();
    let paths = files.iter().enumerate().map(|(n, text)| {
        let path = dir.path().join(format!("{n}.mbox"));
        std::fs::write(&path, text).unwrap();
        path
    });
    let options = Options { files: paths.collect(), what: Some(ImportKind::Mail), ..Options::default() };
    (dir, options)
}

fn ada(b: &Bench) -> Customer {
    b.all::<Customer>().into_iter().find(|c| c.given == "Ada").unwrap()
}

fn told(b: &Bench, ticket: Id) -> Vec<TicketEvent> {
    let all = b.desk.view(|v| read::events(v, ticket)).unwrap();
    all.into_iter().filter(|e| e.kind == EventKind::Undelivered).collect()
}

#[test]
fn a_report_is_no_ticket_and_marks_the_address_and_the_message_wherever_it_stands() {
    // Before its answer in one file, in an earlier file than it, and after it.
    for files in [
        vec![format!("{}{}{}", report(3, "r", "a"), question(1), answer(2))],
        vec![format!("{}{}", report(3, "r", "a"), question(1)), answer(2)],
        vec![format!("{}{}{}", question(1), answer(2), report(3, "r", "a"))],
    ] {
        let mut b = desk();
        let before = b.records();
        let (_dir, options) = options(&files);
        let done = b.import(options.clone());
        assert_eq!((done.tally.read, done.tally.created), (3, 3), "{:?}", done.files);
        let tickets = b.all::<Ticket>();
        assert_eq!(tickets.len(), 1);
        let t = &tickets[0];
        assert_ne!(t.category.as_str(), "open", "history: it is not brought back");
        let c = ada(&b);
        assert_eq!(t.requester, c.id);
        assert!(c.emails[0].bounced && c.emails[0].bounce == "550 5.1.1 No such user", "{:?}", c.emails);
        let messages = b.all::<Message>();
        assert_eq!(messages.len(), 3);
        assert!(messages.iter().all(|m| m.ticket == t.id), "the report is with the message that it is about");
        let answer = messages.iter().find(|m| m.agent.is_some()).unwrap();
        assert_eq!(answer.delivery, Delivery::Failed);
        let told = told(&b, t.id);
        assert_eq!((told.len(), told[0].from.as_str()), (1, "ada@example.org: 550 5.1.1 No such user"));
        assert_eq!(t.timers.first_reply_at, None, "no one answered her");
        assert!(b.all::<Customer>().iter().all(|c| !c.display_name().contains("MAILER")));
        b.assert_clean();
        b.twice_and_back(&options, &before, &done);
    }
}

#[test]
fn a_thread_whose_last_answer_came_back_a_few_days_ago_waits_for_us() {
    let mut b = desk();
    let (_dir, options) = options(&[format!("{}{}{}", question(17), answer(18), report(19, "r", "a"))]);
    b.import(options);
    assert_eq!(b.all::<Ticket>()[0].category.as_str(), "open");
}

#[test]
fn an_address_that_wrote_after_the_report_is_not_marked() {
    let later = mail(5, (ADA, HELP), "again", "In-Reply-To: <a@x.example>\n\nIt still leaks.");
    let mut b = desk();
    let (_dir, options) = options(&[format!("{}{}{}{later}", question(1), answer(2), report(3, "r", "a"))]);
    b.import(options);
    assert!(!ada(&b).emails[0].bounced);
    b.assert_clean();
}

#[test]
fn a_report_about_nothing_that_is_known_is_kept_without_a_ticket() {
    let mut b = desk();
    let (_dir, options) = options(&[report(3, "r", "unknown")]);
    let done = b.import(options);
    assert_eq!((done.tally.created, b.all::<Ticket>().len(), b.all::<Customer>().len()), (1, 0, 0));
    let m = &b.all::<Message>()[0];
    assert!(m.problems.iter().any(|p| p.contains("names no message that we sent")), "{:?}", m.problems);
    b.assert_clean();
}

#[test]
fn a_report_that_was_kept_finds_the_answer_that_a_later_import_brings() {
    for (days, state) in [((1, 2, 3), "solved"), ((17, 18, 19), "open")] {
        let mut b = desk();
        let (_dir, kept) = options(&[report(days.2, "r", "a")]);
        b.import(kept.clone());
        assert_eq!((b.all::<Ticket>().len(), b.all::<Message>()[0].ticket), (0, Id::NIL));
        let mut before = b.records();
        before.retain(|(k, _), _| *k != Kind::ImportBatch);
        let (_dir, rest) = options(&[format!("{}{}", question(days.0), answer(days.1))]);
        let done = b.import(rest.clone());
        assert_eq!((done.tally.read, done.tally.created), (2, 2), "the report counts for no file");
        let t = b.all::<Ticket>().remove(0);
        assert_eq!((t.category.as_str(), told(&b, t.id).len()), (state, 1));
        let messages = b.all::<Message>();
        assert!(messages.len() == 3 && messages.iter().all(|m| m.ticket == t.id));
        assert!(messages.iter().all(|m| !m.problems.iter().any(|p| p.contains("without a ticket"))));
        assert_eq!(messages.iter().find(|m| m.agent.is_some()).unwrap().delivery, Delivery::Failed);
        assert!(ada(&b).emails[0].bounced);
        b.assert_clean();
        b.twice_and_back(&rest, &before, &done);
    }
}

#[test]
fn a_report_that_comes_in_an_import_after_its_answer_leaves_the_ticket_as_one_import_of_both_does() {
    for (days, state) in [((1, 2, 3), "solved"), ((17, 18, 19), "open")] {
        let mut b = desk();
        for text in [question(days.0), answer(days.1), report(days.2, "r", "a")] {
            let (_dir, one) = options(&[text]);
            b.import(one);
        }
        assert_eq!(b.all::<Ticket>()[0].category.as_str(), state);
        b.assert_clean();
    }
}

#[test]
fn a_report_that_arrives_about_an_imported_answer_brings_its_ticket_back() {
    let mut b = desk();
    let (_dir, options) = options(&[format!("{}{}", question(1), answer(2))]);
    b.import(options);
    assert_eq!(b.all::<Ticket>()[0].category.as_str(), "solved");
    let edits = vec![Edit::set("address", "help@desk.example"), Edit::set("receive", "deliver")];
    b.ops += 1;
    b.desk.run(Request::new(Id([b.ops; 16]), b.owner, NOW, Command::Create(Kind::Mailbox, edits))).unwrap();
    let mailbox = b.all::<Mailbox>().remove(0);
    for (op, n) in [(101, "r1"), (102, "r2")] {
        let now = NOW + i64::from(op) * 1000;
        let raw = report(22, n, "a").split_once('\n').unwrap().1.replace('\n', "\r\n").into_bytes();
        let mail = Incoming { raw, received_at: now, uid: None };
        receive::receive(&b.desk, Id([op; 16]), &mailbox, mail, now).unwrap();
        let t = b.all::<Ticket>().remove(0);
        assert_eq!((t.category.as_str(), told(&b, t.id).len()), ("open", 1), "it is said once");
    }
    assert!(ada(&b).emails[0].bounced);
    assert_eq!(b.all::<Ticket>().len(), 1);
    b.assert_clean();
}
