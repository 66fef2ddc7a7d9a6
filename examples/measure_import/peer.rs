//! SQLite taking in the same file: a column for a column, and the same indexes.

use std::{error::Error, path::Path};

use rusqlite::{Connection, params};

/// Takes a file in; gives how many rows.
pub fn import(file: &Path, to: &Path) -> Result<u64, Box<dyn Error>> {
    let db = Connection::open(to)?;
    db.execute_batch(
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-262144;
         CREATE TABLE contact(number INTEGER PRIMARY KEY, external TEXT, given TEXT, family TEXT, company TEXT,
             email TEXT, phone TEXT, contacted INTEGER, open INTEGER);
         CREATE UNIQUE INDEX ix_external ON contact(external);
         CREATE INDEX ix_email ON contact(email);
         CREATE INDEX ix_phone ON contact(phone);
         CREATE INDEX ix_name ON contact(family, given);
         CREATE INDEX ix_company ON contact(company);",
    )?;
    let mut rows = 0;
    let tx = db.unchecked_transaction()?;
    {
        let mut insert = db.prepare(
            "INSERT INTO contact(external, given, family, company, email, phone, contacted, open)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        )?;
        let mut file = csv::Reader::from_path(file)?;
        let mut row = csv::StringRecord::new();
        while file.read_record(&mut row)? {
            let cell = |i: usize| row.get(i).unwrap_or_default();
            insert.execute(params![
                cell(0),
                cell(1),
                cell(2),
                cell(3),
                cell(4).to_lowercase(),
                cell(5),
                cell(6),
                cell(7)
            ])?;
            rows += 1;
        }
    }
    tx.commit()?;
    db.close().map_err(|(_, e)| e)?;
    Ok(rows)
}
