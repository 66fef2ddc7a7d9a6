//! Writes that are not in the engine yet, table by table in the order of their keys: what an engine puts in sorted.

use std::{
    collections::{BTreeMap, btree_map},
    ops::Bound,
};

use super::Range;
use crate::model::Table;

/// The rows of one table to write: `None` takes a row away.
pub type TableWrites = BTreeMap<Vec<u8>, Option<Vec<u8>>>;

/// Rows to write and to take away.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Writes {
    /// One for each table up to the last one written, in the order of [`Table::ALL`].
    tables: Vec<TableWrites>,
}

impl Writes {
    /// None.
    pub fn new() -> Writes {
        Writes::default()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.tables.iter().all(BTreeMap::is_empty)
    }

    /// How many rows.
    pub fn len(&self) -> usize {
        self.tables.iter().map(BTreeMap::len).sum()
    }

    /// What a row is to become: `Some(None)` where it is taken away, `None` where it stays unchanged.
    pub fn get(&self, table: Table, key: &[u8]) -> Option<Option<&[u8]>> {
        self.tables.get(table as usize)?.get(key).map(Option::as_deref)
    }

    /// Writes a row.
    pub fn put(&mut self, table: Table, key: Vec<u8>, value: Vec<u8>) {
        self.rows(table, |rows| {
            rows.insert(key, Some(value));
        });
    }

    /// Takes a row away.
    pub fn del(&mut self, table: Table, key: Vec<u8>) {
        self.rows(table, |rows| {
            rows.insert(key, None);
        });
    }

    /// Takes a row away unless something else is to become of it.
    pub fn del_unless_written(&mut self, table: Table, key: Vec<u8>) {
        self.rows(table, |rows| {
            rows.entry(key).or_insert(None);
        });
    }

    /// What is to become of the rows of a range, in order.
    pub fn range<'a>(
        &'a self,
        table: Table,
        range: &Range,
    ) -> impl Iterator<Item = (&'a [u8], Option<&'a [u8]>)> + use<'a> {
        let end = range.end.as_deref().map_or(Bound::Unbounded, Bound::Excluded);
        // An empty range is none that a map can be asked for.
        let rows = self.tables.get(table as usize).filter(|_| !range.is_empty());
        let rows = rows.map(|t| t.range::<[u8], _>((Bound::Included(range.start.as_slice()), end)));
        rows.into_iter().flatten().map(|(k, v)| (k.as_slice(), v.as_deref()))
    }

    /// The rows that are written or taken away, table by table, in order.
    pub fn keys(&self) -> impl Iterator<Item = (Table, &[u8])> {
        let tables = Table::ALL.iter().copied().zip(&self.tables);
        tables.flat_map(|(t, rows)| rows.keys().map(move |k| (t, k.as_slice())))
    }

    /// Takes others in, which came later.
    pub fn append(&mut self, later: Writes) {
        for (i, mut rows) in later.tables.into_iter().enumerate() {
            match self.tables.get_mut(i) {
                Some(have) => have.append(&mut rows),
                None => self.tables.push(rows),
            }
        }
    }

    /// The tables that have any, in their order, each with its rows in theirs.
    pub fn tables(&self) -> impl Iterator<Item = (Table, &TableWrites)> {
        Table::ALL.iter().copied().zip(&self.tables).filter(|(_, rows)| !rows.is_empty())
    }

    /// How many rows of a table.
    pub fn count(&self, table: Table) -> usize {
        self.tables.get(table as usize).map_or(0, BTreeMap::len)
    }

    fn rows(&mut self, table: Table, f: impl FnOnce(&mut TableWrites)) {
        let at = table as usize;
        if self.tables.len() <= at {
            self.tables.resize_with(at + 1, TableWrites::new);
        }
        self.tables.get_mut(at).map(f);
    }
}

impl IntoIterator for Writes {
    type Item = (Table, btree_map::IntoIter<Vec<u8>, Option<Vec<u8>>>);
    type IntoIter = std::vec::IntoIter<Self::Item>;

    /// The tables that have any, in their order, each with its rows in theirs.
    fn into_iter(self) -> Self::IntoIter {
        let tables = Table::ALL.iter().copied().zip(self.tables).filter(|(_, rows)| !rows.is_empty());
        tables.map(|(t, rows)| (t, rows.into_iter())).collect::<Vec<_>>().into_iter()
    }
}
