//! The palette: every command by name, with its keys and what it does. It is the help.

use std::cmp::Reverse;

use crate::tui::{
    keymap,
    model::{Choice, Layer, Model, Picker, PickerFor},
};

/// Opens this popup.
pub fn open(m: &mut Model) {
    let snapshot = m.snapshot();
    let entries = keymap::palette(&m.keymap, &snapshot);
    let mut entries = entries;
    // What one is most likely to want comes first; moving about is found by name.
    entries.sort_by_key(|e| (e.disabled.is_some(), Reverse(e.command.def().rank)));
    let choices = entries.into_iter().map(|e| Choice {
        value: e.command.id().to_owned(),
        title: e.title.to_owned(),
        beside: e.disabled.clone().unwrap_or_else(|| e.help.to_owned()),
        also: format!("{} {}", e.command.def().also, if e.disabled.is_some() { e.help } else { "" }),
        tail: e.keys.into_iter().take(2).collect::<Vec<_>>().join("  "),
        disabled: e.disabled,
        record: None,
        ..Choice::default()
    });
    let mut picker = Picker::new(PickerFor::Palette, "What to do", choices.collect());
    picker.empty = "No match.".to_owned();
    m.layers.push(Layer::Picker(picker));
}
