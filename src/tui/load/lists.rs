//! Lists by query, as rows of the screen.

use std::collections::HashMap;

use super::Seat;
use crate::{
    desk::list::{self, Item, TicketItem, in_queue_order, queue_counts},
    model::{Id, Key, KeyReader, Stamp, Table, fold::fold},
    query::{self, schema},
    store::{Range, Scan, StoreError, View},
    tui::{
        data::{Answer, CustomerRow, QueueRow, Slot, TaskRow, TicketRow},
        pages::timeline::stage_word,
    },
};

/// The queues with their counts.
pub fn queues(view: &dyn View, seat: &Seat) -> Result<Answer, StoreError> {
    let queues = list::queues(view, Some(seat.me))?;
    let counts = queue_counts(view, &seat.asker, &queues)?;
    let rows = queues.into_iter().zip(counts).map(|(q, n)| QueueRow {
        name: q.name,
        query: q.query,
        count: n.tickets,
        overdue: n.overdue,
    });
    Ok(Answer::Queues(rows.collect()))
}

/// Tickets of a query: the most urgent first, or as the query says.
pub fn tickets(view: &dyn View, seat: &Seat, slot: Slot, text: &str) -> Result<Answer, StoreError> {
    Ok(match in_queue_order(view, &seat.asker, text)? {
        Ok(items) => {
            let mut rows: Vec<TicketRow> = items.iter().map(|t| ticket(seat, t)).collect();
            let sorted = query::parse(text).is_ok_and(|q| q.sort.is_some());
            if slot == Slot::AllTickets && !sorted {
                // Among all tickets those that need work stand first.
                rows.sort_by_key(|r| !r.category.is_unsolved() || r.spam);
            }
            Answer::Tickets(rows)
        }
        Err(why) => Answer::BadQuery(why.line()),
    })
}

fn ticket(seat: &Seat, item: &TicketItem) -> TicketRow {
    let t = &item.ticket;
    TicketRow {
        id: t.id,
        number: t.number,
        subject: t.subject.clone(),
        requester: t.requester,
        who: item.requester.as_ref().map(|c| c.display_name()).unwrap_or_default(),
        category: t.category.clone(),
        priority: t.priority.clone(),
        ticket_type: t.ticket_type.clone(),
        assignee: t.assignee,
        assignee_name: seat.first_name(t.assignee),
        due: t.due(),
        waiting_since: t.timers.unanswered_since.filter(|_| t.category.is_unsolved()),
        asleep_until: t.snoozed_until,
        created_at: t.created_at,
        updated_at: t.updated_at,
        tags: t.tags.clone(),
        new: item.unread,
        spam: t.spam,
        followed: t.followers.contains(&seat.me),
    }
}

/// Unsolved tickets by customer, out of the index of queues: the work grows with what is open.
fn open_by_customer(view: &dyn View) -> Result<HashMap<Id, usize>, StoreError> {
    use crate::{model::Category, store::records};
    let mut ids = Vec::new();
    let range = Range::between(Key::new().u8(Category::New.code()), Key::new().u8(Category::Solved.code()));
    view.scan(Table::IxQueue, &range, Scan::Forward, &mut |k, _| {
        let mut r = KeyReader(k);
        let (_, _, _, id) = (r.u8(), r.u8(), r.at(), r.id());
        ids.extend(id);
        true
    })?;
    let mut out = HashMap::new();
    for id in ids {
        if let Some(t) = records::get::<crate::model::Ticket>(view, id)? {
            *out.entry(t.requester).or_default() += 1;
        }
    }
    Ok(out)
}

/// The time of the last entry on a customer's timeline: one seek.
fn last_seen(view: &dyn View, customer: Id) -> Result<Option<Stamp>, StoreError> {
    use crate::store::ViewExt;
    let row = view.first(Table::IxTimeline, &Range::prefix(Key::new().id(customer)), Scan::Backward)?;
    Ok(row.and_then(|(k, _)| {
        let mut r = KeyReader(&k);
        let (_, at) = (r.id(), r.at());
        at
    }))
}

/// Customers of a query: those seen last first, or as the query says. Archived ones stand in queries that name them.
pub fn customers(view: &dyn View, seat: &Seat, text: &str) -> Result<Answer, StoreError> {
    let bound = match query::compile(text, &schema::CUSTOMERS, &seat.asker.context()) {
        Ok(b) => b,
        Err(why) => return Ok(Answer::BadQuery(why.line())),
    };
    let named = text.contains("archived");
    let open = open_by_customer(view)?;
    let mut rows: Vec<CustomerRow> = Vec::new();
    let mut failed = None;
    let mut take = |item: Item| {
        let Item::Customer(item) = item else { return true };
        let c = &item.customer;
        if c.merged_into.is_some() || c.archived_at.is_some() && !named {
            return true;
        }
        let seen_at = match last_seen(view, c.id) {
            Ok(at) => at,
            Err(e) => {
                failed = Some(e);
                return false;
            }
        };
        rows.push(CustomerRow {
            id: c.id,
            number: c.number,
            name: c.display_name(),
            organisation: item.organisations.first().map(|o| o.name.clone()).unwrap_or_default(),
            email: c.email().unwrap_or_default().to_owned(),
            phone: c.phone().unwrap_or_default().to_owned(),
            tags: c.tags.clone(),
            stage: stage_word(&c.stage),
            open: open.get(&c.id).copied().unwrap_or(0),
            seen_at: seen_at.or(c.contacted_hint),
            archived: c.archived_at.is_some(),
        });
        true
    };
    if bound.sort.is_some() || bound.limit.is_some() {
        for item in list::list(view, &seat.asker, &bound)? {
            take(item);
        }
    } else {
        list::each(view, &seat.asker, &bound, &mut take)?;
        rows.sort_by_cached_key(|r| (std::cmp::Reverse(r.seen_at), fold(&r.name)));
    }
    failed.map_or(Ok(Answer::Customers(rows)), Err)
}

/// Tasks of a query: those due first first, or as the query says.
pub fn tasks(view: &dyn View, seat: &Seat, text: &str) -> Result<Answer, StoreError> {
    let bound = match query::compile(text, &schema::TASKS, &seat.asker.context()) {
        Ok(b) => b,
        Err(why) => return Ok(Answer::BadQuery(why.line())),
    };
    let mut rows = Vec::new();
    for item in list::list(view, &seat.asker, &bound)? {
        let Item::Task(item) = item else { continue };
        let t = &item.task;
        rows.push(TaskRow {
            id: t.id,
            number: t.number,
            title: t.title.clone(),
            due: t.due,
            owner: t.owner,
            owner_name: seat.first_name(t.owner),
            customer: t.customer.or(item.ticket.as_ref().map(|t| t.requester)),
            who: item.customer.as_ref().map(|c| c.display_name()).unwrap_or_default(),
            ticket: t.ticket,
            done_at: t.done_at,
        });
    }
    if bound.sort.is_none() {
        rows.sort_by_key(|r| (r.done_at.is_some(), r.due.unwrap_or(Stamp::MAX)));
    }
    Ok(Answer::Tasks(rows))
}
