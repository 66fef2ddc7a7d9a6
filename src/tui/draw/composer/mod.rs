//! A message being written, under the thread: who reads it in words and colour, its fields, the text, what follows it.

mod below;
mod header;

use ratatui::{
    buffer::Buffer,
    layout::{Position, Rect},
    widgets::{Clear, Widget},
};

use crate::{
    mail::quote::write,
    model::{Channel, Kind, number},
    term::safe::Safe,
    tui::{
        command::CommandId,
        look::Ink,
        model::{Composer, ComposerField, ComposerKind, Model, addresses},
        pages::thread,
        widgets::{
            Pen,
            frame::{self, Titles},
        },
    },
};

/// Columns of the labels.
const LABEL: usize = 8;

/// The least rows of the text.
const TEXT_ROWS: u16 = 3;

/// Who reads it, in words and colour.
fn titles(m: &Model, c: &Composer) -> Titles<'static> {
    let (ink, word, what) = match c.kind {
        ComposerKind::Reply => (Ink::Public, "PUBLIC REPLY", "the customer reads this".to_owned()),
        ComposerKind::Note => (Ink::Internal, "INTERNAL NOTE", "only the team reads this".to_owned()),
        ComposerKind::Forward => (Ink::Public, "FORWARD", "someone outside reads this".to_owned()),
        ComposerKind::Side(_) => {
            let first = addresses(c.to.as_str()).into_iter().next().unwrap_or_default();
            (Ink::Internal, "SIDE THREAD", format!("{} reads this, not the customer", c.name_of(&first)))
        }
    };
    let saved = match (c.writing.unsaved_since, c.writing.saved) {
        (Some(_), _) => "draft not saved yet",
        (None, true) => "draft saved",
        _ => "",
    };
    let dot = m.look.signs.dot;
    let mut left = vec![
        (ink, Safe::fixed(word)),
        (Ink::Dim, Safe::line(format!(" {dot} {what}"))),
        (Ink::Dim, Safe::line(format!(" {dot} {}", number::show(Kind::Ticket, c.number)))),
    ];
    if c.leaves() && c.basis.known && c.basis.channel != Channel::Email {
        left.push((Ink::Soon, Safe::line(format!(" {dot} by {}", thread::channel_word(&c.basis.channel)))));
    }
    if let Some(language) = write::language_name(&c.basis.language) {
        left.push((Ink::Dim, Safe::line(format!(" {dot} {language}"))));
    }
    let right = if saved.is_empty() { Vec::new() } else { vec![(Ink::Dim, Safe::fixed(saved))] };
    Titles { left, right }
}

/// Draws it; the place of the cursor.
pub fn draw(buf: &mut Buffer, m: &Model, c: &Composer, area: Rect, framed: bool) -> Option<Position> {
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
    frame::title_line(buf, &m.look, area, framed, true, &titles(m, c));
    let mut cursor = None;
    let mut y = 0;
    // In a low window the text has more right to the room than its headers.
    let fields = c.shown_fields();
    let roomy = usize::from(inner.height) >= fields.len() + 4;
    let mut offers_at = None;
    for field in fields {
        let active = c.field == field;
        let empty = c.text(field).is_empty() && field != ComposerField::To;
        if !roomy && !active && (empty || field != ComposerField::To) {
            continue;
        }
        cursor = header::field(buf, m, c, inner, y, field).or(cursor);
        y += 1;
        if active {
            offers_at = Some(y);
        }
    }
    if inner.height > y + 2 {
        Pen::new(buf, &m.look, inner, y).gap(1).rule(usize::from(inner.width.saturating_sub(2)));
        y += 1;
    }
    let left = inner.height.saturating_sub(y);
    let below = u16::try_from(c.below_rows()).unwrap_or(0).min(left.saturating_sub(TEXT_ROWS));
    let text = Rect {
        x: inner.x + 1,
        y: inner.y + y.min(inner.height),
        width: inner.width.saturating_sub(2),
        height: left - below,
    };
    let at = body(buf, m, c, text);
    below::draw(buf, m, c, Rect { y: text.bottom(), height: below, ..text });
    if let Some(y) = offers_at.filter(|_| c.typing && !c.offers.all.is_empty()) {
        let height = inner.height.saturating_sub(y);
        header::offers(buf, m, c, Rect { y: inner.y + y, height, ..inner });
    }
    if c.typing && c.field == ComposerField::Body { at } else { cursor }
}

fn body(buf: &mut Buffer, m: &Model, c: &Composer, area: Rect) -> Option<Position> {
    let (rows, at) = c.body.rows(usize::from(area.width));
    let height = usize::from(area.height);
    let top = (at + 1).saturating_sub(height);
    if c.body.is_empty() && !(c.typing && c.field == ComposerField::Body) {
        let key = |c| m.keymap.keys_of(c).next().map(ToString::to_string).unwrap_or_default();
        let (write, send, keep) =
            (key(CommandId::ComposerWrite), key(CommandId::ComposerSend), key(CommandId::ComposerKeep));
        let sends = if c.leaves() { "sends" } else { "adds the note" };
        let text = format!("{write} writes, {send} {sends}, {keep} keeps it for later");
        Pen::new(buf, &m.look, area, 0).text(Ink::Dim, Safe::line(text));
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
