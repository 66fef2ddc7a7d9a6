//! `frontdesk show`: one record with what belongs to it.

use serde_json::{Map, Value};

use super::{
    columns,
    ctx::{Ctx, look},
    fail::Fail,
    json,
    out::Form,
    pick,
};
use crate::{
    desk::{
        Desk,
        list::{
            Asker, CustomerItem, InteractionItem, Item, MessageItem, OrderItem, OrganisationItem,
            ResponseItem, TaskItem, TicketItem,
        },
        read::{self, TimelineEntry, TimelineItem},
    },
    model::{
        Agent, Customer, Id, ImportBatch, Interaction, Kind, Message, Order, Organisation, Record, Response,
        Task, TicketEvent, number,
    },
    store::{StoreError, View, records},
    term::safe::Safe,
};

/// What `frontdesk show` is given.
#[derive(Debug, Clone, clap::Args)]
pub struct ShowArgs {
    /// Which: T-12, C-4, an id, an address; several may be given.
    #[arg(value_name = "ID", required = true)]
    pub ids: Vec<String>,
    /// At most so many entries of a history, the newest; without it fifty, and all of them as JSON.
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
            let page = desk.view(|v| as_text(v, &asker, kind, id, limit, width))?;
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
pub fn item(view: &dyn View, asker: &Asker, kind: Kind, id: Id) -> Result<Option<Item>, StoreError> {
    let customer = |id: Option<Id>| some::<Customer>(view, id);
    Ok(Some(match kind {
        Kind::Customer => {
            let c: Customer = need(view, id)?;
            Item::Customer(Box::new(CustomerItem::of(view, c, true)?))
        }
        Kind::Organisation => {
            let organisation: Organisation = need(view, id)?;
            let people = people(view, id)?.len();
            Item::Organisation(Box::new(OrganisationItem { organisation, customers: Some(people) }))
        }
        Kind::Ticket => {
            Item::Ticket(Box::new(TicketItem::of(view, asker, need(view, id)?, Default::default())?))
        }
        Kind::Message => {
            let message: Message = need(view, id)?;
            let (ticket, customer) = (some(view, Some(message.ticket))?, customer(Some(message.customer))?);
            Item::Message(Box::new(MessageItem { message, ticket, customer }))
        }
        Kind::Interaction => {
            let i: Interaction = need(view, id)?;
            let (customer, ticket) = (customer(Some(i.customer))?, some(view, i.ticket)?);
            let organisation = some(view, i.organisation)?;
            Item::Interaction(Box::new(InteractionItem { interaction: i, customer, organisation, ticket }))
        }
        Kind::Order => {
            let order: Order = need(view, id)?;
            let customer = customer(Some(order.customer))?;
            Item::Order(Box::new(OrderItem { order, customer }))
        }
        Kind::Task => {
            let task: Task = need(view, id)?;
            let (customer, ticket) = (customer(task.customer)?, some(view, task.ticket)?);
            Item::Task(Box::new(TaskItem { task, customer, ticket }))
        }
        Kind::Response => {
            let response: Response = need(view, id)?;
            let (customer, ticket) = (customer(Some(response.customer))?, some(view, response.ticket)?);
            Item::Response(Box::new(ResponseItem { response, customer, ticket }))
        }
        _ => return Ok(None),
    }))
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
    records::get(view, id)?
        .ok_or_else(|| StoreError::Corrupt(format!("{} {id} is named and not there", T::KIND.word())))
}

fn some<T: Record>(view: &dyn View, id: Option<Id>) -> Result<Option<T>, StoreError> {
    id.map_or(Ok(None), |id| records::get(view, id))
}

fn people(view: &dyn View, organisation: Id) -> Result<Vec<Customer>, StoreError> {
    records::referring(view, (Kind::Organisation, organisation))
}

/// The newest entries of a customer's history.
fn history(view: &dyn View, customer: Id, limit: usize) -> Result<Vec<TimelineItem>, StoreError> {
    let (mut out, mut cursor) = (Vec::new(), None);
    while out.len() < limit {
        let want = limit.saturating_sub(out.len()).min(500);
        let (page, next) = read::timeline(view, customer, cursor.as_ref(), want)?;
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
    asker: &Asker,
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
                Value::Object(json::record(zone, &b, b.number))
            }
        };
        out.extend(record.as_object().cloned().unwrap_or_default());
        return Ok(out);
    };
    out.extend(json::item(asker, &item)?.as_object().cloned().unwrap_or_default());
    match &item {
        Item::Customer(i) => {
            out.extend(json::facts(zone, &i.facts));
            let history = history(view, id, limit)?;
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
                thread.iter().skip(skip).map(|m| Value::Object(json::record(zone, m, m.number))).collect();
            out.insert("messages".into(), messages.into());
            let events = read::events(view, id)?;
            let events: Vec<Value> = events.iter().map(|e| Value::Object(json::record(zone, e, 0))).collect();
            out.insert("events".into(), events.into());
        }
        _ => {}
    }
    Ok(out)
}

fn entry_json(view: &dyn View, asker: &Asker, e: &TimelineItem) -> Result<Value, StoreError> {
    let (what, kind) = match &e.entry {
        TimelineEntry::Interaction(_) => ("interaction", Some(Kind::Interaction)),
        TimelineEntry::Message(..) => ("message", Some(Kind::Message)),
        TimelineEntry::Ticket(_) => ("ticket", Some(Kind::Ticket)),
        TimelineEntry::Order(_) => ("order", Some(Kind::Order)),
        TimelineEntry::Response(_) => ("response", Some(Kind::Response)),
        TimelineEntry::Task(_) => ("task", Some(Kind::Task)),
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

/// Lines of a page for people; all of them safe.
struct Page {
    lines: Vec<Safe<'static>>,
    width: usize,
}

impl Page {
    fn line(&mut self, text: impl Into<String>) {
        self.lines.push(Safe::line(text.into()));
    }

    fn field(&mut self, name: &str, value: impl AsRef<str>) {
        let value = value.as_ref().trim();
        if !value.is_empty() {
            self.line(format!("{name:<13} {value}"));
        }
    }

    fn head(&mut self, text: impl Into<String>) {
        self.lines.push(Safe::fixed(""));
        self.line(text);
    }

    /// A text of several lines, set in.
    fn body(&mut self, text: &str) {
        let text = Safe::block(text.trim_end().to_owned());
        for line in text.wrap(self.width.saturating_sub(4).max(20)) {
            let line = Safe::concat([Safe::fixed("    "), line]);
            self.lines.push(if line.as_str().trim().is_empty() { Safe::fixed("") } else { line });
        }
    }
}

fn as_text(
    view: &dyn View,
    asker: &Asker,
    kind: Kind,
    id: Id,
    limit: usize,
    width: usize,
) -> Result<Vec<Safe<'static>>, StoreError> {
    let mut page = Page { lines: Vec::new(), width };
    match item(view, asker, kind, id)? {
        Some(Item::Customer(i)) => customer(view, asker, &mut page, &i, limit)?,
        Some(Item::Ticket(i)) => ticket(view, asker, &mut page, &i, limit)?,
        Some(Item::Organisation(i)) => {
            let o = &i.organisation;
            page.line(format!("{}  {}", number::show(kind, o.number), o.name));
            page.field("domains", o.domains.join(" "));
            page.field("tags", o.tags.join(" "));
            o.notes.iter().for_each(|n| page.field("note", n));
            o.custom.iter().for_each(|(k, v)| page.field(k, v));
            let people = people(view, id)?;
            page.head(format!("{} people", people.len()));
            for c in people.iter().take(limit) {
                let email = c.email().unwrap_or_default();
                page.line(format!(
                    "  {}  {}  {email}",
                    number::show(Kind::Customer, c.number),
                    c.display_name()
                ));
            }
        }
        Some(Item::Message(i)) => message(asker, &mut page, &i.message),
        Some(Item::Order(i)) => order(asker, &mut page, &i),
        Some(other) => fields(&mut page, &other, asker)?,
        None => {
            let mut all = as_json(view, asker, kind, id, limit)?;
            all.shift_remove("kind");
            plain(&mut page, &all);
        }
    }
    page.lines.push(Safe::fixed(""));
    Ok(page.lines)
}

/// The columns of a row, one a line.
fn fields(page: &mut Page, item: &Item, asker: &Asker) -> Result<(), StoreError> {
    let mut all = json::item(asker, item)?.as_object().cloned().unwrap_or_default();
    for bookkeeping in ["id", "number", "version", "external_ids", "customer", "author", "owner", "ticket"] {
        all.shift_remove(bookkeeping);
    }
    plain(page, &all);
    Ok(())
}

fn plain(page: &mut Page, all: &Map<String, Value>) {
    for (name, value) in all {
        match value {
            Value::Null => {}
            Value::String(s) => page.field(name, s),
            Value::Array(a) if a.is_empty() => {}
            Value::Array(a) => {
                let all: Vec<String> =
                    a.iter().map(|v| v.as_str().map_or_else(|| v.to_string(), str::to_owned)).collect();
                page.field(name, all.join(" "));
            }
            v => page.field(name, v.to_string()),
        }
    }
}

fn customer(
    view: &dyn View,
    asker: &Asker,
    page: &mut Page,
    i: &CustomerItem,
    limit: usize,
) -> Result<(), StoreError> {
    let c = &i.customer;
    let away = if c.archived_at.is_some() { "  (archived)" } else { "" };
    page.line(format!("{}  {}{away}", number::show(Kind::Customer, c.number), c.display_name()));
    for e in &c.emails {
        let marks = [(e.shared, " (shared)"), (e.bounced, " (bounced)")];
        let marks: String = marks.iter().filter(|(is, _)| *is).map(|(_, m)| *m).collect();
        page.field("e-mail", Safe::addr(format!("{}{marks}", e.address)));
    }
    for p in &c.phones {
        page.field("phone", format!("{} {}", p.raw, p.kind));
    }
    for (role, o) in c.roles.iter().zip(&i.organisations) {
        let post = [role.title.as_str(), role.department.as_str()];
        let post: Vec<&str> = post.into_iter().filter(|t| !t.is_empty()).collect();
        page.field("organisation", format!("{} {}", o.name, post.join(", ")));
    }
    for a in &c.addresses {
        let parts = [&a.street, &a.postal, &a.city, &a.region, &a.country];
        let parts: Vec<&str> = parts.into_iter().map(String::as_str).filter(|p| !p.is_empty()).collect();
        page.field("address", parts.join(", "));
    }
    page.field("stage", c.stage.as_str());
    page.field("owner", c.owner.and_then(|id| asker.roster.agent(id)).map_or("", |a| a.name.as_str()));
    page.field("tags", c.tags.join(" "));
    page.field("language", &c.language);
    c.custom.iter().for_each(|(k, v)| page.field(k, v));
    c.notes.iter().for_each(|n| page.field("note", n));
    let facts = &i.facts;
    page.field("open tickets", facts.open.filter(|n| *n > 0).map(|n| n.to_string()).unwrap_or_default());
    for (minor, code) in &facts.revenue {
        let n = facts.orders.unwrap_or(0);
        page.field("revenue", format!("{} {code} in {n} orders", json::amount(*minor, code)));
    }
    page.head("history, the newest first");
    for e in history(view, c.id, limit)? {
        let at = asker.zone.date_time(e.at);
        page.line(format!("  {at}  {}", entry(&e.entry)));
    }
    Ok(())
}

fn entry(e: &TimelineEntry) -> String {
    match e {
        TimelineEntry::Interaction(i) => {
            let text = if i.subject.is_empty() { columns::first_line(&i.body) } else { i.subject.clone() };
            format!("{} {}: {text}", i.channel, i.direction)
        }
        TimelineEntry::Message(m, n, _) => {
            format!(
                "{} of {}: {}",
                columns::from(m),
                number::show(Kind::Ticket, *n),
                columns::first_line(&m.body)
            )
        }
        TimelineEntry::Ticket(t) => {
            format!("{} opened: {} ({})", number::show(Kind::Ticket, t.number), t.subject, t.category.label())
        }
        TimelineEntry::Order(o) => {
            let total = json::amount(o.total, &o.currency);
            let what = columns::items(o);
            format!("{} {total} {} {} {what}", number::show(Kind::Order, o.number), o.currency, o.status)
        }
        TimelineEntry::Response(r) => {
            format!("{} {}: {}", r.preset.as_str().to_uppercase(), r.score, r.comment)
        }
        TimelineEntry::Task(t) => {
            let done = if t.done_at.is_some() { " (done)" } else { "" };
            format!("{} {}{done}", number::show(Kind::Task, t.number), t.title)
        }
        TimelineEntry::Stage(to) => format!("became {}", to.as_str().replace('_', " ")),
    }
}

fn ticket(
    view: &dyn View,
    asker: &Asker,
    page: &mut Page,
    i: &TicketItem,
    limit: usize,
) -> Result<(), StoreError> {
    let (t, zone) = (&i.ticket, &asker.zone);
    page.line(format!("{}  {}", number::show(Kind::Ticket, t.number), t.subject));
    let status = if t.status.is_empty() {
        t.category.label()
    } else {
        format!("{} ({})", t.status, t.category.label())
    };
    let spam = if t.spam { ", spam" } else { "" };
    page.field("status", format!("{status}, {} {}{spam}", t.priority, t.ticket_type));
    if let Some(c) = &i.requester {
        let email = c.email().unwrap_or_default();
        let organisation = i.organisation.as_ref().map(|o| format!(", {}", o.name)).unwrap_or_default();
        let number = number::show(Kind::Customer, c.number);
        page.field("requester", Safe::addr(format!("{number}  {} {email}{organisation}", c.display_name())));
    }
    page.field("assignee", t.assignee.and_then(|id| asker.roster.agent(id)).map_or("", |a| a.name.as_str()));
    page.field("team", t.team.and_then(|id| asker.roster.team(id)).map_or("", |t| t.name.as_str()));
    page.field("tags", t.tags.join(" "));
    page.field("opened", format!("{} by {}", zone.date_time(t.created_at), t.channel));
    page.field("promised by", t.due().map(|d| zone.date_time(d)).unwrap_or_default());
    page.field("snoozed until", t.snoozed_until.map(|d| zone.date_time(d)).unwrap_or_default());
    t.custom.iter().for_each(|(k, v)| page.field(k, v));
    let thread = read::thread(view, t.id)?;
    let skip = thread.len().saturating_sub(limit);
    if skip > 0 {
        page.head(format!("{skip} earlier messages: --limit N shows more"));
    }
    for m in thread.iter().skip(skip) {
        page.lines.push(Safe::fixed(""));
        message(asker, page, m);
    }
    let last: Option<TicketEvent> = read::last_event(view, t.id)?;
    if thread.is_empty() && last.is_some() {
        page.head("no messages");
    }
    Ok(())
}

fn message(asker: &Asker, page: &mut Page, m: &Message) {
    let state = match m.delivery.as_str() {
        "received" => String::new(),
        state => format!("  [{state}]"),
    };
    let to = if m.to.is_empty() { String::new() } else { format!(" → {}", m.to.join(", ")) };
    let at = asker.zone.date_time(m.at);
    page.line(format!("{}  {at}  {}{to}{state}", number::show(Kind::Message, m.number), columns::from(m)));
    for p in &m.problems {
        page.line(format!("    ! {p}"));
    }
    page.body(&m.body);
    for a in &m.attachments {
        page.line(format!("    + {} ({}, {} bytes)", a.name, a.content_type, a.size));
    }
}

fn order(asker: &Asker, page: &mut Page, i: &OrderItem) {
    let o = &i.order;
    let money = |minor| format!("{} {}", json::amount(minor, &o.currency), o.currency);
    page.line(format!("{}  {}  {}", number::show(Kind::Order, o.number), o.date, money(o.total)));
    if let Some(c) = &i.customer {
        page.field("customer", format!("{}  {}", number::show(Kind::Customer, c.number), c.display_name()));
    }
    page.field("status", o.status.as_str());
    page.field("source", &o.source);
    for l in &o.lines {
        let title = if l.title.is_empty() { &l.sku } else { &l.title };
        page.field("line", format!("{} × {title}  {}", l.quantity, money(l.amount)));
    }
    for (name, amount) in [("tax", o.tax), ("shipping", o.shipping), ("discount", o.discount)] {
        if amount != 0 {
            page.field(name, money(amount));
        }
    }
    for r in &o.refunds {
        page.field("refund", format!("{}  {}  {}", asker.zone.date(r.at), money(r.amount), r.reason));
    }
}
