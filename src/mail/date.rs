//! Dates as mail writes them, to milliseconds since 1970 UTC: RFC 5322 §3.3 with its obsolete forms (§4.3),
//! asctime as in `From ` lines, ISO 8601, JavaScript's, and months and zones in the languages that mailers use. What
//! has one meaning is read; what is in doubt is said ([`Read::doubt`]).

mod names;

use chrono::NaiveDate;

pub use names::english_month;
use names::{month, zone};

use crate::model::Stamp;

/// A date that was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Read {
    /// The moment, in milliseconds since 1970 UTC.
    pub at: Stamp,
    /// What had to be assumed, in words for people.
    pub doubt: Option<&'static str>,
}

const NO_TIME: &str = "its date has no time of day; read as midnight";
const NO_ZONE: &str = "its date names no time zone; read as UTC";
const UNKNOWN_ZONE: &str = "the time zone of its date is not known; read as UTC";
const TWO_ZONES: &str = "the time zone of its date has several meanings; the most common was taken";

/// Reads a date; `None` where it has no day, month and year that exist.
///
/// A missing time is midnight, a missing or unknown zone is UTC, two digits of a year are 1950 to 2049
/// (RFC 5322 §4.3), three are counted from 1900.
pub fn parse(text: &str) -> Option<Stamp> {
    read(text).map(|r| r.at)
}

/// As [`parse`], with what had to be assumed.
pub fn read(text: &str) -> Option<Read> {
    // No true date is longer; a header may be.
    let text: String = text.trim().chars().take(200).collect();
    let text = without_comments(&text);
    iso(&text).or_else(|| words(&text))
}

/// Whether a word is an English weekday or its first three letters.
pub fn is_weekday(word: &str) -> bool {
    const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    let word = word.to_ascii_lowercase();
    DAYS.iter().any(|d| word.starts_with(d))
        && word.len() <= 9
        && word.bytes().all(|b| b.is_ascii_lowercase())
}

fn without_comments(text: &str) -> String {
    let mut depth = 0_u32;
    text.chars()
        .filter(|&c| match c {
            '(' => {
                depth += 1;
                false
            }
            ')' => {
                depth = depth.saturating_sub(1);
                false
            }
            _ => depth == 0,
        })
        .collect()
}

fn stamp(year: i32, month: u32, day: u32, time: Option<Clock>, zone: Zone) -> Option<Read> {
    let (h, m, s) = time.unwrap_or_default();
    let (minutes_east, doubt) = match zone {
        Zone::Known(minutes) => (minutes, None),
        Zone::Likely(minutes) => (minutes, Some(TWO_ZONES)),
        Zone::Unknown => (0, Some(UNKNOWN_ZONE)),
        Zone::Missing => (0, Some(NO_ZONE)),
    };
    // A leap second is the last of its minute.
    let at = NaiveDate::from_ymd_opt(year, month, day)?.and_hms_opt(h, m, s.min(59))?;
    let doubt = if time.is_none() { Some(NO_TIME) } else { doubt };
    Some(Read { at: (at.and_utc().timestamp() - minutes_east * 60) * 1000, doubt })
}

/// Hours, minutes, seconds.
type Clock = (u32, u32, u32);

/// How far east of Greenwich, in minutes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Zone {
    Known(i64),
    /// A name of several zones.
    Likely(i64),
    /// A name that is not known.
    Unknown,
    Missing,
}

fn number(word: &str) -> Option<u32> {
    (!word.is_empty() && word.len() <= 4 && word.bytes().all(|b| b.is_ascii_digit()))
        .then(|| word.parse().ok())
        .flatten()
}

/// `12:34`, `12:34:56`, and `12:34:56.789`.
fn clock(word: &str) -> Option<(u32, u32, u32)> {
    let word = word.split('.').next()?;
    let mut parts = word.split(':');
    let (h, m) = (number(parts.next()?)?, number(parts.next()?)?);
    let s = match parts.next() {
        Some(s) => number(s)?,
        None => 0,
    };
    (parts.next().is_none() && h < 24 && m < 60 && s < 61).then_some((h, m, s))
}

/// `+0200`, `-05:30`, `+2`: minutes east of Greenwich.
fn offset(word: &str) -> Option<i64> {
    let (sign, digits) = match word.split_at_checked(1)? {
        ("+", rest) => (1, rest),
        ("-", rest) => (-1, rest),
        _ => return None,
    };
    let digits = digits.replace(':', "");
    let value = i64::from(number(&digits)?);
    let minutes = if digits.len() <= 2 { value * 60 } else { value / 100 * 60 + value % 100 };
    (minutes <= 18 * 60).then_some(sign * minutes)
}

/// `GMT+0100`, `UTC+2`, `GMT-05:30`: as JavaScript and people write offsets.
fn named_offset(word: &str) -> Option<i64> {
    let upper = word.to_ascii_uppercase();
    let rest = ["GMT", "UTC", "UT"].iter().find_map(|name| upper.strip_prefix(name))?;
    offset(rest)
}

fn words(text: &str) -> Option<Read> {
    let (mut day, mut mon, mut year, mut time, mut east) = (None, None, None, None, Zone::Missing);
    let mut afternoon = None;
    for (at, word) in
        text.split(|c: char| c.is_whitespace() || c == ',').filter(|w| !w.is_empty()).enumerate()
    {
        let known = matches!(east, Zone::Known(_));
        // A first word that begins as a month does may be a weekday: `mar. 17 juin`.
        if let Some(m) = month(word).filter(|_| mon.is_none_or(|(_, first)| first == 0)) {
            mon = Some((m, at));
        } else if time.is_none()
            && word.contains(':')
            && !word.starts_with(['+', '-'])
            && !is_named_offset(word)
        {
            // `12:34:56+0200` and `12:34PM` are one word.
            let cut =
                word.find(|c: char| !(c.is_ascii_digit() || matches!(c, ':' | '.'))).unwrap_or(word.len());
            let (hms, rest) = word.split_at_checked(cut)?;
            time = Some(clock(hms)?);
            match half(rest) {
                Some(half) => afternoon = Some(half),
                None => east = offset(rest).map_or(east, Zone::Known),
            }
        } else if let Some(half) = half(word).filter(|_| time.is_some()) {
            afternoon = Some(half);
        } else if let Some(minutes) = offset(word).or_else(|| named_offset(word)) {
            east = if known && word.starts_with(['+', '-']) { east } else { Zone::Known(minutes) };
        } else if let Some(n) = number(word.trim_end_matches('.')) {
            if word.len() >= 3 || (day.is_some() && year.is_none()) {
                year = year.or(Some((n, word.len())));
            } else {
                day = day.or(Some(n));
            }
        } else if let Some((d, m, y)) = numbered(word) {
            (day, mon, year) = (Some(d), Some((m, at)), Some(y));
        } else if let [d, m, y] = word.split('-').collect::<Vec<_>>().as_slice() {
            // `19-Jul-2002`.
            (day, mon) = (number(d), month(m).map(|m| (m, at)));
            year = number(y).map(|n| (n, y.len()));
        } else if time.is_some() && east == Zone::Missing && !is_weekday(word) {
            // Only what follows the time is a zone: what stands before it is a weekday in some language.
            east = zone(word).map_or(Zone::Unknown, |(minutes, sure)| match sure {
                true => Zone::Known(minutes),
                false => Zone::Likely(minutes),
            });
        } else if let Some((minutes, true)) = zone(word).filter(|_| east == Zone::Missing) {
            east = Zone::Known(minutes);
        }
    }
    let year = match year? {
        (n, 1 | 2) if n < 50 => n + 2000,
        (n, 1..=3) => n + 1900,
        (n, _) => n,
    };
    if let (Some((h, ..)), Some(pm)) = (&mut time, afternoon) {
        // 12 o'clock is the first hour of each half.
        if *h > 12 || *h == 0 {
            return None;
        }
        *h = *h % 12 + if pm { 12 } else { 0 };
    }
    stamp(i32::try_from(year).ok()?, mon?.0, day?, time, east)
}

fn is_named_offset(word: &str) -> bool {
    named_offset(word).is_some()
}

/// Whether `AM` (false) or `PM` (true).
fn half(word: &str) -> Option<bool> {
    let plain: String =
        word.chars().filter(char::is_ascii_alphabetic).map(|c| c.to_ascii_lowercase()).collect();
    match plain.as_str() {
        "am" if word.len() <= 4 => Some(false),
        "pm" if word.len() <= 4 => Some(true),
        _ => None,
    }
}

/// `04.03.2025` (day first wherever dots are written) and `2025/03/04`: day, month, year with its digits. With slashes
/// and the year last, day and month cannot be told apart.
fn numbered(word: &str) -> Option<(u32, u32, (u32, usize))> {
    let dots: Vec<&str> = word.split('.').filter(|p| !p.is_empty()).collect();
    let slashes: Vec<&str> = word.split('/').collect();
    match (dots.as_slice(), slashes.as_slice()) {
        ([d, m, y], _) => Some((number(d)?, number(m)?, (number(y)?, y.len()))),
        (_, [y, m, d]) if y.len() == 4 => Some((number(d)?, number(m)?, (number(y)?, 4))),
        _ => None,
    }
}

fn iso(text: &str) -> Option<Read> {
    let (date, rest) = text.split_at_checked(10)?;
    let mut parts = date.split('-');
    let (y, m, d) = (parts.next()?, number(parts.next()?)?, number(parts.next()?)?);
    let year = i32::try_from(number(y)?).ok()?;
    if y.len() != 4 || parts.next().is_some() {
        return None;
    }
    let rest = rest.trim_start_matches(['T', 't', ' ']);
    let cut = rest.find(|c: char| !(c.is_ascii_digit() || c == ':' || c == '.')).unwrap_or(rest.len());
    let (hms, east) = rest.split_at_checked(cut)?;
    let time = if hms.is_empty() { None } else { Some(clock(hms)?) };
    let east = east.trim();
    let known = offset(east).or_else(|| named_offset(east)).map(Zone::Known);
    let named = || zone(east).map(|(m, sure)| if sure { Zone::Known(m) } else { Zone::Likely(m) });
    let absent = if east.is_empty() { Zone::Missing } else { Zone::Unknown };
    stamp(year, m, d, time, known.or_else(named).unwrap_or(absent))
}

#[cfg(test)]
mod tests {
    use super::{parse, read};

    #[test]
    fn zones_and_languages_as_people_write_them() {
        let moment = Some(1_741_079_700_000);
        for text in [
            "Tue, 04 Mar 2025 10:15:00 GMT+0100",
            "Tue Mar 04 2025 10:15:00 GMT+0100 (Central European Standard Time)",
            "Tue, 04 Mar 2025 11:15:00 UTC+2",
            "Di, 04 März 2025 10:15:00 +0100",
            "Di, 4. Mrz 2025 10:15:00 MEZ",
            "mar., 4 mars 2025 10:15:00 +0100",
            "mar. 04 mars 2025 10:15:00 +0100",
            "mar, 4 mar 2025 10:15:00 +0100",
            "ter, 4 março 2025 06:15:00 -0300",
            "Tue, 04 Mar 2025 10:15:00 AM +0100",
            "Tue, 4 Mar 2025 2:45:00 PM +0530",
            "04.03.2025 10:15 +0100",
            "2025/03/04 10:15:00 +0100",
            "Tue, 4 Mar 2025 20:15:00 AEDT",
        ] {
            let got = read(text);
            assert_eq!((got.map(|r| r.at), got.and_then(|r| r.doubt)), (moment, None), "{text}");
        }
        assert_eq!(parse("mar., 17 juin 2025 10:15 +0200"), Some(1_750_148_100_000));
        assert_eq!(parse("Di, 17 Mai 2005 12:31:00 +0200"), Some(1_116_325_860_000));
    }

    #[test]
    fn what_is_assumed_is_said() {
        let doubt = |text| read(text).and_then(|r| r.doubt).unwrap_or_default();
        assert!(doubt("Tue, 04 Mar 2025 10:15:00 XYZT").contains("not known"));
        assert!(doubt("Tue, 04 Mar 2025 10:15:00 IST").contains("several meanings"));
        assert!(doubt("Tue, 04 Mar 2025 10:15:00").contains("names no time zone"));
        assert!(doubt("Tue, 04 Mar 2025").contains("no time of day"));
        assert_eq!(doubt("Tue, 04 Mar 2025 10:15:00 -0000"), "");
        assert_eq!(parse("03/04/2025 10:15:00 +0100"), None);
        assert_eq!(parse("Tue, 04 Mar 2025 13:15:00 PM"), None);
    }

    #[test]
    fn every_form_of_one_moment_is_that_moment() {
        let moment = Some(1_027_099_405_000);
        for text in [
            "Fri, 19 Jul 2002 18:23:25 +0100",
            "Fri, 19 Jul 2002 17:23:25 GMT",
            "Fri, 19 Jul 02 17:23:25 -0000",
            "19 Jul 102 18:23:25 BST",
            "Fri Jul 19 17:23:25 2002",
            "Fri Jul 19 18:23:25 +0100 2002",
            "Friday, 19 July 2002 13:23:25 EDT (Eastern (US) time)",
            "Fri,19 Jul 2002 19:23:25+0200",
            "19-Jul-2002 17:23:25",
            "2002-07-19T17:23:25Z",
            "2002-07-19 19:23:25.123+02:00",
            "Fri,  19  Jul 2002\t17:23:25 UTC",
        ] {
            assert_eq!(parse(text), moment, "{text}");
        }
    }

    #[test]
    fn what_is_no_date_is_none() {
        for text in [
            "",
            "yesterday",
            "31 Feb 2002 10:00:00 +0000",
            "19 Jul",
            "25:00 19 Jul 2002",
            "0000-00-00",
            "é19 Jul",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
        assert_eq!(parse(&"9".repeat(1_000_000)), None);
    }

    #[test]
    fn a_day_without_a_time_is_its_midnight() {
        assert_eq!(parse("1 Jan 1970"), Some(0));
        assert_eq!(parse("2 Jan 1970 foo"), Some(86_400_000));
    }
}
