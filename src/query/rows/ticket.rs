//! Tickets.

use std::borrow::Cow;

use super::{Around, Linked, Out, Roster, lines, spoken};
use crate::{
    model::{Category, Customer, Id, Organisation, Stamp, Ticket},
    query::{Row, Value},
};

/// A ticket with what belongs to it.
#[derive(Debug, Clone, Copy)]
pub struct TicketRow<'a> {
    /// The ticket.
    pub ticket: &'a Ticket,
    /// Who brought it.
    pub requester: Option<&'a Customer>,
    /// For which organisation.
    pub organisation: Option<&'a Organisation>,
    /// Who may work on it.
    pub roster: &'a Roster,
    /// The time at which it is looked at: what is overdue, snoozed, waiting.
    pub now: Stamp,
    /// Whether there is something new since the one who asks last looked.
    pub unread: bool,
    /// Whether a reply of it is held and can be taken back.
    pub held: bool,
    /// The text of its messages, where bare words are to be found in it.
    pub text: Option<&'a str>,
    /// The records that it names beside those.
    pub links: &'a [Linked],
}

impl Row for TicketRow<'_> {
    fn values<'v>(&'v self, field: &str, out: &mut Vec<Value<'v>>) {
        let mut out = Out(out);
        let (t, unsolved) = (self.ticket, self.ticket.category.is_unsolved());
        let timers = &t.timers;
        match field {
            "is" => {
                out.states([
                    ("open", t.needs_work()),
                    (t.category.as_str(), t.category != Category::Open),
                    ("unassigned", t.needs_work() && t.assignee.is_none()),
                    ("overdue", t.due().is_some_and(|due| due < self.now)),
                    ("snoozed", t.is_snoozed(self.now)),
                    ("unread", self.unread),
                    ("waiting", unsolved && timers.unanswered_since.is_some()),
                    ("replied", timers.first_reply_at.is_some()),
                    ("held", self.held),
                    ("spam", t.spam),
                    ("screened", t.screened && !t.spam),
                ]);
            }
            "requester" => {
                if let Some(c) = self.requester {
                    out.names(c);
                }
            }
            "email" => out.emails(self.requester),
            "org" => out.text(self.organisation.map_or("", |o| &o.name)),
            "due" => out.date(t.due()),
            "solved" => out.date(timers.solves.last().map(|s| s.at).filter(|_| !unsolved)),
            "snoozed" => out.date(t.snoozed_until.filter(|_| t.is_snoozed(self.now))),
            "customer" => out.customer(self.requester),
            "waiting" => {
                let since = timers.unanswered_since.filter(|_| unsolved);
                out.duration(since.map(|at| self.now.saturating_sub(at).max(0)));
            }
            own if own.starts_with("custom.") => out.custom(own, &t.custom),
            other => out.declared(other, t, Around { roster: Some(self.roster), links: self.links }),
        }
    }

    fn text(&self) -> Cow<'_, str> {
        let requester = self.requester.map(Customer::display_name).map(spoken).unwrap_or_default();
        let emails = self.requester.iter().flat_map(|c| &c.emails).map(|e| e.address.as_str());
        let tags = self.ticket.tags.iter().map(String::as_str);
        let firm = self.organisation.map(|o| spoken(o.name.clone())).unwrap_or_default();
        let names = [self.ticket.subject.as_str(), &requester, &firm];
        Cow::Owned(lines(names.into_iter().chain(emails).chain(tags).chain(self.text)))
    }

    fn number(&self) -> Option<u64> {
        Some(self.ticket.number)
    }

    fn id(&self) -> Option<Id> {
        Some(self.ticket.id)
    }

    fn links(&self, join: &str, out: &mut Vec<Id>) {
        match join {
            "customer" => out.push(self.ticket.requester),
            "org" => out.extend(self.ticket.organisation),
            _ => {}
        }
    }
}
