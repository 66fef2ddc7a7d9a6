//! A test of a mailbox: each direction with what its server says, in full.

use ratatui::{
    buffer::Buffer,
    layout::{Position, Rect},
};

use super::window;
use crate::{
    term::safe::Safe,
    tui::{
        look::Ink,
        model::{MailTest, Model},
        popups::mailbox,
        widgets::{Pen, frame::Titles},
    },
};

/// The columns of a label.
const LABEL: usize = 9;

/// Draws this part.
pub(super) fn draw(buf: &mut Buffer, m: &Model, t: &MailTest, area: Rect) -> Option<Position> {
    let signs = m.look.signs;
    let width = (area.width * 8 / 10).clamp(44, 84).min(area.width);
    let text = usize::from(width).saturating_sub(LABEL + 9).max(10);
    // Sign, its ink, the lines.
    let mut parts: Vec<(&'static str, Ink, &'static str, Vec<String>)> = Vec::new();
    for (label, result) in [("Receive", &t.receive), ("Send", &t.send)] {
        let (ink, sign, words) = match result {
            None => (Ink::Soon, signs.dot, "trying …".to_owned()),
            Some(Ok(said)) => (Ink::Good, signs.done, said.clone()),
            Some(Err(why)) => (Ink::Bad, signs.failed, why.clone()),
        };
        let words = Safe::line(words);
        let lines: Vec<String> = words.wrap(text).iter().map(|l| l.as_str().to_owned()).collect();
        parts.push((label, ink, sign, if lines.is_empty() { vec![String::new()] } else { lines }));
    }
    let rows: usize = parts.iter().map(|p| p.3.len()).sum();
    let height = u16::try_from(rows + 6).unwrap_or(u16::MAX);
    let titles = Titles::new(Safe::line(format!("Test {}", t.address)));
    let inner = window(buf, m, area, width, height, &titles);
    let mut y = 0;
    for (label, ink, sign, lines) in parts {
        for (i, line) in lines.into_iter().enumerate() {
            if y >= inner.height {
                return None;
            }
            let mut pen = Pen::new(buf, &m.look, inner, y);
            let (label, sign) = if i == 0 { (label, sign) } else { ("", " ") };
            pen.gap(2).cell(Ink::Dim, Safe::fixed(label), LABEL).text(ink, Safe::fixed(sign)).gap(1);
            pen.text(if ink == Ink::Bad { Ink::Bad } else { Ink::Text }, Safe::line(line));
            y += 1;
        }
        y += u16::from(label == "Receive");
    }
    let foot = inner.height.saturating_sub(1);
    let mut pen = Pen::new(buf, &m.look, inner, foot);
    pen.gap(2);
    let mut keys = Vec::new();
    match (t.is_over(), t.wish.is_some()) {
        (false, _) => keys.push((false, "cancel")),
        (true, true) => keys.extend([(true, "save it, paused"), (false, "back to the form")]),
        (true, false) => keys.push((false, "close")),
    }
    for (yes, words) in keys {
        pen.text(Ink::Accent, Safe::line(mailbox::keys(m, yes))).text(Ink::Text, Safe::fixed(" "));
        pen.text(Ink::Text, Safe::fixed(words)).gap(3);
    }
    None
}
