//! What agents write to customers and to others.

use crate::{
    desk::{Command, TicketChange},
    mail::compose::File,
    model::{Category, Id, Stamp, message::Attachment},
};

/// A file that the store has, which may go with another message.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct FileOf {
    /// The message of the ticket that it came or went with.
    pub message: Id,
    /// Its place among that message's files, from 0.
    pub number: usize,
    /// The file itself, where its message was cancelled.
    pub kept: Option<Attachment>,
}

impl Command {
    /// Adds files to a message; nothing else has any.
    pub fn attach(&mut self, files: Vec<File>) {
        match self {
            Command::TicketReply(new) => new.files.extend(files),
            Command::TicketForward(new) => new.files.extend(files),
            _ => {}
        }
    }
}

/// A public reply, or one in a side thread.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct NewReply {
    /// To which ticket.
    pub ticket: Id,
    /// In which side thread: the message that began it. `None`: to the customer.
    pub side: Option<Id>,
    /// Its text.
    pub body: String,
    /// What follows the text, exactly; `None`: the signature and the quoted history.
    pub below: Option<String>,
    /// The subject; `None`: that of the ticket.
    pub subject: Option<String>,
    /// To; empty: the requester.
    pub to: Vec<String>,
    /// Copies.
    pub cc: Vec<String>,
    /// Hidden copies.
    pub bcc: Vec<String>,
    /// Where the ticket goes with it; `None`: open where it was new, else as it was.
    pub then: Option<Category>,
    /// Changes made with it (tags, snooze), undone with it.
    pub changes: Vec<TicketChange>,
    /// Files that go with it.
    pub files: Vec<File>,
    /// Files of the ticket that go with it.
    pub existing: Vec<FileOf>,
    /// Send it then.
    pub send_at: Option<Stamp>,
    /// Send it immediately, without the delay.
    pub now: bool,
    /// The newest message of the ticket that the writer has seen: what came since is shown before anything is sent.
    pub seen: Option<Id>,
}

/// A thread that is sent on.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct NewForward {
    /// Of which ticket.
    pub ticket: Id,
    /// To.
    pub to: Vec<String>,
    /// Copies.
    pub cc: Vec<String>,
    /// Hidden copies.
    pub bcc: Vec<String>,
    /// The subject; `None`: that of the ticket.
    pub subject: Option<String>,
    /// What is written above the thread.
    pub body: String,
    /// What follows the text, exactly; `None`: the signature and the whole thread.
    pub below: Option<String>,
    /// Files that go with it.
    pub files: Vec<File>,
    /// Files of the ticket that go with it; `None`: all of them.
    pub existing: Option<Vec<FileOf>>,
    /// Where the ticket goes with it; `None`: as it was.
    pub then: Option<Category>,
    /// Changes made with it (tags, snooze), undone with it.
    pub changes: Vec<TicketChange>,
    /// Send it then.
    pub send_at: Option<Stamp>,
    /// Send it immediately, without the delay.
    pub now: bool,
}
