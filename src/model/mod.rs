//! Plain records and pure rules: the words of the domain. No I/O, no clock.
//!
//! A record ([`Record`]) is what is true; what can be worked out from it (index entries, facts) it derives itself
//! ([`Derive`]). [`log`] is what happened to records; [`Refusal`] is why something cannot happen.
//!
//! - people: [`Customer`], [`Organisation`], [`Agent`], [`Team`]
//! - history: [`Interaction`], [`Ticket`], [`TicketEvent`], [`Message`], [`Order`], [`Task`], [`Response`], [`Deal`]
//! - the desk itself: [`Workspace`], [`SavedView`], [`ImportBatch`]
//! - mail: [`Mailbox`], [`Outbox`]
//! - [`field`]: what each kind declares of its fields, once
//! - rules: [`transitions`], [`timers`], [`Hours`], and the small arithmetic of [`Key`], [`Day`], [`Money`], [`phone`], [`fold`], [`number`]

pub mod agent;
pub mod batch;
mod currency;
pub mod custom_field;
pub mod customer;
pub mod day;
pub mod deal;
mod decimal;
pub mod draft;
pub mod fact;
pub mod field;
pub mod fold;
pub mod honorific;
pub mod hours;
pub mod id;
pub mod interaction;
pub mod key;
pub mod kind;
pub mod limits;
pub mod log;
pub mod mailbox;
pub mod marks;
pub mod message;
pub mod money;
pub mod number;
pub mod order;
pub mod organisation;
pub mod outbox;
pub mod person_name;
pub mod phone;
pub mod phrase;
pub mod pipeline;
pub mod refusal;
pub mod response;
pub mod shape;
pub mod steps;
pub mod table;
pub mod task;
pub mod terms;
pub mod ticket;
pub mod timers;
pub mod transitions;
pub mod via;
pub(crate) mod words;
pub mod workspace;
pub mod zone;

pub use agent::{Agent, Role, Team};
pub use batch::{BatchState, ImportBatch};
pub use customer::{Customer, Stage};
pub use day::Day;
pub use deal::Deal;
pub use fact::{Fact, Metric};
pub use hours::Hours;
pub use id::{Id, Ids, OpId};
pub use interaction::{Channel, Direction, Interaction};
pub use key::{Key, KeyReader};
pub(crate) use kind::for_kind;
pub use kind::{Kind, Record, Verbs};
pub use mailbox::{AfterFetch, MailState, Mailbox, ReceiveKind, SendKind};
pub use marks::Marks;
pub use message::{Delivery, Message, Visibility};
pub use money::{Currency, Money};
pub use order::{Order, OrderStatus};
pub use organisation::Organisation;
pub use outbox::{CopyState, Outbox, OutboxKind, OutboxState, Recipient, RecipientState};
pub use refusal::{Clash, Refusal};
pub use response::{Preset, Response};
pub use shape::Shape;
pub use table::{Derive, Entries, Entry, Table};
pub use task::Task;
pub use ticket::{Category, EventKind, Priority, Ticket, TicketEvent, TicketType};
pub use via::Via;
pub use workspace::{SavedView, Workspace};

/// A moment: UTC milliseconds since 1970-01-01.
pub type Stamp = i64;

/// The place of a row in the log: gap-free, from 1.
pub type Seq = u64;

shape::fields! {
    /// How another system names a record.
    ExternalId {
        /// The system: a file's stem, `zendesk`, `cdnow` …
        source = "s": String,
        /// Its name for the record.
        id = "i": String,
    }
}
