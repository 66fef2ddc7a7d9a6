//! `frontdesk check`, `stats`, `tick`: the store itself.

use std::{io::IsTerminal, path::Path};

use serde_json::{Map, Value, json};

use super::{
    ctx::Ctx,
    env,
    fail::Fail,
    json,
    out::{Form, say},
    table::{self, right, text},
    unfinished,
};
use crate::{
    desk::{
        Desk,
        clock::Ticked,
        maintenance::{Permit, Verb},
        person,
    },
    model::{Kind, Table},
    store::{Stats, StoreError, backup, check, meta, redb, repair},
};

/// What `frontdesk check` is given.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct CheckArgs {
    /// Make again what is derived (index entries, facts, clocks, counters), and say what was done.
    #[arg(long)]
    pub repair: bool,
}

/// Verifies the file, derives everything again and compares.
///
/// # Errors
/// [`Fail::No`] where something is wrong, after it was said.
pub fn check(ctx: &mut Ctx, args: &CheckArgs) -> Result<(), Fail> {
    let path = ctx.path()?;
    let permit = if args.repair { Some(ctx.permit(Verb::Repair)?) } else { None };
    let mut report = look(&path)?;
    let mut done = Vec::new();
    if let Some(permit) = permit.filter(|_| !report.is_clean()) {
        done = repair_store(ctx, &path, &report, &permit)?;
        report = look(&path)?;
    }
    print(ctx, &report, args.repair.then_some(&done))?;
    ctx.out.flush()?;
    if !report.damaged && ctx.out.form != Form::Quiet {
        unfinished::tell(&ctx.desk()?, &path)?;
    }
    if report.is_clean() {
        // A store that may only be read is checked as well.
        if let Ok(store) = redb::RedbStore::open(&redb::Options::at(&path)) {
            let _ = check::note(&store, env::op()?, env::now());
        }
        return Ok(());
    }
    if ctx.out.form != Form::Quiet {
        say(way_out(&report, args.repair));
    }
    Err(Fail::No)
}

/// Tells people how far it is.
fn progress() -> impl FnMut(u64) {
    let people = std::io::stderr().is_terminal();
    let mut next = 100_000;
    move |done| {
        if people && done >= next {
            say(&format!("{done} rows"));
            next = done + 100_000;
        }
    }
}

fn look(path: &Path) -> Result<check::Report, Fail> {
    let opened = redb::RedbStore::open(&redb::Options::at(path));
    Ok(match &opened {
        Ok(store) => check::check_file(store, &mut progress())?,
        Err(StoreError::Corrupt(why)) => check::refused(path, why)?,
        // Where the first page is lost, nothing tells a store from another file.
        Err(e @ StoreError::NotAStore(_)) => {
            return Err(Fail::failed(format!(
                "{e}; if it was one, its beginning is lost: put the last backup in its place with `frontdesk restore FILE`, or save what survives with `frontdesk salvage OUT`"
            )));
        }
        Err(e) => return Err(e.clone().into()),
    })
}

/// Makes again what can be made; gives what was done, a line for each.
fn repair_store(
    ctx: &Ctx,
    path: &Path,
    report: &check::Report,
    permit: &Permit,
) -> Result<Vec<String>, Fail> {
    let now = env::now();
    let mut done = Vec::new();
    if report.damaged {
        match repair::rebuild(path, now, &mut progress()) {
            Ok(r) => done.push(format!(
                "the file was damaged, and no record of it: {} rows were written into a fresh file, the damaged one is kept as {}",
                r.copied,
                r.aside.display()
            )),
            // What is damaged is there only once: nothing was changed.
            Err(StoreError::Corrupt(_)) => return Ok(done),
            Err(e) => return Err(e.into()),
        }
    }
    let desk = ctx.desk()?;
    let by = repair::By {
        op: env::op()?,
        now,
        name: permit.name().to_owned(),
        actor: permit.actor(),
        unix_user: permit.unix_user(),
        rebuilt: done.first().cloned(),
    };
    let did = repair::repair(desk.store(), &by, &mut progress())?;
    done.extend(did.lines());
    if did.claimed > 0 {
        done.push(format!("{} rows are claimed by two records each: left as they are", did.claimed));
    }
    if did.unread > 0 {
        done.push(format!("{} records cannot be read: left as they are", did.unread));
    }
    Ok(done)
}

fn print(ctx: &mut Ctx, report: &check::Report, done: Option<&Vec<String>>) -> Result<(), Fail> {
    match ctx.out.form {
        Form::Json => {
            let findings: Vec<Value> =
                report.findings.iter().map(|f| json!({ "place": f.place, "what": f.what })).collect();
            let mut out = json!({
                "clean": report.is_clean(),
                "pages": report.pages,
                "records": report.records,
                "derived": report.derived,
                "log_rows": report.log_rows,
                "wrong": report.wrong,
                "damaged": report.damaged,
                "findings": findings,
            });
            if let (Some(done), Some(map)) = (done, out.as_object_mut()) {
                map.insert("repaired".into(), done.clone().into());
            }
            ctx.out.json(&out)
        }
        Form::Quiet => Ok(()),
        Form::Table => {
            for line in done.into_iter().flatten() {
                ctx.out.safe(&format!("repaired: {line}"))?;
            }
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
            ))
        }
    }
}

/// What to do about it, in words.
fn way_out(report: &check::Report, repaired: bool) -> &'static str {
    match (report.damaged, repaired) {
        (true, false) => {
            "the file is damaged: change nothing in it. `frontdesk check --repair` rebuilds it where no record is hurt; else put the last backup in its place with `frontdesk restore FILE`, or save what survives with `frontdesk salvage OUT`"
        }
        (true, true) => {
            "the file is damaged where things are kept only once: nothing was changed. Put the last backup in its place with `frontdesk restore FILE`, or save what survives with `frontdesk salvage OUT`"
        }
        (false, false) => "the file is sound; `frontdesk check --repair` makes again what records derive",
        (false, true) => {
            "what is left is no matter of what is derived: look at it with `frontdesk log`, or put a backup in its place with `frontdesk restore FILE`"
        }
    }
}

/// Counts what a store contains.
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
    let (erasures, files) = (unfinished::erasures(&desk)?, unfinished::files(&path));
    desk.view(|v| {
        out.insert("schema".into(), meta::schema(v)?.into());
        out.insert("store_id".into(), meta::store_id(v)?.to_string().into());
        out.insert("created_at".into(), json::time(&zone, meta::created_at(v)?));
        for name in [meta::LAST_BACKUP, meta::LAST_CHECK, meta::LAST_TICK] {
            let at = meta::moment_of(v, name)?.map(|(at, _)| json::time(&zone, at));
            out.insert(name.to_owned(), at.unwrap_or_else(|| Value::from("never")));
        }
        let all = Stats::of(v, Some(bytes))?;
        let rows = |table| all.table(table).map_or(0, |t| t.rows);
        let mut records = Map::new();
        for kind in Kind::ALL.iter().copied().filter(|k| *k != Kind::Workspace) {
            records.insert(plural(kind), rows(kind.table()).into());
        }
        out.insert("records".into(), Value::Object(records));
        out.insert("log_rows".into(), rows(Table::Log).into());
        out.insert("log_head".into(), all.head.into());
        let tables = all.tables.iter().filter(|t| t.rows > 0);
        let tables = tables.map(|t| (t.table.to_owned(), json!({ "rows": t.rows, "bytes": t.bytes })));
        out.insert("tables".into(), Value::Object(tables.collect()));
        let grown = meta::backups(v)?;
        out.insert(
            "growth".into(),
            growth(&grown).map_or(Value::Null, |(from, to)| {
                json!({
                    "since": json::time(&zone, from.at),
                    "until": json::time(&zone, to.at),
                    "bytes": to.bytes.cast_signed().saturating_sub(from.bytes.cast_signed()),
                    "rows": to.rows.cast_signed().saturating_sub(from.rows.cast_signed()),
                    "log_rows": to.head.saturating_sub(from.head),
                })
            }),
        );
        Ok(())
    })?;
    if ctx.out.form == Form::Json {
        out.insert("unfinished".into(), erasures.into());
        out.insert("files".into(), files.into());
        return ctx.out.json(&Value::Object(out));
    }
    let mut rows = Vec::new();
    for (name, value) in out {
        match value {
            Value::Object(all) if name == "tables" => {
                rows.extend(all.into_iter().map(|(t, n)| {
                    let n = |k: &str| n.get(k).and_then(Value::as_u64).unwrap_or_default();
                    vec![format!("table {t}"), format!("{} rows, {} bytes", n("rows"), n("bytes"))]
                }));
            }
            Value::Object(g) if name == "growth" => {
                let n = |k: &str| g.get(k).and_then(Value::as_i64).unwrap_or_default();
                let day = |k: &str| g.get(k).and_then(Value::as_str).unwrap_or_default().to_owned();
                let what = format!("{:+} bytes, {:+} rows, {} changes", n("bytes"), n("rows"), n("log_rows"));
                rows.push(vec![
                    "growth".to_owned(),
                    format!("{what} from {} to {}", day("since"), day("until")),
                ]);
            }
            Value::Null => rows.push(vec![name, "known after two backups".to_owned()]),
            Value::Object(all) => rows.extend(all.into_iter().map(|(k, v)| vec![k, v.to_string()])),
            Value::String(s) => rows.push(vec![name, s]),
            v => rows.push(vec![name, v.to_string()]),
        }
    }
    table::print(&mut ctx.out, &[text("what"), right("count")], &rows, false)?;
    ctx.out.flush()?;
    erasures.iter().chain(&files).for_each(|line| say(line));
    Ok(())
}

/// The first and the last backup that are remembered: how large the store was then.
fn growth(backups: &[meta::Sample]) -> Option<(meta::Sample, meta::Sample)> {
    match backups {
        [first, .., last] => Some((*first, *last)),
        _ => None,
    }
}

fn plural(kind: Kind) -> String {
    match kind {
        Kind::ImportBatch => "batches".to_owned(),
        Kind::Outbox => "outbox".to_owned(),
        Kind::Mailbox => "mailboxes".to_owned(),
        kind => format!("{}s", kind.word()),
    }
}

/// Rewrites the file where that failed after an erasure; any rewrite completes it. Where others do not release it, the
/// next run tries again.
fn rewrite(ctx: &Ctx, desk: Desk) -> Result<(), Fail> {
    if desk.view(person::to_rewrite)?.is_empty() {
        return Ok(());
    }
    drop(desk);
    match backup::compact(&ctx.path()?, None, &mut |_| true) {
        Ok(_) => say("the file was rewritten: nothing is left in it of who was erased"),
        Err(e) => say(&format!(
            "the file has still to be rewritten after an erasure ({e}): the next tick tries again"
        )),
    }
    Ok(())
}

/// Brings what is due: held replies leave, snoozes end, mail is fetched where this user approved that.
///
/// # Errors
/// Where the store cannot be written.
pub fn tick(ctx: &mut Ctx) -> Result<(), Fail> {
    let desk = ctx.desk()?;
    let (mut fired, me) = (0, env::op()?);
    let kept = loop {
        match desk.tick(env::op()?, me, env::now())? {
            Ticked::Fired(done) if done.touched.is_empty() => break None,
            Ticked::Fired(done) => fired += done.touched.len(),
            Ticked::Kept(until) => break Some(until),
        }
    };
    desk.leave_clocks(env::op()?, me)?;
    let mail = super::mail::tick(ctx, &desk)?;
    rewrite(ctx, desk)?;
    match ctx.out.form {
        Form::Json => {
            let (sent, new) = mail.as_ref().map_or((0, 0), |m| (m.sent, m.new));
            let row =
                json!({ "touched": fired, "kept_by_another": kept.is_some(), "sent": sent, "received": new });
            ctx.out.json(&row)?;
        }
        _ if kept.is_some() => {
            ctx.out.line("another program keeps the clocks just now, and brings what is due")?;
        }
        _ => ctx.out.line(&format!("{fired} records brought up to date"))?,
    }
    let Some(mail) = mail else { return Ok(()) };
    if ctx.out.form != Form::Json {
        ctx.out.line(&format!("{} sent, {} new messages", mail.sent, mail.new))?;
    }
    super::mail::finish(ctx, &mail.problems, false)
}
