//! The first bytes of the file: its geometry, and two commit slots of which one is valid.

use std::{io, os::unix::fs::FileExt};

use super::{PAGE, PageNumber, Root, checksum, u32_at, u64_at, u128_at};

/// The first bytes of a redb file.
pub const MAGIC: &[u8] = b"redb\x1a\x0a\xa9\x0d\x0a";

/// The bytes of a header: fixed fields and two slots.
const SIZE: usize = 320;
const SLOT: usize = 128;
/// The most pages of one region: page numbers have twenty bits for them.
const REGION: u64 = 1 << 20;

/// One of the two commit slots.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slot {
    /// Whether its checksum is that of its bytes.
    pub sound: bool,
    /// The commit's number: grows with each.
    pub transaction: u64,
    /// The tree of names of our tables; `None` in an empty file.
    pub user: Option<Root>,
    /// The tree of redb's own tables.
    pub system: Option<Root>,
}

impl Slot {
    fn parse(b: &[u8]) -> Option<Slot> {
        let root = |flag: usize, at: usize| -> Option<Root> {
            if b.get(flag).copied().unwrap_or(0) == 0 {
                return None;
            }
            Some(Root {
                page: PageNumber::parse(u64_at(b, at)?),
                checksum: u128_at(b, at + 8)?,
                length: u64_at(b, at + 24)?,
            })
        };
        Some(Slot {
            sound: b.first() == Some(&3) && checksum(b.get(..112)?) == u128_at(b, 112)?,
            transaction: u64_at(b, 104)?,
            user: root(1, 8),
            system: root(2, 40),
        })
    }
}

/// What the first bytes say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// Whether they begin as they must.
    pub magic: bool,
    /// The size of a page, in bytes.
    pub page_size: u32,
    /// Pages before the data of each region.
    pub region_header_pages: u32,
    /// Pages of data of each region.
    pub region_pages: u32,
    /// Which slot is valid: 0 or 1.
    pub primary: usize,
    /// Whether a program has it open for writing, or had when it died.
    pub open: bool,
    /// Whether the commit in use was written in two phases, as all of ours are.
    pub two_phase: bool,
    /// Whether the commit in use might not be on the disk yet: others read the previous one.
    pub unflushed: bool,
    /// Both slots.
    pub slots: [Slot; 2],
}

impl Header {
    /// Its length in bytes.
    pub const SIZE: usize = SIZE;

    /// Reads the first bytes of a file; what is missing reads as zeros.
    ///
    /// # Errors
    /// Where the disk does not give them.
    pub fn read(file: &std::fs::File) -> io::Result<Header> {
        let mut bytes = [0; SIZE];
        let mut got = 0;
        while let Some(rest) = bytes.get_mut(got..).filter(|r| !r.is_empty()) {
            match file.read_at(rest, got as u64)? {
                0 => break,
                n => got += n,
            }
        }
        Ok(Header::parse(&bytes))
    }

    /// Takes them apart.
    pub fn parse(b: &[u8; SIZE]) -> Header {
        let flags = b.get(9).copied().unwrap_or(0);
        let number = |at| u32_at(b, at).unwrap_or(0);
        let none = Slot { sound: false, transaction: 0, user: None, system: None };
        let slot = |n: usize| {
            let at = 64 + n * SLOT;
            b.get(at..at + SLOT).and_then(Slot::parse).unwrap_or_else(|| none.clone())
        };
        Header {
            magic: b.starts_with(MAGIC),
            page_size: number(12),
            region_header_pages: number(16),
            region_pages: number(20),
            primary: usize::from(flags & 1 != 0),
            open: flags & 2 != 0,
            two_phase: flags & 4 != 0,
            unflushed: flags & 8 != 0,
            slots: [slot(0), slot(1)],
        }
    }

    /// The valid slot, then the other one.
    pub fn in_order(&self) -> [&Slot; 2] {
        let [a, b] = &self.slots;
        if self.primary == 0 { [a, b] } else { [b, a] }
    }

    /// The sound slot of the newest commit, valid or not.
    pub fn newest(&self) -> Option<&Slot> {
        self.slots.iter().filter(|s| s.sound).max_by_key(|s| s.transaction)
    }

    /// Whether the geometry is the one that stores of this system have.
    pub fn is_common(&self) -> bool {
        u64::from(self.page_size) == PAGE
            && self.region_header_pages == 0
            && (1..=REGION).contains(&u64::from(self.region_pages))
    }

    /// What is wrong with it, in words; nothing where all is well.
    pub fn faults(&self) -> Vec<&'static str> {
        let [primary, secondary] = self.in_order();
        let mut out = Vec::new();
        if !self.magic {
            out.push("the file does not begin as a store does");
        }
        if !self.is_common() {
            out.push("the sizes of pages in the header cannot be");
        }
        if !primary.sound {
            out.push("the commit slot in use does not have its checksum");
        }
        if self.is_rolled_back() {
            out.push("the header names an older commit than the newest one, which was finished");
        }
        if !secondary.sound && !self.open {
            // A commit that was cut short leaves one behind, but then the file was not closed.
            out.push("the commit slot before the one in use does not have its checksum");
        }
        out
    }

    /// Whether the header of a file that was closed names a commit that is not its newest: then the engine would show
    /// an older state without a word. (In a file that was not closed, the newer one was not finished.)
    pub fn is_rolled_back(&self) -> bool {
        let [primary, secondary] = self.in_order();
        !self.open && secondary.sound && primary.sound && secondary.transaction > primary.transaction
    }

    /// The first byte of a page of that length. Sizes that cannot be are taken to be the common ones, so that a damaged
    /// header does not hide the rest.
    pub(super) fn start_of(&self, page: PageNumber, len: u64) -> Option<u64> {
        let (pages, before) = match self.is_common() {
            true => (u64::from(self.region_pages), u64::from(self.region_header_pages)),
            false => (REGION, 0),
        };
        let region = (pages + before).checked_mul(PAGE)?;
        let inside = (before * PAGE).checked_add(u64::from(page.index).checked_mul(len)?)?;
        (inside.checked_add(len)? <= region).then_some(())?;
        PAGE.checked_add(u64::from(page.region).checked_mul(region)?)?.checked_add(inside)
    }
}
