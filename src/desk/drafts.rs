//! Drafts: what an agent has written and not sent, saved as it is typed, kept beside the log.

use super::Desk;
use crate::{
    model::{Id, Key, OpId, Stamp, Table, shape::fields},
    store::{Range, Reject, Scan, StoreError, ViewExt},
};

fields! {
    /// A text that is not sent yet.
    Draft {
        /// The ticket that it answers, or the record that it is about.
        subject = "s": Id,
        /// Whether it is a public reply; else an internal note.
        public = "p": bool,
        /// To.
        to = "to": Vec<String>,
        /// Copies.
        cc = "cc": Vec<String>,
        /// Hidden copies.
        bcc = "bc": Vec<String>,
        /// The text.
        body = "b": String,
        /// When it was last saved.
        at = "a": Stamp,
    }
}

fn key(agent: Id, subject: Id) -> Vec<u8> {
    Key::new().id(agent).id(subject).into_bytes()
}

impl Desk {
    /// Saves an agent's draft; an empty one is forgotten.
    ///
    /// # Errors
    /// Where the store cannot write.
    pub fn save_draft(&self, op: OpId, agent: Id, draft: Draft) -> Result<(), Reject> {
        let key = key(agent, draft.subject);
        let bytes = rmp_serde::to_vec_named(&draft).map_err(|e| StoreError::Io(e.to_string()))?;
        self.aside(op, move |tx| {
            if draft.body.trim().is_empty() {
                tx.del(Table::Draft, &key);
            } else {
                tx.put(Table::Draft, &key, &bytes);
            }
            Ok(())
        })
    }

    /// An agent's draft about a record.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn draft(&self, agent: Id, subject: Id) -> Result<Option<Draft>, StoreError> {
        let key = key(agent, subject);
        self.view(|v| Ok(v.get(Table::Draft, &key)?.and_then(|b| rmp_serde::from_slice(&b).ok())))
    }

    /// All drafts of an agent.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn drafts(&self, agent: Id) -> Result<Vec<Draft>, StoreError> {
        self.view(|v| {
            let rows = v.page(Table::Draft, &Range::prefix(Key::new().id(agent)), Scan::Forward, 500)?;
            Ok(rows.iter().filter_map(|(_, b)| rmp_serde::from_slice(b).ok()).collect())
        })
    }
}
