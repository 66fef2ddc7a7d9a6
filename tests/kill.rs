//! Four real processes write through the desk, three threads each, and are killed and stopped at random; nothing
//! acknowledged is lost, the feed has no gap, and `check` is clean.
//!
//! ```sh
//! cargo test --test kill                            # 200 kills
//! FRONTDESK_KILLS=2000 cargo test --test kill       # many
//! FRONTDESK_SEED=17 cargo test --test kill          # the same dice again
//! ```

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // tests may take the short way

use std::{
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use frontdesk::{
    desk::{Command, Desk, Edit, Request, command::NewTicket},
    exchange::import,
    model::{Customer, Id, Kind, Table},
    store::{Options, Range, RedbStore, Reject, StoreError, ViewExt, feed, records},
};
use rustix::process::Signal;

#[path = "support/dice.rs"]
mod dice;
#[path = "support/process.rs"]
mod process;

use dice::Dice;
use process::{NOW, Part, Place, clean, given, number, op, open, owner, say, until};

/// The longest that anything may take beside a stopped process: two seconds of patience, and a busy machine.
const MOST: Duration = Duration::from_secs(10);

#[test]
#[ignore = "a part of another test"]
fn works() {
    let (path, life) = given();
    // Who opens beside a writer that is stopped in its commit hears that it is busy, and tries again.
    let desk = loop {
        match RedbStore::open(&Options::at(&path)) {
            Ok(store) => break Desk::new(Arc::new(store)),
            Err(StoreError::Busy) => {}
            Err(e) => panic!("{e}"),
        }
    };
    thread::scope(|s| {
        for t in 0..3 {
            let desk = desk.clone();
            s.spawn(move || work(&desk, life, t));
        }
    });
}

fn work(desk: &Desk, life: u64, thread: u64) {
    let dana = owner(desk);
    let mut customers = Vec::new();
    for n in 0u64.. {
        let id = (thread << 32) | n;
        let command = match (n % 5, customers.last()) {
            (1, Some(c)) => {
                Command::Edit(Kind::Customer, *c, vec![Edit::set("family", format!("Of {life}"))])
            }
            (2, Some(c)) => Command::Tag(Kind::Customer, vec![*c], vec![format!("t{}", n % 3)], vec![]),
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
            _ => Command::Create(
                Kind::Customer,
                vec![
                    Edit::set("name", format!("Person {n}")),
                    Edit::set("email", format!("p{id}.{life}@example.org")),
                ],
            ),
        };
        match desk.run(Request::new(op(life, id), dana, NOW + n as i64, command)) {
            Ok(done) => {
                customers
                    .extend(done.created.iter().filter(|(k, _)| *k == Kind::Customer).map(|(_, id)| *id));
                // Acknowledged: from here on it must be there.
                say(format!("{life} {id} {}", done.seq));
            }
            // All act for one agent, so that one takes back what the other made.
            Err(Reject::Refused(_) | Reject::Store(StoreError::Busy)) => {}
            Err(e) => panic!("{e}"),
        }
    }
}

/// What a process said that it had done stands.
fn verify(desk: &Desk, said: &[String]) -> u64 {
    desk.view(|v| {
        for line in said {
            let [life, k, seq] =
                line.split(' ').map(|w| w.parse::<u64>().unwrap()).collect::<Vec<_>>().try_into().unwrap();
            let applied = v.get(Table::AppliedOp, op(life, k).bytes())?;
            let applied = applied.and_then(|a| a.first_chunk::<8>().map(|b| u64::from_be_bytes(*b)));
            assert_eq!(applied, Some(seq), "op {life}-{k} was acknowledged and is gone");
            assert!(feed::at(v, seq)?.is_some(), "row {seq} was acknowledged and is gone");
        }
        Ok(said.len() as u64)
    })
    .unwrap()
}

/// Follows the log until told to stop: every row once, in order, without a gap. Gives the last one.
fn follow(path: &Path, stop: &AtomicBool) -> u64 {
    let desk = open(path);
    let mut at = desk.store().head().unwrap();
    loop {
        let last = stop.load(Ordering::SeqCst);
        match desk.store().wait(at, Duration::from_millis(100)) {
            Ok(_) | Err(StoreError::Busy) => {}
            Err(e) => panic!("{e}"),
        }
        let rows = match desk.view(|v| feed::since(v, at, 200)) {
            Ok(rows) => rows,
            Err(StoreError::Busy) => continue,
            Err(e) => panic!("{e}"),
        };
        if last && rows.is_empty() {
            return at;
        }
        for item in rows {
            assert_eq!(item.row.seq, at + 1, "a gap in the feed");
            at = item.row.seq;
        }
    }
}

#[test]
fn killed_and_stopped_processes_lose_nothing_and_block_nobody() {
    let place = Place::new();
    let Place { path, desk, dana, .. } = &place;
    let seed = number("FRONTDESK_SEED", u64::from(std::process::id()));
    println!("FRONTDESK_SEED={seed}");
    let mut dice = Dice(seed);
    let mut life = 0;
    let mut start = || {
        life += 1;
        Part::start("works", path, life)
    };
    let stop = Arc::new(AtomicBool::new(false));
    let follower = thread::spawn({
        let (path, stop) = (path.clone(), stop.clone());
        move || follow(&path, &stop)
    });
    let mut all: Vec<Part> = (0..4).map(|_| start()).collect();
    let (kills, mut acknowledged, mut own, mut busy, mut waits) =
        (number("FRONTDESK_KILLS", 200), 0, 0, 0, 0);
    for n in 0..kills {
        let which = dice.below(4) as usize;
        // It is at work: then it dies somewhere in its next commits, or before.
        let mut said: Vec<String> = (0..dice.below(4)).filter_map(|_| all[which].hear()).collect();
        thread::park_timeout(Duration::from_micros(dice.below(4000)));
        if n % 8 == 7 {
            // Stopped wherever it is: readers go on, writers write or hear that it is busy.
            all[which].signal(Signal::STOP);
            all[which].until_stopped();
            let begun = Instant::now();
            let read = desk.view(|v| v.log_head());
            assert!(matches!(read, Ok(1..) | Err(StoreError::Busy)), "{read:?}");
            assert!(begun.elapsed() < MOST, "reading took {:?}", begun.elapsed());
            let begun = Instant::now();
            own += 1;
            let edit = vec![Edit::set("name", format!("Desk {own}"))];
            match desk.run(Request::new(
                op(0, own),
                *dana,
                NOW,
                Command::Edit(Kind::Workspace, Id::NIL, edit),
            )) {
                Ok(_) => {}
                Err(Reject::Store(StoreError::Busy)) => busy += 1,
                Err(e) => panic!("{e}"),
            }
            assert!(begun.elapsed() < MOST, "writing took {:?}", begun.elapsed());
            if dice.below(2) == 0 {
                // It goes on as if nothing had been, and is killed another time.
                all[which].signal(Signal::CONT);
                said.extend(all[which].hear());
                waits += 1;
                acknowledged += verify(desk, &said);
                continue;
            }
        }
        let killed = std::mem::replace(&mut all[which], start());
        said.extend(killed.kill());
        acknowledged += verify(desk, &said);
        if n % 50 == 49 {
            clean(desk);
        }
    }
    for one in all {
        acknowledged += verify(desk, &one.kill());
    }
    stop.store(true, Ordering::SeqCst);
    let followed = follower.join().unwrap();
    let rows = clean(desk);
    assert_eq!(followed, rows, "the feed told all of the log");
    println!(
        "{kills} kills, {acknowledged} acknowledged, {rows} rows; {waits} were stopped and went on; busy {busy} times"
    );
    assert!(acknowledged > kills / 2, "the processes did {acknowledged} things");
    drop(place);
}

#[test]
#[ignore = "a part of another test"]
fn stops_in_a_commit() {
    let (path, _) = given();
    let desk = open(&path);
    let id = op(77, 77);
    let done = desk.store().write(
        id,
        frontdesk::store::Weight::Light,
        Box::new(|tx| {
            tx.put(Table::Draft, b"mine", b"1");
            say("has it");
            rustix::process::kill_process(rustix::process::getpid(), Signal::STOP).unwrap();
            Ok(())
        }),
    );
    say(if done.is_ok() { "done" } else { "failed" });
}

#[test]
fn a_writer_stopped_in_its_commit_makes_others_busy_and_stops_no_reader() {
    let place = Place::new();
    let edit = |n: u64| {
        let edit = vec![Edit::set("name", format!("Desk {n}"))];
        place.desk.run(Request::new(op(0, n), place.dana, NOW, Command::Edit(Kind::Workspace, Id::NIL, edit)))
    };
    let mine = || place.desk.view(|v| v.get(Table::Draft, b"mine")).unwrap().is_some();
    let stopped = || {
        let part = Part::start("stops_in_a_commit", &place.path, 0);
        part.expect("has it");
        part.until_stopped();
        let begun = Instant::now();
        let said = edit(1);
        assert!(matches!(said, Err(Reject::Store(StoreError::Busy))), "{said:?}");
        assert!(begun.elapsed() < MOST, "{:?}", begun.elapsed());
        assert!(!mine(), "readers see what was");
        part
    };
    // The shell's verbs say so, too, with the exit code of a later try.
    let part = stopped();
    let out = place.program(&["customer", "add", "Ada Lovelace"]).output().unwrap();
    assert_eq!(out.status.code(), Some(75), "{}", String::from_utf8_lossy(&out.stderr));
    assert!(String::from_utf8_lossy(&out.stderr).contains("busy"));
    // Verbs that read go on, though they open the store only now.
    for words in [&["list", "customers"][..], &["stats"], &["log"], &["check"]] {
        let begun = Instant::now();
        let out = place.program(words).output().unwrap();
        let said = String::from_utf8_lossy(&out.stderr);
        assert!(out.status.success(), "{words:?}: {said}");
        assert!(begun.elapsed() < MOST, "{words:?} took {:?}", begun.elapsed());
    }
    drop(part.kill());
    assert!(edit(1).is_ok(), "dead is not busy: the kernel lets go");
    assert!(!mine());
    // One that goes on makes its commit.
    let part = stopped();
    part.signal(Signal::CONT);
    part.expect("done");
    assert!(mine());
    edit(2).unwrap();
    clean(&place.desk);
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
    let place = Place::new();
    let desk = &place.desk;
    let n = 3000;
    let people = || desk.view(|v| v.count(Table::Customer, &Range::all())).unwrap();
    let mut cut = 0;
    for round in 0..3u64 {
        let one = Part::start("imports", &place.path, n);
        until("it imports", || people() >= 500 * (round + 1));
        drop(one.kill());
        cut += u64::from(people() < n);
        clean(desk);
    }
    assert!(cut > 0, "every import ended before it was killed");
    import(desk, contacts(place.folder.path(), n as usize)).unwrap();
    assert_eq!(people(), n);
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
    clean(desk);
}
