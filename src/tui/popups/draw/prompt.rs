//! One line to fill in, with what may be written at its cursor.

use ratatui::{
    buffer::Buffer,
    layout::{Position, Rect},
};

use super::clear;
use crate::{
    query::complete::Completion,
    term::safe::Safe,
    tui::{
        look::Ink,
        model::{Model, Prompt},
        widgets::{Pen, input, lists},
    },
};

/// What may be written at the cursor: a short list over the line, with what each is.
fn offers(buf: &mut Buffer, m: &Model, p: &Prompt, area: Rect) {
    let shown = p.offers.len().min(8).min(usize::from(area.height).saturating_sub(2));
    if shown == 0 || p.input.is_empty() {
        return;
    }
    let at = p.offer.unwrap_or(0);
    let top = (at + 1).saturating_sub(shown);
    let rows = || p.offers.iter().enumerate().skip(top).take(shown);
    let widest =
        |f: &dyn Fn(&Completion) -> &str| rows().map(|(_, c)| Safe::line(f(c)).width()).max().unwrap_or(0);
    let (text, about) = (widest(&|c| &c.text).min(40), widest(&|c| &c.about).min(60));
    let width = u16::try_from(text + about + 6).unwrap_or(area.width).min(area.width);
    let height = u16::try_from(shown).unwrap_or(0);
    let outer = Rect { y: area.bottom() - height, height, width, ..area };
    // To the edge, with a line above: half a line of what lies beneath beside a word reads as one.
    let above = u16::from(height < area.height);
    let strip = Rect { y: outer.y - above, height: height + above, ..area };
    clear(buf, strip);
    if above > 0 {
        let rule = Safe::line(m.look.signs.rule.repeat(usize::from(area.width)));
        Pen::new(buf, &m.look, strip, 0).styled(m.look.theme.focus, rule);
    }
    for (y, (i, c)) in (0..height).zip(rows()) {
        let mut pen = lists::row_pen(buf, &m.look, outer, y, Some(i) == p.offer, true);
        pen.marked(Ink::Accent, &Safe::line(c.text.as_str()), &[], text).gap(2);
        pen.text(Ink::Dim, Safe::line(c.about.as_str()));
    }
}

/// Draws it; the place of the cursor.
pub(super) fn draw(buf: &mut Buffer, m: &Model, p: &Prompt, area: Rect) -> Option<Position> {
    // A line at the foot, over the keys, with its help above: the list it works on stays in sight.
    let height = 3.min(area.height);
    let strip = Rect { y: area.bottom() - height, height, ..area };
    clear(buf, strip);
    offers(buf, m, p, Rect { height: area.height - height, ..area });
    let above_is_reading = p.error.is_some() || !p.reading.is_empty();
    let (ink, above) = match (&p.error, p.reading.is_empty()) {
        (Some(why), _) => (if p.calm { Ink::Dim } else { Ink::Bad }, Safe::line(why.as_str())),
        (None, false) => (Ink::Good, Safe::line(p.reading.as_str())),
        (None, true) => (Ink::Dim, Safe::line(p.help.as_str())),
    };
    Pen::new(buf, &m.look, strip, 0)
        .styled(m.look.theme.focus, Safe::line(m.look.signs.rule.repeat(usize::from(area.width))));
    Pen::new(buf, &m.look, strip, 1).gap(1).text(ink, above);
    let mut pen = Pen::new(buf, &m.look, strip, 2);
    let title = Safe::line(p.title.as_str());
    let x = strip.x + 3 + u16::try_from(title.width()).unwrap_or(0);
    pen.gap(1).text(Ink::Head, title).gap(1).text(Ink::Accent, Safe::fixed(m.look.signs.due));
    pen.gap(1);
    if p.input.is_empty() && above_is_reading {
        // An empty prompt has a meaning here: show what else can be typed.
        pen.gap(1).text(Ink::Dim, m.look.hint(&p.help));
        return Some(Position::new(x + 1, strip.y + 2));
    }
    Some(input::line(&mut pen, strip, x + 1, strip.y + 2, &p.input))
}
