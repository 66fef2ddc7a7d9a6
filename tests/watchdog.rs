//! Nothing keeps a snapshot of the store open for longer than a page: not the screen, whatever it shows, and no verb of the shell.
//!
//! A state that is held keeps every page of it, so that the file grows with each commit beside it. What is measured is not
//! time but rows read while a state was held, and whether anyone waited meanwhile.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // tests may take the short way

#[path = "support/process.rs"]
mod process;
mod support;

use std::{
    fmt::Write as _,
    path::Path,
    process::Command as Process,
    sync::{Arc, LazyLock, Mutex},
    thread,
    time::Duration,
};

use frontdesk::{
    find::{Finder, Follower},
    model::{Id, Table},
    store::{
        Options, Range, RedbStore, Scan, Store, ViewExt, Weight,
        rolling::{self, HeldReport, STEPS},
    },
    tui::event::TuiEventKind,
};
use process::{PROGRAM, Place, open, owner, until};
use support::screen::Screen;

/// Rows of one look, and what a row's own answer reads beside it.
const MOST: u64 = STEPS as u64 * 3 / 2;

/// What was told, each with the thread that was told on.
type Tales = Arc<Mutex<Vec<(String, HeldReport)>>>;

static TOLD: LazyLock<Tales> = LazyLock::new(|| {
    let all = Tales::default();
    let list = all.clone();
    rolling::watch(MOST, move |told| {
        let thread = thread::current().name().unwrap_or_default().to_owned();
        list.lock().unwrap().push((thread, told));
    });
    all
});

/// The reports of the threads for which this is true.
fn told_on(which: impl Fn(&str) -> bool) -> Vec<HeldReport> {
    TOLD.lock().unwrap().iter().filter(|(t, _)| which(t)).map(|(_, told)| told.clone()).collect()
}

/// The test below that does what is not to be done; and the one that writes in the midst of what it reads.
const HOLDS: &str = "who_holds_a_state_or_waits_meanwhile_is_told_on";
const WRITES: &str = "a_long_read_goes_on_by_key_in_later_states_and_a_steady_one_begins_again";

fn contacts(n: usize) -> String {
    let mut out = String::from("External ID,First Name,Last Name,Company,Email,Phone\n");
    for i in 0..n {
        writeln!(out, "{i},Ann{i},Bee{},Firm {},a{i}@firm.example,+4930{:07}", i % 700, i % 90, i % 3000)
            .unwrap();
    }
    out
}

/// The program on a store; what it said of holding.
fn verb(store: &Path, words: &[&str]) {
    let folder = store.parent().unwrap();
    let mut process = Process::new(PROGRAM);
    process.arg("--store").arg(store).args(words).current_dir(folder);
    process.env_clear().env("HOME", folder).env("USER", "dana").env("LANG", "C.UTF-8");
    let out = process.env("FRONTDESK_WATCH", MOST.to_string()).output().unwrap();
    let said = String::from_utf8_lossy(&out.stderr);
    assert!(out.status.success(), "{words:?}: {said}");
    let held: Vec<&str> = said.lines().filter(|l| l.starts_with("held too long")).collect();
    assert!(held.is_empty(), "{words:?}: {held:#?}");
}

#[test]
fn no_screen_and_no_verb_holds_a_state_for_longer_than_a_page() {
    LazyLock::force(&TOLD);
    let place = Place::new();
    let demo = place.file("demo.redb");
    verb(&demo, &["demo", "--customers", "500", "--no-open"]);
    std::fs::write(place.file("people.csv"), contacts(3_000)).unwrap();
    for words in [
        &["import", "contacts", "--dry-run", "people.csv"][..],
        &["import", "contacts", "people.csv"],
        &["list", "customers"],
        &["list", "customers", "Ann", "sort:name"],
        &["list", "tickets", "-is:solved"],
        &["export", "customers"],
        &["export", "tickets"],
        &["export", "messages"],
        &["export", "log"],
        &["export", "--all"],
        &["customer", "duplicates"],
        &["find", "ann2"],
        &["find", "--text", "thanks"],
        &["report"],
        &["report", "--format", "markdown"],
        &["segment", "list"],
        &["log"],
        &["log", "verify"],
        &["stats"],
        &["check"],
        &["customer", "export-me", "C-4", "theirs"],
        &["customer", "erase-me", "C-5", "--yes"],
        &["backup", "copy.backup"],
        &["compact"],
        &["restore", "copy.backup"],
        &["import", "revert", "B-1"],
        &["check", "--repair"],
        &["tick"],
    ] {
        verb(&demo, words);
    }
    // The screen: every list and page, the numbers, what finds and what merges.
    let desk = open(&demo);
    let me = owner(&desk);
    let mut s = Screen::open(&desk, me, (120, 40));
    for keys in [
        "j j j Enter Esc",
        "2 j j Enter Esc",
        "3 j Enter Esc",
        "4 j Enter j Enter Esc Esc",
        "5 j Enter Esc",
        "1 G",
    ] {
        s.keys(keys);
    }
    s.wait(120_000);
    s.happened(TuiEventKind::Tick);
    // Who follows: all contacts, then what comes.
    let follower = Follower::start_within(desk.shared_store(), Vec::new(), 20);
    until("all are loaded", || follower.cursor().is_some());
    assert!(!follower.find("ann", Id::NIL, 5).hits.is_empty() || follower.trouble().is_none());
    drop((s, follower, desk));
    let told = told_on(|t| t != HOLDS && t != WRITES);
    assert!(told.is_empty(), "{told:#?}");
}

fn op(n: u64) -> Id {
    process::op(40, n)
}

fn put(store: &dyn Store, n: u64, keys: std::ops::Range<u32>) {
    let change = Box::new(move |tx: &mut dyn frontdesk::store::Tx| {
        keys.clone().for_each(|k| tx.put(Table::Seen, &k.to_be_bytes(), &[1]));
        tx.log(draft(n));
        Ok(())
    });
    store.write(op(n), Weight::Light, change).unwrap();
}

fn draft(n: u64) -> frontdesk::model::log::LogDraft {
    frontdesk::model::log::LogDraft {
        actor: Id::NIL,
        logged_at: 1,
        effective_at: 1,
        command: "test".into(),
        op: op(n),
        batch: None,
        undo_of: None,
        redo_of: None,
        via: None,
        unix_user: None,
        salt: [3; 16],
        body: Default::default(),
    }
}

#[test]
fn who_holds_a_state_or_waits_meanwhile_is_told_on() {
    LazyLock::force(&TOLD);
    let place = Place::new();
    let store = RedbStore::open(&Options::at(&place.path)).unwrap();
    let store: &dyn Store = &store;
    put(store, 1, 0..3_000);
    // The same read, once by pages and once of one state.
    assert_eq!(store.view(|v| v.count(Table::Seen, &Range::all())).unwrap(), 3_000);
    assert!(told_on(|t| t == HOLDS).is_empty());
    let held = store.look().unwrap();
    assert_eq!(held.count(Table::Seen, &Range::all()).unwrap(), 3_000);
    put(store, 2, 0..1);
    store.wait(store.head().unwrap(), Duration::ZERO).unwrap();
    drop(held);
    assert_eq!(
        told_on(|t| t == HOLDS),
        [HeldReport::Waited("a write"), HeldReport::Waited("a change"), HeldReport::Read(3_000, "seen")]
    );
}

#[test]
fn a_long_read_goes_on_by_key_in_later_states_and_a_steady_one_begins_again() {
    let place = Place::new();
    let store = RedbStore::open(&Options::at(&place.path)).unwrap();
    let store: &dyn Store = &store;
    put(store, 1, 1_000..4_000);
    let mut n = 1;
    // Rows that come behind it are not gone back for, those before it are met, and none is met twice.
    let mut met = Vec::new();
    store
        .view(|v| {
            v.scan(Table::Seen, &Range::all(), Scan::Forward, &mut |k, _| {
                met.push(u32::from_be_bytes(k.try_into().unwrap()));
                if met.len() == 700 {
                    n += 1;
                    put(store, n, 0..10);
                    put(store, n + 1, 4_000..4_010);
                    n += 1;
                }
                true
            })
        })
        .unwrap();
    assert_eq!(met, (1_000..4_010).collect::<Vec<_>>());
    // Two writes happen in the middle of it, then none.
    let mut rounds = 0;
    let (all, after) = store
        .read_consistent(|v| {
            rounds += 1;
            let all = v.count(Table::Seen, &Range::all())?;
            if rounds < 3 {
                n += 1;
                put(store, n, rounds * 10..rounds * 10 + 10);
            }
            Ok((all, v.count(Table::Seen, &Range::all())?))
        })
        .unwrap();
    assert_eq!((rounds, all), (3, after));
    // A file that is replaced in the midst of it is no part of the same answer.
    let mut rows = 0;
    let broken = store.view(|v| {
        v.scan(Table::Seen, &Range::all(), Scan::Forward, &mut |_, _| {
            rows += 1;
            if rows == 600 {
                let out = place.program(&["compact"]).spawn().unwrap();
                // It waits for this read to let go.
                drop(thread::spawn(move || out.wait_with_output()));
                until("another process wants the file", || {
                    std::fs::File::open(place.file("desk.redb.swap"))
                        .is_ok_and(|f| f.try_lock_shared().is_err())
                });
            }
            true
        })
    });
    assert!(matches!(broken, Err(frontdesk::store::StoreError::Busy)), "{broken:?} after {rows}");
    assert!(rows < 3_000);
    assert_eq!(store.view(|v| v.count(Table::Seen, &Range::all())).unwrap(), all);
}
