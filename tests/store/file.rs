//! What the file engine refuses to open, and what it keeps.

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    sync::{Arc, Barrier},
    thread,
    time::{Duration, Instant},
};

use frontdesk::{
    model::{Id, Refusal, Table, log::LogRow},
    store::{
        Options, Range, RedbStore, Reject, SCHEMA, Scan, Store, StoreError, ViewExt, Weight, feed, lock, meta,
    },
};

use super::help::{Place, draft, get, op, put, write};

fn mode(path: &std::path::Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn acknowledged_is_there_after_reopening() {
    let place = Place::new();
    let store = place.create();
    let first = put(&store, 1, "a", "1").unwrap();
    assert_eq!((first.seq, first.replayed), (1, false));
    drop(store);
    let store = place.open();
    assert_eq!(get(&store, "a").as_deref(), Some("1"));
    assert_eq!(store.head().unwrap(), 1);
    let again = put(&store, 1, "a", "2").unwrap();
    assert_eq!((again.seq, again.replayed), (1, true), "the same op is applied once");
    assert_eq!(get(&store, "a").as_deref(), Some("1"));
    let (id, at) = (&store as &dyn Store).view(|v| Ok((meta::store_id(v)?, meta::created_at(v)?))).unwrap();
    assert_eq!((id, at), (Id([7; 16]), 1_000));
}

#[test]
fn nobody_else_may_look_into_a_store() {
    let place = Place::new();
    let deep = place.folder.path().join("new/folder/desk.redb");
    drop(RedbStore::open(&Options::at(&deep).or_create(Id::NIL, 0)).unwrap());
    assert_eq!((mode(&deep), mode(deep.parent().unwrap())), (0o600, 0o700));
    drop(place.create());
    for entry in fs::read_dir(place.folder.path()).unwrap().map(|e| e.unwrap().path()).filter(|p| p.is_file())
    {
        assert_eq!(mode(&entry), 0o600, "{entry:?}");
    }

    fs::set_permissions(place.path(), fs::Permissions::from_mode(0o640)).unwrap();
    let said = place.refusal().to_string();
    assert!(said.contains("chmod 600") && said.contains("desk.redb"), "{said}");
    fs::set_permissions(place.path(), fs::Permissions::from_mode(0o600)).unwrap();
    let folder = |mode| fs::set_permissions(place.folder.path(), fs::Permissions::from_mode(mode)).unwrap();
    folder(0o777);
    let said = place.refusal().to_string();
    assert!(said.contains("chmod 700"), "{said}");
    for mode in [0o755, 0o775, 0o1777] {
        folder(mode);
        drop(RedbStore::open(&Options::at(place.path())).unwrap());
    }
}

#[test]
fn what_is_no_store_is_refused_and_left_alone() {
    let place = Place::new();
    assert!(matches!(place.refusal(), StoreError::Missing(_)));
    fs::create_dir(place.path()).unwrap();
    assert!(matches!(place.refusal(), StoreError::NotAStore(_)), "a folder");
    fs::remove_dir(place.path()).unwrap();
    for content in ["", "name,email\nAda,ada@example.com\n", "redb"] {
        fs::write(place.path(), content).unwrap();
        assert!(matches!(place.refusal(), StoreError::NotAStore(_)), "{content:?}");
        assert_eq!(fs::read_to_string(place.path()).unwrap(), content);
        let beside: Vec<_> =
            fs::read_dir(place.folder.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
        assert_eq!(beside, ["desk.redb"], "nothing is put beside what is not ours");
    }
    let text = Options::at(place.path()).or_create(Id::NIL, 0);
    fs::write(place.path(), "do not write over me").unwrap();
    assert!(matches!(RedbStore::open(&text), Err(StoreError::NotAStore(_))));
    fs::remove_file(place.path()).unwrap();

    // Another program's redb file.
    let theirs = redb::Database::create(place.path()).unwrap();
    let tx = theirs.begin_write().unwrap();
    tx.open_table(redb::TableDefinition::<u64, u64>::new("x")).unwrap().insert(1, 2).unwrap();
    tx.commit().unwrap();
    drop(theirs);
    fs::set_permissions(place.path(), fs::Permissions::from_mode(0o600)).unwrap();
    assert!(matches!(place.refusal(), StoreError::NotAStore(_)));
}

#[test]
fn a_damaged_file_is_said_to_be_damaged() {
    for (from, to) in [(9, 200), (64, 4096), (4096, 1 << 20)] {
        let place = Place::new();
        let store = place.create();
        for n in 0..50 {
            put(&store, n, &format!("k{n}"), &"x".repeat(500)).unwrap();
        }
        drop(store);
        let mut bytes = fs::read(place.path()).unwrap();
        let to = to.min(bytes.len());
        bytes[from..to].fill(0xa5);
        fs::write(place.path(), bytes).unwrap();
        let found = RedbStore::open(&Options::at(place.path()))
            .and_then(|s| (&s as &dyn Store).view(|v| v.get(Table::Seen, b"k7")).map(|_| ()));
        assert!(matches!(found, Err(StoreError::Corrupt(_))), "bytes {from} to {to}: {found:?}");
    }
    let place = Place::new();
    drop(place.create());
    let bytes = fs::read(place.path()).unwrap();
    fs::write(place.path(), &bytes[..100]).unwrap();
    assert!(matches!(place.refusal(), StoreError::Corrupt(_)), "cut short");
}

fn set_schema(store: &dyn Store, n: u64, schema: u16) {
    write(store, n, move |tx| {
        tx.put(Table::Meta, meta::SCHEMA_KEY.as_bytes(), &schema.to_be_bytes());
        Ok(())
    })
    .unwrap();
}

#[test]
fn a_newer_schema_is_refused_at_opening_and_at_writing() {
    let place = Place::new();
    let (store, other) = (place.create(), place.open());
    put(&store, 1, "a", "1").unwrap();
    set_schema(&other, 2, SCHEMA + 1);
    let refused = put(&store, 3, "a", "2").unwrap_err();
    assert!(
        matches!(refused, Reject::Store(StoreError::NewerSchema { found, known }) if (found, known) == (SCHEMA + 1, SCHEMA))
    );
    assert_eq!(get(&store, "a").as_deref(), Some("1"), "reading goes on");
    assert!(matches!(place.refusal(), StoreError::NewerSchema { .. }));
}

#[test]
fn a_refused_change_and_a_panic_spoil_no_other() {
    let place = Place::new();
    let store = Arc::new(place.create());
    let start = Arc::new(Barrier::new(32));
    let all: Vec<_> = (0..32u64)
        .map(|n| {
            let (store, start) = (Arc::clone(&store), Arc::clone(&start));
            thread::spawn(move || {
                start.wait();
                write(&*store, n, move |tx| {
                    tx.put(Table::Seen, format!("k{n}").as_bytes(), b"x");
                    tx.log(draft(n, 1));
                    match n % 8 {
                        3 => Err(Refusal::NothingTo("undo").into()),
                        5 => panic!("on purpose"),
                        _ => Ok(()),
                    }
                })
            })
        })
        .collect();
    let results: Vec<_> = all.into_iter().map(|t| t.join().unwrap()).collect();
    let mut places = Vec::new();
    for (n, result) in results.into_iter().enumerate() {
        let there = get(&*store, &format!("k{n}")).is_some();
        match n % 8 {
            3 => assert!(matches!(result, Err(Reject::Refused(_))) && !there),
            5 => assert!(matches!(result, Err(Reject::Store(StoreError::Broken(_)))) && !there),
            _ => {
                assert!(there);
                places.push(result.unwrap().seq);
            }
        }
    }
    places.sort_unstable();
    assert_eq!(places, (1..=24).collect::<Vec<_>>(), "the log has no gaps");
    let feed = (&*store as &dyn Store).view(|v| feed::since(v, 0, 100)).unwrap();
    assert_eq!(feed.iter().map(|i| i.row.seq).collect::<Vec<_>>(), places);
}

#[test]
fn two_handles_see_each_other_within_a_second() {
    let place = Place::new();
    let (a, b) = (place.create(), Arc::new(place.open()));
    let waiter = {
        let b = Arc::clone(&b);
        thread::spawn(move || {
            let start = Instant::now();
            (b.wait(0, Duration::from_secs(10)).unwrap(), start.elapsed())
        })
    };
    thread::sleep(Duration::from_millis(100));
    put(&a, 1, "a", "1").unwrap();
    let (head, took) = waiter.join().unwrap();
    assert_eq!(head, 1);
    assert!(took < Duration::from_millis(1100), "{took:?}");
    assert_eq!(get(&*b, "a").as_deref(), Some("1"));
    put(&*b, 2, "b", "2").unwrap();
    assert_eq!(get(&a, "b").as_deref(), Some("2"));
    assert_eq!(a.wait(1, Duration::from_secs(5)).unwrap(), 2);
    let start = Instant::now();
    assert_eq!(a.wait(2, Duration::from_millis(50)).unwrap(), 2, "nothing new");
    assert!(start.elapsed() >= Duration::from_millis(50));
}

#[test]
fn an_exclusive_store_keeps_others_out() {
    let place = Place::new();
    drop(place.create());
    let alone = RedbStore::open(&Options { exclusive: true, ..Options::at(place.path()) }).unwrap();
    put(&alone, 1, "a", "1").unwrap();
    assert!(matches!(place.refusal(), StoreError::Busy));
    drop(alone);
    assert_eq!(get(&place.open(), "a").as_deref(), Some("1"));
}

#[test]
fn a_replaced_file_is_noticed_and_no_commit_is_lost() {
    let place = Place::new();
    let (store, follower) = (place.create(), place.open());
    put(&store, 1, "old", "1").unwrap();
    put(&follower, 2, "old", "2").unwrap();

    // A restore, while both are open.
    let other = Place::new();
    let backup = other.create();
    put(&backup, 9, "restored", "1").unwrap();
    drop(backup);
    let idle = thread::scope(|s| {
        let waits = s.spawn(|| {
            (follower.generation(), follower.wait(2, Duration::from_secs(60)).unwrap(), follower.generation())
        });
        let reads = s.spawn(|| {
            while get(&store, "restored").is_none() {
                thread::sleep(Duration::from_millis(5));
            }
        });
        lock::replace_with(&place.path(), Duration::from_secs(5), |_, new| {
            fs::copy(other.path(), new).map_err(|e| StoreError::Io(e.to_string()))?;
            Ok(())
        })
        .unwrap();
        reads.join().unwrap();
        waits.join().unwrap()
    });
    assert_eq!(idle, (0, 1, 1), "who waits hears of it");
    assert_eq!(
        (store.wait(0, Duration::ZERO).unwrap(), store.generation()),
        (1, 1),
        "so does each other handle"
    );
    put(&store, 3, "new", "3").unwrap();
    assert_eq!(get(&follower, "new").as_deref(), Some("3"));
    assert_eq!(get(&follower, "old"), None);
    drop((store, follower));
    assert_eq!(get(&place.open(), "new").as_deref(), Some("3"));
}

#[test]
fn a_failed_replacement_leaves_the_old_file() {
    let place = Place::new();
    let store = place.create();
    put(&store, 1, "a", "1").unwrap();
    drop(store);
    let failed = lock::replace_with(&place.path(), Duration::from_secs(1), |_, new| {
        fs::write(new, "half").unwrap();
        Err(StoreError::Full)
    });
    assert!(matches!(failed, Err(StoreError::Full)));
    assert_eq!(get(&place.open(), "a").as_deref(), Some("1"));
    assert!(!place.path().with_file_name("desk.redb.new").exists());
}

#[test]
fn a_file_moved_in_by_hand_gets_the_next_commit() {
    let place = Place::new();
    let store = place.create();
    put(&store, 1, "a", "1").unwrap();
    let copy = place.path().with_file_name("copy.redb");
    fs::copy(place.path(), &copy).unwrap();
    fs::rename(&copy, place.path()).unwrap();
    put(&store, 2, "b", "2").unwrap();
    drop(store);
    assert_eq!(get(&place.open(), "b").as_deref(), Some("2"));
}

#[test]
fn ops_are_forgotten_after_seven_days() {
    const DAY: i64 = 24 * 60 * 60 * 1000;
    let place = Place::new();
    let store = place.create();
    let at = |n: u64, at: i64| {
        store
            .write(
                op(n),
                Weight::Light,
                Box::new(move |tx| {
                    tx.log(draft(n, at));
                    Ok(())
                }),
            )
            .unwrap()
            .replayed
    };
    for n in 0..5 {
        assert!(!at(n, DAY));
    }
    assert!(!at(5, 7 * DAY));
    assert!(at(0, 7 * DAY), "six days ago");
    for n in 10..20 {
        at(n, 8 * DAY + 1);
    }
    assert!(!at(0, 8 * DAY + 1), "seven days and a bit ago");
    assert!(at(5, 8 * DAY + 1));
}

#[test]
fn a_length_that_a_dead_writer_left_does_no_harm() {
    let place = Place::new();
    let store = place.create();
    put(&store, 2, "b", "2").unwrap();
    // As one does that is killed after it made the file longer, twice, and before it committed.
    let file = fs::File::options().write(true).open(place.path()).unwrap();
    let before = file.metadata().unwrap().len();
    file.set_len(before.next_multiple_of(4096) * 6).unwrap();
    let rows = |from: u64| {
        let many = Box::new(move |tx: &mut dyn frontdesk::store::Tx| {
            for n in from..from + 5000 {
                tx.put(Table::Draft, &(n * 7919 % 20_000).to_be_bytes(), &[7; 500]);
            }
            Ok(())
        });
        store.write(op(1000 + from), Weight::Heavy, many).unwrap();
    };
    (0..4).for_each(|n| rows(n * 5000));
    assert!(file.metadata().unwrap().len() > before * 2, "it grew");
    drop(store);
    let held = (&place.open() as &dyn Store).view(|v| v.count(Table::Draft, &Range::all())).unwrap();
    assert_eq!(held, 20_000);
}

#[test]
fn heavy_changes_worked_out_ahead_and_those_of_others_all_stand_once() {
    let place = Place::new();
    let (ours, theirs) = (place.create(), place.open());
    // Each reads what all before it wrote.
    type Change = Box<dyn FnMut(&mut dyn frontdesk::store::Tx) -> Result<(), Reject> + Send>;
    let change = |n: u64, rows: u64| -> Change {
        Box::new(move |tx| {
            let at = tx.add("made", 1)?;
            tx.put(Table::Seen, &at.to_be_bytes(), &n.to_be_bytes());
            for row in 0..rows {
                tx.put(Table::Draft, &(row * 7919 % 20_011 + n).to_be_bytes(), &[7; 40]);
            }
            tx.log(draft(n, 1));
            Ok(())
        })
    };
    let (heavy, light) = (40, 40);
    thread::scope(|threads| {
        threads.spawn(|| {
            let sent: Vec<_> =
                (0..heavy).map(|n| ours.submit(op(n), Weight::Heavy, change(n, 2_000))).collect();
            sent.into_iter().for_each(|p| assert!(!p.wait().unwrap().replayed));
        });
        threads.spawn(|| {
            for n in heavy..heavy + light {
                theirs.write(op(n), Weight::Light, change(n, 1)).unwrap();
            }
        });
    });
    let all = heavy + light;
    (&theirs as &dyn Store)
        .view(|v| {
            assert_eq!(v.counter("made")?, all);
            assert_eq!(v.count(Table::Seen, &Range::all())?, all, "none saw less than all before it");
            assert_eq!(v.count(Table::AppliedOp, &Range::all())?, all);
            let rows = v.page(Table::Log, &Range::all(), Scan::Forward, usize::MAX)?;
            let rows: Vec<_> = rows.iter().map(|(_, row)| LogRow::decode(row).unwrap()).collect();
            assert_eq!(rows.len() as u64, all);
            assert!(rows.windows(2).all(|w| w[1].prev_hash == w[0].hash()), "the chain is intact");
            Ok(())
        })
        .unwrap();
}
