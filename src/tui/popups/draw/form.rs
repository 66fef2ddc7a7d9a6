//! Fields to fill in, with suggestions for the current one.

use ratatui::{
    buffer::Buffer,
    layout::{Position, Rect},
};

use super::{clear, window};
use crate::{
    term::safe::Safe,
    tui::{
        look::Ink,
        model::{Form, FormField, Input, Model},
        widgets::{Pen, frame::Titles, input, lists},
    },
};

/// The rows of a field.
fn field_rows(f: &FormField, width: usize, roomy: bool) -> usize {
    match f.input {
        Input::Block if roomy => f.text.rows(width).0.len().clamp(3, 6),
        Input::Block => 1,
        _ => 1,
    }
}

/// The most lines of what is said of a form.
const NOTE: usize = 4;

/// What is said below the fields: what is wrong, or of the field being typed in.
fn note(f: &Form) -> (Ink, Safe<'_>) {
    let active = f.fields.get(f.at);
    match (&f.error, active.and_then(|a| a.error.as_ref())) {
        (Some(why), _) => (Ink::Bad, Safe::line(why.as_str())),
        _ if f.saving => (Ink::Soon, Safe::fixed("saving")),
        _ if !f.offers.is_empty() => (Ink::Dim, Safe::fixed("Down chooses, Enter accepts")),
        (None, Some(why)) => (Ink::Bad, Safe::line(why.as_str())),
        _ => (Ink::Dim, Safe::fixed(active.map_or("", |a| a.help))),
    }
}

/// Draws it; the place of the cursor.
pub(super) fn draw(buf: &mut Buffer, m: &Model, f: &Form, area: Rect) -> Option<Position> {
    let width = (area.width * 7 / 10).clamp(44, 84).min(area.width);
    let label = f.fields.iter().map(|x| Safe::fixed(x.label).width()).max().unwrap_or(8).min(16);
    let text = usize::from(width).saturating_sub(label + 7);
    let roomy = area.height > u16::try_from(f.fields.len()).unwrap_or(0) + 10;
    let rows: usize = f.fields.iter().map(|x| field_rows(x, text, roomy)).sum();
    let intro = usize::from(!f.intro.is_empty()) * 2;
    let (ink, note) = note(f);
    let notes = note.wrap(usize::from(width).saturating_sub(4));
    let notes = notes.get(..notes.len().min(NOTE)).unwrap_or_default();
    let foot = u16::try_from(notes.len().max(1)).unwrap_or(1);
    let height = u16::try_from(rows + intro + 4 + usize::from(foot)).unwrap_or(u16::MAX).min(area.height);
    let saved = f.writing.saved && f.writing.unsaved_since.is_none();
    let titles = Titles::new(Safe::line(f.title.as_str()));
    let titles = if saved { titles.right(Ink::Dim, Safe::fixed("draft saved")) } else { titles };
    let inner = window(buf, m, area, width, height, &titles);
    let mut y: u16 = 0;
    if !f.intro.is_empty() {
        Pen::new(buf, &m.look, inner, 0).gap(1).keep(1).text(Ink::Dim, Safe::line(f.intro.as_str()));
        y = 2;
    }
    // Where not all fields have room, those around the cursor are shown.
    let room = usize::from(inner.height.saturating_sub(y + 1 + foot)).max(1);
    let mut first = 0;
    while f
        .fields
        .iter()
        .skip(first)
        .take(f.at + 1 - first)
        .map(|x| field_rows(x, text, roomy))
        .sum::<usize>()
        > room
        && first < f.at
    {
        first += 1;
    }
    let (mut cursor, mut under, mut shown) = (None, None, 0);
    for (i, field) in f.fields.iter().enumerate().skip(first) {
        if y + 1 + foot > inner.height {
            break;
        }
        let active = i == f.at;
        let at = one_field(buf, m, field, inner, y, (label, text), active, roomy);
        if active {
            cursor = at;
            under = Some(inner.y + y + 1);
        }
        y += u16::try_from(field_rows(field, text, roomy)).unwrap_or(1);
        shown = i + 1;
    }
    let more = f.fields.len().saturating_sub(shown);
    for (y, row) in (inner.height.saturating_sub(foot)..).zip(notes) {
        let mut pen = Pen::new(buf, &m.look, inner, y);
        pen.gap(1).text(ink, row.borrowed());
        if more > 0 && y + 1 == inner.height {
            pen.at_end(Ink::Dim, Safe::line(format!("{more} more below ")));
        }
    }
    if let Some(y) = under {
        let left = u16::try_from(label + 2).unwrap_or(0);
        field_offers(
            buf,
            m,
            f,
            Rect {
                x: inner.x + left,
                width: inner.width.saturating_sub(left),
                y,
                height: area.bottom().saturating_sub(y),
            },
        );
    }
    cursor
}

/// Suggestions for the current field: a short list under it, over the fields below.
fn field_offers(buf: &mut Buffer, m: &Model, f: &Form, area: Rect) {
    let rows = u16::try_from(f.offers.len()).unwrap_or(u16::MAX).min(area.height);
    let list = Rect { height: rows, ..area };
    clear(buf, list);
    let widest = f.offers.iter().map(|(c, _)| Safe::line(c.title.as_str()).width()).max().unwrap_or(0);
    let alone = f.offers.iter().all(|(c, _)| c.beside.is_empty());
    let room = usize::from(area.width);
    let title = widest.max(12).min(if alone { room } else { room * 3 / 5 });
    for (y, (at, (c, mark))) in (0..rows).zip(f.offers.iter().enumerate()) {
        let mut pen = lists::row_pen(buf, &m.look, list, y, Some(at) == f.offer, true);
        // Set off from the values of the fields beneath.
        pen.text(Ink::Accent, Safe::fixed(m.look.signs.due)).gap(1);
        if !c.tail.is_empty() {
            pen.at_end(Ink::Text, Safe::fixed(" "));
            pen.at_end(Ink::Dim, Safe::line(c.tail.as_str()));
            pen.at_end(Ink::Text, Safe::fixed(" "));
        }
        let title = title.min(pen.room().saturating_sub(1));
        pen.marked(Ink::Accent, &Safe::line(c.title.as_str()), &mark.title, title).gap(2);
        let room = pen.room();
        pen.marked(Ink::Dim, &Safe::line(c.beside.as_str()), &mark.beside, room);
    }
}

#[allow(clippy::too_many_arguments, reason = "the places of one field")]
fn one_field(
    buf: &mut Buffer,
    m: &Model,
    field: &FormField,
    inner: Rect,
    y: u16,
    (label, text): (usize, usize),
    active: bool,
    roomy: bool,
) -> Option<Position> {
    let ink = match (active, field.error.is_some()) {
        (_, true) => Ink::Bad,
        (true, _) => Ink::Accent,
        _ => Ink::Dim,
    };
    let mut pen = Pen::new(buf, &m.look, inner, y);
    if active {
        pen.styled(m.look.theme.bar, Safe::fixed(m.look.signs.bar));
    } else {
        pen.gap(1);
    }
    pen.cell(ink, Safe::fixed(field.label), label).gap(2);
    let x = inner.x + u16::try_from(label + 3).unwrap_or(0);
    match &field.input {
        Input::Line => {
            if field.text.is_empty() && !active {
                let need = if field.required { "needed" } else { "" };
                pen.text(Ink::Dim, m.look.hint(need));
                None
            } else {
                Some(input::line(&mut pen, inner, x, inner.y + y, &field.text))
            }
        }
        Input::OneOf(words) => {
            if active {
                for w in words {
                    let on = w == field.text.as_str();
                    let w = if w.is_empty() { Safe::fixed("none") } else { Safe::line(w.replace('_', " ")) };
                    if pen.room() <= w.width() + 1 {
                        break;
                    }
                    if on {
                        pen.styled(m.look.theme.selected, w);
                    } else {
                        pen.text(Ink::Dim, w);
                    }
                    pen.gap(2);
                }
            } else {
                pen.text(Ink::Text, Safe::line(field.text.as_str().replace('_', " ")));
            }
            None
        }
        Input::Block => {
            let rows = field_rows(field, text, roomy);
            let (shown, at) = field.text.rows(text);
            let top = (at + 1).saturating_sub(rows);
            let mut cursor = None;
            for (i, row) in shown.iter().skip(top).take(rows).enumerate() {
                let line = y + u16::try_from(i).unwrap_or(0);
                let mut pen = Pen::new(buf, &m.look, inner, line);
                pen.gap(u16::try_from(label + 3).unwrap_or(0)).text(Ink::Text, row.text.borrowed());
                if let Some(column) = row.cursor {
                    cursor = Some(Position::new(x + u16::try_from(column).unwrap_or(0), inner.y + line));
                }
            }
            cursor
        }
    }
}
