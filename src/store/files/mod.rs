//! Every file that is created next to a store, in its place, or made from it. One way to open and to create them:
//!
//! - never through a link at the last step, never a pipe, a device or a folder, and without waiting for one;
//! - the owner and the mode are looked at before a byte is written: a file of another user receives nothing;
//! - a new file belongs to the owner of the store, regardless of who runs the program ([`Owner`]);
//! - what is being written has no name until it is complete ([`Draft`]), so that a killed program leaves no hidden copy;
//!   where the file system cannot do that, the next program removes what is left ([`leftovers`]).
//!
//! [`open`] reads or writes a file that is there, [`create`] makes a new one, [`side`] opens the small files next to a
//! store; [`Trouble`] says why one of those cannot be used, and names the command that puts it right.

mod draft;
pub mod leftovers;
mod owner;
mod side;
mod trouble;

use std::{
    fs::File,
    io,
    path::{Path, PathBuf},
};

use rustix::fs::{Mode, OFlags};

pub use self::{
    draft::Draft,
    owner::{Owner, make_folders},
    side::{Side, inspect, side},
    trouble::{Trouble, owner_name, quoted, troubles, user_name},
};

/// What a file is opened for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Reading.
    Read,
    /// Reading and writing.
    Write,
}

impl Access {
    fn flags(self) -> OFlags {
        let way = match self {
            Access::Read => OFlags::RDONLY,
            Access::Write => OFlags::RDWR,
        };
        // A pipe without a reader, or a terminal, would blocks us.
        way | OFlags::NONBLOCK | OFlags::CLOEXEC | OFlags::NOCTTY
    }
}

/// Opens a plain file that is there. Links are followed: the caller resolved the path, or a person named it.
///
/// # Errors
/// Where there is none, it cannot be opened, or it is no plain file.
pub fn open(path: &Path, access: Access) -> io::Result<File> {
    let file = File::from(rustix::fs::open(path, access.flags(), Mode::empty())?);
    plain(&file)?;
    Ok(file)
}

/// As [`open`], but a link is not followed: for files whose name this program chose.
///
/// # Errors
/// As [`open`]; where the name is a link.
pub fn open_here(path: &Path, access: Access) -> io::Result<File> {
    let file = File::from(rustix::fs::open(path, access.flags() | OFlags::NOFOLLOW, Mode::empty())?);
    plain(&file)?;
    Ok(file)
}

fn plain(file: &File) -> io::Result<()> {
    if file.metadata()?.is_file() {
        return Ok(());
    }
    Err(io::Error::new(io::ErrorKind::InvalidInput, "it is not a plain file"))
}

/// Creates a new file that its owner alone may read.
///
/// # Errors
/// Where there is something of that name already, even a link to nowhere, or it cannot be created.
pub fn create(path: &Path) -> io::Result<File> {
    let flags = OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | Access::Write.flags();
    Ok(File::from(rustix::fs::open(path, flags, Mode::RUSR | Mode::WUSR)?))
}

/// Brings the names in a folder to the disk.
///
/// # Errors
/// Where it cannot be opened or written.
pub fn sync_folder(folder: &Path) -> io::Result<()> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
    File::from(rustix::fs::open(folder, flags, Mode::empty())?).sync_all()
}

/// The folder of a path as it can be opened: the current one where the path names none.
pub fn folder_of(path: &Path) -> PathBuf {
    path.parent().filter(|f| !f.as_os_str().is_empty()).unwrap_or(Path::new(".")).to_owned()
}

/// Whether this place cannot be written.
pub fn denied(e: &io::Error) -> bool {
    matches!(e.kind(), io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem)
}

/// Whether an open file is what is under a name.
pub fn is_at(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let of = |m: std::fs::Metadata| (m.dev(), m.ino());
    match (file.metadata(), std::fs::symlink_metadata(path)) {
        (Ok(a), Ok(b)) => of(a) == of(b),
        _ => false,
    }
}

#[cfg(test)]
mod tests;
