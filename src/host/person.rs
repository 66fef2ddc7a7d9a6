//! Exports and erases a customer's data, for a session.

use std::path::Path;

use crate::{
    desk::{Command, Desk, Request},
    exchange::person,
    model::{Id, Ids, OpId, Stamp, zone::Zone},
    tui::effect::Person,
};

/// Does it, and gives what to say.
///
/// # Errors
/// Why not, in words.
pub(super) fn run(
    desk: Desk,
    (store, state): (Option<&Path>, Option<&Path>),
    (me, seed, now): (Id, OpId, Stamp),
    what: &Person,
) -> Result<String, String> {
    let store = store.ok_or("this desk is in no file")?;
    let mut ops = Ids::new(seed, now);
    match what {
        Person::Export { who, folder } => {
            desk.run(Request::new(ops.id(), me, now, Command::CustomerExport(*who))).map_err(words)?;
            let plan = person::plan(&desk, *who, &mut |_| true).map_err(words)?;
            let zone = Zone::named(&desk.workspace().map_err(words)?.zone).unwrap_or_else(|_| Zone::utc());
            let made = person::bundle(&desk, &plan, store, folder, now, &zone).map_err(words)?;
            let n: u64 = made.records.values().sum();
            Ok(format!("{n} records and {} files of {} are in {}", made.files, plan.name, folder.display()))
        }
        Person::Erase { who } => {
            let reach = person::reach(&desk, store, *who, &mut |_| true).map_err(words)?;
            let reach = reach.with_unsaved(&desk, state).map_err(words)?;
            let by = (me, ops.id(), now);
            let done = person::erase_wholly(desk, store, by, &reach, &mut |_| true).map_err(words)?;
            let left = done.left.aside.len() + done.left.holding.len();
            let name = reach.plan.name;
            Ok(match left {
                0 => format!("{name} is erased. Earlier backups still contain them."),
                n => format!(
                    "{name} is erased, but for {n} files beside the store: `frontdesk customer erase-me {name}` names them."
                ),
            })
        }
    }
}

fn words(e: impl std::fmt::Display) -> String {
    e.to_string()
}
