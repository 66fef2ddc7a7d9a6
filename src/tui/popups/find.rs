//! Finding a customer from anywhere: the desk searches, the letters that matched are marked.

use crate::{
    model::number,
    tui::{
        command::CommandId,
        data::{Ask, Found},
        model::{Choice, Layer, Mark, Model, Picker, PickerFor},
        popups::forms,
        update::{self, Cx},
    },
};

/// Opens it. `then` is run for whoever is found; without it they are opened.
pub fn open(m: &mut Model, cx: &mut Cx, then: Option<CommandId>, text: Option<String>) {
    let title = match then {
        Some(CommandId::TicketNew) => "A ticket for whom?",
        Some(CommandId::CustomerMerge) => "Who is the same person?",
        Some(CommandId::TicketRequester) => "Whose ticket is it?",
        _ => "Find a customer",
    };
    let mut picker = Picker::new(PickerFor::Find(then), title, Vec::new());
    let text = text.unwrap_or_default();
    picker.input.set(&text);
    picker.empty = "Type a name, an e-mail, a phone, an organisation or a tag.".to_owned();
    m.layers.push(Layer::Picker(picker));
    cx.ask(m, Ask::Find(text));
}

/// The desk searched.
pub(crate) fn found(m: &mut Model, note: String, found: Vec<Found>) {
    let Some(Layer::Picker(p)) = m.layers.last_mut() else { return };
    if !matches!(p.purpose, PickerFor::Find(_)) {
        return;
    }
    if found.is_empty() && !p.input.is_empty() {
        p.empty = "Nobody like that. N c writes down a new customer.".to_owned();
    }
    p.note = note;
    p.shown.clear();
    p.choices.clear();
    for (at, f) in found.into_iter().enumerate() {
        let (beside, marks) = beside(f.by, f.beside);
        p.shown.push(Mark { at, title: f.marks, beside: marks });
        p.choices.push(Choice {
            value: number::show(f.kind, f.number),
            title: f.name,
            beside,
            tail: number::show(f.kind, f.number),
            record: Some((f.kind, f.id)),
            ..Choice::default()
        });
    }
    p.cursor = 0;
    p.top = 0;
}

/// What stands beside a name, and its letters that matched: the field that did, else what stands there always.
pub(super) fn beside(by: Option<(&str, String, Vec<usize>)>, else_: String) -> (String, Vec<usize>) {
    match by {
        Some((field, text, marks)) => {
            let lead = format!("{field}: ");
            let shift = lead.chars().count();
            (format!("{lead}{text}"), marks.into_iter().map(|m| m + shift).collect())
        }
        None => (else_, Vec::new()),
    }
}

/// Somebody was chosen.
pub(crate) fn accept(m: &mut Model, cx: &mut Cx, then: Option<CommandId>, choice: Option<&Choice>) {
    let Some((kind, id)) = choice.and_then(|c| c.record) else { return };
    match then {
        Some(CommandId::TicketNew) => forms::ticket_new(m, id),
        Some(CommandId::CustomerMerge) => super::merge::with(m, cx, id),
        Some(command @ CommandId::TicketRequester) => {
            let name = choice.map(|c| c.title.clone()).unwrap_or_default();
            update::run(m, cx, command, vec![id.to_string(), name], None);
        }
        _ => update::open_record(m, cx, kind, id),
    }
}
