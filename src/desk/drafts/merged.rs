//! Drafts about records that were merged: they are about the survivor from then on.

use super::{Draft, key};
use crate::{
    desk::merge,
    model::{Id, Kind, Table},
    store::{Range, Scan, StoreError, Tx, View},
};

/// The record that a draft about another is about by now.
///
/// # Errors
/// Where the file cannot be read.
pub fn subject(view: &dyn View, id: Id) -> Result<Id, StoreError> {
    let customer = merge::survivor(view, Kind::Customer, id)?;
    if customer != id { Ok(customer) } else { merge::survivor(view, Kind::Organisation, id) }
}

/// Moves every agent's drafts about a record to the one that it was merged into.
///
/// # Errors
/// Where the file cannot be read or written.
pub fn follow(tx: &mut dyn Tx, from: Id, into: Id) -> Result<(), StoreError> {
    let mut rows = Vec::new();
    tx.view().scan(Table::Draft, &Range::all(), Scan::Forward, &mut |key, bytes| {
        let agent = key.first_chunk::<16>().map(|b| Id(*b));
        let draft = Draft::decode(bytes).filter(|d| d.subject == from || d.about == Some(from));
        rows.extend(agent.zip(draft).map(|(agent, draft)| (key.to_vec(), agent, draft)));
        true
    })?;
    for (old, agent, mut draft) in rows {
        draft.about = draft.about.map(|id| if id == from { into } else { id });
        if draft.subject == from {
            draft.subject = into;
        }
        tx.del(Table::Draft, &old);
        tx.put(Table::Draft, &key(agent, draft.subject, draft.id), &draft.encode()?);
    }
    Ok(())
}
