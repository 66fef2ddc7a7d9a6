//! Imports as steps of the desk: rows are matched, merged by field and counted inside the transaction that writes them.
//!
//! `exchange` reads files into neutral rows and sends them here step by step, each step a command of one batch that
//! commits alone. A dry run is the same code over writes that are never committed ([`Desk::rehearse`]).
//!
//! A customer is matched on (source, external id), then on an e-mail address that is not shared, then on a phone number
//! *with the name agreeing*; never on a name alone. Lists grow by what is new. A field that contains something is written
//! over only by the source that it came from; what an agent typed stays.

mod contacts;
pub(super) mod mail;
mod orders;
pub(super) mod placing;
mod records;
mod report;
mod settle;
mod side;

pub use contacts::ImportContact;
pub use mail::{ImportMail, Sender};
pub use orders::ImportOrder;
pub use placing::{Shown, bare_key, decision, joins};
pub use records::ImportRecord;
pub use report::kept as kept_reports;
pub use settle::{ImportThread, QUIET};

use super::{Desk, Done, Request, undo, work, work::Job};
use crate::{
    model::{BatchState, ExternalId, Id, ImportBatch, Kind},
    store::{self, Reject, View, rehearsal::Rehearsal},
};

/// Rows read and what became of them: read = created + updated + unchanged + rejected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    /// Rows read.
    pub read: u64,
    /// Rows that made a record.
    pub created: u64,
    /// Rows that changed one.
    pub updated: u64,
    /// Rows that said nothing new.
    pub unchanged: u64,
    /// Rows that could not be taken.
    pub rejected: u64,
    /// The records that came of them.
    pub made: Made,
}

/// New records of an import, by kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Made {
    /// Customers.
    pub customers: u64,
    /// Organisations.
    pub organisations: u64,
    /// Tickets.
    pub tickets: u64,
    /// Messages.
    pub messages: u64,
    /// Orders.
    pub orders: u64,
}

impl Made {
    /// Counts a record.
    pub fn count(&mut self, kind: Kind) {
        let n = match kind {
            Kind::Customer => &mut self.customers,
            Kind::Organisation => &mut self.organisations,
            Kind::Ticket => &mut self.tickets,
            Kind::Message => &mut self.messages,
            Kind::Order => &mut self.orders,
            _ => return,
        };
        *n += 1;
    }

    /// Each number with the name of its records, as lists are called.
    pub fn each(self) -> [(u64, &'static str); 5] {
        [
            (self.customers, "customers"),
            (self.organisations, "organisations"),
            (self.tickets, "tickets"),
            (self.messages, "messages"),
            (self.orders, "orders"),
        ]
    }
}

impl Tally {
    /// Adds what became of other rows.
    pub fn add(&mut self, other: Tally) {
        self.read += other.read;
        self.created += other.created;
        self.updated += other.updated;
        self.unchanged += other.unchanged;
        self.rejected += other.rejected;
        let m = other.made;
        self.made.customers += m.customers;
        self.made.organisations += m.organisations;
        self.made.tickets += m.tickets;
        self.made.messages += m.messages;
        self.made.orders += m.orders;
    }

    fn count(&mut self, fate: Fate) {
        self.read += 1;
        match fate {
            Fate::Created => self.created += 1,
            Fate::Updated => self.updated += 1,
            Fate::Unchanged => self.unchanged += 1,
            Fate::Rejected => self.rejected += 1,
        }
    }
}

/// What became of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    Created,
    Updated,
    Unchanged,
    /// It would take a record beyond a limit.
    Rejected,
}

/// One step of an import: commits alone.
#[derive(Debug, Clone, PartialEq)]
pub enum ImportStep {
    /// Its first step: the batch record, which gets its number.
    Begin(ImportBatch),
    /// Its last step: the batch record with its totals.
    End(ImportBatch),
    /// Its last step where it changed nothing: the batch record goes.
    Drop(Id),
    /// People of a source.
    Contacts(String, Vec<ImportContact>),
    /// Orders of a source.
    Orders(String, Vec<ImportOrder>),
    /// Records of a kind that is declared in one table, of a source.
    Records(Kind, String, Vec<ImportRecord>),
    /// Mails, each with the thread that it belongs to.
    Mails(Vec<ImportMail>),
    /// Where the threads of a mailbox came to rest, once all their mails are in.
    Settle(Vec<ImportThread>),
    /// Reports that the desk has kept without a ticket, to be placed where what they are about is here by now.
    Reports(Vec<ImportMail>),
    /// Takes back one row of a batch, keeping what was changed since.
    Revert(crate::model::Seq),
}

/// Runs a step.
///
/// # Errors
/// What it is refused for.
pub fn run(job: &mut Job, step: &ImportStep) -> Result<(), Reject> {
    match step {
        ImportStep::Begin(batch) => {
            let mut batch = batch.clone();
            batch.number = job.next_number(Kind::ImportBatch)?;
            job.done.created.push((Kind::ImportBatch, batch.id));
            job.put(&batch)?;
            job.say(format!("import B-{} of {} began", batch.number, batch.files.join(", ")));
        }
        ImportStep::End(batch) => {
            let number = job.need::<ImportBatch>(batch.id)?.number;
            job.put(&ImportBatch { number, ..batch.clone() })?;
            let what = if batch.state == BatchState::Reverted { "reverted" } else { "done" };
            job.say(format!("import B-{number} {what}"));
        }
        ImportStep::Drop(batch) => {
            let number = job.need::<ImportBatch>(*batch)?.number;
            job.work.del(Kind::ImportBatch, *batch)?;
            job.give_back(Kind::ImportBatch, number)?;
            job.say("import of nothing new");
        }
        ImportStep::Contacts(source, rows) => contacts::apply(job, source, rows)?,
        ImportStep::Orders(source, rows) => orders::apply(job, source, rows)?,
        ImportStep::Records(kind, source, rows) => self::records::apply(job, *kind, source, rows)?,
        ImportStep::Mails(mails) => mail::apply(job, mails)?,
        ImportStep::Settle(threads) => settle::apply(job, threads)?,
        ImportStep::Reports(mails) => report::again(job, mails)?,
        ImportStep::Revert(seq) => undo::revert_row(job, *seq)?,
    }
    Ok(())
}

/// The record that a source calls so.
fn known(view: &dyn View, kind: Kind, id: &ExternalId) -> Result<Option<Id>, Reject> {
    Ok(store::records::by_external(view, kind, &id.source, &id.id)?)
}

impl Desk {
    /// Makes a change that no one else sees and that is never committed, over those before it: a dry run.
    ///
    /// # Errors
    /// What the change would be refused for.
    pub fn rehearse(&self, rehearsal: &mut Rehearsal, request: &Request) -> Result<Done, Reject> {
        // As a change is made: on the records as they are for any caller; its messages hide what the caller cannot see.
        self.store.view(|view| Ok(rehearsal.run(view, request.op, |tx| work::run(tx, request, None))))?
    }
}
