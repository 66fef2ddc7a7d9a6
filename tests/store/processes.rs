//! Several processes on one file.

use std::{
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use frontdesk::store::{Options, RedbStore, Reject, Store, StoreError};

use super::help::{Place, get, put};

/// Runs one of the tests below that are ignored, in a process of its own, on this store.
fn child(part: &str, place: &Place) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", &format!("processes::{part}"), "--ignored", "--nocapture"])
        .env("FRONTDESK_TEST_STORE", place.path())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

fn given() -> RedbStore {
    RedbStore::open(&Options::at(std::env::var_os("FRONTDESK_TEST_STORE").unwrap())).unwrap()
}

fn until(what: &str, mut f: impl FnMut() -> bool) {
    let start = Instant::now();
    while !f() {
        assert!(start.elapsed() < Duration::from_secs(20), "waited too long for: {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
#[ignore = "a part of another test"]
fn answers() {
    let store = given();
    let mut after = store.head().unwrap();
    loop {
        after = store.wait(after, Duration::from_secs(10)).unwrap();
        if let Some(question) = get(&store, "question") {
            put(&store, 1000 + after, "answer", &question).unwrap();
            after = store.head().unwrap();
        }
    }
}

#[test]
fn processes_see_each_other_within_a_second() {
    let place = Place::new();
    let store = place.create();
    let mut other = child("answers", &place);
    // The first question waits until the other has started.
    put(&store, 1, "question", "0").unwrap();
    let mut n = 1;
    until("an answer", || {
        n += 1;
        put(&store, n, "question", "0").unwrap();
        std::thread::sleep(Duration::from_millis(200));
        get(&store, "answer").is_some()
    });
    for q in 1..4u64 {
        let (question, start) = (q.to_string(), Instant::now());
        let mut head = put(&store, 500 + q, "question", &question).unwrap().seq;
        while get(&store, "answer").as_deref() != Some(question.as_str()) {
            head = store.wait(head, Duration::from_secs(5)).unwrap();
        }
        assert!(start.elapsed() < Duration::from_secs(2), "there and back: {:?}", start.elapsed());
    }
    other.kill().unwrap();
    other.wait().unwrap();
}

#[test]
#[ignore = "a part of another test"]
fn holds_the_write_lock() {
    let path = std::env::var_os("FRONTDESK_TEST_STORE").unwrap();
    let mut b = redb::Builder::new();
    b.set_concurrency_mode(redb::ConcurrencyMode::MultiWriter);
    let db = b.open(path).unwrap();
    let tx = db.begin_write().unwrap();
    let held = std::path::PathBuf::from(std::env::var_os("FRONTDESK_TEST_STORE").unwrap());
    std::fs::write(held.with_extension("held"), "").unwrap();
    std::thread::sleep(Duration::from_secs(60));
    drop(tx);
}

#[test]
fn a_stopped_writer_makes_others_busy_within_two_seconds_and_readers_go_on() {
    let place = Place::new();
    let store = place.create();
    put(&store, 1, "a", "1").unwrap();
    let mut other = child("holds_the_write_lock", &place);
    until("the lock", || place.path().with_extension("held").exists());
    let start = Instant::now();
    let refused = put(&store, 2, "a", "2").unwrap_err();
    assert!(matches!(refused, Reject::Store(StoreError::Busy)), "{refused}");
    assert!(start.elapsed() < Duration::from_millis(2500), "{:?}", start.elapsed());
    let start = Instant::now();
    assert_eq!(get(&store, "a").as_deref(), Some("1"));
    assert!(start.elapsed() < Duration::from_millis(100));
    // Opening takes the same lock in redb: it gives up, too.
    let start = Instant::now();
    assert!(matches!(place.refusal(), StoreError::Busy));
    assert!(start.elapsed() < Duration::from_millis(2500), "{:?}", start.elapsed());
    // Dead is not busy: the kernel lets go.
    other.kill().unwrap();
    other.wait().unwrap();
    put(&store, 2, "a", "2").unwrap();
    assert_eq!(get(&place.open(), "a").as_deref(), Some("2"));
}

#[test]
#[ignore = "a part of another test"]
fn writes_for_ever() {
    let store = given();
    let me = u64::from(std::process::id());
    for n in 0u64.. {
        let key = format!("{me}-{n}");
        put(&store, me << 32 | n, &key, "x").unwrap();
        // Acknowledged: from here on it must be there.
        println!("{key}");
    }
}

#[test]
fn a_killed_process_loses_nothing_that_was_acknowledged() {
    let place = Place::new();
    let store = place.create();
    let start = |_| {
        let out = std::fs::File::create(place.folder.path().join(format!("said-{}", fastrand()))).unwrap();
        Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "processes::writes_for_ever", "--ignored", "--nocapture"])
            .env("FRONTDESK_TEST_STORE", place.path())
            .stdout(out)
            .stderr(Stdio::null())
            .spawn()
            .unwrap()
    };
    let mut all: Vec<Child> = (0..3).map(start).collect();
    let begun = Instant::now();
    let mut n = 0;
    while begun.elapsed() < Duration::from_secs(2) {
        n += 1;
        put(&store, n, &format!("own-{n}"), "x").unwrap();
    }
    for c in &mut all {
        c.kill().unwrap();
        c.wait().unwrap();
    }
    drop(store);
    let opening = Instant::now();
    let store = place.open();
    assert!(opening.elapsed() < Duration::from_secs(1), "{:?}", opening.elapsed());
    let mut acknowledged = 0;
    for said in std::fs::read_dir(place.folder.path()).unwrap().map(|e| e.unwrap()) {
        if !said.file_name().to_string_lossy().starts_with("said-") {
            continue;
        }
        let text = std::fs::read_to_string(said.path()).unwrap();
        // The last line may be cut short by the kill.
        let whole = text.rfind('\n').map_or("", |end| &text[..end]);
        for key in
            whole.lines().filter(|l| l.contains('-') && l.bytes().all(|b| b.is_ascii_digit() || b == b'-'))
        {
            assert!(get(&store, key).is_some(), "{key} was acknowledged and is gone");
            acknowledged += 1;
        }
    }
    assert!(acknowledged > 10, "the processes wrote {acknowledged} rows");
    for k in 1..=n {
        assert!(get(&store, &format!("own-{k}")).is_some());
    }
    let clean = (&store as &dyn Store).view(|v| frontdesk::store::check::check(v, &mut |_| {})).unwrap();
    assert!(clean.is_clean(), "{:?}", clean.findings.first());
    put(&store, 1 << 60, "after", "x").unwrap();
}

fn fastrand() -> u128 {
    std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_nanos()
}
