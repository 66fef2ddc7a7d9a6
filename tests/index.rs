//! The index beside a store: built, kept up to date by the feed, followed on a thread.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use frontdesk::{
    desk::{
        Command, Desk, Done, Edit, Request, TicketChange,
        command::{NewAgent, NewInteraction, NewTicket},
    },
    find::{ContactIndex, Finder, Follower},
    model::{Category, Channel, Direction, Id, Kind},
    store::{MemStore, Store, feed},
};
use proptest::prelude::*;

struct Bench {
    store: Arc<dyn Store>,
    desk: Desk,
    owner: Id,
    now: i64,
    customers: Vec<Id>,
    organisations: Vec<Id>,
    tickets: Vec<Id>,
}

impl Bench {
    fn new() -> Bench {
        Bench::on(Arc::new(MemStore::new()))
    }

    fn on(store: Arc<dyn Store>) -> Bench {
        let desk = Desk::new(Arc::clone(&store));
        let mut b = Bench {
            store,
            desk,
            owner: Id::NIL,
            now: 1_790_000_000_000,
            customers: Vec::new(),
            organisations: Vec::new(),
            tickets: Vec::new(),
        };
        let owner = NewAgent { name: "Dana Doe".into(), unix_user: "dana".into(), ..Default::default() };
        b.owner = b.run(Command::Start { workspace: Vec::new(), owner }).created[0].1;
        b
    }

    fn attempt(&mut self, command: Command) -> Option<Done> {
        self.now += 40_000_000;
        let op = Id::v7(self.now, [7; 10]);
        let done = self.desk.run(Request::new(op, self.owner, self.now, command)).ok()?;
        for (kind, id) in &done.created {
            match kind {
                Kind::Customer => self.customers.push(*id),
                Kind::Organisation => self.organisations.push(*id),
                Kind::Ticket => self.tickets.push(*id),
                _ => {}
            }
        }
        Some(done)
    }

    fn run(&mut self, command: Command) -> Done {
        self.attempt(command).expect("a command that is allowed")
    }

    fn index(&self) -> ContactIndex {
        ContactIndex::build(&*self.store, &mut |_, _| ()).unwrap()
    }

    fn names(&self, index: &dyn Finder, query: &str) -> Vec<String> {
        index.find(query, self.owner, 50).hits.into_iter().map(|h| h.name).collect()
    }
}

fn customer(name: &str, more: &[(&str, &str)]) -> Command {
    let more = more.iter().map(|(f, v)| Edit::set(f, *v));
    Command::Create(Kind::Customer, [Edit::set("name", name)].into_iter().chain(more).collect())
}

#[test]
fn the_feed_brings_new_changed_archived_and_undone_customers() {
    let mut b = Bench::new();
    let mut index = b.index();
    b.run(customer("John Smith", &[("email", "john@post.example"), ("organisation", "Acme")]));
    index.follow(&*b.store).unwrap();
    assert_eq!(b.names(&index, "smith"), ["John Smith"]);
    b.run(Command::Edit(Kind::Organisation, b.organisations[0], vec![Edit::set("name", "Hooli")]));
    b.run(Command::Edit(Kind::Customer, b.customers[0], vec![Edit::set("family", "Smythe")]));
    index.follow(&*b.store).unwrap();
    assert_eq!(b.names(&index, "hooli smythe"), ["John Smythe"]);
    assert!(b.names(&index, "acme john").is_empty());
    b.run(Command::Archive(Kind::Customer, vec![b.customers[0]], true));
    index.follow(&*b.store).unwrap();
    assert!(b.names(&index, "john").is_empty());
    b.run(Command::Undo(None));
    index.follow(&*b.store).unwrap();
    assert_eq!(b.names(&index, "john"), ["John Smythe"]);
}

#[test]
fn a_contact_of_late_and_open_tickets_come_first() {
    let mut b = Bench::new();
    b.run(customer("Ann Early", &[]));
    b.run(customer("Ann Later", &[]));
    let mut index = b.index();
    assert_eq!(b.names(&index, "ann"), ["Ann Early", "Ann Later"]);
    let ticket = NewTicket { requester: b.customers[1], subject: "Help".into(), ..Default::default() };
    b.run(Command::TicketCreate(Box::new(ticket)));
    index.follow(&*b.store).unwrap();
    assert_eq!(b.names(&index, "ann"), ["Ann Later", "Ann Early"]);
}

#[test]
fn a_follower_finds_what_others_write_within_a_second() {
    let mut b = Bench::new();
    b.run(customer("Grace Hopper", &[]));
    let follower = Follower::start(Arc::clone(&b.store));
    let until = |what: &dyn Fn() -> bool| {
        let start = Instant::now();
        while !what() {
            assert!(start.elapsed() < Duration::from_secs(5), "not found");
            std::thread::sleep(Duration::from_millis(5));
        }
    };
    until(&|| follower.find("hopper", Id::NIL, 9).hits.len() == 1 && follower.cursor().is_some());
    assert_eq!(follower.loaded(), (1, 1));
    b.run(customer("Ada Lovelace", &[]));
    let start = Instant::now();
    until(&|| follower.find("lovelace", Id::NIL, 9).hits.len() == 1);
    assert!(start.elapsed() < Duration::from_secs(1));
    assert!(follower.trouble().is_none());
}

#[test]
fn a_phone_number_is_found_with_and_without_its_calling_code() {
    let mut b = Bench::new();
    // Stored before the desk knew its calling code: as written, with nothing beside it.
    b.run(customer("Nora National", &[("phone", "(212) 555-1234")]));
    b.run(customer("Ina International", &[("phone", "+1 646 555 9876")]));
    b.run(customer("Bernd Berlin", &[("phone", "030 7654321")]));
    b.run(customer("Lara London", &[("phone", "+44 20 7946 0958")]));
    b.run(customer("Other Country", &[("phone", "+352 12125551")]));
    let index = b.index();
    for (typed, name) in [
        ("+12125551234", "Nora National"),
        ("+1 (212) 555-1234", "Nora National"),
        ("001 212 555 1234", "Nora National"),
        ("12125551234", "Nora National"),
        ("2125551234", "Nora National"),
        ("(646) 555-9876", "Ina International"),
        ("646 555 9876", "Ina International"),
        ("+16465559876", "Ina International"),
        ("+49 30 7654321", "Bernd Berlin"),
        ("+49 (0)30 7654321", "Bernd Berlin"),
        ("0049307654321", "Bernd Berlin"),
        ("020 7946 0958", "Lara London"),
    ] {
        assert_eq!(b.names(&index, typed), [name], "{typed}");
    }
    // While it is typed the one meant comes first.
    assert_eq!(b.names(&index, "+1 212 555").first().map(String::as_str), Some("Nora National"));
    // A desk elsewhere may have taken it for one of its own country's; the number with all its digits comes first.
    b.run(Command::Edit(Kind::Workspace, Id::NIL, vec![Edit::set("calling_code", "353")]));
    b.run(customer("Dublin Desk", &[("phone", "(212) 555-1234")]));
    b.run(customer("Whole Number", &[("phone", "+1 212 555 1234")]));
    let index = b.index();
    assert_eq!(b.names(&index, "+12125551234"), ["Whole Number", "Nora National", "Dublin Desk"]);
    // Another country's number that happens to contain the same digits is another number.
    assert!(b.names(&index, "+33 7946 0958").is_empty());
}

#[test]
fn an_honorific_never_makes_a_search_fail() {
    let mut b = Bench::new();
    for name in ["Grace Hopper", "Jean Dupont", "Marie Dupont", "田中 花子", "Mrs. Robinson", "Drew Robinson"]
    {
        b.run(customer(name, &[]));
    }
    b.run(customer("Mehmet Yılmaz", &[("email", "m.yilmaz@mrs.example")]));
    let index = b.index();
    for before in [
        "mr",
        "Mr.",
        "MRS",
        "ms",
        "Miss",
        "dr",
        "Dr.",
        "prof",
        "Prof. Dr.",
        "Herr",
        "Frau",
        "Frau Dr.",
        "Mme",
        "Mlle",
        "M.",
        "Sr.",
        "Sra.",
        "Srta",
        "señora",
        "Sig.",
        "signora",
        "dhr.",
        "mevr.",
        "Pani",
        "пан",
        "г-жа",
        "κα",
        "Sayın",
    ] {
        for name in ["hopper", "grace hopper", "hop", "hopper grace"] {
            let typed = format!("{before} {name}");
            assert_eq!(b.names(&index, &typed), ["Grace Hopper"], "{typed}");
        }
    }
    // Behind the name too, a slip as well.
    for typed in ["hopper, mrs", "Grace-san hopper", "hopper san", "mrs hoper", "Mr gracehopper"] {
        let found = b.names(&index, typed);
        assert_eq!(found.first().map(String::as_str), Some("Grace Hopper"), "{typed}: {found:?}");
    }
    for typed in ["田中さん", "田中様", "田中 さん"] {
        assert_eq!(b.names(&index, typed), ["田中 花子"], "{typed}");
    }
    // Who is called so comes first, as does the one whose initial it may be.
    assert_eq!(b.names(&index, "mrs robinson"), ["Mrs. Robinson", "Drew Robinson"]);
    assert_eq!(b.names(&index, "dr robinson"), ["Drew Robinson", "Mrs. Robinson"]);
    assert_eq!(b.names(&index, "M. Dupont"), ["Marie Dupont", "Jean Dupont"]);
    // Alone it is a word like any other.
    assert_eq!(b.names(&index, "mrs"), ["Mrs. Robinson", "Mehmet Yılmaz"]);
    assert!(b.names(&index, "mr missing").is_empty());
}

/// The share of queries that find the person meant among the first ten.
fn recall(index: &dyn Finder, asked: &[(String, String)]) -> f64 {
    let found = |(typed, name): &&(String, String)| {
        index.find(typed, Id::NIL, 10).hits.iter().any(|h| h.name == *name)
    };
    asked.iter().filter(found).count() as f64 / asked.len() as f64
}

#[test]
fn honorifics_and_calling_codes_cost_no_recall_among_two_thousand_contacts() {
    let given =
        ["Ada", "Bruno", "Chiara", "Drago", "Elif", "Frances", "Greta", "Hana", "Igor", "Jules", "Kwame"];
    let family =
        ["Akin", "Brown", "Costa", "Dröge", "Eriksen", "Fritz", "Garcia", "Herrera", "Ivanov", "Mrozek"];
    let titles = ["mr", "Mrs.", "ms", "Dr.", "Frau", "Herr", "M.", "Mme", "Sr.", "Sra.", "Prof. Dr.", "miss"];
    let mut b = Bench::new();
    let (mut requests, mut plain, mut titled, mut phones) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for i in 0..2_000usize {
        let name =
            format!("{} {}{}", given[i % 11], family[i / 11 % 10], ["", "el", "ski", "ova"][i / 110 % 4]);
        let number = format!("(2{:02}) 555-{i:04}", i % 100);
        b.now += 1_000;
        let add = customer(&name, &[("phone", &number)]);
        requests.push(Request::new(Id::v7(b.now, [9; 10]), b.owner, b.now, add));
        plain.push((name.clone(), name.clone()));
        titled.push((format!("{} {name}", titles[i % titles.len()]), name.clone()));
        phones.push((format!("+1 2{:02} 555 {i:04}", i % 100), name));
    }
    b.desk.run_all(requests).unwrap();
    let index = b.index();
    let (plain, titled, phones) = (recall(&index, &plain), recall(&index, &titled), recall(&index, &phones));
    assert!(titled >= plain && plain > 0.99, "{titled} with an honorific, {plain} without");
    assert!(phones > 0.999, "{phones}");
}

#[test]
fn more_customers_than_a_page_are_all_loaded() {
    let mut b = Bench::new();
    for chunk in 0..13 {
        let requests = (0..100)
            .map(|i| {
                b.now += 1000;
                let c = customer(&format!("Person N{chunk}x{i}"), &[]);
                Request::new(Id::v7(b.now, [9; 10]), b.owner, b.now, c)
            })
            .collect();
        b.desk.run_all(requests).unwrap();
    }
    let mut heard = Vec::new();
    let index = ContactIndex::build(&*b.store, &mut |n, of| heard.push((n, of))).unwrap();
    assert_eq!(heard, [(500, 1300), (1000, 1300), (1300, 1300)]);
    assert_eq!(b.names(&index, "n12x99").first().map(String::as_str), Some("Person N12x99"));
    assert_eq!(index.find("person", Id::NIL, 50).hits.len(), 50);
}

#[derive(Debug, Clone)]
enum Step {
    Add(String, Option<String>),
    Rename(usize, String),
    Email(usize, String),
    Phone(usize, String),
    Tag(usize, String),
    Archive(usize, bool),
    RenameOrganisation(usize, String),
    Ticket(usize),
    Solve(usize, bool),
    Call(usize),
    Undo,
    Redo,
    Merge(usize, usize),
    Unmerge(usize),
    Follow,
}

fn a_step() -> impl Strategy<Value = Step> {
    let name = || "(John|Anna|Ödön|Jo) (Smith|Smi|Weiß|Lee)";
    let company = || "(Acme|Hooli|Blue Harbor)";
    prop_oneof![
        4 => (name(), proptest::option::of(company())).prop_map(|(n, o)| Step::Add(n, o)),
        1 => (0usize..9, name()).prop_map(|(i, n)| Step::Rename(i, n)),
        1 => (0usize..9, "[a-c]{1,3}@(acme|hooli)\\.example").prop_map(|(i, e)| Step::Email(i, e)),
        1 => (0usize..9, "\\+1212555[0-9]{4}").prop_map(|(i, e)| Step::Phone(i, e)),
        1 => (0usize..9, "(vip|late|new)").prop_map(|(i, e)| Step::Tag(i, e)),
        1 => (0usize..9, any::<bool>()).prop_map(|(i, a)| Step::Archive(i, a)),
        1 => (0usize..4, "(Initech|Globex)").prop_map(|(i, n)| Step::RenameOrganisation(i, n)),
        1 => (0usize..9).prop_map(Step::Ticket),
        1 => (0usize..9, any::<bool>()).prop_map(|(i, s)| Step::Solve(i, s)),
        1 => (0usize..9).prop_map(Step::Call),
        2 => Just(Step::Undo),
        1 => Just(Step::Redo),
        1 => (0usize..9, 0usize..9).prop_map(|(i, j)| Step::Merge(i, j)),
        1 => (0usize..9).prop_map(Step::Unmerge),
        1 => Just(Step::Follow),
    ]
}

fn take(b: &mut Bench, step: &Step) {
    let customer_at = |b: &Bench, i: usize| b.customers.get(i % b.customers.len().max(1)).copied();
    let edit = |b: &mut Bench, i: usize, e: Edit| {
        if let Some(id) = customer_at(b, i) {
            b.attempt(Command::Edit(Kind::Customer, id, vec![e]));
        }
    };
    match step {
        Step::Add(name, company) => {
            let more: Vec<(&str, &str)> = company.iter().map(|c| ("organisation", c.as_str())).collect();
            b.run(customer(name, &more));
        }
        Step::Rename(i, name) => edit(b, *i, Edit::set("name", name)),
        Step::Email(i, email) => edit(b, *i, Edit::add("email", email)),
        Step::Phone(i, phone) => edit(b, *i, Edit::add("phone", phone)),
        Step::Tag(i, tag) => edit(b, *i, Edit::add("tags", tag)),
        Step::Archive(i, away) => {
            if let Some(id) = customer_at(b, *i) {
                b.attempt(Command::Archive(Kind::Customer, vec![id], *away));
            }
        }
        Step::RenameOrganisation(i, name) => {
            if let Some(id) = b.organisations.get(*i).copied() {
                b.attempt(Command::Edit(Kind::Organisation, id, vec![Edit::set("name", name)]));
            }
        }
        Step::Ticket(i) => {
            if let Some(requester) = customer_at(b, *i) {
                let t =
                    NewTicket { requester, subject: "Help".into(), body: "!".into(), ..Default::default() };
                b.attempt(Command::TicketCreate(Box::new(t)));
            }
        }
        Step::Solve(i, solved) => {
            if let Some(id) = b.tickets.get(*i).copied() {
                let to = if *solved { Category::Solved } else { Category::Open };
                b.attempt(Command::TicketSet(vec![id], vec![TicketChange::Category(to)]));
            }
        }
        Step::Call(i) => {
            if let Some(customer) = customer_at(b, *i) {
                let call = NewInteraction {
                    customer,
                    channel: Channel::Phone,
                    direction: Direction::In,
                    ..Default::default()
                };
                b.attempt(Command::InteractionLog(call));
            }
        }
        Step::Undo => {
            b.attempt(Command::Undo(None));
        }
        Step::Redo => {
            b.attempt(Command::Redo);
        }
        Step::Merge(i, j) => {
            if let (Some(into), Some(from)) = (customer_at(b, *i), customer_at(b, *j)) {
                b.attempt(Command::Merge { kind: Kind::Customer, into, from, take: Vec::new() });
            }
        }
        Step::Unmerge(i) => {
            if let Some(id) = customer_at(b, *i) {
                b.attempt(Command::Unmerge(Kind::Customer, id));
            }
        }
        Step::Follow => {}
    }
}

const QUERIES: &[&str] = &[
    "",
    "jo",
    "smith",
    "s",
    "acme",
    "anna hooli",
    "555",
    "1212555",
    "vip",
    "weis",
    "smiht",
    "a@acme",
    "blue lee",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn an_index_that_followed_is_one_built_now(steps in proptest::collection::vec(a_step(), 1..40)) {
        let mut b = Bench::new();
        let mut index = b.index();
        for step in &steps {
            take(&mut b, step);
            if matches!(step, Step::Follow) {
                index.follow(&*b.store).unwrap();
            }
        }
        // One row at a time gives the same as all in one go.
        let mut cursor = index.follow(&*b.store).unwrap();
        let mut slow = ContactIndex::default();
        b.store.view(|v| {
            let mut from = 0;
            for item in feed::since(v, from, 1000)? {
                from = item.row.seq;
                slow.apply(v, std::slice::from_ref(&item))?;
            }
            cursor = from;
            Ok(())
        }).unwrap();
        prop_assert_eq!(cursor, b.store.head().unwrap());
        let built = b.index();
        for query in QUERIES {
            let want = built.find(query, b.owner, 100);
            prop_assert_eq!(&index.find(query, b.owner, 100), &want, "followed, {:?}", query);
            prop_assert_eq!(&slow.find(query, b.owner, 100), &want, "row by row, {:?}", query);
        }
    }
}
