//! How a field of a record is read and edited.

use std::collections::BTreeMap;

use crate::model::{Day, Id, Kind, Stamp};

/// One value of a field, as the record has it.
#[derive(Debug, Clone, PartialEq)]
pub enum Datum<'a> {
    /// A text, a tag, a word, a state that is true.
    Text(&'a str),
    /// A text that is put together.
    Owned(String),
    /// A count, or a number that people see.
    Number(i64),
    /// An amount in minor units, and its ISO 4217 code.
    Money(i64, &'a str),
    /// A moment.
    At(Stamp),
    /// A civil date.
    Day(Day),
    /// A length of time in milliseconds.
    Duration(i64),
    /// Another record.
    Link(Kind, Id),
}

/// Gives a part of a record.
pub type Get<T, V> = fn(&T) -> &V;

/// Gives a part of a record to change.
pub type Set<T, V> = fn(&mut T) -> &mut V;

/// Gives every value of a field.
pub type Each<T> = for<'a> fn(&'a T, &mut dyn FnMut(Datum<'a>));

/// Gives an amount in minor units, where there is one, and the ISO 4217 code of its currency.
pub type GetMoney<T> = fn(&T) -> (Option<i64>, &str);

/// Gives an amount in minor units and the code of its currency to change.
pub type SetMoney<T> = fn(&mut T) -> (&mut Option<i64>, &mut String);

/// How a field is read.
pub enum Read<T> {
    /// Not from the record alone.
    Not,
    /// A text.
    Text(Get<T, String>),
    /// Texts.
    Texts(Get<T, Vec<String>>),
    /// Texts of their own lines.
    Paragraphs(Get<T, Vec<String>>),
    /// An amount of money.
    Money(GetMoney<T>),
    /// A number that is counted.
    Count(Get<T, u32>),
    /// A civil date.
    Day(Get<T, Option<Day>>),
    /// Another record.
    Link(Kind, Get<T, Option<Id>>),
    /// Custom fields.
    Custom(Get<T, BTreeMap<String, String>>),
    /// Values of any sort.
    Each(Each<T>),
}

impl<T> Copy for Read<T> {}

impl<T> Clone for Read<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Read<T> {
    /// Gives every value that a record has to `out`; empty texts are none.
    pub fn each<'a>(&self, record: &'a T, out: &mut dyn FnMut(Datum<'a>)) {
        let mut text = |t: &'a str| {
            if !t.trim().is_empty() {
                out(Datum::Text(t));
            }
        };
        match self {
            Read::Not | Read::Custom(_) => {}
            Read::Text(get) => text(get(record)),
            Read::Texts(get) | Read::Paragraphs(get) => get(record).iter().for_each(|t| text(t)),
            Read::Money(get) => {
                let (amount, code) = get(record);
                if let Some(amount) = amount {
                    out(Datum::Money(amount, code));
                }
            }
            Read::Count(get) => out(Datum::Number(i64::from(*get(record)))),
            Read::Day(get) => get(record).iter().for_each(|day| out(Datum::Day(*day))),
            Read::Link(kind, get) => get(record).iter().for_each(|id| out(Datum::Link(*kind, *id))),
            Read::Each(each) => each(record, out),
        }
    }

    /// All that it contains as one text: values with commas between them, texts of their own lines with an empty line.
    pub fn text(&self, record: &T, show: &dyn Fn(Datum<'_>) -> String) -> String {
        if let Read::Paragraphs(get) = self {
            return get(record).join("\n\n");
        }
        let mut all: Vec<String> = Vec::new();
        self.each(record, &mut |d| all.push(show(d)));
        all.join(", ")
    }
}

/// How an edit changes a field.
pub enum Write<T> {
    /// Not at all.
    Not,
    /// As a text.
    Text(Set<T, String>),
    /// As texts, with commas between them.
    Texts(Set<T, Vec<String>>),
    /// As tags.
    Tags(Set<T, Vec<String>>),
    /// As texts of their own lines.
    Paragraphs(Set<T, Vec<String>>),
    /// As an amount of money, in the workspace's currency unless it names another.
    Money(SetMoney<T>),
    /// As a number that is counted.
    Count(Set<T, u32>),
    /// As a civil date.
    Day(Set<T, Option<Day>>),
    /// As another record, by its number or name.
    Link(Kind, Set<T, Option<Id>>),
    /// As custom fields, each by its own name.
    Custom(Set<T, BTreeMap<String, String>>),
    /// By a rule of the kind's command.
    Rule,
}

impl<T> Copy for Write<T> {}

impl<T> Clone for Write<T> {
    fn clone(&self) -> Self {
        *self
    }
}
