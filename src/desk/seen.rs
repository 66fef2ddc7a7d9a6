//! What each agent has looked at: what is new *to me* is what came after.

use super::Desk;
use crate::{
    model::{Id, Key, OpId, Stamp, Table},
    store::{Reject, StoreError, Tx, View},
};

/// When an agent last looked at a ticket; `None`: never.
///
/// # Errors
/// Where the file cannot be read.
pub fn last_look(view: &dyn View, agent: Id, ticket: Id) -> Result<Option<Stamp>, StoreError> {
    let v = view.get(Table::Seen, Key::new().id(agent).id(ticket).as_bytes())?;
    Ok(v.and_then(|v| v.try_into().ok()).map(i64::from_be_bytes))
}

impl Desk {
    /// Notes that an agent looked at a ticket as it stood at a time.
    ///
    /// # Errors
    /// Where the store cannot write.
    pub fn mark_seen(&self, op: OpId, agent: Id, ticket: Id, at: Stamp) -> Result<(), Reject> {
        self.aside(op, move |tx| {
            put(tx, agent, ticket, at);
            Ok(())
        })
    }
}

/// Notes within a transaction that an agent has seen a ticket as it stood at a time.
pub fn put(tx: &mut dyn Tx, agent: Id, ticket: Id, at: Stamp) {
    tx.put(Table::Seen, Key::new().id(agent).id(ticket).as_bytes(), &at.to_be_bytes());
}
