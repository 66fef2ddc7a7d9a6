//! A file beside a store for what was made of it and can be made again: saved whole or not at all, as private as the store
//! itself, and of one life of it: whatever replaces the store removes it, and what was made of the old one is not saved
//! beside the new.

use std::{fs::File, io, path::Path, time::Instant};

use super::{
    StoreError,
    files::{self, Access, Owner, Trouble},
    lock::{HeldLock, Places, Saved, Watch},
};

/// What is saved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// The index of people to find.
    People,
    /// The columns of the list of customers.
    Columns,
}

/// Where it is saved, and of which life of the store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spot {
    places: Places,
    generation: u64,
    what: Kept,
}

/// Writes into an empty file, and gives up with `Interrupted` when cancelled.
pub type Write<'w> = &'w mut dyn FnMut(&File, &dyn Fn() -> bool) -> io::Result<()>;

impl Spot {
    /// Beside a store, for what is made of the file with this generation: for people to find.
    pub fn new(places: Places, generation: u64) -> Spot {
        Spot { places, generation, what: Kept::People }
    }

    /// The same, for something else.
    pub fn of(&self, what: Kept) -> Spot {
        Spot { what, ..self.clone() }
    }

    fn place(&self) -> &Saved {
        match self.what {
            Kept::People => &self.places.people,
            Kept::Columns => &self.places.columns,
        }
    }

    /// Which file of this path the store is: grows with each replacement.
    pub fn generation(&self) -> u64 {
        self.generation
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.place().file
    }

    /// The store.
    pub fn store(&self) -> &Path {
        &self.places.store
    }

    /// Opens what was saved; `None` where nothing was.
    ///
    /// # Errors
    /// Where another user may have put it there or read it, or it is no plain file.
    pub fn open(&self) -> Result<Option<File>, Trouble> {
        match files::open_here(self.path(), Access::Read) {
            Ok(file) => {
                files::inspect(self.path(), file, Owner::of_store(&self.places.store), false).map(Some)
            }
            Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(e) => Err(Trouble::Io(self.path().to_owned(), e)),
        }
    }

    /// Saves what `write` writes, and gives whether it did: not where the store was replaced since, nor while another
    /// program saves or wants to replace the store. `write` is given the file, empty, and what tells it to give up.
    ///
    /// # Errors
    /// Where the lock cannot be had, or the file cannot be written: what was saved before stays.
    pub fn save(&self, write: Write<'_>) -> Result<bool, StoreError> {
        let io = |e: io::Error| StoreError::Io(format!("{}: {e}", self.path().display()));
        // Kept to the end: a process that replaces the store, and removes what was saved of it, comes before or after.
        let held = match HeldLock::shared(&self.places, Instant::now()) {
            Ok(Some(held)) if held.generation == self.generation => held,
            Ok(_) | Err(StoreError::Busy) => return Ok(false),
            Err(e) => return Err(e),
        };
        let new = &self.place().new;
        let Some(file) = begun(new, Owner::of_store(&self.places.store)).map_err(io)? else {
            return Ok(false);
        };
        let watch = Watch::new(&self.places)?;
        let saved = write(&file, &|| watch.wanted()).and_then(|()| std::fs::rename(new, self.path()));
        if saved.is_err() {
            let _ = std::fs::remove_file(new);
        }
        drop(held);
        match saved {
            Ok(()) => Ok(true),
            Err(e) if e.kind() == io::ErrorKind::Interrupted => Ok(false),
            Err(e) => Err(io(e)),
        }
    }
}

/// Removes what was saved of a store: for the process that replaces it with exclusive access.
pub fn remove(places: &Places) {
    for file in places.saved() {
        let _ = std::fs::remove_file(file);
    }
}

/// A new, empty file for what is being saved, locked by who saves. `None` where another program is at it, or where another
/// user has put something in its place that cannot be removed.
fn begun(new: &Path, owner: Owner) -> io::Result<Option<File>> {
    for _ in 0..4 {
        match files::create(new) {
            Ok(file) => {
                owner.give(&file, 0o600)?;
                // Another program may have taken it for left over between the two calls.
                return Ok((file.try_lock().is_ok() && files::is_at(&file, new)).then_some(file));
            }
            Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {
                let other = files::open_here(new, Access::Read);
                if other.is_ok_and(|f| f.try_lock().is_err()) {
                    return Ok(None);
                }
                // Left by one who was killed, or no file of ours.
                if std::fs::remove_file(new).is_err() {
                    return Ok(None);
                }
            }
            Err(e) if files::denied(&e) => return Ok(None),
            Err(e) => return Err(e),
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use std::{
        io::Write as _,
        os::unix::fs::{MetadataExt, PermissionsExt},
        time::Duration,
    };

    use super::*;
    use crate::{
        model::Id,
        store::{Options, RedbStore, Store, lock},
    };

    fn store() -> (tempfile::TempDir, RedbStore) {
        let private = std::fs::Permissions::from_mode(0o700);
        let folder = tempfile::Builder::new().permissions(private).tempdir().unwrap();
        let at = Options::at(folder.path().join("desk.redb")).or_create(Id([7; 16]), 1);
        let store = RedbStore::open(&at).unwrap();
        (folder, store)
    }

    fn save(spot: &Spot, text: &str) -> bool {
        spot.save(&mut |mut f, _| f.write_all(text.as_bytes())).unwrap()
    }

    fn read(spot: &Spot) -> Option<String> {
        spot.open().unwrap().map(|f| io::read_to_string(f).unwrap())
    }

    #[test]
    fn it_is_saved_whole_or_not_at_all_and_for_its_owner_alone() {
        let (_folder, store) = store();
        let spot = store.spot().unwrap();
        assert_eq!(read(&spot), None);
        assert!(save(&spot, "one"));
        assert_eq!(std::fs::metadata(spot.path()).unwrap().mode() & 0o777, 0o600);
        let full = spot.save(&mut |mut f, _| {
            f.write_all(b"half")?;
            Err(io::Error::other("full"))
        });
        assert!(full.is_err());
        assert_eq!(read(&spot).as_deref(), Some("one"));
        assert!(!spot.place().new.exists());
        // While one saves, another does not.
        let mut second = true;
        let first = spot.save(&mut |mut f, _| {
            second = save(&spot, "second");
            f.write_all(b"first")
        });
        assert_eq!((first.unwrap(), second, read(&spot).as_deref()), (true, false, Some("first")));
        std::fs::set_permissions(spot.path(), std::fs::Permissions::from_mode(0o666)).unwrap();
        assert!(spot.open().is_err());
        assert!(save(&spot, "again"));
        assert_eq!(read(&spot).as_deref(), Some("again"), "and it is replaced");
    }

    #[test]
    fn who_replaces_the_store_removes_it_and_the_old_one_is_not_saved_again() {
        let (_folder, store) = store();
        let old = store.spot().unwrap();
        assert!(save(&old, "old"));
        let columns = old.of(Kept::Columns);
        assert!(save(&columns, "columns"));
        assert_eq!((read(&old).as_deref(), read(&columns).as_deref()), (Some("old"), Some("columns")));
        std::fs::write(&old.place().new, "left by one who was killed").unwrap();
        let path = store.path().to_owned();
        drop(store);
        lock::replace_with(&path, Duration::from_secs(2), |from, to| {
            std::fs::copy(from, to).map(drop).map_err(|e| StoreError::Io(e.to_string()))
        })
        .unwrap();
        assert!(old.places.saved().iter().all(|file| !file.exists()));
        assert!(!save(&old, "old"), "of another life");
        let store = RedbStore::open(&Options::at(&path)).unwrap();
        let new = store.spot().unwrap();
        assert!(new.generation() > old.generation());
        assert!(save(&new, "new"));
        drop(store);
        lock::alone(&path, Duration::from_secs(2), || Ok(())).unwrap();
        assert!(!new.path().exists());
    }
}
