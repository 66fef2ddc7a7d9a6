//! Windows of time: half-open, in the workspace's zone, each with the equal one before it.

use std::{fmt, str::FromStr};

use chrono::{Datelike, Months};

use crate::model::{Day, Stamp, zone::Zone};

/// A unit of the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Unit {
    /// A day.
    Day,
    /// An ISO week, from Monday.
    Week,
    /// A month.
    Month,
    /// A quarter.
    Quarter,
    /// A year.
    Year,
}

/// Which time is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Period {
    /// The running day, week, month …, up to now.
    This(Unit),
    /// The last whole one.
    Last(Unit),
    /// This many days, today among them, up to now.
    Days(u16),
    /// From a date up to and with another.
    Between(Day, Day),
}

/// A text that names no period.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is no period; write today, yesterday, 7d, 30d, 90d, week, month, quarter, year, `last week` … or 2026-01-01..2026-03-31"
)]
pub struct NotAPeriod(pub String);

impl Period {
    /// The periods that are offered, shortest first.
    pub const OFFERED: &'static [Period] = &[
        Period::This(Unit::Day),
        Period::Days(7),
        Period::Days(30),
        Period::Days(90),
        Period::This(Unit::Week),
        Period::This(Unit::Month),
        Period::This(Unit::Quarter),
        Period::This(Unit::Year),
    ];

    /// In words: `today`, `30 days`, `last week`.
    pub fn label(self) -> String {
        match self {
            Period::Days(n) => format!("{n} days"),
            Period::This(Unit::Week) => "this week".into(),
            Period::This(Unit::Month) => "this month".into(),
            Period::This(Unit::Quarter) => "this quarter".into(),
            Period::This(Unit::Year) => "this year".into(),
            other => other.to_string(),
        }
    }

    /// Its dates: the first, the one after the last, and the first of the period before it.
    fn dates(self, today: Day) -> (Day, Day, Day) {
        match self {
            Period::This(unit) => (unit.start(today, 0), unit.start(today, 1), unit.start(today, -1)),
            Period::Last(unit) => (unit.start(today, -1), unit.start(today, 0), unit.start(today, -2)),
            Period::Days(n) => {
                let n = i32::from(n.max(1));
                let first = plus(today, 1 - n);
                (first, plus(today, 1), plus(first, -n))
            }
            Period::Between(a, b) => {
                let (first, last) = (a.min(b), a.max(b));
                let next = plus(last, 1);
                (first, next, plus(first, first.0.saturating_sub(next.0)))
            }
        }
    }
}

impl Unit {
    /// The first date of the unit that contains `day`, this many units on.
    fn start(self, day: Day, on: i32) -> Day {
        let months = |from: Day, n: i32| {
            let n_abs = Months::new(n.unsigned_abs());
            let moved = from
                .date()
                .and_then(|d| if n < 0 { d.checked_sub_months(n_abs) } else { d.checked_add_months(n_abs) });
            moved.map_or(from, Day::from)
        };
        let of_month = |back: fn(u32) -> u32| {
            day.date().map_or(day, |d| Day::new(d.year(), d.month() - back(d.month0()), 1).unwrap_or(day))
        };
        match self {
            Unit::Day => plus(day, on),
            // 1970-01-01 was a Thursday.
            Unit::Week => plus(day, on * 7 - day.0.saturating_add(3).rem_euclid(7)),
            Unit::Month => months(of_month(|_| 0), on),
            Unit::Quarter => months(of_month(|m| m % 3), on * 3),
            Unit::Year => months(of_month(|m| m), on * 12),
        }
    }
}

fn plus(day: Day, days: i32) -> Day {
    Day(day.0.saturating_add(days))
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit = |u: Unit| match u {
            Unit::Day => "day",
            Unit::Week => "week",
            Unit::Month => "month",
            Unit::Quarter => "quarter",
            Unit::Year => "year",
        };
        match self {
            Period::This(Unit::Day) => f.write_str("today"),
            Period::Last(Unit::Day) => f.write_str("yesterday"),
            Period::This(u) => f.write_str(unit(*u)),
            Period::Last(u) => write!(f, "last {}", unit(*u)),
            Period::Days(n) => write!(f, "{n}d"),
            Period::Between(a, b) => write!(f, "{a}..{b}"),
        }
    }
}

impl FromStr for Period {
    type Err = NotAPeriod;

    fn from_str(s: &str) -> Result<Period, NotAPeriod> {
        let no = || NotAPeriod(s.to_owned());
        let text = s.trim().to_lowercase().replace(['-', '_'], " ");
        if let Some((a, b)) = s.split_once("..") {
            let day = |t: &str| t.parse::<Day>().map_err(|_| no());
            return Ok(Period::Between(day(a)?, day(b)?));
        }
        let (last, word) = match text.strip_prefix("last ") {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix("this ").unwrap_or(&text)),
        };
        let unit = match word {
            "today" | "day" => Unit::Day,
            "week" => Unit::Week,
            "month" => Unit::Month,
            "quarter" => Unit::Quarter,
            "year" => Unit::Year,
            "yesterday" => return Ok(Period::Last(Unit::Day)),
            _ => {
                let number = word.trim_end_matches("days").trim_end_matches('d').trim();
                return number.parse().ok().filter(|n| *n > 0).map(Period::Days).ok_or_else(no);
            }
        };
        Ok(if last { Period::Last(unit) } else { Period::This(unit) })
    }
}

/// A stretch of time, half-open, and the equal one before it. A running period ends now, and the previous one is cut
/// at the same place: today until ten is held against yesterday until ten.
#[derive(Debug, Clone, PartialEq)]
pub struct Window {
    /// Which period.
    pub period: Period,
    /// Now, as it was given.
    pub now: Stamp,
    /// Its beginning.
    pub from: Stamp,
    /// Its end, not in it; at most a millisecond after now, so that what happens now counts.
    pub to: Stamp,
    /// Where the period ends in the calendar.
    pub end: Stamp,
    /// The window before: from, to.
    pub previous: (Stamp, Stamp),
    /// The workspace's zone.
    pub zone: Zone,
    first: Day,
    next: Day,
}

const HOUR: i64 = 3_600_000;

impl Window {
    /// The window of a period.
    pub fn of(period: Period, now: Stamp, zone: &Zone) -> Window {
        let today = zone.day(now);
        let (first, next, before) = period.dates(today);
        let (from, end) = (zone.start_of_day(first), zone.start_of_day(next));
        let after_now = now.saturating_add(1);
        let to = end.min(after_now).max(from);
        let previous_to = if to == end {
            from
        } else {
            let days = today.0.saturating_sub(first.0);
            let into_day = after_now.saturating_sub(zone.start_of_day(today));
            zone.start_of_day(plus(before, days)).saturating_add(into_day).min(from)
        };
        let previous_from = zone.start_of_day(before);
        let previous = (previous_from, previous_to.max(previous_from));
        Window { period, now, from, to, end, previous, zone: zone.clone(), first, next }
    }

    /// From, to.
    pub fn span(&self) -> (Stamp, Stamp) {
        (self.from, self.to)
    }

    /// The whole days of its period, as dates: the first and the last.
    pub fn dates(&self) -> (Day, Day) {
        (self.first, plus(self.next, -1))
    }

    /// Whether it still runs.
    pub fn is_running(&self) -> bool {
        self.to < self.end
    }

    /// `30 days: 2026-10-24 … 2026-11-22 (Europe/Berlin)`.
    pub fn title(&self) -> String {
        let (first, last) = self.dates();
        let dates = if first == last { first.to_string() } else { format!("{first} … {last}") };
        match self.period {
            Period::Between(..) => format!("{dates} ({})", self.zone.name()),
            period => format!("{}: {dates} ({})", period.label(), self.zone.name()),
        }
    }

    /// The slices of a sparkline, oldest first: two hours of a day, else days, else stretches of days as equal as
    /// days allow. Those that have not begun are among them.
    pub fn slices(&self) -> Vec<(Stamp, Stamp)> {
        let days = i64::from(self.next.0) - i64::from(self.first.0);
        let bounds: Vec<Stamp> = if days <= 1 {
            let mut all: Vec<Stamp> = (0..12).map(|i| self.from.saturating_add(i * 2 * HOUR)).collect();
            // A day of 23 or 25 hours has a shorter or longer last slice.
            all.push(self.end);
            all
        } else {
            let n = match days {
                ..=31 => days,
                32..=100 => 13,
                _ => 12,
            };
            let bound = |i: i64| i32::try_from(days * i / n).unwrap_or(i32::MAX);
            (0..=n).map(|i| self.zone.start_of_day(plus(self.first, bound(i)))).collect()
        };
        bounds.iter().copied().zip(bounds.iter().copied().skip(1)).collect()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(zone: &Zone, date: &str, hour: u8) -> Stamp {
        zone.at(date.parse().unwrap(), hour, 0)
    }

    fn shown(zone: &Zone, w: &Window) -> [String; 4] {
        [w.from, w.to - 1, w.previous.0, w.previous.1 - 1].map(|t| zone.date_time(t))
    }

    #[test]
    fn a_running_window_is_held_against_the_same_part_of_the_one_before() {
        let zone = Zone::named("Europe/Berlin").unwrap();
        let now = at(&zone, "2026-11-18", 10);
        let of = |p: &str| shown(&zone, &Window::of(p.parse().unwrap(), now, &zone));
        assert_eq!(
            of("today"),
            ["2026-11-18 00:00", "2026-11-18 10:00", "2026-11-17 00:00", "2026-11-17 10:00"]
        );
        assert_eq!(
            of("7d"),
            ["2026-11-12 00:00", "2026-11-18 10:00", "2026-11-05 00:00", "2026-11-11 10:00"]
        );
        // 2026-11-18 is a Wednesday.
        assert_eq!(
            of("week"),
            ["2026-11-16 00:00", "2026-11-18 10:00", "2026-11-09 00:00", "2026-11-11 10:00"]
        );
        assert_eq!(of("last week")[..2], ["2026-11-09 00:00", "2026-11-15 23:59"]);
        assert_eq!(
            of("month"),
            ["2026-11-01 00:00", "2026-11-18 10:00", "2026-10-01 00:00", "2026-10-18 10:00"]
        );
        assert_eq!(
            of("last quarter"),
            ["2026-07-01 00:00", "2026-09-30 23:59", "2026-04-01 00:00", "2026-06-30 23:59"]
        );
        assert_eq!(of("year")[2..], ["2025-01-01 00:00", "2025-11-18 10:00"]);
        assert_eq!(
            of("2026-03-01..2026-03-10"),
            ["2026-03-01 00:00", "2026-03-10 23:59", "2026-02-19 00:00", "2026-02-28 23:59"]
        );
    }

    #[test]
    fn a_longer_month_is_not_held_against_days_of_itself() {
        let zone = Zone::utc();
        let w = Window::of(Period::This(Unit::Month), at(&zone, "2026-03-31", 12), &zone);
        assert_eq!(w.previous.1, w.from, "February ends before it has a 31st");
    }

    #[test]
    fn a_day_of_23_hours_has_23_hours() {
        let zone = Zone::named("Europe/Berlin").unwrap();
        let w = Window::of("2026-03-29..2026-03-29".parse().unwrap(), at(&zone, "2026-04-02", 1), &zone);
        assert_eq!(w.to - w.from, 23 * HOUR);
    }

    #[test]
    fn periods_are_read_as_they_are_written() {
        for p in Period::OFFERED.iter().copied().chain([
            Period::Last(Unit::Week),
            Period::Last(Unit::Day),
            Period::Between(Day(20_000), Day(20_010)),
        ]) {
            assert_eq!(p.to_string().parse(), Ok(p));
        }
        assert_eq!("30 days".parse(), Ok(Period::Days(30)));
        assert_eq!("last-month".parse(), Ok(Period::Last(Unit::Month)));
        for wrong in ["", "0d", "fortnight", "2026-01-01..", "99999d"] {
            assert!(wrong.parse::<Period>().is_err(), "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn windows_and_slices_follow_each_other(now in 0i64..4_000_000_000_000, z in 0usize..4, p in 0usize..8) {
            let zone = Zone::named(["UTC", "Europe/Berlin", "Asia/Kathmandu", "Africa/Cairo"][z]).unwrap();
            let w = Window::of(Period::OFFERED[p], now, &zone);
            prop_assert!(w.previous.0 < w.previous.1 && w.previous.1 <= w.from && w.from <= now && now < w.to);
            let slices = w.slices();
            prop_assert_eq!((slices[0].0, slices[slices.len() - 1].1), (w.from, w.end));
            prop_assert!(slices.windows(2).all(|s| s[0].1 == s[1].0 && s[0].0 < s[0].1));
        }
    }
}
