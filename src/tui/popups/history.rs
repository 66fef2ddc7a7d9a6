//! The history of undoable changes: one's own, everyone's, the automatic ones; what undoing one would do, and doing it.

use crate::{
    desk::{
        Command,
        undo::{Entry, Place, PreviewLine, Whose},
    },
    model::{Id, Seq},
    tui::{
        command::CommandId,
        data::Ask,
        effect::Then,
        model::{Choice, Layer, Model, Picker, PickerFor, Tone},
        update::{self, Cx},
    },
};

/// What the list shows.
#[derive(Debug, Clone, PartialEq)]
pub struct History {
    /// Whose changes.
    pub whose: Whose,
    /// Those that were read, newest first.
    pub entries: Vec<Entry>,
    /// Where the older ones begin; `None`: all are here.
    pub older: Option<Place>,
}

/// Opens the list with one's own changes.
pub(crate) fn open(m: &mut Model, cx: &mut Cx) {
    cx.ask(m, Ask::History(Whose::Mine, Place::default()));
}

/// A page came: the first opens the list, an older one goes on with it.
pub fn came(m: &mut Model, whose: Whose, first: bool, page: Vec<Entry>, older: Option<Place>) {
    let mut cursor = 0;
    let mut entries = Vec::new();
    if let Some(Layer::Picker(p)) = m.layers.last()
        && let PickerFor::History(h) = &p.purpose
    {
        if !first && h.whose == whose {
            entries.clone_from(&h.entries);
            cursor = entries.len();
        }
        m.layers.pop();
    } else if !first || !m.layers.is_empty() {
        // Closed meanwhile, or something else is being typed.
        return;
    }
    entries.extend(page);
    show(m, History { whose, entries, older }, cursor);
}

/// The rows below the changes: what else can be shown.
fn others(h: &History) -> Vec<(&'static str, &'static str)> {
    let mut out = Vec::new();
    if h.older.is_some() {
        out.push(("older", "Show older changes"));
    }
    for (whose, value, title) in [
        (Whose::Mine, "mine", "Show my changes"),
        (Whose::Everyone, "everyone", "Show everyone's changes"),
        (Whose::Automatic, "automatic", "Show automatic actions: timers, mail, imports"),
    ] {
        if whose != h.whose {
            out.push((value, title));
        }
    }
    out
}

fn show(m: &mut Model, h: History, cursor: usize) {
    let zone = &m.info.zone;
    let who = |actor: Id| {
        let agent = m.info.agent(actor).map(|a| a.name.clone());
        agent.unwrap_or_else(|| "automatic".to_owned())
    };
    let mut choices: Vec<Choice> = Vec::with_capacity(h.entries.len() + 3);
    for e in &h.entries {
        let why = e.why_not.clone().unwrap_or_default();
        let name = if h.whose == Whose::Mine { String::new() } else { who(e.actor) };
        let beside = [name.as_str(), why.as_str()].into_iter().filter(|t| !t.is_empty());
        let exact = format!("{}  {}", zone.when_exactly(e.at, m.now), who(e.actor));
        let can = e.why_not.as_ref().map_or_else(
            || "Enter shows what undoing it will do.".to_owned(),
            |why| format!("Cannot be undone: {why}."),
        );
        choices.push(Choice {
            value: e.seq.to_string(),
            title: e.what.clone(),
            beside: beside.collect::<Vec<_>>().join(" · "),
            tail: zone.when(e.at, m.now),
            detail: vec![e.what.clone(), exact, can.clone()],
            disabled: e.why_not.is_some().then_some(can),
            ..Choice::default()
        });
    }
    choices.extend(others(&h).into_iter().map(|(value, title)| Choice {
        value: value.to_owned(),
        title: title.to_owned(),
        ..Choice::default()
    }));
    let title = match h.whose {
        Whose::Mine => "My changes",
        Whose::Everyone => "Everyone's changes",
        Whose::Automatic => "Automatic actions",
    };
    let note = if h.entries.is_empty() { "none found" } else { "newest first" };
    let mut picker = Picker::new(PickerFor::History(Box::new(h)), title, choices);
    note.clone_into(&mut picker.note);
    picker.cursor = cursor.min(picker.shown.len().saturating_sub(1));
    m.layers.push(Layer::Picker(picker));
}

/// A row was chosen: a change is shown first; the list stays beneath.
pub fn accept(m: &mut Model, cx: &mut Cx, picker: Picker) {
    let value = picker.current().map(|c| c.value.clone()).unwrap_or_default();
    let PickerFor::History(h) = &picker.purpose else { return };
    let ask = match value.as_str() {
        "mine" => Ask::History(Whose::Mine, Place::default()),
        "everyone" => Ask::History(Whose::Everyone, Place::default()),
        "automatic" => Ask::History(Whose::Automatic, Place::default()),
        "older" => match h.older.clone() {
            Some(place) => Ask::History(h.whose, place),
            None => return,
        },
        seq => match h.entries.iter().find(|e| e.seq.to_string() == seq) {
            Some(e) => Ask::UndoPreview(e.seq, e.what.clone()),
            None => return,
        },
    };
    m.layers.push(Layer::Picker(picker));
    cx.ask(m, ask);
}

/// What undoing a change will do came, or why it cannot be.
pub fn preview(m: &mut Model, seq: Seq, what: &str, lines: Result<Vec<PreviewLine>, String>) {
    if !matches!(m.layers.last(), Some(Layer::Picker(p)) if matches!(p.purpose, PickerFor::History(_))) {
        return;
    }
    let lines = match lines {
        Ok(lines) => lines,
        Err(why) => return m.say(Tone::Refused, format!("Cannot be undone: {why}.")),
    };
    let value = |text: &str| if text.is_empty() { "nothing".to_owned() } else { text.to_owned() };
    let mut choices =
        vec![Choice { value: "undo".to_owned(), title: "Undo this change".to_owned(), ..Choice::default() }];
    choices.extend(lines.into_iter().map(|l| {
        let title = format!("{} {}", l.record, l.field.replace('_', " ")).trim_end().to_owned();
        let (now, then) = (value(&l.now), value(&l.then));
        Choice {
            detail: vec![title.clone(), format!("now: {now}"), format!("then: {then}")],
            title,
            beside: format!("{now} → {then}"),
            ..Choice::default()
        }
    }));
    let mut picker = Picker::new(PickerFor::UndoRow(seq), format!("Undo: {what}"), choices);
    picker.note = "now → then".to_owned();
    m.layers.push(Layer::Picker(picker));
}

/// It was confirmed: both lists close. On a field nothing happens.
pub fn confirmed(m: &mut Model, cx: &mut Cx, picker: Picker) {
    let PickerFor::UndoRow(seq) = picker.purpose else { return };
    if picker.current().is_none_or(|c| c.value != "undo") {
        return m.layers.push(Layer::Picker(picker));
    }
    m.layers.retain(|l| !matches!(l, Layer::Picker(p) if matches!(p.purpose, PickerFor::History(_))));
    if let Some(why) = m.keymap.reason(CommandId::ChangeUndo, &m.snapshot()) {
        return m.say(Tone::Refused, why);
    }
    update::change(m, cx, Command::Undo(Some(seq)), Then::RowUndone);
}
