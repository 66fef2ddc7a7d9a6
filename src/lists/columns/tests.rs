//! The columns against the naive evaluator, on random customers and random queries.

use std::convert::Infallible;

use proptest::prelude::*;

use super::*;
use crate::{
    model::{
        Agent, Day, ExternalId, Organisation, Stage,
        customer::{Address, Email, Handle, OrganisationRole, Phone},
        zone::Zone,
    },
    query::{
        self, Context,
        rows::{CustomerFacts, CustomerRow},
        schema,
    },
};

const NOW: i64 = 1_800_000_000_000;
const DAY: i64 = 86_400_000;

/// A small source of chance: a seed says all of it.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n
    }

    fn of<T: Copy>(&mut self, all: &[T]) -> T {
        all[usize::try_from(self.below(all.len() as u64)).unwrap()]
    }

    fn some<T: Copy>(&mut self, all: &[T], most: u64) -> Vec<T> {
        (0..self.below(most + 1)).map(|_| self.of(all)).collect()
    }
}

const NAMES: &[&str] = &[
    "Ada",
    "ada",
    "Grace",
    "Łukasz",
    "Zoë",
    "O'Neil",
    "Hopper",
    "hop",
    "van der Berg",
    "京子",
    "Юлия",
    "A",
    "  ",
    "ß",
    "x²",
    "12",
    "Ann-Marie",
    "annA",
];
const MAILS: &[&str] =
    &["ada@example.org", "Grace.Hopper@navy.test", "h@x.test", "ZOË@exämple.org", "12@34.test", ""];
const PHONES: &[&str] = &["+44 20 7946 0000", "(555) 010-1234", "0049", "ext", "٣٤", "12-34", ""];
const DIALS: &[&str] = &["+442079460000", "+15550101234", ""];
const TAGS: &[&str] = &["vip", "VIP", "at risk", "late", "Später", "vi", "\u{200b}", "12"];
const PLACES: &[&str] = &["Zürich", "zurich", "Bern", "New York", "Oslo", "", "York"];
const CODES: &[&str] = &["EUR", "USD", "JPY", "BHD", "???"];
const OWN: &[&str] = &["12", "12.50", "seats", "１２", "Gold", "gold plan", " ", "-3", "1e3", "€20"];

fn customer(d: &mut Dice, n: u64) -> (Customer, Vec<Organisation>, CustomerFacts) {
    let text = |d: &mut Dice, all: &[&str]| d.of(all).to_owned();
    let mut c =
        Customer { id: Id([u8::try_from(d.below(250)).unwrap(); 16]), number: n, ..Customer::default() };
    c.given = text(d, NAMES);
    c.family = text(d, NAMES);
    if d.below(3) == 0 {
        c.nickname = text(d, NAMES);
    }
    c.emails = (0..d.below(3))
        .map(|_| Email {
            address: text(d, MAILS),
            shared: d.below(4) == 0,
            bounced: d.below(5) == 0,
            ..Email::default()
        })
        .collect();
    c.phones = (0..d.below(3))
        .map(|_| Phone { raw: text(d, PHONES), e164: text(d, DIALS), ..Phone::default() })
        .collect();
    c.addresses = (0..d.below(3))
        .map(|_| Address {
            city: text(d, PLACES),
            country: text(d, PLACES),
            region: text(d, PLACES),
            ..Address::default()
        })
        .collect();
    c.tags = d.some(TAGS, 3).into_iter().map(str::to_owned).collect();
    c.notes = d.some(NAMES, 2).into_iter().map(str::to_owned).collect();
    c.handles = (0..d.below(2)).map(|_| Handle { handle: text(d, NAMES), ..Handle::default() }).collect();
    c.external_ids =
        (0..d.below(2)).map(|_| ExternalId { source: text(d, TAGS), id: text(d, OWN) }).collect();
    c.stage = Stage::from(d.of(&["lead", "customer", "subscriber", "churned", "something new"]));
    c.owner = d.of(&[None, Some(Id([1; 16])), Some(Id([2; 16])), Some(Id([9; 16]))]);
    for name in d.some(&["Seats", "seats!", "Plan", "Größe"], 2) {
        c.custom.insert(name.to_owned(), text(d, OWN));
    }
    c.archived_at = (d.below(6) == 0).then_some(NOW);
    c.merged_into = (d.below(9) == 0).then_some(Id([7; 16]));
    c.created_at = NOW - i64::try_from(d.below(90)).unwrap() * DAY / 2;
    c.updated_at = NOW - i64::try_from(d.below(30)).unwrap() * DAY;
    c.contacted_hint = (d.below(3) == 0).then_some(NOW - 5 * DAY);
    c.open_hint = (d.below(3) == 0).then_some(2);
    c.language = text(d, &["en", "de", "pt-BR", ""]);
    c.source = text(d, &["fair", "web", ""]);
    let mut organisations = Vec::new();
    for _ in 0..d.below(3) {
        c.roles.push(OrganisationRole { title: text(d, NAMES), ..OrganisationRole::default() });
        organisations.push(Organisation { name: text(d, NAMES), ..Organisation::default() });
    }
    let mut revenue: Vec<(i64, String)> = Vec::new();
    for code in d.some(CODES, 2) {
        if !revenue.iter().any(|(_, c)| c == code) {
            revenue.push((i64::try_from(d.below(20_000)).unwrap() - 3_000, code.to_owned()));
        }
    }
    let facts = CustomerFacts {
        contacted: (d.below(2) == 0).then(|| NOW - i64::try_from(d.below(60)).unwrap() * DAY),
        open: (d.below(4) > 0).then(|| u32::try_from(d.below(4)).unwrap()),
        orders: Some(u32::try_from(d.below(5)).unwrap()),
        revenue,
        ordered: (d.below(2) == 0).then(|| Day(i32::try_from(20_000 + d.below(800)).unwrap())),
    };
    (c, organisations, facts)
}

/// A condition that the schema takes, most of the time.
fn condition(d: &mut Dice) -> String {
    let texts = [
        "name",
        "email",
        "org",
        "city",
        "region",
        "country",
        "note",
        "handle",
        "external",
        "title",
        "given",
        "family",
        "language",
        "source",
        "custom.seats",
        "custom.PLAN",
        "custom.none",
        "tag",
        "owner",
    ];
    let words = [
        "ada",
        "a",
        "hop",
        "12",
        "\"de\"",
        "\"o'n\"",
        "zurich",
        "o",
        "York",
        "京",
        "юл",
        "ss",
        "test",
        "x",
        "1",
        "vip",
        "none",
        "any",
        "*a*",
        "a*",
        "*n",
        "v*p",
        "/^a/",
        "/[0-9]+/",
        "ada,none",
        "\"van der\"",
        "@me",
        "@zoe",
        "+44",
        "\"at risk\"",
        "später",
    ];
    match d.below(16) {
        0..5 => format!("{}:{}", d.of(&texts), d.of(&words)),
        5 => format!(
            "{}={}",
            d.of(&texts),
            d.of(&["Ada", "ada", "Zürich", "\"van der Berg\"", "12", "vip", "ZURICH", "ß"])
        ),
        6 => format!(
            "phone:{}",
            d.of(&["44", "20 7", "1234", "0049", "\"555\"", "49", "none", "any", "*12*", "/ext/", "34"])
        ),
        7 => format!("is:{}", d.of(&["live", "archived", "merged", "shared", "bounced", "live,merged"])),
        8 => format!(
            "stage{}",
            d.of(&[":lead", ">=customer", "<churned", ":none", ":any", ":lead,churned", ":c*"])
        ),
        9 => format!(
            "revenue{}",
            d.of(&[">20", "<=0", ":none", ":any", ":10..100", ">€20", ":¥100..", "=0", "<50.5"])
        ),
        10 => format!(
            "{}{}",
            d.of(&["created", "updated", "contacted"]),
            d.of(&[
                ":today",
                ":2w",
                "<1w",
                ">=3d",
                ":2w..",
                ":none",
                ":any",
                ":2027-01",
                "<\"last month\"",
                ":..1w"
            ])
        ),
        11 => format!("{}{}", d.of(&["open", "orders", "number"]), d.of(&[":2", ">1", "<3", ":1..3", "=0"])),
        12 => format!("ordered{}", d.of(&[":2026", "<2026-01-01", ":none", ":any", ":2025-06..2026-02"])),
        13 => format!("custom.seats{}", d.of(&[">5", "<=12", ":1..20", "=12", ":gold"])),
        14 => d
            .of(&[
                "ada",
                "hop",
                "\"ada hop\"",
                "\"a z\"",
                "12",
                "#12",
                "C-12",
                "T-4",
                "zurich",
                "*opp",
                "vip",
                "@example",
                "\"org +44\"",
                "555",
            ])
            .to_owned(),
        _ => d.of(&["bern", "\"lukasz lukasz\"", "京", "o'neil", "navy.test"]).to_owned(),
    }
}

fn question(d: &mut Dice, depth: u64) -> String {
    let mut out = Vec::new();
    for _ in 0..=d.below(3) {
        let one =
            if depth > 0 && d.below(4) == 0 { format!("({})", question(d, depth - 1)) } else { condition(d) };
        out.push(if d.below(4) == 0 { format!("-{one}") } else { one });
    }
    out.join(d.of(&[" ", " ", " or "]))
}

/// Up to three fields, one behind the other.
fn sort(d: &mut Dice) -> String {
    let mut out = String::new();
    for _ in 0..=d.below(3) {
        let one = sort_by(d);
        if !one.is_empty() && !out.contains(one.trim_start_matches(" sort:").trim_start_matches('-')) {
            out.push_str(&one);
        }
    }
    out
}

fn sort_by(d: &mut Dice) -> String {
    let field = d.of(&[
        "",
        "name",
        "email",
        "phone",
        "org",
        "tag",
        "stage",
        "owner",
        "contacted",
        "created",
        "open",
        "orders",
        "revenue",
        "ordered",
        "city",
        "number",
        "custom.seats",
        "external",
        "given",
        "note",
        "custom.none",
    ]);
    match field {
        "" => String::new(),
        f => format!(" sort:{}{f}", d.of(&["", "-"])),
    }
}

struct World {
    people: BTreeMap<Id, (Customer, Vec<Organisation>, CustomerFacts)>,
    roster: Roster,
}

impl World {
    fn row(&self, id: Id) -> Option<CustomerRow<'_>> {
        let (customer, organisations, facts) = self.people.get(&id)?;
        Some(CustomerRow {
            customer,
            organisations: organisations.iter().collect(),
            roster: &self.roster,
            facts: facts.clone(),
            links: &[],
        })
    }
}

fn agree(seed: u64, most_codes: usize) -> Result<(), TestCaseError> {
    let mut d = Dice(seed);
    let agents = [("Zoë", "zoe", 1), ("Dana", "dana", 2)].map(|(name, handle, id)| Agent {
        id: Id([id; 16]),
        name: name.into(),
        handle: handle.into(),
        ..Agent::default()
    });
    let roster = Roster::new(agents, []);
    let mut world = World { people: BTreeMap::new(), roster: roster.clone() };
    let mut columns = Columns { most_codes, ..Columns::new() };
    columns.set_roster(roster);
    // Some come in order, as from the store; then some come, change and go.
    let mut some: Vec<_> = (0..60).map(|n| customer(&mut d, n)).collect();
    some.sort_by_key(|(c, ..)| c.id);
    some.dedup_by_key(|(c, ..)| c.id);
    let late: Vec<_> = (60..100).map(|n| customer(&mut d, n)).collect();
    for (i, one) in some.into_iter().chain(late).enumerate() {
        let id = one.0.id;
        world.people.insert(id, one);
        columns.put_customer(&world.people[&id].0, &world.row(id).unwrap());
        if i == 50 {
            columns.settle();
        }
        if d.below(8) == 0 {
            let gone = *world
                .people
                .keys()
                .nth(usize::try_from(d.below(world.people.len() as u64)).unwrap())
                .unwrap();
            world.people.remove(&gone);
            columns.remove(gone);
        }
        // Saved now and then, and taken up again.
        if d.below(40) == 0 {
            columns = super::save::tests::again(&columns);
        }
    }
    prop_assert_eq!(columns.count(), world.people.len());
    let zone = Zone::utc();
    let context =
        Context { now: NOW, zone: &zone, me: Some(Id([2; 16])), views: None, sensitive: true, custom: &[] };
    for _ in 0..40 {
        let text = question(&mut d, 2) + &sort(&mut d);
        let Ok(bound) = query::compile(&text, &schema::CUSTOMERS, &context) else { continue };
        let rows: Vec<CustomerRow<'_>> = world.people.keys().filter_map(|id| world.row(*id)).collect();
        let naive: Vec<Id> = query::select(&bound, rows).iter().map(|r| r.customer.id).collect();
        let mut asked = 0;
        let bits = columns
            .meeting(&bound, |id| {
                asked += 1;
                Ok::<_, Infallible>(query::matches(&bound, &world.row(id).unwrap()))
            })
            .unwrap();
        let ids = |rows: Vec<u32>| rows.into_iter().map(|r| columns.id(r).unwrap()).collect::<Vec<_>>();
        prop_assert_eq!(bits.count(), naive.len(), "{}", &text);
        if bound.sort.as_ref().is_some_and(|s| !columns.can_order(s)) {
            continue;
        }
        let all = columns.ordered(&bits, bound.sort.as_ref());
        prop_assert_eq!(&ids(all.clone()), &naive, "{}", &text);
        for most in [0, 1, 7] {
            let first = ids(columns.first(&bits, bound.sort.as_ref(), most));
            prop_assert_eq!(&first[..], &naive[..most.min(naive.len())], "{}", &text);
        }
        for (i, row) in all.iter().enumerate().step_by(5) {
            prop_assert_eq!(columns.place_of(*row, &bits, bound.sort.as_ref()), i);
        }
        prop_assert!(asked <= naive.len().max(columns.count()));
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn columns_answer_what_the_naive_evaluator_answers(seed: u64, most_codes in prop_oneof![Just(1usize), Just(8), Just(1000)]) {
        agree(seed, most_codes)?;
    }
}

#[test]
fn pages_are_the_beginning_of_the_whole_order_among_many() {
    let mut columns = Columns::new();
    let mut d = Dice(5);
    for n in 0..22_000u64 {
        let mut id = [0; 16];
        id[..8].copy_from_slice(&n.to_be_bytes());
        let c = Customer {
            id: Id(id),
            number: n,
            given: format!("Name {}", d.below(900)),
            created_at: i64::try_from(d.below(3000)).unwrap(),
            ..Customer::default()
        };
        let roster = Roster::default();
        let row = CustomerRow {
            customer: &c,
            organisations: vec![],
            roster: &roster,
            facts: CustomerFacts::default(),
            links: &[],
        };
        columns.put_customer(&c, &row);
    }
    let zone = Zone::utc();
    let context = Context { now: NOW, zone: &zone, me: None, views: None, sensitive: true, custom: &[] };
    for text in ["sort:name", "sort:-created", "sort:created", "number:>100 sort:-name", ""] {
        let bound = query::compile(text, &schema::CUSTOMERS, &context).unwrap();
        let bits = columns.meeting(&bound, |_| Ok::<_, Infallible>(false)).unwrap();
        let all = columns.ordered(&bits, bound.sort.as_ref());
        assert_eq!(columns.first(&bits, bound.sort.as_ref(), 300), all[..300], "{text}");
        for (from, to) in [(0, 10), (290, 300), (4000, 4010), (20_000, 20_100)] {
            let page = columns.page(&bits, bound.sort.as_ref(), from, to);
            assert_eq!(page, all[from.min(all.len())..to.min(all.len())], "{text}");
        }
    }
}

#[test]
fn what_was_erased_is_in_no_column() {
    let mut columns = Columns { most_codes: 2, ..Columns::new() };
    let roster = Roster::default();
    let secret = Customer { id: Id([3; 16]), given: "Verysecret".into(), ..Customer::default() };
    let other = Customer { id: Id([4; 16]), given: "Open".into(), ..Customer::default() };
    for c in [&other, &secret] {
        let row = CustomerRow {
            customer: c,
            organisations: vec![],
            roster: &roster,
            facts: CustomerFacts::default(),
            links: &[],
        };
        columns.put_customer(c, &row);
    }
    columns.remove(secret.id);
    assert_eq!((columns.count(), columns.row(secret.id)), (1, None));
}
