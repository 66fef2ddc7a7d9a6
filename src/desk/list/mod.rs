//! Lists by query: every entity, with what it is joined to, asked by the naive evaluator.
//!
//! [`plan`](mod@plan) says where the records are read from: an index, texts, or all of a table. [`Walk`] gives what meets a query, in its order and up to its limit, a portion at a time; [`list`] all of it at once.
//! [`columns`] are what a list shows of its records; [`brief`] has the short texts in them.
//! [`compile`] understands queries that name views: `in:"Good ones"`. [`Live`] keeps counts as things change; [`segment`] is about who is in a saved query, now and once.
//! Only what a query asks for is loaded: texts of messages for text, orders for revenue.

pub mod brief;
pub mod columns;
mod index;
mod items;
mod live;
mod named;
mod offers;
pub mod plan;
mod queues;
pub mod segment;
mod text;
mod walk;

pub use items::{
    CustomerItem, InteractionItem, Item, LogItem, MessageItem, OrderItem, OrganisationItem, OutboxItem,
    ResponseItem, TaskItem, TicketItem, load,
};
pub use live::Live;
pub use named::{allowed, bind, compile};
pub use offers::Offers;
pub use queues::{MINE, Queue, QueueCount, in_queue_order, queue_counts, queues, urgency};
pub use walk::{Walk, count, each};

use super::read;
use crate::{
    model::{Id, Kind, Stamp, Workspace, custom_field::CustomField, number, zone::Zone},
    query::{Bound, Context, Row, bind::Pred, eval, rows::Roster},
    store::{StoreError, View},
};

/// Who asks, and when.
pub struct QueryContext {
    /// Now.
    pub now: Stamp,
    /// The workspace's zone.
    pub zone: Zone,
    /// The agent.
    pub me: Option<Id>,
    /// Agents and teams, by id.
    pub roster: Roster,
    /// Whether they may see sensitive fields, and so ask for them.
    pub sensitive: bool,
    /// The custom fields that the desk declared.
    pub custom: Vec<CustomField>,
}

impl QueryContext {
    /// The asker, with the agents and teams of a view.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn new(view: &dyn View, now: Stamp, zone: Zone, me: Option<Id>) -> Result<QueryContext, StoreError> {
        let mut agents = Vec::new();
        crate::store::records::each(view, |a| {
            agents.push(a);
            true
        })?;
        let sensitive = crate::desk::sensitive::sees(view, me)?;
        let workspace: Option<Workspace> = crate::store::records::get(view, Id::NIL)?;
        let custom = workspace.map(|w| w.custom_fields).unwrap_or_default();
        Ok(QueryContext { now, zone, me, roster: Roster::new(agents, read::teams(view)?), sensitive, custom })
    }

    /// What queries are bound in.
    pub fn context(&self) -> Context<'_> {
        Context {
            now: self.now,
            zone: &self.zone,
            me: self.me,
            views: None,
            sensitive: self.sensitive,
            custom: &self.custom,
        }
    }
}

/// What a query needs beside the records themselves.
#[derive(Debug, Clone, Copy, Default)]
pub struct Needs {
    /// Texts of a ticket's messages.
    pub text: bool,
    /// Totals of a customer's tickets, orders and history.
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
        bound.sort.iter().flat_map(|s| s.all()).for_each(|s| n.field(&s.field));
        n
    }

    fn add(&mut self, p: &Pred) {
        match p {
            Pred::All(all) | Pred::Any(all) => all.iter().for_each(|p| self.add(p)),
            Pred::Not(p) => self.add(p),
            Pred::Number(_) | Pred::Members(_) | Pred::Joined(_) => {}
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

/// Whether a record is one of a list: it meets the query; customers and organisations that were put away or merged only
/// where the query asks for them (`is:archived`, `is:merged`).
pub fn meets(asker: &QueryContext, bound: &Bound, item: &Item) -> bool {
    let live = match item {
        Item::Customer(i) if bound.joined => i.customer.merged_into.is_none(),
        Item::Organisation(i) if bound.joined => i.organisation.merged_into.is_none(),
        Item::Customer(i) => i.customer.is_live(),
        Item::Organisation(i) => i.organisation.is_live(),
        Item::Plain(i) => i.record.is_current(),
        _ => true,
    };
    (live || bound.asks_for_gone()) && item.with_row(asker, |row| eval::matches(bound, row))
}

/// What meets a query, in its order, up to its limit.
///
/// # Errors
/// Where the file cannot be read.
pub fn list(view: &dyn View, asker: &QueryContext, bound: &Bound) -> Result<Vec<Item>, StoreError> {
    Walk::new(view, asker, bound)?.next(view, usize::MAX)
}

impl Item {
    /// The number of a row, as typed: `T-12`; of a row of the log its place.
    pub fn number(&self) -> String {
        match self {
            Item::Customer(i) => number::show(Kind::Customer, i.customer.number),
            Item::Organisation(i) => number::show(Kind::Organisation, i.organisation.number),
            Item::Ticket(i) => number::show(Kind::Ticket, i.ticket.number),
            Item::Message(i) => number::show(Kind::Message, i.message.number),
            Item::Interaction(i) => number::show(Kind::Interaction, i.interaction.number),
            Item::Order(i) => number::show(Kind::Order, i.order.number),
            Item::Task(i) => number::show(Kind::Task, i.task.number),
            Item::Response(i) => number::show(Kind::Response, i.response.number),
            Item::Outbox(i) => number::show(Kind::Message, i.message.as_ref().map_or(0, |m| m.number)),
            Item::Plain(i) => number::show(i.record.kind(), i.record.number()),
            Item::Log(i) => i.item.row.seq.to_string(),
        }
    }

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
            Item::Outbox(i) => i.outbox.id,
            Item::Plain(i) => i.record.record_id(),
            Item::Log(_) => return None,
        })
    }

    /// Gives the item as the row that queries ask.
    pub fn with_row<R>(&self, asker: &QueryContext, f: impl FnOnce(&dyn Row) -> R) -> R {
        items::with_row(self, asker, f)
    }
}
