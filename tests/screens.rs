//! Every screen as it looks, over a small invented desk at a fixed time.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // tests may take the short way

mod support;

use frontdesk::tui::look::Appearance;
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
        let s = Screen::with_look(&t.desk, t.dana, USUAL, Appearance::shipped(colour, unicode));
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

/// The screens that are compared in every size and look, and the keys that lead there.
const EVERYWHERE: [(&str, &str); 12] = [
    ("desk", ""),
    ("ticket", "Enter"),
    ("reply", "r"),
    ("tickets", "2"),
    ("customer", "3 Enter"),
    ("tasks", "4"),
    ("insight", "5"),
    ("find", "f g r a"),
    ("new_customer", "N c"),
    ("palette", ": i m p"),
    ("keys", "?"),
    ("wait", "w"),
];

#[test]
fn every_screen_in_every_size_and_look() {
    for (name, keys) in EVERYWHERE {
        for size in [SMALL, (95, 55), USUAL, (200, 50)] {
            let t = Tiny::full();
            let frame = |colour, unicode| {
                let mut s = Screen::with_look(&t.desk, t.dana, size, Appearance::shipped(colour, unicode));
                s.keys(keys);
                s.text_of_frame()
            };
            let (dark, mono, ascii) = (frame(true, true), frame(false, true), frame(true, false));
            let differ: Vec<&str> =
                mono.lines().zip(dark.lines()).filter(|(m, d)| m != d).map(|(m, _)| m).collect();
            let all = format!(
                "{dark}\nwithout colour, where it differs:\n{}\n\nASCII:\n{ascii}",
                differ.join("\n")
            );
            shot(&format!("looks_{name}_{}x{}", size.0, size.1), &all);
        }
    }
}

#[test]
fn no_line_of_the_list_of_keys_is_cut() {
    let mut s = at(SMALL, "?");
    let mut seen = String::new();
    for _ in 0..60 {
        for row in s.text_of_frame().lines() {
            let mut parts = row.split('│');
            if let (Some(_), Some(line), Some(_)) = (parts.next(), parts.next(), parts.next()) {
                assert!(!line.contains('…'), "{line}");
                seen.push_str(line);
                seen.push('\n');
            }
        }
        s.keys("ctrl-d");
    }
    for what in ["Status of a ticket in narrow lists", "new, open, pending, on hold", "magenta"] {
        assert!(seen.contains(what), "{what} is not there:\n{seen}");
    }
}

#[test]
fn a_ticket_that_was_answered_is_not_new_to_who_answered_it() {
    let t = Tiny::full();
    let mut s = Screen::open(&t.desk, t.dana, USUAL);
    s.keys("2").expect("▌•  -0:12 Gracie Allen");
    s.keys("r").text("Try it again, please.").keys("Esc y").wait(60_000);
    let mut later = Screen::open(&t.desk, t.dana, USUAL);
    later.now = s.now;
    let frame = later.keys("2").text_of_frame();
    let row = frame.lines().find(|l| l.contains("Cannot log in since the update  ")).unwrap();
    assert!(!row.contains('•'), "{row}");
}
