//! Drafts as they are stored: what an agent has written and not sent or saved yet.

use std::collections::BTreeMap;

use super::{Id, Stamp, shape::fields, words::words};

words! {
    /// What a draft becomes: a message, or what a form makes or changes.
    DraftKind {
        /// A public reply.
        Reply = "reply",
        /// An internal note.
        Note = "note",
        /// A message forwarded to others.
        Forward = "forward",
        /// A side conversation.
        Side = "side",
        /// A new customer.
        CustomerNew = "customer_new",
        /// Changes of a customer.
        CustomerEdit = "customer_edit",
        /// A new organisation.
        OrganisationNew = "organisation_new",
        /// Changes of an organisation.
        OrganisationEdit = "organisation_edit",
        /// A new ticket.
        TicketNew = "ticket_new",
        /// Changes of a ticket.
        TicketEdit = "ticket_edit",
        /// A new task.
        TaskNew = "task_new",
        /// Changes of a task.
        TaskEdit = "task_edit",
        /// A new order.
        OrderNew = "order_new",
        /// A refund.
        Refund = "refund",
        /// A call, a visit, a chat.
        Log = "log",
        /// An answer to a survey.
        Answer = "answer",
        /// A saved view of tickets.
        TicketView = "ticket_view",
        /// A saved view of customers.
        CustomerView = "customer_view",
        /// A saved view of tasks.
        TaskView = "task_view",
    }
}

fields! {
    /// A file that is to go with a message.
    DraftFile {
        /// Its name, as the recipient sees it.
        name = "n": String,
        /// Its media type.
        content_type = "t": String,
        /// Bytes.
        size = "s": u64,
        /// Where it is on the agent's disk; empty: in the store.
        path = "p": String,
        /// When it was changed last on the disk, as it was attached.
        changed_at = "c": Option<Stamp>,
        /// The message of the ticket that it came or went with.
        message = "m": Option<Id>,
        /// Its place among that message's files, from 0.
        number = "nr": u32,
        /// Its bytes, where it was attached to a message that was cancelled.
        raw = "r": Option<Id>,
        /// Whether an agent attached it: files that go with a forwarded thread by themselves were not.
        added = "a": bool,
    }
}

fields! {
    /// A version of a draft.
    Origin {
        /// The draft.
        id = "i": Id,
        /// When that version was saved.
        at = "a": Stamp,
    }
}

fields! {
    /// A text that is not sent or saved yet.
    Draft {
        /// The record that it is about: the ticket of a message, the customer of a call; none for a new customer.
        subject = "s": Id,
        /// Whether a draft of older versions, which has no kind, is a public reply.
        public = "p": bool,
        /// To.
        to = "to": Vec<String>,
        /// Copies.
        cc = "cc": Vec<String>,
        /// Hidden copies.
        bcc = "bc": Vec<String>,
        /// The text of a message.
        body = "b": String,
        /// When it was last saved.
        at = "a": Stamp,
        /// Which one it is; none in drafts of older versions.
        id = "i": Id,
        /// What it becomes.
        kind = "k": DraftKind,
        /// A second record that it is about: the ticket of a call.
        about = "ab": Option<Id>,
        /// Fields that were typed in, by name.
        fields = "f": BTreeMap<String, String>,
        /// What stood in these fields when the form opened, where something did.
        was = "w": BTreeMap<String, String>,
        /// Whether its composer or form was still open when it was saved.
        open = "o": bool,
        /// The versions that it goes on from.
        from = "fr": Vec<Origin>,
        /// Files that are to go with it.
        files = "fi": Vec<DraftFile>,
        /// What follows the text of a message, where that is not what usually does.
        below = "bl": Option<String>,
    }
}
