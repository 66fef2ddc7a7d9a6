//! `frontdesk import`: files in, and back out again.

use std::{
    io::{IsTerminal, Write},
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use super::{
    archive,
    ctx::Ctx,
    env,
    fail::Fail,
    list::{self, Entity, ListArgs},
    out::{Form, say},
    seal::OpenArgs,
};
use crate::{
    desk::{Command, Desk, Request, command::NewAgent, import::Tally},
    exchange::{
        dialect::Map,
        import::{self, Agents, FileReport, ImportError, ImportKind, Options, Progress, Report},
        order::OrderField,
        when::DateFormat,
    },
    model::{Currency, Id, field, money::DecimalMark},
    store::MemStore,
};

/// The sign that parts decimals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Mark {
    /// 1.204,50
    Comma,
    /// 1,204.50
    Point,
}

/// What `frontdesk import` is given.
#[derive(Debug, Clone, clap::Args)]
pub struct ImportArgs {
    /// Files, folders, or `-` for stdin; the first word may say what they are: contacts, mail, orders or deals.
    ///
    /// `import revert B-3` takes an import back, `import list` lists them all.
    #[arg(value_name = "[contacts|mail|orders|deals] FILE", required = true)]
    pub words: Vec<PathBuf>,
    /// How headers are read: email=Kontakt,notes=Bemerkung; may be repeated.
    #[arg(long, value_name = "FIELD=HEADER,…")]
    pub map: Vec<Map>,
    /// The columns of orders in whitespace-separated text: 'customer _ date quantity amount' (_ skips one).
    #[arg(long, value_name = "NAMES")]
    pub columns: Option<String>,
    /// Who of a mailbox works for us: addresses, a file of them, or `repliers` for the archive of a list.
    #[arg(long, value_name = "FILE|ADDRESS,…|repliers")]
    pub agents: Option<String>,
    /// The name that external ids stand under; the file's stem without it.
    #[arg(long, value_name = "NAME")]
    pub source: Option<String>,
    /// The currency of amounts that name none.
    #[arg(long, value_name = "CODE")]
    pub currency: Option<String>,
    /// The order of day, month and year in dates such as 03/04/2021: dmy, mdy or ymd.
    #[arg(long, value_name = "ORDER")]
    pub date_format: Option<DateFormat>,
    /// The sign that parts decimals in amounts; found out without it.
    #[arg(long, value_enum, value_name = "MARK")]
    pub decimal: Option<Mark>,
    /// Write over what is there already.
    #[arg(long)]
    pub overwrite: bool,
    /// Show what would happen, and change nothing.
    #[arg(long)]
    pub dry_run: bool,
    /// Where rows go that cannot be taken; beside the file without it.
    #[arg(long, value_name = "FILE")]
    pub rejects: Option<PathBuf>,
    /// Everything of a desk, as `export --all` wrote it, into a store that is empty or not there yet.
    #[arg(long)]
    pub all: bool,
    /// With --all: keep what stands above the place where the file was cut short or altered.
    #[arg(long, requires = "all")]
    pub partial: bool,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub open: OpenArgs,
    /// End with 65 where a row cannot be taken.
    #[arg(long)]
    pub strict: bool,
}

/// Imports, reverts or lists imports.
///
/// # Errors
/// What cannot be read or taken, or why the store cannot.
pub fn run(ctx: &mut Ctx, args: &ImportArgs) -> Result<(), Fail> {
    let first = args.words.first().and_then(|w| w.to_str()).unwrap_or_default();
    let rest = args.words.get(1..).unwrap_or_default();
    match args.words.as_slice() {
        [file] if args.all => return archive::import(ctx, file, &args.open, args.partial),
        _ if args.all => return Err(Fail::usage("--all takes one file")),
        [file] if archive::is_whole(file) => {
            let shown = file.display();
            return Err(Fail::usage(format!(
                "{shown} is a whole desk: take it into an empty store with `frontdesk import --all {shown} --store NEW`"
            )));
        }
        _ if args.open.age_identity.is_some() => {
            return Err(Fail::usage("only a whole desk is sealed: `frontdesk import --all`"));
        }
        _ => {}
    }
    let kind = field::of_word(first).filter(|k| field::plural(*k) == Some(first));
    match first {
        "list" if rest.is_empty() => list::run(ctx, &ListArgs::all(Entity::Batches)),
        "revert" if rest.is_empty() => {
            Err(Fail::usage("say which import: `frontdesk import list` lists them"))
        }
        "revert" => rest.iter().try_for_each(|b| revert(ctx, &b.to_string_lossy())),
        word if rest.is_empty() && (["contacts", "mail", "orders"].contains(&word) || kind.is_some()) => {
            Err(Fail::usage(format!("no file is named; for a file called {first} write ./{first}")))
        }
        "contacts" => files(ctx, args, Some(ImportKind::Contacts), rest),
        "mail" => files(ctx, args, Some(ImportKind::Mail), rest),
        "orders" => files(ctx, args, Some(ImportKind::Orders), rest),
        _ => match kind {
            Some(kind) => files(ctx, args, Some(ImportKind::Records(kind)), rest),
            None => files(ctx, args, None, &args.words),
        },
    }
}

fn files(ctx: &mut Ctx, args: &ImportArgs, what: Option<ImportKind>, files: &[PathBuf]) -> Result<(), Fail> {
    let options = options(args, what, files)?;
    // Before anything is made for them.
    for file in files.iter().filter(|f| f.as_os_str() != "-") {
        std::fs::metadata(file).map_err(|e| Fail::failed(format!("{}: {e}", file.display())))?;
    }
    ctx.cache_bytes = Some(import::CACHE_BYTES);
    let (desk, actor) = desk(ctx, args.dry_run)?;
    let stop = interrupted()?;
    let mut meter = Meter::new();
    let report = import::run(&desk, actor, env::op()?, env::now(), &options, &mut |p| {
        meter.show(&p);
        !stop.load(Ordering::Relaxed)
    });
    meter.end();
    let report = report.map_err(failed)?;
    print(ctx, args, &report)?;
    if report.cancelled {
        let undo = report.batch.as_ref().map_or(String::new(), |b| {
            format!(": what is in stays; go on by importing again, or take it back with `frontdesk import revert {b}`")
        });
        return Err(Fail::Interrupted(format!("stopped{undo}")));
    }
    if !report.failed.is_empty() {
        let (n, of) = (report.failed.len(), report.files.len());
        return Err(Fail::Data(format!("{n} of {of} files could not be taken; the others were")));
    }
    if args.strict && report.tally.rejected > 0 {
        return Err(Fail::Data(format!("{} rows could not be taken", report.tally.rejected)));
    }
    Ok(())
}

/// The desk and who acts: for a dry run without a store, one in memory.
fn desk(ctx: &Ctx, dry_run: bool) -> Result<(Desk, Id), Fail> {
    if dry_run && !ctx.path()?.exists() {
        let desk = Desk::new(Arc::new(MemStore::new()));
        let owner = NewAgent { name: env::user().name, ..NewAgent::default() };
        let start = Command::Start { workspace: Vec::new(), owner };
        let done = desk.run(Request::new(env::op()?, Id::NIL, env::now(), start))?;
        let actor = done.created.first().map_or(Id::NIL, |(_, id)| *id);
        return Ok((desk, actor));
    }
    let desk = ctx.desk_or_start()?;
    let actor = ctx.actor(&desk)?.id;
    Ok((desk, actor))
}

fn options(args: &ImportArgs, what: Option<ImportKind>, files: &[PathBuf]) -> Result<Options, Fail> {
    let usage = |e: &dyn std::fmt::Display| Fail::usage(e.to_string());
    let columns = args.columns.as_deref().map(|c| {
        c.split([' ', ',']).filter(|w| !w.is_empty()).map(OrderField::named).collect::<Result<Vec<_>, _>>()
    });
    let currency = args.currency.as_deref().map(|c| {
        Currency::new(&c.trim().to_uppercase())
            .ok_or_else(|| Fail::usage(format!("{c} is no currency: give an ISO 4217 code such as EUR")))
    });
    Ok(Options {
        files: files.to_vec(),
        what,
        map: Map { pairs: args.map.iter().flat_map(|m| m.pairs.clone()).collect() },
        columns: columns.transpose().map_err(|e| usage(&e))?,
        agents: args.agents.as_deref().map_or(Ok(Agents::Known), agents)?,
        source: args.source.clone(),
        currency: currency.transpose()?,
        date_format: args.date_format,
        decimal: args.decimal.map(|mark| match mark {
            Mark::Comma => DecimalMark::Comma,
            Mark::Point => DecimalMark::Point,
        }),
        overwrite: args.overwrite,
        dry_run: args.dry_run,
        rejects: args.rejects.clone(),
        scratch: Some(std::env::temp_dir()),
    })
}

/// `repliers`, addresses, or files with an address a line.
fn agents(text: &str) -> Result<Agents, Fail> {
    if text.trim() == "repliers" {
        return Ok(Agents::Repliers);
    }
    let mut out = Vec::new();
    for word in text.split(',').map(str::trim).filter(|w| !w.is_empty()) {
        if word.contains('@') && !Path::new(word).exists() {
            out.push(word.to_owned());
            continue;
        }
        let lines = std::fs::read_to_string(word)
            .map_err(|e| Fail::usage(format!("--agents: {word} is no address, and no file of them: {e}")))?;
        let lines = lines.lines().map(str::trim).filter(|l| !l.is_empty() && !l.starts_with('#'));
        out.extend(lines.map(str::to_owned));
    }
    Ok(Agents::Named(out))
}

/// Set by Ctrl-C: the current step is finished. A second one ends immediately.
fn interrupted() -> Result<Arc<AtomicBool>, Fail> {
    let stop = Arc::new(AtomicBool::new(false));
    let int = signal_hook::consts::SIGINT;
    let kept = |e: std::io::Error| Fail::failed(format!("signals cannot be watched: {e}"));
    signal_hook::flag::register_conditional_shutdown(int, 130, Arc::clone(&stop)).map_err(kept)?;
    signal_hook::flag::register(int, Arc::clone(&stop)).map_err(kept)?;
    Ok(stop)
}

fn failed(e: ImportError) -> Fail {
    match e {
        ImportError::Reject(e) => e.into(),
        ImportError::Format { .. } | ImportError::Read { .. } => Fail::Data(e.to_string()),
        ImportError::Open { .. } | ImportError::Mailbox(_) => Fail::failed(e.to_string()),
        ImportError::Stopped { .. } => Fail::failed(e.to_string()),
    }
}

/// How far it is, on a terminal.
struct Meter {
    shown: bool,
    last: Option<Instant>,
    people: bool,
}

impl Meter {
    fn new() -> Meter {
        Meter { shown: false, last: None, people: std::io::stderr().is_terminal() }
    }

    fn show(&mut self, p: &Progress) {
        if !self.people || self.last.is_some_and(|l| l.elapsed() < Duration::from_millis(200)) {
            return;
        }
        self.last = Some(Instant::now());
        self.shown = true;
        let part = match p.of {
            Some(of) if of > 0 => format!(", {} %", (p.bytes.saturating_mul(100) / of).min(100)),
            _ => String::new(),
        };
        let _ = write!(std::io::stderr(), "\r{} rows{part}\x1b[K", p.tally.read);
    }

    fn end(&self) {
        if self.shown {
            let _ = write!(std::io::stderr(), "\r\x1b[K");
        }
    }
}

fn tally(t: &Tally) -> Value {
    json!({
        "read": t.read,
        "created": t.created,
        "updated": t.updated,
        "unchanged": t.unchanged,
        "rejected": t.rejected,
    })
}

/// How many records of each kind are new.
fn made(t: &Tally) -> Value {
    t.made.each().into_iter().map(|(n, name)| (name.to_owned(), Value::from(n))).collect()
}

fn print(ctx: &mut Ctx, args: &ImportArgs, report: &Report) -> Result<(), Fail> {
    match ctx.out.form {
        Form::Json => {
            let mut value = tally(&report.tally);
            if let Some(o) = value.as_object_mut() {
                o.insert("batch".into(), report.batch.clone().map_or(Value::Null, Value::String));
                o.insert("dry_run".into(), args.dry_run.into());
                o.insert("made".into(), made(&report.tally));
                o.insert("files".into(), report.files.iter().map(file_json).collect::<Vec<_>>().into());
            }
            ctx.out.json(&value)?;
        }
        Form::Quiet => {
            if let Some(batch) = &report.batch {
                ctx.out.line(batch)?;
            }
        }
        Form::Table => {
            ctx.out.line(&report.rows_line())?;
        }
    }
    ctx.out.flush()?;
    for line in report.file_lines(args.dry_run) {
        say(&line);
    }
    if let Some(made) = report.made_line() {
        say(&format!("{}: {made}", if args.dry_run { "would be new" } else { "new" }));
    }
    match (&report.batch, args.dry_run) {
        (_, true) => say("this was a dry run: nothing was changed"),
        (Some(b), _) => say(&format!("import {b}: take it back with `frontdesk import revert {b}`")),
        (None, _) => say("nothing was changed"),
    }
    Ok(())
}

fn file_json(f: &FileReport) -> Value {
    let problems: Vec<Value> =
        f.problems.iter().map(|(line, what)| json!({ "line": line, "what": what })).collect();
    json!({
        "file": f.file,
        "format": f.format,
        "mapping": f.mapping,
        "tally": tally(&f.tally),
        "made": made(&f.tally),
        "problems": problems,
        "problem_count": f.problem_count,
        "rejects": f.rejects.as_ref().map(|p| p.display().to_string()),
    })
}

fn revert(ctx: &mut Ctx, batch: &str) -> Result<(), Fail> {
    let desk = ctx.desk()?;
    let actor = ctx.actor(&desk)?.id;
    let stop = interrupted()?;
    let mut meter = Meter::new();
    let done = import::revert(&desk, actor, env::op()?, env::now(), batch, &mut |n, of| {
        let tally = Tally { read: n, ..Tally::default() };
        meter.show(&Progress { tally, bytes: n, of: Some(of) });
        !stop.load(Ordering::Relaxed)
    });
    meter.end();
    let done = done.map_err(failed)?;
    if done.cancelled {
        let (n, batch) = (done.records, &done.batch);
        return Err(Fail::Interrupted(format!(
            "stopped: {n} records are as they were; go on with `frontdesk import revert {batch}`"
        )));
    }
    match ctx.out.form {
        Form::Json => {
            let kept: Vec<Value> = done
                .kept
                .iter()
                .map(|k| json!({ "record": k.record, "field": k.field, "expected": k.expected, "found": k.found }))
                .collect();
            ctx.out.json(&json!({ "batch": done.batch, "records": done.records, "kept": kept }))?;
        }
        Form::Quiet => ctx.out.line(&done.batch)?,
        Form::Table => {
            ctx.out.line(&format!("{} reverted: {} records as they were", done.batch, done.records))?;
            ctx.out.flush()?;
            for k in &done.kept {
                let (record, field, now, was) = (&k.record, &k.field, &k.found, &k.expected);
                say(&format!(
                    "changed since, so left alone: {record} {field} is {now}, the import left {was}"
                ));
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agents_are_addresses_files_of_them_or_the_repliers() {
        assert_eq!(agents("repliers").unwrap(), Agents::Repliers);
        assert_eq!(
            agents("a@x.example, b@x.example").unwrap(),
            Agents::Named(vec!["a@x.example".into(), "b@x.example".into()])
        );
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("us");
        std::fs::write(&file, "# ours\na@x.example\n\n b@x.example \n").unwrap();
        let named = Agents::Named(vec!["a@x.example".into(), "b@x.example".into()]);
        assert_eq!(agents(file.to_str().unwrap()).unwrap(), named);
        assert_eq!(agents("/no/such").unwrap_err().code(), 2);
    }
}
