//! One row a number, one a group, one a band.

use super::{Report, clean};
use crate::insight::{Delta, Measure, Number, Value, show};

const HEADS: [&str; 14] = [
    "section",
    "measure",
    "by",
    "group",
    "value",
    "unit",
    "n",
    "low",
    "high",
    "previous",
    "change",
    "change_unit",
    "small",
    "shown",
];

pub(super) fn write(r: &Report) -> String {
    // Writing into memory does not fail, and UTF-8 comes of UTF-8.
    let mut w = ::csv::Writer::from_writer(Vec::new());
    let _ = w.write_record(HEADS);
    for section in &r.page.sections {
        for n in &section.numbers {
            let _ = w.write_record(cells(section.title, n, "", ""));
            for (what, v) in &n.also {
                let unit = unit(n.id, Some(*v));
                let mut row =
                    vec![section.title.to_owned(), n.id.to_string(), "besides".into(), (*what).into()];
                row.extend([plain(*v), unit, n.n.to_string()]);
                row.extend(std::iter::repeat_n(String::new(), 6));
                row.push(show::value(*v));
                let _ = w.write_record(row);
            }
        }
        if let Some(b) = &section.bands {
            for band in &b.bands {
                let mut row = vec![section.title.to_owned(), b.measure.to_string(), "band".into()];
                row.extend([band.label.to_owned(), band.count.to_string(), "count".into()]);
                row.extend([b.total().to_string()]);
                row.extend(std::iter::repeat_n(String::new(), 6));
                row.push(show::grouped(band.count));
                let _ = w.write_record(row);
            }
        }
        for bars in &section.bars {
            for (label, n) in &bars.groups {
                let _ = w.write_record(cells(section.title, n, bars.by.word(), &harmless(&clean(label))));
            }
        }
    }
    let bytes = w.into_inner().unwrap_or_default();
    String::from_utf8(bytes).unwrap_or_default()
}

fn cells(section: &str, n: &Number, by: &str, group: &str) -> Vec<String> {
    let number = |x: Option<f64>| x.map(decimal).unwrap_or_default();
    let (change, change_unit) = match n.change.map(|c| c.by) {
        Some(Delta::Ratio(p)) => (decimal(p), "percent"),
        Some(Delta::Points(p)) => (decimal(p), "points"),
        Some(Delta::Count(c)) => (c.to_string(), "count"),
        None => (String::new(), ""),
    };
    vec![
        section.to_owned(),
        n.id.to_string(),
        by.to_owned(),
        group.to_owned(),
        n.value.map(plain).unwrap_or_default(),
        unit(n.id, n.value),
        n.n.to_string(),
        number(n.interval.map(|i| i.0)),
        number(n.interval.map(|i| i.1)),
        n.previous.map(plain).unwrap_or_default(),
        change,
        change_unit.to_owned(),
        n.change.map(|c| c.small.to_string()).unwrap_or_default(),
        n.value.map(show::value).unwrap_or_default(),
    ]
}

/// The value without its unit: money in its major unit with all decimals, times in milliseconds.
fn plain(v: Value) -> String {
    match v {
        Value::Money(m) => m.plain(),
        Value::Count(n) => n.to_string(),
        Value::Duration(ms) => ms.to_string(),
        Value::Percent(x) | Value::Score(x) | Value::Mean(x) => decimal(x),
    }
}

fn unit(measure: Measure, v: Option<Value>) -> String {
    match v {
        Some(Value::Money(m)) => m.currency.to_string(),
        Some(Value::Mean(_)) => "mean".into(),
        Some(Value::Count(_)) => "count".into(),
        _ => measure.currency().map_or_else(|| measure.unit().to_owned(), |c| c.to_string()),
    }
}

/// Four decimals at most, the same on every machine.
fn decimal(x: f64) -> String {
    let text = format!("{x:.4}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

/// A label that a spreadsheet would take for a formula gets an apostrophe in front.
fn harmless(label: &str) -> String {
    if label.starts_with(['=', '+', '-', '@']) { format!("'{label}") } else { label.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_no_needless_decimals() {
        assert_eq!([92.0, 0.123_456, -0.000_01, 1200.5].map(decimal), ["92", "0.1235", "0", "1200.5"]);
        assert_eq!(harmless("=cmd"), "'=cmd");
    }
}
