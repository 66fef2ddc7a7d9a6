//! Why the desk does not do something: what was kept, and what to do.

use super::{Id, Kind, Seq};

/// A field that someone changed since: its name, what it should be, what it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clash {
    /// The record, as people see it: `T-104`.
    pub record: String,
    /// The field.
    pub field: String,
    /// What the change left there.
    pub expected: String,
    /// What is there now.
    pub found: String,
}

/// Why the desk refuses. Nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// There is no such record.
    #[error("there is no {} {what}", kind.word())]
    NotFound {
        /// What was looked for.
        kind: Kind,
        /// How it was named.
        what: String,
    },
    /// The value is invalid for the field.
    #[error("{field}: {why}")]
    Invalid {
        /// The field.
        field: &'static str,
        /// Why not.
        why: String,
    },
    /// Something that may exist once exists already.
    #[error("{what} belongs to {owner} already")]
    Taken {
        /// What.
        what: String,
        /// Whose it is.
        owner: String,
    },
    /// The ticket's state does not allow it.
    #[error("{}", if from == to { format!("{what} is {to} already") } else { format!("{what} cannot go from {from} to {to}: {why}") })]
    Transition {
        /// The ticket.
        what: String,
        /// Where it stands.
        from: String,
        /// Where it should go.
        to: String,
        /// Why not.
        why: &'static str,
    },
    /// The record was changed since it was looked at.
    #[error("{what} was changed since you looked at it: look again, then repeat")]
    Stale {
        /// The record.
        what: String,
    },
    /// Fields that it changes were changed by others since it was looked at.
    #[error("changed by someone else meanwhile: {}", both(.clashes))]
    Conflict {
        /// The fields: what the asker wants there, and what is there now.
        clashes: Vec<Clash>,
        /// The version that is there now.
        version: u64,
    },
    /// What should be undone was changed since.
    #[error("changed since, so it was left alone: {}", clashes(.0))]
    ChangedSince(Vec<Clash>),
    /// What should be undone is in use by something newer.
    #[error("{what} is in use by {by}: undo or remove that first")]
    InUse {
        /// The record.
        what: String,
        /// What uses it.
        by: String,
    },
    /// It is about an erased customer.
    #[error("{what} was erased: nothing more is written about them")]
    Gone {
        /// Who.
        what: String,
    },
    /// Something came on the ticket that the writer has not seen: another agent's reply, or a message.
    #[error("{what}")]
    Unseen {
        /// What: `Sam's reply is held until 14:03:10`.
        what: String,
        /// The newest message of the ticket: who has seen it may send.
        latest: Id,
    },
    /// There is nothing to undo or redo.
    #[error("nothing to {0}")]
    NothingTo(&'static str),
    /// It can never be undone, or there is no more that can.
    #[error("{0}")]
    NoUndo(String),
    /// The asker's last change that could be undone cannot be now.
    #[error("cannot undo “{what}”: {why}")]
    InTheWay {
        /// Its place in the log: the next undo can go past it.
        seq: Seq,
        /// Its sentence.
        what: String,
        /// Why not.
        why: Box<Refusal>,
    },
    /// It left the desk: no undo brings it back.
    #[error("{0} has left the desk and cannot be taken back")]
    Final(String),
    /// What it changed was erased: nothing of it is left to bring back.
    #[error("{0} was erased: nothing of it is left to bring back")]
    Erased(String),
    /// The agent lacks a permission.
    #[error("{who} lacks the permission *{permission}*; {grant}")]
    Denied {
        /// Who asked: `@dana`.
        who: String,
        /// The permission.
        permission: &'static str,
        /// Who can grant it, and how.
        grant: String,
    },
    /// One of several requests that stand or fall together was refused, and so all were.
    #[error("request {part} of {of}: {why}")]
    Part {
        /// Which one, from 1.
        part: usize,
        /// Of how many.
        of: usize,
        /// What it was refused for.
        why: Box<Refusal>,
    },
}

fn both(all: &[Clash]) -> String {
    let one = |c: &Clash| {
        format!("{} {} is now “{}”, yours is “{}”", c.record, c.field.replace('_', " "), c.found, c.expected)
    };
    all.iter().map(one).collect::<Vec<_>>().join("; ")
}

fn clashes(all: &[Clash]) -> String {
    let mut out = String::new();
    for c in all.iter().take(3) {
        if !out.is_empty() {
            out.push_str("; ");
        }
        out.push_str(&format!("{} {} should be {} and is {}", c.record, c.field, c.expected, c.found));
    }
    if all.len() > 3 {
        out.push_str(&format!("; and {} more", all.len() - 3));
    }
    out
}
