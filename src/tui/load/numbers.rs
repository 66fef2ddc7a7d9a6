//! The numbers, made for reading.

use super::LoadContext;
use crate::{
    insight::{self, Good, Number, Period, Window, show},
    store::{StoreError, View},
    tui::data::{Answer, Numbers, Tile, Trend},
};

/// Bars of a course.
const COURSE: usize = 8;

/// The strip, of the last thirty days.
pub fn strip(view: &dyn View, seat: &LoadContext) -> Result<Answer, StoreError> {
    let window = Window::of(Period::Days(30), seat.now, &seat.asker.zone);
    let strip = insight::strip(view, &window)?;
    let window = window.period.label();
    Ok(Answer::Numbers(Box::new(Numbers { window, strip: strip.iter().map(tile).collect() })))
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
        // Few rows make no trend: the change is neither good nor bad.
        good_is_up: match n.id.good() {
            _ if n.change.is_some_and(|c| c.small) => None,
            Good::Up => Some(true),
            Good::Down => Some(false),
            Good::Neither => None,
        },
        n: show::says_n(n).then_some(n.n),
        spark: levels.into_iter().map(|l| l.and_then(|l| u8::try_from(l).ok())).collect(),
    }
}
