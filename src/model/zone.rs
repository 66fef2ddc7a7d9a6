//! Zones: all that turns a stamp into local time and back. Nothing else calls the zone library.
//!
//! Zone data comes with the program (`jiff`, bundled), so that a desk says the same on every machine.

use std::ops::Range;

use jiff::{
    Span, Timestamp, Zoned,
    civil::{Date, DateTime, Time},
    tz::TimeZone,
};

use super::{Day, Stamp};

/// A time zone: where local times, days and deadlines are taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Zone(TimeZone);

/// A name that is no time zone.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a time zone; write a name such as `Europe/Berlin`, `America/New_York` or `UTC`")]
pub struct UnknownZone(pub String);

/// A local date and time of day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Civil {
    /// The date.
    pub day: Day,
    /// 0 to 23.
    pub hour: u8,
    /// 0 to 59.
    pub minute: u8,
    /// 0 to 59.
    pub second: u8,
    /// Days since Monday: 0 to 6.
    pub weekday: u8,
}

/// A step in time: months and days keep the local time of day, milliseconds are exact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Step {
    /// Months; the 31st becomes the last of a shorter month.
    pub months: i32,
    /// Days, of 23 to 25 hours where the clocks change.
    pub days: i32,
    /// Milliseconds.
    pub ms: i64,
}

impl Step {
    /// The same step back.
    pub fn back(self) -> Step {
        Step {
            months: self.months.saturating_neg(),
            days: self.days.saturating_neg(),
            ms: self.ms.saturating_neg(),
        }
    }

    /// Its length without a calendar: days of 24 hours, months of 30 days.
    pub fn rough_ms(self) -> i64 {
        ((i64::from(self.months) * 30 + i64::from(self.days)) * DAY).saturating_add(self.ms)
    }
}

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

impl Default for Zone {
    fn default() -> Self {
        Zone::utc()
    }
}

impl Zone {
    /// Coordinated universal time.
    pub fn utc() -> Zone {
        Zone(TimeZone::UTC)
    }

    /// The zone of an IANA name, in either case, or of its city where one zone alone has it: `Berlin`, `new york`.
    /// `system` is the zone of this machine.
    ///
    /// # Errors
    /// Where there is no such zone.
    pub fn named(name: &str) -> Result<Zone, UnknownZone> {
        match name.trim() {
            "system" => TimeZone::try_system().map(Zone).map_err(|_| UnknownZone(name.to_owned())),
            "" => Err(UnknownZone(name.to_owned())),
            name => TimeZone::get(name).map(Zone).or_else(|_| Zone::of_city(name)),
        }
    }

    fn of_city(city: &str) -> Result<Zone, UnknownZone> {
        let begun = city.replace(' ', "_");
        let same = |name: &String| name.rsplit('/').next().is_some_and(|c| c.eq_ignore_ascii_case(&begun));
        let mut found = Zone::names().filter(same);
        match (found.next(), found.next()) {
            (Some(name), None) => TimeZone::get(&name).map(Zone).map_err(|_| UnknownZone(city.to_owned())),
            _ => Err(UnknownZone(city.to_owned())),
        }
    }

    /// The names of all zones.
    pub fn names() -> impl Iterator<Item = String> {
        jiff::tz::db().available().map(|name| name.as_str().to_owned())
    }

    /// Its IANA name; `UTC` where it has none.
    pub fn name(&self) -> &str {
        self.0.iana_name().unwrap_or("UTC")
    }

    fn zoned(&self, at: Stamp) -> Zoned {
        // Stamps beyond the years −9999 to 9999 are no times of this desk: the nearest valid time is used.
        let at = at.clamp(Timestamp::MIN.as_millisecond() + DAY, Timestamp::MAX.as_millisecond() - DAY);
        Timestamp::from_millisecond(at).unwrap_or_default().to_zoned(self.0.clone())
    }

    fn stamp(&self, at: DateTime) -> Stamp {
        // In the hour that the clocks skip the later time counts, in the one they repeat the first.
        self.0
            .to_ambiguous_timestamp(at)
            .compatible()
            .map_or_else(|_| if at.year() > 0 { Stamp::MAX } else { Stamp::MIN }, |t| t.as_millisecond())
    }

    /// The local date and time of a stamp.
    pub fn civil(&self, at: Stamp) -> Civil {
        let z = self.zoned(at);
        let part = |n: i8| n.unsigned_abs();
        Civil {
            day: day_of(z.date()),
            hour: part(z.hour()),
            minute: part(z.minute()),
            second: part(z.second()),
            weekday: part(z.weekday().to_monday_zero_offset()),
        }
    }

    /// The local date of a stamp.
    pub fn day(&self, at: Stamp) -> Day {
        day_of(self.zoned(at).date())
    }

    /// When a date begins here: not always at midnight.
    pub fn start_of_day(&self, day: Day) -> Stamp {
        self.at(day, 0, 0)
    }

    /// From the beginning of the first date up to the beginning of the date after the last.
    pub fn days(&self, first: Day, last: Day) -> Range<Stamp> {
        self.start_of_day(first)..self.start_of_day(Day(last.0.saturating_add(1)))
    }

    /// A local time of a date; hours above 23 and minutes above 59 count as the last. A time that the clocks skip is
    /// the one after the gap, a time that comes twice is the first.
    pub fn at(&self, day: Day, hour: u8, minute: u8) -> Stamp {
        let small = |n: u8, most: i8| i8::try_from(n).unwrap_or(most).min(most);
        let time = Time::new(small(hour, 23), small(minute, 59), 0, 0).unwrap_or_default();
        self.stamp(date_of(day).to_datetime(time))
    }

    /// The stamp a step away; `None` beyond the years of the calendar.
    pub fn step(&self, from: Stamp, step: Step) -> Option<Stamp> {
        let span = Span::new().try_months(step.months).and_then(|s| s.try_days(step.days)).ok()?;
        let at =
            self.zoned(from).checked_add(span).ok()?.timestamp().as_millisecond().checked_add(step.ms)?;
        Timestamp::from_millisecond(at).ok().map(|_| at)
    }

    /// `2026-11-22T09:12:00+01:00`: exact, for JSON and for details (RFC 3339).
    pub fn iso(&self, at: Stamp) -> String {
        self.zoned(at).strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
    }

    /// `2026-11-22 09:12`: for tables.
    pub fn date_time(&self, at: Stamp) -> String {
        self.zoned(at).strftime("%Y-%m-%d %H:%M").to_string()
    }

    /// `2026-11-22`.
    pub fn date(&self, at: Stamp) -> String {
        self.zoned(at).strftime("%Y-%m-%d").to_string()
    }

    /// The time as people say it now: `09:12` today, `Tue 09:12` within six days, `3 Mar` within the year, and
    /// `2025-03-03` else.
    pub fn when(&self, at: Stamp, now: Stamp) -> String {
        let (z, today) = (self.zoned(at), self.zoned(now));
        let days = day_of(z.date()).0 - day_of(today.date()).0;
        match days {
            0 => z.strftime("%H:%M").to_string(),
            -6..=6 => z.strftime("%a %H:%M").to_string(),
            _ if z.year() == today.year() => z.strftime("%-d %b").to_string(),
            _ => z.strftime("%Y-%m-%d").to_string(),
        }
    }

    /// A date as people say it now: `today`, `Tue` within six days, `3 Mar` within the year, and `2025-03-03` else.
    pub fn when_day(&self, day: Day, now: Stamp) -> String {
        match day.0.saturating_sub(self.day(now).0) {
            0 => "today".to_owned(),
            -6..=6 => self.zoned(self.start_of_day(day)).strftime("%a").to_string(),
            _ => self.when(self.start_of_day(day), now),
        }
    }

    /// The same with the time of day for any date: `3 Mar 09:12`, `2025-03-03 09:12`.
    pub fn when_exactly(&self, at: Stamp, now: Stamp) -> String {
        let short = self.when(at, now);
        if short.contains(':') { short } else { format!("{short} {}", self.zoned(at).strftime("%H:%M")) }
    }
}

/// A length of time in five cells: `0:42` below ten hours, `14 h`, `2 d`, `7 w`, `5 y`. Negative ones lead with `-`.
pub fn short(ms: i64) -> String {
    let n = ms.unsigned_abs().cast_signed().max(0);
    let text = match n {
        _ if n < 10 * HOUR => format!("{}:{:02}", n / HOUR, n % HOUR / MINUTE),
        _ if n < 2 * DAY => format!("{} h", n / HOUR),
        _ if n < 60 * DAY => format!("{} d", n / DAY),
        _ if n < 700 * DAY => format!("{} w", n / (7 * DAY)),
        _ => format!("{} y", n / (365 * DAY)),
    };
    if ms <= -MINUTE { format!("-{text}") } else { text }
}

/// How long ago something was, in five cells: `now`, `42 m`, `3 h`, `2 d`, `7 w`, `5 y`. What is yet to come is `now`.
pub fn age(ms: i64) -> String {
    match ms {
        _ if ms < MINUTE => "now".to_owned(),
        _ if ms < HOUR => format!("{} m", ms / MINUTE),
        _ if ms < 2 * DAY => format!("{} h", ms / HOUR),
        _ if ms < 60 * DAY => format!("{} d", ms / DAY),
        _ if ms < 700 * DAY => format!("{} w", ms / (7 * DAY)),
        _ => format!("{} y", ms / (365 * DAY)),
    }
}

fn day_of(date: Date) -> Day {
    let days = date.duration_since(Date::constant(1970, 1, 1)).as_hours() / 24;
    Day(i32::try_from(days).unwrap_or_default())
}

fn date_of(day: Day) -> Date {
    let epoch = Date::constant(1970, 1, 1);
    let span = Span::new().try_days(day.0);
    let beyond = if day.0 < 0 { Date::MIN } else { Date::MAX };
    span.and_then(|s| epoch.checked_add(s)).unwrap_or(beyond)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn zone(name: &str) -> Zone {
        Zone::named(name).unwrap()
    }

    fn utc(y: i32, m: u32, d: u32, h: i64, min: i64) -> Stamp {
        Day::new(y, m, d).unwrap().utc_ms() + h * HOUR + min * MINUTE
    }

    #[test]
    fn names_are_known_in_either_case_and_wrong_ones_say_so() {
        assert_eq!(zone("europe/berlin").name(), "Europe/Berlin");
        assert_eq!(Zone::utc().name(), "UTC");
        assert_eq!(Zone::named("Berlin").unwrap().name(), "Europe/Berlin");
        assert_eq!(Zone::named("new york").unwrap().name(), "America/New_York");
        assert!(Zone::named("Louisville").is_err(), "two zones are called so");
        assert!(Zone::named("Europe/Berlni").unwrap_err().to_string().contains("Berlni"));
        assert!(Zone::named("").is_err());
    }

    #[test]
    fn days_have_their_own_lengths_where_clocks_change() {
        let berlin = zone("Europe/Berlin");
        let spring = berlin.days(Day::new(2026, 3, 29).unwrap(), Day::new(2026, 3, 29).unwrap());
        assert_eq!(spring.end - spring.start, 23 * HOUR);
        // 02:30 does not exist that day: the time after the gap is used.
        let skipped = berlin.at(Day::new(2026, 3, 29).unwrap(), 2, 30);
        assert_eq!(berlin.date_time(skipped), "2026-03-29 03:30");
        // Days keep the time of day over the change; hours do not.
        let before = berlin.at(Day::new(2026, 3, 28).unwrap(), 9, 0);
        let next = berlin.step(before, Step { days: 1, ..Step::default() }).unwrap();
        assert_eq!(berlin.date_time(next), "2026-03-29 09:00");
        assert_eq!(next - before, 23 * HOUR);
        // A day may begin after midnight.
        let cairo = zone("Africa/Cairo");
        let day = Day::new(2024, 4, 26).unwrap();
        assert_eq!(cairo.date_time(cairo.start_of_day(day)), "2024-04-26 01:00");
    }

    #[test]
    fn times_are_shown_as_people_say_them() {
        let berlin = zone("Europe/Berlin");
        let now = utc(2026, 11, 18, 11, 0);
        assert_eq!(berlin.when(utc(2026, 11, 18, 8, 12), now), "09:12");
        assert_eq!(berlin.when(utc(2026, 11, 17, 8, 12), now), "Tue 09:12");
        assert_eq!(berlin.when(utc(2026, 3, 3, 8, 12), now), "3 Mar");
        assert_eq!(berlin.when_exactly(utc(2026, 3, 3, 8, 12), now), "3 Mar 09:12");
        assert_eq!(berlin.when(utc(2025, 3, 3, 8, 12), now), "2025-03-03");
        assert_eq!(berlin.iso(utc(2026, 11, 18, 8, 12)), "2026-11-18T09:12:00+01:00");
        assert_eq!(Zone::utc().iso(utc(2026, 11, 18, 8, 12)), "2026-11-18T08:12:00+00:00");
        assert_eq!([short(42 * MINUTE), short(-42 * MINUTE), short(12 * HOUR)], ["0:42", "-0:42", "12 h"]);
        assert_eq!([age(3 * HOUR), age(2 * DAY), age(-5), age(100 * DAY)], ["3 h", "2 d", "now", "14 w"]);
    }

    proptest! {
        #[test]
        fn every_stamp_has_a_day_that_holds_it(at in -4_000_000_000_000i64..8_000_000_000_000, z in 0usize..4) {
            let zone = zone(["UTC", "Europe/Berlin", "Asia/Kathmandu", "America/St_Johns"][z]);
            let day = zone.day(at);
            prop_assert!(zone.days(day, day).contains(&at));
            prop_assert_eq!(zone.civil(at).day, day);
        }

        #[test]
        fn no_number_is_too_large(at: i64, day: i32, hour: u8, months: i32, days: i32, ms: i64) {
            let zone = Zone::utc();
            zone.civil(at);
            zone.when_exactly(at, ms);
            zone.at(Day(day), hour, hour);
            zone.days(Day(day), Day(day));
            zone.step(at, Step { months, days, ms });
            prop_assert!(short(at).len() < 24 && age(at).len() < 24);
        }
    }
}
