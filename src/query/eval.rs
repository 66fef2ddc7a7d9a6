//! The naive evaluator: asks one record after the other. What is right here is what every faster one must equal.

use std::{borrow::Cow, cell::OnceCell, cmp::Ordering};

use super::{
    Bound, Row, Value,
    bind::{BoundSort, Pred, Test, TextTest},
    schema::{FieldDef, FieldKind, Link},
};
use crate::model::Day;
use crate::model::{
    Currency,
    fold::{fold, fold_text},
    money::{Decimal, DecimalMark},
};

/// Whether a record meets a query.
pub fn matches(bound: &Bound, row: &dyn Row) -> bool {
    let asked = Asked { row, text: OnceCell::new() };
    bound.pred.as_ref().is_none_or(|p| asked.meets(p))
}

/// The rows that meet a query, in its order, up to its limit. Rows that the order does not part stay as they came.
pub fn select<R: Row>(bound: &Bound, rows: impl IntoIterator<Item = R>) -> Vec<R> {
    let meeting = rows.into_iter().filter(|r| matches(bound, r));
    let limit = bound.limit.unwrap_or(usize::MAX);
    let Some(sort) = &bound.sort else { return meeting.take(limit).collect() };
    let mut out: Vec<R> = meeting.collect();
    out.sort_by_cached_key(|r| sort_key(sort, r));
    out.truncate(limit);
    out
}

/// Which of two records comes first; those that have no value come last, whichever way the order goes.
pub fn compare(sort: &BoundSort, a: &dyn Row, b: &dyn Row) -> Ordering {
    sort_key(sort, a).cmp(&sort_key(sort, b))
}

/// The key by which a record is ordered: smaller ones come first.
pub fn sort_key(sort: &BoundSort, row: &dyn Row) -> SortKey {
    let mut values = Vec::new();
    row.values(&sort.field, &mut values);
    let key = values.first().map(|v| part(v, sort.def));
    let then = sort.then.iter().map(|s| sort_key(s, row)).collect();
    SortKey { key, descending: sort.descending, then }
}

/// By what one value of a field is ordered.
pub fn part(value: &Value<'_>, def: &FieldDef) -> SortPart {
    match (value, def.kind) {
        (Value::Text(t), FieldKind::Enum) => {
            let at = def.values.iter().position(|w| w == t).unwrap_or(def.values.len());
            SortPart::Number(i128::try_from(at).unwrap_or(i128::MAX))
        }
        (Value::Text(t), FieldKind::Custom) => match ten_thousandths(without_currency(t).0) {
            Some(n) => SortPart::Number(n.into()),
            None => SortPart::Text(fold(t)),
        },
        (Value::Text(t), _) => SortPart::Text(fold(t)),
        (Value::Person { name, .. }, _) => SortPart::Text(fold(name)),
        (v, _) => SortPart::Number(v.rank().unwrap_or_default()),
    }
}

/// See [`sort_key`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SortKey {
    key: Option<SortPart>,
    descending: bool,
    then: Vec<SortKey>,
}

/// A value as ordered: numbers before texts.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum SortPart {
    /// A number, as [`Value::rank`] has it.
    Number(i128),
    /// A text, folded.
    Text(String),
}

impl Ord for SortKey {
    fn cmp(&self, other: &SortKey) -> Ordering {
        let first = match (&self.key, &other.key) {
            (Some(a), Some(b)) if self.descending => b.cmp(a),
            (Some(a), Some(b)) => a.cmp(b),
            (a, b) => b.is_some().cmp(&a.is_some()),
        };
        first.then_with(|| self.then.cmp(&other.then))
    }
}

impl PartialOrd for SortKey {
    fn partial_cmp(&self, other: &SortKey) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// A record that is asked, with its text folded once.
struct Asked<'r> {
    row: &'r dyn Row,
    text: OnceCell<(Cow<'r, str>, String)>,
}

impl Asked<'_> {
    fn meets(&self, pred: &Pred) -> bool {
        match pred {
            Pred::All(all) => all.iter().all(|p| self.meets(p)),
            Pred::Any(any) => any.iter().any(|p| self.meets(p)),
            Pred::Not(p) => !self.meets(p),
            Pred::Number(n) => self.row.number() == Some(*n),
            Pred::Members(ids) => self.row.id().is_some_and(|id| ids.contains(&id)),
            Pred::Joined(j) => {
                let Some(ids) = &j.ids else { return false };
                match j.join.by {
                    Link::Names => {
                        let mut named = Vec::new();
                        self.row.links(j.join.name, &mut named);
                        named.iter().any(|id| ids.contains(id))
                    }
                    Link::NamedBy(_) => self.row.id().is_some_and(|id| ids.contains(&id)),
                }
            }
            Pred::Text(t) => {
                let (text, folded) = self.text.get_or_init(|| {
                    let text = self.row.text();
                    let folded = fold_text(&text);
                    (text, folded)
                });
                t.matches(text, folded)
            }
            Pred::Field { name, tests, .. } => {
                let mut values = Vec::new();
                self.row.values(name, &mut values);
                tests.iter().any(|t| match t {
                    Test::Missing => values.is_empty(),
                    Test::Present => !values.is_empty(),
                    t => values.iter().any(|v| passes(t, v)),
                })
            }
        }
    }
}

/// Whether a test passes for one value; of [`Test::Missing`] none does.
pub fn passes(test: &Test, value: &Value<'_>) -> bool {
    match (test, value) {
        (Test::Missing, _) => false,
        (Test::Present, _) => true,
        // The date of a custom field.
        (Test::Between(from, to), Value::Text(t)) => {
            t.parse::<Day>().is_ok_and(|d| (*from..=*to).contains(&i64::from(d.0)))
        }
        (Test::Between(from, to), v) => {
            v.rank().is_some_and(|n| (i128::from(*from)..=i128::from(*to)).contains(&n))
        }
        (Test::Amount(from, to, currency), Value::Text(t)) => {
            let (amount, code) = without_currency(t);
            currency.is_none_or(|c| code == Some(c))
                && ten_thousandths(amount).is_some_and(|n| (*from..=*to).contains(&n))
        }
        (Test::Amount(from, to, currency), v @ Value::Money(_, code)) => {
            currency.is_none_or(|c| Currency::new(code) == Some(c))
                && v.rank().is_some_and(|n| (i128::from(*from)..=i128::from(*to)).contains(&n))
        }
        (Test::OneOf(words), Value::Text(t)) => words.contains(&t.as_ref()),
        (Test::Text(t), Value::Text(text)) => text_holds(t, text),
        (Test::Text(t), Value::Person { name, handle, .. }) => text_holds(t, name) || text_holds(t, handle),
        (Test::Agent(id), Value::Person { id: who, .. }) => id == who,
        (Test::Handle(h), Value::Person { handle, .. }) => fold(handle) == *h,
        _ => false,
    }
}

fn text_holds(test: &TextTest, text: &str) -> bool {
    let folded = if test.wants_folded() { fold(text) } else { String::new() };
    test.matches(text, &folded)
}

/// The amount of a custom field, `12.50 EUR`, and its currency; a text without one is the amount.
fn without_currency(text: &str) -> (&str, Option<Currency>) {
    match text.rsplit_once(' ').and_then(|(amount, code)| Some((amount, Currency::new(code)?))) {
        Some((amount, currency)) => (amount, Some(currency)),
        None => (text, None),
    }
}

/// A text that is a number, in ten-thousandths.
fn ten_thousandths(text: &str) -> Option<i64> {
    Decimal::parse(text, DecimalMark::Point).ok()?.exact(4).ok()
}
