//! Where a command means something, and the words for it.

/// Makes an enum whose variants have one written name each, used in keymap files and conditions.
macro_rules! named {
    ($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $text:literal),* $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$doc])* $variant),* }

        impl $name {
            /// All of them, in the order of the enum.
            pub const ALL: &'static [$name] = &[$($name::$variant),*];

            /// Its written name.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $($name::$variant => $text),* }
            }

            /// The one with this written name.
            #[must_use]
            pub fn from_name(name: &str) -> Option<$name> {
                match name { $($text => Some($name::$variant),)* _ => None }
            }
        }
    };
}
pub(crate) use named;

named! {
    /// Where a command means something. A focused place answers to several scopes, the most specific
    /// first: [`Snapshot::scopes`](super::Snapshot::scopes).
    Scope {
        /// The pane of queue names.
        Queue = "queue",
        /// A list of tickets.
        TicketList = "ticket-list",
        /// A ticket's page: its messages and events.
        Thread = "thread",
        /// A list of customers.
        CustomerList = "customer-list",
        /// A customer's page: the whole history.
        CustomerPage = "customer-page",
        /// A list of tasks.
        TaskList = "task-list",
        /// The list of outgoing messages.
        OutboxList = "outbox-list",
        /// The list of mailboxes.
        MailboxList = "mailbox-list",
        /// The numbers.
        Insight = "insight",
        /// Writing a reply or a note.
        Composer = "composer",
        /// A form with fields.
        Form = "form",
        /// A list to choose from while typing: palette, find, agents, tags.
        Picker = "picker",
        /// One line to fill in: filter, a wait phrase.
        Prompt = "prompt",
        /// A question with yes and no.
        Confirm = "confirm",
        /// Something to read over the panes: keys, blame.
        Popup = "popup",
        /// The list of files of a ticket or message.
        Files = "files",
        /// Wherever a ticket is the object of a verb.
        Ticket = "ticket",
        /// Wherever a customer is the object of a verb.
        Customer = "customer",
        /// Wherever a task is the object of a verb.
        Task = "task",
        /// Any list of rows that can be marked, filtered and sorted.
        List = "list",
        /// Anything that can be moved in.
        Move = "move",
        /// Any pane.
        Global = "global",
        /// Everywhere, typing included.
        Anywhere = "anywhere",
    }
}

impl Scope {
    /// Whether keys are text here unless a binding says otherwise.
    #[must_use]
    pub const fn takes_text(self) -> bool {
        matches!(self, Scope::Form | Scope::Picker | Scope::Prompt)
    }

    /// Whether this place covers the panes, so that their verbs rest.
    #[must_use]
    pub const fn is_modal(self) -> bool {
        matches!(
            self,
            Scope::Form | Scope::Picker | Scope::Prompt | Scope::Confirm | Scope::Popup | Scope::Files
        )
    }

    /// The place in words, to follow "works".
    #[must_use]
    pub const fn place(self) -> &'static str {
        match self {
            Scope::Queue => "in the queues",
            Scope::TicketList => "in a list of tickets",
            Scope::Thread => "while reading a ticket",
            Scope::CustomerList => "in a list of customers",
            Scope::CustomerPage => "on a customer's page",
            Scope::TaskList => "in a list of tasks",
            Scope::OutboxList => "in the outbox",
            Scope::MailboxList => "in the list of mailboxes",
            Scope::Insight => "on the numbers",
            Scope::Composer => "while writing a message",
            Scope::Form => "in a form",
            Scope::Picker => "while choosing from a list",
            Scope::Prompt => "in a prompt",
            Scope::Confirm => "at a question",
            Scope::Popup => "in a window over the panes",
            Scope::Files => "in the list of files",
            Scope::Ticket => "on a ticket",
            Scope::Customer => "on a customer",
            Scope::Task => "on a task",
            Scope::List => "in a list",
            Scope::Move => "in lists and pages",
            Scope::Global => "in the panes",
            Scope::Anywhere => "everywhere",
        }
    }
}

named! {
    /// A workspace: an arrangement of panes with a number.
    Workspace {
        /// Four panes: queues, the ticket or customer, customers, today.
        Desk = "desk",
        /// All tickets.
        Tickets = "tickets",
        /// All customers.
        Customers = "customers",
        /// All tasks.
        Tasks = "tasks",
        /// The numbers.
        Insight = "insight",
        /// Outgoing messages.
        Outbox = "outbox",
        /// The desk's own settings: its mailboxes.
        Settings = "settings",
    }
}

impl Workspace {
    /// The number printed before its title, from 1; `None`: it has none, and is printed only while it is shown. A number
    /// never moves to another workspace.
    #[must_use]
    pub const fn number(self) -> Option<u8> {
        match self {
            Workspace::Desk => Some(1),
            Workspace::Tickets => Some(2),
            Workspace::Customers => Some(3),
            Workspace::Tasks => Some(4),
            Workspace::Insight => Some(5),
            Workspace::Outbox => None,
            Workspace::Settings => Some(8),
        }
    }

    /// Its title on the screen.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Workspace::Desk => "Desk",
            Workspace::Tickets => "Tickets",
            Workspace::Customers => "Customers",
            Workspace::Tasks => "Tasks",
            Workspace::Insight => "Insight",
            Workspace::Outbox => "Outbox",
            Workspace::Settings => "Settings",
        }
    }
}

named! {
    /// What the row under the cursor is.
    RowKind {
        /// A queue's name.
        Queue = "queue-row",
        /// A ticket.
        Ticket = "ticket-row",
        /// A message of a ticket.
        Message = "message-row",
        /// A customer.
        Customer = "customer-row",
        /// An organisation.
        Organisation = "organisation-row",
        /// A call, a visit, a chat …
        Interaction = "interaction-row",
        /// An order.
        Order = "order-row",
        /// A task.
        Task = "task-row",
        /// A survey answer.
        Answer = "answer-row",
        /// A record of a kind that is declared in one table: a deal.
        Record = "record-row",
        /// An outgoing message.
        Outgoing = "outgoing-row",
        /// A mailbox.
        Mailbox = "mailbox-row",
        /// A number with the rows behind it.
        Number = "number-row",
        /// Anything else of a timeline: a field change, a stage change.
        Event = "event-row",
    }
}
