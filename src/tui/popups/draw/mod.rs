//! How each kind of layer looks: questions, windows and begun keys here, the others in a file each.

mod files;
mod form;
mod mail_test;
mod picker;
mod prompt;

use ratatui::{
    buffer::Buffer,
    layout::{Position, Rect},
    widgets::{Clear, Widget},
};

pub use files::file_rows;
pub use picker::picker_rows;

use crate::{
    term::safe::Safe,
    tui::{
        layout::Place,
        look::Ink,
        model::{Confirm, Layer, Model, Pane, Popup},
        widgets::{
            Pen,
            frame::{self, Titles},
        },
    },
};

/// Draws a layer; the place of the cursor.
pub fn draw(buf: &mut Buffer, m: &Model, layer: &Layer, area: Rect) -> Option<Position> {
    match layer {
        Layer::Picker(p) => picker::draw(buf, m, p, area),
        Layer::Prompt(p) => prompt::draw(buf, m, p, area),
        Layer::Form(f) => form::draw(buf, m, f, area),
        Layer::Confirm(c) => confirm(buf, m, c, area),
        Layer::Popup(p) => popup(buf, m, p, area),
        Layer::MailTest(t) => mail_test::draw(buf, m, t, area),
        Layer::Files(list) => {
            files::draw(buf, m, list, area);
            None
        }
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
    let width = (size.0 * 8 / 10).max(size.0.min(80).saturating_sub(4)).clamp(40, 160);
    let most = (size.1 * 8 / 10).max(6);
    (width, u16::try_from(lines).unwrap_or(u16::MAX).saturating_add(2).clamp(5, most.max(5)))
}

/// How many columns of text a window shows.
#[must_use]
pub fn popup_columns(size: (u16, u16)) -> usize {
    usize::from(popup_size(size, 1).0.min(size.0)).saturating_sub(4)
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
        // The last one takes what is left.
        for (i, (_, text)) in line.cells.iter().enumerate().take(line.cells.len() - 1) {
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
