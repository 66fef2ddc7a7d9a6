//! How each kind of layer looks.

use ratatui::{
    buffer::Buffer,
    layout::{Position, Rect},
    widgets::{Clear, Widget},
};

use crate::{
    query::complete::Completion,
    term::safe::Safe,
    tui::{
        layout::Place,
        look::Ink,
        model::{Confirm, Form, Input, Layer, Model, Pane, Picker, PickerFor, Popup, Prompt},
        widgets::{
            Pen,
            frame::{self, Titles},
            input, lists,
        },
    },
};

/// Draws a layer; the place of the cursor.
pub fn draw(buf: &mut Buffer, m: &Model, layer: &Layer, area: Rect) -> Option<Position> {
    match layer {
        Layer::Picker(p) => picker(buf, m, p, area),
        Layer::Prompt(p) => prompt(buf, m, p, area),
        Layer::Form(f) => form(buf, m, f, area),
        Layer::Confirm(c) => confirm(buf, m, c, area),
        Layer::Popup(p) => popup(buf, m, p, area),
    }
}

/// A window of a size in the middle, a little above it: cleared, with a border and titles. Its inside.
fn window(buf: &mut Buffer, m: &Model, area: Rect, width: u16, height: u16, titles: &Titles<'_>) -> Rect {
    let width = width.min(area.width);
    let height = height.min(area.height);
    let outer =
        Rect { x: area.x + (area.width - width) / 2, y: area.y + (area.height - height) / 3, width, height };
    clear(buf, outer);
    let framed = outer.height >= 3 && outer.width >= 4;
    let inner = if framed {
        Rect { x: outer.x + 1, y: outer.y + 1, width: outer.width - 2, height: outer.height - 2 }
    } else {
        outer
    };
    frame::draw(buf, &m.look, &Place { pane: Pane::Page, outer, inner }, framed, true, titles);
    inner
}

fn clear(buf: &mut Buffer, area: Rect) {
    Clear.render(area.intersection(buf.area), buf);
}

fn picker_size(size: (u16, u16), p: &Picker) -> (u16, u16) {
    // As high as all its choices need: it does not jump while one types.
    let shown = match p.purpose {
        PickerFor::Find(_) | PickerFor::House(..) => 12,
        PickerFor::Texts => 16,
        _ => p.choices.len().max(3),
    };
    // On a small screen nearly all of it: names are to be read whole.
    let width = (size.0 * 7 / 10).max(size.0.min(78).saturating_sub(6)).clamp(40, 96);
    // What is read below the choices has its room beside theirs.
    let below = below(p, width);
    let most = if below > 0 { size.1 * 8 / 10 } else { size.1 * 6 / 10 }.max(8);
    let height = u16::try_from(shown).unwrap_or(u16::MAX).saturating_add(4 + below);
    (width, height.clamp(7, most.max(7)))
}

/// The lines below the choices, the rule above them too: as many as the longest needs, so that nothing jumps.
fn below(p: &Picker, width: u16) -> u16 {
    let room = usize::from(width.saturating_sub(4)).max(1);
    let rows = |line: &String| {
        let line = Safe::line(line.as_str());
        if line.width() <= room { 1 } else { line.wrap(room).len() }
    };
    let most = p.choices.iter().map(|c| c.detail.iter().map(rows).sum::<usize>()).max().unwrap_or(0);
    if most == 0 { 0 } else { u16::try_from(most.min(8)).unwrap_or(0).saturating_add(1) }
}

/// How many choices a picker shows.
#[must_use]
pub fn picker_rows(size: (u16, u16), p: &Picker) -> usize {
    let (width, height) = picker_size(size, p);
    usize::from(height.min(size.1)).saturating_sub(4 + usize::from(below(p, width))).max(1)
}

fn picker(buf: &mut Buffer, m: &Model, p: &Picker, area: Rect) -> Option<Position> {
    let (width, height) = picker_size(m.size, p);
    let count = format!("{} of {}", p.shown.len(), p.choices.len());
    let count = if p.shown.len() == p.choices.len() { p.shown.len().to_string() } else { count };
    let mut titles = Titles::new(Safe::line(p.title.as_str()));
    if !p.note.is_empty() {
        titles = titles.right(Ink::Soon, Safe::line(format!("{}  ", p.note)));
    }
    titles = titles.right(Ink::Dim, Safe::line(count));
    let inner = window(buf, m, area, width, height, &titles);
    let mut pen = Pen::new(buf, &m.look, inner, 0);
    pen.gap(1).text(Ink::Accent, Safe::fixed(m.look.signs.due)).gap(1);
    let cursor = input::line(&mut pen, inner, inner.x + 3, inner.y, &p.input);
    Pen::new(buf, &m.look, inner, 1).gap(1).rule(usize::from(inner.width.saturating_sub(2)));
    let below = below(p, width).min(inner.height.saturating_sub(3));
    let list =
        Rect { y: inner.y + 2.min(inner.height), height: inner.height.saturating_sub(2 + below), ..inner };
    detail(buf, m, p, Rect { y: list.bottom(), height: below, ..inner });
    if p.shown.is_empty() {
        lists::empty(buf, &m.look, list, std::slice::from_ref(&p.empty));
    }
    let widest =
        p.shown.iter().filter_map(|s| p.choices.get(s.at)).map(|c| Safe::line(c.title.as_str()).width());
    let title = widest.max().unwrap_or(0).max(12).min(usize::from(list.width) / 2);
    for (y, (at, mark)) in (0..list.height).zip(p.shown.iter().enumerate().skip(p.top)) {
        let Some(c) = p.choices.get(mark.at) else { continue };
        let mut pen = lists::row_pen(buf, &m.look, list, y, at == p.cursor, true);
        if let Some(many) = &p.many {
            let on = many.contains(&c.value);
            pen.text(Ink::Marked, Safe::fixed(if on { m.look.signs.marked } else { " " })).gap(1);
        }
        let ink = if c.disabled.is_some() { Ink::Dim } else { Ink::Text };
        if !c.tail.is_empty() {
            pen.at_end(Ink::Text, Safe::fixed(" "));
            let tail = if c.record.is_some() || c.disabled.is_some() { Ink::Dim } else { Ink::Accent };
            pen.at_end(tail, Safe::line(c.tail.as_str()));
            pen.at_end(Ink::Text, Safe::fixed(" "));
        }
        pen.marked(ink, &Safe::line(c.title.as_str()), &mark.title, title).gap(2);
        let room = pen.room();
        pen.marked(Ink::Dim, &Safe::line(c.beside.as_str()), &mark.beside, room);
    }
    Some(cursor)
}

/// What is to be read of the choice under the cursor, in full: long lines go on in the next one.
fn detail(buf: &mut Buffer, m: &Model, p: &Picker, area: Rect) {
    if area.height == 0 {
        return;
    }
    Pen::new(buf, &m.look, area, 0).gap(1).rule(usize::from(area.width.saturating_sub(2)));
    let Some(c) = p.current() else { return };
    let room = usize::from(area.width.saturating_sub(2));
    let last = c.detail.len().saturating_sub(1);
    let mut y = 1;
    for (i, line) in c.detail.iter().enumerate() {
        let ink = if i == last { Ink::Accent } else { Ink::Text };
        let line = Safe::line(line.as_str());
        for row in line.wrap(room) {
            Pen::new(buf, &m.look, area, y).gap(1).text(ink, row);
            y += 1;
        }
    }
}

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

fn prompt(buf: &mut Buffer, m: &Model, p: &Prompt, area: Rect) -> Option<Position> {
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
        // Nothing typed means something here: what else may be typed stands in its place.
        pen.gap(1).text(Ink::Dim, Safe::line(p.help.as_str()));
        return Some(Position::new(x + 1, strip.y + 2));
    }
    Some(input::line(&mut pen, strip, x + 1, strip.y + 2, &p.input))
}

fn confirm(buf: &mut Buffer, m: &Model, c: &Confirm, area: Rect) -> Option<Position> {
    let question = Safe::line(c.question.as_str());
    let detail = Safe::line(c.detail.as_str());
    let width = question.width().max(detail.width()).max(24) + 6;
    let inner = window(buf, m, area, u16::try_from(width).unwrap_or(u16::MAX), 6, &Titles::default());
    Pen::new(buf, &m.look, inner, 0).gap(2).text(Ink::Head, question);
    Pen::new(buf, &m.look, inner, 1).gap(2).text(Ink::Dim, detail);
    let mut pen = Pen::new(buf, &m.look, inner, 3);
    pen.gap(2).text(Ink::Accent, Safe::fixed("y")).text(Ink::Text, Safe::fixed(" yes"));
    pen.gap(3).text(Ink::Accent, Safe::fixed("n")).text(Ink::Text, Safe::fixed(" no"));
    None
}

fn popup_size(size: (u16, u16), lines: usize) -> (u16, u16) {
    let width = (size.0 * 8 / 10).max(size.0.min(80).saturating_sub(4)).clamp(40, 110);
    let most = (size.1 * 8 / 10).max(6);
    (width, u16::try_from(lines).unwrap_or(u16::MAX).saturating_add(2).clamp(5, most.max(5)))
}

/// How many lines a window shows.
#[must_use]
pub fn popup_rows(size: (u16, u16), lines: usize) -> usize {
    usize::from(popup_size(size, lines).1.min(size.1)).saturating_sub(2).max(1)
}

fn popup(buf: &mut Buffer, m: &Model, p: &Popup, area: Rect) -> Option<Position> {
    let (width, height) = popup_size(m.size, p.lines.len());
    let rows = usize::from(height.saturating_sub(2));
    let below = p.lines.len().saturating_sub(p.top + rows);
    let mut titles = Titles::new(Safe::line(p.title.as_str()));
    if below > 0 {
        titles = titles.right(Ink::Dim, Safe::line(format!("{below} more {}", m.look.signs.down)));
    }
    let inner = window(buf, m, area, width, height, &titles);
    // Columns are as wide as their widest, a third of the window at most.
    let most = usize::from(inner.width / 3).max(8);
    let mut widths: Vec<usize> = Vec::new();
    for line in p.lines.iter().filter(|l| l.cells.len() > 1) {
        for (i, (_, text)) in line.cells.iter().enumerate() {
            let width = Safe::line(text.as_str()).width().min(most);
            match widths.get_mut(i) {
                Some(w) => *w = (*w).max(width),
                None => widths.push(width),
            }
        }
    }
    for (y, line) in (0..inner.height).zip(p.lines.iter().skip(p.top)) {
        let mut pen = Pen::new(buf, &m.look, inner, y);
        pen.gap(1);
        let last = line.cells.len().saturating_sub(1);
        for (i, (ink, text)) in line.cells.iter().enumerate() {
            let text = Safe::line(text.as_str());
            if i == last {
                pen.text(*ink, text);
            } else {
                pen.cell(*ink, text, widths.get(i).copied().unwrap_or(0)).gap(2);
            }
        }
    }
    None
}

/// The rows of a field.
fn field_rows(f: &crate::tui::model::FormField, width: usize, roomy: bool) -> usize {
    match f.input {
        Input::Block if roomy => f.text.rows(width).0.len().clamp(3, 6),
        Input::Block => 1,
        _ => 1,
    }
}

fn form(buf: &mut Buffer, m: &Model, f: &Form, area: Rect) -> Option<Position> {
    let width = (area.width * 7 / 10).clamp(44, 84).min(area.width);
    let label = f.fields.iter().map(|x| Safe::fixed(x.label).width()).max().unwrap_or(8).min(16);
    let text = usize::from(width).saturating_sub(label + 7);
    let roomy = area.height > u16::try_from(f.fields.len()).unwrap_or(0) + 10;
    let rows: usize = f.fields.iter().map(|x| field_rows(x, text, roomy)).sum();
    let intro = usize::from(!f.intro.is_empty()) * 2;
    let height = u16::try_from(rows + intro + 5).unwrap_or(u16::MAX).min(area.height);
    let titles = Titles::new(Safe::line(f.title.as_str()));
    let inner = window(buf, m, area, width, height, &titles);
    let mut y: u16 = 0;
    if !f.intro.is_empty() {
        Pen::new(buf, &m.look, inner, 0).gap(1).keep(1).text(Ink::Dim, Safe::line(f.intro.as_str()));
        y = 2;
    }
    // Where not all fields have room, those around the cursor are shown.
    let room = usize::from(inner.height.saturating_sub(y + 2)).max(1);
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
    let mut cursor = None;
    let mut under = None;
    for (i, field) in f.fields.iter().enumerate().skip(first) {
        if y + 2 > inner.height {
            break;
        }
        let active = i == f.at;
        let at = one_field(buf, m, field, inner, y, (label, text), active, roomy);
        if active {
            cursor = at;
            under = Some(inner.y + y + 1);
        }
        y += u16::try_from(field_rows(field, text, roomy)).unwrap_or(1);
    }
    let foot = inner.height.saturating_sub(1);
    let active = f.fields.get(f.at);
    let mut pen = Pen::new(buf, &m.look, inner, foot);
    pen.gap(1);
    match (&f.error, active.and_then(|a| a.error.as_ref())) {
        (Some(why), _) | (None, Some(why)) => pen.text(Ink::Bad, Safe::line(why.as_str())),
        _ if f.saving => pen.text(Ink::Soon, Safe::fixed("saving")),
        _ if !f.offers.is_empty() => pen.text(Ink::Dim, Safe::fixed("Down chooses, Enter takes it")),
        _ => pen.text(Ink::Dim, Safe::fixed(active.map_or("", |a| a.help))),
    };
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

/// What may stand in the field being typed in: a short list under it, over the fields behind.
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
    field: &crate::tui::model::FormField,
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
                pen.text(Ink::Dim, Safe::fixed(need));
                None
            } else {
                Some(input::line(&mut pen, inner, x, inner.y + y, &field.text))
            }
        }
        Input::OneOf(words) => {
            if active {
                for w in words {
                    let on = w == field.text.as_str();
                    let w = Safe::line(w.replace('_', " "));
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

/// How a begun sequence of keys may go on: a strip above the foot.
pub fn which(buf: &mut Buffer, m: &Model, area: Rect) {
    let column = 26;
    let columns = usize::from(area.width / column).max(1);
    let rows = m.which.len().div_ceil(columns);
    let height = u16::try_from(rows).unwrap_or(u16::MAX).saturating_add(1).min(area.height.saturating_sub(1));
    let strip = Rect { y: area.bottom().saturating_sub(height + 1), height, ..area };
    clear(buf, strip);
    let rule = Safe::line(m.look.signs.rule.repeat(usize::from(area.width)));
    Pen::new(buf, &m.look, strip, 0).styled(m.look.theme.focus, rule);
    for (i, w) in m.which.iter().enumerate() {
        let (row, at) = (i % rows.max(1), i / rows.max(1));
        let y = u16::try_from(row + 1).unwrap_or(u16::MAX);
        let cell = Rect {
            x: strip.x + u16::try_from(at).unwrap_or(0) * column,
            width: column.min(strip.width),
            ..strip
        };
        if y >= strip.height || cell.x >= strip.right() {
            continue;
        }
        let off = w.disabled.is_some();
        let mut pen = Pen::new(buf, &m.look, cell, y);
        pen.gap(1)
            .cell_right(if off { Ink::Dim } else { Ink::Accent }, Safe::line(w.keys.as_str()), 3)
            .gap(1);
        pen.text(if off { Ink::Dim } else { Ink::Text }, Safe::line(w.title.as_str()));
    }
}
