//! What is derived is made again from the records, a damaged file is rebuilt where no record is hurt, and of one that is
//! hurt everything that survives is saved.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // tests may take the short way

use std::{
    collections::{BTreeMap, HashSet},
    path::{Path, PathBuf},
    sync::{Arc, OnceLock},
};

use frontdesk::{
    desk::Desk,
    exchange::demo,
    model::{Id, Kind, Table, Ticket},
    store::{
        MemStore, Options, Range, RedbStore, Scan, Store, ViewExt, Weight, check, dump,
        pages::{self, walk},
        records, repair, salvage,
    },
};

#[path = "support/dice.rs"]
mod dice;

use dice::Dice;

const NOW: i64 = 1_790_000_000_000;

type Rows = BTreeMap<(Table, Vec<u8>), Vec<u8>>;

fn rows(store: &dyn Store) -> Rows {
    store
        .view(|v| {
            let mut out = Rows::new();
            for t in Table::ALL.iter().copied() {
                v.scan(t, &Range::all(), Scan::Forward, &mut |k, val| {
                    // What a store says of itself is no content, but for how far texts are kept.
                    if t != Table::Meta || k == b"text" {
                        out.insert((t, k.to_vec()), val.to_vec());
                    }
                    true
                })?;
            }
            Ok(out)
        })
        .unwrap()
}

/// The practice desk, small: records of every kind, with their history.
fn life() -> &'static Rows {
    static LIFE: OnceLock<Rows> = OnceLock::new();
    LIFE.get_or_init(|| {
        let desk = Desk::new(Arc::new(MemStore::new()));
        let options = demo::Options { customers: 60, ..demo::Options::new("Dana Fox", "dana", NOW) };
        demo::fill(&desk, &options, &mut |_| {}).unwrap();
        rows(desk.store())
    })
}

/// Writes rows past all rules, as damage would.
fn force(store: &dyn Store, op: u8, changes: Vec<(Table, Vec<u8>, Option<Vec<u8>>)>) {
    let write = move |tx: &mut dyn frontdesk::store::Tx| {
        for (t, k, v) in &changes {
            match v {
                Some(v) => tx.put(*t, k, v),
                None => tx.del(*t, k),
            }
        }
        Ok(())
    };
    store.write(Id([op; 16]), Weight::Heavy, Box::new(write)).unwrap();
}

fn all(rows: &Rows) -> Vec<(Table, Vec<u8>, Option<Vec<u8>>)> {
    rows.iter().map(|((t, k), v)| (*t, k.clone(), Some(v.clone()))).collect()
}

fn in_memory() -> MemStore {
    let store = MemStore::new();
    force(&store, 0xf0, all(life()));
    store
}

fn findings(store: &dyn Store) -> Vec<check::Finding> {
    store.view(|v| check::check(v, &mut |_| {})).unwrap().findings
}

fn repair(store: &dyn Store, op: u8) -> repair::Repaired {
    let by = repair::By {
        op: Id([op; 16]),
        now: NOW,
        name: "Dana Fox".into(),
        actor: Id::NIL,
        unix_user: None,
        rebuilt: None,
    };
    repair::repair(store, &by, &mut |_| {}).unwrap()
}

/// Rows without what a repair adds: its own place in the log.
fn lasting(rows: &Rows, head: u64) -> Rows {
    let later = |t: Table, k: &[u8]| {
        let seq = k.last_chunk::<8>().map_or(0, |b| u64::from_be_bytes(*b));
        t.is_text() || t == Table::Meta || (matches!(t, Table::Log | Table::LogBody) && seq > head)
    };
    let kept = rows.iter().filter(|((t, k), _)| *t != Table::AppliedOp && !later(*t, k));
    kept.map(|(k, v)| (k.clone(), v.clone())).collect()
}

#[test]
fn whatever_is_derived_comes_back_as_it_was() {
    let good = life();
    let made: Vec<&(Table, Vec<u8>)> =
        good.keys().filter(|(t, _)| repair::can_be_made(*t) && !t.is_text()).collect();
    assert!(made.len() > 3000);
    for seed in 0..12 {
        let mut dice = Dice(seed);
        let store = in_memory();
        let head = store.head().unwrap();
        assert_eq!(findings(&store), []);
        let mut changes = Vec::new();
        for _ in 0..1 + dice.place(40) {
            let (t, k) = made[dice.place(made.len())].clone();
            match dice.place(3) {
                0 => changes.push((t, k, None)),
                1 => changes.push((t, k, Some(vec![9; 1 + dice.place(30)]))),
                _ => {
                    // A row without a record: the id at its end is another.
                    let mut k = k;
                    let n = k.len();
                    k[n - 9] ^= 0x5a;
                    changes.push((t, k, Some(Vec::new())));
                }
            }
        }
        force(&store, 0xf1, changes);
        assert!(!findings(&store).is_empty(), "seed {seed}");
        let done = repair(&store, 0xf2);
        assert!(!done.is_nothing() && done.unread == 0, "seed {seed}: {done:?}");
        assert_eq!(findings(&store), [], "seed {seed}");
        assert!(lasting(&rows(&store), head) == lasting(good, head), "seed {seed}: not what it was");
        let said = store.head().unwrap();
        assert_eq!(said, head + 1, "the log says that it was repaired");
        assert!(repair(&store, 0xf3).is_nothing(), "seed {seed}: nothing is left to do");
        assert_eq!(store.head().unwrap(), said, "what does nothing says nothing");
    }
}

#[test]
fn clocks_and_counters_are_worked_out_again_and_logged() {
    let store = in_memory();
    let dynamic: &dyn Store = &store;
    let mut tickets = Vec::new();
    dynamic
        .view(|v| {
            records::each::<Ticket>(v, |t| {
                tickets.push(t);
                tickets.len() < 5
            })
        })
        .unwrap();
    let mut changes = Vec::new();
    for t in &mut tickets {
        t.timers.first_reply_at = Some(77);
        changes.push((Table::Ticket, t.id.bytes().to_vec(), Some(records::encode(t))));
    }
    changes.push((
        Table::Counter,
        Kind::Ticket.word().as_bytes().to_vec(),
        Some(3u64.to_be_bytes().to_vec()),
    ));
    force(&store, 0xf1, changes);
    let found = findings(&store);
    assert!(found.iter().any(|f| f.what.contains("clocks")), "{found:?}");
    assert!(found.iter().any(|f| f.place == "counter ticket"), "{found:?}");
    let head = store.head().unwrap();
    let done = repair(&store, 0xf2);
    assert_eq!((done.clocks, done.counters.len()), (5, 1), "{done:?}");
    assert_eq!(findings(&store), []);
    let items = dynamic.view(|v| frontdesk::store::feed::since(v, head, 10)).unwrap();
    let said: Vec<String> = items.iter().map(|i| i.body.as_ref().unwrap().summary.clone()).collect();
    assert_eq!(items[0].touched().count(), 5, "{said:?}");
    assert!(said[1].starts_with("repaired for Dana Fox: "), "{said:?}");
}

#[test]
fn what_texts_are_found_by_is_made_anew() {
    let store = in_memory();
    let posts: Vec<&(Table, Vec<u8>)> = life().keys().filter(|(t, _)| *t == Table::Post).step_by(9).collect();
    assert!(posts.len() > 20);
    force(&store, 0xf1, posts.iter().map(|(t, k)| (*t, k.clone(), None)).collect());
    assert!(findings(&store).iter().any(|f| f.place == "texts"));
    assert!(repair(&store, 0xf2).texts);
    assert_eq!(findings(&store), []);
    assert!(repair(&store, 0xf3).is_nothing());
}

/// A record that cannot be read keeps what seems to be its, and is named.
#[test]
fn a_record_that_cannot_be_read_is_left_with_its_rows() {
    let store = in_memory();
    let id = life().keys().find(|(t, _)| *t == Table::Customer).unwrap().1.clone();
    force(&store, 0xf1, vec![(Table::Customer, id.clone(), Some(vec![1, 0, 1, 0xc1]))]);
    let (before, head) = (rows(&store), store.head().unwrap());
    let done = repair(&store, 0xf2);
    // Its text cannot be made, nor be held against anything.
    assert!(done.put.is_empty() && done.taken.is_empty() && done.unread == 1, "{done:?}");
    let kept = |rows: &Rows| {
        let mut kept = lasting(rows, head);
        // Texts rebuilt are recounted.
        kept.retain(|(t, _), _| *t != Table::Counter);
        kept
    };
    assert!(kept(&rows(&store)) == kept(&before));
    assert!(findings(&store).iter().any(|f| f.place.contains(&Id(id[..].try_into().unwrap()).to_string())));
}

/// The practice desk as a file, closed.
fn file(folder: &Path) -> PathBuf {
    let path = folder.join("desk.redb");
    let store = RedbStore::open(&Options::at(&path).or_create(Id([7; 16]), NOW)).unwrap();
    // In steps, so that the file contains older states as well.
    let all = all(life());
    for (n, part) in all.chunks(all.len() / 5 + 1).enumerate() {
        force(&store, 0xa0 + n as u8, part.to_vec());
    }
    path
}

/// The pages of rows of a table, and of branches: where they begin.
fn pages_of(path: &Path, table: Table, leaves: bool) -> Vec<u64> {
    let file = pages::File::open(path).unwrap();
    let slot = file.header.newest().unwrap();
    let mut trees = Vec::new();
    walk::walk(&file, &pages::Tree::of_names(slot.user), &mut HashSet::new(), &mut |met| {
        if let walk::Met::Leaf(l) = met {
            trees.extend(l.rows.rows().filter_map(|(k, v)| pages::Tree::parse(k, v)));
        }
        true
    });
    let tree = trees.into_iter().find(|t| t.name == table.name()).unwrap();
    if !leaves {
        return vec![file.place(tree.root.unwrap().page).unwrap().0];
    }
    let mut out = Vec::new();
    walk::walk(&file, &tree, &mut HashSet::new(), &mut |met| {
        if let walk::Met::Leaf(l) = met {
            out.push(file.place(l.page).unwrap().0);
        }
        true
    });
    out
}

fn hurt(path: &Path, at: u64, len: usize) {
    let mut bytes = std::fs::read(path).unwrap();
    bytes[at as usize..at as usize + len].iter_mut().for_each(|b| *b ^= 0x55);
    std::fs::write(path, bytes).unwrap();
}

#[test]
fn a_file_with_damaged_indexes_is_rebuilt_and_the_old_one_kept() {
    for table in [Table::IxName, Table::Fact, Table::IxHistory, Table::IxEvent] {
        let folder = tempfile::tempdir().unwrap();
        let path = file(folder.path());
        let page = pages_of(&path, table, true)[0];
        hurt(&path, page + 6, 40);
        let damaged = std::fs::read(&path).unwrap();
        let made = repair::rebuild(&path, NOW, &mut |_| {}).unwrap();
        assert_eq!(std::fs::read(&made.aside).unwrap(), damaged);
        let store = RedbStore::open(&Options::at(&path)).unwrap();
        let head = store.head().unwrap();
        repair(&store, 0xf2);
        let report = check::check_file(&store, &mut |_| {}).unwrap();
        assert!(report.is_clean() && report.pages > 10, "{table:?}: {:?}", report.findings);
        assert!(lasting(&rows(&store), head) == lasting(life(), head), "{table:?}");
    }
}

#[test]
fn a_file_with_a_damaged_record_is_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = file(folder.path());
    hurt(&path, pages_of(&path, Table::Customer, true)[0] + 6, 40);
    let damaged = std::fs::read(&path).unwrap();
    let e = repair::rebuild(&path, NOW, &mut |_| {}).unwrap_err();
    assert!(e.to_string().contains("customer"), "{e}");
    assert_eq!(std::fs::read(&path).unwrap(), damaged);
    assert_eq!(
        std::fs::read_dir(folder.path())
            .unwrap()
            .flatten()
            .filter(|f| { f.file_name().to_string_lossy().contains("before") })
            .count(),
        0
    );
}

/// Saves what survives and takes it into a new store.
fn saved(path: &Path) -> (salvage::Salvaged, Rows, RedbStore) {
    let mut out = Vec::new();
    let done = salvage::salvage(path, &mut out, None, &mut |_| {}).unwrap();
    let new = path.with_file_name("new.redb");
    let loaded = dump::load(&mut out.as_slice(), &new, false, &mut |_| true).unwrap();
    assert_eq!(loaded.rows, done.rows);
    let store = RedbStore::open(&Options::at(&new)).unwrap();
    let rows = rows(&store);
    (done, rows, store)
}

fn same(a: &Rows, b: &Rows, tables: impl Fn(Table) -> bool) -> Vec<(Table, Id)> {
    let keys: HashSet<&(Table, Vec<u8>)> = a.keys().chain(b.keys()).filter(|(t, _)| tables(*t)).collect();
    let differ = keys.into_iter().filter(|k| a.get(*k) != b.get(*k));
    differ.map(|(t, k)| (*t, k.first_chunk::<16>().map_or(Id::NIL, |c| Id(*c)))).collect()
}

fn is_content(t: Table) -> bool {
    !matches!(t, Table::AppliedOp | Table::Counter | Table::Meta) && !t.is_text()
}

#[test]
fn of_a_sound_file_everything_is_saved() {
    let folder = tempfile::tempdir().unwrap();
    let path = file(folder.path());
    let (done, rows, _) = saved(&path);
    assert!(done.hurt.is_empty() && done.missing.is_empty() && done.gaps == 0, "{done:?}");
    assert_eq!(same(&rows, life(), is_content), []);
}

#[test]
fn records_of_damaged_pages_come_out_of_the_log() {
    // A page of rows, the root of a table, the header, the list of tables itself.
    type Hurt = fn(&Path) -> u64;
    let cases: [(&str, Hurt, usize); 5] = [
        ("leaf", |p| pages_of(p, Table::Customer, true)[0] + 6, 60),
        ("page", |p| pages_of(p, Table::Ticket, true)[0], 4096),
        ("root", |p| pages_of(p, Table::Message, false)[0], 4096),
        ("header", |_| 0, 64),
        (
            "names",
            |p| {
                let f = pages::File::open(p).unwrap();
                f.place(f.header.newest().unwrap().user.unwrap().page).unwrap().0
            },
            4096,
        ),
    ];
    for (name, place, len) in cases {
        let folder = tempfile::tempdir().unwrap();
        let path = file(folder.path());
        let at = place(&path);
        hurt(&path, at, len);
        let (done, rows, store) = saved(&path);
        let lost: u64 = done.missing.values().sum();
        assert_eq!((lost, done.gaps), (0, 0), "{name}: {done:?}");
        // Versions count writes, which the log does not contain individually.
        let differ = same(&rows, life(), |t| Kind::ALL.iter().any(|k| k.table() == t));
        for (table, id) in differ {
            let fields = |rows: &Rows| {
                let mut f = records::to_fields(&rows[&(table, id.bytes().to_vec())]).unwrap();
                f.retain(|(k, _)| k != "v");
                f.sort_by(|a, b| a.0.cmp(&b.0));
                f
            };
            assert_eq!(fields(&rows), fields(life()), "{name}: {table:?} {id}");
        }
        assert_eq!(same(&rows, life(), |t| matches!(t, Table::Log | Table::LogBody)), [], "{name}");
        repair(&store, 0xf2);
        let report = check::check_file(&store, &mut |_| {}).unwrap();
        assert!(report.is_clean(), "{name}: {:?}", report.findings);
    }
}

/// Half of the file is gone: no panic, and what is left makes a store.
#[test]
fn the_first_half_of_a_file_still_gives_rows() {
    let folder = tempfile::tempdir().unwrap();
    let path = file(folder.path());
    let bytes = std::fs::read(&path).unwrap();
    std::fs::write(&path, &bytes[..bytes.len() / 2]).unwrap();
    let (done, _, store) = saved(&path);
    assert!(done.rows > 0 && !done.hurt.is_empty(), "{done:?}");
    let store: &dyn Store = &store;
    assert!(store.view(|v| v.count(Table::Customer, &Range::all())).unwrap() > 0);
}
