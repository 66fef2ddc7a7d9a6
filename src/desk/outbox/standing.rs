//! How much waits, out of the index: by mailbox, and in all.

use std::collections::BTreeMap;

use super::{in_order, order};
use crate::{
    model::{Id, Key, Outbox, OutboxState, Stamp, Table},
    store::{Range, Scan, StoreError, View, records},
};

/// What waits to leave a mailbox, or could not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Standing {
    /// Messages that are to be sent, or are being sent.
    pub waiting: usize,
    /// Messages that are tried again later.
    pub deferred: usize,
    /// Messages that cannot be sent.
    pub failed: usize,
    /// Messages that may have been sent or not.
    pub unsure: usize,
}

/// What waits to leave each mailbox, or could not: of those that have any.
///
/// # Errors
/// Where the file cannot be read.
pub fn standings(view: &dyn View) -> Result<BTreeMap<Id, Standing>, StoreError> {
    use OutboxState::{Deferred, Failed, Ready, Sending, Unsure};
    let mut out: BTreeMap<Id, Standing> = BTreeMap::new();
    for id in in_order(view, &[Ready, Sending, Deferred, Failed, Unsure])? {
        let Some(o) = records::get::<Outbox>(view, id)? else { continue };
        let Some(mailbox) = o.mailbox else { continue };
        let s = out.entry(mailbox).or_default();
        match o.state {
            Ready | Sending => s.waiting += 1,
            Deferred => s.deferred += 1,
            Failed => s.failed += 1,
            Unsure => s.unsure += 1,
            _ => {}
        }
    }
    Ok(out)
}

/// The messages of a mailbox in a state, listed there since a time.
pub(super) fn count(
    view: &dyn View,
    mailbox: Id,
    state: &OutboxState,
    since: Stamp,
) -> Result<usize, StoreError> {
    let mut n = 0;
    for id in order::since(view, state.code(), since, Scan::Forward)? {
        n += usize::from(records::get::<Outbox>(view, id)?.is_some_and(|o| o.mailbox == Some(mailbox)));
    }
    Ok(n)
}

/// How many messages need an agent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Messages that cannot be sent.
    pub failed: usize,
    /// Messages that may have been sent or not.
    pub unsure: usize,
    /// Messages that wait for an agent to say that they are to be sent: written when there was no mailbox.
    pub queued: usize,
}

/// The most that are counted.
const MOST: usize = 10_000;

/// How many messages need an agent, by keys of the index.
///
/// # Errors
/// Where the file cannot be read.
pub fn counts(view: &dyn View) -> Result<Counts, StoreError> {
    let count = |state: OutboxState| -> Result<usize, StoreError> {
        let mut n = 0;
        let range = Range::prefix(Key::new().u8(state.code()));
        view.scan(Table::IxOutbox, &range, Scan::Forward, &mut |_, _| {
            n += 1;
            n < MOST
        })?;
        Ok(n)
    };
    Ok(Counts {
        failed: count(OutboxState::Failed)?,
        unsure: count(OutboxState::Unsure)?,
        queued: count(OutboxState::Queued)?,
    })
}
