//! Who set each field of a record, when and how.

use crate::{
    model::Kind,
    tui::{
        data::Ask,
        look::Ink,
        model::{Layer, Model, Popup, PopupLine, Tone},
        update::Cx,
    },
};

/// Asks the desk.
pub(crate) fn ask(m: &mut Model, cx: &mut Cx) {
    match m.record_at_hand() {
        Some((kind, id)) => cx.ask(m, Ask::Blame(kind, id)),
        None => m.say(Tone::Refused, format!("No {} is selected.", Kind::Ticket.word())),
    }
}

/// The desk told: when, who and how, field, value.
pub fn open(m: &mut Model, title: &str, rows: Vec<[String; 4]>) {
    let mut lines: Vec<PopupLine> = rows
        .into_iter()
        .map(|[when, who, field, value]| PopupLine {
            cells: vec![(Ink::Dim, when), (Ink::Text, who), (Ink::Head, field), (Ink::Text, value)],
        })
        .collect();
    if lines.is_empty() {
        lines.push(PopupLine { cells: vec![(Ink::Dim, "No recorded changes.".to_owned())] });
    }
    m.layers.push(Layer::Popup(Popup {
        title: format!("Change history: {title}"),
        lines,
        ..Popup::default()
    }));
}
