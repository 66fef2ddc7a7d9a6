//! The signature and the quoted history.

use frontdesk::{
    desk::answering,
    model::{Id, Kind},
    tui::{
        model::{Basis, Below, Composer, ComposerKind, Pane},
        text::Text,
    },
};
use proptest::prelude::*;

use crate::post::{Post, written};

const QUOTE: &str = "On 2026-11-24 at 14:00, Gracie Allen wrote:\n> Still no luck.\n> Bob says hello.";

#[test]
fn what_follows_the_text_is_a_line_each_and_is_sent_exactly() {
    let p = Post::new();
    let mut s = p.screen();
    s.keys("r").text("We are at it.").expect("3 quoted lines · On 2026-11-24 at 14:00, Gracie Allen wrote:");
    s.expect("signature · Desk Help (+1)").expect("ctrl-x q shows");
    let shown = written(&s).whole_text();
    assert_eq!(shown, format!("We are at it.\n\n-- \nDesk Help\nMon to Fri\n\n{QUOTE}"));
    s.keys("Esc y");
    let m = p.ours(2);
    assert_eq!((m.body.as_str(), m.whole_text().as_ref()), ("We are at it.", shown.as_str()));
    assert_eq!(p.letter(&m).body.trim_end(), shown);
    // It is folded in the thread, too.
    s.keys("Enter G").expect("We are at it.").expect_not("> Still no luck.").expect("quoted lines");
}

#[test]
fn the_quote_is_edited_in_the_text_and_folds_again_where_it_was_not() {
    let p = Post::new();
    let mut s = p.screen();
    s.keys("r").text("Yes.").keys("ctrl-x q").expect("> Still no luck.").expect_not("quoted lines");
    s.keys("ctrl-x q").expect_not("> Still no luck.").expect("3 quoted lines");
    s.keys("ctrl-x q ctrl-x q Esc y");
    assert_eq!(p.ours(2).body, "Yes.");
    let mut s = p.screen_of(2, (120, 40));
    s.now += crate::post::MINUTE;
    s.keys("r").text("No.").keys("ctrl-x q").keys("Down Down Down Down Down Down Down Down End").text("!");
    s.keys("ctrl-x q").expect("it stays in the text");
    let shown = written(&s).whole_text();
    assert!(shown.contains("Bob says hello.!"), "{shown}");
    s.keys("Esc y");
    assert_eq!(p.ours(2).whole_text(), shown);
}

#[test]
fn quote_and_signature_are_left_out_and_a_draft_keeps_that() {
    let p = Post::new();
    let mut s = p.screen();
    s.keys("r")
        .text("Short.")
        .keys("ctrl-x n")
        .expect("The quoted text is left out.")
        .expect_not("quoted lines");
    s.keys("ctrl-x i").expect_not("signature · ").keys("Esc q");
    let mut s = p.screen_of(2, (120, 40));
    s.keys("r").expect("Short.").expect_not("quoted lines");
    s.keys("ctrl-x i").expect("signature · Desk Help").keys("Esc y");
    assert_eq!(p.ours(2).whole_text(), "Short.\n\n-- \nDesk Help\nMon to Fri");
}

#[test]
fn an_agent_s_own_signature_comes_before_the_mailbox_s() {
    let mut p = Post::new();
    let edit = frontdesk::desk::Edit::set("signature", "Dana Reyes");
    p.t.run(crate::support::tiny::NOW, frontdesk::desk::Command::Edit(Kind::Agent, p.t.dana, vec![edit]));
    let mut s = p.screen();
    s.keys("r").expect("signature · Dana Reyes").text("Hi").keys("Esc y");
    assert!(p.ours(2).whole_text().starts_with("Hi\n\n-- \nDana Reyes\n\nOn "));
}

#[test]
fn replies_from_elsewhere_have_the_same_quote_and_signature() {
    let mut p = Post::new();
    let reply = frontdesk::desk::command::NewReply {
        ticket: p.ticket(2),
        body: "We are at it.".into(),
        ..Default::default()
    };
    p.t.run(crate::support::tiny::NOW, frontdesk::desk::Command::TicketReply(Box::new(reply)));
    let whole = p.ours(2).whole_text().into_owned();
    assert_eq!(whole, format!("We are at it.\n\n-- \nDesk Help\nMon to Fri\n\n{QUOTE}"));
}

#[test]
fn a_cancelled_send_opens_with_the_same_that_followed_its_text() {
    let p = Post::new();
    let mut s = p.screen();
    s.keys("r").text("Wait.").keys("ctrl-x n Esc y").expect("held").keys("U").expect("Send cancelled");
    s.expect("Wait.").expect_not("quoted lines").expect("signature · Desk Help");
    assert_eq!(written(&s).subject.as_str(), "Re: Cannot log in since the update");
}

/// What may be done with what follows the text.
#[derive(Debug, Clone)]
enum Step {
    Type(String),
    Turn,
    Left,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof!["[a-zé \\n>-]{0,8}".prop_map(Step::Type), Just(Step::Turn), Just(Step::Left),]
}

proptest! {
    #[test]
    fn folding_and_unfolding_change_nothing_of_what_is_sent(
        body in "[a-z \\n]{0,30}",
        signature in "([A-Z][a-z]{0,6}(\\n[a-z]{1,5})?)?",
        history in "(On x, Ann wrote:\\n> a\\n> b)?",
        steps in proptest::collection::vec(step(), 0..20),
    ) {
        let mut c = Composer::new(Id([1; 16]), 1, ComposerKind::Reply, Pane::Queue);
        let below = answering::Below { signature, history };
        c.below = Below::usual(&below);
        c.basis = Basis { known: true, below, ..Basis::default() };
        c.body = Text::block(&body);
        let mut typed = body.clone();
        for step in steps {
            match step {
                Step::Type(text) => {
                    c.body.insert(&text);
                    typed.push_str(&text);
                }
                Step::Turn => {
                    let before = c.whole_text();
                    let _ = c.turn_below();
                    let after = c.whole_text();
                    prop_assert_eq!(after.trim_end(), before.trim_end());
                }
                Step::Left => {
                    let letters = |t: &str| t.chars().filter(|c| c.is_alphabetic()).count();
                    let before = letters(c.body.as_str());
                    let _ = c.turn_part(|b| &mut b.history);
                    prop_assert_eq!(letters(c.body.as_str()), before);
                }
            }
        }
        let count = |t: &str| t.chars().filter(|c| c.is_alphabetic()).count();
        prop_assert!(count(&c.whole_text()) >= count(&typed));
    }
}
