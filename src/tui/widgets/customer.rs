//! A customer's row and chip: the name leads, the number follows dim.

use super::{
    Pen,
    columns::{self, Sorted},
};
use crate::{
    desk::list::columns::{Cell, Fit, Pick},
    model::{Kind, Stamp, number, zone},
    term::safe::Safe,
    tui::{data::CustomerRow, look::Ink},
};

/// Draws a row.
pub fn row(pen: &mut Pen<'_>, c: &CustomerRow, marked: bool, now: Stamp) {
    let look = pen.look();
    let width = pen.room();
    let text = if c.archived { Ink::Dim } else { Ink::Text };
    let (ink, mark) = if marked { (Ink::Marked, look.signs.marked) } else { (Ink::Text, " ") };
    pen.text(ink, Safe::fixed(mark));
    if width < 52 {
        let name = (width * 11 / 20).max(12);
        pen.marked(text, &Safe::line(c.name.as_str()), &c.marks, name.min(width)).gap(1);
        beside(pen, Ink::Dim, c, 0);
        return;
    }
    pen.marked(text, &Safe::line(c.name.as_str()), &c.marks, if width >= 100 { 26 } else { 20 }).gap(2);
    let mut tail: Vec<(Ink, Safe<'_>, usize, bool)> = Vec::new();
    if width >= 120 {
        tail.push((Ink::Accent, Safe::line(c.tags.join(" ")), 16, false));
    }
    if width >= 100 {
        tail.push((Ink::Dim, Safe::line(c.stage.as_str()), 10, false));
    }
    let open = if c.open == 0 { String::new() } else { c.open.to_string() };
    tail.push((Ink::New, Safe::line(open), 4, true));
    let seen = c.seen_at.map(|at| zone::age(now.saturating_sub(at))).unwrap_or_default();
    tail.push((Ink::Dim, Safe::line(seen), 5, true));
    if width >= 72 {
        tail.push((Ink::Dim, Safe::line(number::show(Kind::Customer, c.number)), 8, false));
    }
    let keep: usize = tail.iter().map(|(_, _, w, _)| w + 1).sum();
    let room = pen.room().saturating_sub(keep);
    if room >= 40 {
        let keep_mail = pen.room().saturating_sub(room / 2 - 1);
        match c.by.as_ref().filter(|(_, text, _)| *text == c.email) {
            Some((_, address, marks)) => {
                pen.cell(text, Safe::line(c.organisation.as_str()), room / 2 - 1).gap(1);
                let width = pen.room().saturating_sub(keep);
                pen.marked(Ink::Dim, &Safe::addr(address.as_str()), marks, width);
            }
            None => {
                beside(pen, text, c, keep_mail);
                pen.gap(1).rest(Ink::Dim, Safe::addr(c.email.as_str()), keep);
            }
        }
    } else {
        beside(pen, Ink::Dim, c, keep);
    }
    for (ink, text, width, number) in tail {
        pen.gap(1);
        if number {
            pen.cell_right(ink, text, width)
        } else {
            pen.cell(ink, text, width)
        };
    }
}

/// Draws a row in columns chosen by the agent.
pub fn row_in(pen: &mut Pen<'_>, picks: &[Pick], c: &CustomerRow, marked: bool, now: Stamp) {
    let look = pen.look();
    let text = if c.archived { Ink::Dim } else { Ink::Text };
    let (ink, mark) = if marked { (Ink::Marked, look.signs.marked) } else { (Ink::Text, " ") };
    pen.text(ink, Safe::fixed(mark));
    // What matched is marked where it stands; where it occurs nowhere, in the last column that can shrink.
    let shown = columns::widths(picks, pen.room()).len();
    let is = |cell: &Cell, text: &str| matches!(cell, Cell::Text(t) if t == text);
    let by = c.by.as_ref().map(|(field, text, marks)| {
        let here = c.cells.iter().take(shown).position(|cell| is(cell, text));
        let room = |p: &Pick| matches!(p.column.fit, Fit::Text | Fit::Aside) && p.column.name != "name";
        match here {
            Some(at) => (at, text.clone(), marks.clone()),
            None => {
                let at = picks.iter().take(shown).rposition(room).unwrap_or(usize::MAX);
                let shift = field.chars().count() + 2;
                (at, format!("{field}: {text}"), marks.iter().map(|m| m + shift).collect())
            }
        }
    });
    columns::cells(pen, picks, &c.cells, text, now, &|pen, pick, width| match (&by, pick.column.name) {
        (_, "name") => {
            pen.marked(text, &Safe::line(c.name.as_str()), &c.marks, width);
            true
        }
        (Some((at, by, marks)), _) if picks.get(*at) == Some(pick) => {
            pen.marked(Ink::Dim, &Safe::line(by.as_str()), marks, width);
            true
        }
        _ => false,
    });
}

/// The organisation; where something else than the name matched, that. `keep` columns stay free behind it.
fn beside(pen: &mut Pen<'_>, ink: Ink, c: &CustomerRow, keep: usize) {
    let room = pen.room().saturating_sub(keep);
    match &c.by {
        Some((field, text, marks)) => {
            let lead = if *field == "organisation" { String::new() } else { format!("{field}: ") };
            let shift = lead.chars().count();
            let marks: Vec<usize> = marks.iter().map(|m| m + shift).collect();
            pen.marked(ink, &Safe::line(format!("{lead}{text}")), &marks, room);
        }
        None => {
            pen.cell(ink, Safe::line(c.organisation.as_str()), room);
        }
    }
}

/// The heads of the columns that [`row`] draws in this many columns.
pub fn head(pen: &mut Pen<'_>, sorted: Option<Sorted<'_>>) {
    let width = pen.room();
    let name = Sorted::head(sorted, "name", pen);
    pen.gap(1).cell(Ink::Dim, name, if width >= 100 { 26 } else { 20 }).gap(2);
    let mut tail: Vec<(&'static str, usize, bool)> = Vec::new();
    if width >= 120 {
        tail.push(("tags", 16, false));
    }
    if width >= 100 {
        tail.push(("stage", 10, false));
    }
    tail.extend([("open", 4, true), ("seen", 5, true)]);
    if width >= 72 {
        tail.push(("number", 8, false));
    }
    let keep: usize = tail.iter().map(|(_, w, _)| w + 1).sum();
    let room = pen.room().saturating_sub(keep);
    let house = Sorted::head(sorted, "organisation", pen);
    if room >= 40 {
        let mail = Sorted::head(sorted, "mail", pen);
        pen.cell(Ink::Dim, house, room / 2 - 1).gap(1);
        pen.rest(Ink::Dim, mail, keep);
    } else {
        pen.rest(Ink::Dim, house, keep);
    }
    for (text, width, number) in tail {
        let text = Sorted::head(sorted, text, pen);
        pen.gap(1);
        if number {
            pen.cell_right(Ink::Dim, text, width)
        } else {
            pen.cell(Ink::Dim, text, width)
        };
    }
}
