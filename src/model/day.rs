//! Civil dates: order dates and birthdays, which belong to no zone and are never UTC midnights.

use std::{fmt, str::FromStr};

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A civil date, as days since 1970-01-01.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Day(pub i32);

/// A text that is no date.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a date: expected YYYY-MM-DD")]
pub struct NotADay;

impl Day {
    /// The date of a year, a month from 1 and a day from 1; `None` where there is no such date.
    pub fn new(year: i32, month: u32, day: u32) -> Option<Day> {
        NaiveDate::from_ymd_opt(year, month, day).map(Day::from)
    }

    /// The same as chrono's date; `None` beyond its years.
    pub fn date(self) -> Option<NaiveDate> {
        NaiveDate::from_num_days_from_ce_opt(self.0.checked_add(719_163)?)
    }

    /// Midnight UTC of the date, in milliseconds: an order for facts, not a moment.
    pub fn utc_ms(self) -> i64 {
        i64::from(self.0) * 86_400_000
    }

    /// The date in UTC of a stamp in milliseconds.
    pub fn of_utc_ms(ms: i64) -> Day {
        Day(i32::try_from(ms.div_euclid(86_400_000)).unwrap_or(0))
    }
}

impl From<NaiveDate> for Day {
    fn from(d: NaiveDate) -> Day {
        Day(d.num_days_from_ce() - 719_163)
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.date() {
            Some(d) => write!(f, "{}", d.format("%Y-%m-%d")),
            None => write!(f, "day {}", self.0),
        }
    }
}

impl FromStr for Day {
    type Err = NotADay;

    fn from_str(s: &str) -> Result<Day, NotADay> {
        NaiveDate::parse_from_str(s.trim(), "%Y-%m-%d").map(Day::from).map_err(|_| NotADay)
    }
}

impl Serialize for Day {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        if s.is_human_readable() { s.collect_str(self) } else { s.serialize_i32(self.0) }
    }
}

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        if d.is_human_readable() {
            String::deserialize(d)?.parse().map_err(de::Error::custom)
        } else {
            i32::deserialize(d).map(Day)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_print_parse_and_count_from_1970() {
        assert_eq!("1970-01-01".parse(), Ok(Day(0)));
        assert_eq!("1997-01-18".parse::<Day>().unwrap().to_string(), "1997-01-18");
        assert_eq!(Day::of_utc_ms(-1), Day(-1));
        assert_eq!(Day(1).utc_ms(), 86_400_000);
        assert!("1997-02-30".parse::<Day>().is_err());
    }
}
