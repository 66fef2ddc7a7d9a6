//! Records of kinds that are declared in one table, such as deals: the list, a new one, and what can be done in the window
//! that shows one.

use crate::{
    desk::Command,
    model::{Id, Kind, field, number},
    tui::{
        command::CommandId,
        data::{Ask, FoundRecord},
        effect::Then,
        model::{Choice, Layer, Model, Picker, PickerFor, Popup, Tone},
        update::{self, Cx},
    },
};

/// Asks for the records of a kind, or which kind is meant.
pub fn list(m: &mut Model, cx: &mut Cx, word: Option<String>) {
    if let Some(kind) = kind_of(m, CommandId::RecordList, word) {
        cx.ask(m, Ask::Records(kind));
    }
}

/// Opens the form of a new record of a kind, or asks which kind is meant.
pub fn new(m: &mut Model, word: Option<String>) {
    if let Some(kind) = kind_of(m, CommandId::RecordNew, word) {
        super::forms::record_new(m, kind);
    }
}

/// The kind of a word, or the only one; else a picker opens.
fn kind_of(m: &mut Model, command: CommandId, word: Option<String>) -> Option<Kind> {
    if let Some(word) = word {
        let kind = field::of_word(&word);
        if kind.is_none() {
            m.say(Tone::Refused, format!("There is no record type called {word}."));
        }
        return kind;
    }
    let all: Vec<Kind> = field::entities().collect();
    if let [only] = all.as_slice() {
        return Some(*only);
    }
    let choice = |kind: &Kind| Choice {
        title: field::plural(*kind).unwrap_or_default().to_owned(),
        beside: field::help(*kind).to_owned(),
        value: kind.word().to_owned(),
        ..Choice::default()
    };
    let choices = all.iter().map(choice).collect();
    m.layers.push(Layer::Picker(Picker::new(PickerFor::Argument(command), command.def().title, choices)));
    None
}

/// The list came: one is chosen to be shown.
pub fn listed(m: &mut Model, kind: Kind, rows: Vec<FoundRecord>, more: bool) {
    if !m.layers.is_empty() {
        return;
    }
    let plural = field::plural(kind).unwrap_or_default();
    if rows.is_empty() {
        return m.say(Tone::Plain, format!("There are no {plural} yet."));
    }
    let count = rows.len();
    let choice = |f: FoundRecord| Choice {
        title: f.name,
        beside: f.beside,
        tail: number::show(f.kind, f.number),
        value: number::show(f.kind, f.number),
        record: Some((f.kind, f.id)),
        ..Choice::default()
    };
    let mut letters = plural.chars();
    let title: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
    let title = title + letters.as_str();
    let choices = rows.into_iter().map(choice).collect();
    let mut picker = Picker::new(PickerFor::Record, title, choices);
    picker.note = if more { format!("the newest {count}") } else { "newest first".to_owned() };
    m.layers.push(Layer::Picker(picker));
}

/// The record that the topmost window shows.
fn shown(m: &Model) -> Option<(Kind, Id, bool)> {
    match m.layers.last() {
        Some(Layer::Popup(Popup { record: Some(record), .. })) => Some(*record),
        _ => None,
    }
}

/// Opens the form of the record that the window shows.
pub fn edit(m: &mut Model, cx: &mut Cx) {
    if let Some((kind, id, _)) = shown(m) {
        m.layers.pop();
        cx.ask(m, Ask::Fields(kind, id));
    }
}

/// Archives the record that the window shows, or restores it.
pub fn archive(m: &mut Model, cx: &mut Cx) {
    if let Some((kind, id, archived)) = shown(m) {
        m.layers.pop();
        update::change(m, cx, Command::Archive(kind, vec![id], !archived), Then::Say { here: None });
    }
}
