//! The rows behind a number.

use std::collections::BTreeMap;

use super::{
    Measure,
    facts::{FactRow, Facts, Span},
};
use crate::model::{Day, Fact, Id, Kind, Metric, Stamp, money::Currency};

/// A row behind a number: a record, and what it adds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RowRef {
    /// What it is: a ticket, a response, an order, a customer, an outgoing message, a mailbox.
    pub kind: Kind,
    /// Which.
    pub id: Id,
    /// When it counted.
    pub at: Stamp,
    /// What it adds: milliseconds, a rating, minor units, days of purchase, 1. For tickets still open their age.
    pub value: i64,
    /// Whether it is one of `n`: a refund changes the sum but is no order.
    pub counts: bool,
}

/// A row and the fact that it came from, where there is one.
#[derive(Debug, Clone, Copy)]
pub(super) struct Row<'a> {
    pub row: RowRef,
    pub fact: Option<&'a Fact>,
}

impl Row<'_> {
    /// A separate row, without a fact.
    pub fn plain(row: RowRef) -> Row<'static> {
        Row { row, fact: None }
    }
}

/// What orders add to their customer's row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Adds {
    /// Their money.
    Money,
    /// The days on which they were placed.
    Days,
}

impl Facts {
    /// The rows of a measure in a stretch, in the order of their time.
    pub(super) fn rows(&self, measure: Measure, span: Span) -> Vec<Row<'_>> {
        (measure.spec().rows)(self, span, measure.currency().unwrap_or(Currency::EUR))
    }

    /// The facts of a metric, whose rows are records of a kind.
    pub(super) fn plain(&self, metric: Metric, kind: Kind, (from, to): Span) -> Vec<Row<'_>> {
        let row = |f: &'_ FactRow| row(kind, f.id, f.at, f.fact.value);
        self.between(metric, from, to).iter().map(|f| Row { row: row(f), fact: Some(&f.fact) }).collect()
    }

    /// The tickets that are unsolved now.
    pub(super) fn open_now(&self) -> Vec<Row<'_>> {
        self.levels.open(self.window.now.saturating_add(1))
    }

    /// The answers to one version of the effort survey.
    pub(super) fn efforts(&self, preset: &str, span: Span) -> Vec<Row<'_>> {
        let mut all = self.plain(Metric::Ces, Kind::Response, span);
        all.retain(|r| r.fact.is_some_and(|f| f.kind == preset));
        all.into_iter().map(|r| Row::plain(r.row)).collect()
    }

    /// Orders and refunds in one currency; a refund does not count.
    pub(super) fn revenue(&self, span: Span, currency: Currency) -> Vec<Row<'_>> {
        let mut all = self.plain(Metric::Revenue, Kind::Order, span);
        all.extend(self.plain(Metric::Refund, Kind::Order, span).into_iter().map(|mut r| {
            r.row.counts = false;
            r
        }));
        all.retain(|r| r.fact.is_some_and(|f| f.kind == currency.as_str()));
        all.sort_by_key(|r| (r.row.at, r.row.id));
        all
    }

    /// The different tickets solved in a stretch: 1 for those opened again afterwards, else 0.
    pub(super) fn reopened(&self, (from, to): Span) -> Vec<Row<'_>> {
        let mut last_reopen: BTreeMap<Id, Stamp> = BTreeMap::new();
        for f in self.between(Metric::Reopened, from, Stamp::MAX) {
            last_reopen.insert(f.id, f.at);
        }
        let mut first_solve: BTreeMap<Id, (Stamp, &Fact)> = BTreeMap::new();
        for f in self.between(Metric::Backlog, from, to).iter().filter(|f| f.fact.value < 0) {
            first_solve.entry(f.id).or_insert((f.at, &f.fact));
        }
        let again = |id: &Id, at: Stamp| i64::from(last_reopen.get(id).is_some_and(|r| *r > at));
        let mut out: Vec<Row<'_>> = first_solve
            .into_iter()
            .map(|(id, (at, fact))| Row { row: row(Kind::Ticket, id, at, again(&id, at)), fact: Some(fact) })
            .collect();
        out.sort_by_key(|r| (r.row.at, r.row.id));
        out
    }

    /// The customers behind orders: what each brought, or on how many days each bought. Customers who only got money back
    /// change the sum and do not count.
    pub(super) fn customers(&self, orders: Vec<Row<'_>>, adds: Adds) -> Vec<Row<'_>> {
        let mut all: BTreeMap<Id, (RowRef, Option<Day>)> = BTreeMap::new();
        for r in orders {
            let Some(customer) = r.fact.and_then(|f| f.customer) else { continue };
            let empty = RowRef { counts: false, ..row(Kind::Customer, customer, r.row.at, 0) };
            let (sum, day) = all.entry(customer).or_insert((empty, None));
            sum.at = r.row.at;
            sum.counts |= r.row.counts;
            match adds {
                Adds::Money => sum.value = sum.value.saturating_add(r.row.value),
                Adds::Days => {
                    // Rows come in the order of their time, so a day is new when it is not the previous one.
                    let today = Some(self.window.zone.day(r.row.at));
                    if *day != today {
                        *day = today;
                        sum.value += 1;
                    }
                }
            }
        }
        let mut out: Vec<Row<'_>> = all.into_values().map(|(row, _)| Row::plain(row)).collect();
        out.sort_by_key(|r| (r.row.at, r.row.id));
        out
    }
}

pub(super) fn row(kind: Kind, id: Id, at: Stamp, value: i64) -> RowRef {
    RowRef { kind, id, at, value, counts: true }
}
