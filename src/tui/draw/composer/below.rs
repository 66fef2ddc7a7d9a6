//! What follows the text of a message, one line each: the signature, the quoted history, the files.

use ratatui::{buffer::Buffer, layout::Rect};

use crate::{
    term::safe::Safe,
    tui::{
        command::CommandId,
        look::Ink,
        model::{Composer, ComposerKind, Model},
        pages::thread::size,
        widgets::Pen,
    },
};

/// Draws as many of the rows as have room, the files first.
pub fn draw(buf: &mut Buffer, m: &Model, c: &Composer, area: Rect) {
    let key = |command| m.keymap.keys_of(command).next().map(ToString::to_string).unwrap_or_default();
    let (signature, history) = (&c.below.signature, &c.below.history);
    let folded = m.look.signs.folded;
    let mut lines: Vec<(Ink, String, String)> = Vec::new();
    if !c.files.is_empty() {
        let each = c.files.iter().map(|f| format!("{} {}", f.file.name, size(f.file.size)));
        let named = format!("{} {}", m.look.signs.clip, each.collect::<Vec<_>>().join("  "));
        lines.push(match c.file_problem() {
            Some(why) => (Ink::Bad, format!("{} {why}", m.look.signs.clip), String::new()),
            None => (Ink::Text, named, c.size_shown()),
        });
    }
    if history.is_folded() {
        let what = match (c.kind, history.lines()) {
            (ComposerKind::Forward, n) => format!("the thread, {n} lines"),
            (_, 1) => "1 quoted line".to_owned(),
            (_, n) => format!("{n} quoted lines"),
        };
        let first = history.text.lines().next().unwrap_or_default().trim_matches(['-', ' ']);
        let shows = format!("{} shows", key(CommandId::ComposerQuote));
        lines.push((Ink::Dim, format!("{folded} {what} {} {first}", m.look.signs.dot), shows));
    }
    if signature.is_folded() {
        let first = signature.text.lines().next().unwrap_or_default();
        let more = match signature.lines() {
            1 => String::new(),
            n => format!(" (+{})", n - 1),
        };
        let (command, does) = match history.is_folded() {
            true => (CommandId::ComposerSignature, "leaves it out"),
            false => (CommandId::ComposerQuote, "shows"),
        };
        let line = format!("{folded} signature {} {first}{more}", m.look.signs.dot);
        lines.push((Ink::Dim, line, format!("{} {does}", key(command))));
    }
    lines.truncate(usize::from(area.height));
    // In the order in which they follow the text.
    lines.reverse();
    for (y, (ink, text, right)) in (0u16..).zip(lines) {
        let mut pen = Pen::new(buf, &m.look, area, y);
        if area.width >= 60 {
            pen.at_end(Ink::Dim, Safe::line(right)).keep(1);
        }
        pen.text(ink, Safe::line(text));
    }
}
