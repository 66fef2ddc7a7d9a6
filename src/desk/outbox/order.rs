//! Which messages there are, out of the index: those that need a person first.

use super::state;
use crate::{
    model::{Id, Key, KeyReader, OutboxState, Stamp, Table},
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

/// The place of a state in [`ORDER`].
pub fn rank(state: &OutboxState) -> usize {
    ORDER.iter().position(|s| s == state).unwrap_or(usize::MAX)
}

/// The messages of a range of the index.
pub(super) fn listed(view: &dyn View, range: &Range, scan: Scan) -> Result<Vec<Id>, StoreError> {
    let mut out = Vec::new();
    view.scan(Table::IxOutbox, range, scan, &mut |k, _| {
        out.extend(k.last_chunk::<16>().map(|b| Id(*b)));
        true
    })?;
    Ok(out)
}

/// The messages under a code of the index since a time.
pub(super) fn since(view: &dyn View, code: u8, since: Stamp, scan: Scan) -> Result<Vec<Id>, StoreError> {
    let key = || Key::new().u8(code);
    listed(view, &Range::between(key().at(since), key().at(Stamp::MAX)), scan)
}

/// The messages under a code of the index whose time has come; and those whose time is further ahead than it ever may be,
/// as it was noted while the clock was wrong.
pub(super) fn due_under(view: &dyn View, code: u8, now: Stamp) -> Result<Vec<Id>, StoreError> {
    let key = || Key::new().u8(code);
    let mut out = listed(view, &Range::between(key(), key().at(now.saturating_add(1))), Scan::Forward)?;
    out.extend(since(view, code, now.saturating_add(state::LONGEST_WAIT + 1), Scan::Forward)?);
    Ok(out)
}

/// When the next message under a code of the index has its time; `None`: none has one after now.
pub(super) fn next_under(view: &dyn View, code: u8, now: Stamp) -> Result<Option<Stamp>, StoreError> {
    let key = || Key::new().u8(code);
    let range = Range::between(key().at(now.saturating_add(1)), key().at(Stamp::MAX));
    let mut out = None;
    view.scan(Table::IxOutbox, &range, Scan::Forward, &mut |k, _| {
        let mut r = KeyReader(k);
        let _ = r.u8();
        out = r.at();
        false
    })?;
    Ok(out)
}

/// The messages that were sent or cancelled since a time, the newest first.
///
/// # Errors
/// Where the file cannot be read.
pub fn over_since(view: &dyn View, from: Stamp) -> Result<Vec<Id>, StoreError> {
    let mut out = Vec::new();
    for state in ORDER.iter().filter(|s| is_over(s)) {
        out.extend(since(view, state.code(), from, Scan::Backward)?);
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
        out.extend(listed(view, &Range::prefix(Key::new().u8(state.code())), scan)?);
    }
    Ok(out)
}
