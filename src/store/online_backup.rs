//! A copy of a store that others go on writing to, without holding any one state of it for long.
//!
//! A state that is held keeps every page of it: five thousand commits beside one grew a file eightfold. So rows are read
//! page by page, each page of another state, while every commit notes the keys that it touches
//! ([`Table::Touched`]). What was touched is read again, over and over, until little is left; that is read in one last
//! state, and since nothing else changed after it was read, the copy is exactly that state.
//!
//! Every writer notes the keys, in this process or another: [`journal`] is part of every commit. A copy that
//! is killed leaves the note that keys are wanted behind; it counts for a day.

use std::{
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};

use super::{
    Range, Reject, Scan, Store, StoreError, Tx, View, ViewExt, Weight,
    hash::{self, Sum},
    meta,
    redb::plain::Filler,
    writes::Writes,
};
use crate::model::{Id, Key, KeyReader, OpId, Stamp, Table};

/// The note that touched keys are wanted: by which copy, and since when.
const WANTED: &str = "touched_wanted";
/// How long it counts at most, in milliseconds.
const DAY: Stamp = 24 * 60 * 60 * 1000;
/// How long another copy keeps this one from noting keys for itself.
const HOUR: Stamp = 60 * 60 * 1000;
/// Rows of one page, at most.
const ROWS: u64 = 5_000;
/// Bytes of one page, about.
const BYTES: usize = 4 << 20;
/// So few touched keys are left to the last state.
const FEW: usize = 500;
/// So often what was touched is read again before the last state: who writes faster than this reads is not outrun.
const ROUNDS: usize = 50;

/// Whether what is written to a table is noted: all but what the store says of itself.
fn is_noted(table: Table) -> bool {
    !matches!(table, Table::Meta | Table::Touched)
}

/// Whether a row is a note of this file's: no copy of the store takes it along.
pub fn is_note(table: Table, key: &[u8]) -> bool {
    table == Table::Touched || (table == Table::Meta && key == WANTED.as_bytes())
}

/// Adds to a commit's writes the keys that they touch, where a copy wants them.
///
/// # Errors
/// Where the file cannot be read.
pub fn journal(view: &dyn View, writes: &mut Writes) -> Result<(), StoreError> {
    if writes.is_empty() || writes.get(Table::Meta, WANTED.as_bytes()).is_some() {
        return Ok(());
    }
    let Some(row) = view.get(Table::Meta, WANTED.as_bytes())? else { return Ok(()) };
    let since = wants(&row).map_or(0, |(_, at)| at);
    // What time it is, the commit's own rows say.
    let own = writes.range(Table::AppliedOp, &Range::all());
    let now = own.filter_map(|(_, v)| KeyReader(v?.get(8..)?).at()).max();
    if now.is_some_and(|now| now > since.saturating_add(DAY)) {
        writes.del(Table::Meta, WANTED.as_bytes().to_vec());
        return Ok(());
    }
    let keys: Vec<Vec<u8>> =
        writes.keys().filter(|(t, _)| is_noted(*t)).map(|(t, k)| [&[t.code()], k].concat()).collect();
    for key in keys {
        writes.put(Table::Touched, key, Vec::new());
    }
    Ok(())
}

fn wants(row: &[u8]) -> Option<(Id, Stamp)> {
    let mut r = KeyReader(row);
    Some((r.id()?, r.at()?))
}

/// Whether the copy that wants touched keys since then may still be at it.
fn is_fresh(at: Stamp, now: Stamp) -> bool {
    at.abs_diff(now) < HOUR.unsigned_abs()
}

/// What was copied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Copied {
    /// Rows, of the tables that a hash is over.
    pub rows: u64,
    /// The sum over them, as they were read.
    pub sum: Sum,
}

/// Copies the store into a new file. `None` where keys cannot be noted (the store cannot be written, or another copy is
/// being made): then one state has to be held.
///
/// # Errors
/// Where one cannot be read or the other not written.
pub fn copy(
    store: &dyn Store,
    to: &Path,
    op: OpId,
    now: Stamp,
    progress: &mut dyn FnMut(u64) -> bool,
) -> Result<Option<Copied>, StoreError> {
    let mut copy = Copy { store, op, ops: 0 };
    if !copy.begin(now)? {
        return Ok(None);
    }
    let copied = copy.rows(to, progress);
    copy.end();
    copied
}

impl Copied {
    /// Counts a row, or takes it out again, where a hash is over its table.
    fn toggle(&mut self, table: Table, key: &[u8], value: &[u8], by: i64) {
        if hash::is_held(table, key) {
            self.sum.toggle(table, key, value);
            self.rows = self.rows.saturating_add_signed(by);
        }
    }
}

struct Copy<'a> {
    store: &'a dyn Store,
    op: OpId,
    ops: u64,
}

impl Copy<'_> {
    /// Makes a change that is no command of anyone's: it touches only what the store says of itself.
    fn write(
        &mut self,
        f: impl FnMut(&mut dyn Tx) -> Result<(), Reject> + Send + 'static,
    ) -> Result<(), Reject> {
        self.ops += 1;
        let mut op = self.op.0;
        // Each its own, all of the one given.
        for (b, n) in op.iter_mut().zip(self.ops.to_le_bytes()) {
            *b ^= n;
        }
        self.store.write(Id(op), Weight::Heavy, Box::new(f)).map(drop)
    }

    /// Who wants touched keys.
    fn wanted(&self) -> Result<Option<(Id, Stamp)>, StoreError> {
        self.store.view(|v| Ok(v.get(Table::Meta, WANTED.as_bytes())?.and_then(|row| wants(&row))))
    }

    /// From now on touched keys are noted; gives whether they are, for this copy.
    fn begin(&mut self, now: Stamp) -> Result<bool, StoreError> {
        // Looked at first: who only finds another copy writes nothing.
        if self.wanted()?.is_some_and(|(_, at)| is_fresh(at, now)) {
            return Ok(false);
        }
        let free = Arc::new(Mutex::new(true));
        let (is_free, me) = (Arc::clone(&free), self.op);
        let set = move |b: bool| *is_free.lock().unwrap_or_else(PoisonError::into_inner) = b;
        let begun = self.write(move |tx| {
            let other = tx.get(Table::Meta, WANTED.as_bytes())?;
            let other = other.and_then(|row| wants(&row));
            let taken = other.is_some_and(|(_, at)| is_fresh(at, now));
            set(!taken);
            if !taken {
                meta::note(tx, WANTED, Key::new().id(me).at(now).as_bytes());
                clear(tx)?;
            }
            Ok(())
        });
        match begun {
            Ok(()) => Ok(*free.lock().unwrap_or_else(PoisonError::into_inner)),
            // Reading goes on where nothing can be written: on a full disk, say.
            Err(_) => Ok(false),
        }
    }

    /// Touched keys are wanted no more. Where that cannot be written, the note lapses by itself.
    fn end(&mut self) {
        let me = self.op;
        if !self.wanted().is_ok_and(|w| w.is_some_and(|(id, _)| id == me)) {
            return;
        }
        drop(self.write(move |tx| {
            let row = tx.get(Table::Meta, WANTED.as_bytes())?;
            if row.and_then(|r| wants(&r)).is_some_and(|(id, _)| id == me) {
                tx.del(Table::Meta, WANTED.as_bytes());
                clear(tx)?;
            }
            Ok(())
        }));
    }

    fn rows(
        &mut self,
        to: &Path,
        progress: &mut dyn FnMut(u64) -> bool,
    ) -> Result<Option<Copied>, StoreError> {
        let mut filler = Filler::new(to)?;
        let mut done = Copied { rows: 0, sum: Sum::default() };
        for table in Table::ALL.iter().copied().filter(|t| is_noted(*t)) {
            let mut from = Some(Range::all());
            while let Some(range) = from {
                let (page, rest) = self.page(table, &range)?;
                for (key, value) in page {
                    done.toggle(table, &key, &value, 1);
                    filler.set(table, key, Some(value))?;
                }
                if !progress(done.rows) {
                    return Err(StoreError::Cancelled);
                }
                from = rest;
            }
        }
        for _ in 0..ROUNDS {
            let Some(drained) = self.drain()? else { break };
            for (table, key, value) in drained {
                again(&mut filler, &mut done, table, key, value)?;
            }
        }
        let mut failed = Ok(true);
        let me = self.op;
        self.store.read(&mut |view| {
            failed = last(view, me, &mut filler, &mut done);
            Ok(())
        })?;
        if !failed? {
            return Ok(None);
        }
        filler.finish()?;
        Ok(Some(done))
    }

    /// A page of a table in its own snapshot, and what comes after it.
    fn page(&self, table: Table, range: &Range) -> Result<(super::Page, Option<Range>), StoreError> {
        self.store.view(|view| {
            let (mut page, mut bytes, mut more) = (super::Page::new(), 0, false);
            view.scan(table, range, Scan::Forward, &mut |k, v| {
                bytes += k.len() + v.len();
                page.push((k.to_vec(), v.to_vec()));
                more = page.len() as u64 >= ROWS || bytes >= BYTES;
                !more
            })?;
            let last = page.last().filter(|_| more);
            let rest = last.map(|(k, _)| Range::from([k.as_slice(), &[0]].concat()));
            Ok((page, rest))
        })
    }

    /// Takes touched keys out, with what stands under them now, as one step; `None` once there are few.
    fn drain(&mut self) -> Result<Option<Vec<Touched>>, StoreError> {
        if self.store.view(|v| Ok(v.page(Table::Touched, &Range::all(), Scan::Forward, FEW + 1)?.len()))?
            <= FEW
        {
            return Ok(None);
        }
        let out = Arc::new(Mutex::new(Vec::new()));
        let found = Arc::clone(&out);
        let drained = self.write(move |tx| {
            let mut all = Vec::new();
            for (noted, _) in tx.view().page(Table::Touched, &Range::all(), Scan::Forward, ROWS as usize)? {
                all.extend(read(tx.view(), &noted)?);
                tx.del(Table::Touched, &noted);
            }
            *found.lock().unwrap_or_else(PoisonError::into_inner) = all;
            Ok(())
        });
        // Who cannot be outrun, or a disk that ran full, is left to the last state.
        let ok = drained.is_ok();
        let mut out = out.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(ok.then(|| std::mem::take(&mut *out)))
    }
}

/// A touched key, and what stands under it.
type Touched = (Table, Vec<u8>, Option<Vec<u8>>);

fn read(view: &dyn View, noted: &[u8]) -> Result<Option<Touched>, StoreError> {
    let Some((code, key)) = noted.split_first() else { return Ok(None) };
    let Some(table) = Table::of_code(*code) else { return Ok(None) };
    Ok(Some((table, key.to_vec(), view.get(table, key)?)))
}

/// Puts a row that was touched in the place of what was read before.
fn again(
    filler: &mut Filler,
    done: &mut Copied,
    table: Table,
    key: Vec<u8>,
    value: Option<Vec<u8>>,
) -> Result<(), StoreError> {
    if let Some(before) = filler.get(table, &key)? {
        done.toggle(table, &key, &before, -1);
    }
    if let Some(value) = &value {
        done.toggle(table, &key, value, 1);
    }
    filler.set(table, key, value)
}

/// The last state: what is still touched, and what the store says of itself. `false` where another took the noting over.
fn last(view: &dyn View, me: OpId, filler: &mut Filler, done: &mut Copied) -> Result<bool, StoreError> {
    let row = view.get(Table::Meta, WANTED.as_bytes())?;
    if row.and_then(|r| wants(&r)).is_none_or(|(id, _)| id != me) {
        return Ok(false);
    }
    for (noted, _) in view.page(Table::Touched, &Range::all(), Scan::Forward, usize::MAX)? {
        if let Some((table, key, value)) = read(view, &noted)? {
            again(filler, done, table, key, value)?;
        }
    }
    for (key, value) in view.page(Table::Meta, &Range::all(), Scan::Forward, usize::MAX)? {
        if key != WANTED.as_bytes() && !meta::is_of_file(Table::Meta, &key) {
            filler.set(Table::Meta, key, Some(value))?;
        }
    }
    Ok(true)
}

/// Forgets what no copy needs, a bounded number at a time: what is left over only makes a copy read more again.
fn clear(tx: &mut dyn Tx) -> Result<(), StoreError> {
    for (noted, _) in tx.view().page(Table::Touched, &Range::all(), Scan::Forward, 20_000)? {
        tx.del(Table::Touched, &noted);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::files::{Draft, Owner};
    use crate::store::{MemStore, hash, redb::plain::Plain};

    fn op(n: u8) -> OpId {
        Id([n; 16])
    }

    /// Rows over more than one page, in two tables.
    fn seeded() -> MemStore {
        let store = MemStore::new();
        let rows = |t| (0..6_000u32).map(move |n| (t, n.to_be_bytes().to_vec(), b"old".to_vec()));
        store.seed(rows(Table::Seen).chain(rows(Table::Draft)));
        store.seed([(Table::Meta, meta::SCHEMA_KEY.into(), 1u16.to_be_bytes().to_vec())]);
        store
    }

    fn put(store: &MemStore, n: u32, rows: Vec<(Table, u32, Option<&'static [u8]>)>) {
        let mut id = [1; 16];
        id[..4].copy_from_slice(&n.to_be_bytes());
        let done = store.write(
            Id(id),
            Weight::Light,
            Box::new(move |tx| {
                for (t, k, v) in &rows {
                    match v {
                        Some(v) => tx.put(*t, &k.to_be_bytes(), v),
                        None => tx.del(*t, &k.to_be_bytes()),
                    }
                }
                Ok(())
            }),
        );
        done.unwrap();
    }

    fn content(store: &MemStore) -> hash::Content {
        (store as &dyn Store).view(|v| hash::content(v, &mut |_| {})).unwrap()
    }

    fn left(store: &MemStore) -> usize {
        let store: &dyn Store = store;
        store
            .view(|v| {
                let noted = v.page(Table::Touched, &Range::all(), Scan::Forward, 9_999)?.len();
                Ok(noted + usize::from(v.get(Table::Meta, WANTED.as_bytes())?.is_some()))
            })
            .unwrap()
    }

    #[test]
    fn what_is_written_between_two_pages_is_in_the_copy_and_no_state_is_held_meanwhile() {
        let folder = tempfile::tempdir().unwrap();
        for many in [1u32, 700] {
            let draft = Draft::new(folder.path(), Owner::me()).unwrap();
            let to = draft.path();
            let store = seeded();
            let mut page = 0;
            let copied = copy(&store, &to, op(9), 1_000, &mut |_| {
                page += 1;
                // The engine in memory would wait for ever here if a state of it were still held.
                let over = (0..many).flat_map(|n| {
                    [
                        (Table::Seen, n, Some(&b"new"[..])),
                        (Table::Draft, 5_999 - n, None),
                        (Table::Raw, n, Some(b"more")),
                    ]
                });
                put(&store, page, over.collect());
                put(&store, 1_000 + page, vec![(Table::Seen, 3, None), (Table::Raw, 0, None)]);
                true
            });
            let copied = copied.unwrap().unwrap();
            assert!(page > 4, "{page}");
            let file = Plain::open(&to, false).unwrap();
            let view = file.view().unwrap();
            assert_eq!(hash::content(&view, &mut |_| {}).unwrap(), content(&store));
            assert_eq!((copied.rows, copied.sum), (content(&store).rows, Sum::of(&view).unwrap()));
            assert_eq!(view.get(Table::Meta, WANTED.as_bytes()).unwrap(), None);
            assert_eq!(left(&store), 0);
        }
    }

    #[test]
    fn a_copy_leaves_no_trace_in_what_is_held_and_a_second_one_beside_it_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let drafts = [(); 3].map(|()| Draft::new(folder.path(), Owner::me()).unwrap());
        let [one, two, three] = drafts.each_ref().map(Draft::path);
        let store = seeded();
        let before = content(&store);
        let mut told = false;
        copy(&store, &one, op(9), 1_000, &mut |_| {
            if !told {
                told = true;
                assert_eq!(copy(&store, &two, op(8), 2_000, &mut |_| true).unwrap(), None);
            }
            true
        })
        .unwrap();
        assert_eq!(content(&store), before);
        assert!(copy(&store, &three, op(7), 3_000, &mut |_| false).is_err());
        assert_eq!(left(&store), 0, "given up, it notes no more either");
    }

    #[test]
    fn the_note_of_a_copy_that_was_killed_lapses_after_a_day() {
        let store = seeded();
        store.seed([(Table::Meta, WANTED.into(), Key::new().id(op(9)).at(1_000).into_bytes())]);
        let log = |n: u8, at: Stamp| {
            let draft = crate::model::log::LogDraft {
                actor: Id::NIL,
                logged_at: at,
                effective_at: at,
                command: "test".into(),
                op: op(n),
                batch: None,
                undo_of: None,
                redo_of: None,
                via: None,
                unix_user: None,
                salt: [3; 16],
                body: crate::model::log::LogBody::default(),
            };
            let done = store.write(
                op(n),
                Weight::Light,
                Box::new(move |tx| {
                    tx.put(Table::Seen, b"x", &[n]);
                    tx.log(draft.clone());
                    Ok(())
                }),
            );
            done.unwrap();
        };
        log(1, 2_000);
        assert!(left(&store) > 1);
        let noted = left(&store) - 1;
        log(2, 1_000 + DAY + 1);
        assert_eq!(left(&store), noted, "the note is gone, and no key came");
        log(3, 1_000 + DAY + 2);
        assert_eq!(left(&store), noted);
    }
}
