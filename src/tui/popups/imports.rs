//! The imports, to take one back, and the question that says how much goes.

use crate::{
    exchange::import::Extent,
    model::{BatchState, ImportBatch, Kind, number},
    tui::{
        command::CommandId,
        model::{Choice, Confirm, Layer, Model, Picker, PickerFor, Tone},
    },
};

/// The list came.
pub fn listed(m: &mut Model, all: &[ImportBatch]) {
    if !m.layers.is_empty() {
        return;
    }
    if all.is_empty() {
        return m.say(Tone::Refused, "There are no imports.");
    }
    let choice = |b: &ImportBatch| {
        let name = number::show(Kind::ImportBatch, b.number);
        let files = b.files.join(", ");
        let rows = format!("{} created, {} updated", b.created, b.updated);
        Choice {
            title: format!("{name}  {files}"),
            beside: format!("{rows} · {}", b.status()),
            also: b.format.clone(),
            tail: m.info.zone.when(b.started_at, m.now),
            detail: vec![files, format!("{}: {rows}", b.format)],
            disabled: (b.state == BatchState::Reverted).then(|| format!("{name} is reverted already.")),
            value: name,
            ..Choice::default()
        }
    };
    let choices = all.iter().map(choice).collect();
    let mut picker = Picker::new(PickerFor::Argument(CommandId::ImportRevert), "Revert an import", choices);
    picker.note = "newest first".to_owned();
    m.layers.push(Layer::Picker(picker));
}

/// What would go came: it is said, and asked about.
pub fn confirm(m: &mut Model, extent: Result<Extent, String>) {
    let extent = match extent {
        Ok(extent) => extent,
        Err(why) => return m.say(Tone::Refused, why),
    };
    if !m.layers.is_empty() {
        return;
    }
    let mut parts: Vec<String> =
        extent.made_line().map(|made| format!("removes {made}")).into_iter().collect();
    match extent.changed {
        0 => {}
        1 => parts.push("restores 1 changed record".to_owned()),
        n => parts.push(format!("restores {n} changed records")),
    }
    let does = if parts.is_empty() { "removes no record".to_owned() } else { parts.join(" and ") };
    m.status = None;
    m.layers.push(Layer::Confirm(Confirm {
        question: format!("Revert import {} of {}?", extent.batch, extent.files.join(", ")),
        detail: format!("This {does}. What was changed since stays."),
        yes: CommandId::ImportRevert,
        args: vec![extent.batch],
    }));
}
