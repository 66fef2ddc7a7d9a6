//! A file in the making: without a name until it is complete.

use std::{
    fs::File,
    io,
    os::{fd::AsRawFd, unix::fs::MetadataExt},
    path::{Path, PathBuf},
    sync::atomic::{AtomicU64, Ordering},
};

use rustix::fs::{AtFlags, CWD, Mode, OFlags, RenameFlags};

use super::{
    Owner,
    leftovers::{self, Claim},
};

/// A new file, its owner's alone, that is gone unless it is put in a place: by [`Draft::place_new`] or
/// [`Draft::place_over`]. It has no name until then (`O_TMPFILE`), so that nothing is left of it however the program ends.
/// A file system without that gives it a hidden name, which the next program finds and removes.
#[derive(Debug)]
pub struct Draft {
    file: File,
    owner: Owner,
    folder: PathBuf,
    /// Its name where the file system wants one, with what says that it is in use.
    named: Option<(PathBuf, Claim)>,
}

static NEXT: AtomicU64 = AtomicU64::new(0);

impl Draft {
    /// A new file in a folder. What killed programs left there is removed first.
    ///
    /// # Errors
    /// Where it cannot be created, or not be given to that owner.
    pub fn new(folder: &Path, owner: Owner) -> io::Result<Draft> {
        leftovers::sweep(folder);
        let draft = match unnamed(folder) {
            Some(file) => Draft { file, owner, folder: folder.to_owned(), named: None },
            None => Draft::named(folder, owner)?,
        };
        draft.owner.give(&draft.file, 0o600)?;
        Ok(draft)
    }

    pub(super) fn named(folder: &Path, owner: Owner) -> io::Result<Draft> {
        let claim = Claim::new(folder)?;
        loop {
            let name = hidden(folder);
            match super::create(&name) {
                Ok(file) => {
                    return Ok(Draft { file, owner, folder: folder.to_owned(), named: Some((name, claim)) });
                }
                Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {}
                Err(e) => return Err(e),
            }
        }
    }

    /// Where it can be opened once more while this one lives.
    pub fn path(&self) -> PathBuf {
        match &self.named {
            Some((name, _)) => name.clone(),
            None => by_number(&self.file),
        }
    }

    /// The open file.
    pub fn file(&self) -> &File {
        &self.file
    }

    /// Gives it a name that nothing has yet, once all of it is on the disk.
    ///
    /// # Errors
    /// `AlreadyExists` where there is something of that name; where it cannot be written.
    pub fn place_new(self, to: &Path) -> io::Result<()> {
        self.file.sync_all()?;
        match &self.named {
            None => self.link(to)?,
            Some((name, _)) => match std::fs::hard_link(name, to) {
                Ok(()) => std::fs::remove_file(name)?,
                Err(e) if e.kind() == io::ErrorKind::AlreadyExists => return Err(e),
                // A file system without hard links.
                Err(_) => rustix::fs::renameat_with(CWD, name, CWD, to, RenameFlags::NOREPLACE)?,
            },
        }
        super::sync_folder(&self.folder)
    }

    /// Puts it in the place of what has that name, once all of it is on the disk. `mode`: what it takes there.
    ///
    /// # Errors
    /// Where it cannot be written: then what was there stays.
    pub fn place_over(self, to: &Path, mode: u32) -> io::Result<()> {
        self.owner.give(&self.file, mode)?;
        self.file.sync_all()?;
        if let Some((name, _)) = &self.named {
            std::fs::rename(name, to)?;
        } else {
            // A link replaces nothing: for a moment it has a hidden name.
            let _claim = Claim::new(&self.folder)?;
            let name = loop {
                let name = hidden(&self.folder);
                match self.link(&name) {
                    Ok(()) => break name,
                    Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {}
                    Err(e) => return Err(e),
                }
            };
            if let Err(e) = std::fs::rename(&name, to) {
                let _ = std::fs::remove_file(&name);
                return Err(e);
            }
        }
        super::sync_folder(&self.folder)
    }

    fn link(&self, to: &Path) -> io::Result<()> {
        Ok(rustix::fs::linkat(CWD, by_number(&self.file), CWD, to, AtFlags::SYMLINK_FOLLOW)?)
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        if let Some((name, _)) = &self.named
            && super::is_at(&self.file, name)
        {
            let _ = std::fs::remove_file(name);
        }
    }
}

fn hidden(folder: &Path) -> PathBuf {
    let n = NEXT.fetch_add(1, Ordering::Relaxed);
    folder.join(format!("{}{}-{n}{}", leftovers::START, std::process::id(), leftovers::END))
}

/// How Linux names what is open.
fn by_number(file: &File) -> PathBuf {
    PathBuf::from(format!("/proc/self/fd/{}", file.as_raw_fd()))
}

/// A file without a name; `None` where there can be none, or it could not be given one later.
#[cfg(target_os = "linux")]
fn unnamed(folder: &Path) -> Option<File> {
    let flags = OFlags::RDWR | OFlags::TMPFILE | OFlags::CLOEXEC;
    let file = File::from(rustix::fs::open(folder, flags, Mode::RUSR | Mode::WUSR).ok()?);
    let of = |m: std::fs::Metadata| (m.dev(), m.ino());
    let named = std::fs::metadata(by_number(&file)).ok()?;
    (of(named) == of(file.metadata().ok()?)).then_some(file)
}

/// Only Linux has files without a name.
#[cfg(not(target_os = "linux"))]
fn unnamed(_: &Path) -> Option<File> {
    None
}
