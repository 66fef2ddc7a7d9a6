//! Lists by query: every entity, with what it is joined to, asked by the naive evaluator.
//!
//! [`each`] streams what meets a query in the order of the table; [`list`] sorts and limits as the query says.
//! [`columns`] are what a list shows of its records.
//! [`compile`] understands queries that name views: `in:"Good ones"`. [`Live`] keeps counts as things change; [`segment`] is about who is in a saved query, now and once.
//! Only what a query asks for is loaded: texts of messages for text, orders for revenue.

pub mod columns;
mod items;
mod live;
mod named;
mod offers;
mod queues;
pub mod segment;
mod text;

pub use items::{
    CustomerItem, InteractionItem, Item, LogItem, MessageItem, OrderItem, OrganisationItem, ResponseItem,
    TaskItem, TicketItem,
};
pub use live::Live;
pub use named::{bind, compile};
pub use offers::Offers;
pub use queues::{MINE, Queue, QueueCount, in_queue_order, queue_counts, queues, urgency};

use super::read;
use crate::{
    model::{Id, Kind, Stamp, zone::Zone},
    query::{Bound, Context, Row, bind::Pred, eval, rows::Roster},
    store::{Range, Scan, StoreError, View, feed},
};

/// Who asks, and when.
pub struct Asker {
    /// Now.
    pub now: Stamp,
    /// The workspace's zone.
    pub zone: Zone,
    /// The agent.
    pub me: Option<Id>,
    /// Agents and teams, by id.
    pub roster: Roster,
}

impl Asker {
    /// The asker, with the agents and teams of a view.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn new(view: &dyn View, now: Stamp, zone: Zone, me: Option<Id>) -> Result<Asker, StoreError> {
        let mut agents = Vec::new();
        crate::store::records::each(view, |a| {
            agents.push(a);
            true
        })?;
        Ok(Asker { now, zone, me, roster: Roster::new(agents, read::teams(view)?) })
    }

    /// What queries are bound in.
    pub fn context(&self) -> Context<'_> {
        Context { now: self.now, zone: &self.zone, me: self.me, views: None }
    }
}

/// What a query needs beside the records themselves.
#[derive(Debug, Clone, Copy, Default)]
pub struct Needs {
    /// Texts of a ticket's messages.
    pub text: bool,
    /// What a customer's tickets, orders and history come to.
    pub facts: bool,
    /// How many people an organisation has.
    pub people: bool,
    /// Whether a ticket has replies that are held.
    pub held: bool,
}

impl Needs {
    /// What a query needs.
    pub fn of(bound: &Bound) -> Needs {
        let mut n = Needs::default();
        if let Some(p) = &bound.pred {
            n.add(p);
        }
        if let Some(s) = &bound.sort {
            n.field(&s.field);
        }
        n
    }

    fn add(&mut self, p: &Pred) {
        match p {
            Pred::All(all) | Pred::Any(all) => all.iter().for_each(|p| self.add(p)),
            Pred::Not(p) => self.add(p),
            Pred::Number(_) | Pred::Members(_) => {}
            Pred::Text(_) => self.text = true,
            Pred::Field { name, .. } => self.field(name),
        }
    }

    fn field(&mut self, name: &str) {
        match name {
            "orders" | "revenue" | "ordered" | "contacted" | "open" => self.facts = true,
            "customers" => self.people = true,
            "is" => self.held = true,
            _ => {}
        }
    }
}

/// Gives every record that meets a query to `f`, in the order of its table, until it answers `false`. The query's
/// order and limit are not looked at.
///
/// # Errors
/// Where the file cannot be read.
pub fn each(
    view: &dyn View,
    asker: &Asker,
    bound: &Bound,
    f: &mut dyn FnMut(Item) -> bool,
) -> Result<(), StoreError> {
    let needs = Needs::of(bound);
    let mut failed = None;
    let table = bound.schema.kind.map_or(crate::model::Table::Log, Kind::table);
    if let (Some(kind), Some(ids)) = (bound.schema.kind, text::candidates(view, bound)?) {
        for id in ids {
            let Some(bytes) = view.get(table, id.bytes())? else { continue };
            if let Some(item) = items::load(view, asker, kind, &bytes, needs)?
                && item.with_row(asker, |row| eval::matches(bound, row))
                && !f(item)
            {
                break;
            }
        }
        return Ok(());
    }
    view.scan(table, &Range::all(), Scan::Forward, &mut |k, v| {
        let item = match bound.schema.kind {
            None => feed::at(view, k.first_chunk::<8>().map_or(0, |b| u64::from_be_bytes(*b)))
                .and_then(|i| i.map(|i| items::log(view, i)).transpose()),
            Some(kind) => items::load(view, asker, kind, v, needs),
        };
        match item {
            Ok(Some(item)) => !item.with_row(asker, |row| eval::matches(bound, row)) || f(item),
            Ok(None) => true,
            Err(e) => {
                failed = Some(e);
                false
            }
        }
    })?;
    failed.map_or(Ok(()), Err)
}

/// What meets a query, in its order, up to its limit.
///
/// # Errors
/// Where the file cannot be read.
pub fn list(view: &dyn View, asker: &Asker, bound: &Bound) -> Result<Vec<Item>, StoreError> {
    let limit = bound.limit.unwrap_or(usize::MAX);
    let mut out = Vec::new();
    if limit == 0 {
        return Ok(out);
    }
    match &bound.sort {
        None if bound.relevance => {
            each(view, asker, bound, &mut |item| {
                out.push(item);
                true
            })?;
            text::by_relevance(view, bound, &mut out)?;
            out.truncate(limit);
        }
        None => each(view, asker, bound, &mut |item| {
            out.push(item);
            out.len() < limit
        })?,
        Some(sort) => {
            let mut keyed = Vec::new();
            each(view, asker, bound, &mut |item| {
                keyed.push((item.with_row(asker, |row| eval::sort_key(sort, row)), item));
                true
            })?;
            keyed.sort_by(|a, b| a.0.cmp(&b.0));
            out.extend(keyed.into_iter().take(limit).map(|(_, i)| i));
        }
    }
    Ok(out)
}

impl Item {
    /// The record's id; `None` for a row of the log.
    pub fn id(&self) -> Option<crate::model::Id> {
        Some(match self {
            Item::Customer(i) => i.customer.id,
            Item::Organisation(i) => i.organisation.id,
            Item::Ticket(i) => i.ticket.id,
            Item::Message(i) => i.message.id,
            Item::Interaction(i) => i.interaction.id,
            Item::Order(i) => i.order.id,
            Item::Task(i) => i.task.id,
            Item::Response(i) => i.response.id,
            Item::Log(_) => return None,
        })
    }

    /// Gives the item as the row that queries ask.
    pub fn with_row<R>(&self, asker: &Asker, f: impl FnOnce(&dyn Row) -> R) -> R {
        items::with_row(self, asker, f)
    }
}
