//! The composer as it looks.

use frontdesk::tui::look::Appearance;

use crate::{
    post::{MINUTE, Post},
    support::{screen::Screen, tiny::NOW},
};

const SMALL: (u16, u16) = (80, 24);
const USUAL: (u16, u16) = (120, 40);

fn shot(name: &str, frame: &str) {
    insta::with_settings!({omit_expression => true, prepend_module_to_snapshot => false, snapshot_path => "../snapshots"}, {
        insta::assert_snapshot!(name, frame);
    });
}

/// Both sizes, after some keys, a text, and more keys.
fn both(p: &Post, name: &str, keys: &str, text: &str, after: &str) {
    for (size, suffix) in [(SMALL, "80x24"), (USUAL, "120x40")] {
        let mut s = p.screen_of(1, size);
        s.now = NOW + 2 * MINUTE;
        s.keys(keys).text(text).keys(after);
        shot(&format!("composer_{name}_{suffix}"), &s.text_of_frame());
    }
}

#[test]
fn a_reply_with_all_that_goes_with_it() {
    let mut p = Post::new();
    p.edit_gracie("language", "de");
    p.edit_gracie("preferred_channel", "phone");
    both(&p, "reply", "r", "We are at it.", "");
    both(&p, "fields", "r ctrl-x r", ", gra", "Down");
    both(&p, "quote", "r", "We are at it.", "ctrl-x q");
    both(&p, "later", "r", "We are at it.", "ctrl-x l n e x t Space m o n");
    both(&p, "more", "r", "We are at it.", "ctrl-x");
    both(&p, "forward", "F", "anna@locks.example", "");
}

#[test]
fn without_colour_and_in_ascii() {
    let p = Post::new();
    for (name, colour, unicode) in [("mono", false, true), ("ascii", true, false)] {
        let mut s = Screen::with_look(&p.t.desk, p.t.dana, USUAL, Appearance::shipped(colour, unicode));
        s.keys("r").text("We are at it.");
        let frame = if unicode { s.styled_frame() } else { s.text_of_frame() };
        shot(&format!("composer_{name}"), &frame);
    }
}

#[test]
fn a_side_thread_stands_apart() {
    let p = crate::aside::forwarded();
    both(&p, "side", "Enter G r", "Thank you.", "");
}

#[test]
fn it_is_drawn_without_a_fault_at_any_size() {
    let p = crate::aside::forwarded();
    for keys in ["r", "r ctrl-x r g r", "r ctrl-x q", "F", "r ctrl-x l", "r ctrl-x a", "Enter G r"] {
        for size in
            [(1, 1), (2, 1), (1, 5), (3, 3), (10, 4), (20, 8), (39, 12), (60, 34), (110, 30), (300, 100)]
        {
            let mut s = p.screen_of(2, size);
            s.keys(keys);
            assert_eq!(s.buffer().area.as_size(), size.into());
        }
    }
}

#[test]
fn a_note_is_added_and_never_sent_by_its_words() {
    let p = Post::new();
    let mut s = p.screen_of(1, USUAL);
    s.keys("n Esc").expect("i writes, y adds the note, q keeps it for later");
    s.keys("i").text("Hm").keys("Esc").expect("y add note").expect("d add, done").expect("w add, wait");
    assert!(!s.text_of_frame().contains("send"), "{}", s.text_of_frame());
    s.keys(":").text("add note").expect("Adds the note to the ticket, for the team alone.");
    let mut s = p.screen_of(1, USUAL);
    s.keys("r").text("Hello").keys("Esc").expect("y send").expect("d send, done");
}
