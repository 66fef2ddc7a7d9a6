//! The facts of the screen that conditions are answered from.

use super::{ComposerKind, Layer, Model, Pane, Showing, see_list};
use crate::tui::{
    command::{RowKind, Scope, Snapshot},
    data::OutboxRow,
    pages::{thread::Item, timeline},
};

impl Model {
    /// The place that has the focus: the topmost layer, the composer, or the focused pane.
    #[must_use]
    pub fn scope(&self) -> Scope {
        match self.layers.last() {
            Some(Layer::Picker(_)) => Scope::Picker,
            Some(Layer::Prompt(_)) => Scope::Prompt,
            Some(Layer::Form(_)) => Scope::Form,
            Some(Layer::Confirm(_) | Layer::MailTest(_)) => Scope::Confirm,
            Some(Layer::Popup(_)) => Scope::Popup,
            Some(Layer::Files(_)) => Scope::Files,
            None if self.composer.is_some() => Scope::Composer,
            None if self.focus == Pane::Page && matches!(self.page.showing, Showing::Customer(_)) => {
                Scope::CustomerPage
            }
            None => self.focus.scope(),
        }
    }

    fn row_kind(&self) -> Option<RowKind> {
        match self.focus {
            Pane::Queues => self.queues.current().map(|_| RowKind::Queue),
            Pane::Queue | Pane::AllTickets => self.tickets(self.focus)?.current().map(|_| RowKind::Ticket),
            Pane::Customers | Pane::AllCustomers => {
                self.customers_of(self.focus)?.current().map(|_| RowKind::Customer)
            }
            Pane::Tasks => self.tasks.current().map(|_| RowKind::Task),
            Pane::Outbox => self.outbox.current().map(|_| RowKind::Outgoing),
            Pane::Mailboxes => self.mailboxes.current().map(|_| RowKind::Mailbox),
            Pane::Today => self.numbers.as_ref().filter(|n| !n.strip.is_empty()).map(|_| RowKind::Number),
            Pane::Insight => Some(RowKind::Number).filter(|_| !self.insight.is_empty()),
            Pane::Page if matches!(self.page.showing, Showing::Ticket(_)) => {
                match self.page.ticket_shown()?.current()? {
                    Item::Message(_) => Some(RowKind::Message),
                    Item::Event(_) => Some(RowKind::Event),
                }
            }
            Pane::Page | Pane::Card => self.entry_at_hand().map(timeline::row_kind),
        }
    }

    fn rows(&self) -> usize {
        match self.focus {
            Pane::Queues => self.queues.rows.len(),
            Pane::Page if matches!(self.page.showing, Showing::Ticket(_)) => {
                self.page.ticket_shown().map_or(0, |t| t.page.messages.len() + t.page.events.len())
            }
            Pane::Page | Pane::Card => self.page.customer.as_ref().map_or(0, |c| c.page.timeline.len()),
            Pane::Today => self.numbers.as_ref().map_or(0, |n| n.strip.len()),
            Pane::Insight => self.insight.len(),
            pane => see_list!(self, pane, list => list.len(), 0),
        }
    }

    /// The facts now.
    #[must_use]
    pub fn snapshot(&self) -> Snapshot {
        let focus = self.scope();
        let composer = self.composer.as_ref();
        let typing = focus.takes_text() || focus == Scope::Composer && composer.is_some_and(|c| c.typing);
        let pane = self.focus;
        // What covers the panes has no rows of theirs.
        let over = focus.is_modal();
        Snapshot {
            workspace: self.workspace,
            focus,
            typing,
            row: if over { None } else { self.row_kind() },
            rows: if over { 0 } else { self.rows() },
            selected: see_list!(self, pane, list => list.marked().0, 0),
            ticket: self.ticket_state(),
            customer: self.customer_at_hand().is_some(),
            task_done: match pane {
                Pane::Tasks => self.tasks.current().map(|t| t.done_at.is_some()),
                _ => match self.entry_at_hand().map(|e| &e.entry) {
                    Some(crate::desk::read::TimelineEntry::Task(t)) => Some(t.done_at.is_some()),
                    _ => None,
                },
            },
            outgoing: self.outbox.current().filter(|_| pane == Pane::Outbox).map(OutboxRow::verbs),
            role: self.info.role(self.me),
            can_edit: self.info.can_edit(self.me),
            is_admin: self.info.is_admin(self.me),
            // What was changed before this session began can be undone too: the desk knows.
            block_offered: !self.block_offered.is_empty(),
            has_undo: self.head > 0,
            has_redo: self.undone > 0,
            has_repeat: self.repeat.is_some() || self.put_off.is_some(),
            has_change: self.line.is_some(),
            held_send: !self.held.is_empty() || self.held_here().is_some(),
            working: self.progress.is_some(),
            has_back: !self.back.is_empty(),
            filtered: see_list!(self, pane, list => !list.filter.is_empty(), false),
            zoomed: self.zoomed,
            has_new: see_list!(self, pane, list => list.fresh() > 0, false),
            writing: composer.is_some() || self.layers.iter().any(|l| matches!(l, Layer::Form(_))),
            has_discarded: self.discarded.is_some(),
            note: composer.is_some_and(|c| !c.leaves()),
            has_record: matches!(self.layers.last(), Some(Layer::Popup(p)) if p.record.is_some()),
            has_import: matches!(self.layers.last(), Some(Layer::Popup(p)) if p.import.is_some()),
            // A thread may be sent on without a word.
            has_text: composer
                .is_some_and(|c| c.kind == ComposerKind::Forward || !c.body.as_str().trim().is_empty()),
            has_recipient: composer.is_some_and(|c| !c.leaves() || !c.to.as_str().trim().is_empty()),
        }
    }
}
