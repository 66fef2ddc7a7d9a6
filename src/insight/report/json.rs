//! One object: stable keys, numbers in base units (milliseconds, minor units, per cent), stamps as RFC 3339.

use serde_json::{Map, Value as Json, json};

use super::Report;
use crate::insight::{Bands, Delta, Number, Value, show};

pub(super) fn write(r: &Report) -> String {
    let w = &r.page.window;
    let iso = |at| w.zone.iso(at);
    let mut sections = Vec::new();
    for s in &r.page.sections {
        let mut section = Map::new();
        section.insert("title".into(), s.title.into());
        section.insert("numbers".into(), s.numbers.iter().map(number).collect());
        if let Some(b) = &s.bands {
            section.insert("bands".into(), bands(b));
        }
        let splits = s.bars.iter().map(|b| {
            let groups: Json = b
                .groups
                .iter()
                .map(|(label, n)| {
                    let mut group = Map::new();
                    group.insert("group".into(), label.as_str().into());
                    if let Json::Object(rest) = number(n) {
                        group.extend(rest);
                    }
                    Json::Object(group)
                })
                .collect();
            json!({ "measure": b.measure.to_string(), "by": b.by.word(), "groups": groups })
        });
        section.insert("splits".into(), splits.collect());
        sections.push(Json::Object(section));
    }
    let all = json!({
        "name": r.name,
        "window": {
            "period": w.period.to_string(), "from": iso(w.from), "to": iso(w.to), "end": iso(w.end),
            "zone": w.zone.name(),
            "previous": { "from": iso(w.previous.0), "to": iso(w.previous.1) },
        },
        "sections": sections,
    });
    format!("{all:#}\n")
}

fn number(n: &Number) -> Json {
    let change = n.change.map(|c| {
        let (by, unit) = match c.by {
            Delta::Ratio(p) => (decimal(p), "percent"),
            Delta::Points(p) => (decimal(p), "points"),
            Delta::Count(n) => (n.into(), "count"),
        };
        json!({ "by": by, "unit": unit, "small": c.small, "better": c.better })
    });
    let mut also = Map::new();
    for (what, v) in &n.also {
        also.insert((*what).into(), plain(*v));
    }
    json!({
        "measure": n.id.to_string(),
        "label": n.label,
        "value": n.value.map(plain),
        "unit": n.id.unit(),
        "currency": n.id.currency().map(|c| c.to_string()),
        "shown": show::maybe(n.value),
        "n": n.n,
        "interval": n.interval.map(|(a, b)| json!([decimal(a), decimal(b)])),
        "previous": n.previous.map(plain),
        "change": change,
        "spark": n.spark.iter().map(|v| v.map_or(Json::Null, decimal)).collect::<Vec<_>>(),
        "also": also,
        "formula": n.formula,
        "exclusions": n.exclusions,
    })
}

fn bands(b: &Bands) -> Json {
    let all: Vec<Json> = b
        .bands
        .iter()
        .map(|band| {
            let from = (band.from > i64::MIN).then_some(band.from);
            json!({ "label": band.label, "from_ms": from, "to_ms": band.to, "count": band.count })
        })
        .collect();
    json!({
        "measure": b.measure.to_string(), "title": b.title, "bands": all,
        "median_ms": b.median.map(plain), "p90_ms": b.p90.map(plain),
    })
}

fn plain(v: Value) -> Json {
    match v {
        Value::Count(n) => n.into(),
        Value::Duration(ms) => ms.into(),
        Value::Money(m) => m.minor.into(),
        Value::Percent(x) | Value::Score(x) | Value::Mean(x) => decimal(x),
    }
}

/// Four decimals at most, the same on every machine.
fn decimal(x: f64) -> Json {
    let rounded = (x * 10_000.0).round() / 10_000.0;
    json!(rounded + 0.0)
}
