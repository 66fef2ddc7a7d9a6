//! How the numbers look.

use ratatui::{buffer::Buffer, layout::Rect};

use super::{
    Row, bars, chart,
    line::{self, plain},
    place::{Column, Place, columns, parts},
};
use crate::{
    insight::Period,
    term::safe::Safe,
    tui::{
        command::CommandId,
        look::Ink,
        model::Model,
        widgets::{Pen, frame::Titles, lists},
    },
};

/// The titles of its pane.
#[must_use]
pub fn titles(m: &Model) -> Titles<'_> {
    let titles = Titles::new(Safe::fixed("Insight"));
    match &m.insight.page {
        Some(p) => titles.and(
            Ink::Dim,
            Safe::concat([
                Safe::fixed(" "),
                Safe::fixed(m.look.signs.dot),
                Safe::fixed(" "),
                plain(&m.look, &p.window),
            ]),
        ),
        None => titles,
    }
}

/// Draws the numbers.
pub fn draw(buf: &mut Buffer, m: &Model, area: Rect, focused: bool) {
    let parts = parts(area);
    if parts.head.height > 0 {
        windows(buf, m, parts.head);
    }
    let Some(page) = &m.insight.page else { return };
    if page.sections.is_empty() {
        let lines =
            ["Nothing to count yet.".to_owned(), "Tickets, orders and answers make the numbers.".to_owned()];
        return lists::empty(buf, &m.look, parts.list, &lines);
    }
    for (i, column) in columns(page, parts.list).iter().enumerate() {
        let top = m.insight.tops.get(i).copied().unwrap_or(0);
        draw_column(buf, m, column, top, focused);
    }
    if parts.foot.height > 0 {
        meaning(buf, m, parts.foot);
    }
}

fn draw_column(buf: &mut Buffer, m: &Model, column: &Column<'_>, top: usize, focused: bool) {
    let area = column.area;
    for (y, (place, item)) in (0..area.height).zip(column.lines.iter().skip(top)) {
        match place {
            Place::Blank => {}
            Place::Title(title) => {
                let mut pen = Pen::new(buf, &m.look, area, y);
                pen.gap(1).text(Ink::Head, Safe::line(*title)).gap(1).rule(usize::MAX);
            }
            Place::Row(row, part) => {
                let here = *item == Some(m.insight.cursor);
                let mut pen = lists::row_pen(buf, &m.look, area, y, here && item.is_some(), focused);
                match row {
                    Row::Line(l) => line::draw(&mut pen, l),
                    Row::Bar(b) => bars::draw(&mut pen, b),
                    Row::Head(text) => {
                        pen.text(Ink::Dim, Safe::line(text.as_str()));
                    }
                    Row::Chart(c) => chart::draw(&mut pen, c, *part),
                    Row::Stack(counts) => bars::stack(&mut pen, counts),
                    Row::Whisker(low, score, high) => chart::whisker(&mut pen, (*low, *score, *high)),
                }
            }
        }
    }
}

/// The windows that are offered, the chosen one marked.
fn windows(buf: &mut Buffer, m: &Model, area: Rect) {
    let chosen = m.insight.period;
    let mut all = Period::OFFERED.to_vec();
    if !all.contains(&chosen) {
        all.push(chosen);
    }
    let wide = area.width >= 100;
    let mut pen = Pen::new(buf, &m.look, area, 0);
    let key = |c: CommandId| m.keymap.keys_of(c).next().map(ToString::to_string).unwrap_or_default();
    let keys = format!("{} {} window", key(CommandId::InsightPrevious), key(CommandId::InsightNext));
    if area.width >= 72 {
        pen.at_end(Ink::Text, Safe::fixed(" ")).at_end(Ink::Dim, Safe::line(keys));
    }
    for period in all {
        let label = if wide { period.label() } else { period.to_string() };
        // The mark says it where colours do not.
        let on = period == chosen;
        let text = Safe::line(format!("{}{label}", if on { m.look.signs.focus } else { " " }));
        if pen.room() < text.width() + 1 {
            break;
        }
        if on {
            pen.text(Ink::Head, text);
        } else {
            pen.text(Ink::Dim, text);
        }
        pen.gap(1);
    }
}

/// What the number under the cursor means.
fn meaning(buf: &mut Buffer, m: &Model, area: Rect) {
    Pen::new(buf, &m.look, area, 0).gap(1).rule(usize::from(area.width.saturating_sub(2)));
    let Some((about, _)) = m.insight.current() else { return };
    let width = usize::from(area.width.saturating_sub(2));
    let text = plain(&m.look, about);
    let rows = text.wrap(width);
    let last = usize::from(area.height.saturating_sub(2));
    for (i, (y, row)) in (1..area.height).zip(&rows).enumerate() {
        let mut pen = Pen::new(buf, &m.look, area, y);
        if i == last && rows.len() > last + 1 {
            // What has no room is said to be there.
            let cut = Safe::concat([row.borrowed(), Safe::fixed(" "), Safe::fixed(m.look.cut().mark())]);
            pen.gap(1).text(Ink::Dim, cut.truncate_with(width, m.look.cut()));
        } else {
            pen.gap(1).text(Ink::Dim, row.borrowed());
        }
    }
}
