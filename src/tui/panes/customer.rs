//! A customer: the card, and the whole history as a list. On its own page, or beneath a ticket.

use ratatui::{buffer::Buffer, layout::Rect};

use super::key;
use crate::{
    model::{Kind, number},
    term::safe::Safe,
    tui::{
        command::CommandId,
        look::Ink,
        model::{CustomerView, Kinds, Model},
        pages::timeline,
        widgets::{Pen, frame::Titles, lists},
    },
};

/// Columns of the time and of the word.
const WHEN: usize = 10;
const WORD: usize = 8;

/// Its titles.
pub fn titles(m: &Model, card: bool) -> Titles<'_> {
    let Some(v) = &m.page.customer else {
        return Titles::new(Safe::fixed(if card { "" } else { "Customer" }));
    };
    let c = &v.page.customer;
    let mut titles = Titles { left: vec![(Ink::Head, Safe::line(c.display_name()))], right: Vec::new() };
    let organisation = v.page.organisation.as_ref().map_or("", |o| o.name.as_str());
    if !organisation.is_empty() {
        titles = titles.and(Ink::Dim, Safe::line(format!(" {} {organisation}", m.look.signs.dot)));
    }
    if m.page.kinds != Kinds::All {
        titles = titles.right(Ink::Accent, Safe::line(format!("{} ", m.page.kinds.word())));
    }
    titles.right(Ink::Dim, Safe::line(number::show(Kind::Customer, c.number)))
}

/// Draws this part.
pub fn draw(buf: &mut Buffer, m: &Model, area: Rect, focused: bool) {
    let Some(v) = &m.page.customer else { return };
    let mut y = 0;
    for line in v.card.iter().take(usize::from(area.height)) {
        Pen::new(buf, &m.look, Rect { width: area.width.saturating_sub(1), ..area }, y).gap(1).line(line);
        y += 1;
    }
    let below = Rect { y: area.y + y, height: area.height.saturating_sub(y), ..area };
    if below.height > 1 {
        Pen::new(buf, &m.look, below, 0).gap(1).rule(usize::from(area.width.saturating_sub(2)));
        let list = Rect { y: below.y + 1, height: below.height - 1, ..below };
        history(buf, m, v, list, focused);
    }
}

fn history(buf: &mut Buffer, m: &Model, v: &CustomerView, area: Rect, focused: bool) {
    let entries = v.entries(m.page.kinds);
    if entries.is_empty() {
        let lines = match m.page.kinds {
            Kinds::All => vec![
                "No history yet.".to_owned(),
                format!(
                    "{} logs a call, {} opens a ticket",
                    key(m, CommandId::CustomerLog),
                    key(m, CommandId::TicketNew)
                ),
            ],
            _ => vec!["Nothing of this kind.".to_owned()],
        };
        return lists::empty(buf, &m.look, area, &lines);
    }
    for (y, (at, entry)) in (0..area.height).zip(entries.iter().enumerate().skip(v.top)) {
        let here = at == v.cursor && focused;
        let mut pen = lists::row_pen(buf, &m.look, area, y, here, focused);
        let shown = timeline::shown(entry, &m.info, m.look.signs);
        let zone = &m.info.zone;
        let when = entry.date().map_or_else(|| zone.when(entry.at, m.now), |day| zone.when_day(day, m.now));
        pen.cell(Ink::Dim, Safe::line(when), WHEN).gap(1);
        pen.cell(shown.ink, shown.word, WORD).gap(1);
        let keep = if area.width >= 60 { 9 } else { 0 };
        pen.rest(Ink::Text, shown.text, keep);
        if keep > 0 {
            pen.gap(1).cell(Ink::Dim, shown.tail, keep - 1);
        }
    }
}
