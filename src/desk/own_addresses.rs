//! Which addresses are ours: no answer goes to them, no sender of theirs is blocked, and what they write is no customer's.

use std::collections::BTreeSet;

use super::{mailboxes, read};
use crate::{
    model::{Id, Workspace, fold},
    store::{StoreError, View, records},
};

/// The addresses of the desk, and of those who work at it, in the form to compare by ([`fold::email_key`]).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OwnAddresses {
    /// The desk's own and its mailboxes'.
    pub desk: BTreeSet<String>,
    /// Those, and the agents'.
    pub all: BTreeSet<String>,
}

impl OwnAddresses {
    /// Those of the desk now.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn of(view: &dyn View) -> Result<OwnAddresses, StoreError> {
        let w: Workspace = records::get(view, Id::NIL)?.unwrap_or_default();
        let boxes = mailboxes::all(view)?;
        let own = w.own_addresses.iter().chain([&w.address]).map(String::as_str);
        let own = own.chain(boxes.iter().flat_map(|m| m.own()));
        let desk: BTreeSet<String> = own.filter_map(fold::email_key).collect();
        let agents = read::agents(view)?.into_iter().flat_map(|a| a.emails);
        let all = agents.filter_map(|a| fold::email_key(&a)).chain(desk.iter().cloned()).collect();
        Ok(OwnAddresses { desk, all })
    }
}
