//! The list of customers: how long the first page takes after a sort by another column and after a filter, and what a
//! customer weighs in memory. One line of JSON.
//!
//! `cargo run --release --example measure_list -- [--customers 1000000] [--data FOLDER] [--rounds 5]`
//!
//! `--data` reads `contacts.csv` of a folder (External ID, First Name, Last Name, Company, Email, Phone, Days Since
//! Contact, Open Tickets); without it customers are made up from a seed, the same every time. Stages, tags, owners,
//! towns and orders are made up in both.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // a measurement stops where it cannot go on

use std::{convert::Infallible, hint::black_box, time::Instant};

use frontdesk::{
    find::{Among, Book, Contact, Finder},
    lists::columns::{Bits, Columns},
    model::{
        Agent, Customer, Day, ExternalId, Id, Organisation, Stage,
        customer::{Address, Email, Phone},
        zone::Zone,
    },
    query::{
        self, Bound, Context,
        rows::{CustomerFacts, CustomerRow, Roster},
        schema::CUSTOMERS,
    },
};

const NOW: i64 = 1_800_000_000_000;
const DAY: i64 = 86_400_000;
/// Rows of the first page.
const PAGE: usize = 200;

const SORTS: &[&str] = &[
    "name",
    "-name",
    "org",
    "email",
    "stage",
    "contacted",
    "-contacted",
    "-open",
    "-revenue",
    "city",
    "number",
    "owner",
];
const FILTERS: &[&str] = &[
    "tag:vip stage:lead city:bern",
    "org:acme* open>0 -tag:spam",
    "smith is:live contacted:1y..",
    "email:gmail phone:555 -stage:churned",
    "revenue>500 ordered:2026 owner:@dana",
    "name:ann org:ltd stage>=customer sort:-revenue",
    "(tag:vip or revenue>1000) created:1y.. sort:name",
    "a e o",
];

/// What is typed behind `/`: words, and the conditions beside them.
const WORDS: &[(&str, &str)] = &[
    ("a", ""),
    ("sm", ""),
    ("smith", ""),
    ("smtih", ""),
    ("ann smi", ""),
    ("a", "tag:vip"),
    ("smith", "tag:vip stage:lead"),
    ("smtih", "-tag:spam"),
];

/// As many as a list has in the order of the match.
const RANKED: usize = 500;

/// Up to this many matches are scanned directly.
const FEW: usize = 30_000;

struct Dice(u64);

impl Dice {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n
    }

    fn of<'a>(&mut self, all: &[&'a str]) -> &'a str {
        let n = self.below(all.len() as u64);
        all[usize::try_from(n).unwrap()]
    }
}

fn main() {
    let mut args = std::env::args().skip(1);
    let (mut customers, mut data, mut rounds) = (1_000_000usize, None, 5usize);
    while let Some(arg) = args.next() {
        let mut value = || args.next().expect("a value");
        match arg.as_str() {
            "--customers" => customers = value().parse().unwrap(),
            "--data" => data = Some(value()),
            "--rounds" => rounds = value().parse().unwrap(),
            "--json" => {}
            other => panic!("{other}?"),
        }
    }
    let begun = Instant::now();
    let mut columns = Columns::new();
    let mut book = Book::new();
    book.set_now(NOW);
    let agents = [("Dana", 1u8), ("Lee", 2), ("Sam", 3)].map(|(name, id)| Agent {
        id: Id([id; 16]),
        name: name.into(),
        handle: name.to_lowercase(),
        ..Agent::default()
    });
    let roster = Roster::new(agents, []);
    columns.set_roster(roster.clone());
    let mut d = Dice(42);
    let mut n = 0u64;
    let mut put = |d: &mut Dice, one: [&str; 8]| {
        let (c, o, facts) = customer(d, n, one);
        n += 1;
        let row = CustomerRow {
            customer: &c,
            organisations: o.iter().collect(),
            roster: &roster,
            facts,
            links: &[],
        };
        columns.put_customer(&c, &row);
        book.put(&Contact::of(&c, o.iter().map(|o| o.name.clone())));
    };
    match &data {
        Some(folder) => {
            let mut reader = csv::Reader::from_path(format!("{folder}/contacts.csv")).unwrap();
            let mut r = csv::StringRecord::new();
            let mut left = customers;
            while left > 0 && reader.read_record(&mut r).unwrap() {
                let one: Vec<&str> = (0..8).map(|i| r.get(i).unwrap_or_default()).collect();
                put(&mut d, one.try_into().unwrap());
                left -= 1;
            }
        }
        None => {
            for i in 0..customers {
                let (given, family) = (made_up(&mut d, 900), made_up(&mut d, 90_000));
                let company =
                    format!("{} {}", made_up(&mut d, 60_000), d.of(&["Ltd", "GmbH", "Inc", "Group"]));
                let email = format!(
                    "{}.{}@{}.test",
                    given.to_lowercase(),
                    family.to_lowercase(),
                    made_up(&mut d, 3000).to_lowercase()
                );
                let phone = format!("+1 555-{:03}-{:04}", d.below(1000), d.below(10_000));
                let (days, open) = (d.below(2000).to_string(), d.below(3).to_string());
                put(&mut d, [&i.to_string(), &given, &family, &company, &email, &phone, &days, &open]);
            }
        }
    }
    columns.settle();
    let sorted = book.sorted();
    book.settle(sorted);
    let build_s = begun.elapsed().as_secs_f64();
    let zone = Zone::utc();
    let context =
        Context { now: NOW, zone: &zone, me: Some(Id([1; 16])), views: None, sensitive: true, custom: &[] };
    let compile = |text: &str| query::compile(text, &CUSTOMERS, &context).unwrap();
    let everybody = meeting(&columns, &compile(""));
    let mut sorts = Vec::new();
    for s in SORTS {
        let bound = compile(&format!("sort:{s}"));
        let ms = least(rounds, || {
            black_box(columns.first(&everybody, bound.sort.as_ref(), PAGE));
        });
        sorts.push((*s, ms, everybody.count()));
    }
    let mut filters = Vec::new();
    for f in FILTERS {
        let bound = compile(f);
        let found = meeting(&columns, &bound).count();
        let ms = least(rounds, || {
            let rows = meeting(&columns, &bound);
            black_box((rows.count(), columns.first(&rows, bound.sort.as_ref(), PAGE)));
        });
        filters.push((*f, ms, found));
    }
    let mut words = Vec::new();
    let names: Vec<String> = WORDS.iter().map(|(typed, rest)| format!("{typed} {rest}")).collect();
    for ((typed, rest), name) in WORDS.iter().zip(&names) {
        let (rest, all) = (compile(rest), compile(&format!("{name} sort:-contacted")));
        let mut found = 0;
        let ms = least(rounds, || {
            let among = meeting(&columns, &rest);
            let hits = if rest.pred.is_none() {
                book.find_among(typed, Id::NIL, RANKED, Among::Everybody)
            } else if among.count() <= FEW {
                let ids: Vec<Id> = among.iter().filter_map(|r| columns.id(u32::try_from(r).ok()?)).collect();
                book.find_among(typed, Id::NIL, RANKED, Among::These(&ids))
            } else {
                let meets = |id| columns.row(id).is_some_and(|r| among.has(r as usize));
                book.find_among(typed, Id::NIL, RANKED, Among::Those(&meets))
            };
            let mut others = meeting(&columns, &all);
            let first: Vec<u32> = hits.hits.iter().filter_map(|h| columns.row(h.id)).collect();
            first.iter().for_each(|r| others.set(*r as usize, false));
            found = first.len() + others.count();
            black_box(columns.first(&others, all.sort.as_ref(), PAGE));
        });
        words.push((name.trim(), ms, found));
    }
    let whole = compile("sort:name");
    let whole_ms = least(1, || {
        black_box(columns.ordered(&everybody, whole.sort.as_ref()));
    });
    let worst = |all: &[(&str, f64, usize)]| all.iter().map(|(_, ms, _)| *ms).fold(0.0, f64::max);
    let list = |all: &[(&str, f64, usize)]| -> Vec<serde_json::Value> {
        all.iter().map(|(q, ms, n)| serde_json::json!({ "query": q, "ms": round(*ms), "rows": n })).collect()
    };
    println!(
        "{}",
        serde_json::json!({
            "customers": columns.count(),
            "sort_ms": round(worst(&sorts)),
            "filter_ms": round(worst(&filters)),
            "words_ms": round(worst(&words)),
            "whole_sort_ms": round(whole_ms),
            "bytes_per_customer": columns.bytes() / columns.count().max(1),
            "build_s": round(build_s),
            "sorts": list(&sorts),
            "filters": list(&filters),
            "words": list(&words),
        })
    );
}

fn round(n: f64) -> f64 {
    (n * 100.0).round() / 100.0
}

fn meeting(columns: &Columns, bound: &Bound) -> Bits {
    columns.meeting(bound, |_| Ok::<_, Infallible>(false)).unwrap()
}

/// The shortest of some times, in milliseconds: on a shared computer the others measure the neighbours.
fn least(rounds: usize, mut f: impl FnMut()) -> f64 {
    let mut best = f64::MAX;
    for _ in 0..rounds.max(1) {
        let begun = Instant::now();
        f();
        best = best.min(begun.elapsed().as_secs_f64() * 1000.0);
    }
    best
}

/// A name out of `n`.
fn made_up(d: &mut Dice, of: u64) -> String {
    const PARTS: &[&str] = &[
        "ka", "lo", "mi", "ra", "ten", "sto", "ber", "an", "du", "vel", "ny", "os", "ga", "fi", "hu", "ste",
    ];
    let mut n = d.below(of) + 17;
    let mut out = String::new();
    while n > 0 {
        out.push_str(PARTS[usize::try_from(n % 16).unwrap()]);
        n /= 16;
    }
    let first = out.remove(0).to_ascii_uppercase();
    format!("{first}{out}")
}

fn customer(d: &mut Dice, n: u64, one: [&str; 8]) -> (Customer, Vec<Organisation>, CustomerFacts) {
    let [external, given, family, company, email, phone, days, open] = one;
    let mut id = [0; 16];
    id[..8].copy_from_slice(&n.to_be_bytes());
    let mut c = Customer {
        id: Id(id),
        number: n + 1,
        given: given.into(),
        family: family.into(),
        ..Customer::default()
    };
    c.external_ids = vec![ExternalId { source: "csv".into(), id: external.into() }];
    c.emails = vec![Email { address: email.into(), ..Email::default() }];
    c.phones = vec![Phone { raw: phone.into(), ..Phone::default() }];
    let town = d.of(&["Bern", "Zürich", "Oslo", "New York", "Lyon", "Turin", "Graz", "Porto"]);
    c.addresses = vec![Address { city: town.into(), country: "CH".into(), ..Address::default() }];
    c.tags = (0..d.below(3))
        .map(|_| d.of(&["vip", "late", "beta", "spam", "press", "wholesale"]).to_owned())
        .collect();
    c.stage = Stage::from(d.of(Stage::WORDS));
    c.owner = d.below(4).checked_sub(1).map(|a| Id([u8::try_from(a).unwrap() + 1; 16]));
    c.created_at =
        NOW - i64::try_from(d.below(2000)).unwrap() * DAY - i64::try_from(d.below(86_400_000)).unwrap();
    c.updated_at = c.created_at;
    c.contacted_hint = days.parse::<i64>().ok().map(|days| NOW - days * DAY);
    c.open_hint = open.parse().ok();
    let organisations = match company {
        "" => Vec::new(),
        name => vec![Organisation { name: name.into(), ..Organisation::default() }],
    };
    let orders = d.below(4);
    let facts = CustomerFacts {
        contacted: c.contacted_hint,
        open: c.open_hint,
        orders: u32::try_from(orders).ok(),
        revenue: (orders > 0)
            .then(|| (i64::try_from(d.below(200_000)).unwrap(), "EUR".to_owned()))
            .into_iter()
            .collect(),
        ordered: (orders > 0).then(|| Day(20_000 + i32::try_from(d.below(900)).unwrap())),
    };
    (c, organisations, facts)
}
