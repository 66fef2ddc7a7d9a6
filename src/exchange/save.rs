//! Saving files that others sent: never over another file unless that is asked for, never through a link, readable by their
//! owner alone, and whole or not at all.

use std::{
    fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use crate::{
    mail::disk_name::{disk_name, free_name},
    store::files::{self, Draft, Owner},
};

/// How often a free name is looked for again, where another program was faster.
const TRIES: usize = 100;

/// Why a file was not saved.
#[derive(Debug, thiserror::Error)]
pub enum SaveError {
    /// There is one already.
    #[error("{} exists already", .0.display())]
    Exists(PathBuf),
    /// What is there is no plain file.
    #[error("{} is no plain file: it is left alone", .0.display())]
    NotPlain(PathBuf),
    /// There is no folder to save it in.
    #[error("there is no folder {}", .0.display())]
    NoFolder(PathBuf),
    /// It cannot be written.
    #[error("{}: {why}", path.display())]
    Io {
        /// What could not be written.
        path: PathBuf,
        /// Why.
        why: io::Error,
    },
}

/// Whether a path means a folder: it is one, or ends with a slash.
#[must_use]
pub fn is_folder(path: &Path) -> bool {
    path.is_dir() || path.as_os_str().as_encoded_bytes().ends_with(b"/")
}

/// Saves a file in a folder, which is made where there is none, under a name made of the one that its sender gave it. Where
/// that name is taken, another file keeps it and this one gets a number, or `over` puts it in the place of a plain file.
///
/// # Errors
/// Where it cannot be written, or what would be replaced is no plain file.
pub fn into_folder(folder: &Path, given: &str, bytes: &[u8], over: bool) -> Result<PathBuf, SaveError> {
    files::make_folders(folder).map_err(|why| SaveError::Io { path: folder.to_owned(), why })?;
    let name = disk_name(given);
    if over {
        return to_file(&folder.join(name), bytes, true);
    }
    for _ in 0..TRIES {
        let mut taken = |name: &str| fs::symlink_metadata(folder.join(name)).is_ok();
        let Some(free) = free_name(&name, &mut taken) else { break };
        match to_file(&folder.join(free), bytes, false) {
            // Another program was faster.
            Err(SaveError::Exists(_)) => {}
            done => return done,
        }
    }
    Err(SaveError::Exists(folder.join(name)))
}

/// Saves a file under a name that a person chose; `over` puts it in the place of a plain file.
///
/// # Errors
/// Where there is one and it is not to be replaced, or it cannot be written.
pub fn to_file(path: &Path, bytes: &[u8], over: bool) -> Result<PathBuf, SaveError> {
    let failed = |why: io::Error| SaveError::Io { path: path.to_owned(), why };
    let folder = files::folder_of(path);
    if !folder.is_dir() {
        return Err(SaveError::NoFolder(folder));
    }
    match fs::symlink_metadata(path) {
        Ok(_) if !over => return Err(SaveError::Exists(path.to_owned())),
        Ok(about) if !about.is_file() => return Err(SaveError::NotPlain(path.to_owned())),
        _ => {}
    }
    let draft = Draft::new(&folder, Owner::me()).map_err(failed)?;
    draft.file().write_all(bytes).map_err(failed)?;
    let placed = if over { draft.place_over(path, 0o600) } else { draft.place_new(path) };
    match placed {
        Ok(()) => Ok(path.to_owned()),
        Err(e) if e.kind() == io::ErrorKind::AlreadyExists => Err(SaveError::Exists(path.to_owned())),
        Err(e) => Err(failed(e)),
    }
}
