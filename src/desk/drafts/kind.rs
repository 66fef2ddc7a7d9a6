//! What a draft becomes.

use crate::model::words::words;

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
