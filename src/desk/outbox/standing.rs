//! How much waits, by mailbox.

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

/// What waits to leave a mailbox, or could not.
///
/// # Errors
/// Where the file cannot be read.
pub fn standing(view: &dyn View, mailbox: Id) -> Result<Standing, StoreError> {
    let count = |state: OutboxState| count(view, mailbox, &state, Stamp::MIN);
    Ok(Standing {
        waiting: count(OutboxState::Ready)? + count(OutboxState::Sending)?,
        deferred: count(OutboxState::Deferred)?,
        failed: count(OutboxState::Failed)?,
        unsure: count(OutboxState::Unsure)?,
    })
}

/// The messages of a mailbox in a state, listed there since a time.
pub(super) fn count(
    view: &dyn View,
    mailbox: Id,
    state: &OutboxState,
    since: Stamp,
) -> Result<usize, StoreError> {
    let key = || Key::new().u8(state.code());
    let mut ids = Vec::new();
    let range = Range::between(key().at(since), key().at(Stamp::MAX));
    view.scan(Table::IxOutbox, &range, Scan::Forward, &mut |k, _| {
        ids.extend(k.last_chunk::<16>().map(|b| Id(*b)));
        true
    })?;
    let mut n = 0;
    for id in ids {
        n += usize::from(records::get::<Outbox>(view, id)?.is_some_and(|o| o.mailbox == Some(mailbox)));
    }
    Ok(n)
}

/// Messages that wait for an agent to say that they are to be sent: written when there was no mailbox.
///
/// # Errors
/// Where the file cannot be read.
pub fn queued(view: &dyn View) -> Result<usize, StoreError> {
    let mut n = 0;
    records::each::<Outbox>(view, |o| {
        n += usize::from(o.state == OutboxState::Queued);
        true
    })?;
    Ok(n)
}
