//! What the screen and the CLI look at: names, threads, timelines, who is who.

use crate::{
    desk::joined::Joined,
    model::{
        Agent, Customer, Day, Id, ImportBatch, Interaction, Key, KeyReader, Kind, Mailbox, Message, Order,
        Organisation, Refusal, Response, Seq, Stage, Stamp, Table, Task, Team, Ticket, TicketEvent, field,
        fold, number, zone::Zone,
    },
    store::{
        Range, Reject, Scan, StoreError, View, ViewExt,
        feed::{self, FeedItem},
        records,
    },
};

pub use crate::store::check::events_of as events;

/// A record as people name it: `T-104`, `Ada Lovelace`, `@dana`.
///
/// # Errors
/// Where the file cannot be read.
pub fn name_of(view: &dyn View, kind: Kind, id: Id) -> Result<String, StoreError> {
    let named = match kind {
        Kind::Customer => records::get::<Customer>(view, id)?.map(|c| c.display_name()),
        Kind::Organisation => records::get::<Organisation>(view, id)?.map(|o| o.name),
        Kind::Agent => records::get::<Agent>(view, id)?.map(|a| a.name),
        Kind::Team => records::get::<Team>(view, id)?.map(|t| t.name),
        Kind::Ticket => records::get::<Ticket>(view, id)?.map(|t| number::show(kind, t.number)),
        Kind::Order => records::get::<Order>(view, id)?.map(|o| number::show(kind, o.number)),
        Kind::Task => records::get::<Task>(view, id)?.map(|t| number::show(kind, t.number)),
        Kind::Interaction => records::get::<Interaction>(view, id)?.map(|i| number::show(kind, i.number)),
        Kind::Response => records::get::<Response>(view, id)?.map(|r| number::show(kind, r.number)),
        Kind::Message => records::get::<Message>(view, id)?.map(|m| number::show(kind, m.number)),
        Kind::Mailbox => records::get::<Mailbox>(view, id)?.map(|m| m.address),
        Kind::Workspace => Some("the desk".to_owned()),
        Kind::TicketEvent | Kind::Outbox | Kind::SavedView | Kind::ImportBatch => None,
        kind => records::any(view, kind, id)?.map(|r| number::show(kind, r.number())),
    };
    Ok(named.unwrap_or_else(|| format!("{} {id}", kind.word())))
}

/// A record by its number, `C-7`, where people see one; else by its name.
///
/// # Errors
/// Where the file cannot be read.
pub fn number_of(view: &dyn View, kind: Kind, id: Id) -> Result<String, StoreError> {
    let number = match kind {
        Kind::Customer => records::get::<Customer>(view, id)?.map(|c| c.number),
        Kind::Organisation => records::get::<Organisation>(view, id)?.map(|o| o.number),
        Kind::Agent => records::get::<Agent>(view, id)?.map(|a| a.number),
        Kind::ImportBatch => records::get::<ImportBatch>(view, id)?.map(|b| b.number),
        _ => return name_of(view, kind, id),
    };
    Ok(number.map_or_else(|| format!("{} {id}", kind.word()), |n| number::show(kind, n)))
}

/// The record that people mean: a number (`T-104`, `#104`, `104`), an id, for customers an address, for organisations a
/// name, or `source:external id`. A merged record resolves to the surviving one.
///
/// # Errors
/// [`Refusal::NotFound`], and where the file cannot be read.
pub fn resolve(view: &dyn View, kind: Kind, text: &str) -> Result<Id, Reject> {
    Ok(super::merge::survivor(view, kind, resolve_itself(view, kind, text)?)?)
}

/// As [`resolve`], but a merged record stays itself.
///
/// # Errors
/// As [`resolve`].
pub fn resolve_itself(view: &dyn View, kind: Kind, text: &str) -> Result<Id, Reject> {
    let text = text.trim();
    let none = || Reject::from(Refusal::NotFound { kind, what: text.to_owned() });
    if let Ok(id) = text.parse::<Id>() {
        return view.get(kind.table(), id.bytes())?.map(|_| id).ok_or_else(none);
    }
    if let Some((named, n)) = number::parse(text)
        && named.is_none_or(|k| k == kind)
        && let Some(id) = records::by_number(view, kind, n)?
    {
        return Ok(id);
    }
    if let Some((source, id)) = text.split_once(':')
        && let Some(id) = records::by_external(view, kind, source, id)?
    {
        return Ok(id);
    }
    match kind {
        Kind::Customer => customer_by_email(view, text)?.ok_or_else(none),
        Kind::Organisation => by_name(view, kind, text)?.ok_or_else(none),
        Kind::Agent => agent_named(view, text, None),
        Kind::Team => by_name(view, kind, text)?.ok_or_else(none),
        _ => Err(none()),
    }
}

/// The kind and id of a number with its letter (`T-104`).
///
/// # Errors
/// [`Refusal::NotFound`], and where the file cannot be read.
pub fn resolve_any(view: &dyn View, text: &str) -> Result<(Kind, Id), Reject> {
    let kind = number::parse(text).and_then(|(k, _)| k);
    if let Some(kind) = kind {
        return Ok((kind, resolve(view, kind, text)?));
    }
    if text.contains('@') {
        return Ok((Kind::Customer, resolve(view, Kind::Customer, text)?));
    }
    for kind in Kind::ALL.iter().copied().filter(|k| !k.letter().is_empty()) {
        if let Ok(id) = text.trim().parse::<Id>()
            && view.get(kind.table(), id.bytes())?.is_some()
        {
            return Ok((kind, id));
        }
    }
    Ok((Kind::Ticket, resolve(view, Kind::Ticket, text)?))
}

/// The customer whose address it is: its owner, else one of those who share it.
///
/// # Errors
/// Where the file cannot be read.
pub fn customer_by_email(view: &dyn View, address: &str) -> Result<Option<Id>, StoreError> {
    let Some(key) = fold::email_key(address) else { return Ok(None) };
    if let Some(owner) = super::work::email_owner(view, &key, None)? {
        return Ok(Some(owner));
    }
    let row = view.first(Table::IxEmail, &Range::prefix(Key::new().text(&key)), Scan::Forward)?;
    Ok(row.and_then(|(k, _)| k.last_chunk::<16>().map(|b| Id(*b))))
}

fn by_name(view: &dyn View, kind: Kind, name: &str) -> Result<Option<Id>, StoreError> {
    let prefix = Key::new().u8(kind.code()).text(&fold::fold(name));
    let row = view.first(Table::IxName, &Range::prefix(prefix), Scan::Forward)?;
    Ok(row.and_then(|(k, _)| k.last_chunk::<16>().map(|b| Id(*b))))
}

/// The agent that people mean: `@me`, `@dana`, `dana`, a number, a name, a Unix user.
///
/// # Errors
/// [`Refusal::NotFound`], and where the file cannot be read.
pub fn agent_named(view: &dyn View, text: &str, me: Option<Id>) -> Result<Id, Reject> {
    let wanted = fold::fold(text.trim().trim_start_matches('@'));
    if let (Some(me), "me") = (me, wanted.as_str()) {
        return Ok(me);
    }
    let number = number::parse(text).filter(|(k, _)| *k == Some(Kind::Agent)).map(|(_, n)| n);
    let all = agents(view)?;
    let found = all
        .iter()
        .find(|a| a.handle == wanted || Some(a.number) == number)
        .or_else(|| all.iter().find(|a| fold::fold(&a.name) == wanted || a.unix_user == text.trim()))
        .or_else(|| all.iter().find(|a| a.id.to_string() == text.trim()));
    let none = || Refusal::NotFound { kind: Kind::Agent, what: text.to_owned() }.into();
    found.map(|a| a.id).ok_or_else(none)
}

/// All agents that work here, by name.
///
/// # Errors
/// Where the file cannot be read.
pub fn agents(view: &dyn View) -> Result<Vec<Agent>, StoreError> {
    let mut out = Vec::new();
    records::each::<Agent>(view, |a| {
        out.push(a);
        true
    })?;
    out.retain(|a| a.archived_at.is_none());
    out.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(out)
}

/// The agent of a Unix user.
///
/// # Errors
/// Where the file cannot be read.
pub fn agent_of_user(view: &dyn View, user: &str) -> Result<Option<Agent>, StoreError> {
    Ok(agents(view)?.into_iter().find(|a| !user.is_empty() && a.unix_user == user))
}

/// All teams, by name.
///
/// # Errors
/// Where the file cannot be read.
pub fn teams(view: &dyn View) -> Result<Vec<Team>, StoreError> {
    let mut out = Vec::new();
    records::each::<Team>(view, |t| {
        out.push(t);
        true
    })?;
    out.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(out)
}

/// The messages of a ticket, in the order of their time.
///
/// # Errors
/// Where the file cannot be read.
pub fn thread(view: &dyn View, ticket: Id) -> Result<Vec<Message>, StoreError> {
    let mut ids = Vec::new();
    view.scan(Table::IxThread, &Range::prefix(Key::new().id(ticket)), Scan::Forward, &mut |k, _| {
        ids.extend(k.last_chunk::<16>().map(|b| Id(*b)));
        true
    })?;
    ids.into_iter().filter_map(|id| records::get(view, id).transpose()).collect()
}

/// One thing on a customer's timeline.
#[derive(Debug, Clone, PartialEq)]
pub enum TimelineEntry {
    /// Something said, outside of tickets.
    Interaction(Box<Interaction>),
    /// A message of a ticket, with the ticket's number and subject.
    Message(Box<Message>, u64, String),
    /// A ticket was opened.
    Ticket(Box<Ticket>),
    /// An order.
    Order(Box<Order>),
    /// A survey answer.
    Response(Box<Response>),
    /// A task was added.
    Task(Box<Task>),
    /// A record of a kind that is declared as an [`Entity`](field::Entity).
    Plain(Box<Joined>),
    /// The stage changed.
    Stage(Stage),
}

impl TimelineItem {
    /// The date, where only that is known: the time then says nothing.
    pub fn date(&self) -> Option<Day> {
        match &self.entry {
            TimelineEntry::Order(o) if o.at.is_none() => Some(o.date),
            _ => None,
        }
    }
}

/// An entry and its time.
#[derive(Debug, Clone, PartialEq)]
pub struct TimelineItem {
    /// When.
    pub at: Stamp,
    /// Its record.
    pub id: Id,
    /// What.
    pub entry: TimelineEntry,
}

/// Where a page of a timeline ends: give it back for the next one.
pub type TimelineCursor = Vec<u8>;

/// A customer's whole history, newest first: at most `limit` entries before a cursor, and the cursor of the next page. What
/// has only a date is placed at the start of that day in the zone.
///
/// # Errors
/// Where the file cannot be read.
pub fn timeline(
    view: &dyn View,
    customer: Id,
    zone: &Zone,
    before: Option<&TimelineCursor>,
    limit: usize,
) -> Result<(Vec<TimelineItem>, Option<TimelineCursor>), StoreError> {
    let mut range = Range::prefix(Key::new().id(customer));
    if let Some(before) = before {
        range.end = Some(before.clone());
    }
    let rows = view.page(Table::IxTimeline, &range, Scan::Backward, limit)?;
    let next = if rows.len() == limit { rows.last().map(|(k, _)| k.clone()) } else { None };
    let mut out = Vec::with_capacity(rows.len());
    for (key, _) in rows {
        let mut r = KeyReader(&key);
        let (_, at, kind, id) = (r.id(), r.at(), r.u8().and_then(Kind::of_code), r.id());
        let (Some(at), Some(kind), Some(id)) = (at, kind, id) else { continue };
        if let Some(entry) = timeline_entry(view, kind, id, at)? {
            let at = match &entry {
                TimelineEntry::Order(o) if o.at.is_none() => zone.start_of_day(o.date),
                _ => at,
            };
            out.push(TimelineItem { at, id, entry });
        }
    }
    // The index has dates at midnight UTC.
    out.sort_by_key(|i| std::cmp::Reverse(i.at));
    Ok((out, next))
}

fn timeline_entry(
    view: &dyn View,
    kind: Kind,
    id: Id,
    at: Stamp,
) -> Result<Option<TimelineEntry>, StoreError> {
    Ok(match kind {
        Kind::Interaction => records::get(view, id)?.map(|r| TimelineEntry::Interaction(Box::new(r))),
        Kind::Message => match records::get::<Message>(view, id)? {
            Some(m) => {
                let ticket = records::get::<Ticket>(view, m.ticket)?.unwrap_or_default();
                Some(TimelineEntry::Message(Box::new(m), ticket.number, ticket.subject))
            }
            None => None,
        },
        Kind::Ticket => records::get(view, id)?.map(|r| TimelineEntry::Ticket(Box::new(r))),
        Kind::Order => records::get(view, id)?.map(|r| TimelineEntry::Order(Box::new(r))),
        Kind::Response => records::get(view, id)?.map(|r| TimelineEntry::Response(Box::new(r))),
        Kind::Task => records::get(view, id)?.map(|r| TimelineEntry::Task(Box::new(r))),
        Kind::Customer => {
            let c: Option<Customer> = records::get(view, id)?;
            c.and_then(|c| c.stages.into_iter().rev().find(|s| s.at == at))
                .map(|s| TimelineEntry::Stage(s.to))
        }
        kind if field::is_entity(kind) => match records::any(view, kind, id)? {
            Some(record) => Some(TimelineEntry::Plain(Box::new(Joined::of(view, record)?))),
            None => None,
        },
        _ => None,
    })
}

/// The log rows of a record, newest first: who changed it, when, what.
///
/// # Errors
/// Where the file cannot be read.
pub fn history(view: &dyn View, id: Id, limit: usize) -> Result<Vec<FeedItem>, StoreError> {
    let rows = view.page(Table::IxHistory, &Range::prefix(Key::new().id(id)), Scan::Backward, limit)?;
    let mut out = Vec::new();
    for (key, _) in rows {
        let mut r = KeyReader(&key);
        let (_, seq) = (r.id(), r.u64());
        if let Some(seq) = seq
            && let Some(item) = feed::at(view, seq)?
        {
            out.push(item);
        }
    }
    Ok(out)
}

/// The imports.
///
/// # Errors
/// Where the file cannot be read.
pub fn imports(view: &dyn View) -> Result<Vec<ImportBatch>, StoreError> {
    let mut out = Vec::new();
    records::each(view, |batch| {
        out.push(batch);
        true
    })?;
    Ok(out)
}

/// The places in the log of a batch's rows, oldest first.
///
/// # Errors
/// Where the file cannot be read.
pub fn batch_rows(view: &dyn View, batch: Id) -> Result<Vec<Seq>, StoreError> {
    log_rows(view, Table::IxBatch, batch)
}

/// The places in the log of a record's rows, oldest first.
///
/// # Errors
/// Where the file cannot be read.
pub fn history_rows(view: &dyn View, id: Id) -> Result<Vec<Seq>, StoreError> {
    log_rows(view, Table::IxHistory, id)
}

fn log_rows(view: &dyn View, index: Table, id: Id) -> Result<Vec<Seq>, StoreError> {
    let mut out = Vec::new();
    view.scan(index, &Range::prefix(Key::new().id(id)), Scan::Forward, &mut |k, _| {
        let mut r = KeyReader(k);
        let (_, seq) = (r.id(), r.u64());
        out.extend(seq);
        true
    })?;
    Ok(out)
}

/// The tickets of a customer, newest first, with those merged away left out.
///
/// # Errors
/// Where the file cannot be read.
pub fn tickets_of(view: &dyn View, customer: Id) -> Result<Vec<Ticket>, StoreError> {
    records::referring(view, (Kind::Customer, customer)).map(|mut all: Vec<Ticket>| {
        all.retain(|t| t.requester == customer && t.merged_into.is_none());
        all.sort_by_key(|t| std::cmp::Reverse(t.created_at));
        all
    })
}

/// The orders of a customer, newest first.
///
/// # Errors
/// Where the file cannot be read.
pub fn orders_of(view: &dyn View, customer: Id) -> Result<Vec<Order>, StoreError> {
    records::referring(view, (Kind::Customer, customer)).map(|mut all: Vec<Order>| {
        all.sort_by_key(|o| std::cmp::Reverse(o.when()));
        all
    })
}

/// The last event of a ticket, for *what happened*.
///
/// # Errors
/// Where the file cannot be read.
pub fn last_event(view: &dyn View, ticket: Id) -> Result<Option<TicketEvent>, StoreError> {
    let row = view.first(Table::IxEvent, &Range::prefix(Key::new().id(ticket)), Scan::Backward)?;
    match row.and_then(|(k, _)| k.last_chunk::<16>().map(|b| Id(*b))) {
        Some(id) => records::get(view, id),
        None => Ok(None),
    }
}

/// The mail of a message as it came, or an attachment's bytes; empty where there is none.
///
/// # Errors
/// Where the file cannot be read.
pub fn raw(view: &dyn View, id: Id) -> Result<Vec<u8>, StoreError> {
    Ok(crate::store::raw::get(view, id)?.unwrap_or_default())
}
