//! The file under redb, with locks that give up: a process that was stopped while it held one must not stop the others.

use std::{fmt, fs::File, io, ops::Bound, sync::Arc};

use ::redb::{BackendError, StorageBackend, backends::FileBackend};

use crate::store::{lock::PATIENCE, pause::Pause};

type Wrap = dyn Fn(File) -> Box<dyn StorageBackend> + Send + Sync;

/// A disk that stands in for the file's own: for tests that tear writes, refuse them, and cut the power.
#[derive(Clone)]
pub struct Disk(Arc<Wrap>);

impl Disk {
    /// Gives what reads and writes in place of an opened file. Locks belong to what is given, each apart.
    pub fn new(f: impl Fn(File) -> Box<dyn StorageBackend> + Send + Sync + 'static) -> Disk {
        Disk(Arc::new(f))
    }
}

impl fmt::Debug for Disk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Disk")
    }
}

/// redb's own file backend, but where that would wait for ever for another process, this fails with `TimedOut` after
/// [`PATIENCE`].
#[derive(Debug)]
pub struct Patient(Box<dyn StorageBackend>);

impl Patient {
    /// Over a file opened for this handle alone (locks belong to the opening), or what stands in for it.
    ///
    /// # Errors
    /// What redb gives.
    pub fn new(file: File, disk: Option<&Disk>) -> Result<Patient, ::redb::DatabaseError> {
        match disk {
            Some(disk) => Ok(Patient((disk.0)(file))),
            None => Ok(Patient(Box::new(FileBackend::new(file)?))),
        }
    }

    fn insist(&self, try_lock: impl Fn() -> Result<bool, BackendError>) -> Result<(), BackendError> {
        let mut pause = Pause::within(PATIENCE);
        while !try_lock()? {
            if !pause.rest() {
                return Err(BackendError::Io(io::ErrorKind::TimedOut.into()));
            }
        }
        Ok(())
    }
}

impl StorageBackend for Patient {
    fn len(&self) -> io::Result<u64> {
        self.0.len()
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        self.0.read(offset, out)
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        self.0.set_len(len)
    }

    fn sync_data(&self) -> io::Result<()> {
        self.0.sync_data()
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        self.0.write(offset, data)
    }

    fn close(&self) -> io::Result<()> {
        self.0.close()
    }

    fn try_lock_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<bool, BackendError> {
        self.0.try_lock_range(start, end)
    }

    fn try_lock_shared_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<bool, BackendError> {
        self.0.try_lock_shared_range(start, end)
    }

    fn lock_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<(), BackendError> {
        self.insist(|| self.0.try_lock_range(start, end))
    }

    fn lock_shared_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<(), BackendError> {
        self.insist(|| self.0.try_lock_shared_range(start, end))
    }

    fn unlock_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<(), BackendError> {
        self.0.unlock_range(start, end)
    }

    fn query_lock_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<bool, BackendError> {
        self.0.query_lock_range(start, end)
    }
}
