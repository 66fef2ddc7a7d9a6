//! The keys that work here, the most useful first.

use super::words;
use crate::tui::{command::CommandId, keymap, model::Model};

/// The most useful keys here and what they do: `y sends, q keeps draft`.
#[must_use]
pub fn said(m: &Model, most: usize) -> String {
    let hints = keymap::hints(&m.keymap, &m.snapshot(), 10);
    // Letters move where nothing is typed; that they do goes without saying.
    let told = hints.into_iter().filter(|h| h.command != CommandId::AppKeys).take(most);
    let all: Vec<String> = told.map(|h| format!("{}: {}", words::key(&h.keys), h.label)).collect();
    let all = all.join("; ");
    if all.is_empty() { all } else { format!("{all}.") }
}
