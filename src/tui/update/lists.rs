//! Lists: filter, order, marks, kinds of a history.

use super::{Cx, open};
use crate::{
    desk::list::columns,
    lists::PageRequest,
    query,
    tui::{
        command::CommandId,
        data::{Ask, CustomerRow, Slot, TicketRow},
        model::{
            Choice, Kinds, Layer, List, Model, PART, Pane, Picker, PickerFor, Prompt, PromptFor, Row, Shown,
            Tone, see_list, with_list,
        },
        text::Text,
    },
};

/// The query of a queue and the filter over it, as one.
///
/// # Errors
/// The sentence that says what is wrong with the filter.
pub fn combine(base: &str, filter: &str) -> Result<String, String> {
    let filter = query::parse(filter).map_err(|e| e.line())?;
    Ok(match query::parse(base) {
        Ok(base) => base.and(filter).to_string(),
        Err(_) => base.to_owned(),
    })
}

/// The question that fills a list's place as it stands; `None` where its filter means nothing.
pub fn query_of(m: &Model, slot: Slot) -> Option<Ask> {
    let text = |base: &str, filter: &str| combine(base, filter).ok();
    Some(match slot {
        Slot::Queue => tickets(m, slot, Pane::Queue, &m.queues.current()?.query)?,
        Slot::AllTickets => tickets(m, slot, Pane::AllTickets, "")?,
        Slot::Customers => customers(m, slot, Pane::Customers, None)?,
        Slot::AllCustomers => customers(m, slot, Pane::AllCustomers, None)?,
        Slot::Tasks => Ask::Tasks(text("is:open", &m.tasks.filter)?),
        Slot::Outbox => outbox(m, None)?,
        Slot::Mailboxes => Ask::Mailboxes(m.mailboxes.filter.clone()),
        _ => return None,
    })
}

/// The query of a list of tickets, with its order where the rows do not tell it.
fn tickets(m: &Model, slot: Slot, pane: Pane, base: &str) -> Option<Ask> {
    let list = m.tickets(pane)?;
    let by = list.sort.as_ref().filter(|s| !TicketRow::COLUMNS.contains(&s.column));
    let by = by.and_then(|s| sort_field(pane, s.column, s.down));
    let sort = by.map_or_else(String::new, |by| format!("sort:{by}"));
    let filter = combine(&list.filter, &sort).ok()?;
    Some(Ask::Tickets(slot, combine(base, &filter).ok()?, m.columns(pane).to_vec()))
}

/// The query of a list of customers with its order, and which part of it: around the cursor, or from a place.
fn customers(m: &Model, slot: Slot, pane: Pane, from: Option<usize>) -> Option<Ask> {
    let list = m.customers_of(pane)?;
    Some(Ask::Customers(slot, customer_query(list)?, wanted(list, from), m.columns(pane).to_vec()))
}

/// The query of the outbox with its order, and which part of it.
fn outbox(m: &Model, from: Option<usize>) -> Option<Ask> {
    Some(Ask::Outbox(outbox_query(m)?, wanted(&m.outbox, from)))
}

/// The query of the outbox with its order, where not all rows are here to be sorted.
fn outbox_query(m: &Model) -> Option<String> {
    let by = m.outbox.sort.as_ref().filter(|_| m.outbox.is_part());
    let by = by.and_then(|s| sort_field(Pane::Outbox, s.column, s.down));
    let sort = by.map_or_else(String::new, |by| format!("sort:{by}"));
    // Sorted or not, without a filter it is of those that have not left.
    let base = if m.outbox.filter.trim().is_empty() && !sort.is_empty() { "is:waiting" } else { "" };
    combine(base, &combine(&m.outbox.filter, &sort).ok()?).ok()
}

/// Which part of a long list: around the cursor, or from a place.
fn wanted<R: Row>(list: &List<R>, from: Option<usize>) -> PageRequest {
    match from {
        Some(from) => PageRequest { from, most: PART, around: None },
        // What is shown is renewed where it is; a list that begins again begins at its cursor's record.
        None if list.is_part() && list.is_settled() && list.is_frozen() => {
            PageRequest { from: list.base(), most: PART, around: None }
        }
        None if list.is_frozen() => PageRequest { from: 0, most: PART, around: list.current_id() },
        None => PageRequest { from: 0, most: PART, around: None },
    }
}

/// The query of a list of customers with its order.
fn customer_query(list: &List<CustomerRow>) -> Option<String> {
    let by = list.sort.as_ref().and_then(|s| sort_field(Pane::AllCustomers, s.column, s.down));
    let sort = by.map_or_else(String::new, |by| format!("sort:{by}"));
    combine(&list.filter, &sort).ok()
}

/// The field, as `sort:` takes it, of a column of a list; `None` where no field orders so.
pub fn sort_field(pane: Pane, column: &str, down: bool) -> Option<String> {
    // Most open tickets and the latest contact stand first.
    let (field, turned) = match (pane, column) {
        (Pane::Customers | Pane::AllCustomers, "organisation") => ("org", false),
        (Pane::Customers | Pane::AllCustomers, "open") => ("open", true),
        (Pane::Customers | Pane::AllCustomers, "seen") => ("contacted", true),
        (Pane::Customers | Pane::AllCustomers, "name" | "email" | "stage" | "number") => (column, false),
        (Pane::Outbox, "when") => ("due", false),
        (Pane::Outbox, "state" | "to" | "ticket" | "author") => (column, false),
        (_, "due" | "number" | "subject" | "title" | "owner" | "customer") => (column, false),
        _ => {
            let mut all = columns::offered(super::layers::entity(pane), true);
            (all.find(|c| c.name == column)?.field, false)
        }
    };
    Some(format!("{}{field}", if down == turned { "" } else { "-" }))
}

/// Asks for the next part of a long list where the cursor comes near to an end of what is here.
pub fn reach(m: &mut Model, cx: &mut Cx) {
    for (slot, pane) in [(Slot::Customers, Pane::Customers), (Slot::AllCustomers, Pane::AllCustomers)] {
        if m.waiting.contains_key(&slot) {
            continue;
        }
        let from = m.customers_of(pane).and_then(List::needs);
        let ask = from.and_then(|from| customers(m, slot, pane, Some(from)));
        if let Some(ask) = ask {
            cx.ask(m, ask);
        }
    }
    if !m.waiting.contains_key(&Slot::Outbox)
        && let Some(from) = m.outbox.needs()
        && let Some(ask) = outbox(m, Some(from))
    {
        cx.ask(m, ask);
    }
}

fn reload(m: &mut Model, cx: &mut Cx, pane: Pane) {
    if let Some(ask) = pane.slot().and_then(|slot| query_of(m, slot)) {
        cx.ask(m, ask);
    }
}

/// Filters the focused list; without a query one is asked for.
pub fn filter(m: &mut Model, cx: &mut Cx, text: Option<String>) {
    let pane = m.focus;
    let Some(before) = see_list!(m, pane, list => Some(list.filter.clone()), None) else { return };
    match text {
        Some(text) => set_filter(m, cx, pane, &text),
        None => {
            let what = match pane {
                Pane::Queue | Pane::AllTickets => {
                    "words, or is:overdue  from:ada  tag:vip  priority:high  sort:-updated"
                }
                Pane::Tasks => "words, or due<today  owner:@me  customer:ada",
                Pane::Outbox => "words, or state:failed  state:sent  to:ada  ticket:T-104  sent>yesterday",
                Pane::Mailboxes => "words of the address or the name",
                _ => "words, or org:harbour  tag:vip  orders>3  stage:lead  sort:name",
            };
            m.layers.push(Layer::Prompt(Prompt {
                purpose: PromptFor::Filter(pane),
                title: "Filter".to_owned(),
                input: Text::line(&before),
                help: what.to_owned(),
                reading: String::new(),
                error: None,
                calm: false,
                before,
                offers: Vec::new(),
                offer: None,
            }));
        }
    }
}

/// Puts a filter on a list and asks for its rows.
pub fn set_filter(m: &mut Model, cx: &mut Cx, pane: Pane, text: &str) {
    with_list!(m, pane, list => { list.refresh(); list.filter = text.trim().to_owned(); list.thaw(); }, ());
    reload(m, cx, pane);
    open::follow(m);
}

/// Shows a saved view: its query is the filter, its columns are the list's.
pub fn show_view(m: &mut Model, cx: &mut Cx, pane: Pane, view: Shown) {
    let query = view.query.clone();
    with_list!(m, pane, list => list.view = Some(view), ());
    set_filter(m, cx, pane, &query);
}

/// Shows the whole list again, in its usual columns.
pub fn unfilter(m: &mut Model, cx: &mut Cx) {
    let pane = m.focus;
    with_list!(m, pane, list => list.view = None, ());
    set_filter(m, cx, pane, "");
}

/// The columns that a list can be sorted by: its own, and those chosen.
fn sortable(m: &Model, pane: Pane) -> Vec<&'static str> {
    fn own<R: Row>(_: &List<R>) -> &'static [&'static str] {
        R::COLUMNS
    }
    let mut all = see_list!(m, pane, list => own(list), &[]).to_vec();
    for pick in m.columns(pane).iter().filter(|p| !p.column.field.is_empty()) {
        // The one who brings a ticket has two names.
        let known = all.contains(&pick.column.name) || is_same(pick.column.name, "customer");
        if !known {
            all.push(pick.column.name);
        }
    }
    all
}

/// Whether two names of columns say the same.
pub(crate) fn is_same(a: &str, b: &str) -> bool {
    let name = |n| match n {
        "requester" => "customer",
        "age" => "created",
        "mail" => "email",
        n => n,
    };
    name(a) == name(b)
}

/// Sorts the focused list; without a column one is chosen.
pub fn sort(m: &mut Model, cx: &mut Cx, column: Option<String>) {
    let pane = m.focus;
    let all = sortable(m, pane);
    let Some(column) = column else {
        let now = see_list!(m, pane, list => list.sort.clone(), None);
        let choices = all.iter().map(|c| {
            let how = now.as_ref().filter(|s| s.column == *c);
            let beside = how.map(|s| if s.down { "now, downwards" } else { "now: again turns it round" });
            Choice {
                value: (*c).to_owned(),
                title: (*c).to_owned(),
                beside: beside.unwrap_or_default().to_owned(),
                ..Choice::default()
            }
        });
        m.layers.push(Layer::Picker(Picker::new(
            PickerFor::Argument(CommandId::ListSort),
            "Sort by",
            choices.collect(),
        )));
        return;
    };
    let (name, down) = match column.strip_prefix('-') {
        Some(name) => (name, true),
        None => (column.as_str(), false),
    };
    let Some(column) = all.iter().find(|c| is_same(c, name)) else {
        return m.say(Tone::Refused, format!("There is no column “{name}” here."));
    };
    with_list!(m, pane, list => list.sort_by(column, down), ());
    let by_desk = match pane {
        Pane::Queue | Pane::AllTickets => !TicketRow::COLUMNS.contains(column),
        Pane::Outbox => m.outbox.is_part(),
        Pane::Mailboxes => false,
        _ => m.customers_of(pane).is_some_and(List::is_part) || !CustomerRow::COLUMNS.contains(column),
    };
    if by_desk {
        reload(m, cx, pane);
    }
}

/// Marks the row and goes on.
pub fn toggle(m: &mut Model, cx: &mut Cx, count: Option<u32>) {
    let pane = m.focus;
    for _ in 0..count.unwrap_or(1).min(10_000) {
        with_list!(m, pane, list => { list.toggle(); list.step(1); }, ());
    }
    open::follow(m);
    let _ = cx;
}

/// Marks from the last mark to here.
pub fn range(m: &mut Model) {
    let pane = m.focus;
    with_list!(m, pane, list => list.mark_range(), ());
}

/// Marks all that match, those of a long list that are not here too.
pub fn all(m: &mut Model, cx: &mut Cx) {
    let pane = m.focus;
    if let Some(list) = m.customers_of(pane).filter(|l| l.is_part()) {
        let query = customer_query(list);
        if list.marked().0 == list.len() {
            with_list!(m, pane, list => list.unmark(), ());
        } else if let (Some(query), Some(slot)) = (query, pane.slot()) {
            cx.ask(m, Ask::Every(slot, query));
        }
        return;
    }
    if pane == Pane::Outbox && m.outbox.is_part() {
        if m.outbox.marked().0 == m.outbox.len() {
            m.outbox.unmark();
        } else if let Some(query) = outbox_query(m) {
            cx.ask(m, Ask::Every(Slot::Outbox, query));
        }
        return;
    }
    with_list!(m, pane, list => list.mark_all(), ());
}

/// Takes all marks away.
pub fn clear(m: &mut Model) {
    let pane = m.focus;
    with_list!(m, pane, list => list.unmark(), ());
}

/// Shows only some kinds of a history; without one it is chosen.
pub fn kinds(m: &mut Model, kind: Option<String>) {
    let is_ticket = m.scope() == crate::tui::command::Scope::Thread;
    let fits = |k: &Kinds| match k {
        Kinds::Orders | Kinds::Calls | Kinds::Tickets | Kinds::Tasks | Kinds::Answers => !is_ticket,
        _ => true,
    };
    match kind.as_deref().map(Kinds::of) {
        Some(Some(kinds)) => {
            m.page.kinds = kinds;
            if let Some(v) = &mut m.page.customer {
                (v.cursor, v.top) = (0, 0);
            }
            if let Some(v) = &mut m.page.ticket {
                (v.item, v.top) = (0, 0);
            }
        }
        Some(None) => m.say(Tone::Refused, "There is no such kind of entry."),
        None => {
            let choices = Kinds::ALL.iter().filter(|k| fits(k)).map(|k| Choice {
                value: k.word().to_owned(),
                title: k.word().to_owned(),
                beside: if *k == m.page.kinds { "now".to_owned() } else { String::new() },
                ..Choice::default()
            });
            m.layers.push(Layer::Picker(Picker::new(
                PickerFor::Argument(CommandId::TimelineFilter),
                "Show in this history",
                choices.collect(),
            )));
        }
    }
}
