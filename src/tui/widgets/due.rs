//! How long until something is due, or how old it is.

use crate::{
    model::{Stamp, zone},
    term::safe::Safe,
    tui::look::{Appearance, Ink},
};

/// The width of the column, the sign before it included.
pub const DUE_WIDTH: usize = 5;

/// What is due within this is due soon.
const SOON: Stamp = 60 * 60_000;

/// The time until something is due: `›0:42`, overdue `-0:12`. Right-aligned by the caller.
#[must_use]
pub fn due(at: Stamp, now: Stamp, look: &Appearance) -> (Ink, Safe<'static>) {
    let left = at.saturating_sub(now);
    let text = zone::short(left);
    match left {
        ..0 => (Ink::Bad, Safe::line(if text.starts_with('-') { text } else { format!("-{text}") })),
        0..=SOON => (Ink::Soon, Safe::line(format!("{}{text}", look.signs.due))),
        _ => (Ink::Text, Safe::line(format!("{}{text}", look.signs.due))),
    }
}

/// How long ago something was: `42 m`, `3 h`, `2 d`.
#[must_use]
pub fn age(at: Stamp, now: Stamp) -> (Ink, Safe<'static>) {
    (Ink::Dim, Safe::line(zone::age(now.saturating_sub(at))))
}
