//! The lists that take no queries: agents, teams, imports, views.

use serde_json::Value;

use super::{Entity, ListArgs};
use crate::{
    cli::{
        ctx::Ctx,
        fail::Fail,
        json,
        out::{Form, say, tsv_cell},
        table::{self, Column},
    },
    desk::{
        Desk,
        list::{
            QueryContext,
            columns::{self, Cell, Pick},
            segment,
        },
        mailboxes, read,
    },
    model::{Agent, ImportBatch, Kind, Mailbox, SavedView, Team, number},
    query::{self, QueryError},
};

/// Lists one of them: few records, in which words are looked for.
pub(super) fn print(ctx: &mut Ctx, desk: &Desk, asker: &QueryContext, args: &ListArgs) -> Result<(), Fail> {
    if args.query.view.is_some() {
        return Err(Fail::usage("views are of lists that take queries; this one takes words alone"));
    }
    let entity = entity(args.what);
    let all = columns::usual(entity);
    let rows = plain_rows(desk, asker, args.what, &all)?;
    let words: Vec<String> = args.query.words.iter().map(|w| crate::model::fold::fold(w)).collect();
    if let Some(field) = args.query.words.iter().find(|w| w.contains(':')) {
        let why = format!("this list takes words alone, no fields such as `{field}`");
        return Err(QueryError::new(query::Span { start: 0, end: field.len() }, why).within(field).into());
    }
    let found = rows.into_iter().filter(|row| {
        let text = crate::model::fold::fold(&row.cells.join(" "));
        words.iter().all(|w| text.contains(w.as_str()))
    });
    let mut found: Vec<Plain> = found.collect();
    if let Some(sort) = &args.query.sort {
        for (place, down) in orders(&all, sort)?.into_iter().rev() {
            let key = |r: &Plain| r.cells.get(place).map(|c| ordered(c));
            found.sort_by(|a, b| if down { key(b).cmp(&key(a)) } else { key(a).cmp(&key(b)) });
        }
    }
    found.truncate(args.query.limit.unwrap_or(usize::MAX));
    if args.explain {
        say(&format!("source: scan of all {entity}; filter: words"));
    }
    if args.count {
        return super::print_count(ctx, found.len());
    }
    let pick: Vec<usize> = match &args.query.columns {
        Some(names) => orders(&all, names)?.into_iter().map(|(place, _)| place).collect(),
        None => (0..all.len()).collect(),
    };
    let columns: Vec<Column> = pick.iter().filter_map(|i| all.get(*i)).map(Column::of).collect();
    match ctx.out.form {
        Form::Json => found.iter().try_for_each(|r| ctx.out.json(&r.json)),
        Form::Quiet => found.iter().try_for_each(|r| ctx.out.line(&tsv_cell(&r.number))),
        Form::Table => {
            let cells =
                |r: &Plain| pick.iter().map(|i| r.cells.get(*i).cloned().unwrap_or_default()).collect();
            let rows: Vec<Vec<String>> = found.iter().map(cells).collect();
            table::print(&mut ctx.out, &columns, &rows, args.query.header)
        }
    }
}

/// The columns of `-role,name`, and which go down.
fn orders(columns: &[Pick], sort: &str) -> Result<Vec<(usize, bool)>, Fail> {
    let one = |name: &str| {
        let plain = name.strip_prefix('-').unwrap_or(name);
        let place = columns.iter().position(|c| c.column.name == plain);
        place.map(|p| (p, plain.len() < name.len())).ok_or_else(|| {
            let all: Vec<&str> = columns.iter().map(|c| c.column.name).collect();
            Fail::usage(format!("there is no column {plain}: there are {}", all.join(", ")))
        })
    };
    sort.split(',').map(str::trim).map(one).collect()
}

/// A cell's sort key: `A-10` after `A-9`, texts without case.
fn ordered(cell: &str) -> (Option<u64>, String) {
    let digits = cell.rsplit_once('-').map_or(cell, |(_, n)| n);
    let number = digits.bytes().all(|b| b.is_ascii_digit()).then(|| digits.parse().ok()).flatten();
    (number, crate::model::fold::fold(cell))
}

struct Plain {
    number: String,
    cells: Vec<String>,
    json: Value,
}

/// The list's name.
fn entity(what: Entity) -> &'static str {
    match what {
        Entity::Agents => "agents",
        Entity::Teams => "teams",
        Entity::Mailboxes => "mailboxes",
        Entity::Batches => "batches",
        _ => "views",
    }
}

fn plain_rows(desk: &Desk, asker: &QueryContext, what: Entity, all: &[Pick]) -> Result<Vec<Plain>, Fail> {
    let plain = |number: String, json, cell: &dyn Fn(&Pick) -> Cell| {
        let cells = all.iter().map(|pick| cell(pick).text(asker)).collect();
        Plain { number, cells, json }
    };
    Ok(match what {
        Entity::Agents => {
            let row = |a: Agent| {
                plain(number::show(Kind::Agent, a.number), json::agent(asker, &a), &|p| {
                    columns::of_agent(asker, &a, p)
                })
            };
            desk.view(read::agents)?.into_iter().map(row).collect()
        }
        Entity::Teams => {
            let row = |t: Team| {
                plain(t.name.clone(), Value::Object(json::record(asker, &t, 0)), &|p| {
                    columns::of_team(asker, &t, p)
                })
            };
            desk.view(read::teams)?.into_iter().map(row).collect()
        }
        Entity::Mailboxes => {
            let row = |m: Mailbox| {
                plain(
                    number::show(Kind::Mailbox, m.number),
                    Value::Object(json::record(asker, &m, m.number)),
                    &|p| columns::of_mailbox(asker, &m, p),
                )
            };
            desk.view(mailboxes::all)?.into_iter().map(row).collect()
        }
        Entity::Batches => {
            let row = |b: ImportBatch| {
                plain(
                    number::show(Kind::ImportBatch, b.number),
                    Value::Object(json::record(asker, &b, b.number)),
                    &|p| columns::of_batch(asker, &b, p),
                )
            };
            desk.view(read::imports)?.into_iter().map(row).collect()
        }
        _ => {
            let mut views: Vec<SavedView> = desk.view(|v| segment::views(v, asker.me))?;
            views.sort_by(|a, b| (a.rank, &a.name).cmp(&(b.rank, &b.name)));
            let row = |v: SavedView| {
                plain(v.name.clone(), Value::Object(json::record(asker, &v, 0)), &|p| {
                    columns::of_view(asker, &v, p)
                })
            };
            views.into_iter().map(row).collect()
        }
    })
}
