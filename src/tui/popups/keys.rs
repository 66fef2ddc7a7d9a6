//! The keys that work here and now, by scope.

use std::collections::BTreeMap;

use super::popup_columns;
use crate::{
    term::safe::{Safe, width_of},
    tui::{
        keymap,
        look::Ink,
        model::{Layer, Model, Popup, PopupLine},
        widgets::ticket::STATUS_LETTERS,
    },
};

/// What the colours of the screen mean; each has a sign or a word beside it.
const COLOURS: &[(Ink, &str, &str)] = &[
    (Ink::Bad, "red", "overdue or failed"),
    (Ink::Soon, "yellow", "due soon, or held"),
    (Ink::Good, "green", "met or done"),
    (Ink::Public, "cyan", "public: the customer sees it"),
    (Ink::Internal, "magenta", "internal: only agents see it"),
];

/// Opens this popup.
pub fn open(m: &mut Model) {
    let snapshot = m.snapshot();
    let mut groups: BTreeMap<usize, (&'static str, Vec<PopupLine>)> = BTreeMap::new();
    let scopes = snapshot.scopes();
    for e in keymap::palette(&m.keymap, &snapshot) {
        let (None, Some(key)) = (&e.disabled, e.keys.first()) else { continue };
        let scope = e.command.def().scope;
        let Some(at) = scopes.iter().position(|s| *s == scope) else { continue };
        let line = PopupLine {
            cells: vec![
                (Ink::Accent, format!("  {key}")),
                (Ink::Text, e.title.to_owned()),
                (Ink::Dim, e.help.to_owned()),
            ],
        };
        groups.entry(at).or_insert((scope.place(), Vec::new())).1.push(line);
    }
    let mut lines = Vec::new();
    for (_, (place, group)) in groups {
        if !lines.is_empty() {
            lines.push(PopupLine::default());
        }
        lines.push(PopupLine { cells: vec![(Ink::Head, capital(place))] });
        lines.extend(group);
    }
    let head = |text: &str| PopupLine { cells: vec![(Ink::Head, text.to_owned())] };
    lines.extend([PopupLine::default(), head("Signs")]);
    lines.extend(m.look.signs.meanings().into_iter().map(|(sign, meaning)| PopupLine {
        cells: vec![(Ink::Accent, format!("  {sign}")), (Ink::Text, meaning.to_owned())],
    }));
    lines.extend([PopupLine::default(), head("Status of a ticket in narrow lists")]);
    lines.extend(STATUS_LETTERS.map(|(letters, meaning)| PopupLine {
        cells: vec![(Ink::Accent, format!("  {letters}")), (Ink::Text, meaning.to_owned())],
    }));
    lines.extend([PopupLine::default(), head("Colours")]);
    lines.extend(COLOURS.iter().map(|(ink, name, meaning)| PopupLine {
        cells: vec![(*ink, format!("  {name}")), (Ink::Text, (*meaning).to_owned())],
    }));
    if !m.plain {
        lines = wrapped(lines, popup_columns(m.size));
    }
    m.layers.push(Layer::Popup(Popup { title: "Keys that work here".to_owned(), lines, ..Popup::default() }));
}

/// The lines with their last column wrapped, so that none is cut.
fn wrapped(lines: Vec<PopupLine>, columns: usize) -> Vec<PopupLine> {
    let most = (columns / 3).max(8);
    let width = |line: &PopupLine, i: usize| {
        let cell = line.cells.get(i).filter(|_| i + 1 < line.cells.len());
        cell.map_or(0, |(_, text)| (width_of(text) + 2).min(most + 2))
    };
    let widest = |i: usize| lines.iter().map(|line| width(line, i)).max().unwrap_or(0);
    let (first, second) = (widest(0), widest(1));
    let mut out = Vec::with_capacity(lines.len() * 2);
    for mut line in lines {
        let room = match line.cells.len() {
            3.. => columns.saturating_sub(first + second),
            2 => columns.saturating_sub(first),
            _ => columns,
        };
        let Some((ink, text)) = line.cells.pop() else {
            out.push(line);
            continue;
        };
        let before: Vec<(Ink, String)> = line.cells.iter().map(|(ink, _)| (*ink, String::new())).collect();
        for (i, part) in Safe::line(text).wrap(room.max(20)).into_iter().enumerate() {
            let mut cells = if i == 0 { std::mem::take(&mut line.cells) } else { before.clone() };
            cells.push((ink, part.as_str().trim_end().to_owned()));
            out.push(PopupLine { cells });
        }
    }
    out
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|c| c.to_uppercase().chain(chars).collect()).unwrap_or_default()
}
