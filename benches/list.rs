//! The list of customers for counting instructions: 20,000 made-up customers, then one of these, many times over:
//! `list sort`, `list filter`, `list put`, `list nothing`. See `benches/README.md`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // a measurement stops where it cannot go on

use std::{convert::Infallible, hint::black_box};

use frontdesk::{
    lists::columns::Columns,
    model::{
        Customer, Id, Organisation, Stage,
        customer::{Email, Phone},
        zone::Zone,
    },
    query::{
        self, Context,
        rows::{CustomerFacts, CustomerRow, Roster},
        schema::CUSTOMERS,
    },
};

const CUSTOMERS_MADE: u64 = 20_000;
const ROUNDS: usize = 10;

fn customer(n: u64) -> (Customer, Organisation) {
    let part =
        |k: u64| ["ka", "lo", "mi", "ra", "ten", "sto", "ber", "an"][usize::try_from(n / k % 8).unwrap()];
    let mut id = [0; 16];
    id[..8].copy_from_slice(&n.to_be_bytes());
    let (given, family) = (format!("{}{}", part(1), part(8)), format!("{}{}{}", part(64), part(512), n % 97));
    let mut c = Customer { id: Id(id), number: n + 1, ..Customer::default() };
    c.emails = vec![Email { address: format!("{given}.{family}@x{}.test", n % 50), ..Email::default() }];
    c.phones = vec![Phone { raw: format!("+1 555-{:07}", n * 7919 % 10_000_000), ..Phone::default() }];
    c.tags = [(2, "vip"), (3, "late"), (5, "press")]
        .iter()
        .filter(|(k, _)| n.is_multiple_of(*k))
        .map(|(_, t)| (*t).to_owned())
        .collect();
    c.stage = Stage::from(Stage::WORDS[usize::try_from(n % 6).unwrap()]);
    c.created_at = i64::try_from(n * 7_777_777 % 1_000_000_007).unwrap() * 1_000;
    (c.given, c.family) = (given, family);
    let organisation =
        Organisation { name: format!("{} {} Ltd", part(4), n % 900), ..Organisation::default() };
    (c, organisation)
}

fn main() {
    let what = std::env::args().skip(1).find(|a| !a.starts_with('-')).unwrap_or_default();
    let roster = Roster::default();
    let mut columns = Columns::new();
    let put = |columns: &mut Columns, n: u64| {
        let (c, o) = customer(n);
        let row = CustomerRow {
            customer: &c,
            organisations: vec![&o],
            roster: &roster,
            facts: CustomerFacts::default(),
            links: &[],
        };
        columns.put_customer(&c, &row);
    };
    for n in 0..CUSTOMERS_MADE {
        put(&mut columns, n);
    }
    columns.settle();
    let zone = Zone::utc();
    let context =
        Context { now: 1_800_000_000_000, zone: &zone, me: None, views: None, sensitive: true, custom: &[] };
    let ask = |columns: &Columns, text: &str| {
        let bound = query::compile(text, &CUSTOMERS, &context).unwrap();
        let rows = columns.meeting(&bound, |_| Ok::<_, Infallible>(false)).unwrap();
        black_box((rows.count(), columns.first(&rows, bound.sort.as_ref(), 200)));
    };
    for round in 0..ROUNDS {
        match what.as_str() {
            "sort" => ["sort:name", "sort:-created", "sort:org"].iter().for_each(|q| ask(&columns, q)),
            "filter" => ["tag:vip stage:lead org:lo*", "kara tag:late -stage:churned", "email:x7 phone:55"]
                .iter()
                .for_each(|q| ask(&columns, q)),
            "put" => (0..100).for_each(|n| put(&mut columns, n * 190 + round as u64)),
            _ => {}
        }
    }
}
