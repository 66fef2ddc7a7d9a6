//! What redb and the system say, in the store's own errors; and panics of redb over damaged pages, caught.

use std::{
    cell::Cell,
    io,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Once,
};

use ::redb::{CommitError, DatabaseError, StorageError, TableError, TransactionError};

use crate::store::StoreError;

/// An error of the system while reading or writing.
pub fn io(e: &io::Error) -> StoreError {
    use io::ErrorKind::{
        FileTooLarge, PermissionDenied, QuotaExceeded, ReadOnlyFilesystem, StorageFull, TimedOut,
        UnexpectedEof, WouldBlock,
    };
    match e.kind() {
        StorageFull | QuotaExceeded | FileTooLarge => StoreError::Full,
        ReadOnlyFilesystem | PermissionDenied => StoreError::ReadOnly(e.to_string()),
        TimedOut | WouldBlock => StoreError::Busy,
        UnexpectedEof => StoreError::Corrupt("the file ends too early".into()),
        _ => StoreError::Io(e.to_string()),
    }
}

/// An error of redb's storage.
pub fn storage(e: StorageError) -> StoreError {
    match e {
        StorageError::Io(e) => io(&e),
        StorageError::Corrupted(why) => StoreError::Corrupt(why),
        StorageError::Unsupported => {
            StoreError::Io("this file system has no locks: open the store with --exclusive".into())
        }
        other => StoreError::Io(other.to_string()),
    }
}

/// An error of opening a file.
pub fn database(e: DatabaseError) -> StoreError {
    match e {
        DatabaseError::Storage(e) => storage(e),
        DatabaseError::DatabaseAlreadyOpen => StoreError::Busy,
        DatabaseError::LockProtocolMismatch => {
            StoreError::Io("another version of frontdesk has it open: leave that first".into())
        }
        DatabaseError::UpgradeRequired(v) => StoreError::Corrupt(format!("file format {v} is too old")),
        other => StoreError::Io(other.to_string()),
    }
}

/// An error of a table.
pub fn table(e: TableError) -> StoreError {
    match e {
        TableError::Storage(e) => storage(e),
        other => StoreError::Corrupt(other.to_string()),
    }
}

/// An error of beginning a transaction.
pub fn transaction(e: TransactionError) -> StoreError {
    match e {
        TransactionError::Storage(e) => storage(e),
        TransactionError::WouldBlock => StoreError::Busy,
        other => StoreError::Io(other.to_string()),
    }
}

/// An error of a commit.
pub fn commit(e: CommitError) -> StoreError {
    match e {
        CommitError::Storage(e) => storage(e),
        other => StoreError::Io(other.to_string()),
    }
}

thread_local! {
    /// Whether a panic of this thread is about to be caught.
    static CATCHING: Cell<bool> = const { Cell::new(false) };
}

/// Whether a panic of this thread is about to be caught and told as an error: then it is no reason to say anything, or
/// to give the terminal back.
pub fn is_catching() -> bool {
    CATCHING.with(Cell::get)
}

/// Runs a step of redb; its panic is a damaged file. (Hot reads verify no checksum, so a damaged page may be met as a
/// broken assumption.)
///
/// # Errors
/// `Corrupt` where it panicked.
pub fn caught<R>(step: impl FnOnce() -> R) -> Result<R, StoreError> {
    static QUIET: Once = Once::new();
    // No hook can be set while this thread unwinds.
    if !std::thread::panicking() {
        QUIET.call_once(|| {
            let before = std::panic::take_hook();
            std::panic::set_hook(Box::new(move |info| {
                if !is_catching() {
                    before(info);
                }
            }));
        });
    }
    let outer = CATCHING.with(|c| c.replace(true));
    let ran = catch_unwind(AssertUnwindSafe(step));
    CATCHING.with(|c| c.set(outer));
    // What a panic says ("entered unreachable code") speaks of redb's code, not of the file.
    ran.map_err(|_| StoreError::Corrupt("a page contradicts the others".into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_damaged_page_is_told_as_damage_of_the_file_and_not_in_words_of_the_code() {
        let told = caught(|| -> u8 { unreachable!() }).unwrap_err().to_string();
        assert!(!told.contains("unreachable") && !told.contains("internal error"), "{told}");
        assert!(told.contains("damaged"), "{told}");
    }
}
