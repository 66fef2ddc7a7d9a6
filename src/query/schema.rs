//! Which fields each kind of record has in queries: their names, what they hold, and what may be asked of them.

mod tables;

use super::suggest::nearest;
use crate::model::{Kind, phrase::Lean};

pub use tables::{
    CUSTOMERS, INTERACTIONS, LOG, MESSAGES, ORDERS, ORGANISATIONS, OUTBOX, RESPONSES, TASKS, TICKETS,
};

/// The fields of one kind of record.
#[derive(Debug, PartialEq, Eq)]
pub struct Schema {
    /// What is listed, as the CLI says it: `tickets`.
    pub entity: &'static str,
    /// The kind of record; `None` for the log.
    pub kind: Option<Kind>,
    /// The fields, the most asked first.
    pub fields: &'static [FieldDef],
}

/// A field that queries may ask for.
#[derive(Debug, PartialEq, Eq)]
pub struct FieldDef {
    /// Its name.
    pub name: &'static str,
    /// Other names for it.
    pub aliases: &'static [&'static str],
    /// What it holds.
    pub kind: FieldKind,
    /// What it is, in a few words for people.
    pub help: &'static str,
    /// All values, in their order, where they are few.
    pub values: &'static [&'static str],
    /// Whether only those with the permission may ask for it.
    pub sensitive: bool,
}

/// What a field holds, and with it which values it is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldKind {
    /// Texts: a word finds the beginning of a word, a phrase any part, both folded.
    Text,
    /// Telephone numbers: digits find any part.
    Phone,
    /// One of a few words, with an order.
    Enum,
    /// What holds of the record, of a few words: `is:open`.
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

/// A field as a query names it: its definition, and the house's own name behind `custom.`.
#[derive(Debug, Clone, Copy)]
pub struct Found {
    /// The definition.
    pub def: &'static FieldDef,
    /// Where the house's own name begins in what was asked for.
    pub custom_from: Option<usize>,
}

impl Schema {
    /// Every schema.
    pub const ALL: &'static [&'static Schema] = &[
        &CUSTOMERS,
        &ORGANISATIONS,
        &TICKETS,
        &MESSAGES,
        &INTERACTIONS,
        &ORDERS,
        &TASKS,
        &RESPONSES,
        &OUTBOX,
        &LOG,
    ];

    /// The schema of `tickets` or `ticket`.
    pub fn of(entity: &str) -> Option<&'static Schema> {
        let entity =
            if entity == "organizations" || entity == "organization" { "organisations" } else { entity };
        Schema::ALL.iter().copied().find(|s| {
            s.entity == entity
                || s.entity.strip_suffix('s') == Some(entity)
                || s.kind.is_some_and(|k| k.word() == entity)
        })
    }

    /// The field of a name or alias, in lower case.
    pub fn field(&self, name: &str) -> Option<Found> {
        if let Some(def) = self.fields.iter().find(|f| f.name == name || f.aliases.contains(&name)) {
            return (def.kind != FieldKind::Custom).then_some(Found { def, custom_from: None });
        }
        let (prefix, own) = name.split_once('.')?;
        let def = self.fields.iter().find(|f| f.kind == FieldKind::Custom)?;
        let fits = (prefix == def.name || def.aliases.contains(&prefix)) && !own.is_empty();
        fits.then_some(Found { def, custom_from: Some(prefix.len() + 1) })
    }

    /// The fields that may be named to someone: without the permission, none that is sensitive.
    pub fn fields_for(&self, sensitive: bool) -> impl Iterator<Item = &'static FieldDef> + Clone {
        self.fields.iter().filter(move |f| sensitive || !f.sensitive)
    }

    /// The name nearest to one that is no field, among those that may be named.
    pub fn nearest(&self, name: &str, sensitive: bool) -> Option<&'static str> {
        let fields = self.fields_for(sensitive);
        nearest(name, fields.clone().map(|f| f.name))
            .or_else(|| nearest(name, fields.flat_map(|f| f.aliases.iter().copied())))
    }
}
