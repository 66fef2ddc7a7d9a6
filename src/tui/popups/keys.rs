//! The keys that work here and now, by where they hold.

use std::collections::BTreeMap;

use crate::tui::{
    keymap,
    look::Ink,
    model::{Layer, Model, Popup, PopupLine},
};

/// What the colours of the screen mean; each has a sign or a word beside it.
const COLOURS: &[(Ink, &str, &str)] = &[
    (Ink::Bad, "red", "overdue or failed"),
    (Ink::Soon, "yellow", "due soon, or held"),
    (Ink::Good, "green", "met or done"),
    (Ink::Public, "cyan", "public: the customer sees it"),
    (Ink::Internal, "magenta", "internal: only agents see it"),
];

/// Opens it.
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
    lines.extend([PopupLine::default(), head("Colours")]);
    lines.extend(COLOURS.iter().map(|(ink, name, meaning)| PopupLine {
        cells: vec![(*ink, format!("  {name}")), (Ink::Text, (*meaning).to_owned())],
    }));
    m.layers.push(Layer::Popup(Popup { title: "Keys that work here and now".to_owned(), lines, top: 0 }));
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|c| c.to_uppercase().chain(chars).collect()).unwrap_or_default()
}
