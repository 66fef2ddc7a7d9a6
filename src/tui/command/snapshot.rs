//! The plain facts of the screen that conditions are answered from: no records, no store, nothing borrowed.

use super::{RowKind, Scope, Workspace};
use crate::desk::permissions::Holder;

/// The ticket a verb would act on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[allow(clippy::struct_excessive_bools, reason = "independent facts, each asked for by its own condition")]
pub struct TicketState {
    /// Pending or on hold, or asleep until a date.
    pub waiting: bool,
    /// Solved.
    pub solved: bool,
    /// Closed.
    pub closed: bool,
    /// Merged into another ticket.
    pub merged: bool,
    /// Marked as spam.
    pub spam: bool,
    /// Waits in the screener.
    pub screened: bool,
    /// A new address of a known person is offered on it.
    pub offers: bool,
    /// Assigned to the agent at the keys.
    pub mine: bool,
    /// Has at least one attachment.
    pub attachments: bool,
}

/// The outgoing message a verb would act on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct OutgoingState {
    /// Not tried yet, or tried again by itself.
    pub waits: bool,
    /// Tried, and someone does not have it.
    pub failed: bool,
    /// No one has it, and no one is being handed it.
    pub here: bool,
}

/// What is true on the screen now. Filled by the model before each key.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(clippy::struct_excessive_bools, reason = "independent facts, each asked for by its own condition")]
pub struct Snapshot {
    /// The workspace shown.
    pub workspace: Workspace,
    /// The place that has the focus: the topmost popup, form, prompt, composer, or else the focused pane.
    pub focus: Scope,
    /// Whether a key would be text now.
    pub typing: bool,
    /// What the row under the cursor is; `None` where there is none.
    pub row: Option<RowKind>,
    /// How many rows the focused list has.
    pub rows: usize,
    /// How many rows are marked with `x`, `V` or `*`.
    pub selected: usize,
    /// The ticket a verb would act on.
    pub ticket: Option<TicketState>,
    /// Whether a verb would find a customer: the row, the page, or the requester of the ticket.
    pub customer: bool,
    /// Whether the task under the cursor is done; `None` where there is no task.
    pub task_done: Option<bool>,
    /// The outgoing message under the cursor.
    pub outgoing: Option<OutgoingState>,
    /// The role of this agent; `None`: no agent is known yet, and every verb is there.
    pub role: Option<Holder>,
    /// Whether this agent may change records.
    pub can_edit: bool,
    /// Whether this agent is an admin or the owner.
    pub is_admin: bool,
    /// Tickets were just marked as spam: their senders can be blocked with one key.
    pub block_offered: bool,
    /// A change of this agent's can be undone.
    pub has_undo: bool,
    /// An undone change can be done again.
    pub has_redo: bool,
    /// A change can be repeated with `.`.
    pub has_repeat: bool,
    /// This agent changed something, so there is a CLI line to copy.
    pub has_change: bool,
    /// A send is still held and can be taken back.
    pub held_send: bool,
    /// A change of many records is under way.
    pub working: bool,
    /// There is a place to jump back to.
    pub has_back: bool,
    /// The focused list is filtered.
    pub filtered: bool,
    /// One pane has all the room.
    pub zoomed: bool,
    /// New rows wait above a frozen list.
    pub has_new: bool,
    /// A message or a form is being written.
    pub writing: bool,
    /// Something was discarded in this session.
    pub has_discarded: bool,
    /// An internal note is being written.
    pub note: bool,
    /// The window tells of an import that can be reverted.
    pub has_import: bool,
    /// Whether the window on top shows a record that can be edited.
    pub has_record: bool,
    /// The message being written has text.
    pub has_text: bool,
    /// The message being written has a recipient, or is a note.
    pub has_recipient: bool,
}

impl Default for Snapshot {
    /// The desk with an empty queue in focus, and every right.
    fn default() -> Self {
        Snapshot {
            workspace: Workspace::Desk,
            focus: Scope::Queue,
            typing: false,
            row: None,
            rows: 0,
            selected: 0,
            ticket: None,
            customer: false,
            task_done: None,
            outgoing: None,
            role: None,
            can_edit: true,
            is_admin: true,
            block_offered: false,
            has_undo: false,
            has_redo: false,
            has_repeat: false,
            has_change: false,
            held_send: false,
            working: false,
            has_back: false,
            filtered: false,
            zoomed: false,
            has_new: false,
            writing: false,
            has_discarded: false,
            note: false,
            has_import: false,
            has_record: false,
            has_text: false,
            has_recipient: false,
        }
    }
}

impl Snapshot {
    /// The scopes in force, the most specific first: the focused place, what its rows are, lists, moves,
    /// all panes, everywhere. A popup, form, picker, prompt or question covers the panes: their verbs rest.
    #[must_use]
    pub fn scopes(&self) -> Vec<Scope> {
        use Scope::{
            Anywhere, Composer, Customer, CustomerList, CustomerPage, Files, Global, Insight, List,
            MailboxList, Move, OutboxList, Popup, Queue, Task, TaskList, Thread, Ticket, TicketList,
        };
        let mut scopes = vec![self.focus];
        let mut add = |more: &[Scope]| {
            for scope in more {
                if !scopes.contains(scope) {
                    scopes.push(*scope);
                }
            }
        };
        // Where rows are of several kinds the row's own verbs come first.
        if matches!(self.focus, CustomerPage | List | Insight) {
            match self.row {
                Some(RowKind::Ticket) => add(&[Ticket]),
                Some(RowKind::Customer) => add(&[Customer]),
                Some(RowKind::Task) => add(&[Task]),
                _ => {}
            }
        }
        match self.focus {
            TicketList => add(&[Ticket, List, Move, Global]),
            Thread => add(&[Ticket, Move, Global]),
            CustomerList => add(&[Customer, List, Move, Global]),
            CustomerPage => add(&[Customer, Move, Global]),
            TaskList => add(&[Task, List, Move, Global]),
            OutboxList | MailboxList => add(&[List, Move, Global]),
            Queue | Insight => add(&[Move, Global]),
            List => add(&[Move, Global]),
            Ticket | Customer | Task | Move => add(&[Move, Global]),
            Popup | Files => add(&[Move]),
            Composer => add(&[Global]),
            _ => {}
        }
        add(&[Anywhere]);
        scopes
    }
}
