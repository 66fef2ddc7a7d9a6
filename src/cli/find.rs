//! `frontdesk find`: people by whatever is known of them, organisations by name, tickets by subject or number.

use std::{
    io::BufRead,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use super::{
    columns,
    ctx::{Ctx, look},
    fail::Fail,
    json,
    out::{Form, say},
    search, show,
    table::{self, Column, fixed, text},
};
use crate::{
    desk::{
        Desk,
        list::{self, Asker, Item},
        read,
    },
    index::{ContactIndex, Finder, Hit, Unfit},
    model::{Customer, ExternalId, Id, Kind, number},
    query::{self, Schema, schema},
    store::{StoreError, records},
};

/// What `frontdesk find` is given.
#[derive(Debug, Clone, clap::Args)]
pub struct FindArgs {
    /// What is known: parts of names, addresses, phone numbers, organisations, tags; slips are forgiven.
    #[arg(value_name = "TEXT", required_unless_present = "batch")]
    pub text: Vec<String>,
    /// Read customers to find from stdin, a query a line, and answer each with a line of JSON: query, ids, external
    /// ids (best first) and microseconds.
    #[arg(long, conflicts_with = "text")]
    pub batch: bool,
    /// At most so many.
    #[arg(long, value_name = "N", default_value_t = 50)]
    pub limit: usize,
    /// Search what was said and written instead: tickets, messages, interactions, notes. Words, "phrases", *parts and
    /// -words; the best fit first, of each ticket its best text.
    #[arg(long = "text", conflicts_with = "batch")]
    pub texts: bool,
}

const COLUMNS: &[Column] = &[fixed("number"), fixed("kind"), text("name"), text("about"), text("matched")];

/// Finds.
///
/// # Errors
/// [`Fail::No`] where nothing is found.
pub fn run(ctx: &mut Ctx, args: &FindArgs) -> Result<(), Fail> {
    let text = args.text.join(" ");
    if args.texts {
        return search::run(ctx, &text, args.limit);
    }
    let desk = ctx.desk()?;
    let asker = ctx.asker(&desk)?;
    if args.batch {
        return batch(ctx, &desk, asker.me.unwrap_or(Id::NIL), args.limit);
    }
    if !is_asked(&text) {
        return Err(Fail::usage("there is nothing to look for: give a part of a name, an address, a number"));
    }
    let mut rows: Vec<(Item, Option<Hit>)> = Vec::new();
    // A number names one record and means no other.
    if let Some((Some(kind), _)) = number::parse(&text)
        && let Ok(id) = look(&desk, |v| read::resolve(v, kind, &text))
        && let Some(item) = desk.view(|v| show::item(v, &asker, kind, id))?
    {
        return print(ctx, &asker, &[(item, None)]);
    }
    let mut index = open(&desk)?;
    let found = index.find(&text, asker.me.unwrap_or(Id::NIL), args.limit);
    for hit in found.hits {
        let item = desk.view(|v| show::customer_item(v, hit.id))?;
        rows.extend(item.map(|i| (i, Some(hit))));
    }
    let mut others = numbered(&desk, &asker, &text)?;
    for (schema, field) in [(&schema::ORGANISATIONS, "name"), (&schema::TICKETS, "subject")] {
        others.extend(of_field(&desk, &asker, schema, field, &text)?);
    }
    let known = |rows: &[(Item, Option<Hit>)], item: &Item| {
        rows.iter().any(|(have, _)| columns::number(have) == columns::number(item))
    };
    others.retain(|item| !known(&rows, item));
    // However many people there are, what else is called so is not crowded out.
    rows.truncate(args.limit.saturating_sub(others.len().min(args.limit / 4)));
    for item in others {
        if !known(&rows, &item) {
            rows.push((item, None));
        }
    }
    rows.truncate(args.limit);
    print(ctx, &asker, &rows)?;
    ctx.out.flush()?;
    // After the answer, which nobody waits for any more. What cannot be saved is read from the store again.
    let _ = index.save(desk.store());
    if rows.is_empty() {
        say(&format!("nothing is found for {text}"));
        return Err(Fail::No);
    }
    if let Some(meant) = found.correction {
        say(&format!("shown for {meant}"));
    }
    Ok(())
}

/// Whether there is anything in a text to look for.
fn is_asked(text: &str) -> bool {
    text.contains(char::is_alphanumeric)
}

/// The tickets, customers and organisations of a number without a letter: `42`, `#42`.
fn numbered(desk: &Desk, asker: &Asker, text: &str) -> Result<Vec<Item>, Fail> {
    let mut out = Vec::new();
    let Some((None, n)) = number::parse(text) else { return Ok(out) };
    for kind in [Kind::Ticket, Kind::Customer, Kind::Organisation] {
        if let Ok(id) = look(desk, |v| read::resolve(v, kind, &number::show(kind, n))) {
            out.extend(desk.view(|v| show::item(v, asker, kind, id))?);
        }
    }
    Ok(out)
}

/// So often the index is brought up to date while queries come on stdin.
const FOLLOW: Duration = Duration::from_millis(500);

/// The contacts: those saved beside the store with what changed since, or else all of the store.
fn open(desk: &Desk) -> Result<ContactIndex, Fail> {
    let opened = ContactIndex::open(desk.store(), &mut |_, _| {})?;
    if let Some(why) = opened.anew.filter(|w| *w != Unfit::Absent) {
        say(&format!("the saved index of people is of no use: {why}. It was made anew"));
    }
    Ok(opened.index)
}

/// Answers the queries on stdin, each as soon as it is read. The time is that of finding alone.
fn batch(ctx: &mut Ctx, desk: &Desk, me: Id, limit: usize) -> Result<(), Fail> {
    let mut index = open(desk)?;
    let _ = index.save(desk.store());
    let mut line = Vec::new();
    let mut followed = Instant::now();
    let mut queries = std::io::stdin().lock();
    let unread = |e: std::io::Error| Fail::failed(format!("stdin cannot be read: {e}"));
    while queries.read_until(b'\n', &mut line).map_err(unread)? > 0 {
        let query = String::from_utf8_lossy(&line).trim_end_matches(['\n', '\r']).to_owned();
        line.clear();
        // Whoever keeps this running is told what others change meanwhile.
        if followed.elapsed() >= FOLLOW {
            index.follow(desk.store())?;
            followed = Instant::now();
        }
        let begun = Instant::now();
        let asked = if is_asked(&query) { limit } else { 0 };
        let found = index.find(&query, me, asked);
        let micros = u64::try_from(begun.elapsed().as_micros()).unwrap_or(u64::MAX);
        let externals = desk.view(|v| {
            let of =
                |h: &Hit| Ok(records::get::<Customer>(v, h.id)?.map(|c| c.external_ids).unwrap_or_default());
            found.hits.iter().map(of).collect::<Result<Vec<_>, StoreError>>()
        })?;
        let ids: Vec<String> = found.hits.iter().map(|h| h.id.to_string()).collect();
        let refs: Vec<String> = found.hits.iter().map(|h| number::show(Kind::Customer, h.number)).collect();
        // One for each customer; where there are several the first counts, where there is none it is empty.
        let first = |x: &Vec<ExternalId>| x.first().map_or_else(String::new, |x| x.id.clone());
        let external: Vec<String> = externals.iter().map(first).collect();
        ctx.out.json(&json!({
            "query": query,
            "refs": refs,
            "ids": ids,
            "external_ids": external,
            "correction": found.correction,
            "micros": micros,
        }))?;
        ctx.out.flush()?;
    }
    Ok(())
}

/// Records with all words in one field.
fn of_field(
    desk: &Desk,
    asker: &Asker,
    schema: &'static Schema,
    field: &str,
    text: &str,
) -> Result<Vec<Item>, Fail> {
    let words: Vec<String> = text
        .split_whitespace()
        .map(|w| w.replace(['"', '\\'], ""))
        .filter(|w| !w.is_empty())
        .map(|w| format!("{field}:\"{w}\""))
        .collect();
    if words.is_empty() {
        return Ok(Vec::new());
    }
    // What no query can hold finds nothing.
    let Ok(bound) = query::compile(&words.join(" "), schema, &asker.context()) else { return Ok(Vec::new()) };
    Ok(desk.view(|v| list::list(v, asker, &bound))?)
}

fn print(ctx: &mut Ctx, asker: &Asker, rows: &[(Item, Option<Hit>)]) -> Result<(), Fail> {
    match ctx.out.form {
        Form::Quiet => rows.iter().try_for_each(|(i, _)| ctx.out.line(&columns::number(i))),
        Form::Json => {
            for (item, hit) in rows {
                let mut value = json::item(asker, item)?;
                if let Some(o) = value.as_object_mut() {
                    o.insert("kind".into(), kind(item).word().into());
                    o.insert("score".into(), hit.as_ref().map_or(Value::Null, |h| h.score.into()));
                    let matched = |h: &Hit| -> Vec<Value> {
                        h.fields.iter().map(|m| json!({ "field": m.kind.word(), "text": m.text })).collect()
                    };
                    o.insert("matched".into(), hit.as_ref().map_or(Value::Null, |h| matched(h).into()));
                }
                ctx.out.json(&value)?;
            }
            Ok(())
        }
        Form::Table => {
            let rows: Vec<Vec<String>> = rows.iter().map(|(item, hit)| row(item, hit.as_ref())).collect();
            table::print(&mut ctx.out, COLUMNS, &rows, false)
        }
    }
}

fn kind(item: &Item) -> Kind {
    match item {
        Item::Customer(_) | Item::Log(_) => Kind::Customer,
        Item::Organisation(_) => Kind::Organisation,
        Item::Ticket(_) => Kind::Ticket,
        Item::Message(_) | Item::Outbox(_) => Kind::Message,
        Item::Interaction(_) => Kind::Interaction,
        Item::Order(_) => Kind::Order,
        Item::Task(_) => Kind::Task,
        Item::Response(_) => Kind::Response,
    }
}

fn row(item: &Item, hit: Option<&Hit>) -> Vec<String> {
    let name = |c: Option<&Customer>| c.map(Customer::display_name).unwrap_or_default();
    let (title, about) = match item {
        Item::Customer(i) => {
            let c = &i.customer;
            let organisation = i.organisations.first().map(|o| o.name.as_str());
            let about = [c.email(), c.phone(), organisation];
            (c.display_name(), about.into_iter().flatten().collect::<Vec<_>>().join("  "))
        }
        Item::Organisation(i) => (i.organisation.name.clone(), i.organisation.domains.join(" ")),
        Item::Ticket(i) => {
            let who = name(i.requester.as_ref());
            (i.ticket.subject.clone(), format!("{}  {who}", i.ticket.category.label()))
        }
        Item::Message(i) => (columns::first_line(&i.message.body), columns::from(&i.message)),
        Item::Interaction(i) => (i.interaction.subject.clone(), name(i.customer.as_ref())),
        Item::Order(i) => (columns::items(&i.order), name(i.customer.as_ref())),
        Item::Task(i) => (i.task.title.clone(), name(i.customer.as_ref())),
        Item::Response(i) => (i.response.comment.clone(), name(i.customer.as_ref())),
        Item::Outbox(_) | Item::Log(_) => (String::new(), String::new()),
    };
    let matched: Vec<String> = hit
        .map(|h| h.fields.iter().map(|m| format!("{} {}", m.kind.word(), m.text)).collect())
        .unwrap_or_default();
    vec![columns::number(item), kind(item).word().to_owned(), title, about, matched.join(", ")]
}
