//! Rows of lists.

use std::cmp::Ordering;

use crate::{
    desk::list::columns::{Cell, Pick},
    model::{Category, Id, Kind, Priority, Stamp, TicketType},
    tui::model::Row,
};

/// A line of the queues.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct QueueRow {
    /// Its name.
    pub name: String,
    /// The query that makes it.
    pub query: String,
    /// How many tickets are in it.
    pub count: usize,
    /// How many of them are overdue.
    pub overdue: usize,
    /// The columns of its list; empty: the usual ones.
    pub columns: Vec<Pick>,
}

/// What a row of a ticket says besides its fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TicketMark {
    /// A reply of ours could not be sent, or perhaps did not arrive.
    Failed,
    /// A reply of ours is held.
    Held,
    /// This agent has begun a text and not sent it.
    Draft,
}

/// A ticket in a list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[allow(clippy::struct_excessive_bools, reason = "independent facts, each shown by its own sign")]
pub struct TicketRow {
    /// The ticket.
    pub id: Id,
    /// Its number.
    pub number: u64,
    /// What it is about.
    pub subject: String,
    /// Who brought it.
    pub requester: Id,
    /// Their name.
    pub who: String,
    /// Where it stands.
    pub category: Category,
    /// The priority.
    pub priority: Priority,
    /// What it is.
    pub ticket_type: TicketType,
    /// Who works on it.
    pub assignee: Option<Id>,
    /// Their first name.
    pub assignee_name: String,
    /// When it is due.
    pub due: Option<Stamp>,
    /// Since when the customer waits for an answer.
    pub waiting_since: Option<Stamp>,
    /// Out of sight until then.
    pub asleep_until: Option<Stamp>,
    /// When it was opened.
    pub created_at: Stamp,
    /// When anything last happened.
    pub updated_at: Stamp,
    /// Tags.
    pub tags: Vec<String>,
    /// Something happened that this agent has not seen.
    pub new: bool,
    /// Rubbish.
    pub spam: bool,
    /// It waits in the screener.
    pub screened: bool,
    /// This agent follows it.
    pub followed: bool,
    /// What it says of texts on their way.
    pub mark: Option<TicketMark>,
    /// What is in the columns that were asked for.
    pub cells: Vec<Cell>,
}

impl Row for TicketRow {
    const COLUMNS: &'static [&'static str] =
        &["due", "priority", "age", "updated", "customer", "subject", "assignee", "status", "number"];

    fn id(&self) -> Id {
        self.id
    }

    fn compare(&self, other: &TicketRow, column: &str) -> Ordering {
        match column {
            "due" => self.due.unwrap_or(Stamp::MAX).cmp(&other.due.unwrap_or(Stamp::MAX)),
            "priority" => other.priority.rank().cmp(&self.priority.rank()),
            "age" => self.created_at.cmp(&other.created_at),
            "updated" => other.updated_at.cmp(&self.updated_at),
            "customer" => by_text(&self.who, &other.who),
            "subject" => by_text(&self.subject, &other.subject),
            "assignee" => by_text(&self.assignee_name, &other.assignee_name),
            "status" => self.category.code().cmp(&other.category.code()),
            _ => self.number.cmp(&other.number),
        }
    }
}

/// A customer in a list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CustomerRow {
    /// The customer.
    pub id: Id,
    /// Their number.
    pub number: u64,
    /// Their name.
    pub name: String,
    /// Their organisation.
    pub organisation: String,
    /// The address to write to.
    pub email: String,
    /// The number to call.
    pub phone: String,
    /// Tags.
    pub tags: Vec<String>,
    /// How far they have come with us.
    pub stage: String,
    /// Tickets that still need work.
    pub open: usize,
    /// When they were last in contact.
    pub seen_at: Option<Stamp>,
    /// Put away.
    pub archived: bool,
    /// The letters of the name that match what was typed, as places of characters.
    pub marks: Vec<usize>,
    /// What matched, where that is not the name: the field, its text, and the places of its letters.
    pub by: Option<(&'static str, String, Vec<usize>)>,
    /// What is in the columns that were asked for.
    pub cells: Vec<Cell>,
}

impl Row for CustomerRow {
    const COLUMNS: &'static [&'static str] =
        &["name", "organisation", "email", "stage", "open", "seen", "number"];

    fn id(&self) -> Id {
        self.id
    }

    fn compare(&self, other: &CustomerRow, column: &str) -> Ordering {
        match column {
            "name" => by_text(&self.name, &other.name),
            "organisation" => by_text(&self.organisation, &other.organisation),
            "email" => by_text(&self.email, &other.email),
            "stage" => self.stage.cmp(&other.stage),
            "open" => other.open.cmp(&self.open),
            "seen" => other.seen_at.cmp(&self.seen_at),
            _ => self.number.cmp(&other.number),
        }
    }
}

/// A saved view.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ViewRow {
    /// Its name.
    pub name: String,
    /// Its query.
    pub query: String,
    /// How many meet it; `None` where it is not understood.
    pub count: Option<usize>,
    /// The record.
    pub id: Id,
    /// The columns of its list; empty: the usual ones.
    pub columns: Vec<String>,
    /// When its members were frozen; `None`: its members are the current matches of the query.
    pub frozen_at: Option<Stamp>,
    /// It is this agent's own.
    pub mine: bool,
}

/// A task in a list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TaskRow {
    /// The task.
    pub id: Id,
    /// Its number.
    pub number: u64,
    /// What.
    pub title: String,
    /// By when.
    pub due: Option<Stamp>,
    /// Whose.
    pub owner: Option<Id>,
    /// Their first name.
    pub owner_name: String,
    /// The customer, if any.
    pub customer: Option<Id>,
    /// Their name.
    pub who: String,
    /// About which ticket.
    pub ticket: Option<Id>,
    /// When it was done.
    pub done_at: Option<Stamp>,
}

impl Row for TaskRow {
    const COLUMNS: &'static [&'static str] = &["due", "title", "owner", "customer", "number"];

    fn id(&self) -> Id {
        self.id
    }

    fn compare(&self, other: &TaskRow, column: &str) -> Ordering {
        match column {
            "due" => self.due.unwrap_or(Stamp::MAX).cmp(&other.due.unwrap_or(Stamp::MAX)),
            "title" => by_text(&self.title, &other.title),
            "owner" => by_text(&self.owner_name, &other.owner_name),
            "customer" => by_text(&self.who, &other.who),
            _ => self.number.cmp(&other.number),
        }
    }
}

/// Something found while typing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundRecord {
    /// The kind of record.
    pub kind: Kind,
    /// The record.
    pub id: Id,
    /// Its number.
    pub number: u64,
    /// Its name.
    pub name: String,
    /// What is next to it: the organisation.
    pub beside: String,
    /// The letters of the name that matched, as places of characters.
    pub marks: Vec<usize>,
    /// What matched, where that is not the name: the field, its text, and the places of its letters.
    pub by: Option<(&'static str, String, Vec<usize>)>,
}

/// Two customers who may be one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alike {
    /// The one who is here longer.
    pub stays: FoundRecord,
    /// The other.
    pub goes: FoundRecord,
    /// How likely, from 0 to 99.
    pub score: u8,
    /// Why, the weightiest first.
    pub reasons: Vec<String>,
}

/// Something written that was found.
#[derive(Debug, Clone, PartialEq)]
pub struct TextFound {
    /// The record to open: a ticket or a customer.
    pub record: (Kind, Id),
    /// The message in it.
    pub message: Option<Id>,
    /// Its number, as people read it.
    pub number: String,
    /// Who wrote it.
    pub who: String,
    /// The piece that hits.
    pub text: String,
    /// Its letters that hit, as places of characters.
    pub marks: Vec<usize>,
}

/// Without regard to case; nothing comes last.
pub(super) fn by_text(a: &str, b: &str) -> Ordering {
    a.is_empty()
        .cmp(&b.is_empty())
        .then_with(|| a.chars().flat_map(char::to_lowercase).cmp(b.chars().flat_map(char::to_lowercase)))
}
