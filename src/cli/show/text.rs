//! A record as lines for people.

use serde_json::{Map, Value};

use super::{as_json, history, item, people};
use crate::{
    cli::json,
    desk::{
        fields,
        incoming::address,
        list::{CustomerItem, Item, OrderItem, QueryContext, TicketItem, brief},
        read::{self, TimelineEntry, TimelineItem},
        sensitive,
    },
    model::{Id, Kind, Message, Outbox, TicketEvent, limits, number},
    store::{StoreError, View, records},
    term::safe::Safe,
};

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

/// The page of a record: its fields and what belongs to it, of a history at most `limit` entries, `width` cells wide.
///
/// # Errors
/// Where the file cannot be read.
pub(super) fn as_text(
    view: &dyn View,
    asker: &QueryContext,
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
            others(&mut page, fields::others(view, &asker.zone, o)?);
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
        Some(Item::Message(i)) => message(view, asker, &mut page, &i.message)?,
        Some(Item::Order(i)) => order(asker, &mut page, &i),
        Some(Item::Plain(i)) => {
            let r = &*i.record;
            page.line(format!("{}  {}", number::show(kind, r.number()), r.title()));
            others(&mut page, fields::all(view, &asker.zone, r, asker.sensitive)?);
        }
        Some(other) => columns_of(&mut page, &other, asker)?,
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
fn columns_of(page: &mut Page, item: &Item, asker: &QueryContext) -> Result<(), StoreError> {
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
    asker: &QueryContext,
    page: &mut Page,
    i: &CustomerItem,
    limit: usize,
) -> Result<(), StoreError> {
    let c = &i.customer;
    let away = if c.archived_at.is_some() { "  (archived)" } else { "" };
    page.line(format!("{}  {}{away}", number::show(Kind::Customer, c.number), c.display_name()));
    for e in &c.emails {
        let bounced = match e.bounce.as_str() {
            "" => " (bounced)".to_owned(),
            said => format!(" (bounced: {said})"),
        };
        let marks = [(e.shared, " (shared)"), (e.bounced, bounced.as_str())];
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
    for (name, value) in sensitive::shown(c) {
        page.field(name, value);
    }
    others(page, fields::others(view, &asker.zone, c)?);
    c.custom.iter().for_each(|(k, v)| page.field(k, v));
    c.notes.iter().for_each(|n| page.field("note", n));
    let facts = &i.facts;
    page.field("open tickets", facts.open.filter(|n| *n > 0).map(|n| n.to_string()).unwrap_or_default());
    for (minor, code) in &facts.revenue {
        let n = facts.orders.unwrap_or(0);
        page.field("revenue", format!("{} {code} in {n} orders", json::amount(*minor, code)));
    }
    page.head("history, the newest first");
    for e in history(view, c.id, &asker.zone, limit)? {
        let at = e.date().map_or_else(|| asker.zone.date_time(e.at), |day| day.to_string());
        page.line(format!("  {at}  {}", entry(&e)));
    }
    Ok(())
}

/// Fields without a place of their own.
fn others(page: &mut Page, fields: Vec<(&'static str, String)>) {
    for (title, value) in fields {
        page.field(&title.to_lowercase(), value.replace('\n', " "));
    }
}

fn entry(item: &TimelineItem) -> String {
    match &item.entry {
        TimelineEntry::Interaction(i) => {
            let text = brief::said(i);
            format!("{} {}: {text}", i.channel, i.direction)
        }
        TimelineEntry::Message(m, n, _) => {
            format!(
                "{} of {}: {}",
                brief::from(m),
                number::show(Kind::Ticket, *n),
                brief::first_line(&m.body)
            )
        }
        TimelineEntry::Ticket(t) => {
            format!("{} opened: {} ({})", number::show(Kind::Ticket, t.number), t.subject, t.category.label())
        }
        TimelineEntry::Order(o) => {
            let total = json::amount(o.total, &o.currency);
            let what = brief::items(o);
            format!("{} {total} {} {} {what}", number::show(Kind::Order, o.number), o.currency, o.status)
        }
        TimelineEntry::Response(r) => {
            format!("{} {}: {}", r.preset.as_str().to_uppercase(), r.score, r.comment)
        }
        TimelineEntry::Plain(i) => {
            let r = &i.record;
            let stage = r.history_at(item.at).map(|s| format!("  {s}")).unwrap_or_default();
            format!("{} {}{stage}", number::show(r.kind(), r.number()), r.title())
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
    asker: &QueryContext,
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
    let spam = match (t.spam, t.screened) {
        (true, _) => ", spam",
        (false, true) => ", waits in the screener",
        (false, false) => "",
    };
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
    for offer in address::offers(view, t.id)? {
        let whose = read::name_of(view, Kind::Customer, offer.customer)?;
        let may_be = format!("{} may be {whose}'s: ticket accept-address or decline-address", offer.address);
        page.field("new address", Safe::addr(may_be));
    }
    page.field("opened", format!("{} by {}", zone.date_time(t.created_at), t.channel));
    page.field("promised by", t.due().map(|d| zone.date_time(d)).unwrap_or_default());
    others(page, fields::others(view, zone, t)?);
    page.field("snoozed until", t.snoozed_until.map(|d| zone.date_time(d)).unwrap_or_default());
    t.custom.iter().for_each(|(k, v)| page.field(k, v));
    let thread = read::thread(view, t.id)?;
    let skip = thread.len().saturating_sub(limit);
    if skip > 0 {
        page.head(format!("{skip} earlier messages: --limit N shows more"));
    }
    for m in thread.iter().skip(skip) {
        page.lines.push(Safe::fixed(""));
        message(view, asker, page, m)?;
    }
    let last: Option<TicketEvent> = read::last_event(view, t.id)?;
    if thread.is_empty() && last.is_some() {
        page.head("no messages");
    }
    Ok(())
}

fn message(view: &dyn View, asker: &QueryContext, page: &mut Page, m: &Message) -> Result<(), StoreError> {
    // How far it is, as the outbox has it: of a message, `queued` is all that has not left for sure.
    let out = records::get::<Outbox>(view, m.id)?;
    let state = match (&out, m.delivery.as_str()) {
        (Some(out), _) => format!("  [{}]", out.state.as_str()),
        (None, "received") => String::new(),
        (None, state) => format!("  [{state}]"),
    };
    let to = if m.to.is_empty() { String::new() } else { format!(" → {}", m.to.join(", ")) };
    let at = asker.zone.date_time(m.at);
    page.line(format!("{}  {at}  {}{to}{state}", number::show(Kind::Message, m.number), brief::from(m)));
    for p in out.iter().map(|out| &out.problem).filter(|p| !p.is_empty()).chain(&m.problems) {
        page.line(format!("    ! {p}"));
    }
    page.body(&m.body);
    for a in m.attachments.iter().take(limits::ATTACHMENTS) {
        page.line(format!("    + {} ({}, {} bytes)", a.name, a.content_type, a.size));
    }
    let more = m.attachments.len().saturating_sub(limits::ATTACHMENTS);
    if more > 0 {
        page.line(format!("    + {} more", limits::thousands(more)));
    }
    Ok(())
}

fn order(asker: &QueryContext, page: &mut Page, i: &OrderItem) {
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
