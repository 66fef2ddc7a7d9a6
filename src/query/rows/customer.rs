//! Customers.

use std::borrow::Cow;

use super::{Around, Linked, Out, Roster, lines, spoken};
use crate::{
    model::{Customer, Day, Id, Interaction, Order, OrderStatus, Organisation, Stamp, Ticket},
    query::{Row, Value},
};

/// The totals of a customer's history, as far as known to the caller.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct CustomerFacts {
    /// The last contact.
    pub contacted: Option<Stamp>,
    /// Tickets that need work.
    pub open: Option<u32>,
    /// Orders.
    pub orders: Option<u32>,
    /// What the orders came to, refunds taken off: minor units and ISO 4217 code, one a currency, by code.
    pub revenue: Vec<(i64, String)>,
    /// The date of the last order.
    pub ordered: Option<Day>,
}

/// Takes a customer's tickets, orders and interactions, in any order, and computes their totals.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct History {
    tickets: bool,
    open: u32,
    contacted: Option<Stamp>,
    orders: u32,
    revenue: Vec<(i64, String)>,
    ordered: Option<Day>,
}

impl History {
    /// Takes a ticket that the customer brought; one that was merged away says nothing.
    pub fn ticket(&mut self, t: &Ticket) {
        if t.merged_into.is_some() {
            return;
        }
        self.tickets = true;
        self.open += u32::from(t.needs_work());
        for at in [t.timers.last_customer_at, t.timers.last_agent_at] {
            self.contacted = self.contacted.max(at);
        }
    }

    /// Takes an interaction.
    pub fn interaction(&mut self, i: &Interaction) {
        self.contacted = self.contacted.max(Some(i.at));
    }

    /// Takes an order; a cancelled one says nothing.
    pub fn order(&mut self, o: &Order) {
        if o.status == OrderStatus::Cancelled {
            return;
        }
        self.orders = self.orders.saturating_add(1);
        self.ordered = self.ordered.max(Some(o.date));
        let net = o.total.saturating_sub(o.refunded());
        match self.revenue.binary_search_by(|(_, code)| code.as_str().cmp(&o.currency)) {
            Ok(at) => self.revenue.iter_mut().skip(at).take(1).for_each(|r| r.0 = r.0.saturating_add(net)),
            Err(at) => self.revenue.insert(at, (net, o.currency.clone())),
        }
    }

    /// The totals. Without any ticket the count from an import is used.
    pub fn facts(self, customer: &Customer) -> CustomerFacts {
        CustomerFacts {
            contacted: self.contacted,
            open: (self.tickets || customer.open_hint.is_none()).then_some(self.open),
            orders: Some(self.orders),
            revenue: self.revenue,
            ordered: self.ordered,
        }
    }
}

/// A customer with what belongs to it.
#[derive(Debug, Clone)]
pub struct CustomerRow<'a> {
    /// The customer.
    pub customer: &'a Customer,
    /// The organisations of the customer's posts.
    pub organisations: Vec<&'a Organisation>,
    /// Who may look after them.
    pub roster: &'a Roster,
    /// What is known of their history.
    pub facts: CustomerFacts,
    /// The records that it names beside those.
    pub links: &'a [Linked],
}

impl Row for CustomerRow<'_> {
    fn values<'v>(&'v self, field: &str, out: &mut Vec<Value<'v>>) {
        let mut out = Out(out);
        let (c, facts) = (self.customer, &self.facts);
        match field {
            "name" => out.names(c),
            "email" => out.emails(Some(c)),
            "phone" => {
                for p in &c.phones {
                    out.text(&p.raw);
                    out.text(&p.e164);
                }
            }
            "org" => out.texts(self.organisations.iter().map(|o| &o.name)),
            "contacted" => out.date(facts.contacted.or(c.contacted_hint)),
            "open" => {
                if let Some(n) = facts.open.or(c.open_hint) {
                    out.number(n);
                }
            }
            "orders" => {
                if let Some(n) = facts.orders {
                    out.number(n);
                }
            }
            "revenue" => {
                let sums =
                    facts.revenue.iter().map(|(minor, code)| Value::Money(*minor, code.as_str().into()));
                out.0.extend(sums);
            }
            "ordered" => out.0.extend(facts.ordered.map(Value::Day)),
            "street" => out.addresses(&c.addresses, |a| &a.street),
            "postal" => out.addresses(&c.addresses, |a| &a.postal),
            "city" => out.addresses(&c.addresses, |a| &a.city),
            "region" => out.addresses(&c.addresses, |a| &a.region),
            "country" => out.addresses(&c.addresses, |a| &a.country),
            "title" => out.texts(c.roles.iter().map(|r| &r.title)),
            "department" => out.texts(c.roles.iter().map(|r| &r.department)),
            "handle" => out.texts(c.handles.iter().map(|h| &h.handle)),
            "external" => {
                for x in &c.external_ids {
                    out.text(&x.id);
                    out.owned(format!("{}:{}", x.source, x.id));
                }
            }
            own if own.starts_with("custom.") => out.custom(own, &c.custom),
            other => out.declared(other, c, Around { roster: Some(self.roster), links: self.links }),
        }
    }

    fn text(&self) -> Cow<'_, str> {
        let c = self.customer;
        let name = spoken(c.display_name());
        let firms: Vec<String> = self.organisations.iter().map(|o| spoken(o.name.clone())).collect();
        let all = [name.as_str(), &c.nickname, &c.phonetic]
            .into_iter()
            .chain(c.emails.iter().map(|e| e.address.as_str()))
            .chain(c.phones.iter().flat_map(|p| [p.raw.as_str(), p.e164.as_str()]))
            .chain(firms.iter().map(String::as_str))
            .chain(c.handles.iter().map(|h| h.handle.as_str()))
            .chain(c.addresses.iter().flat_map(|a| [a.city.as_str(), a.country.as_str()]))
            .chain(c.tags.iter().chain(&c.notes).map(String::as_str));
        Cow::Owned(lines(all))
    }

    fn number(&self) -> Option<u64> {
        Some(self.customer.number)
    }

    fn id(&self) -> Option<Id> {
        Some(self.customer.id)
    }

    fn links(&self, join: &str, out: &mut Vec<Id>) {
        if join == "org" {
            out.extend(self.customer.roles.iter().map(|r| r.organisation));
        }
    }
}
