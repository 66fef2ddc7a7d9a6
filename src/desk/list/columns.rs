//! The columns that lists of customers and tickets can have: their names, how wide they like to be, what stands in them.
//!
//! A saved view names those that it wants, in its order: `number, name, city`. The house's own fields are `custom.NAME`.

use std::collections::BTreeMap;

use super::{Asker, CustomerItem, Item, TicketItem};
use crate::{
    model::{Currency, Customer, Kind, Money, Stamp, Ticket, customer::Address, number},
    query::{Schema, bind::SENSITIVE, nearest},
};

/// How a column takes its room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fit {
    /// It keeps its width.
    Fixed,
    /// Numbers, which align at the right.
    Right,
    /// It gives way where there is little room.
    Text,
    /// It gives way before the others: what stands beside the matter.
    Aside,
}

/// A column that a list can have.
#[derive(Debug, PartialEq, Eq)]
pub struct Column {
    /// Its name, as its head and as one types it.
    pub name: &'static str,
    /// The field of queries that orders by it; empty: none does.
    pub field: &'static str,
    /// How it takes its room.
    pub fit: Fit,
    /// The least cells that say something, and as many as it likes, on a screen.
    pub width: (usize, usize),
}

const fn column(name: &'static str, field: &'static str, fit: Fit, width: (usize, usize)) -> Column {
    Column { name, field, fit, width }
}

/// The columns of customers; the first seven are those of `frontdesk list` where nobody chose.
pub static CUSTOMERS: &[Column] = &[
    column("number", "number", Fit::Fixed, (7, 8)),
    column("name", "name", Fit::Text, (14, 26)),
    column("email", "email", Fit::Text, (14, 30)),
    column("phone", "phone", Fit::Fixed, (12, 17)),
    column("organisation", "org", Fit::Aside, (12, 24)),
    column("stage", "stage", Fit::Fixed, (8, 10)),
    column("tags", "tag", Fit::Aside, (8, 18)),
    column("open", "open", Fit::Right, (5, 5)),
    column("seen", "contacted", Fit::Right, (5, 5)),
    column("orders", "orders", Fit::Right, (7, 7)),
    column("revenue", "revenue", Fit::Right, (9, 12)),
    column("ordered", "ordered", Fit::Fixed, (10, 10)),
    column("owner", "owner", Fit::Aside, (8, 16)),
    column("title", "title", Fit::Aside, (8, 20)),
    column("city", "city", Fit::Aside, (8, 18)),
    column("region", "region", Fit::Aside, (8, 14)),
    column("country", "country", Fit::Aside, (8, 14)),
    column("language", "language", Fit::Fixed, (9, 9)),
    column("source", "source", Fit::Aside, (8, 14)),
    column("created", "created", Fit::Right, (8, 8)),
    column("updated", "updated", Fit::Right, (8, 8)),
    column("birthday", "birthday", Fit::Fixed, (10, 10)),
    column("gender", "gender", Fit::Aside, (8, 14)),
    column("income_band", "income_band", Fit::Aside, (11, 16)),
    column("note", "note", Fit::Text, (12, 60)),
];

/// The columns of tickets; the first eight are those of `frontdesk list` where nobody chose.
pub static TICKETS: &[Column] = &[
    column("number", "number", Fit::Fixed, (7, 8)),
    column("status", "status", Fit::Fixed, (8, 9)),
    column("priority", "priority", Fit::Fixed, (9, 9)),
    column("requester", "requester", Fit::Text, (12, 22)),
    column("assignee", "assignee", Fit::Aside, (8, 14)),
    column("subject", "subject", Fit::Text, (16, 200)),
    column("updated", "updated", Fit::Right, (8, 8)),
    column("tags", "tag", Fit::Aside, (8, 18)),
    column("due", "due", Fit::Right, (5, 5)),
    column("team", "team", Fit::Aside, (8, 14)),
    column("organisation", "org", Fit::Aside, (12, 22)),
    column("type", "type", Fit::Fixed, (9, 9)),
    column("channel", "channel", Fit::Fixed, (8, 9)),
    column("email", "email", Fit::Text, (14, 28)),
    column("created", "created", Fit::Right, (8, 8)),
    column("received", "received", Fit::Right, (9, 9)),
    column("replied", "replied", Fit::Right, (8, 8)),
    column("waiting", "waiting", Fit::Right, (8, 8)),
    column("reopens", "reopens", Fit::Right, (8, 8)),
    column("custom_status", "custom_status", Fit::Aside, (8, 16)),
];

/// The house's own fields.
static OWN: Column = column("custom", "", Fit::Aside, (8, 18));

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
        Item::Customer(i) => customer(asker, i, pick),
        Item::Ticket(i) => ticket(asker, i, pick),
        _ => Cell::Nothing,
    }
}

/// What stands in a column of a customer; counts of the history where they were loaded.
pub fn customer(asker: &Asker, i: &CustomerItem, pick: &Pick) -> Cell {
    let c: &Customer = &i.customer;
    let person = |id| asker.roster.agent(id).map(|a| a.name.clone()).unwrap_or_default();
    let address = |of: fn(&Address) -> &String| each(c.addresses.iter().map(of));
    match pick.column.name {
        "number" => text(number::show(Kind::Customer, c.number)),
        "name" => text(c.display_name()),
        "email" => text(c.email().unwrap_or_default()),
        "phone" => text(c.phone().unwrap_or_default()),
        "organisation" => each(i.organisations.iter().map(|o| &o.name)),
        "stage" => text(c.stage.as_str()),
        "tags" => text(c.tags.join(" ")),
        "open" => count(i.facts.open.or(c.open_hint)),
        "seen" => at(i.facts.contacted.or(c.contacted_hint)),
        "orders" => count(i.facts.orders),
        "revenue" if i.facts.revenue.is_empty() => Cell::Nothing,
        "revenue" => Cell::Sums(i.facts.revenue.clone()),
        "ordered" => text(i.facts.ordered.map(|d| d.to_string()).unwrap_or_default()),
        "owner" => text(c.owner.map(person).unwrap_or_default()),
        "title" => each(c.roles.iter().map(|r| &r.title)),
        "city" => address(|a| &a.city),
        "region" => address(|a| &a.region),
        "country" => address(|a| &a.country),
        "language" => text(c.language.as_str()),
        "source" => text(c.source.as_str()),
        "created" => at(Some(c.created_at)),
        "updated" => at(Some(c.updated_at)),
        "birthday" => text(c.birthday.map(|d| d.to_string()).unwrap_or_default()),
        "gender" => text(c.gender.as_str()),
        "income_band" => text(c.income_band.as_str()),
        "note" => each(c.notes.iter()),
        _ => own(&c.custom, &pick.own),
    }
}

/// What stands in a column of a ticket.
pub fn ticket(asker: &Asker, i: &TicketItem, pick: &Pick) -> Cell {
    let t: &Ticket = &i.ticket;
    let timers = &t.timers;
    let requester = i.requester.as_ref();
    match pick.column.name {
        "number" => text(number::show(Kind::Ticket, t.number)),
        "status" => text(t.category.as_str()),
        "priority" => text(t.priority.as_str()),
        "requester" => text(requester.map(Customer::display_name).unwrap_or_default()),
        "assignee" => {
            text(t.assignee.and_then(|a| asker.roster.agent(a)).map(|a| a.name.clone()).unwrap_or_default())
        }
        "subject" => text(t.subject.as_str()),
        "updated" => at(Some(t.updated_at)),
        "tags" => text(t.tags.join(" ")),
        "due" => at(t.due()),
        "team" => text(t.team.and_then(|t| asker.roster.team(t)).map(|t| t.name.clone()).unwrap_or_default()),
        "organisation" => text(i.organisation.as_ref().map(|o| o.name.clone()).unwrap_or_default()),
        "type" => text(t.ticket_type.as_str()),
        "channel" => text(t.channel.as_str()),
        "email" => text(requester.and_then(Customer::email).unwrap_or_default()),
        "created" => at(Some(t.created_at)),
        "received" => at(timers.last_customer_at),
        "replied" => at(timers.last_agent_at),
        "waiting" => at(timers.unanswered_since.filter(|_| t.category.is_unsolved())),
        "reopens" => count(u32::try_from(timers.reopens.len()).ok().filter(|n| *n > 0)),
        "custom_status" => text(t.status.as_str()),
        _ => own(&t.custom, &pick.own),
    }
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
            |name: &str| customer(&asker, &c, &pick("customers", &[name.to_owned()], true).unwrap()[0]);
        assert_eq!(cell("custom.plan"), Cell::Text("gold".into()));
        assert_eq!((cell("city"), cell("seen")), (Cell::Text("Bern".into()), Cell::Nothing));
    }
}
