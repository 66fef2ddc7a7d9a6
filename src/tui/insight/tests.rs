//! The page over a small practice desk: what it shows at which size, and that moving and opening work together.

use std::sync::Arc;

use ratatui::{Terminal, backend::TestBackend};

use super::{Behind, Row, act, make};
use crate::{
    desk::Desk,
    exchange::demo,
    insight::Period,
    model::{Id, Stamp, zone::Zone},
    store::MemStore,
    tui::{
        command::Workspace,
        draw,
        keymap::{self, Keymap},
        look::Appearance,
        model::{Model, Pane},
    },
};

const NOW: Stamp = 1_790_000_000_000;

fn desk() -> Desk {
    let desk = Desk::new(Arc::new(MemStore::new()));
    let options = demo::Options { customers: 120, ..demo::Options::new("Dana Doe", "dana", NOW) };
    demo::fill(&desk, &options, &mut |_| ()).unwrap();
    desk
}

fn model(desk: &Desk, size: (u16, u16), look: Appearance) -> Model {
    let keymap = Keymap::build(&keymap::layers("default", None).unwrap());
    let mut m = Model::new(Id::NIL, size, look, Arc::new(keymap));
    m.now = NOW;
    m.workspace = Workspace::Insight;
    m.focus = Pane::Insight;
    m.insight.page = Some(Box::new(page(desk, m.insight.period)));
    act::settle(&mut m);
    m
}

fn page(desk: &Desk, period: Period) -> super::Page {
    desk.view(|v| make::page(v, period, NOW, &Zone::utc())).unwrap()
}

fn screen(m: &Model) -> Vec<String> {
    let mut t = Terminal::new(TestBackend::new(m.size.0, m.size.1)).unwrap();
    t.draw(|f| draw(m, f)).unwrap();
    let buffer = t.backend().buffer().clone();
    let row = |y: u16| (0..m.size.0).map(|x| buffer[(x, y)].symbol()).collect::<String>();
    (0..m.size.1).map(row).collect()
}

#[test]
fn every_size_shows_whole_lines_and_the_cursor() {
    let desk = desk();
    let sizes = [(80, 24), (120, 40), (95, 55), (200, 50), (40, 12), (20, 5), (1, 1)];
    for (size, look) in sizes
        .into_iter()
        .map(|s| (s, Appearance::default()))
        .chain([((120, 40), Appearance::shipped(false, false))])
    {
        let mut m = model(&desk, size, look);
        let first = screen(&m).join("\n");
        println!("{first}\n");
        for _ in 0..m.insight.len() {
            act::step(&mut m, 1);
            act::settle(&mut m);
            let now = screen(&m);
            if size.1 >= 12 {
                let bar = m.look.signs.bar;
                let at = now
                    .iter()
                    .filter(|row| {
                        row.trim_start_matches(['│', '|']).starts_with(bar)
                            || row.contains(&format!("  {bar}"))
                    })
                    .count();
                assert_eq!(at, 1, "the cursor is in sight once:\n{}", now.join("\n"));
            }
        }
        assert_eq!(m.insight.cursor + 1, m.insight.len());
        act::to(&mut m, 0);
        act::settle(&mut m);
        assert_eq!(screen(&m).join("\n"), first, "back at the top all is as it was");
    }
}

#[test]
fn both_columns_are_reached_sideways() {
    let desk = desk();
    let mut m = model(&desk, (120, 40), Appearance::default());
    let page = m.insight.page.clone().unwrap();
    let section_of = |item: usize| {
        let counts = page
            .sections
            .iter()
            .map(|s| s.rows.iter().filter(|r| matches!(r, Row::Line(_) | Row::Bar(_))).count());
        let mut before = 0;
        page.sections
            .iter()
            .zip(counts)
            .find(|(_, n)| {
                before += n;
                item < before
            })
            .map(|(s, _)| s.side)
    };
    assert!(act::sideways(&mut m, true));
    assert_eq!(section_of(m.insight.cursor), Some(true));
    assert!(act::sideways(&mut m, false));
    assert_eq!((section_of(m.insight.cursor), m.insight.cursor), (Some(false), 0));
    let mut narrow = model(&desk, (80, 24), Appearance::default());
    assert!(!act::sideways(&mut narrow, true), "one column has nothing beside it");
}

#[test]
fn what_opens_is_what_the_number_says() {
    let desk = desk();
    let page = page(&desk, Period::Days(30));
    let behind = |b: &Behind| desk.view(|v| make::behind(v, b, NOW, &Zone::utc())).unwrap();
    let mut seen = 0;
    for row in page.sections.iter().flat_map(|s| &s.rows) {
        match row {
            Row::Line(l) => {
                let (title, rows) = behind(&l.behind);
                assert!(title.starts_with(&l.label), "{title}");
                if let (None, Ok(n)) = (l.n, l.value.parse::<usize>()) {
                    assert_eq!(rows.len(), n, "{title}");
                    seen += 1;
                }
            }
            Row::Bar(b) => {
                if let Ok(n) = b.value.parse::<usize>() {
                    assert_eq!(behind(&b.behind).1.len(), n, "{}", b.label);
                    seen += 1;
                }
            }
            _ => {}
        }
    }
    assert!(seen > 15, "{seen}");
}

#[test]
fn windows_turn_in_a_circle_and_take_names() {
    assert_eq!(act::reading("last month"), Ok("last month".into()));
    assert_eq!(act::reading(" "), Ok(String::new()));
    assert!(act::reading("fortnight").unwrap_err().contains("fortnight"));
}
