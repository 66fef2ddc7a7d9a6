//! The Insight page: all numbers by section, and what the one under the cursor means.

use ratatui::{buffer::Buffer, layout::Rect};

use crate::{
    term::safe::Safe,
    tui::{
        data::Trend,
        look::Ink,
        model::Model,
        widgets::{Pen, course, frame::Titles, lists},
    },
};

/// Its titles.
pub fn titles(m: &Model) -> Titles<'_> {
    let mut titles = Titles::new(Safe::fixed("Insight"));
    if let Some(n) = m.numbers.as_ref().filter(|n| !n.window.is_empty()) {
        titles = titles.and(Ink::Dim, Safe::line(format!(" {} {}", m.look.signs.dot, n.window)));
    }
    titles
}

/// Draws it.
pub fn draw(buf: &mut Buffer, m: &Model, area: Rect, focused: bool) {
    let Some(numbers) = m.numbers.as_ref().filter(|n| !n.sections.is_empty()) else {
        let lines =
            ["Nothing to count yet.".to_owned(), "Tickets, orders and answers make the numbers.".to_owned()];
        return lists::empty(buf, &m.look, area, &lines);
    };
    let about = 3;
    let list = Rect { height: area.height.saturating_sub(about), ..area };
    let mut lines: Vec<Result<(usize, &crate::tui::data::Number), &str>> = Vec::new();
    let mut n = 0;
    for section in &numbers.sections {
        lines.push(Err(&section.title));
        for number in &section.numbers {
            lines.push(Ok((n, number)));
            n += 1;
        }
    }
    let cursor = lines.iter().position(|l| matches!(l, Ok((at, _)) if *at == m.insight.0)).unwrap_or(0);
    let rows = usize::from(list.height);
    let top = (cursor + 2).saturating_sub(rows);
    for (y, line) in (0..list.height).zip(lines.iter().skip(top)) {
        match line {
            Err(title) => {
                Pen::new(buf, &m.look, list, y).gap(1).text(Ink::Head, Safe::line(*title));
            }
            Ok((at, number)) => {
                let t = &number.tile;
                let mut pen = lists::row_pen(buf, &m.look, list, y, *at == m.insight.0, focused);
                pen.gap(1).cell(Ink::Text, Safe::line(t.label.as_str()), 26);
                pen.cell_right(Ink::Head, Safe::line(t.value.as_str()), 12).gap(2);
                let sign = match t.trend {
                    _ if t.change.is_empty() => "",
                    Trend::Up => m.look.signs.up,
                    Trend::Down => m.look.signs.down,
                    Trend::Same => "",
                };
                let ink = match (t.n.is_some_and(|n| n < 30), t.is_good()) {
                    (true, _) | (_, None) => Ink::Dim,
                    (_, Some(true)) => Ink::Good,
                    (_, Some(false)) => Ink::Bad,
                };
                pen.cell(ink, Safe::line(format!("{sign}{}", t.change)), 10);
                let n = t.n.map(|n| format!("n {n}")).unwrap_or_default();
                pen.cell_right(Ink::Dim, Safe::line(n), 9).gap(2);
                pen.text(Ink::Dim, course(&t.spark, m.look.signs));
            }
        }
    }
    let below = Rect { y: list.bottom(), height: area.height - list.height, ..area };
    if let Some(Ok((_, number))) = lines.get(cursor) {
        Pen::new(buf, &m.look, below, 0).gap(1).rule(usize::from(area.width.saturating_sub(2)));
        let about = Safe::line(number.about.as_str());
        let rows = about.wrap(usize::from(area.width.saturating_sub(2)));
        for (y, row) in (1..below.height).zip(rows) {
            Pen::new(buf, &m.look, below, y).gap(1).text(Ink::Dim, row);
        }
    }
}
