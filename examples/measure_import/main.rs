//! Measures an import of contacts through the product: every row matched, merged, logged, chained, durable.
//!
//! ```sh
//! cargo run --release --example measure_import -- contacts.csv [--dry-run] [--again] [--revert] [--no-peer]
//! ```
//!
//! Prints one JSON object: for each thing done its rows, seconds, seconds of user and system time, and the most memory
//! in use (Linux). The peer is SQLite taking in the same file with the same indexes, as its shell's `.import` would, in
//! one transaction: it does no matching, and keeps no log.

mod peer;

use std::{error::Error, path::Path, sync::Arc, time::Instant};

use frontdesk::{
    desk::{Command, Desk, Request, command::NewAgent},
    exchange::import,
    model::Id,
    store::{Options, RedbStore},
};
use serde_json::{Map, Value, json};

const NOW: i64 = 1_790_000_000_000;

fn main() -> Result<(), Box<dyn Error>> {
    let (flags, files): (Vec<String>, Vec<String>) =
        std::env::args().skip(1).partition(|a| a.starts_with("--"));
    let file = files.first().ok_or("which file?")?;
    let dir = std::env::temp_dir().join(format!("measure_import.{}", std::process::id()));
    let measured = measure(file, &dir, &|flag| flags.iter().any(|f| f == flag));
    std::fs::remove_dir_all(&dir)?;
    println!("{}", serde_json::to_string_pretty(&measured?)?);
    Ok(())
}

fn measure(file: &str, dir: &Path, asked: &dyn Fn(&str) -> bool) -> Result<Value, Box<dyn Error>> {
    let path = dir.join("desk.redb");
    let options =
        Options { cache_bytes: import::CACHE_BYTES, ..Options::at(&path).or_create(Id([9; 16]), NOW) };
    let desk = Desk::new(Arc::new(RedbStore::open(&options)?));
    let owner = NewAgent { name: "Dana".into(), ..NewAgent::default() };
    let started =
        desk.run(Request::new(Id([1; 16]), Id::NIL, NOW, Command::Start { workspace: vec![], owner }))?;
    let dana = started.created.first().map(|(_, id)| *id).ok_or("there are no agents")?;
    let mut out = Map::new();
    let take = |seed: u8, dry_run: bool| -> Result<(import::Report, Value), Box<dyn Error>> {
        let scratch = Some(dir.to_owned());
        let options =
            import::Options { files: vec![file.into()], dry_run, scratch, ..import::Options::default() };
        let (report, cost) = cost(|| {
            import::run(&desk, dana, Id([seed; 16]), NOW, &options, &mut |p| {
                eprint!("\r{} rows ", p.tally.read);
                true
            })
        })?;
        eprintln!();
        let t = report.tally;
        let what = json!({
            "rows": t.read, "created": t.created, "updated": t.updated,
            "unchanged": t.unchanged, "rejected": t.rejected, "cost": cost,
        });
        Ok((report, what))
    };
    if asked("--dry-run") {
        out.insert("dry_run".into(), take(2, true)?.1);
    }
    let (report, what) = take(3, false)?;
    out.insert("import".into(), what);
    out.insert("store_bytes".into(), std::fs::metadata(&path)?.len().into());
    if asked("--again") {
        out.insert("again".into(), take(4, false)?.1);
    }
    if let (true, Some(batch)) = (asked("--revert"), report.batch) {
        let (reverted, cost) =
            cost(|| import::revert(&desk, dana, Id([5; 16]), NOW, &batch, &mut |_, _| true))?;
        let what = json!({ "records": reverted.records, "kept": reverted.kept.len(), "cost": cost });
        out.insert("revert".into(), what);
    }
    if !asked("--no-peer") {
        let (rows, cost) = cost(|| peer::import(Path::new(file), &dir.join("peer.sqlite")))?;
        let seconds = |v: Option<&Value>| v.and_then(|c| c.get("seconds")).and_then(Value::as_f64);
        let ours = seconds(out.get("import").and_then(|i| i.get("cost"))).unwrap_or_default();
        let ratio = ours / seconds(Some(&cost)).unwrap_or(f64::NAN);
        out.insert("sqlite".into(), json!({ "rows": rows, "cost": cost }));
        out.insert("times_sqlite".into(), ratio.into());
    }
    Ok(Value::Object(out))
}

/// What something costs: seconds on the clock and of the processor, and memory at its height.
fn cost<R, E>(f: impl FnOnce() -> Result<R, E>) -> Result<(R, Value), E> {
    // From here on the peak is counted again; where that cannot be, it is that of the whole run.
    let _ = std::fs::write("/proc/self/clear_refs", "5");
    let (clock, before) = (Instant::now(), spent());
    let done = f()?;
    let (seconds, after) = (clock.elapsed().as_secs_f64(), spent());
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|l| l.strip_prefix("VmHWM:")).unwrap_or_default();
    let kib: u64 = peak.trim().trim_end_matches(" kB").parse().unwrap_or_default();
    let (user, system) = (after.0 - before.0, after.1 - before.1);
    Ok((done, json!({ "seconds": seconds, "user": user, "system": system, "peak_mib": kib / 1024 })))
}

/// Seconds of user and system time of this process so far.
fn spent() -> (f64, f64) {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // Fields 14 and 15, in hundredths; the name before them may contain anything up to its last bracket.
    let mut fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace().skip(11);
    let mut next = || fields.next().and_then(|f| f.parse::<f64>().ok()).unwrap_or_default() / 100.0;
    (next(), next())
}
