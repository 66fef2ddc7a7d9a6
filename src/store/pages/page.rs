//! One page taken apart.

use super::{u32_at, u64_at, u128_at};

/// The name of a page in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PageNumber {
    /// Its region.
    pub region: u32,
    /// Its place there, in pages of its size.
    pub index: u32,
    /// Its size: a page of 4 KiB, doubled so often.
    pub order: u8,
}

impl PageNumber {
    /// The number of eight bytes.
    pub fn parse(v: u64) -> PageNumber {
        let order = (v >> 59) as u8;
        PageNumber {
            region: ((v >> 20) & 0xf_ffff) as u32,
            index: (v & (0xf_ffff >> order.min(20))) as u32,
            order,
        }
    }
}

/// How long keys and values of a tree are, where all are of one length.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Widths {
    /// Of keys.
    pub key: Option<usize>,
    /// Of values.
    pub value: Option<usize>,
}

/// A page taken apart.
#[derive(Debug, Clone, Copy)]
pub enum Page<'a> {
    /// Rows.
    Leaf(LeafPage<'a>),
    /// The way to other pages.
    Branch(BranchPage<'a>),
}

impl<'a> Page<'a> {
    /// The page of bytes; `None` where they are none.
    pub fn parse(bytes: &'a [u8], widths: Widths) -> Option<Page<'a>> {
        let count = usize::from(u16::from_le_bytes(*bytes.get(2..)?.first_chunk()?));
        match bytes.first()? {
            1 if count > 0 => Some(Page::Leaf(LeafPage { bytes, count, widths })),
            2 if count > 0 => Some(Page::Branch(BranchPage { bytes, keys: count, widths })),
            _ => None,
        }
    }

    /// The bytes that its checksum is over; `None` where its own numbers lead past its end.
    pub fn used(&self) -> Option<&'a [u8]> {
        match self {
            Page::Leaf(leaf) => leaf.bytes.get(..leaf.end()?),
            Page::Branch(branch) => branch.bytes.get(..branch.end()?),
        }
    }
}

/// A page of rows.
#[derive(Debug, Clone, Copy)]
pub struct LeafPage<'a> {
    bytes: &'a [u8],
    /// How many rows.
    pub count: usize,
    widths: Widths,
}

impl<'a> LeafPage<'a> {
    fn section(&self) -> usize {
        let arrays = usize::from(self.widths.key.is_none()) + usize::from(self.widths.value.is_none());
        4 + 4 * arrays * self.count
    }

    fn key_end(&self, n: usize) -> Option<usize> {
        match self.widths.key {
            Some(w) => self.section().checked_add(w.checked_mul(n + 1)?),
            None => u32_at(self.bytes, 4 + 4 * n).map(|v| v as usize),
        }
    }

    fn value_end(&self, n: usize) -> Option<usize> {
        match self.widths.value {
            Some(w) => self.key_end(self.count - 1)?.checked_add(w.checked_mul(n + 1)?),
            None => {
                let keys = if self.widths.key.is_none() { 4 * self.count } else { 0 };
                u32_at(self.bytes, 4 + keys + 4 * n).map(|v| v as usize)
            }
        }
    }

    /// Where its last row ends, counted from its first byte; it may be past the bytes that were given.
    pub fn end(&self) -> Option<usize> {
        self.value_end(self.count - 1)
    }

    /// The key and value of a row; `None` where there is none, or they lead past the end.
    pub fn row(&self, n: usize) -> Option<(&'a [u8], &'a [u8])> {
        if n >= self.count {
            return None;
        }
        let key = match n {
            0 => self.section(),
            n => self.key_end(n - 1)?,
        };
        let value = match n {
            0 => self.key_end(self.count - 1)?,
            n => self.value_end(n - 1)?,
        };
        Some((self.bytes.get(key..self.key_end(n)?)?, self.bytes.get(value..self.value_end(n)?)?))
    }

    /// The rows that can be read.
    pub fn rows(self) -> impl Iterator<Item = (&'a [u8], &'a [u8])> {
        (0..self.count).filter_map(move |n| self.row(n))
    }

    /// Whether every row can be read, and their keys are in order.
    pub fn is_whole(&self) -> bool {
        let mut last: Option<&[u8]> = None;
        (0..self.count).all(|n| match self.row(n) {
            Some((key, _)) => {
                let ordered = last.is_none_or(|l| l < key);
                last = Some(key);
                ordered || self.widths.key.is_some()
            }
            None => false,
        })
    }
}

/// A page that leads to others.
#[derive(Debug, Clone, Copy)]
pub struct BranchPage<'a> {
    bytes: &'a [u8],
    keys: usize,
    widths: Widths,
}

impl BranchPage<'_> {
    fn end(&self) -> Option<usize> {
        let arrays = 8 + 24 * (self.keys + 1);
        match self.widths.key {
            Some(w) => arrays.checked_add(w.checked_mul(self.keys)?),
            None => u32_at(self.bytes, arrays + 4 * (self.keys - 1)).map(|v| v as usize),
        }
    }

    /// The pages that it leads to, with their checksums; those that its length leaves out are missing.
    pub fn children(&self) -> impl Iterator<Item = (PageNumber, u128)> + '_ {
        let count = self.keys + 1;
        (0..count).filter_map(move |n| {
            let page = u64_at(self.bytes, 8 + 16 * count + 8 * n)?;
            Some((PageNumber::parse(page), u128_at(self.bytes, 8 + 16 * n)?))
        })
    }
}
