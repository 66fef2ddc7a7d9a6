//! Reads that keep no snapshot of the store open for long.
//!
//! A state that is held keeps every page of it: the file grows with each commit beside it. So [`view`](fn@view) reads through
//! `RollingView`: after [`STEPS`] rows it lets go of the state and goes on in the latest one, by key. What is read in fewer
//! steps is one state; what takes more may show a change that came while it was read, in one part and not in the other.
//! Where that matters, [`read_consistent`] reads again when the log moved meanwhile.
//!
//! Debug builds can report ([`watch`]) any code that keeps a snapshot open for longer, or writes while one is open.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
    sync::{Arc, OnceLock},
};

use super::{Range, Scan, Store, StoreError, View, ViewExt, text::Memo};
use crate::model::Table;

/// Rows and keys that are read of one state, at most.
pub const STEPS: u32 = 500;

/// So often a long read is made again where the log moved meanwhile; the last result stands.
const AGAIN: usize = 2;

/// Reads the store, by states of which none is held for more than [`STEPS`] rows.
///
/// # Errors
/// Where the file cannot be read, or what `f` gives; `Busy` where the file was replaced meanwhile.
pub fn view<R>(
    store: &dyn Store,
    f: impl FnOnce(&dyn View) -> Result<R, StoreError>,
) -> Result<R, StoreError> {
    f(&RollingView::begin(store)?)
}

/// As [`view`], and once more where the log moved while more than one state was read: sums and their parts then agree,
/// but where others never stop writing.
///
/// # Errors
/// As [`view`].
pub fn read_consistent<R>(
    store: &dyn Store,
    mut f: impl FnMut(&dyn View) -> Result<R, StoreError>,
) -> Result<R, StoreError> {
    let mut left = AGAIN;
    loop {
        let view = RollingView::begin(store)?;
        let head = view.log_head()?;
        let out = f(&view)?;
        if left == 0 || view.states.get() == 1 || store.head()? == head {
            return Ok(out);
        }
        left -= 1;
    }
}

/// One state, and how much was read of it.
struct RollingState<'s> {
    view: Box<dyn View + 's>,
    steps: Cell<u32>,
}

impl RollingState<'_> {
    fn step(&self) {
        self.steps.set(self.steps.get() + 1);
    }

    fn is_used_up(&self) -> bool {
        self.steps.get() >= STEPS
    }
}

/// The store as one state after the other.
struct RollingView<'s> {
    store: &'s dyn Store,
    generation: u64,
    now: RefCell<Option<Rc<RollingState<'s>>>>,
    states: Cell<u32>,
}

impl<'s> RollingView<'s> {
    fn begin(store: &'s dyn Store) -> Result<RollingView<'s>, StoreError> {
        let view = RollingView { store, generation: 0, now: RefCell::default(), states: Cell::new(0) };
        view.look()?;
        // Opening the state may be what finds that the file was replaced: the count of that is the one to go by.
        Ok(RollingView { generation: store.generation(), ..view })
    }

    /// The state to read from: another one where enough was read of the last.
    fn look(&self) -> Result<Rc<RollingState<'s>>, StoreError> {
        let mut now = self.now.borrow_mut();
        if let Some(look) = now.as_ref().filter(|l| !l.is_used_up()) {
            return Ok(Rc::clone(look));
        }
        // Released first: a replacement of the file waits for this.
        *now = None;
        let look = Rc::new(RollingState { view: self.store.look()?, steps: Cell::new(0) });
        if self.states.replace(self.states.get() + 1) > 0 && self.store.generation() != self.generation {
            // Rows of one file would be next to those of another.
            return Err(StoreError::Busy);
        }
        *now = Some(Rc::clone(&look));
        Ok(look)
    }
}

impl View for RollingView<'_> {
    fn memo(&self) -> Option<Arc<Memo>> {
        self.look().ok()?.view.memo()
    }

    fn get(&self, table: Table, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        let look = self.look()?;
        look.step();
        look.view.get(table, key)
    }

    fn scan(
        &self,
        table: Table,
        range: &Range,
        scan: Scan,
        f: &mut dyn FnMut(&[u8], &[u8]) -> bool,
    ) -> Result<(), StoreError> {
        let mut rest: Option<Range> = None;
        loop {
            let look = self.look()?;
            look.step();
            let mut last: Option<Vec<u8>> = None;
            look.view.scan(table, rest.as_ref().unwrap_or(range), scan, &mut |k, v| {
                let on = f(k, v);
                look.step();
                // What was read in `f` counts, too.
                if on && look.is_used_up() {
                    last = Some(k.to_vec());
                }
                on && last.is_none()
            })?;
            let Some(last) = last else { return Ok(()) };
            let mut left = rest.take().unwrap_or_else(|| range.clone());
            match scan {
                Scan::Forward => left.pass(&last),
                Scan::Backward => left.end = Some(last),
            }
            rest = Some(left);
        }
    }
}

/// What was told of one state that was held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HeldReport {
    /// This many rows and keys were read while it was held, of it or another; the last of it was of this table.
    Read(u64, &'static str),
    /// It was kept open while waiting for this.
    Waited(&'static str),
}

type Tell = Box<dyn Fn(HeldReport) + Send + Sync>;

static WATCH: OnceLock<Tell> = OnceLock::new();

thread_local! {
    /// Snapshots that this thread keeps open.
    static HELD: Cell<u32> = const { Cell::new(0) };
    /// Rows and keys that this thread has read.
    static STEPPED: Cell<u64> = const { Cell::new(0) };
}

/// From now on every state of this process that is kept too long is reported: more than `most` rows read meanwhile, or a
/// write or a wait. Once a process; for tests and debug builds.
pub fn watch(most: u64, tell: impl Fn(HeldReport) + Send + Sync + 'static) {
    let _ = WATCH.set(Box::new(move |told| {
        if !matches!(told, HeldReport::Read(n, _) if n <= most) {
            tell(told);
        }
    }));
}

/// Says that this thread is about to wait.
pub(super) fn waits(what: &'static str) {
    if let Some(tell) = WATCH.get()
        && HELD.with(Cell::get) > 0
    {
        tell(HeldReport::Waited(what));
    }
}

/// A snapshot, watched where [`watch`] is on.
pub(super) fn watched<'s>(view: Box<dyn View + 's>) -> Box<dyn View + 's> {
    match WATCH.get() {
        None => view,
        Some(tell) => {
            HELD.with(|n| n.set(n.get() + 1));
            Box::new(Watched { view, tell, since: STEPPED.with(Cell::get), last: Cell::new("nothing") })
        }
    }
}

struct Watched<'s> {
    view: Box<dyn View + 's>,
    tell: &'static Tell,
    since: u64,
    last: Cell<&'static str>,
}

impl Watched<'_> {
    fn step(&self, table: Table) {
        STEPPED.with(|n| n.set(n.get() + 1));
        self.last.set(table.name());
    }
}

impl View for Watched<'_> {
    fn get(&self, table: Table, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        self.step(table);
        self.view.get(table, key)
    }

    fn scan(
        &self,
        table: Table,
        range: &Range,
        scan: Scan,
        f: &mut dyn FnMut(&[u8], &[u8]) -> bool,
    ) -> Result<(), StoreError> {
        self.view.scan(table, range, scan, &mut |k, v| {
            self.step(table);
            f(k, v)
        })
    }

    fn memo(&self) -> Option<Arc<Memo>> {
        self.view.memo()
    }
}

impl Drop for Watched<'_> {
    fn drop(&mut self) {
        HELD.with(|n| n.set(n.get().saturating_sub(1)));
        (self.tell)(HeldReport::Read(STEPPED.with(Cell::get) - self.since, self.last.get()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::MemStore;

    fn filled(n: u16) -> MemStore {
        let store = MemStore::new();
        store.seed((0..n).map(|i| (Table::Seen, i.to_be_bytes().to_vec(), vec![1])));
        store
    }

    fn keys(view: &dyn View, range: &Range, scan: Scan, most: usize) -> Vec<Vec<u8>> {
        view.page(Table::Seen, range, scan, most).unwrap().into_iter().map(|(k, _)| k).collect()
    }

    #[test]
    fn a_long_read_gives_what_one_state_gives() {
        let store = filled(3_000);
        let key = |n: u16| n.to_be_bytes().to_vec();
        for range in
            [Range::all(), Range::between(key(7), key(2_600)), Range::from(key(2_999)), Range::prefix([3])]
        {
            for scan in [Scan::Forward, Scan::Backward] {
                for most in [1, 500, 501, 1_700, usize::MAX] {
                    let one = keys(&*store.look().unwrap(), &range, scan, most);
                    let many = view(&store, |v| Ok(keys(v, &range, scan, most))).unwrap();
                    assert_eq!(one, many, "{range:?} {scan:?} {most}");
                }
            }
        }
    }

    #[test]
    fn what_is_read_inside_counts_as_well() {
        let store = filled(2_000);
        let view = RollingView::begin(&store).unwrap();
        let (mut rows, mut most) = (0, 0);
        view.scan(Table::Seen, &Range::all(), Scan::Forward, &mut |k, _| {
            rows += 1;
            assert!(view.get(Table::Seen, k).unwrap().is_some());
            most = most.max(view.now.borrow().as_ref().map_or(0, |l| l.steps.get()));
            true
        })
        .unwrap();
        assert_eq!(rows, 2_000);
        assert!(most <= STEPS + 1, "{most}");
        assert!(view.states.get() >= 8, "{}", view.states.get());
    }

    #[test]
    fn a_short_read_is_one_state() {
        let store = filled(400);
        let view = RollingView::begin(&store).unwrap();
        assert_eq!(keys(&view, &Range::all(), Scan::Backward, usize::MAX).len(), 400);
        assert_eq!(view.states.get(), 1);
    }
}
