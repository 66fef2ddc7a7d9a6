//! The numbers, made for reading.

use super::Seat;
use crate::{
    desk::read,
    insight::{self, Good, Measure, Number, Period, Window, show},
    model::{Customer, Id, Kind, Order, Response, Ticket},
    store::{StoreError, View, records},
    tui::data::{self, Answer, Found, Numbers, Section, Tile, Trend},
};

/// Bars of a course.
const COURSE: usize = 8;

fn window(seat: &Seat) -> Window {
    Window::of(Period::Days(30), seat.now, &seat.asker.zone)
}

/// The strip and the page.
pub fn page(view: &dyn View, seat: &Seat) -> Result<Answer, StoreError> {
    let window = window(seat);
    let page = insight::page(view, &window)?;
    let sections = page
        .sections
        .iter()
        .filter(|s| !s.numbers.is_empty())
        .map(|s| Section { title: s.title.to_owned(), numbers: s.numbers.iter().map(number).collect() });
    Ok(Answer::Numbers(Box::new(Numbers {
        window: window.period.label(),
        strip: page.strip.iter().map(tile).collect(),
        sections: sections.collect(),
    })))
}

fn number(n: &Number) -> data::Number {
    let about = [n.id.formula(), n.id.exclusions()].into_iter().filter(|t| !t.is_empty());
    data::Number { tile: tile(n), about: about.collect::<Vec<_>>().join(" "), behind: n.id.word().to_owned() }
}

fn tile(n: &Number) -> Tile {
    let change = n.change.map(|c| show::change(c, true)).unwrap_or_default();
    let change = change.trim_start_matches(['+', '-', '=']).trim().to_owned();
    let trend = match n.change.map_or(0, |c| c.sign()) {
        1.. => Trend::Up,
        0 => Trend::Same,
        _ => Trend::Down,
    };
    let levels = show::levels(&n.spark, COURSE, 8);
    Tile {
        label: n.label.clone(),
        value: show::maybe(n.value),
        change,
        trend,
        good_is_up: match n.id.good() {
            Good::Up => Some(true),
            Good::Down => Some(false),
            Good::Neither => None,
        },
        n: show::says_n(n).then_some(n.n),
        spark: levels.into_iter().map(|l| l.and_then(|l| u8::try_from(l).ok())).collect(),
    }
}

/// The rows behind a number.
pub fn behind(view: &dyn View, seat: &Seat, word: &str) -> Result<Answer, StoreError> {
    let Ok(measure) = word.parse::<Measure>() else {
        return Ok(Answer::Failed(format!("there is no number {word}")));
    };
    let mut out = Vec::new();
    for row in insight::rows(view, measure, &window(seat))? {
        let when = seat.asker.zone.when(row.at, seat.now);
        out.extend(found(view, row.kind, row.id, when)?);
    }
    let title = format!("{}: {} rows", measure.label(), out.len());
    Ok(Answer::Behind(title, out))
}

/// A row as something to open: its ticket, or whose it is.
fn found(view: &dyn View, kind: Kind, id: Id, when: String) -> Result<Option<Found>, StoreError> {
    let name = |c: Id| read::name_of(view, Kind::Customer, c);
    let (kind, id, number, name, beside) = match kind {
        Kind::Ticket => match records::get::<Ticket>(view, id)? {
            Some(t) => (kind, id, t.number, t.subject.clone(), name(t.requester)?),
            None => return Ok(None),
        },
        Kind::Order => match records::get::<Order>(view, id)? {
            Some(o) => {
                let what = crate::tui::pages::timeline::order(&o, &crate::tui::look::UNICODE);
                (Kind::Customer, o.customer, customer_number(view, o.customer)?, name(o.customer)?, what)
            }
            None => return Ok(None),
        },
        Kind::Response => match records::get::<Response>(view, id)? {
            Some(r) => {
                let what = format!("{} {}  {}", r.preset.as_str().to_uppercase(), r.score, r.comment);
                (Kind::Customer, r.customer, customer_number(view, r.customer)?, name(r.customer)?, what)
            }
            None => return Ok(None),
        },
        Kind::Customer => (kind, id, customer_number(view, id)?, name(id)?, String::new()),
        _ => return Ok(None),
    };
    let beside = if beside.is_empty() { when } else { format!("{when}  {beside}") };
    Ok(Some(Found { kind, id, number, name, beside, marks: Vec::new(), by: None }))
}

fn customer_number(view: &dyn View, id: Id) -> Result<u64, StoreError> {
    Ok(records::get::<Customer>(view, id)?.map_or(0, |c| c.number))
}
