//! Records with what they are joined to, owned: what lists are made of.

use super::{Needs, QueryContext};
use crate::{
    desk::{joined::Joined, read, seen},
    model::{
        Category, Customer, Delivery, Id, ImportBatch, Interaction, Kind, Mailbox, Message, Order,
        Organisation, Outbox, Response, Task, Ticket, field,
    },
    query::{
        Row,
        rows::{
            CustomerFacts, CustomerRow, History, InteractionRow, Linked, LoggedRow, MessageRow, OrderRow,
            OrganisationRow, OutboxRow, PlainRow, ResponseRow, TaskRow, TicketRow,
        },
    },
    store::{StoreError, View, feed::FeedItem, links, records},
};

/// One row of a list.
#[derive(Debug, Clone, PartialEq)]
pub enum Item {
    /// A customer.
    Customer(Box<CustomerItem>),
    /// An organisation.
    Organisation(Box<OrganisationItem>),
    /// A ticket.
    Ticket(Box<TicketItem>),
    /// A message.
    Message(Box<MessageItem>),
    /// An interaction.
    Interaction(Box<InteractionItem>),
    /// An order.
    Order(Box<OrderItem>),
    /// A task.
    Task(Box<TaskItem>),
    /// A survey answer.
    Response(Box<ResponseItem>),
    /// An outgoing message.
    Outbox(Box<OutboxItem>),
    /// A record of a kind that is served whole by what all kinds share.
    Plain(Box<Joined>),
    /// A row of the log.
    Log(Box<LogItem>),
}

/// A customer, with the totals of the history where requested.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct CustomerItem {
    /// The record.
    pub customer: Customer,
    /// The organisations, in the order of the roles.
    pub organisations: Vec<Organisation>,
    /// Counts and sums; empty unless requested.
    pub facts: CustomerFacts,
    /// The records that it names beside those.
    pub links: Vec<Linked>,
}

/// An organisation.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct OrganisationItem {
    /// The record.
    pub organisation: Organisation,
    /// How many people it has, where that was asked for.
    pub customers: Option<usize>,
    /// The records that it names.
    pub links: Vec<Linked>,
}

/// A ticket.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TicketItem {
    /// The record.
    pub ticket: Ticket,
    /// Who brought it.
    pub requester: Option<Customer>,
    /// For which organisation.
    pub organisation: Option<Organisation>,
    /// Whether something happened since the asker looked.
    pub unread: bool,
    /// Whether a reply is held.
    pub held: bool,
    /// The texts of its messages, where they were asked for.
    pub text: Option<String>,
    /// The records that it names beside those.
    pub links: Vec<Linked>,
}

/// A message.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct MessageItem {
    /// The record.
    pub message: Message,
    /// Its ticket.
    pub ticket: Option<Ticket>,
    /// The customer on whose timeline it stands.
    pub customer: Option<Customer>,
}

/// An interaction.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct InteractionItem {
    /// The record.
    pub interaction: Interaction,
    /// The customer.
    pub customer: Option<Customer>,
    /// For which organisation.
    pub organisation: Option<Organisation>,
    /// About which ticket.
    pub ticket: Option<Ticket>,
}

/// An order.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct OrderItem {
    /// The record.
    pub order: Order,
    /// Who bought.
    pub customer: Option<Customer>,
}

/// A task.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TaskItem {
    /// The record.
    pub task: Task,
    /// The customer, if any.
    pub customer: Option<Customer>,
    /// About which ticket.
    pub ticket: Option<Ticket>,
}

/// A survey answer.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ResponseItem {
    /// The record.
    pub response: Response,
    /// Who answered.
    pub customer: Option<Customer>,
    /// About which ticket.
    pub ticket: Option<Ticket>,
}

/// An outgoing message.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct OutboxItem {
    /// How far it is.
    pub outbox: Outbox,
    /// The message.
    pub message: Option<Message>,
    /// Of which ticket.
    pub ticket: Option<Ticket>,
    /// The mailbox that sends it.
    pub mailbox: Option<Mailbox>,
}

/// A row of the log.
#[derive(Debug, Clone, PartialEq)]
pub struct LogItem {
    /// The row and its body.
    pub item: FeedItem,
    /// The records that it touched, as people name them (the first twenty).
    pub records: Vec<String>,
    /// The number of its batch.
    pub batch: Option<u64>,
}

fn some<T: crate::model::Record>(view: &dyn View, id: Option<Id>) -> Result<Option<T>, StoreError> {
    match id {
        Some(id) if !id.is_nil() => records::get(view, id),
        _ => Ok(None),
    }
}

/// The item of a record's bytes; `None` for kinds that are not listed.
pub fn load(
    view: &dyn View,
    asker: &QueryContext,
    kind: Kind,
    bytes: &[u8],
    needs: Needs,
) -> Result<Option<Item>, StoreError> {
    Ok(Some(match kind {
        Kind::Customer => {
            let customer: Customer = records::decode(bytes)?;
            Item::Customer(Box::new(CustomerItem::of(view, customer, needs.facts)?))
        }
        Kind::Organisation => {
            let organisation: Organisation = records::decode(bytes)?;
            let people = || records::referring::<Customer>(view, (Kind::Organisation, organisation.id));
            let customers = if needs.people { Some(people()?.len()) } else { None };
            let links = links::of(view, &organisation)?;
            Item::Organisation(Box::new(OrganisationItem { organisation, customers, links }))
        }
        Kind::Ticket => Item::Ticket(Box::new(TicketItem::of(view, asker, records::decode(bytes)?, needs)?)),
        Kind::Message => {
            let message: Message = records::decode(bytes)?;
            let (ticket, customer) = (some(view, Some(message.ticket))?, some(view, Some(message.customer))?);
            Item::Message(Box::new(MessageItem { message, ticket, customer }))
        }
        Kind::Interaction => {
            let interaction: Interaction = records::decode(bytes)?;
            let customer = some(view, Some(interaction.customer))?;
            let organisation = some(view, interaction.organisation)?;
            let ticket = some(view, interaction.ticket)?;
            Item::Interaction(Box::new(InteractionItem { interaction, customer, organisation, ticket }))
        }
        Kind::Order => {
            let order: Order = records::decode(bytes)?;
            let customer = some(view, Some(order.customer))?;
            Item::Order(Box::new(OrderItem { order, customer }))
        }
        Kind::Task => {
            let task: Task = records::decode(bytes)?;
            let (customer, ticket) = (some(view, task.customer)?, some(view, task.ticket)?);
            Item::Task(Box::new(TaskItem { task, customer, ticket }))
        }
        Kind::Response => {
            let response: Response = records::decode(bytes)?;
            let (customer, ticket) = (some(view, Some(response.customer))?, some(view, response.ticket)?);
            Item::Response(Box::new(ResponseItem { response, customer, ticket }))
        }
        Kind::Outbox => {
            let outbox: Outbox = records::decode(bytes)?;
            let message: Option<Message> = some(view, Some(outbox.id))?;
            let (ticket, mailbox) = (some(view, Some(outbox.ticket))?, some(view, outbox.mailbox)?);
            Item::Outbox(Box::new(OutboxItem { outbox, message, ticket, mailbox }))
        }
        kind if field::is_entity(kind) => {
            Item::Plain(Box::new(Joined::of(view, records::decode_any(kind, bytes)?)?))
        }
        _ => return Ok(None),
    }))
}

impl CustomerItem {
    /// A customer with the organisations and, where requested, the totals of the history.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn of(view: &dyn View, customer: Customer, facts: bool) -> Result<CustomerItem, StoreError> {
        let mut organisations = Vec::new();
        for role in &customer.roles {
            organisations.extend(some::<Organisation>(view, Some(role.organisation))?);
        }
        let facts = if facts { customer_facts(view, &customer)? } else { CustomerFacts::default() };
        let links = links::of(view, &customer)?;
        Ok(CustomerItem { customer, organisations, facts, links })
    }
}

/// Totals of a customer's history: last contact, open tickets, orders, revenue by currency.
///
/// # Errors
/// Where the file cannot be read.
pub fn customer_facts(view: &dyn View, c: &Customer) -> Result<CustomerFacts, StoreError> {
    let mut history = History::default();
    read::tickets_of(view, c.id)?.iter().for_each(|t| history.ticket(t));
    read::orders_of(view, c.id)?.iter().for_each(|o| history.order(o));
    records::referring(view, (Kind::Customer, c.id))?.iter().for_each(|i| history.interaction(i));
    Ok(history.facts(c))
}

impl TicketItem {
    /// A ticket with its people, and where asked for its texts and whether a reply is held.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn of(
        view: &dyn View,
        asker: &QueryContext,
        ticket: Ticket,
        needs: Needs,
    ) -> Result<TicketItem, StoreError> {
        let requester = some(view, Some(ticket.requester))?;
        let organisation = some(view, ticket.organisation)?;
        let unread = match asker.me {
            Some(me) => is_unread(view, me, &ticket)?,
            None => false,
        };
        let (mut text, mut held) = (None, false);
        if needs.text || (needs.held && ticket.timers.last_agent_at.is_some()) {
            let thread = read::thread(view, ticket.id)?;
            held = thread.iter().any(|m| m.delivery == Delivery::Held);
            if needs.text {
                text = Some(thread.iter().map(|m| m.body.as_str()).collect::<Vec<_>>().join("\n"));
            }
        }
        let links = links::of(view, &ticket)?;
        Ok(TicketItem { ticket, requester, organisation, unread, held, text, links })
    }
}

/// Whether something happened to a ticket since an agent looked.
///
/// # Errors
/// Where the file cannot be read.
pub fn is_unread(view: &dyn View, agent: Id, t: &Ticket) -> Result<bool, StoreError> {
    if t.category == Category::Merged {
        return Ok(false);
    }
    let last = t.timers.last_event_at.unwrap_or(t.created_at);
    Ok(seen::last_look(view, agent, t.id)?.is_none_or(|looked| looked < last))
}

/// The item of a row of the log.
pub fn log(view: &dyn View, item: FeedItem) -> Result<Item, StoreError> {
    let mut names = Vec::new();
    for (kind, id) in item.touched().filter(|(k, _)| !k.letter().is_empty()).take(20) {
        names.push(read::number_of(view, kind, id)?);
    }
    let batch = some::<ImportBatch>(view, item.row.batch)?.map(|b| b.number);
    Ok(Item::Log(Box::new(LogItem { item, records: names, batch })))
}

pub fn with_row<R>(item: &Item, asker: &QueryContext, f: impl FnOnce(&dyn Row) -> R) -> R {
    let roster = &asker.roster;
    match item {
        Item::Customer(i) => f(&CustomerRow {
            customer: &i.customer,
            organisations: i.organisations.iter().collect(),
            roster,
            facts: i.facts.clone(),
            links: &i.links,
        }),
        Item::Organisation(i) => {
            let (organisation, links) = (&i.organisation, i.links.as_slice());
            f(&OrganisationRow { organisation, customers: i.customers, links })
        }
        Item::Ticket(i) => f(&TicketRow {
            ticket: &i.ticket,
            requester: i.requester.as_ref(),
            organisation: i.organisation.as_ref(),
            roster,
            now: asker.now,
            unread: i.unread,
            held: i.held,
            text: i.text.as_deref(),
            links: &i.links,
        }),
        Item::Message(i) => f(&MessageRow {
            message: &i.message,
            ticket: i.ticket.as_ref(),
            customer: i.customer.as_ref(),
            roster,
        }),
        Item::Interaction(i) => f(&InteractionRow {
            interaction: &i.interaction,
            customer: i.customer.as_ref(),
            organisation: i.organisation.as_ref(),
            ticket: i.ticket.as_ref(),
            roster,
        }),
        Item::Order(i) => f(&OrderRow { order: &i.order, customer: i.customer.as_ref(), roster }),
        Item::Task(i) => f(&TaskRow {
            task: &i.task,
            customer: i.customer.as_ref(),
            ticket: i.ticket.as_ref(),
            roster,
            now: asker.now,
        }),
        Item::Response(i) => f(&ResponseRow {
            response: &i.response,
            customer: i.customer.as_ref(),
            ticket: i.ticket.as_ref(),
        }),
        Item::Outbox(i) => f(&OutboxRow {
            outbox: &i.outbox,
            message: i.message.as_ref(),
            ticket: i.ticket.as_ref(),
            mailbox: i.mailbox.as_ref(),
            roster,
            now: asker.now,
        }),
        Item::Plain(i) => f(&PlainRow { record: &*i.record, links: &i.links, roster }),
        Item::Log(i) => f(&LoggedRow {
            row: &i.item.row,
            body: i.item.body.as_ref(),
            roster,
            records: &i.records,
            batch: i.batch,
        }),
    }
}
