//! Measures full text through the store and the search that the screen uses, and prints JSON.
//!
//! ```sh
//! cargo run --release --example measure_text -- [--messages 50000] [--mails FOLDER] [--json]
//!     [--keep FOLDER] [--only KIND] [--rounds N] [--each]
//! cargo run --release --example measure_text -- --insert 2000 [--step 100]
//! cargo run --release --example measure_text -- --import FILE [--put-off]
//! ```
//!
//! The first mixes messages out of the paragraphs of real ones (every `.mbox` of the folder; invented words where it is not
//! there), keeps them in a store in a file, and times each of the queries once: whole words as often as they occur in the
//! texts, rare ones, words being typed, two and three words of one message, phrases, parts of words, and words that are
//! nowhere; each gives the twenty best with their snippets. It prints p50, p99 and the worst of all and of each kind, by the
//! clock and by the processor. A folder that is kept need not be filled again; `--each` tells every query with its time. The second only inserts, to be run under
//! `valgrind --tool=callgrind --toggle-collect='*Work*changes*'`, which then counts the instructions of postings alone. The third times an
//! import with texts kept, or put off.

use std::{error::Error, path::Path, sync::Arc, time::Instant};

use frontdesk::{
    desk::{
        Command, Desk, Request,
        command::NewAgent,
        search::{Ask, Words, search},
    },
    exchange::{import, mbox},
    mail::parse,
    model::{Id, Kind, Message, Table, Ticket, fold::fold_text},
    store::{Options, RedbStore, Reject, Store, Tx, Weight, records::Work, text},
};
use serde_json::{Value, json};

const NOW: i64 = 1_790_000_000_000;

/// SplitMix64: the same stream each time.
struct Rng(u64);

impl Rng {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % n.max(1) as u64).unwrap_or(0)
    }

    fn pick<'a, T: ?Sized>(&mut self, all: &[&'a T]) -> Option<&'a T> {
        all.get(self.below(all.len())).copied()
    }
}

/// What is said: subjects, senders, and bodies.
struct Said {
    subjects: Vec<String>,
    senders: Vec<(String, String)>,
    bodies: Vec<String>,
}

fn said(folder: &Path) -> Result<Said, Box<dyn Error>> {
    let mut out = Said { subjects: vec![], senders: vec![], bodies: vec![] };
    let mut files: Vec<_> =
        std::fs::read_dir(folder).into_iter().flatten().flatten().map(|e| e.path()).collect();
    files.sort();
    for file in files.iter().filter(|f| f.extension().is_some_and(|e| e == "mbox")) {
        for mail in mbox::open(file)?.flatten() {
            let parsed = parse::parse(&mail.bytes);
            out.subjects.push(parsed.subject.clone());
            let from = parsed.from.clone().unwrap_or_default();
            out.senders.push((from.name.clone(), from.email.clone()));
            out.bodies.push(parsed.body.clone());
        }
    }
    if out.bodies.is_empty() {
        // Invented words, the n-th as often as one in n.
        let mut rng = Rng(5);
        let mut word = move || {
            let n = 40_000usize;
            let rank = n / (1 + rng.below(n));
            format!("w{}", rank * 7 + rng.below(rank.max(1)))
        };
        for _ in 0..1500 {
            out.bodies.push((0..150).map(|_| word()).collect::<Vec<_>>().join(" "));
            out.subjects.push((0..5).map(|_| word()).collect::<Vec<_>>().join(" "));
            out.senders.push((word(), format!("{}@example.org", word())));
        }
    }
    Ok(out)
}

/// The n-th message: as many paragraphs as a real one has, out of several.
fn message(said: &Said, rng: &mut Rng, n: u64) -> Message {
    let own = rng.below(said.bodies.len());
    let length = said.bodies.get(own).map_or(0, String::len);
    let mut body = String::new();
    while body.len() < length {
        let other = said.bodies.get(rng.below(said.bodies.len())).map_or("", String::as_str);
        let paragraphs: Vec<&str> = other.split("\n\n").collect();
        body.push_str(rng.pick(&paragraphs).unwrap_or_default());
        body.push_str("\n\n");
    }
    let (from_name, from) = said.senders.get(own).cloned().unwrap_or_default();
    Message {
        id: id(Kind::Message, n),
        number: n,
        ticket: id(Kind::Ticket, n / 4),
        at: NOW + i64::try_from(n).unwrap_or(0) * 60_000,
        from_name,
        from,
        subject: said.subjects.get(own).cloned().unwrap_or_default(),
        body,
        ..Message::default()
    }
}

fn id(kind: Kind, n: u64) -> Id {
    let mut id = [0; 16];
    let [a, b, c, d, e, f, g, h] = n.to_be_bytes();
    id.copy_from_slice(&[kind.code(), 0, 0, 0, 0, 0, 0, 0, a, b, c, d, e, f, g, h]);
    Id(id)
}

fn fill(store: &dyn Store, said: &Said, messages: u64, step: u64) -> Result<(), Box<dyn Error>> {
    let mut rng = Rng(42);
    let mut n = 0;
    while n < messages {
        let some: Vec<Message> = (n..messages.min(n + step)).map(|n| message(said, &mut rng, n)).collect();
        let op = id(Kind::ImportBatch, n);
        let change = move |tx: &mut dyn Tx| -> Result<(), Reject> {
            let mut work = Work::new(tx);
            for m in &some {
                if m.number % 4 == 0 {
                    let subject = m.subject.clone();
                    work.put(&Ticket { id: m.ticket, number: m.number / 4, subject, ..Ticket::default() })?;
                }
                work.put(m)?;
            }
            work.changes()?;
            Ok(())
        };
        store.write(op, Weight::Heavy, Box::new(change)).map_err(|e| e.to_string())?;
        n += step;
        if n % 10_000 == 0 {
            eprintln!("{n} messages");
        }
    }
    Ok(())
}

/// Queries of every class, out of the texts that were written.
fn queries(said: &Said, messages: u64, each: usize) -> Vec<(&'static str, String)> {
    let mut rng = Rng(42);
    let bodies: Vec<String> = (0..messages).map(|n| fold_text(&message(said, &mut rng, n).body)).collect();
    let mut counts = std::collections::HashMap::new();
    for body in &bodies {
        body.split(|c: char| !c.is_alphanumeric()).for_each(|w| *counts.entry(w).or_insert(0u32) += 1);
    }
    let mut rng = Rng(7);
    let mut out = Vec::new();
    while out.len() < each * 8 {
        let Some(body) = bodies.get(rng.below(bodies.len())) else { break };
        let words: Vec<&str> = body.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).collect();
        let plain: Vec<&str> =
            body.split(' ').filter(|w| w.chars().all(|c| c.is_ascii_alphanumeric())).collect();
        let letters: Vec<&str> =
            words.iter().copied().filter(|w| w.is_ascii() && w.len() > 4 && w.len() < 30).collect();
        let rare: Vec<&str> =
            letters.iter().copied().filter(|w| counts.get(w).is_some_and(|n| *n < 50)).collect();
        let at = rng.below(plain.len());
        let run = |n: usize| plain.get(at..at + n).map(|w| w.join(" ")).filter(|r| body.contains(r.as_str()));
        let (Some(word), Some(long), Some(two), Some(three)) =
            (rng.pick(&words), rng.pick(&letters), run(2), run(3))
        else {
            continue;
        };
        let Some(rare) = rng.pick(&rare) else { continue };
        let (a, b) = (rng.pick(&letters).unwrap_or_default(), rng.pick(&words).unwrap_or_default());
        out.push(("word", word.to_owned()));
        out.push(("rare", rare.to_owned()));
        out.push(("typed", long.chars().take(3 + rng.below(3)).collect()));
        out.push(("two words", format!("{long} {b}")));
        out.push(("three words", format!("{a} {b} {word}")));
        out.push(("phrase", format!("\"{}\"", if rng.below(2) == 0 { two } else { three })));
        out.push(("part", format!("*{}", long.chars().skip(1).take(4).collect::<String>())));
        out.push(("nowhere", format!("{long}qz")));
    }
    out
}

fn of(times: &[(f64, f64)]) -> Value {
    let order = |mut all: Vec<f64>| {
        all.sort_by(f64::total_cmp);
        all
    };
    let (passed, busy) =
        (order(times.iter().map(|t| t.0).collect()), order(times.iter().map(|t| t.1).collect()));
    let ms = |all: &[f64], q: f64| {
        let at = ((all.len() as f64 * q) as usize).min(all.len().saturating_sub(1));
        (all.get(at).copied().unwrap_or_default() * 1e6).round() / 1e3
    };
    json!({
        "queries": times.len(),
        "p50_ms": ms(&passed, 0.5), "p99_ms": ms(&passed, 0.99), "max_ms": ms(&passed, 1.0),
        "cpu_p50_ms": ms(&busy, 0.5), "cpu_p99_ms": ms(&busy, 0.99), "cpu_max_ms": ms(&busy, 1.0),
    })
}

/// The seconds that this thread has been on a processor.
fn on_processor() -> f64 {
    let ran = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    ran.tv_sec as f64 + ran.tv_nsec as f64 / 1e9
}

fn time(store: &dyn Store, queries: &[(String, String)], each: bool) -> Result<Value, Box<dyn Error>> {
    // Of each query the time that passed, and that on the processor: others may use the machine.
    let mut by_class: std::collections::BTreeMap<&str, Vec<(f64, f64)>> = std::collections::BTreeMap::new();
    let mut slowest = (0.0, "");
    let mut found = 0;
    for (class, query) in queries {
        let (begun, busy) = (Instant::now(), on_processor());
        let Ok(words) = Words::parse(query) else { continue };
        let ask = Ask { limit: 20, ..Ask::default() };
        let hits = store.view(|v| search(v, &words, ask))??;
        let (passed, took) = (begun.elapsed().as_secs_f64(), on_processor() - busy);
        found += usize::from(!hits.is_empty());
        if each {
            eprintln!("{:8.3} ms  {:3}  {class:11}  {query}", took * 1e3, hits.len());
        }
        by_class.entry(class).or_default().push((passed, took));
        if took > slowest.0 {
            slowest = (took, query.as_str());
        }
    }
    let all: Vec<(f64, f64)> = by_class.values().flatten().copied().collect();
    let mut out = of(&all);
    let classes: serde_json::Map<String, Value> =
        by_class.iter().map(|(class, times)| ((*class).to_owned(), of(times))).collect();
    if let Some(o) = out.as_object_mut() {
        o.insert("found".into(), found.into());
        o.insert("slowest".into(), slowest.1.into());
        o.insert("classes".into(), classes.into());
    }
    Ok(out)
}

fn user_seconds() -> f64 {
    // The fourteenth field of the line, in hundredths of a second (Linux).
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after = stat.rsplit(')').next().unwrap_or_default();
    after.split_whitespace().nth(11).and_then(|t| t.parse::<f64>().ok()).unwrap_or_default() / 100.0
}

fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let option = |name: &str| args.iter().skip_while(|a| *a != name).nth(1).cloned();
    let kept = option("--keep").map(std::path::PathBuf::from);
    let dir = kept
        .clone()
        .unwrap_or_else(|| std::env::temp_dir().join(format!("measure_text.{}", std::process::id())));
    let path = dir.join("desk.redb");
    let is_there = path.exists();
    let store = Arc::new(RedbStore::open(&Options::at(&path).or_create(Id([9; 16]), NOW))?);
    let folder = option("--mails")
        .unwrap_or_else(|| concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data/mail_lists").to_owned());
    let whole: &dyn Store = &*store;
    let report = if let Some(file) = option("--import") {
        let desk = Desk::new(store.clone());
        let owner = NewAgent { name: "Dana".into(), ..NewAgent::default() };
        let started =
            desk.run(Request::new(Id([1; 16]), Id::NIL, NOW, Command::Start { workspace: vec![], owner }))?;
        let dana = started.created.first().map(|(_, id)| *id).ok_or("there are no agents")?;
        let put_off = args.iter().any(|a| a == "--put-off");
        if put_off {
            let change = |tx: &mut dyn Tx| -> Result<(), Reject> {
                text::put_off(tx)?;
                Ok(())
            };
            whole.write(Id([3; 16]), Weight::Heavy, Box::new(change)).map_err(|e| e.to_string())?;
        }
        let (begun, user) = (Instant::now(), user_seconds());
        let options = import::Options { files: vec![file.into()], ..import::Options::default() };
        let report = import::run(&desk, dana, Id([2; 16]), NOW, &options, &mut |_| true)?;
        json!({
            "texts": if put_off { "put off" } else { "kept" },
            "rows": report.tally.read,
            "seconds": begun.elapsed().as_secs_f64(),
            "user_seconds": user_seconds() - user,
            "store_bytes": std::fs::metadata(&path)?.len(),
        })
    } else if let Some(n) = option("--insert") {
        let step = option("--step").and_then(|s| s.parse().ok()).unwrap_or(1);
        fill(whole, &said(Path::new(&folder))?, n.parse()?, step)?;
        json!({ "messages": n, "step": step })
    } else {
        let n = option("--messages").and_then(|n| n.parse().ok()).unwrap_or(50_000u64);
        let begun = Instant::now();
        let asked = dir.join("queries.json");
        if !is_there {
            let said = said(Path::new(&folder))?;
            fill(whole, &said, n, 100)?;
            std::fs::write(&asked, serde_json::to_vec(&queries(&said, n, 250))?)?;
        }
        let filled = begun.elapsed().as_secs_f64();
        let mut queries: Vec<(String, String)> = serde_json::from_slice(&std::fs::read(&asked)?)?;
        if let Some(only) = option("--only") {
            queries.retain(|(class, _)| *class == only);
        }
        let rounds = option("--rounds").and_then(|n| n.parse().ok()).unwrap_or(1);
        let queries: Vec<(String, String)> = std::iter::repeat_n(queries, rounds).flatten().collect();
        let sizes = whole.view(|v| {
            let mut out = serde_json::Map::new();
            for table in Table::ALL.iter().copied().filter(|t| t.is_text() || *t == Table::Message) {
                let (mut rows, mut bytes) = (0u64, 0usize);
                v.scan(table, &Default::default(), frontdesk::store::Scan::Forward, &mut |k, v| {
                    rows += 1;
                    bytes += k.len() + v.len();
                    true
                })?;
                out.insert(table.name().to_owned(), json!({ "rows": rows, "bytes": bytes }));
            }
            Ok(out)
        })?;
        let times = time(whole, &queries, args.iter().any(|a| a == "--each"))?;
        json!({ "messages": n, "fill_s": filled, "tables": sizes, "search": times })
    };
    println!("{report}");
    drop(store);
    if kept.is_none() {
        std::fs::remove_dir_all(&dir)?;
    }
    Ok(())
}
