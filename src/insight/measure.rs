//! Every number there is: its word, its label, how it is made, which way is good.

use std::{fmt, str::FromStr};

use super::{MailMeasure, Value};
use crate::model::{Metric, Preset, money::Currency};

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

/// A number that can be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Measure {
    /// Unsolved tickets now.
    Open,
    /// Unsolved tickets at the end of the window.
    Backlog,
    /// Tickets opened.
    New,
    /// Tickets solved and still so.
    Solved,
    /// Of the tickets solved, those opened again.
    Reopened,
    /// Time to the first public human reply.
    FirstReply,
    /// Time to the first solve.
    FirstResolution,
    /// Time to the last solve.
    Resolution,
    /// Satisfied customers.
    Csat,
    /// The net promoter score.
    Nps,
    /// Customer effort, version 1: 1 to 5, low is good.
    Ces1,
    /// Customer effort, version 2: 1 to 7, high is good.
    Ces2,
    /// Orders.
    Orders,
    /// What orders brought, less refunds.
    Revenue(Currency),
    /// Revenue of an order.
    OrderValue(Currency),
    /// Revenue of a customer who bought.
    CustomerValue(Currency),
    /// Customers who bought on two days or more.
    Repeat,
    /// How mail stands now.
    Mail(MailMeasure),
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
    /// The sum of their values.
    Sum(Currency),
    /// The sum of their values by the number of those that count.
    SumEach(Currency),
}

impl Measure {
    /// Those that need no currency, in the order of the pages.
    pub const PLAIN: &'static [Measure] = &[
        Measure::Open,
        Measure::Backlog,
        Measure::New,
        Measure::Solved,
        Measure::Reopened,
        Measure::FirstReply,
        Measure::FirstResolution,
        Measure::Resolution,
        Measure::Csat,
        Measure::Nps,
        Measure::Ces1,
        Measure::Ces2,
        Measure::Orders,
        Measure::Repeat,
        Measure::Mail(MailMeasure::Waiting),
        Measure::Mail(MailMeasure::Oldest),
        Measure::Mail(MailMeasure::Failed),
        Measure::Mail(MailMeasure::Contact),
        Measure::Mail(MailMeasure::Received),
    ];

    /// Its word, without the currency.
    pub fn word(self) -> &'static str {
        match self {
            Measure::Open => "open",
            Measure::Backlog => "backlog",
            Measure::New => "new",
            Measure::Solved => "solved",
            Measure::Reopened => "reopened",
            Measure::FirstReply => "first_reply",
            Measure::FirstResolution => "first_resolution",
            Measure::Resolution => "resolution",
            Measure::Csat => "csat",
            Measure::Nps => "nps",
            Measure::Ces1 => "ces1",
            Measure::Ces2 => "ces2",
            Measure::Orders => "orders",
            Measure::Revenue(_) => "revenue",
            Measure::OrderValue(_) => "order_value",
            Measure::CustomerValue(_) => "customer_value",
            Measure::Repeat => "repeat",
            Measure::Mail(m) => m.word(),
        }
    }

    /// Its label for people, without the currency.
    pub fn label(self) -> &'static str {
        match self {
            Measure::Open => "Open",
            Measure::Backlog => "Backlog",
            Measure::New => "New",
            Measure::Solved => "Solved",
            Measure::Reopened => "Reopened",
            Measure::FirstReply => "First reply",
            Measure::FirstResolution => "First resolution",
            Measure::Resolution => "Resolution",
            Measure::Csat => "CSAT",
            Measure::Nps => "NPS",
            Measure::Ces1 => "CES 1.0",
            Measure::Ces2 => "CES 2.0",
            Measure::Orders => "Orders",
            Measure::Revenue(_) => "Revenue",
            Measure::OrderValue(_) => "Order value",
            Measure::CustomerValue(_) => "Per customer",
            Measure::Repeat => "Repeat",
            Measure::Mail(m) => m.label(),
        }
    }

    /// The currency of its money.
    pub fn currency(self) -> Option<Currency> {
        match self {
            Measure::Revenue(c) | Measure::OrderValue(c) | Measure::CustomerValue(c) => Some(c),
            _ => None,
        }
    }

    /// How it is made.
    pub fn formula(self) -> &'static str {
        match self {
            Measure::Open => {
                "Tickets that are new, open, pending or on hold now; held against those at the beginning of the window."
            }
            Measure::Backlog => {
                "Tickets that were new, open, pending or on hold at the end of the window: those at its beginning + \
                 new + reopened − solved."
            }
            Measure::New => "Tickets opened in the window.",
            Measure::Solved => {
                "Tickets whose last solve is in the window and that are still solved; each counts once."
            }
            Measure::Reopened => {
                "Of the different tickets solved in the window, those opened again afterwards, until now. Wilson's \
                 interval."
            }
            Measure::FirstReply => {
                "Median of first public human reply − opened, over replies of the window; calendar time."
            }
            Measure::FirstResolution => {
                "Median of first solve − opened, over tickets first solved in the window; calendar time."
            }
            Measure::Resolution => {
                "Median of last solve − opened, over tickets last solved in the window and still solved; calendar time."
            }
            Measure::Csat => "100 · ratings of 4 and 5 / ratings, 1 to 5. Wilson's interval.",
            Measure::Nps => {
                "100 · (ratings of 9 and 10 − ratings of 0 to 6) / ratings, 0 to 10. Adjusted Wald interval."
            }
            Measure::Ces1 => "Mean of the efforts answered, 1 to 5, low is good. Student's interval.",
            Measure::Ces2 => {
                "Mean of the agreements that it was easy, 1 to 7, high is good. Student's interval."
            }
            Measure::Orders => "Orders placed in the window.",
            Measure::Revenue(_) => "Totals of orders placed in the window − money given back in it.",
            Measure::OrderValue(_) => {
                "Revenue of the window / orders of the window, in this currency: what was given back counts."
            }
            Measure::CustomerValue(_) => {
                "Revenue of the window / customers with an order in it, in this currency."
            }
            Measure::Repeat => {
                "Customers who bought on two days or more of the window / customers who bought in it. Wilson's interval."
            }
            Measure::Mail(m) => m.formula(),
        }
    }

    /// What is left out.
    pub fn exclusions(self) -> &'static str {
        match self {
            Measure::Open
            | Measure::Backlog
            | Measure::New
            | Measure::Solved
            | Measure::Reopened
            | Measure::FirstResolution
            | Measure::Resolution => "Left out: spam, and tickets merged into others.",
            Measure::FirstReply => {
                "Left out: spam, tickets merged into others, and those that nobody answered yet."
            }
            Measure::Csat | Measure::Nps | Measure::Ces1 | Measure::Ces2 => {
                "Left out: who did not answer. Other surveys are never mixed in."
            }
            Measure::Orders | Measure::Repeat => "Left out: cancelled orders.",
            Measure::Revenue(_) | Measure::OrderValue(_) | Measure::CustomerValue(_) => {
                "Left out: cancelled orders, and those in other currencies."
            }
            Measure::Mail(m) => m.exclusions(),
        }
    }

    /// The lowest and the highest answer of a survey.
    pub(super) fn scale(self) -> Option<(i64, i64)> {
        let preset = match self {
            Measure::Csat => Preset::Csat,
            Measure::Nps => Preset::Nps,
            Measure::Ces1 => Preset::Ces1,
            Measure::Ces2 => Preset::Ces2,
            _ => return None,
        };
        preset.scale()
    }

    /// Which way is good.
    pub fn good(self) -> Good {
        match self {
            Measure::New => Good::Neither,
            Measure::Open
            | Measure::Backlog
            | Measure::Reopened
            | Measure::FirstReply
            | Measure::FirstResolution
            | Measure::Resolution
            | Measure::Ces1
            | Measure::Mail(_) => Good::Down,
            _ => Good::Up,
        }
    }

    /// Whether it is of now alone: no window has another value.
    pub fn is_of_now(self) -> bool {
        matches!(self, Measure::Mail(_))
    }

    /// Whether it stands at an instant, rather than coming together over the window.
    pub fn is_level(self) -> bool {
        matches!(self, Measure::Open | Measure::Backlog)
    }

    pub(super) fn fold(self) -> Fold {
        match self {
            Measure::Open | Measure::Backlog | Measure::New | Measure::Solved | Measure::Orders => {
                Fold::Count
            }
            Measure::Reopened => Fold::Share(1),
            Measure::FirstReply | Measure::FirstResolution | Measure::Resolution => Fold::Median,
            Measure::Csat => Fold::Share(4),
            Measure::Nps => Fold::Nps,
            Measure::Ces1 | Measure::Ces2 => Fold::Mean,
            Measure::Revenue(c) => Fold::Sum(c),
            Measure::OrderValue(c) | Measure::CustomerValue(c) => Fold::SumEach(c),
            Measure::Repeat => Fold::Share(2),
            Measure::Mail(m) if m.is_count() => Fold::Count,
            Measure::Mail(_) => Fold::Longest,
        }
    }

    /// The facts that it is made of; none: levels, which are made of all changes of the backlog, and how mail stands.
    pub(super) fn metrics(self) -> &'static [Metric] {
        match self {
            Measure::Open | Measure::Backlog | Measure::Mail(_) => &[],
            Measure::New => &[Metric::Created],
            Measure::Solved | Measure::Resolution => &[Metric::Solved],
            Measure::Reopened => &[Metric::Backlog, Metric::Reopened],
            Measure::FirstReply => &[Metric::FirstReply],
            Measure::FirstResolution => &[Metric::FirstSolve],
            Measure::Csat => &[Metric::Csat],
            Measure::Nps => &[Metric::Nps],
            Measure::Ces1 | Measure::Ces2 => &[Metric::Ces],
            Measure::Orders | Measure::Repeat => &[Metric::Revenue],
            Measure::Revenue(_) | Measure::OrderValue(_) | Measure::CustomerValue(_) => {
                &[Metric::Revenue, Metric::Refund]
            }
        }
    }

    /// What a value of this measure is, where there is none: for the heads of tables.
    pub fn unit(self) -> &'static str {
        match self.fold() {
            Fold::Count => "count",
            Fold::Median | Fold::Longest => "ms",
            Fold::Share(_) => "percent",
            Fold::Nps => "nps",
            Fold::Mean => "mean",
            Fold::Sum(_) | Fold::SumEach(_) => "money",
        }
    }

    /// The value of one row in the measure's own unit, for lists of rows: a time, a rating, an amount.
    pub fn row_value(self, value: i64) -> Option<Value> {
        match self {
            Measure::Open | Measure::Backlog | Measure::Mail(_) => Some(Value::Duration(value)),
            Measure::New | Measure::Solved | Measure::Reopened => None,
            Measure::FirstReply | Measure::FirstResolution | Measure::Resolution => {
                Some(Value::Duration(value))
            }
            Measure::Orders => None,
            Measure::Csat | Measure::Nps | Measure::Ces1 | Measure::Ces2 | Measure::Repeat => {
                u64::try_from(value).ok().map(Value::Count)
            }
            Measure::Revenue(c) | Measure::OrderValue(c) | Measure::CustomerValue(c) => {
                Some(Value::Money(crate::model::Money::new(value, c)))
            }
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
            None => Measure::PLAIN.iter().copied().find(|m| m.word() == text).ok_or_else(no),
            Some((word, code)) => {
                let c = Currency::new(code).ok_or_else(no)?;
                [Measure::Revenue(c), Measure::OrderValue(c), Measure::CustomerValue(c)]
                    .into_iter()
                    .find(|m| m.word() == word)
                    .ok_or_else(no)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn measures_are_read_as_they_are_written() {
        let money = [Measure::Revenue(Currency::EUR), Measure::CustomerValue(Currency::USD)];
        for m in Measure::PLAIN.iter().copied().chain(money) {
            assert_eq!(m.to_string().parse(), Ok(m));
        }
        assert!("revenue".parse::<Measure>().is_err() && "revenue:XXQ".parse::<Measure>().is_err());
    }
}
