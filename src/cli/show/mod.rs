//! `frontdesk show`: one record with what belongs to it.

mod text;

use serde_json::{Map, Value};

use super::{
    ctx::{Ctx, look},
    fail::Fail,
    json,
    out::Form,
    pick,
};
use crate::{
    desk::{
        Desk,
        list::{self, CustomerItem, Item, Needs, QueryContext},
        read::{self, TimelineEntry, TimelineItem},
    },
    model::{Agent, Customer, Id, ImportBatch, Kind, Record, zone::Zone},
    store::{StoreError, View, records},
};

/// What `frontdesk show` is given.
#[derive(Debug, Clone, clap::Args)]
pub struct ShowArgs {
    /// Which: T-12, C-4, an id, an address; several may be given.
    #[arg(value_name = "ID", required = true)]
    pub ids: Vec<String>,
    /// The most entries of a history, newest first; without it fifty, and all of them as JSON.
    #[arg(long, value_name = "N")]
    pub limit: Option<usize>,
}

/// Shows records of any kind.
///
/// # Errors
/// Where one is not there, or the store cannot be read.
pub fn run(ctx: &mut Ctx, args: &ShowArgs) -> Result<(), Fail> {
    let desk = ctx.desk()?;
    for word in &args.ids {
        let (kind, id) = look(&desk, |v| read::resolve_any(v, word))?;
        one(ctx, &desk, kind, id, args.limit)?;
    }
    Ok(())
}

/// Shows records of a kind.
///
/// # Errors
/// As [`run`].
pub fn of_kind(ctx: &mut Ctx, kind: Kind, args: &ShowArgs) -> Result<(), Fail> {
    let desk = ctx.desk()?;
    for word in &args.ids {
        let id = if kind == Kind::Agent {
            pick::agent(&desk, word, ctx.me(&desk)?.map(|a| a.id))?
        } else {
            pick::one(&desk, kind, word)?
        };
        one(ctx, &desk, kind, id, args.limit)?;
    }
    Ok(())
}

fn one(ctx: &mut Ctx, desk: &Desk, kind: Kind, id: Id, limit: Option<usize>) -> Result<(), Fail> {
    let asker = ctx.asker(desk)?;
    match ctx.out.form {
        Form::Quiet => {
            let name = desk.view(|v| read::number_of(v, kind, id))?;
            ctx.out.safe(&name)
        }
        Form::Json => {
            let limit = limit.unwrap_or(usize::MAX);
            let value = desk.view(|v| as_json(v, &asker, kind, id, limit))?;
            ctx.out.json(&Value::Object(value))
        }
        Form::Table => {
            let limit = limit.unwrap_or(50);
            let width = ctx.out.width.unwrap_or(100).min(100);
            let page = desk.view(|v| text::as_text(v, &asker, kind, id, limit, width))?;
            for line in &page {
                ctx.out.line(line.as_str())?;
            }
            Ok(())
        }
    }
}

/// The row of a record; `None` for kinds without lists.
///
/// # Errors
/// Where the file cannot be read.
pub fn item(view: &dyn View, asker: &QueryContext, kind: Kind, id: Id) -> Result<Option<Item>, StoreError> {
    let bytes = view.get(kind.table(), id.bytes())?.ok_or_else(|| missing(kind, id))?;
    list::load(view, asker, kind, &bytes, Needs { facts: true, people: true, ..Needs::default() })
}

/// The row of a customer; `None` where there is none any more.
///
/// # Errors
/// Where the file cannot be read.
pub fn customer_item(view: &dyn View, id: Id) -> Result<Option<Item>, StoreError> {
    let Some(c) = records::get::<Customer>(view, id)? else { return Ok(None) };
    Ok(Some(Item::Customer(Box::new(CustomerItem::of(view, c, false)?))))
}

fn need<T: Record>(view: &dyn View, id: Id) -> Result<T, StoreError> {
    records::get(view, id)?.ok_or_else(|| missing(T::KIND, id))
}

fn missing(kind: Kind, id: Id) -> StoreError {
    StoreError::Corrupt(format!("{} {id} is named and not there", kind.word()))
}

fn people(view: &dyn View, organisation: Id) -> Result<Vec<Customer>, StoreError> {
    records::referring(view, (Kind::Organisation, organisation))
}

/// The newest entries of a customer's history.
fn history(
    view: &dyn View,
    customer: Id,
    zone: &Zone,
    limit: usize,
) -> Result<Vec<TimelineItem>, StoreError> {
    let (mut out, mut cursor) = (Vec::new(), None);
    while out.len() < limit {
        let want = limit.saturating_sub(out.len()).min(500);
        let (page, next) = read::timeline(view, customer, zone, cursor.as_ref(), want)?;
        out.extend(page);
        match next {
            Some(next) => cursor = Some(next),
            None => break,
        }
    }
    Ok(out)
}

fn as_json(
    view: &dyn View,
    asker: &QueryContext,
    kind: Kind,
    id: Id,
    limit: usize,
) -> Result<Map<String, Value>, StoreError> {
    let zone = &asker.zone;
    let mut out = Map::new();
    out.insert("kind".into(), kind.word().into());
    let Some(item) = item(view, asker, kind, id)? else {
        let record = match kind {
            Kind::Agent => json::agent(asker, &need::<Agent>(view, id)?),
            _ => {
                let b: ImportBatch = need(view, id)?;
                Value::Object(json::record(asker, &b, b.number))
            }
        };
        out.extend(record.as_object().cloned().unwrap_or_default());
        return Ok(out);
    };
    out.extend(json::item(asker, &item)?.as_object().cloned().unwrap_or_default());
    match &item {
        Item::Customer(i) => {
            out.extend(json::facts(zone, &i.facts));
            let history = history(view, id, zone, limit)?;
            let entries =
                history.iter().map(|e| entry_json(view, asker, e)).collect::<Result<Vec<_>, _>>()?;
            out.insert("history".into(), entries.into());
        }
        Item::Organisation(_) => {
            let people = people(view, id)?;
            let rows = people.into_iter().map(|c| {
                let item = CustomerItem::of(view, c, false)?;
                Ok(Value::Object(json::customer(asker, &item)))
            });
            out.insert("people".into(), rows.collect::<Result<Vec<_>, StoreError>>()?.into());
        }
        Item::Ticket(_) => {
            let thread = read::thread(view, id)?;
            let skip = thread.len().saturating_sub(limit);
            let messages: Vec<Value> =
                thread.iter().skip(skip).map(|m| Value::Object(json::record(asker, m, m.number))).collect();
            out.insert("messages".into(), messages.into());
            let events = read::events(view, id)?;
            let events: Vec<Value> =
                events.iter().map(|e| Value::Object(json::record(asker, e, 0))).collect();
            out.insert("events".into(), events.into());
        }
        _ => {}
    }
    Ok(out)
}

fn entry_json(view: &dyn View, asker: &QueryContext, e: &TimelineItem) -> Result<Value, StoreError> {
    let (what, kind) = match &e.entry {
        TimelineEntry::Interaction(_) => ("interaction", Some(Kind::Interaction)),
        TimelineEntry::Message(..) => ("message", Some(Kind::Message)),
        TimelineEntry::Ticket(_) => ("ticket", Some(Kind::Ticket)),
        TimelineEntry::Order(_) => ("order", Some(Kind::Order)),
        TimelineEntry::Response(_) => ("response", Some(Kind::Response)),
        TimelineEntry::Task(_) => ("task", Some(Kind::Task)),
        TimelineEntry::Plain(i) => (i.record.kind().word(), Some(i.record.kind())),
        TimelineEntry::Stage(_) => ("stage", None),
    };
    let mut out = Map::new();
    out.insert("what".into(), what.into());
    out.insert("at".into(), json::time(&asker.zone, e.at));
    if let TimelineEntry::Stage(to) = &e.entry {
        out.insert("to".into(), to.as_str().into());
    }
    if let Some(kind) = kind
        && let Some(item) = item(view, asker, kind, e.id)?
    {
        out.insert("record".into(), json::item(asker, &item)?);
    }
    Ok(Value::Object(out))
}
