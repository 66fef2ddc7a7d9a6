//! One command's writes over a view: what gives each command of a shared commit its own atomicity.

use super::{Range, Reject, Scan, StoreError, Tx, View, ViewExt, engine::Change, hash, writes::Writes};
use crate::model::{Key, OpId, Seq, Stamp, Table, log, log::LogDraft, log::LogRow};

/// A view with writes on top.
pub struct Overlay<'a> {
    base: &'a dyn View,
    writes: Writes,
    logs: Vec<LogDraft>,
}

impl<'a> Overlay<'a> {
    /// Nothing written yet.
    pub fn over(base: &'a dyn View) -> Overlay<'a> {
        Overlay { base, writes: Writes::new(), logs: Vec::new() }
    }

    /// With the writes of an earlier overlay of the same view.
    pub fn resume(base: &'a dyn View, writes: Writes) -> Overlay<'a> {
        Overlay { base, writes, logs: Vec::new() }
    }

    /// The writes alone: what is written outside of commands.
    pub fn into_writes(self) -> Writes {
        self.writes
    }

    /// The writes, with the log rows in their places after the rows that are there.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn finish(mut self, op: OpId) -> Result<(Writes, Seq), StoreError> {
        let mut seq = self.log_head()?;
        let mut prev = match self.get(Table::Log, &log::key(seq))? {
            Some(row) => {
                LogRow::decode(&row).ok_or_else(|| StoreError::Corrupt(format!("log row {seq}")))?.hash()
            }
            None => [0; 32],
        };
        let mut at: Stamp = 0;
        for draft in std::mem::take(&mut self.logs) {
            seq += 1;
            at = draft.logged_at;
            let (row, body) = draft.seal(seq, prev);
            prev = row.hash();
            self.put(Table::Log, &log::key(seq), &row.encode());
            self.put(Table::LogBody, &log::key(seq), &body);
            for change in &draft.body.changes {
                self.put(Table::IxHistory, Key::new().id(change.id).u64(seq).as_bytes(), &[]);
            }
            if let Some(batch) = draft.batch {
                self.put(Table::IxBatch, Key::new().id(batch).u64(seq).as_bytes(), &[]);
            }
        }
        if !self.writes.is_empty() && !self.writes.keys().any(|(t, k)| hash::is_held(t, k)) {
            // What the store says of itself may be said twice; it leaves no trace in the contents.
            return Ok((self.writes, seq));
        }
        let applied = Key::new().u64(seq).at(at).into_bytes();
        self.put(Table::AppliedOp, op.bytes(), &applied);
        Ok((self.writes, seq))
    }
}

/// Runs a change over a view: its writes, and its last row in the log. An op that was applied writes nothing again.
///
/// # Errors
/// What the change was refused for.
pub fn run(base: &dyn View, op: OpId, f: &mut Change) -> Result<Ran, Reject> {
    if let Some(seq) = applied(base, op)? {
        return Ok(Ran { writes: Writes::new(), seq, replayed: true });
    }
    let mut overlay = Overlay::over(base);
    f(&mut overlay)?;
    let (writes, seq) = overlay.finish(op)?;
    Ok(Ran { writes, seq, replayed: false })
}

/// The last row in the log of an op that was applied.
///
/// # Errors
/// Where the file cannot be read.
pub fn applied(view: &dyn View, op: OpId) -> Result<Option<Seq>, StoreError> {
    let row = view.get(Table::AppliedOp, op.bytes())?;
    Ok(row.map(|r| r.first_chunk::<8>().map_or(0, |b| u64::from_be_bytes(*b))))
}

/// What a change came to.
pub struct Ran {
    /// What to write.
    pub writes: Writes,
    /// Its last row in the log.
    pub seq: Seq,
    /// Whether it had been applied before.
    pub replayed: bool,
}

/// A view with writes on top.
pub struct Layered<'a> {
    /// What lies beneath.
    pub base: &'a dyn View,
    /// What was written since.
    pub writes: &'a Writes,
}

impl View for Layered<'_> {
    fn get(&self, table: Table, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        match self.writes.get(table, key) {
            Some(v) => Ok(v.map(<[u8]>::to_vec)),
            None => self.base.get(table, key),
        }
    }

    fn scan(
        &self,
        table: Table,
        range: &Range,
        scan: Scan,
        f: &mut dyn FnMut(&[u8], &[u8]) -> bool,
    ) -> Result<(), StoreError> {
        merged(self.base, self.writes, table, range, scan, f)
    }
}

impl Overlay<'_> {
    fn layered(&self) -> Layered<'_> {
        Layered { base: self.base, writes: &self.writes }
    }
}

impl View for Overlay<'_> {
    fn get(&self, table: Table, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        self.layered().get(table, key)
    }

    fn scan(
        &self,
        table: Table,
        range: &Range,
        scan: Scan,
        f: &mut dyn FnMut(&[u8], &[u8]) -> bool,
    ) -> Result<(), StoreError> {
        self.layered().scan(table, range, scan, f)
    }
}

/// Rows of a view with writes on top, in order.
///
/// # Errors
/// Where the file cannot be read.
pub fn merged(
    base: &dyn View,
    writes: &Writes,
    table: Table,
    range: &Range,
    scan: Scan,
    f: &mut dyn FnMut(&[u8], &[u8]) -> bool,
) -> Result<(), StoreError> {
    if range.is_empty() {
        return Ok(());
    }
    let mut own: Vec<(&[u8], Option<&[u8]>)> = writes.range(table, range).collect();
    if own.is_empty() {
        return base.scan(table, range, scan, f);
    }
    if scan == Scan::Backward {
        own.reverse();
    }
    let mut own = own.into_iter().peekable();
    let before = |a: &[u8], b: &[u8]| if scan == Scan::Forward { a < b } else { a > b };
    let mut going = true;
    base.scan(table, range, scan, &mut |k, v| {
        while let Some((_, value)) = own.next_if(|(mine, _)| before(mine, k)).map(|o| (o.0, o)) {
            if let (mine, Some(v)) = value {
                going = f(mine, v);
                if !going {
                    return false;
                }
            }
        }
        going = match own.next_if(|(mine, _)| *mine == k) {
            Some((_, Some(v))) => f(k, v),
            Some((_, None)) => true,
            None => f(k, v),
        };
        going
    })?;
    if going {
        for (k, v) in own {
            if let Some(v) = v
                && !f(k, v)
            {
                break;
            }
        }
    }
    Ok(())
}

impl Tx for Overlay<'_> {
    fn put(&mut self, table: Table, key: &[u8], value: &[u8]) {
        self.writes.put(table, key.to_vec(), value.to_vec());
    }

    fn del(&mut self, table: Table, key: &[u8]) {
        self.writes.del(table, key.to_vec());
    }

    fn add(&mut self, counter: &str, delta: u64) -> Result<u64, StoreError> {
        let n = self.counter(counter)?.saturating_add(delta);
        self.put(Table::Counter, counter.as_bytes(), &n.to_be_bytes());
        Ok(n)
    }

    fn log(&mut self, row: LogDraft) {
        self.logs.push(row);
    }

    fn view(&self) -> &dyn View {
        self
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;
    use crate::store::MemStore;

    proptest! {
        /// An overlay over rows reads as one map with all of them.
        #[test]
        fn an_overlay_reads_as_one_map(
            base in proptest::collection::btree_map(0u8..20, any::<u8>(), 0..15),
            writes in proptest::collection::btree_map(0u8..20, proptest::option::of(any::<u8>()), 0..15),
            from in 0u8..20, to in 0u8..22, backward: bool, limit in 1usize..30,
        ) {
            let mem = MemStore::new();
            mem.seed(base.iter().map(|(k, v)| (Table::Meta, vec![*k], vec![*v])));
            let mut model: BTreeMap<u8, u8> = base.clone();
            for (k, v) in &writes {
                match v { Some(v) => { model.insert(*k, *v); } None => { model.remove(k); } }
            }
            let mut expected: Vec<(u8, u8)> =
                model.into_iter().filter(|(k, _)| *k >= from && *k < to).collect();
            if backward { expected.reverse(); }
            expected.truncate(limit);
            let mut found = Vec::new();
            let store: &dyn crate::store::Store = &mem;
            store.view(|v| {
                let mut o = Overlay::over(v);
                for (k, v) in &writes {
                    match v { Some(v) => o.put(Table::Meta, &[*k], &[*v]), None => o.del(Table::Meta, &[*k]) }
                }
                let scan = if backward { Scan::Backward } else { Scan::Forward };
                found = o.page(Table::Meta, &Range::between([from], [to]), scan, limit)?;
                Ok(())
            }).unwrap();
            let found: Vec<(u8, u8)> = found.into_iter().map(|(k, v)| (k[0], v[0])).collect();
            prop_assert_eq!(found, expected);
        }
    }
}
