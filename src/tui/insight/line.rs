//! A number in a line: label, value, how sure, change, how many, course.

use super::Line;
use crate::{
    insight::show,
    term::safe::Safe,
    tui::{
        look::{Appearance, Ink},
        widgets::{Pen, course},
    },
};

/// Which columns a width has room for.
struct Widths {
    label: usize,
    beside: usize,
    n: usize,
    course: usize,
    also: bool,
}

const VALUE: usize = 9;
const CHANGE: usize = 8;

impl Widths {
    fn of(room: usize) -> Widths {
        let label = if room >= 64 { 18 } else { 16 };
        let beside = if room >= 52 { 13 } else { 0 };
        let n = if room >= 60 { 8 } else { 0 };
        // Each column but the first follows a blank.
        let taken = label + VALUE + 1 + beside + CHANGE + 2 + n + 2;
        let left = room.saturating_sub(taken);
        let course = if left >= 4 { left.min(31) } else { 0 };
        Widths { label, beside, n, course, also: left > course + 12 }
    }
}

/// Draws it in the rest of a row.
pub(super) fn draw(pen: &mut Pen<'_>, l: &Line) {
    let look = pen.look();
    let w = Widths::of(pen.room());
    pen.cell(Ink::Text, Safe::line(l.label.as_str()), w.label).gap(1);
    pen.cell_right(Ink::Head, plain(look, &l.value), VALUE).gap(1);
    if w.beside > 0 {
        pen.cell(Ink::Dim, plain(look, &l.beside), w.beside);
    }
    let sign = match l.sign {
        1.. => look.signs.up,
        0 => "",
        _ => look.signs.down,
    };
    let ink = match l.better {
        None => Ink::Dim,
        Some(true) => Ink::Good,
        Some(false) => Ink::Bad,
    };
    pen.cell_right(ink, plain(look, &format!("{sign}{}", l.change)), CHANGE).gap(1);
    if w.n > 0 {
        let n = l.n.map(|n| format!("n {}", show::grouped(n))).unwrap_or_default();
        pen.cell_right(Ink::Dim, Safe::line(n), w.n);
    }
    if w.course > 0 {
        let levels = show::levels(&l.course, w.course, 8);
        let levels: Vec<Option<u8>> =
            levels.into_iter().map(|l| l.and_then(|l| u8::try_from(l).ok())).collect();
        pen.gap(2).cell(Ink::Dim, course(&levels, look.signs), w.course);
    }
    if w.also && !l.also.is_empty() {
        pen.gap(2).text(Ink::Dim, plain(look, &l.also));
    }
}

/// What the numbers say in their own signs, in those of the look.
pub(super) fn plain<'a>(look: &Appearance, text: &'a str) -> Safe<'a> {
    if text.is_ascii() || is_unicode(look) {
        return Safe::line(text);
    }
    let plain =
        text.replace('…', "..").replace(['–', '−'], "-").replace('·', look.signs.dot).replace('×', "x");
    Safe::line(plain)
}

/// Whether the terminal knows more than ASCII.
pub(super) fn is_unicode(look: &Appearance) -> bool {
    !look.signs.full.is_ascii()
}
