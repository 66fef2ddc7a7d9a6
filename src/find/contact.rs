//! What is held of a customer.

use super::{finder::FieldKind, fold::ends_alike};
use crate::model::{Customer, Id, Stamp};

/// The most characters kept of one field: what is longer is no name, and would slow every keystroke.
const MOST: usize = 300;

/// The most fields kept of one contact.
const MOST_FIELDS: usize = 64;

/// One contact as put into an index.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Contact {
    /// The customer.
    pub id: Id,
    /// Their number.
    pub number: u64,
    /// The agent who looks after them; [`Id::NIL`]: no one.
    pub owner: Id,
    /// When there was last any contact; 0: never.
    pub contacted: Stamp,
    /// How many tickets still need work.
    pub open: u16,
    /// What can be found, the name first.
    pub fields: Vec<Field>,
}

/// One text of a contact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// What it is.
    pub kind: FieldKind,
    /// As it is shown: no control characters.
    pub text: String,
    /// Of telephone numbers the international form, where that is known.
    pub dial: String,
}

impl Contact {
    /// Of a customer's record: `organisations` are the names of those of their roles, in that order. Last contact and
    /// open tickets are what an import said, until they are set from the history.
    pub fn of(c: &Customer, organisations: impl IntoIterator<Item = String>) -> Contact {
        let mut out = Contact {
            id: c.id,
            number: c.number,
            owner: c.owner.unwrap_or_default(),
            contacted: c.contacted_hint.unwrap_or(0),
            open: c.open_hint.and_then(|n| n.try_into().ok()).unwrap_or(0),
            fields: Vec::with_capacity(4),
        };
        let name = c.display_name();
        out.fields.push(Field { kind: FieldKind::Name, text: clean(&name), dial: String::new() });
        if c.nickname.trim() != name {
            out.add(FieldKind::Nickname, &c.nickname);
        }
        out.add(FieldKind::Phonetic, &c.phonetic);
        for name in organisations {
            out.add(FieldKind::Organisation, &name);
        }
        for e in &c.emails {
            out.add(FieldKind::Email, &e.address);
        }
        for p in &c.phones {
            out.add_phone(&p.raw, &p.e164);
        }
        for t in &c.tags {
            out.add(FieldKind::Tag, t);
        }
        out
    }

    /// Adds a field; an empty one is left out.
    pub fn add(&mut self, kind: FieldKind, text: &str) {
        let text = clean(text);
        if !text.trim().is_empty() && self.fields.len() < MOST_FIELDS {
            self.fields.push(Field { kind, text, dial: String::new() });
        }
    }

    /// Adds a telephone number as written, with its international form; empty: not known.
    pub fn add_phone(&mut self, raw: &str, e164: &str) {
        // Where the written digits do not end the number (an extension), its letters could not be marked.
        let raw = if raw.trim().is_empty() || !ends_alike(raw, e164) { e164 } else { raw };
        self.add(FieldKind::Phone, raw);
        if let Some(f) = self.fields.last_mut().filter(|f| f.kind == FieldKind::Phone) {
            f.dial = clean(e164);
        }
    }
}

/// The text without control characters, as far as kept.
fn clean(text: &str) -> String {
    text.chars().take(MOST).map(|c| if c.is_control() { ' ' } else { c }).collect()
}
