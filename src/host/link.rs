//! What a session needs of whatever carries its bytes: this terminal, a socket, SSH, a test.

use std::{io, path::PathBuf, time::Duration};

use crossbeam_channel::Receiver;
use ratatui::layout::Size;

use crate::{
    term::{caps::Capabilities, decode::Line, safe::Safe},
    tui::model::Places,
};

/// What a link tells its session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FromLink {
    /// Bytes of the terminal, split anywhere.
    Bytes(Vec<u8>),
    /// The terminal's size changed.
    Resize(Size),
    /// What was handed to [`Link::write`] is written: the next frame may follow.
    Written,
    /// Stop, please, as another job would (`SIGTSTP`): answer with [`Link::suspend`].
    Suspend,
    /// The process was stopped and runs again: answer with [`Link::resume`], then clear and draw all.
    Resumed,
    /// End in good order, by the signal of this number (`SIGTERM`): save, leave, close.
    Terminate(i32),
    /// Whole lines came in, and there are no more of them: those that came are still done.
    EndOfLines,
    /// The other end is gone: nothing more arrives, and nothing can be written.
    Hangup,
    /// A program that was started for the agent failed: what to say.
    Trouble(String),
}

/// Why a link could not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum LinkError {
    /// This kind of link never can.
    #[error("{0} is not possible over this connection")]
    NotOffered(&'static str),
    /// Not here and now, for the given reason.
    #[error("{0}")]
    Refused(&'static str),
    /// There is no terminal to draw on.
    #[error("this needs a terminal: neither the standard streams nor /dev/tty is one")]
    NoTerminal,
    /// The editor could not be run, or did not say it succeeded.
    #[error("the editor ({command}) failed: {why}")]
    Editor {
        /// As it was started.
        command: String,
        /// What went wrong.
        why: String,
    },
    /// A program could not be run.
    #[error("{command} could not be run: {why}")]
    Program {
        /// As it was started.
        command: String,
        /// What went wrong.
        why: String,
    },
    /// The system refused.
    #[error("the terminal failed: {0}")]
    Io(#[from] io::Error),
}

/// A text for the agent's editor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ToEdit<'t> {
    /// The text.
    pub text: &'t str,
    /// What the next start needs to know to go on with what the editor saved, should this process be killed; stored
    /// next to the editor's file.
    pub note: Option<&'t str>,
}

/// The disk of the agent, where a session may read it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Disk {
    /// What `~` means.
    pub home: Option<PathBuf>,
}

/// What came back from the editor.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Edited {
    /// The text as it was saved, whatever became of the editor; `None` where nothing was changed.
    pub text: Option<String>,
    /// How the editor ended, where it did not end well.
    pub trouble: Option<String>,
}

/// A file to open in a program of the agent's machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ToOpen<'f> {
    /// Its bytes.
    pub bytes: &'f [u8],
    /// Its type.
    pub content_type: &'f str,
    /// The ending of its name, plain letters only, without the dot.
    pub ending: Option<&'f str>,
    /// Whether it is a page for a browser.
    pub page: bool,
    /// Whether it can be shown as text here, so that only a program chosen for its type opens it.
    pub text: bool,
}

/// What came of opening a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Opened {
    /// This program was started, and goes on by itself.
    Started(String),
    /// A program had the terminal, and ended; what to say where that was not well.
    Ended(Option<String>),
    /// A program printed what there is to show.
    Text(Vec<u8>),
    /// There is no program for it.
    NoProgram,
}

/// Carries a session's bytes. Whatever it receives comes as messages; writing never blocks the session.
pub trait Link: Send {
    /// Where its messages come in.
    fn messages(&self) -> &Receiver<FromLink>;

    /// The terminal's size now.
    fn size(&self) -> Size;

    /// What the terminal can do.
    fn capabilities(&self) -> Capabilities;

    /// How far the terminal is: how long a lone ESC may wait.
    fn line(&self) -> Line;

    /// Takes bytes to write; [`FromLink::Written`] follows once they are out. One write at a time: draw the
    /// next frame from the state when this one is written.
    fn write(&mut self, bytes: Vec<u8>);

    /// Stops the process until it is continued, the terminal given back meanwhile. Clear and draw all afterwards.
    ///
    /// # Errors
    /// `NotOffered` where there is no process of the agent's to stop, `Refused` where no one could continue it.
    fn suspend(&mut self) -> Result<(), LinkError> {
        Err(LinkError::NotOffered("stopping the program"))
    }

    /// Takes the terminal again after the process was stopped from outside. Clear and draw all afterwards.
    ///
    /// # Errors
    /// `Io` where the terminal refuses.
    fn resume(&mut self) -> Result<(), LinkError> {
        Ok(())
    }

    /// True when [`Link::run_editor`] is offered.
    fn can_edit(&self) -> bool {
        false
    }

    /// Lets the agent edit a text in the editor of their choice, byte for byte. Clear and draw all afterwards.
    ///
    /// # Errors
    /// `NotOffered`, `Editor` where it could not be started or its text cannot be taken, `Io`.
    fn run_editor(&mut self, _text: &ToEdit<'_>) -> Result<Edited, LinkError> {
        Err(LinkError::NotOffered("an editor"))
    }

    /// The agent's own disk; `None` where the session cannot read it.
    fn disk(&self) -> Option<Disk> {
        None
    }

    /// Where files are saved and what `~` means, on the agent's machine.
    fn places(&self) -> Places {
        Places::default()
    }

    /// Opens a file in the program that the agent's machine has for it. Clear and draw all where it had the terminal.
    ///
    /// # Errors
    /// `NotOffered`, `Program` where one could not be started, `Io`.
    fn open_file(&mut self, _file: &ToOpen<'_>) -> Result<Opened, LinkError> {
        Err(LinkError::NotOffered("opening files"))
    }

    /// Gives bytes to a command of the agent's, with the terminal, and waits for a key when it has ended. Clear and draw all
    /// afterwards.
    ///
    /// # Errors
    /// As [`Link::open_file`].
    fn pipe(&mut self, _command: &str, _bytes: Vec<u8>) -> Result<Opened, LinkError> {
        Err(LinkError::NotOffered("running commands"))
    }

    /// True when commands may be run as the agent, on the agent's own machine.
    fn can_spawn(&self) -> bool {
        false
    }

    /// The session ends now, within [`LEAVING`] whatever its store or its terminal does: a link that owns the process
    /// exits with this code when that time is over.
    fn leaving(&mut self, _code: u8) {}

    /// Gives the terminal back, then shows the last words, if any. The session is over.
    fn close(&mut self, last_words: Option<&Safe<'_>>);
}

/// The longest that leaving takes.
pub const LEAVING: Duration = Duration::from_secs(2);

/// How much of that the store gets for what is still to be saved.
pub(crate) const LAST_SAVE: Duration = Duration::from_millis(1_200);

/// How long a terminal that is given back gets for what is still being written.
pub(crate) const LAST_WRITE: Duration = Duration::from_millis(400);
