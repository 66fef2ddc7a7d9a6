//! Saved views: the filter of a list under a name, and the list of those there are.

use super::forms;
use crate::tui::{
    command::CommandId,
    data::{Ask, ViewRow},
    model::{Choice, Form, FormField, FormKind, Layer, Model, Pane, Picker, PickerFor, Tone, see_list},
    update::{self, Cx, entity},
};

/// Asks for the name of a view of the filter as it is.
pub fn save(m: &mut Model) {
    let mut query = see_list!(m, m.focus, list => list.filter.clone(), String::new());
    if m.focus == Pane::Queue
        && let Some(queue) = m.queues.current()
        && let Ok(both) = update::combine(&queue.query, &query)
    {
        query = both;
    }
    if let Some(sort) =
        see_list!(m, m.focus, list => list.sort.clone(), None).filter(|_| !query.contains("sort:"))
        && let Some(field) = update::sort_field(m.focus, sort.column, sort.down)
    {
        query = format!("{query} sort:{field}").trim().to_owned();
    }
    let fields = vec![
        FormField::line("name", "Name", "").required(),
        FormField::line("query", "Query", "").required().with(&query),
        FormField::line("columns", "Columns", "of `frontdesk list`, with commas; empty: the usual ones"),
        FormField::line("whose", "For", "").one_of(&["everybody", "only me"]),
    ];
    let kind = FormKind::ViewSave(entity(m.focus));
    forms::open(m, Form::new(kind, format!("Save a view of {}", entity(m.focus)), fields));
}

/// Shows the saved views of the list; a query given becomes its filter.
pub fn open(m: &mut Model, cx: &mut Cx, query: Option<String>) {
    match query {
        Some(query) => update::set_filter(m, cx, m.focus, &query),
        None => cx.ask(m, Ask::Views(entity(m.focus))),
    }
}

/// The views came.
pub fn came(m: &mut Model, rows: Vec<ViewRow>) {
    if rows.is_empty() {
        let key = m.keymap.keys_of(CommandId::ViewSave).next().map(ToString::to_string).unwrap_or_default();
        return m.say(Tone::Plain, format!("No views are saved yet: {key} saves the filter of this list."));
    }
    let choices = rows.into_iter().map(|v| Choice {
        beside: v.query.clone(),
        tail: v.count.map_or_else(|| "?".to_owned(), |n| n.to_string()),
        disabled: v.frozen.then(|| format!("{} is frozen: frontdesk segment members lists it.", v.name)),
        title: if v.mine { format!("{} (mine)", v.name) } else { v.name },
        value: v.query,
        ..Choice::default()
    });
    let picker = Picker::new(PickerFor::Argument(CommandId::ViewOpen), "Views", choices.collect());
    m.layers.push(Layer::Picker(picker));
}
