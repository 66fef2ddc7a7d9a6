//! Times as people type them: `tomorrow 9am`, `next wed`, `in 2h`, `2w`, `last month`, `2026-03-01`.
//!
//! A phrase leans: snoozes and dates to come look ahead (`9am` is the next one), queries over what was look back
//! (`monday` is the last one). What it means depends on nothing but the phrase, the time given and the zone.

mod days;
mod exact;
mod parse;
mod words;

pub use words::MONTHS;

use std::ops::Range;

use super::{
    Day, Stamp,
    zone::{Step, Zone},
};

/// Which way a phrase looks that does not say so itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lean {
    /// `2w` is two weeks ago.
    Past,
    /// `2w` is in two weeks.
    Future,
}

/// What a phrase means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// A moment, to the minute: `tomorrow 9am`.
    Moment(Stamp),
    /// A moment so far from now: `2w`, `in 3 days`.
    Away(Stamp),
    /// Whole days, from the first to the last: `today`, `last month`.
    Days(Day, Day),
}

impl When {
    /// From its beginning up to its end: the minute of a moment, all of the days, from or up to now for a distance.
    pub fn range(&self, now: Stamp, zone: &Zone) -> Range<Stamp> {
        match *self {
            When::Moment(at) => {
                let minute = at.saturating_sub(at.rem_euclid(60_000));
                minute..minute.saturating_add(60_000)
            }
            When::Away(at) => at.min(now)..at.max(now).saturating_add(1),
            When::Days(first, last) => zone.days(first, last),
        }
    }

    /// The dates it covers.
    pub fn days(&self, now: Stamp, zone: &Zone) -> (Day, Day) {
        match *self {
            When::Moment(at) => (zone.day(at), zone.day(at)),
            When::Away(at) => (zone.day(at.min(now)), zone.day(at.max(now))),
            When::Days(first, last) => (first, last),
        }
    }
}

/// A text that is no time.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PhraseError {
    /// Something in it is not understood.
    #[error("`{text}` is not a time{}; write for example {EXAMPLES}", part.as_ref().map(|p| format!(" (what is `{p}`?)")).unwrap_or_default())]
    NotATime {
        /// The whole text.
        text: String,
        /// The part that was not understood, where it is not the whole.
        part: Option<String>,
    },
    /// A time to come was asked for.
    #[error("`{0}` is over already; write a time to come, for example `tomorrow 9am`, `next wed`, `in 2h`")]
    Past(String),
    /// Further away than the calendar goes.
    #[error("`{0}` is too far away")]
    TooFar(String),
}

const EXAMPLES: &str = "`tomorrow 9am`, `next wed`, `in 2h`, `3 days`, `last month`, `2026-03-01`";

/// The hour at which a day begins for a snooze that names no time.
const MORNING: u8 = 9;

/// What a phrase means, at a time and in a zone.
///
/// # Errors
/// Where it is not understood, or too far away.
///
/// ```
/// use frontdesk::model::{Day, phrase::{Lean, When, parse}, zone::Zone};
/// let now = Day::new(2026, 11, 18).unwrap().utc_ms(); // a Wednesday
/// let monday = parse("monday", now, &Zone::utc(), Lean::Future);
/// assert_eq!(monday, Ok(When::Days(Day::new(2026, 11, 23).unwrap(), Day::new(2026, 11, 23).unwrap())));
/// ```
pub fn parse(text: &str, now: Stamp, zone: &Zone, lean: Lean) -> Result<When, PhraseError> {
    parse::parse(text, now, zone, lean)
}

/// The moment to come that a phrase names, for snoozes and due dates: a day alone means its morning, at nine.
///
/// # Errors
/// Where it is not understood, too far away, or over.
pub fn moment(text: &str, now: Stamp, zone: &Zone) -> Result<Stamp, PhraseError> {
    let at = match parse(text, now, zone, Lean::Future)? {
        When::Moment(at) | When::Away(at) => at,
        When::Days(first, last) => {
            // Of days that have begun already the next one counts: `this week` said on Wednesday is Thursday.
            let today = zone.day(now);
            let day = if first.0 <= today.0 && today.0 < last.0 { Day(today.0 + 1) } else { first };
            zone.at(day, MORNING, 0)
        }
    };
    if at > now { Ok(at) } else { Err(PhraseError::Past(text.trim().to_owned())) }
}

/// A length of time: `90m`, `1h30m`, `2 days`, `1.5h`. `None` where it is none.
pub fn length(text: &str) -> Option<Step> {
    parse::length(text)
}

#[cfg(test)]
mod tests;
