//! Imports of the real data, where it is there: none lost, twice changes nothing, a revert restores every record.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // tests may take the short way

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::Arc,
};

use frontdesk::{
    desk::{Command, Desk, Edit, Request, command::NewAgent, duplicates, merge},
    exchange::import::{self, Agents, ImportKind, Options, Report},
    model::{Customer, Id, Kind, Message, Order, Ticket},
    store::{MemStore, records},
};

#[path = "support/skip.rs"]
mod skip;
mod support;

#[path = "support/dice.rs"]
mod dice;
#[path = "imports/reports.rs"]
mod reports;
#[path = "imports/splits.rs"]
mod splits;

use support::bench::{self, Everything};

const NOW: i64 = 1_790_000_000_000;

/// A file of the shared data; `None`, said aloud, where it is not there.
fn shared(path: &str) -> Option<PathBuf> {
    let at = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data").join(path);
    if !at.exists() {
        crate::skip::skipped(&format!("{} is not there", at.display()));
        return None;
    }
    Some(at)
}

struct Bench {
    desk: Desk,
    owner: Id,
    ops: u8,
}

impl Bench {
    fn new() -> Bench {
        let desk = Desk::new(Arc::new(MemStore::new()));
        let owner = NewAgent { name: "Dana Doe".into(), unix_user: "dana".into(), ..Default::default() };
        let workspace = vec![Edit::set("currency", "USD")];
        let start = Command::Start { workspace, owner };
        let done = desk.run(Request::new(Id([1; 16]), Id::NIL, NOW, start)).unwrap();
        Bench { desk, owner: done.created[0].1, ops: 1 }
    }

    fn import(&mut self, options: Options) -> Report {
        self.ops += 1;
        import::run(&self.desk, self.owner, Id([self.ops; 16]), NOW, &options, &mut |_| true).unwrap()
    }

    fn revert(&mut self, batch: &str) -> import::Reverted {
        self.ops += 1;
        import::revert(&self.desk, self.owner, Id([self.ops; 16]), NOW, batch, &mut |_, _| true).unwrap()
    }

    fn records(&self) -> Everything {
        bench::records(&self.desk)
    }

    fn all<T: frontdesk::model::Record>(&self) -> Vec<T> {
        let mut out = Vec::new();
        self.desk
            .view(|v| {
                out.clear();
                records::each(v, |r| {
                    out.push(r);
                    true
                })
            })
            .unwrap();
        out
    }

    fn assert_clean(&self) {
        bench::assert_clean(&self.desk);
    }

    /// Twice the same changes nothing, and a revert gives what was before.
    fn twice_and_back(&mut self, options: &Options, before: &Everything, first: &Report) {
        let after = self.records();
        let second = self.import(options.clone());
        assert_eq!((second.tally.created, second.tally.updated), (0, 0), "{:?}", second.tally);
        assert_eq!(second.tally.unchanged + second.tally.rejected, second.tally.read);
        assert!(self.records() == after, "a second import changes nothing");
        let reverted = self.revert(first.batch.as_deref().unwrap());
        assert_eq!(reverted.kept, []);
        let mut now = self.records();
        now.retain(|(k, _), _| *k != Kind::ImportBatch);
        assert!(now == *before, "a revert restores every record; the batch stays, marked as reverted");
        self.assert_clean();
    }
}

fn adds_up(r: &Report) {
    let t = r.tally;
    assert_eq!(t.read, t.created + t.updated + t.unchanged + t.rejected, "{t:?}");
}

#[test]
fn contacts_in_both_layouts_are_the_same_people() {
    let (Some(google), Some(outlook)) =
        (shared("contacts/derived_google_layout.csv"), shared("contacts/derived_outlook_layout.csv"))
    else {
        return;
    };
    let mut b = Bench::new();
    let before = b.records();
    let options = Options { files: vec![google], ..Options::default() };
    let first = b.import(options.clone());
    adds_up(&first);
    assert_eq!((first.tally.read, first.tally.created), (437, 437), "{:?}", first.files);
    b.assert_clean();
    let people = b.all::<Customer>().len();
    let other = b.import(Options { files: vec![outlook], ..Options::default() });
    adds_up(&other);
    assert_eq!((other.tally.read, other.tally.unchanged), (437, 437), "{:?}", other.tally);
    assert_eq!(b.all::<Customer>().len(), people);
    b.assert_clean();
    b.twice_and_back(&options, &before, &first);
}

#[test]
fn cdnow_gives_every_order_and_the_independent_sum() {
    let Some(file) = shared("orders_cdnow/CDNOW_sample.txt") else { return };
    let text = std::fs::read_to_string(&file).unwrap();
    let sum: i64 = text
        .lines()
        .filter_map(|l| l.split_whitespace().nth(4))
        .map(|dollars| dollars.replace('.', "").parse::<i64>().unwrap())
        .sum();
    let mut b = Bench::new();
    let before = b.records();
    let columns = frontdesk::exchange::order::parse_columns("_ customer date quantity amount").unwrap();
    let options = Options {
        files: vec![file],
        what: Some(ImportKind::Orders),
        columns: Some(columns),
        ..Options::default()
    };
    let first = b.import(options.clone());
    adds_up(&first);
    assert_eq!((first.tally.read, first.tally.created), (6919, 6919), "{:?}", first.files);
    let orders = b.all::<Order>();
    assert_eq!((orders.len(), b.all::<Customer>().len()), (6919, 2357));
    assert_eq!(orders.iter().map(|o| o.total).sum::<i64>(), sum);
    b.assert_clean();
    b.twice_and_back(&options, &before, &first);
}

#[test]
fn three_mailboxes_give_every_message_in_its_thread() {
    let files: Option<Vec<PathBuf>> =
        ["exmh-users", "ilug", "rpm-list"].iter().map(|n| shared(&format!("mail_lists/{n}.mbox"))).collect();
    let Some(files) = files else { return };
    let mut b = Bench::new();
    let before = b.records();
    let options = Options { files, agents: Agents::Repliers, ..Options::default() };
    let first = b.import(options.clone());
    adds_up(&first);
    assert_eq!((first.tally.read, first.tally.rejected), (1052, 0), "{:?}", first.tally);
    let messages = b.all::<Message>();
    assert_eq!(messages.len() as u64, first.tally.created);
    assert_eq!(messages.len(), 1052);
    // A mail and the mail that it answers are on one ticket.
    let ticket: BTreeMap<&str, Id> = messages.iter().map(|m| (m.message_id.as_str(), m.ticket)).collect();
    let mut linked = 0;
    for m in &messages {
        for parent in m.in_reply_to.iter().chain(&m.references) {
            if let Some(t) = ticket.get(parent.as_str()) {
                assert_eq!(*t, m.ticket, "{} answers {parent}", m.message_id);
                linked += 1;
            }
        }
    }
    assert!(linked > 400, "{linked}");
    let tickets = b.all::<Ticket>();
    assert!(tickets.iter().any(|t| t.timers.first_reply_at.is_some() && !t.timers.solves.is_empty()));
    let raw = b.desk.view(|v| frontdesk::desk::read::raw(v, messages[0].raw.unwrap())).unwrap();
    assert!(!raw.is_empty(), "the mail as it came is kept");
    b.assert_clean();
    b.twice_and_back(&options, &before, &first);
}

#[test]
fn a_dry_run_counts_and_changes_nothing() {
    let Some(google) = shared("contacts/derived_google_layout.csv") else { return };
    let mut b = Bench::new();
    let before = b.records();
    let head = b.desk.store().head().unwrap();
    let r = b.import(Options { files: vec![google], dry_run: true, ..Options::default() });
    assert_eq!((r.tally.created, r.batch), (437, None));
    assert_eq!(b.records(), before);
    assert_eq!(b.desk.store().head().unwrap(), head);
}

/// A file of invented rows in a folder that vanishes.
fn file(name: &str, text: &str) -> (tempfile::TempDir, PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join(name);
    std::fs::write(&path, text).unwrap();
    (dir, path)
}

#[test]
fn what_an_agent_typed_is_not_written_over_and_a_revert_keeps_it() {
    let (_dir, path) = file(
        "crm.csv",
        "External ID,First Name,Last Name,Email\n1,Ada,Lovelace,ada@example.org\n2,Bob,Ray,bob@example.org\n",
    );
    let mut b = Bench::new();
    let options = Options { files: vec![path.clone()], ..Options::default() };
    let first = b.import(options.clone());
    assert_eq!(first.tally.created, 2, "{:?}", first.files);
    let ada = b.all::<Customer>().into_iter().find(|c| c.given == "Ada").unwrap().id;
    let edit = Command::Edit(Kind::Customer, ada, vec![Edit::set("given", "Augusta")]);
    b.desk.run(Request::new(Id([99; 16]), b.owner, NOW + 1, edit)).unwrap();
    std::fs::write(
        &path,
        "External ID,First Name,Last Name,Email\n1,Adah,King,ada@example.org\n2,Robert,Ray,bob@example.org\n",
    )
    .unwrap();
    let second = b.import(options);
    assert_eq!((second.tally.updated, second.tally.created), (2, 0));
    let names = |b: &Bench| {
        let mut all: Vec<String> = b.all::<Customer>().iter().map(Customer::display_name).collect();
        all.sort();
        all
    };
    assert_eq!(names(&b), ["Augusta King", "Robert Ray"]);
    assert_eq!(b.revert(second.batch.as_deref().unwrap()).kept, []);
    assert_eq!(names(&b), ["Augusta Lovelace", "Bob Ray"], "prior values come back");
    let kept = b.revert(first.batch.as_deref().unwrap()).kept;
    assert!(kept.iter().any(|c| c.field == "given" && c.found == "Augusta"), "{kept:?}");
    assert_eq!(names(&b), ["Augusta Lovelace"], "what was changed since stays");
    b.assert_clean();
}

#[test]
fn an_import_that_is_stopped_is_completed_by_the_next_and_batches_are_numbered_without_gaps() {
    let people = |n: u32| -> String {
        let rows = (0..n)
            .map(|i| format!("{i},Ada{i},Lovelace,ada{i}@example.org,+4930{:07}\n", i * 7919 % 10_000_000));
        "External ID,First Name,Last Name,Email,Phone\n"
            .chars()
            .chain(rows.collect::<String>().chars())
            .collect()
    };
    let (_dir, path) = file("crm.csv", &people(3000));
    let mut b = Bench::new();
    let before = b.records();
    let options = Options { files: vec![path.clone()], ..Options::default() };
    let stopped = import::run(&b.desk, b.owner, Id([77; 16]), NOW, &options, &mut |_| false).unwrap();
    assert!(stopped.cancelled);
    let had = stopped.tally.created;
    assert!(had > 0 && had < 3000, "{had}");
    assert_eq!(stopped.batch.as_deref(), Some("B-1"));
    b.assert_clean();
    let rest = b.import(options.clone());
    assert_eq!((rest.tally.unchanged, rest.tally.created), (had, 3000 - had));
    assert_eq!(rest.batch.as_deref(), Some("B-2"));
    assert_eq!(b.all::<Customer>().len(), 3000);
    assert_eq!(b.import(options.clone()).batch, None, "there was nothing new");
    std::fs::write(&path, people(3001)).unwrap();
    let one = b.import(options);
    assert_eq!((one.tally.created, one.batch.as_deref()), (1, Some("B-3")));
    // The largest of them is stopped on its way back, twice, and goes on where it was.
    let mut taken = 0;
    for seed in [78, 79] {
        let stop = &mut |_, _| false;
        let back = import::revert(&b.desk, b.owner, Id([seed; 16]), NOW, "B-2", stop).unwrap();
        assert!(back.cancelled && back.kept.is_empty(), "{:?}", back.kept);
        taken += back.records;
        b.assert_clean();
    }
    assert!(taken > 0 && taken < 3000 - had, "{taken}");
    assert_eq!(b.revert("B-3").kept, []);
    let rest = b.revert("B-2");
    assert!(!rest.cancelled && rest.kept.is_empty());
    assert_eq!(rest.records + taken, 3000 - had, "each record is taken back once");
    assert_eq!(b.revert("B-1").kept, []);
    let mut now = b.records();
    now.retain(|(k, _), _| *k != Kind::ImportBatch);
    assert!(now == before);
    b.assert_clean();
}

#[test]
fn a_dry_run_counts_what_the_import_does_where_most_of_it_is_in_a_file() {
    // Each second row repeats a person from an earlier row.
    let rows =
        (0..30_000u32).map(|i| format!("Ada{},Lovelace,ada{}@example.org,Acme {}\n", i / 2, i / 2, i % 50));
    let text: String =
        "First Name,Last Name,Email,Company\n".chars().chain(rows.collect::<String>().chars()).collect();
    let (dir, path) = file("crm.csv", &text);
    let mut b = Bench::new();
    let head = b.desk.store().head().unwrap();
    let scratch = Some(dir.path().to_owned());
    let rehearsed =
        b.import(Options { files: vec![path.clone()], dry_run: true, scratch, ..Options::default() });
    assert_eq!(b.desk.store().head().unwrap(), head);
    let done = b.import(Options { files: vec![path], ..Options::default() });
    assert_eq!(rehearsed.tally, done.tally);
    assert_eq!((done.tally.created, done.tally.read), (15_000, 30_000));
}

#[test]
fn a_mail_to_a_ticket_that_is_there_opens_it_again() {
    let mail = |id: &str, refs: &str, from: &str, day: u32, text: &str| {
        format!(
            "From {from} Mon Sep {day:02} 10:00:00 2026\nFrom: {from}\nTo: help@desk.example\nSubject: Blank invoice\n\
             Date: Mon, {day} Sep 2026 10:00:00 +0000\nMessage-ID: <{id}>\n{refs}\n\n{text}\n\n"
        )
    };
    let (_dir, path) =
        file("a.mbox", &mail("q@x.example", "X-A: b", "Ada <ada@example.org>", 7, "It is blank."));
    let mut b = Bench::new();
    b.import(Options { files: vec![path], ..Options::default() });
    let ticket = b.all::<Ticket>()[0].clone();
    let solve = vec![frontdesk::desk::TicketChange::Category(frontdesk::model::Category::Solved)];
    b.desk.run(Request::new(Id([98; 16]), b.owner, NOW, Command::TicketSet(vec![ticket.id], solve))).unwrap();
    let later = mail("r@x.example", "In-Reply-To: <q@x.example>", "Ada <ada@example.org>", 8, "Still blank.");
    let later = later.replace("2026", "2027");
    let (_dir2, path) = file("b.mbox", &later);
    let r = b.import(Options { files: vec![path], ..Options::default() });
    assert_eq!(r.tally.created, 1);
    let tickets = b.all::<Ticket>();
    assert_eq!((tickets.len(), tickets[0].category.as_str()), (1, "open"));
    b.assert_clean();
}

#[test]
fn people_with_several_addresses_are_suggested_and_nobody_else() {
    let Some(google) = shared("contacts/derived_google_layout.csv") else { return };
    let mut b = Bench::new();
    b.import(Options { files: vec![google], ..Options::default() });
    // The truth of the file: who is named alike, with a name at all, is one person.
    let mut named: BTreeMap<String, Vec<Id>> = BTreeMap::new();
    for c in b.all::<Customer>().iter().filter(|c| !c.given.is_empty() || !c.family.is_empty()) {
        named.entry(c.display_name().to_lowercase()).or_default().push(c.id);
    }
    named.retain(|_, ids| ids.len() > 1);
    assert_eq!((named.len(), named.values().map(Vec::len).sum::<usize>()), (26, 78));

    let pairs = duplicates::find(&b.desk, duplicates::LEAST, |_| ()).unwrap();
    let one =
        |p: &duplicates::Pair| named.values().any(|ids| ids.contains(&p.stays) && ids.contains(&p.goes));
    assert_eq!(pairs.iter().filter(|p| !one(p)).count(), 0, "no false pair");
    let before = b.records();
    let mut gone = Vec::new();
    for p in &pairs {
        b.ops += 1;
        let into = b.desk.view(|v| merge::survivor(v, Kind::Customer, p.stays)).unwrap();
        let from = b.desk.view(|v| merge::survivor(v, Kind::Customer, p.goes)).unwrap();
        let command = Command::Merge { kind: Kind::Customer, into, from, take: Vec::new() };
        b.desk.run(Request::new(Id([b.ops; 16]), b.owner, NOW, command)).unwrap();
        gone.push(from);
    }
    let live: Vec<Customer> = b.all::<Customer>().into_iter().filter(Customer::is_live).collect();
    assert_eq!(live.len(), 437 - 78 + 26, "each of them is one person now");
    for ids in named.values() {
        let of = live.iter().find(|c| ids.contains(&c.id)).unwrap();
        assert_eq!(of.emails.len(), ids.len(), "with all their addresses");
    }
    b.assert_clean();
    for id in gone.into_iter().rev() {
        b.ops += 1;
        let command = Command::Unmerge(Kind::Customer, id);
        b.desk.run(Request::new(Id([b.ops; 16]), b.owner, NOW, command)).unwrap();
    }
    assert_eq!(b.records(), before);
    b.assert_clean();
}
