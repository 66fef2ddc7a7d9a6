//! The rows behind a number: as many as it says, each opens.

use crate::{
    model::number,
    tui::{
        data::FoundRecord,
        model::{Choice, Layer, Model, Picker, PickerFor},
    },
};

/// The desk told which they are.
pub fn open(m: &mut Model, title: String, rows: Vec<FoundRecord>) {
    let choices = rows.into_iter().map(|f| Choice {
        value: number::show(f.kind, f.number),
        title: f.name,
        beside: f.beside,
        tail: number::show(f.kind, f.number),
        disabled: None,
        record: Some((f.kind, f.id)),
        ..Choice::default()
    });
    let mut picker = Picker::new(PickerFor::Record, title, choices.collect());
    picker.empty = "Nothing is behind it yet.".to_owned();
    m.layers.push(Layer::Picker(picker));
}
