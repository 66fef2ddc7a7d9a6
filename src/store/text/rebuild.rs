//! All postings made again out of the records: for a store that an older version made, and for one that was damaged.
//!
//! It goes in steps, each its own commit, so that others write in between: the place reached is kept in the
//! store, commands keep the texts up to there in step themselves, and a rebuild that was broken off goes on there.

use super::{
    KINDS,
    follow::{COUNTER, Changed, keep},
    source::{self, Read},
    state::{State, is_told, state},
};
use crate::{
    model::{Id, Kind, OpId, Table},
    store::{Range, Reject, Scan, Store, StoreError, Tx, View, ViewExt, Weight},
};

/// Texts of a step.
const STEP: usize = 200;

/// Rows taken away in a step.
const SWEPT: usize = 5000;

/// How far a rebuild is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// There is more to do; this many texts stand.
    More(u64),
    /// All is done; this many texts stand.
    Done(u64),
}

/// Makes everything that texts are found by again: first all of it goes, then record by record. `ops` gives an op for each
/// step, `progress` hears how many texts stand.
///
/// # Errors
/// Where the store cannot be written; what was done stands, and the next call restarts.
pub fn rebuild(
    store: &dyn Store,
    ops: &mut dyn FnMut() -> OpId,
    progress: &mut dyn FnMut(u64),
) -> Result<u64, Reject> {
    let mut from = Start::Anew;
    loop {
        let step = one(store, ops(), from)?;
        from = Start::GoOn;
        match step {
            Step::More(n) => progress(n),
            Step::Done(n) => return Ok(n),
        }
    }
}

/// Makes what is missing of everything that texts are found by, where not all of it is kept: an older version made the
/// store, or a rebuild was broken off. Gives whether it came to the end: `go_on` hears how many texts stand after each step,
/// and may break it off.
///
/// # Errors
/// Where the store cannot be written; what was done stands, and the next call goes on there.
pub fn gather(
    store: &dyn Store,
    ops: &mut dyn FnMut() -> OpId,
    go_on: &mut dyn FnMut(u64) -> bool,
) -> Result<bool, Reject> {
    while !store.view(is_whole)? {
        if let Step::More(n) = one(store, ops(), Start::GoOn)?
            && !go_on(n)
        {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Whether every text of a store is kept, or it is new and has none.
fn is_whole(view: &dyn View) -> Result<bool, StoreError> {
    Ok(match state(view)? {
        Some(state) => state.is_complete(),
        None => !is_told(view)? && view.log_head()? == 0,
    })
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Start {
    Anew,
    GoOn,
}

fn one(store: &dyn Store, op: OpId, start: Start) -> Result<Step, Reject> {
    let step = std::sync::Arc::new(std::sync::Mutex::new(Step::More(0)));
    let out = step.clone();
    store.write(
        op,
        Weight::Heavy,
        Box::new(move |tx| {
            if start == Start::Anew {
                put_off(tx)?;
            }
            let made = rebuild_step(tx)?;
            *out.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = made;
            Ok(())
        }),
    )?;
    let step = *step.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    Ok(step)
}

/// From here on no text is kept, until a rebuild: until then who searches reads the records.
///
/// # Errors
/// Where the file cannot be read.
pub fn put_off(tx: &mut dyn Tx) -> Result<(), StoreError> {
    nothing(tx)?.keep(tx);
    Ok(())
}

/// A state of no texts. Its blocks have a number that no blocks of this file had before.
fn nothing(tx: &dyn Tx) -> Result<State, StoreError> {
    let (blocks, changes) = match state(tx.view())? {
        Some(state) => (state.blocks, state.changes),
        None => (tx.log_head()? << 16, tx.log_head()? << 16),
    };
    Ok(State { upto: Some((0, Id::NIL)), blocks: blocks + 1, changes: changes + 1, ..State::default() })
}

/// One step of a rebuild, within a transaction: for a migration that goes in steps. In a store without any state it begins.
///
/// # Errors
/// Where the file cannot be read, or a record is damaged.
pub fn rebuild_step(tx: &mut dyn Tx) -> Result<Step, StoreError> {
    step(tx, STEP)
}

/// As [`rebuild_step`], of at most this many texts.
pub(super) fn step(tx: &mut dyn Tx, most: usize) -> Result<Step, StoreError> {
    let mut state = match state(tx.view())? {
        Some(state) => state,
        None => {
            let state = nothing(tx)?;
            state.keep(tx);
            state
        }
    };
    let Some((kind, id)) = state.upto else { return Ok(Step::Done(state.texts)) };
    if kind == 0 && sweep(tx)? {
        return Ok(Step::More(0));
    }
    let names = tx.view();
    let mut names = Read::new(|kind: Kind, id: Id| names.get(kind.table(), id.bytes()));
    let mut changed = Vec::new();
    let mut upto = None;
    let mut seen = 0;
    for of in KINDS.into_iter().filter(|k| k.code() >= kind) {
        let after = if of.code() == kind { [id.bytes().as_slice(), &[0]].concat() } else { Vec::new() };
        for (key, bytes) in tx.page(of.table(), &Range::from(after), Scan::Forward, MOST_LOOKED - seen)? {
            let Some(id) = key.try_into().ok().map(Id) else { continue };
            seen += 1;
            upto = Some((of.code(), id));
            // A damaged record is the check's to tell; the others are found.
            if let Ok(Some(new)) = source::text(of, &bytes, &mut names) {
                changed.push(Changed { kind: of, id, old: None, new: Some(new) });
            }
            if changed.len() >= most {
                break;
            }
        }
        if changed.len() >= most || seen >= MOST_LOOKED {
            break;
        }
    }
    let more = changed.len() >= most || seen >= MOST_LOOKED;
    state.upto = upto.filter(|_| more);
    state.keep(tx);
    keep(tx, &mut state, &changed)?;
    Ok(if more { Step::More(state.texts) } else { Step::Done(state.texts) })
}

/// Records looked at in a step, most of which may say nothing.
const MOST_LOOKED: usize = 2000;

/// Takes rows of old away; gives whether there may be more.
fn sweep(tx: &mut dyn Tx) -> Result<bool, StoreError> {
    let mut left = SWEPT;
    for table in Table::ALL.iter().copied().filter(|t| t.is_text()) {
        let rows = tx.page(table, &Range::all(), Scan::Forward, left)?;
        left -= rows.len();
        for (key, _) in rows {
            tx.del(table, &key);
        }
        if left == 0 {
            return Ok(true);
        }
    }
    tx.del(Table::Counter, COUNTER.as_bytes());
    Ok(false)
}
