//! The rows behind a number.

use std::collections::BTreeMap;

use super::{Measure, facts::Facts};
use crate::model::{Fact, Id, Kind, Metric, Stamp};

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

impl Facts {
    /// The rows of a measure in [from, to), in the order of their time.
    pub(super) fn rows(&self, measure: Measure, (from, to): (Stamp, Stamp)) -> Vec<Row<'_>> {
        let plain = |metric: Metric, kind: Kind| -> Vec<Row<'_>> {
            self.between(metric, from, to)
                .iter()
                .map(|f| Row { row: row(kind, f.id, f.at, f.fact.value), fact: Some(&f.fact) })
                .collect()
        };
        let of_kind = |word: &str, mut all: Vec<Row<'_>>| -> Vec<Row<'_>> {
            all.retain(|r| r.fact.is_some_and(|f| f.kind == word));
            all.into_iter().map(|r| Row { row: r.row, fact: None }).collect::<Vec<_>>()
        };
        match measure {
            Measure::Open => self.levels.open(self.window.now.saturating_add(1)),
            Measure::Backlog => self.levels.open(to),
            Measure::New => plain(Metric::Created, Kind::Ticket),
            Measure::Solved | Measure::Resolution => plain(Metric::Solved, Kind::Ticket),
            Measure::FirstReply => plain(Metric::FirstReply, Kind::Ticket),
            Measure::FirstResolution => plain(Metric::FirstSolve, Kind::Ticket),
            Measure::Reopened => self.reopened(from, to),
            Measure::Csat => plain(Metric::Csat, Kind::Response),
            Measure::Nps => plain(Metric::Nps, Kind::Response),
            Measure::Ces1 => of_kind("ces1", plain(Metric::Ces, Kind::Response)),
            Measure::Ces2 => of_kind("ces2", plain(Metric::Ces, Kind::Response)),
            Measure::Orders => plain(Metric::Revenue, Kind::Order),
            Measure::Revenue(c) | Measure::OrderValue(c) => {
                let mut all = plain(Metric::Revenue, Kind::Order);
                all.extend(plain(Metric::Refund, Kind::Order).into_iter().map(|mut r| {
                    r.row.counts = false;
                    r
                }));
                all.retain(|r| r.fact.is_some_and(|f| f.kind == c.as_str()));
                all.sort_by_key(|r| (r.row.at, r.row.id));
                all
            }
            Measure::CustomerValue(c) => self.customers(Measure::Revenue(c), (from, to)),
            Measure::Repeat => self.customers(Measure::Orders, (from, to)),
            Measure::Mail(m) => self.mail.rows(m),
        }
    }

    /// The different tickets solved in a stretch: 1 for those opened again afterwards, else 0.
    fn reopened(&self, from: Stamp, to: Stamp) -> Vec<Row<'_>> {
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

    /// The customers behind orders: for revenue what each brought, for orders the days on which each bought. Customers
    /// who only got money back change the sum and do not count.
    fn customers(&self, orders: Measure, span: (Stamp, Stamp)) -> Vec<Row<'_>> {
        let mut all: BTreeMap<Id, (RowRef, Option<crate::model::Day>)> = BTreeMap::new();
        for r in self.rows(orders, span) {
            let Some(customer) = r.fact.and_then(|f| f.customer) else { continue };
            let empty = RowRef { counts: false, ..row(Kind::Customer, customer, r.row.at, 0) };
            let (sum, day) = all.entry(customer).or_insert((empty, None));
            sum.at = r.row.at;
            sum.counts |= r.row.counts;
            if orders == Measure::Orders {
                // Rows come in the order of their time, so a day is new when it is not the one before.
                let today = Some(self.window.zone.day(r.row.at));
                if *day != today {
                    *day = today;
                    sum.value += 1;
                }
            } else {
                sum.value = sum.value.saturating_add(r.row.value);
            }
        }
        let mut out: Vec<Row<'_>> = all.into_values().map(|(row, _)| Row { row, fact: None }).collect();
        out.sort_by_key(|r| (r.row.at, r.row.id));
        out
    }
}

pub(super) fn row(kind: Kind, id: Id, at: Stamp, value: i64) -> RowRef {
    RowRef { kind, id, at, value, counts: true }
}
