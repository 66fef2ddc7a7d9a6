//! Sending at a chosen time.

use frontdesk::model::{Outbox, OutboxState};
use frontdesk::store::records;

use crate::post::{Post, written};

#[test]
fn a_reply_leaves_at_a_chosen_time_and_can_be_cancelled_until_then() {
    let p = Post::new();
    let mut s = p.screen();
    s.keys("r").text("Good morning.").keys("ctrl-x l").expect("Send later").text("tomorrow 9am");
    s.expect("leaves Wed 09:00").keys("Enter").expect("to be sent Wed 09:00").keys("Enter G");
    s.expect("leaves Wed 09:00");
    let m = p.ours(2);
    let out: Outbox = p.t.desk.view(|v| records::get(v, m.id)).unwrap().unwrap();
    assert_eq!(out.state, OutboxState::Held);
    // Long after, and from another session, it is cancelled on its ticket.
    drop(s);
    let mut s = p.screen_of(2, (120, 40));
    s.wait(60_000).keys("U").expect("Send cancelled").expect("Good morning.");
    assert_eq!(written(&s).to.as_str(), "gracie@burns.example");
    let left = p.thread(2).into_iter().filter(|m| m.agent.is_some());
    let states: Vec<OutboxState> =
        left.map(|m| p.t.desk.view(|v| records::get::<Outbox>(v, m.id)).unwrap().unwrap().state).collect();
    assert_eq!(states, [OutboxState::Cancelled]);
    // What never left is nothing that the next one answers.
    s.keys("Esc y").expect("held");
    assert_eq!(p.ours(2).in_reply_to, ["g2@burns.example"]);
}

#[test]
fn the_time_is_the_customer_s_own_where_asked_for() {
    let mut p = Post::new();
    let mut s = p.screen();
    s.keys("r")
        .text("Ohayo.")
        .keys("ctrl-x l")
        .text("tomorrow 9am their time")
        .expect("time zone is not known");
    drop(s);
    p.edit_gracie("zone", "Asia/Tokyo");
    let mut s = p.screen_of(2, (120, 40));
    s.keys("r").text("Ohayo.").keys("ctrl-x l").text("tomorrow 9am their time");
    s.expect("leaves Wed 01:00 here, Wed 09:00 for Gracie Allen")
        .keys("Enter")
        .expect("to be sent Wed 01:00");
}

#[test]
fn a_time_that_has_passed_is_said_and_the_text_stays() {
    let p = Post::new();
    let mut s = p.screen();
    s.keys("r").text("Late.").keys("ctrl-x l").text("yesterday 9am").keys("Enter Esc");
    assert_eq!(written(&s).body.as_str(), "Late.");
    assert!(p.thread(2).iter().all(|m| m.agent.is_none()));
}
