//! How much waits, out of the index: by mailbox, and in all.

use std::collections::{BTreeMap, VecDeque};

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

/// When messages left a mailbox since a time, the newest last: the last `most` of them.
pub(super) fn left_since(
    view: &dyn View,
    mailbox: Id,
    since: Stamp,
    most: usize,
) -> Result<VecDeque<Stamp>, StoreError> {
    let mut out = VecDeque::new();
    for id in order::since(view, OutboxState::Sent.code(), since, Scan::Backward)? {
        if out.len() >= most {
            break;
        }
        let one = records::get::<Outbox>(view, id)?.filter(|o| o.mailbox == Some(mailbox));
        if let Some(at) = one.and_then(|o| o.sent_at) {
            out.push_front(at);
        }
    }
    Ok(out)
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
