//! Every screen as it looks, over a small invented desk at a fixed time.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // tests may take the short way

mod support;

use frontdesk::tui::look::Look;
use support::{screen::Screen, tiny::Tiny};

/// A snapshot under a name.
fn shot(name: &str, frame: &str) {
    insta::with_settings!({omit_expression => true, prepend_module_to_snapshot => false}, {
        insta::assert_snapshot!(name, frame);
    });
}

/// A screen after some keys.
fn at(size: (u16, u16), keys: &str) -> Screen {
    let t = Tiny::full();
    let mut s = Screen::open(&t.desk, t.dana, size);
    s.keys(keys);
    s
}

const SMALL: (u16, u16) = (80, 24);
const USUAL: (u16, u16) = (120, 40);

/// The screen at both sizes.
fn both(name: &str, keys: &str) {
    shot(&format!("{name}_80x24"), &at(SMALL, keys).text_of_frame());
    shot(&format!("{name}_120x40"), &at(USUAL, keys).text_of_frame());
}

#[test]
fn the_desk() {
    shot("desk_120x40", &at(USUAL, "").styled_frame());
    shot("desk_80x24", &at(SMALL, "").styled_frame());
    shot("desk_95x55", &at((95, 55), "").text_of_frame());
    shot("desk_200x50", &at((200, 50), "").text_of_frame());
}

#[test]
fn the_desk_without_colour_and_in_ascii() {
    for (name, colour, unicode) in [("mono", false, true), ("ascii", true, false)] {
        let t = Tiny::full();
        let s = Screen::with_look(&t.desk, t.dana, USUAL, Look::shipped(colour, unicode));
        let frame = if unicode { s.styled_frame() } else { s.text_of_frame() };
        shot(&format!("desk_{name}"), &frame);
        if !unicode {
            // What people wrote keeps its letters; what we draw has none beyond ASCII.
            let signs: String = frame.chars().filter(|c| "─│┌┐└┘├┤┬┴┼▌▸…▁█·→✓".contains(*c)).collect();
            assert_eq!(signs, "");
        }
    }
}

#[test]
fn a_ticket_being_read() {
    both("ticket", "Enter");
}

#[test]
fn a_ticket_being_read_with_its_quotes() {
    shot("ticket_unfolded_80x24", &at(SMALL, "Enter G Enter").text_of_frame());
}

#[test]
fn a_customer_being_read() {
    shot("customer_120x40", &at(USUAL, "3 Enter").text_of_frame());
    shot("customer_80x24", &at(SMALL, "3 Enter").text_of_frame());
    shot("customer_on_the_desk_120x40", &at(USUAL, "Tab").text_of_frame());
}

#[test]
fn the_workspaces() {
    for (name, key) in [("tickets", "2"), ("customers", "3"), ("tasks", "4"), ("insight", "5")] {
        both(name, key);
    }
}

#[test]
fn zoomed() {
    shot("zoomed_120x40", &at(USUAL, "z").text_of_frame());
}

#[test]
fn writing() {
    both("reply", "r H e l l o");
    shot("note_80x24", &at(SMALL, "n H m Esc").text_of_frame());
}

#[test]
fn over_the_panes() {
    both("palette", ": w a i t");
    both("find", "f g r a c");
    both("keys", "?");
    both("assign", "a");
    both("tags", "t");
    both("sort", "S");
    both("blame", "b");
    both("wait", "w i n Space 2 h");
    both("filter", "/ e x p");
    both("which", "P");
    both("new_ticket", "3 N t");
    both("edit_customer", "3 e");
    both("log", "3 L");
    both("order", "Enter b Esc");
}

#[test]
fn selecting() {
    shot("selected_120x40", &at(USUAL, "x x").text_of_frame());
}

#[test]
fn after_a_verb() {
    shot("done_120x40", &at(USUAL, "d").text_of_frame());
    shot("undone_120x40", &at(USUAL, "d u").text_of_frame());
    shot("held_120x40", &at(USUAL, "r O k Esc y").text_of_frame());
}

#[test]
fn the_first_five_minutes() {
    let t = Tiny::empty();
    for (name, size) in [("80x24", SMALL), ("120x40", USUAL)] {
        let s = Screen::open(&t.desk, frontdesk::model::Id::NIL, size);
        shot(&format!("first_{name}"), &s.text_of_frame());
    }
    let t = Tiny::begun();
    for (name, size) in [("80x24", SMALL), ("120x40", USUAL)] {
        let s = Screen::open(&t.desk, t.dana, size);
        shot(&format!("empty_{name}"), &s.text_of_frame());
    }
}

#[test]
fn tiny_and_huge_windows_are_drawn_without_a_fault() {
    let t = Tiny::full();
    for keys in ["", "Enter", "r a b", ":", "f", "?", "3 e", "5", "w", "P", "2 /"] {
        for size in
            [(1, 1), (2, 1), (1, 5), (3, 3), (10, 4), (20, 8), (39, 12), (60, 34), (110, 30), (500, 200)]
        {
            let mut s = Screen::open(&t.desk, t.dana, size);
            s.keys(keys);
            assert_eq!(s.buffer().area.as_size(), size.into());
        }
    }
}
