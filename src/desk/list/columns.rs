//! The columns that lists of customers and tickets can have: their names, how wide they like to be, what stands in them.
//!
//! A saved view names those that it wants, in its order: `number, name, city`. The house's own fields are `custom.NAME`.

use std::collections::BTreeMap;

pub use crate::model::field::{Column, Fit};

use super::{Asker, CustomerItem, Item, TicketItem};
use crate::{
    model::{
        Currency, Customer, Kind, Money, Stamp, Ticket,
        customer::{self, Address},
        field::{self, Datum, Declared},
        number, ticket,
    },
    query::{Schema, bind::SENSITIVE, nearest},
};

/// The columns of customers; the first seven are those of `frontdesk list` where nobody chose.
pub static CUSTOMERS: &[Column] =
    &field::columns::<{ field::count_columns(Customer::DEFS) }>(Customer::DEFS, customer::LIST);

/// The columns of tickets; the first eight are those of `frontdesk list` where nobody chose.
pub static TICKETS: &[Column] =
    &field::columns::<{ field::count_columns(Ticket::DEFS) }>(Ticket::DEFS, ticket::LIST);

/// The house's own fields.
static OWN: Column = Column { name: "custom", field: "", fit: Fit::Aside, width: (8, 18) };

/// A column that was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pick {
    /// The column.
    pub column: &'static Column,
    /// The name of the house's own field, where it is one.
    own: String,
}

impl Pick {
    /// Its head.
    pub fn head(&self) -> &str {
        if self.own.is_empty() { self.column.name } else { &self.own }
    }

    /// Its name, as one types it.
    pub fn name(&self) -> String {
        if self.own.is_empty() { self.column.name.to_owned() } else { format!("custom.{}", self.own) }
    }

    /// Whether it stands for what a customer's history comes to.
    pub fn needs_history(&self) -> bool {
        matches!(self.column.field, "open" | "contacted" | "orders" | "revenue" | "ordered")
    }
}

/// What stands in a cell.
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
    pub fn text(&self, asker: &Asker) -> String {
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

/// The columns that lists of records can have; none where their columns are not chosen.
fn of(entity: &str) -> &'static [Column] {
    match entity {
        "customers" => CUSTOMERS,
        "tickets" => TICKETS,
        _ => &[],
    }
}

/// Whether the columns of a list are chosen.
pub fn are_chosen(entity: &str) -> bool {
    !of(entity).is_empty()
}

/// The columns that someone may choose from: without the permission, none of a sensitive field.
pub fn offered(entity: &str, sensitive: bool) -> impl Iterator<Item = &'static Column> + Clone {
    of(entity).iter().filter(move |c| sensitive || !is_sensitive(entity, c))
}

/// Whether a column shows a sensitive field.
fn is_sensitive(entity: &str, column: &Column) -> bool {
    let field = Schema::of(entity).and_then(|s| s.field(column.field));
    field.is_some_and(|f| f.def.sensitive)
}

/// The columns of these names, in their order, each once. Another name of the field is taken, too. Without the
/// permission to see sensitive fields, a column of one is rejected.
///
/// # Errors
/// The sentence about a name that is none.
pub fn pick(entity: &str, names: &[String], sensitive: bool) -> Result<Vec<Pick>, String> {
    let mut out: Vec<Pick> = Vec::new();
    for name in names.iter().flat_map(|n| n.split(',')).map(str::trim).filter(|n| !n.is_empty()) {
        let found = one(entity, name);
        if !sensitive && found.as_ref().is_some_and(|p| is_sensitive(entity, p.column)) {
            return Err(format!("the column {name} is sensitive: your role cannot see it; {SENSITIVE}"));
        }
        let one = found.ok_or_else(|| {
            let all = offered(entity, sensitive).map(|c| c.name);
            match nearest(name, all.clone()) {
                Some(near) => format!("there is no column {name}; did you mean {near}?"),
                None => {
                    let all = all.collect::<Vec<_>>().join(", ");
                    format!("there is no column {name}: there are {all}, custom.NAME")
                }
            }
        })?;
        if !out.contains(&one) {
            out.push(one);
        }
    }
    Ok(out)
}

fn one(entity: &str, name: &str) -> Option<Pick> {
    let (typed, name) = (name, name.to_lowercase());
    let name = name.as_str();
    if let Some(own) = typed
        .get(7..)
        .filter(|_| name.starts_with("custom."))
        .filter(|own| !own.is_empty() && !of(entity).is_empty())
    {
        return Some(Pick { column: &OWN, own: own.to_owned() });
    }
    let all = of(entity);
    let found = all.iter().find(|c| c.name == name).or_else(|| {
        let field = match (entity, name) {
            ("tickets", "customer") => "requester",
            _ => Schema::of(entity)?.field(name)?.def.name,
        };
        all.iter().find(|c| c.field == field)
    })?;
    Some(Pick { column: found, own: String::new() })
}

/// What stands in a column of a row.
pub fn cell(asker: &Asker, item: &Item, pick: &Pick) -> Cell {
    match item {
        Item::Customer(i) => of_customer(asker, i, pick),
        Item::Ticket(i) => of_ticket(asker, i, pick),
        _ => Cell::Nothing,
    }
}

/// What stands in a column of a customer; counts of the history where they were loaded.
pub fn of_customer(asker: &Asker, i: &CustomerItem, pick: &Pick) -> Cell {
    let c: &Customer = &i.customer;
    let address = |of: fn(&Address) -> &String| each(c.addresses.iter().map(of));
    match pick.column.name {
        "number" => text(number::show(Kind::Customer, c.number)),
        "name" => text(c.display_name()),
        "email" => text(c.email().unwrap_or_default()),
        "phone" => text(c.phone().unwrap_or_default()),
        "organisation" => each(i.organisations.iter().map(|o| &o.name)),
        "tags" => text(c.tags.join(" ")),
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

/// What stands in a column of a ticket.
pub fn of_ticket(asker: &Asker, i: &TicketItem, pick: &Pick) -> Cell {
    let t: &Ticket = &i.ticket;
    let timers = &t.timers;
    let requester = i.requester.as_ref();
    match pick.column.name {
        "number" => text(number::show(Kind::Ticket, t.number)),
        "requester" => text(requester.map(Customer::display_name).unwrap_or_default()),
        "tags" => text(t.tags.join(" ")),
        "due" => at(t.due()),
        "organisation" => text(i.organisation.as_ref().map(|o| o.name.clone()).unwrap_or_default()),
        "email" => text(requester.and_then(Customer::email).unwrap_or_default()),
        "waiting" => at(timers.unanswered_since.filter(|_| t.category.is_unsolved())),
        "reopens" => count(u32::try_from(timers.reopens.len()).ok().filter(|n| *n > 0)),
        _ if pick.own.is_empty() => declared(asker, t, pick.column.field),
        _ => own(&t.custom, &pick.own),
    }
}

/// What is in a field of a record as its kind declares it.
fn declared<T: Declared>(asker: &Asker, record: &T, field: &str) -> Cell {
    let Some(spec) = T::TABLE.iter().find(|s| s.def.name == field) else { return Cell::Nothing };
    let (mut texts, mut moment): (Vec<String>, _) = (Vec::new(), None);
    spec.read.each(record, &mut |d| {
        let one = match d {
            Datum::At(at) => {
                moment = Some(at);
                return;
            }
            Datum::Text(t) => t.trim().to_owned(),
            Datum::Owned(t) => t,
            Datum::Day(day) => day.to_string(),
            Datum::Number(n) | Datum::Duration(n) => n.to_string(),
            Datum::Money(minor, code) => Cell::Sums(vec![(minor, code.to_owned())]).text(asker),
            Datum::Link(Kind::Agent, id) => {
                asker.roster.agent(id).map(|a| a.name.clone()).unwrap_or_default()
            }
            Datum::Link(Kind::Team, id) => asker.roster.team(id).map(|t| t.name.clone()).unwrap_or_default(),
            Datum::Link(..) => String::new(),
        };
        if !one.is_empty() && !texts.contains(&one) {
            texts.push(one);
        }
    });
    moment.map_or_else(|| text(texts.join(", ")), Cell::At)
}

/// One of the house's own fields, whatever its case.
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        model::zone::Zone,
        query::{self, rows::Roster},
    };

    fn names(picks: &[Pick]) -> Vec<String> {
        picks.iter().map(Pick::name).collect()
    }

    fn picked(entity: &str, text: &str) -> Result<Vec<String>, String> {
        pick(entity, &[text.to_owned()], true).map(|p| names(&p))
    }

    #[test]
    fn columns_are_named_as_lists_or_queries_name_them() {
        let got = picked("customers", "number, Name,mail, org, contacted, name, custom.Plan").unwrap();
        assert_eq!(got, ["number", "name", "email", "organisation", "seen", "custom.Plan"]);
        assert_eq!(picked("tickets", "customer,prio,agent").unwrap(), ["requester", "priority", "assignee"]);
        let why = picked("customers", "emial").unwrap_err();
        assert!(why.contains("did you mean email?"), "{why}");
        let why = picked("tickets", "shoe size of somebody").unwrap_err();
        assert!(why.contains("there are number, status"), "{why}");
        assert!(picked("tasks", "custom.x").is_err(), "whose columns are not chosen has none");
    }

    #[test]
    fn every_column_says_something_and_orders_by_a_field_there_is() {
        let asker = Asker { now: 0, zone: Zone::utc(), me: None, roster: Roster::default(), sensitive: true };
        for entity in ["customers", "tickets"] {
            let schema = Schema::of(entity).unwrap();
            for c in of(entity) {
                assert!(
                    c.width.0 >= c.name.len().min(8) && c.width.0 <= c.width.1,
                    "{}: its head has room",
                    c.name
                );
                // What keeps its width has room for the sign of the order, too.
                let keeps = matches!(c.fit, Fit::Fixed | Fit::Right);
                assert!(!keeps || c.width.1 > c.name.len(), "{}", c.name);
                let by = format!("sort:{}", c.field);
                assert!(query::compile(&by, schema, &asker.context()).is_ok(), "{by}");
                assert_eq!(picked(entity, c.name).unwrap(), [c.name]);
            }
        }
        let mut c = CustomerItem::default();
        c.customer.custom.insert("plan".into(), "gold".into());
        c.customer.addresses = vec![Address { city: "Bern".into(), ..Address::default() }; 2];
        let cell =
            |name: &str| of_customer(&asker, &c, &pick("customers", &[name.to_owned()], true).unwrap()[0]);
        assert_eq!(cell("custom.plan"), Cell::Text("gold".into()));
        assert_eq!((cell("city"), cell("seen")), (Cell::Text("Bern".into()), Cell::Nothing));
    }
}
