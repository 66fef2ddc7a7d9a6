//! Orders of a shop.

use super::{Fate, known};
use crate::{
    desk::{read, work::Job},
    model::{Customer, ExternalId, Id, Kind, Order, Stage, customer::Email, person_name},
    store::Reject,
};

/// An order of a file, as an order without an id.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ImportOrder {
    /// The line of the file.
    pub line: u64,
    /// What the file says.
    pub order: Order,
    /// The source's name for the order: its number there, or its content and occurrence.
    pub external_id: ExternalId,
    /// The source's name for the customer.
    pub customer_id: Option<ExternalId>,
    /// The customer's address.
    pub email: Option<String>,
    /// The customer's name.
    pub name: String,
}

/// Adds orders; one that is there already changes only where the file now says otherwise.
pub fn apply(job: &mut Job, source: &str, rows: &[ImportOrder]) -> Result<(), Reject> {
    for row in rows {
        let customer = customer(job, source, row)?;
        let fate = take(job, source, row, customer)?;
        job.done.tally.count(fate);
    }
    let t = job.done.tally;
    job.say(format!("{} orders imported: {} new, {} changed", t.read, t.created, t.updated));
    Ok(())
}

fn take(job: &mut Job, source: &str, row: &ImportOrder, customer: Id) -> Result<Fate, Reject> {
    let mut order = Order { customer, external_ids: vec![row.external_id.clone()], ..row.order.clone() };
    source.clone_into(&mut order.source);
    match known(job.view(), Kind::Order, &row.external_id)? {
        Some(id) => {
            let old: Order = job.need(id)?;
            order.id = id;
            order.version = old.version;
            order.number = old.number;
            order.author = old.author;
            order.created_at = old.created_at;
            if order.refunds.is_empty() {
                // Money given back at the desk since is no news of the shop.
                order.refunds.clone_from(&old.refunds);
                order.status = old.status.clone();
            } else if order.refunded() == old.refunded() {
                order.refunds.clone_from(&old.refunds);
            }
            Ok(if job.put(&order)? { Fate::Updated } else { Fate::Unchanged })
        }
        None => {
            order.id = job.make(Kind::Order);
            order.number = job.next_number(Kind::Order)?;
            order.created_at = job.now();
            job.put(&order)?;
            Ok(Fate::Created)
        }
    }
}

/// Who bought: known by the source's name, then by address; else a new customer known by these.
fn customer(job: &mut Job, source: &str, row: &ImportOrder) -> Result<Id, Reject> {
    if let Some(x) = &row.customer_id
        && let Some(id) = known(job.view(), Kind::Customer, x)?
    {
        return Ok(id);
    }
    if let Some(email) = &row.email
        && let Some(id) = read::customer_by_email(job.view(), email)?
    {
        if let Some(x) = &row.customer_id {
            let mut c: Customer = job.need(id)?;
            c.external_ids.push(x.clone());
            job.put(&c)?;
        }
        return Ok(id);
    }
    let (given, family) = person_name::split(&row.name);
    let email = row.email.iter().map(|a| Email { address: a.clone(), primary: true, ..Email::default() });
    let c = Customer {
        id: job.make(Kind::Customer),
        number: job.next_number(Kind::Customer)?,
        given,
        family,
        emails: email.collect(),
        external_ids: row.customer_id.iter().cloned().collect(),
        source: source.to_owned(),
        stage: Stage::Customer,
        created_at: job.now(),
        updated_at: job.now(),
        ..Default::default()
    };
    job.put(&c)?;
    Ok(c.id)
}
