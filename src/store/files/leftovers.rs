//! What killed programs left behind, found and removed.
//!
//! A program that has a file with a hidden name in a folder has a shared lock on the folder itself ([`Claim`]). Who gets
//! that lock alone knows that no one is at work on one: what is there then was left.

use std::{
    fs::{File, TryLockError},
    io,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
    time::Duration,
};

use rustix::{
    fs::{Mode, OFlags},
    process::geteuid,
};

use crate::store::{lock::Places, pause::Pause};

/// How hidden names begin.
pub(super) const START: &str = ".frontdesk-";
/// How hidden names end.
pub(super) const END: &str = ".part";

/// How long a sweep may lock a folder while others wait for it.
const SWEEP: Duration = Duration::from_millis(500);

/// Says that a hidden file in a folder is in use, while it is kept.
#[derive(Debug)]
pub struct Claim(#[allow(dead_code, reason = "the lock is what counts")] Option<File>);

impl Claim {
    /// Claims a folder.
    ///
    /// # Errors
    /// Where the folder cannot be opened.
    pub fn new(folder: &Path) -> io::Result<Claim> {
        let file = opened(folder)?;
        let mut pause = Pause::within(SWEEP);
        loop {
            match file.try_lock_shared() {
                Ok(()) => return Ok(Claim(Some(file))),
                Err(TryLockError::WouldBlock) if pause.rest() => {}
                // A file system without locks on folders: no one sweeps there either.
                Err(_) => return Ok(Claim(None)),
            }
        }
    }
}

fn opened(folder: &Path) -> io::Result<File> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
    Ok(File::from(rustix::fs::open(folder, flags, Mode::empty())?))
}

/// Removes what killed programs left in a folder, as far as ours; while another program works there, nothing.
pub fn sweep(folder: &Path) {
    clear(folder, &hidden_in(folder, &|name| name.starts_with(START) && name.ends_with(END)));
}

/// As [`sweep`], next to a store: also what versions before this one left. For who has the lock of the store, shared at
/// least, so that no one is replacing it.
pub fn sweep_beside(places: &Places) {
    let mut left = hidden_in(places.folder(), &|name| is_leftover(name, places));
    left.extend(is_plain(&places.new).then(|| places.new.clone()));
    clear(places.folder(), &left);
}

/// What killed programs left next to a store, or others are writing now.
pub fn beside(places: &Places) -> Vec<PathBuf> {
    let mut left = hidden_in(places.folder(), &|name| is_leftover(name, places));
    left.extend(
        [&places.new, &places.people.new, &places.columns.new].into_iter().filter(|p| is_plain(p)).cloned(),
    );
    left.sort();
    left
}

fn clear(folder: &Path, left: &[PathBuf]) {
    if left.is_empty() {
        return;
    }
    let Ok(lock) = opened(folder) else { return };
    if lock.try_lock().is_err() {
        return;
    }
    let me = geteuid();
    for file in left {
        if std::fs::symlink_metadata(file)
            .is_ok_and(|m| m.is_file() && (me.is_root() || m.uid() == me.as_raw()))
        {
            let _ = std::fs::remove_file(file);
        }
    }
}

fn hidden_in(folder: &Path, is_left: &dyn Fn(&str) -> bool) -> Vec<PathBuf> {
    let Ok(all) = std::fs::read_dir(folder) else { return Vec::new() };
    all.filter_map(Result::ok)
        .filter(|f| f.file_name().to_str().is_some_and(is_left) && f.file_type().is_ok_and(|t| t.is_file()))
        .map(|f| f.path())
        .collect()
}

fn is_leftover(name: &str, places: &Places) -> bool {
    if name.starts_with(START) && name.ends_with(END) {
        return true;
    }
    // `.desk.redb.0123abcd`: the copy behind an export or a sealed backup of versions before this one.
    let store = places.store.file_name().and_then(|n| n.to_str()).unwrap_or_default();
    let tag = name.strip_prefix('.').and_then(|n| n.strip_prefix(store)).and_then(|n| n.strip_prefix('.'));
    !store.is_empty() && tag.is_some_and(|t| t.len() == 8 && t.bytes().all(|b| b.is_ascii_hexdigit()))
}

fn is_plain(path: &Path) -> bool {
    std::fs::symlink_metadata(path).is_ok_and(|m| m.is_file())
}
