//! The lines above the text of a message: its recipients, and what becomes of the ticket.

use ratatui::{
    buffer::Buffer,
    layout::{Position, Rect},
    widgets::{Clear, Widget as _},
};

use super::LABEL;
use crate::{
    term::safe::Safe,
    tui::{
        command::CommandId,
        look::Ink,
        model::{Composer, ComposerField as Field, Model},
        widgets::{Pen, input, lists},
    },
};

/// Draws a field; the place of the cursor where it is typed in.
pub fn field(
    buf: &mut Buffer,
    m: &Model,
    c: &Composer,
    area: Rect,
    y: u16,
    field: Field,
) -> Option<Position> {
    let active = c.field == field;
    let folded = !active && !c.unfolded && c.field == Field::Body;
    let mut pen = Pen::new(buf, &m.look, area, y);
    pen.gap(1).cell(if active { Ink::Accent } else { Ink::Dim }, Safe::fixed(field.label()), LABEL);
    let wide = area.width >= 60;
    if let Some((_, bad)) =
        c.bad_recipient(!c.typing).filter(|(of, _)| *of == field || folded && field == Field::To)
    {
        let bad = Safe::line(format!("  no address: {bad} ")).truncate_with(30, m.look.cut());
        pen.at_end(Ink::Bad, bad.into_owned());
    } else if folded && field == Field::To && wide && fits(&pen, m, c, 45) {
        let key = m.keymap.keys_of(CommandId::ComposerRecipients).next().map(ToString::to_string);
        pen.at_end(Ink::Dim, Safe::line(format!("  {} all fields ", key.unwrap_or_default())));
    }
    if field == Field::To && c.bounces() {
        pen.at_end(Ink::Bad, Safe::fixed("  mail there came back "));
    }
    if field == Field::To && !c.basis.prefers.is_empty() {
        pen.at_end(Ink::Soon, Safe::line(format!("  prefers {} ", c.basis.prefers.replace('_', " "))));
    }
    let x = area.x + 1 + u16::try_from(LABEL).unwrap_or(0);
    if folded && field == Field::To && !c.to.is_empty() {
        // Where the address has no room, everyone else who reads it has more right to it.
        let dot = m.look.signs.dot;
        let whole = Safe::line(c.recipients_shown(dot, true));
        let shown =
            if whole.width() <= pen.room() { whole } else { Safe::line(c.recipients_shown(dot, false)) };
        pen.text(Ink::Text, shown);
    } else if c.text(field).is_empty() && !(active && c.typing) {
        pen.text(Ink::Dim, m.look.hint(placeholder(field)));
    } else {
        let at = input::line(&mut pen, area, x, area.y + y, c.text(field));
        return (active && c.typing).then_some(at);
    }
    None
}

/// Whether all recipients have room next to this many columns of other things.
fn fits(pen: &Pen<'_>, m: &Model, c: &Composer, other: usize) -> bool {
    Safe::line(c.recipients_shown(m.look.signs.dot, false)).width() + other <= pen.room()
}

fn placeholder(field: Field) -> &'static str {
    match field {
        Field::Status => "unchanged; or solved, pending, hold, tomorrow 9am",
        Field::Tags => "add, with - take away",
        Field::To => "no one yet",
        _ => "",
    }
}

/// Addresses offered for the field, under it.
pub fn offers(buf: &mut Buffer, m: &Model, c: &Composer, area: Rect) {
    let shown = c.offers.all.len().min(usize::from(area.height));
    let area = Rect { height: u16::try_from(shown).unwrap_or(0), ..area };
    Clear.render(area.intersection(buf.area), buf);
    for (y, (n, address)) in (0u16..).zip(c.offers.all.iter().enumerate().take(shown)) {
        let chosen = c.offers.chosen == Some(n);
        let mut pen = lists::row_pen(buf, &m.look, area, y, chosen, true);
        pen.gap(u16::try_from(LABEL).unwrap_or(0).saturating_sub(1));
        pen.text(Ink::Text, Safe::line(address.name.as_str()));
        let gap = if address.name.is_empty() { "" } else { "  " };
        pen.text(Ink::Dim, Safe::line(format!("{gap}{}", address.email)));
    }
}
