//! Our side.

use std::path::Path;

use frontdesk::{
    model::{Customer, Id, Key, KeyReader, Kind, Table},
    store::{Options, Range, RedbStore, Scan, Store, ViewExt, Weight, records, records::Work},
};

use super::{Res, Side, rows};

/// A store in a file.
pub struct Ours(RedbStore);

impl Ours {
    /// Customers from `writers` concurrent writers, `each` of them, one durable change each.
    pub fn add_grouped(&self, from: u64, writers: u64, each: u64) -> Res<()> {
        std::thread::scope(|threads| {
            let all: Vec<_> = (0..writers)
                .map(|w| {
                    let from = from + w * each;
                    threads.spawn(move || (from..from + each).try_for_each(|n| self.add_one(n)))
                })
                .collect();
            all.into_iter().try_for_each(|t| t.join().map_err(|_| "a writer panicked")?)
        })
    }

    /// Changes of customers here and there by 64 writers, one durable change each.
    pub fn update(&self, n: u64, customers: u64) -> Res<()> {
        std::thread::scope(|threads| {
            let all: Vec<_> = (0..64u64)
                .map(|w| {
                    threads.spawn(move || (w..n).step_by(64).try_for_each(|i| self.update_one(i, customers)))
                })
                .collect();
            all.into_iter().try_for_each(|t| t.join().map_err(|_| "a writer panicked")?)
        })
    }

    fn update_one(&self, i: u64, customers: u64) -> Res<()> {
        let id = rows::id(rows::Random(i).below(customers));
        let change = move |tx: &mut dyn frontdesk::store::Tx| {
            let mut work = Work::new(tx);
            if let Some(mut c) = work.get::<Customer>(id)? {
                c.updated_at += 1;
                c.notes.push(format!("Called again about order {i}."));
                work.put(&c)?;
            }
            Ok(())
        };
        self.0.write(rows::op(3, i), Weight::Light, Box::new(change))?;
        Ok(())
    }

    /// Bytes of all rows.
    pub fn row_bytes(&self) -> Res<u64> {
        let store: &dyn Store = &self.0;
        Ok(store.view(|v| {
            let mut bytes = 0;
            for table in Table::ALL {
                v.scan(*table, &Range::all(), Scan::Forward, &mut |k, v| {
                    bytes += (k.len() + v.len()) as u64;
                    true
                })?;
            }
            Ok(bytes)
        })?)
    }
}

impl Side for Ours {
    fn open(path: &Path) -> Res<Ours> {
        Ok(Ours(RedbStore::open(&Options::at(path).or_create(Id([9; 16]), 1))?))
    }

    fn add(&self, from: u64, to: u64) -> Res<()> {
        let change = move |tx: &mut dyn frontdesk::store::Tx| {
            let mut work = Work::new(tx);
            (from..to).for_each(|n| work.add(rows::customer(n)));
            Ok(())
        };
        self.0.write(rows::op(1, from), Weight::Heavy, Box::new(change))?;
        Ok(())
    }

    fn add_one(&self, n: u64) -> Res<()> {
        let change = move |tx: &mut dyn frontdesk::store::Tx| {
            Work::new(tx).add(rows::customer(n));
            Ok(())
        };
        self.0.write(rows::op(2, n), Weight::Light, Box::new(change))?;
        Ok(())
    }

    fn read(&self, which: &[u64]) -> Res<usize> {
        let store: &dyn Store = &self.0;
        Ok(store.view(|v| {
            let mut bytes = 0;
            for n in which {
                bytes += v.get(Table::Customer, rows::id(*n).bytes())?.map_or(0, |v| v.len());
            }
            Ok(bytes)
        })?)
    }

    fn page(&self, from: &str) -> Res<usize> {
        let store: &dyn Store = &self.0;
        Ok(store.view(|v| {
            let start = Key::new().u8(Kind::Customer.code()).text(from);
            let mut bytes = 0;
            for (key, _) in v.page(Table::IxName, &Range::from(start), Scan::Forward, 50)? {
                let mut r = KeyReader(&key);
                let (_, _, id) = (r.u8(), r.text(), r.id().unwrap_or_default());
                bytes += v.get(Table::Customer, id.bytes())?.map_or(0, |v| v.len());
            }
            Ok(bytes)
        })?)
    }

    fn scan(&self) -> Res<u64> {
        let store: &dyn Store = &self.0;
        Ok(store.view(|v| {
            let mut n = 0;
            records::each::<Customer>(v, |c| {
                n += u64::from(!c.given.is_empty());
                true
            })?;
            Ok(n)
        })?)
    }
}
