//! The lists that take no queries: agents, teams, imports, views.

use serde_json::Value;

use super::{Entity, ListArgs};
use crate::{
    cli::{
        ctx::Ctx,
        fail::Fail,
        json,
        out::{Form, tsv_cell},
        table::{self, Column, fixed, right, text},
    },
    desk::{
        Desk,
        list::{Asker, segment},
        mailboxes, read,
    },
    mail::endpoint,
    model::{Agent, BatchState, ImportBatch, Kind, Mailbox, Record, SavedView, Team, number},
    query::{self, QueryError},
    store::{StoreError, View, records},
};

/// Lists one of them: few records, in which words are looked for.
pub(super) fn print(ctx: &mut Ctx, desk: &Desk, asker: &Asker, args: &ListArgs) -> Result<(), Fail> {
    if args.query.view.is_some() {
        return Err(Fail::usage("views are of lists that take queries; this one takes words alone"));
    }
    let (columns, rows) = plain_rows(desk, asker, args.what)?;
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
        for (place, down) in orders(columns, sort)?.into_iter().rev() {
            let key = |r: &Plain| r.cells.get(place).map(|c| ordered(c));
            found.sort_by(|a, b| if down { key(b).cmp(&key(a)) } else { key(a).cmp(&key(b)) });
        }
    }
    found.truncate(args.query.limit.unwrap_or(usize::MAX));
    let pick: Vec<usize> = match &args.query.columns {
        Some(names) => orders(columns, names)?.into_iter().map(|(place, _)| place).collect(),
        None => (0..columns.len()).collect(),
    };
    let columns: Vec<Column> = pick.iter().filter_map(|i| columns.get(*i).cloned()).collect();
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
fn orders(columns: &[Column], sort: &str) -> Result<Vec<(usize, bool)>, Fail> {
    let one = |name: &str| {
        let plain = name.strip_prefix('-').unwrap_or(name);
        let place = columns.iter().position(|c| c.name == plain);
        place.map(|p| (p, plain.len() < name.len())).ok_or_else(|| {
            let all: Vec<&str> = columns.iter().map(|c| c.name.as_ref()).collect();
            Fail::usage(format!("there is no column {plain}: there are {}", all.join(", ")))
        })
    };
    sort.split(',').map(str::trim).map(one).collect()
}

/// A cell as it is ordered: `A-10` behind `A-9`, texts without case.
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

const AGENTS: &[Column] = &[
    fixed("number"),
    fixed("handle"),
    text("name"),
    fixed("role"),
    fixed("user"),
    text("teams"),
    fixed("away"),
    text("emails"),
];
const TEAMS: &[Column] = &[text("name"), text("about")];
const VIEWS: &[Column] = &[text("name"), fixed("entity"), text("query")];
const MAILBOXES: &[Column] =
    &[fixed("number"), text("address"), text("name"), text("receive"), text("send"), fixed("paused")];
const BATCHES: &[Column] = &[
    fixed("number"),
    fixed("started"),
    fixed("format"),
    fixed("state"),
    right("read"),
    right("created"),
    right("updated"),
    right("unchanged"),
    right("rejected"),
    text("files"),
];

fn every<T: Record>(view: &dyn View) -> Result<Vec<T>, StoreError> {
    let mut out = Vec::new();
    records::each::<T>(view, |r| {
        out.push(r);
        true
    })?;
    Ok(out)
}

fn plain_rows(desk: &Desk, asker: &Asker, what: Entity) -> Result<(&'static [Column], Vec<Plain>), Fail> {
    let zone = &asker.zone;
    let date = |at: Option<i64>| at.map(|at| zone.date_time(at)).unwrap_or_default();
    Ok(match what {
        Entity::Agents => {
            let all: Vec<Agent> = desk.view(read::agents)?;
            let row = |a: Agent| {
                let json = json::agent(asker, &a);
                let team = |id| asker.roster.team(id).map(|t| t.name.clone());
                let teams: Vec<String> = a.teams.iter().copied().filter_map(team).collect();
                let number = number::show(Kind::Agent, a.number);
                let cells = vec![
                    number.clone(),
                    format!("@{}", a.handle),
                    a.name,
                    a.role.as_str().to_owned(),
                    a.unix_user,
                    teams.join(", "),
                    date(a.away_since),
                    a.emails.join(" "),
                ];
                Plain { number, cells, json }
            };
            (AGENTS, all.into_iter().map(row).collect())
        }
        Entity::Teams => {
            let all: Vec<Team> = desk.view(read::teams)?;
            let row = |t: Team| {
                let json = Value::Object(json::record(asker, &t, 0));
                Plain { number: t.name.clone(), cells: vec![t.name, t.about], json }
            };
            (TEAMS, all.into_iter().map(row).collect())
        }
        Entity::Mailboxes => {
            let all: Vec<Mailbox> = desk.view(mailboxes::all)?;
            let row = |m: Mailbox| {
                let json = Value::Object(json::record(asker, &m, m.number));
                let number = number::show(Kind::Mailbox, m.number);
                let cells = vec![
                    number.clone(),
                    m.address,
                    m.name,
                    endpoint::show_receive(&m.receive),
                    endpoint::show_send(&m.send),
                    date(m.paused_at),
                ];
                Plain { number, cells, json }
            };
            (MAILBOXES, all.into_iter().map(row).collect())
        }
        Entity::Batches => {
            let all: Vec<ImportBatch> = desk.view(every)?;
            let row = |b: ImportBatch| {
                let json = Value::Object(json::record(asker, &b, b.number));
                let number = number::show(Kind::ImportBatch, b.number);
                let mut cells = vec![number.clone(), date(Some(b.started_at)), b.format.clone(), state(&b)];
                cells.extend([b.read, b.created, b.updated, b.unchanged, b.rejected].map(|n| n.to_string()));
                cells.push(b.files.join(" "));
                Plain { number, cells, json }
            };
            (BATCHES, all.into_iter().map(row).collect())
        }
        _ => {
            let mut all: Vec<SavedView> = desk.view(|v| segment::views(v, asker.me))?;
            all.sort_by(|a, b| (a.rank, &a.name).cmp(&(b.rank, &b.name)));
            let row = |v: SavedView| {
                let json = Value::Object(json::record(asker, &v, 0));
                Plain { number: v.name.clone(), cells: vec![v.name, v.entity, v.query], json }
            };
            (VIEWS, all.into_iter().map(row).collect())
        }
    })
}

/// How far an import is. One that an error ended is not under way any more.
fn state(b: &ImportBatch) -> String {
    match (&b.state, b.finished_at) {
        (BatchState::Applying, Some(_)) => "failed".to_owned(),
        (state, _) => state.to_string(),
    }
}
