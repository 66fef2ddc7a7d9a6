//! Where drafts go that the store cannot take: one private file each, in the agent's own state folder. The next start
//! moves them into the store.
//!
//! The code that ends a session calls [`Rescue::keep`] with the drafts that the store has not acknowledged.

use std::{
    fs,
    io::{self, Read as _, Write as _},
    os::unix::fs::MetadataExt as _,
    path::{Path, PathBuf},
};

use serde_json::{Value, json};

use super::Draft;
use crate::{
    desk::Desk,
    model::{Id, OpId, shape},
    store::{
        Reject, StoreError,
        files::{Access, create, make_folders, open_here, sync_folder},
        meta,
    },
};

/// The longest file that is read, in bytes: a message has 1 MiB, which JSON may write six times as long.
const LONGEST: u64 = 8 << 20;

/// A folder for the drafts of one store. Cheap to clone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rescue {
    folder: PathBuf,
    store: Id,
}

/// A draft in a file.
#[derive(Debug, Clone, PartialEq)]
pub struct Rescued {
    /// The file.
    pub path: PathBuf,
    /// The id of the store that could not take it.
    pub store: Id,
    /// Whose it is.
    pub agent: Id,
    /// The draft.
    pub draft: Draft,
}

impl Rescue {
    /// The rescue of a desk's drafts into a folder, `$XDG_STATE_HOME/frontdesk`, which is made when it is needed.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn of(desk: &Desk, folder: impl Into<PathBuf>) -> Result<Rescue, StoreError> {
        Ok(Rescue { folder: folder.into(), store: desk.view(meta::store_id)? })
    }

    /// The folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Writes each draft into a separate file with mode 0600, in place of an older version of it, and gives the files.
    /// Returns when they are on the disk.
    ///
    /// # Errors
    /// The first error, once all have been tried.
    pub fn keep(&self, agent: Id, drafts: &[Draft]) -> io::Result<Vec<PathBuf>> {
        let mut kept = Vec::new();
        let mut failed = None;
        for draft in drafts.iter().filter(|d| !d.is_empty()) {
            match self.keep_one(agent, draft) {
                Ok(path) => kept.push(path),
                Err(e) => failed = failed.or(Some(e)),
            }
        }
        failed.map_or(Ok(kept), Err)
    }

    fn keep_one(&self, agent: Id, draft: &Draft) -> io::Result<PathBuf> {
        make_folders(&self.folder)?;
        let path = self.path(draft.id);
        let part = path.with_extension("part");
        let value = json!({
            "frontdesk": "A draft that could not be saved in the store. The next start of frontdesk offers it again.",
            "store": self.store.to_string(),
            "agent": agent.to_string(),
            "draft": shape::to_json(draft),
        });
        let written =
            write(&part, &serde_json::to_vec_pretty(&value)?).and_then(|()| fs::rename(&part, &path));
        if written.is_err() {
            let _ = fs::remove_file(&part);
        }
        written?;
        sync_folder(&self.folder)?;
        Ok(path)
    }

    /// A draft as a file contains it.
    #[must_use]
    pub fn note(&self, agent: Id, draft: &Draft) -> String {
        let value = json!({
            "frontdesk": "A draft that is not saved in the store. The next start of frontdesk offers it again.",
            "store": self.store.to_string(),
            "agent": agent.to_string(),
            "draft": shape::to_json(draft),
        });
        format!("{value:#}")
    }

    /// A draft out of a file, where it is of this store and agent.
    #[must_use]
    pub fn read_note(&self, path: &Path, agent: Id) -> Option<Rescued> {
        read(path).filter(|r| r.store == self.store && r.agent == agent)
    }

    fn path(&self, draft: Id) -> PathBuf {
        self.folder.join(format!("draft-{}-{draft}.json", self.store))
    }

    /// Moves an agent's drafts into the store, closed, and gives them. A file goes once its draft is stored, or was
    /// stored already, or is about someone who was erased; one that cannot be stored stays for the next start.
    pub fn take_in(&self, desk: &Desk, agent: Id, op: &mut dyn FnMut() -> OpId) -> Vec<Draft> {
        let mut taken = Vec::new();
        // Notes of texts in an editor are in their own folders.
        let here = |path: &Path| path.parent() == Some(self.folder.as_path());
        let mine = |r: &Rescued| r.store == self.store && r.agent == agent && here(&r.path);
        for Rescued { path, draft, .. } in all(&self.folder).into_iter().filter(mine) {
            let Ok(stored) = desk.view(|v| super::about(v, agent, draft.subject)) else { continue };
            let known = stored.iter().any(|d| d.id == draft.id && d.at >= draft.at);
            let draft = Draft { open: false, ..draft };
            if !known {
                match desk.save_draft(op(), agent, draft.clone()) {
                    Ok(()) => taken.push(draft),
                    Err(Reject::Refused(_)) => {}
                    Err(Reject::Store(_)) => continue,
                }
            }
            let _ = fs::remove_file(path);
        }
        taken
    }
}

/// All drafts in the files of a folder, of any store and agent; none where it does not exist.
#[must_use]
pub fn all(folder: &Path) -> Vec<Rescued> {
    let named = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        name.starts_with("draft") && name.ends_with(".json")
    };
    let paths = files(folder).into_iter().filter(named);
    paths.filter_map(|path| read(&path).map(|r| Rescued { path, ..r })).collect()
}

/// All files of a folder and of the folders in it, in order.
#[must_use]
pub fn files(folder: &Path) -> Vec<PathBuf> {
    let mut out = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok) {
        match entry.file_type() {
            Ok(kind) if kind.is_file() => out.push(entry.path()),
            Ok(kind) if kind.is_dir() => {
                let within = fs::read_dir(entry.path()).into_iter().flatten().filter_map(Result::ok);
                out.extend(within.filter(|e| e.file_type().is_ok_and(|t| t.is_file())).map(|e| e.path()));
            }
            _ => {}
        }
    }
    out.sort();
    out
}

fn read(path: &Path) -> Option<Rescued> {
    let file = open_here(path, Access::Read).ok()?;
    let meta = file.metadata().ok()?;
    if meta.len() > LONGEST || meta.uid() != rustix::process::geteuid().as_raw() {
        return None;
    }
    let mut bytes = Vec::new();
    file.take(LONGEST).read_to_end(&mut bytes).ok()?;
    let mut value: Value = serde_json::from_slice(&bytes).ok()?;
    let id = |v: &Value, name: &str| v.get(name)?.as_str()?.parse::<Id>().ok();
    let (store, agent) = (id(&value, "store")?, id(&value, "agent")?);
    let draft = shape::from_json::<Draft>(value.get_mut("draft")?.take()).ok()?;
    Some(Rescued { path: PathBuf::new(), store, agent, draft })
}

/// Writes a new private file, through to the disk. What an interrupted write left is replaced.
fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(e) if e.kind() != io::ErrorKind::NotFound => return Err(e),
        _ => {}
    }
    let mut file = create(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}
