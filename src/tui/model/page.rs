//! What is being read.

use crate::{
    model::Id,
    tui::{
        data::{CustomerPage, Entry, TicketPage},
        pages::{Line, thread, timeline},
    },
};

/// What the page shows, or is about to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Showing {
    /// Nothing is selected.
    #[default]
    Nothing,
    /// A ticket.
    Ticket(Id),
    /// A customer.
    Customer(Id),
}

/// Which kinds of a history are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Kinds {
    /// All.
    #[default]
    All,
    /// What was written: messages, notes not among them.
    Messages,
    /// Notes of the team.
    Notes,
    /// Changes of fields.
    Changes,
    /// Orders.
    Orders,
    /// Calls, visits, chats: all that was logged by hand.
    Calls,
    /// Tickets.
    Tickets,
    /// Tasks.
    Tasks,
    /// Answers to surveys.
    Answers,
}

impl Kinds {
    /// All of them.
    pub const ALL: &'static [Kinds] = &[
        Kinds::All,
        Kinds::Messages,
        Kinds::Notes,
        Kinds::Changes,
        Kinds::Orders,
        Kinds::Calls,
        Kinds::Tickets,
        Kinds::Tasks,
        Kinds::Answers,
    ];

    /// The word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Kinds::All => "all",
            Kinds::Messages => "messages",
            Kinds::Notes => "notes",
            Kinds::Changes => "changes",
            Kinds::Orders => "orders",
            Kinds::Calls => "calls",
            Kinds::Tickets => "tickets",
            Kinds::Tasks => "tasks",
            Kinds::Answers => "answers",
        }
    }

    /// The kinds of a word.
    #[must_use]
    pub fn of(word: &str) -> Option<Kinds> {
        Kinds::ALL.iter().copied().find(|k| k.word() == word)
    }
}

/// A ticket being read: its lines are made once for a width, and scrolled.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TicketView {
    /// What is known of it.
    pub page: TicketPage,
    /// Its lines.
    pub lines: Vec<Line>,
    /// What the lines were made for.
    pub made_for: (u16, Kinds),
    /// The first line shown.
    pub top: usize,
    /// The message or event under the cursor, by its place among them.
    pub item: usize,
    /// Messages whose quotes are unfolded.
    pub unfolded: Vec<Id>,
    /// Where to go once there are lines: not before it has a place on the screen.
    pub seek: Option<Seek>,
}

/// A place in a thread.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seek {
    /// The beginning of an item.
    Item(usize),
    /// The end.
    End,
}

impl TicketView {
    /// How many messages and events it has as shown.
    #[must_use]
    pub fn items(&self) -> usize {
        self.lines.iter().filter_map(|l| l.item).max().map_or(0, |n| n + 1)
    }

    /// The lines of an item: the first, and the one past the last.
    #[must_use]
    pub fn span(&self, item: usize) -> (usize, usize) {
        let first = self.lines.iter().position(|l| l.item == Some(item)).unwrap_or(0);
        let last = self.lines.iter().rposition(|l| l.item == Some(item)).unwrap_or(first);
        (first, last + 1)
    }

    /// The side thread of the item under the cursor; `None`: it is in none.
    #[must_use]
    pub fn side_thread(&self) -> Option<Id> {
        match self.current()? {
            thread::Item::Message(m) => m.side_thread(),
            thread::Item::Event(_) => None,
        }
    }

    /// The record of the item under the cursor.
    #[must_use]
    pub fn current(&self) -> Option<thread::Item<'_>> {
        thread::items(&self.page, self.made_for.1).get(self.item).copied()
    }
}

/// A customer being read: a card, and the history as a list.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct CustomerView {
    /// What is known of them.
    pub page: CustomerPage,
    /// The lines above the history.
    pub card: Vec<Line>,
    /// What the card was made for.
    pub made_for: u16,
    /// The entry under the cursor, among those shown.
    pub cursor: usize,
    /// The first entry shown.
    pub top: usize,
}

impl CustomerView {
    /// The entries of these kinds.
    #[must_use]
    pub fn entries(&self, kinds: Kinds) -> Vec<&Entry> {
        self.page.timeline.iter().filter(|e| timeline::is_of(e, kinds)).collect()
    }

    /// The entry under the cursor.
    #[must_use]
    pub fn current(&self, kinds: Kinds) -> Option<&Entry> {
        self.entries(kinds).get(self.cursor).copied()
    }
}

/// What is being read.
#[derive(Debug, Clone, Default)]
pub struct Page {
    /// What it shows or is about to show.
    pub showing: Showing,
    /// The ticket read last.
    pub ticket: Option<TicketView>,
    /// The customer read last: by itself, or the ticket's.
    pub customer: Option<CustomerView>,
    /// Which kinds of the history are shown.
    pub kinds: Kinds,
    /// The message to go to when its ticket is there.
    pub hit: Option<Id>,
}

impl Page {
    /// The ticket shown now.
    #[must_use]
    pub fn ticket_shown(&self) -> Option<&TicketView> {
        // While the next one is loaded the last one stays: nothing flickers.
        self.ticket.as_ref().filter(|_| matches!(self.showing, Showing::Ticket(_)))
    }

    /// The customer that has the page, not the card.
    #[must_use]
    pub fn customer_shown(&self) -> Option<&CustomerView> {
        self.customer.as_ref().filter(|_| matches!(self.showing, Showing::Customer(_)))
    }
}
