//! What the screen asks for, and what comes of it.

use super::{
    Alike, CustomerPage, CustomerRow, FoundRecord, Info, MailboxRow, Numbers, OutboxRow, QueueRow, TaskRow,
    TextFound, TicketPage, TicketRow, ViewRow,
};
use crate::{
    desk::{
        drafts::{Draft, DraftKind},
        list::columns::Pick,
        mail_health::Health,
        merge::Plan,
        read::TimelineItem,
        undo::{Entry, Place, PreviewLine, Whose},
    },
    exchange::import::Extent,
    insight::Period,
    lists::PageRequest,
    mail::address::Address,
    model::{Id, ImportBatch, Kind, Seq},
    query::complete::Completion,
    tui::{
        command::CommandId,
        insight::{Behind, Page},
        model::ListPage,
    },
};

/// A place of the screen that is filled by loading: of several answers for one only the newest counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Slot {
    /// The desk itself.
    Info,
    /// The queues and their counts.
    Queues,
    /// The tickets of the chosen queue.
    Queue,
    /// The customers beside them.
    Customers,
    /// All tickets.
    AllTickets,
    /// All customers.
    AllCustomers,
    /// All tasks.
    Tasks,
    /// Outgoing messages.
    Outbox,
    /// The mailboxes.
    Mailboxes,
    /// How mail stands.
    Mail,
    /// The ticket being read.
    Ticket,
    /// The customer being read, or the one of the ticket.
    Customer,
    /// The strip of numbers.
    Numbers,
    /// The Insight page.
    Insight,
    /// What is being typed in find.
    Find,
    /// Tickets for what is being typed in find.
    Subjects,
    /// A record to be read in full.
    Entry,
    /// The allowed values of a field of a form.
    Offers,
    /// All that match, to mark them.
    Every,
    /// What may be written next.
    Complete,
    /// Saved views.
    Views,
    /// A record's history.
    Blame,
    /// A record's fields for a form.
    Fields,
    /// The most urgent ticket.
    Claim,
    /// Saved drafts.
    Drafts,
    /// The rows behind a number.
    Behind,
    /// What merging would do, who was merged, who may be.
    Merge,
    /// Changes that can be undone, and what undoing one would do.
    History,
    /// Imports, and what reverting one would do.
    Imports,
    /// The records of a kind that is declared in one table.
    Records,
}

/// A question to the desk. Answered on a worker; never writes.
#[derive(Debug, Clone, PartialEq)]
pub enum Ask {
    /// The desk itself.
    Info,
    /// The queues with their counts.
    Queues,
    /// Tickets of a query, with the columns chosen by the agent.
    Tickets(Slot, String, Vec<Pick>),
    /// Customers of a query: which of them, with the columns chosen by the agent.
    Customers(Slot, String, PageRequest, Vec<Pick>),
    /// The saved views of a list, for a command with the arguments it has so far.
    Views(&'static str, CommandId, Vec<String>),
    /// How many meet each of some queries of a list, under a title; each has a name.
    Counts(&'static str, String, Vec<(String, String)>),
    /// All customers of a query, to mark them.
    Every(Slot, String),
    /// What may be written at a place of a query over a kind of record.
    Complete(&'static str, String, usize),
    /// Tasks of a query.
    Tasks(String),
    /// Outgoing messages of a query: which of them.
    Outbox(String, PageRequest),
    /// The mailboxes that words find.
    Mailboxes(String),
    /// How mail stands.
    Mail,
    /// A ticket's page.
    Ticket(Id),
    /// A customer's page.
    Customer(Id),
    /// The strip of numbers.
    Numbers,
    /// The Insight page of a window.
    Insight(Period),
    /// What might be meant.
    Find(Lookup),
    /// Which tickets might be meant by words of their subjects.
    Subjects(String),
    /// An order, a task, a call or an answer, to be read in full.
    Entry(Kind, Id),
    /// Which organisation might be meant.
    OrganisationIndex(String),
    /// Which address might be meant.
    Addresses(String),
    /// What was written with these words.
    Search(String),
    /// Who set what of a record.
    Blame(Kind, Id),
    /// A record's fields as one types them.
    Fields(Kind, Id),
    /// The most urgent unassigned ticket.
    Claim,
    /// This agent's drafts of a kind about a record.
    Drafts(Id, DraftKind),
    /// The rows behind a number.
    Behind(Box<Behind>),
    /// What merging the second customer or organisation into the first would do; the fields named come from the second.
    Plan(Kind, Id, Id, Vec<String>),
    /// The customers or organisations that were merged into this one.
    Merged(Kind, Id),
    /// Customers who may be one.
    Duplicates,
    /// A page of the history of changes.
    History(Whose, Place),
    /// What undoing a change would do, with its sentence.
    UndoPreview(Seq, String),
    /// The imports.
    Imports,
    /// The records of a kind that is declared in one table.
    Records(Kind),
    /// What reverting an import would take back, by its number.
    Extent(String),
}

impl Ask {
    /// The place that it fills.
    #[must_use]
    pub fn slot(&self) -> Slot {
        match self {
            Ask::Info => Slot::Info,
            Ask::Queues => Slot::Queues,
            Ask::Tickets(slot, ..) | Ask::Customers(slot, ..) => *slot,
            Ask::Every(..) => Slot::Every,
            Ask::Views(..) | Ask::Counts(..) => Slot::Views,
            Ask::Complete(..) => Slot::Complete,
            Ask::Tasks(_) => Slot::Tasks,
            Ask::Outbox(..) => Slot::Outbox,
            Ask::Mailboxes(_) => Slot::Mailboxes,
            Ask::Mail => Slot::Mail,
            Ask::Ticket(_) => Slot::Ticket,
            Ask::Customer(_) => Slot::Customer,
            Ask::Numbers => Slot::Numbers,
            Ask::Insight(_) => Slot::Insight,
            Ask::Find(_) | Ask::Search(_) => Slot::Find,
            Ask::Subjects(_) => Slot::Subjects,
            Ask::Entry(..) => Slot::Entry,
            Ask::OrganisationIndex(_) | Ask::Addresses(_) => Slot::Offers,
            Ask::Blame(..) => Slot::Blame,
            Ask::Fields(..) => Slot::Fields,
            Ask::Claim => Slot::Claim,
            Ask::Drafts(..) => Slot::Drafts,
            Ask::Behind(_) => Slot::Behind,
            Ask::Plan(..) | Ask::Merged(..) | Ask::Duplicates => Slot::Merge,
            Ask::History(..) | Ask::UndoPreview(..) => Slot::History,
            Ask::Imports | Ask::Extent(_) => Slot::Imports,
            Ask::Records(_) => Slot::Records,
        }
    }

    /// Which thread answers it: interactive requests do not wait for lists, and these not for
    /// what goes through everything.
    #[must_use]
    pub fn lane(&self) -> WorkerLane {
        match self {
            Ask::Customers(..) | Ask::Outbox(..) | Ask::Every(..) => WorkerLane::Lists,
            Ask::Queues
            | Ask::Numbers
            | Ask::Tickets(Slot::AllTickets, ..)
            | Ask::Duplicates
            | Ask::Extent(_) => WorkerLane::Slow,
            _ => WorkerLane::Quick,
        }
    }
}

/// Who answers a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WorkerLane {
    /// An agent is waiting for it.
    Quick,
    /// A list that is in sight.
    Lists,
    /// What may take longer.
    Slow,
}

/// What is looked for in the box that finds everything.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Lookup {
    /// What was typed.
    pub text: String,
    /// Whether a customer is wanted, and nothing else.
    pub customers: bool,
    /// What was opened in this session, the latest first: shown where nothing is typed.
    pub opened: Vec<(Kind, Id)>,
}

/// What was found for a [`Lookup`].
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Matches {
    /// What is to be said of them: a slip that was corrected, how many are loaded.
    pub note: String,
    /// The matches: what a number names first.
    pub rows: Vec<FoundRecord>,
    /// The row before which tickets found by their subjects are inserted.
    pub tickets_at: usize,
    /// Whether one of them was named exactly.
    pub exact: bool,
}

/// A record's fields as one types them: name and value, in the words of edits.
pub type Fields = Vec<(&'static str, String)>;

/// What came of a question.
#[derive(Debug, Clone)]
pub enum Answer {
    /// The desk itself.
    Info(Box<Info>),
    /// The queues.
    Queues(Vec<QueueRow>),
    /// Tickets for a slot.
    Tickets(Vec<TicketRow>),
    /// Customers for a slot.
    Customers(ListPage<CustomerRow>),
    /// The saved views, for a command with the arguments it has so far.
    Views(CommandId, Vec<String>, Vec<ViewRow>),
    /// How many meet each of some queries, under a title: name, query, count.
    Counts(String, Vec<(String, String, Option<usize>)>),
    /// All customers of a query of a place.
    Every(Slot, Vec<Id>),
    /// What may be written at a place of a query: the query it is for, and the offers.
    Complete(String, Vec<Completion>),
    /// Tasks.
    Tasks(Vec<TaskRow>),
    /// Outgoing messages.
    Outbox(ListPage<OutboxRow>),
    /// The mailboxes.
    Mailboxes(Vec<MailboxRow>),
    /// How mail stands.
    Mail(Box<Health>),
    /// A ticket's page; `None` where there is none.
    Ticket(Option<Box<TicketPage>>),
    /// A customer's page; `None` where there is none.
    Customer(Option<Box<CustomerPage>>),
    /// The strip of numbers.
    Numbers(Box<Numbers>),
    /// The Insight page.
    Insight(Box<Page>),
    /// What might be meant, the likeliest first.
    Found(Matches),
    /// Tickets with what was typed in their subjects, the likeliest first.
    Subjects(String, Vec<FoundRecord>),
    /// A record of a customer's history, and whose it is; `None` where it is gone.
    Entry(Option<Box<(Option<Id>, TimelineItem)>>),
    /// Which organisation might be meant by what was typed, the likeliest first.
    OrganisationIndex(String, Vec<FoundRecord>),
    /// Which addresses might be meant by what was typed, the likeliest first.
    Addresses(String, Vec<Address>),
    /// What was written, the best fit first; and what is to be said of that.
    Texts(String, Vec<TextFound>),
    /// Who set what: when, who and how, field, value.
    Blame(String, Vec<[String; 4]>),
    /// A record's fields.
    Fields(Kind, Id, Fields),
    /// The most urgent ticket, its version, and why it.
    Claim(Option<(Id, u64, String)>),
    /// The agent's drafts about a record, for a kind of them.
    Drafts(Id, DraftKind, Vec<Draft>),
    /// The rows behind a number: what it is, and they.
    Behind(String, Vec<FoundRecord>),
    /// What a merge would do, and the fields asked for; or why it cannot be.
    Plan(Result<Box<Plan>, String>, Vec<String>),
    /// Who was merged into a customer or an organisation.
    Merged(Kind, Vec<FoundRecord>),
    /// Pairs who may be one.
    Duplicates(Vec<Alike>),
    /// A page of changes: whose, whether it is the first, they, and where the older ones begin.
    History(Whose, bool, Vec<Entry>, Option<Place>),
    /// What undoing a change would do, or why it cannot be.
    UndoPreview(Seq, String, Result<Vec<PreviewLine>, String>),
    /// The imports, the newest first.
    Imports(Vec<ImportBatch>),
    /// The newest records of a kind that is declared in one table, and whether there are more.
    Records(Kind, Vec<FoundRecord>, bool),
    /// What reverting an import would take back, or why it cannot be reverted.
    Extent(Result<Extent, String>),
    /// A query that means nothing: the sentence, and where it fails in columns.
    BadQuery(String),
    /// It could not be read.
    Failed(String),
}
