//! The file under redb, with locks that give up: a process that was stopped while it held one must not stop the others.

use std::{
    fmt,
    fs::File,
    io,
    ops::Bound,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use ::redb::{BackendError, StorageBackend, backends::FileBackend};

use crate::store::{lock::PATIENCE, pages::Header, pause::Pause};

type Wrap = dyn Fn(File) -> Box<dyn StorageBackend> + Send + Sync;

/// A disk that replaces the file's own: for tests that tear writes, refuse them, and cut the power.
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
/// [`PATIENCE`], or as long as its [`Wait`] says.
#[derive(Debug)]
pub struct Patient {
    file: Arc<dyn StorageBackend>,
    length: Length,
    wait: Wait,
}

/// How long a file waits for a lock of another process.
#[derive(Debug, Clone)]
pub struct Wait(Arc<AtomicU64>);

impl Default for Wait {
    fn default() -> Wait {
        let wait = Wait(Arc::default());
        wait.set(PATIENCE);
        wait
    }
}

impl Wait {
    /// From now on so long.
    pub fn set(&self, max: Duration) {
        self.0.store(u64::try_from(max.as_millis()).unwrap_or(u64::MAX), Ordering::Release);
    }

    fn get(&self) -> Duration {
        Duration::from_millis(self.0.load(Ordering::Acquire))
    }
}

/// Looks at the file of a handle beside its database.
#[derive(Debug, Clone)]
pub struct FileWatch {
    file: Arc<dyn StorageBackend>,
    /// The length that the handle knows.
    pub length: Length,
}

impl FileWatch {
    /// The header as it stands; `None` where it cannot be read.
    pub fn header(&self) -> Option<Header> {
        let mut bytes = [0; Header::SIZE];
        self.file.read(0, &mut bytes).ok()?;
        Some(Header::parse(&bytes))
    }
}

/// The length of the file as its handle last asked for it or set it.
#[derive(Debug, Clone, Default)]
pub struct Length(Arc<AtomicU64>);

impl Length {
    /// In bytes.
    pub fn get(&self) -> u64 {
        self.0.load(Ordering::Acquire)
    }
}

impl Patient {
    /// Over a file opened for this handle alone (locks belong to the opening), or what replaces it.
    ///
    /// # Errors
    /// What redb gives.
    pub fn new(file: File, disk: Option<&Disk>) -> Result<Patient, ::redb::DatabaseError> {
        let file: Arc<dyn StorageBackend> = match disk {
            Some(disk) => Arc::from((disk.0)(file)),
            None => Arc::new(FileBackend::new(file)?),
        };
        Ok(Patient { file, length: Length::default(), wait: Wait::default() })
    }

    /// What looks at the same file later.
    pub fn look(&self) -> FileWatch {
        FileWatch { file: Arc::clone(&self.file), length: self.length.clone() }
    }

    /// How long it waits, to be changed later.
    pub fn wait(&self) -> Wait {
        self.wait.clone()
    }

    fn insist(&self, try_lock: impl Fn() -> Result<bool, BackendError>) -> Result<(), BackendError> {
        let mut pause = Pause::within(self.wait.get());
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
        let len = self.file.len()?;
        self.length.0.store(len, Ordering::Release);
        Ok(len)
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        self.file.read(offset, out)
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        self.file.set_len(len)?;
        self.length.0.store(len, Ordering::Release);
        Ok(())
    }

    fn sync_data(&self) -> io::Result<()> {
        self.file.sync_data()
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        self.file.write(offset, data)
    }

    fn close(&self) -> io::Result<()> {
        self.file.close()
    }

    fn try_lock_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<bool, BackendError> {
        self.file.try_lock_range(start, end)
    }

    fn try_lock_shared_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<bool, BackendError> {
        self.file.try_lock_shared_range(start, end)
    }

    fn lock_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<(), BackendError> {
        self.insist(|| self.file.try_lock_range(start, end))
    }

    fn lock_shared_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<(), BackendError> {
        self.insist(|| self.file.try_lock_shared_range(start, end))
    }

    fn unlock_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<(), BackendError> {
        self.file.unlock_range(start, end)
    }

    fn query_lock_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<bool, BackendError> {
        self.file.query_lock_range(start, end)
    }
}
