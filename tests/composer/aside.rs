//! Forwarding, and the side thread that comes of it.

use frontdesk::model::{Category, OutboxState, Visibility};

use crate::{
    post::{MINUTE, Post, written},
    support::tiny::NOW,
};

/// T-2 forwarded to Anna, who answers.
pub fn forwarded() -> Post {
    let mut p = Post::new();
    let mut s = p.screen();
    s.keys("F")
        .expect("FORWARD")
        .expect("the thread")
        .text("anna@locks.example")
        .keys("Tab Tab Tab Tab Tab Tab");
    s.text("Can you help here?").keys("Esc y").expect("held");
    let sent = p.ours(2);
    assert_eq!((sent.visibility.clone(), sent.side), (Visibility::Side, Some(sent.id)));
    let letter = p.letter(&sent);
    assert_eq!(letter.to[0].email, "anna@locks.example");
    assert!(letter.body.starts_with("Can you help here?"), "{}", letter.body);
    assert!(
        letter.body.contains("Still no luck.") && letter.subject.starts_with("Fwd: Cannot log in"),
        "{}",
        letter.body
    );
    p.receive(
        NOW + MINUTE,
        &format!(
            "From: Anna Lind <anna@locks.example>\nTo: help@desk.example\nSubject: Re: {}\nMessage-ID: <a1@locks.example>\n\
             In-Reply-To: <{}>\n\nChange the lock.\n",
            sent.subject, sent.message_id
        ),
    );
    p
}

#[test]
fn the_answer_to_a_forward_is_a_side_thread_and_no_answer_of_the_customer() {
    let p = forwarded();
    let answer = p.thread(2).pop().unwrap();
    let first = p.ours(2);
    assert_eq!((answer.visibility, answer.side), (Visibility::Side, Some(first.id)));
    let ticket: frontdesk::model::Ticket =
        p.t.desk.view(|v| frontdesk::store::records::get(v, p.ticket(2))).unwrap().unwrap();
    assert_eq!(ticket.category, Category::Open);
    let mut s = p.screen_of(2, (120, 40));
    s.now = NOW + 2 * MINUTE;
    s.keys("Enter G").expect("side thread with Anna Lind").expect("Change the lock.");
    // The customer's reply goes to the customer, and quotes the customer.
    s.keys("q r").expect("PUBLIC REPLY").expect("Gracie Allen").text("Hello").keys("Esc y");
    let m = p.ours(2);
    assert_eq!(m.to, ["gracie@burns.example"]);
    assert!(!m.whole_text().contains("Change the lock."), "{}", m.whole_text());
    assert!(!m.references.contains(&"a1@locks.example".to_owned()) && m.in_reply_to == ["g2@burns.example"]);
}

#[test]
fn a_reply_in_a_side_thread_goes_to_that_person_only() {
    let p = forwarded();
    let mut s = p.screen_of(2, (120, 40));
    s.now = NOW + 2 * MINUTE;
    s.keys("Enter G r").expect("SIDE THREAD").expect("Anna Lind reads this, not the customer");
    assert_eq!((written(&s).to.as_str(), written(&s).cc.as_str()), ("anna@locks.example", ""));
    s.text("Thank you.").keys("Esc y").expect("held");
    let m = p.ours(2);
    assert_eq!(
        (m.to.clone(), m.visibility.clone()),
        (vec!["anna@locks.example".to_owned()], Visibility::Side)
    );
    assert_eq!(m.in_reply_to, ["a1@locks.example"]);
    assert!(m.whole_text().contains("> Change the lock."), "{}", m.whole_text());
    assert!(p.letter(&m).subject.starts_with("Re: Fwd:"));
    // Cancelled, it opens in the side thread again.
    s.keys("U").expect("SIDE THREAD").expect("Thank you.");
    assert_eq!(written(&s).to.as_str(), "anna@locks.example");
}

#[test]
fn a_side_answer_by_the_ticket_s_number_alone_is_one_too() {
    let mut p = forwarded();
    p.receive(
        NOW + 2 * MINUTE,
        "From: anna@locks.example\nTo: help@desk.example\nSubject: one more thing [T-2]\nMessage-ID: <a2@locks.example>\n\nOil it.\n",
    );
    let last = p.thread(2).pop().unwrap();
    assert_eq!((last.body.trim_end(), last.visibility), ("Oil it.", Visibility::Side));
    // Someone the customer wrote to as well stays in the customer's thread.
    p.receive(
        NOW + 3 * MINUTE,
        "From: bob@burns.example\nTo: help@desk.example\nSubject: [T-2]\nMessage-ID: <b1@burns.example>\n\nMe too.\n",
    );
    assert_eq!(p.thread(2).pop().unwrap().visibility, Visibility::Public);
}

#[test]
fn a_forward_is_cancelled_as_a_forward() {
    let p = Post::new();
    let mut s = p.screen();
    s.keys("F")
        .text("anna@locks.example")
        .keys("ctrl-x l")
        .text("tomorrow 9am")
        .keys("Enter")
        .expect("forwarded to");
    let sent = p.ours(2);
    let out: frontdesk::model::Outbox =
        p.t.desk.view(|v| frontdesk::store::records::get(v, sent.id)).unwrap().unwrap();
    assert_eq!(out.state, OutboxState::Held);
    s.keys("U").expect("FORWARD");
    assert_eq!(written(&s).to.as_str(), "anna@locks.example");
}
