//! Bands: how old the backlog is, and how long first replies took.

use super::{Measure, Value, facts::Facts, stats::quantile};

/// A band of times, half-open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Band {
    /// For people: `1–3 d`.
    pub label: &'static str,
    /// Its lower edge in milliseconds.
    pub from: i64,
    /// Its upper edge, not in it; `None`: none.
    pub to: Option<i64>,
    /// How many rows lie in it: those of the measure whose value falls in it.
    pub count: u64,
}

impl Band {
    /// Whether a time falls in it.
    pub fn contains(&self, ms: i64) -> bool {
        self.from <= ms && self.to.is_none_or(|to| ms < to)
    }
}

/// The bands of a measure, shortest first.
#[derive(Debug, Clone, PartialEq)]
pub struct Bands {
    /// The measure whose rows they contain.
    pub measure: Measure,
    /// Title for people.
    pub title: &'static str,
    /// The bands.
    pub bands: Vec<Band>,
    /// The median of all rows, in milliseconds.
    pub median: Option<Value>,
    /// The 90th percentile.
    pub p90: Option<Value>,
}

impl Bands {
    /// All rows.
    pub fn total(&self) -> u64 {
        self.bands.iter().map(|b| b.count).sum()
    }
}

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// Upper edges of backlog ages.
const AGES: &[(&str, i64)] =
    &[("0–1 d", DAY), ("1–3 d", 3 * DAY), ("3–7 d", 7 * DAY), ("7–30 d", 30 * DAY), ("30+ d", i64::MAX)];

/// Upper edges of reply times, each some four times the previous one.
const REPLIES: &[(&str, i64)] = &[
    ("0–5 m", 5 * MINUTE),
    ("5–15 m", 15 * MINUTE),
    ("15–60 m", HOUR),
    ("1–4 h", 4 * HOUR),
    ("4–12 h", 12 * HOUR),
    ("12–24 h", DAY),
    ("1–3 d", 3 * DAY),
    ("3–7 d", 7 * DAY),
    ("7+ d", i64::MAX),
];

fn bands(measure: Measure, title: &'static str, edges: &[(&'static str, i64)], values: Vec<i64>) -> Bands {
    let mut sorted = values;
    sorted.sort_unstable();
    let mut from = i64::MIN;
    let mut out = Vec::new();
    for (label, edge) in edges {
        let to = (*edge < i64::MAX).then_some(*edge);
        let below = |ms: i64| sorted.partition_point(|v| *v < ms);
        let count = to.map_or(sorted.len(), below) - below(from);
        out.push(Band { label, from, to, count: count as u64 });
        from = *edge;
    }
    let at = |q| quantile(&sorted, q).map(|v| Value::Duration(v.round() as i64));
    Bands { measure, title, bands: out, median: at(0.5), p90: at(0.9) }
}

impl Facts {
    fn values(&self, measure: Measure) -> Vec<i64> {
        self.rows(measure, self.window.span()).into_iter().map(|r| r.row.value).collect()
    }

    /// The ages of the tickets unsolved at the end of the window.
    pub(super) fn ages(&self) -> Bands {
        bands(Measure::Backlog, "Backlog by age", AGES, self.values(Measure::Backlog))
    }

    /// The times to the first reply.
    pub(super) fn reply_times(&self) -> Bands {
        bands(Measure::FirstReply, "Time to first reply", REPLIES, self.values(Measure::FirstReply))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_time_lies_in_one_band() {
        let values = vec![0, DAY - 1, DAY, 3 * DAY, 29 * DAY, 30 * DAY, 900 * DAY, -5];
        let b = bands(Measure::Backlog, "", AGES, values.clone());
        assert_eq!(b.bands.iter().map(|b| b.count).collect::<Vec<_>>(), [3, 1, 1, 1, 2]);
        for band in &b.bands {
            assert_eq!(values.iter().filter(|v| band.contains(**v)).count() as u64, band.count);
        }
        assert_eq!(b.total(), 8);
    }
}
