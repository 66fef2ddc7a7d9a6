//! `frontdesk segment`: saved queries as groups: how many they are now, who they were once, what two have in common.

use std::collections::BTreeSet;

use serde_json::json;

use super::{
    changed,
    ctx::Ctx,
    dry_run::DryRun,
    fail::Fail,
    list::{Entity, QueryArgs, cells_of},
    out::Form,
    show,
    table::{self, Column, fixed, right, text},
};
use crate::{
    desk::{
        Command, Desk, Edit,
        list::{QueryContext, columns, segment},
    },
    model::{Id, SavedView},
    query::Schema,
};

/// What can be done with segments.
#[derive(Debug, Clone, clap::Subcommand)]
pub enum SegmentVerb {
    /// All segments with the number of their members now, and what was frozen of them.
    List {
        /// Print the names of the columns first, where the output is no terminal.
        #[arg(long)]
        header: bool,
    },
    /// Save a query as a segment: segment save "Good ones" customers revenue>1000 -is:archived
    Save {
        /// Its name.
        name: String,
        /// Of which list.
        #[arg(value_parser = super::list::Entity::parser())]
        what: Entity,
        /// The query.
        #[arg(required = true)]
        query: Vec<String>,
        /// Only for you.
        #[arg(long)]
        mine: bool,
        #[command(flatten)]
        #[allow(missing_docs)]
        dry: DryRun,
    },
    /// Freeze the members of now under a name of their own: segment snapshot "Good ones" --as "Good ones, spring"
    Snapshot {
        /// The segment.
        #[arg(allow_hyphen_values = true)]
        name: String,
        /// The name of the snapshot; the segment's with the date otherwise.
        #[arg(long = "as", value_name = "NAME")]
        under: Option<String>,
        #[command(flatten)]
        #[allow(missing_docs)]
        dry: DryRun,
    },
    /// Count who is in one of two segments or in both.
    Overlap {
        /// A segment or a snapshot.
        #[arg(allow_hyphen_values = true)]
        first: String,
        /// Another.
        #[arg(allow_hyphen_values = true)]
        second: String,
    },
    /// List the members of a segment or a snapshot.
    Members {
        /// A segment or a snapshot.
        #[arg(allow_hyphen_values = true)]
        name: String,
    },
}

const COLUMNS: &[Column] = &[text("name"), fixed("entity"), right("members"), fixed("frozen"), text("query")];
const OVERLAP: &[Column] = &[text("segment"), right("members"), right("only"), right("both"), right("share")];

/// Runs the command.
///
/// # Errors
/// A name that there is not, a query that is not understood, what the desk refuses, a store that cannot be read.
pub fn run(ctx: &mut Ctx, verb: &SegmentVerb) -> Result<(), Fail> {
    let desk = ctx.desk()?;
    let asker = ctx.asker(&desk)?;
    match verb {
        SegmentVerb::List { header } => list(ctx, &desk, &asker, *header),
        SegmentVerb::Save { name, what, query, mine, .. } => {
            let schema = what.schema().ok_or_else(|| Fail::usage("that list takes no queries"))?;
            let args = QueryArgs { words: query.clone(), ..Default::default() };
            args.compile(&desk, schema, &asker)?;
            let done = ctx.run(
                &desk,
                Command::ViewSave(vec![
                    Edit::set("name", name),
                    Edit::set("entity", schema.entity),
                    Edit::set("query", query.join(" ")),
                    Edit::set("mine", if *mine { "yes" } else { "no" }),
                ]),
            )?;
            changed::print(ctx, &desk, &done)
        }
        SegmentVerb::Snapshot { name, under, .. } => {
            let (of, _) = found(&desk, &asker, name)?;
            let under = under.clone().unwrap_or_else(|| format!("{} {}", of.name, asker.zone.day(asker.now)));
            let done = ctx.run(&desk, Command::ViewFreeze(of.id, under))?;
            changed::print(ctx, &desk, &done)
        }
        SegmentVerb::Overlap { first, second } => overlap(ctx, &desk, &asker, first, second),
        SegmentVerb::Members { name } => members(ctx, &desk, &asker, name),
    }
}

/// A segment and its members.
fn found(desk: &Desk, asker: &QueryContext, name: &str) -> Result<(SavedView, BTreeSet<Id>), Fail> {
    let of = desk.view(|v| segment::named(v, asker.me, name))?;
    let of = of.ok_or_else(|| Fail::failed(format!("there is no segment {name}")))?;
    let members = desk.view(|v| segment::members(v, asker, &of))??;
    Ok((of, members))
}

fn list(ctx: &mut Ctx, desk: &Desk, asker: &QueryContext, header: bool) -> Result<(), Fail> {
    let mut rows = Vec::new();
    for of in desk.view(|v| segment::views(v, asker.me))? {
        // One that is not understood any more is still listed.
        let count = desk.view(|v| segment::members(v, asker, &of))?.ok().map(|m| m.len());
        let frozen = of.frozen_at.map(|at| asker.zone.date_time(at)).unwrap_or_default();
        match ctx.out.form {
            Form::Json => ctx.out.json(&json!({
                "name": of.name, "entity": of.entity, "members": count, "frozen_at": of.frozen_at.map(|_| &frozen),
                "query": of.query, "mine": of.owner.is_some(), "columns": of.columns, "id": of.id.to_string(),
            }))?,
            Form::Quiet => ctx.out.line(&super::out::tsv_cell(&of.name))?,
            Form::Table => {
                let count = count.map_or_else(|| "?".to_owned(), |n| n.to_string());
                rows.push(vec![of.name, of.entity, count, frozen, of.query]);
            }
        }
    }
    if ctx.out.form == Form::Table { table::print(&mut ctx.out, COLUMNS, &rows, header) } else { Ok(()) }
}

fn overlap(ctx: &mut Ctx, desk: &Desk, asker: &QueryContext, first: &str, second: &str) -> Result<(), Fail> {
    let ((a, in_a), (b, in_b)) = (found(desk, asker, first)?, found(desk, asker, second)?);
    if a.entity != b.entity {
        return Err(Fail::usage(format!("{} are {}, {} are {}", a.name, a.entity, b.name, b.entity)));
    }
    let o = segment::Overlap::of(&in_a, &in_b);
    if ctx.out.form == Form::Json {
        return ctx.out.json(&json!({
            "first": a.name, "second": b.name, "entity": a.entity,
            "first_members": in_a.len(), "second_members": in_b.len(),
            "only_first": o.only_first, "both": o.both, "only_second": o.only_second, "share": o.share(),
        }));
    }
    let share = o.share().map(|s| format!("{:.0} %", s * 100.0)).unwrap_or_default();
    let row = |name: String, all: usize, only: usize| {
        vec![name, all.to_string(), only.to_string(), o.both.to_string(), share.clone()]
    };
    let rows = [row(a.name, in_a.len(), o.only_first), row(b.name, in_b.len(), o.only_second)];
    table::print(&mut ctx.out, OVERLAP, &rows, false)
}

fn members(ctx: &mut Ctx, desk: &Desk, asker: &QueryContext, name: &str) -> Result<(), Fail> {
    let (of, ids) = found(desk, asker, name)?;
    let kind = Schema::of(&of.entity).and_then(|s| s.kind);
    let kind = kind.ok_or_else(|| Fail::failed("the log has no members"))?;
    let picks = columns::usual(&of.entity);
    let mut rows = Vec::new();
    for id in ids {
        // Who was erased since is a member without a record.
        let Some(item) = desk.view(|v| show::item(v, asker, kind, id))? else { continue };
        match ctx.out.form {
            Form::Json => {
                let value = super::json::item(asker, &item)?;
                ctx.out.json(&value)?;
            }
            Form::Quiet => ctx.out.line(&item.number())?,
            Form::Table => rows.push(desk.view(|v| cells_of(v, asker, &item, &picks))?),
        }
    }
    match ctx.out.form {
        Form::Table => {
            let columns: Vec<Column> = picks.iter().map(Column::of).collect();
            table::print(&mut ctx.out, &columns, &rows, false)
        }
        _ => Ok(()),
    }
}
