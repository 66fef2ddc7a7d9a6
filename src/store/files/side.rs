//! The small files next to a store.

use std::{
    fs::File,
    io,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
};

use rustix::process::geteuid;

use super::{Access, Draft, Owner, Trouble, denied, owner::is_root};

/// What came of opening a file next to a store.
#[derive(Debug)]
pub enum Side {
    /// It is open.
    Open(File),
    /// There is none, and none can be created: the folder cannot be written, or its disk is full.
    Absent,
}

/// Opens a file next to a store for reading and writing, where its disk allows that, and creates it where there is none. It
/// belongs to the store's owner, and no one else may read it.
///
/// # Errors
/// Where it is another user's, or no plain file: nothing is read from it or written to it.
pub fn side(path: &Path, owner: Owner) -> Result<Side, Trouble> {
    // Another program may create or remove it in between.
    for _ in 0..16 {
        match super::open_here(path, Access::Write) {
            Ok(file) => return inspect(path, file, owner, true).map(Side::Open),
            Err(e) if denied(&e) => {
                let Ok(file) = super::open_here(path, Access::Read) else { return Err(why(path, owner, e)) };
                let file = inspect(path, file, owner, true)?;
                // It can be written now where only its mode was in the way.
                let again = super::open_here(path, Access::Write).and_then(|f| Ok((same(&f, &file)?, f)));
                return Ok(Side::Open(again.ok().filter(|(same, _)| *same).map_or(file, |(_, f)| f)));
            }
            Err(e) if e.kind() == io::ErrorKind::NotFound => match made(path, owner) {
                Ok(Some(file)) => return Ok(Side::Open(file)),
                Ok(None) => {}
                Err(e) if denied(&e) || e.kind() == io::ErrorKind::StorageFull => return Ok(Side::Absent),
                Err(e) => return Err(Trouble::Io(path.to_owned(), e)),
            },
            Err(e) => return Err(why(path, owner, e)),
        }
    }
    Err(Trouble::Io(path.to_owned(), io::ErrorKind::ResourceBusy.into()))
}

fn same(a: &File, b: &File) -> io::Result<bool> {
    let of = |f: &File| f.metadata().map(|m| (m.dev(), m.ino()));
    Ok(of(a)? == of(b)?)
}

/// Creates it; `None` where another program was faster.
fn made(path: &Path, owner: Owner) -> io::Result<Option<File>> {
    if !owner.can_be_given() {
        return Err(io::ErrorKind::PermissionDenied.into());
    }
    if owner.uid == geteuid().as_raw() {
        return match super::create(path) {
            Ok(file) => owner.give(&file, 0o600).map(|()| Some(file)),
            Err(e) if e.kind() == io::ErrorKind::AlreadyExists => Ok(None),
            Err(e) => Err(e),
        };
    }
    // For another user: it never exists as ours, which would lock them out.
    let draft = Draft::new(&super::folder_of(path), owner)?;
    match draft.place_new(path) {
        Err(e) if e.kind() != io::ErrorKind::AlreadyExists => Err(e),
        _ => Ok(None),
    }
}

/// Looks whether an open file is one that the store's owner made, before anything is read from it or written to it. `fix`
/// gives back what root left there, and closes what others could open.
///
/// # Errors
/// Where it is not.
pub fn inspect(path: &Path, file: File, owner: Owner, fix: bool) -> Result<File, Trouble> {
    let io = |e: io::Error| Trouble::Io(path.to_owned(), e);
    let about = file.metadata().map_err(io)?;
    if !about.is_file() {
        return Err(Trouble::NotPlain(path.to_owned()));
    }
    if about.nlink() > 1 {
        // Under its other name it may be anything.
        return Err(Trouble::Linked(path.to_owned()));
    }
    let (theirs, private) = (about.uid() == owner.uid, about.mode() & 0o077 == 0);
    if theirs && private && about.mode() & 0o600 == 0o600 {
        return Ok(file);
    }
    let root_left_it = about.uid() == 0 && is_root();
    let mine = theirs && owner.can_be_given();
    if fix && (root_left_it || mine) {
        match owner.give(&file, 0o600) {
            Ok(()) => return Ok(file),
            Err(e) if theirs && private && denied(&e) => return Ok(file),
            Err(e) if theirs && denied(&e) => {}
            Err(e) => return Err(io(e)),
        }
    }
    Err(if theirs { Trouble::Open(path.to_owned()) } else { Trouble::Foreign(path.to_owned(), owner) })
}

/// Why a file that is there could not be opened.
fn why(path: &Path, owner: Owner, e: io::Error) -> Trouble {
    let path: PathBuf = path.to_owned();
    match std::fs::symlink_metadata(&path) {
        Ok(about) if !about.is_file() => Trouble::NotPlain(path),
        Ok(about) if about.uid() != owner.uid => Trouble::Foreign(path, owner),
        // Theirs, and still closed: its mode.
        Ok(_) if denied(&e) => Trouble::Open(path),
        _ => Trouble::Io(path, e),
    }
}
