//! What the screen shows, as loaded from the desk: plain data, no store behind it.
//!
//! - `info`: [`Info`], the desk itself: who works here, in which zone and currency.
//! - `rows`: rows of lists: [`TicketRow`], [`CustomerRow`], [`TaskRow`], [`QueueRow`].
//! - `mail`: rows of the outbox and of the mailboxes: [`OutboxRow`], [`MailboxRow`].
//! - `pages`: what is read: [`TicketPage`], [`CustomerPage`].
//! - `numbers`: [`Numbers`], the strip of today.
//! - `ask`: [`Ask`], what can be loaded, and [`Answer`], what comes of it.

mod ask;
mod info;
mod mail;
mod numbers;
mod pages;
mod rows;

pub use ask::{Answer, Ask, Fields, Lookup, Matches, Slot, WorkerLane};
pub use info::Info;
pub use mail::{MailboxRow, OutboxRow};
pub use numbers::{Numbers, Tile, Trend};
pub use pages::{CustomerPage, Entry, Facts, TicketPage};
pub use rows::{
    Alike, CustomerRow, FoundRecord, QueueRow, TaskRow, TextFound, TicketMark, TicketRow, ViewRow,
};
