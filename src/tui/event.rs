//! What happens to a screen. Time and a fresh op come with every event, so that update needs no clock and no dice.

use std::path::PathBuf;

use crossterm::event::{KeyEvent, MouseEvent};

use super::{
    data::{Answer, Slot},
    effect::{DraftDone, ImportAsk, Then},
    model::{ComposerFile, Way},
};
use crate::{
    desk::{Done, bulk::Progress, clock::Ticked, drafts::Draft},
    exchange::import::{Report, Reverted},
    model::{OpId, Seq, Stamp},
    query::complete::Completion,
    store::Reject,
};

/// Something that happened, and when.
#[derive(Debug, Clone)]
pub struct Event {
    /// When.
    pub now: Stamp,
    /// Never used before: the ops and ids of what the event asks for are drawn from it.
    pub op: OpId,
    /// What.
    pub what: TuiEventKind,
}

/// What was found on the agent's disk.
#[derive(Debug, Clone, PartialEq)]
pub enum FilesFound {
    /// How a path may go on.
    Paths(String, Vec<Completion>),
    /// Files to attach, each with why it cannot be; and whether those that cannot are kept with the reason.
    Files(Vec<ComposerFile>, bool),
    /// Nothing could be looked at.
    Failed(String),
}

/// What happened.
#[derive(Debug, Clone)]
pub enum TuiEventKind {
    /// The session begins.
    Start,
    /// A key.
    Key(KeyEvent),
    /// A paste, with how many bytes of it were lost.
    Paste(String, u64),
    /// Text that came in one read, without the markers of a paste.
    Burst(String),
    /// The mouse.
    Mouse(MouseEvent),
    /// The screen has another size: columns, rows.
    Resize(u16, u16),
    /// A question was answered: its place, its generation, the answer.
    Answer(Slot, u64, Answer),
    /// A change was made, or not: which.
    Ran(OpId, Box<Then>, Box<Result<Done, Reject>>),
    /// How far a change of many is.
    Progress(Progress),
    /// How far a question is that takes long.
    Looking(Progress),
    /// What was due was fired, or another process keeps the clocks.
    Ticked(Box<Result<Ticked, Reject>>),
    /// The log of the store went on.
    Moved(Seq),
    /// The store's file was replaced by another, with its log at this place.
    Replaced(Seq),
    /// More customers are in memory, in the end all: lists that were cut short can be longer, or whole.
    Loaded,
    /// Drafts that an earlier session could not save are in the store now.
    Recovered(Vec<Draft>),
    /// Drafts are in their own files, or why not.
    Rescued(Result<(), String>),
    /// Drafts are saved or removed, or why not.
    Draft(DraftDone, Result<(), Reject>),
    /// A customer's data was exported or erased: the message, or the error.
    Person(Result<String, String>),
    /// A direction of a mailbox was tried: in which test, and what came of it.
    MailTried(OpId, Way, Result<String, String>),
    /// The commands of a mailbox are kept: what there is to say of that, if anything; or why not.
    MailKept(Result<String, String>),
    /// A file was imported, or would be so; or why not.
    Imported(ImportAsk, Result<Box<Report>, String>),
    /// An import was reverted, or why not.
    Reverted(Result<Reverted, String>),
    /// What was asked of the agent's disk.
    Files(FilesFound),
    /// The text came back from the agent's own editor, and how that ended where it did not end well; or why not.
    Edited(Result<(String, Option<String>), String>),
    /// Something was done with a file of a message, or not.
    File(FileDone),
    /// The link ends: what is not saved is saved.
    End,
    /// A time that [`wake_at`](super::wake_at) named has come.
    Tick,
}

/// What came of doing something with a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileDone {
    /// It is done: what to say.
    Said(String),
    /// It is not done: why not, where nothing went wrong.
    Refused(String),
    /// It failed.
    Failed(String),
    /// Text to be copied.
    Copy(String),
    /// Text to be shown under a title.
    Text {
        /// The title.
        title: String,
        /// The text.
        text: String,
    },
    /// It could run commands, and is not opened: why.
    Danger(String),
    /// There is a file where it was to be saved.
    Exists(PathBuf),
}
