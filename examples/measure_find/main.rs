//! Measures find: `measure_find -- --customers 1000000 [--data DIR] [--peer-sessions N] [--json]`.
//!
//! DIR contains `contacts.tsv` (given name, family name, company, e-mail, phone, days since contact, open tickets),
//! `sessions.tsv` (class, query) and `labelled.tsv` (class, query, line of the contact meant from 0, what counts as it).
//! Without it people are invented. Each keystroke of the sessions is timed once, one after the other; `cpu_…` is the time
//! that the thread itself ran, which other work on the machine does not disturb. The peers are asked the same keystrokes
//! of N sessions, with two threads where ours has one.

mod data;
mod peers;
mod recall;

use std::{error::Error, path::Path, time::Instant};

use frontdesk::{
    find::{Book, Finder, snapshot},
    model::Id,
};
use serde_json::{Map, Value, json};

use data::{NOW, Person, contact};

/// How many are shown.
const TOP: usize = 50;

fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let option = |name: &str| args.iter().skip_while(|a| *a != name).nth(1);
    let n: usize = option("--customers").map_or(Ok(1_000_000), |n| n.parse())?;
    let sessions: usize = option("--peer-sessions").map_or(Ok(8), |n| n.parse())?;
    let set = match option("--data") {
        Some(dir) => data::read(Path::new(dir), n)?,
        None => data::invent(n),
    };
    let mut out = Map::new();
    let mut put = |name: &str, value: Value| out.insert(name.into(), value);

    let begun = Instant::now();
    let one = |i: usize| set.people.get(i).map(|p| contact(i, p)).unwrap_or_default();
    let mut book = Book::of(NOW, set.people.len(), &one);
    put("customers", book.len().into());
    put("build_s", rounded(begun.elapsed().as_secs_f64()));
    put("bytes_per_customer", (book.bytes() / book.len().max(1)).into());

    for (name, value) in saved(&book)? {
        put(name, value);
    }

    let keystrokes = data::keystrokes(&set.sessions);
    put("keystrokes", keystrokes.len().into());
    book.find("warm up", Id::NIL, TOP);
    let mut times = Times::default();
    for typed in &keystrokes {
        times.time(typed, || drop(std::hint::black_box(book.find(typed, Id::NIL, TOP))));
    }
    times.report("", &mut put);
    let mut strict = Times::default();
    for typed in &keystrokes {
        strict.time(typed, || drop(std::hint::black_box(book.find_as_typed(typed, Id::NIL, TOP))));
    }
    put("p99_strict_ms", rounded(strict.wall(99)));
    put("cpu_p99_strict_ms", rounded(strict.cpu(99)));
    put("slowest_strict", strict.worst());

    let classes = recall::judge(&book, &set);
    for (name, pick) in [("clean", false), ("typos", true)] {
        let (first, ten) = recall::share(&classes, |class| class.starts_with("typo") == pick);
        put(&format!("recall1_{name}"), rounded(first));
        put(&format!("recall10_{name}"), rounded(ten));
    }
    put("classes", recall::table(&classes));
    if args.iter().any(|a| a == "--misses") {
        recall::misses(&book, &set);
    }

    if let Some(step) = set.sessions.len().checked_div(sessions) {
        let step = step.max(1);
        let some: Vec<String> = set.sessions.iter().step_by(step).cloned().collect();
        for (name, value) in peers::ratios(&set.people, &data::keystrokes(&some), &book) {
            put(&name, value);
        }
    }

    let mut inserts = Times::default();
    for (i, p) in set.people.iter().enumerate().step_by(set.people.len() / 40_000 + 1) {
        // Half are new, half are edits.
        let at = if i % 2 == 0 { i } else { set.people.len() + i };
        let changed = Person { email: format!("new.{}", p.email), ..p.clone() };
        let c = contact(at, &changed);
        inserts.time("", || book.put(&c));
    }
    put("insert_max_ms", rounded(inserts.wall(100)));
    put("cpu_insert_max_ms", rounded(inserts.cpu(100)));
    put("cpu_insert_p50_us", rounded(inserts.cpu(50) * 1000.0));
    let out = Value::Object(out);
    println!("{}", if args.iter().any(|a| a == "--json") { out.to_string() } else { format!("{out:#}") });
    Ok(())
}

/// What it costs to save the index and to have it back: the best of three, the file being in the cache of the system.
fn saved(book: &Book) -> Result<Vec<(&'static str, Value)>, Box<dyn Error>> {
    let about = snapshot::About { store: Id::NIL, generation: 0, cursor: 0, row: [0; 32] };
    let mut file = tempfile::tempfile()?;
    let (mut save, mut first, mut load, mut cpu) = (f64::MAX, f64::MAX, f64::MAX, f64::MAX);
    for _ in 0..3 {
        let begun = Instant::now();
        snapshot::write(book, about, &mut file, &|| false)?;
        save = save.min(begun.elapsed().as_secs_f64() * 1e3);
        let (begun, ran) = (Instant::now(), process_ms());
        let (mut back, mut early) = (Book::new(), f64::MAX);
        snapshot::Snapshot::open(&file)?.read_into(&mut back, &mut |_| {
            early = early.min(begun.elapsed().as_secs_f64() * 1e3);
        })?;
        load = load.min(begun.elapsed().as_secs_f64() * 1e3);
        cpu = cpu.min(process_ms() - ran);
        first = first.min(early);
        assert_eq!(back.len(), book.len());
    }
    Ok(vec![
        ("save_ms", rounded(save)),
        ("load_ms", rounded(load)),
        ("cpu_load_ms", rounded(cpu)),
        ("load_first_block_ms", rounded(first)),
        ("saved_bytes", file.metadata()?.len().into()),
    ])
}

/// What each of many calls took, in milliseconds.
#[derive(Default)]
struct Times {
    wall: Vec<f64>,
    cpu: Vec<f64>,
    slowest: Vec<(f64, String)>,
}

impl Times {
    fn time(&mut self, what: &str, f: impl FnOnce()) {
        let (cpu, wall) = (thread_ms(), Instant::now());
        f();
        let (wall, cpu) = (wall.elapsed().as_secs_f64() * 1e3, thread_ms() - cpu);
        self.wall.push(wall);
        self.cpu.push(cpu);
        self.slowest.push((cpu, what.to_owned()));
    }

    fn wall(&self, percent: usize) -> f64 {
        quantile(&self.wall, percent)
    }

    fn cpu(&self, percent: usize) -> f64 {
        quantile(&self.cpu, percent)
    }

    fn report(&mut self, prefix: &str, put: &mut impl FnMut(&str, Value) -> Option<Value>) {
        for (name, percent) in [("p50", 50), ("p99", 99), ("max", 100)] {
            put(&format!("{prefix}{name}_ms"), rounded(self.wall(percent)));
            put(&format!("{prefix}cpu_{name}_ms"), rounded(self.cpu(percent)));
        }
        put(&format!("{prefix}slowest"), self.worst());
    }

    fn worst(&mut self) -> Value {
        self.slowest.sort_by(|a, b| b.0.total_cmp(&a.0));
        self.slowest.iter().take(12).map(|(ms, what)| json!([what, rounded(*ms)])).collect()
    }
}

fn quantile(times: &[f64], percent: usize) -> f64 {
    let mut sorted = times.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len().saturating_sub(1) * percent / 100).copied().unwrap_or(0.0)
}

fn thread_ms() -> f64 {
    let t = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    t.tv_sec as f64 * 1e3 + t.tv_nsec as f64 / 1e6
}

/// What all threads ran.
fn process_ms() -> f64 {
    let t = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    t.tv_sec as f64 * 1e3 + t.tv_nsec as f64 / 1e6
}

fn rounded(n: f64) -> Value {
    json!((n * 1000.0).round() / 1000.0)
}
