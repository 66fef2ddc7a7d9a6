//! Pastes from terminals that do not mark them, and keys that arrive in one packet with Esc: text stays text, and nothing
//! in it runs as a command.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // tests may take the short way

mod support;

use crossterm::event::Event as Heard;
use frontdesk::{
    model::{Ticket, steps},
    store::records,
    term::decode::{Decoder, Input},
    tui::{
        self,
        effect::Effect,
        event::{Event, TuiEventKind},
        model::{ComposerField, Input as Field, Layer},
    },
};
use proptest::prelude::*;
use support::{keys::key, screen::Screen, tiny::Tiny};

/// What a terminal gives in one read at most.
const READ: usize = 4_095;

/// Sends bytes to a screen as a terminal would, in reads, and then falls silent.
fn send(screen: &mut Screen, bytes: &[u8]) {
    let (mut decoder, mut inputs) = (Decoder::new(), Vec::new());
    bytes.chunks(READ).for_each(|read| decoder.feed(read, &mut inputs));
    decoder.flush(&mut inputs);
    for input in inputs {
        screen.happened(match input {
            Input::Event(Heard::Key(key)) => TuiEventKind::Key(key),
            Input::Event(Heard::Paste(text)) => TuiEventKind::Paste(text, 0),
            Input::Burst(text) => TuiEventKind::Burst(text),
            other => panic!("{other:?}"),
        });
    }
}

fn marked(text: &str) -> Vec<u8> {
    format!("\x1b[200~{text}\x1b[201~").into_bytes()
}

fn writing(tiny: &Tiny) -> Screen {
    let mut screen = Screen::open(&tiny.desk, tiny.dana, (120, 40));
    screen.keys("2 r");
    assert!(screen.model.composer.is_some());
    screen
}

fn body(screen: &Screen) -> String {
    screen.model.composer.as_ref().unwrap().body.as_str().to_owned()
}

fn tickets(tiny: &Tiny) -> Vec<Ticket> {
    let mut all = Vec::new();
    let each = |v: &dyn frontdesk::store::View| {
        records::each(v, |t| {
            all.push(t);
            true
        })
    };
    tiny.desk.view(each).unwrap();
    all
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn a_paste_without_marks_is_the_same_text_as_one_with_marks(text in "[a-zA-Z ,.?:0-9\t\nqydwUé界]{64,6000}") {
        let tiny = Tiny::full();
        let before = tickets(&tiny);
        let mut with = writing(&tiny);
        send(&mut with, &marked(&text));
        let mut without = writing(&tiny);
        send(&mut without, text.as_bytes());
        prop_assert_eq!(body(&with), body(&without));
        prop_assert!(body(&without).contains(&text));
        let composer = without.model.composer.as_ref().unwrap();
        prop_assert_eq!(composer.field, ComposerField::Body);
        prop_assert!(without.model.layers.is_empty());
        prop_assert_eq!(tickets(&tiny), before);
    }
}

#[test]
fn a_paste_without_marks_takes_steps_in_proportion_to_its_length() {
    let took = |n: usize| {
        let tiny = Tiny::full();
        let mut screen = writing(&tiny);
        let text = "Line of a log\twith tabs\n".repeat(n / 24);
        let (_, steps) = steps::counted(|| send(&mut screen, text.as_bytes()));
        assert_eq!(body(&screen), text);
        steps
    };
    let (once, twice) = (took(20_000), took(40_000));
    assert!(twice <= once * 5 / 2, "{once} steps for 20 kB, {twice} for 40 kB");
    assert!(once < 20_000 * 10, "{once} steps for 20 kB");
}

#[test]
fn a_large_paste_into_a_form_stays_in_its_field() {
    let tiny = Tiny::full();
    let mut screen = Screen::open(&tiny.desk, tiny.dana, (120, 40));
    screen.keys("3 N c");
    send(&mut screen, "Ada\tLovelace\nsecond line ".repeat(800).as_bytes());
    let Some(Layer::Form(form)) = screen.model.layers.last() else { panic!("the form is still open") };
    assert_eq!(form.at, 0);
    assert!(form.fields[0].text.as_str().starts_with("Ada\tLovelace second line Ada"));
    assert!(
        form.fields.iter().skip(1).filter(|f| !matches!(f.input, Field::OneOf(_))).all(|f| f.text.is_empty())
    );
}

#[test]
fn a_large_paste_into_the_filter_line_stays_there() {
    let tiny = Tiny::full();
    let mut screen = Screen::open(&tiny.desk, tiny.dana, (120, 40));
    screen.keys("3 /");
    send(&mut screen, "ada q d y\tU\n".repeat(100).as_bytes());
    let Some(Layer::Prompt(prompt)) = screen.model.layers.last() else {
        panic!("the filter line is still open")
    };
    assert!(prompt.input.as_str().starts_with("ada q d y\tU ada"));
}

#[test]
fn a_paste_where_nothing_is_typed_runs_nothing_but_a_held_key_goes_on() {
    let tiny = Tiny::full();
    let before = tickets(&tiny);
    let mut screen = Screen::open(&tiny.desk, tiny.dana, (120, 40));
    screen.keys("2");
    let at = screen.model.all_tickets.cursor();
    send(&mut screen, "d e w q y U x ".repeat(20).as_bytes());
    assert_eq!(tickets(&tiny), before);
    assert!(screen.model.layers.is_empty() && screen.model.composer.is_none());
    send(&mut screen, "j".repeat(70).as_bytes());
    assert_ne!(screen.model.all_tickets.cursor(), at, "a key held down on a slow line");
}

#[test]
fn esc_and_a_letter_in_one_packet_do_what_they_do_apart() {
    for (bytes, sent) in [(b"\x1by", true), (b"\x1bd", true), (b"\x1bw", true), (b"\x1bq", false)] {
        let tiny = Tiny::full();
        let mut screen = writing(&tiny);
        screen.text("Thanks");
        send(&mut screen, bytes);
        assert!(screen.model.composer.is_none(), "{}", bytes.escape_ascii());
        assert_eq!(screen.model.held.len(), usize::from(sent), "{}", bytes.escape_ascii());
    }
}

#[test]
fn what_is_typed_after_a_late_take_back_is_text() {
    let tiny = Tiny::full();
    let mut screen = writing(&tiny);
    screen.text("Thanks").keys("alt-y");
    let until = screen.model.held[0].until;
    screen.wait(until - screen.now + 1_000);
    assert!(screen.model.held.is_empty());
    let before = tickets(&tiny);
    screen.keys("U").text("dear all, d e w q");
    assert_eq!(tickets(&tiny), before);
    assert_eq!(body(&screen), "dear all, d e w q");
}

#[test]
fn what_is_typed_while_a_send_is_taken_back_is_in_the_message_that_opens() {
    let tiny = Tiny::full();
    let mut screen = writing(&tiny);
    screen.text("Thanks").keys("alt-y");
    let event = |n: u8, what| Event { now: screen.now, op: frontdesk::model::Id([n; 16]), what };
    let first = event(201, TuiEventKind::Key(key("U")));
    let (second, third) = (event(202, TuiEventKind::Key(key("d"))), event(203, TuiEventKind::Key(key("q"))));
    let mut effects = tui::update(&mut screen.model, first);
    assert!(tui::update(&mut screen.model, second).is_empty());
    assert!(tui::update(&mut screen.model, third).is_empty());
    let run = effects.iter().position(|e| matches!(e, Effect::Run(..))).unwrap();
    let Effect::Run(request, then) = effects.remove(run) else { panic!() };
    let op = request.op;
    let done = screen.desk.run(*request);
    screen.happened(TuiEventKind::Ran(op, Box::new(then), Box::new(done)));
    assert_eq!(body(&screen), "Thanksdq");
}
