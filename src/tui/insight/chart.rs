//! Courses two lines high, and a score with its interval.

use super::{
    Chart,
    line::{is_unicode, plain},
    place::COURSE,
};
use crate::{
    insight::show,
    term::safe::Safe,
    tui::{look::Ink, widgets::Pen},
};

/// Columns for the names of courses.
const NAMES: usize = 8;

/// Draws a line of a chart: two for each course, then the ends of the time.
pub(super) fn draw(pen: &mut Pen<'_>, c: &Chart, line: usize) {
    let look = pen.look();
    let room = pen.room().saturating_sub(NAMES + 1);
    let slices = c.series.iter().map(|(_, s)| s.len()).max().unwrap_or(0).max(1);
    // A slice is as many cells wide as there is room for, at most four.
    let cells = (room / slices).clamp(1, 4);
    let width = (slices * cells).min(room);
    let Some((name, values)) = c.series.get(line / COURSE) else {
        let right = plain(look, &c.ends.1);
        let left = width.saturating_sub(right.width());
        pen.gap(u16::try_from(NAMES + 1).unwrap_or(0));
        pen.cell(Ink::Dim, plain(look, &c.ends.0), left).text(Ink::Dim, right);
        return;
    };
    let upper = line.is_multiple_of(COURSE);
    match (upper, line / COURSE) {
        (true, 0) => pen.cell_right(Ink::Dim, Safe::line(c.most.as_str()), NAMES).gap(1),
        (true, _) => pen.cell(Ink::Dim, Safe::fixed(""), NAMES).gap(1),
        (false, _) => pen.cell_right(Ink::Dim, Safe::fixed(name), NAMES).gap(1),
    };
    // All courses are on one scale: the highest of them is the top of each.
    let top = c.series.iter().flat_map(|(_, s)| s).flatten().copied().fold(0.0, f64::max);
    let mut bars = String::new();
    for level in show::levels_to(values, slices.min(room), COURSE * 8 + 1, top) {
        let glyph = match level {
            None => " ",
            Some(l) if upper => l.checked_sub(9).map_or(" ", |l| glyph(look.signs.spark, l)),
            Some(0) => glyph(look.signs.spark, 0),
            Some(l) => glyph(look.signs.spark, l.min(8) - 1),
        };
        let blank = if cells > 2 && is_unicode(look) { 1 } else { 0 };
        bars.push_str(&glyph.repeat(cells - blank));
        bars.push_str(&" ".repeat(blank));
    }
    pen.text(if line / COURSE == 0 { Ink::Text } else { Ink::Dim }, Safe::line(bars));
}

fn glyph(spark: [&'static str; 8], level: usize) -> &'static str {
    spark.get(level.min(7)).copied().unwrap_or(" ")
}

/// Draws a score from −100 to 100: the interval, the score in it, nought and the ends.
pub(super) fn whisker(pen: &mut Pen<'_>, (low, score, high): (f64, f64, f64)) {
    let look = pen.look();
    let (rule, band, zero, dot) =
        if is_unicode(look) { ("─", "━", "┼", "●") } else { ("-", "=", "|", "o") };
    pen.cell_right(Ink::Dim, Safe::fixed("-100"), NAMES).gap(1);
    let width = pen.room().saturating_sub(6).min(61);
    if width < 11 {
        return;
    }
    let cell = |x: f64| ((x.clamp(-100.0, 100.0) + 100.0) / 200.0 * (width - 1) as f64).round() as usize;
    let (low, score, high, nought) = (cell(low), cell(score), cell(high), cell(0.0));
    for i in 0..width {
        let (ink, sign) = match i {
            _ if i == score => (Ink::Head, dot),
            _ if i == nought => (Ink::Text, zero),
            _ if (low..=high).contains(&i) => (Ink::Text, band),
            _ => (Ink::Dim, rule),
        };
        pen.text(ink, Safe::fixed(sign));
    }
    pen.gap(1).text(Ink::Dim, Safe::fixed("+100"));
}
