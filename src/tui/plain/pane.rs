//! What is said of a pane: where one is, and what one is at.

use super::{
    numbers, page,
    rows::{self, RowContext},
    scene::{At, Utterance, When, times},
    words::{self, Time},
};
use crate::tui::{
    command::Workspace,
    model::{List, Model, Pane, Row, Showing},
    panes,
};

/// The parts of a pane.
#[must_use]
pub fn parts(m: &Model, pane: Pane) -> Vec<Utterance> {
    match pane {
        Pane::Queues => queues(m),
        Pane::Queue => list(m, pane, &m.queue, &|t, told| rows::ticket(t, told)),
        Pane::AllTickets => list(m, pane, &m.all_tickets, &|t, told| rows::ticket(t, told)),
        Pane::Customers => list(m, pane, &m.customers, &|c, told| rows::customer(c, told)),
        Pane::AllCustomers => list(m, pane, &m.all_customers, &|c, told| rows::customer(c, told)),
        Pane::Tasks => list(m, pane, &m.tasks, &|t, told| rows::task(t, told)),
        Pane::Outbox => list(m, pane, &m.outbox, &|o, told| rows::outgoing(o, told)),
        Pane::Mailboxes => list(m, pane, &m.mailboxes, &|r, told| rows::mailbox(r, told)),
        Pane::Page => match m.page.showing {
            Showing::Ticket(_) => page::ticket(m),
            Showing::Customer(_) => page::customer(m, false),
            Showing::Nothing => {
                vec![Utterance::line(
                    At::Title,
                    When::Arriving,
                    "Nothing is selected, so there is nothing to read.",
                )]
            }
        },
        Pane::Card => page::customer(m, true),
        Pane::Today => numbers::today(m),
        Pane::Insight => numbers::insight(m),
    }
}

/// The name of a list.
fn name(m: &Model, pane: Pane) -> String {
    let titles = panes::titles(m, pane);
    let name = titles.left.first().map(|(_, text)| text.as_str().to_owned()).unwrap_or_default();
    // On the desk several lists are side by side; elsewhere the list is the place.
    match (m.workspace, pane) {
        (Workspace::Desk, Pane::Queue) => format!("Queue {name}"),
        _ => name,
    }
}

fn queues(m: &Model) -> Vec<Utterance> {
    let mut out = vec![Utterance::line(At::Title, When::Arriving, "Queues")];
    if let Some(q) = m.queues.current() {
        let row = rows::queue(q);
        let place = format!("{} of {}", m.queues.cursor + 1, m.queues.rows.len());
        out.push(Utterance::new(
            At::Selection,
            When::Here,
            row.clone(),
            vec![words::list([place + ":", row])],
        ));
    }
    out
}

/// The parts of a list: its title, what is marked, what is new, the row under the cursor.
fn list<R: Row>(
    m: &Model,
    pane: Pane,
    list: &List<R>,
    words: &dyn Fn(&R, &RowContext<'_>) -> String,
) -> Vec<Utterance> {
    if !list.loaded || !list.is_settled() {
        return Vec::new(); // on its way
    }
    let mut out = vec![title(m, pane, list)];
    let (marked, hidden) = list.marked();
    let hidden = if hidden > 0 { format!(", {hidden} of them not in this list") } else { String::new() };
    let marks = if marked == 0 { "Nothing selected.".into() } else { format!("{marked} selected{hidden}.") };
    out.push(Utterance::line(At::Marks, When::HereSince, marks));
    let fresh = list.fresh();
    let above = if fresh > 0 {
        vec![format!(
            "{fresh} new above: {} shows them.",
            panes::key(m, crate::tui::command::CommandId::MoveTop)
        )]
    } else {
        Vec::new()
    };
    out.push(Utterance::new(At::News, When::HereSince, fresh.to_string(), above));
    let Some(row) = list.current() else {
        out.push(Utterance::line(At::Selection, When::Here, words::list(panes::empty(m, pane))));
        return out;
    };
    let told = |time: Time| RowContext {
        info: &m.info,
        time,
        marked: list.is_marked(row.id()),
        picks: m.columns(pane),
    };
    let [now, never] = times(m);
    let place = format!("{} of {}:", list.base() + list.cursor() + 1, list.len());
    let key = format!("{} {}", row.id(), words(row, &told(never)));
    out.push(Utterance::new(
        At::Selection,
        When::Here,
        key,
        vec![words::list([place, words(row, &told(now))])],
    ));
    out
}

fn title<R: Row>(m: &Model, pane: Pane, list: &List<R>) -> Utterance {
    let name = name(m, pane);
    let view = list.view.as_ref().map(|v| format!("view {}", v.name)).unwrap_or_default();
    let own = list.view.as_ref().is_some_and(|v| v.query.trim() == list.filter);
    let filter =
        if list.filter.is_empty() || own { String::new() } else { format!("filter {}", list.filter) };
    let sort = match &list.sort {
        Some(s) => format!("sorted by {}{}", s.column, if s.down { ", last first" } else { "" }),
        None if list.told.by_match => "best match first".to_owned(),
        None => String::new(),
    };
    let key = format!("{pane:?} {}", words::list([&name, &view, &filter, &sort]));
    let count = if list.told.partial { "loading".to_owned() } else { format!("{} in all", list.len()) };
    // How many are late, as the pane counts them, and what is said of what was typed.
    let state = panes::titles(m, pane).right.into_iter().map(|(_, text)| text.as_str().to_owned());
    let line = words::list([name.clone(), view, filter, sort, count].into_iter().chain(state));
    Utterance::new(At::Title, When::Arriving, key, vec![words::ended(&line)]).again(vec![words::ended(&name)])
}
