mod maps;
mod problems;
mod properties;
mod words;

use std::sync::LazyLock;

use super::*;
use crate::tui::command::{CommandId, Condition, RowKind, Scope, Snapshot, TicketState, Workspace};

fn shipped_map(name: &str) -> &'static Keymap {
    static MAPS: LazyLock<Vec<(&str, Keymap)>> = LazyLock::new(|| {
        SHIPPED.iter().map(|(n, _)| (*n, Keymap::build(&layers(n, None).expect("shipped")))).collect()
    });
    MAPS.iter().find(|(n, _)| *n == name).map(|(_, map)| map).expect("a shipped name")
}

fn with_user(text: &str) -> (Keymap, Vec<Problem>) {
    let layers = layers("default", Some(("mine.toml", text))).expect("default is shipped");
    (Keymap::build(&layers), check(&layers))
}

fn ticket_list() -> Snapshot {
    Snapshot {
        focus: Scope::TicketList,
        row: Some(RowKind::Ticket),
        rows: 9,
        ticket: Some(TicketState::default()),
        customer: true,
        ..Snapshot::default()
    }
}

/// The outcome of the last of these keys, from nothing pending.
fn press(map: &Keymap, keys: &str, snapshot: &Snapshot) -> Outcome {
    let keys: Keys = keys.parse().expect("keys");
    let mut pending = Pending::default();
    let mut last = Outcome::Cancelled;
    for key in keys.as_slice() {
        last = map.resolve(&mut pending, *key, snapshot);
    }
    last
}

fn ran(map: &Keymap, keys: &str, snapshot: &Snapshot) -> &'static str {
    match press(map, keys, snapshot) {
        Outcome::Run(command, ..) => command.id(),
        Outcome::Pending(_) => "pending",
        Outcome::Unbound(_) => "unbound",
        Outcome::Disabled(..) => "disabled",
        Outcome::Cancelled => "cancelled",
    }
}
