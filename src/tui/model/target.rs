//! What a verb acts on: the marked rows, the row under the cursor, or what is being read.

use super::{Model, Pane, Showing, see_list};
use crate::{
    desk::read::TimelineEntry,
    model::{Category, Id, Kind, OutboxState, Stamp, Ticket},
    tui::{command::TicketState, data::TicketRow},
};

/// What verbs need to know of a ticket.
#[derive(Debug, Clone, PartialEq)]
pub struct AtHand {
    /// The ticket.
    pub id: Id,
    /// Its number.
    pub number: u64,
    /// Who brought it.
    pub requester: Id,
    /// Who works on it.
    pub assignee: Option<Id>,
    /// Where it stands.
    pub category: Category,
    /// Rubbish.
    pub spam: bool,
    /// It waits in the screener.
    pub screened: bool,
    /// This agent follows it.
    pub followed: bool,
    /// Out of sight until then.
    pub asleep_until: Option<Stamp>,
    /// Its tags.
    pub tags: Vec<String>,
}

impl From<&TicketRow> for AtHand {
    fn from(t: &TicketRow) -> AtHand {
        AtHand {
            id: t.id,
            number: t.number,
            requester: t.requester,
            assignee: t.assignee,
            category: t.category.clone(),
            spam: t.spam,
            screened: t.screened,
            followed: t.followed,
            asleep_until: t.asleep_until,
            tags: t.tags.clone(),
        }
    }
}

impl AtHand {
    fn of(t: &Ticket, me: Id) -> AtHand {
        AtHand {
            id: t.id,
            number: t.number,
            requester: t.requester,
            assignee: t.assignee,
            category: t.category.clone(),
            spam: t.spam,
            screened: t.screened,
            followed: t.followers.contains(&me),
            asleep_until: t.snoozed_until,
            tags: t.tags.clone(),
        }
    }
}

impl Model {
    /// The tickets that a verb acts on: marked ones, else the current one.
    #[must_use]
    pub fn target_tickets(&self) -> Vec<AtHand> {
        if self.composer.is_none()
            && let Some(list) = self.tickets(self.focus)
        {
            return list.targets().into_iter().map(AtHand::from).collect();
        }
        self.ticket_at_hand().into_iter().collect()
    }

    /// The ticket that a verb would act on.
    #[must_use]
    pub fn ticket_at_hand(&self) -> Option<AtHand> {
        if self.composer.is_some() {
            return self.ticket_read();
        }
        match self.focus {
            Pane::Queue | Pane::AllTickets => {
                self.tickets(self.focus).and_then(|l| l.current()).map(AtHand::from)
            }
            Pane::Page if matches!(self.page.showing, Showing::Ticket(_)) => self.ticket_read(),
            Pane::Page | Pane::Card => match &self.entry_at_hand()?.entry {
                TimelineEntry::Ticket(t) => Some(AtHand::of(t, self.me)),
                _ => None,
            },
            _ => None,
        }
    }

    fn ticket_read(&self) -> Option<AtHand> {
        let ticket = &self.page.ticket_shown()?.page.ticket;
        // What is on the screen may be the ticket before: a verb must not fall on it.
        let wanted = matches!(self.page.showing, Showing::Ticket(id) if id == ticket.id);
        wanted.then(|| AtHand::of(ticket, self.me))
    }

    /// The entry of a customer's history under the cursor.
    #[must_use]
    pub fn entry_at_hand(&self) -> Option<&crate::tui::data::Entry> {
        let shown = match self.focus {
            Pane::Card => self.page.customer.as_ref(),
            Pane::Page => self.page.customer_shown(),
            _ => None,
        };
        shown?.current(self.page.kinds)
    }

    /// The customer that a verb would act on: the row, the page, the requester of the ticket, the customer of the task.
    #[must_use]
    pub fn customer_at_hand(&self) -> Option<Id> {
        let row = self.customers_of(self.focus).and_then(|l| l.current_id());
        let page = || match (self.focus, self.page.showing) {
            (Pane::Card, _) => self.page.customer.as_ref().map(|v| v.page.customer.id),
            (Pane::Page, Showing::Customer(id)) => Some(id),
            (Pane::Tasks, _) => self.tasks.current().and_then(|t| t.customer),
            _ => None,
        };
        row.or_else(page).or_else(|| self.ticket_at_hand().map(|t| t.requester)).filter(|id| !id.is_nil())
    }

    /// The customers that a verb acts on: marked ones, else the current one.
    #[must_use]
    pub fn target_customers(&self) -> Vec<Id> {
        match self.customers_of(self.focus) {
            Some(list) => list.target_ids(),
            None => self.customer_at_hand().into_iter().collect(),
        }
    }

    /// The tasks that a verb acts on: marked ones, else the row under the cursor.
    #[must_use]
    pub fn target_tasks(&self) -> Vec<Id> {
        match (self.focus, self.entry_at_hand().map(|e| &e.entry)) {
            (Pane::Tasks, _) => self.tasks.targets().iter().map(|t| t.id).collect(),
            (_, Some(TimelineEntry::Task(t))) => vec![t.id],
            _ => Vec::new(),
        }
    }

    /// The record under the cursor or being read: for edit, blame, copy.
    #[must_use]
    pub fn record_at_hand(&self) -> Option<(Kind, Id)> {
        match self.focus {
            Pane::Queue | Pane::AllTickets => self.ticket_at_hand().map(|t| (Kind::Ticket, t.id)),
            Pane::Customers | Pane::AllCustomers => self.customer_at_hand().map(|c| (Kind::Customer, c)),
            Pane::Tasks => self.tasks.current_id().map(|t| (Kind::Task, t)),
            Pane::Outbox => self.outbox.current_id().map(|t| (Kind::Message, t)),
            Pane::Mailboxes => self.mailboxes.current_id().map(|t| (Kind::Mailbox, t)),
            Pane::Page if matches!(self.page.showing, Showing::Ticket(_)) => {
                self.ticket_at_hand().map(|t| (Kind::Ticket, t.id))
            }
            Pane::Page | Pane::Card => match self.entry_at_hand() {
                Some(e) => Some(match &e.entry {
                    TimelineEntry::Ticket(_) => (Kind::Ticket, e.id),
                    TimelineEntry::Message(m, ..) => (Kind::Ticket, m.ticket),
                    TimelineEntry::Interaction(_) => (Kind::Interaction, e.id),
                    TimelineEntry::Order(_) => (Kind::Order, e.id),
                    TimelineEntry::Response(_) => (Kind::Response, e.id),
                    TimelineEntry::Task(_) => (Kind::Task, e.id),
                    TimelineEntry::Plain(i) => (i.record.kind(), e.id),
                    TimelineEntry::Stage(_) => (Kind::Customer, self.customer_at_hand()?),
                }),
                None => self.customer_at_hand().map(|c| (Kind::Customer, c)),
            },
            _ => None,
        }
    }

    /// Where the cursor stands, for undo to return it.
    #[must_use]
    pub fn here(&self) -> Option<(Pane, Id)> {
        let pane = if self.focus == Pane::Page { self.leader() } else { self.focus };
        see_list!(self, pane, list => list.current_id(), None).map(|id| (pane, id))
    }

    /// The newest message of this agent on the ticket that is read which has not left: the ticket and the message.
    #[must_use]
    pub fn held_here(&self) -> Option<(Id, Id)> {
        let page = &self.page.ticket_shown()?.page;
        let held = |id: Id| page.outbox.iter().any(|(of, state, _)| *of == id && *state == OutboxState::Held);
        let mine = page.messages.iter().rev().find(|m| m.agent == Some(self.me) && held(m.id))?;
        Some((page.ticket.id, mine.id))
    }

    /// The state of the current ticket, for the conditions.
    #[must_use]
    pub fn ticket_state(&self) -> Option<TicketState> {
        let t = self.ticket_at_hand()?;
        let read = self.page.ticket.as_ref().filter(|v| v.page.ticket.id == t.id);
        Some(TicketState {
            waiting: matches!(t.category, Category::Pending | Category::OnHold)
                || t.asleep_until.is_some_and(|until| until > self.now),
            solved: t.category == Category::Solved,
            closed: t.category == Category::Closed,
            merged: t.category == Category::Merged,
            spam: t.spam,
            screened: t.screened,
            offers: read.is_some_and(|v| !v.page.offers.is_empty()),
            mine: t.assignee == Some(self.me),
            attachments: read.is_some_and(|v| {
                v.page.messages.iter().any(|m| !m.attachments.is_empty() || m.raw.is_some())
            }),
        })
    }
}
