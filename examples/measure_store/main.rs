//! Measures the store against SQLite in the same run: the same records, the same index rows, the same durability.
//!
//! ```sh
//! cargo run --release --example measure_store -- [--customers N] [--updates N] [--dir FOLDER]
//! ```
//!
//! Prints one JSON object: for each thing measured our figure, the peer's, and the ratio (above 1: we are the faster, or
//! the smaller). SQLite writes a WAL with `synchronous=FULL`, has tables `WITHOUT ROWID` as ours are clustered, prepared
//! statements, and as many bytes for pages. Both commit to a file of the same folder, turn by turn, so that whatever
//! else the machine does meets both.

mod ours;
mod peer;
mod rows;

use std::{
    error::Error,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Instant,
};

use serde_json::{Map, Value, json};

use ours::Ours;
use peer::Peer;

type Res<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// Customers of one transaction of the load.
const AT_ONCE: u64 = 10_000;

/// What is measured on both sides.
trait Side: Sized {
    /// Opens a file, making it where there is none.
    fn open(path: &Path) -> Res<Self>;
    /// Adds customers in one transaction.
    fn add(&self, from: u64, to: u64) -> Res<()>;
    /// Adds one customer and makes that durable.
    fn add_one(&self, n: u64) -> Res<()>;
    /// Reads customers by their ids, as bytes, in one read transaction; gives how many bytes.
    fn read(&self, which: &[u64]) -> Res<usize>;
    /// Reads fifty customers in the order of their names, from a name on.
    fn page(&self, from: &str) -> Res<usize>;
    /// Reads and decodes every customer; gives how many.
    fn scan(&self) -> Res<u64>;
}

fn main() -> Res<()> {
    let mut args = std::env::args().skip(1);
    let (mut customers, mut updates, mut folder) = (1_000_000u64, 100_000u64, std::env::temp_dir());
    while let Some(arg) = args.next() {
        let value = args.next().ok_or("a value is missing")?;
        match arg.as_str() {
            "--customers" => customers = value.parse()?,
            "--updates" => updates = value.parse()?,
            "--dir" => folder = PathBuf::from(value),
            // A separate process that writes until it is killed.
            "--write-ours" => return write_on::<Ours>(Path::new(&value)),
            "--write-peer" => return write_on::<Peer>(Path::new(&value)),
            other => return Err(format!("what is {other}?").into()),
        }
    }
    let folder = folder.join(format!("measure_store.{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let measured = measure(customers, updates, &folder);
    std::fs::remove_dir_all(&folder)?;
    println!("{}", serde_json::to_string_pretty(&measured?)?);
    Ok(())
}

fn measure(customers: u64, updates: u64, folder: &Path) -> Res<Value> {
    let (our_file, peer_file) = (folder.join("desk.redb"), folder.join("peer.sqlite"));
    let mut out = Map::new();
    out.insert("customers".into(), customers.into());
    let (a, b) = (Ours::open(&our_file)?, Peer::open(&peer_file)?);

    say("load");
    let load = turns(customers.div_ceil(AT_ONCE), |i| {
        let (from, to) = (i * AT_ONCE, ((i + 1) * AT_ONCE).min(customers));
        Ok((time(|| a.add(from, to))?, time(|| b.add(from, to))?))
    })?;
    out.insert("load_seconds".into(), seconds(load));

    say("single commits");
    let each = 50;
    let singles = turns(10, |round| {
        let from = customers + round * each;
        let ours = time(|| (from..from + each).try_for_each(|n| a.add_one(n)))?;
        Ok((ours, time(|| (from..from + each).try_for_each(|n| b.add_one(n)))?))
    })?;
    let per_second = |n: u64, s: f64| n as f64 / s.max(f64::EPSILON);
    let single = (per_second(10 * each, singles.0), per_second(10 * each, singles.1));
    out.insert("single_commits_per_second".into(), rates(single));

    say("64 writers");
    let grouped = turns(5, |round| {
        let from = customers + 10_000 + round * 6400;
        let ours = time(|| a.add_grouped(from, 64, 100))?;
        let peer = time(|| (from..from + each).try_for_each(|n| b.add_one(n)))?;
        // The rest, so that both contain the same.
        b.add(from + each, from + 6400)?;
        Ok((ours, peer))
    })?;
    let grouped = (per_second(5 * 6400, grouped.0), per_second(5 * each, grouped.1));
    out.insert("grouped_commits_per_second_against_single".into(), rates(grouped));

    say("reads");
    let mut random = rows::Random(7);
    let which: Vec<Vec<u64>> =
        (0..200).map(|_| (0..1000).map(|_| random.below(customers)).collect()).collect();
    let reads = |at_once: usize| -> Res<Value> {
        let spent = turns(which.len() as u64, |i| {
            let some = which.get(i as usize).map(Vec::as_slice).unwrap_or_default();
            let mut bytes = (0, 0);
            let ours = time(|| some.chunks(at_once).try_for_each(|c| a.read(c).map(|n| bytes.0 += n)))?;
            let peer = time(|| some.chunks(at_once).try_for_each(|c| b.read(c).map(|n| bytes.1 += n)))?;
            if bytes.0 == bytes.1 {
                Ok((ours, peer))
            } else {
                Err(format!("not the same rows: {bytes:?}").into())
            }
        })?;
        let n = which.len() as u64 * 1000;
        Ok(rates((per_second(n, spent.0), per_second(n, spent.1))))
    };
    out.insert("point_reads_per_second".into(), reads(1000)?);
    out.insert("point_reads_alone_per_second".into(), reads(1)?);

    say("pages");
    let pages = turns(2000, |_| {
        let name = rows::name(random.below(customers));
        let mut bytes = (0, 0);
        let ours = time(|| a.page(&name).map(|n| bytes.0 = n))?;
        let peer = time(|| b.page(&name).map(|n| bytes.1 = n))?;
        if bytes.0 == bytes.1 {
            Ok((ours, peer))
        } else {
            Err(format!("not the same page: {bytes:?}").into())
        }
    })?;
    out.insert(
        "pages_of_50_per_second".into(),
        rates((per_second(2000, pages.0), per_second(2000, pages.1))),
    );

    say("scan");
    let mut counted = (0, 0);
    let scan = (time(|| a.scan().map(|n| counted.0 = n))?, time(|| b.scan().map(|n| counted.1 = n))?);
    out.insert(
        "scan_rows_per_second".into(),
        rates((per_second(counted.0, scan.0), per_second(counted.1, scan.1))),
    );

    drop((a, b));
    out.insert("file_bytes".into(), sizes((size(&our_file)?, size(&peer_file)?)));

    say("opening");
    let opened = (opening::<Ours>(&our_file)?, opening::<Peer>(&peer_file)?);
    out.insert("open_after_close_seconds".into(), seconds(opened));
    kill("--write-ours", &our_file)?;
    kill("--write-peer", &peer_file)?;
    let opened = (opening::<Ours>(&our_file)?, opening::<Peer>(&peer_file)?);
    out.insert("open_after_kill_seconds".into(), seconds(opened));

    say("updates");
    let before = (size(&our_file)?, size(&peer_file)?);
    let (a, b) = (Ours::open(&our_file)?, Peer::open(&peer_file)?);
    let held = a.row_bytes()?;
    let spent = (time(|| a.update(updates, customers))?, time(|| b.update(updates, customers))?);
    let content = a.row_bytes()?;
    drop((a, b));
    let growth = |before: u64, after: u64| after as f64 / before.max(1) as f64;
    out.insert(
        "updates".into(),
        json!({
            "n": updates,
            "growth": growth(before.0, size(&our_file)?),
            "growth_of_rows": growth(held, content),
            "peer_growth": growth(before.1, size(&peer_file)?),
            "per_second": rates((per_second(updates, spent.0), per_second(updates, spent.1))),
        }),
    );
    Ok(Value::Object(out))
}

/// Time spent by either side over some turns.
fn turns(n: u64, mut one: impl FnMut(u64) -> Res<(f64, f64)>) -> Res<(f64, f64)> {
    let mut sum = (0.0, 0.0);
    for i in 0..n {
        let (ours, peer) = one(i)?;
        sum = (sum.0 + ours, sum.1 + peer);
    }
    Ok(sum)
}

fn time(f: impl FnOnce() -> Res<()>) -> Res<f64> {
    let clock = Instant::now();
    f()?;
    Ok(clock.elapsed().as_secs_f64())
}

/// Opening a file until the first read is answered.
fn opening<S: Side>(path: &Path) -> Res<f64> {
    time(|| S::open(path)?.read(&[0]).map(|_| ()))
}

/// Adds customers individually, reporting the first, until it is killed.
fn write_on<S: Side>(path: &Path) -> Res<()> {
    let side = S::open(path)?;
    for n in 1 << 40.. {
        side.add_one(n)?;
        println!("{n}");
    }
    Ok(())
}

/// Lets a separate process write, and kills it halfway.
fn kill(how: &str, path: &Path) -> Res<()> {
    let mut child =
        Command::new(std::env::current_exe()?).arg(how).arg(path).stdout(Stdio::piped()).spawn()?;
    let said = BufReader::new(child.stdout.take().ok_or("it does not speak")?);
    let written = said.lines().take(200).filter(Result::is_ok).count();
    child.kill()?;
    child.wait()?;
    if written == 200 { Ok(()) } else { Err("it did not write".into()) }
}

fn size(path: &Path) -> Res<u64> {
    Ok(std::fs::metadata(path)?.len())
}

fn pair(ours: f64, peer: f64, ratio: f64) -> Value {
    let short = |v: f64| (v * 1e4).round() / 1e4;
    json!({ "ours": short(ours), "sqlite": short(peer), "ratio": short(ratio) })
}

/// Less is better.
fn seconds((ours, peer): (f64, f64)) -> Value {
    pair(ours, peer, peer / ours)
}

/// More is better.
fn rates((ours, peer): (f64, f64)) -> Value {
    pair(ours.round(), peer.round(), ours / peer)
}

/// Less is better.
fn sizes((ours, peer): (u64, u64)) -> Value {
    pair(ours as f64, peer as f64, peer as f64 / ours as f64)
}

fn say(what: &str) {
    eprintln!("{what} …");
}
