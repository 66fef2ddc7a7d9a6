//! The engine in memory: the model that the others must equal.

use std::{
    collections::BTreeMap,
    ops::Deref,
    sync::{
        Arc, Condvar, Mutex, MutexGuard, PoisonError, RwLock,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use super::{
    Outcome, Range, Reject, Scan, Store, StoreError, View, Weight, engine::Change, online_backup, overlay,
    rolling, text::Memo, writes::Writes,
};
use crate::model::{OpId, Seq, Table, steps};

type Rows = BTreeMap<(Table, Vec<u8>), Vec<u8>>;

/// A store that vanishes with the process.
#[derive(Default)]
pub struct MemStore {
    rows: RwLock<Rows>,
    writing: Mutex<()>,
    head: Mutex<Seq>,
    bell: Condvar,
    roused: AtomicU64,
    memo: Arc<Memo>,
}

/// The rows as they are: borrowed, or kept from changing by the lock that is held.
struct MemView<R>(R, Option<Arc<Memo>>);

impl<R: Deref<Target = Rows>> View for MemView<R> {
    fn get(&self, table: Table, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        steps::count(1);
        Ok(self.0.get(&(table, key.to_vec())).cloned())
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
        use std::ops::Bound::{Excluded, Included, Unbounded};
        let end = match &range.end {
            Some(end) => Excluded((table, end.clone())),
            None => Unbounded,
        };
        let rows = self.0.range((Included((table, range.start.clone())), end));
        let mut give = |((t, k), v): (&(Table, Vec<u8>), &Vec<u8>)| {
            steps::count(1);
            *t == table && f(k, v)
        };
        match scan {
            Scan::Forward => rows.map(&mut give).find(|go| !go),
            // Without an end, later tables come first: they are passed over.
            Scan::Backward => rows.rev().skip_while(|((t, _), _)| *t != table).map(&mut give).find(|go| !go),
        };
        Ok(())
    }

    fn memo(&self) -> Option<Arc<Memo>> {
        self.1.clone()
    }
}

fn held<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    // A poisoned lock means that a change panicked before it wrote: the rows are whole.
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}

impl MemStore {
    /// An empty store.
    pub fn new() -> MemStore {
        MemStore::default()
    }

    pub(super) fn apply(&self, writes: Writes) {
        let mut rows = self.rows.write().unwrap_or_else(PoisonError::into_inner);
        for (table, writes) in writes {
            for (key, value) in writes {
                match value {
                    Some(v) => rows.insert((table, key), v),
                    None => rows.remove(&(table, key)),
                };
            }
        }
    }

    /// Puts rows in as they are: for tests of what stands above.
    #[cfg(test)]
    pub fn seed(&self, rows: impl IntoIterator<Item = (Table, Vec<u8>, Vec<u8>)>) {
        let mut all = self.rows.write().unwrap();
        all.extend(rows.into_iter().map(|(t, k, v)| ((t, k), v)));
    }
}

impl Store for MemStore {
    fn look(&self) -> Result<Box<dyn View + '_>, StoreError> {
        Ok(rolling::watched(Box::new(MemView(
            self.rows.read().unwrap_or_else(PoisonError::into_inner),
            Some(Arc::clone(&self.memo)),
        ))))
    }

    fn write(&self, op: OpId, _weight: Weight, mut f: Change) -> Result<Outcome, Reject> {
        rolling::waits("a write");
        let _one = held(&self.writing);
        let ran = {
            let rows = self.rows.read().unwrap_or_else(PoisonError::into_inner);
            let mut ran = overlay::run(&MemView(&*rows, None), op, &mut f)?;
            online_backup::journal(&MemView(&*rows, None), &mut ran.writes)?;
            ran
        };
        self.apply(ran.writes);
        let mut head = held(&self.head);
        *head = (*head).max(ran.seq);
        self.bell.notify_all();
        Ok(Outcome { seq: ran.seq, replayed: ran.replayed })
    }

    fn head(&self) -> Result<Seq, StoreError> {
        Ok(*held(&self.head))
    }

    fn wait(&self, after: Seq, max: Duration) -> Result<Seq, StoreError> {
        rolling::waits("a change");
        let head = held(&self.head);
        let roused = self.roused.load(Ordering::Acquire);
        let waits = |h: &mut Seq| *h <= after && self.roused.load(Ordering::Acquire) == roused;
        let (head, _) =
            self.bell.wait_timeout_while(head, max, waits).unwrap_or_else(PoisonError::into_inner);
        Ok(*head)
    }

    fn rouse(&self) {
        let _head = held(&self.head);
        self.roused.fetch_add(1, Ordering::AcqRel);
        self.bell.notify_all();
    }
}
