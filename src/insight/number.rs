//! A number as it stands: its value, how sure it is, and how it changed.

use super::{
    Good, Measure, RowRef, Window,
    facts::Facts,
    measure::{Course, Fold, Level},
    rows::Row,
    stats::{mean, mean_interval, nps, nps_interval, quantile, wilson},
};
use crate::model::{Money, Stamp, money::Currency};

/// Below this many rows a change says little: it is shown greyed.
pub const FEW: u64 = 30;

/// What a number is worth.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Value {
    /// This many.
    Count(u64),
    /// A share, 0 to 100.
    Percent(f64),
    /// A net promoter score, −100 to 100.
    Score(f64),
    /// A mean of answers, on their scale.
    Mean(f64),
    /// Milliseconds.
    Duration(i64),
    /// An amount.
    Money(Money),
}

impl Value {
    /// As a plain number: milliseconds, minor units, per cent.
    pub fn plain(self) -> f64 {
        match self {
            Value::Count(n) => n as f64,
            Value::Percent(p) | Value::Score(p) | Value::Mean(p) => p,
            Value::Duration(ms) => ms as f64,
            Value::Money(m) => m.minor as f64,
        }
    }
}

/// By how much a number changed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Delta {
    /// Per cent of what it was.
    Ratio(f64),
    /// Points: of percentages, scores and means.
    Points(f64),
    /// This many more or less.
    Count(i64),
}

/// How a number changed against the window before.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Change {
    /// By how much.
    pub by: Delta,
    /// Whether it rests on fewer than [`FEW`] rows on either side.
    pub small: bool,
    /// Whether it is for the better; `None` where it is neither, or nothing changed.
    pub better: Option<bool>,
}

impl Change {
    /// Up 1, down −1, else 0, after rounding as shown.
    pub fn sign(self) -> i8 {
        let x = match self.by {
            Delta::Ratio(x) => x.round(),
            Delta::Points(x) => (x * 10.0).round(),
            Delta::Count(n) => n as f64,
        };
        if x > 0.0 {
            1
        } else if x < 0.0 {
            -1
        } else {
            0
        }
    }
}

/// A number.
#[derive(Debug, Clone, PartialEq)]
pub struct Number {
    /// Which.
    pub id: Measure,
    /// For people: `First reply`, `Revenue EUR`.
    pub label: String,
    /// Its value; `None`: there is nothing to make it of. Never 0 for what is unknown.
    pub value: Option<Value>,
    /// Of how many rows.
    pub n: u64,
    /// Its 95 % interval, in the value's unit.
    pub interval: Option<(f64, f64)>,
    /// Its value in the window before.
    pub previous: Option<Value>,
    /// The change; `None` where one of both is missing, or the previous one was 0.
    pub change: Option<Change>,
    /// Which way is good.
    pub good: Good,
    /// Its course through the slices of the window, oldest first; `None`: nothing there, or yet to come.
    pub spark: Vec<Option<f64>>,
    /// What belongs beside it: `p90` and `mean` of times, `mean` of ratings, `refunded` of revenue.
    pub also: Vec<(&'static str, Value)>,
    /// How it is made.
    pub formula: &'static str,
    /// What is left out.
    pub exclusions: &'static str,
}

impl Number {
    /// The same where there is nothing to compare it with.
    pub(super) fn without_previous(self) -> Number {
        Number { previous: None, change: None, ..self }
    }
}

/// The value of rows, how many they are, and its interval.
#[derive(Debug, Clone, Default)]
pub(super) struct Folded {
    pub value: Option<Value>,
    pub n: u64,
    pub interval: Option<(f64, f64)>,
    pub also: Vec<(&'static str, Value)>,
}

/// Works a measure out of its rows.
pub(super) fn fold(measure: Measure, rows: &[RowRef]) -> Folded {
    let n = rows.iter().filter(|r| r.counts).count() as u64;
    let values = || rows.iter().map(|r| r.value).collect::<Vec<i64>>();
    let currency = measure.currency().unwrap_or(Currency::EUR);
    let share = |least: i64| rows.iter().filter(|r| r.value >= least).count() as u64;
    let mut out = Folded { n, ..Folded::default() };
    match measure.spec().fold {
        Fold::Count => out.value = Some(Value::Count(n)),
        Fold::Median => {
            let mut all = values();
            all.sort_unstable();
            let ms = |v: Option<f64>| v.map(|v| Value::Duration(v.round() as i64));
            out.value = ms(quantile(&all, 0.5));
            out.also.extend(ms(quantile(&all, 0.9)).map(|v| ("p90", v)));
            out.also.extend(ms(mean(&all)).map(|v| ("mean", v)));
        }
        Fold::Longest => out.value = values().into_iter().max().map(Value::Duration),
        Fold::Share(least) => {
            let hits = share(least);
            out.value = (n > 0).then(|| Value::Percent(100.0 * hits as f64 / n as f64));
            out.interval = wilson(hits, n).map(|(a, b)| (100.0 * a, 100.0 * b));
            if measure == Measure::Csat {
                out.also.extend(mean(&values()).map(|m| ("mean", Value::Mean(m))));
            }
        }
        Fold::Nps => {
            let promoters = share(9);
            let passives = share(7) - promoters;
            let detractors = n - promoters - passives;
            out.value = nps(promoters, passives, detractors).map(Value::Score);
            out.interval = nps_interval(promoters, passives, detractors);
            if n > 0 {
                let count = |what, n| (what, Value::Count(n));
                out.also = vec![
                    count("promoters", promoters),
                    count("passives", passives),
                    count("detractors", detractors),
                ];
            }
        }
        Fold::Mean => {
            out.value = mean(&values()).map(Value::Mean);
            // An interval that leaves the scale would be of impossible answers.
            let (least, most) = measure.scale().unwrap_or((i64::MIN, i64::MAX));
            let within = |x: f64| x.clamp(least as f64, most as f64);
            out.interval = mean_interval(&values()).map(|(a, b)| (within(a), within(b)));
        }
        Fold::Sum => {
            let refunded = sum(rows.iter().filter(|r| !r.counts), currency);
            out.value = Some(Value::Money(sum(rows, currency)));
            if refunded.minor != 0 {
                out.also.push(("refunded", Value::Money(refunded)));
            }
        }
        Fold::SumEach => {
            let total = sum(rows, currency).minor as f64;
            out.value =
                (n > 0).then(|| Value::Money(Money::new((total / n as f64).round() as i64, currency)));
        }
    }
    out
}

fn sum<'a>(rows: impl IntoIterator<Item = &'a RowRef>, currency: Currency) -> Money {
    let sum: i128 = rows.into_iter().map(|r| i128::from(r.value)).sum();
    let minor = i64::try_from(sum).unwrap_or(if sum < 0 { i64::MIN } else { i64::MAX });
    Money::new(minor, currency)
}

impl Facts {
    /// A number of the window.
    pub(super) fn number(&self, measure: Measure) -> Number {
        if let Some(level) = measure.level() {
            return self.level(measure, level);
        }
        let refs = |span| self.rows(measure, span).into_iter().map(|r: Row| r.row).collect::<Vec<_>>();
        if measure.is_of_now() {
            return of_rows(measure, &refs(self.window.span()), &[], Vec::new()).without_previous();
        }
        let (current, before) = (refs(self.window.span()), refs(self.window.previous));
        let folded = |span| fold(measure, &refs(span)).value.map(Value::plain);
        let spark = match measure.spec().course {
            Course::Rows => spark(measure, &self.window, &current),
            Course::Slices => self.each_slice(|from, end| folded((from, end))),
            Course::Growing => self.each_slice(|_, end| folded((self.window.from, end))),
        };
        of_rows(measure, &current, &before, spark)
    }

    fn each_slice(&self, f: impl Fn(Stamp, Stamp) -> Option<f64>) -> Vec<Option<f64>> {
        let w = &self.window;
        w.slices()
            .into_iter()
            .map(|(from, end)| if from < w.to { f(from, end.min(w.to)) } else { None })
            .collect()
    }

    /// The number of unsolved tickets: now against the beginning of the window, or at its end against the end of the one
    /// before.
    fn level(&self, measure: Measure, level: Level) -> Number {
        let w = &self.window;
        let (at, before) = match level {
            Level::Now => (w.now.saturating_add(1), w.from),
            Level::End => (w.to, w.previous.1),
        };
        let ends: Vec<Stamp> = w
            .slices()
            .into_iter()
            .take_while(|(from, _)| *from < w.to)
            .map(|(_, end)| end.min(w.to))
            .collect();
        let mut instants = ends.clone();
        instants.extend([at, before]);
        instants.sort_unstable();
        instants.dedup();
        let counts = self.levels.counts(&instants);
        let count_at = |t: Stamp| {
            instants.binary_search(&t).ok().and_then(|i| counts.get(i).copied()).unwrap_or_default()
        };
        let mut spark: Vec<Option<f64>> = ends.iter().map(|t| Some(count_at(*t) as f64)).collect();
        spark.resize(w.slices().len(), None);
        let now = Folded { value: Some(Value::Count(count_at(at))), n: count_at(at), ..Folded::default() };
        let then =
            Folded { value: Some(Value::Count(count_at(before))), n: count_at(before), ..Folded::default() };
        assemble(measure, now, then, spark)
    }
}

/// The course of a measure whose rows belong to the slice in which they lie.
pub(super) fn spark(measure: Measure, window: &Window, rows: &[RowRef]) -> Vec<Option<f64>> {
    window
        .slices()
        .into_iter()
        .map(|(from, end)| {
            if from >= window.to {
                return None;
            }
            let (a, b) = (rows.partition_point(|r| r.at < from), rows.partition_point(|r| r.at < end));
            fold(measure, rows.get(a..b.max(a)).unwrap_or_default()).value.map(Value::plain)
        })
        .collect()
}

/// A number of rows and the rows before, both in the order of their time.
pub(super) fn of_rows(
    measure: Measure,
    current: &[RowRef],
    before: &[RowRef],
    spark: Vec<Option<f64>>,
) -> Number {
    assemble(measure, fold(measure, current), fold(measure, before), spark)
}

fn assemble(measure: Measure, now: Folded, then: Folded, spark: Vec<Option<f64>>) -> Number {
    let good = measure.good();
    let by = now.value.zip(then.value).and_then(|(v, p)| delta(measure, v, p));
    let change = by.map(|by| {
        let mut c = Change { by, small: now.n < FEW || then.n < FEW, better: None };
        c.better = match (good, c.sign()) {
            (Good::Neither, _) | (_, 0) => None,
            (Good::Up, s) => Some(s > 0),
            (Good::Down, s) => Some(s < 0),
        };
        c
    });
    Number {
        id: measure,
        label: measure.label(),
        value: now.value,
        n: now.n,
        interval: now.interval,
        previous: then.value,
        change,
        good,
        spark,
        also: now.also,
        formula: measure.formula(),
        exclusions: measure.exclusions(),
    }
}

fn delta(measure: Measure, now: Value, then: Value) -> Option<Delta> {
    let (v, p) = (now.plain(), then.plain());
    match now {
        Value::Count(_) if measure.level().is_some() => Some(Delta::Count((v - p) as i64)),
        Value::Percent(_) | Value::Score(_) | Value::Mean(_) => Some(Delta::Points(v - p)),
        _ => (p != 0.0).then(|| Delta::Ratio(100.0 * (v - p) / p.abs())),
    }
}
