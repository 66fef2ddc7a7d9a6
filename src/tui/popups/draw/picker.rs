//! A list to choose from: what is typed, the choices, and what is read of the one under the cursor.

use ratatui::{
    buffer::Buffer,
    layout::{Position, Rect},
};

use super::window;
use crate::{
    term::safe::Safe,
    tui::{
        look::Ink,
        model::{Model, Picker, PickerFor},
        widgets::{Pen, frame::Titles, input, lists},
    },
};

/// Columns and rows of its window.
fn picker_size(size: (u16, u16), p: &Picker) -> (u16, u16) {
    // As high as all its choices need: it does not jump while one types.
    let shown = match p.purpose {
        PickerFor::Find(_) | PickerFor::House(..) => 12,
        PickerFor::Texts => 16,
        _ => p.choices.len().max(3),
    };
    // On a small screen nearly all of it: names are to be read whole.
    let width = (size.0 * 7 / 10).max(size.0.min(78).saturating_sub(6)).clamp(40, 96);
    // What is read below the choices has its room beside theirs.
    let below = below(p, width);
    let most = if below > 0 { size.1 * 8 / 10 } else { size.1 * 6 / 10 }.max(8);
    let height = u16::try_from(shown).unwrap_or(u16::MAX).saturating_add(4 + below);
    (width, height.clamp(7, most.max(7)))
}

/// The lines below the choices, the rule above them too: as many as the longest needs, so that nothing jumps.
fn below(p: &Picker, width: u16) -> u16 {
    let room = usize::from(width.saturating_sub(4)).max(1);
    let rows = |line: &String| {
        let line = Safe::line(line.as_str());
        if line.width() <= room { 1 } else { line.wrap(room).len() }
    };
    let most = p.choices.iter().map(|c| c.detail.iter().map(rows).sum::<usize>()).max().unwrap_or(0);
    if most == 0 { 0 } else { u16::try_from(most.min(8)).unwrap_or(0).saturating_add(1) }
}

/// How many choices a picker shows.
#[must_use]
pub fn picker_rows(size: (u16, u16), p: &Picker) -> usize {
    let (width, height) = picker_size(size, p);
    usize::from(height.min(size.1)).saturating_sub(4 + usize::from(below(p, width))).max(1)
}

/// Draws it; the place of the cursor.
pub(super) fn draw(buf: &mut Buffer, m: &Model, p: &Picker, area: Rect) -> Option<Position> {
    let (width, height) = picker_size(m.size, p);
    let count = format!("{} of {}", p.shown.len(), p.choices.len());
    let count = if p.shown.len() == p.choices.len() { p.shown.len().to_string() } else { count };
    let mut titles = Titles::new(Safe::line(p.title.as_str()));
    if !p.note.is_empty() {
        titles = titles.right(Ink::Soon, Safe::line(format!("{}  ", p.note)));
    }
    titles = titles.right(Ink::Dim, Safe::line(count));
    let inner = window(buf, m, area, width, height, &titles);
    let mut pen = Pen::new(buf, &m.look, inner, 0);
    pen.gap(1).text(Ink::Accent, Safe::fixed(m.look.signs.due)).gap(1);
    let cursor = input::line(&mut pen, inner, inner.x + 3, inner.y, &p.input);
    Pen::new(buf, &m.look, inner, 1).gap(1).rule(usize::from(inner.width.saturating_sub(2)));
    let below = below(p, width).min(inner.height.saturating_sub(3));
    let list =
        Rect { y: inner.y + 2.min(inner.height), height: inner.height.saturating_sub(2 + below), ..inner };
    detail(buf, m, p, Rect { y: list.bottom(), height: below, ..inner });
    if p.shown.is_empty() {
        lists::empty(buf, &m.look, list, std::slice::from_ref(&p.empty));
    }
    let widest =
        p.shown.iter().filter_map(|s| p.choices.get(s.at)).map(|c| Safe::line(c.title.as_str()).width());
    let title = widest.max().unwrap_or(0).max(12).min(usize::from(list.width) / 2);
    for (y, (at, mark)) in (0..list.height).zip(p.shown.iter().enumerate().skip(p.top)) {
        let Some(c) = p.choices.get(mark.at) else { continue };
        let mut pen = lists::row_pen(buf, &m.look, list, y, at == p.cursor, true);
        if let Some(many) = &p.many {
            let on = many.contains(&c.value);
            pen.text(Ink::Marked, Safe::fixed(if on { m.look.signs.marked } else { " " })).gap(1);
        }
        let ink = if c.disabled.is_some() { Ink::Dim } else { Ink::Text };
        if !c.tail.is_empty() {
            pen.at_end(Ink::Text, Safe::fixed(" "));
            let tail = if c.record.is_some() || c.disabled.is_some() { Ink::Dim } else { Ink::Accent };
            pen.at_end(tail, Safe::line(c.tail.as_str()));
            pen.at_end(Ink::Text, Safe::fixed(" "));
        }
        pen.marked(ink, &Safe::line(c.title.as_str()), &mark.title, title).gap(2);
        let room = pen.room();
        pen.marked(Ink::Dim, &Safe::line(c.beside.as_str()), &mark.beside, room);
    }
    Some(cursor)
}

/// What is to be read of the choice under the cursor, in full: long lines go on in the next one.
fn detail(buf: &mut Buffer, m: &Model, p: &Picker, area: Rect) {
    if area.height == 0 {
        return;
    }
    Pen::new(buf, &m.look, area, 0).gap(1).rule(usize::from(area.width.saturating_sub(2)));
    let Some(c) = p.current() else { return };
    let room = usize::from(area.width.saturating_sub(2));
    let last = c.detail.len().saturating_sub(1);
    let mut y = 1;
    for (i, line) in c.detail.iter().enumerate() {
        let ink = if i == last { Ink::Accent } else { Ink::Text };
        let line = Safe::line(line.as_str());
        for row in line.wrap(room) {
            Pen::new(buf, &m.look, area, y).gap(1).text(ink, row);
            y += 1;
        }
    }
}
