//! What the store promises, a test named after each promise, on both engines where it applies. The suites of faults, kills
//! and processes go on for longer; these say what is meant.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // tests may take the short way

use std::{
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    sync::Arc,
};

use frontdesk::{
    desk::{Command, Desk, Edit, Request, command::NewAgent},
    model::{Customer, Id, Kind, Table},
    store::{
        Disk, MemStore, Options, Range, RedbStore, Reject, Scan, Store, StoreError, ViewExt, Weight, backup,
        check, feed, hash, meta, records,
    },
};

#[path = "support/dice.rs"]
mod dice;
#[path = "fault/disk.rs"]
#[allow(dead_code, reason = "the faults that are not looked at here")]
mod disk;
#[path = "support/holder.rs"]
mod holder;

use dice::Dice;
use disk::{Fault, SimDisk};

const NOW: i64 = 1_790_000_000_000;
const DAY: i64 = 24 * 60 * 60 * 1000;

fn op(n: u64) -> Id {
    let mut id = [5; 16];
    id[8..].copy_from_slice(&n.to_be_bytes());
    Id(id)
}

fn folder() -> tempfile::TempDir {
    let private = std::fs::Permissions::from_mode(0o700);
    tempfile::Builder::new().permissions(private).tempdir().unwrap()
}

fn file(folder: &Path) -> PathBuf {
    folder.join("desk.redb")
}

fn made(folder: &Path) -> RedbStore {
    RedbStore::open(&Options::at(file(folder)).or_create(Id([7; 16]), NOW)).unwrap()
}

/// A desk that has begun, and its owner.
fn begin(store: Arc<dyn Store>) -> (Desk, Id) {
    let desk = Desk::new(store);
    let owner = NewAgent { name: "Dana".into(), ..NewAgent::default() };
    let start = Command::Start { workspace: vec![], owner };
    let dana = desk.run(Request::new(op(0), Id::NIL, NOW, start)).unwrap().created[0].1;
    (desk, dana)
}

/// A person to add, always the same one for a number.
fn person(who: Id, n: u64) -> Request {
    let edits = vec![
        Edit::set("name", format!("Person {n}")),
        Edit::set("email", format!("p{n}@x.example")),
        Edit::set("tag", "new"),
    ];
    Request::new(op(n), who, NOW + n as i64, Command::Create(Kind::Customer, edits))
}

/// Both engines with a desk in them.
fn engines(folder: &Path) -> Vec<(&'static str, Desk, Id)> {
    let (mem, a) = begin(Arc::new(MemStore::new()));
    let (redb, b) = begin(Arc::new(made(folder)));
    vec![("memory", mem, a), ("redb", redb, b)]
}

fn content(desk: &Desk) -> hash::Content {
    desk.view(|v| hash::content(v, &mut |_| {})).unwrap()
}

fn people(desk: &Desk) -> Vec<String> {
    let mut out = Vec::new();
    desk.view(|v| {
        records::each::<Customer>(v, |c| {
            out.push(c.emails[0].address.clone());
            true
        })
    })
    .unwrap();
    out.sort();
    out
}

fn is_clean(desk: &Desk) {
    let report = desk.view(|v| check::check(v, &mut |_| {})).unwrap();
    assert!(report.is_clean(), "{:?}", report.findings);
}

/// A desk on a disk that fails at will.
struct OnDisk {
    _folder: tempfile::TempDir,
    sim: SimDisk,
    options: Options,
    dana: Id,
    dice: Dice,
}

impl OnDisk {
    fn new(seed: u64) -> OnDisk {
        let folder = folder();
        let (desk, dana) = begin(Arc::new(made(folder.path())));
        drop(desk);
        let mut dice = Dice(seed);
        let sim = SimDisk::new(std::fs::read(file(folder.path())).unwrap(), Dice(dice.next()));
        let opened = sim.clone();
        let disk = Disk::new(move |_| opened.open());
        let options = Options { disk: Some(disk), ..Options::at(file(folder.path())) };
        OnDisk { _folder: folder, sim, options, dana, dice }
    }

    fn desk(&self) -> Desk {
        Desk::new(Arc::new(RedbStore::open(&self.options).unwrap()))
    }

    /// How many operations a change takes, about.
    fn some(&mut self) -> u64 {
        self.dice.below(40)
    }
}

#[test]
fn promise_1_acknowledged_is_durable_and_in_every_later_snapshot() {
    let folder = folder();
    for (engine, desk, dana) in engines(folder.path()) {
        for n in 1..=20 {
            let done = desk.run(person(dana, n)).unwrap();
            assert_eq!(people(&desk).len() as u64, n, "{engine}");
            assert_eq!(desk.store().head().unwrap(), done.seq, "{engine}");
        }
    }
    for seed in 0..8 {
        let mut d = OnDisk::new(seed);
        for n in 1..=4 {
            let desk = d.desk();
            desk.run(person(d.dana, n)).unwrap();
            // What was not synced by now is lost or torn.
            d.sim.power_cycle();
            drop(desk);
            assert_eq!(people(&d.desk()).len() as u64, n, "seed {seed}");
        }
        is_clean(&d.desk());
        let _ = d.some();
    }
}

#[test]
fn promise_2_all_or_nothing_record_indexes_facts_log_row_and_applied_op_together() {
    let folder = folder();
    for (engine, desk, _) in engines(folder.path()) {
        let before = content(&desk);
        let refused = desk.store().write(
            op(1),
            Weight::Light,
            Box::new(|tx| {
                tx.put(Table::Seen, b"half", b"done");
                tx.add("half", 1)?;
                Err(StoreError::Cancelled.into())
            }),
        );
        assert!(refused.is_err());
        assert_eq!(content(&desk), before, "{engine}");
    }
    let (mut whole, mut none) = (0, 0);
    for seed in 0..40 {
        let mut d = OnDisk::new(seed);
        let desk = d.desk();
        let before = content(&desk);
        let after = d.some();
        d.sim.plan(after, Fault::Crash);
        let _ = desk.run(person(d.dana, 1));
        d.sim.power_cycle();
        drop(desk);
        let desk = d.desk();
        let rows = |t| desk.view(|v| v.count(t, &Range::all())).unwrap();
        let applied = desk.view(|v| v.get(Table::AppliedOp, op(1).bytes())).unwrap().is_some();
        let found = [
            rows(Table::Customer) == 1,
            rows(Table::IxEmail) == 1,
            rows(Table::IxTag) == 1,
            rows(Table::Log) == 2,
            rows(Table::LogBody) == 2,
            applied,
        ];
        assert!(found.iter().all(|f| *f == applied), "seed {seed}: {found:?}");
        if applied {
            whole += 1;
        } else {
            assert_eq!(content(&desk), before, "seed {seed}");
            none += 1;
        }
        is_clean(&desk);
    }
    assert!(whole > 2 && none > 2, "{whole} whole, {none} none");
}

#[test]
fn promise_3_exactly_once_by_op_within_seven_days_through_crash_and_retry() {
    let folder = folder();
    for (engine, desk, dana) in engines(folder.path()) {
        let first = desk.run(person(dana, 1)).unwrap();
        let late = Request { now: NOW + 6 * DAY, ..person(dana, 1) };
        assert_eq!(desk.run(late).unwrap().seq, first.seq, "{engine}");
        assert_eq!(people(&desk).len(), 1, "{engine}");
        assert_eq!(desk.store().head().unwrap(), first.seq, "{engine}");
    }
    for seed in 0..25 {
        let mut d = OnDisk::new(seed);
        let desk = d.desk();
        let after = d.some();
        d.sim.plan(after, Fault::Crash);
        let _ = desk.run(person(d.dana, 1));
        d.sim.power_cycle();
        drop(desk);
        // Who does not know what became of it asks again, twice.
        let desk = d.desk();
        let seq = desk.run(person(d.dana, 1)).unwrap().seq;
        assert_eq!(desk.run(person(d.dana, 1)).unwrap().seq, seq, "seed {seed}");
        assert_eq!((people(&desk).len(), seq), (1, 2), "seed {seed}");
        is_clean(&desk);
    }
}

/// The time to open is measured, not tested: `examples/measure_store`.
#[test]
fn promise_4_after_a_crash_it_opens_at_the_last_acknowledged_state_or_that_plus_the_one_in_flight() {
    let mut seen = [0; 2];
    for seed in 0..25 {
        let mut d = OnDisk::new(seed);
        let desk = d.desk();
        desk.run(person(d.dana, 1)).unwrap();
        let model = {
            let (model, dana) = begin(Arc::new(MemStore::new()));
            assert_eq!(dana, d.dana);
            model.run(person(dana, 1)).unwrap();
            model
        };
        let acknowledged = content(&model);
        model.run(person(d.dana, 2)).unwrap();
        let in_flight = content(&model);
        let after = d.some();
        d.sim.plan(after, Fault::Crash);
        let said = desk.run(person(d.dana, 2)).is_ok();
        d.sim.power_cycle();
        drop(desk);
        let found = content(&d.desk());
        assert!(found == in_flight || (found == acknowledged && !said), "seed {seed}");
        seen[usize::from(found == in_flight)] += 1;
    }
    assert!(seen.iter().all(|n| *n > 1), "{seen:?}");
}

#[test]
fn promise_5_a_full_disk_or_an_io_error_is_a_typed_refusal_and_reading_goes_on() {
    for (seed, fault) in (0..12).map(|s| (s, if s % 2 == 0 { Fault::Full(1) } else { Fault::Refuse(3) })) {
        let mut d = OnDisk::new(seed);
        let desk = d.desk();
        desk.run(person(d.dana, 1)).unwrap();
        let after = d.dice.below(6);
        d.sim.plan(after, fault);
        match desk.run(person(d.dana, 2)) {
            Ok(_) => {}
            Err(Reject::Store(
                StoreError::Full | StoreError::Io(_) | StoreError::Unsure(_) | StoreError::Corrupt(_),
            )) => {}
            Err(e) => panic!("seed {seed}: {e}"),
        }
        if matches!(fault, Fault::Full(_)) {
            assert!(people(&desk).contains(&"p1@x.example".to_owned()), "seed {seed}: reading goes on");
        }
        // There is room again, and the disk answers: the same handle goes on by itself.
        d.sim.repair();
        desk.run(person(d.dana, 2)).unwrap_or_else(|e| panic!("seed {seed}: {e}"));
        desk.run(person(d.dana, 3)).unwrap();
        assert_eq!(people(&desk), ["p1@x.example", "p2@x.example", "p3@x.example"], "seed {seed}");
        is_clean(&desk);
    }
}

#[test]
fn promise_6_a_newer_schema_is_refused_and_any_released_one_opens() {
    let home = folder();
    let (desk, dana) = begin(Arc::new(made(home.path())));
    let other = made(home.path());
    other
        .write(
            op(99),
            Weight::Light,
            Box::new(|tx| {
                meta::note(tx, meta::SCHEMA_KEY, &9u16.to_be_bytes());
                Ok(())
            }),
        )
        .unwrap();
    let refused = desk.run(person(dana, 1)).unwrap_err();
    assert!(matches!(refused, Reject::Store(StoreError::NewerSchema { found: 9, known: 1 })), "{refused}");
    drop((desk, other));
    let refused = RedbStore::open(&Options::at(file(home.path()))).map(drop).unwrap_err();
    assert!(refused.to_string().contains("schema 9") && refused.to_string().contains("knows 1"), "{refused}");
    // How each opens, and that it contains what it held: tests/golden.rs.
    let released = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let mut opened = 0;
    for entry in std::fs::read_dir(released).unwrap() {
        let from = entry.unwrap().path();
        if from.extension().is_some_and(|e| e == "redb") {
            let place = folder();
            std::fs::copy(from, file(place.path())).unwrap();
            std::fs::set_permissions(file(place.path()), std::fs::Permissions::from_mode(0o600)).unwrap();
            RedbStore::open(&Options::at(file(place.path()))).unwrap();
            opened += 1;
        }
    }
    assert!(opened >= 1);
}

#[test]
fn promise_7_a_backup_counts_only_when_it_is_hash_equal_reopened_and_checked() {
    let folder = folder();
    // The engine in memory keeps nothing that could be put back.
    for (engine, desk, dana) in engines(folder.path()).split_off(1) {
        (1..=30).for_each(|n| drop(desk.run(person(dana, n)).unwrap()));
        let noted = |desk: &Desk| desk.view(|v| meta::moment_of(v, meta::LAST_BACKUP)).unwrap();
        let to = folder.path().join(format!("{engine}.backup"));
        // Given up on the way: no file, and no word of one.
        assert!(backup::backup(desk.store(), &to, op(500), NOW, &mut |_| false).is_err(), "{engine}");
        assert!(!to.exists() && noted(&desk).is_none(), "{engine}");
        backup::backup(desk.store(), &to, op(501), NOW, &mut |_| true).unwrap();
        assert!(noted(&desk).is_some(), "{engine}");
        let made = backup::verify(&to, &mut |_| true).unwrap();
        assert_eq!(
            (made.hash, made.rows),
            {
                let c = content(&desk);
                (c.hash, c.rows)
            },
            "{engine}"
        );
        assert!(made.report.is_clean() && made.report.records > 30, "{engine}");
        assert!(fs_private(&to), "{engine}");
        // One whose rows were altered does not count.
        let copy = folder.path().join(format!("{engine}.altered"));
        std::fs::copy(&to, &copy).unwrap();
        let altered = RedbStore::open(&Options::at(&copy)).unwrap();
        altered
            .write(
                op(900),
                Weight::Light,
                Box::new(|tx| {
                    let (key, _) = tx.view().page(Table::IxEmail, &Range::all(), Scan::Forward, 1)?.remove(0);
                    tx.del(Table::IxEmail, &key);
                    Ok(())
                }),
            )
            .unwrap();
        drop(altered);
        let place = folder.path().join(format!("{engine}.redb"));
        let refused = backup::restore(&copy, &place, NOW, None, &mut |_| true).unwrap_err();
        assert!(matches!(refused, backup::BackupError::Damaged { .. }), "{engine}: {refused}");
        assert!(!place.exists());
    }
}

fn fs_private(path: &Path) -> bool {
    std::fs::metadata(path).unwrap().permissions().mode() & 0o777 == 0o600
}

#[test]
fn promise_8_the_feed_is_gap_free_and_in_commit_order() {
    let folder = folder();
    for (engine, desk, dana) in engines(folder.path()) {
        let (writers, each) = (4u64, 25u64);
        let (acknowledged, heard) = std::thread::scope(|s| {
            let writers: Vec<_> = (0..writers)
                .map(|w| {
                    let desk = &desk;
                    s.spawn(move || {
                        (0..each)
                            .map(|n| desk.run(person(dana, 1 + w * each + n)).unwrap().seq)
                            .collect::<Vec<_>>()
                    })
                })
                .collect();
            let follower = s.spawn(|| {
                let (mut at, mut heard) = (0, Vec::new());
                while at < 1 + 4 * each {
                    let items = desk.view(|v| feed::since(v, at, 7)).unwrap();
                    heard.extend(items.iter().map(|i| i.row.clone()));
                    at = items.last().map_or(at, |i| i.row.seq);
                }
                heard
            });
            let acknowledged: Vec<Vec<u64>> = writers.into_iter().map(|w| w.join().unwrap()).collect();
            (acknowledged, follower.join().unwrap())
        });
        assert!(heard.iter().map(|r| r.seq).eq(1..=1 + 4 * each), "{engine}");
        assert!(heard.windows(2).all(|w| w[1].prev_hash == w[0].hash()), "{engine}");
        // Each writer's own changes are in the order in which they were acknowledged, under the place returned.
        for (w, seqs) in (0u64..).zip(acknowledged) {
            for (n, seq) in (0u64..).zip(&seqs) {
                assert_eq!(heard[*seq as usize - 1].op, op(1 + w * each + n), "{engine}");
            }
            assert!(seqs.is_sorted(), "{engine}");
        }
    }
}

#[test]
#[ignore = "a part of another test"]
fn holds_the_write_lock() {
    holder::lock();
}

#[test]
fn promise_9_a_stopped_or_dead_process_never_blocks_readers_and_writers_see_busy() {
    use rustix::process::{Pid, Signal, kill_process};
    let home = folder();
    let (desk, dana) = begin(Arc::new(made(home.path())));
    desk.run(person(dana, 1)).unwrap();
    let mut other = holder::start("holds_the_write_lock", &file(home.path()));
    kill_process(Pid::from_child(&other), Signal::STOP).unwrap();
    // It answers: with a hang this test would never end.
    let refused = desk.run(person(dana, 2)).unwrap_err();
    assert!(matches!(refused, Reject::Store(StoreError::Busy)), "{refused}");
    assert_eq!(people(&desk).len(), 1);
    other.kill().unwrap();
    other.wait().unwrap();
    desk.run(person(dana, 2)).unwrap();
    assert_eq!(people(&desk).len(), 2);
    is_clean(&desk);
}
