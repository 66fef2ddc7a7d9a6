//! The store's file read page by page, without the engine: for `check`, which verifies every checksum, and for
//! `salvage`, which reads what is left of a file that the engine refuses. Nothing here writes.
//!
//! The format is redb's (file format 3, `docs/design.md` of redb): a header with two commit slots, then pages of copy-on-write
//! B+trees whose branches carry the XXH3-128 of each child. One tree maps names of tables to their roots; a second one is
//! redb's own. Whatever is in the bytes, these functions give errors, never panics.
//!
//! - [`File`]: the file and its [`Header`]; [`header`]: what the engine would not notice about it
//! - [`page`]: one page taken apart; [`walk`]: trees, page by page
//! - [`verify()`]: every checksum that the current commit reaches; [`Survivors`]: the rows that a file still has

pub mod header;
pub mod page;
mod survivors;
mod verify;
pub mod walk;

use std::{io, os::unix::fs::FileExt, path::Path};

use super::files::{self, Access};

pub use header::{Header, Slot};
pub use page::{Page, PageNumber};
pub use survivors::{FoundRow, Survivors};
pub use verify::{Damage, Verdict, verify, verify_file};
pub use walk::{Leaf, Root, Tree};

/// The size of a page of order 0, in bytes: the only one that redb makes on this system.
pub const PAGE: u64 = 4096;

/// The most bytes of one page that are believed: a record with its mail fits many times over.
const LARGEST: u64 = 1 << 30;

/// A store's file, open for reading page by page.
pub struct File {
    file: std::fs::File,
    /// Its size, in bytes.
    pub len: u64,
    /// What its first bytes say.
    pub header: Header,
}

impl File {
    /// Opens a file.
    ///
    /// # Errors
    /// Where it cannot be read. A header that makes no sense is taken as that of a common store.
    pub fn open(path: &Path) -> io::Result<File> {
        let file = files::open(path, Access::Read)?;
        let len = file.metadata()?.len();
        let header = Header::read(&file)?;
        Ok(File { file, len, header })
    }

    /// Where a page stands: its first byte in the file and its length. `None` where no such page can be.
    pub fn place(&self, page: PageNumber) -> Option<(u64, usize)> {
        let len = PAGE.checked_shl(u32::from(page.order)).filter(|l| *l <= LARGEST)?;
        let start = self.header.start_of(page, len)?;
        let end = start.checked_add(len)?;
        (end <= self.len).then_some(())?;
        Some((start, usize::try_from(len).ok()?))
    }

    /// The bytes of a page.
    ///
    /// # Errors
    /// Where the disk does not give them; `None` where no such page can be.
    pub fn read(&self, page: PageNumber) -> io::Result<Option<Vec<u8>>> {
        let Some((start, len)) = self.place(page) else { return Ok(None) };
        self.bytes(start, len).map(Some)
    }

    /// Some bytes of the file.
    ///
    /// # Errors
    /// Where the disk does not give them.
    pub fn bytes(&self, start: u64, len: usize) -> io::Result<Vec<u8>> {
        let mut out = vec![0; len];
        self.file.read_exact_at(&mut out, start)?;
        Ok(out)
    }
}

/// The checksum that redb writes.
pub fn checksum(bytes: &[u8]) -> u128 {
    xxhash_rust::xxh3::xxh3_128(bytes)
}

/// A number of little-endian bytes at a place; `None` past the end.
fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}

fn u64_at(bytes: &[u8], at: usize) -> Option<u64> {
    Some(u64::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}

fn u128_at(bytes: &[u8], at: usize) -> Option<u128> {
    Some(u128::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}

#[cfg(test)]
mod tests;
