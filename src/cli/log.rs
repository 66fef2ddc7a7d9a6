//! `frontdesk log`: who changed what, and whether the log is whole.

use serde_json::{Value, json};

use super::{
    ctx::Ctx,
    fail::Fail,
    list::{self, QueryArgs},
    out::{Form, say},
    table::{self, Column, fixed, text},
    unfinished,
};
use crate::{
    desk::{
        Desk, changes,
        list::{Item, QueryContext, columns},
        read,
    },
    model::{Kind, Seq, number},
    query,
    store::{StoreError, View, check::log as chain, hash},
};

/// What `frontdesk log` is given.
#[derive(Debug, Clone, clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct LogArgs {
    /// Whether it is whole.
    #[command(subcommand)]
    pub verb: Option<LogVerb>,
    /// Records whose changes to show (T-12 C-4), or a query over the log: agent:@dana at:yesterday command:solve.
    #[arg(value_name = "ID|QUERY")]
    pub words: Vec<String>,
    /// Show each field before and after.
    #[arg(short, long)]
    pub verbose: bool,
    /// The most rows.
    #[arg(long, value_name = "N")]
    pub limit: Option<usize>,
}

/// What can be done with the log besides reading it.
#[derive(Debug, Clone, clap::Subcommand)]
pub enum LogVerb {
    /// Verify the chain of the log: each row carries the hash of the previous one, each body has its digest.
    Verify(VerifyArgs),
}

/// What `frontdesk log verify` is given.
#[derive(Debug, Clone, clap::Args)]
pub struct VerifyArgs {
    /// What it printed once before: then no row up to there was changed, added or dropped since.
    #[arg(long, value_name = "SEQ:HASH", value_parser = expected)]
    pub expect: Option<Expected>,
}

/// A row that was there, and its hash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expected {
    seq: Seq,
    hash: String,
}

fn expected(text: &str) -> Result<Expected, String> {
    let parsed = text.split_once(':').and_then(|(seq, hash)| {
        let is_hash = hash.len() == 64 && hash.bytes().all(|b| b.is_ascii_hexdigit());
        Some(Expected { seq: seq.parse().ok()?, hash: is_hash.then(|| hash.to_ascii_lowercase())? })
    });
    parsed.ok_or_else(|| "give the number of a row, a colon, and 64 hexadecimal digits".to_owned())
}

/// Prints the log, the newest row first.
///
/// # Errors
/// A query that is not understood, a store that cannot be read; [`Fail::No`] where the chain breaks.
pub fn run(ctx: &mut Ctx, args: &LogArgs) -> Result<(), Fail> {
    if let Some(LogVerb::Verify(args)) = &args.verb {
        return verify(ctx, args);
    }
    let desk = ctx.desk()?;
    if ctx.out.form != Form::Quiet {
        unfinished::erasures(&desk)?.iter().for_each(|line| say(line));
    }
    let asker = ctx.asker(&desk)?;
    let words = args.words.iter().map(|w| {
        let named = number::parse(w).is_some_and(|(kind, _)| kind.is_some());
        if named { format!("record:{}", w.to_uppercase()) } else { w.clone() }
    });
    let query = QueryArgs { words: words.collect(), limit: args.limit, ..QueryArgs::default() };
    let mut bound = query.compile(&desk, &query::schema::LOG, &asker)?;
    if bound.sort.is_none() {
        bound.sort = query::compile("sort:-seq", &query::schema::LOG, &asker.context())?.sort;
    }
    if !args.verbose || ctx.out.form != Form::Table {
        return list::print(ctx, &desk, &asker, bound, &query);
    }
    if bound.limit.is_none() && ctx.out.tty {
        bound.limit = Some(list::SCREEN);
    }
    for (n, item) in desk.view(|v| crate::desk::list::list(v, &asker, &bound))?.iter().enumerate() {
        verbose(ctx, &desk, &asker, item, n == 0)?;
    }
    Ok(())
}

/// What follows by itself and says nothing to people.
const BOOKKEEPING: &[&str] = &["id", "version", "timers", "updated_at"];

const FIELDS: &[Column] = &[fixed("record"), fixed("field"), text("before"), text("after")];

/// A row of the log and every field that it changed: a table below it for people, tab-separated lines that say all of it for a
/// pipe.
fn verbose(ctx: &mut Ctx, desk: &Desk, asker: &QueryContext, item: &Item, first: bool) -> Result<(), Fail> {
    let head: Vec<String> =
        columns::usual("log").iter().map(|p| columns::cell(asker, item, p).text(asker)).collect();
    let rows = desk.view(|v| fields(v, asker, item))?;
    if ctx.out.width.is_none() {
        // The row, its time, who, the command; then one field.
        let head: Vec<String> = head.into_iter().take(4).collect();
        return rows.into_iter().try_for_each(|row| table::tsv(&mut ctx.out, &[head.clone(), row].concat()));
    }
    if !first {
        ctx.out.line("")?;
    }
    ctx.out.safe(&head.join("  "))?;
    table::print(&mut ctx.out, FIELDS, &rows, true)
}

/// Record, field, before, after.
fn fields(v: &dyn View, asker: &QueryContext, item: &Item) -> Result<Vec<Vec<String>>, StoreError> {
    let Item::Log(log) = item else { return Ok(Vec::new()) };
    let mut out = Vec::new();
    for change in log.item.body.iter().flat_map(|b| &b.changes) {
        let Some(kind) = change.kind().filter(|k| *k != Kind::TicketEvent) else { continue };
        let (what, lines) = changes::lines(&asker.zone, change, &|id| changes::name_of(v, id))?;
        let name = match what {
            "updated" => read::number_of(v, kind, change.id)?,
            what => format!("{} ({what})", read::number_of(v, kind, change.id)?),
        };
        let told = lines.into_iter().filter(|(f, ..)| !BOOKKEEPING.contains(&f.as_str()));
        let cell = |v: Option<String>| v.unwrap_or_default();
        out.extend(told.map(|(field, before, after)| vec![name.clone(), field, cell(before), cell(after)]));
    }
    Ok(out)
}

/// Verifies the chain.
fn verify(ctx: &mut Ctx, args: &VerifyArgs) -> Result<(), Fail> {
    let desk = ctx.desk()?;
    let mut there = None;
    let found = desk.view(|v| {
        chain::verify_records(v, &mut |row, _| {
            if args.expect.as_ref().is_some_and(|e| e.seq == row.seq) {
                there = Some(hash::shown(&row.hash()));
            }
            Ok(())
        })
    })?;
    let as_expected = args.expect.as_ref().map(|e| there.as_ref() == Some(&e.hash));
    let clean = found.breaks.is_empty() && as_expected != Some(false);
    let head = found.head.map(|(seq, hash)| (seq, hash::shown(&hash)));
    match ctx.out.form {
        Form::Json => {
            let breaks: Vec<Value> =
                found.breaks.iter().take(1000).map(|b| json!({ "seq": b.seq, "what": b.what })).collect();
            ctx.out.json(&json!({
                "clean": clean,
                "rows": found.rows,
                "erased": found.erased,
                "head": head.map(|(seq, hash)| json!({ "seq": seq, "hash": hash })),
                "as_expected": as_expected,
                "breaks": breaks,
            }))?;
        }
        Form::Quiet => {
            if let Some((seq, hash)) = head {
                ctx.out.line(&format!("{seq}:{hash}"))?;
            }
        }
        Form::Table => {
            for b in found.breaks.iter().take(20) {
                ctx.out.line(&format!("log row {}: {}", b.seq, b.what))?;
            }
            if let Some(e) = args.expect.as_ref().filter(|_| as_expected == Some(false)) {
                let what =
                    there.map_or("is gone".to_owned(), |h| format!("has the hash {h}, not the one expected"));
                ctx.out.line(&format!("log row {}: {what}", e.seq))?;
            }
            let verdict = match found.breaks.first() {
                Some(b) => format!("breaks in {} places, first at row {}", found.breaks.len(), b.seq),
                None if !clean => "is whole in itself, and is not the one expected".to_owned(),
                None => "is whole".to_owned(),
            };
            let last = head.map(|(seq, hash)| format!("; the last is {seq}:{hash}")).unwrap_or_default();
            ctx.out.line(&format!(
                "{} rows, {} of them erased: the chain {verdict}{last}",
                found.rows, found.erased
            ))?;
        }
    }
    ctx.out.flush()?;
    if clean {
        return Ok(());
    }
    if ctx.out.form != Form::Quiet {
        say(
            "rows of the log cannot be made again: `frontdesk check` says what else is hurt, `frontdesk restore FILE` puts a backup in its place",
        );
    }
    Err(Fail::No)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_expected_is_a_row_and_its_hash() {
        let hash = "aB".repeat(32);
        assert_eq!(expected(&format!("12:{hash}")), Ok(Expected { seq: 12, hash: "ab".repeat(32) }));
        for bad in ["", "12", "12:", "x:12", "12:zz", &format!("12:{hash}0"), &format!("-1:{hash}")] {
            assert!(expected(bad).is_err(), "{bad}");
        }
    }
}
