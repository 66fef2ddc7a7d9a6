//! A task's row.

use super::{DUE_WIDTH, Pen, due};
use crate::{
    model::{Kind, Stamp, number},
    term::safe::Safe,
    tui::{data::TaskRow, look::Ink},
};

/// Draws this part.
pub fn row(pen: &mut Pen<'_>, t: &TaskRow, marked: bool, now: Stamp) {
    let look = pen.look();
    let width = pen.room();
    let done = t.done_at.is_some();
    let text = if done { Ink::Dim } else { Ink::Text };
    let (ink, mark) = if marked { (Ink::Marked, look.signs.marked) } else { (Ink::Text, " ") };
    pen.text(ink, Safe::fixed(mark));
    let (ink, sign) = if done { (Ink::Good, look.signs.done) } else { (Ink::Dim, look.signs.todo) };
    pen.text(ink, Safe::fixed(sign));
    let (ink, time) = match t.due {
        Some(at) if !done => due(at, now, look),
        _ => (Ink::Dim, Safe::fixed("")),
    };
    pen.cell_right(ink, time, DUE_WIDTH).gap(1);
    let mut tail: Vec<(Ink, Safe<'_>, usize)> = Vec::new();
    if width >= 60 {
        tail.push((Ink::Text, Safe::line(t.who.as_str()), 22));
    }
    if width >= 84 {
        tail.push((Ink::Dim, Safe::line(t.owner_name.as_str()), 10));
        tail.push((Ink::Dim, Safe::line(number::show(Kind::Task, t.number)), 8));
    }
    let keep: usize = tail.iter().map(|(_, _, w)| w + 1).sum();
    pen.rest(text, Safe::line(t.title.as_str()), keep);
    for (ink, text, width) in tail {
        pen.gap(1).cell(ink, text, width);
    }
}

/// The heads of the columns.
pub fn head(pen: &mut Pen<'_>) {
    let width = pen.room();
    pen.gap(2).cell_right(Ink::Dim, Safe::fixed("due"), DUE_WIDTH).gap(1);
    let mut tail: Vec<(&'static str, usize)> = Vec::new();
    if width >= 60 {
        tail.push(("customer", 22));
    }
    if width >= 84 {
        tail.extend([("owner", 10), ("number", 8)]);
    }
    let keep: usize = tail.iter().map(|(_, w)| w + 1).sum();
    pen.rest(Ink::Dim, Safe::fixed("task"), keep);
    for (text, width) in tail {
        pen.gap(1).cell(Ink::Dim, Safe::fixed(text), width);
    }
}
