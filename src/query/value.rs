//! What a record gives to a query.

use std::borrow::Cow;

use crate::model::{Currency, Day, Id, Stamp};

/// One value of a field.
#[derive(Debug, Clone, PartialEq)]
pub enum Value<'a> {
    /// A text, a tag, a word of an enum, a state that is true.
    Text(Cow<'a, str>),
    /// A count, or the number that people see.
    Number(i64),
    /// An amount in minor units, and its ISO 4217 code as the record has it.
    Money(i64, Cow<'a, str>),
    /// A moment.
    Date(Stamp),
    /// A civil date.
    Day(Day),
    /// A length of time in milliseconds.
    Duration(i64),
    /// An agent.
    Person {
        /// Who.
        id: Id,
        /// The name that customers see.
        name: &'a str,
        /// The short name.
        handle: &'a str,
    },
}

impl<'a> Value<'a> {
    /// A text that is borrowed.
    pub fn text(text: &'a str) -> Value<'a> {
        Value::Text(Cow::Borrowed(text))
    }

    /// The number by which it is compared: days since 1970, milliseconds, ten-thousandths of a currency's unit;
    /// `None` for texts and people.
    pub fn rank(&self) -> Option<i128> {
        match self {
            Value::Number(n) | Value::Date(n) | Value::Duration(n) => Some(i128::from(*n)),
            Value::Day(d) => Some(i128::from(d.0)),
            Value::Money(minor, currency) => {
                // An unknown code is treated like most: two decimals.
                let exponent = Currency::new(currency).map_or(2, Currency::exponent);
                Some(i128::from(*minor) * 10_i128.pow(4_u32.saturating_sub(exponent)))
            }
            Value::Text(_) | Value::Person { .. } => None,
        }
    }
}

/// A record with what belongs to it, as queries see it. The fields are those of its [`Schema`](super::Schema).
pub trait Row {
    /// Adds the values of a field; none where it is empty, or where the record has no such field.
    fn values<'a>(&'a self, field: &str, out: &mut Vec<Value<'a>>);

    /// The text that bare words are looked for in.
    fn text(&self) -> Cow<'_, str>;

    /// The number that people see.
    fn number(&self) -> Option<u64>;

    /// The record; `None` for what is none.
    fn id(&self) -> Option<Id> {
        None
    }

    /// Adds the records that it names by a [`Join`](super::schema::Join); none where there are none.
    fn links(&self, join: &str, out: &mut Vec<Id>) {
        let _ = (join, out);
    }
}
