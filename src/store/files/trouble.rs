//! Why a file next to a store cannot be used, with the command that puts it right.

use std::{
    fmt, io,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
};

use rustix::process::geteuid;

use super::Owner;
use crate::store::lock::Places;

/// Why a file next to a store cannot be used.
#[derive(Debug)]
pub enum Trouble {
    /// It is another user's, and should be this one's.
    Foreign(PathBuf, Owner),
    /// It is a link, a pipe, a folder or a device.
    NotPlain(PathBuf),
    /// It has a second name elsewhere.
    Linked(PathBuf),
    /// Its mode lets others in, or keeps its owner out.
    Open(PathBuf),
    /// The system does not open it.
    Io(PathBuf, io::Error),
}

impl Trouble {
    /// The file.
    pub fn path(&self) -> &Path {
        match self {
            Trouble::Foreign(p, _)
            | Trouble::NotPlain(p)
            | Trouble::Linked(p)
            | Trouble::Open(p)
            | Trouble::Io(p, _) => p,
        }
    }

    /// The command that puts it right; `None` where no single command does.
    pub fn fix(&self) -> Option<String> {
        let shown = quoted(self.path());
        match self {
            Trouble::Foreign(_, owner) => Some(format!("sudo chown {} {shown}", owner_name(*owner))),
            Trouble::NotPlain(p) | Trouble::Linked(p) => {
                let sudo = if may_remove(p) { "" } else { "sudo " };
                let all = if p.is_dir() && !p.is_symlink() { "-r " } else { "" };
                Some(format!("{sudo}rm {all}{shown}"))
            }
            Trouble::Open(_) => Some(format!("chmod 600 {shown}")),
            Trouble::Io(..) => None,
        }
    }

    /// What is wrong with it and with the other files next to the store, and the one command that puts all of it right.
    pub fn told(&self, places: &Places) -> String {
        let Some(first) = self.fix() else { return self.to_string() };
        let mut fixes = vec![first];
        for other in troubles(places).iter().filter(|t| t.path() != self.path()) {
            let Some(fix) = other.fix() else { continue };
            match (self, other, fixes.first_mut()) {
                // One command for all that only have the wrong owner.
                (Trouble::Foreign(..), Trouble::Foreign(p, _), Some(first)) => {
                    first.push(' ');
                    first.push_str(&quoted(p));
                }
                _ => fixes.push(fix),
            }
        }
        format!("{self}: run `{}`", fixes.join(" && "))
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = quoted(self.path());
        match self {
            Trouble::Foreign(p, owner) => {
                let (whose, wanted) = (owner_of(p), user_name(owner.uid));
                write!(f, "{shown} belongs to {whose}, not to {wanted}, the owner of the store")
            }
            Trouble::NotPlain(p) => write!(f, "{shown} is {}, not a plain file", kind_of(p)),
            Trouble::Linked(_) => write!(f, "{shown} has a second name elsewhere (a hard link)"),
            Trouble::Open(_) => write!(f, "{shown} has the wrong mode"),
            Trouble::Io(_, e) => write!(f, "{shown}: {e}"),
        }
    }
}

/// What is wrong with the small files next to a store, as far as that can be seen from outside.
pub fn troubles(places: &Places) -> Vec<Trouble> {
    let owner = Owner::of_store(&places.store);
    let small = [&places.lock, &places.swap, &places.turn, &places.bell];
    small
        .into_iter()
        .chain(places.saved())
        .filter_map(|path| {
            let about = std::fs::symlink_metadata(path).ok()?;
            match about {
                a if !a.is_file() => Some(Trouble::NotPlain(path.clone())),
                a if a.nlink() > 1 => Some(Trouble::Linked(path.clone())),
                a if a.uid() != owner.uid => Some(Trouble::Foreign(path.clone(), owner)),
                a if a.mode() & 0o077 != 0 => Some(Trouble::Open(path.clone())),
                _ => None,
            }
        })
        .collect()
}

fn kind_of(path: &Path) -> &'static str {
    use std::os::unix::fs::FileTypeExt;
    match std::fs::symlink_metadata(path).map(|m| m.file_type()) {
        Ok(t) if t.is_symlink() => "a link",
        Ok(t) if t.is_dir() => "a folder",
        Ok(t) if t.is_fifo() => "a pipe",
        Ok(t) if t.is_socket() => "a socket",
        _ => "a device",
    }
}

/// Whether who runs this program may remove a file without being root.
fn may_remove(path: &Path) -> bool {
    let me = geteuid();
    let folder = std::fs::metadata(super::folder_of(path));
    let owner = std::fs::symlink_metadata(path).map(|m| m.uid());
    me.is_root()
        || folder.is_ok_and(|f| {
            f.uid() == me.as_raw() || (f.mode() & 0o1000 != 0 && owner.is_ok_and(|o| o == me.as_raw()))
        })
}

/// A path as a shell takes it.
pub fn quoted(path: &Path) -> String {
    let shown = path.display().to_string();
    let plain =
        shown.chars().all(|c| c.is_alphanumeric() || "/._-+@%:".contains(c)) && !shown.starts_with('-');
    if plain { shown } else { format!("'{}'", shown.replace('\'', r"'\''")) }
}

/// The user that a file belongs to, by name.
pub fn owner_of(path: &Path) -> String {
    std::fs::symlink_metadata(path).map_or_else(|_| "another user".to_owned(), |m| user_name(m.uid()))
}

/// `ada:staff`
pub fn owner_name(owner: Owner) -> String {
    let group = owner.gid.map(|g| name_in("/etc/group", g)).unwrap_or_default();
    format!("{}:{group}", user_name(owner.uid))
}

/// The name of a user; their number where the system's list does not have them.
pub fn user_name(uid: u32) -> String {
    name_in("/etc/passwd", uid)
}

/// Both lists begin `name:password:number:`.
fn name_in(list: &str, number: u32) -> String {
    let text = std::fs::read_to_string(list).unwrap_or_default();
    let found = text.lines().find_map(|line| {
        let mut parts = line.split(':');
        let (name, id) = (parts.next()?, parts.nth(1)?);
        (id.parse() == Ok(number) && !name.is_empty()).then(|| name.to_owned())
    });
    found.unwrap_or_else(|| number.to_string())
}
