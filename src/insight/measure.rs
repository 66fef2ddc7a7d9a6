//! What is declared of a number: its row in the [table](super::table), and what is read off it.

use std::{fmt, str::FromStr};

pub use super::table::Measure;
use super::{
    Topic, Value,
    facts::{Facts, Span},
    rows::Row,
};
use crate::model::{Metric, Money, Preset, money::Currency};

/// Which way is good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Good {
    /// More.
    Up,
    /// Less.
    Down,
    /// Neither.
    Neither,
}

/// How rows become a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fold {
    /// Their number.
    Count,
    /// The median of their values, in milliseconds.
    Median,
    /// The longest of their values, in milliseconds.
    Longest,
    /// The share of those with at least this value.
    Share(i64),
    /// Promoters less detractors.
    Nps,
    /// The mean of their values.
    Mean,
    /// The sum of their values, money.
    Sum,
    /// The sum of their values, money, by the number of those that count.
    SumEach,
}

/// When a number of unsolved tickets stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Level {
    /// Now, against the beginning of the window.
    Now,
    /// At the end of the window, against the end of the previous one.
    End,
}

/// What a number is read from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reads {
    /// Facts of the window, and of the previous one.
    Facts(&'static [Metric]),
    /// All changes of the backlog: it is measured at an instant rather than added up over the window.
    Levels(Level),
    /// How mail stands: it is of now alone, whatever the window.
    Mail,
}

/// What the value of one row is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RowValue {
    /// Nothing that a reader wants: 1.
    None,
    /// Milliseconds.
    Duration,
    /// A rating, or days.
    Count,
    /// An amount.
    Money,
}

/// What the course of a number through the slices of the window is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Course {
    /// The rows that lie in each slice.
    Rows,
    /// The rows of each slice, put together for it.
    Slices,
    /// The rows from the beginning of the window to the end of each slice.
    Growing,
}

/// A row of the table of numbers.
pub(super) struct MeasureSpec {
    /// Its word, without the currency.
    pub word: &'static str,
    /// Its label for people, without the currency.
    pub label: &'static str,
    /// The section of the page that it is in.
    pub topic: Topic,
    /// How it is made.
    pub formula: &'static str,
    /// What is left out.
    pub exclusions: &'static str,
    /// Which way is good.
    pub good: Good,
    /// How its rows become its value.
    pub fold: Fold,
    /// What it is read from.
    pub reads: Reads,
    /// Its rows in a stretch of time, in the order of their time; of one currency where it is money.
    pub rows: for<'a> fn(&'a Facts, Span, Currency) -> Vec<Row<'a>>,
    /// What the value of a row is.
    pub row_value: RowValue,
    /// The survey whose scale it has.
    pub preset: Option<Preset>,
    /// Whether the page shows it only where it has a value.
    pub where_used: bool,
    /// What its course is made of.
    pub course: Course,
}

impl MeasureSpec {
    /// What most rows leave unchanged.
    pub const BASE: MeasureSpec = MeasureSpec {
        word: "",
        label: "",
        topic: Topic::Volume,
        formula: "",
        exclusions: "",
        good: Good::Up,
        fold: Fold::Count,
        reads: Reads::Facts(&[]),
        rows: |_, _, _| Vec::new(),
        row_value: RowValue::None,
        preset: None,
        where_used: false,
        course: Course::Rows,
    };
}

/// Makes the enum of the numbers and the way from each to its row.
macro_rules! measures {
    ($($(#[$doc:meta])* $name:ident $(($money:ident))? = $spec:expr),+ $(,)?) => {
        /// A number that can be asked for; those of money are of one currency.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Measure { $($(#[$doc])* $name $(($money))?,)+ }

        impl Measure {
            /// Every number in the order of the page, those of money in one currency.
            pub fn all(currency: Currency) -> impl Iterator<Item = Measure> {
                [$(Measure::$name $(({ let c: $money = currency; c }))?),+].into_iter()
            }

            /// Its currency.
            pub fn currency(self) -> Option<Currency> {
                match self {
                    // Of any value: the pattern only repeats the name of the type.
                    $($(Measure::$name(c @ $money { .. }) => Some(c),)?)+
                    _ => None,
                }
            }

            pub(super) fn spec(self) -> &'static MeasureSpec {
                match self {
                    $(Measure::$name { .. } => {
                        static SPEC: MeasureSpec = $spec;
                        &SPEC
                    })+
                }
            }
        }
    };
}
pub(super) use measures;

impl Measure {
    /// Those that need no currency, in the order of the page.
    pub fn plain() -> impl Iterator<Item = Measure> {
        Measure::all(Currency::EUR).filter(|m| m.currency().is_none())
    }

    /// Those of money, in the order of the page.
    pub fn money(currency: Currency) -> impl Iterator<Item = Measure> {
        Measure::all(currency).filter(|m| m.currency().is_some())
    }

    /// Its word, without the currency.
    pub fn word(self) -> &'static str {
        self.spec().word
    }

    /// Its label for people, with the currency.
    pub fn label(self) -> String {
        match self.currency() {
            Some(c) => format!("{} {c}", self.spec().label),
            None => self.spec().label.to_owned(),
        }
    }

    /// How it is made.
    pub fn formula(self) -> &'static str {
        self.spec().formula
    }

    /// What is left out.
    pub fn exclusions(self) -> &'static str {
        self.spec().exclusions
    }

    /// Which way is good.
    pub fn good(self) -> Good {
        self.spec().good
    }

    /// The lowest and the highest answer of a survey.
    pub(super) fn scale(self) -> Option<(i64, i64)> {
        self.spec().preset.as_ref().and_then(Preset::scale)
    }

    /// Whether it is of now alone: no window has another value.
    pub fn is_of_now(self) -> bool {
        self.spec().reads == Reads::Mail
    }

    /// The instant of measurement, where it is not added up over the window.
    pub(super) fn level(self) -> Option<Level> {
        match self.spec().reads {
            Reads::Levels(level) => Some(level),
            _ => None,
        }
    }

    /// What a value of it is, where there is none: for the heads of tables.
    pub fn unit(self) -> &'static str {
        match self.spec().fold {
            Fold::Count => "count",
            Fold::Median | Fold::Longest => "ms",
            Fold::Share(_) => "percent",
            Fold::Nps => "nps",
            Fold::Mean => "mean",
            Fold::Sum | Fold::SumEach => "money",
        }
    }

    /// The value of one row in its own unit, for lists of rows: a time, a rating, an amount.
    pub fn row_value(self, value: i64) -> Option<Value> {
        match self.spec().row_value {
            RowValue::None => None,
            RowValue::Duration => Some(Value::Duration(value)),
            RowValue::Count => u64::try_from(value).ok().map(Value::Count),
            RowValue::Money => self.currency().map(|c| Value::Money(Money::new(value, c))),
        }
    }
}

impl fmt::Display for Measure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.currency() {
            Some(c) => write!(f, "{}:{c}", self.word()),
            None => f.write_str(self.word()),
        }
    }
}

/// A text that names no number.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no number of this desk; write open, new, solved, first_reply, csat, nps, revenue:EUR …")]
pub struct NotAMeasure(pub String);

impl FromStr for Measure {
    type Err = NotAMeasure;

    fn from_str(s: &str) -> Result<Measure, NotAMeasure> {
        let no = || NotAMeasure(s.to_owned());
        let text = s.trim().to_lowercase().replace([' ', '-'], "_");
        match text.split_once(':') {
            None => Measure::plain().find(|m| m.word() == text).ok_or_else(no),
            Some((word, code)) => {
                let c = Currency::new(code).ok_or_else(no)?;
                Measure::money(c).find(|m| m.word() == word).ok_or_else(no)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn measures_are_read_as_they_are_written() {
        for m in Measure::plain().chain(Measure::money(Currency::USD)) {
            assert_eq!(m.to_string().parse(), Ok(m));
        }
        assert!("revenue".parse::<Measure>().is_err() && "revenue:XXQ".parse::<Measure>().is_err());
    }

    #[test]
    fn every_row_says_all_of_its_number() {
        for m in Measure::all(Currency::EUR) {
            let s = m.spec();
            assert!(![s.word, s.label, s.formula, s.exclusions].contains(&""), "{m}");
            assert_ne!(s.reads, Reads::Facts(&[]), "{m}");
            assert_eq!(m.currency().is_some(), s.row_value == RowValue::Money, "{m}");
        }
    }
}
