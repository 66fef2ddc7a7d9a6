//! `frontdesk check`, `stats`, `tick`: the store itself.

use std::io::IsTerminal;

use serde_json::{Map, Value, json};

use super::{
    ctx::Ctx,
    fail::Fail,
    json,
    out::{Form, say},
    table::{self, right, text},
    world,
};
use crate::{
    desk::{Command, Request, clock},
    model::{Id, Kind, Table},
    store::{Range, StoreError, ViewExt, check, meta, redb},
};

/// What `frontdesk check` is given.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct CheckArgs {}

/// Verifies the file, derives everything again and compares.
///
/// # Errors
/// [`Fail::No`] where something is wrong, after it was said.
pub fn check(ctx: &mut Ctx, _args: &CheckArgs) -> Result<(), Fail> {
    let path = ctx.path()?;
    let people = std::io::stderr().is_terminal();
    let mut progress = |done: u64| {
        if people && done.is_multiple_of(100_000) {
            say(&format!("{done} records"));
        }
    };
    let opened = redb::RedbStore::open(&redb::Options::at(&path));
    let report = match &opened {
        Ok(store) => check::check_file(store, &mut progress)?,
        Err(StoreError::Corrupt(why)) => check::refused(&path, why)?,
        Err(e) => return Err(e.clone().into()),
    };
    match ctx.out.form {
        Form::Json => {
            let findings: Vec<Value> =
                report.findings.iter().map(|f| json!({ "place": f.place, "what": f.what })).collect();
            ctx.out.json(&json!({
                "clean": report.is_clean(),
                "pages": report.pages,
                "records": report.records,
                "derived": report.derived,
                "log_rows": report.log_rows,
                "wrong": report.wrong,
                "damaged": report.damaged,
                "findings": findings,
            }))?;
        }
        Form::Quiet => {}
        Form::Table => {
            for f in &report.findings {
                ctx.out.safe(&format!("{}: {}", f.place, f.what))?;
            }
            let (pages, records, derived, rows) =
                (report.pages, report.records, report.derived, report.log_rows);
            let verdict = match report.wrong {
                0 => "all is as it should be".to_owned(),
                n => format!("{n} wrong"),
            };
            ctx.out.line(&format!(
                "{pages} pages, {records} records, {derived} derived rows, {rows} log rows: {verdict}"
            ))?;
        }
    }
    ctx.out.flush()?;
    if report.is_clean() {
        if let Ok(store) = &opened {
            // A store that may only be read is checked as well.
            let _ = check::note(store, world::op()?, world::now());
        }
        return Ok(());
    }
    if ctx.out.form != Form::Quiet {
        say(way_out(&report));
    }
    Err(Fail::No)
}

/// What to do about it, in words.
fn way_out(report: &check::Report) -> &'static str {
    if report.damaged {
        "the file is damaged: change nothing in it; put the last backup in its place with `frontdesk restore FILE`, or save what survives with `frontdesk salvage OUT`"
    } else {
        "the file itself is sound"
    }
}

/// Counts what a store holds.
///
/// # Errors
/// Where the store cannot be read.
pub fn stats(ctx: &mut Ctx) -> Result<(), Fail> {
    let desk = ctx.desk()?;
    let zone = ctx.zone(&desk)?;
    let path = ctx.path()?;
    let bytes = std::fs::metadata(&path).map(|m| m.len()).unwrap_or_default();
    let mut out = Map::new();
    out.insert("store".into(), path.display().to_string().into());
    out.insert("bytes".into(), bytes.into());
    desk.view(|v| {
        out.insert("schema".into(), meta::schema(v)?.into());
        out.insert("store_id".into(), meta::store_id(v)?.to_string().into());
        out.insert("created_at".into(), json::time(&zone, meta::created_at(v)?));
        for name in [meta::LAST_BACKUP, meta::LAST_CHECK] {
            let at = meta::moment_of(v, name)?.map(|(at, _)| json::time(&zone, at));
            out.insert(name.to_owned(), at.unwrap_or_else(|| Value::from("never")));
        }
        let mut records = Map::new();
        for kind in Kind::ALL.iter().copied().filter(|k| *k != Kind::Workspace) {
            records.insert(plural(kind), v.count(kind.table(), &Range::all())?.into());
        }
        out.insert("records".into(), Value::Object(records));
        out.insert("log_rows".into(), v.count(Table::Log, &Range::all())?.into());
        out.insert("log_head".into(), v.log_head()?.into());
        Ok(())
    })?;
    if ctx.out.form == Form::Json {
        return ctx.out.json(&Value::Object(out));
    }
    let mut rows = Vec::new();
    for (name, value) in out {
        match value {
            Value::Object(all) => rows.extend(all.into_iter().map(|(k, v)| vec![k, v.to_string()])),
            Value::String(s) => rows.push(vec![name, s]),
            v => rows.push(vec![name, v.to_string()]),
        }
    }
    table::print(&mut ctx.out, &[text("what"), right("count")], &rows, false)
}

fn plural(kind: Kind) -> String {
    match kind {
        Kind::ImportBatch => "batches".to_owned(),
        Kind::Outbox => "outbox".to_owned(),
        kind => format!("{}s", kind.word()),
    }
}

/// Brings what is due: held replies are queued, snoozes end.
///
/// # Errors
/// Where the store cannot be written.
pub fn tick(ctx: &mut Ctx) -> Result<(), Fail> {
    let desk = ctx.desk()?;
    let mut fired = 0;
    loop {
        let now = world::now();
        if !desk.view(|v| clock::is_due(v, now))? {
            break;
        }
        let done = desk.run(Request::new(world::op()?, Id::NIL, now, Command::Tick))?;
        if done.touched.is_empty() {
            break;
        }
        fired += done.touched.len();
    }
    match ctx.out.form {
        Form::Json => ctx.out.json(&json!({ "touched": fired })),
        _ => ctx.out.line(&format!("{fired} records brought up to date")),
    }
}
