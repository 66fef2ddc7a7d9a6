//! What each agent has looked at: what is new *to me* is what came after.

use super::Desk;
use crate::{
    model::{Id, Key, OpId, Stamp, Table},
    store::{Reject, StoreError, View},
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
        let key = Key::new().id(agent).id(ticket).into_bytes();
        self.aside(op, move |tx| {
            tx.put(Table::Seen, &key, &at.to_be_bytes());
            Ok(())
        })
    }
}
