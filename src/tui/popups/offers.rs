//! Suggestions for a field of a form while typing: organisations from the index in memory, agents by name.

use crate::{
    desk::list::columns,
    model::{fold::fold, number, zone::Zone},
    tui::{
        data::{Ask, FoundRecord},
        fuzzy,
        model::{Choice, Form, FormKind, Layer, Mark, Model},
        popups::find,
        update::Cx,
    },
};

/// The most suggestions.
const MOST: usize = 6;

/// What is offered for a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Of {
    Organisations,
    Agents,
    Teams,
    /// Commands that print a password.
    Passwords,
    Zones,
    /// Columns of a list.
    Columns(&'static str),
}

fn of(form: &Form) -> Option<Of> {
    match form.fields.get(form.at)?.name {
        "org" => Some(Of::Organisations),
        "assignee" | "owner" => Some(Of::Agents),
        "team" => Some(Of::Teams),
        "password_command" => Some(Of::Passwords),
        "zone" => Some(Of::Zones),
        "columns" => match form.kind {
            FormKind::ViewSave(entity) => Some(Of::Columns(entity)),
            _ => None,
        },
        _ => None,
    }
}

fn typed(form: &Form) -> String {
    form.fields.get(form.at).map(|f| f.text.as_str().trim().to_owned()).unwrap_or_default()
}

/// Something was typed into the topmost form: what may be meant is offered, or asked for.
pub(crate) fn ask(m: &mut Model, cx: &mut Cx) {
    let agents = m.info.agents.iter().map(|a| Choice {
        value: format!("@{}", a.handle),
        title: a.name.clone(),
        beside: format!("@{}", a.handle),
        ..Choice::default()
    });
    let agents: Vec<Choice> = agents.collect();
    let choice = |text: String| Choice { value: text.clone(), title: text, ..Choice::default() };
    let teams: Vec<Choice> = m.info.teams.iter().map(|t| choice(t.name.clone())).collect();
    let sensitive = m.info.sensitive;
    let Some(Layer::Form(form)) = m.layers.last_mut() else { return };
    let (text, of) = (typed(form), of(form));
    form.offer = None;
    match of {
        Some(_) if text.is_empty() => form.close_offers(),
        Some(Of::Organisations) => cx.ask(m, Ask::OrganisationIndex(text)),
        // A begun name is no word of the list of owners that a new form has.
        Some(Of::Agents) => {
            let shown = fuzzy::narrow(&agents, text.trim_start_matches('@'));
            let shown = shown.into_iter().take(MOST);
            form.offers = shown.filter_map(|s| Some((agents.get(s.at)?.clone(), s))).collect();
            leave_out_what_stands_there(form);
        }
        Some(which @ (Of::Teams | Of::Passwords | Of::Zones)) => {
            let address = form.value("address").to_owned();
            let all = match which {
                Of::Teams => teams,
                Of::Zones => Zone::names().map(choice).collect(),
                _ => super::mailbox::password_commands(&address).map(choice).to_vec(),
            };
            let shown = fuzzy::narrow(&all, &text).into_iter().take(MOST);
            form.offers = shown.filter_map(|s| Some((all.get(s.at)?.clone(), s))).collect();
            leave_out_what_stands_there(form);
        }
        Some(Of::Columns(entity)) => {
            // The last one is being typed.
            let (before, begun) =
                text.rsplit_once(',').map_or(("", text.as_str()), |(b, last)| (b, last.trim()));
            let lead = if before.is_empty() { String::new() } else { format!("{before}, ") };
            let all: Vec<Choice> = columns::offered(entity, sensitive)
                .map(|c| Choice {
                    value: format!("{lead}{}", c.name),
                    title: c.name.to_owned(),
                    ..Choice::default()
                })
                .collect();
            let shown = fuzzy::narrow(&all, begun).into_iter().take(MOST);
            form.offers = shown.filter_map(|s| Some((all.get(s.at)?.clone(), s))).collect();
            leave_out_what_stands_there(form);
        }
        None => form.close_offers(),
    }
}

/// Organisations were found for what was typed.
pub(crate) fn found(m: &mut Model, text: &str, found: Vec<FoundRecord>) {
    let Some(Layer::Form(form)) = m.layers.last_mut() else { return };
    if of(form) != Some(Of::Organisations) || typed(form) != text {
        return;
    }
    let offers = found.into_iter().take(MOST).map(|f| {
        let (beside, marks) = find::beside(f.by, f.beside);
        let mark = Mark { at: 0, title: f.marks, beside: marks };
        let tail = number::show(f.kind, f.number);
        (Choice { value: f.name.clone(), title: f.name, beside, tail, ..Choice::default() }, mark)
    });
    form.offers = offers.collect();
    leave_out_what_stands_there(form);
}

/// What is typed already is not offered alone.
fn leave_out_what_stands_there(form: &mut Form) {
    let typed = fold(&typed(form));
    if form.offers.iter().all(|(c, _)| fold(&c.value) == typed || fold(&c.title) == typed) {
        form.offers.clear();
    }
}
