//! Whether a mailbox has received nothing for far longer than usual: mail may have stopped where no server says so. What is
//! usual is the longest pause between two messages in each of the last weeks, so that nights, weekends and quiet mailboxes
//! are no alarm.

use crate::model::{MailState, Stamp, mailbox::Pauses};

const DAY: Stamp = 86_400_000;
const WEEK: Stamp = 7 * DAY;

/// The number of weeks that are remembered.
const WEEKS: i64 = 8;

/// Fewer weeks with mail, or fewer messages, say nothing of what is usual.
const ENOUGH_WEEKS: usize = 4;
const ENOUGH_MESSAGES: u32 = 30;

/// This multiple of the longest usual pause is far longer than usual. For mail that comes evenly, one pause in a thousand or
/// fewer is as long.
const FAR: Stamp = 2;

/// Notes that a message came to a mailbox: its time, and the pause before it. One that is older than the last one was read
/// again, or out of order, and says nothing.
pub fn received(state: &mut MailState, at: Stamp) {
    if state.last_mail.is_some_and(|last| at <= last) {
        return;
    }
    let pause = state.last_mail.map_or(0, |last| at.saturating_sub(last));
    // A pause that was an alarm itself makes the next alarm later, but not as late as it would be by its whole length.
    let pause = pause.min(alarm_after(state).unwrap_or(Stamp::MAX));
    let week = at.div_euclid(WEEK);
    state.last_mail = Some(at);
    match state.pauses.iter_mut().find(|p| p.week == week) {
        Some(p) => {
            p.longest = p.longest.max(pause);
            p.messages = p.messages.saturating_add(1);
        }
        None => state.pauses.push(Pauses { week, longest: pause, messages: 1 }),
    }
    let latest = state.pauses.iter().map(|p| p.week).max().unwrap_or(week);
    state.pauses.retain(|p| p.week > latest.saturating_sub(WEEKS));
}

/// The longest pause that is usual, in milliseconds; `None`: too little mail came so far to say.
pub fn usual(state: &MailState) -> Option<Stamp> {
    let messages: u32 = state.pauses.iter().fold(0, |n, p| n.saturating_add(p.messages));
    let enough = state.pauses.len() >= ENOUGH_WEEKS && messages >= ENOUGH_MESSAGES;
    state.pauses.iter().map(|p| p.longest).max().filter(|_| enough)
}

/// After how long without mail that is said; never before a day.
fn alarm_after(state: &MailState) -> Option<Stamp> {
    usual(state).map(|usual| usual.saturating_mul(FAR).max(DAY))
}

/// For how long nothing came, in milliseconds, where that is far longer than usual.
pub fn silent_for(state: &MailState, now: Stamp) -> Option<Stamp> {
    let silent = now.saturating_sub(state.last_mail?);
    (silent > alarm_after(state)?).then_some(silent)
}
