//! Measures an import through the product: every row matched, merged, logged, durable.
//!
//! ```sh
//! cargo run --release --example measure_import -- contacts.csv [--json]
//! ```
//!
//! Prints rows, seconds, rows a second, the store's size in bytes and the most memory in use (Linux, KiB).

use std::{sync::Arc, time::Instant};

use frontdesk::{
    desk::{Command, Desk, Request, command::NewAgent},
    exchange::import,
    model::Id,
    store::{Options, RedbStore},
};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let file = std::env::args().nth(1).ok_or("which file?")?;
    let dir = std::env::temp_dir().join(format!("measure_import.{}", std::process::id()));
    let path = dir.join("desk.redb");
    let now = 1_790_000_000_000;
    let desk = Desk::new(Arc::new(RedbStore::open(&Options::at(&path).or_create(Id([9; 16]), now))?));
    let owner = NewAgent { name: "Dana".into(), ..NewAgent::default() };
    let started =
        desk.run(Request::new(Id([1; 16]), Id::NIL, now, Command::Start { workspace: vec![], owner }))?;
    let dana = started.created.first().map(|(_, id)| *id).ok_or("nobody works here")?;

    let clock = Instant::now();
    let options = import::Options { files: vec![file.into()], ..import::Options::default() };
    let report = import::run(&desk, dana, Id([2; 16]), now, &options, &mut |p| {
        if p.tally.read % 50_000 == 0 {
            eprintln!("{} rows, {:.1} s", p.tally.read, clock.elapsed().as_secs_f64());
        }
        true
    })?;
    let seconds = clock.elapsed().as_secs_f64();
    let rows = report.tally.read;
    let bytes = std::fs::metadata(&path)?.len();
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|l| l.strip_prefix("VmHWM:")).unwrap_or("").trim().to_owned();
    println!(
        "{{\"rows\":{rows},\"seconds\":{seconds:.2},\"store_bytes\":{bytes},\"peak_memory\":\"{peak}\"}}"
    );
    std::fs::remove_dir_all(&dir)?;
    Ok(())
}
