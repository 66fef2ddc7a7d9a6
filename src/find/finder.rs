//! The question and its answer, whatever engine is behind it.

use std::ops::Range;

use super::among::Among;
use crate::model::Id;

/// Finds contacts by what someone typed.
pub trait Finder {
    /// The `limit` contacts most likely meant by `query`, best first, for the agent `me` ([`Id::NIL`]: no one).
    /// Every word must be found, in any order. A query without letters and
    /// figures gives those most likely needed.
    ///
    /// Takes any text and never fails; a few milliseconds at most: call it on a worker, not while drawing.
    fn find(&self, query: &str, me: Id, limit: usize) -> FoundContacts;

    /// The same among some of them.
    fn find_among(&self, query: &str, me: Id, limit: usize, among: Among<'_>) -> FoundContacts;
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FoundContacts {
    /// The contacts, best first.
    pub hits: Vec<Hit>,
    /// Some hits are for this instead of what was typed: *showing Grace Heathews*.
    pub correction: Option<String>,
    /// How many contacts were looked through, of how many there are: less while loading.
    pub loaded: (u64, u64),
}

impl FoundContacts {
    /// Whether contacts are still being loaded.
    pub fn is_loading(&self) -> bool {
        self.loaded.0 < self.loaded.1
    }
}

/// A contact that may be meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// The customer.
    pub id: Id,
    /// Their number.
    pub number: u64,
    /// Their name.
    pub name: String,
    /// The matched letters of the name: ranges of bytes, ascending, at character boundaries.
    pub marks: Vec<Range<usize>>,
    /// Their main organisation; empty for none.
    pub organisation: String,
    /// The other fields that matched, in the order of the typed words. The main organisation stands here too when it
    /// matched.
    pub fields: Vec<Matched>,
    /// How well it matched, in hundredths of a point: only to be compared within one answer.
    pub score: u32,
}

/// A field that matched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Matched {
    /// Which.
    pub kind: FieldKind,
    /// Its text.
    pub text: String,
    /// The matched letters: ranges of bytes, ascending, at character boundaries.
    pub marks: Vec<Range<usize>>,
}

/// What of a contact can be found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum FieldKind {
    /// The name.
    Name,
    /// The nickname.
    Nickname,
    /// How the name is said.
    Phonetic,
    /// An organisation.
    Organisation,
    /// An e-mail address.
    Email,
    /// A telephone number.
    Phone,
    /// A tag.
    Tag,
}

impl FieldKind {
    /// All of them.
    pub const ALL: &'static [FieldKind] = &[
        FieldKind::Name,
        FieldKind::Nickname,
        FieldKind::Phonetic,
        FieldKind::Organisation,
        FieldKind::Email,
        FieldKind::Phone,
        FieldKind::Tag,
    ];

    /// Its word on the screen.
    pub fn word(self) -> &'static str {
        match self {
            FieldKind::Name => "name",
            FieldKind::Nickname => "nickname",
            FieldKind::Phonetic => "said",
            FieldKind::Organisation => "organisation",
            FieldKind::Email => "e-mail",
            FieldKind::Phone => "phone",
            FieldKind::Tag => "tag",
        }
    }
}

/// Marks as the places of characters, for views that count those.
pub fn places(text: &str, marks: &[Range<usize>]) -> Vec<usize> {
    let inside = |at: usize| marks.iter().any(|m| m.contains(&at));
    text.char_indices().enumerate().filter(|(_, (at, _))| inside(*at)).map(|(i, _)| i).collect()
}
