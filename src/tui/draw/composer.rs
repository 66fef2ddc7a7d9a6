//! A message being written, under the thread: who reads it in words and colour, its fields, the text.

use ratatui::{
    buffer::Buffer,
    layout::{Position, Rect},
    widgets::{Clear, Widget},
};

use crate::{
    model::{Kind, number},
    term::safe::Safe,
    tui::{
        look::Ink,
        model::{Composer, ComposerField, Model},
        widgets::{
            Pen,
            frame::{self, Titles},
            input,
        },
    },
};

/// Columns of the labels.
const LABEL: usize = 8;

/// Draws it; the place of the cursor.
pub fn draw(buf: &mut Buffer, m: &Model, c: &Composer, area: Rect, framed: bool) -> Option<Position> {
    let (ink, word) = if c.public { (Ink::Public, "PUBLIC REPLY") } else { (Ink::Internal, "INTERNAL NOTE") };
    let what = if c.public { "the customer reads this" } else { "only the team reads this" };
    let saved = match (c.writing.unsaved_since, c.writing.saved) {
        (Some(_), _) => "draft not saved yet",
        (None, true) => "draft saved",
        _ => "",
    };
    let titles = Titles {
        left: vec![
            (ink, Safe::fixed(word)),
            (Ink::Dim, Safe::line(format!(" {} {what}", m.look.signs.dot))),
            (Ink::Dim, Safe::line(format!(" {} {}", m.look.signs.dot, number::show(Kind::Ticket, c.number)))),
        ],
        right: if saved.is_empty() { Vec::new() } else { vec![(Ink::Dim, Safe::fixed(saved))] },
    };
    let inner = if framed {
        Rect {
            x: area.x + 1,
            y: area.y + 1,
            width: area.width.saturating_sub(2),
            height: area.height.saturating_sub(2),
        }
    } else {
        Rect { y: area.y + 1, height: area.height.saturating_sub(1), ..area }
    };
    // The border is shared with the neighbours: what is drawn of it stays and is joined.
    Clear.render(inner.intersection(buf.area), buf);
    frame::title_line(buf, &m.look, area, framed, true, &titles);
    let mut cursor = None;
    let mut y = 0;
    // In a low window the text has more right to the room than its headers.
    let fields: Vec<ComposerField> =
        c.fields().iter().copied().filter(|f| *f != ComposerField::Body).collect();
    let roomy = usize::from(inner.height) >= fields.len() + 4;
    for field in fields {
        let active = c.field == field;
        let empty = c.text(field).is_empty() && field != ComposerField::To;
        if !roomy && !active && (empty || field != ComposerField::To) {
            continue;
        }
        let mut pen = Pen::new(buf, &m.look, inner, y);
        pen.gap(1).cell(if active { Ink::Accent } else { Ink::Dim }, Safe::fixed(field.label()), LABEL);
        let x = inner.x + 1 + u16::try_from(LABEL).unwrap_or(0);
        if c.text(field).is_empty() && !(active && c.typing) {
            pen.text(Ink::Dim, Safe::fixed(placeholder(field)));
        } else {
            let at = input::line(&mut pen, inner, x, inner.y + y, c.text(field));
            if active && c.typing {
                cursor = Some(at);
            }
        }
        y += 1;
    }
    if inner.height > y + 2 {
        Pen::new(buf, &m.look, inner, y).gap(1).rule(usize::from(inner.width.saturating_sub(2)));
        y += 1;
    }
    let text = Rect {
        x: inner.x + 1,
        y: inner.y + y.min(inner.height),
        width: inner.width.saturating_sub(2),
        height: inner.height.saturating_sub(y),
    };
    let at = body(buf, m, c, text);
    if c.typing && c.field == ComposerField::Body { at } else { cursor }
}

fn placeholder(field: ComposerField) -> &'static str {
    match field {
        ComposerField::Status => "as it is (solved, pending, hold, tomorrow 9am)",
        ComposerField::Tags => "add, with - take away",
        ComposerField::To => "nobody yet",
        _ => "",
    }
}

fn body(buf: &mut Buffer, m: &Model, c: &Composer, area: Rect) -> Option<Position> {
    let (rows, at) = c.body.rows(usize::from(area.width));
    let height = usize::from(area.height);
    let top = (at + 1).saturating_sub(height);
    if c.body.is_empty() && !(c.typing && c.field == ComposerField::Body) {
        Pen::new(buf, &m.look, area, 0)
            .text(Ink::Dim, Safe::fixed("i writes, y sends, q keeps it for later"));
    }
    let mut cursor = None;
    for (i, row) in rows.iter().skip(top).take(height).enumerate() {
        let y = u16::try_from(i).unwrap_or(0);
        Pen::new(buf, &m.look, area, y).text(Ink::Text, row.text.borrowed());
        if let Some(column) = row.cursor {
            let x = area.x + u16::try_from(column).unwrap_or(0).min(area.width.saturating_sub(1));
            cursor = Some(Position::new(x, area.y + y));
        }
    }
    cursor
}
