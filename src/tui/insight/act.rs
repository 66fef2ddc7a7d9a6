//! Moving about the numbers, opening what is behind one, choosing the window.

use ratatui::layout::{Position, Rect};

use super::place::{columns, parts};
use crate::{
    insight::Period,
    tui::{
        command::CommandId,
        data::Ask,
        layout,
        model::{Layer, Model, Pane, Prompt, PromptFor, Tone},
        text::Text,
        update::Cx,
    },
};

fn area(m: &Model) -> Rect {
    let layout = layout::of(m);
    parts(layout.pane(Pane::Insight).map_or(Rect::default(), |p| p.inner)).list
}

/// Goes some numbers down, or up where negative.
pub fn step(m: &mut Model, by: isize) {
    to(m, m.insight.cursor.saturating_add_signed(by));
}

/// Goes to a number, the nearest there is; to the first one with all columns at their beginning.
pub fn to(m: &mut Model, item: usize) {
    if item == 0 {
        m.insight.tops = [0; 2];
    }
    m.insight.cursor = item.min(m.insight.len().saturating_sub(1));
}

/// Goes to the column beside, where there is one; whether it did.
pub(crate) fn sideways(m: &mut Model, right: bool) -> bool {
    let area = area(m);
    let Some(page) = &m.insight.page else { return false };
    let columns = columns(page, area);
    let cursor = m.insight.cursor;
    let here = columns.iter().position(|c| c.line_of(cursor).is_some());
    let (Some(here), [_, _]) = (here, columns.as_slice()) else { return false };
    let there = usize::from(right);
    let tops = m.insight.tops;
    let top = |c: usize| tops.get(c).copied().unwrap_or(0);
    let line = columns.get(here).and_then(|c| c.line_of(cursor)).unwrap_or(0);
    // On the same row of the screen.
    let line = line.saturating_sub(top(here)) + top(there);
    let item = columns.get(there).filter(|_| there != here).and_then(|c| c.nearest(line));
    if let Some(item) = item {
        m.insight.cursor = item;
    }
    true
}

/// Chooses the number that was clicked at.
pub(crate) fn click(m: &mut Model, at: Position) {
    let area = area(m);
    let Some(page) = &m.insight.page else { return };
    let clicked = columns(page, area).iter().enumerate().find_map(|(i, c)| {
        let top = m.insight.tops.get(i).copied().unwrap_or(0);
        let line = usize::from(at.y.checked_sub(c.area.y)?) + top;
        c.lines.get(line).filter(|_| c.area.contains(at)).and_then(|(_, item)| *item)
    });
    if let Some(item) = clicked {
        m.insight.cursor = item;
    }
}

/// Scrolls each column so that the cursor is in sight, with the head of its section where that is near.
pub(crate) fn settle(m: &mut Model) {
    let area = area(m);
    let rows = usize::from(area.height).max(1);
    m.insight.cursor = m.insight.cursor.min(m.insight.len().saturating_sub(1));
    let Some(page) = &m.insight.page else { return };
    let cursor = m.insight.cursor;
    let mut tops = m.insight.tops;
    let columns = columns(page, area);
    for (column, top) in columns.iter().zip(&mut tops) {
        if let Some(line) = column.line_of(cursor) {
            let above =
                column.lines.iter().take(line).rev().take(2).take_while(|(_, item)| item.is_none()).count();
            *top = (*top).min(line.saturating_sub(above)).max((line + 1).saturating_sub(rows));
        }
        *top = (*top).min(column.lines.len().saturating_sub(rows));
    }
    m.insight.tops = tops;
}

/// Lists the rows behind the number under the cursor.
pub(crate) fn open(m: &mut Model, cx: &mut Cx) {
    match m.insight.current().map(|(_, behind)| behind.clone()) {
        Some(behind) => cx.ask(m, Ask::Behind(Box::new(behind))),
        None => m.say(Tone::Plain, "There are no numbers yet."),
    }
}

/// Asks for the numbers of the window chosen.
pub(crate) fn ask(m: &mut Model, cx: &mut Cx) {
    let period = m.insight.period;
    cx.ask(m, Ask::Insight(period));
}

/// Chooses the window some places further on among those offered.
pub(crate) fn turn(m: &mut Model, cx: &mut Cx, by: isize) {
    let n = Period::OFFERED.len().cast_signed();
    let here = Period::OFFERED.iter().position(|p| *p == m.insight.period);
    // From a window of one's own both ways lead to the nearest end.
    let next = match (here, by < 0) {
        (Some(i), _) => (i.cast_signed() + by).rem_euclid(n),
        (None, false) => 0,
        (None, true) => n - 1,
    };
    if let Some(period) = Period::OFFERED.get(next.cast_unsigned()) {
        m.insight.period = *period;
        ask(m, cx);
    }
}

/// Chooses a window by name, or asks for it.
pub(crate) fn window(m: &mut Model, cx: &mut Cx, name: Option<String>) {
    let Some(name) = name else {
        m.layers.push(Layer::Prompt(Prompt {
            purpose: PromptFor::Argument(CommandId::InsightWindow),
            title: "Window".to_owned(),
            input: Text::line(""),
            help:
                "today · yesterday · 7d · 90d · week · last month · quarter · year · 2026-01-01..2026-03-31"
                    .to_owned(),
            reading: m.insight.period.label(),
            error: None,
            calm: false,
            before: String::new(),
            offers: Vec::new(),
            offer: None,
        }));
        return;
    };
    match name.trim() {
        "" => {}
        name => match name.parse() {
            Ok(period) => {
                m.insight.period = period;
                ask(m, cx);
            }
            Err(e) => m.say(Tone::Refused, crate::insight::NotAPeriod::to_string(&e)),
        },
    }
}

/// What a window being typed means.
pub(crate) fn reading(text: &str) -> Result<String, String> {
    if text.trim().is_empty() {
        return Ok(String::new());
    }
    text.parse::<Period>().map(Period::label).map_err(|e| e.to_string())
}
