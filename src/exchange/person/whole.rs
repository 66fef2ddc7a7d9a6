//! An erasure from the first look to the fresh file: the store, the reject files, the old stores beside it.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::Arc,
};

use super::{Copies, EraseError, Erased, Plan, Progress, copies, erase, plan, rejects, rewrite, unsaved};
use crate::{
    desk::{
        Desk,
        permissions::{self, Permission},
        read,
    },
    model::{Id, Ids, Marks, OpId, Stamp, Table},
    store::{
        Reject, StoreError,
        lock::{self, Places},
        redb,
    },
};

/// All that an erasure would reach.
#[derive(Debug, Clone, Default)]
pub struct Reach {
    /// What it takes out of the store.
    pub plan: Plan,
    /// Rows of reject files that name them.
    pub rejects: BTreeMap<PathBuf, u64>,
    /// Other files that contain them.
    pub copies: Copies,
}

impl Reach {
    /// Adds the files of drafts in an agent's state folder: see [`unsaved`].
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn with_unsaved(mut self, desk: &Desk, state: Option<&Path>) -> Result<Reach, StoreError> {
        if let Some(state) = state {
            self.copies.holding.extend(unsaved(desk, state, &self.plan.erasing)?);
        }
        Ok(self)
    }
}

/// What an erasure came to.
#[derive(Debug, Clone, Default)]
pub struct Whole {
    /// What was scrubbed.
    pub done: Erased,
    /// Rows taken out of reject files.
    pub rejected: u64,
    /// Files that still contain them.
    pub left: Copies,
    /// Old stores beside it that could not be scrubbed, and why.
    pub problems: Vec<String>,
}

/// What erasing a customer would reach, in the store at this place and beside it. Changes nothing.
///
/// # Errors
/// Where there is no such customer, it was merged into another, or something cannot be read.
pub fn reach(desk: &Desk, store: &Path, who: Id, progress: Progress) -> Result<Reach, EraseError> {
    let plan = plan(desk, who, progress)?;
    let rejects = rejected(desk, store, &plan.erasing.all)?;
    let copies = copies(store, &plan.erasing.marks).map_err(|e| EraseError::File(store.to_owned(), e))?;
    Ok(Reach { plan, rejects, copies })
}

fn rejected(desk: &Desk, store: &Path, marks: &Marks) -> Result<BTreeMap<PathBuf, u64>, EraseError> {
    let mut out = BTreeMap::new();
    for file in rejects::files(desk, store)? {
        let n = rejects::rows(&file, marks).map_err(|e| EraseError::File(file.clone(), e))?.len();
        if n > 0 {
            out.insert(file, n as u64);
        }
    }
    Ok(out)
}

/// Takes a person out of the store at this place, and of the files next to it. `desk` is released before the file is
/// rewritten: other parts of this program release it by following it.
///
/// # Errors
/// What the desk refuses, or why the store cannot: run again, it goes on.
pub fn erase_wholly(
    desk: Desk,
    store: &Path,
    (actor, seed, now): (Id, OpId, Stamp),
    reach: &Reach,
    progress: Progress,
) -> Result<Whole, EraseError> {
    let Some(who) = reach.plan.erasing.cluster.first().copied() else { return Ok(Whole::default()) };
    let mut ops = Ids::new(seed, now);
    let done = erase(&desk, actor, ops.id(), now, &reach.plan, progress)?;
    let mut out = Whole { done, ..Whole::default() };
    for file in reach.rejects.keys() {
        out.rejected +=
            rejects::scrub(file, &reach.plan.erasing.all).map_err(|e| EraseError::File(file.clone(), e))?;
    }
    drop(desk);
    rewrite(store, (actor, ops.id(), now), who, &mut || open(store), progress)?;
    for aside in &reach.copies.aside {
        if let Err(e) = erase_aside(aside, who, (ops.id(), now), progress) {
            out.problems.push(format!("{}: {e}", aside.display()));
            out.left.aside.push(aside.clone());
        }
    }
    out.left.holding.clone_from(&reach.copies.holding);
    Ok(out)
}

fn open(store: &Path) -> Result<Desk, StoreError> {
    Ok(Desk::new(Arc::new(redb::RedbStore::open(&redb::Options::at(store))?)))
}

/// The same erasure in an old store that was put aside, by an admin of that time.
fn erase_aside(
    store: &Path,
    who: Id,
    (seed, now): (OpId, Stamp),
    progress: Progress,
) -> Result<(), EraseError> {
    let desk = open(store)?;
    let mut ops = Ids::new(seed, now);
    let admins = desk.view(read::agents)?;
    let admin = admins
        .into_iter()
        .find(|a| permissions::may(a, Permission::Erase))
        .ok_or_else(|| Reject::Store(StoreError::Corrupt("it has no admin".into())))?;
    if desk.view(|v| v.get(Table::Customer, who.bytes()))?.is_some() {
        let plan = plan(&desk, who, progress)?;
        erase(&desk, admin.id, ops.id(), now, &plan, progress)?;
        drop(desk);
        rewrite(store, (admin.id, ops.id(), now), who, &mut || open(store), progress)?;
    } else {
        drop(desk);
    }
    lock::forget(&Places::of(store));
    Ok(())
}
