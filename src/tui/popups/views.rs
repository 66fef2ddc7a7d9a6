//! Saved views: the filter of a list under a name, and the list of those there are.

use super::forms;
use crate::{
    desk::{
        Command,
        list::columns::{self, Pick},
    },
    query::{Query, value_text},
    tui::{
        command::CommandId,
        data::{Ask, ViewRow},
        effect::Then,
        model::{
            Choice, Form, FormField, FormKind, Layer, Model, Pane, Picker, PickerFor, Shown, Tone, see_list,
        },
        update::{self, Cx, entity},
    },
};

/// Asks for the name of a view of the current filter.
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
    let of = entity(m.focus);
    let columns = m.columns(m.focus).iter().map(Pick::name).collect();
    form(m, format!("Save a view of {of}"), of, &ViewRow { query, columns, ..ViewRow::default() });
}

/// The fields of a view, with their current values.
fn form(m: &mut Model, title: String, of: &'static str, v: &ViewRow) {
    let whose = if v.mine { "only me" } else { "everybody" };
    let fields = vec![
        FormField::line("name", "Name", "another name makes another view").required().with(&v.name),
        FormField::line("query", "Query", "").required().with(&v.query),
        FormField::line("columns", "Columns", "number, name, city … with commas; empty: the usual ones")
            .with(&v.columns.join(", ")),
        FormField::line("whose", "For", "").one_of(&["everybody", "only me"]).with(whose),
    ];
    forms::open(m, Form::new(FormKind::ViewSave(of), title, fields));
}

/// Shows the saved views of the list; a query given becomes its filter.
pub fn open(m: &mut Model, cx: &mut Cx, query: Option<String>) {
    match query {
        Some(query) => update::set_filter(m, cx, m.focus, &query),
        None => ask(m, cx, CommandId::ViewOpen, Vec::new()),
    }
}

/// Asks which view a command is about; it has some arguments already.
pub fn ask(m: &mut Model, cx: &mut Cx, command: CommandId, args: Vec<String>) {
    cx.ask(m, Ask::Views(entity(m.focus), command, args));
}

/// The views came.
pub fn came(m: &mut Model, command: CommandId, args: Vec<String>, mut rows: Vec<ViewRow>) {
    // A snapshot is what it is; one is not compared with itself.
    match command {
        CommandId::ViewFreeze | CommandId::ViewEdit => rows.retain(|v| v.frozen_at.is_none()),
        CommandId::ViewCompare => rows.retain(|v| !args.contains(&v.name)),
        _ => {}
    }
    if rows.is_empty() {
        let key = m.keymap.keys_of(CommandId::ViewSave).next().map(ToString::to_string).unwrap_or_default();
        return m.say(Tone::Plain, format!("No saved views yet: {key} saves the filter of this list."));
    }
    let zone = &m.info.zone;
    let choices = rows.iter().map(|v| Choice {
        beside: match v.frozen_at {
            Some(at) => format!("snapshot of {}: {}", zone.day(at), v.query),
            None => v.query.clone(),
        },
        tail: v.count.map_or_else(|| "?".to_owned(), |n| n.to_string()),
        title: if v.mine { format!("{} (mine)", v.name) } else { v.name.clone() },
        value: v.name.clone(),
        ..Choice::default()
    });
    let choices = choices.collect();
    let title = match (command, args.first()) {
        (CommandId::ViewCompare, Some(first)) => format!("Compare {first} with"),
        (CommandId::ViewCompare, None) => "Compare which view".to_owned(),
        (CommandId::ViewFreeze, _) => "Freeze which view".to_owned(),
        (CommandId::ViewEdit, _) => "Edit which view".to_owned(),
        (CommandId::ViewForget, _) => "Delete which view".to_owned(),
        _ => "Views".to_owned(),
    };
    m.layers.push(Layer::Picker(Picker::new(PickerFor::View(command, args, rows), title, choices)));
}

/// A view was chosen.
pub fn chosen(m: &mut Model, cx: &mut Cx, command: CommandId, args: &[String], v: &ViewRow) {
    let own = format!("in:{}", value_text(&v.name));
    let of = entity(m.focus);
    match (command, args.first()) {
        (CommandId::ViewCompare, None) => ask(m, cx, command, vec![v.name.clone()]),
        (CommandId::ViewCompare, Some(first)) => {
            let other = format!("in:{}", value_text(first));
            let parts = vec![
                ("in both".to_owned(), format!("{other} {own}")),
                (format!("only in {first}"), format!("{other} -{own}")),
                (format!("only in {}", v.name), format!("{own} -{other}")),
            ];
            cx.ask(m, Ask::Counts(of, format!("{first} and {}", v.name), parts));
        }
        (CommandId::ViewFreeze, _) => {
            let name = format!("{} {}", v.name, m.info.zone.day(m.now));
            update::change(m, cx, Command::ViewFreeze(v.id, name), Then::Say { here: None });
        }
        (CommandId::ViewForget, _) => {
            update::change(m, cx, Command::ViewDelete(v.id), Then::Say { here: None });
        }
        (CommandId::ViewEdit, _) => form(m, format!("Edit the view {}", v.name), of, v),
        (_, _) if v.frozen_at.is_some() => {
            // Who came since, and who went: a snapshot beside what its query means now.
            let now = bare(&v.query);
            let came = if now.is_empty() { format!("-{own}") } else { format!("({now}) -{own}") };
            let went = if now.is_empty() { format!("{own} -{own}") } else { format!("{own} -({now})") };
            let parts = vec![
                ("then".to_owned(), own),
                ("now".to_owned(), now),
                ("came since".to_owned(), came),
                ("went since".to_owned(), went),
            ];
            let then = v.frozen_at.map(|at| m.info.zone.day(at).to_string()).unwrap_or_default();
            let title = format!("{}: {} on {then}", v.name, v.count.unwrap_or_default());
            cx.ask(m, Ask::Counts(of, title, parts));
        }
        (_, _) => show(m, cx, v),
    }
}

/// The view becomes what the list shows: its query the filter, its columns the list's.
fn show(m: &mut Model, cx: &mut Cx, v: &ViewRow) {
    // What was saved is understood, but for columns of a version to come.
    let columns = columns::pick(entity(m.focus), &v.columns, m.info.sensitive).unwrap_or_default();
    let shown = Shown { name: v.name.clone(), query: v.query.clone(), columns };
    update::show_view(m, cx, m.focus, shown);
}

/// A view is on its way to be saved: the list that it was made of shows it.
pub(super) fn saved(m: &mut Model, cx: &mut Cx, form: &Form) {
    let shown = see_list!(m, m.focus, list => list.view.as_ref().map(|v| v.name.clone()), None);
    let filter = see_list!(m, m.focus, list => list.filter.clone(), String::new());
    let (name, query) = (form.value("name"), form.value("query"));
    if shown.as_deref() == Some(name) || shown.is_none() && filter == query {
        let columns = form.value("columns").split(',').map(|c| c.trim().to_owned()).collect();
        let row = ViewRow { name: name.to_owned(), query: query.to_owned(), columns, ..ViewRow::default() };
        show(m, cx, &row);
    }
}

/// The conditions of a query without its order and its limit.
fn bare(text: &str) -> String {
    match crate::query::parse(text) {
        Ok(Query { expr, .. }) => Query { expr, ..Query::default() }.to_string(),
        Err(_) => text.to_owned(),
    }
}

/// The parts were counted: the chosen one becomes the filter.
pub fn counted(m: &mut Model, title: String, parts: Vec<(String, String, Option<usize>)>) {
    let choices = parts.into_iter().map(|(name, query, count)| Choice {
        title: name,
        beside: query.clone(),
        value: query,
        tail: count.map_or_else(|| "?".to_owned(), |n| n.to_string()),
        ..Choice::default()
    });
    let purpose = PickerFor::Argument(CommandId::ViewOpen);
    m.layers.push(Layer::Picker(Picker::new(purpose, title, choices.collect())));
}
