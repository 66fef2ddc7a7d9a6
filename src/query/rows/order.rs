//! Orders.

use std::borrow::Cow;

use super::{Around, Out, Roster, lines, spoken};
use crate::{
    model::{Customer, Id, Order},
    query::{Row, Value},
};

/// An order with what belongs to it.
#[derive(Debug, Clone, Copy)]
pub struct OrderRow<'a> {
    /// The order.
    pub order: &'a Order,
    /// Who bought.
    pub customer: Option<&'a Customer>,
    /// Who may have entered it.
    pub roster: &'a Roster,
}

impl Row for OrderRow<'_> {
    fn values<'v>(&'v self, field: &str, out: &mut Vec<Value<'v>>) {
        let mut out = Out(out);
        let o = self.order;
        match field {
            "customer" => out.customer(self.customer),
            "email" => out.emails(self.customer),
            other => out.declared(other, o, Around::of(self.roster)),
        }
    }

    fn text(&self) -> Cow<'_, str> {
        let customer = self.customer.map(Customer::display_name).map(spoken).unwrap_or_default();
        let emails = self.customer.iter().flat_map(|c| &c.emails).map(|e| e.address.as_str());
        let items = self.order.lines.iter().flat_map(|l| [l.sku.as_str(), l.title.as_str()]);
        let external = self.order.external_ids.iter().map(|x| x.id.as_str());
        Cow::Owned(lines(std::iter::once(customer.as_str()).chain(emails).chain(items).chain(external)))
    }

    fn number(&self) -> Option<u64> {
        Some(self.order.number)
    }

    fn id(&self) -> Option<Id> {
        Some(self.order.id)
    }

    fn links(&self, join: &str, out: &mut Vec<Id>) {
        out.extend(Some(self.order.customer).filter(|_| join == "customer"));
    }
}
