//! A message being written.
//!
//! - [`Composer`]: its fields, its text, what follows the text, its files
//! - `kind`: what it is: a reply, a note, a forward, an answer in a side thread
//! - `below`: the signature and the quoted history, folded under the text
//! - `recipients`: what the fields of addresses say, what is wrong with them, and what is offered
//! - `editor`: the same as a text with headers, for the agent's own editor
//! - `files`: what goes with it

mod below;
mod editor;
mod files;
mod kind;
mod recipients;

pub use below::{Below, FoldedPart, Place};
pub use editor::{Edited, parse_edited, with_headers};
pub use files::ComposerFile;
pub use kind::{ComposerKind, Field};
pub use recipients::{Offers, addresses};

use crate::{
    desk::answering,
    model::{Channel, Id},
    tui::{
        model::{Pane, Writing},
        text::Text,
    },
};

/// What is known of the ticket that bears on what is written.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Basis {
    /// Whether it is known yet.
    pub known: bool,
    /// The subject as it usually is.
    pub subject: String,
    /// What usually follows the text.
    pub below: answering::Below,
    /// The channel that it goes out by.
    pub channel: Channel,
    /// The channel that the customer prefers, where that is another.
    pub prefers: String,
    /// The language that the customer reads; empty where that is not known.
    pub language: String,
    /// The customer's time zone; empty where it is not known.
    pub zone: String,
    /// The customer's name.
    pub customer: String,
    /// The most bytes that the server takes, as far as that is known.
    pub limit: Option<u64>,
    /// Names of people on the ticket, by the key of their address.
    pub names: Vec<(String, String)>,
    /// The customer's addresses from which mail came back, each by its key.
    pub bounced: Vec<String>,
}

/// A message that is not sent yet.
#[derive(Debug, Clone, PartialEq)]
pub struct Composer {
    /// The ticket that it is about.
    pub ticket: Id,
    /// Its number.
    pub number: u64,
    /// What it is.
    pub kind: ComposerKind,
    /// The pane it was begun from: the focus goes back there.
    pub from: Pane,
    /// To.
    pub to: Text,
    /// Copies.
    pub cc: Text,
    /// Hidden copies.
    pub bcc: Text,
    /// The subject.
    pub subject: Text,
    /// Where the ticket goes with it.
    pub status: Text,
    /// Tags.
    pub tags: Text,
    /// The text.
    pub body: Text,
    /// What follows the text.
    pub below: Below,
    /// Files that go with it.
    pub files: Vec<ComposerFile>,
    /// The field being typed in.
    pub field: Field,
    /// Whether keys are text.
    pub typing: bool,
    /// Whether all fields are shown.
    pub unfolded: bool,
    /// Addresses offered for the field.
    pub offers: Offers,
    /// The first row of the text shown.
    pub top: usize,
    /// Its draft.
    pub writing: Writing,
    /// The newest message when this began: a newer one is shown before sending.
    pub newest: Option<Id>,
    /// What is known of the ticket.
    pub basis: Basis,
    /// What follows the text as a draft has it, until the ticket is known.
    pub restored_below: Option<String>,
}

impl Composer {
    /// An empty message about a ticket, begun from a pane.
    #[must_use]
    pub fn new(ticket: Id, number: u64, kind: ComposerKind, from: Pane) -> Composer {
        Composer {
            ticket,
            number,
            kind,
            from,
            to: Text::line(""),
            cc: Text::line(""),
            bcc: Text::line(""),
            subject: Text::line(""),
            status: Text::line(""),
            tags: Text::line(""),
            body: Text::block(""),
            below: Below::default(),
            files: Vec::new(),
            field: if kind == ComposerKind::Forward { Field::To } else { Field::Body },
            typing: true,
            unfolded: false,
            offers: Offers::default(),
            top: 0,
            writing: Writing::default(),
            newest: None,
            basis: Basis::default(),
            restored_below: None,
        }
    }

    /// Whether it leaves the desk.
    #[must_use]
    pub fn leaves(&self) -> bool {
        self.kind.leaves()
    }

    /// The fields, in order.
    #[must_use]
    pub fn fields(&self) -> &'static [Field] {
        if self.leaves() { Field::PUBLIC } else { Field::NOTE }
    }

    /// The fields that are shown above the text: all where they are wanted or one of them is typed in, else those that
    /// say where it goes.
    #[must_use]
    pub fn shown_fields(&self) -> Vec<Field> {
        let all = self.unfolded || self.field != Field::Body || !self.leaves();
        let shown = |f: &&Field| **f != Field::Body && (all || matches!(f, Field::To | Field::Status));
        self.fields().iter().filter(shown).copied().collect()
    }

    /// How many rows what follows the text has.
    #[must_use]
    pub fn below_rows(&self) -> usize {
        let parts = [&self.below.signature, &self.below.history];
        parts.iter().filter(|p| p.is_folded()).count() + usize::from(!self.files.is_empty())
    }

    /// A field's text.
    #[must_use]
    pub fn text(&self, field: Field) -> &Text {
        match field {
            Field::To => &self.to,
            Field::Cc => &self.cc,
            Field::Bcc => &self.bcc,
            Field::Subject => &self.subject,
            Field::Status => &self.status,
            Field::Tags => &self.tags,
            Field::Body => &self.body,
        }
    }

    /// A field's text, to type in.
    pub fn text_mut(&mut self, field: Field) -> &mut Text {
        match field {
            Field::To => &mut self.to,
            Field::Cc => &mut self.cc,
            Field::Bcc => &mut self.bcc,
            Field::Subject => &mut self.subject,
            Field::Status => &mut self.status,
            Field::Tags => &mut self.tags,
            Field::Body => &mut self.body,
        }
    }

    /// Goes some fields on.
    pub fn step(&mut self, by: isize) {
        let fields = self.fields();
        let at = fields.iter().position(|f| *f == self.field).unwrap_or(0);
        let n = fields.len().cast_signed();
        let to = (at.cast_signed() + by).rem_euclid(n.max(1)).cast_unsigned();
        self.go_to(fields.get(to).copied().unwrap_or(Field::Body));
        self.typing = true;
    }

    /// Goes to a field.
    pub fn go_to(&mut self, field: Field) {
        self.offers = Offers::default();
        self.field = field;
        if field != Field::Body {
            self.text_mut(field).to_end();
        }
    }

    /// Whether an agent wrote or attached anything.
    #[must_use]
    pub fn has_something(&self) -> bool {
        !self.body.as_str().trim().is_empty() || self.files.iter().any(|f| f.file.added)
    }

    /// The subject, where it is not the usual one.
    #[must_use]
    pub fn unusual_subject(&self) -> Option<String> {
        let subject = self.subject.as_str().trim();
        (!subject.is_empty() && subject != self.basis.subject).then(|| subject.to_owned())
    }

    /// About how many bytes it has on its way.
    #[must_use]
    pub fn size(&self) -> u64 {
        let text = self.body.as_str().len() + self.below.text().len();
        answering::size_on_its_way(text, self.files.iter().map(|f| f.file.size))
    }
}
