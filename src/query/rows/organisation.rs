//! Organisations.

use std::borrow::Cow;

use super::{Out, lines, spoken};
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
}

impl Row for OrganisationRow<'_> {
    fn values<'v>(&'v self, field: &str, out: &mut Vec<Value<'v>>) {
        let mut out = Out(out);
        let o = self.organisation;
        match field {
            "name" => out.text(&o.name),
            "domain" => out.texts(&o.domains),
            "tag" => out.texts(&o.tags),
            "is" => out.states([
                ("live", o.is_live()),
                ("archived", o.archived_at.is_some()),
                ("merged", o.merged_into.is_some()),
            ]),
            "customers" => {
                if let Some(n) = self.customers {
                    out.number(n);
                }
            }
            "city" => out.addresses(&o.addresses, |a| &a.city),
            "country" => out.addresses(&o.addresses, |a| &a.country),
            "note" => out.texts(&o.notes),
            "created" => out.date(Some(o.created_at)),
            "updated" => out.date(Some(o.updated_at)),
            "number" => out.number(o.number),
            "external" => out.external(&o.external_ids),
            custom => out.custom(custom, &o.custom),
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
