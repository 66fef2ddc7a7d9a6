//! Which messages there are, out of the index: those that need a person first.

use crate::{
    model::{Id, Key, OutboxState, Stamp, Table},
    store::{Range, Scan, StoreError, View},
};

/// The states in the order in which they are listed: what needs a person, what waits, what is over.
pub const ORDER: [OutboxState; 9] = [
    OutboxState::Failed,
    OutboxState::Unsure,
    OutboxState::Deferred,
    OutboxState::Queued,
    OutboxState::Held,
    OutboxState::Ready,
    OutboxState::Sending,
    OutboxState::Sent,
    OutboxState::Cancelled,
];

/// The states of messages that are not over.
pub fn waiting() -> Vec<OutboxState> {
    ORDER.into_iter().filter(|s| !is_over(s)).collect()
}

fn is_over(state: &OutboxState) -> bool {
    matches!(state, OutboxState::Sent | OutboxState::Cancelled)
}

/// The messages that were sent or cancelled since a time, the newest first.
///
/// # Errors
/// Where the file cannot be read.
pub fn over_since(view: &dyn View, since: Stamp) -> Result<Vec<Id>, StoreError> {
    let mut out = Vec::new();
    for state in ORDER.iter().filter(|s| is_over(s)) {
        let key = || Key::new().u8(state.code());
        let range = Range::between(key().at(since), key().at(Stamp::MAX));
        view.scan(Table::IxOutbox, &range, Scan::Backward, &mut |k, _| {
            out.extend(k.last_chunk::<16>().map(|b| Id(*b)));
            true
        })?;
    }
    Ok(out)
}

/// The messages in these states, by [`ORDER`]: what waits by the time at which something happens to it, what failed or is
/// over with the newest first. Reads keys of the index only.
///
/// # Errors
/// Where the file cannot be read.
pub fn in_order(view: &dyn View, states: &[OutboxState]) -> Result<Vec<Id>, StoreError> {
    let mut out = Vec::new();
    for state in ORDER.iter().filter(|s| states.contains(s)) {
        let newest_first = is_over(state) || matches!(state, OutboxState::Failed | OutboxState::Unsure);
        let scan = if newest_first { Scan::Backward } else { Scan::Forward };
        let range = Range::prefix(Key::new().u8(state.code()));
        view.scan(Table::IxOutbox, &range, scan, &mut |k, _| {
            out.extend(k.last_chunk::<16>().map(|b| Id(*b)));
            true
        })?;
    }
    Ok(out)
}
