//! The palette: every command by name, with its keys and what it does. It is the help.

use crate::tui::{
    keymap,
    model::{Choice, Layer, Model, Picker, PickerFor},
};

/// Opens it.
pub fn open(m: &mut Model) {
    let snapshot = m.snapshot();
    let entries = keymap::palette(&m.keymap, &snapshot);
    let choices = entries.into_iter().map(|e| Choice {
        value: e.command.id().to_owned(),
        title: e.title.to_owned(),
        beside: e.disabled.clone().unwrap_or_else(|| e.help.to_owned()),
        tail: e.keys.into_iter().take(2).collect::<Vec<_>>().join("  "),
        disabled: e.disabled,
        record: None,
    });
    let mut picker = Picker::new(PickerFor::Palette, "What to do", choices.collect());
    picker.empty = "No command is called that.".to_owned();
    m.layers.push(Layer::Picker(picker));
}
