//! Whose a new file is.

use std::{
    fs::{DirBuilder, File, Metadata},
    io,
    os::unix::fs::{DirBuilderExt, MetadataExt},
    path::{Path, PathBuf},
};

use rustix::{
    fs::{Gid, Mode, OFlags, Uid},
    process::geteuid,
};

/// The owner, group and mode that a new file takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Owner {
    /// The user.
    pub uid: u32,
    /// The group; `None`: as the system gives it.
    pub gid: Option<u32>,
    /// The mode that a file in the place of the store takes. The files next to it are always 0600.
    pub mode: u32,
}

impl Owner {
    /// Who runs this program.
    pub fn me() -> Owner {
        Owner { uid: geteuid().as_raw(), gid: None, mode: 0o600 }
    }

    /// The owner of a store. Where there is none yet: who runs the program, and for root the owner of the folder, who
    /// would else not be able to open it.
    pub fn of_store(store: &Path) -> Owner {
        match std::fs::metadata(store) {
            Ok(about) => Owner::of(&about, about.mode() & 0o700),
            Err(_) if is_root() => Owner::of_folder(&super::folder_of(store)),
            Err(_) => Owner::me(),
        }
    }

    fn of(about: &Metadata, mode: u32) -> Owner {
        Owner { uid: about.uid(), gid: Some(about.gid()), mode }
    }

    fn of_folder(folder: &Path) -> Owner {
        match std::fs::metadata(folder) {
            // In a folder for everyone, such as /tmp, its owner has nothing to do with the file.
            Ok(about) if about.mode() & 0o002 == 0 => Owner::of(&about, 0o600),
            _ => Owner::me(),
        }
    }

    /// Whose a copy of a store is that is written to this folder: the store's owner's where the folder is theirs too, or
    /// is the store's own; else who runs the program, who may keep copies out of their reach.
    pub fn of_copy(store: &Path, folder: &Path) -> Owner {
        let owner = Owner { mode: 0o600, ..Owner::of_store(store) };
        let same = |a: &Path, b: &Path| match (std::fs::metadata(a), std::fs::metadata(b)) {
            (Ok(a), Ok(b)) => (a.dev(), a.ino()) == (b.dev(), b.ino()),
            _ => false,
        };
        let theirs = std::fs::metadata(folder).is_ok_and(|f| f.uid() == owner.uid);
        if theirs || same(folder, &super::folder_of(store)) { owner } else { Owner::me() }
    }

    /// Whether this program may create files of this owner.
    pub fn can_be_given(&self) -> bool {
        is_root() || geteuid().as_raw() == self.uid
    }

    /// Gives a file to this owner, with this mode.
    ///
    /// # Errors
    /// Where the system does not allow it.
    pub fn give(&self, file: &File, mode: u32) -> io::Result<()> {
        let about = file.metadata()?;
        let uid = (about.uid() != self.uid).then(|| Uid::from_raw(self.uid));
        let gid = self.gid.filter(|g| *g != about.gid()).map(Gid::from_raw);
        if uid.is_some() || gid.is_some() {
            let given = rustix::fs::fchown(file, uid, gid);
            // An owner might not be in their store's group; the mode gives the group nothing.
            if uid.is_some() {
                given?;
            }
        }
        if about.mode() & 0o7777 != mode {
            rustix::fs::fchmod(file, Mode::from_raw_mode(mode))?;
        }
        Ok(())
    }
}

/// Whether this program runs as root.
pub fn is_root() -> bool {
    geteuid().is_root()
}

/// Creates a folder and those above it that are missing, their owner's alone; made by root they belong to the owner of the
/// folder that they are in.
///
/// # Errors
/// Where one cannot be created.
pub fn make_folders(folder: &Path) -> io::Result<()> {
    let missing: Vec<PathBuf> = folder
        .ancestors()
        .take_while(|f| !f.as_os_str().is_empty() && !f.is_dir())
        .map(Path::to_owned)
        .collect();
    for one in missing.iter().rev() {
        match DirBuilder::new().mode(0o700).create(one) {
            Err(e) if e.kind() == io::ErrorKind::AlreadyExists && one.is_dir() => continue,
            made => made?,
        }
        if is_root() {
            let owner = Owner::of_folder(&super::folder_of(one));
            let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
            let made = File::from(rustix::fs::open(one, flags, Mode::empty())?);
            owner.give(&made, 0o700)?;
        }
    }
    Ok(())
}
