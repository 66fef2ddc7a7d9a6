//! The state of a screen: plain data, changed by [`update`](super::update) alone.
//!
//! - `list`: [`List`], rows with a cursor, marks and a frozen order.
//! - `pane`: [`Pane`], the places that can have the focus.
//! - `page`: [`Page`], what is being read: a ticket, a customer.
//! - `composer`: [`Composer`], a message being written.
//! - `writing`: [`Writing`], the draft of a composer or form.
//! - `files`: [`FileList`], the files of a ticket or message.
//! - `layer`: [`Layer`], what lies over the panes: pickers, prompts, forms, questions, windows.
//! - `mail_test`: [`MailTest`], a test of a mailbox.
//! - `status`: [`Status`], the sentence at the foot.
//! - `snapshot`: the facts that conditions are answered from.
//! - `target`: what a verb acts on.

mod composer;
mod files;
mod layer;
mod list;
mod mail_test;
mod page;
mod pane;
mod snapshot;
mod status;
mod target;
mod under_way;
mod writing;

use std::{
    collections::{HashMap, VecDeque},
    path::PathBuf,
    sync::Arc,
};

pub use composer::{
    Basis, Below, Composer, ComposerFile, ComposerKind, Edited, Field as ComposerField, FoldedPart, Offers,
    Place as BelowPlace, addresses, parse_edited, with_headers,
};
pub use files::{FileList, FileRow};
pub use layer::{
    Choice, Confirm, Form, FormField, FormKind, Input, Layer, Mark, Picker, PickerFor, Popup, PopupLine,
    Prompt, PromptFor,
};
pub use list::{List, ListPage, PART, Row, RowNotes, Shown, Sort};
pub use mail_test::{MailCommands, MailTest, Way, Wish};
pub use page::{CustomerView, Kinds, Page, Seek, Showing, TicketView};
pub use pane::Pane;
pub use status::{STANDS, Status, Tone};
pub use under_way::UnderWay;
pub use writing::{About, Writing, edited};

use super::{
    command::{CommandId, Workspace},
    data::{Alike, CustomerRow, Info, MailboxRow, Numbers, OutboxRow, QueueRow, Slot, TaskRow, TicketRow},
    effect::Leave,
    insight::Insight,
    keymap::{Keymap, Pending, WhichKey},
    look::Appearance,
    popups::welcome::Newcomer,
};
use crate::{
    desk::{bulk::Progress, drafts::Draft, list::columns::Pick, mail_health::Health},
    model::{Id, Kind, OpId, Seq, Stamp},
};

/// A place to come back to.
#[derive(Debug, Clone, PartialEq)]
pub struct Place {
    /// The workspace.
    pub workspace: Workspace,
    /// The focused pane.
    pub focus: Pane,
    /// What was read.
    pub showing: Showing,
}

/// A reply that can still be taken back.
#[derive(Debug, Clone, PartialEq)]
pub struct HeldReply {
    /// Its row in the log.
    pub seq: Seq,
    /// Its ticket.
    pub ticket: Id,
    /// Held until then.
    pub until: Stamp,
    /// Whether it leaves then; else a later time was chosen for it.
    pub leaves: bool,
}

/// A held send that is being taken back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TakingBack {
    /// Its ticket.
    pub ticket: Id,
    /// What was typed meanwhile, for the message that opens again.
    pub typed: String,
}

/// The queues and which is chosen.
#[derive(Debug, Clone, Default)]
pub struct Queues {
    /// The queues.
    pub rows: Vec<QueueRow>,
    /// The chosen one.
    pub cursor: usize,
    /// The first one shown.
    pub top: usize,
}

impl Queues {
    /// The chosen queue.
    #[must_use]
    pub fn current(&self) -> Option<&QueueRow> {
        self.rows.get(self.cursor)
    }
}

/// The state of a screen.
#[derive(Debug, Clone)]
#[allow(clippy::struct_excessive_bools, reason = "independent facts of the screen")]
pub struct Model {
    /// The time of the last event.
    pub now: Stamp,
    /// Columns and rows.
    pub size: (u16, u16),
    /// The agent at the keys; none before setup.
    pub me: Id,
    /// How things look.
    pub look: Appearance,
    /// Whether the screen is said line by line instead of drawn: see [`plain`](super::plain).
    pub plain: bool,
    /// What keys mean.
    pub keymap: Arc<Keymap>,
    /// What was typed of a sequence so far.
    pub pending: Pending,
    /// How it may go on.
    pub which: Vec<WhichKey>,
    /// The desk itself.
    pub info: Info,
    /// The workspace shown.
    pub workspace: Workspace,
    /// The focused pane.
    pub focus: Pane,
    /// Whether the focused pane has all the room.
    pub zoomed: bool,
    /// The queues.
    pub queues: Queues,
    /// The tickets of the chosen queue.
    pub queue: List<TicketRow>,
    /// The customers beside them.
    pub customers: List<CustomerRow>,
    /// All tickets.
    pub all_tickets: List<TicketRow>,
    /// All customers.
    pub all_customers: List<CustomerRow>,
    /// All tasks.
    pub tasks: List<TaskRow>,
    /// Outgoing messages.
    pub outbox: List<OutboxRow>,
    /// The mailboxes.
    pub mailboxes: List<MailboxRow>,
    /// How mail stands, for the line at the top; `None` before it is known.
    pub mail: Option<Health>,
    /// When that is looked at again.
    pub mail_look_at: Option<Stamp>,
    /// What is being read.
    pub page: Page,
    /// A message being written.
    pub composer: Option<Composer>,
    /// What lies over the panes, the topmost last.
    pub layers: Vec<Layer>,
    /// The numbers; `None` until they came.
    pub numbers: Option<Numbers>,
    /// The Insight workspace.
    pub insight: Insight,
    /// The sentence at the foot.
    pub status: Option<Status>,
    /// Replies that can still be taken back, the oldest first.
    pub held: Vec<HeldReply>,
    /// The send that is being taken back.
    pub taking_back: Option<TakingBack>,
    /// The ticket of the held reply that left last, and when it did.
    pub left: Option<(Id, Stamp)>,
    /// Whether a question about the number of records was just answered with yes.
    pub sure: bool,
    /// Tickets that were just marked as spam: until the next command, their senders can be blocked with one key.
    pub block_offered: Vec<Id>,
    /// Changes on their way to the store.
    pub saving: usize,
    /// Drafts on their way into the store, and, as `None`, out of it: these are the ones to go by.
    pub drafts: HashMap<Id, Option<Draft>>,
    /// The session ends once drafts are saved: how, and since when that is waited for.
    pub leaving: Option<(Leave, Stamp)>,
    /// What was discarded last.
    pub discarded: Option<Draft>,
    /// Changes that were asked for, in their order.
    pub under_way: VecDeque<UnderWay>,
    /// The change of many that is under way.
    pub many: Option<OpId>,
    /// How far it is.
    pub progress: Option<Progress>,
    /// How far a question is that takes long.
    pub looking: Option<Progress>,
    /// Customers who may be one, found while the agent was busy elsewhere.
    pub suggested: Vec<Alike>,
    /// What the store had no time for: `.` asks for it once more.
    pub put_off: Option<UnderWay>,
    /// The store is being rewritten for this agent: its replacement is then expected.
    pub rewriting: bool,
    /// Where one was, the latest last.
    pub back: Vec<Place>,
    /// Records that were opened in this session, the latest last, each once.
    pub opened: Vec<(Kind, Id)>,
    /// What `.` does again.
    pub repeat: Option<(CommandId, Vec<String>)>,
    /// The command line of the last change.
    pub line: Option<String>,
    /// Where the cursor stood at each change of this session, for undo to return it.
    pub changes: Vec<Option<(Pane, Id)>>,
    /// How many changes were undone and can be done again.
    pub undone: usize,
    /// The change that stood in the way of the last undo: the next goes past it.
    pub undo_past: Option<Seq>,
    /// The import that this session's last change was: undo offers to revert it.
    pub imported: Option<String>,
    /// The generation of the newest question of each place.
    pub asked: HashMap<Slot, u64>,
    /// Places whose newest question has no answer yet.
    pub waiting: HashMap<Slot, u64>,
    /// Where the log stood when what is shown was asked for.
    pub head: Seq,
    /// Whether the desk itself is known yet.
    pub known: bool,
    /// When what others did may be asked for again.
    pub refresh_at: Option<Stamp>,
    /// Others did something that is not asked for yet.
    pub stale: bool,
    /// When the page follows the selection.
    pub follow_at: Option<Stamp>,
    /// When the ticket shown counts as looked at.
    pub look_at: Option<Stamp>,
    /// What was typed into forms that have no draft, and closed: by form.
    pub kept: HashMap<FormKind, Vec<String>>,
    /// What is known of the one at the keys, for the first questions.
    pub newcomer: Newcomer,
    /// Where files go on the agent's machine.
    pub places: Places,
}

/// Places on the agent's machine.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Places {
    /// Where files are saved unless another place is named.
    pub downloads: PathBuf,
    /// The home folder.
    pub home: Option<PathBuf>,
}

impl Model {
    /// A screen of this many columns and rows that knows nothing yet.
    #[must_use]
    pub fn new(me: Id, size: (u16, u16), look: Appearance, keymap: Arc<Keymap>) -> Model {
        Model {
            now: 0,
            size,
            me,
            look,
            plain: false,
            keymap,
            pending: Pending::default(),
            which: Vec::new(),
            info: Info::default(),
            workspace: Workspace::Desk,
            focus: Pane::Queue,
            zoomed: false,
            queues: Queues::default(),
            queue: List::default(),
            customers: List::default(),
            all_tickets: List::default(),
            all_customers: List::default(),
            tasks: List::default(),
            outbox: List::default(),
            mailboxes: List::default(),
            mail: None,
            mail_look_at: None,
            page: Page::default(),
            composer: None,
            layers: Vec::new(),
            numbers: None,
            insight: Insight::default(),
            status: None,
            held: Vec::new(),
            taking_back: None,
            left: None,
            sure: false,
            block_offered: Vec::new(),
            saving: 0,
            drafts: HashMap::new(),
            leaving: None,
            discarded: None,
            under_way: VecDeque::new(),
            many: None,
            progress: None,
            looking: None,
            suggested: Vec::new(),
            put_off: None,
            rewriting: false,
            back: Vec::new(),
            opened: Vec::new(),
            repeat: None,
            line: None,
            changes: Vec::new(),
            undone: 0,
            undo_past: None,
            imported: None,
            asked: HashMap::new(),
            waiting: HashMap::new(),
            head: 0,
            known: false,
            refresh_at: None,
            stale: false,
            follow_at: None,
            look_at: None,
            kept: HashMap::new(),
            newcomer: Newcomer::default(),
            places: Places::default(),
        }
    }

    /// The list of tickets of a pane.
    #[must_use]
    pub fn tickets(&self, pane: Pane) -> Option<&List<TicketRow>> {
        match pane {
            Pane::Queue => Some(&self.queue),
            Pane::AllTickets => Some(&self.all_tickets),
            _ => None,
        }
    }

    /// The list of customers of a pane.
    #[must_use]
    pub fn customers_of(&self, pane: Pane) -> Option<&List<CustomerRow>> {
        match pane {
            Pane::Customers => Some(&self.customers),
            Pane::AllCustomers => Some(&self.all_customers),
            _ => None,
        }
    }

    /// The columns of a list, where chosen: those of the view that it shows, or of the queue.
    #[must_use]
    pub fn columns(&self, pane: Pane) -> &[Pick] {
        let shown = see_list!(self, pane, list => list.view.as_ref(), None);
        let queue = self.queues.current().filter(|_| pane == Pane::Queue);
        match (shown, queue) {
            (Some(view), _) => &view.columns,
            (None, Some(queue)) => &queue.columns,
            (None, None) => &[],
        }
    }

    /// The pane whose selection the page follows in this workspace, unless another list has the focus.
    #[must_use]
    pub fn leader(&self) -> Pane {
        match self.workspace {
            Workspace::Desk if self.focus == Pane::Customers => Pane::Customers,
            Workspace::Desk => Pane::Queue,
            Workspace::Tickets => Pane::AllTickets,
            Workspace::Customers => Pane::AllCustomers,
            Workspace::Tasks => Pane::Tasks,
            Workspace::Insight => Pane::Insight,
            Workspace::Outbox => Pane::Outbox,
            Workspace::Settings => Pane::Mailboxes,
        }
    }

    /// Says something at the foot.
    pub fn say(&mut self, tone: Tone, text: impl Into<String>) {
        self.status = Some(Status { tone, text: text.into(), at: self.now });
    }
}

/// Runs `$body` with the list of a pane, whichever rows it has; `$default` where the pane has none.
macro_rules! with_list {
    ($model:expr, $pane:expr, $list:ident => $body:expr, $default:expr) => {
        match $pane {
            $crate::tui::model::Pane::Queue => {
                let $list = &mut $model.queue;
                $body
            }
            $crate::tui::model::Pane::AllTickets => {
                let $list = &mut $model.all_tickets;
                $body
            }
            $crate::tui::model::Pane::Customers => {
                let $list = &mut $model.customers;
                $body
            }
            $crate::tui::model::Pane::AllCustomers => {
                let $list = &mut $model.all_customers;
                $body
            }
            $crate::tui::model::Pane::Tasks => {
                let $list = &mut $model.tasks;
                $body
            }
            $crate::tui::model::Pane::Outbox => {
                let $list = &mut $model.outbox;
                $body
            }
            $crate::tui::model::Pane::Mailboxes => {
                let $list = &mut $model.mailboxes;
                $body
            }
            _ => $default,
        }
    };
}
pub(crate) use with_list;

/// The same, to look at it.
macro_rules! see_list {
    ($model:expr, $pane:expr, $list:ident => $body:expr, $default:expr) => {
        match $pane {
            $crate::tui::model::Pane::Queue => {
                let $list = &$model.queue;
                $body
            }
            $crate::tui::model::Pane::AllTickets => {
                let $list = &$model.all_tickets;
                $body
            }
            $crate::tui::model::Pane::Customers => {
                let $list = &$model.customers;
                $body
            }
            $crate::tui::model::Pane::AllCustomers => {
                let $list = &$model.all_customers;
                $body
            }
            $crate::tui::model::Pane::Tasks => {
                let $list = &$model.tasks;
                $body
            }
            $crate::tui::model::Pane::Outbox => {
                let $list = &$model.outbox;
                $body
            }
            $crate::tui::model::Pane::Mailboxes => {
                let $list = &$model.mailboxes;
                $body
            }
            _ => $default,
        }
    };
}
pub(crate) use see_list;
