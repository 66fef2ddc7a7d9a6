//! Rows into a write transaction: what is new and stands together goes in together.
//!
//! Ids grow with time, and so do numbers and the log: most of a large commit are rows that follow each other in a gap of
//! their table. Through redb's cursor they fill its leaves one after the other; one at a time, each would look for its
//! leaf again.

use std::{
    ops::Bound,
    sync::atomic::{AtomicUsize, Ordering},
};

use ::redb::{CursorError, Table as Opened, WriteTransaction};

use super::{
    error::{self, caught},
    view::definition,
};
use crate::{
    model::Table,
    store::{StoreError, writes::Writes},
};

/// The fewest rows that are worth looking for the gap.
const RUN: usize = 16;

/// From how many rows on two threads share the tables among them.
const MANY: usize = 4096;

type Rows<'txn> = Opened<'txn, &'static [u8], &'static [u8]>;
type Written<'a> = (&'a [u8], Option<&'a [u8]>);

/// Writes all rows.
///
/// # Errors
/// Where the file cannot be read or written.
pub fn all(tx: &WriteTransaction, writes: &Writes) -> Result<(), StoreError> {
    let mut tables: Vec<(Table, Vec<Written>)> = writes
        .tables()
        .map(|(t, all)| (t, all.iter().map(|(k, v)| (k.as_slice(), v.as_deref())).collect()))
        .collect();
    if tables.iter().map(|(_, rows)| rows.len()).sum::<usize>() < MANY {
        return tables.iter().try_for_each(|(t, rows)| one(tx, *t, rows));
    }
    // Trees of one transaction grow side by side; the largest are begun first.
    tables.sort_by_key(|(_, rows)| std::cmp::Reverse(rows.len()));
    let next = AtomicUsize::new(0);
    let work = || -> Result<(), StoreError> {
        while let Some((table, rows)) = tables.get(next.fetch_add(1, Ordering::Relaxed)) {
            caught(|| one(tx, *table, rows)).and_then(|r| r)?;
        }
        Ok(())
    };
    std::thread::scope(|threads| {
        let other = threads.spawn(work);
        let here = work();
        let there = other.join().unwrap_or_else(|_| Err(StoreError::Broken("a thread that writes".into())));
        here.and(there)
    })
}

fn one(tx: &WriteTransaction, table: Table, rows: &[Written]) -> Result<(), StoreError> {
    let mut open = tx.open_table(definition(table)).map_err(error::table)?;
    let mut left = rows;
    let mut apart = RUN;
    while !left.is_empty() {
        let together = run(&mut open, left)?;
        let some = if together > 0 { together } else { apart };
        let (done, rest) = left.split_at_checked(some).unwrap_or((left, &[]));
        if together == 0 {
            each(&mut open, done)?;
        }
        // Where rows stand apart, the next ones will, too: that is looked at less and less often.
        apart = if together > 0 { RUN } else { (apart * 2).min(4096) };
        left = rest;
    }
    Ok(())
}

fn each(table: &mut Rows, rows: &[Written]) -> Result<(), StoreError> {
    for (key, value) in rows {
        match value {
            Some(value) => table.insert(*key, *value),
            None => table.remove(*key),
        }
        .map_err(error::storage)?;
    }
    Ok(())
}

/// Writes the first rows as far as they are new and are in one gap of the table; gives how many.
fn run(table: &mut Rows, rows: &[Written]) -> Result<usize, StoreError> {
    let (Some((first, _)), Some((last, _))) = (rows.first(), rows.get(RUN - 1)) else { return Ok(0) };
    let mut cursor = table.upper_bound_mut(Bound::Excluded(*first)).map_err(error::storage)?;
    let next = cursor.peek_next().map_err(error::storage)?.map(|(k, _)| k.value().to_vec());
    let before_it = |key: &[u8]| next.as_ref().is_none_or(|next| key < next.as_slice());
    if !before_it(last) {
        return Ok(0);
    }
    let mut n = 0;
    for (key, value) in rows {
        let Some(value) = value.filter(|_| before_it(key)) else { break };
        cursor.insert_before(*key, value).map_err(|e| match e {
            CursorError::Storage(e) => error::storage(e),
            e => StoreError::Broken(e.to_string()),
        })?;
        n += 1;
    }
    cursor.close().map_err(error::storage)?;
    Ok(n)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use ::redb::{Database, ReadableDatabase, ReadableTable, backends::InMemoryBackend};
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        /// Rows go in as into a map, whether they follow each other in a gap or stand apart, are new or not.
        #[test]
        fn what_is_put_is_there(
            commits in proptest::collection::vec(
                proptest::collection::vec((0u16..600, 1u16..60, proptest::option::weighted(0.9, any::<u8>())), 1..8),
                1..6,
            ),
            spread: bool,
        ) {
            let db = Database::builder().create_with_backend(InMemoryBackend::new()).unwrap();
            let mut model = BTreeMap::new();
            for commit in commits {
                let mut writes = Writes::new();
                for (from, n, value) in commit {
                    for key in from..from + n {
                        let key = if spread { key.to_le_bytes().to_vec() } else { key.to_be_bytes().to_vec() };
                        match value {
                            Some(v) => {
                                writes.put(Table::Log, key.clone(), vec![v; usize::from(v)]);
                                model.insert(key, vec![v; usize::from(v)]);
                            }
                            None => {
                                writes.del(Table::Log, key.clone());
                                model.remove(&key);
                            }
                        }
                    }
                }
                let tx = db.begin_write().unwrap();
                all(&tx, &writes).unwrap();
                tx.commit().unwrap();
            }
            let table = db.begin_read().unwrap().open_table(definition(Table::Log)).unwrap();
            let rows = table.iter().unwrap().map(|r| r.map(|(k, v)| (k.value().to_vec(), v.value().to_vec())));
            prop_assert_eq!(rows.collect::<Result<Vec<_>, _>>().unwrap(), model.into_iter().collect::<Vec<_>>());
        }
    }

    #[test]
    fn large_commits_reach_every_table() {
        let db = Database::builder().create_with_backend(InMemoryBackend::new()).unwrap();
        let mut writes = Writes::new();
        for table in [Table::Log, Table::IxName, Table::IxEmail] {
            (0..3000u32).for_each(|n| writes.put(table, n.to_le_bytes().to_vec(), vec![table.code()]));
        }
        let tx = db.begin_write().unwrap();
        all(&tx, &writes).unwrap();
        tx.commit().unwrap();
        for table in [Table::Log, Table::IxName, Table::IxEmail] {
            let rows = db.begin_read().unwrap().open_table(definition(table)).unwrap();
            assert!(rows.iter().unwrap().all(|r| r.unwrap().1.value() == [table.code()]));
            assert_eq!(rows.iter().unwrap().count(), 3000);
        }
    }
}
