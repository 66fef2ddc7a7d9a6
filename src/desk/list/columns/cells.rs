//! What is in the columns of a row: as the kind declares the field, unless it is joined from other records.

use std::collections::BTreeMap;

use super::Pick;
use crate::{
    desk::joined::Joined,
    desk::list::{
        CustomerItem, InteractionItem, Item, LogItem, MessageItem, OrderItem, OrganisationItem, OutboxItem,
        QueryContext, ResponseItem, TaskItem, TicketItem, brief,
    },
    mail::endpoint,
    model::{
        Agent, Currency, Customer, Id, ImportBatch, Kind, Mailbox, Money, SavedView, Stamp, Team, Ticket,
        customer::Address,
        field::{AnyRecord, Datum, FieldKind},
        log::LogRow,
        number,
    },
};

/// The content of a cell.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Cell {
    /// Nothing.
    #[default]
    Nothing,
    /// A text.
    Text(String),
    /// A moment that lies behind us, or ahead.
    At(Stamp),
    /// Sums: minor units and ISO 4217 code, one a currency.
    Sums(Vec<(i64, String)>),
}

impl Cell {
    /// As `frontdesk list` writes it.
    pub fn text(&self, asker: &QueryContext) -> String {
        match self {
            Cell::Nothing => String::new(),
            Cell::Text(text) => text.clone(),
            Cell::At(at) => asker.zone.date_time(*at),
            Cell::Sums(sums) => {
                let one = |(minor, code): &(i64, String)| {
                    Currency::new(code).map_or_else(
                        || minor.to_string(),
                        |c| format!("{} {code}", Money::new(*minor, c).plain()),
                    )
                };
                sums.iter().map(one).collect::<Vec<_>>().join(", ")
            }
        }
    }
}

/// What is in a column of a row.
pub fn cell(asker: &QueryContext, item: &Item, pick: &Pick) -> Cell {
    match item {
        Item::Customer(i) => of_customer(asker, i, pick),
        Item::Organisation(i) => of_organisation(asker, i, pick),
        Item::Ticket(i) => of_ticket(asker, i, pick),
        Item::Message(i) => of_message(asker, i, pick),
        Item::Interaction(i) => of_interaction(asker, i, pick),
        Item::Order(i) => of_order(asker, i, pick),
        Item::Task(i) => of_task(asker, i, pick),
        Item::Response(i) => of_response(asker, i, pick),
        Item::Outbox(i) => of_outbox(asker, i, pick),
        Item::Plain(i) => of_plain(asker, i, pick),
        Item::Log(i) => of_log(asker, i, pick),
    }
}

/// A customer's value for a column; counts of the history where they were loaded.
pub fn of_customer(asker: &QueryContext, i: &CustomerItem, pick: &Pick) -> Cell {
    let c: &Customer = &i.customer;
    let address = |of: fn(&Address) -> &String| each(c.addresses.iter().map(of));
    match pick.column.name {
        "name" => text(c.display_name()),
        "email" => text(c.email().unwrap_or_default()),
        "phone" => text(c.phone().unwrap_or_default()),
        "organisation" => each(i.organisations.iter().map(|o| &o.name)),
        "open" => count(i.facts.open.or(c.open_hint)),
        "seen" => at(i.facts.contacted.or(c.contacted_hint)),
        "orders" => count(i.facts.orders),
        "revenue" if i.facts.revenue.is_empty() => Cell::Nothing,
        "revenue" => Cell::Sums(i.facts.revenue.clone()),
        "ordered" => text(i.facts.ordered.map(|d| d.to_string()).unwrap_or_default()),
        "title" => each(c.roles.iter().map(|r| &r.title)),
        "city" => address(|a| &a.city),
        "region" => address(|a| &a.region),
        "country" => address(|a| &a.country),
        _ if pick.own.is_empty() => declared(asker, c, pick.column.field),
        _ => own(&c.custom, &pick.own),
    }
}

/// A ticket's value for a column.
pub fn of_ticket(asker: &QueryContext, i: &TicketItem, pick: &Pick) -> Cell {
    let t: &Ticket = &i.ticket;
    let timers = &t.timers;
    let requester = i.requester.as_ref();
    match pick.column.name {
        "requester" => person(requester),
        "due" => at(t.due()),
        "organisation" => text(i.organisation.as_ref().map(|o| o.name.clone()).unwrap_or_default()),
        "email" => text(requester.and_then(Customer::email).unwrap_or_default()),
        "waiting" => at(timers.unanswered_since.filter(|_| t.category.is_unsolved())),
        "reopens" => count(u32::try_from(timers.reopens.len()).ok().filter(|n| *n > 0)),
        _ if pick.own.is_empty() => declared(asker, t, pick.column.field),
        _ => own(&t.custom, &pick.own),
    }
}

/// What is in a column of an organisation.
fn of_organisation(asker: &QueryContext, i: &OrganisationItem, pick: &Pick) -> Cell {
    let o = &i.organisation;
    match pick.column.name {
        "domains" => text(o.domains.join(" ")),
        "created" => text(asker.zone.date(o.created_at)),
        _ if pick.own.is_empty() => declared(asker, o, pick.column.field),
        _ => own(&o.custom, &pick.own),
    }
}

/// What is in a column of a message.
fn of_message(asker: &QueryContext, i: &MessageItem, pick: &Pick) -> Cell {
    match pick.column.name {
        "ticket" => ticket(i.ticket.as_ref()),
        "from" => text(brief::from(&i.message)),
        "text" => text(brief::first_line(&i.message.body)),
        _ => declared(asker, &i.message, pick.column.field),
    }
}

/// What is in a column of an interaction.
fn of_interaction(asker: &QueryContext, i: &InteractionItem, pick: &Pick) -> Cell {
    match pick.column.name {
        "customer" => person(i.customer.as_ref()),
        "text" => text(brief::said(&i.interaction)),
        _ => declared(asker, &i.interaction, pick.column.field),
    }
}

/// What is in a column of an order.
fn of_order(asker: &QueryContext, i: &OrderItem, pick: &Pick) -> Cell {
    let o = &i.order;
    match pick.column.name {
        "customer" => person(i.customer.as_ref()),
        // Its currency is a separate column.
        "amount" => text(
            Currency::new(&o.currency)
                .map_or_else(|| o.total.to_string(), |c| Money::new(o.total, c).plain()),
        ),
        "items" => text(brief::items(o)),
        _ => declared(asker, o, pick.column.field),
    }
}

/// What is in a column of a task.
fn of_task(asker: &QueryContext, i: &TaskItem, pick: &Pick) -> Cell {
    match pick.column.name {
        "customer" => person(i.customer.as_ref()),
        "ticket" => ticket(i.ticket.as_ref()),
        _ => declared(asker, &i.task, pick.column.field),
    }
}

/// What is in a column of a survey answer.
fn of_response(asker: &QueryContext, i: &ResponseItem, pick: &Pick) -> Cell {
    match pick.column.name {
        "customer" => person(i.customer.as_ref()),
        "ticket" => ticket(i.ticket.as_ref()),
        "comment" => text(brief::first_line(&i.response.comment)),
        _ => declared(asker, &i.response, pick.column.field),
    }
}

/// What is in a column of an outgoing message.
fn of_outbox(asker: &QueryContext, i: &OutboxItem, pick: &Pick) -> Cell {
    let m = i.message.as_ref();
    match pick.column.name {
        "number" => text(number::show(Kind::Message, m.map_or(0, |m| m.number))),
        "ticket" => ticket(i.ticket.as_ref()),
        "to" => text(m.map(|m| m.to.join(", ")).unwrap_or_default()),
        "subject" => text(m.map(|m| m.subject.clone()).unwrap_or_default()),
        "next" => at(i.outbox.next_at()),
        _ => declared(asker, &i.outbox, pick.column.field),
    }
}

/// What is in a column of a record of a kind that is served whole by what all kinds share.
fn of_plain(asker: &QueryContext, i: &Joined, pick: &Pick) -> Cell {
    if !pick.own.is_empty() {
        return i.record.custom().map_or(Cell::Nothing, |all| own(all, &pick.own));
    }
    let mut names: Vec<String> = Vec::new();
    i.record.each(pick.column.field, &mut |d| {
        if let Datum::Link(kind, id) = d
            && !matches!(kind, Kind::Agent | Kind::Team)
        {
            let named = i.links.iter().filter(|l| l.id == id);
            names.extend(
                named.map(|l| if l.name.is_empty() { number::show(kind, l.number) } else { l.name.clone() }),
            );
        }
    });
    if names.is_empty() { declared(asker, &*i.record, pick.column.field) } else { text(names.join(", ")) }
}

/// What is in a column of a row of the log.
fn of_log(asker: &QueryContext, i: &LogItem, pick: &Pick) -> Cell {
    let row = &i.item.row;
    match pick.column.name {
        "seq" => text(row.seq.to_string()),
        "at" => Cell::At(row.logged_at),
        "agent" => text(logged_by(asker, row)),
        "command" => text(row.command.clone()),
        "what" => text(i.item.body.as_ref().map_or("(erased)", |b| &b.summary)),
        _ => text(i.records.join(" ")),
    }
}

/// What is in a column of an agent.
pub fn of_agent(asker: &QueryContext, a: &Agent, pick: &Pick) -> Cell {
    match pick.column.name {
        "handle" => text(format!("@{}", a.handle)),
        "emails" => text(a.emails.join(" ")),
        _ => declared(asker, a, pick.column.field),
    }
}

/// What is in a column of a team.
pub fn of_team(asker: &QueryContext, t: &Team, pick: &Pick) -> Cell {
    declared(asker, t, pick.column.field)
}

/// What is in a column of a mailbox.
pub fn of_mailbox(asker: &QueryContext, m: &Mailbox, pick: &Pick) -> Cell {
    match pick.column.name {
        "receive" => text(endpoint::show_receive(&m.receive)),
        "send" => text(endpoint::show_send(&m.send)),
        _ => declared(asker, m, pick.column.field),
    }
}

/// What is in a column of an import.
pub fn of_batch(asker: &QueryContext, b: &ImportBatch, pick: &Pick) -> Cell {
    match pick.column.name {
        "files" => text(b.files.join(" ")),
        _ => declared(asker, b, pick.column.field),
    }
}

/// What is in a column of a saved view.
pub fn of_view(asker: &QueryContext, v: &SavedView, pick: &Pick) -> Cell {
    declared(asker, v, pick.column.field)
}

/// The agent of a log row, and the Unix user where that is another.
fn logged_by(asker: &QueryContext, row: &LogRow) -> String {
    let claimed = agent(asker, row.actor);
    match &row.unix_user {
        None => claimed,
        Some(user) if claimed.is_empty() => user.clone(),
        Some(user) => format!("{claimed} (Unix user {user})"),
    }
}

fn agent(asker: &QueryContext, id: Id) -> String {
    asker.roster.agent(id).map(|a| a.name.clone()).unwrap_or_default()
}

fn person(c: Option<&Customer>) -> Cell {
    text(c.map(Customer::display_name).unwrap_or_default())
}

fn ticket(t: Option<&Ticket>) -> Cell {
    text(t.map(|t| number::show(Kind::Ticket, t.number)).unwrap_or_default())
}

/// What is in a field of a record as its kind declares it.
fn declared(asker: &QueryContext, record: &dyn AnyRecord, field: &str) -> Cell {
    let place = record.place(field);
    let Some((place, def)) = place.and_then(|p| Some((p, record.defs().get(p)?))) else {
        return Cell::Nothing;
    };
    let between = if def.kind == FieldKind::Set { " " } else { ", " };
    let (mut texts, mut moment): (Vec<String>, _) = (Vec::new(), None);
    record.each_at(place, &mut |d| {
        let one = match d {
            Datum::At(at) => {
                moment = Some(at);
                return;
            }
            Datum::Text(t) => t.trim().to_owned(),
            Datum::Owned(t) => t,
            Datum::Day(day) => day.to_string(),
            Datum::Number(n) if def.kind == FieldKind::Id => {
                number::show(record.kind(), u64::try_from(n).unwrap_or_default())
            }
            Datum::Number(n) | Datum::Duration(n) => n.to_string(),
            Datum::Money(minor, code) => Cell::Sums(vec![(minor, code.to_owned())]).text(asker),
            Datum::Link(Kind::Agent, id) => agent(asker, id),
            Datum::Link(Kind::Team, id) => asker.roster.team(id).map(|t| t.name.clone()).unwrap_or_default(),
            Datum::Link(..) => String::new(),
        };
        if !one.is_empty() && !texts.contains(&one) {
            texts.push(one);
        }
    });
    moment.map_or_else(|| text(texts.join(between)), Cell::At)
}

/// A custom field, whatever its case.
fn own(all: &BTreeMap<String, String>, name: &str) -> Cell {
    let found = all.iter().find(|(k, _)| k.eq_ignore_ascii_case(name));
    text(found.map(|(_, v)| v.clone()).unwrap_or_default())
}

fn text(text: impl Into<String>) -> Cell {
    let text = text.into();
    if text.is_empty() { Cell::Nothing } else { Cell::Text(text) }
}

fn count(n: Option<u32>) -> Cell {
    n.map_or(Cell::Nothing, |n| Cell::Text(n.to_string()))
}

fn at(at: Option<Stamp>) -> Cell {
    at.map_or(Cell::Nothing, Cell::At)
}

/// All that say something, once each.
fn each<'t>(texts: impl Iterator<Item = &'t String>) -> Cell {
    let mut out: Vec<&str> = Vec::new();
    for t in texts.map(|t| t.trim()).filter(|t| !t.is_empty()) {
        if !out.contains(&t) {
            out.push(t);
        }
    }
    text(out.join(", "))
}
