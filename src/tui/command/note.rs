//! What commands of the composer are called while an internal note is written: nothing of it is sent.

use super::CommandId;

/// The words of a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Words {
    /// Its name.
    pub title: &'static str,
    /// What it does.
    pub help: &'static str,
    /// Its word in the hint bar.
    pub hint: &'static str,
}

impl CommandId {
    /// Its words now; `note`: while an internal note is written.
    #[must_use]
    pub fn words(self, note: bool) -> Words {
        let def = self.def();
        let of = |title, help, hint| Words { title, help, hint };
        match self {
            CommandId::ComposerSend if note => {
                of("Add note", "Adds the note to the ticket, for the team alone.", "add note")
            }
            CommandId::ComposerSendDone if note => {
                of("Add note, done", "Adds the note and solves the ticket.", "add, done")
            }
            CommandId::ComposerSendWait if note => {
                of("Add note, wait", "Adds the note and makes the ticket wait.", "add, wait")
            }
            _ => of(def.title, def.help, def.hint),
        }
    }
}
