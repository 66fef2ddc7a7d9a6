//! Times find, keystroke by keystroke, and prints JSON: `measure_find [N] [--tsv FILE] [--sessions FILE] [--labelled FILE]`.
//!
//! Without a file it invents N contacts (20,000 unless said). A contacts file has a contact a line, parted by tabs: given
//! name, family name, company, e-mail, phone, days since contact, open tickets. A sessions file has class and query a
//! line; a labelled file class, query, the line number of the contact meant (from 0), and what counts as it.

use std::{error::Error, time::Instant};

use frontdesk::{
    index::{Arena, Contact, FieldKind, Finder},
    model::{Id, fold::fold},
};
use serde_json::json;

const DAY_MS: i64 = 24 * 60 * 60 * 1000;
const NOW: i64 = 1_790_000_000_000;

const GIVEN: &[&str] = &[
    "Ada", "Ben", "Chloé", "Dmitri", "Eva", "Farid", "Grace", "Hans", "Inês", "John", "Kofi", "Lena",
    "María", "Nils", "Olga", "Pavel", "Quinn", "Renée", "Siobhán", "Tomás", "Uwe", "Vera", "Wei", "Ximena",
    "Yuki", "Zoë",
];
const FAMILY: &[&str] =
    &["Smi", "Weiß", "Gar", "Mül", "Kow", "O'Ne", "Sok", "Hea", "Lin", "Ander", "Fer", "Nak", "Bau"];
const ENDS: &[&str] =
    &["th", "cia", "ler", "alski", "il", "olov", "thews", "dberg", "son", "reira", "amura", "mann", "er"];
const COMPANIES: &[&str] =
    &["Northern", "Blue", "Summit", "Pioneer", "Golden", "Evergreen", "Rapid", "Apex", "Quantum"];
const TRADES: &[&str] =
    &["Logistics", "Foods", "Medical", "Energy", "Freight", "Bakery", "Design", "Software", "Tools"];

/// The people to find: what they are called as well, to judge answers by.
struct People {
    arena: Arena,
    names: Vec<String>,
}

impl People {
    fn add(&mut self, [given, family, company, email, phone]: [&str; 5], days: i64, open: u16) {
        let n = self.names.len() as u64;
        let mut id = [0; 16];
        id.iter_mut().zip((n + 1).to_be_bytes()).for_each(|(to, b)| *to = b);
        let contacted = NOW - days * DAY_MS;
        let mut c = Contact { id: Id(id), number: n, contacted, open, ..Contact::default() };
        let name = format!("{given} {family}");
        c.add(FieldKind::Name, &name);
        c.add(FieldKind::Organisation, company);
        c.add(FieldKind::Email, email);
        c.add_phone(phone, "");
        self.arena.put(&c);
        self.names.push(fold(&name));
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let option = |name: &str| args.iter().skip_while(|a| *a != name).nth(1);
    let n: usize = args.first().and_then(|a| a.parse().ok()).unwrap_or(20_000);

    let begun = Instant::now();
    let mut people = People { arena: Arena::new(), names: Vec::new() };
    people.arena.set_now(NOW);
    match option("--tsv") {
        Some(path) => read(&mut people, &std::fs::read_to_string(path)?),
        None => invent(&mut people, n),
    }
    let put = begun.elapsed();
    let begun = Instant::now();
    let sorted = people.arena.sorted();
    people.arena.settle(sorted);
    let sort = begun.elapsed();

    let queries = match option("--sessions") {
        Some(path) => std::fs::read_to_string(path)?
            .lines()
            .filter_map(|l| l.split_once('\t').map(|(_, q)| q.to_owned()))
            .collect(),
        None => people.names.iter().step_by(people.names.len() / 100 + 1).cloned().collect::<Vec<_>>(),
    };
    let mut micros = Vec::new();
    let mut slowest = (0, String::new());
    for q in &queries {
        for (at, c) in q.char_indices() {
            let typed = q.get(..at + c.len_utf8()).unwrap_or(q);
            let begun = Instant::now();
            let found = people.arena.find(typed, Id::NIL, 50);
            let took = u64::try_from(begun.elapsed().as_micros())?;
            std::hint::black_box(found);
            slowest = slowest.max((took, typed.to_owned()));
            micros.push(took);
        }
    }
    micros.sort_unstable();
    let at = |p: usize| micros.get((micros.len().max(1) - 1) * p / 100).copied().unwrap_or(0);
    let mut out = json!({
        "contacts": people.arena.len(),
        "keystrokes": micros.len(),
        "micros": { "p50": at(50), "p90": at(90), "p99": at(99), "max": slowest.0, "slowest": slowest.1 },
        "load_ms": { "put": put.as_millis(), "sort": sort.as_millis() },
    });
    if let Some(path) = option("--labelled")
        && let Some(out) = out.as_object_mut()
    {
        out.insert("recall".into(), recall(&people, &std::fs::read_to_string(path)?));
    }
    println!("{out:#}");
    Ok(())
}

/// How often the one meant, or one of the same name, came first and among the first ten, by class.
fn recall(people: &People, labelled: &str) -> serde_json::Value {
    let mut classes = std::collections::BTreeMap::<String, [usize; 3]>::new();
    for line in labelled.lines() {
        let mut cells = line.split('\t');
        let (Some(class), Some(query), Some(meant)) = (cells.next(), cells.next(), cells.next()) else {
            continue;
        };
        let Some(name) = meant.parse::<usize>().ok().and_then(|i| people.names.get(i)) else { continue };
        let found = people.arena.find(query, Id::NIL, 10).hits;
        let right = |h: &frontdesk::index::Hit| h.number.to_string() == meant || fold(&h.name) == *name;
        for class in [class, "all"] {
            let [n, first, ten] = classes.entry(class.to_owned()).or_default();
            *n += 1;
            *first += usize::from(found.first().is_some_and(right));
            *ten += usize::from(found.iter().any(right));
        }
    }
    let share = |a: usize, n: usize| (a * 1000 / n.max(1)) as f64 / 1000.0;
    classes.into_iter().map(|(c, [n, first, ten])| (c, json!([share(first, n), share(ten, n)]))).collect()
}

fn read(people: &mut People, text: &str) {
    for line in text.lines() {
        let mut cells = line.split('\t');
        let mut next = || cells.next().unwrap_or_default();
        let texts = [next(), next(), next(), next(), next()];
        people.add(texts, next().parse().unwrap_or(0), next().parse().unwrap_or(0));
    }
}

/// The same people each time: a small congruential generator (Knuth, MMIX) picks them.
fn invent(people: &mut People, n: usize) {
    let mut state = 42u64;
    let mut pick = |of: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap_or(0) % of.max(1)
    };
    for _ in 0..n {
        let mut word = |from: &[&'static str]| from.get(pick(from.len())).copied().unwrap_or_default();
        let (given, start, end) = (word(GIVEN), word(FAMILY), word(ENDS));
        let company = format!("{} {}", word(COMPANIES), word(TRADES));
        let family = format!("{start}{end}");
        let email = format!("{}.{}@{}.example", fold(given), fold(&family), fold(&company).replace(' ', "-"));
        let phone = format!("+1-{:03}-555-{:04}", 200 + pick(700), pick(10_000));
        people.add([given, &family, &company, &email, &phone], pick(400) as i64, pick(4) as u16);
    }
}
