//! Records as JSON: the schema that scripts rely on.
//!
//! Every field of a record under its long name, set or not, in the order of its kind; times as ISO 8601 with offset;
//! amounts in minor units beside their currency, and as a decimal text under `amount`. Before them stands `ref`, the
//! number people see, and behind them what the record is joined to: `requester_name`, `requester_ref` …

use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::{
    desk::joined::Joined,
    model::field::{Datum, FieldKind},
};
use crate::{
    desk::{
        changes,
        list::{CustomerItem, Item, QueryContext},
    },
    model::{
        Agent, Currency, Customer, Id, Kind, Money, Organisation, Record, Shape, Stamp, Ticket, log::Change,
        number, shape, zone::Zone,
    },
    query::rows::CustomerFacts,
    store::StoreError,
};

/// A time with its offset.
pub fn time(zone: &Zone, at: Stamp) -> Value {
    Value::String(zone.iso(at))
}

fn maybe_time(zone: &Zone, at: Option<Stamp>) -> Value {
    at.map_or(Value::Null, |at| time(zone, at))
}

/// A record with all its fields that the asker may see, its number before them.
pub fn record<T: Record>(asker: &QueryContext, record: &T, number: u64) -> Map<String, Value> {
    let mut out = Map::new();
    if !T::KIND.letter().is_empty() {
        out.insert("ref".into(), number::show(T::KIND, number).into());
    }
    out.extend(fields(asker, record));
    out
}

fn fields<T: Serialize + Shape>(asker: &QueryContext, record: &T) -> Map<String, Value> {
    match shape::to_full_json(record, asker.sensitive, &|at| time(&asker.zone, at)) {
        Value::Object(o) => o,
        _ => Map::new(),
    }
}

/// An amount with its currency's decimals: `29.33`.
pub fn amount(minor: i64, currency: &str) -> String {
    Currency::new(currency).map_or_else(|| minor.to_string(), |c| Money::new(minor, c).plain())
}

fn customer_names(out: &mut Map<String, Value>, as_: &str, c: Option<&Customer>) {
    let text = |v: Option<String>| v.map_or(Value::Null, Value::String);
    out.insert(format!("{as_}_ref"), text(c.map(|c| number::show(Kind::Customer, c.number))));
    out.insert(format!("{as_}_name"), text(c.map(Customer::display_name)));
    out.insert(format!("{as_}_email"), text(c.and_then(|c| c.email().map(str::to_owned))));
}

fn ticket_names(out: &mut Map<String, Value>, t: Option<&Ticket>) {
    out.insert("ticket_ref".into(), t.map_or(Value::Null, |t| number::show(Kind::Ticket, t.number).into()));
    out.insert("ticket_subject".into(), t.map_or(Value::Null, |t| t.subject.clone().into()));
}

fn organisation_name(out: &mut Map<String, Value>, o: Option<&Organisation>) {
    out.insert("organisation_name".into(), o.map_or(Value::Null, |o| o.name.clone().into()));
}

fn agent_name(out: &mut Map<String, Value>, as_: &str, id: Option<Id>, asker: &QueryContext) {
    let name = id.and_then(|id| asker.roster.agent(id)).map(|a| a.name.clone());
    out.insert(format!("{as_}_name"), name.map_or(Value::Null, Value::String));
}

/// A customer with what it is joined to.
pub fn customer(asker: &QueryContext, item: &CustomerItem) -> Map<String, Value> {
    let c = &item.customer;
    let mut out = record(asker, c, c.number);
    let first = item.organisations.first().map(|o| o.name.clone());
    out.insert("name".into(), c.display_name().into());
    out.insert("email".into(), c.email().map_or(Value::Null, Value::from));
    out.insert("phone".into(), c.phone().map_or(Value::Null, Value::from));
    out.insert("organisation_name".into(), first.map_or(Value::Null, Value::String));
    agent_name(&mut out, "owner", c.owner, asker);
    out
}

/// The totals of a customer's history.
pub fn facts(zone: &Zone, facts: &CustomerFacts) -> Map<String, Value> {
    let revenue: Vec<Value> = facts
        .revenue
        .iter()
        .map(|(minor, code)| json!({ "total": minor, "currency": code, "amount": amount(*minor, code) }))
        .collect();
    let mut out = Map::new();
    out.insert("last_contact_at".into(), maybe_time(zone, facts.contacted));
    out.insert("open_tickets".into(), facts.open.map_or(Value::Null, Value::from));
    out.insert("orders".into(), facts.orders.map_or(Value::Null, Value::from));
    out.insert("revenue".into(), revenue.into());
    out.insert("last_order".into(), facts.ordered.map_or(Value::Null, |d| d.to_string().into()));
    out
}

/// A row of a list.
///
/// # Errors
/// Where a record of the log is damaged.
pub fn item(asker: &QueryContext, item: &Item) -> Result<Value, StoreError> {
    let zone = &asker.zone;
    let out = match item {
        Item::Customer(i) => customer(asker, i),
        Item::Organisation(i) => {
            let mut out = record(asker, &i.organisation, i.organisation.number);
            if let Some(n) = i.customers {
                out.insert("customers".into(), n.into());
            }
            out
        }
        Item::Ticket(i) => {
            let t = &i.ticket;
            let mut out = record(asker, t, t.number);
            customer_names(&mut out, "requester", i.requester.as_ref());
            organisation_name(&mut out, i.organisation.as_ref());
            agent_name(&mut out, "assignee", t.assignee, asker);
            let team = t.team.and_then(|id| asker.roster.team(id)).map(|t| t.name.clone());
            out.insert("team_name".into(), team.map_or(Value::Null, Value::String));
            out.insert("due_at".into(), maybe_time(zone, t.due()));
            out.insert("unread".into(), i.unread.into());
            out
        }
        Item::Message(i) => {
            let m = &i.message;
            let mut out = record(asker, m, m.number);
            ticket_names(&mut out, i.ticket.as_ref());
            customer_names(&mut out, "customer", i.customer.as_ref());
            agent_name(&mut out, "agent", m.agent, asker);
            out.insert("direction".into(), if m.is_inbound() { "in" } else { "out" }.into());
            out
        }
        Item::Interaction(i) => {
            let mut out = record(asker, &i.interaction, i.interaction.number);
            customer_names(&mut out, "customer", i.customer.as_ref());
            organisation_name(&mut out, i.organisation.as_ref());
            ticket_names(&mut out, i.ticket.as_ref());
            agent_name(&mut out, "author", i.interaction.author, asker);
            out
        }
        Item::Order(i) => {
            let o = &i.order;
            let mut out = record(asker, o, o.number);
            customer_names(&mut out, "customer", i.customer.as_ref());
            agent_name(&mut out, "author", o.author, asker);
            out.insert("amount".into(), amount(o.total, &o.currency).into());
            out.insert("refunded".into(), o.refunded().into());
            out
        }
        Item::Task(i) => {
            let mut out = record(asker, &i.task, i.task.number);
            customer_names(&mut out, "customer", i.customer.as_ref());
            ticket_names(&mut out, i.ticket.as_ref());
            agent_name(&mut out, "owner", i.task.owner, asker);
            out
        }
        Item::Response(i) => {
            let mut out = record(asker, &i.response, i.response.number);
            customer_names(&mut out, "customer", i.customer.as_ref());
            ticket_names(&mut out, i.ticket.as_ref());
            out
        }
        Item::Outbox(i) => {
            let mut out = Map::new();
            let m = i.message.as_ref();
            out.insert("ref".into(), m.map_or(Value::Null, |m| number::show(Kind::Message, m.number).into()));
            out.extend(record(asker, &i.outbox, 0));
            ticket_names(&mut out, i.ticket.as_ref());
            agent_name(&mut out, "agent", Some(i.outbox.agent), asker);
            let address = i.mailbox.as_ref().map(|m| m.address.clone());
            out.insert("mailbox_address".into(), address.map_or(Value::Null, Value::String));
            out.insert("subject".into(), m.map_or(Value::Null, |m| m.subject.clone().into()));
            out.insert("to".into(), m.map_or(Value::Null, |m| m.to.clone().into()));
            out.insert("message_id".into(), m.map_or(Value::Null, |m| m.message_id.clone().into()));
            out.insert("next_at".into(), maybe_time(zone, i.outbox.next_at()));
            out
        }
        Item::Plain(i) => plain(asker, i),
        Item::Log(i) => {
            let (row, mut out) = (&i.item.row, Map::new());
            let body = i.item.body.as_ref();
            out.insert("seq".into(), row.seq.into());
            out.insert("logged_at".into(), time(zone, row.logged_at));
            out.insert("effective_at".into(), time(zone, row.effective_at));
            out.insert(
                "actor".into(),
                if row.actor.is_nil() { Value::Null } else { row.actor.to_string().into() },
            );
            agent_name(&mut out, "actor", Some(row.actor), asker);
            out.insert("unix_user".into(), row.unix_user.clone().map_or(Value::Null, Value::from));
            out.insert("command".into(), row.command.clone().into());
            out.insert("summary".into(), body.map_or(Value::Null, |b| b.summary.clone().into()));
            out.insert(
                "batch_ref".into(),
                i.batch.map_or(Value::Null, |n| number::show(Kind::ImportBatch, n).into()),
            );
            out.insert("undo_of".into(), row.undo_of.map_or(Value::Null, Value::from));
            out.insert("redo_of".into(), row.redo_of.map_or(Value::Null, Value::from));
            out.insert("via".into(), row.via.as_ref().map_or(Value::Null, |v| v.as_str().into()));
            out.insert("records".into(), i.records.clone().into());
            let changes = body
                .map(|b| b.changes.iter().map(|c| change(zone, c)).collect::<Result<Vec<_>, _>>())
                .transpose()?;
            out.insert("changes".into(), changes.map_or(Value::Null, Value::from));
            out
        }
    };
    Ok(Value::Object(out))
}

/// A record of a kind that is declared as an [`Entity`](crate::model::field::Entity), with those that it names.
fn plain(asker: &QueryContext, i: &Joined) -> Map<String, Value> {
    let r = &i.record;
    let mut out = Map::new();
    out.insert("ref".into(), number::show(r.kind(), r.number()).into());
    if let Value::Object(fields) = r.full_json(asker.sensitive, &|at| time(&asker.zone, at)) {
        out.extend(fields);
    }
    for (place, def) in r.defs().iter().enumerate() {
        // The same names each time, whatever is set.
        match def.kind {
            FieldKind::Ref(_) => {
                out.insert(format!("{}_ref", def.record), Value::Null);
                out.insert(format!("{}_name", def.record), Value::Null);
            }
            FieldKind::Person => {
                out.insert(format!("{}_name", def.record), Value::Null);
            }
            FieldKind::Money => {
                out.insert(def.name.into(), Value::Null);
            }
            _ => {}
        }
        r.each_at(place, &mut |d| match d {
            Datum::Link(Kind::Agent, id) => agent_name(&mut out, def.record, Some(id), asker),
            Datum::Link(kind, id) => {
                if let Some(l) = i.links.iter().find(|l| l.id == id) {
                    out.insert(format!("{}_ref", def.record), number::show(kind, l.number).into());
                    out.insert(format!("{}_name", def.record), l.name.clone().into());
                }
            }
            // The record has minor units; scripts also get the decimal text, as they do of orders.
            Datum::Money(minor, code) => {
                out.insert(def.name.into(), amount(minor, code).into());
            }
            _ => {}
        });
    }
    out
}

/// One changed record of the log: its fields before and after, as people read them.
///
/// # Errors
/// Where it is damaged.
pub fn change(zone: &Zone, change: &Change) -> Result<Value, StoreError> {
    let word = change.kind().map_or("unknown", Kind::word);
    let (what, fields) = changes::lines(zone, change, &|_| None)?;
    let fields: Vec<Value> = fields
        .into_iter()
        .map(|(field, before, after)| json!({ "field": field, "before": before, "after": after }))
        .collect();
    Ok(json!({ "kind": word, "id": change.id.to_string(), "what": what, "fields": fields }))
}

/// An agent, teams by name.
pub fn agent(asker: &QueryContext, a: &Agent) -> Value {
    let mut out = record(asker, a, a.number);
    let teams: Vec<String> =
        a.teams.iter().filter_map(|t| asker.roster.team(*t)).map(|t| t.name.clone()).collect();
    out.insert("team_names".into(), teams.into());
    Value::Object(out)
}
