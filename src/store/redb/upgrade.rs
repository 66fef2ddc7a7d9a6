//! An older store brought to the schema of this version: held alone, copied and verified first, in steps that a kill
//! does not undo.

use std::{
    path::{Path, PathBuf},
    time::Instant,
};

use ::redb::{Database, ReadableDatabase};

use super::{
    Options,
    error::{self, caught},
    open::{self, Db, Want},
    plain, put,
    view::Snapshot,
};
use crate::store::{
    StoreError, View,
    backup::DRAIN,
    files::{self, Draft, Owner},
    hash,
    lock::{self, Places},
    migrate::{self, Held, Progress, Standing},
    writes::Writes,
};

/// A database that no one else has open.
struct Alone(Database);

impl Alone {
    fn snapshot(&self) -> Result<Snapshot, StoreError> {
        caught(|| self.0.begin_read())?.map(Snapshot::new).map_err(error::transaction)
    }
}

impl Held for Alone {
    fn read(&self, f: &mut dyn FnMut(&dyn View) -> Result<(), StoreError>) -> Result<(), StoreError> {
        f(&self.snapshot()?)
    }

    fn commit(&self, writes: Writes) -> Result<(), StoreError> {
        let mut tx = caught(|| self.0.begin_write())?.map_err(error::transaction)?;
        tx.set_two_phase_commit(true);
        tx.set_quick_repair(true);
        caught(|| put::all(&tx, &writes))??;
        caught(move || tx.commit())?.map_err(error::commit)
    }
}

/// Migrates a store; where another process did it in the meantime, does nothing.
///
/// # Errors
/// `Busy` where others do not let go; where there is no room for a copy; what a step gives.
pub fn upgrade(options: &Options, places: &Places) -> Result<(), StoreError> {
    lock::alone(&places.store, DRAIN, || {
        let known = options.migrations.known();
        let until = Instant::now() + lock::PATIENCE;
        let Db::Write(db) = open::open_once(options, places, Want::Writing, true, until)?.db else {
            let shown = places.store.display();
            return Err(StoreError::ReadOnly(format!(
                "{shown} is of an older version and has to be written"
            )));
        };
        let held = Alone(db);
        let view = held.snapshot()?;
        let copy = match migrate::standing(&view, known)? {
            Standing::Behind { found, begun: false } => {
                let to = name(&places.store, found);
                options.tell.say(Progress { to: known, what: "copying it as it was", rows: 0, copy: None });
                Some(verified_copy(&view, &places.store, &to)?)
            }
            Standing::Behind { .. } => None,
            _ => return Ok(()),
        };
        drop(view);
        migrate::run(&held, options.migrations, copy.as_ref(), &options.tell)
    })
}

/// `desk.redb.schema-1`
fn name(store: &Path, schema: u16) -> PathBuf {
    let mut name = store.file_name().unwrap_or_default().to_owned();
    name.push(format!(".schema-{schema}"));
    store.with_file_name(name)
}

/// Copies the rows into a new file, opens it again and compares. A copy with the same rows, left by one who was killed
/// before the first step, is taken unchanged.
fn verified_copy(view: &dyn View, store: &Path, to: &Path) -> Result<PathBuf, StoreError> {
    let wanted = hash::content(view, &mut |_| {})?;
    let matches = |path: &Path| -> Result<bool, StoreError> {
        let file = plain::Plain::open(path, false)?;
        Ok(hash::content(&file.view()?, &mut |_| {})? == wanted)
    };
    for n in 1..100 {
        let mut path = to.to_owned();
        if n > 1 {
            let mut name = to.file_name().unwrap_or_default().to_owned();
            name.push(format!(".{n}"));
            path.set_file_name(name);
        }
        if std::fs::symlink_metadata(&path).is_ok() {
            if matches(&path).unwrap_or(false) {
                return Ok(path);
            }
            // Another store's, or cut short: it is not ours to remove.
            continue;
        }
        let folder = files::folder_of(to);
        let io = |e: std::io::Error| StoreError::of_io(&e, &path);
        let draft = Draft::new(&folder, Owner::of_store(store)).map_err(io)?;
        plain::copy(view, &draft.path(), &mut |_| true)?;
        if !matches(&draft.path())? {
            return Err(StoreError::Corrupt("the copy made first does not contain what was read".into()));
        }
        draft.place_new(&path).map_err(io)?;
        return Ok(path);
    }
    Err(StoreError::Io(format!("{}: there are too many copies of it", to.display())))
}
