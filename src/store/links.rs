//! The records that a record names, for queries that ask for them by number or name.

use super::{StoreError, View, records};
use crate::{
    model::{Customer, Kind, Organisation, Ticket, field::AnyRecord},
    query::rows::Linked,
};

/// The records that a record names.
///
/// # Errors
/// Where the file cannot be read.
pub fn of(view: &dyn View, record: &dyn AnyRecord) -> Result<Vec<Linked>, StoreError> {
    let mut out = Vec::new();
    for (kind, id) in record.links() {
        let found = match kind {
            Kind::Customer => records::get::<Customer>(view, id)?.map(|c| (c.number, c.display_name())),
            Kind::Organisation => records::get::<Organisation>(view, id)?.map(|o| (o.number, o.name)),
            Kind::Ticket => records::get::<Ticket>(view, id)?.map(|t| (t.number, t.subject)),
            _ => records::any(view, kind, id)?.map(|r| (r.number(), r.title().to_owned())),
        };
        out.extend(found.map(|(number, name)| Linked { id, number, name }));
    }
    Ok(out)
}
