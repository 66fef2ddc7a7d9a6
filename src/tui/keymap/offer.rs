//! What is shown of a map: the hint bar and the palette, which is the help.

use std::cmp::Reverse;

use super::{Keymap, Keys};
use crate::tui::command::{CommandId, Scope, Snapshot};

/// The most hints a bar shows, whatever its width.
const MOST: usize = 10;

/// One key of the hint bar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hint {
    /// The keys to press.
    pub keys: String,
    /// What they do, in one word or two.
    pub label: &'static str,
    /// The command they run.
    pub command: CommandId,
}

/// The keys that work now, most useful first: at most `max`, and never more than ten.
#[must_use]
pub fn hints(map: &Keymap, snapshot: &Snapshot, max: usize) -> Vec<Hint> {
    let live = map.live(snapshot);
    let mut commands: Vec<CommandId> = live.iter().filter_map(|b| b.run).collect();
    commands.sort_by_key(|command| (Reverse(command.def().rank), *command));
    commands.dedup();
    commands
        .into_iter()
        .filter(|command| !command.def().hint.is_empty() && command.def().reason(snapshot).is_none())
        .filter_map(|command| {
            let binding = live.iter().find(|b| b.run == Some(command))?;
            Some(Hint { keys: binding.on.to_string(), label: command.words(snapshot.note).hint, command })
        })
        .take(max.min(MOST))
        .collect()
}

/// One line of the palette.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The command.
    pub command: CommandId,
    /// Its name.
    pub title: &'static str,
    /// What it does.
    pub help: &'static str,
    /// Its keys, the best first; those that work now before others.
    pub keys: Vec<String>,
    /// Why not now; `None` where it can run.
    pub disabled: Option<String>,
}

/// Every command for the palette: those that can run now, then those of this place that cannot, then those
/// of other places, each in the order of the table. The parts of popups, forms and the composer are only
/// listed where they are open.
#[must_use]
pub fn palette(map: &Keymap, snapshot: &Snapshot) -> Vec<Entry> {
    let live = map.live(snapshot);
    let scopes = snapshot.scopes();
    let mut entries: Vec<(usize, Entry)> = Vec::new();
    for command in CommandId::ALL {
        let def = command.def();
        let here = scopes.contains(&def.scope);
        if !here && (def.scope.is_modal() || def.scope == Scope::Composer) {
            continue;
        }
        let now = live.iter().filter(|b| b.run == Some(*command)).map(|b| &b.on);
        let mut keys: Vec<String> = Vec::new();
        for key in now.chain(map.keys_of(*command)).map(Keys::to_string) {
            if !keys.contains(&key) {
                keys.push(key);
            }
        }
        let disabled = map.reason(*command, snapshot);
        let group = if disabled.is_none() { 0 } else { 1 + usize::from(!here) };
        let words = command.words(snapshot.note);
        let entry = Entry { command: *command, title: words.title, help: words.help, keys, disabled };
        entries.push((group, entry));
    }
    entries.sort_by_key(|(group, _)| *group);
    entries.into_iter().map(|(_, entry)| entry).collect()
}
