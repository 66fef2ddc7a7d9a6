//! Lists by query, as rows of the screen.

use std::collections::HashMap;

use super::{LoadContext, find as finding, marks};
use crate::{
    desk::list::{
        self, CustomerItem, Item, Live, QueryContext, TicketItem,
        columns::{self, Pick},
        in_queue_order, segment,
    },
    find::{self, Finder, Hit, places},
    lists::{Directory, PageRequest, Ranked, Selection},
    model::{Customer, Id, Key, Kind, Stamp, Table, fold::fold},
    query::{self, Bound, schema},
    store::{Range, Scan, StoreError, View, ViewExt, records},
    tui::{
        data::{Answer, CustomerRow, QueueRow, Slot, TaskRow, TicketRow, ViewRow},
        model::{ListPage, RowNotes},
        pages::timeline::stage_word,
    },
};

/// The queues with their counts.
pub fn queues(view: &dyn View, seat: &LoadContext, live: &mut Live) -> Result<Answer, StoreError> {
    let queues = list::queues(view, Some(seat.me))?;
    let counts = live.queue_counts(view, &seat.asker, &queues)?;
    let rows = queues.into_iter().zip(counts).map(|(q, n)| QueueRow {
        name: q.name,
        query: q.query,
        count: n.tickets,
        overdue: n.overdue,
        columns: columns::pick("tickets", &q.columns, seat.asker.sensitive).unwrap_or_default(),
    });
    Ok(Answer::Queues(rows.collect()))
}

/// The saved views of a list, frozen ones too, with the number of their members.
pub fn views(
    view: &dyn View,
    seat: &LoadContext,
    directory: &Directory,
    live: &mut Live,
    entity: &'static str,
) -> Result<Vec<ViewRow>, StoreError> {
    let mut rows = Vec::new();
    for of in segment::views(view, Some(seat.me))?.into_iter().filter(|v| v.entity == entity) {
        let count = match of.frozen_at {
            Some(_) => Some(of.members.len()),
            None => count(view, seat, directory, live, entity, &of.query)?,
        };
        rows.push(ViewRow {
            id: of.id,
            name: of.name,
            query: of.query,
            columns: of.columns,
            count,
            frozen_at: of.frozen_at,
            mine: of.owner.is_some(),
        });
    }
    Ok(rows)
}

/// How many records of a list meet a query; `None` where it is not understood. Kept as things change.
pub fn count(
    view: &dyn View,
    seat: &LoadContext,
    directory: &Directory,
    live: &mut Live,
    entity: &str,
    text: &str,
) -> Result<Option<usize>, StoreError> {
    let Some(schema) = query::Schema::of(entity) else { return Ok(None) };
    live.count(view, &seat.asker, schema, text, |bound| {
        let all = PageRequest { from: 0, most: usize::MAX, around: None };
        match entity {
            "customers" => Ok(directory.select(view, &seat.asker.roster, bound, all)?.map(|s| s.ids)),
            _ => Ok(None),
        }
    })
}

/// Tickets of a query: the most urgent first, or as the query says.
pub fn tickets(
    view: &dyn View,
    seat: &LoadContext,
    slot: Slot,
    text: &str,
    picks: &[Pick],
) -> Result<Answer, StoreError> {
    Ok(match in_queue_order(view, &seat.asker, text)? {
        Ok(items) => {
            let marks = marks::marks(view, seat)?;
            let row = |t: &TicketItem| {
                let mark = marks.get(&t.ticket.id).copied();
                TicketRow { mark, ..ticket(seat, t, picks) }
            };
            let mut rows: Vec<TicketRow> = items.iter().map(row).collect();
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

fn ticket(seat: &LoadContext, item: &TicketItem, picks: &[Pick]) -> TicketRow {
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
        screened: t.screened,
        followed: t.followers.contains(&seat.me),
        mark: None,
        cells: picks.iter().map(|p| columns::of_ticket(&seat.asker, item, p)).collect(),
    }
}

/// Customers of a query: those heard of last first, or as the query says; with bare words the likeliest first, as find has
/// them. Archived ones are in queries that name them.
///
/// Out of the columns in memory; before those are loaded, and for fields they lack, from the store.
pub fn customers(
    view: &dyn View,
    seat: &LoadContext,
    held: &InMemory<'_>,
    text: &str,
    wanted: PageRequest,
    picks: &[Pick],
) -> Result<Answer, StoreError> {
    let row = |item: CustomerItem| customer(&seat.asker, item, picks);
    let mut bound = match list::compile(view, &seat.asker, text, &schema::CUSTOMERS)? {
        Ok(b) => b,
        Err(why) => return Ok(Answer::BadQuery(why.line())),
    };
    let latest = bound.sort.is_none();
    if latest {
        let by = query::compile("sort:-contacted", &schema::CUSTOMERS, &seat.asker.context());
        bound.sort = by.ok().and_then(|b| b.sort);
    }
    if let Some((found, meant)) = held.select(view, seat, text, &bound, latest, wanted)? {
        let told = RowNotes {
            by_match: latest && meant.is_some(),
            note: meant.as_ref().map(finding::said).unwrap_or_default(),
            partial: false,
        };
        let mut rows = marked_rows(view, &found.ids, meant.as_ref().map_or(&[], |m| &m.hits), &row)?;
        if latest && !told.by_match && found.count <= wanted.most {
            rows.sort_by_cached_key(|r| (std::cmp::Reverse(r.seen_at), fold(&r.name)));
        }
        return Ok(Answer::Customers(ListPage { rows, from: found.from, total: found.count, told }));
    }
    if !held.directory.is_ready() && bound.pred.is_none() && latest {
        return first_by_name(view, held, wanted.most, &row);
    }
    if let Some(answer) = held.find_meanwhile(view, seat, text, latest, wanted, &row)? {
        return Ok(answer);
    }
    if let Some(note) = held.loading(view)? {
        // Show no rows rather than stale ones, with the progress.
        let told = RowNotes { note, partial: true, ..RowNotes::default() };
        return Ok(Answer::Customers(ListPage { rows: Vec::new(), from: 0, total: 0, told }));
    }
    let mut rows: Vec<CustomerRow> = Vec::new();
    for item in list::list(view, &seat.asker, &bound)? {
        let Item::Customer(item) = item else { continue };
        rows.push(row(CustomerItem::of(view, item.customer, true)?));
    }
    if latest {
        rows.sort_by_cached_key(|r| (std::cmp::Reverse(r.seen_at), fold(&r.name)));
    }
    let total = rows.len();
    let from = wanted.from.min(total.saturating_sub(wanted.most));
    let rows = rows.into_iter().skip(from).take(wanted.most).collect();
    Ok(Answer::Customers(ListPage { rows, from, total, told: RowNotes::default() }))
}

/// The rows of customers, with what matched marked.
fn marked_rows(
    view: &dyn View,
    ids: &[Id],
    hits: &[Hit],
    row: &dyn Fn(CustomerItem) -> CustomerRow,
) -> Result<Vec<CustomerRow>, StoreError> {
    let hits: HashMap<Id, &Hit> = hits.iter().map(|hit| (hit.id, hit)).collect();
    let mut rows = Vec::with_capacity(ids.len());
    for id in ids {
        let Some(c) = records::get::<Customer>(view, *id)? else { continue };
        let mut row = row(CustomerItem::of(view, c, true)?);
        // Marks are of the name as it was found: a name changed since has none.
        if let Some(hit) = hits.get(id).filter(|hit| hit.name == row.name) {
            (row.marks, row.by) = (places(&hit.name, &hit.marks), finding::by(hit));
        }
        rows.push(row);
    }
    Ok(rows)
}

/// What is held in memory of all customers.
#[derive(Clone, Copy)]
pub struct InMemory<'h> {
    /// Their columns.
    pub directory: &'h Directory,
    /// Their names, to be found.
    pub finder: &'h dyn Finder,
}

/// With more customers than this they are not gone through in the store for a list while they load.
const MANY: u64 = 10_000;

impl InMemory<'_> {
    /// How far loading is, where there are too many to go through them in the store meanwhile.
    fn loading(&self, view: &dyn View) -> Result<Option<String>, StoreError> {
        if self.directory.is_ready() {
            return Ok(None);
        }
        let (done, of) = self.directory.so_far();
        let of = if of == 0 { view.counter(Kind::Customer.word())? } else { of };
        Ok((of > MANY).then(|| format!("{done} of {of} customers read")))
    }

    /// While the columns load: the matches among those loaded already, and how far that is. Only of a
    /// query that has nothing but words.
    fn find_meanwhile(
        &self,
        view: &dyn View,
        seat: &LoadContext,
        text: &str,
        by_match: bool,
        wanted: PageRequest,
        row: &dyn Fn(CustomerItem) -> CustomerRow,
    ) -> Result<Option<Answer>, StoreError> {
        let apart = query::parse(text).ok().as_ref().and_then(query::bare_words);
        let Some((words, _)) = apart.filter(|(_, rest)| rest.expr.is_none() && rest.limit.is_none()) else {
            return Ok(None);
        };
        if self.directory.is_ready() || !by_match {
            return Ok(None);
        }
        let found = self.finder.find(&words, seat.me, wanted.most);
        let ids: Vec<Id> = found.hits.iter().map(|h| h.id).collect();
        let rows = marked_rows(view, &ids, &found.hits, row)?;
        let note = if found.is_loading() {
            format!("{} of {} looked through", found.loaded.0, found.loaded.1)
        } else {
            finding::said(&found)
        };
        let total = rows.len();
        let told = RowNotes { by_match: true, note, partial: true };
        Ok(Some(Answer::Customers(ListPage { rows, from: 0, total, told })))
    }

    /// The customers of a query, and what was found for its bare words where it has some. `None`: memory cannot tell.
    fn select(
        &self,
        view: &dyn View,
        seat: &LoadContext,
        text: &str,
        bound: &Bound,
        by_match: bool,
        wanted: PageRequest,
    ) -> Result<Option<(Selection, Option<find::FoundContacts>)>, StoreError> {
        let roster = &seat.asker.roster;
        let apart = query::parse(text).ok().as_ref().and_then(query::bare_words);
        if let Some((words, rest)) = apart
            && let Ok(rest) = list::bind(view, &seat.asker, &rest, &schema::CUSTOMERS)?
        {
            let asked = Ranked { words: &words, whole: bound, rest: &rest, by_match, me: seat.me };
            let found = self.directory.ranked(view, roster, self.finder, &asked, wanted)?;
            return Ok(found.map(|(selection, found)| (selection, Some(found))));
        }
        Ok(self.directory.select(view, roster, bound, wanted)?.map(|selection| (selection, None)))
    }
}

/// The first customers by name, out of the store's own order: available before any are loaded.
fn first_by_name(
    view: &dyn View,
    held: &InMemory<'_>,
    most: usize,
    row: &dyn Fn(CustomerItem) -> CustomerRow,
) -> Result<Answer, StoreError> {
    let range = Range::prefix(Key::new().u8(Kind::Customer.code()));
    let mut rows = Vec::new();
    for (key, _) in view.page(Table::IxName, &range, Scan::Forward, most)? {
        let Some(id) = key.last_chunk::<16>().map(|b| Id(*b)) else { continue };
        if let Some(c) = records::get::<Customer>(view, id)?
            && c.is_live()
        {
            rows.push(row(CustomerItem::of(view, c, true)?));
        }
    }
    let partial = rows.len() >= most;
    if !partial {
        rows.sort_by_cached_key(|r| (std::cmp::Reverse(r.seen_at), fold(&r.name)));
    }
    let read = if partial { held.loading(view)? } else { None };
    let note = read.map_or_else(String::new, |read| format!("the first by name: {read}"));
    let told = RowNotes { note, partial, ..RowNotes::default() };
    Ok(Answer::Customers(ListPage { total: rows.len(), from: 0, rows, told }))
}

fn customer(asker: &QueryContext, item: CustomerItem, picks: &[Pick]) -> CustomerRow {
    let cells = picks.iter().map(|p| columns::of_customer(asker, &item, p)).collect();
    let CustomerItem { customer: c, organisations, facts, .. } = item;
    CustomerRow {
        id: c.id,
        number: c.number,
        name: c.display_name(),
        organisation: organisations.first().map(|o| o.name.clone()).unwrap_or_default(),
        email: c.email().unwrap_or_default().to_owned(),
        phone: c.phone().unwrap_or_default().to_owned(),
        stage: stage_word(&c.stage),
        open: facts.open.or(c.open_hint).unwrap_or(0) as usize,
        seen_at: facts.contacted.or(c.contacted_hint),
        archived: c.archived_at.is_some(),
        tags: c.tags,
        cells,
        ..CustomerRow::default()
    }
}

/// All customers of a query, to mark them.
pub fn every(
    view: &dyn View,
    seat: &LoadContext,
    held: &InMemory<'_>,
    slot: Slot,
    text: &str,
) -> Result<Answer, StoreError> {
    let bound = match list::compile(view, &seat.asker, text, &schema::CUSTOMERS)? {
        Ok(b) => b,
        Err(why) => return Ok(Answer::BadQuery(why.line())),
    };
    let all = PageRequest { from: 0, most: usize::MAX, around: None };
    if let Some((found, _)) = held.select(view, seat, text, &bound, false, all)? {
        return Ok(Answer::Every(slot, found.ids));
    }
    if let Some(read) = held.loading(view)? {
        return Ok(Answer::BadQuery(format!("{read}: all that match are known in a moment.")));
    }
    let items = list::list(view, &seat.asker, &bound)?.into_iter();
    let ids = items.filter_map(|i| match i {
        Item::Customer(c) => Some(c.customer.id),
        _ => None,
    });
    Ok(Answer::Every(slot, ids.collect()))
}

/// What may be written at a place of a query.
pub fn complete(
    view: &dyn View,
    seat: &LoadContext,
    directory: &Directory,
    entity: &str,
    text: &str,
    at: usize,
) -> Answer {
    let held = |schema: &query::Schema, field: &str| match schema.entity {
        "customers" => directory.offered(field, 300),
        _ => Vec::new(),
    };
    let offers = match query::Schema::of(entity) {
        Some(schema) => query::complete(text, at, schema, &list::Offers::new(view, &seat.asker, &held)),
        None => Vec::new(),
    };
    Answer::Complete(text.to_owned(), offers)
}

/// Tasks of a query: those due first first, or as the query says.
pub fn tasks(view: &dyn View, seat: &LoadContext, text: &str) -> Result<Answer, StoreError> {
    let bound = match list::compile(view, &seat.asker, text, &schema::TASKS)? {
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

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::{
        desk::{Command, Desk, Edit, Request, command::NewAgent},
        find::Book,
        model::OpId,
        store::MemStore,
    };

    /// While the columns load, and where they lack a field, the store answers: with the same customers
    /// in the list as for *all that match*, or a change of all would fall on some who are not shown.
    #[test]
    fn all_that_match_are_those_that_are_listed() {
        let desk = Desk::new(Arc::new(MemStore::new()));
        let run = |n: u8, actor: Id, command| {
            desk.run(Request::new(OpId::v7(1_000, [n; 10]), actor, 1_000, command)).unwrap().created
        };
        let owner = NewAgent { name: "Dana".into(), ..Default::default() };
        let dana = run(1, Id::NIL, Command::Start { workspace: Vec::new(), owner })[0].1;
        let add = |n, name| run(n, dana, Command::Create(Kind::Customer, vec![Edit::set("name", name)]))[0].1;
        let (ada, gone, twin) = (add(2, "Ada One"), add(3, "Ada Two"), add(4, "Ada Three"));
        run(5, dana, Command::Archive(Kind::Customer, vec![gone], true));
        let kind = Kind::Customer;
        run(6, dana, Command::Merge { kind, into: ada, from: twin, take: Vec::new() });

        let (directory, finder) = (Directory::new(desk.shared_store()), Book::new());
        let held = InMemory { directory: &directory, finder: &finder };
        let wanted = PageRequest { from: 0, most: 100, around: None };
        for (query, listed) in [("name:ada", vec![ada]), ("name:ada is:archived", vec![gone])] {
            let (rows, all) = desk
                .view(|v| {
                    let seat = LoadContext::new(v, dana, 1_000)?;
                    let rows = customers(v, &seat, &held, query, wanted, &[])?;
                    Ok((rows, every(v, &seat, &held, Slot::AllCustomers, query)?))
                })
                .unwrap();
            let Answer::Customers(part) = rows else { panic!("{rows:?}") };
            let Answer::Every(_, all) = all else { panic!("{all:?}") };
            assert_eq!(part.rows.iter().map(|r| r.id).collect::<Vec<_>>(), listed, "{query}");
            assert_eq!(all, listed, "{query}");
        }
    }
}
