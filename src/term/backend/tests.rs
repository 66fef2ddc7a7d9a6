use proptest::prelude::*;
use ratatui::{
    Terminal,
    buffer::Buffer,
    layout::Rect,
    style::{Color, Modifier, Style},
};

use super::*;
use crate::term::safe::{Safe, corpus};

const COLUMNS: u16 = 40;
const ROWS: u16 = 8;

fn caps(colours: Colours) -> Capabilities {
    Capabilities { colours, ..Capabilities::default() }
}

fn terminal(columns: u16, rows: u16) -> Terminal<ByteBackend> {
    Terminal::new(ByteBackend::new(Size::new(columns, rows), caps(Colours::Truecolor))).unwrap()
}

fn screen(columns: u16, rows: u16) -> vt100::Parser {
    let nonzero = |n| std::num::NonZeroU16::new(n).unwrap();
    vt100::Parser::new(nonzero(rows), nonzero(columns), 0)
}

fn frame(terminal: &mut Terminal<ByteBackend>, paint: impl Fn(&mut Buffer)) -> Vec<u8> {
    terminal.draw(|f| paint(f.buffer_mut())).unwrap();
    terminal.backend_mut().take_frame()
}

fn colour(color: Color) -> vt100::Color {
    match ink(color, Colours::Truecolor) {
        colour::Ink::Default => vt100::Color::Default,
        colour::Ink::Index(i) => vt100::Color::Idx(i),
        colour::Ink::Rgb(r, g, b) => vt100::Color::Rgb(r, g, b),
    }
}
use colour::ink;

/// Text, and what shows of the attributes, of every cell.
fn assert_same(buffer: &Buffer, screen: &vt100::Screen) {
    for y in 0..buffer.area.height {
        let mut covered = 0;
        for x in 0..buffer.area.width {
            if x < covered {
                continue;
            }
            let cell = &buffer[(x, y)];
            let shown = screen.cell(y, x).unwrap();
            let ink = if shown.contents().is_empty() { " " } else { shown.contents() };
            assert_eq!(cell.symbol(), ink, "at {x},{y}");
            covered = x + ratatui::buffer::CellWidth::cell_width(cell);
            let has = |m| cell.modifier.contains(m);
            let blank = cell.symbol() == " ";
            assert_eq!(has(Modifier::REVERSED), shown.inverse(), "reverse at {x},{y} {cell:?}");
            assert_eq!(has(Modifier::UNDERLINED), shown.underline(), "underline at {x},{y}");
            assert_eq!(colour(cell.bg), shown.bgcolor(), "background at {x},{y} {cell:?}");
            if !blank || has(Modifier::REVERSED) {
                assert_eq!(colour(cell.fg), shown.fgcolor(), "ink at {x},{y} {cell:?}");
            }
            if !blank {
                // vt100 takes bold and dim for one attribute, of which the last counts.
                assert!(has(Modifier::DIM) || has(Modifier::BOLD) == shown.bold(), "bold at {x},{y}");
                assert_eq!(has(Modifier::ITALIC), shown.italic(), "italic at {x},{y}");
            }
        }
    }
}

#[test]
fn an_unchanged_frame_is_empty() {
    let mut terminal = terminal(80, 24);
    let paint = |b: &mut Buffer| {
        b.set_string(3, 3, "Grace Hopper …", Style::new().bold());
    };
    assert!(!frame(&mut terminal, paint).is_empty());
    assert_eq!(frame(&mut terminal, paint), b"");
    terminal.backend_mut().forget();
    terminal.clear().unwrap();
    assert!(!frame(&mut terminal, paint).is_empty());
}

#[test]
fn the_cursor_is_told_only_what_changed() {
    let mut terminal = terminal(80, 24);
    let mut at = |position: Option<(u16, u16)>, text: &str| {
        terminal
            .draw(|f| {
                f.buffer_mut().set_string(0, 0, text, Style::new());
                if let Some(position) = position {
                    f.set_cursor_position(position);
                }
            })
            .unwrap();
        String::from_utf8(terminal.backend_mut().take_frame()).unwrap().replace('\x1b', "E")
    };
    assert_eq!(at(None, "a"), "E[HE[maE[?25l");
    assert_eq!(at(Some((1, 0)), "a"), "E[?25h");
    assert_eq!(at(Some((1, 0)), "a"), "");
    assert_eq!(at(Some((2, 0)), "ab"), "b", "a typed character costs itself");
    assert_eq!(at(None, "ab"), "E[?25l");
}

#[test]
fn large_frames_are_wrapped_where_the_terminal_knows_it() {
    let text = "x".repeat(60);
    let rows = |rows: u16| {
        let text = &text;
        move |b: &mut Buffer| {
            for y in 0..rows {
                b.set_string(0, y, text, Style::new());
            }
        }
    };
    let paint = rows(10);
    let small = frame(&mut terminal(80, 24), rows(2));
    assert!(!small.windows(4).any(|w| w == b"2026"), "what fits a packet needs no wrapping");
    let bytes = frame(&mut terminal(80, 24), paint);
    assert!(bytes.starts_with(b"\x1b[?2026h") && bytes.ends_with(b"\x1b[?2026l"));
    let plain = Capabilities { synchronized: false, ..Capabilities::default() };
    let mut terminal = Terminal::new(ByteBackend::new(Size::new(80, 24), plain)).unwrap();
    assert!(!frame(&mut terminal, paint).windows(4).any(|w| w == b"2026"));
}

#[test]
fn sizes_are_clamped() {
    let size = |w, h| ByteBackend::new(Size::new(w, h), Capabilities::default()).size().unwrap();
    assert_eq!(size(0, 0), Size::new(1, 1));
    assert_eq!(size(u16::MAX, u16::MAX), LARGEST);
    assert_eq!(size(120, 40), Size::new(120, 40));
}

#[test]
fn no_colour_means_none() {
    let mut terminal = Terminal::new(ByteBackend::new(Size::new(20, 2), caps(Colours::None))).unwrap();
    let bytes = frame(&mut terminal, |b| {
        b.set_string(0, 0, "due", Style::new().fg(Color::Red).bg(Color::Blue).bold());
    });
    assert!(String::from_utf8(bytes).unwrap().contains("\x1b[0;1mdue"));
}

#[test]
fn cells_written_past_safe_text_are_cleaned() {
    let mut terminal = terminal(COLUMNS, ROWS);
    for hostile in corpus() {
        let bytes = frame(&mut terminal, |b| {
            // Not through `Safe`, not even through `set_string`.
            let symbol: String = hostile.chars().take(200).collect();
            if symbol.len() != 1 {
                b[(3, 1)].set_symbol(&symbol);
            }
        });
        let text = String::from_utf8(bytes).unwrap();
        for c in text.chars().filter(|c| !matches!(c, '\x1b' | '\r' | '\n' | '\x08')) {
            assert!(
                !c.is_control()
                    && !matches!(c, '\u{202a}'..='\u{202e}' | '\u{200b}' | '\u{2066}'..='\u{2069}'),
                "{text:?}"
            );
        }
        assert!(!text.contains("pwned\x07") && !text.contains("\x1b]") && !text.contains("\x1bP"));
        assert!(text.len() < 200, "{} bytes for one cell", text.len());
    }
}

#[test]
fn budgets_hold_for_a_list() {
    let mut terminal = terminal(120, 40);
    let list = |selected: u16| {
        move |b: &mut Buffer| {
            let border = Style::new().dim();
            for y in 0..40 {
                b.set_string(0, y, "│", border);
                b.set_string(60, y, "│", border);
                b.set_string(119, y, "│", border);
            }
            b.set_string(1, 0, "─".repeat(118), border);
            b.set_string(1, 39, "─".repeat(118), border);
            for y in 1..39 {
                let style = if y == selected { Style::new().reversed() } else { Style::new() };
                b.set_string(
                    2,
                    y,
                    format!("{:<57}", format!("T-10{y:03}  0:42  Invoice PDF comes out blank")),
                    style,
                );
                b.set_string(
                    62,
                    y,
                    format!("Grace Hopper · Harbour Ltd · line {y}"),
                    Style::new().fg(Color::Cyan),
                );
            }
        }
    };
    let first = frame(&mut terminal, list(5)).len();
    assert!(first <= 10_000, "first paint {first}");
    let moved = frame(&mut terminal, list(6)).len();
    assert!(moved <= 300, "selection move {moved}");
}

/// Some terminals keep the second half of a wide cluster whose first half is erased.
#[test]
fn the_second_half_of_an_erased_wide_cluster_is_blanked() {
    let mut terminal = terminal(COLUMNS, ROWS);
    frame(&mut terminal, |b| {
        b.set_string(2, 1, "abcdefghi語 z", Style::new());
        finish(b);
    });
    let bytes = frame(&mut terminal, |b| {
        b.set_string(14, 1, "z", Style::new());
        finish(b);
    });
    // Ten cells are erased, the last of them the first half; the second is printed over.
    let text = String::from_utf8(bytes).unwrap().replace('\x1b', "E");
    assert!(text.ends_with("E[10XE[13G "), "{text}");
}

#[test]
fn a_wide_cluster_under_an_edge_does_not_cover_it() {
    let mut terminal = terminal(COLUMNS, ROWS);
    let mut screen = screen(COLUMNS, ROWS);
    let bytes = frame(&mut terminal, |b| {
        b.set_string(2, 1, "日本語", Style::new());
        b.set_string(5, 1, "│", Style::new());
        finish(b);
    });
    screen.process(&bytes);
    assert_eq!(screen.screen().rows(0, COLUMNS).nth(1).unwrap(), "  日 │語");
}

fn style() -> impl Strategy<Value = Style> {
    let colour = || {
        prop_oneof![
            4 => Just(Color::Reset),
            1 => prop::sample::select(vec![Color::Red, Color::LightBlue, Color::Gray, Color::Indexed(99), Color::Rgb(1, 2, 3)]),
        ]
    };
    let modifier = prop_oneof![
        3 => Just(Modifier::empty()),
        1 => prop::sample::select(vec![
            Modifier::BOLD, Modifier::DIM, Modifier::ITALIC, Modifier::UNDERLINED, Modifier::REVERSED,
            Modifier::BOLD | Modifier::ITALIC, Modifier::REVERSED | Modifier::BOLD,
        ]),
    ];
    (colour(), colour(), modifier).prop_map(|(fg, bg, m)| Style::new().fg(fg).bg(bg).add_modifier(m))
}

/// Strings drawn somewhere, as widgets do.
fn painting() -> impl Strategy<Value = Vec<(u16, u16, String, Style)>> {
    let text =
        prop_oneof!["[a-z ]{0,40}", "[日本語a ]{0,20}", "[─│é…€a]{0,20}", "[ ]{0,40}", "[e\u{301}x]{0,12}"];
    prop::collection::vec((0..COLUMNS, 0..ROWS, text, style()), 0..14)
}

fn paint(painting: &[(u16, u16, String, Style)], buffer: &mut Buffer) {
    for (x, y, text, style) in painting {
        buffer.set_style(Rect::new(*x, *y, 1, 1), Style::new());
        // A string over the second half of a wide cell leaves half a cell, which no widget may.
        if *x > 0 && ratatui::buffer::CellWidth::cell_width(&buffer[(*x - 1, *y)]) > 1 {
            buffer[(*x - 1, *y)].set_symbol(" ");
        }
        let text = Safe::line(text.as_str());
        let (end, _) = buffer.set_stringn(*x, *y, text.as_str(), usize::MAX, *style);
        // Nor may what is cut at its end keep its second half.
        if end < COLUMNS && end > 0 && ratatui::buffer::CellWidth::cell_width(&buffer[(end - 1, *y)]) > 1 {
            buffer[(end, *y)].reset();
        }
    }
    finish(buffer);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn what_the_terminal_shows_is_the_buffer(frames in prop::collection::vec(painting(), 1..6)) {
        let mut terminal = terminal(COLUMNS, ROWS);
        let mut screen = screen(COLUMNS, ROWS);
        for painting in &frames {
            let area = Rect::new(0, 0, COLUMNS, ROWS);
            let mut wanted = Buffer::empty(area);
            paint(painting, &mut wanted);
            let bytes = frame(&mut terminal, |b| paint(painting, b));
            screen.process(&bytes);
            assert_same(&wanted, screen.screen());
        }
        let last = frames.last().unwrap();
        prop_assert_eq!(frame(&mut terminal, |b| paint(last, b)), b"");
    }
}
