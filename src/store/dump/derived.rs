//! The rows by which the log is found: which change a record, and which a batch. They follow from the log, unless its body was
//! erased.

use std::collections::HashMap;

use super::journal;
use crate::{
    model::{
        Entry, Key, KeyReader, Seq, Table,
        log::{self, LogBody},
    },
    store::{StoreError, View},
};

/// As many answers are remembered.
const REMEMBERED: usize = 100_000;

/// Tells which rows are derived from the log of a state.
pub struct Derived<'a> {
    view: &'a dyn View,
    known: HashMap<(Table, Seq), bool>,
}

impl<'a> Derived<'a> {
    /// For a state.
    pub fn new(view: &'a dyn View) -> Derived<'a> {
        Derived { view, known: HashMap::new() }
    }

    /// Whether who reads the log makes a row again.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn is_left_out(&mut self, table: Table, key: &[u8], value: &[u8]) -> Result<bool, StoreError> {
        let from = match table {
            Table::IxHistory => Table::LogBody,
            Table::IxBatch => Table::Log,
            _ => return Ok(false),
        };
        let mut k = KeyReader(key);
        let (Some(_), Some(seq), true) = (k.id(), k.u64(), value.is_empty()) else { return Ok(false) };
        if let Some(known) = self.known.get(&(from, seq)) {
            return Ok(*known);
        }
        let bytes = self.view.get(from, &log::key(seq))?;
        let there = bytes.is_some_and(|b| match from {
            Table::LogBody => LogBody::decode(&b).is_some(),
            _ => journal::batch_row(&b).is_some(),
        });
        if self.known.len() >= REMEMBERED {
            self.known.clear();
        }
        self.known.insert((from, seq), there);
        Ok(there)
    }
}

/// The rows by which a row of the log is found, or its body.
pub fn of_row(table: Table, key: &[u8], value: &[u8]) -> Vec<Entry> {
    let entry = |table, key: Key| Entry { table, key: key.into_bytes(), value: Vec::new() };
    match (table, KeyReader(key).u64()) {
        (Table::LogBody, Some(seq)) => LogBody::decode(value)
            .map(|b| {
                b.changes.iter().map(|c| entry(Table::IxHistory, Key::new().id(c.id).u64(seq))).collect()
            })
            .unwrap_or_default(),
        (Table::Log, Some(_)) => journal::batch_row(value)
            .map(|(batch, seq)| vec![entry(Table::IxBatch, Key::new().id(batch).u64(seq))])
            .unwrap_or_default(),
        _ => Vec::new(),
    }
}
