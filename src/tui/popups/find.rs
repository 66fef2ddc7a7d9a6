//! One box for everything: customers, organisations, tickets by subject, any number. The desk searches, the letters that
//! matched are marked. Where a command wants a customer, customers alone are found.

use crate::{
    model::{Id, Kind, number},
    query::value_text,
    tui::{
        command::{CommandId, Workspace},
        data::{Ask, FoundRecord, Lookup, Matches},
        model::{Choice, Layer, Mark, Model, Pane, Picker, PickerFor, Showing, with_list},
        popups::forms,
        update::{self, Cx},
    },
};

/// The value of the choice that carries what was typed into the form of a new customer.
const NEW: &str = "new";

/// With fewer matches a new customer is offered.
const FEW: usize = 5;

/// Opens the box. `then` is run for the customer who is chosen; without it the chosen record is opened.
pub fn open(m: &mut Model, cx: &mut Cx, then: Option<CommandId>, text: Option<String>) {
    let title = match then {
        Some(CommandId::TicketNew) => "New ticket: which customer?",
        Some(CommandId::CustomerMerge) => "Merge with which customer?",
        Some(CommandId::TicketRequester) => "Move the ticket to which customer?",
        Some(_) => "Find a customer",
        None => "Find anything",
    };
    let mut picker = Picker::new(PickerFor::Find(then), title, Vec::new());
    picker.input.set(&text.unwrap_or_default());
    picker.empty = match then {
        Some(_) => "Type a name, an e-mail, a phone, an organisation or a tag.",
        None => "Type a name, an e-mail, a phone, a subject or a number: T-911, #42.",
    }
    .to_owned();
    m.layers.push(Layer::Picker(picker));
    ask(m, cx);
}

/// Asks the desk for what is typed.
pub(crate) fn ask(m: &mut Model, cx: &mut Cx) {
    let Some(Layer::Picker(p)) = m.layers.last() else { return };
    let PickerFor::Find(then) = p.purpose else { return };
    let text = p.input.as_str().to_owned();
    let opened = if text.trim().is_empty() { opened(m) } else { Vec::new() };
    cx.ask(m, Ask::Find(Lookup { text, customers: then.is_some(), opened }));
}

/// What was opened in this session, the latest first, without what is read now.
fn opened(m: &Model) -> Vec<(Kind, Id)> {
    let now = match m.page.showing {
        Showing::Ticket(id) if m.focus == Pane::Page => Some((Kind::Ticket, id)),
        Showing::Customer(id) if m.focus == Pane::Page => Some((Kind::Customer, id)),
        _ => None,
    };
    m.opened.iter().rev().copied().filter(|r| Some(*r) != now).collect()
}

/// The desk searched.
pub(crate) fn found(m: &mut Model, cx: &mut Cx, found: Matches) {
    let can_add = m.info.can_edit(m.me);
    let (open, close) = (m.look.signs.open_quote, m.look.signs.close_quote);
    let Some(Layer::Picker(p)) = m.layers.last_mut() else { return };
    let PickerFor::Find(then) = p.purpose else { return };
    let text = p.input.as_str().trim().to_owned();
    if found.rows.is_empty() && !text.is_empty() {
        p.empty = "No match.".to_owned();
    }
    p.note = found.note;
    let few = found.rows.len() < FEW && !found.exact;
    let wanted = then != Some(CommandId::CustomerMerge);
    p.shown.clear();
    p.choices.clear();
    for f in found.rows {
        add(p, f, then.is_none());
    }
    p.tickets_at = found.tickets_at.min(p.choices.len());
    if few && wanted && can_add && text.contains(char::is_alphanumeric) {
        p.shown.push(Mark { at: p.choices.len(), ..Mark::default() });
        p.choices.push(Choice {
            value: NEW.to_owned(),
            title: format!("New customer {open}{text}{close}"),
            also: text.clone(),
            ..Choice::default()
        });
    }
    p.cursor = 0;
    p.top = 0;
    if then.is_none() && !text.is_empty() {
        cx.ask(m, Ask::Subjects(text));
    }
}

/// Tickets with what is typed in their subjects came: they go where the box shows them, and the choice stays the same.
pub(crate) fn subjects(m: &mut Model, text: &str, found: Vec<FoundRecord>) {
    let Some(Layer::Picker(p)) = m.layers.last_mut() else { return };
    if p.purpose != PickerFor::Find(None) || p.input.as_str().trim() != text {
        return;
    }
    let (at, before) = (p.tickets_at, p.shown.len());
    for f in found {
        if !p.choices.iter().any(|c| c.record == Some((f.kind, f.id))) {
            add(p, f, true);
        }
    }
    let come = p.shown.len() - before;
    if let Some(tail) = p.shown.get_mut(at..) {
        tail.rotate_right(come);
    }
    if p.cursor > 0 && p.cursor >= at {
        p.cursor += come;
    }
}

fn add(p: &mut Picker, f: FoundRecord, kinds: bool) {
    let (beside, marks) = beside(f.by, f.beside);
    let number = number::show(f.kind, f.number);
    p.shown.push(Mark { at: p.choices.len(), title: f.marks, beside: marks });
    p.choices.push(Choice {
        tail: if kinds { format!("{} {number}", f.kind.word()) } else { number.clone() },
        value: number,
        title: f.name,
        beside,
        record: Some((f.kind, f.id)),
        ..Choice::default()
    });
}

/// Details next to a name, with matched letters: the matching field, else the usual ones.
pub(super) fn beside(by: Option<(&str, String, Vec<usize>)>, else_: String) -> (String, Vec<usize>) {
    match by {
        Some((field, text, marks)) => {
            let lead = format!("{field}: ");
            let shift = lead.chars().count();
            (format!("{lead}{text}"), marks.into_iter().map(|m| m + shift).collect())
        }
        None => (else_, Vec::new()),
    }
}

/// Something was chosen.
pub(crate) fn accept(m: &mut Model, cx: &mut Cx, then: Option<CommandId>, choice: Option<&Choice>) {
    let Some(choice) = choice else { return };
    let Some((kind, id)) = choice.record else {
        if choice.value == NEW {
            forms::customer_new_of(m, &choice.also);
        }
        return;
    };
    match then {
        Some(CommandId::TicketNew) => forms::ticket_new(m, id),
        Some(CommandId::CustomerMerge) => super::merge::with(m, cx, id),
        Some(command @ CommandId::TicketRequester) => {
            let name = choice.title.clone();
            update::run(m, cx, command, vec![id.to_string(), name], None);
        }
        _ => match kind {
            Kind::Organisation => people_of(m, cx, &choice.title),
            Kind::Ticket | Kind::Customer => update::open_record(m, cx, kind, id),
            _ => cx.ask(m, Ask::Entry(kind, id)),
        },
    }
}

/// Lists the people of an organisation.
fn people_of(m: &mut Model, cx: &mut Cx, name: &str) {
    update::go(m, cx, Workspace::Customers);
    with_list!(m, Pane::AllCustomers, list => list.view = None, ());
    update::set_filter(m, cx, Pane::AllCustomers, &format!("org={}", value_text(name)));
}
