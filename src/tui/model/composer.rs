//! A message being written.

use crate::{
    model::Id,
    tui::{
        model::{Pane, Writing},
        text::Text,
    },
};

/// A field of the composer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    /// To.
    To,
    /// Copies.
    Cc,
    /// Hidden copies.
    Bcc,
    /// Where the ticket goes with it.
    Status,
    /// Tags to add, and with `-` to take away.
    Tags,
    /// The text.
    Body,
}

impl Field {
    /// The fields of a public reply.
    pub const PUBLIC: &'static [Field] =
        &[Field::To, Field::Cc, Field::Bcc, Field::Status, Field::Tags, Field::Body];
    /// The fields of a note.
    pub const NOTE: &'static [Field] = &[Field::Status, Field::Tags, Field::Body];

    /// Its label.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Field::To => "To",
            Field::Cc => "Cc",
            Field::Bcc => "Bcc",
            Field::Status => "Status",
            Field::Tags => "Tags",
            Field::Body => "",
        }
    }
}

/// A reply or a note that is not sent yet.
#[derive(Debug, Clone, PartialEq)]
pub struct Composer {
    /// The ticket that it answers.
    pub ticket: Id,
    /// Its number.
    pub number: u64,
    /// Whether the customer will read it.
    pub public: bool,
    /// The pane it was begun from: the focus goes back there.
    pub from: Pane,
    /// To.
    pub to: Text,
    /// Copies.
    pub cc: Text,
    /// Hidden copies.
    pub bcc: Text,
    /// Where the ticket goes with it.
    pub status: Text,
    /// Tags.
    pub tags: Text,
    /// The text.
    pub body: Text,
    /// The field being typed in.
    pub field: Field,
    /// Whether keys are text.
    pub typing: bool,
    /// The first row of the text shown.
    pub top: usize,
    /// Its draft.
    pub writing: Writing,
    /// The newest message when this began: a newer one is shown before sending.
    pub newest: Option<Id>,
}

impl Composer {
    /// The fields, in order.
    #[must_use]
    pub fn fields(&self) -> &'static [Field] {
        if self.public { Field::PUBLIC } else { Field::NOTE }
    }

    /// A field's text.
    #[must_use]
    pub fn text(&self, field: Field) -> &Text {
        match field {
            Field::To => &self.to,
            Field::Cc => &self.cc,
            Field::Bcc => &self.bcc,
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
        self.field = fields.get(to).copied().unwrap_or(Field::Body);
        if self.field != Field::Body {
            self.text_mut(self.field).to_end();
        }
        self.typing = true;
    }
}

impl Composer {
    /// Its text for an editor, with the headers above it.
    #[must_use]
    pub fn for_editor(&self) -> String {
        let heads = self.fields().iter().filter(|f| **f != Field::Body);
        let mut text: String =
            heads.map(|f| format!("{}: {}\n", f.label(), self.text(*f).as_str())).collect();
        text.push('\n');
        text.push_str(self.body.as_str());
        text
    }
}

/// What came back from an editor: the headers, and the text. Where the headers are gone, all is the text.
#[must_use]
pub fn parse_edited(text: &str) -> (Vec<(Field, String)>, String) {
    let all = text.replace("\r\n", "\n");
    let head = |line: &str| {
        let (name, value) = line.split_once(':')?;
        let is_named = |f: &&Field| !f.label().is_empty() && f.label().eq_ignore_ascii_case(name.trim());
        Field::PUBLIC.iter().find(is_named).map(|f| (*f, value.trim().to_owned()))
    };
    let Some((heads, body)) = all.split_once("\n\n") else { return (Vec::new(), all) };
    match heads.lines().map(head).collect::<Option<Vec<_>>>() {
        Some(heads) => (heads, body.to_owned()),
        None => (Vec::new(), all),
    }
}

/// Addresses with commas, semicolons or blanks between them; a blank inside a name does not part it.
#[must_use]
pub fn addresses(text: &str) -> Vec<String> {
    text.split([',', ';', '\n']).map(str::trim).filter(|a| !a.is_empty()).map(str::to_owned).collect()
}
