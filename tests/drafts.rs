//! What is typed is never lost: drafts of messages and forms, over the screen without threads and clocks.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // tests may take the short way

mod support;

use frontdesk::{
    desk::drafts::{Draft, DraftKind},
    store::StoreError,
    tui::{self, event::TuiEventKind},
};
use support::{screen::Screen, tiny::Tiny};

/// Another terminal of the same agent.
fn terminal(t: &Tiny, number: u8) -> Screen {
    let mut s = Screen::open(&t.desk, t.dana, (120, 40));
    s.terminal = number;
    s.now += i64::from(number) * 60_000;
    s
}

fn drafts(t: &Tiny) -> Vec<Draft> {
    t.desk.drafts(t.dana).unwrap()
}

#[test]
fn what_is_typed_is_saved_every_two_seconds() {
    let t = Tiny::full();
    let mut s = terminal(&t, 1);
    s.keys("r").text("Dear Gracie").wait(1_999);
    assert_eq!(drafts(&t), []);
    s.wait(1).expect("draft saved");
    assert_eq!(drafts(&t)[0].body, "Dear Gracie");
    s.text(", more").wait(2_000);
    assert_eq!(drafts(&t).iter().map(|d| d.body.as_str()).collect::<Vec<_>>(), ["Dear Gracie, more"]);
}

#[test]
fn a_saved_reply_survives_a_note_on_the_same_ticket() {
    let t = Tiny::full();
    let mut s = terminal(&t, 1);
    s.keys("r").text("A reply").keys("Esc q").expect("Draft kept");
    s.keys("n").expect("INTERNAL NOTE").expect_not("A reply").text("x").wait(2_000);
    s.keys("Backspace").wait(2_000).keys("Esc q");
    s.keys("n").text("A note").keys("Esc y");
    s.keys("r").expect("PUBLIC REPLY").expect("A reply");
    let left = drafts(&t);
    assert_eq!(
        left.iter().map(|d| (&d.kind, d.body.as_str())).collect::<Vec<_>>(),
        [(&DraftKind::Reply, "A reply")]
    );
}

#[test]
fn two_terminals_never_overwrite_each_others_draft_and_both_are_offered() {
    let t = Tiny::full();
    let mut one = terminal(&t, 1);
    let mut two = terminal(&t, 2);
    one.keys("r").text("The first text").wait(2_000);
    // What the first one saved opens here; it is replaced, and both are killed.
    two.keys("r").expect("The first text").keys("ctrl-u").text("The second text").wait(2_000);
    drop((one, two));
    let mut three = terminal(&t, 3);
    three.keys("r").expect("Which saved text?").expect("The first text").expect("The second text");
    // Esc begins a new one, and keeps both.
    three.keys("Esc").expect("PUBLIC REPLY").expect_not("The second text").text("A third").keys("Esc q");
    three.keys("r").expect("Which saved text?").expect("A third").text("first").keys("Enter");
    three.expect("The first text").expect_not("The second text").expect_not("Which saved text?");
    // Sent, it is gone; the others are still there.
    three.keys("Esc y").expect("held").keys("r").expect("Which saved text?");
    three.expect("The second text").expect("A third");
    assert!(drafts(&t).iter().all(|d| d.body != "The first text"), "{:?}", drafts(&t));
}

#[test]
fn a_discarded_reply_is_gone_and_a_note_stays() {
    let t = Tiny::full();
    terminal(&t, 1).keys("r").text("Saved before").keys("Esc q");
    let mut s = terminal(&t, 2);
    s.keys("r").expect("Saved before");
    let subject = drafts(&t)[0].subject;
    s.keys("Esc q").keys("n").text("Typed now").wait(2_000);
    s.keys("ctrl-x ctrl-o").expect("There is no other saved text here.");
    s.keys("Esc q r").text("!").keys("ctrl-x ctrl-d").expect("Discarded.");
    assert!(drafts(&t).iter().all(|d| d.kind == DraftKind::Note && d.subject == subject));
}

/// Forms, the keys that open them, and the keys that reach a line of them.
const FORMS: [(&str, &str); 8] = [
    ("New customer", "N c"),
    ("New organisation", "N g"),
    ("New ticket for", "N t Enter"),
    ("New task", "N k"),
    ("New order of", "N o"),
    ("Survey answer from", "N a Tab"),
    ("Log a contact with", "L Tab Tab"),
    ("Edit ticket", "e ctrl-u"),
];

#[test]
fn every_form_that_a_kill_closes_is_offered_again() {
    for (title, keys) in FORMS {
        let t = Tiny::full();
        let mut s = terminal(&t, 1);
        s.keys(keys).expect(title).text("typed and killed").wait(2_000).expect("draft saved");
        drop(s);
        let saved = drafts(&t);
        assert_eq!(saved.len(), 1, "{title}: {saved:?}");
        let mut s = terminal(&t, 2);
        let open = keys.trim_end_matches(" Tab").trim_end_matches(" Tab").trim_end_matches(" ctrl-u");
        s.keys(open).expect(title).expect("typed and killed");
        // Discarded, it is gone.
        s.keys("ctrl-x ctrl-d").expect("Discarded.").keys(open).expect(title).expect_not("typed and killed");
        assert_eq!(drafts(&t), [], "{title}");
        // Until it is restored.
        s.keys("Esc g u").expect("Restored").keys(open).expect(title).expect("typed and killed");
    }
}

#[test]
fn a_form_that_a_hang_up_closes_is_offered_again() {
    let t = Tiny::full();
    let mut s = terminal(&t, 1);
    s.keys("N c").text("Grace").keys("Tab").text("Murray");
    // The link ends before the two seconds are over.
    s.happened(TuiEventKind::End);
    assert!(tui::unsaved(&s.model).is_empty());
    drop(s);
    assert!(!drafts(&t)[0].open);
    let mut s = terminal(&t, 2);
    s.keys("N c").expect("Murray").keys("ctrl-s").expect("Grace Murray");
    assert_eq!(drafts(&t), [], "what became a record is no draft any more");
    s.keys("N c").expect("New customer");
    let tui::model::Layer::Form(form) = s.model.layers.last().unwrap() else { panic!() };
    assert!(!form.touched());
}

#[test]
fn an_edit_is_restored_over_what_stands_there_now_and_says_what_it_was_typed_over() {
    let t = Tiny::full();
    let mut s = terminal(&t, 1);
    s.keys("e").expect("Edit ticket").keys("ctrl-u").text("Mine").keys("Esc").expect("is kept");
    let saved = &drafts(&t)[0];
    assert_eq!(saved.fields["subject"], "Mine");
    assert!(!saved.was["subject"].is_empty());
    assert_eq!(saved.fields.len(), 1, "only what was changed: {saved:?}");
    let was = saved.was["subject"].clone();
    let mut s = terminal(&t, 2);
    s.keys("e").expect("Mine");
    let tui::model::Layer::Form(form) = s.model.layers.last().unwrap() else { panic!() };
    let subject = form.fields.iter().find(|f| f.name == "subject").unwrap();
    assert_eq!((subject.text.as_str(), &subject.before), ("Mine", &was));
}

#[test]
fn text_goes_to_the_editor_unchanged_and_is_saved_as_soon_as_it_is_back() {
    let t = Tiny::full();
    let odd = "tab\there \u{2764}\u{fe0f} \u{200f}bidi\u{202e} soft\u{ad}hyphen\n\nTo: not a header";
    let mut s = terminal(&t, 1);
    s.keys("n");
    s.happened(TuiEventKind::Paste(odd.to_owned(), 0));
    s.keys("ctrl-x ctrl-e");
    let sent = s.edited[0].clone();
    assert!(sent.ends_with(odd), "{sent:?}");
    assert_eq!(drafts(&t)[0].body, odd, "it is saved before the editor opens");
    let back = format!("{sent}\u{200f}\tend\n");
    s.happened(TuiEventKind::Edited(Ok((back, Some("exit status: 1".to_owned())))));
    s.expect("The editor ended with exit status: 1: what it saved is your draft.");
    let all = drafts(&t);
    assert_eq!((all.len(), all[0].body.as_str()), (1, format!("{odd}\u{200f}\tend\n").as_str()));
}

#[test]
fn drafts_about_a_merged_customer_are_offered_on_the_survivor() {
    use frontdesk::{
        desk::{Command, read},
        model::Kind,
    };
    let mut t = Tiny::full();
    let id = |t: &Tiny, email: &str| t.desk.view(|v| read::customer_by_email(v, email)).unwrap().unwrap();
    let (grace, gracie) = (id(&t, "grace@harbour.example"), id(&t, "gracie@burns.example"));
    // T-2 is Gracie's: a call of hers is begun, in two terminals.
    terminal(&t, 1).keys("L Tab Tab").text("She called twice").keys("Esc");
    let mut open = terminal(&t, 2);
    open.keys("L Tab Tab").text(" and again").wait(2_000);
    t.run(
        support::tiny::NOW,
        Command::Merge { kind: Kind::Customer, into: grace, from: gracie, take: Vec::new() },
    );
    // What is typed on after the merge follows, too.
    open.text(", this morning").wait(2_000);
    let all = drafts(&t);
    assert!(!all.is_empty() && all.iter().all(|d| d.subject == grace), "{all:?}");
    let mut s = terminal(&t, 3);
    s.keys("L").expect("Grace Hopper");
    s.expect("She called twice and again, this morning");
}

#[test]
fn what_cannot_be_sent_stays_a_draft() {
    let t = Tiny::full();
    let mut s = terminal(&t, 1);
    s.keys("r").text("Not lost").wait(2_000);
    let saved = drafts(&t);
    // Until the send is stored its draft stands; only then it goes.
    s.keys("Esc");
    let op = frontdesk::model::Id([7; 16]);
    let key = support::keys::key("y");
    let effects =
        tui::update(&mut s.model, tui::event::Event { now: s.now, op, what: TuiEventKind::Key(key) });
    assert!(!effects.iter().any(|e| matches!(e, tui::effect::Effect::Draft(..))), "{effects:?}");
    assert_eq!(drafts(&t), saved);
}

#[test]
fn leaving_asks_where_text_can_be_saved_nowhere() {
    let t = Tiny::full();
    let mut s = terminal(&t, 1);
    s.keys("r").text("On a full disk");
    // The store takes nothing; nor does the folder for such drafts.
    let leave = |s: &mut Screen, keys: &str| {
        for name in keys.split(' ') {
            let what = TuiEventKind::Key(support::keys::key(name));
            let op = frontdesk::model::Id::v7(s.now, [8; 10]);
            for effect in tui::update(&mut s.model, tui::event::Event { now: s.now, op, what }) {
                match effect {
                    tui::effect::Effect::Draft(_, change) => {
                        let failed = Err(StoreError::Full.into());
                        s.happened(TuiEventKind::Draft(change.done(), failed));
                    }
                    tui::effect::Effect::Quit(leave) => s.left = Some(leave),
                    _ => {}
                }
            }
        }
    };
    leave(&mut s, "Esc ctrl-q");
    assert!(s.left.is_none());
    s.expect("Your text cannot be saved. Quit and lose it?").keys("n").expect("On a full disk");
    leave(&mut s, "ctrl-q");
    // The store may still take it; after a second the agent is asked again.
    s.wait(1_000).expect("Quit and lose it?").keys("y");
    assert!(s.left.is_some());
}
