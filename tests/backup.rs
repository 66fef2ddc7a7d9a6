//! Backup, restore and compact: one state, verified, put in place while others work.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use frontdesk::{
    desk::{Command, Desk, Edit, Request, command::NewAgent},
    model::{Id, Kind, Table},
    store::{
        Options, Range, RedbStore, StoreError, ViewExt,
        backup::{self, BackupError, Step},
        check, hash, meta,
    },
};

const NOW: i64 = 1_790_000_000_000;

struct Place {
    folder: tempfile::TempDir,
    dana: Id,
}

fn op(n: u64) -> Id {
    let mut id = [5; 16];
    id[8..].copy_from_slice(&n.to_be_bytes());
    Id(id)
}

impl Place {
    fn new() -> Place {
        let private = fs::Permissions::from_mode(0o700);
        let folder = tempfile::Builder::new().permissions(private).tempdir().unwrap();
        let mut place = Place { folder, dana: Id::NIL };
        let store = RedbStore::open(&Options::at(place.path()).or_create(Id([7; 16]), NOW)).unwrap();
        let owner = NewAgent { name: "Dana".into(), ..NewAgent::default() };
        let start = Command::Start { workspace: vec![], owner };
        place.dana =
            Desk::new(Arc::new(store)).run(Request::new(op(0), Id::NIL, NOW, start)).unwrap().created[0].1;
        place
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("desk.redb")
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn desk(&self) -> Desk {
        Desk::new(Arc::new(RedbStore::open(&Options::at(self.path())).unwrap()))
    }

    fn add(&self, desk: &Desk, n: u64) -> Id {
        let edits =
            vec![Edit::set("name", format!("Person {n}")), Edit::set("email", format!("p{n}@x.example"))];
        desk.run(Request::new(op(n), self.dana, NOW + n as i64, Command::Create(Kind::Customer, edits)))
            .unwrap()
            .created[0]
            .1
    }

    fn backup(&self, desk: &Desk, to: &Path) -> Result<backup::Verified, BackupError> {
        backup::backup(desk.store(), to, op(1 << 40), NOW + 5, &mut |_| true)
    }
}

fn people(desk: &Desk) -> u64 {
    desk.view(|v| v.count(Table::Customer, &Range::all())).unwrap()
}

fn content(desk: &Desk) -> hash::Content {
    desk.view(|v| hash::content(v, &mut |_| {})).unwrap()
}

#[test]
fn a_backup_of_a_busy_store_is_one_state_of_it_and_is_verified() {
    let place = Place::new();
    let desk = place.desk();
    for n in 1..=300 {
        place.add(&desk, n);
    }
    let (stop, written) = (AtomicBool::new(false), AtomicU64::new(300));
    std::thread::scope(|s| {
        s.spawn(|| {
            let other = place.desk();
            for n in 301.. {
                place.add(&other, n);
                written.store(n, Ordering::SeqCst);
                if stop.load(Ordering::SeqCst) {
                    break;
                }
            }
        });
        for round in 0..3 {
            let (to, before) = (place.file(&format!("backup-{round}")), written.load(Ordering::SeqCst));
            let mut steps = Vec::new();
            let made = backup::backup(desk.store(), &to, op((1 << 40) + round), NOW + 5, &mut |step| {
                steps.push(step);
                true
            })
            .unwrap();
            assert!(made.report.is_clean(), "{:?}", made.report.findings);
            assert_eq!(fs::metadata(&to).unwrap().permissions().mode() & 0o777, 0o600);
            assert_eq!(made.bytes, fs::metadata(&to).unwrap().len());
            let again = backup::verify(&to, &mut |_| true).unwrap();
            assert_eq!(again, made);
            let held = again.report.records;
            assert!(made.head > before && held > before, "what was there before it began is in it");
        }
        stop.store(true, Ordering::SeqCst);
    });
    let (at, head) = desk.view(|v| meta::moment_of(v, meta::LAST_BACKUP)).unwrap().unwrap();
    assert!(at == NOW + 5 && head > 300);
    // A quiet store and its backup are equal, row for row.
    let quiet = content(&desk);
    let made = place.backup(&desk, &place.file("quiet")).unwrap();
    assert_eq!((made.hash, made.rows), (quiet.hash, quiet.rows));
    assert!(fs::read_dir(place.folder.path()).unwrap().all(|f| !f.unwrap().path().ends_with(".part")));
}

#[test]
fn a_backup_writes_over_nothing_and_can_be_cancelled() {
    let place = Place::new();
    let desk = place.desk();
    let to = place.file("mine");
    fs::write(&to, "precious").unwrap();
    assert!(matches!(place.backup(&desk, &to), Err(BackupError::Exists(_))));
    assert_eq!(fs::read_to_string(&to).unwrap(), "precious");
    assert!(
        matches!(place.backup(&desk, &place.path()), Err(BackupError::Exists(_))),
        "least of all the store"
    );
    let cancelled = backup::backup(desk.store(), &place.file("other"), op(1 << 45), NOW, &mut |s| {
        !matches!(s, Step::Checking(_))
    });
    // So few records are checked in one step.
    assert!(cancelled.is_ok());
    for n in 1..=600 {
        place.add(&desk, n);
    }
    let to = place.file("cancelled");
    let cancelled = backup::backup(desk.store(), &to, op(1 << 45), NOW, &mut |_| false);
    assert!(matches!(cancelled, Err(BackupError::Store(StoreError::Cancelled))), "{cancelled:?}");
    assert!(!to.exists() && !place.file("cancelled.part").exists());
}

#[test]
fn a_restore_reaches_who_has_the_store_open_and_keeps_the_old_aside() {
    let place = Place::new();
    let desk = place.desk();
    for n in 1..=20 {
        place.add(&desk, n);
    }
    let to = place.file("backup");
    let made = place.backup(&desk, &to).unwrap();
    for n in 21..=50 {
        place.add(&desk, n);
    }
    assert_eq!(people(&desk), 50);
    // While it is open here: this handle has to let go by itself.
    let store = std::thread::scope(|s| {
        let (stop, other) = (Arc::new(AtomicBool::new(false)), place.desk());
        let stopped = stop.clone();
        let reader = s.spawn(move || {
            while !stopped.load(Ordering::SeqCst) {
                let _ = other.view(|v| v.log_head());
                std::thread::sleep(Duration::from_millis(1));
            }
            other
        });
        let path = place.path();
        let mine = desk.clone();
        let mine = s.spawn(move || {
            loop {
                let _ = mine.view(|v| v.log_head());
                if people(&mine) == 20 {
                    break mine;
                }
                std::thread::sleep(Duration::from_millis(1));
            }
        });
        let restored = backup::restore(&to, &path, NOW + 9, None, &mut |_| true).unwrap();
        assert_eq!(restored.now.hash, made.hash);
        let aside = restored.aside.unwrap();
        assert_eq!(backup::verify(&aside, &mut |_| true).unwrap().report.wrong, 0);
        assert_eq!(fs::metadata(&aside).unwrap().permissions().mode() & 0o777, 0o600);
        stop.store(true, Ordering::SeqCst);
        drop(mine.join().unwrap());
        reader.join().unwrap()
    });
    assert_eq!(content(&store).hash, made.hash);
    // And it goes on, through the handle that was open all the time.
    place.add(&desk, 99);
    assert_eq!(people(&store), 21);
    assert!(store.view(|v| check::check(v, &mut |_| {})).unwrap().is_clean());
}

#[test]
fn a_restore_makes_a_store_where_there_is_none() {
    let place = Place::new();
    let desk = place.desk();
    place.add(&desk, 1);
    let to = place.file("backup");
    let made = place.backup(&desk, &to).unwrap();
    let elsewhere = place.file("new/folder/desk.redb");
    let restored = backup::restore(&to, &elsewhere, NOW, None, &mut |_| true).unwrap();
    assert_eq!(restored.aside, None);
    let desk = Desk::new(Arc::new(RedbStore::open(&Options::at(&elsewhere)).unwrap()));
    assert_eq!((people(&desk), content(&desk).hash), (1, made.hash));
}

#[test]
fn a_damaged_backup_is_not_restored() {
    let place = Place::new();
    let desk = place.desk();
    for n in 1..=200 {
        place.add(&desk, n);
    }
    let to = place.file("backup");
    place.backup(&desk, &to).unwrap();
    let before = content(&desk);
    let mut bytes = fs::read(&to).unwrap();
    let mut refused = 0;
    // Where records stand: the middle of the file.
    for at in (bytes.len() / 4..bytes.len() - 64).step_by(bytes.len() / 40) {
        for b in &mut bytes[at..at + 64] {
            *b ^= 0x55;
        }
        fs::write(&to, &bytes).unwrap();
        match backup::restore(&to, &place.path(), NOW, None, &mut |_| true) {
            Ok(r) => assert_eq!(r.now.hash, before.hash, "only unused space was hit"),
            Err(_) => refused += 1,
        }
    }
    assert!(refused > 10, "{refused}");
    assert_eq!(content(&desk).rows, before.rows);
    assert!(desk.view(|v| check::check(v, &mut |_| {})).unwrap().is_clean());
}

#[test]
fn compacting_gives_back_what_was_deleted_and_loses_nothing() {
    let place = Place::new();
    let desk = place.desk();
    for n in 1..=50 {
        place.add(&desk, n);
    }
    let big = vec![7u8; 1 << 20];
    let (put, taken) = (op(1 << 50), op((1 << 50) + 1));
    type Write = Box<dyn FnMut(&mut dyn frontdesk::store::Tx) -> Result<(), frontdesk::store::Reject> + Send>;
    let write = |op, f: Write| {
        desk.store().write(op, frontdesk::store::Weight::Heavy, f).unwrap();
    };
    let bytes = big.clone();
    write(
        put,
        Box::new(move |tx| Ok((0..8).try_for_each(|n| frontdesk::store::raw::put(tx, Id([n; 16]), &bytes))?)),
    );
    write(taken, Box::new(|tx| Ok((0..8).try_for_each(|n| frontdesk::store::raw::del(tx, Id([n; 16])))?)));
    let before = content(&desk);
    let reading = desk.clone();
    let stop = Arc::new(AtomicBool::new(false));
    let stopped = stop.clone();
    let reader = std::thread::spawn(move || {
        while !stopped.load(Ordering::SeqCst) {
            let _ = reading.view(|v| v.log_head());
            std::thread::sleep(Duration::from_millis(1));
        }
    });
    let done = backup::compact(&place.path(), None, &mut |_| true).unwrap();
    stop.store(true, Ordering::SeqCst);
    reader.join().unwrap();
    assert!(done.after * 4 < done.before, "{done:?}");
    assert_eq!(content(&desk), before);
    place.add(&desk, 51);
    assert!(desk.view(|v| check::check(v, &mut |_| {})).unwrap().is_clean());
}
