//! Every change that can be asked of the desk, as data.

mod letter;

pub use letter::{FileOf, NewForward, NewReply};

use super::{
    Edit,
    import::{ImportMail, ImportStep},
    incoming::screener::Block,
    outbox::{OutboxVerb, Outcome},
    person::Erasing,
};
use crate::{
    model::{
        Category, Channel, Day, Direction, Id, Kind, OpId, Preset, Priority, Role, Seq, Stamp, TicketType,
        Via, mailbox::Receive, order::Line,
    },
    store::Weight,
};

/// A change, requested by an agent at a time.
#[derive(Debug, Clone)]
pub struct Request {
    /// Names this attempt: the same op is applied once. Its bytes also seed the ids that the command makes.
    pub op: OpId,
    /// The agent who asks. [`Id::NIL`]: a timer, or none yet ([`Command::Start`]).
    pub actor: Id,
    /// Now.
    pub now: Stamp,
    /// When it happened in the world, where that is not now.
    pub effective_at: Option<Stamp>,
    /// The batch that it is a part of: batches are undone whole.
    pub batch: Option<Id>,
    /// Versions of records that the asker looked at: a newer one refuses the change.
    pub seen: Vec<(Kind, Id, u64)>,
    /// By which way it comes, where the command does not say so itself: a rule, a hook.
    pub via: Option<Via>,
    /// What.
    pub command: Command,
}

impl Request {
    /// A request of now, outside of batches, that looked at nothing.
    pub fn new(op: OpId, actor: Id, now: Stamp, command: Command) -> Request {
        Request { op, actor, now, effective_at: None, batch: None, seen: Vec::new(), via: None, command }
    }

    /// By which way it comes.
    pub fn via(&self) -> Via {
        self.via.clone().unwrap_or(match &self.command {
            Command::Tick => Via::Timer,
            Command::Import(_) => Via::Import,
            Command::MailReceive(_)
            | Command::OutboxSent(_)
            | Command::OutboxClaim { .. }
            | Command::OutboxSettle { .. }
            | Command::OutboxCopied(..) => Via::Mailbox,
            _ => Via::Agent,
        })
    }
}

/// Which way a step of a change of many goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RevertStep {
    /// It is undone.
    Undo,
    /// It is made again.
    Redo,
}

/// What can be asked for.
#[derive(Debug, Clone, PartialEq)]
pub enum Command {
    /// Begin: the workspace and its owner.
    Start {
        /// Zone, currency, address, name.
        workspace: Vec<Edit>,
        /// The owner's name, handle and Unix user.
        owner: NewAgent,
    },
    /// Add a record of a kind with these fields.
    Create(Kind, Vec<Edit>),
    /// Change the fields of a record.
    Edit(Kind, Id, Vec<Edit>),
    /// Archive records, or bring them back.
    Archive(Kind, Vec<Id>, bool),
    /// Add and remove tags of records.
    Tag(Kind, Vec<Id>, Vec<String>, Vec<String>),
    /// Add an agent.
    AgentAdd(NewAgent),
    /// Mark an agent as away, or back.
    AgentAway(Id, bool),
    /// Add a team.
    TeamAdd(String),
    /// Note that all that is held on a customer was handed out.
    CustomerExport(Id),
    /// A step of erasing a customer.
    CustomerErase(Box<EraseStep>),
    /// Let a customer or an organisation go into another; the fields named come from the one that goes.
    Merge {
        /// Customers or organisations.
        kind: Kind,
        /// The one that stays.
        into: Id,
        /// The one that goes.
        from: Id,
        /// Fields to come from the one that goes.
        take: Vec<String>,
    },
    /// Say that two customers who look alike are two people.
    CustomerDistinct(Id, Id),
    /// Put a merged customer or organisation on its own feet again.
    Unmerge(Kind, Id),
    /// Note something said on any channel.
    InteractionLog(NewInteraction),
    /// Open a ticket.
    TicketCreate(Box<NewTicket>),
    /// Answer in public: held first, then queued.
    TicketReply(Box<NewReply>),
    /// The customer wrote again: the ticket wakes, and opens again where it waited or was solved.
    TicketReceive(Box<NewReceived>),
    /// Write an internal note.
    TicketNote(Id, String),
    /// Change tickets: one that does not allow it refuses; of several, those that do not are skipped and said.
    TicketSet(Vec<Id>, Vec<TicketChange>),
    /// Enter an order.
    OrderAdd(NewOrder),
    /// Give money back: minor units of the order's currency.
    OrderRefund(Id, i64, String),
    /// Tick tasks off, or back on.
    TaskDone(Vec<Id>, bool),
    /// Record a survey answer.
    ResponseRecord(NewResponse),
    /// Save a view with these fields.
    ViewSave(Vec<Edit>),
    /// Forget a view.
    ViewDelete(Id),
    /// Freezes the current members of a saved query, under a separate name.
    ViewFreeze(Id, String),
    /// A step of an import.
    Import(Box<ImportStep>),
    /// Undo the asker's last change that can be undone, or the row named (with all steps of a change of many).
    Undo(Option<Seq>),
    /// Undo the asker's last change that can be undone before this place in the log.
    UndoBefore(Seq),
    /// Do the asker's last undone change again.
    Redo,
    /// A step of undoing a change of many, the row named, or of redoing it.
    RevertStep(Seq, RevertStep),
    /// What the clock brings: held replies are queued, snoozes end.
    Tick,
    /// Queued replies were handed to the mail system by other means.
    OutboxSent(Vec<Id>),
    /// Hold, send now, send later, cancel, send again or edit messages on their way.
    Outbox(Vec<Id>, OutboxVerb),
    /// A sender takes a message that is due, for one attempt.
    OutboxClaim {
        /// The message.
        message: Id,
        /// The mailbox that sends it.
        mailbox: Id,
        /// Which process.
        holder: Id,
    },
    /// What an attempt to send came to.
    OutboxSettle {
        /// The message.
        message: Id,
        /// Which process.
        holder: Id,
        /// Which attempt.
        attempt: u32,
        /// One per recipient that did not have it.
        outcomes: Vec<Outcome>,
        /// Why the mail system could not be reached, where it could not.
        down: Option<String>,
    },
    /// A copy of a sent message was put into the folder for those at the server, or could not be: why.
    OutboxCopied(Id, Option<String>),
    /// Mail came in by a mailbox.
    MailReceive(Box<NewMail>),
    /// Pause a mailbox, or let it go on.
    MailboxPause(Id, bool),
    /// Remove a mailbox, or bring it back.
    MailboxRemove(Id, bool),
    /// Send a ticket's thread on to an outside person.
    TicketForward(Box<NewForward>),
    /// Block the senders of tickets, which are spam then; or take that back.
    TicketBlock(Vec<Id>, Block),
}

impl Command {
    /// Its word in the log.
    pub fn word(&self) -> &'static str {
        match self {
            Command::Start { .. } => "start",
            Command::Create(kind, _) => kind.verbs().add,
            Command::Edit(kind, ..) => kind.verbs().edit,
            Command::Archive(kind, ..) => kind.verbs().archive,
            Command::Tag(kind, ..) => kind.verbs().tag,
            Command::AgentAdd(_) => "agent add",
            Command::AgentAway(..) => "agent away",
            Command::TeamAdd(_) => "team add",
            Command::CustomerExport(_) => "customer export-me",
            Command::CustomerErase(_) => "customer erase-me",
            Command::Merge { kind: Kind::Organisation, .. } => "organisation merge",
            Command::Merge { .. } => "customer merge",
            Command::CustomerDistinct(..) => "customer distinct",
            Command::Unmerge(Kind::Organisation, _) => "organisation unmerge",
            Command::Unmerge(..) => "customer unmerge",
            Command::InteractionLog(_) => "interaction log",
            Command::TicketCreate(_) => "ticket create",
            Command::TicketReply(_) => "ticket reply",
            Command::TicketReceive(_) => "ticket receive",
            Command::TicketNote(..) => "ticket note",
            Command::TicketSet(..) => "ticket set",
            Command::OrderAdd(_) => "order add",
            Command::OrderRefund(..) => "order refund",
            Command::TaskDone(..) => "task done",
            Command::ResponseRecord(_) => "response record",
            Command::ViewSave(_) => "view save",
            Command::ViewDelete(_) => "view delete",
            Command::ViewFreeze(..) => "view freeze",
            Command::Import(_) => "import",
            Command::Undo(_) | Command::UndoBefore(_) | Command::RevertStep(_, RevertStep::Undo) => "undo",
            Command::Redo | Command::RevertStep(_, RevertStep::Redo) => "redo",
            Command::Tick => "tick",
            Command::OutboxSent(_) => "outbox sent",
            Command::Outbox(_, verb) => verb.word(),
            Command::OutboxClaim { .. } => "outbox claim",
            Command::OutboxSettle { .. } => "outbox settle",
            Command::OutboxCopied(..) => "outbox copied",
            Command::MailReceive(_) => "mail receive",
            Command::MailboxPause(_, true) => "mailbox pause",
            Command::MailboxPause(_, false) => "mailbox resume",
            Command::MailboxRemove(..) => "mailbox remove",
            Command::TicketForward(_) => "ticket forward",
            Command::TicketBlock(_, how) => how.word(),
        }
    }

    /// Whether it may share a commit.
    pub fn weight(&self) -> Weight {
        let bulk = match self {
            Command::Import(_)
            | Command::ViewFreeze(..)
            | Command::RevertStep(..)
            | Command::Merge { .. }
            | Command::Unmerge(..)
            | Command::CustomerErase(_) => true,
            Command::TicketSet(ids, _) | Command::Tag(_, ids, ..) | Command::Archive(_, ids, _) => {
                ids.len() > 50
            }
            Command::OutboxSent(ids) | Command::Outbox(ids, _) => ids.len() > 50,
            _ => false,
        };
        if bulk { Weight::Heavy } else { Weight::Light }
    }
}

/// A step of erasing a person. None of them leaves anything personal in the log.
#[derive(Debug, Clone, PartialEq)]
pub enum EraseStep {
    /// The first: what names them is kept until the last, so that an erasure that is cut short goes on.
    Begin(Box<Erasing>),
    /// These records: theirs are wiped, others' lose what names them.
    Records(Id, Vec<(Kind, Id)>),
    /// Mail as it came: what is left of it; `None`: nothing.
    Raw(Id, Vec<(Id, Option<Vec<u8>>)>),
    /// These rows of the log lose their salt and body.
    Log(Id, Vec<Seq>),
    /// The last: their own records, drafts, and what names them; refused where the log stands elsewhere.
    Finish(Id, Seq),
    /// The file was rewritten.
    Rewritten(Id),
}

/// One change of a ticket.
#[derive(Debug, Clone, PartialEq)]
pub enum TicketChange {
    /// Move it by the table of transitions.
    Category(Category),
    /// A field that tickets declare without a special rule.
    Field(Edit),
    /// The priority.
    Priority(Priority),
    /// To an agent, or unassigned.
    Assignee(Option<Id>),
    /// To a team, or to none.
    Team(Option<Id>),
    /// What it is.
    Type(TicketType),
    /// Add a tag.
    Tag(String),
    /// Remove a tag.
    Untag(String),
    /// An agent wants to know.
    Follow(Id),
    /// An agent does not any more.
    Unfollow(Id),
    /// Rubbish, or not.
    Spam(bool),
    /// Let its sender in: it waits in the screener no longer, nor do their others.
    Accept,
    /// Out of sight until then; `None` wakes it.
    Snooze(Option<Stamp>),
    /// Its subject.
    Subject(String),
    /// Whose it is: answers go to them from now on.
    Requester(Id),
    /// What the customer is promised.
    Promise(Option<Stamp>),
}

/// A new agent.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct NewAgent {
    /// The name that customers see.
    pub name: String,
    /// The short name; made from the name where it is empty.
    pub handle: String,
    /// The Unix user.
    pub unix_user: String,
    /// Own addresses.
    pub emails: Vec<String>,
    /// What they may do.
    pub role: Role,
    /// Teams.
    pub teams: Vec<Id>,
}

/// A new interaction.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct NewInteraction {
    /// The customer.
    pub customer: Id,
    /// About which ticket.
    pub ticket: Option<Id>,
    /// How.
    pub channel: Channel,
    /// Which way.
    pub direction: Direction,
    /// When; `None`: now.
    pub at: Option<Stamp>,
    /// The subject.
    pub subject: String,
    /// In full.
    pub body: String,
    /// Seconds that it took.
    pub seconds: Option<u32>,
}

/// A new ticket.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct NewTicket {
    /// Who brought it.
    pub requester: Id,
    /// What it is about.
    pub subject: String,
    /// What the customer wrote or said; empty: nothing yet.
    pub body: String,
    /// What it is.
    pub ticket_type: TicketType,
    /// The priority.
    pub priority: Priority,
    /// How it came.
    pub channel: Channel,
    /// Recipients.
    pub assignee: Option<Id>,
    /// In whose queue.
    pub team: Option<Id>,
    /// Tags.
    pub tags: Vec<String>,
    /// What was promised.
    pub promised_by: Option<Stamp>,
}

/// What a customer wrote on a ticket that is there.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct NewReceived {
    /// On which ticket.
    pub ticket: Id,
    /// Who wrote; `None`: the requester.
    pub author: Option<Id>,
    /// How it came; `None`: as the ticket did.
    pub channel: Option<Channel>,
    /// Its text.
    pub body: String,
}

/// Mail that came in.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct NewMail {
    /// By which mailbox.
    pub mailbox: Id,
    /// What it says.
    pub mail: ImportMail,
    /// When it came to the mailbox.
    pub received_at: Stamp,
    /// Where it is at the server: UIDVALIDITY and UID.
    pub uid: Option<(u32, u32)>,
    /// The folder from which it was read: its UIDs say nothing of another one.
    pub from: Receive,
}

/// A new order. Amounts in minor units.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct NewOrder {
    /// Who bought.
    pub customer: Id,
    /// The civil date.
    pub date: Day,
    /// ISO 4217; empty: the workspace's.
    pub currency: String,
    /// What.
    pub lines: Vec<Line>,
    /// Tax.
    pub tax: i64,
    /// Shipping.
    pub shipping: i64,
    /// Discount, positive.
    pub discount: i64,
}

/// A survey answer.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct NewResponse {
    /// Who answered.
    pub customer: Id,
    /// About which ticket.
    pub ticket: Option<Id>,
    /// What was asked.
    pub preset: Preset,
    /// The answer, on the preset's scale.
    pub score: i64,
    /// In their words.
    pub comment: String,
    /// When; `None`: now.
    pub at: Option<Stamp>,
}

/// What a change came to.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Done {
    /// Its row in the log.
    pub seq: Seq,
    /// The sentence for people: `T-104 solved`.
    pub summary: String,
    /// How many records a change of many changed.
    pub changed: usize,
    /// What follows that number in the sentence: `tickets assigned to Dana`.
    pub rest: String,
    /// Records made.
    pub created: Vec<(Kind, Id)>,
    /// Records touched, the made ones among them.
    pub touched: Vec<(Kind, Id)>,
    /// Mailboxes whose address changed: the previous one, and the one now. Commands that a user keeps for it are under the
    /// address.
    pub moved: Vec<(String, String)>,
    /// Records of a bulk change that were left alone, and why.
    pub skipped: Vec<(Id, String)>,
    /// What undo had to leave alone because it was changed since (reverts of imports).
    pub kept: Vec<crate::model::refusal::Clash>,
    /// Import totals of this step, where it was one.
    pub tally: super::import::Tally,
    /// Rows of an import that were not taken: their lines, and why.
    pub lines: Vec<(u64, String)>,
    /// What could not be taken of rows that were: their lines, and what.
    pub remarks: Vec<(u64, String)>,
    /// A reply that was taken back: its text, for the composer.
    pub draft: Option<super::drafts::Draft>,
    /// Whether the same op had been applied before.
    pub replayed: bool,
    /// What it would change, of a dry run; `None` for a change that was made.
    pub preview: Option<Vec<super::preview::Previewed>>,
}
