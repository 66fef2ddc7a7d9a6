//! The one way in which imports open files. What a person names is opened as named, links included. What is merely
//! found in a folder must be a regular file of that folder: a symbolic link could lead to any file of the importer's
//! machine, and a FIFO or a device would never end.

use std::{
    fs::{self, File, OpenOptions},
    io,
    os::unix::fs::{FileTypeExt, OpenOptionsExt},
    path::Path,
};

use rustix::fs::OFlags;

/// How a file came to be imported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// A person named it.
    Named,
    /// It was found in a folder.
    Found,
}

/// Opens a file to read. Never waits for the other end of a FIFO.
///
/// # Errors
/// Where it cannot be read, is a device or a socket, or was found in a folder and is no regular file of it.
pub fn open(path: &Path, origin: Origin) -> io::Result<File> {
    let mut flags = OFlags::NONBLOCK | OFlags::NOCTTY;
    if origin == Origin::Found {
        found(path)?;
        flags |= OFlags::NOFOLLOW;
    }
    let file = OpenOptions::new().read(true).custom_flags(flags.bits().cast_signed()).open(path)?;
    let kind = file.metadata()?.file_type();
    if kind.is_file() || kind.is_dir() {
        return Ok(file);
    }
    if origin == Origin::Found || !kind.is_fifo() {
        return Err(special());
    }
    // A pipe that a person named, as a shell's `<(command)` is: it is read as it fills.
    let flags = rustix::fs::fcntl_getfl(&file)?;
    rustix::fs::fcntl_setfl(&file, flags - OFlags::NONBLOCK)?;
    Ok(file)
}

/// Whether what was found in a folder is a file or a folder of it, and nothing else.
///
/// # Errors
/// What it is instead.
pub fn found(path: &Path) -> io::Result<()> {
    let kind = fs::symlink_metadata(path)?.file_type();
    if kind.is_symlink() {
        return Err(io::Error::other("a symbolic link, which is not followed"));
    }
    if kind.is_file() || kind.is_dir() { Ok(()) } else { Err(special()) }
}

/// Whether there is a folder, and no link to one.
#[must_use]
pub fn is_folder(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|m| m.is_dir())
}

fn special() -> io::Error {
    io::Error::other("a pipe, a socket or a device, not a file")
}
