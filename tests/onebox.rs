//! One box for everything: anything typed as people say it finds its record, and Enter opens it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // tests may take the short way

mod support;

use frontdesk::{
    desk::{
        Command,
        command::{NewAgent, NewTicket},
        lookup, read,
    },
    model::{Id, Kind, Role},
    tui::{
        look::Appearance,
        model::{Layer, Showing},
    },
};
use support::{
    screen::Screen,
    tiny::{NOW, Tiny},
};

const DAY: i64 = 86_400_000;
const USUAL: (u16, u16) = (120, 40);

fn desk() -> (Tiny, Screen) {
    let t = Tiny::full();
    let s = Screen::open(&t.desk, t.dana, USUAL);
    (t, s)
}

/// The rows of the box: title, and kind with number.
fn rows(s: &Screen) -> Vec<(String, String)> {
    let Some(Layer::Picker(p)) = s.model.layers.last() else { panic!("no box:\n{}", s.text_of_frame()) };
    let choices = p.shown.iter().map(|m| &p.choices[m.at]);
    choices.map(|c| (c.title.clone(), c.tail.clone())).collect()
}

/// Types into a fresh box.
fn find<'s>(s: &'s mut Screen, text: &str) -> &'s mut Screen {
    s.keys("Esc Esc f").text(text)
}

fn ticket(t: &Tiny, number: &str) -> Id {
    t.desk.view(|v| Ok(read::resolve(v, Kind::Ticket, number).unwrap())).unwrap()
}

fn customer(t: &Tiny, email: &str) -> Id {
    t.desk.view(|v| read::customer_by_email(v, email)).unwrap().unwrap()
}

#[test]
fn every_number_as_it_is_spoken_comes_first_and_opens_its_page() {
    let (t, mut s) = desk();
    for typed in ["T-1", "t1", "t-1", " T-1 "] {
        find(&mut s, typed);
        assert_eq!(rows(&s)[0], ("Invoice PDF comes out blank".into(), "ticket T-1".into()), "{typed}");
        s.keys("Enter");
        assert_eq!(s.model.page.showing, Showing::Ticket(ticket(&t, "T-1")), "{typed}");
    }
    for typed in ["C-1", "c1"] {
        find(&mut s, typed);
        assert_eq!(rows(&s)[0].1, "customer C-1", "{typed}");
        s.keys("Enter");
        assert_eq!(s.model.page.showing, Showing::Customer(customer(&t, "grace@harbour.example")), "{typed}");
    }
    // A bare number is a ticket first, then whatever else has it.
    let kinds: Vec<String> = rows(find(&mut s, "#1")).iter().map(|r| r.1.clone()).take(5).collect();
    assert_eq!(kinds, ["ticket T-1", "customer C-1", "organisation G-1", "order O-1", "task K-1"]);
    // An order is read on its customer's page.
    find(&mut s, "o-1").keys("Enter").expect("O-1 order").expect("Berth, a month");
    assert_eq!(s.model.page.showing, Showing::Customer(customer(&t, "grace@harbour.example")));
    find(&mut s, "K-1").keys("Enter").expect("Call Grace about the winter rates");
    // A message is read on its ticket.
    find(&mut s, "M-1").keys("Enter");
    assert_eq!(s.model.page.showing, Showing::Ticket(ticket(&t, "T-1")));
}

#[test]
fn an_external_id_and_a_phone_find_their_customer() {
    let mut t = Tiny::full();
    t.customer(DAY, &[("name", "Shop Person"), ("external_id", "shop:9917"), ("phone", "(212) 555-1234")]);
    t.customer(DAY, &[("name", "Crm Person"), ("external_id", "crm:00Q-17/x")]);
    let mut s = Screen::open(&t.desk, t.dana, USUAL);
    for typed in ["9917", "#9917", "+12125551234", "212 555 1234"] {
        assert_eq!(rows(find(&mut s, typed))[0].0, "Shop Person", "{typed}");
    }
    assert_eq!(rows(find(&mut s, "00Q-17/x"))[0].0, "Crm Person");
    let found = t.desk.view(|v| lookup::exact(v, "991")).unwrap();
    assert!(found.is_empty(), "half an id names nothing: {found:?}");
}

#[test]
fn tickets_are_found_by_words_of_their_subjects_and_whose_they_are() {
    let (t, mut s) = desk();
    for typed in ["invoice", "blank", "invo", "pdf blank", "grace invoice", "INVOICE grace"] {
        let all = rows(find(&mut s, typed));
        let at = all.iter().position(|r| r.1 == "ticket T-1");
        assert!(at.is_some_and(|at| at < 3), "{typed}: {all:?}");
    }
    // Words of messages and names alone find no ticket here, but people.
    assert!(rows(find(&mut s, "grace")).iter().all(|r| !r.1.starts_with("ticket")));
    assert!(rows(find(&mut s, "firefox")).iter().all(|r| !r.1.starts_with("ticket")));
    assert_eq!(rows(find(&mut s, "注文"))[0].1, "ticket T-4");
    find(&mut s, "crane booked").keys("Enter");
    assert_eq!(s.model.page.showing, Showing::Ticket(ticket(&t, "T-6")));
}

#[test]
fn many_texts_are_not_all_read_for_the_subjects_that_are_shown() {
    let mut t = Tiny::full();
    let grace = customer(&t, "grace@harbour.example");
    for i in 0..60 {
        let subject = format!("Berth {i} is taken");
        t.ticket(DAY, NewTicket { requester: grace, subject, ..NewTicket::default() });
    }
    let found = t.desk.view(|v| lookup::subjects(v, "berth", 20)).unwrap();
    assert_eq!(found.len(), 20);
    assert!(found.iter().all(|(t, s)| t.subject.starts_with("Berth") && s.marks.len() == 1));
    // With a box full of people the tickets still stand where they are seen.
    for i in 0..60 {
        t.customer(DAY, &[("name", &format!("Berthold Person {i}"))]);
    }
    let mut s = Screen::open(&t.desk, t.dana, (80, 24));
    find(&mut s, "berth").expect("customer C-").expect("ticket T-");
}

#[test]
fn an_organisation_is_found_and_lists_its_people() {
    let (_t, mut s) = desk();
    find(&mut s, "harbour");
    assert_eq!(rows(&s)[0], ("Harbour Ltd".into(), "organisation G-1".into()));
    s.keys("Enter").expect("org=\"Harbour Ltd\"").expect("Grace Hopper").expect_not("Gracie Allen");
}

#[test]
fn an_empty_box_shows_what_was_last_in_hand() {
    let (t, mut s) = desk();
    s.keys("f");
    let all = rows(&s);
    assert!(all.iter().take(8).any(|r| r.1 == "ticket T-1"), "{all:?}");
    find(&mut s, "gracie").keys("Enter");
    find(&mut s, "mehmet").keys("Enter");
    find(&mut s, "ada king").keys("Enter f");
    let names: Vec<String> = rows(&s).into_iter().map(|r| r.0).take(2).collect();
    assert_eq!(names, ["Mehmet Gracık", "Gracie Allen"], "the latest first, without what is open now");
    // What another agent did is not mine.
    let sams = t.desk.view(|v| lookup::recent(v, t.sam, 50)).unwrap();
    assert!(sams.iter().all(|r| *r != (Kind::Ticket, ticket(&t, "T-3"))), "{sams:?}");
}

#[test]
fn what_matches_nothing_is_carried_into_the_form_of_a_new_customer() {
    let (_t, mut s) = desk();
    find(&mut s, "Zelda van Zandt").expect("New customer “Zelda van Zandt”");
    s.keys("Enter").expect("New customer").expect("Zelda van").expect("Zandt");
    s.keys("ctrl-s").expect("Zelda van Zandt");
    find(&mut s, "zoe@zed.example").keys("Enter").expect("zoe@zed.example");
    let Some(Layer::Form(f)) = s.model.layers.last() else { panic!() };
    assert_eq!((f.value("email"), f.value("given")), ("zoe@zed.example", ""));
    s.keys("Esc Esc Esc");
    find(&mut s, "+49 30 999888").keys("Enter");
    let Some(Layer::Form(f)) = s.model.layers.last() else { panic!() };
    assert_eq!((f.value("phone"), f.value("given")), ("+49 30 999888", ""));
}

#[test]
fn an_agent_who_cannot_add_customers_is_offered_none() {
    let mut t = Tiny::full();
    let rita = NewAgent { name: "Rita".into(), role: Role::ReadOnly, ..NewAgent::default() };
    let done = t.run(NOW - DAY, Command::AgentAdd(rita));
    let rita = done.created[0].1;
    let mut s = Screen::open(&t.desk, rita, USUAL);
    find(&mut s, "zzyzx").expect("No match.").expect_not("New customer");
}

#[test]
fn a_command_that_wants_a_customer_finds_customers_alone() {
    let (_t, mut s) = desk();
    s.keys("N t").expect("New ticket: which customer?").text("harbour");
    let found: Vec<String> = rows(&s).into_iter().map(|r| r.1).filter(|tail| !tail.is_empty()).collect();
    assert_eq!(found, ["C-1"]);
    s.keys("Esc N t").text("c-2");
    assert_eq!(rows(&s)[0].0, "Gracie Allen");
}

#[test]
fn kinds_are_told_in_words_in_ascii_too() {
    let t = Tiny::full();
    let mut s = Screen::with_look(&t.desk, t.dana, (80, 24), Appearance::shipped(false, false));
    s.keys("f").text("1").expect("ticket T-1").expect("customer C-1").expect("organisation G-1");
    s.keys("Esc f").text("not there").expect("New customer \"not there\"");
}

#[test]
fn e_on_a_customers_page_edits_that_customer() {
    let (t, mut s) = desk();
    // The newest entry of the history is of a ticket.
    s.keys("3 Enter e");
    let grace = customer(&t, "grace@harbour.example");
    let open = s.model.page.showing;
    let Showing::Customer(open) = open else { panic!("{open:?}") };
    let Some(Layer::Form(f)) = s.model.layers.last() else { panic!("no form:\n{}", s.text_of_frame()) };
    assert_eq!(f.seen.map(|(kind, id, _)| (kind, id)), Some((Kind::Customer, open)));
    s.keys("Esc Esc");
    find(&mut s, "c-1").keys("Enter j j e");
    let Some(Layer::Form(f)) = s.model.layers.last() else { panic!("no form:\n{}", s.text_of_frame()) };
    assert_eq!(f.seen.map(|(kind, id, _)| (kind, id)), Some((Kind::Customer, grace)));
}

#[test]
fn r_answers_the_ticket_that_is_marked_and_of_several_says_why_not() {
    let (_t, mut s) = desk();
    s.keys("2");
    s.keys("x j j r");
    let marked = s.model.composer.as_ref().map(|c| c.number);
    let first = s.model.all_tickets.rows()[0].number;
    assert_eq!(marked, Some(first), "the marked one, wherever the cursor stands");
    let (_t, mut s) = desk();
    s.keys("2 x j x j r").expect("A reply goes to one ticket, and 2 are selected.");
    assert!(s.model.composer.is_none());
    s.keys("n").expect("A note goes to one ticket, and 2 are selected.");
}

#[test]
fn from_is_a_field_of_tickets_as_the_prompt_says() {
    let (_t, mut s) = desk();
    s.keys("2 /").text("from:ada").keys("Enter");
    s.expect("Can the engine weave").expect_not("Invoice PDF").expect_not("Gift wrapping");
}

#[test]
fn the_palette_has_an_exact_title_first_even_where_it_cannot_be_run() {
    let (_t, mut s) = desk();
    s.keys("3 :").text("refund");
    let Some(Layer::Picker(p)) = s.model.layers.last() else { panic!() };
    let first = &p.choices[p.shown[0].at];
    assert_eq!(first.title, "Refund");
    assert!(first.disabled.is_some(), "it has its reason beside it");
}
