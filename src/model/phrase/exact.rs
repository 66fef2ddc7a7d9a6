//! Dates and times as machines write them.

use chrono::NaiveDate;

use super::{
    When,
    days::{Dates, one, shift, shift_months, span_of_month},
};
use crate::model::{Day, zone::Zone};

/// `2026`, `2026-03`, `2026-03-01`.
pub(super) fn iso_days(text: &str) -> Dates {
    let digits = |s: &str, len: usize| {
        (s.len() == len && s.bytes().all(|b| b.is_ascii_digit())).then(|| s.parse::<u32>().ok()).flatten()
    };
    let mut fields = text.split('-');
    let year = i32::try_from(digits(fields.next()?, 4)?).ok()?;
    let month = fields.next().map(|m| digits(m, 2));
    let day = fields.next().map(|d| digits(d, 2));
    if fields.next().is_some() {
        return None;
    }
    match (month, day) {
        (None, _) => Some((NaiveDate::from_ymd_opt(year, 1, 1)?, NaiveDate::from_ymd_opt(year, 12, 31)?)),
        (Some(m), None) => span_of_month(year, m?),
        (Some(m), Some(d)) => one(NaiveDate::from_ymd_opt(year, m?, d?)),
    }
}

/// What is written as machines do: `2026-W10`, `2026-Q1`, `2026-03-01T10:00:05+01:00`.
pub(super) fn exact(text: &str, zone: &Zone) -> Option<When> {
    let days = |d: Dates| d.map(|(a, b)| When::Days(a.into(), b.into()));
    if let Some((y, rest)) = text.split_once('-') {
        let year: i32 = y.parse().ok().filter(|_| y.len() == 4)?;
        let (kind, n) = rest.split_at_checked(1)?;
        if kind.eq_ignore_ascii_case("w") {
            let monday = NaiveDate::from_isoywd_opt(year, n.parse().ok()?, chrono::Weekday::Mon)?;
            return days(Some((monday, shift(monday, 6)?)));
        }
        if kind.eq_ignore_ascii_case("q") {
            let quarter: u32 = n.parse().ok().filter(|q| (1..=4).contains(q))?;
            let first = NaiveDate::from_ymd_opt(year, quarter * 3 - 2, 1)?;
            return days(Some((first, shift(shift_months(first, 3)?, -1)?)));
        }
    }
    let (date, time) = text.split_once(['T', 't'])?;
    let date = iso_days(date).filter(|_| date.len() == 10)?.0;
    // Without an offset the time is local.
    let (time, offset) = match time.find(['Z', 'z', '+', '-']).and_then(|i| time.split_at_checked(i)) {
        Some((time, offset)) => (time, Some(offset)),
        None => (time, None),
    };
    let mut fields = time.split(':');
    let mut field = |most: u8| fields.next().map(|f| f.parse::<u8>().ok().filter(|n| *n <= most));
    let (hour, minute) = (field(23)??, field(59)??);
    let second = match time.splitn(3, ':').nth(2) {
        Some(s) => s.split('.').next()?.parse::<u8>().ok().filter(|n| *n <= 60)?,
        None => 0,
    };
    let seconds = i64::from(second) * 1000;
    let day = Day::from(date);
    let Some(offset) = offset else { return Some(When::Moment(zone.at(day, hour, minute) + seconds)) };
    let offset = match offset.strip_prefix(['Z', 'z']) {
        Some("") => 0,
        Some(_) => return None,
        None => {
            let digits: String = offset.chars().filter(char::is_ascii_digit).collect();
            let (h, m) = digits.split_at_checked(2).filter(|_| digits.len() == 4)?;
            let minutes = h.parse::<i64>().ok()? * 60 + m.parse::<i64>().ok()?;
            if offset.starts_with('-') { -minutes } else { minutes }
        }
    };
    let minutes = i64::from(hour) * 60 + i64::from(minute) - offset;
    Some(When::Moment(day.utc_ms() + minutes * 60_000 + seconds))
}
