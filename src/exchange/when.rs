//! Dates and moments as files write them. What may be read in two ways is refused, not guessed.

use std::{fmt, str::FromStr};

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime};

use crate::model::{Day, Stamp};

/// When something was, as far as a text says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum When {
    /// A civil date, of no zone.
    Day(Day),
    /// A date and a time of day without its zone: the workspace's is meant.
    Local(NaiveDateTime),
    /// A moment.
    At(Stamp),
}

/// The order of day, month and year in dates such as `03/04/2021`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateFormat {
    /// Day, month, year.
    Dmy,
    /// Month, day, year.
    Mdy,
    /// Year, month, day.
    Ymd,
}

/// Why a text is no date.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WhenError {
    /// Not a date in any form known.
    #[error("not a date: {0:?}")]
    NotADate(String),
    /// Day and month cannot be told apart.
    #[error("{0:?} may be day or month first: say --date-format dmy or mdy")]
    Ambiguous(String),
}

/// A text that names no order of day, month and year.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a date format: {0:?}; expected dmy, mdy or ymd")]
pub struct NotAFormat(pub String);

impl FromStr for DateFormat {
    type Err = NotAFormat;

    /// `dmy`, `mdy`, `ymd`, or their long forms such as `DD/MM/YYYY` and `%d.%m.%Y`.
    fn from_str(s: &str) -> Result<DateFormat, NotAFormat> {
        let mut letters: Vec<char> =
            s.to_ascii_lowercase().chars().filter(char::is_ascii_alphabetic).collect();
        letters.dedup();
        match letters.as_slice() {
            ['d', 'm', 'y'] => Ok(DateFormat::Dmy),
            ['m', 'd', 'y'] => Ok(DateFormat::Mdy),
            ['y', 'm', 'd'] => Ok(DateFormat::Ymd),
            _ => Err(NotAFormat(s.to_owned())),
        }
    }
}

impl fmt::Display for When {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            When::Day(day) => write!(f, "{day}"),
            When::Local(t) => write!(f, "{}", t.format("%Y-%m-%dT%H:%M:%S%.f")),
            When::At(ms) => match DateTime::from_timestamp_millis(*ms) {
                Some(t) => write!(f, "{}", t.format("%Y-%m-%dT%H:%M:%S%.fZ")),
                None => write!(f, "{ms} ms"),
            },
        }
    }
}

impl When {
    /// Reads `19970118`, `1997-01-18`, `1997-01-18 14:30`, `1997-01-18T14:30:00+01:00`, `18.01.1997`, `18 Jan 1997`,
    /// `January 18, 1997` and, by `format` or where only one reading is a date, `18/01/1997`.
    ///
    /// # Errors
    /// As [`WhenError`] says.
    pub fn parse(text: &str, format: Option<DateFormat>) -> Result<When, WhenError> {
        let text = text.trim();
        if let Ok(t) = DateTime::parse_from_rfc3339(text) {
            return Ok(When::At(t.timestamp_millis()));
        }
        if let Ok(t) = DateTime::parse_from_rfc2822(text) {
            return Ok(When::At(t.timestamp_millis()));
        }
        let wrong = || WhenError::NotADate(text.to_owned());
        if let Some(utc) = text.strip_suffix(" UTC").or_else(|| text.strip_suffix(" Z")) {
            return match When::parse(utc, format)? {
                When::Local(t) => Ok(When::At(t.and_utc().timestamp_millis())),
                _ => Err(wrong()),
            };
        }
        if let Ok(t) = DateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S%.f %z") {
            return Ok(When::At(t.timestamp_millis()));
        }
        if let Some((day, time)) = with_time(text) {
            return Ok(When::Local(date(day, format)?.and_time(time)));
        }
        Ok(When::Day(date(text, format)?.into()))
    }

    /// Its civil date; a moment's where it is read in UTC.
    pub fn day(&self) -> Day {
        match self {
            When::Day(day) => *day,
            When::Local(t) => t.date().into(),
            When::At(ms) => Day::of_utc_ms(*ms),
        }
    }
}

/// The text before a time of day, and the time.
fn with_time(text: &str) -> Option<(&str, NaiveTime)> {
    const FORMATS: [&str; 4] = ["%H:%M:%S%.f", "%H:%M", "%I:%M:%S %p", "%I:%M %p"];
    let at = text.find(':')?;
    let before = text.get(..at)?;
    let split = before.rfind(|c: char| c.is_whitespace() || c == 'T')?;
    let (day, rest) = text.split_at_checked(split)?;
    let time = rest.trim_start_matches(|c: char| c.is_whitespace() || c == 'T').trim();
    let time = FORMATS.iter().find_map(|f| NaiveTime::parse_from_str(time, f).ok())?;
    Some((day.trim_end_matches(',').trim_end(), time))
}

fn date(text: &str, format: Option<DateFormat>) -> Result<NaiveDate, WhenError> {
    let wrong = || WhenError::NotADate(text.to_owned());
    let text = text.trim();
    if text.len() == 8 && text.bytes().all(|b| b.is_ascii_digit()) {
        return NaiveDate::parse_from_str(text, "%Y%m%d").map_err(|_| wrong());
    }
    if text.contains(|c: char| c.is_alphabetic()) {
        const NAMED: [&str; 6] = ["%d %b %Y", "%d %B %Y", "%b %d %Y", "%B %d %Y", "%d-%b-%Y", "%Y %b %d"];
        let plain = text.replace([',', '.'], " ");
        let plain = plain.split_whitespace().collect::<Vec<_>>().join(" ");
        return NAMED.iter().find_map(|f| NaiveDate::parse_from_str(&plain, f).ok()).ok_or_else(wrong);
    }
    let mark = text
        .chars()
        .find(|c| !c.is_ascii_digit())
        .filter(|c| matches!(c, '-' | '/' | '.'))
        .ok_or_else(wrong)?;
    let parts: Vec<&str> = text.split(mark).map(str::trim).collect();
    let [a, b, c] = parts.as_slice() else { return Err(wrong()) };
    let number = |s: &str| -> Option<i32> {
        let fits = (1..=4).contains(&s.len()) && s.bytes().all(|b| b.is_ascii_digit());
        fits.then(|| s.parse().ok()).flatten()
    };
    let (x, y, z) =
        (number(a).ok_or_else(wrong)?, number(b).ok_or_else(wrong)?, number(c).ok_or_else(wrong)?);
    let made = |year: i32, month: i32, day: i32| {
        NaiveDate::from_ymd_opt(year, u32::try_from(month).ok()?, u32::try_from(day).ok()?)
    };
    if a.len() == 4 {
        return made(x, y, z).ok_or_else(wrong);
    }
    // A year of two digits is only taken where the order is said.
    let year = match (c.len(), format) {
        (4, _) => z,
        (2, Some(_)) => z + if z < 70 { 2000 } else { 1900 },
        _ => return Err(wrong()),
    };
    match format {
        Some(DateFormat::Dmy) => made(year, y, x),
        Some(DateFormat::Mdy) => made(year, x, y),
        Some(DateFormat::Ymd) if a.len() == 2 && c.len() == 2 => {
            made(x + if x < 70 { 2000 } else { 1900 }, y, z)
        }
        Some(DateFormat::Ymd) => None,
        // Points part days first wherever they part dates.
        None if mark == '.' => made(year, y, x),
        None => match (made(year, y, x), made(year, x, y)) {
            (Some(dmy), Some(mdy)) if dmy != mdy => return Err(WhenError::Ambiguous(text.to_owned())),
            (dmy, mdy) => dmy.or(mdy),
        },
    }
    .ok_or_else(wrong)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str, format: Option<DateFormat>) -> String {
        When::parse(text, format).map_or_else(|e| e.to_string(), |w| w.to_string())
    }

    #[test]
    fn dates_are_read_as_files_write_them() {
        for text in [
            "19970118",
            "1997-01-18",
            "1997/1/18",
            "18.01.1997",
            "18.1.1997",
            "18/01/1997",
            "01/18/1997",
            "18-01-1997",
            "18 Jan 1997",
            "Jan 18, 1997",
            "January 18, 1997",
            "18-Jan-1997",
            "18 January 1997",
        ] {
            assert_eq!(read(text, None), "1997-01-18", "{text}");
        }
        assert_eq!(read("1997-01-18 14:30", None), "1997-01-18T14:30:00");
        assert_eq!(read("01/18/1997 2:30:05 PM", None), "1997-01-18T14:30:05");
        assert_eq!(read("2017-01-01T15:49:32", None), "2017-01-01T15:49:32");
        assert_eq!(read("2017-01-01T15:49:32+01:00", None), "2017-01-01T14:49:32Z");
        assert_eq!(read("2017-01-01 15:49:32 +0100", None), "2017-01-01T14:49:32Z");
        assert_eq!(read("2017-01-01 15:49:32 UTC", None), "2017-01-01T15:49:32Z");
    }

    #[test]
    fn day_and_month_are_told_apart_or_asked_for() {
        assert!(matches!(When::parse("03/04/2021", None), Err(WhenError::Ambiguous(_))));
        assert_eq!(read("03/03/2021", None), "2021-03-03");
        assert_eq!(read("03/04/2021", Some(DateFormat::Dmy)), "2021-04-03");
        assert_eq!(read("03/04/2021", Some(DateFormat::Mdy)), "2021-03-04");
        assert_eq!(read("03/04/97", Some(DateFormat::Mdy)), "1997-03-04");
        assert_eq!(read("97/03/04", Some(DateFormat::Ymd)), "1997-03-04");
        assert!(When::parse("31/04/2021", Some(DateFormat::Dmy)).is_err());
        assert_eq!("DD.MM.YYYY".parse(), Ok(DateFormat::Dmy));
        assert_eq!("%m/%d/%Y".parse(), Ok(DateFormat::Mdy));
        assert!("monthly".parse::<DateFormat>().is_err());
    }

    #[test]
    fn what_is_no_date_is_refused() {
        for text in
            ["", "0/0/00", "soon", "1997", "19971350", "1997-02-30", "1/2", "1/2/3/4", "12:30", "--05-17"]
        {
            assert!(matches!(When::parse(text, None), Err(WhenError::NotADate(_))), "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "\\PC{0,24}") {
            let _ = When::parse(&text, None);
        }
    }
}
