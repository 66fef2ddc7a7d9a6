//! The recipients of a message.

use crate::{
    post::{MINUTE, Post, written},
    support::tiny::NOW,
};
use frontdesk::model::{Id, Kind};

#[test]
fn everyone_who_had_the_message_is_offered_in_one_line_and_never_we() {
    let p = Post::new();
    let mut s = p.screen();
    s.keys("r").expect("To      Gracie Allen <gracie@burns.example> · Cc 2 more").expect_not("Subject Re");
    assert_eq!(written(&s).to.as_str(), "gracie@burns.example");
    assert_eq!(written(&s).cc.as_str(), "bob@burns.example, \"Hopper, Grace\" <grace@harbour.example>");
    s.keys("ctrl-x r").expect("Bcc").expect("bob@burns.example").expect("Subject");
    s.keys("ctrl-x r").expect_not("Subject Re").text("Hello").keys("Esc y");
    let m = p.ours(2);
    assert_eq!(m.to, ["gracie@burns.example"]);
    assert_eq!(m.cc, ["bob@burns.example", "\"Hopper, Grace\" <grace@harbour.example>"]);
    let cc: Vec<String> = p.letter(&m).cc.into_iter().map(|a| a.email).collect();
    assert_eq!(cc, ["bob@burns.example", "grace@harbour.example"]);
}

#[test]
fn no_address_of_ours_is_offered_whichever_list_it_is_in() {
    let mut p = Post::new();
    let own = vec![frontdesk::desk::Edit::set("own_address", "old-help@desk.example")];
    p.t.run(NOW - MINUTE, frontdesk::desk::Command::Edit(Kind::Workspace, Id::NIL, own));
    p.edit_mailbox("alias", "support@desk.example");
    p.receive(
        NOW - MINUTE,
        "From: Gracie Allen <gracie@burns.example>\n\
         To: old-help@desk.example, support@desk.example, help+T-2@desk.example, gracie+home@burns.example\n\
         Subject: [T-2]\nMessage-ID: <g4@burns.example>\nIn-Reply-To: <g2@burns.example>\n\nOnce more.\n",
    );
    let mut s = p.screen();
    s.keys("r");
    assert_eq!(written(&s).to.as_str(), "gracie@burns.example");
    assert_eq!(written(&s).cc.as_str(), "gracie+home@burns.example");
}

#[test]
fn a_reply_goes_to_reply_to_where_there_is_one() {
    let mut p = Post::new();
    p.receive(
        NOW - MINUTE,
        "From: Gracie Allen <gracie@burns.example>\nReply-To: office@burns.example\nTo: help@desk.example\n\
         Subject: [T-2]\nMessage-ID: <g3@burns.example>\nIn-Reply-To: <g2@burns.example>\n\nPlease use the office.\n",
    );
    let mut s = p.screen();
    s.keys("r");
    assert_eq!((written(&s).to.as_str(), written(&s).cc.as_str()), ("office@burns.example", ""));
    // So it does from the shell, which names no one.
    let reply = frontdesk::desk::command::NewReply {
        ticket: p.ticket(2),
        body: "Hello".into(),
        ..Default::default()
    };
    p.t.run(NOW, frontdesk::desk::Command::TicketReply(Box::new(reply)));
    assert_eq!(p.ours(2).to, ["office@burns.example"]);
}

#[test]
fn the_command_line_that_is_copied_sends_to_the_same_people() {
    let p = Post::new();
    let mut s = p.screen();
    s.keys("r").text("Hello").keys("Esc y").keys("Y");
    assert_eq!(
        s.copied,
        ["frontdesk ticket reply T-2 --to gracie@burns.example --cc bob@burns.example \
          --cc '\"Hopper, Grace\" <grace@harbour.example>' --body Hello"]
    );
}

#[test]
fn addresses_are_completed_from_customers() {
    let p = Post::new();
    let mut s = p.screen();
    s.keys("r ctrl-x r Tab").text(", mehm").expect("mehmet@ege.example");
    s.keys("Down Enter").expect_not("Mehmet Gracık  mehmet");
    assert!(
        written(&s).cc.as_str().ends_with("Mehmet Gracık <mehmet@ege.example>, "),
        "{:?}",
        written(&s).cc
    );
    // Who is in a field already is not offered again.
    s.text("gracie@b");
    assert!(written(&s).offers.all.iter().all(|a| a.email != "gracie@burns.example"));
    s.keys("ctrl-u")
        .text("himar")
        .expect("himari@mame.example")
        .keys("Esc")
        .expect_not("himari@mame.example");
    // Esc leaves typing at the same time, so that the next letter is never part of an address.
    assert!(!written(&s).typing);
}

#[test]
fn a_bad_address_is_named_at_its_field_and_nothing_is_sent() {
    let p = Post::new();
    let mut s = p.screen();
    s.keys("r").text("Hello").keys("ctrl-x r").text(", grace@");
    // While it is typed nothing is wrong with it.
    s.expect_not("no address").keys("Tab").expect("no address: grace@");
    s.keys("ctrl-x r Esc y").expect("“grace@” is no e-mail address.");
    assert!(p.thread(2).iter().all(|m| m.agent.is_none()));
    assert_eq!(written(&s).body.as_str(), "Hello");
    s.keys("ctrl-w Esc y").expect("held");
    assert_eq!(p.ours(2).to, ["gracie@burns.example"]);
}

#[test]
fn the_reader_s_language_and_channel_are_shown_and_respected() {
    let mut p = Post::new();
    p.edit_gracie("language", "de");
    p.edit_gracie("preferred_channel", "phone");
    let mut s = p.screen();
    s.keys("r").expect("German").expect("prefers phone");
    s.text("Hallo").keys("Esc y");
    let whole = p.ours(2).whole_text().into_owned();
    assert!(whole.contains("Am 24.11.2026 um 14:00 schrieb Gracie Allen:"), "{whole}");
}
