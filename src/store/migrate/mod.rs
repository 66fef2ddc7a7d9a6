//! From one schema to the next: what each version of the rows needs so that this one can read them.
//!
//! A [`Migration`] leads from the schema before it to its own, in steps of one transaction each. A step gets the place
//! where the previous one stopped and says where it stopped itself; place and rows are in the store together
//! ([`meta::MIGRATION`]), so that who is killed goes on from there, under whatever process opens the store next.
//!
//! The number in the store is the new one from the first step on: a program that knows the old schema alone is refused
//! from then on, and one that knows the new finishes the work before it does anything else. The engine locks the store
//! alone while this runs and has made a verified copy of the old rows before (`redb::upgrade`).

#[cfg(test)]
mod tests;

use std::{
    fmt,
    path::{Path, PathBuf},
    sync::Arc,
};

use super::{StoreError, Tx, View, ViewExt, meta, overlay::Overlay, writes::Writes};
use crate::model::{Kind, Table};

/// Every migration, in their order. The first schema is 1; what leads to 2 stands first.
pub const ALL: &[Migration] = &[];

/// Where a step stopped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// There is more to do, from this place on; this many rows were looked at.
    More(Vec<u8>, u64),
    /// All is done; this many rows were looked at.
    Done(u64),
}

/// Does a step from a place (empty: from the start) on. It looks at a bounded number of rows, and doing it again from
/// the same place gives the same rows. It writes no log; who puts records with [`Work`](super::records::Work) asks for its
/// `changes` at the end, which brings along what texts are found by.
pub type StepFn = fn(&mut dyn Tx, &[u8]) -> Result<Step, StoreError>;

/// The way from one schema to the next.
#[derive(Debug, Clone, Copy)]
pub struct Migration {
    /// The schema that it leads to, one above the previous.
    pub to: u16,
    /// What it does, for people: `dates of orders get their zone`.
    pub name: &'static str,
    /// One step of it.
    pub step: StepFn,
}

/// The migrations that an engine knows.
#[derive(Debug, Clone, Copy)]
pub struct Migrations(&'static [Migration]);

impl Default for Migrations {
    fn default() -> Migrations {
        Migrations(ALL)
    }
}

impl Migrations {
    /// Another list than [`ALL`]: for tests.
    pub fn of(list: &'static [Migration]) -> Migrations {
        Migrations(list)
    }

    /// The newest schema known.
    pub fn known(self) -> u16 {
        self.0.last().map_or(1, |m| m.to)
    }

    fn leading_to(self, schema: u16) -> Option<&'static Migration> {
        self.0.iter().find(|m| m.to == schema)
    }
}

/// How far it is, for who waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress<'a> {
    /// The schema that it leads to.
    pub to: u16,
    /// What is done: [`Migration::name`], or that the store is copied first.
    pub what: &'a str,
    /// Rows looked at so far.
    pub rows: u64,
    /// The copy of the store as it was, once there is one.
    pub copy: Option<&'a Path>,
}

type TellFn = dyn Fn(Progress) + Send + Sync;

/// Hears how far it is.
#[derive(Clone)]
pub struct Tell(Arc<TellFn>);

impl Default for Tell {
    fn default() -> Tell {
        Tell::new(|_| ())
    }
}

impl Tell {
    /// Tells it to `f`.
    pub fn new(f: impl Fn(Progress) + Send + Sync + 'static) -> Tell {
        Tell(Arc::new(f))
    }

    /// Says it.
    pub fn say(&self, p: Progress) {
        (self.0)(p);
    }
}

impl fmt::Debug for Tell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Tell")
    }
}

/// How the rows of a store stand to what is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// As this version knows them.
    Current,
    /// Older, or on the way: they have to be migrated first.
    Behind {
        /// The schema in the store.
        found: u16,
        /// Whether a migration to it was begun.
        begun: bool,
    },
    /// A newer version wrote them.
    Newer(u16),
    /// The store says no schema: it is not ours.
    None,
}

/// How the rows of a store stand to what is known.
///
/// # Errors
/// Where the file cannot be read.
pub fn standing(view: &dyn View, known: u16) -> Result<Standing, StoreError> {
    let Some(found) = meta::schema(view)? else { return Ok(Standing::None) };
    if found > known {
        return Ok(Standing::Newer(found));
    }
    let begun = meta::migration(view)?.is_some();
    Ok(if found < known || begun { Standing::Behind { found, begun } } else { Standing::Current })
}

/// A store that is held alone.
pub trait Held {
    /// Shows the latest state.
    ///
    /// # Errors
    /// Where the file cannot be read, or what `f` gives.
    fn read(&self, f: &mut dyn FnMut(&dyn View) -> Result<(), StoreError>) -> Result<(), StoreError>;

    /// Makes writes durable, all or none.
    ///
    /// # Errors
    /// Where the file cannot be written.
    fn commit(&self, writes: Writes) -> Result<(), StoreError>;
}

/// Brings a store that is held alone to the newest schema known, from where it stands.
///
/// # Errors
/// What a step gives, or where the file cannot be read or written: the steps that were committed stay, and the next try
/// goes on after them.
pub fn run(held: &dyn Held, list: Migrations, copy: Option<&PathBuf>, tell: &Tell) -> Result<(), StoreError> {
    let copy = copy.map(PathBuf::as_path);
    loop {
        let mut next = None;
        held.read(&mut |view| {
            let found = meta::schema(view)?.unwrap_or(0);
            next = match meta::migration(view)? {
                Some(at) => Some((found, Some(at))),
                None if found < list.known() => Some((found + 1, None)),
                None => None,
            };
            Ok(())
        })?;
        let Some((to, at)) = next else { return Ok(()) };
        let migration = list
            .leading_to(to)
            .ok_or_else(|| StoreError::Broken(format!("no migration leads to schema {to}")))?;
        let mut at = at.unwrap_or_default();
        loop {
            tell.say(Progress { to, what: migration.name, rows: at.rows, copy });
            let (mut writes, mut done) = (Writes::new(), false);
            held.read(&mut |view| {
                let mut tx = Overlay::over(view);
                meta::note(&mut tx, meta::SCHEMA_KEY, &to.to_be_bytes());
                match (migration.step)(&mut tx, &at.place)? {
                    Step::More(place, rows) => {
                        at = meta::MigrationAt { place, rows: at.rows + rows };
                        meta::note(&mut tx, meta::MIGRATION, &at.encode());
                    }
                    Step::Done(rows) => {
                        at.rows += rows;
                        done = true;
                        tx.del(Table::Meta, meta::MIGRATION.as_bytes());
                    }
                }
                let head = tx.log_head()?;
                writes = tx.into_writes();
                // Records that change without a row in the log are not held against it.
                if writes.keys().any(|(table, _)| Kind::ALL.iter().any(|k| k.table() == table)) {
                    writes.put(Table::Meta, meta::MIGRATED.into(), meta::moment(0, head));
                }
                Ok(())
            })?;
            held.commit(writes)?;
            if done {
                tell.say(Progress { to, what: migration.name, rows: at.rows, copy });
                break;
            }
        }
    }
}
