//! What is unfinished in a store or in the way next to it, each with the command that puts it right: `check`, `log` and
//! `stats` say so.

use std::path::Path;

use super::{ctx::look, fail::Fail, out::say};
use crate::{
    desk::{Desk, person, read},
    model::Kind,
    store::{
        files::{leftovers, troubles},
        lock::Places,
    },
};

/// Interrupted erasures, and those after which the file could not be rewritten.
///
/// # Errors
/// Where the store cannot be read.
pub fn erasures(desk: &Desk) -> Result<Vec<String>, Fail> {
    look(desk, |v| {
        let rewrite = person::to_rewrite(v)?;
        let mut out = Vec::new();
        for id in person::unfinished(v)? {
            let name = read::number_of(v, Kind::Customer, id)?;
            let command = format!("frontdesk customer erase-me {name}");
            out.push(if rewrite.contains(&id) {
                format!(
                    "{name} was erased, but the file could not be rewritten, so that the name is still in it: run `{command}`, or `frontdesk tick`"
                )
            } else {
                format!("erasing {name} was cut short: run `{command}` to complete it")
            });
        }
        Ok(out)
    })
}

/// Files next to the store that cannot be used, and what killed programs left there.
pub fn files(store: &Path) -> Vec<String> {
    let places = Places::of(store);
    let wrong = troubles(&places);
    let mut out: Vec<String> =
        wrong.iter().map(|t| t.fix().map_or(t.to_string(), |fix| format!("{t}: run `{fix}`"))).collect();
    out.extend(
        leftovers::beside(&places).iter().map(|p| {
            format!("{}: left by a program that was killed, or being written just now", p.display())
        }),
    );
    out
}

/// Says all of it.
///
/// # Errors
/// Where the store cannot be read.
pub fn tell(desk: &Desk, store: &Path) -> Result<(), Fail> {
    erasures(desk)?.iter().chain(&files(store)).for_each(|line| say(line));
    Ok(())
}
