//! What a frame visits is bounded by the screen, whatever a customer wrote: rows and graphemes are counted, not milliseconds
//! (`cargo run --release --example measure_frames` reports those).

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // tests may take the short way

use frontdesk::{desk::command::NewTicket, model::steps, tui::event::TuiEventKind};

mod support;

use support::{screen::Screen, tiny::Tiny};

const SIZE: (u16, u16) = (120, 40);
/// Steps of one frame for each row of the screen: a few texts, each cut at 8 KiB and cleaned up to nine times.
const STEPS_PER_ROW: u64 = 100_000;

/// Steps of one frame of each view for a record whose subject and body are as given.
fn frames(subject: &str, body: &str) -> Vec<(String, u64)> {
    let mut tiny = Tiny::begun();
    let requester = tiny.customer(9_000, &[("given", "Eve"), ("family", "Mallory")]);
    let new = NewTicket { requester, subject: subject.into(), body: body.into(), ..NewTicket::default() };
    tiny.ticket(8_000, new);
    let mut screen = Screen::open(&tiny.desk, tiny.dana, SIZE);
    let mut out = Vec::new();
    for view in ["1", "2", "2 Enter", "2 Enter G", "3", "3 Enter", "4", "2 b", "2 r"] {
        screen.keys("Esc Esc Esc").keys(view);
        let (_, steps) = steps::counted(|| screen.buffer());
        out.push((view.to_owned(), steps));
    }
    // A resize wraps the page again: that is bounded too.
    screen.keys("Esc Esc Esc 2 Enter");
    let (_, steps) = steps::counted(|| {
        screen.happened(TuiEventKind::Resize(100, 40));
        screen.buffer()
    });
    out.push(("resize".to_owned(), steps));
    out
}

fn check(
    name: &str,
    subject: impl Fn(usize) -> String,
    body: impl Fn(usize) -> String,
    sizes: (usize, usize),
) {
    let small = frames(&subject(sizes.0), &body(sizes.0));
    let large = frames(&subject(sizes.1), &body(sizes.1));
    for ((view, few), (_, many)) in small.into_iter().zip(large) {
        let most = match view.as_str() {
            // All rows of a message are wrapped in one go, up to their limit.
            "resize" => 60_000_000,
            _ => STEPS_PER_ROW * u64::from(SIZE.1),
        };
        assert!(many <= most, "{name} in {view}: {many} steps");
        assert!(many <= few * 2 + 10_000, "{name} in {view}: {few} steps, and {many} for a longer one");
    }
}

/// The longest texts; `FRONTDESK_FRAME_MB=45` for those of the fault reports.
fn megabytes() -> usize {
    std::env::var("FRONTDESK_FRAME_MB").ok().and_then(|v| v.parse().ok()).unwrap_or(4) * 1_000_000
}

#[test]
fn a_frame_with_a_subject_of_megabytes_visits_no_more_than_with_a_long_one() {
    check("subject", |n| "Subject ".repeat(n / 8), |_| "x".into(), (50_000, megabytes()));
}

#[test]
fn a_frame_with_one_line_of_megabytes_visits_no_more_than_with_a_long_one() {
    check("line", |_| "s".into(), |n| "word ".repeat(n / 5), (2_000_000, megabytes()));
}

#[test]
fn a_frame_with_thousands_of_combining_marks_visits_no_more_than_the_screen_has() {
    let marks = |n: usize| format!("e{}", "\u{301}".repeat(n));
    check("marks", marks, marks, (1_000_000, 2_000_000));
}

#[test]
fn a_frame_with_a_hundred_thousand_lines_visits_no_more_than_with_ten_thousand() {
    check("lines", |_| "s".into(), |n| "> line\nline\n".repeat(n / 2), (10_000, 100_000));
}
