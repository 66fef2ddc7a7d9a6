//! Dates as mail writes them, to milliseconds since 1970 UTC: RFC 5322 §3.3 with its obsolete forms (§4.3),
//! asctime as in `From ` lines, ISO 8601. What a mailer of thirty years wrote is read where it has one
//! meaning.

use chrono::NaiveDate;

use crate::model::{Stamp, phrase::MONTHS};

/// Reads a date; `None` where it has no day, month and year that exist.
///
/// A missing time is midnight, a missing or unknown zone is UTC, two digits of a year are 1950 to 2049
/// (RFC 5322 §4.3), three are counted from 1900.
pub fn parse(text: &str) -> Option<Stamp> {
    // No true date is longer; a header may be.
    let text: String = text.trim().chars().take(200).collect();
    let text = without_comments(&text);
    iso(&text).or_else(|| words(&text))
}

/// The month (1 to 12) an English name or its first three letters stands for.
pub fn month(word: &str) -> Option<u32> {
    let word = word.trim_end_matches('.').to_ascii_lowercase();
    let at = MONTHS.iter().position(|m| m == &word || m.get(..3) == Some(word.as_str()))?;
    u32::try_from(at + 1).ok()
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

fn stamp(year: i32, month: u32, day: u32, time: (u32, u32, u32), minutes_east: i64) -> Option<i64> {
    let (h, m, s) = time;
    // A leap second is the last of its minute.
    let at = NaiveDate::from_ymd_opt(year, month, day)?.and_hms_opt(h, m, s.min(59))?;
    Some((at.and_utc().timestamp() - minutes_east * 60) * 1000)
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

/// The zones by name that RFC 5322 §4.3 knows, and those of Europe's mailers.
fn zone(word: &str) -> Option<i64> {
    let hours = match word.to_ascii_uppercase().as_str() {
        "UT" | "UTC" | "GMT" | "Z" | "WET" => 0,
        "EST" => -5,
        "EDT" => -4,
        "CST" => -6,
        "CDT" => -5,
        "MST" => -7,
        "MDT" => -6,
        "PST" => -8,
        "PDT" => -7,
        "BST" | "CET" | "MET" | "WEST" => 1,
        "CEST" | "MEST" | "EET" => 2,
        "EEST" | "MSK" => 3,
        "JST" => 9,
        _ => return None,
    };
    Some(hours * 60)
}

fn words(text: &str) -> Option<i64> {
    let (mut day, mut mon, mut year, mut time, mut east) = (None, None, None, None, None);
    for word in text.split(|c: char| c.is_whitespace() || c == ',').filter(|w| !w.is_empty()) {
        if mon.is_none()
            && let Some(m) = month(word)
        {
            mon = Some(m);
        } else if time.is_none() && word.contains(':') && !word.starts_with(['+', '-']) {
            // `12:34:56+0200` is one word.
            let cut = word.find(['+', '-']).unwrap_or(word.len());
            let (hms, rest) = word.split_at_checked(cut)?;
            time = Some(clock(hms)?);
            east = east.or(offset(rest));
        } else if let Some(minutes) = offset(word).or_else(|| zone(word)) {
            east = east.or(Some(minutes));
        } else if let Some(n) = number(word) {
            if word.len() >= 3 || (day.is_some() && year.is_none()) {
                year = year.or(Some((n, word.len())));
            } else {
                day = day.or(Some(n));
            }
        } else if let [d, m, y] = word.split('-').collect::<Vec<_>>().as_slice() {
            // `19-Jul-2002`.
            (day, mon) = (number(d), month(m));
            year = number(y).map(|n| (n, y.len()));
        }
    }
    let year = match year? {
        (n, 1 | 2) if n < 50 => n + 2000,
        (n, 1..=3) => n + 1900,
        (n, _) => n,
    };
    stamp(i32::try_from(year).ok()?, mon?, day?, time.unwrap_or_default(), east.unwrap_or(0))
}

fn iso(text: &str) -> Option<i64> {
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
    let time = if hms.is_empty() { (0, 0, 0) } else { clock(hms)? };
    let east = east.trim();
    stamp(year, m, d, time, offset(east).or_else(|| zone(east)).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::parse;

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
