use std::sync::{Mutex, atomic::AtomicU64, atomic::Ordering::SeqCst};

use super::*;
use crate::{
    model::Table,
    store::{MemStore, Range, SCHEMA, Scan, Store, ViewExt},
};

/// Drafts get a sign in front, five at a time: doing it twice to one would show.
fn sign(tx: &mut dyn Tx, from: &[u8]) -> Result<Step, StoreError> {
    let rows = tx.view().page(Table::Draft, &Range::from(from), Scan::Forward, 5)?;
    for (key, value) in &rows {
        tx.put(Table::Draft, key, &[b"+", value.as_slice()].concat());
    }
    Ok(match rows.last() {
        Some((last, _)) if rows.len() == 5 => Step::More([last.as_slice(), &[0]].concat(), 5),
        _ => Step::Done(rows.len() as u64),
    })
}

fn count(tx: &mut dyn Tx, _: &[u8]) -> Result<Step, StoreError> {
    tx.add("migrated", 1)?;
    Ok(Step::Done(0))
}

const LIST: &[Migration] =
    &[Migration { to: 2, name: "sign drafts", step: sign }, Migration { to: 3, name: "count", step: count }];

/// The memory engine held alone; it fails after this many commits.
struct Fragile<'a>(&'a MemStore, AtomicU64);

impl Held for Fragile<'_> {
    fn read(&self, f: &mut dyn FnMut(&dyn View) -> Result<(), StoreError>) -> Result<(), StoreError> {
        self.0.read(f)
    }

    fn commit(&self, writes: Writes) -> Result<(), StoreError> {
        if self.1.fetch_sub(1, SeqCst) == 0 {
            return Err(StoreError::Full);
        }
        self.0.apply(writes);
        Ok(())
    }
}

fn old() -> MemStore {
    let store = MemStore::new();
    store.seed((0..23u8).map(|n| (Table::Draft, vec![n], vec![b'a' + n])));
    store.seed([(Table::Meta, meta::SCHEMA_KEY.into(), 1u16.to_be_bytes().to_vec())]);
    store
}

fn rows(store: &MemStore) -> Vec<(Vec<u8>, Vec<u8>)> {
    (store as &dyn Store).view(|v| v.page(Table::Draft, &Range::all(), Scan::Forward, 100)).unwrap()
}

fn stands(store: &MemStore, known: u16) -> Standing {
    (store as &dyn Store).view(|v| standing(v, known)).unwrap()
}

#[test]
fn the_list_leads_to_the_schema_that_is_written() {
    assert_eq!(Migrations::default().known(), SCHEMA);
    assert!(ALL.iter().zip(2..).all(|(m, to)| m.to == to), "one after the other");
}

#[test]
fn wherever_it_is_broken_off_it_goes_on_and_does_each_row_once() {
    let whole = old();
    let told = Arc::new(Mutex::new(Vec::new()));
    let hear = Arc::clone(&told);
    let tell = Tell::new(move |p| hear.lock().unwrap().push((p.to, p.rows)));
    run(&Fragile(&whole, u64::MAX.into()), Migrations::of(LIST), None, &tell).unwrap();
    assert!(rows(&whole).iter().all(|(_, v)| v.starts_with(b"+") && v.len() == 2));
    assert_eq!(stands(&whole, 3), Standing::Current);
    let told = told.lock().unwrap();
    assert!(told.is_sorted() && told.contains(&(2, 10)) && told.last() == Some(&(3, 0)), "{told:?}");
    for first in 0..6 {
        let store = old();
        let failed = run(&Fragile(&store, first.into()), Migrations::of(LIST), None, &Tell::default());
        assert!(matches!(failed, Err(StoreError::Full)));
        // Begun is refused by who knows the old rows alone, and finished by who knows the new.
        let old_binary = stands(&store, 1);
        assert_eq!(old_binary == Standing::Current, first == 0, "{first}: {old_binary:?}");
        assert!(matches!(stands(&store, 3), Standing::Behind { .. }));
        run(&Fragile(&store, u64::MAX.into()), Migrations::of(LIST), None, &Tell::default()).unwrap();
        assert_eq!(rows(&store), rows(&whole), "broken off after {first}");
        assert_eq!((&store as &dyn Store).view(|v| v.counter("migrated")).unwrap(), 1);
    }
}
