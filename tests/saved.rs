//! The index of people and the columns of the list as they are saved beside the store: taken up by the next start where it is of the current store,
//! and never otherwise.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // tests may take the short way

use std::{
    fs,
    os::unix::fs::{MetadataExt, PermissionsExt},
    path::PathBuf,
    sync::Arc,
    time::Duration,
};

use frontdesk::{
    desk::{
        Command, Desk, Edit, Request,
        command::{NewAgent, NewTicket},
    },
    find::{ContactIndex, Finder, Follower, LiveState, Opened, Unfit},
    lists::{Directory, PageRequest},
    model::{Category, Id, Kind, zone::Zone},
    query::{self, Context, rows::Roster, schema::CUSTOMERS},
    store::{Options, RedbStore, Store, backup},
    tui::{
        data::{Answer, Ask, Slot},
        load::Loader,
    },
};
use proptest::prelude::*;

const NOW: i64 = 1_790_000_000_000;

struct Place {
    folder: tempfile::TempDir,
    store: Arc<RedbStore>,
    desk: Desk,
    owner: Id,
    now: i64,
    customers: Vec<Id>,
}

impl Place {
    fn new() -> Place {
        let private = fs::Permissions::from_mode(0o700);
        let folder = tempfile::Builder::new().permissions(private).tempdir().unwrap();
        let at = Options::at(folder.path().join("desk.redb"));
        let store = Arc::new(RedbStore::open(&at.or_create(Id([7; 16]), NOW)).unwrap());
        let desk = Desk::new(Arc::clone(&store) as Arc<dyn Store>);
        let mut p = Place { folder, store, desk, owner: Id::NIL, now: NOW, customers: Vec::new() };
        let owner = NewAgent { name: "Dana Doe".into(), ..Default::default() };
        p.run(Command::Start { workspace: Vec::new(), owner });
        p.owner = p.desk.view(|v| frontdesk::desk::read::agents(v)).unwrap()[0].id;
        p
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("desk.redb")
    }

    fn saved(&self) -> PathBuf {
        self.folder.path().join("desk.redb.find")
    }

    fn columns(&self) -> PathBuf {
        self.folder.path().join("desk.redb.list")
    }

    /// The list of customers as a desk that starts now has it, by several queries; `save`: once it is saved.
    fn listed(&self, save: bool) -> Vec<Vec<Id>> {
        let store = || Arc::clone(&self.store) as Arc<dyn Store>;
        let directory = Arc::new(Directory::new(store()));
        let follower = Follower::start_with(store(), vec![Arc::clone(&directory) as Arc<dyn LiveState>]);
        let head = self.store.head().ok();
        until("they are there", || directory.is_ready() && follower.cursor() == head);
        if save {
            until("they are saved", || self.columns().exists());
        }
        let zone = Zone::utc();
        let context = Context {
            now: NOW,
            zone: &zone,
            me: Some(self.owner),
            views: None,
            sensitive: true,
            custom: &[],
        };
        let queries = [
            "",
            "sort:name",
            "jo sort:-created",
            "tag:vip",
            "org:acme -smith",
            "open>0 sort:open",
            "is:live -tag:vip",
        ];
        let ask = |q: &&str| {
            let bound = query::compile(q, &CUSTOMERS, &context).unwrap();
            let wanted = PageRequest { most: 500, ..PageRequest::default() };
            let rows = self.desk.view(|view| directory.select(view, &Roster::default(), &bound, wanted));
            rows.unwrap().unwrap().ids
        };
        queries.iter().map(ask).collect()
    }

    /// Does what a step says; `None` where it says nothing of the store.
    fn step(&mut self, step: &Step) -> Option<()> {
        let at = |p: &Place, i: usize| p.customers.get(i % p.customers.len().max(1)).copied();
        let command = match step {
            Step::Add(name) => {
                self.add(name);
                None
            }
            Step::Rename(i, name) => {
                at(self, *i).map(|id| Command::Edit(Kind::Customer, id, vec![Edit::set("name", name)]))
            }
            Step::Tag(i) => {
                at(self, *i).map(|id| Command::Edit(Kind::Customer, id, vec![Edit::add("tags", "vip")]))
            }
            Step::Archive(i, away) => {
                at(self, *i).map(|id| Command::Archive(Kind::Customer, vec![id], *away))
            }
            Step::Ticket(i) => at(self, *i).map(|requester| {
                let t = NewTicket { requester, subject: "Help".into(), ..Default::default() };
                Command::TicketCreate(Box::new(t))
            }),
            Step::Merge(i, j) => at(self, *i).zip(at(self, *j)).map(|(into, from)| Command::Merge {
                kind: Kind::Customer,
                into,
                from,
                take: Vec::new(),
            }),
            Step::Unmerge(i) => at(self, *i).map(|id| Command::Unmerge(Kind::Customer, id)),
            Step::Undo => Some(Command::Undo(None)),
            Step::Save | Step::Open => return None,
        };
        if let Some(command) = command {
            self.run(command);
        }
        Some(())
    }

    fn run(&mut self, command: Command) -> Option<Id> {
        self.now += 1000;
        let request = Request::new(Id::v7(self.now, [9; 10]), self.owner, self.now, command);
        let done = self.desk.run(request).ok()?;
        let made = |kind| done.created.iter().find(|c| c.0 == kind).map(|c| c.1);
        self.customers.extend(made(Kind::Customer));
        made(Kind::Customer).or(made(Kind::Ticket))
    }

    fn add(&mut self, name: &str) -> Id {
        let edits = vec![Edit::set("name", name), Edit::set("organisation", "Acme")];
        self.run(Command::Create(Kind::Customer, edits)).unwrap()
    }

    fn open(&self) -> Opened {
        ContactIndex::open(&*self.store, &mut |_, _| ()).unwrap()
    }

    fn save(&self) {
        assert!(self.open().index.save(&*self.store).unwrap());
    }

    /// Closes the store, does something to the file, and opens it again.
    fn closed(mut self, f: impl FnOnce(&Place)) -> Place {
        let none: Arc<dyn Store> = Arc::new(frontdesk::store::MemStore::new());
        self.desk = Desk::new(none);
        let path = self.path();
        let elsewhere = Options::at(self.folder.path().join("other.redb")).or_create(Id([8; 16]), NOW);
        self.store = Arc::new(RedbStore::open(&elsewhere).unwrap());
        f(&self);
        self.store = Arc::new(RedbStore::open(&Options::at(path)).unwrap());
        self.desk = Desk::new(Arc::clone(&self.store) as Arc<dyn Store>);
        self
    }
}

fn same(index: &ContactIndex, p: &Place) {
    let built = ContactIndex::build(&*p.store, &mut |_, _| ()).unwrap();
    for query in ["", "jo", "smith", "s", "acme", "smiht", "anna hooli", "vip"] {
        assert_eq!(index.find(query, p.owner, 100), built.find(query, p.owner, 100), "{query:?}");
    }
}

fn until(what: &str, done: impl Fn() -> bool) {
    for _ in 0..1000 {
        if done() {
            return;
        }
        std::thread::park_timeout(Duration::from_millis(10));
    }
    panic!("{what}");
}

#[test]
fn the_next_start_takes_up_what_was_saved_and_follows_from_there() {
    let mut p = Place::new();
    let john = p.add("John Smith");
    assert_eq!(p.open().rebuilt, Some(Unfit::Absent));
    p.save();
    assert_eq!(fs::metadata(p.saved()).unwrap().permissions().mode() & 0o777, 0o600);
    let Opened { mut index, rebuilt } = p.open();
    assert_eq!(rebuilt, None);
    assert!(!index.save(&*p.store).unwrap(), "nothing is new");
    same(&index, &p);
    // A ticket that was open when it was saved, and one that came since.
    let t = NewTicket { requester: john, subject: "Help".into(), ..Default::default() };
    let ticket = p.run(Command::TicketCreate(Box::new(t))).unwrap();
    p.add("Anna Lee");
    index.follow(&*p.store).unwrap();
    same(&index, &p);
    fs::remove_file(p.saved()).unwrap();
    p.save();
    p.run(Command::TicketSet(vec![ticket], vec![frontdesk::desk::TicketChange::Category(Category::Solved)]));
    p.run(Command::Edit(Kind::Customer, john, vec![Edit::set("family", "Smythe")]));
    let Opened { index, rebuilt } = p.open();
    assert_eq!(rebuilt, None);
    same(&index, &p);
    assert_eq!(index.find("smythe", p.owner, 5).hits.len(), 1);
}

#[test]
fn what_is_damaged_or_of_another_store_is_rebuilt() {
    let mut p = Place::new();
    p.add("John Smith");
    p.save();
    let good = fs::read(p.saved()).unwrap();
    let unfit = |p: &Place, bytes: &[u8]| {
        fs::write(p.saved(), bytes).unwrap();
        // One that others can read is not even opened.
        fs::set_permissions(p.saved(), fs::Permissions::from_mode(0o600)).unwrap();
        let Opened { index, rebuilt } = p.open();
        same(&index, p);
        rebuilt
    };
    assert_eq!(unfit(&p, &good), None);
    assert_eq!(unfit(&p, &good[..good.len() - 1]), Some(Unfit::Damaged));
    let mut hit = good.clone();
    let last = hit.len() - 9;
    hit[last] ^= 4;
    assert_eq!(unfit(&p, &hit), Some(Unfit::Damaged));
    assert_eq!(unfit(&p, b"something else altogether"), Some(Unfit::Version));
    assert_eq!(unfit(&p, b""), Some(Unfit::Damaged));
    // Of another store.
    let mut other = Place::new();
    other.add("Eve Stranger");
    other.save();
    let strange = fs::read(other.saved()).unwrap();
    assert_eq!(unfit(&p, &strange), Some(Unfit::Store));
    // Of this one before it was rewritten.
    let path = p.path();
    let p = p.closed(|_| assert!(backup::compact(&path, None, &mut |_| true).unwrap().after > 0));
    assert!(!p.saved().exists(), "replacing the store removes it");
    assert_eq!(unfit(&p, &good), Some(Unfit::Store));
    fs::remove_file(p.saved()).unwrap();
    p.save();
    assert_eq!(p.open().rebuilt, None);
}

#[test]
fn another_history_under_the_same_name_is_not_believed() {
    let mut p = Place::new();
    p.add("John Smith");
    // The file as it was, put back by hand: no one counts that as another life.
    let early = fs::read(p.path()).unwrap();
    p.add("Anna Hooli");
    p.save();
    let path = p.path();
    let mut p = p.closed(|_| fs::write(&path, &early).unwrap());
    assert_eq!(p.open().rebuilt, Some(Unfit::Store), "the log does not reach so far");
    p.now += 500_000;
    p.add("Bo Other");
    p.add("Cy Other");
    let Opened { index, rebuilt } = p.open();
    assert_eq!(rebuilt, Some(Unfit::Store), "the row at that place is another one");
    same(&index, &p);
    assert!(index.find("hooli", p.owner, 5).hits.iter().all(|h| h.name != "Anna Hooli"));
}

#[test]
fn a_follower_saves_at_rest_and_at_its_end_and_takes_it_up_again() {
    let mut p = Place::new();
    p.add("John Smith");
    let store = || Arc::clone(&p.store) as Arc<dyn Store>;
    let follower = Follower::start(store());
    until("it is saved once it is loaded", || p.saved().exists());
    drop(follower);
    let kept = fs::read(p.saved()).unwrap();
    let follower = Follower::start(store());
    until("it is there", || follower.cursor().is_some());
    assert_eq!(follower.find("smith", Id::NIL, 5).hits.len(), 1);
    assert_eq!(follower.rebuilt(), None);
    drop(follower);
    assert_eq!(fs::read(p.saved()).unwrap(), kept, "nothing new is not saved again");
    // This many changes that following them at the next start would take longer than saving does now.
    let follower = Follower::start(store());
    until("it is there", || follower.cursor().is_some());
    let many = (0..300).map(|n| {
        let edits = vec![Edit::set("name", format!("Rear {n}"))];
        Request::new(
            Id::v7(NOW + 9_000_000, [3, 3, 3, 3, 0, 0, 0, 0, n as u8, (n >> 8) as u8]),
            p.owner,
            NOW + 9_000_000,
            Command::Create(Kind::Customer, edits),
        )
    });
    p.desk.run_all(many.collect()).unwrap();
    let head = p.store.head().ok();
    until("it followed", || follower.cursor() == head);
    drop(follower);
    assert_ne!(fs::read(p.saved()).unwrap(), kept);
    let Opened { index, rebuilt } = p.open();
    assert_eq!((rebuilt, index.find("rear 299", Id::NIL, 5).hits.len()), (None, 1));
    // Others load beside one who took up what was saved, and hear of the same changes.
    let directory = Arc::new(Directory::new(store()));
    let follower = Follower::start_with(store(), vec![Arc::clone(&directory) as Arc<dyn LiveState>]);
    until("all are there", || directory.is_ready() && follower.cursor() == head);
    assert_eq!((directory.count(), follower.loaded()), (Some(301), (301, 301)));
    // Damage is reported, and all are read.
    drop(follower);
    fs::write(p.saved(), &kept[..kept.len() / 2]).unwrap();
    let follower = Follower::start(store());
    until("it is there", || follower.cursor() == head);
    assert_eq!(follower.rebuilt(), Some(Unfit::Damaged));
    assert_eq!(follower.loaded(), (301, 301));
    until("it is saved again", || fs::metadata(p.saved()).unwrap().len() > kept.len() as u64);
}

#[test]
fn the_list_is_there_at_once_where_its_columns_were_saved() {
    let mut p = Place::new();
    let john = p.add("John Smith");
    p.add("Anna Lee");
    let first = p.listed(true);
    assert_eq!(first[1].len(), 2);
    let saved = || fs::metadata(p.columns()).unwrap();
    assert_eq!(saved().permissions().mode() & 0o777, 0o600);
    let kept = (saved().ino(), fs::read(p.columns()).unwrap());
    assert_eq!(p.listed(false), first);
    assert_eq!((saved().ino(), fs::read(p.columns()).unwrap()), kept, "it was reused and not rebuilt");
    // The command line answers out of them too, and as it does without.
    let printed = |p: &Place, query: &str| {
        let out = std::process::Command::new(env!("CARGO_BIN_EXE_frontdesk"))
            .env_remove("FRONTDESK_STORE")
            .args(["--store", p.path().to_str().unwrap(), "list", "customers", query])
            .output()
            .unwrap();
        assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
        String::from_utf8(out.stdout).unwrap()
    };
    let names =
        |text: &str| text.lines().map(|l| l.split('\t').nth(1).unwrap().to_owned()).collect::<Vec<_>>();
    assert_eq!(names(&printed(&p, "sort:-name")), ["John Smith", "Anna Lee"]);
    // What came since is followed.
    p.run(Command::Edit(Kind::Customer, john, vec![Edit::set("family", "Zweig"), Edit::add("tags", "vip")]));
    p.add("Jo Hooli");
    let since = p.listed(false);
    assert_eq!((since[1].last(), &since[3]), (Some(&john), &vec![john]));
    assert_eq!(fs::metadata(p.columns()).unwrap().ino(), kept.0);
    assert!(
        Directory::saved(Arc::clone(&p.store) as Arc<dyn Store>)
            .unwrap()
            .is_some_and(|d| d.count() == Some(3))
    );
    let queries =
        ["sort:name", "sort:-created", "-anna", "tag:vip", "jo sort:name limit:1", "is:live sort:name"];
    let said = queries.map(|q| printed(&p, q));
    assert_eq!(names(&said[0]), ["Anna Lee", "Jo Hooli", "John Zweig"]);
    fs::remove_file(p.columns()).unwrap();
    assert_eq!(queries.map(|q| printed(&p, q)), said);
    assert!(Directory::saved(Arc::clone(&p.store) as Arc<dyn Store>).unwrap().is_none());
    assert_eq!(p.listed(true), since);
    // What is damaged or of another life of the store is rebuilt.
    fs::write(p.columns(), &kept.1[..kept.1.len() - 1]).unwrap();
    assert_eq!(p.listed(true), since);
    fs::write(p.columns(), &kept.1).unwrap();
    let path = p.path();
    let p = p.closed(|p| {
        assert!(backup::compact(&path, None, &mut |_| true).unwrap().after > 0);
        assert!(!p.columns().exists());
        fs::write(p.columns(), &kept.1).unwrap();
    });
    assert_eq!(p.listed(true), since);
}

#[derive(Debug, Clone)]
enum Step {
    Add(String),
    Rename(usize, String),
    Tag(usize),
    Archive(usize, bool),
    Ticket(usize),
    Merge(usize, usize),
    Unmerge(usize),
    Undo,
    Save,
    Open,
}

fn a_step() -> impl Strategy<Value = Step> {
    let name = || "(John|Anna|Ödön|Jo) (Smith|Smi|Weiß|Hooli)";
    prop_oneof![
        4 => name().prop_map(Step::Add),
        2 => (0usize..9, name()).prop_map(|(i, n)| Step::Rename(i, n)),
        1 => (0usize..9).prop_map(Step::Tag),
        1 => (0usize..9, any::<bool>()).prop_map(|(i, a)| Step::Archive(i, a)),
        1 => (0usize..9).prop_map(Step::Ticket),
        1 => (0usize..9, 0usize..9).prop_map(|(i, j)| Step::Merge(i, j)),
        1 => (0usize..9).prop_map(Step::Unmerge),
        1 => Just(Step::Undo),
        2 => Just(Step::Save),
        2 => Just(Step::Open),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, ..ProptestConfig::default() })]

    #[test]
    fn an_index_that_was_saved_now_and_then_is_one_built_now(steps in proptest::collection::vec(a_step(), 1..24)) {
        let mut p = Place::new();
        let mut index = p.open().index;
        for step in &steps {
            match step {
                Step::Save => {
                    let _ = fs::remove_file(p.saved());
                    p.save();
                }
                Step::Open => {
                    let Opened { index: again, rebuilt } = p.open();
                    prop_assert!(matches!(rebuilt, None | Some(Unfit::Absent)), "{:?}", rebuilt);
                    index = again;
                }
                other => drop(p.step(other)),
            }
        }
        index.follow(&*p.store).unwrap();
        same(&index, &p);
        same(&p.open().index, &p);
    }

    #[test]
    fn a_list_that_was_saved_now_and_then_is_one_loaded_now(steps in proptest::collection::vec(a_step(), 1..24)) {
        let mut p = Place::new();
        for step in &steps {
            if p.step(step).is_none() {
                let _ = fs::remove_file(p.columns());
                p.listed(true);
            }
        }
        let resumed = p.listed(false);
        let _ = fs::remove_file(p.columns());
        prop_assert_eq!(resumed, p.listed(false));
    }
}

#[test]
fn a_list_from_columns_saved_before_an_import_says_so_until_everyone_is_there() {
    let p = Place::new();
    p.listed(true);
    // Then an import from the shell.
    let many = 1_500;
    for chunk in 0..many / 100 {
        let one = |i: usize| {
            let n = chunk * 100 + i;
            let at = NOW + 1_000 + n as i64;
            // The op of a write combines those of its requests: neighbours that differ by a bit would give the same one twice.
            let [a, b, c, d, e, f, g, h] = (n as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15).to_be_bytes();
            let op = Id::v7(at, [3, 3, a, b, c, d, e, f, g, h]);
            let add = Command::Create(Kind::Customer, vec![Edit::set("name", format!("Person Number{n}"))]);
            Request::new(op, p.owner, at, add)
        };
        p.desk.run_all((0..100).map(one).collect()).unwrap();
    }
    let loader = Loader::new(p.desk.clone());
    let ask = Ask::Customers(
        Slot::AllCustomers,
        String::new(),
        PageRequest { most: 50, ..PageRequest::default() },
        Vec::new(),
    );
    let answer = || match loader.answer(&ask, p.owner, NOW + 10_000) {
        Answer::Customers(part) => part,
        other => panic!("{other:?}"),
    };
    let first = answer();
    assert!(
        first.total == many || first.told.partial,
        "{} customers, and nothing says that more come",
        first.total
    );
    assert_eq!(loader.was_short(), first.told.partial, "the list is asked for again when they are there");
    until("everyone is there", || loader.is_current());
    let all = answer();
    assert_eq!((all.total, all.told.partial), (many, false));
    assert!(!loader.was_short());
}
