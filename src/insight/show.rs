//! Numbers as text, for the screen and the shell.

use super::{Change, Delta, Number, Value};
use crate::model::Money;

/// The placeholder for a value that there is none of.
pub const NOTHING: &str = "–";

const MINUTE: i64 = 60_000;

/// A value: `1,204`, `92 %`, `+34`, `4.5`, `38 m`, `1:42 h`, `3.2 d`, `€3,204`.
pub fn value(value: Value) -> String {
    match value {
        Value::Count(n) => grouped(n),
        Value::Percent(p) => format!("{} %", percent(p)),
        Value::Score(s) => score(s),
        Value::Mean(m) => format!("{m:.1}"),
        Value::Duration(ms) => duration(ms),
        Value::Money(m) => money(m),
    }
}

/// A value, or `–`.
pub fn maybe(v: Option<Value>) -> String {
    v.map_or_else(|| NOTHING.to_owned(), value)
}

/// A whole number with its thousands apart: `1,204`.
pub fn grouped(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::new();
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(c);
    }
    out
}

/// Whole per cent; a decimal only where rounding would claim all or none.
fn percent(p: f64) -> String {
    let claims = (p.round() >= 100.0 && p < 100.0) || (p.round() <= 0.0 && p > 0.0);
    if claims { format!("{:.1}", p.clamp(0.1, 99.9)) } else { format!("{p:.0}") }
}

fn score(s: f64) -> String {
    let s = s.round();
    if s > 0.0 { format!("+{s:.0}") } else { format!("{:.0}", if s == 0.0 { 0.0 } else { s }) }
}

/// A length of time with its unit: `45 s`, `38 m`, `1:42 h`, `3.2 d`, `23 d`.
pub fn duration(ms: i64) -> String {
    let sign = if ms < 0 { "-" } else { "" };
    let ms = ms.unsigned_abs().cast_signed().max(0);
    let seconds = ms.saturating_add(500) / 1000;
    let minutes = ms.saturating_add(MINUTE / 2) / MINUTE;
    let days = ms as f64 / (24.0 * 60.0 * MINUTE as f64);
    let text = match minutes {
        _ if seconds < 60 => format!("{seconds} s"),
        m if m < 60 => format!("{m} m"),
        m if m < 24 * 60 => format!("{}:{:02} h", m / 60, m % 60),
        _ if days < 9.95 => format!("{days:.1} d"),
        _ => format!("{days:.0} d"),
    };
    format!("{sign}{text}")
}

/// An amount for narrow places: from a hundred on without decimals.
pub fn money(m: Money) -> String {
    let by = 10_i64.checked_pow(m.currency.exponent()).unwrap_or(1).max(1);
    if m.minor.unsigned_abs() < by.unsigned_abs().saturating_mul(100) {
        return m.short();
    }
    let half = if m.minor < 0 { -(by / 2) } else { by / 2 };
    let whole = m.minor.saturating_add(half) / by;
    Money::new(whole.saturating_mul(by), m.currency).short()
}

/// A change: `▲12 %`, `▼2 pt`, `▲3`, `=`; in ASCII `+12 %`.
pub fn change(c: Change, ascii: bool) -> String {
    let (up, down) = if ascii { ("+", "-") } else { ("▲", "▼") };
    let mark = match c.sign() {
        0 => return "=".to_owned(),
        1 => up,
        _ => down,
    };
    match c.by {
        Delta::Ratio(p) if p >= 1000.0 => format!("{mark}{:.0}×", p / 100.0 + 1.0),
        Delta::Ratio(p) => format!("{mark}{:.0} %", p.abs()),
        Delta::Points(p) if p.abs() < 9.95 => format!("{mark}{:.1} pt", p.abs()),
        Delta::Points(p) => format!("{mark}{:.0} pt", p.abs()),
        Delta::Count(n) => format!("{mark}{}", grouped(n.unsigned_abs())),
    }
}

/// The interval of a number: `(22…45)`; empty where it has none.
pub fn interval(n: &Number) -> String {
    let Some((low, high)) = n.interval.filter(|_| n.value.is_some()) else { return String::new() };
    match n.value {
        Some(Value::Mean(_)) => format!("({low:.1}…{high:.1})"),
        Some(Value::Score(_)) => format!("({:.0}…{:.0})", low.round() + 0.0, high.round() + 0.0),
        _ => format!("({low:.0}…{high:.0} %)"),
    }
}

/// The glyphs of a sparkline, lowest first.
const GLYPHS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
const ASCII: [char; 6] = ['_', '.', '-', '=', '*', '#'];

/// A sparkline of at most `width` glyphs, from 0 (or the lowest below it) to the highest; where there is nothing it is blank.
pub fn spark(values: &[Option<f64>], width: usize, ascii: bool) -> String {
    let glyphs: &[char] = if ascii { &ASCII } else { &GLYPHS };
    levels(values, width, glyphs.len())
        .into_iter()
        .map(|l| l.and_then(|l| glyphs.get(l).copied()).unwrap_or(' '))
        .collect()
}

/// The same as steps from 0 to below `steps`.
pub fn levels(values: &[Option<f64>], width: usize, steps: usize) -> Vec<Option<usize>> {
    let few = resampled(values, width);
    let known = || few.iter().flatten().copied();
    let low = known().fold(0.0_f64, f64::min);
    let high = known().fold(low, f64::max);
    few.iter().map(|v| v.map(|v| level(v, (low, high), steps))).collect()
}

/// The same on a scale that goes from 0 to `top`, for courses over each other.
pub fn levels_to(values: &[Option<f64>], width: usize, steps: usize, top: f64) -> Vec<Option<usize>> {
    resampled(values, width).iter().map(|v| v.map(|v| level(v, (0.0, top), steps))).collect()
}

fn level(v: f64, (low, high): (f64, f64), steps: usize) -> usize {
    let top = steps.saturating_sub(1) as f64;
    if high > low { ((v - low) / (high - low) * top).round().clamp(0.0, top) as usize } else { 0 }
}

/// At most `width` values: the means of neighbours.
fn resampled(values: &[Option<f64>], width: usize) -> Vec<Option<f64>> {
    if values.len() <= width {
        return values.to_vec();
    }
    (0..width)
        .map(|i| {
            let (a, b) = (i * values.len() / width, (i + 1) * values.len() / width);
            let known: Vec<f64> = values.get(a..b).unwrap_or_default().iter().flatten().copied().collect();
            (!known.is_empty()).then(|| known.iter().sum::<f64>() / known.len() as f64)
        })
        .collect()
}

/// The details shown next to a value: `p90 4:10 h · mean 1:20 h`; empty where there is nothing.
pub fn also(n: &Number) -> String {
    let one = |(what, v): &(&'static str, Value)| format!("{what} {}", value(*v));
    n.also.iter().map(one).collect::<Vec<_>>().join(" · ")
}

/// A number in a line: `First reply 38 m ▼12 % n 61`.
pub fn line(n: &Number, ascii: bool) -> String {
    let mut parts = vec![n.label.clone(), maybe(n.value)];
    parts.push(interval(n));
    parts.push(n.change.map(|c| change(c, ascii)).unwrap_or_default());
    if says_n(n) {
        parts.push(format!("n {}", grouped(n.n)));
    }
    parts.retain(|p| !p.is_empty());
    parts.join(" ")
}

/// Whether n says more than the value does.
pub fn says_n(n: &Number) -> bool {
    n.value.is_some() && !matches!(n.value, Some(Value::Count(_)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::money::Currency;

    #[test]
    fn values_are_short_and_have_their_unit() {
        let shown = |v| value(v);
        assert_eq!(shown(Value::Count(1_204_567)), "1,204,567");
        assert_eq!(
            [92.4, 99.96, 0.04, 100.0, 0.0].map(|p| shown(Value::Percent(p))),
            ["92 %", "99.9 %", "0.1 %", "100 %", "0 %"]
        );
        assert_eq!([34.4, -0.2, -12.0].map(|s| shown(Value::Score(s))), ["+34", "0", "-12"]);
        let minutes = [0.0, 0.75, 38.2, 59.7, 102.0, 23.0 * 60.0, 49.0 * 60.0, 23.0 * 1440.0, -90.0];
        assert_eq!(
            minutes.map(|m| duration((m * MINUTE as f64) as i64)),
            ["0 s", "45 s", "38 m", "1:00 h", "1:42 h", "23:00 h", "2.0 d", "23 d", "-1:30 h"]
        );
        let eur = |minor| money(Money::new(minor, Currency::EUR));
        assert_eq!([320_449, 2933, 2900, -10_050].map(eur), ["€3,204", "€29.33", "€29", "-€101"]);
        assert_eq!(maybe(None), "–");
        assert!(duration(i64::MAX).ends_with(" d") && duration(i64::MIN).starts_with('-'));
    }

    #[test]
    fn changes_have_a_mark_beside_their_colour() {
        let c = |by| change(Change { by, small: false, better: None }, false);
        assert_eq!(c(Delta::Ratio(12.3)), "▲12 %");
        assert_eq!(c(Delta::Ratio(-12.3)), "▼12 %");
        assert_eq!(c(Delta::Ratio(0.3)), "=");
        assert_eq!(c(Delta::Ratio(1100.0)), "▲12×");
        assert_eq!(c(Delta::Points(2.04)), "▲2.0 pt");
        assert_eq!(c(Delta::Count(-1200)), "▼1,200");
        let up = Change { by: Delta::Count(3), small: false, better: None };
        assert_eq!(change(up, true), "+3");
    }

    #[test]
    fn sparklines_begin_at_nought_and_leave_gaps() {
        assert_eq!(spark(&[Some(0.0), Some(7.0), None, Some(3.0)], 8, false), "▁█ ▄");
        assert_eq!(spark(&[Some(0.0), Some(5.0)], 8, true), "_#");
        assert_eq!(spark(&[Some(-1.0), Some(0.0), Some(1.0)], 8, false), "▁▅█");
        assert_eq!(spark(&[Some(0.0); 3], 8, false), "▁▁▁");
        assert_eq!(spark(&[Some(5.0); 40], 8, false).chars().count(), 8);
        assert_eq!(spark(&[], 8, false), "");
    }
}
