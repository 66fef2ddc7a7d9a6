//! A damaged file: bytes flipped at random, pages zeroed or in each other's place, the end cut off, noise for a header.
//! No verb may panic, and wherever the store no longer contains what was written, `check` must say so.
//!
//! ```sh
//! cargo test --test corrupt                                         # 50 seeds
//! FRONTDESK_SEEDS=1000 cargo test --test corrupt                    # many
//! FRONTDESK_SEED=17 FRONTDESK_SEEDS=1 cargo test --test corrupt     # one again
//! ```

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::{
    collections::BTreeMap,
    os::unix::fs::{OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
    process::{Command as Process, Output, Stdio},
    sync::Arc,
    time::{Duration, Instant},
};

use frontdesk::{
    desk::{
        Command, Desk, Edit, Request,
        command::{NewAgent, NewTicket},
    },
    model::{Id, Kind, Table},
    store::{Options, RedbStore, Store, StoreError, dump, hash, salvage},
};

#[path = "support/dice.rs"]
mod dice;

use dice::Dice;

const NOW: i64 = 1_790_000_000_000;
const PAGE: usize = 4096;

fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|v| v.parse().ok()).unwrap_or(default)
}

fn folder() -> tempfile::TempDir {
    tempfile::Builder::new().permissions(std::fs::Permissions::from_mode(0o700)).tempdir().unwrap()
}

/// A small desk with a life behind it, as the bytes of its file, and the hash of what it contains.
fn good(folder: &Path) -> (Vec<u8>, [u8; 32]) {
    let path = folder.join("good.redb");
    let store = RedbStore::open(&Options::at(&path).or_create(Id([7; 16]), NOW)).unwrap();
    let desk = Desk::new(Arc::new(store));
    let mut op = 0u8;
    let mut run = |actor: Id, command: Command| {
        op += 1;
        let request = Request::new(Id([op; 16]), actor, NOW + i64::from(op) * 60_000, command);
        desk.run(request).unwrap()
    };
    let owner = NewAgent { name: "Dana Fox".into(), unix_user: "dana".into(), ..NewAgent::default() };
    let owner = run(Id::NIL, Command::Start { workspace: vec![], owner }).created[0].1;
    let mut customers = Vec::new();
    for n in 0..60 {
        let edits = vec![
            Edit::set("name", format!("Person {n} Example")),
            Edit::set("email", format!("p{n}@example.org")),
            Edit::set("phone", format!("+353 1 555 01{n:02}")),
        ];
        customers.push(run(owner, Command::Create(Kind::Customer, edits)).created[0].1);
    }
    for (n, customer) in customers.iter().take(40).enumerate() {
        let new = NewTicket {
            requester: *customer,
            subject: format!("The grinder is stuck, case {n}"),
            body: "It does not grind any more. ".repeat(n * 9 + 1),
            ..Default::default()
        };
        let ticket = run(owner, Command::TicketCreate(Box::new(new))).created[0].1;
        if n % 3 == 0 {
            run(owner, Command::TicketNote(ticket, "Looked at it: a stone in the burr. ".repeat(n + 1)));
        }
    }
    for (n, customer) in customers.iter().take(20).enumerate() {
        run(owner, Command::Tag(Kind::Customer, vec![*customer], vec![format!("tag{}", n % 3)], vec![]));
    }
    let hash = desk.view(|v| hash::content(v, &mut |_| {})).unwrap().hash;
    drop(desk);
    (std::fs::read(&path).unwrap(), hash)
}

/// Damages a file, and says how.
fn damage(dice: &mut Dice, bytes: &mut Vec<u8>) -> String {
    let pages = bytes.len() / PAGE;
    match dice.place(10) {
        0..=4 => {
            let many = 1 + dice.place(6);
            let at: Vec<usize> = (0..many)
                .map(|_| {
                    let at = dice.place(bytes.len());
                    bytes[at] ^= 1 << dice.place(8);
                    at
                })
                .collect();
            format!("bits flipped at {at:?}")
        }
        5 => {
            let page = dice.place(pages);
            let value = if dice.place(2) == 0 { 0 } else { 0xff };
            bytes[page * PAGE..(page + 1) * PAGE].fill(value);
            format!("page {page} is all {value}")
        }
        6 => {
            let to = dice.place(bytes.len());
            bytes.truncate(to);
            format!("cut off at {to}")
        }
        7 => {
            let at = dice.place(320);
            let many = 1 + dice.place(64);
            bytes[at..(at + many).min(320)].fill_with(|| dice.place(256) as u8);
            format!("noise in the header at {at}, {many} bytes")
        }
        8 => {
            let (a, b) = (1 + dice.place(pages - 1), 1 + dice.place(pages - 1));
            for i in 0..PAGE {
                bytes.swap(a * PAGE + i, b * PAGE + i);
            }
            format!("pages {a} and {b} changed places")
        }
        _ => {
            // The header alone: where one bit means most.
            let at = dice.place(320);
            bytes[at] ^= 1 << dice.place(8);
            format!("a bit of the header flipped at {at}")
        }
    }
}

fn put(path: &Path, bytes: &[u8]) {
    use std::io::Write;
    let _ = std::fs::remove_file(path);
    let mut f = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).unwrap();
    f.write_all(bytes).unwrap();
}

/// What the engine makes of a file: the hash of all that it reads, or why it does not.
fn read(path: &Path) -> Result<[u8; 32], StoreError> {
    let store = RedbStore::open(&Options::at(path))?;
    let store: &dyn Store = &store;
    store.view(|v| Ok(hash::content(v, &mut |_| {})?.hash))
}

type Rows = BTreeMap<Table, BTreeMap<Vec<u8>, Vec<u8>>>;

/// Everything that a salvage writes, and what it says of it.
fn salvaged(path: &Path) -> (salvage::Salvaged, Rows) {
    let mut out = Vec::new();
    let done = salvage::salvage(path, &mut out, None, &mut |_| {}).unwrap();
    let mut reader = dump::Reader::new(out.as_slice()).unwrap();
    let mut rows = Rows::new();
    while let Some((table, key, value)) = reader.next_row().unwrap() {
        rows.entry(table).or_default().insert(key, value);
    }
    (done, rows)
}

/// What is said to be sound is what was written; of a table that is not said to be hurt, all of it.
fn hold_salvage(path: &Path, good: &Rows, context: &str) {
    let (done, rows) = salvaged(path);
    let none = BTreeMap::new();
    for table in Table::ALL {
        let (found, whole) = (rows.get(table).unwrap_or(&none), good.get(table).unwrap_or(&none));
        if !done.hurt.contains_key(table) {
            assert!(found == whole, "{context}: salvage takes {} for sound, and it is not", table.name());
        }
        let right = found.iter().filter(|(k, v)| whole.get(*k) == Some(v)).count() as u64;
        let sound = done.tables.get(table).map_or(0, |c| c.sound);
        assert!(
            sound <= right,
            "{context}: {} rows of {} are said to be sound, {right} are",
            sound,
            table.name()
        );
    }
}

fn frontdesk(folder: &Path, store: &Path, words: &[&str]) -> Output {
    let mut child = Process::new(env!("CARGO_BIN_EXE_frontdesk"))
        .args(["--store", store.to_str().unwrap(), "--agent", "dana"])
        .args(words)
        .env_clear()
        .env("HOME", folder)
        .env("TZ", "UTC")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let (mut out, mut err) = (child.stdout.take().unwrap(), child.stderr.take().unwrap());
    let reader = |from: &mut dyn std::io::Read| {
        let mut all = Vec::new();
        let _ = from.read_to_end(&mut all);
        all
    };
    let until = Instant::now() + Duration::from_secs(60);
    std::thread::scope(|s| {
        let stdout = s.spawn(move || reader(&mut out));
        let stderr = s.spawn(move || reader(&mut err));
        let status = loop {
            if let Some(status) = child.try_wait().unwrap() {
                break status;
            }
            assert!(Instant::now() < until, "{words:?} does not end");
            std::thread::sleep(Duration::from_millis(2));
        };
        Output { status, stdout: stdout.join().unwrap(), stderr: stderr.join().unwrap() }
    })
}

/// Verbs that read and write, of every kind.
const VERBS: &[&[&str]] = &[
    &["list", "customers"],
    &["list", "tickets", "is:open", "sort:-updated"],
    &["show", "C-7"],
    &["show", "T-12"],
    &["find", "grinder"],
    &["log", "--limit", "20"],
    &["stats"],
    &["export", "customers"],
    &["report"],
    &["customer", "add", "Eve Example", "--email", "eve@example.org"],
    &["ticket", "note", "T-3", "seen"],
    &["customer", "tag", "C-5", "late"],
    &["undo"],
    &["tick"],
    &["backup", "BACKUP"],
    &["compact"],
    &["salvage", "BACKUP"],
    &["salvage", "BACKUP"],
    &["check", "--repair"],
    &["check", "--repair"],
];

fn said(words: &[&str], out: &Output, context: &str) -> String {
    let err = String::from_utf8_lossy(&out.stderr).into_owned();
    let code = out.status.code();
    assert!(
        matches!(code, Some(0 | 1 | 2 | 65 | 75))
            && !err.contains("panicked")
            && !err.contains("RUST_BACKTRACE"),
        "{context}: {words:?} ended with {:?}: {err}",
        out.status
    );
    if code != Some(0) {
        assert!(
            !err.trim().is_empty() || !out.stdout.is_empty(),
            "{context}: {words:?} failed without a word"
        );
    }
    err
}

struct Tally {
    harmless: u32,
    found: u32,
    refused: u32,
}

fn one(seed: u64, folder: &Path, good: &(Vec<u8>, [u8; 32]), all: &Rows, tally: &mut Tally) {
    let mut dice = Dice(seed);
    let mut bytes = good.0.clone();
    let how = damage(&mut dice, &mut bytes);
    let context = format!("seed {seed}, {how}");
    let (store, copy): (PathBuf, PathBuf) = (folder.join("desk.redb"), folder.join("copy.redb"));
    put(&store, &bytes);
    put(&copy, &bytes);
    hold_salvage(&copy, all, &context);
    let engine = read(&copy);
    let same = engine.as_ref().is_ok_and(|h| *h == good.1);
    // What is asked first changes what is there: the check comes first on even seeds, a verb on odd ones.
    let check = |context: &str| {
        let out = frontdesk(folder, &store, &["check"]);
        let err = said(&["check"], &out, context);
        let clean = out.status.code() == Some(0);
        if !clean {
            let all = format!("{}{err}", String::from_utf8_lossy(&out.stdout));
            assert!(
                ["frontdesk restore", "frontdesk salvage", "frontdesk check --repair"]
                    .iter()
                    .any(|w| all.contains(w)),
                "{context}: no way out is said: {all}"
            );
        }
        clean
    };
    let clean = check(&context);
    assert!(same || !clean, "{context}: the store contains something else, and check is clean ({engine:?})");
    match (same, clean) {
        (true, true) => tally.harmless += 1,
        (_, _) if engine.is_err() => tally.refused += 1,
        _ => tally.found += 1,
    }
    for _ in 0..3 {
        let words = VERBS[dice.place(VERBS.len())];
        let backup = folder.join("backup");
        let _ = std::fs::remove_file(&backup);
        let words: Vec<&str> =
            words.iter().map(|w| if *w == "BACKUP" { backup.to_str().unwrap() } else { w }).collect();
        put(&store, &bytes);
        let out = frontdesk(folder, &store, &words);
        said(&words, &out, &context);
        if words == ["check", "--repair"] && out.status.code() == Some(0) {
            let again = frontdesk(folder, &store, &["check", "--quiet"]);
            assert_eq!(again.status.code(), Some(0), "{context}: repaired, and not clean");
        }
    }
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        if entry.file_name() != "good.redb" {
            let _ = std::fs::remove_file(entry.path());
        }
    }
}

#[test]
fn a_damaged_file_is_reported_and_never_read_as_if_it_were_whole() {
    let (first, count) = (number("FRONTDESK_SEED", 0), number("FRONTDESK_SEEDS", 50));
    let threads = 2;
    let tallies: Vec<Tally> = std::thread::scope(|s| {
        let all: Vec<_> = (0..threads)
            .map(|t| {
                s.spawn(move || {
                    let folder = folder();
                    let good = good(folder.path());
                    let all = salvaged(&folder.path().join("good.redb")).1;
                    assert!(all.len() > 5 && all[&Table::Customer].len() == 60);
                    let mut tally = Tally { harmless: 0, found: 0, refused: 0 };
                    for seed in (first..first + count).filter(|s| s % threads == t) {
                        let again = format!("again with FRONTDESK_SEED={seed} FRONTDESK_SEEDS=1");
                        let ran = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
                            one(seed, folder.path(), &good, &all, &mut tally);
                        }));
                        assert!(ran.is_ok(), "{again}");
                    }
                    tally
                })
            })
            .collect();
        all.into_iter().map(|t| t.join().unwrap()).collect()
    });
    let sum = |f: fn(&Tally) -> u32| tallies.iter().map(f).sum::<u32>();
    let (harmless, found, refused) = (sum(|t| t.harmless), sum(|t| t.found), sum(|t| t.refused));
    println!("{count} files: {harmless} hurt where nothing stood, {found} found by check, {refused} refused");
    assert!(count < 50 || found + refused > 10, "too little was damaged");
}
