//! Private folders for the files that other programs are given: for an editor's text, for an attachment that is opened.

use std::{
    fs::{self, DirBuilder, File},
    io::{self, Write as _},
    os::unix::fs::DirBuilderExt as _,
    path::{Path, PathBuf},
};

use rustix::fs::{FlockOperation, flock};

use crate::store::files::{self, Access};

/// The file that is locked as long as the folder is in use.
const LOCK: &str = "lock";

/// A folder that others cannot look into: programs put swap and backup files next to theirs.
pub(super) fn folder(within: &Path, prefix: &str) -> io::Result<PathBuf> {
    files::make_folders(within)?;
    let process = std::process::id();
    let mut result = Err(io::ErrorKind::AlreadyExists.into());
    for number in 0..1_000 {
        let folder = within.join(format!("{prefix}{process}-{number}"));
        result = DirBuilder::new().mode(0o700).create(&folder).map(|()| folder);
        match &result {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            _ => break,
        }
    }
    result
}

/// A folder for files that other programs read, until it is dropped. One that a killed program left is removed by the next.
pub(super) struct Shelf {
    folder: PathBuf,
    _lock: File,
    files: usize,
}

/// How the names of such folders begin.
const PREFIX: &str = "frontdesk-open-";

impl Shelf {
    /// A folder in the first of these that takes one.
    pub(super) fn new(within: &[PathBuf]) -> io::Result<Shelf> {
        let mut tried = Err(io::ErrorKind::NotFound.into());
        // A command line contains its path: what a shell could read otherwise is no place for it.
        for place in within.iter().filter(|p| is_plain(p)) {
            sweep(place);
            tried = folder(place, PREFIX).and_then(|folder| {
                let lock = files::create(&folder.join(LOCK))?;
                flock(&lock, FlockOperation::NonBlockingLockExclusive)?;
                Ok(Shelf { folder, _lock: lock, files: 0 })
            });
            if tried.is_ok() {
                break;
            }
        }
        tried
    }

    /// Puts a file there under a name that this program chooses; of its sender's name only a plain ending is left.
    pub(super) fn put(&mut self, bytes: &[u8], ending: Option<&str>) -> io::Result<PathBuf> {
        self.files += 1;
        let end = ending
            .filter(|e| e.bytes().all(|b| b.is_ascii_alphanumeric()))
            .map_or(String::new(), |e| format!(".{e}"));
        let path = self.folder.join(format!("attachment-{}{end}", self.files));
        files::create(&path)?.write_all(bytes)?;
        Ok(path)
    }
}

impl Drop for Shelf {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// Whether a path has only letters that no shell reads in another way.
fn is_plain(path: &Path) -> bool {
    path.as_os_str().as_encoded_bytes().iter().all(|b| b.is_ascii_alphanumeric() || b"/._+-".contains(b))
}

/// Removes what killed programs left.
pub(super) fn sweep(within: &Path) {
    for entry in fs::read_dir(within).into_iter().flatten().filter_map(Result::ok) {
        let ours = entry.file_name().to_str().is_some_and(|n| n.starts_with(PREFIX))
            && entry.file_type().is_ok_and(|t| t.is_dir());
        if !ours {
            continue;
        }
        let Ok(lock) = files::open_here(&entry.path().join(LOCK), Access::Read) else { continue };
        if flock(&lock, FlockOperation::NonBlockingLockExclusive).is_ok() {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn what_is_opened_lies_in_a_private_folder_that_goes_with_its_user() {
        let scratch = tempfile::tempdir().unwrap();
        let mut shelf = Shelf::new(&[PathBuf::from("/dev/null/x"), scratch.path().to_owned()]).unwrap();
        let path = shelf.put(b"secret", Some("pdf")).unwrap();
        assert!(path.ends_with("attachment-1.pdf"));
        assert!(shelf.put(b"x", Some("a/b;c")).unwrap().ends_with("attachment-2"));
        let mode = |p: &Path| fs::metadata(p).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&path), mode(path.parent().unwrap())), (0o600, 0o700));
        sweep(scratch.path());
        assert!(path.exists(), "it is in use");
        let folder = path.parent().unwrap().to_owned();
        drop(shelf);
        assert!(!folder.exists());
    }

    #[test]
    fn what_a_killed_program_left_is_removed_by_the_next() {
        let scratch = tempfile::tempdir().unwrap();
        let left = scratch.path().join(format!("{PREFIX}1-0"));
        fs::create_dir(&left).unwrap();
        fs::write(left.join(LOCK), "").unwrap();
        fs::write(left.join("attachment-1.pdf"), "secret").unwrap();
        let _shelf = Shelf::new(&[scratch.path().to_owned()]).unwrap();
        assert!(!left.exists());
    }

    #[test]
    fn a_folder_that_a_shell_would_misread_is_not_taken() {
        let scratch = tempfile::tempdir().unwrap();
        assert!(Shelf::new(&[scratch.path().join("a b")]).is_err());
        assert!(Shelf::new(&[scratch.path().join("$(x)")]).is_err());
    }
}
