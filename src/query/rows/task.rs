//! Tasks.

use std::borrow::Cow;

use super::{Around, Out, Roster, lines, spoken};
use crate::{
    model::{Customer, Id, Stamp, Task, Ticket},
    query::{Row, Value},
};

/// A task with what belongs to it.
#[derive(Debug, Clone, Copy)]
pub struct TaskRow<'a> {
    /// The task.
    pub task: &'a Task,
    /// The customer, if any.
    pub customer: Option<&'a Customer>,
    /// About which ticket.
    pub ticket: Option<&'a Ticket>,
    /// Who may do it.
    pub roster: &'a Roster,
    /// The time at which it is looked at: what is overdue.
    pub now: Stamp,
}

impl Row for TaskRow<'_> {
    fn values<'v>(&'v self, field: &str, out: &mut Vec<Value<'v>>) {
        let mut out = Out(out);
        let t = self.task;
        match field {
            "is" => {
                let open = t.done_at.is_none();
                out.states([
                    ("open", open),
                    ("done", !open),
                    ("overdue", open && t.due.is_some_and(|due| due < self.now)),
                ]);
            }
            "customer" => out.customer(self.customer),
            "ticket" => out.ticket(self.ticket),
            other => out.declared(other, t, Around::of(self.roster)),
        }
    }

    fn text(&self) -> Cow<'_, str> {
        let customer = self.customer.map(Customer::display_name).map(spoken).unwrap_or_default();
        Cow::Owned(lines([self.task.title.as_str(), &self.task.body, &customer]))
    }

    fn number(&self) -> Option<u64> {
        Some(self.task.number)
    }

    fn id(&self) -> Option<Id> {
        Some(self.task.id)
    }

    fn links(&self, join: &str, out: &mut Vec<Id>) {
        match join {
            "customer" => out.extend(self.task.customer),
            "ticket" => out.extend(self.task.ticket),
            _ => {}
        }
    }
}
