//! How much there is: rows and bytes of each table.

use serde::Serialize;

use super::{Range, Scan, StoreError, View, ViewExt, meta};
use crate::model::{Id, Seq, Stamp, Table};

/// How much a table contains.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TableStats {
    /// Its name in the file.
    pub table: &'static str,
    /// Its rows.
    pub rows: u64,
    /// The bytes of its keys and values, without what the engine adds.
    pub bytes: u64,
}

/// How much a store contains.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Stats {
    /// Which store it is.
    pub store_id: Id,
    /// When it was made.
    pub created_at: Stamp,
    /// The schema of its rows.
    pub schema: u16,
    /// The place of the log's last row.
    pub head: Seq,
    /// The size of the file, in bytes; `None` where there is no file.
    pub file_bytes: Option<u64>,
    /// Every table, in the order of their codes.
    pub tables: Vec<TableStats>,
}

impl Stats {
    /// Counts one state of a store: reads every row.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn of(view: &dyn View, file_bytes: Option<u64>) -> Result<Stats, StoreError> {
        let count = |table: Table| {
            let (mut rows, mut bytes) = (0, 0);
            view.scan(table, &Range::all(), Scan::Forward, &mut |k, v| {
                rows += 1;
                bytes += (k.len() + v.len()) as u64;
                true
            })?;
            Ok(TableStats { table: table.name(), rows, bytes })
        };
        Ok(Stats {
            store_id: meta::store_id(view)?,
            created_at: meta::created_at(view)?,
            schema: meta::schema(view)?.unwrap_or(0),
            head: view.log_head()?,
            file_bytes,
            tables: Table::ALL.iter().copied().map(count).collect::<Result<_, StoreError>>()?,
        })
    }

    /// What one table contains; nothing where the version that counted did not know it.
    pub fn table(&self, table: Table) -> Option<&TableStats> {
        self.tables.iter().find(|t| t.table == table.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{MemStore, Store};

    #[test]
    fn rows_and_bytes_are_counted_by_table() {
        let store = MemStore::new();
        store.seed([
            (Table::Seen, vec![1, 2], vec![3]),
            (Table::Seen, vec![4], vec![]),
            (Table::Log, vec![0; 8], vec![9]),
        ]);
        let stats = (&store as &dyn Store).view(|v| Stats::of(v, None)).unwrap();
        assert_eq!(stats.table(Table::Seen), Some(&TableStats { table: "seen", rows: 2, bytes: 4 }));
        assert_eq!(stats.table(Table::Raw).unwrap().rows, 0);
        assert_eq!(serde_json::to_value(&stats).unwrap()["tables"][3]["rows"], 1);
    }
}
