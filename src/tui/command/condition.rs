//! Questions about the snapshot, each with the sentence shown where the answer is no.

use super::scope::named;
use super::{RowKind, Snapshot};

named! {
    /// A question about the [`Snapshot`]. Its name is a word of the `when` of keymap files.
    Condition {
        /// A key would be text now.
        Typing = "typing",
        /// There is a row under the cursor.
        HasRow = "has-row",
        /// The list has rows.
        HasRows = "has-rows",
        /// Rows are marked.
        HasSelection = "has-selection",
        /// A verb would find a ticket.
        HasTicket = "has-ticket",
        /// The ticket is not merged into another.
        NotMerged = "not-merged",
        /// The ticket is not marked as spam.
        NotSpam = "not-spam",
        /// There is a sender to block: of a ticket that is not merged, or of those that were just marked as spam.
        Blockable = "blockable",
        /// The ticket waits in the screener.
        Screened = "screened",
        /// A new address of a known person is offered on the ticket.
        HasOffer = "has-offer",
        /// The ticket is not closed.
        NotClosed = "not-closed",
        /// The ticket is not solved.
        NotSolved = "not-solved",
        /// The ticket waits or is solved, so it can be opened again.
        Reopenable = "reopenable",
        /// The ticket is solved.
        Solved = "solved",
        /// The ticket is not this agent's.
        NotMine = "not-mine",
        /// The ticket has attachments.
        HasAttachments = "has-attachments",
        /// A verb would find a customer.
        HasCustomer = "has-customer",
        /// The row is an order.
        OnOrder = "on-order",
        /// A verb would find a task.
        HasTask = "has-task",
        /// The task is not done.
        TaskOpen = "task-open",
        /// An outgoing message is selected.
        HasOutgoing = "has-outgoing",
        /// The outgoing message waits: it was not tried, or is tried again by itself.
        OutgoingWaits = "outgoing-waits",
        /// The outgoing message was tried, and someone does not have it.
        OutgoingFailed = "outgoing-failed",
        /// The outgoing message has reached no one yet.
        OutgoingHere = "outgoing-here",
        /// A mailbox is selected.
        HasMailbox = "has-mailbox",
        /// The row can be opened in a form: a customer, an organisation, a ticket, a task, an order.
        Editable = "editable",
        /// The row carries tags: a customer, an organisation, a ticket.
        Taggable = "taggable",
        /// This agent may change records.
        CanEdit = "can-edit",
        /// This agent may hand out and erase what is held on people.
        IsAdmin = "is-admin",
        /// A change can be undone.
        HasUndo = "has-undo",
        /// An undone change can be done again.
        HasRedo = "has-redo",
        /// A change can be repeated.
        HasRepeat = "has-repeat",
        /// This agent changed something.
        HasChange = "has-change",
        /// A send is held.
        HeldSend = "held-send",
        /// A change of many records is under way.
        Working = "working",
        /// There is a place to jump back to.
        HasBack = "has-back",
        /// The list is filtered.
        Filtered = "filtered",
        /// One pane has all the room.
        Zoomed = "zoomed",
        /// New rows wait above the frozen list.
        HasNew = "has-new",
        /// A message or a form is being written.
        Writing = "writing",
        /// Something was discarded in this session.
        HasDiscarded = "has-discarded",
        /// The window tells of an import that can be reverted.
        HasImport = "has-import",
        /// The window shows a record that can be edited.
        HasRecord = "has-record",
        /// The message has text.
        HasText = "has-text",
        /// The message has a recipient.
        HasRecipient = "has-recipient",
    }
}

impl Condition {
    /// The answer now.
    #[must_use]
    pub fn is_met(self, s: &Snapshot) -> bool {
        let ticket = |ask: fn(&super::TicketState) -> bool| s.ticket.as_ref().is_some_and(ask);
        let outgoing = |ask: fn(&super::OutgoingState) -> bool| s.outgoing.as_ref().is_some_and(ask);
        match self {
            Condition::Typing => s.typing,
            Condition::HasRow => s.row.is_some(),
            Condition::HasRows => s.rows > 0,
            Condition::HasSelection => s.selected > 0,
            Condition::HasTicket => s.ticket.is_some(),
            Condition::NotMerged => !ticket(|t| t.merged),
            Condition::NotSpam => !ticket(|t| t.spam),
            Condition::Blockable => s.block_offered || s.ticket.is_some_and(|t| !t.merged),
            Condition::Screened => s.selected > 1 || ticket(|t| t.screened),
            Condition::HasOffer => ticket(|t| t.offers),
            Condition::NotClosed => !ticket(|t| t.closed),
            // Where several are marked the row under the cursor does not speak for the rest.
            Condition::NotSolved => s.selected > 1 || !ticket(|t| t.solved),
            Condition::Reopenable => s.selected > 1 || ticket(|t| t.waiting || t.solved),
            Condition::Solved => s.selected > 1 || ticket(|t| t.solved),
            Condition::NotMine => s.selected > 1 || !ticket(|t| t.mine),
            Condition::HasAttachments => ticket(|t| t.attachments),
            Condition::HasCustomer => s.customer,
            Condition::OnOrder => s.row == Some(RowKind::Order),
            Condition::HasTask => s.task_done.is_some(),
            Condition::TaskOpen => s.selected > 1 || s.task_done != Some(true),
            Condition::HasOutgoing => s.outgoing.is_some(),
            Condition::OutgoingWaits => s.selected > 1 || outgoing(|o| o.waits),
            Condition::OutgoingFailed => s.selected > 1 || outgoing(|o| o.failed),
            Condition::OutgoingHere => s.selected > 1 || outgoing(|o| o.here),
            Condition::HasMailbox => s.row == Some(RowKind::Mailbox),
            Condition::Editable => {
                s.ticket.is_some()
                    || s.customer
                    || matches!(
                        s.row,
                        Some(
                            RowKind::Customer
                                | RowKind::Organisation
                                | RowKind::Ticket
                                | RowKind::Task
                                | RowKind::Record
                                | RowKind::Mailbox
                        )
                    )
            }
            Condition::Taggable => {
                s.ticket.is_some()
                    || s.customer
                    || matches!(s.row, Some(RowKind::Customer | RowKind::Organisation | RowKind::Ticket))
            }
            Condition::CanEdit => s.can_edit,
            Condition::IsAdmin => s.is_admin,
            Condition::HasUndo => s.has_undo,
            Condition::HasRedo => s.has_redo,
            Condition::HasRepeat => s.has_repeat,
            Condition::HasChange => s.has_change,
            Condition::HeldSend => s.held_send,
            Condition::Working => s.working,
            Condition::HasBack => s.has_back,
            Condition::Filtered => s.filtered,
            Condition::Zoomed => s.zoomed,
            Condition::HasNew => s.has_new,
            Condition::Writing => s.writing,
            Condition::HasDiscarded => s.has_discarded,
            Condition::HasImport => s.has_import,
            Condition::HasRecord => s.has_record,
            Condition::HasText => s.has_text,
            Condition::HasRecipient => s.has_recipient,
        }
    }

    /// The sentence shown where the answer is no. A command's id in braces is replaced by its key, filled in
    /// with the key of the map in use.
    #[must_use]
    pub const fn sentence(self) -> &'static str {
        match self {
            Condition::Typing => "Nothing is being typed.",
            Condition::HasRow => "Nothing is selected: {move.down} first.",
            Condition::HasRows => "The list is empty.",
            Condition::HasSelection => "No row is marked: {select.toggle} first.",
            Condition::HasTicket => "No ticket is selected: {move.down} first.",
            Condition::NotMerged => "This ticket is merged: work on the one it was merged into.",
            Condition::NotSpam => "This ticket is marked as spam: {ticket.spam} unmarks it.",
            Condition::Blockable => "No ticket is selected, or it is merged: there is no sender to block.",
            Condition::Screened => "This ticket is not in the screener.",
            Condition::HasOffer => "No new address is offered on this ticket.",
            Condition::NotClosed => "This ticket is closed: {ticket.new} opens a new one.",
            Condition::NotSolved => "This ticket is done already.",
            Condition::Reopenable => "Only a ticket that waits or is solved can be opened again.",
            Condition::Solved => "Only a solved ticket can be closed: {ticket.done} first.",
            Condition::NotMine => "This ticket is yours already.",
            Condition::HasAttachments => "This ticket has no attachments.",
            Condition::HasCustomer => "No customer is selected: {find.customer} to find one.",
            Condition::OnOrder => "No order is selected: go to one in the customer's timeline first.",
            Condition::HasTask => "No task is selected: {move.down} first.",
            Condition::TaskOpen => "This task is done already.",
            Condition::HasOutgoing => "No message is selected: {move.down} first.",
            Condition::OutgoingWaits => "This message is no longer waiting.",
            Condition::OutgoingFailed => "This message has not failed: there is nothing to retry.",
            Condition::OutgoingHere => "This message was sent, or may have been: it cannot be cancelled.",
            Condition::HasMailbox => "No mailbox is selected: {mailbox.add} to add one.",
            Condition::Editable => "Nothing that can be edited is selected: {move.down} first.",
            Condition::Taggable => "Nothing that can be tagged is selected: {move.down} first.",
            Condition::CanEdit => "You have read-only access: ask an admin for permission.",
            Condition::IsAdmin => "Only an admin can do that.",
            Condition::HasUndo => "Nothing of yours to undo.",
            Condition::HasRedo => "Nothing was undone.",
            Condition::HasRepeat => "No change to repeat yet.",
            Condition::HasChange => "You have not changed anything yet.",
            Condition::HeldSend => "No send is held: sent mail cannot be recalled.",
            Condition::Working => "Nothing is running that could be stopped.",
            Condition::HasBack => "Nowhere to go back to.",
            Condition::Filtered => "The list is not filtered: {list.filter} first.",
            Condition::Zoomed => "No pane is zoomed: {focus.zoom} first.",
            Condition::HasNew => "Nothing new above.",
            Condition::Writing => "No message or form is open.",
            Condition::HasDiscarded => "Nothing was discarded in this session.",
            Condition::HasRecord => "This window shows no record that can be edited.",
            Condition::HasImport => "This window shows no import that can be reverted.",
            Condition::HasText => "The message is empty: write it first.",
            Condition::HasRecipient => "The message has no recipient: fill in To first.",
        }
    }
}
