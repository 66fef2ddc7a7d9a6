//! A test of a mailbox: whether mail can be received and sent.

use crate::{
    desk::Command,
    model::{Mailbox, OpId},
};

/// A direction of mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// Mail comes in.
    Receive,
    /// Mail leaves.
    Send,
}

/// The commands of a mailbox for the user's own `mailboxes.toml`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MailCommands {
    /// Those that were typed, by their names there.
    pub typed: Vec<(&'static str, String)>,
    /// The address that has others so far, where it changes.
    pub before: Option<String>,
}

/// What a form asks for.
#[derive(Debug, Clone, PartialEq)]
pub struct Wish {
    /// The mailbox as far as a test needs it.
    pub mailbox: Mailbox,
    /// Its commands.
    pub commands: MailCommands,
    /// The change of the desk.
    pub command: Command,
    /// Whether both directions are tried first.
    pub is_tried: bool,
}

/// A test that is under way, or its results.
#[derive(Debug, Clone, PartialEq)]
pub struct MailTest {
    /// Which one: the results of another are not for it.
    pub op: OpId,
    /// The mailbox's address.
    pub address: String,
    /// What came of receiving; `None`: not known yet.
    pub receive: Option<Result<String, String>>,
    /// What came of sending.
    pub send: Option<Result<String, String>>,
    /// What is saved after it; `None`: nothing, it is only a test.
    pub wish: Option<Wish>,
}

impl MailTest {
    /// Whether both directions were tried.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.receive.is_some() && self.send.is_some()
    }

    /// Whether both directions work.
    #[must_use]
    pub fn is_good(&self) -> bool {
        [&self.receive, &self.send].into_iter().all(|r| matches!(r, Some(Ok(_))))
    }
}
