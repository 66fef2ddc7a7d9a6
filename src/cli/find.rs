//! `frontdesk find`: one box for everything: whatever a number or an external id names, people by whatever is known of
//! them, organisations by name, tickets by subject.

use std::{
    collections::HashSet,
    io::BufRead,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use super::{
    ctx::Ctx,
    fail::Fail,
    json,
    out::{Form, say},
    search, show,
    table::{self, Column, fixed, text},
};
use crate::{
    desk::{
        Desk,
        list::{self, Item, QueryContext, TicketItem, brief},
        lookup,
    },
    find::{ContactIndex, Finder, Hit, Unfit},
    model::{Customer, ExternalId, Id, Kind, number},
    query::{self, rows::Linked, schema},
    store::{StoreError, records},
};

/// What `frontdesk find` is given.
#[derive(Debug, Clone, clap::Args)]
pub struct FindArgs {
    /// What is known: parts of names, addresses, phone numbers, organisations, tags, subjects of tickets, or a number as it
    /// is spoken (T-911, C-441, O-1397, #42, an external id). Mistyped names are found too.
    #[arg(value_name = "TEXT", required_unless_present = "batch")]
    pub text: Vec<String>,
    /// Read customers to find from stdin, a query a line, and answer each with a line of JSON: query, ids, external
    /// ids (best first) and microseconds.
    #[arg(long, conflicts_with = "text")]
    pub batch: bool,
    /// The most results.
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
    let mut known: HashSet<(Kind, Id)> = HashSet::new();
    for (kind, id) in desk.view(|v| lookup::exact(v, &text))? {
        known.insert((kind, id));
        rows.extend(desk.view(|v| show::item(v, &asker, kind, id))?.map(|item| (item, None)));
    }
    // A number with its letter names one record and means no other.
    if !rows.is_empty() && number::parse(&text).is_some_and(|(kind, _)| kind.is_some()) {
        return print(ctx, &asker, &rows);
    }
    let mut index = open(&desk)?;
    let found = index.find(&text, asker.me.unwrap_or(Id::NIL), args.limit);
    let mut others: Vec<Item> = Vec::new();
    for (ticket, _) in desk.view(|v| lookup::subjects(v, &text, args.limit))? {
        if known.insert((Kind::Ticket, ticket.id)) {
            others.push(Item::Ticket(Box::new(
                desk.view(|v| TicketItem::of(v, &asker, ticket.clone(), Default::default()))?,
            )));
        }
    }
    for (kind, id) in desk.view(|v| lookup::titled(v, &text, args.limit))? {
        if known.insert((kind, id)) {
            others.extend(desk.view(|v| show::item(v, &asker, kind, id))?);
        }
    }
    for item in organisations(&desk, &asker, &text, args.limit)? {
        if let Item::Organisation(i) = &item
            && known.insert((Kind::Organisation, i.organisation.id))
        {
            others.push(item);
        }
    }
    // However many people there are, what else is called so is not crowded out.
    let people = args.limit.saturating_sub(rows.len() + others.len().min(args.limit / 4));
    let people = people.min(found.hits.len());
    for hit in found.hits.into_iter().filter(|h| !known.contains(&(Kind::Customer, h.id))).take(people) {
        let item = desk.view(|v| show::customer_item(v, hit.id))?;
        rows.extend(item.map(|i| (i, Some(hit))));
    }
    rows.extend(others.into_iter().map(|item| (item, None)));
    rows.truncate(args.limit);
    print(ctx, &asker, &rows)?;
    ctx.out.flush()?;
    // After the answer, when nothing waits any more. What cannot be saved is read from the store again.
    let _ = index.save(desk.store());
    if rows.is_empty() {
        say(&format!("no match for {text}"));
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

/// So often the index is brought up to date while queries come on stdin.
const FOLLOW: Duration = Duration::from_millis(500);

/// The contacts: those saved beside the store with what changed since, or else all of the store.
fn open(desk: &Desk) -> Result<ContactIndex, Fail> {
    let opened = ContactIndex::open(desk.store(), &mut |_, _| {})?;
    if let Some(why) = opened.rebuilt.filter(|w| *w != Unfit::Absent) {
        say(&format!("the saved index of people is of no use: {why}. It was rebuilt"));
    }
    Ok(opened.index)
}

/// Answers the queries on stdin, each as soon as read. The time is that of finding alone.
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
        // A long-running batch sees what others change meanwhile.
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

/// Organisations with all words in the name.
fn organisations(desk: &Desk, asker: &QueryContext, text: &str, limit: usize) -> Result<Vec<Item>, Fail> {
    let words: Vec<String> = text
        .split_whitespace()
        .map(|w| w.replace(['"', '\\'], ""))
        .filter(|w| !w.is_empty())
        .map(|w| format!("name:\"{w}\""))
        .collect();
    if words.is_empty() {
        return Ok(Vec::new());
    }
    let query = format!("{} limit:{}", words.join(" "), limit.max(1));
    // An invalid query finds nothing.
    let Ok(bound) = query::compile(&query, &schema::ORGANISATIONS, &asker.context()) else {
        return Ok(Vec::new());
    };
    Ok(desk.view(|v| list::list(v, asker, &bound))?)
}

fn print(ctx: &mut Ctx, asker: &QueryContext, rows: &[(Item, Option<Hit>)]) -> Result<(), Fail> {
    match ctx.out.form {
        Form::Quiet => rows.iter().try_for_each(|(i, _)| ctx.out.line(&i.number())),
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
        Item::Plain(i) => i.record.kind(),
    }
}

/// The names of the records that a record names.
fn names_of(links: &[Linked]) -> String {
    let names = links.iter().map(|l| l.name.as_str()).filter(|n| !n.is_empty());
    names.collect::<Vec<_>>().join("  ")
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
        Item::Message(i) => (brief::first_line(&i.message.body), brief::from(&i.message)),
        Item::Interaction(i) => (i.interaction.subject.clone(), name(i.customer.as_ref())),
        Item::Order(i) => (brief::items(&i.order), name(i.customer.as_ref())),
        Item::Task(i) => (i.task.title.clone(), name(i.customer.as_ref())),
        Item::Response(i) => (i.response.comment.clone(), name(i.customer.as_ref())),
        Item::Plain(i) => (i.record.title().to_owned(), names_of(&i.links)),
        Item::Outbox(_) | Item::Log(_) => (String::new(), String::new()),
    };
    let matched: Vec<String> = hit
        .map(|h| h.fields.iter().map(|m| format!("{} {}", m.kind.word(), m.text)).collect())
        .unwrap_or_default();
    vec![item.number(), kind(item).word().to_owned(), title, about, matched.join(", ")]
}
