//! The records that are a person's.

use std::collections::BTreeSet;

use crate::{
    model::{
        Customer, Id, Interaction, Key, KeyReader, Kind, Message, Order, Outbox, Refusal, Response, Table,
        Task, Ticket, TicketEvent,
    },
    store::{Range, Reject, Scan, StoreError, View, records},
};

/// The records that are one person.
#[derive(Debug, Clone, PartialEq)]
pub struct Person {
    /// The record that was named.
    pub customer: Customer,
    /// Its id, then those of the records that were merged into it.
    pub cluster: Vec<Id>,
}

/// The person of a customer's record.
///
/// # Errors
/// Where there is none, or it was merged into another: that one is to be named.
pub fn who(view: &dyn View, id: Id) -> Result<Person, Reject> {
    let missing = || Refusal::NotFound { kind: Kind::Customer, what: id.to_string() };
    let customer: Customer = records::get(view, id)?.ok_or_else(missing)?;
    if let Some(into) = customer.merged_into {
        let name = crate::desk::read::number_of(view, Kind::Customer, into)?;
        return Err(Refusal::Invalid {
            field: "customer",
            why: format!("was merged into {name}: name that one"),
        }
        .into());
    }
    let mut cluster = vec![id];
    let mut next = 0;
    while let Some(into) = cluster.get(next).copied() {
        next += 1;
        for (kind, from) in referrers(view, Kind::Customer, into)? {
            if kind == Kind::Customer
                && !cluster.contains(&from)
                && records::get::<Customer>(view, from)?.is_some_and(|c| c.merged_into == Some(into))
            {
                cluster.push(from);
            }
        }
    }
    Ok(Person { customer, cluster })
}

/// What refers to a record.
fn referrers(view: &dyn View, kind: Kind, id: Id) -> Result<Vec<(Kind, Id)>, StoreError> {
    let mut out = Vec::new();
    let prefix = Key::new().u8(kind.code()).id(id);
    view.scan(Table::IxRef, &Range::prefix(prefix), Scan::Forward, &mut |k, _| {
        let mut r = KeyReader(k);
        let (_, _, from, from_id) = (r.u8(), r.id(), r.u8().and_then(Kind::of_code), r.id());
        out.extend(from.zip(from_id));
        true
    })?;
    Ok(out)
}

/// All records that are a person's, each once: first their customers, then what refers to them, then what belongs to that.
///
/// # Errors
/// Where the file cannot be read, or a record is damaged.
pub fn held(view: &dyn View, cluster: &[Id]) -> Result<Vec<(Kind, Id)>, StoreError> {
    let mut out: Vec<(Kind, Id)> = cluster.iter().map(|id| (Kind::Customer, *id)).collect();
    let mut seen: BTreeSet<(Kind, Id)> = out.iter().copied().collect();
    let mut next = 0;
    while let Some((kind, id)) = out.get(next).copied() {
        next += 1;
        if !matches!(kind, Kind::Customer | Kind::Ticket | Kind::Message) {
            continue;
        }
        for (from, from_id) in referrers(view, kind, id)? {
            if seen.contains(&(from, from_id)) {
                continue;
            }
            let Some(bytes) = view.get(from.table(), from_id.bytes())? else { continue };
            if is_theirs(view, cluster, from, &bytes)? {
                seen.insert((from, from_id));
                out.push((from, from_id));
            }
        }
    }
    Ok(out)
}

/// Whether a record is a person's: it is of them, or about a matter of theirs.
///
/// # Errors
/// Where the file cannot be read, or a record is damaged.
pub fn is_theirs(view: &dyn View, cluster: &[Id], kind: Kind, bytes: &[u8]) -> Result<bool, StoreError> {
    let mine = |id: &Id| cluster.contains(id);
    let my_ticket = |id: Id| {
        Ok::<bool, StoreError>(records::get::<Ticket>(view, id)?.is_some_and(|t| mine(&t.requester)))
    };
    Ok(match kind {
        Kind::Customer => mine(&records::decode::<Customer>(bytes)?.id),
        Kind::Interaction => mine(&records::decode::<Interaction>(bytes)?.customer),
        Kind::Ticket => mine(&records::decode::<Ticket>(bytes)?.requester),
        Kind::TicketEvent => my_ticket(records::decode::<TicketEvent>(bytes)?.ticket)?,
        Kind::Message => {
            let m: Message = records::decode(bytes)?;
            mine(&m.customer) || m.author.as_ref().is_some_and(mine) || my_ticket(m.ticket)?
        }
        Kind::Outbox => {
            let o: Outbox = records::decode(bytes)?;
            match view.get(Table::Message, o.id.bytes())? {
                Some(m) => is_theirs(view, cluster, Kind::Message, &m)?,
                None => my_ticket(o.ticket)?,
            }
        }
        Kind::Order => mine(&records::decode::<Order>(bytes)?.customer),
        Kind::Task => {
            let t: Task = records::decode(bytes)?;
            match (t.customer, t.ticket) {
                (Some(c), _) if mine(&c) => true,
                (_, Some(ticket)) => my_ticket(ticket)?,
                _ => false,
            }
        }
        Kind::Response => mine(&records::decode::<Response>(bytes)?.customer),
        Kind::Organisation
        | Kind::Workspace
        | Kind::Agent
        | Kind::Team
        | Kind::Mailbox
        | Kind::SavedView
        | Kind::ImportBatch => false,
        kind => records::decode_any(kind, bytes)?.customer().is_some_and(|c| mine(&c)),
    })
}
