//! The numbers of today, in a strip: value, change, how many, course. Before there is data, what to do first.

use ratatui::{buffer::Buffer, layout::Rect};

use super::key;
use crate::{
    term::safe::Safe,
    tui::{
        command::CommandId,
        data::{Tile, Trend},
        look::Ink,
        model::Model,
        widgets::{Pen, course, frame::Titles},
    },
};

/// Its titles.
pub fn titles(m: &Model) -> Titles<'_> {
    let window = m.numbers.as_ref().map_or("", |n| n.window.as_str());
    if m.known && !has_data(m) {
        return Titles::new(Safe::fixed("First steps"));
    }
    Titles::new(Safe::line(if window.is_empty() { "Numbers" } else { window }))
}

fn has_data(m: &Model) -> bool {
    m.info.customers || m.info.tickets
}

/// Draws this part.
pub fn draw(buf: &mut Buffer, m: &Model, area: Rect, focused: bool) {
    if !m.known {
        return;
    }
    if !has_data(m) {
        return first_steps(buf, m, area);
    }
    let Some(numbers) = &m.numbers else { return };
    let mut pen = Pen::new(buf, &m.look, area, 0);
    if focused {
        pen.styled(m.look.theme.bar, Safe::fixed(m.look.signs.bar));
    } else {
        pen.gap(1);
    }
    let two_rows = area.height >= 2;
    // As many numbers as can be, then their details: sample sizes, then trends.
    let tiles = &numbers.strip;
    let room = pen.room();
    let fits = |with: With, n: usize| {
        tiles.iter().take(n).map(|t| tile_width(t, with) + GAP).sum::<usize>() <= room + GAP
    };
    let most = (1..=tiles.len()).take_while(|n| fits(With::default(), *n)).last().unwrap_or(0);
    let levels = [
        With { n: true, course: !two_rows },
        With { n: false, course: !two_rows },
        With { n: true, course: false },
    ];
    // Four with all that belongs to them say more than six without.
    let with = levels.into_iter().find(|with| fits(*with, most.min(4))).unwrap_or_default();
    let n = (1..=tiles.len()).take_while(|n| fits(with, *n)).last().unwrap_or(0);
    let mut x = 1;
    for t in tiles.iter().take(n) {
        let mut pen = Pen::new(buf, &m.look, area, 0);
        pen.gap(x);
        tile(&mut pen, m, t, with);
        if two_rows {
            Pen::new(buf, &m.look, area, 1).gap(x).text(Ink::Dim, course(&t.spark, m.look.signs));
        }
        x += u16::try_from(tile_width(t, with) + GAP).unwrap_or(0);
    }
}

/// Columns between two numbers.
const GAP: usize = 3;

/// Details next to a metric.
#[derive(Debug, Clone, Copy, Default)]
struct With {
    /// Of how many.
    n: bool,
    /// Its course.
    course: bool,
}

fn change(t: &Tile, up: &str, down: &str) -> String {
    match t.trend {
        _ if t.change.is_empty() => String::new(),
        Trend::Up => format!("{up}{}", t.change),
        Trend::Down => format!("{down}{}", t.change),
        Trend::Same => t.change.clone(),
    }
}

fn tile_width(t: &Tile, with: With) -> usize {
    let text = |s: &str| Safe::line(s.to_owned()).width();
    let change = change(t, "^", "v");
    let n = t.n.filter(|_| with.n).map_or(0, |n| n.to_string().len() + 3);
    let course = if with.course && !t.spark.is_empty() { t.spark.len() + 2 } else { 0 };
    text(&t.label) + 1 + text(&t.value) + if change.is_empty() { 0 } else { 1 + text(&change) } + n + course
}

/// A number: what it is, its value, its change, of how many, its course.
fn tile(pen: &mut Pen<'_>, m: &Model, t: &Tile, with: With) {
    let signs = m.look.signs;
    pen.text(Ink::Dim, Safe::line(t.label.as_str())).gap(1).text(Ink::Head, Safe::line(t.value.as_str()));
    let change = change(t, signs.up, signs.down);
    if !change.is_empty() {
        let ink = match (t.n.is_some_and(|n| n < 30), t.is_good()) {
            // Few make no trend: the change is grey.
            (true, _) | (_, None) => Ink::Dim,
            (_, Some(true)) => Ink::Good,
            (_, Some(false)) => Ink::Bad,
        };
        pen.gap(1).text(ink, Safe::line(change));
    }
    if let Some(n) = t.n.filter(|_| with.n) {
        pen.gap(1).text(Ink::Dim, Safe::line(format!("n {n}")));
    }
    if with.course && !t.spark.is_empty() {
        pen.gap(2).text(Ink::Dim, course(&t.spark, signs));
    }
}

/// What to do before there are numbers, and whether it is done; `None` where there are.
pub fn steps(m: &Model) -> Option<[(bool, String); 4]> {
    (!has_data(m)).then(|| {
        [
            (m.info.begun, "begin the desk".to_owned()),
            (m.info.customers, format!("{} a customer", key(m, CommandId::CustomerNew))),
            (m.info.tickets, format!("{} a ticket", key(m, CommandId::TicketNew))),
            (m.info.orders, format!("{} import contacts, mail, orders", key(m, CommandId::AppImport))),
        ]
    })
}

/// Draws that.
fn first_steps(buf: &mut Buffer, m: &Model, area: Rect) {
    let steps = steps(m).unwrap_or_default();
    let mut pen = Pen::new(buf, &m.look, area, 0);
    pen.gap(1);
    for (done, what) in steps {
        let (ink, sign) = if done { (Ink::Good, m.look.signs.done) } else { (Ink::Dim, m.look.signs.todo) };
        pen.text(ink, Safe::fixed(sign)).gap(1);
        pen.text(if done { Ink::Dim } else { Ink::Text }, Safe::line(what)).gap(3);
    }
}
