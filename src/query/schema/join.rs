//! Other records that conditions reach: `customer.tag:vip` on tickets, `orders.sku:X` on customers.

use super::Schema;
use crate::model::Kind;

/// How records of one kind reach those of another.
#[derive(Debug, PartialEq, Eq)]
pub struct Join {
    /// The name in front of the dot.
    pub name: &'static str,
    /// Other names for it.
    pub aliases: &'static [&'static str],
    /// The kind that is listed.
    pub from: Kind,
    /// The kind that is reached.
    pub to: Kind,
    /// Which record names the other.
    pub by: Link,
    /// What is reached, for people.
    pub help: &'static str,
}

/// Which record names the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Link {
    /// The listed one: [`Row::links`](crate::query::Row::links) gives what it names.
    Names,
    /// The others, by their join of this name.
    NamedBy(&'static str),
}

const CUSTOMER: &[&str] = &["requester"];
const ORG: &[&str] = &["organisation", "organization", "company"];

const fn names(
    from: Kind,
    name: &'static str,
    aliases: &'static [&'static str],
    to: Kind,
    help: &'static str,
) -> Join {
    Join { name, aliases, from, to, by: Link::Names, help }
}

const fn named_by(from: Kind, name: &'static str, to: Kind, back: &'static str, help: &'static str) -> Join {
    Join { name, aliases: &[], from, to, by: Link::NamedBy(back), help }
}

/// Every join.
pub static JOINS: &[Join] = &[
    names(Kind::Ticket, "customer", CUSTOMER, Kind::Customer, "the customer who brought it"),
    names(Kind::Ticket, "org", ORG, Kind::Organisation, "its organisation"),
    named_by(Kind::Ticket, "messages", Kind::Message, "ticket", "one of its messages"),
    named_by(Kind::Ticket, "tasks", Kind::Task, "ticket", "one of its tasks"),
    names(Kind::Message, "ticket", &[], Kind::Ticket, "its ticket"),
    names(Kind::Message, "customer", &[], Kind::Customer, "its customer"),
    names(Kind::Interaction, "customer", &[], Kind::Customer, "its customer"),
    names(Kind::Interaction, "org", ORG, Kind::Organisation, "its organisation"),
    names(Kind::Interaction, "ticket", &[], Kind::Ticket, "its ticket"),
    names(Kind::Order, "customer", &[], Kind::Customer, "the customer who bought"),
    names(Kind::Task, "customer", &[], Kind::Customer, "its customer"),
    names(Kind::Task, "ticket", &[], Kind::Ticket, "its ticket"),
    names(Kind::Response, "customer", &[], Kind::Customer, "the customer who answered"),
    names(Kind::Response, "ticket", &[], Kind::Ticket, "its ticket"),
    names(Kind::Customer, "org", ORG, Kind::Organisation, "one of their organisations"),
    named_by(Kind::Customer, "tickets", Kind::Ticket, "customer", "one of their tickets"),
    named_by(Kind::Customer, "orders", Kind::Order, "customer", "one of their orders"),
    named_by(Kind::Customer, "interactions", Kind::Interaction, "customer", "one of their interactions"),
    named_by(Kind::Customer, "tasks", Kind::Task, "customer", "one of their tasks"),
    named_by(Kind::Organisation, "customers", Kind::Customer, "org", "one of its customers"),
    named_by(Kind::Organisation, "tickets", Kind::Ticket, "org", "one of its tickets"),
];

/// What `has:` asks for: its word, the join, and the condition on the records that are reached.
pub static HAS: &[(&str, &str, &str)] = &[
    ("open-ticket", "tickets", "is:open"),
    ("ticket", "tickets", ""),
    ("order", "orders", ""),
    ("interaction", "interactions", ""),
    ("open-task", "tasks", "is:open"),
    ("task", "tasks", ""),
    ("customer", "customers", ""),
];

/// The field that asks whether there is such a record: `has:open-ticket`.
pub const HAS_FIELD: &str = "has";

impl Schema {
    /// What records of this kind reach.
    pub fn joins(&self) -> impl Iterator<Item = &'static Join> {
        let kind = self.kind;
        JOINS.iter().filter(move |j| Some(j.from) == kind)
    }

    /// The join of `customer.tag`, the fields of what it reaches, and the rest of the name.
    pub fn join<'n>(&self, name: &'n str) -> Option<(&'static Join, &'static Schema, &'n str)> {
        let (prefix, rest) = name.split_once('.').filter(|(_, rest)| !rest.is_empty())?;
        let join = self.joins().find(|j| j.name == prefix || j.aliases.contains(&prefix))?;
        Some((join, Schema::of_kind(join.to)?, rest))
    }

    /// The words of `has:`, each with its join and its condition.
    pub fn has(&self) -> impl Iterator<Item = (&'static str, &'static Join, &'static str)> {
        let of =
            |(word, join, query): &'static (&'static str, &'static str, &'static str)| (*word, *join, *query);
        let joins: Vec<&'static Join> = self.joins().collect();
        HAS.iter().map(of).filter_map(move |(word, name, query)| {
            let join = joins.iter().find(|j| j.name == name && matches!(j.by, Link::NamedBy(_)))?;
            Some((word, *join, query))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_join_leads_to_a_list_and_back() {
        for j in JOINS {
            let (from, to) = (Schema::of_kind(j.from).unwrap(), Schema::of_kind(j.to).unwrap());
            assert!(from.field(&format!("{}.x", j.name)).is_none(), "{} {}", from.entity, j.name);
            if let Link::NamedBy(back) = j.by {
                let back = to.joins().find(|b| b.name == back).unwrap();
                assert_eq!((back.to, back.by), (j.from, Link::Names), "{} {}", from.entity, j.name);
            }
        }
    }
}
