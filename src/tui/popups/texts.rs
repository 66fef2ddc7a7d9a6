//! Searching what was written anywhere: the desk searches, the words that hit are marked; what is chosen is opened there.

use crate::tui::{
    data::{Ask, TextFound},
    model::{Choice, Layer, Mark, Model, Picker, PickerFor, Seek, Showing},
    pages::thread,
    update::{self, Cx},
};

/// Opens this popup.
pub fn open(m: &mut Model, cx: &mut Cx, text: Option<String>) {
    let mut picker = Picker::new(PickerFor::Texts, "Search texts", Vec::new());
    let text = text.unwrap_or_default();
    picker.input.set(&text);
    picker.empty = "Type words or a \"phrase\" of a message, a ticket, a call or a note.".to_owned();
    m.layers.push(Layer::Picker(picker));
    cx.ask(m, Ask::Search(text));
}

/// The desk searched.
pub(crate) fn found(m: &mut Model, note: String, found: Vec<TextFound>) {
    let Some(Layer::Picker(p)) = m.layers.last_mut() else { return };
    if p.purpose != PickerFor::Texts {
        return;
    }
    if found.is_empty() && !p.input.is_empty() {
        p.empty = "No match.".to_owned();
    }
    p.note = note;
    p.shown.clear();
    p.choices.clear();
    for (at, f) in found.into_iter().enumerate() {
        p.shown.push(Mark { at, title: Vec::new(), beside: f.marks });
        p.choices.push(Choice {
            value: f.message.map(|id| id.to_string()).unwrap_or_default(),
            title: f.who,
            beside: f.text,
            tail: f.number,
            record: Some(f.record),
            ..Choice::default()
        });
    }
    p.cursor = 0;
    p.top = 0;
}

/// Something was chosen: its record opens, at the message.
pub(crate) fn accept(m: &mut Model, cx: &mut Cx, choice: Option<&Choice>) {
    let Some((choice, (kind, id))) = choice.and_then(|c| Some((c, c.record?))) else { return };
    m.page.hit = choice.value.parse().ok();
    let here = m.page.showing == Showing::Ticket(id);
    update::open_record(m, cx, kind, id);
    let kinds = m.page.kinds;
    if here
        && let Some(v) = m.page.ticket.as_mut().filter(|v| v.page.ticket.id == id)
        && let Some(hit) = m.page.hit.take()
    {
        // It is here already: nothing more is to come.
        v.seek = thread::place_of(&v.page, kinds, hit).map(Seek::Item);
        v.made_for = Default::default();
    }
}
