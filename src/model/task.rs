//! Tasks: work promised to a customer or a colleague.

mod fields;

pub use fields::{FIELDS, FORM, LIST};

use super::{Derive, Entries, Id, Key, Kind, Stamp, Table, shape::record};

record! {
    /// A task with an owner and a due time.
    Task {
        /// The number people see, after `K-`.
        number = "n": u64,
        /// What.
        title = "t": String,
        /// More about it.
        body = "b": String,
        /// By when.
        due = "d": Option<Stamp>,
        /// Who.
        owner = "o": Option<Id>,
        /// The customer, if any.
        customer = "c": Option<Id>,
        /// About which ticket.
        ticket = "ti": Option<Id>,
        /// When it was done.
        done_at = "da": Option<Stamp>,
        /// Who did it.
        done_by = "db": Option<Id>,
        /// When it was made.
        created_at = "ca": Stamp,
    }
}

impl Derive for Task {
    fn derive(&self, out: &mut Entries) {
        let me = (Kind::Task, self.id);
        out.number(Kind::Task, self.number, self.id);
        out.external(Kind::Task, &self.external_ids, self.id);
        if self.done_at.is_none() {
            let due = self.due.unwrap_or(Stamp::MAX);
            out.row(Table::IxDue, Key::new().at(due).u8(Kind::Task.code()).id(self.id), []);
        }
        if let Some(c) = self.customer {
            out.timeline(c, self.created_at, Kind::Task, self.id);
            out.refer((Kind::Customer, c), me);
        }
        if let Some(t) = self.ticket {
            out.refer((Kind::Ticket, t), me);
        }
        for a in [self.owner, self.done_by].into_iter().flatten() {
            out.refer((Kind::Agent, a), me);
        }
    }
}
