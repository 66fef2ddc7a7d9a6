//! The columns that lists can have: their names, how wide they like to be, what is in them. Each kind of record declares
//! its own ([`Declared`](crate::model::field::Declared)).
//!
//! A saved view names those that it wants, in its order: `number, name, city`. The house's own fields are `custom.NAME`.

mod cells;

pub use crate::model::field::{Column, Fit};
pub use cells::{Cell, cell, of_agent, of_batch, of_customer, of_mailbox, of_team, of_ticket, of_view};

use crate::{
    model::{
        Kind,
        field::{self, FieldKind},
    },
    query::{Schema, bind::SENSITIVE, nearest},
};

/// The columns of the log, which is no record.
static LOG: &[Column] = &[
    Column { name: "seq", field: "seq", fit: Fit::Right, width: (4, 9) },
    Column { name: "at", field: "at", fit: Fit::Fixed, width: (16, 17) },
    Column { name: "agent", field: "agent", fit: Fit::Text, width: (8, 22) },
    Column { name: "command", field: "command", fit: Fit::Fixed, width: (8, 20) },
    Column { name: "what", field: "", fit: Fit::Text, width: (16, 200) },
    Column { name: "records", field: "record", fit: Fit::Aside, width: (8, 18) },
];

/// The house's own fields.
static OWN: Column = Column { name: "custom", field: "", fit: Fit::Aside, width: (8, 18) };

/// A column that was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pick {
    /// The column.
    pub column: &'static Column,
    /// What its field contains.
    kind: FieldKind,
    /// The name of the custom field, where it is one.
    own: String,
}

impl Pick {
    fn of(entity: &str, column: &'static Column) -> Pick {
        let field = fields(entity).iter().find(|f| f.name == column.field);
        Pick { column, kind: field.map_or(FieldKind::Text, |f| f.kind), own: String::new() }
    }

    /// Its head.
    pub fn head(&self) -> &str {
        if self.own.is_empty() { self.column.name } else { &self.own }
    }

    /// Its name, as one types it.
    pub fn name(&self) -> String {
        if self.own.is_empty() { self.column.name.to_owned() } else { format!("custom.{}", self.own) }
    }

    /// Whether numbers are in it, which align at the right.
    pub fn is_numeric(&self) -> bool {
        let counts = matches!(self.kind, FieldKind::Number | FieldKind::Money | FieldKind::Id);
        self.column.fit == Fit::Right && (counts || self.needs_history())
    }

    /// Whether it is a total of a customer's history.
    pub fn needs_history(&self) -> bool {
        matches!(self.column.field, "open" | "contacted" | "orders" | "revenue" | "ordered")
    }
}

/// The kind of the records of a list; `None` for the log.
fn kind(entity: &str) -> Option<Kind> {
    match entity {
        "agents" => Some(Kind::Agent),
        "teams" => Some(Kind::Team),
        "mailboxes" => Some(Kind::Mailbox),
        "batches" => Some(Kind::ImportBatch),
        "views" => Some(Kind::SavedView),
        _ => Schema::of(entity)?.kind,
    }
}

/// The columns that a list can have, and how many of them are shown where no one chose.
fn list(entity: &str) -> (&'static [Column], usize) {
    match kind(entity) {
        Some(kind) => field::list(kind),
        None if entity == "log" => (LOG, LOG.len()),
        None => (&[], 0),
    }
}

fn of(entity: &str) -> &'static [Column] {
    list(entity).0
}

/// The fields of a list's records.
fn fields(entity: &str) -> &'static [field::FieldDef] {
    match kind(entity) {
        Some(kind) => field::of(kind),
        None => Schema::of(entity).map_or(&[], |s| s.fields),
    }
}

/// The columns that a list has where no one chose.
pub fn usual(entity: &str) -> Vec<Pick> {
    let (all, usual) = list(entity);
    all.iter().take(usual).map(|column| Pick::of(entity, column)).collect()
}

/// The columns that someone may choose from: without the permission, none of a sensitive field.
pub fn offered(entity: &str, sensitive: bool) -> impl Iterator<Item = &'static Column> + Clone {
    of(entity).iter().filter(move |c| sensitive || !is_sensitive(entity, c))
}

/// Whether a column shows a sensitive field.
fn is_sensitive(entity: &str, column: &Column) -> bool {
    fields(entity).iter().any(|f| f.name == column.field && f.sensitive)
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
                    let own = has_own(entity).then_some("custom.NAME");
                    let all = all.chain(own).collect::<Vec<_>>().join(", ");
                    format!("there is no column {name}: there are {all}")
                }
            }
        })?;
        if !out.contains(&one) {
            out.push(one);
        }
    }
    Ok(out)
}

/// Whether its records have custom fields.
fn has_own(entity: &str) -> bool {
    fields(entity).iter().any(|f| f.kind == FieldKind::Custom)
}

fn one(entity: &str, name: &str) -> Option<Pick> {
    let (typed, name) = (name, name.to_lowercase());
    let name = name.as_str();
    let own = typed.get(7..).filter(|own| name.starts_with("custom.") && !own.is_empty());
    if let Some(own) = own.filter(|_| has_own(entity)) {
        return Some(Pick { column: &OWN, kind: FieldKind::Custom, own: own.to_owned() });
    }
    let all = of(entity);
    let found = all.iter().find(|c| c.name == name).or_else(|| {
        let field = match (entity, name) {
            ("tickets", "customer") => "requester",
            _ => fields(entity).iter().find(|f| f.is_called(name))?.name,
        };
        all.iter().find(|c| c.field == field)
    })?;
    Some(Pick::of(entity, found))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        desk::list::{CustomerItem, Item, OrderItem, QueryContext, TaskItem},
        model::{Ticket, customer::Address, zone::Zone},
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
        let why = picked("tickets", "shoe size").unwrap_err();
        assert!(why.contains("there are number, status"), "{why}");
        let why = picked("tasks", "custom.x").unwrap_err();
        assert_eq!(why, "there is no column custom.x; did you mean customer?", "tasks have no such fields");
        let why = picked("tasks", "shoe size").unwrap_err();
        assert!(why.ends_with("there are number, due, owner, title, customer, ticket, done"), "{why}");
        for entity in
            Schema::all().map(|s| s.entity).chain(["agents", "teams", "mailboxes", "batches", "views"])
        {
            let usual = usual(entity);
            assert!(usual.len() >= 2, "{entity}");
            assert_eq!(picked(entity, &names(&usual).join(",")).unwrap(), names(&usual), "{entity}");
        }
    }

    #[test]
    fn a_column_shows_what_its_field_holds_and_what_is_joined() {
        let asker = QueryContext {
            now: 0,
            zone: Zone::utc(),
            me: None,
            roster: Roster::default(),
            sensitive: true,
            custom: Vec::new(),
        };
        let row = |item: &Item, entity: &str| -> Vec<String> {
            usual(entity).iter().map(|p| cell(&asker, item, p).text(&asker)).collect()
        };
        let mut task =
            TaskItem { ticket: Some(Ticket { number: 9, ..Ticket::default() }), ..TaskItem::default() };
        (task.task.number, task.task.title, task.task.due) = (4, "Call back".into(), Some(60_000));
        let got = row(&Item::Task(Box::new(task)), "tasks");
        assert_eq!(got, ["K-4", "1970-01-01 00:01", "", "Call back", "", "T-9", ""]);
        let mut order = OrderItem::default();
        (order.order.number, order.order.total, order.order.currency) = (7, 1250, "EUR".into());
        let got = row(&Item::Order(Box::new(order)), "orders");
        assert_eq!((got[0].as_str(), got[3].as_str(), got[4].as_str()), ("O-7", "12.50", "EUR"));
    }

    #[test]
    fn every_column_says_something_and_orders_by_a_field_there_is() {
        let asker = QueryContext {
            now: 0,
            zone: Zone::utc(),
            me: None,
            roster: Roster::default(),
            sensitive: true,
            custom: Vec::new(),
        };
        for schema in Schema::all() {
            let entity = schema.entity;
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
                let orders = c.field.is_empty() || query::compile(&by, schema, &asker.context()).is_ok();
                assert!(orders, "{by}");
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
