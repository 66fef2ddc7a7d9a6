use std::sync::{
    Condvar,
    atomic::{AtomicBool, AtomicUsize, Ordering},
};

use super::*;
use crate::{
    model::{Id, Refusal, Table},
    store::{MemStore, Store, ViewExt},
};

/// Writes into a [`MemStore`], lets commits wait behind a gate, runs each change twice, and fails where told to.
#[derive(Default)]
struct Fake {
    rows: MemStore,
    shut: Mutex<bool>,
    opened: Condvar,
    waiting: AtomicUsize,
    commits: Mutex<Vec<usize>>,
    fail: AtomicBool,
    fail_once: AtomicBool,
    /// How many commits are still to be looked ahead of.
    looks: AtomicUsize,
    /// Whether no one else wrote since the last commit.
    ours: AtomicBool,
    /// What someone else commits after the next commit.
    other: Mutex<Option<Writes>>,
    fail_after_writing: AtomicBool,
    broken: AtomicBool,
}

impl Engine for Fake {
    fn commit(&self, _until: Instant, f: &mut Plan<'_>, ahead: Option<&mut Ahead<'_>>) -> Result<(), Failed> {
        self.waiting.fetch_add(1, Ordering::SeqCst);
        let shut = self.shut.lock().unwrap();
        drop(self.opened.wait_while(shut, |s| *s).unwrap());
        let mut writes = Writes::new();
        let ours = self.ours.load(Ordering::SeqCst);
        self.rows
            .read(&mut |v| {
                if !ours {
                    // As an engine does whose first try clashed with another writer.
                    f(v, false)?;
                }
                writes = f(v, ours)?;
                Ok(())
            })
            .map_err(Failed::Before)?;
        if let Some(ahead) = ahead
            && self.looks.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |n| n.checked_sub(1)).is_ok()
        {
            let (_going, over) = bounded(0);
            self.rows
                .read(&mut |v| {
                    ahead(v, &writes, &over);
                    Ok(())
                })
                .unwrap();
        }
        self.commits.lock().unwrap().push(writes.count(Table::AppliedOp));
        if self.fail.load(Ordering::SeqCst) {
            return Err(Failed::Maybe(StoreError::Full));
        }
        if self.fail_once.swap(false, Ordering::SeqCst) {
            return Err(Failed::Before(StoreError::Full));
        }
        self.rows.apply(writes);
        if let Some(other) = self.other.lock().unwrap().take() {
            self.rows.apply(other);
            self.ours.store(false, Ordering::SeqCst);
        }
        if self.fail_after_writing.load(Ordering::SeqCst) {
            return Err(Failed::Maybe(StoreError::Io("the last header".into())));
        }
        Ok(())
    }

    fn settle(
        &self,
        _until: Instant,
        f: &mut dyn FnMut(&dyn View) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        if self.broken.load(Ordering::SeqCst) {
            return Err(StoreError::Full);
        }
        self.rows.read(f)
    }

    fn committed(&self, _head: Seq) {}
}

fn op(n: u8) -> OpId {
    Id([n; 16])
}

fn add(n: u8) -> Change {
    Box::new(move |tx| {
        tx.add("sum", u64::from(n))?;
        match n {
            13 => Err(Refusal::NothingTo("do").into()),
            _ => Ok(()),
        }
    })
}

fn sum(fake: &Fake) -> u64 {
    (&fake.rows as &dyn Store).view(|v| v.counter("sum")).unwrap()
}

/// Sends the ops of these numbers while the first is held back, so that the others wait together.
fn together(fake: &Arc<Fake>, all: &[(u8, Weight)]) -> Vec<Result<Outcome, Reject>> {
    let lane = WriteLane::new(Arc::clone(fake) as Arc<dyn Engine>);
    *fake.shut.lock().unwrap() = true;
    std::thread::scope(|s| {
        let sent: Vec<_> = all
            .iter()
            .enumerate()
            .map(|(i, (n, weight))| {
                let (sender, lane) = (lane.sender().unwrap(), &lane);
                let t = s.spawn(move || lane.write(op(*n), *weight, add(*n)));
                // In this order: the first is taken before the second is sent, and each of the rest is in the queue.
                while if i == 0 { fake.waiting.load(Ordering::SeqCst) == 0 } else { sender.len() < i } {
                    std::thread::yield_now();
                }
                t
            })
            .collect();
        *fake.shut.lock().unwrap() = false;
        fake.opened.notify_all();
        sent.into_iter().map(|t| t.join().unwrap()).collect()
    })
}

#[test]
fn what_waits_shares_a_commit_and_each_stands_alone_in_it() {
    let fake = Arc::new(Fake::default());
    let light = |n| (n, Weight::Light);
    let results = together(&fake, &[light(1), light(2), light(13), light(4), light(2)]);
    assert_eq!(*fake.commits.lock().unwrap(), [1, 2]);
    assert!(matches!(results[2], Err(Reject::Refused(_))));
    let replayed: Vec<bool> = [0, 1, 3, 4].iter().map(|i| results[*i].as_ref().unwrap().replayed).collect();
    assert_eq!(replayed, [false, false, false, true], "the same op within one commit");
    assert_eq!(sum(&fake), 1 + 2 + 4);
}

#[test]
fn a_heavy_change_commits_alone() {
    let fake = Arc::new(Fake::default());
    let all =
        [(1, Weight::Light), (2, Weight::Light), (3, Weight::Heavy), (4, Weight::Light), (5, Weight::Light)];
    assert!(together(&fake, &all).iter().all(Result::is_ok));
    assert_eq!(*fake.commits.lock().unwrap(), [1, 1, 1, 2]);
    assert_eq!(sum(&fake), 15);
}

#[test]
fn a_commit_takes_no_more_than_its_share() {
    let fake = Arc::new(Fake::default());
    let all: Vec<_> = (100..200).map(|n| (n, Weight::Light)).collect();
    assert!(together(&fake, &all).iter().all(Result::is_ok));
    assert_eq!(*fake.commits.lock().unwrap(), [1, GROUP, 99 - GROUP]);
}

#[test]
fn a_failed_commit_acknowledges_nothing() {
    let fake = Arc::new(Fake::default());
    fake.fail.store(true, Ordering::SeqCst);
    let results = together(&fake, &[(1, Weight::Light), (2, Weight::Light), (13, Weight::Light)]);
    assert!(results[..2].iter().all(|r| matches!(r, Err(Reject::Store(StoreError::Full)))));
    assert!(matches!(results[2], Err(Reject::Refused(_))), "what was refused stays refused");
    assert_eq!(sum(&fake), 0);
}

#[test]
fn what_stands_in_the_file_after_a_failure_is_acknowledged() {
    let fake = Arc::new(Fake::default());
    fake.fail_after_writing.store(true, Ordering::SeqCst);
    let lane = WriteLane::new(Arc::clone(&fake) as Arc<dyn Engine>);
    let outcome = lane.write(op(1), Weight::Light, add(1)).unwrap();
    assert!(!outcome.replayed);
    assert_eq!(sum(&fake), 1);
}

#[test]
fn nobody_says_that_nothing_was_changed_where_nobody_knows() {
    let fake = Arc::new(Fake::default());
    fake.fail_after_writing.store(true, Ordering::SeqCst);
    fake.broken.store(true, Ordering::SeqCst);
    let lane = WriteLane::new(Arc::clone(&fake) as Arc<dyn Engine>);
    let said = lane.write(op(1), Weight::Light, add(1)).unwrap_err();
    assert!(
        matches!(said, Reject::Store(StoreError::Unsure(_))) && !said.to_string().contains("nothing was")
    );
}

/// Two heavy changes of which the second is worked out while the first is made durable: what became of them, and how often
/// the second was run.
fn one_behind_another(fake: &Arc<Fake>) -> ([Result<Outcome, Reject>; 2], usize) {
    let lane = WriteLane::new(Arc::clone(fake) as Arc<dyn Engine>);
    let runs = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&runs);
    fake.looks.store(1, Ordering::SeqCst);
    let first = lane.submit(op(1), Weight::Heavy, add(1));
    let second = lane.submit(
        op(2),
        Weight::Heavy,
        Box::new(move |tx| {
            counted.fetch_add(1, Ordering::SeqCst);
            // Twice what is there: who does not see the first gives something else.
            let sum = tx.view().counter("sum")?;
            tx.add("sum", sum + 10)?;
            Ok(())
        }),
    );
    let done = [first.wait(), second.wait()];
    (done, runs.load(Ordering::SeqCst))
}

#[test]
fn what_is_worked_out_ahead_stands_on_what_is_on_its_way() {
    let fake = Arc::new(Fake::default());
    fake.ours.store(true, Ordering::SeqCst);
    let (done, runs) = one_behind_another(&fake);
    assert!(done.iter().all(Result::is_ok));
    assert_eq!((sum(&fake), runs), (1 + 11, 1));
}

#[test]
fn what_was_worked_out_ahead_is_thrown_away_where_somebody_else_wrote() {
    let fake = Arc::new(Fake::default());
    fake.ours.store(true, Ordering::SeqCst);
    let mut other = Writes::new();
    other.put(Table::Counter, b"sum".to_vec(), 100u64.to_be_bytes().to_vec());
    *fake.other.lock().unwrap() = Some(other);
    let (done, runs) = one_behind_another(&fake);
    assert!(done.iter().all(Result::is_ok));
    assert_eq!(sum(&fake), 100 + 110);
    assert_eq!(runs, 3, "ahead, in the try that clashed, and over what stands");
}

#[test]
fn what_was_worked_out_ahead_is_thrown_away_where_the_one_before_failed() {
    let fake = Arc::new(Fake::default());
    fake.ours.store(true, Ordering::SeqCst);
    fake.fail_once.store(true, Ordering::SeqCst);
    let ([first, second], runs) = one_behind_another(&fake);
    assert!(matches!(first, Err(Reject::Store(StoreError::Full))));
    assert!(second.is_ok());
    assert_eq!((sum(&fake), runs), (10, 2));
}

#[test]
fn a_command_behind_a_heavy_change_still_shares_its_commit() {
    let fake = Arc::new(Fake::default());
    fake.looks.store(1, Ordering::SeqCst);
    let all = [(1, Weight::Heavy), (2, Weight::Light), (3, Weight::Light), (4, Weight::Heavy)];
    assert!(together(&fake, &all).iter().all(Result::is_ok));
    assert_eq!(*fake.commits.lock().unwrap(), [1, 2, 1]);
    assert_eq!(sum(&fake), 10);
}
