//! One read transaction as a view.

use std::{cell::OnceCell, ops::Bound};

use ::redb::{ReadOnlyTable, ReadTransaction, TableDefinition, TableError};

use super::error::{self, caught};
use crate::{
    model::Table,
    store::{Range, Scan, StoreError, View},
};

/// The table of redb behind a table of ours.
pub fn definition(table: Table) -> TableDefinition<'static, &'static [u8], &'static [u8]> {
    TableDefinition::new(table.name())
}

type Opened = ReadOnlyTable<&'static [u8], &'static [u8]>;

/// A snapshot. Tables are opened as they are asked for; one that an older version never made is empty.
pub struct Snapshot {
    tx: ReadTransaction,
    tables: Vec<OnceCell<Option<Box<Opened>>>>,
}

impl Snapshot {
    /// Of a read transaction.
    pub fn new(tx: ReadTransaction) -> Snapshot {
        Snapshot { tx, tables: Table::ALL.iter().map(|_| OnceCell::new()).collect() }
    }

    fn table(&self, table: Table) -> Result<Option<&Opened>, StoreError> {
        // Tables are in `ALL` in the order of their declaration.
        let Some(cell) = self.tables.get(table as usize) else { return Ok(None) };
        if cell.get().is_none() {
            let opened = match caught(|| self.tx.open_table(definition(table)))? {
                Ok(t) => Some(Box::new(t)),
                Err(TableError::TableDoesNotExist(_)) => None,
                Err(e) => return Err(error::table(e)),
            };
            let _ = cell.set(opened);
        }
        Ok(cell.get().and_then(|t| t.as_deref()))
    }
}

impl View for Snapshot {
    fn get(&self, table: Table, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        let Some(table) = self.table(table)? else { return Ok(None) };
        caught(|| table.get(key).map(|v| v.map(|v| v.value().to_vec())))?.map_err(error::storage)
    }

    fn scan(
        &self,
        table: Table,
        range: &Range,
        scan: Scan,
        f: &mut dyn FnMut(&[u8], &[u8]) -> bool,
    ) -> Result<(), StoreError> {
        if range.is_empty() {
            return Ok(());
        }
        let Some(table) = self.table(table)? else { return Ok(()) };
        let end = range.end.as_deref().map_or(Bound::Unbounded, Bound::Excluded);
        let bounds = (Bound::Included(range.start.as_slice()), end);
        let mut rows = caught(|| table.range::<&[u8]>(bounds))?.map_err(error::storage)?;
        loop {
            let row = caught(|| match scan {
                Scan::Forward => rows.next(),
                Scan::Backward => rows.next_back(),
            })?;
            let Some(row) = row else { return Ok(()) };
            let (k, v) = row.map_err(error::storage)?;
            let (key, value) = caught(|| (k.value(), v.value()))?;
            if !f(key, value) {
                return Ok(());
            }
        }
    }
}
