//! The places that can have the focus.

use crate::tui::{
    command::{Scope, Workspace},
    data::Slot,
};

/// A pane.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Pane {
    /// The queues.
    Queues,
    /// The tickets of the chosen queue.
    Queue,
    /// The customers beside them.
    Customers,
    /// What is being read: a ticket or a customer.
    Page,
    /// The customer of the ticket being read.
    Card,
    /// The numbers of today.
    Today,
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
    /// The Insight page.
    Insight,
}

impl Pane {
    /// The panes that are lists.
    pub const LISTS: [Pane; 7] = [
        Pane::Queue,
        Pane::AllTickets,
        Pane::Customers,
        Pane::AllCustomers,
        Pane::Tasks,
        Pane::Outbox,
        Pane::Mailboxes,
    ];

    /// The panes of a workspace, in the order of `Tab`.
    #[must_use]
    pub fn of(workspace: Workspace) -> &'static [Pane] {
        match workspace {
            Workspace::Desk => {
                &[Pane::Queues, Pane::Queue, Pane::Customers, Pane::Page, Pane::Card, Pane::Today]
            }
            Workspace::Tickets => &[Pane::AllTickets, Pane::Page],
            Workspace::Customers => &[Pane::AllCustomers, Pane::Page],
            Workspace::Tasks => &[Pane::Tasks, Pane::Page],
            Workspace::Insight => &[Pane::Insight],
            Workspace::Outbox => &[Pane::Outbox, Pane::Page],
            Workspace::Settings => &[Pane::Mailboxes],
        }
    }

    /// The pane that has the focus when a workspace opens.
    #[must_use]
    pub fn first(workspace: Workspace) -> Pane {
        match workspace {
            Workspace::Desk => Pane::Queue,
            Workspace::Tickets => Pane::AllTickets,
            Workspace::Customers => Pane::AllCustomers,
            Workspace::Tasks => Pane::Tasks,
            Workspace::Insight => Pane::Insight,
            Workspace::Outbox => Pane::Outbox,
            Workspace::Settings => Pane::Mailboxes,
        }
    }

    /// The place of the keymap; for the page it depends on what is read, see the snapshot.
    #[must_use]
    pub fn scope(self) -> Scope {
        match self {
            Pane::Queues => Scope::Queue,
            Pane::Queue | Pane::AllTickets => Scope::TicketList,
            Pane::Customers | Pane::AllCustomers => Scope::CustomerList,
            Pane::Page => Scope::Thread,
            Pane::Card => Scope::CustomerPage,
            Pane::Tasks => Scope::TaskList,
            Pane::Outbox => Scope::OutboxList,
            Pane::Mailboxes => Scope::MailboxList,
            Pane::Today | Pane::Insight => Scope::Insight,
        }
    }

    /// What fills it, where it is a list.
    #[must_use]
    pub fn slot(self) -> Option<Slot> {
        match self {
            Pane::Queue => Some(Slot::Queue),
            Pane::AllTickets => Some(Slot::AllTickets),
            Pane::Customers => Some(Slot::Customers),
            Pane::AllCustomers => Some(Slot::AllCustomers),
            Pane::Tasks => Some(Slot::Tasks),
            Pane::Outbox => Some(Slot::Outbox),
            Pane::Mailboxes => Some(Slot::Mailboxes),
            _ => None,
        }
    }
}
