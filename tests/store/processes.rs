//! Several processes on one file.

use std::{
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use frontdesk::{
    model::Table,
    store::{Options, RedbStore, Reject, Store, StoreError, Tx, Weight},
};

use super::{
    help::{Place, draft, get, op, put},
    holder,
};

/// Runs one of the tests below that are ignored, in its own process, on this store.
fn as_child(part: &str, place: &Place) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .args(["--exact", &format!("processes::{part}"), "--ignored", "--nocapture"])
        .env("FRONTDESK_TEST_STORE", place.path())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command
}

fn child(part: &str, place: &Place) -> Child {
    as_child(part, place).spawn().unwrap()
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
    holder::lock();
}

#[test]
fn a_stopped_writer_makes_others_busy_within_two_seconds_and_readers_go_on() {
    let place = Place::new();
    let store = place.create();
    put(&store, 1, "a", "1").unwrap();
    let mut other = holder::start("processes::holds_the_write_lock", &place.path());
    let start = Instant::now();
    let refused = put(&store, 2, "a", "2").unwrap_err();
    assert!(matches!(refused, Reject::Store(StoreError::Busy)), "{refused}");
    assert!(start.elapsed() < Duration::from_millis(2500), "{:?}", start.elapsed());
    let start = Instant::now();
    assert_eq!(get(&store, "a").as_deref(), Some("1"));
    assert!(start.elapsed() < Duration::from_millis(100));
    // Who comes now reads as well, and writes as soon as that goes.
    let start = Instant::now();
    let late = place.open();
    assert_eq!(get(&late, "a").as_deref(), Some("1"));
    assert!(start.elapsed() < Duration::from_millis(1000), "{:?}", start.elapsed());
    assert!(!late.is_read_only().unwrap(), "only for now");
    let start = Instant::now();
    let refused = put(&late, 3, "a", "3").unwrap_err();
    assert!(matches!(refused, Reject::Store(StoreError::Busy)), "{refused}");
    assert!(start.elapsed() < Duration::from_millis(2500), "{:?}", start.elapsed());
    assert_eq!(get(&late, "a").as_deref(), Some("1"));
    // Dead is not busy: the kernel lets go.
    other.kill().unwrap();
    other.wait().unwrap();
    put(&store, 2, "a", "2").unwrap();
    assert_eq!(get(&late, "a").as_deref(), Some("2"));
    assert_eq!(get(&place.open(), "a").as_deref(), Some("2"));
    put(&late, 3, "a", "3").unwrap();
    put(&store, 4, "b", "4").unwrap();
    put(&late, 5, "c", "5").unwrap();
    assert_eq!(get(&store, "a").as_deref(), Some("3"));
}

#[test]
#[ignore = "a part of another test"]
fn fills_the_disk() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    // Past the limit the system says EFBIG, which is as good as a full disk, and a signal that would end the process.
    let ignored = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
    signal_hook::flag::register(signal_hook::consts::SIGXFSZ, ignored).unwrap();
    let store = given();
    let before = store.file_bytes().unwrap();
    let limit = getrlimit(Resource::Fsize);
    setrlimit(Resource::Fsize, Rlimit { current: Some(before + (256 << 10)), ..limit }).unwrap();
    let big = "x".repeat(20_000);
    let mut n = 0;
    let refused = loop {
        n += 1;
        if let Err(e) = put(&store, n, &format!("k{n}"), &big) {
            break e;
        }
    };
    assert!(matches!(refused, Reject::Store(StoreError::Full)), "{refused:?}");
    assert!(n > 1);
    for k in 1..n {
        assert!(get(&store, &format!("k{k}")).is_some(), "reading goes on");
    }
    assert!(get(&store, &format!("k{n}")).is_none());
    // What the failed write held may be room enough once the file was opened again: then it fits, else it is full still.
    let fits = match put(&store, n, &format!("k{n}"), &big) {
        Ok(outcome) => !outcome.replayed,
        Err(again) => {
            assert!(matches!(again, Reject::Store(StoreError::Full)), "{again:?}");
            false
        }
    };
    setrlimit(Resource::Fsize, limit).unwrap();
    assert_eq!(put(&store, n, &format!("k{n}"), &big).unwrap().replayed, fits, "room again: by itself");
    assert_eq!(store.head().unwrap(), n);
}

#[test]
fn a_full_disk_is_said_and_loses_nothing() {
    let place = Place::new();
    drop(place.create());
    let mut other = child("fills_the_disk", &place);
    assert!(other.wait().unwrap().success());
    let store = place.open();
    let head = store.head().unwrap();
    assert!(head > 1 && (1..=head).all(|k| get(&store, &format!("k{k}")).is_some()));
}

/// On a real small disk: `mount -t tmpfs -o size=16m,mode=700 tmpfs DIR`, then `FRONTDESK_SMALL_DISK=DIR cargo test
/// --test store small_disk -- --ignored`.
#[test]
#[ignore = "needs a small disk, named by FRONTDESK_SMALL_DISK"]
fn a_small_disk_runs_full_and_goes_on_when_there_is_room() {
    let folder =
        std::path::PathBuf::from(std::env::var_os("FRONTDESK_SMALL_DISK").expect("FRONTDESK_SMALL_DISK"));
    let path = folder.join("desk.redb");
    let store = RedbStore::open(&Options::at(&path).or_create(frontdesk::model::Id::NIL, 0)).unwrap();
    let ballast = folder.join("ballast");
    std::fs::write(&ballast, vec![1; 4 << 20]).unwrap();
    let (mut n, mut written, big) = (store.head().unwrap(), Vec::new(), "x".repeat(50_000));
    let first = n + 1;
    for round in 0..3u64 {
        let refused = loop {
            n += 1;
            match put(&store, n, &format!("k{n}"), &big) {
                Ok(_) => written.push(n),
                Err(e) => break e,
            }
        };
        assert!(matches!(refused, Reject::Store(StoreError::Full)), "round {round}: {refused:?}");
        assert!(written.iter().all(|k| get(&store, &format!("k{k}")).is_some()), "reading goes on");
        println!("round {round}: full after {} rows", written.len());
        std::fs::File::options().write(true).open(&ballast).unwrap().set_len((3 - round) << 20).unwrap();
    }
    drop(store);
    let store = RedbStore::open(&Options::at(&path)).unwrap();
    assert!(written.iter().all(|k| get(&store, &format!("k{k}")).is_some()));
    assert_eq!(store.head().unwrap(), first - 1 + written.len() as u64);
    let clean = frontdesk::store::check::check_store(&store, &mut |_| {}).unwrap();
    assert!(clean.is_clean(), "{:?}", clean.findings.first());
}

#[test]
#[ignore = "a part of another test"]
fn only_reads() {
    let store = given();
    assert!(store.is_read_only().unwrap());
    assert_eq!(get(&store, "a").as_deref(), Some("1"));
    assert_eq!(store.wait(0, Duration::from_secs(5)).unwrap(), 1);
    assert_eq!(store.wait(1, Duration::from_millis(20)).unwrap(), 1);
    let refused = put(&store, 2, "a", "2").unwrap_err();
    assert!(matches!(refused, Reject::Store(StoreError::ReadOnly(_))), "{refused:?}");
    assert_eq!(get(&store, "a").as_deref(), Some("1"));
}

#[test]
#[ignore = "a part of another test"]
fn may_not_read() {
    let said = RedbStore::open(&Options::at(std::env::var_os("FRONTDESK_TEST_STORE").unwrap()))
        .map(|_| ())
        .unwrap_err();
    assert!(matches!(&said, StoreError::Blocked(why) if why.contains("run `chmod 600 ")), "{said:?}");
}

#[test]
fn a_store_that_may_not_be_written_is_read_and_one_that_may_not_be_read_says_so() {
    use std::{
        fs::{Permissions, set_permissions},
        os::unix::{fs::PermissionsExt, fs::chown, process::CommandExt},
    };
    let place = Place::new();
    let store = place.create();
    put(&store, 1, "a", "1").unwrap();
    drop(store);
    // To root nothing is forbidden: the parts run as no one then.
    let unprivileged = rustix::process::geteuid().is_root().then_some(65534);
    if unprivileged.is_some() {
        let files = std::fs::read_dir(place.folder.path()).unwrap().map(|e| e.unwrap().path());
        for path in files.chain([place.folder.path().to_owned()]) {
            chown(path, unprivileged, None).unwrap();
        }
    }
    let run = |part: &str| {
        let mut part = as_child(part, &place);
        if let Some(unprivileged) = unprivileged {
            part.uid(unprivileged);
        }
        let out = part.stdout(Stdio::piped()).output().unwrap();
        assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stdout));
    };
    set_permissions(place.path(), Permissions::from_mode(0o400)).unwrap();
    run("only_reads");
    for file in ["desk.redb.lock", "desk.redb.swap", "desk.redb.turn", "desk.redb.bell"] {
        std::fs::remove_file(place.path().with_file_name(file)).unwrap();
    }
    set_permissions(place.folder.path(), Permissions::from_mode(0o500)).unwrap();
    run("only_reads");
    set_permissions(place.path(), Permissions::from_mode(0o000)).unwrap();
    run("may_not_read");
    set_permissions(place.folder.path(), Permissions::from_mode(0o700)).unwrap();
}

#[test]
fn a_process_stopped_anywhere_stops_no_other() {
    use rustix::process::{Pid, Signal, kill_process};
    let place = Place::new();
    let store = place.create();
    put(&store, 1, "a", "1").unwrap();
    let mut other = child("writes_for_ever", &place);
    let pid = Pid::from_child(&other);
    until("its first rows", || store.head().unwrap() > 5);
    let most = Duration::from_millis(2500);
    let mut written = 0;
    for n in 0..5u64 {
        std::thread::sleep(Duration::from_millis(7 * n));
        kill_process(pid, Signal::STOP).unwrap();
        let start = Instant::now();
        let read = (&store as &dyn Store).view(|v| v.get(Table::Seen, b"a"));
        // Hardly ever is it stopped in the microseconds in which it locks the header.
        assert!(matches!(&read, Ok(Some(_)) | Err(StoreError::Busy)), "{read:?}");
        assert!(start.elapsed() < most, "reading took {:?}", start.elapsed());
        let start = Instant::now();
        match put(&store, 100 + n, &format!("own-{n}"), "x") {
            Ok(_) => written += 1,
            Err(Reject::Store(StoreError::Busy)) => {}
            Err(e) => panic!("{e}"),
        }
        assert!(start.elapsed() < 2 * most, "writing took {:?}", start.elapsed());
        kill_process(pid, Signal::CONT).unwrap();
    }
    println!("{written} of 5 were written beside a stopped process");
    until("a write once it goes on", || put(&store, 99, "own", "x").is_ok());
    other.kill().unwrap();
    other.wait().unwrap();
    put(&store, 98, "own", "y").unwrap();
    let clean = frontdesk::store::check::check_store(&store, &mut |_| {}).unwrap();
    assert!(clean.is_clean(), "{:?}", clean.findings.first());
}

#[test]
#[ignore = "a part of another test"]
fn imports_for_ever() {
    let store = given();
    let me = u64::from(std::process::id());
    for n in 0u64.. {
        let id = op(me << 32 | n);
        let step = Box::new(move |tx: &mut dyn Tx| {
            for k in 0..200u64 {
                tx.put(Table::Draft, &((me << 32) | (n * 200 + k)).to_be_bytes(), &[7; 1000]);
            }
            tx.log(draft(me << 32 | n, 1));
            Ok(())
        });
        match store.write(id, Weight::Heavy, step) {
            Ok(_) | Err(Reject::Store(StoreError::Busy)) => {}
            Err(e) => panic!("{e}"),
        }
    }
}

#[test]
fn imports_beside_do_not_starve_a_reply() {
    let place = Place::new();
    let store = place.create();
    let mut others = [child("imports_for_ever", &place), child("imports_for_ever", &place)];
    until("their first steps", || store.head().unwrap() > 4);
    let (begun, mut worst) = (store.head().unwrap(), Duration::ZERO);
    for n in 1..=30 {
        let start = Instant::now();
        put(&store, n, &format!("own-{n}"), "x").unwrap();
        worst = worst.max(start.elapsed());
    }
    let theirs = store.head().unwrap() - begun - 30;
    for other in &mut others {
        other.kill().unwrap();
        other.wait().unwrap();
    }
    println!("{theirs} steps beside 30 replies, the slowest of which took {worst:?}");
    assert!(theirs < 30 * 10, "{theirs} steps went before 30 replies");
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
    let start = |n| {
        let out = std::fs::File::create(place.folder.path().join(format!("said-{n}"))).unwrap();
        as_child("writes_for_ever", &place).stdout(out).spawn().unwrap()
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
    let clean = frontdesk::store::check::check_store(&store, &mut |_| {}).unwrap();
    assert!(clean.is_clean(), "{:?}", clean.findings.first());
    put(&store, 1 << 60, "after", "x").unwrap();
}
