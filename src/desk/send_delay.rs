//! Whether the send delay of a reply has ended, where clocks cannot be trusted.

use crate::{
    model::{
        Id, Key, KeyReader, Seq, Stamp, Table,
        log::{self, LogRow},
        workspace::LONGEST_HOLD_MS,
    },
    store::{Range, Scan, StoreError, View, ViewExt, meta},
};

/// How far two clocks may differ before one of them is taken to be wrong, in milliseconds.
const TOLERANCE: Stamp = 60_000;

/// The state of a send delay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hold {
    /// It waits.
    Waits,
    /// It has ended.
    Ended,
    /// The clock that it was written with was behind, so that its end says nothing: it starts again.
    Again,
}

/// The current state of a send delay. `went_back`: the row that wrote it is older than what was written before it.
///
/// No contain lies further ahead than the longest that can be set: one that does was written with a clock that was ahead, and
/// has ended. One that ended longer ago than that, by a clock that had gone back, was never held for its time.
pub fn state(until: Stamp, went_back: bool, now: Stamp) -> Hold {
    if until > now.saturating_add(LONGEST_HOLD_MS) {
        Hold::Ended
    } else if until > now {
        Hold::Waits
    } else if went_back && now.saturating_sub(until) > LONGEST_HOLD_MS {
        Hold::Again
    } else {
        Hold::Ended
    }
}

/// Whether the clock had gone back when a record was last written: the row of the log before it, or the last tick before
/// it, says a later time.
///
/// # Errors
/// Where the file cannot be read.
pub fn went_back(view: &dyn View, id: Id) -> Result<bool, StoreError> {
    let last = view.first(Table::IxHistory, &Range::prefix(Key::new().id(id)), Scan::Backward)?;
    let Some(seq) = last.and_then(|(k, _)| {
        let mut r = KeyReader(&k);
        r.id().and(r.u64())
    }) else {
        return Ok(false);
    };
    let at = |seq: Seq| -> Result<Option<Stamp>, StoreError> {
        let row = view.get(Table::Log, &log::key(seq))?;
        Ok(row.and_then(|v| LogRow::decode(&v)).map(|r| r.logged_at))
    };
    let Some(written) = at(seq)? else { return Ok(false) };
    let tick = meta::moment_of(view, meta::LAST_TICK)?.filter(|(_, head)| *head < seq).map(|(at, _)| at);
    let before = at(seq.saturating_sub(1))?.max(tick);
    Ok(before.is_some_and(|before| before > written.saturating_add(TOLERANCE)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Stamp = 1_790_000_000_000;
    const DAY: Stamp = 86_400_000;

    #[test]
    fn a_hold_ends_at_its_time() {
        assert_eq!(state(NOW + 1, false, NOW), Hold::Waits);
        assert_eq!(state(NOW, false, NOW), Hold::Ended);
        assert_eq!(state(NOW - DAY, false, NOW), Hold::Ended, "no timer ran for a day");
        assert_eq!(state(NOW + LONGEST_HOLD_MS, false, NOW), Hold::Waits, "the longest that can be set");
    }

    #[test]
    fn a_hold_written_with_the_clock_ahead_has_ended_once_that_is_seen() {
        assert_eq!(state(NOW + DAY + 10_000, false, NOW), Hold::Ended);
        assert_eq!(state(NOW + DAY + 10_000, true, NOW), Hold::Ended);
    }

    #[test]
    fn a_hold_written_with_the_clock_behind_is_not_due_at_once() {
        assert_eq!(state(NOW - DAY + 10_000, true, NOW), Hold::Again);
        assert_eq!(state(NOW + 10_000, true, NOW), Hold::Waits, "started again, it waits like any other");
    }
}
