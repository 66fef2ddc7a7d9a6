//! What is read: a ticket with its thread, a customer with the whole history.

use crate::{
    desk::{answering::Sending, incoming::address::Offer, read::TimelineItem},
    model::{Customer, Id, Message, Organisation, OutboxState, Stamp, Ticket, TicketEvent},
};

/// A ticket's page.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TicketPage {
    /// The ticket.
    pub ticket: Ticket,
    /// Who brought it.
    pub customer: Customer,
    /// The name of their organisation.
    pub organisation: String,
    /// Messages, by time.
    pub messages: Vec<Message>,
    /// How far those of ours are that were not sent, and the time that was chosen for them.
    pub outbox: Vec<(Id, OutboxState, Option<Stamp>)>,
    /// Where it is answered from.
    pub sending: Sending,
    /// What happened to it, by time.
    pub events: Vec<TicketEvent>,
    /// The names of other customers in it: previous owners and recipients.
    pub people: Vec<(Id, String)>,
    /// New addresses of known people, on which no agent has decided.
    pub offers: Vec<Offer>,
    /// When this agent looked last before now; `None`: never.
    pub looked_at: Option<Stamp>,
}

/// Totals of a customer's history.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Facts {
    /// Orders, cancelled ones left out.
    pub orders: usize,
    /// What they paid less what they got back, by currency, in minor units.
    pub revenue: Vec<(String, i64)>,
    /// Tickets that still need work.
    pub open: usize,
    /// All tickets.
    pub tickets: usize,
    /// The sum of CSAT ratings and their number.
    pub csat: (i64, usize),
    /// The last NPS answer.
    pub nps: Option<i64>,
    /// The last thing on the timeline that the customer did.
    pub seen_at: Option<Stamp>,
    /// How much happened in each of the last twelve months, oldest first.
    pub months: Vec<u64>,
}

/// An entry of a customer's timeline.
pub type Entry = TimelineItem;

/// A customer's page.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct CustomerPage {
    /// The customer.
    pub customer: Customer,
    /// Their main organisation.
    pub organisation: Option<Organisation>,
    /// Its other fields, by label.
    pub fields: Vec<(&'static str, String)>,
    /// Totals of the history.
    pub facts: Facts,
    /// The history, newest first.
    pub timeline: Vec<Entry>,
    /// Whether older entries were left out.
    pub more: bool,
}
