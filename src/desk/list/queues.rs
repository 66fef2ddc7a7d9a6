//! Queues: the splits in which agents triage, each a query over tickets, with what waits in it.

use std::collections::BTreeMap;

use super::{
    Item, Needs, QueryContext, TicketItem,
    plan::{Source, plan},
};
use crate::{
    desk::mailboxes,
    model::{Id, SavedView, Stamp, Ticket},
    query::{QueryError, eval, schema},
    store::{StoreError, View, records},
};

/// A queue: a name and a query over tickets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Queue {
    /// Its name.
    pub name: String,
    /// Its query.
    pub query: String,
    /// The saved view behind it; `None` for those that every desk has.
    pub view: Option<Id>,
    /// The columns of its list; empty: the usual ones.
    pub columns: Vec<String>,
}

/// The query of the first queue: what a screen asks for before it knows the others.
pub const MINE: &str = "is:open assignee:@me -is:snoozed";

/// The queues that every desk has, most used first.
const BUILT_IN: &[(&str, &str)] = &[
    ("Mine", MINE),
    ("Unassigned", "is:unassigned -is:snoozed"),
    ("Replied", "is:open is:waiting is:replied -is:snoozed"),
    ("Due soon", "is:open due<30min"),
    ("Silent > 48 h", "is:open waiting>48h"),
    ("All open", "is:open -is:snoozed"),
    ("Snoozed", "is:open is:snoozed"),
    ("Solved", "status:solved solved:7d.."),
];

/// The queue of tickets whose senders write for the first time: where a mailbox has a screener.
const SCREENER: (&str, &str) = ("Screener", "is:screened");

/// All queues: those of every desk, then the shared and the agent's saved views of tickets.
///
/// # Errors
/// Where the file cannot be read.
pub fn queues(view: &dyn View, me: Option<Id>) -> Result<Vec<Queue>, StoreError> {
    let mut out: Vec<Queue> = BUILT_IN
        .iter()
        .map(|(name, query)| Queue {
            name: (*name).to_owned(),
            query: (*query).to_owned(),
            view: None,
            columns: Vec::new(),
        })
        .collect();
    if mailboxes::all(view)?.iter().any(|m| m.screener) {
        let (name, query) = SCREENER;
        out.push(Queue { name: name.to_owned(), query: query.to_owned(), view: None, columns: Vec::new() });
    }
    let mut saved = Vec::new();
    records::each::<SavedView>(view, |v| {
        if v.frozen_at.is_none() && v.entity == "tickets" && (v.owner.is_none() || v.owner == me) {
            saved.push(v);
        }
        true
    })?;
    saved.sort_by(|a, b| (a.rank, &a.name).cmp(&(b.rank, &b.name)));
    out.extend(saved.into_iter().map(|v| Queue {
        name: v.name,
        query: v.query,
        view: Some(v.id),
        columns: v.columns,
    }));
    Ok(out)
}

/// What waits in a queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct QueueCount {
    /// Tickets.
    pub tickets: usize,
    /// Of these, overdue.
    pub overdue: usize,
    /// Of these, with something new to the asker.
    pub unread: usize,
}

/// How much waits in each queue, in one pass over the tickets that the plans of their queries name.
///
/// # Errors
/// Where the file cannot be read. A queue whose query is not understood counts nothing.
pub fn queue_counts(
    view: &dyn View,
    asker: &QueryContext,
    queues: &[Queue],
) -> Result<Vec<QueueCount>, StoreError> {
    let mut out = vec![QueueCount::default(); queues.len()];
    each_in(view, asker, queues, &mut |at, item| {
        if let (Some(n), Item::Ticket(i)) = (out.get_mut(at), item) {
            n.tickets += 1;
            n.overdue += usize::from(i.ticket.due().is_some_and(|d| d < asker.now));
            n.unread += usize::from(i.unread);
        }
    })?;
    Ok(out)
}

/// Gives the tickets of each queue, with its place among them, in one pass.
pub(super) fn each_in(
    view: &dyn View,
    asker: &QueryContext,
    queues: &[Queue],
    f: &mut dyn FnMut(usize, &Item),
) -> Result<(), StoreError> {
    let mut bound = Vec::with_capacity(queues.len());
    for q in queues {
        bound.push(super::compile(view, asker, &q.query, &schema::TICKETS)?.ok());
    }
    let mut needs = Needs::default();
    // The tickets that an index names, with the queues that they may be in; the other queues read all tickets.
    let mut named: BTreeMap<Id, Vec<usize>> = BTreeMap::new();
    let mut scanned = Vec::new();
    for (at, b) in bound.iter().enumerate().filter_map(|(at, b)| Some((at, b.as_ref()?))) {
        let n = Needs::of(b);
        needs.text |= n.text;
        needs.held |= n.held;
        match plan(view, asker, b, None)?.source {
            Source::Records(ids) => ids.into_iter().for_each(|id| named.entry(id).or_default().push(at)),
            _ => scanned.push(at),
        }
    }
    let mut give = |item: &Item, queues: &[usize]| {
        for at in queues {
            if let Some(Some(b)) = bound.get(*at)
                && item.with_row(asker, |row| eval::matches(b, row))
            {
                f(*at, item);
            }
        }
    };
    if scanned.is_empty() {
        for (id, queues) in named {
            if let Some(ticket) = records::get::<Ticket>(view, id)? {
                give(&Item::Ticket(Box::new(TicketItem::of(view, asker, ticket, needs)?)), &queues);
            }
        }
        return Ok(());
    }
    let mut failed = None;
    records::each::<Ticket>(view, |ticket| {
        let id = ticket.id;
        match TicketItem::of(view, asker, ticket, needs) {
            Ok(item) => {
                let item = Item::Ticket(Box::new(item));
                give(&item, &scanned);
                give(&item, named.get(&id).map_or(&[], Vec::as_slice));
            }
            Err(e) => failed = Some(e),
        }
        failed.is_none()
    })?;
    failed.map_or(Ok(()), Err)
}

/// The tickets of a query as a queue shows them: overdue first, then by priority, then what is due first, then what
/// waits longest; or in the query's own order.
///
/// # Errors
/// Where the file cannot be read; a query that is not understood is the inner error.
pub fn in_queue_order(
    view: &dyn View,
    asker: &QueryContext,
    text: &str,
) -> Result<Result<Vec<TicketItem>, QueryError>, StoreError> {
    let bound = match super::compile(view, asker, text, &schema::TICKETS)? {
        Ok(b) => b,
        Err(e) => return Ok(Err(e)),
    };
    let mut out = Vec::new();
    super::each(view, asker, &bound, &mut |item| {
        out.push(item);
        true
    })?;
    if bound.relevance {
        super::text::by_relevance(view, &bound, &mut out)?;
    }
    if let Some(sort) = &bound.sort {
        out.sort_by_cached_key(|i| i.with_row(asker, |row| eval::sort_key(sort, row)));
    }
    let mut out: Vec<TicketItem> =
        out.into_iter().filter_map(|i| if let Item::Ticket(t) = i { Some(*t) } else { None }).collect();
    if !bound.is_ordered() {
        out.sort_by_cached_key(|i| urgency(&i.ticket, asker.now));
    }
    out.truncate(bound.limit.unwrap_or(usize::MAX));
    Ok(Ok(out))
}

/// Smaller is more urgent: breach soonest, then priority, then waiting longest.
pub fn urgency(t: &Ticket, now: Stamp) -> (bool, u8, Stamp, Stamp) {
    let due = t.due().unwrap_or(Stamp::MAX);
    let waiting = t.timers.unanswered_since.unwrap_or(t.created_at);
    (
        due >= now,
        4u8.saturating_sub(t.priority.rank()),
        due,
        if t.category.is_unsolved() { waiting } else { -t.updated_at },
    )
}
