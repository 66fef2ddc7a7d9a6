//! What a message is, and its fields.

use crate::{desk::drafts::DraftKind, model::Id};

/// A field of the composer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    /// To.
    To,
    /// Copies.
    Cc,
    /// Hidden copies.
    Bcc,
    /// The subject.
    Subject,
    /// Where the ticket goes with it.
    Status,
    /// Tags to add, and with `-` to take away.
    Tags,
    /// The text.
    Body,
}

impl Field {
    /// The fields of a message that leaves.
    pub const PUBLIC: &'static [Field] =
        &[Field::To, Field::Cc, Field::Bcc, Field::Subject, Field::Status, Field::Tags, Field::Body];
    /// The fields of a note.
    pub const NOTE: &'static [Field] = &[Field::Status, Field::Tags, Field::Body];

    /// Its label.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Field::To => "To",
            Field::Cc => "Cc",
            Field::Bcc => "Bcc",
            Field::Subject => "Subject",
            Field::Status => "Status",
            Field::Tags => "Tags",
            Field::Body => "",
        }
    }

    /// Whether it contains addresses.
    #[must_use]
    pub fn is_recipients(self) -> bool {
        matches!(self, Field::To | Field::Cc | Field::Bcc)
    }
}

/// What a message is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ComposerKind {
    /// An answer to the customer.
    Reply,
    /// For the team alone.
    Note,
    /// The thread, sent on to an outside person.
    Forward,
    /// An answer in a side thread: the message that began it.
    Side(Id),
}

impl ComposerKind {
    /// Whether it leaves the desk.
    #[must_use]
    pub fn leaves(self) -> bool {
        self != ComposerKind::Note
    }

    /// What it is, in short.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            ComposerKind::Reply => "reply",
            ComposerKind::Note => "note",
            ComposerKind::Forward => "forward",
            ComposerKind::Side(_) => "reply in a side thread",
        }
    }

    /// Its kind of draft, and the side thread that it is in.
    #[must_use]
    pub fn draft(self) -> (DraftKind, Option<Id>) {
        match self {
            ComposerKind::Reply => (DraftKind::Reply, None),
            ComposerKind::Note => (DraftKind::Note, None),
            ComposerKind::Forward => (DraftKind::Forward, None),
            ComposerKind::Side(side) => (DraftKind::Side, Some(side)),
        }
    }

    /// What a draft becomes; `None` where that is no message.
    #[must_use]
    pub fn of_draft(kind: &DraftKind, about: Option<Id>) -> Option<ComposerKind> {
        Some(match kind {
            DraftKind::Reply => ComposerKind::Reply,
            DraftKind::Note => ComposerKind::Note,
            DraftKind::Forward => ComposerKind::Forward,
            DraftKind::Side => ComposerKind::Side(about?),
            _ => return None,
        })
    }
}
