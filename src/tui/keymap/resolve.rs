//! What a key does now.

use std::fmt;

use super::{Code, Key, Keymap};
use crate::tui::command::{CommandId, Snapshot};

/// The largest count that can be typed: enough for any list, and no overflow.
const MOST: u32 = 999_999;

/// What was typed of a sequence so far: a count and the keys of a prefix.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Pending {
    keys: Vec<Key>,
    count: Option<u32>,
}

impl Pending {
    /// Whether nothing is begun.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty() && self.count.is_none()
    }

    /// Forgets what was begun.
    pub fn clear(&mut self) {
        *self = Pending::default();
    }
}

impl fmt::Display for Pending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(count) = self.count {
            write!(f, "{count}")?;
        }
        for (i, key) in self.keys.iter().enumerate() {
            if i > 0 || self.count.is_some() {
                f.write_str(" ")?;
            }
            key.fmt(f)?;
        }
        Ok(())
    }
}

/// A way to go on after a prefix.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WhichKey {
    /// The keys still to press.
    pub keys: String,
    /// What they do.
    pub title: String,
    /// The command they run.
    pub command: CommandId,
    /// Why not now; `None` where they work.
    pub disabled: Option<String>,
}

/// What a key does now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Runs a command, with the arguments of its binding and the count typed before it.
    Run(CommandId, Vec<String>, Option<u32>),
    /// A prefix or a count: more is to come. After a count alone there are no entries.
    Pending(Vec<WhichKey>),
    /// Nothing is bound to these keys: where text is typed and it is one key, it is text.
    Unbound(Vec<Key>),
    /// The command cannot run now, and why.
    Disabled(CommandId, String),
    /// `Esc` ended a prefix or a count.
    Cancelled,
}

impl Keymap {
    /// What the key does after what is pending. Without a time limit: a prefix waits until a key ends it.
    pub fn resolve(&self, pending: &mut Pending, key: Key, snapshot: &Snapshot) -> Outcome {
        if !pending.is_empty() && key == Key::plain(Code::Esc) {
            pending.clear();
            return Outcome::Cancelled;
        }
        if let Some(count) = self.counted(pending, key, snapshot) {
            pending.count = Some(count);
            return Outcome::Pending(Vec::new());
        }
        pending.keys.push(key);
        let live = self.live(snapshot);
        if let Some(found) = live.iter().find(|b| b.on.as_slice() == pending.keys) {
            let Pending { keys, count } = std::mem::take(pending);
            return match found.run {
                None => Outcome::Unbound(keys),
                Some(command) => match self.reason(command, snapshot) {
                    Some(reason) => Outcome::Disabled(command, reason),
                    None => Outcome::Run(command, found.args.clone(), count),
                },
            };
        }
        let entries: Vec<WhichKey> = live
            .iter()
            .filter_map(|b| {
                let rest = b.on.as_slice().strip_prefix(pending.keys.as_slice())?;
                let command = b.run?;
                Some(WhichKey {
                    keys: rest.iter().map(Key::to_string).collect::<Vec<_>>().join(" "),
                    title: b.title().to_owned(),
                    command,
                    disabled: self.reason(command, snapshot),
                })
            })
            .collect();
        if entries.is_empty() {
            Outcome::Unbound(std::mem::take(pending).keys)
        } else {
            Outcome::Pending(entries)
        }
    }

    /// The count with this digit; `None` where the key is none of a count.
    fn counted(&self, pending: &Pending, key: Key, snapshot: &Snapshot) -> Option<u32> {
        if !self.counts() || snapshot.typing || snapshot.focus.takes_text() || !pending.keys.is_empty() {
            return None;
        }
        let digit = key.digit()?;
        // A count does not begin with 0.
        let so_far = if digit == 0 { pending.count? } else { pending.count.unwrap_or(0) };
        Some(so_far.saturating_mul(10).saturating_add(digit).min(MOST))
    }
}
