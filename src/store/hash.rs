//! One hash over all rows of a store: equal content, equal hash, whatever the engine and the file's history.

use sha2::{Digest, Sha256};

use super::{Range, Scan, StoreError, View, text};
use crate::model::Table;

/// The tables that a hash is over: all but what a store says of itself (when it was last backed up, say), and but what texts
/// are found by, which says nothing that the records do not and is numbered as they came.
pub fn tables() -> impl Iterator<Item = Table> {
    Table::ALL.iter().copied().filter(|t| !matches!(t, Table::Meta | Table::Touched) && !t.is_text())
}

/// Whether a hash is over a row: it is in one of [`tables`], and does not count the texts that are found.
pub fn is_held(table: Table, key: &[u8]) -> bool {
    match table {
        Table::Meta | Table::Touched => false,
        Table::Counter => key != text::COUNTER.as_bytes(),
        table => !table.is_text(),
    }
}

/// A hash over rows in any order: a row that comes in a second time goes out again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sum([u8; 32]);

impl Sum {
    /// Takes a row in, or out.
    pub fn toggle(&mut self, table: Table, key: &[u8], value: &[u8]) {
        let mut one = Hasher::default();
        one.row(table, key, value);
        for (mine, new) in self.0.iter_mut().zip(one.finish()) {
            *mine ^= new;
        }
    }

    /// Over one state of a store.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn of(view: &dyn View) -> Result<Sum, StoreError> {
        let mut sum = Sum::default();
        for table in tables() {
            view.scan(table, &Range::all(), Scan::Forward, &mut |k, v| {
                if is_held(table, k) {
                    sum.toggle(table, k, v);
                }
                true
            })?;
        }
        Ok(sum)
    }
}

/// A hash in the making. Rows come table by table in the order of [`tables`], within a table in the order of their keys.
#[derive(Default)]
pub struct Hasher(Sha256);

impl Hasher {
    /// Takes a row in.
    pub fn row(&mut self, table: Table, key: &[u8], value: &[u8]) {
        // Lengths first, so that no two contents read the same.
        self.0.update([table.code()]);
        self.0.update((key.len() as u32).to_be_bytes());
        self.0.update((value.len() as u32).to_be_bytes());
        self.0.update(key);
        self.0.update(value);
    }

    /// The hash.
    pub fn finish(self) -> [u8; 32] {
        self.0.finalize().into()
    }
}

/// What a state of a store contains.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Content {
    /// How many rows, of the tables that the hash is over.
    pub rows: u64,
    /// The hash over them.
    pub hash: [u8; 32],
}

/// The hash of one state of a store. `progress` hears how many rows are done.
///
/// # Errors
/// Where the file cannot be read.
pub fn content(view: &dyn View, progress: &mut dyn FnMut(u64)) -> Result<Content, StoreError> {
    let (mut hasher, mut rows) = (Hasher::default(), 0);
    for table in tables() {
        view.scan(table, &Range::all(), Scan::Forward, &mut |k, v| {
            if !is_held(table, k) {
                return true;
            }
            hasher.row(table, k, v);
            rows += 1;
            if rows % 10_000 == 0 {
                progress(rows);
            }
            true
        })?;
    }
    Ok(Content { rows, hash: hasher.finish() })
}

/// A hash as people compare it: 64 hexadecimal digits.
pub fn shown(hash: &[u8; 32]) -> String {
    use std::fmt::Write;
    hash.iter().fold(String::with_capacity(64), |mut out, b| {
        let _ = write!(out, "{b:02x}");
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{MemStore, Store};

    type Rows<'a> = &'a [(Table, &'a [u8], &'a [u8])];

    fn of(rows: Rows) -> [u8; 32] {
        let store = MemStore::new();
        store.seed(rows.iter().map(|(t, k, v)| (*t, k.to_vec(), v.to_vec())));
        (&store as &dyn Store).view(|v| content(v, &mut |_| {})).unwrap().hash
    }

    #[test]
    fn equal_content_has_an_equal_hash_and_no_other() {
        let rows: Rows = &[(Table::Seen, b"a", b"1"), (Table::Draft, b"b", b"2")];
        let mut turned = rows.to_vec();
        turned.reverse();
        assert_eq!(of(rows), of(&turned));
        let others: [Rows; 4] = [
            &[(Table::Seen, b"a", b"1"), (Table::Draft, b"b", b"3")],
            &[(Table::Seen, b"a1", b""), (Table::Draft, b"b", b"2")],
            &[(Table::Draft, b"a", b"1"), (Table::Draft, b"b", b"2")],
            &[(Table::Seen, b"a", b"1")],
        ];
        assert!(others.iter().all(|o| of(o) != of(rows)));
        // What a store says of itself is no content.
        let said = [rows[0], rows[1], (Table::Meta, b"backup", b"1")];
        assert_eq!(of(&said), of(rows));
        assert!(shown(&of(rows)).len() == 64);
    }
}
