//! `frontdesk customer merge`, `unmerge`, `duplicates`; the same for organisations.

use serde_json::{Value, json};

use super::{
    changed,
    ctx::{Ctx, look},
    fail::Fail,
    out::{Form, say},
    pick,
    table::{self, fixed, right, text},
};
use crate::{
    desk::{
        Command, Desk, duplicates,
        merge::{self, Plan, Side, counted},
        read,
    },
    model::Kind,
};

/// Which records become one.
#[derive(Debug, Clone, clap::Args)]
pub struct MergeArgs {
    /// The one that stays, then those that go: C-3 C-12.
    #[arg(value_name = "ID", required = true, num_args = 2..)]
    pub ids: Vec<String>,
    /// A field to come from the one that goes: name, stage, custom.plan …; may be repeated.
    #[arg(long, value_name = "FIELD")]
    pub take: Vec<String>,
    /// Show the fields side by side and what would move; change nothing.
    #[arg(long)]
    pub dry_run: bool,
}

/// Which pairs are shown.
#[derive(Debug, Clone, clap::Args)]
pub struct DuplicatesArgs {
    /// The least score, from 0 to 99.
    #[arg(long, value_name = "N", default_value_t = duplicates::LEAST)]
    pub least: u8,
    /// The most pairs.
    #[arg(long, value_name = "N", default_value_t = 100)]
    pub limit: usize,
    /// Print the names of the columns first, where the output is no terminal.
    #[arg(long)]
    pub header: bool,
}

/// Merges, or shows what merging would do.
///
/// # Errors
/// What the desk refuses, or why the store cannot.
pub fn run(ctx: &mut Ctx, kind: Kind, args: &MergeArgs) -> Result<(), Fail> {
    let desk = ctx.desk()?;
    let ids = pick::all(&desk, kind, &args.ids)?;
    let Some((into, going)) = ids.split_first().filter(|(_, going)| !going.is_empty()) else {
        return Err(Fail::usage("name two that are not one yet: the one that stays, then the one that goes"));
    };
    for from in going {
        let plan = look(&desk, |v| merge::plan(v, kind, *into, *from, &args.take))?;
        if let Some(unknown) = args.take.iter().find(|t| !plan.rows.iter().any(|r| r.field == **t)) {
            let there: Vec<&str> =
                plan.rows.iter().filter(|r| r.can_choose).map(|r| r.field.as_str()).collect();
            let there = if there.is_empty() { "nothing".to_owned() } else { there.join(", ") };
            return Err(Fail::usage(format!("{unknown} does not differ; to choose from: {there}")));
        }
        if args.dry_run {
            show(ctx, &desk, &plan)?;
            continue;
        }
        let command = Command::Merge { kind, into: *into, from: *from, take: args.take.clone() };
        let done = ctx.run(&desk, command)?;
        changed::print(ctx, &desk, &done)?;
    }
    Ok(())
}

/// The command that takes a merged record out again.
///
/// # Errors
/// Where there is no such record.
pub fn unmerge(desk: &Desk, kind: Kind, word: &str) -> Result<Command, Fail> {
    Ok(Command::Unmerge(kind, look(desk, |v| read::resolve_itself(v, kind, word))?))
}

fn show(ctx: &mut Ctx, desk: &Desk, plan: &Plan) -> Result<(), Fail> {
    let (stays, goes) =
        (changed::name(desk, plan.kind, plan.into.0)?, changed::name(desk, plan.kind, plan.from.0)?);
    let side = |s: Side| match s {
        Side::Ours => "stays",
        Side::Theirs => "comes",
        Side::Both => "both",
    };
    if ctx.out.form == Form::Json {
        let rows = plan.rows.iter().map(|r| {
            json!({ "field": r.field, "stays": r.ours, "goes": r.theirs, "kept": side(r.side), "choice": r.can_choose })
        });
        let moves: serde_json::Map<String, Value> =
            plan.moves.iter().map(|(k, n)| (k.word().to_owned(), json!(n))).collect();
        let value =
            json!({ "into": stays, "from": goes, "fields": rows.collect::<Vec<_>>(), "moves": moves });
        return ctx.out.json(&value);
    }
    let rows: Vec<Vec<String>> = plan
        .rows
        .iter()
        .map(|r| vec![r.field.clone(), r.ours.clone(), r.theirs.clone(), side(r.side).to_owned()])
        .collect();
    table::print(&mut ctx.out, &[fixed("field"), text("stays"), text("goes"), fixed("kept")], &rows, true)?;
    let moved = if plan.moves.is_empty() { "nothing".to_owned() } else { counted(&plan.moves) };
    say(&format!("{} would go into {}; moves: {moved}", plan.from.1, plan.into.1));
    Ok(())
}

/// Prints pairs who may be one.
///
/// # Errors
/// Where the file cannot be read, or there are none.
pub fn duplicates(ctx: &mut Ctx, args: &DuplicatesArgs) -> Result<(), Fail> {
    let desk = ctx.desk()?;
    let pairs = duplicates::find(&desk, args.least, |_| ())?;
    let all = pairs.len();
    let mut rows = Vec::new();
    for p in pairs.iter().take(args.limit) {
        let number = |id| changed::name(&desk, Kind::Customer, id);
        let name = |id| desk.view(|v| read::name_of(v, Kind::Customer, id));
        let (stays, goes) = (number(p.stays)?, number(p.goes)?);
        match ctx.out.form {
            Form::Json => ctx.out.json(&json!({
                "stays": stays, "goes": goes, "score": p.score, "reasons": p.reasons,
                "names": [name(p.stays)?, name(p.goes)?],
            }))?,
            Form::Quiet => ctx.out.safe(&format!("{stays} {goes}"))?,
            Form::Table => rows.push(vec![
                p.score.to_string(),
                stays,
                name(p.stays)?,
                goes,
                name(p.goes)?,
                p.reasons.join(", "),
            ]),
        }
    }
    if ctx.out.form == Form::Table && !rows.is_empty() {
        let columns =
            [right("score"), fixed("stays"), text("name"), fixed("goes"), text("name"), text("reasons")];
        table::print(&mut ctx.out, &columns, &rows, args.header)?;
    }
    if all > args.limit {
        say(&format!("{} of {all} pairs; --limit {all} shows all", args.limit));
    }
    if all == 0 { Err(Fail::No) } else { Ok(()) }
}
