//! Four real processes write through the desk and are killed and stopped at random; nothing acknowledged is lost and
//! `check` is clean.
//!
//! ```sh
//! cargo test --test kill                            # 40 kills
//! FRONTDESK_KILLS=2000 cargo test --test kill       # many
//! ```

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::{
    fs::File,
    io::Write,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{Child, Command as Process, Stdio},
    sync::Arc,
    time::{Duration, Instant},
};

use frontdesk::{
    desk::{
        Command, Desk, Edit, Request,
        command::{NewAgent, NewTicket},
    },
    exchange::import,
    model::{Agent, Customer, Id, Kind, Stamp, Table},
    store::{Options, Range, RedbStore, Reject, StoreError, ViewExt, check, feed, records},
};
use rustix::process::{Pid, Signal, kill_process};

const NOW: Stamp = 1_790_000_000_000;
/// The longest that anything may take beside a stopped process.
const MOST: Duration = Duration::from_millis(2500);

fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|v| v.parse().ok()).unwrap_or(default)
}

/// Numbers that a seed gives (SplitMix64).
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % n.max(1)
    }
}

fn open(path: &Path) -> Desk {
    Desk::new(Arc::new(RedbStore::open(&Options::at(path)).unwrap()))
}

/// A desk that has begun, in a folder that vanishes.
fn begin() -> (tempfile::TempDir, PathBuf, Desk) {
    let private = std::fs::Permissions::from_mode(0o700);
    let folder = tempfile::Builder::new().permissions(private).tempdir().unwrap();
    let path = folder.path().join("desk.redb");
    let store = RedbStore::open(&Options::at(&path).or_create(Id([7; 16]), NOW)).unwrap();
    let desk = Desk::new(Arc::new(store));
    let owner = NewAgent { name: "Dana".into(), ..NewAgent::default() };
    desk.run(Request::new(Id([1; 16]), Id::NIL, NOW, Command::Start { workspace: vec![], owner })).unwrap();
    (folder, path, desk)
}

fn owner(desk: &Desk) -> Id {
    desk.view(|v| {
        let mut id = Id::NIL;
        records::each::<Agent>(v, |a| {
            id = a.id;
            false
        })?;
        Ok(id)
    })
    .unwrap()
}

fn op(life: u64, n: u64) -> Id {
    let mut id = [0; 16];
    id[..8].copy_from_slice(&life.to_be_bytes());
    id[8..].copy_from_slice(&n.to_be_bytes());
    Id(id)
}

/// Runs one of the tests below that are ignored, in a process of its own.
fn child(part: &str, path: &Path, life: u64, said: &Path) -> Child {
    Process::new(std::env::current_exe().unwrap())
        .args(["--exact", part, "--ignored", "--nocapture"])
        .env("FRONTDESK_TEST_STORE", path)
        .env("FRONTDESK_TEST_LIFE", life.to_string())
        .stdout(File::create(said).unwrap())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

fn given() -> (PathBuf, u64) {
    (std::env::var_os("FRONTDESK_TEST_STORE").unwrap().into(), number("FRONTDESK_TEST_LIFE", 0))
}

#[test]
#[ignore = "a part of another test"]
fn works() {
    let (path, life) = given();
    let desk = open(&path);
    let dana = owner(&desk);
    let (mut customers, mut out) = (Vec::new(), std::io::stdout());
    for n in 0u64.. {
        let command = match (n % 5, customers.last()) {
            (1, Some(c)) => Command::CustomerEdit(*c, vec![Edit::set("family", format!("Of {life}"))]),
            (2, Some(c)) => Command::CustomerTag(vec![*c], vec![format!("t{}", n % 3)], vec![]),
            (3, Some(c)) => {
                let (subject, body) = (format!("Broken {n}"), "It is broken. ".repeat((n % 400) as usize));
                Command::TicketCreate(Box::new(NewTicket {
                    requester: *c,
                    subject,
                    body,
                    ..Default::default()
                }))
            }
            (4, Some(_)) => Command::Undo(None),
            _ => Command::CustomerAdd(vec![
                Edit::set("name", format!("Person {n}")),
                Edit::set("email", format!("p{n}.{life}@example.org")),
            ]),
        };
        match desk.run(Request::new(op(life, n), dana, NOW + n as i64, command)) {
            Ok(done) => {
                customers
                    .extend(done.created.iter().filter(|(k, _)| *k == Kind::Customer).map(|(_, id)| *id));
                // Acknowledged: from here on it must be there.
                writeln!(out, "{life} {n} {}", done.seq).unwrap();
            }
            // All act for one agent, so that one takes back what the other made.
            Err(Reject::Refused(_) | Reject::Store(StoreError::Busy)) => {}
            Err(e) => panic!("{e}"),
        }
    }
}

/// What a process said that it had done stands.
fn verify(desk: &Desk, said: &Path) -> usize {
    let text = std::fs::read_to_string(said).unwrap();
    // The last line may be cut short by the kill.
    let whole = text.rfind('\n').map_or("", |end| &text[..end]);
    let mut n = 0;
    for line in whole.lines() {
        let Some([life, k, seq]) = line
            .split(' ')
            .map(|w| w.parse::<u64>().ok())
            .collect::<Option<Vec<_>>>()
            .and_then(|l| <[u64; 3]>::try_from(l).ok())
        else {
            continue;
        };
        let found = desk
            .view(|v| {
                let applied = v.get(Table::AppliedOp, op(life, k).bytes())?;
                let row = feed::at(v, seq)?;
                Ok((applied.and_then(|a| a.first_chunk::<8>().map(|b| u64::from_be_bytes(*b))), row))
            })
            .unwrap();
        assert_eq!(found.0, Some(seq), "op {life}-{k} was acknowledged and is gone");
        assert!(found.1.is_some(), "row {seq} was acknowledged and is gone");
        n += 1;
    }
    n
}

fn clean(desk: &Desk) -> u64 {
    let report = desk.view(|v| check::check(v, &mut |_| {})).unwrap();
    assert!(report.is_clean(), "{:?}", report.findings);
    report.log_rows
}

#[test]
fn killed_and_stopped_processes_lose_nothing_and_block_nobody() {
    let (folder, path, desk) = begin();
    let dana = owner(&desk);
    let seed = number("FRONTDESK_SEED", u64::from(std::process::id()));
    println!("FRONTDESK_SEED={seed}");
    let mut dice = Dice(seed);
    let mut life = 0;
    let mut start = || {
        life += 1;
        let said = folder.path().join(format!("said-{life}"));
        (child("works", &path, life, &said), said)
    };
    let mut all: Vec<_> = (0..4).map(|_| start()).collect();
    let (kills, mut acknowledged, mut own) = (number("FRONTDESK_KILLS", 40), 0, 0);
    let mut busy = 0;
    for n in 0..kills {
        std::thread::sleep(Duration::from_millis(20 + dice.below(150)));
        let which = dice.below(4) as usize;
        if n % 8 == 7 {
            // Stopped wherever it is: readers go on, writers write or hear that it is busy.
            kill_process(Pid::from_child(&all[which].0), Signal::STOP).unwrap();
            let begun = Instant::now();
            let read = desk.view(|v| v.log_head());
            assert!(matches!(read, Ok(1..) | Err(StoreError::Busy)), "{read:?}");
            assert!(begun.elapsed() < MOST, "reading took {:?}", begun.elapsed());
            let begun = Instant::now();
            own += 1;
            let edit = vec![Edit::set("name", format!("Desk {own}"))];
            match desk.run(Request::new(op(0, own), dana, NOW, Command::WorkspaceEdit(edit))) {
                Ok(_) => {}
                Err(Reject::Store(StoreError::Busy)) => busy += 1,
                Err(e) => panic!("{e}"),
            }
            assert!(begun.elapsed() < 2 * MOST, "writing took {:?}", begun.elapsed());
        }
        let (mut killed, said) = std::mem::replace(&mut all[which], start());
        killed.kill().unwrap();
        killed.wait().unwrap();
        acknowledged += verify(&desk, &said);
        std::fs::remove_file(said).unwrap();
        if n % 50 == 49 {
            clean(&desk);
        }
    }
    for (mut one, said) in all {
        one.kill().unwrap();
        one.wait().unwrap();
        acknowledged += verify(&desk, &said);
    }
    drop(desk);
    let opening = Instant::now();
    let desk = open(&path);
    assert!(opening.elapsed() < Duration::from_secs(1), "opening took {:?}", opening.elapsed());
    let rows = clean(&desk);
    println!(
        "{kills} kills, {acknowledged} acknowledged, {rows} rows, busy {busy} times beside a stopped process"
    );
    assert!(acknowledged as u64 > kills, "the processes did {acknowledged} things");
}

fn contacts(folder: &Path, n: usize) -> PathBuf {
    let path = folder.join("people.csv");
    let mut text = String::from("External ID,First Name,Last Name,Company,Email\n");
    for i in 0..n {
        text += &format!("{i},Ann{i},Bee,Firm {},a{i}@firm.example\n", i % 50);
    }
    std::fs::write(&path, text).unwrap();
    path
}

fn import(desk: &Desk, file: PathBuf) -> Result<import::Report, import::ImportError> {
    let options = import::Options { files: vec![file], ..import::Options::default() };
    import::run(desk, owner(desk), op(9, 9), NOW, &options, &mut |_| true)
}

#[test]
#[ignore = "a part of another test"]
fn imports() {
    let (path, n) = given();
    let file = contacts(path.parent().unwrap(), n as usize);
    import(&open(&path), file).unwrap();
}

#[test]
fn a_killed_import_goes_on_where_it_stopped() {
    let (folder, path, desk) = begin();
    let n = 3000;
    let people = |desk: &Desk| desk.view(|v| v.count(Table::Customer, &Range::all())).unwrap();
    let mut cut = 0;
    for round in 0..3u64 {
        let mut one = child("imports", &path, n, &folder.path().join("said"));
        let goal = 500 * (round + 1);
        let begun = Instant::now();
        while people(&desk) < goal && one.try_wait().unwrap().is_none() {
            assert!(begun.elapsed() < Duration::from_secs(60), "the import does not start");
            std::thread::sleep(Duration::from_millis(2));
        }
        one.kill().unwrap();
        one.wait().unwrap();
        cut += u64::from(people(&desk) < n);
        clean(&desk);
    }
    assert!(cut > 0, "every import ended before it was killed");
    import(&desk, contacts(folder.path(), n as usize)).unwrap();
    assert_eq!(people(&desk), n);
    let twice = desk
        .view(|v| {
            let mut ids = std::collections::BTreeSet::new();
            records::each::<Customer>(v, |c| {
                ids.extend(c.external_ids.iter().map(|x| x.id.clone()));
                true
            })?;
            Ok(ids.len())
        })
        .unwrap();
    assert_eq!(twice as u64, n, "everybody once");
    clean(&desk);
}
