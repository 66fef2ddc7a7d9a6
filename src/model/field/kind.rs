//! What a field contains.

use crate::model::{Kind, phrase::Lean};

/// What a field contains, and with it which values it is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldKind {
    /// Texts: a word finds the beginning of a word, a phrase any part, both folded.
    Text,
    /// Telephone numbers: digits find any part.
    Phone,
    /// One of a few words, with an order.
    Enum,
    /// A state of the record, one of a few words: `is:open`.
    States,
    /// Whole texts, any number of them: tags.
    Set,
    /// A count.
    Number,
    /// An amount, written in units of its currency: `100`, `99.50`, `€20`.
    Money,
    /// A moment.
    Date(Lean),
    /// A civil date.
    Day(Lean),
    /// A length of time: `2h`, `1h30m`.
    Duration,
    /// An agent: a name, `@handle`, `@me`.
    Person,
    /// Another record, by its number or its name.
    Ref(Kind),
    /// The number that people see.
    Id,
    /// The house's own fields, each as `custom.NAME`: as texts, or as numbers where a number is asked for.
    Custom,
}

impl FieldKind {
    /// Its name, for scripts and documents.
    pub fn word(self) -> &'static str {
        match self {
            FieldKind::Text => "text",
            FieldKind::Phone => "phone",
            FieldKind::Enum => "word",
            FieldKind::States => "states",
            FieldKind::Set => "set",
            FieldKind::Number => "number",
            FieldKind::Money => "money",
            FieldKind::Date(_) => "time",
            FieldKind::Day(_) => "date",
            FieldKind::Duration => "duration",
            FieldKind::Person => "agent",
            FieldKind::Ref(kind) => kind.word(),
            FieldKind::Id => "id",
            FieldKind::Custom => "custom",
        }
    }

    /// What to write as its value, for people.
    pub fn expects(self) -> &'static str {
        match self {
            FieldKind::Text => "a word, \"a phrase\", glob* or /re/",
            FieldKind::Phone => "digits of a telephone number",
            FieldKind::Enum | FieldKind::States => "one of its words",
            FieldKind::Set => "a whole name, or glob*",
            FieldKind::Number => "a number such as 3, 10.. or 5..20",
            FieldKind::Money => "an amount such as 100, 99.50 or 20..50",
            FieldKind::Date(Lean::Past) => "a time such as today, 2w, \"last month\", 2026-03-01 or 2w..",
            FieldKind::Date(Lean::Future) => "a time such as today, 2d, \"next wed\" or ..tomorrow",
            FieldKind::Day(_) => "a date such as 2026-03-01, 2026-03, \"last month\" or 2w..",
            FieldKind::Duration => "a length of time such as 30m, 2h or 1h..3d",
            FieldKind::Person => "a name, @handle, @me or none",
            FieldKind::Ref(_) => "a number such as C-104, or a name",
            FieldKind::Id => "a number such as 42 or 40..50",
            FieldKind::Custom => "a text or a number",
        }
    }
}
