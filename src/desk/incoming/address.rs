//! New addresses of known people: an answer to what we sent comes from an address that no one knows, and may be from the
//! person we wrote to. The address is offered for their record; an agent accepts it (the two records become one) or says
//! that they are two people.

use super::bounce::sent_as;
use crate::{
    desk::{import::ImportMail, outbox, read, work::email_owner},
    mail::same_person::{Who, may_be},
    model::{Customer, EventKind, Id, Ticket, fold},
    store::{StoreError, View, records},
};

/// An address that may be someone's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// The ticket on which they wrote.
    pub ticket: Id,
    /// The address.
    pub address: String,
    /// The customer whose it may be.
    pub customer: Id,
    /// The customer who has it now.
    pub owner: Id,
}

/// Whose address the sender of an answer may have; `None` where it is known, or nothing speaks for anyone.
///
/// # Errors
/// Where the file cannot be read.
pub(super) fn whose(view: &dyn View, mail: &ImportMail, ticket: &Ticket) -> Result<Option<Id>, StoreError> {
    let Some(key) = fold::email_key(&mail.sender.email) else { return Ok(None) };
    if mail.robot || mail.by_agent || email_owner(view, &key, None)?.is_some() {
        return Ok(None);
    }
    let m = &mail.message;
    for id in m.in_reply_to.iter().chain(m.references.iter().rev()) {
        let Some(sent) = sent_as(view, id)?.filter(|m| m.ticket == ticket.id) else { continue };
        for address in outbox::letter::recipients(&sent) {
            let Some(customer) = read::customer_by_email(view, &address)? else { continue };
            let known = records::get::<Customer>(view, customer)?.unwrap_or_default();
            let name = known.display_name();
            let (a, b) = (
                Who { name: &mail.sender.name, address: &mail.sender.email },
                Who { name: &name, address: &address },
            );
            if known.is_live() && may_be(a, b) {
                return Ok(Some(customer));
            }
        }
    }
    Ok(None)
}

/// The addresses on a ticket that no agent has decided on.
///
/// # Errors
/// Where the file cannot be read.
pub fn offers(view: &dyn View, ticket: Id) -> Result<Vec<Offer>, StoreError> {
    let mut out: Vec<Offer> = Vec::new();
    for e in read::events(view, ticket)?.into_iter().filter(|e| e.kind == EventKind::NewAddress) {
        let Ok(customer) = e.to.parse::<Id>() else { continue };
        let key = fold::email_key(&e.from).unwrap_or_default();
        let Some(owner) = email_owner(view, &key, None)? else { continue };
        let (a, b) = (records::get::<Customer>(view, customer)?, records::get::<Customer>(view, owner)?);
        let (Some(a), Some(b)) = (a, b) else { continue };
        let distinct = a.distinct_from.contains(&owner) || b.distinct_from.contains(&customer);
        if owner != customer && a.merged_into.is_none() && !distinct && !out.iter().any(|o| o.owner == owner)
        {
            out.push(Offer { ticket, address: e.from, customer, owner });
        }
    }
    Ok(out)
}
