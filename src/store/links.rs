//! The records that a record names, for queries that ask for them by number or name.

use super::{StoreError, View, records};
use crate::{
    model::{Customer, Kind, Organisation, Ticket, field::Declared},
    query::rows::{Linked, links},
};

/// The records that a record names.
///
/// # Errors
/// Where the file cannot be read.
pub fn of<T: Declared>(view: &dyn View, record: &T) -> Result<Vec<Linked>, StoreError> {
    let mut out = Vec::new();
    for (kind, id) in links(record) {
        let found = match kind {
            Kind::Customer => records::get::<Customer>(view, id)?.map(|c| (c.number, c.display_name())),
            Kind::Organisation => records::get::<Organisation>(view, id)?.map(|o| (o.number, o.name)),
            Kind::Ticket => records::get::<Ticket>(view, id)?.map(|t| (t.number, t.subject)),
            _ => None,
        };
        out.extend(found.map(|(number, name)| Linked { id, number, name }));
    }
    Ok(out)
}
