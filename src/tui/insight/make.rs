//! The page of a window and the rows behind a number, read from the desk on a worker.

use super::{Bar, Behind, Chart, Line, Page, Row, Section};
use crate::{
    desk::read,
    insight::{self, Bands, Bars, Measure, Number, Period, RowSplit, Topic, Value, Window, show},
    model::{Customer, Id, Kind, Mailbox, Order, Outbox, Response, Stamp, Ticket, zone::Zone},
    store::{StoreError, View, records},
    term::safe::Safe,
    tui::data::FoundRecord,
};

/// More rows than these are not listed: the title says how many there are.
const MOST: usize = 2000;

/// The page of a window.
///
/// # Errors
/// Where the file cannot be read.
pub fn page(view: &dyn View, period: Period, now: Stamp, zone: &Zone) -> Result<Page, StoreError> {
    let window = Window::of(period, now, zone);
    let page = insight::page(view, &window)?;
    let mut sections = Vec::new();
    let mut side = Vec::new();
    for s in &page.sections {
        let mut section = Section { title: s.title.to_owned(), side: false, rows: Vec::new() };
        for n in &s.numbers {
            section.rows.push(Row::Line(Box::new(line(n, &window))));
            if let (Measure::Nps, Some(Value::Score(score)), Some((low, high))) = (n.id, n.value, n.interval)
            {
                section.rows.push(Row::Whisker(low, score, high));
            }
        }
        if s.topic == Topic::Volume {
            section.rows.extend(chart(&s.numbers, &window));
        }
        if let Some(bands) = s.bands.as_ref().filter(|b| b.total() > 0) {
            side.push(of_bands(bands, &window));
        }
        for bars in &s.bars {
            section.rows.push(Row::Head(bars.measure.label().to_owned()));
            section.rows.extend(of_bars(bars, &window));
        }
        if matches!(s.topic, Topic::Split(_)) {
            section.side = true;
        }
        if !section.rows.is_empty() {
            if section.side { side.push(section) } else { sections.push(section) }
        }
    }
    sections.extend(side);
    sections.iter_mut().for_each(align);
    Ok(Page { window: window.title(), sections })
}

/// Gives the bars of a section the same columns.
fn align(section: &mut Section) {
    let mut widest = (0, 0, 0);
    for row in &section.rows {
        if let Row::Bar(b) = row {
            let width = |text: &str| Safe::line(text).width();
            let (label, value, note) = widest;
            widest = (label.max(width(&b.label)), value.max(width(&b.value)), note.max(width(&b.note)));
        }
    }
    for row in &mut section.rows {
        if let Row::Bar(b) = row {
            b.widths = widest;
        }
    }
}

/// What a number means: how it is made, what is left out, and what it was.
fn about(n: &Number) -> String {
    let mut out = format!("{} {}", n.formula, n.exclusions);
    if let Some(previous) = n.previous {
        out.push_str(&format!(" Before: {}.", show::value(previous)));
    }
    let also = show::also(n);
    if !also.is_empty() {
        out.push_str(&format!(" {also}."));
    }
    out
}

fn line(n: &Number, window: &Window) -> Line {
    let p90 = n.also.iter().find(|(what, _)| *what == "p90");
    let sign = n.change.map_or(0, |c| c.sign());
    // The sign is drawn in the look's own glyphs.
    let change = n.change.map(|c| show::change(c, true)).unwrap_or_default();
    Line {
        label: n.label.clone(),
        value: show::maybe(n.value),
        beside: p90.map_or_else(|| show::interval(n), |(_, v)| format!("p90 {}", show::value(*v))),
        change: if sign == 0 { change } else { change.chars().skip(1).collect() },
        sign,
        better: n.change.filter(|c| !c.small).and_then(|c| c.better),
        n: show::says_n(n).then_some(n.n),
        course: n.spark.clone(),
        also: n
            .also
            .iter()
            .filter(|(what, _)| *what != "p90")
            .map(|(what, v)| format!("{what} {}", show::value(*v)))
            .collect::<Vec<_>>()
            .join(" · "),
        about: about(n),
        behind: Behind {
            measure: n.id,
            part: RowSplit::All,
            period: window.period,
            title: format!("{} {}", n.label, show::maybe(n.value)),
        },
    }
}

/// New and solved over each other, where there were any.
fn chart(numbers: &[Number], window: &Window) -> Option<Row> {
    let of = |m: Measure| numbers.iter().find(|n| n.id == m).map(|n| n.spark.clone()).unwrap_or_default();
    let series = vec![("new", of(Measure::New)), ("solved", of(Measure::Solved))];
    let most = series.iter().flat_map(|(_, s)| s).flatten().copied().fold(0.0, f64::max);
    let (first, last) = window.dates();
    let ends = if first == last {
        ("0:00".to_owned(), "24:00".to_owned())
    } else {
        let short =
            |day: crate::model::Day| day.date().map_or(String::new(), |d| d.format("%-d %b").to_string());
        (short(first), short(last))
    };
    let most_of_a_slice = show::grouped(most as u64);
    (most > 0.0).then_some(Row::Chart(Chart { series, most: most_of_a_slice, ends }))
}

fn of_bands(b: &Bands, window: &Window) -> Section {
    let most = b.bands.iter().map(|b| b.count).max().unwrap_or(0).max(1);
    let is_age = b.measure == Measure::Backlog;
    let mut rows = Vec::new();
    if is_age {
        rows.push(Row::Stack(b.bands.iter().map(|b| b.count).collect()));
    }
    for (i, band) in b.bands.iter().enumerate() {
        let inside = |v: Option<Value>| matches!(v, Some(Value::Duration(ms)) if band.contains(ms));
        let mark = |what: &str, v: Option<Value>| {
            v.filter(|_| inside(v)).map(|v| format!("{what} {}", show::value(v)))
        };
        let marks: Vec<String> =
            [mark("median", b.median), mark("p90", b.p90)].into_iter().flatten().collect();
        let percent = 100.0 * band.count as f64 / b.total().max(1) as f64;
        rows.push(Row::Bar(Box::new(Bar {
            label: band.label.to_owned(),
            value: show::grouped(band.count),
            share: band.count as f64 / most as f64,
            shade: is_age.then_some(i),
            // Both in one band have no room for their values, which are in their own lines.
            note: if marks.len() > 1 { "median, p90".to_owned() } else { marks.join("") },
            widths: (0, 0, 0),
            about: format!("{percent:.0} % of {}. {}", show::grouped(b.total()), b.measure.formula()),
            behind: Behind {
                measure: b.measure,
                part: RowSplit::Band(band.from, band.to),
                period: window.period,
                title: format!("{} {} {}", b.measure.label(), band.label, band.count),
            },
        })));
    }
    Section { title: b.title.to_owned(), side: true, rows }
}

fn of_bars(b: &Bars, window: &Window) -> Vec<Row> {
    let size = |n: &Number| n.value.map_or(0.0, Value::plain).max(0.0);
    let most = b.groups.iter().map(|(_, n)| size(n)).fold(0.0, f64::max);
    let bar = |(label, n): &(String, Number)| {
        let value = show::maybe(n.value);
        Row::Bar(Box::new(Bar {
            label: label.clone(),
            value: value.clone(),
            share: if most > 0.0 { size(n) / most } else { 0.0 },
            shade: None,
            note: if show::says_n(n) { format!("n {}", show::grouped(n.n)) } else { String::new() },
            widths: (0, 0, 0),
            about: format!("{} by {}: {}", b.measure.label(), b.by.word(), about(n)),
            behind: Behind {
                measure: b.measure,
                part: RowSplit::Group(b.by, label.clone()),
                period: window.period,
                title: format!("{} · {label} {value}", b.measure.label()),
            },
        }))
    };
    b.groups.iter().map(bar).collect()
}

/// The rows behind a number, newest first: what they are, and they.
///
/// # Errors
/// Where the file cannot be read.
pub fn behind(
    view: &dyn View,
    b: &Behind,
    now: Stamp,
    zone: &Zone,
) -> Result<(String, Vec<FoundRecord>), StoreError> {
    let window = Window::of(b.period, now, zone);
    let rows = insight::rows_of(view, b.measure, &window, &b.part)?;
    let mut out = Vec::new();
    for row in rows.iter().take(MOST) {
        let mut beside = zone.when_exactly(row.at, now);
        if let Some(v) = b.measure.row_value(row.value) {
            beside.push_str(&format!("  {}", show::value(v)));
        }
        out.extend(found(view, row.kind, row.id, beside)?);
    }
    let all = show::grouped(rows.len() as u64);
    let count = match rows.len() {
        1 => "1 row".to_owned(),
        n if n > MOST => format!("the newest {} of {all} rows", show::grouped(MOST as u64)),
        _ => format!("{all} rows"),
    };
    Ok((format!("{}: {count}", b.title), out))
}

/// A row as something to open: its ticket, or whose it is.
fn found(view: &dyn View, kind: Kind, id: Id, beside: String) -> Result<Option<FoundRecord>, StoreError> {
    let name = |c: Id| read::name_of(view, Kind::Customer, c);
    let number = |c: Id| Ok::<_, StoreError>(records::get::<Customer>(view, c)?.map_or(0, |c| c.number));
    let (kind, id, number, name, what) = match kind {
        Kind::Ticket => match records::get::<Ticket>(view, id)? {
            Some(t) => (kind, id, t.number, t.subject.clone(), name(t.requester)?),
            None => return Ok(None),
        },
        Kind::Order => match records::get::<Order>(view, id)? {
            Some(o) => (
                Kind::Customer,
                o.customer,
                number(o.customer)?,
                name(o.customer)?,
                crate::model::number::show(Kind::Order, o.number),
            ),
            None => return Ok(None),
        },
        Kind::Response => match records::get::<Response>(view, id)? {
            Some(r) => {
                // An answer about a ticket opens that ticket.
                let about = match r.ticket {
                    Some(t) => records::get::<Ticket>(view, t)?,
                    None => None,
                };
                let who = name(r.customer)?;
                match about {
                    Some(t) => (Kind::Ticket, t.id, t.number, who, r.comment),
                    None => (Kind::Customer, r.customer, number(r.customer)?, who, r.comment),
                }
            }
            None => return Ok(None),
        },
        Kind::Customer => (kind, id, number(id)?, name(id)?, String::new()),
        // An outgoing message is on its ticket.
        Kind::Outbox => {
            let ticket = match records::get::<Outbox>(view, id)? {
                Some(o) => records::get::<Ticket>(view, o.ticket)?,
                None => None,
            };
            match ticket {
                Some(t) => (Kind::Ticket, t.id, t.number, t.subject.clone(), name(t.requester)?),
                None => return Ok(None),
            }
        }
        Kind::Mailbox => match records::get::<Mailbox>(view, id)? {
            Some(m) => (kind, id, m.number, m.address, String::new()),
            None => return Ok(None),
        },
        _ => return Ok(None),
    };
    let beside = if what.is_empty() { beside } else { format!("{beside}  {what}") };
    Ok(Some(FoundRecord { kind, id, number, name, beside, marks: Vec::new(), by: None }))
}
