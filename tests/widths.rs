//! Ghosts: whatever columns a terminal gives a cluster, after any frames it shows what a full redraw would show there. Three
//! models of width, seeded; `FRONTDESK_LONG=1` takes more seeds.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // tests may take the short way

use frontdesk::{
    desk::{Edit, command::NewTicket},
    term::{
        backend::{ByteBackend, finish},
        caps::Capabilities,
        safe::{Safe, corpus},
    },
    tui::{self, event::TuiEventKind},
};
use ratatui::{
    Terminal,
    buffer::Buffer,
    layout::{Rect, Size},
    style::{Color, Style},
    widgets::{Block, Clear, Widget},
};

#[path = "support/dice.rs"]
mod dice;
mod support;
#[path = "support/widths.rs"]
mod widths;

use dice::Dice;
use support::{crowd::crowd, keys::key, screen::Screen};
use widths::{Grid, MODELS, Model};

const COLUMNS: u16 = 60;
const ROWS: u16 = 14;

/// Names as people have them.
const NAMES: [&str; 22] = [
    "Grace Hopper",
    "Zoë Weiß",
    "Nguye\u{302}\u{303}n Thi\u{323} Hoa",
    "陽葵 豆田",
    "김민준",
    "\u{1112}\u{1161}\u{11ab}\u{1100}\u{1173}\u{11af}",
    "अनन्या शर्मा",
    "ক্ষিতি বসু",
    "தமிழ்ச்செல்வி",
    "ശ്രീകുമാർ",
    "ကျော်ဇင်",
    "สมชาย ใจดี",
    "محمد الأحمد",
    "שרה כהן",
    "Ana 👩\u{200d}👩\u{200d}👧\u{200d}👦 Silva",
    "👍🏽 thanks",
    "🇩🇪🇫🇷 office",
    "🏳\u{fe0f}\u{200d}🌈 club",
    "❤\u{fe0f} ☎\u{fe0f} 1\u{fe0f}\u{20e3}",
    "🫩 🪉 new ones",
    "e\u{301}\u{301}\u{301}\u{301}\u{301}cole",
    "ｶﾞｷﾞ ｱｲｳ",
];

fn seeds(few: u64, many: u64) -> u64 {
    if std::env::var_os("FRONTDESK_LONG").is_some() { many } else { few }
}

/// A backend, and the terminal that shows what it sends.
struct Pair {
    terminal: Terminal<ByteBackend>,
    grid: Grid,
    bytes: usize,
}

impl Pair {
    fn new(model: Model, size: (u16, u16)) -> Pair {
        let backend = ByteBackend::new(Size::new(size.0, size.1), Capabilities::default());
        let mut grid = Grid::new(model, size);
        grid.process(b"\x1b[m\x1b[2J\x1b[H");
        Pair { terminal: Terminal::new(backend).unwrap(), grid, bytes: 0 }
    }

    fn draw(&mut self, draw: impl FnOnce(&mut ratatui::Frame<'_>)) {
        self.terminal.draw(draw).unwrap();
        let bytes = self.terminal.backend_mut().take_frame();
        self.bytes = bytes.len();
        self.grid.process(&bytes);
    }
}

#[track_caller]
fn assert_same(shown: &Grid, whole: &Grid, what: &str) {
    let (have, want) = (shown.cells(), whole.cells());
    for (y, (have, want)) in have.iter().zip(&want).enumerate() {
        if have != want {
            let x = have.iter().zip(want).position(|(a, b)| a != b).unwrap();
            panic!(
                "{what}: row {y} from column {x}\nshown: {:?}\nwhole: {:?}\n{:?}\n{:?}",
                shown.rows()[y],
                whole.rows()[y],
                have[x],
                want[x]
            );
        }
    }
}

/// A list of names, with a bar on one, a mark here and there, and now and then a window over it.
#[derive(Clone)]
struct View {
    rows: Vec<String>,
    top: usize,
    selected: usize,
    indent: u16,
    window: Option<Rect>,
}

impl View {
    fn new(dice: &mut Dice) -> View {
        let hostile = corpus();
        let rows = (0..40)
            .map(|n| {
                let name = if dice.below(5) == 0 {
                    hostile[dice.place(hostile.len())].chars().take(60).collect()
                } else {
                    NAMES[dice.place(NAMES.len())].to_owned()
                };
                format!("{n:<3}{name}")
            })
            .collect();
        View { rows, top: 0, selected: 0, indent: 0, window: None }
    }

    /// Something happens to it.
    fn step(&mut self, dice: &mut Dice) {
        match dice.below(8) {
            0..3 => self.selected = (self.selected + 1).min(self.rows.len() - 1),
            3 => self.selected = self.selected.saturating_sub(1),
            4 => self.selected = dice.place(self.rows.len()),
            5 => self.indent = dice.below(3) as u16,
            6 => {
                let new = NAMES[dice.place(NAMES.len())].to_owned();
                let at = dice.place(self.rows.len());
                self.rows[at] = new;
            }
            _ => {
                let at = |dice: &mut Dice, most: u16| dice.below(u64::from(most)) as u16;
                self.window = (self.window.is_none())
                    .then(|| Rect::new(at(dice, 40), at(dice, 8), 3 + at(dice, 17), 3 + at(dice, 3)));
            }
        }
        let page = usize::from(ROWS);
        self.top = self.top.min(self.selected).max((self.selected + 1).saturating_sub(page));
    }

    fn draw(&self, buffer: &mut Buffer) {
        for (y, (n, text)) in (0..ROWS).zip(self.rows.iter().enumerate().skip(self.top)) {
            let style = if n == self.selected { Style::new().reversed() } else { Style::new() };
            buffer.set_style(Rect::new(0, y, COLUMNS, 1), style);
            let text = Safe::line(text.as_str()).truncate(40);
            buffer.set_string(self.indent, y, text.as_str(), style);
            buffer.set_string(46, y, format!("| row {n} "), style.fg(Color::Cyan));
        }
        if let Some(window) = self.window {
            Clear.render(window, buffer);
            Block::bordered().title("Window").render(window, buffer);
        }
        finish(buffer);
    }
}

#[test]
fn whatever_columns_a_terminal_gives_a_cluster_each_frame_looks_as_if_drawn_anew() {
    for model in MODELS {
        let mut scrolled = 0;
        for seed in 0..seeds(12, 2_000) {
            let mut dice = Dice(seed);
            let mut view = View::new(&mut dice);
            let mut pair = Pair::new(model, (COLUMNS, ROWS));
            for step in 0..40 {
                pair.draw(|frame| view.draw(frame.buffer_mut()));
                let mut whole = Pair::new(model, (COLUMNS, ROWS));
                whole.draw(|frame| view.draw(frame.buffer_mut()));
                assert_same(&pair.grid, &whole.grid, &format!("{model:?}, seed {seed}, frame {step}"));
                view.step(&mut dice);
            }
            scrolled += pair.grid.scrolled;
        }
        assert!(scrolled > 0, "nothing was scrolled");
    }
}

#[test]
fn no_ghost_stays_on_any_screen_of_the_desk() {
    let mut tiny = crowd(30);
    for (n, name) in NAMES.iter().enumerate() {
        let email = format!("ghost{n}@example.org");
        let requester = tiny.customer(1_000, &[("name", name), ("email", &email)]);
        let subject = format!("{} {}", NAMES[(n + 7) % NAMES.len()], name);
        let body = format!("{name}\n\n{subject}\n").repeat(6);
        tiny.ticket(
            900,
            NewTicket { requester, subject, body, assignee: Some(tiny.dana), ..NewTicket::default() },
        );
        let edits = vec![Edit::set("title", *name), Edit::set("owner", "@dana")];
        tiny.run(
            support::tiny::NOW - 800,
            frontdesk::desk::Command::Create(frontdesk::model::Kind::Task, edits),
        );
    }
    let size = (100, 30);
    let keys = [
        "j", "j", "j", "k", "ctrl-d", "Enter", "Esc", "2", "3", "1", "4", "J", "Tab", "PageDown", "f", "Esc",
        "r", "Esc",
    ];
    for model in MODELS {
        for seed in 0..seeds(1, 30) {
            let mut dice = Dice(seed * 7 + 1);
            let mut screen = Screen::open(&tiny.desk, tiny.dana, size);
            let mut pair = Pair::new(model, size);
            for step in 0..seeds(60, 300) {
                pair.draw(|frame| tui::draw(&screen.model, frame));
                let mut whole = Pair::new(model, size);
                whole.draw(|frame| tui::draw(&screen.model, frame));
                assert_same(&pair.grid, &whole.grid, &format!("{model:?}, seed {seed}, step {step}"));
                screen.happened(TuiEventKind::Key(key(keys[dice.place(keys.len())])));
            }
        }
    }
}

#[test]
fn what_every_terminal_measures_alike_costs_no_more_than_itself() {
    let mut pair = Pair::new(Model::Clusters, (COLUMNS, ROWS));
    let mut cost = |text: &str| {
        pair.draw(|frame| finish(frame.buffer_mut()));
        pair.draw(|frame| {
            frame.buffer_mut().set_string(4, 4, text, Style::new());
            finish(frame.buffer_mut());
        });
        pair.bytes - text.len()
    };
    for text in ["Grace Hopper", "Zoë Weiß", "Дмитрий", "陽葵豆田", "김민준", "│ 12 ▏▂▅ │"]
    {
        let more = cost(text);
        assert!(more <= 20, "{text}: {more} bytes more than the text");
    }
    // Blanked first, with the column told after it.
    let more = cost("👍🏽");
    assert!(more <= 32, "a thumb: {more} bytes more than itself");
}
