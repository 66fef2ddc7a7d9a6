//! What the tests of the store share.

use std::{os::unix::fs::PermissionsExt, path::PathBuf};

use frontdesk::{
    model::{
        Id, OpId, Table,
        log::{LogBody, LogDraft},
    },
    store::{Options, Outcome, Range, RedbStore, Reject, Scan, Store, Tx, ViewExt, Weight},
};

/// A folder that vanishes, with the path of a store in it.
pub struct Place {
    pub folder: tempfile::TempDir,
}

impl Place {
    pub fn new() -> Place {
        let private = std::fs::Permissions::from_mode(0o700);
        Place { folder: tempfile::Builder::new().permissions(private).tempdir().unwrap() }
    }

    pub fn path(&self) -> PathBuf {
        self.folder.path().join("desk.redb")
    }

    pub fn create(&self) -> RedbStore {
        RedbStore::open(&Options::at(self.path()).or_create(Id([7; 16]), 1_000)).unwrap()
    }

    pub fn open(&self) -> RedbStore {
        RedbStore::open(&Options::at(self.path())).unwrap()
    }

    /// Why it does not open.
    pub fn refusal(&self) -> frontdesk::store::StoreError {
        RedbStore::open(&Options::at(self.path())).map(|_| ()).unwrap_err()
    }
}

pub fn op(n: u64) -> OpId {
    let mut id = [0; 16];
    id[8..].copy_from_slice(&n.to_be_bytes());
    Id(id)
}

pub fn draft(n: u64, at: i64) -> LogDraft {
    LogDraft {
        actor: Id::NIL,
        logged_at: at,
        effective_at: at,
        command: "test".into(),
        op: op(n),
        batch: None,
        undo_of: None,
        redo_of: None,
        via: None,
        unix_user: None,
        salt: [3; 16],
        body: LogBody { summary: format!("change {n}"), changes: Vec::new(), erased: None },
    }
}

/// Puts a row and logs it.
pub fn put(store: &dyn Store, n: u64, key: &str, value: &str) -> Result<Outcome, Reject> {
    write(store, n, {
        let (key, value) = (key.to_owned(), value.to_owned());
        move |tx| {
            tx.put(Table::Seen, key.as_bytes(), value.as_bytes());
            tx.log(draft(n, 1));
            Ok(())
        }
    })
}

pub fn write(
    store: &dyn Store,
    n: u64,
    f: impl FnMut(&mut dyn Tx) -> Result<(), Reject> + Send + 'static,
) -> Result<Outcome, Reject> {
    store.write(op(n), Weight::Light, Box::new(f))
}

pub fn get(store: &dyn Store, key: &str) -> Option<String> {
    let v = store.view(|v| v.get(Table::Seen, key.as_bytes())).unwrap();
    v.map(|v| String::from_utf8(v).unwrap())
}

/// Every row of every table but `meta`.
pub fn dump(store: &dyn Store) -> Vec<(Table, Vec<u8>, Vec<u8>)> {
    store
        .view(|v| {
            let mut out = Vec::new();
            for t in Table::ALL.iter().copied().filter(|t| *t != Table::Meta) {
                for (k, val) in v.page(t, &Range::all(), Scan::Forward, usize::MAX)? {
                    out.push((t, k, val));
                }
            }
            Ok(out)
        })
        .unwrap()
}
