//! The days of the demo: when people write, and when the desk is staffed.

use super::rng::Rng;
use crate::model::{Day, Stamp, zone::Zone};

/// A minute, in milliseconds.
pub const MINUTE: i64 = 60_000;
/// An hour, in milliseconds.
pub const HOUR: i64 = 60 * MINUTE;
/// A day of 24 hours, in milliseconds.
pub const DAY: i64 = 24 * HOUR;

/// How many people write on each day of the week, Monday first, in hundredths of a usual day.
const WEEK: [i64; 7] = [118, 106, 100, 101, 92, 38, 29];

/// How many people write in each hour of the day.
const HOURS: [u64; 24] = [1, 1, 0, 0, 0, 1, 3, 6, 11, 15, 16, 14, 11, 12, 14, 13, 11, 9, 7, 7, 8, 7, 5, 2];

struct Date {
    day: Day,
    start: Stamp,
    weekday: usize,
    /// When the desk is staffed; none on Sundays.
    open: Option<(Stamp, Stamp)>,
}

/// The dates around the demo.
pub struct Calendar {
    dates: Vec<Date>,
    /// Now.
    pub now: Stamp,
}

impl Calendar {
    /// `days` days before now and some after, in a zone.
    pub fn new(now: Stamp, zone: &Zone, back: i32) -> Calendar {
        let today = zone.day(now).0;
        let dates = (today - back..today + 15)
            .map(|d| {
                let day = Day(d);
                let start = zone.start_of_day(day);
                let weekday = usize::from(zone.civil(start + HOUR).weekday);
                let open = match weekday {
                    0..=4 => Some((zone.at(day, 8, 30), zone.at(day, 18, 0))),
                    5 => Some((zone.at(day, 10, 0), zone.at(day, 14, 0))),
                    _ => None,
                };
                Date { day, start, weekday, open }
            })
            .collect();
        Calendar { dates, now }
    }

    /// The civil date of a moment.
    pub fn day(&self, at: Stamp) -> Day {
        self.date(at).map_or_else(|| Day::of_utc_ms(at), |d| d.day)
    }

    fn place(&self, at: Stamp) -> usize {
        self.dates.partition_point(|d| d.start <= at).saturating_sub(1)
    }

    fn date(&self, at: Stamp) -> Option<&Date> {
        self.dates.get(self.place(at))
    }

    /// When the date of a moment began.
    pub fn midnight(&self, at: Stamp) -> Stamp {
        self.date(at).map_or(at, |d| d.start)
    }

    /// A moment of the date of another at which people write.
    pub fn moment(&self, of: Stamp, rng: &mut Rng) -> Stamp {
        let hour = i64::try_from(rng.weighted(&HOURS)).unwrap_or(10);
        self.midnight(of) + hour * HOUR + rng.range(0, HOUR)
    }

    /// A moment of the date of another at which the desk is staffed; the next one that it is, from there on.
    pub fn staffed(&self, of: Stamp, rng: &mut Rng) -> Stamp {
        let from = self.midnight(of) + 8 * HOUR + 30 * MINUTE + rng.range(0, 9 * HOUR);
        self.after(from, 0)
    }

    /// The moment at which so much time at the desk has gone by since another.
    pub fn after(&self, at: Stamp, work: i64) -> Stamp {
        let mut left = work;
        for d in self.dates.get(self.place(at)..).unwrap_or_default() {
            let Some((open, close)) = d.open else { continue };
            let from = open.max(at);
            if from >= close {
                continue;
            }
            if from + left < close {
                // The first minute of a day is for coffee.
                let warm = if from == open { 3 * MINUTE + (at & 0xf_ffff) } else { 0 };
                return (from + left + warm).min(close);
            }
            left -= close - from;
        }
        at + work + DAY
    }

    /// Noon-ish moments of the dates from a moment up to now, with how lively each is.
    pub fn dates_since(&self, from: Stamp) -> Vec<(Stamp, i64)> {
        let first = self.place(from);
        let last = self.place(self.now);
        let dates = self.dates.get(first..=last).unwrap_or_default();
        dates.iter().map(|d| (d.start + 12 * HOUR, WEEK.get(d.weekday).copied().unwrap_or(100))).collect()
    }
}
