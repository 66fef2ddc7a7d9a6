//! Changes that no one else sees and that are never committed: what a dry run makes.
//!
//! They are kept in memory while they are few, and in a file without a name once they are many, so that a dry run of any
//! size takes little of it.

use std::path::PathBuf;

use super::{
    Page, Range, Reject, Scan, StoreError, Tx, View, ViewExt, overlay::Overlay, redb::Scratch, writes::Writes,
};
use crate::model::{OpId, Table};

/// Rows held in memory at most: about thirty megabytes.
const MOST: usize = 100_000;

/// Rows read from either side at a time.
const PAGE: usize = 256;

/// Changes over a store that stays unchanged.
pub struct Rehearsal {
    recent: Writes,
    earlier: Option<Scratch>,
    folder: Option<PathBuf>,
    most: usize,
}

impl Rehearsal {
    /// None yet. Where they are many they go into a file of that folder; without one they stay in memory.
    pub fn new(folder: Option<PathBuf>) -> Rehearsal {
        Rehearsal { recent: Writes::new(), earlier: None, folder, most: MOST }
    }

    /// Makes a change over those made before.
    ///
    /// # Errors
    /// What it is refused for, or where a file cannot be read or written.
    pub fn run<R>(
        &mut self,
        base: &dyn View,
        op: OpId,
        change: impl FnOnce(&mut dyn Tx) -> Result<R, Reject>,
    ) -> Result<R, Reject> {
        let recent = std::mem::take(&mut self.recent);
        let (done, writes) = match &self.earlier {
            Some(earlier) => over(&Over { base, top: &earlier.view()? }, recent, op, change),
            None => over(base, recent, op, change),
        }?;
        self.recent = writes;
        if let Some(folder) = &self.folder
            && self.recent.len() > self.most
        {
            let scratch = match self.earlier.take() {
                Some(scratch) => scratch,
                None => Scratch::new(folder)?,
            };
            scratch.put(marked(std::mem::take(&mut self.recent)))?;
            self.earlier = Some(scratch);
        }
        Ok(done)
    }
}

fn over<R>(
    base: &dyn View,
    recent: Writes,
    op: OpId,
    change: impl FnOnce(&mut dyn Tx) -> Result<R, Reject>,
) -> Result<(R, Writes), Reject> {
    let mut overlay = Overlay::resume(base, recent);
    let done = change(&mut overlay)?;
    Ok((done, overlay.finish(op)?.0))
}

/// Rows as they are in the scratch file: what is taken away has to be said there, too.
fn marked(writes: Writes) -> Writes {
    let mut out = Writes::new();
    for (table, rows) in writes {
        for (key, value) in rows {
            let value = match value {
                Some(mut v) => {
                    v.push(THERE);
                    v
                }
                None => vec![GONE],
            };
            out.put(table, key, value);
        }
    }
    out
}

/// The last byte of a row that is there, and the only one of a row that was taken away.
const THERE: u8 = 1;
const GONE: u8 = 0;

fn value_of(marked: &[u8]) -> Option<&[u8]> {
    marked.split_last().filter(|(mark, _)| **mark == THERE).map(|(_, v)| v)
}

/// A view with the rows of a scratch file on top.
struct Over<'a> {
    base: &'a dyn View,
    top: &'a dyn View,
}

impl View for Over<'_> {
    fn get(&self, table: Table, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        match self.top.get(table, key)? {
            Some(marked) => Ok(value_of(&marked).map(<[u8]>::to_vec)),
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
        let mut top = Pages::new(self.top, table, range, scan);
        let mut base = Pages::new(self.base, table, range, scan);
        loop {
            let first = match (top.peek()?, base.peek()?) {
                (None, None) => return Ok(()),
                (Some(_), None) => (true, false),
                (None, Some(_)) => (false, true),
                (Some(a), Some(b)) => {
                    let order = if scan == Scan::Forward { a.cmp(b) } else { b.cmp(a) };
                    (order.is_le(), order.is_ge())
                }
            };
            let below = if first.1 { base.next() } else { None };
            let above = if first.0 { top.next() } else { None };
            let going = match (above, below) {
                (Some((k, v)), _) => value_of(&v).is_none_or(|v| f(&k, v)),
                (None, Some((k, v))) => f(&k, &v),
                (None, None) => false,
            };
            if !going {
                return Ok(());
            }
        }
    }
}

/// The rows of a range, read page by page.
struct Pages<'a> {
    view: &'a dyn View,
    table: Table,
    range: Range,
    scan: Scan,
    page: std::iter::Peekable<std::vec::IntoIter<super::Row>>,
    more: bool,
}

impl<'a> Pages<'a> {
    fn new(view: &'a dyn View, table: Table, range: &Range, scan: Scan) -> Pages<'a> {
        let page = Page::new().into_iter().peekable();
        Pages { view, table, range: range.clone(), scan, page, more: true }
    }

    /// The next key.
    fn peek(&mut self) -> Result<Option<&[u8]>, StoreError> {
        if self.more && self.page.peek().is_none() {
            let page = self.view.page(self.table, &self.range, self.scan, PAGE)?;
            self.more = page.len() == PAGE;
            if let Some((last, _)) = page.last() {
                match self.scan {
                    Scan::Forward => self.range.start = last.iter().copied().chain([0]).collect(),
                    Scan::Backward => self.range.end = Some(last.clone()),
                }
            }
            self.page = page.into_iter().peekable();
        }
        Ok(self.page.peek().map(|(k, _)| k.as_slice()))
    }

    fn next(&mut self) -> Option<super::Row> {
        self.page.next()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;
    use crate::{
        model::Id,
        store::{MemStore, Store},
    };

    type Rows = BTreeMap<u16, u8>;

    fn model(base: &Rows, steps: &[BTreeMap<u16, Option<u8>>]) -> Rows {
        let mut all = base.clone();
        for (k, v) in steps.iter().flatten() {
            match v {
                Some(v) => all.insert(*k, *v),
                None => all.remove(k),
            };
        }
        all
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]

        /// Changes read as one map with what they stand over, whether they are in memory or in the file.
        #[test]
        fn a_rehearsal_reads_as_one_map(
            base in proptest::collection::btree_map(0u16..900, any::<u8>(), 0..600),
            steps in proptest::collection::vec(
                proptest::collection::btree_map(0u16..900, proptest::option::of(any::<u8>()), 0..300), 1..5),
            from in 0u16..900, to in 0u16..900, backward: bool, limit in 1usize..800,
        ) {
            let mem = MemStore::new();
            mem.seed(base.iter().map(|(k, v)| (Table::Meta, k.to_be_bytes().to_vec(), vec![*v])));
            let folder = tempfile::tempdir().unwrap();
            let mut rehearsal =
                Rehearsal { most: 200, ..Rehearsal::new(Some(folder.path().to_owned())) };
            let scan = if backward { Scan::Backward } else { Scan::Forward };
            let mut found = Vec::new();
            (&mem as &dyn Store).view(|view| {
                for (n, step) in (0u8..).zip(&steps) {
                    rehearsal.run(view, Id([n; 16]), |tx| {
                        for (k, v) in step {
                            match v {
                                Some(v) => tx.put(Table::Meta, &k.to_be_bytes(), &[*v]),
                                None => tx.del(Table::Meta, &k.to_be_bytes()),
                            }
                        }
                        Ok(())
                    }).unwrap();
                }
                found = rehearsal.run(view, Id([99; 16]), |tx| {
                    let range = Range::between(from.to_be_bytes(), to.to_be_bytes());
                    Ok(tx.view().page(Table::Meta, &range, scan, limit)?)
                }).unwrap();
                Ok(())
            }).unwrap();
            let found: Vec<(u16, u8)> =
                found.into_iter().map(|(k, v)| (u16::from_be_bytes(k.try_into().unwrap()), v[0])).collect();
            let all = model(&base, &steps);
            let mut expected: Vec<(u16, u8)> =
                all.into_iter().filter(|(k, _)| *k >= from && *k < to).collect();
            if backward { expected.reverse(); }
            expected.truncate(limit);
            prop_assert_eq!(found, expected);
            // The file has no name that would outlive a killed process.
            prop_assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
        }
    }
}
