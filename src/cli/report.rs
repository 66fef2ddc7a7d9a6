//! `frontdesk report`: the numbers.

use serde_json::{Map, Value, json};

use super::{
    ctx::Ctx,
    env,
    fail::Fail,
    json,
    out::Form,
    table::{self, Column, aside, fixed, right, text},
};
use crate::{
    insight::{self, Delta, Good, Number, Period, Window, show},
    model::Day,
};

/// What `frontdesk report` is given.
#[derive(Debug, Clone, clap::Args)]
pub struct ReportArgs {
    /// Over which time: today, yesterday, 7d, 30d, week, "last month", 2026-01-01..2026-03-31.
    #[arg(long, value_name = "PERIOD", default_value = "30d")]
    pub window: String,
    /// From a date on; up to --to, or today.
    #[arg(long, value_name = "DATE", conflicts_with = "window")]
    pub from: Option<Day>,
    /// Up to and with a date.
    #[arg(long, value_name = "DATE", requires = "from")]
    pub to: Option<Day>,
    /// The whole page instead of a table of its numbers: text, ascii, markdown, csv or json. The same data gives the
    /// same bytes.
    #[arg(long, value_name = "FORMAT")]
    pub format: Option<insight::report::Format>,
}

/// Prints the numbers.
///
/// # Errors
/// Where the window is none, or the store cannot be read.
pub fn run(ctx: &mut Ctx, args: &ReportArgs) -> Result<(), Fail> {
    let desk = ctx.desk()?;
    let (zone, now) = (ctx.zone(&desk)?, env::now());
    let period = match args.from {
        Some(from) => Period::Between(from, args.to.unwrap_or(zone.day(now))),
        None => args.window.parse::<Period>().map_err(|e| Fail::usage(e.to_string()))?,
    };
    let window = Window::of(period, now, &zone);
    if let Some(format) = args.format {
        let written = desk.read_consistent(|v| insight::report::write(v, &window, format))?;
        return ctx.out.bytes(written.as_bytes());
    }
    let page = desk.read_consistent(|v| insight::page(v, &window))?;
    let mut numbers: Vec<&Number> = Vec::new();
    for number in page.sections.iter().flat_map(|s| &s.numbers).chain(&page.strip) {
        // The strip shows some of the sections' numbers again.
        if !numbers.iter().any(|n| n.id == number.id) {
            numbers.push(number);
        }
    }
    match ctx.out.form {
        Form::Json => {
            let numbers: Vec<Value> = numbers.iter().map(|n| as_json(n)).collect();
            ctx.out.json(&json!({
                "window": {
                    "title": window.title(),
                    "from": json::time(&zone, window.from),
                    "to": json::time(&zone, window.to),
                    "zone": zone.name(),
                },
                "numbers": numbers,
            }))
        }
        _ => {
            const COLUMNS: &[Column] = &[
                text("number"),
                right("value"),
                right("change"),
                right("before"),
                right("n"),
                fixed("course"),
                aside("also"),
            ];
            if ctx.out.tty {
                ctx.out.safe(&window.title())?;
            }
            let rows: Vec<Vec<String>> = numbers.iter().map(|n| row(n)).collect();
            table::print(&mut ctx.out, COLUMNS, &rows, false)
        }
    }
}

fn row(n: &Number) -> Vec<String> {
    vec![
        n.label.clone(),
        show::maybe(n.value),
        n.change.map(|c| show::change(c, false)).unwrap_or_default(),
        show::maybe(n.previous),
        show::grouped(n.n),
        show::spark(&n.spark, 14, false),
        show::also(n),
    ]
}

fn as_json(n: &Number) -> Value {
    let plain = |v: Option<insight::Value>| v.map_or(Value::Null, |v| number(v.plain()));
    let mut out = Map::new();
    out.insert("number".into(), n.id.word().into());
    out.insert("label".into(), n.label.clone().into());
    out.insert("value".into(), plain(n.value));
    out.insert("unit".into(), n.id.unit().into());
    out.insert("currency".into(), n.id.currency().map_or(Value::Null, |c| c.as_str().into()));
    out.insert("shown".into(), show::maybe(n.value).into());
    out.insert("n".into(), n.n.into());
    out.insert("previous".into(), plain(n.previous));
    let change = n.change.map(|c| {
        let (by, in_) = match c.by {
            Delta::Ratio(x) => (number(x), "percent"),
            Delta::Points(x) => (number(x), "points"),
            Delta::Count(x) => (Value::from(x), "count"),
        };
        json!({ "by": by, "in": in_, "few": c.small, "better": c.better })
    });
    out.insert("change".into(), change.unwrap_or(Value::Null));
    let interval = n.interval.map(|(low, high)| json!([number(low), number(high)]));
    out.insert("interval".into(), interval.unwrap_or(Value::Null));
    let spark: Vec<Value> = n.spark.iter().map(|v| v.map_or(Value::Null, number)).collect();
    out.insert("course".into(), spark.into());
    let also: Map<String, Value> = n.also.iter().map(|(k, v)| ((*k).to_owned(), number(v.plain()))).collect();
    out.insert("also".into(), Value::Object(also));
    let good = match n.good {
        Good::Up => "up",
        Good::Down => "down",
        Good::Neither => "neither",
    };
    out.insert("good".into(), good.into());
    out.insert("formula".into(), n.formula.into());
    out.insert("exclusions".into(), n.exclusions.into());
    Value::Object(out)
}

/// A whole number without a point.
fn number(x: f64) -> Value {
    let whole = x.fract() == 0.0 && x.abs() < 9e15;
    if whole { Value::from(x as i64) } else { Value::from((x * 1e6).round() / 1e6) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers_have_no_point() {
        assert_eq!(number(3.0).to_string(), "3");
        assert_eq!(number(-0.5).to_string(), "-0.5");
        assert_eq!(number(f64::NAN), Value::Null);
    }
}
