//! What update asks for: everything that is not the model itself. Workers do it; what comes of it returns as events.

use std::path::PathBuf;

use super::{
    data::Ask,
    model::{MailCommands, Pane},
};
use crate::{
    desk::{
        Desk, Request,
        attachments::AttachmentPart,
        drafts::{Draft, DraftFile, Origin},
    },
    model::{Id, Mailbox, OpId, Stamp},
    store::Reject,
};

/// Something to do outside of the model.
#[derive(Debug, Clone)]
pub enum Effect {
    /// Ask the desk; answered by `What::Answer` with this generation.
    Load(Ask, u64),
    /// Make a change; answered by `What::Ran`.
    Run(Box<Request>, Then),
    /// Send a message with these files of the agent's disk; answered by `What::Ran`.
    Send(Box<Request>, Then, Vec<DraftFile>),
    /// Look at the agent's disk; answered by `What::Files`.
    Files(FileAsk),
    /// Stop the change of many that is under way: what was changed stays.
    Stop,
    /// Fire what is due; answered by `What::Ticked`.
    Tick(OpId, Stamp),
    /// Save or remove drafts; answered by `What::Draft`.
    Draft(OpId, DraftChange),
    /// Put drafts that the store cannot take into their own files; answered by `What::Rescued`.
    Rescue(Vec<Draft>),
    /// Export or erase a customer's data, at this time; answered by `What::Person`.
    Person(OpId, Stamp, Person),
    /// Try whether a mailbox can receive and send, with these commands; answered by `What::MailTried`, once each way.
    TryMail(OpId, Box<Mailbox>, MailCommands),
    /// Keep the commands of a mailbox in the user's own file; answered by `What::MailKept`.
    KeepMail(String, MailCommands),
    /// Import a file of the agent's disk, or find out what that would do; answered by `What::Imported`.
    Import(OpId, Stamp, ImportAsk),
    /// Revert an import, by its number; answered by `What::Reverted`.
    Revert(OpId, Stamp, String),
    /// Note that this agent looked at a ticket.
    MarkSeen(OpId, Id, Stamp),
    /// Do something with a file of a message; answered by `What::File`.
    File(Box<FileJob>),
    /// Open a text in the agent's own editor; answered by `What::Edited`. The draft that it is of.
    Editor(String, Box<Draft>),
    /// Copy to the clipboard of the terminal.
    Copy(String),
    /// Ring.
    Bell,
    /// Put the program to the background.
    Suspend,
    /// Draw everything again.
    Redraw,
    /// Leave.
    Quit(Leave),
}

/// What is asked of the agent's disk.
#[derive(Debug, Clone, PartialEq)]
pub enum FileAsk {
    /// How a path may go on.
    Complete(String),
    /// The files at these paths, to be attached; and whether one that cannot be is kept with the reason, to be fixed.
    Attach(Vec<String>, bool),
    /// Whether these are as they were when they were attached.
    Check(Vec<DraftFile>),
}

/// A file, or a folder of them, to import.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportAsk {
    /// Its path, as typed.
    pub path: String,
    /// Only find out what would happen.
    pub dry_run: bool,
}

/// A file of a message, and what is to be done with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileJob {
    /// The message.
    pub message: Id,
    /// Which part of it.
    pub part: AttachmentPart,
    /// Its name.
    pub name: String,
    /// Its type.
    pub content_type: String,
    /// What is to be done.
    pub what: FileWhat,
}

/// What is done with a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileWhat {
    /// It is opened in the program for its type.
    Open,
    /// It is shown as text.
    Read,
    /// Its text is copied.
    Copy,
    /// It is saved at a path; in the place of what is there where that is confirmed.
    Save(PathBuf, bool),
    /// These files (message, place in its list, name) are saved in a folder.
    SaveAll(PathBuf, Vec<(Id, usize, String)>),
    /// It is given to a command.
    Pipe(String),
}

/// What happens to drafts of the agent.
#[derive(Debug, Clone, PartialEq)]
pub enum DraftChange {
    /// One is saved.
    Save(Box<Draft>),
    /// These versions, about a record, are removed.
    Remove(Id, Vec<Origin>),
}

/// What happened to them.
#[derive(Debug, Clone, PartialEq)]
pub enum DraftDone {
    /// This version was to be saved.
    Saved(Origin),
    /// These were to be removed.
    Removed(Vec<Origin>),
}

impl DraftChange {
    /// What is done once it is stored.
    #[must_use]
    pub fn done(&self) -> DraftDone {
        match self {
            DraftChange::Save(draft) => DraftDone::Saved(draft.version()),
            DraftChange::Remove(_, versions) => DraftDone::Removed(versions.clone()),
        }
    }

    /// Stores it.
    ///
    /// # Errors
    /// As the desk.
    pub fn store(self, desk: &Desk, op: OpId, me: Id) -> Result<(), Reject> {
        match self {
            DraftChange::Save(draft) => desk.save_draft(op, me, *draft),
            DraftChange::Remove(subject, versions) => desk.remove_drafts(op, me, subject, versions),
        }
    }
}

/// What is done about a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Person {
    /// All that is held on them is written into a folder.
    Export {
        /// Who.
        who: Id,
        /// The folder that is made.
        folder: PathBuf,
    },
    /// They are erased.
    Erase {
        /// Who.
        who: Id,
    },
}

/// Why a session ends, and what is to be done next.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Leave {
    /// The agent is done.
    #[default]
    Done,
    /// The process was told to end, by the signal of this number, or its terminal hung up.
    Signal(i32),
    /// The agent wants the practice desk.
    Practice,
}

impl Leave {
    /// The exit code: 128 and the number of the signal, as shells have it.
    pub fn code(&self) -> u8 {
        match self {
            Leave::Signal(n) => u8::try_from(n.saturating_add(128)).unwrap_or(u8::MAX),
            Leave::Done | Leave::Practice => 0,
        }
    }
}

/// What to do when a change was made.
#[derive(Debug, Clone, PartialEq)]
pub enum Then {
    /// Say so. `here` is where the cursor stood, to return to when it is undone.
    Say {
        /// The pane and the record under its cursor.
        here: Option<(Pane, Id)>,
    },
    /// A reply is on its way: held until then.
    Sent {
        /// Its ticket.
        ticket: Id,
        /// Where the cursor stood.
        here: Option<(Pane, Id)>,
        /// The time that was chosen for it.
        at: Option<Stamp>,
    },
    /// The last change was undone.
    Undone,
    /// A change that was chosen from the history was undone.
    RowUndone,
    /// A change was made again.
    Redone,
    /// A held send was cancelled: its text opens again.
    TakenBack,
    /// An outgoing message was cancelled to be edited: its text opens again.
    Reopen,
    /// A mailbox was saved: its commands go to the user's own file, and it is paused where a test failed.
    MailboxSaved {
        /// Its address.
        address: String,
        /// Its commands.
        commands: MailCommands,
        /// It is paused.
        paused: bool,
    },
    /// Go to what was made.
    Open,
    /// The desk was begun.
    Begun,
}
