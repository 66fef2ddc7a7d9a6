//! An older store opens and migrates, whatever happens on the way; a newer one is refused with both numbers. There is one
//! released schema, so the migrations are invented.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // tests may take the short way

use std::{
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{Command as Process, Stdio},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
};

use frontdesk::{
    desk::{Command, Desk, Edit, Request, command::NewAgent},
    model::{Customer, Id, Kind, Table},
    store::{
        Disk, Options, Range, RedbStore, Reject, Scan, Store, StoreError, Tx, ViewExt, backup, check, hash,
        meta,
        migrate::{Migration, Migrations, Step, Tell},
        records::{self, Work},
    },
};

#[path = "support/dice.rs"]
mod dice;
#[path = "fault/disk.rs"]
#[allow(dead_code, reason = "the faults that are not looked at here")]
mod disk;

use dice::Dice;

const NOW: i64 = 1_790_000_000_000;
const PEOPLE: u64 = 40;

/// Every customer gets a note, seven at a time. A second note would show that a row was done twice.
fn note(tx: &mut dyn Tx, from: &[u8]) -> Result<Step, StoreError> {
    let rows = tx.view().page(Table::Customer, &Range::from(from), Scan::Forward, 7)?;
    let mut work = Work::new(tx);
    for (_, value) in &rows {
        let mut c: Customer = records::decode(value)?;
        c.notes.push("migrated".into());
        c.tags.push("migrated".into());
        work.put(&c)?;
    }
    // The text index is migrated where changes are listed.
    work.changes()?;
    Ok(match rows.last() {
        Some((last, _)) if rows.len() == 7 => Step::More([last.as_slice(), &[0]].concat(), 7),
        _ => Step::Done(rows.len() as u64),
    })
}

/// As [`note`], but the process is killed before its fourth step.
fn note_and_die(tx: &mut dyn Tx, from: &[u8]) -> Result<Step, StoreError> {
    static STEPS: Mutex<u32> = Mutex::new(0);
    let mut steps = STEPS.lock().unwrap();
    *steps += 1;
    if *steps == 4 {
        rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::KILL).unwrap();
    }
    note(tx, from)
}

fn nothing(_: &mut dyn Tx, _: &[u8]) -> Result<Step, StoreError> {
    Ok(Step::Done(0))
}

const TO_2: &[Migration] = &[Migration { to: 2, name: "notes", step: note }];
const TO_2_DYING: &[Migration] = &[Migration { to: 2, name: "notes", step: note_and_die }];
const TO_3: &[Migration] =
    &[Migration { to: 2, name: "notes", step: note }, Migration { to: 3, name: "nothing", step: nothing }];

fn op(n: u64) -> Id {
    let mut id = [5; 16];
    id[8..].copy_from_slice(&n.to_be_bytes());
    Id(id)
}

fn add(desk: &Desk, who: Id, n: u64) -> Result<(), Reject> {
    let edits = vec![Edit::set("name", format!("Person {n}")), Edit::set("email", format!("p{n}@x.example"))];
    desk.run(Request::new(op(n), who, NOW, Command::Create(Kind::Customer, edits))).map(drop)
}

/// A desk of the first schema, in a folder that vanishes.
struct Place {
    folder: tempfile::TempDir,
    dana: Id,
}

impl Place {
    fn new() -> Place {
        let private = std::fs::Permissions::from_mode(0o700);
        let folder = tempfile::Builder::new().permissions(private).tempdir().unwrap();
        let mut place = Place { folder, dana: Id::NIL };
        let store = RedbStore::open(&Options::at(place.path()).or_create(Id([7; 16]), NOW)).unwrap();
        let desk = Desk::new(Arc::new(store));
        let owner = NewAgent { name: "Dana".into(), ..NewAgent::default() };
        let start = Command::Start { workspace: vec![], owner };
        place.dana = desk.run(Request::new(op(0), Id::NIL, NOW, start)).unwrap().created[0].1;
        (1..=PEOPLE).for_each(|n| add(&desk, place.dana, n).unwrap());
        place
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("desk.redb")
    }

    fn copy(&self) -> PathBuf {
        self.folder.path().join("desk.redb.schema-1")
    }
}

fn with(path: &Path, list: &'static [Migration]) -> Options {
    Options { migrations: Migrations::of(list), ..Options::at(path) }
}

/// Every customer was migrated once, and what is derived with them.
fn is_migrated(store: &dyn Store, schema: u16) {
    store
        .view(|v| {
            let mut n = 0;
            records::each::<Customer>(v, |c| {
                assert_eq!(c.notes, ["migrated"], "{}", c.given);
                n += 1;
                true
            })?;
            assert_eq!(n, PEOPLE);
            assert_eq!(meta::schema(v)?, Some(schema));
            assert_eq!(meta::migration(v)?, None);
            let report = check::check(v, &mut |_| {})?;
            assert!(report.is_clean(), "{:?}", report.findings);
            Ok(())
        })
        .unwrap();
}

#[test]
fn an_older_store_opens_and_migrates_with_a_verified_copy_of_it_as_it_was() {
    let place = Place::new();
    let before = {
        let store = RedbStore::open(&Options::at(place.path())).unwrap();
        (&store as &dyn Store).view(|v| hash::content(v, &mut |_| {})).unwrap()
    };
    let told = Arc::new(Mutex::new(Vec::new()));
    let hear = Arc::clone(&told);
    let tell = Tell::new(move |p| {
        hear.lock().unwrap().push(format!("{} {} {} {}", p.to, p.what, p.rows, p.copy.is_some()));
    });
    let store = RedbStore::open(&Options { tell, ..with(&place.path(), TO_3) }).unwrap();
    is_migrated(&store, 3);
    let told = told.lock().unwrap();
    assert_eq!(told[0], "3 copying it as it was 0 false");
    assert!(told.contains(&"2 notes 14 true".to_owned()), "{told:?}");
    assert_eq!(told.last().unwrap(), "3 nothing 0 true");
    let copy = backup::verify(&place.copy(), &mut |_| true).unwrap();
    assert_eq!((copy.hash, copy.rows, copy.report.wrong), (before.hash, before.rows, 0));
    assert_eq!(std::fs::metadata(place.copy()).unwrap().permissions().mode() & 0o777, 0o600);
    // It is an ordinary store from then on.
    drop(store);
    let store = RedbStore::open(&with(&place.path(), TO_3)).unwrap();
    add(&Desk::new(Arc::new(store)), place.dana, 1000).unwrap();
    assert!(!place.folder.path().join("desk.redb.schema-2").exists(), "one copy for the whole way");
}

#[test]
#[ignore = "a part of another test"]
fn dies_on_the_way() {
    let path: PathBuf = std::env::var_os("FRONTDESK_TEST_STORE").unwrap().into();
    let _ = RedbStore::open(&with(&path, TO_2_DYING));
    unreachable!("it was killed");
}

#[test]
fn a_killed_migration_goes_on_where_it_stopped() {
    use std::os::unix::process::ExitStatusExt;
    let place = Place::new();
    let ended = Process::new(std::env::current_exe().unwrap())
        .args(["--exact", "dies_on_the_way", "--ignored", "--nocapture"])
        .env("FRONTDESK_TEST_STORE", place.path())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .unwrap();
    assert_eq!(ended.signal(), Some(9));
    // The first schema alone does not touch what is half done.
    let refused = RedbStore::open(&Options::at(place.path())).map(drop).unwrap_err();
    assert!(matches!(refused, StoreError::NewerSchema { found: 2, known: 1 }), "{refused}");
    let told = Arc::new(Mutex::new(Vec::new()));
    let hear = Arc::clone(&told);
    let tell = Tell::new(move |p| hear.lock().unwrap().push(p.rows));
    let store = RedbStore::open(&Options { tell, ..with(&place.path(), TO_2) }).unwrap();
    is_migrated(&store, 2);
    assert_eq!(told.lock().unwrap()[0], 21, "three steps were done and are not done again");
}

#[test]
fn the_power_may_fail_at_any_operation_of_a_migration() {
    let place = Place::new();
    let bytes = std::fs::read(place.path()).unwrap();
    let (mut cut, mut whole) = (0, 0);
    // The first is let through, to learn how many operations there are.
    let mut ops = 0;
    for seed in 0..12u64 {
        let mut dice = Dice(seed);
        let sim = disk::SimDisk::new(bytes.clone(), Dice(dice.next()));
        let open = sim.clone();
        let _ = std::fs::remove_file(place.copy());
        let options = Options { disk: Some(Disk::new(move |_| open.open())), ..with(&place.path(), TO_2) };
        for _ in 0..2 {
            if ops > 0 {
                sim.plan(dice.below(ops), disk::Fault::Crash);
            }
            match RedbStore::open(&options) {
                Ok(store) => {
                    whole += 1;
                    drop(store);
                    if ops == 0 {
                        ops = sim.ops() * 5 / 4;
                    }
                }
                Err(e) => {
                    assert!(sim.is_dead(), "seed {seed}: {e}");
                    cut += 1;
                }
            }
            sim.power_cycle();
        }
        let store = RedbStore::open(&options).unwrap_or_else(|e| panic!("seed {seed}: {e}"));
        is_migrated(&store, 2);
    }
    assert!(cut > 8 && whole > 1, "{cut} cut, {whole} whole");
}

#[test]
fn a_process_that_was_open_is_refused_with_both_numbers_once_another_migrated() {
    let place = Place::new();
    let old = Desk::new(Arc::new(RedbStore::open(&Options::at(place.path())).unwrap()));
    let stop = AtomicBool::new(false);
    std::thread::scope(|s| {
        // A program reads all the time, as the screen does: so it releases the file when asked to.
        let looks = s.spawn(|| {
            while !stop.load(Ordering::SeqCst) {
                if matches!(old.view(|v| v.log_head()), Err(StoreError::NewerSchema { .. })) {
                    break;
                }
            }
        });
        let new = RedbStore::open(&with(&place.path(), TO_2));
        let written = add(&old, place.dana, 500);
        let read = old.view(|v| v.log_head());
        // Before anything is compared: a test that fails has to end, too.
        stop.store(true, Ordering::SeqCst);
        looks.join().unwrap();
        let (new, written, read) = (new.unwrap(), written.unwrap_err(), read.unwrap_err());
        is_migrated(&new, 2);
        assert!(
            matches!(written, Reject::Store(StoreError::NewerSchema { found: 2, known: 1 })),
            "{written}"
        );
        assert!(matches!(read, StoreError::NewerSchema { found: 2, known: 1 }), "{read}");
        // The new one goes on as if nothing were.
        add(&Desk::new(Arc::new(new)), place.dana, 501).unwrap();
    });
}

#[test]
fn two_that_open_at_once_migrate_once() {
    let place = Place::new();
    std::thread::scope(|s| {
        let opens = || RedbStore::open(&with(&place.path(), TO_2)).map(drop);
        let both = [s.spawn(opens), s.spawn(opens)];
        both.into_iter().for_each(|t| t.join().unwrap().unwrap());
    });
    is_migrated(&RedbStore::open(&with(&place.path(), TO_2)).unwrap(), 2);
}

#[test]
fn the_shell_says_both_numbers_of_a_newer_store() {
    let place = Place::new();
    drop(RedbStore::open(&with(&place.path(), TO_2)).unwrap());
    for args in
        [&["list", "customers"][..], &["customer", "add", "Ada"], &["backup", "/tmp/never"], &["check"]]
    {
        let said = Process::new(env!("CARGO_BIN_EXE_frontdesk"))
            .args(args)
            .env("FRONTDESK_STORE", place.path())
            .output()
            .unwrap();
        let err = String::from_utf8_lossy(&said.stderr);
        assert_eq!(said.status.code(), Some(1), "{args:?}: {err}");
        assert!(err.contains("schema 2") && err.contains("knows 1"), "{args:?}: {err}");
    }
}
