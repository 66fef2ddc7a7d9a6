//! The facts of a window and of the previous one, read in one pass over each metric.

use std::collections::BTreeMap;

use super::{Measure, Window, levels::Levels, mail::MailFacts, measure::Reads};
use crate::{
    model::{Day, Fact, Id, Key, KeyReader, Metric, Stamp, Table, Workspace, money::Currency},
    store::{Range, Scan, StoreError, View, records},
};

/// A half-open stretch of time: from, and before to.
pub(super) type Span = (Stamp, Stamp);

/// A fact with its key.
#[derive(Debug)]
pub(super) struct FactRow {
    pub at: Stamp,
    pub id: Id,
    pub fact: Fact,
}

/// The facts behind the numbers of a window.
#[derive(Debug)]
pub(super) struct Facts {
    pub window: Window,
    pub levels: Levels,
    pub mail: MailFacts,
    /// The workspace's currency, where it has one.
    pub currency: Option<Currency>,
    by: BTreeMap<Metric, Vec<FactRow>>,
}

const DAY: i64 = 86_400_000;

impl Facts {
    /// Reads what these measures need; whatever currency they name, orders of all are read.
    pub fn load(view: &dyn View, window: &Window, measures: &[Measure]) -> Result<Facts, StoreError> {
        let mut by = BTreeMap::new();
        for m in measures {
            let Reads::Facts(metrics) = m.spec().reads else { continue };
            for metric in metrics {
                if !by.contains_key(metric) {
                    by.insert(*metric, read(view, *metric, window)?);
                }
            }
        }
        let last = window.to.max(window.now.saturating_add(1));
        let has_level = measures.iter().any(|m| m.level().is_some());
        let levels = if has_level { Levels::load(view, last)? } else { Levels::default() };
        let has_mail = measures.iter().any(|m| m.is_of_now());
        let mail = if has_mail { MailFacts::load(view, window.now)? } else { MailFacts::default() };
        let workspace = records::get::<Workspace>(view, Id::NIL)?;
        let currency = workspace.and_then(|w| Currency::new(&w.currency));
        Ok(Facts { window: window.clone(), levels, mail, currency, by })
    }

    /// The facts of a metric in [from, to), in the order of their time.
    pub fn between(&self, metric: Metric, from: Stamp, to: Stamp) -> &[FactRow] {
        let all = self.by.get(&metric).map_or(&[][..], Vec::as_slice);
        let (start, end) = (all.partition_point(|f| f.at < from), all.partition_point(|f| f.at < to));
        all.get(start..end.max(start)).unwrap_or_default()
    }

    /// The currencies of the orders of both windows: the workspace's own first, then those with most orders.
    pub fn currencies(&self) -> Vec<Currency> {
        let mut counts: BTreeMap<Currency, usize> = BTreeMap::new();
        for metric in [Metric::Revenue, Metric::Refund] {
            for f in self.between(metric, Stamp::MIN, Stamp::MAX) {
                if let Some(c) = Currency::new(&f.fact.kind) {
                    *counts.entry(c).or_default() += 1;
                }
            }
        }
        counts.extend(self.currency.map(|c| (c, usize::MAX)));
        let mut out: Vec<(Currency, usize)> = counts.into_iter().collect();
        out.sort_by_key(|(c, n)| (std::cmp::Reverse(*n), *c));
        out.into_iter().map(|(c, _)| c).collect()
    }
}

fn read(view: &dyn View, metric: Metric, window: &Window) -> Result<Vec<FactRow>, StoreError> {
    let (from, to) = match metric {
        // Whether a ticket solved in the window was opened again is known only afterwards.
        Metric::Reopened => (window.previous.0, Stamp::MAX),
        // Dates without a moment are at midnight UTC, and belong to the same date here.
        Metric::Revenue | Metric::Refund => {
            (window.previous.0.saturating_sub(DAY), window.to.saturating_add(DAY))
        }
        _ => (window.previous.0, window.to),
    };
    let key = |at: Stamp| Key::new().u8(metric.code()).at(at).into_bytes();
    let mut out = Vec::new();
    view.scan(Table::Fact, &Range::between(key(from), key(to)), Scan::Forward, &mut |k, v| {
        let mut r = KeyReader(k);
        let (_, at, id) = (r.u8(), r.at(), r.id());
        if let (Some(at), Some(id), Some(fact)) = (at, id, Fact::decode(v)) {
            out.push(FactRow { at, id, fact });
        }
        true
    })?;
    if matches!(metric, Metric::Revenue | Metric::Refund) {
        for f in out.iter_mut().filter(|f| f.at.rem_euclid(DAY) == 0) {
            f.at = window.zone.start_of_day(Day::of_utc_ms(f.at));
        }
        out.retain(|f| window.previous.0 <= f.at && f.at < window.to);
        out.sort_by_key(|f| (f.at, f.id));
    }
    Ok(out)
}
