//! Organisations.

use std::borrow::Cow;

use super::{Around, Linked, Out, lines, spoken};
use crate::{
    model::{Id, Organisation},
    query::{Row, Value},
};

/// An organisation with what belongs to it.
#[derive(Debug, Clone, Copy)]
pub struct OrganisationRow<'a> {
    /// The organisation.
    pub organisation: &'a Organisation,
    /// How many people belong to it, where that is known.
    pub customers: Option<usize>,
    /// The records that it names.
    pub links: &'a [Linked],
}

impl Row for OrganisationRow<'_> {
    fn values<'v>(&'v self, field: &str, out: &mut Vec<Value<'v>>) {
        let mut out = Out(out);
        let o = self.organisation;
        match field {
            "customers" => {
                if let Some(n) = self.customers {
                    out.number(n);
                }
            }
            "street" => out.addresses(&o.addresses, |a| &a.street),
            "postal" => out.addresses(&o.addresses, |a| &a.postal),
            "city" => out.addresses(&o.addresses, |a| &a.city),
            "region" => out.addresses(&o.addresses, |a| &a.region),
            "country" => out.addresses(&o.addresses, |a| &a.country),
            own if own.starts_with("custom.") => out.custom(own, &o.custom),
            other => out.declared(other, o, Around { roster: None, links: self.links }),
        }
    }

    fn text(&self) -> Cow<'_, str> {
        let o = self.organisation;
        let more = o.domains.iter().chain(&o.tags).chain(&o.notes);
        let name = spoken(o.name.clone());
        Cow::Owned(lines(std::iter::once(&name).chain(more).map(String::as_str)))
    }

    fn number(&self) -> Option<u64> {
        Some(self.organisation.number)
    }

    fn id(&self) -> Option<Id> {
        Some(self.organisation.id)
    }
}
