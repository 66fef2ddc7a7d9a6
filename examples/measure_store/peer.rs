//! SQLite's side: a table `WITHOUT ROWID` for each of ours that a customer has rows in.

use std::path::Path;

use frontdesk::{
    model::{Customer, Key, Kind, Table},
    store::records,
};
use rusqlite::{Connection, OptionalExtension, params};

use super::{Res, Side, rows};

const TABLES: [Table; 7] = [
    Table::Customer,
    Table::IxNumber,
    Table::IxExternal,
    Table::IxEmail,
    Table::IxPhone,
    Table::IxName,
    Table::IxTag,
];

/// A database in a file.
pub struct Peer(Connection);

impl Peer {
    fn put(&self, c: &Customer) -> Res<()> {
        for (table, key, value) in rows::rows(c) {
            let sql = format!("INSERT OR REPLACE INTO {} (k, v) VALUES (?1, ?2)", table.name());
            self.0.prepare_cached(&sql)?.execute(params![key, value])?;
        }
        Ok(())
    }

    /// The changes that [`super::Ours::update`] makes, 64 to a transaction.
    pub fn update(&self, n: u64, customers: u64) -> Res<()> {
        for group in (0..n).collect::<Vec<_>>().chunks(64) {
            let tx = self.0.unchecked_transaction()?;
            for i in group {
                let id = rows::id(rows::Random(*i).below(customers));
                let mut get = self.0.prepare_cached("SELECT v FROM customer WHERE k = ?1")?;
                let had: Option<Vec<u8>> = get.query_row([id.bytes()], |r| r.get(0)).optional()?;
                let Some(bytes) = had else { continue };
                let mut c: Customer = records::decode(&bytes)?;
                c.version += 1;
                c.updated_at += 1;
                c.notes.push(format!("Called again about order {i}."));
                // No index row changes with it.
                let mut set = self.0.prepare_cached("UPDATE customer SET v = ?2 WHERE k = ?1")?;
                set.execute(params![id.bytes(), records::encode(&c)])?;
            }
            tx.commit()?;
        }
        Ok(())
    }
}

impl Side for Peer {
    fn open(path: &Path) -> Res<Peer> {
        let db = Connection::open(path)?;
        db.execute_batch("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-131072;")?;
        db.set_prepared_statement_cache_capacity(32);
        for table in TABLES {
            let name = table.name();
            db.execute_batch(&format!(
                "CREATE TABLE IF NOT EXISTS {name} (k BLOB PRIMARY KEY, v BLOB NOT NULL) WITHOUT ROWID"
            ))?;
        }
        Ok(Peer(db))
    }

    fn add(&self, from: u64, to: u64) -> Res<()> {
        let tx = self.0.unchecked_transaction()?;
        (from..to).try_for_each(|n| self.put(&rows::customer(n)))?;
        Ok(tx.commit()?)
    }

    fn add_one(&self, n: u64) -> Res<()> {
        self.add(n, n + 1)
    }

    fn read(&self, which: &[u64]) -> Res<usize> {
        let tx = self.0.unchecked_transaction()?;
        let mut get = self.0.prepare_cached("SELECT v FROM customer WHERE k = ?1")?;
        let mut bytes = 0;
        for n in which {
            let value: Option<Vec<u8>> = get.query_row([rows::id(*n).bytes()], |r| r.get(0)).optional()?;
            bytes += value.map_or(0, |v| v.len());
        }
        drop(get);
        tx.commit()?;
        Ok(bytes)
    }

    fn page(&self, from: &str) -> Res<usize> {
        let start = Key::new().u8(Kind::Customer.code()).text(from).into_bytes();
        let mut page = self.0.prepare_cached(
            "SELECT c.v FROM ix_name n JOIN customer c ON c.k = substr(n.k, -16) WHERE n.k >= ?1 ORDER BY n.k LIMIT 50",
        )?;
        let mut bytes = 0;
        for value in page.query_map([start], |r| r.get::<_, Vec<u8>>(0))? {
            bytes += value?.len();
        }
        Ok(bytes)
    }

    fn scan(&self) -> Res<u64> {
        let mut all = self.0.prepare_cached("SELECT v FROM customer ORDER BY k")?;
        let mut found = all.query([])?;
        let mut n = 0;
        while let Some(row) = found.next()? {
            let bytes = row.get_ref(0)?.as_blob()?;
            n += u64::from(!records::decode::<Customer>(bytes)?.given.is_empty());
        }
        Ok(n)
    }
}
