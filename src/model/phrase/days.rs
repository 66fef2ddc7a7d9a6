//! Days as they stand to today: `next wed`, `last month`, `5th of march`.

use chrono::{Datelike, Duration, Months, NaiveDate};

use super::{
    Lean,
    exact::iso_days,
    parse::{Parts, Read, add},
    words::{PhrasePart, Unit, month, unit, weekday},
};
use crate::model::zone::Step;

/// The first and the last day of what was said; `None` inside where the calendar ends before it.
pub(super) type Dates = Option<(NaiveDate, NaiveDate)>;

/// Reads days as they stand to today.
pub(super) struct Reader {
    pub today: NaiveDate,
    pub lean: Lean,
}

/// A day as days.
pub(super) fn one(day: Option<NaiveDate>) -> Dates {
    day.map(|d| (d, d))
}

pub(super) fn shift(day: NaiveDate, days: i64) -> Option<NaiveDate> {
    day.checked_add_signed(Duration::try_days(days)?)
}

pub(super) fn shift_months(day: NaiveDate, months: i32) -> Option<NaiveDate> {
    let by = Months::new(months.unsigned_abs());
    if months < 0 { day.checked_sub_months(by) } else { day.checked_add_months(by) }
}

impl Reader {
    /// The days that the parts begin with.
    pub fn days<'p, 't>(&self, all: Parts<'p, 't>) -> Read<'p, 't, Dates> {
        let read = match all {
            [PhrasePart::Word("today"), rest @ ..] => (one(Some(self.today)), rest),
            [PhrasePart::Word("tomorrow" | "tmr" | "tom" | "tmrw"), rest @ ..] => {
                (one(shift(self.today, 1)), rest)
            }
            [PhrasePart::Word("yesterday" | "yday"), rest @ ..] => (one(shift(self.today, -1)), rest),
            [PhrasePart::Word("eow"), rest @ ..] => (one(shift(self.monday(), 4)), rest),
            [PhrasePart::Word("eom"), rest @ ..] => {
                (one(self.period(Unit::Month, 0).map(|(_, last)| last)), rest)
            }
            [PhrasePart::Word("end"), PhrasePart::Word("of"), rest @ ..] => {
                let (dates, rest) = self.days(rest).or_else(|| match rest {
                    [PhrasePart::Word(w), rest @ ..] => Some((self.period(unit(w)?, 0), rest)),
                    _ => None,
                })?;
                (one(dates.map(|(_, last)| last)), rest)
            }
            [
                PhrasePart::Word(w @ ("this" | "next" | "last" | "past" | "previous" | "coming")),
                rest @ ..,
            ] => {
                return self.relative(w, rest);
            }
            [PhrasePart::Word("the"), rest @ ..] => return self.of_month(rest).or_else(|| self.days(rest)),
            [PhrasePart::Word(w), rest @ ..] => match (weekday(w), month(w)) {
                (Some(day), _) => (one(self.weekday(day)), rest),
                (_, Some(month)) => return self.month(month, rest),
                _ => return None,
            },
            [PhrasePart::Number(_), PhrasePart::Word("st" | "nd" | "rd" | "th"), ..] => {
                return self.of_month(all);
            }
            [PhrasePart::Number(n), PhrasePart::Word(w), rest @ ..] if month(w).is_some() => {
                let (day, month) = (n.parse().ok()?, month(w)?);
                let (year, rest) = year(rest);
                (one(self.date(year, month, day)?), rest)
            }
            [PhrasePart::Number(n), rest @ ..] => (Some(iso_days(n)?), rest),
            [] => return None,
        };
        Some(read)
    }

    fn monday(&self) -> NaiveDate {
        let since = i64::from(self.today.weekday().num_days_from_monday());
        shift(self.today, -since).unwrap_or(self.today)
    }

    /// The nearest such day: ahead never today, back perhaps today.
    fn weekday(&self, day: u8) -> Option<NaiveDate> {
        let ahead = (i64::from(day) - i64::from(self.today.weekday().num_days_from_monday())).rem_euclid(7);
        match self.lean {
            Lean::Future => shift(self.today, if ahead == 0 { 7 } else { ahead }),
            Lean::Past => shift(self.today, if ahead == 0 { 0 } else { ahead - 7 }),
        }
    }

    /// `next wed`, `last month`, `past 7 days`: weeks begin on Monday, `next wed` is the one of next week, `last wed`
    /// the day before today.
    fn relative<'p, 't>(&self, word: &str, rest: Parts<'p, 't>) -> Read<'p, 't, Dates> {
        let by = match word {
            "this" => 0,
            "next" | "coming" => 1,
            _ => -1,
        };
        match rest {
            [PhrasePart::Word(w), rest @ ..] => {
                if let Some(day) = weekday(w) {
                    let week = shift(self.monday(), i64::from(day) + if word == "next" { 7 } else { 0 });
                    let date = match by {
                        -1 => Reader { today: shift(self.today, -1)?, lean: Lean::Past }.weekday(day),
                        1 if word == "coming" => Reader { lean: Lean::Future, ..*self }.weekday(day),
                        _ => week,
                    };
                    return Some((one(date), rest));
                }
                if let Some(m) = month(w) {
                    let lean = if by < 0 { Lean::Past } else { Lean::Future };
                    let from = match by {
                        0 => return Some((span_of_month(self.today.year(), m), rest)),
                        // Not the one that we are in.
                        -1 => shift_months(self.today.with_day(1)?, -1)?,
                        _ => shift_months(self.today.with_day(1)?, 1)?,
                    };
                    return Some((Reader { today: from, lean }.nearest_month(m), rest));
                }
                if w == &"weekend" {
                    let saturday = shift(self.monday(), 5 + 7 * by);
                    return Some((saturday.and_then(|s| Some((s, shift(s, 1)?))), rest));
                }
                let unit = unit(w)?;
                if unit == Unit::Day {
                    return Some((one(shift(self.today, by)), rest));
                }
                Some((self.period(unit, i32::try_from(by).ok()?), rest))
            }
            [PhrasePart::Number(n), PhrasePart::Word(w), rest @ ..] if by != 0 => {
                let step = add(Step::default(), n.parse().ok()?, unit(w)?)?;
                if step.ms != 0 {
                    return None;
                }
                // Whole days that end with today, or begin with it.
                let away = |sign: i32| {
                    let months = shift_months(self.today, step.months.checked_mul(sign)?)?;
                    shift(months, i64::from(step.days) * i64::from(sign))
                };
                let dates = if by < 0 {
                    away(-1).and_then(|d| shift(d, 1)).map(|first| (first.min(self.today), self.today))
                } else {
                    away(1).and_then(|d| shift(d, -1)).map(|last| (self.today, last.max(self.today)))
                };
                Some((dates, rest))
            }
            _ => None,
        }
    }

    /// This week, month, quarter or year, or one `n` away.
    fn period(&self, unit: Unit, by: i32) -> Dates {
        let months = |first: NaiveDate, n: i32| {
            let first = shift_months(first, n.checked_mul(by)?)?;
            Some((first, shift(shift_months(first, n)?, -1)?))
        };
        let first_of_month = self.today.with_day(1)?;
        match unit {
            Unit::Week => {
                let first = shift(self.monday(), 7 * i64::from(by))?;
                Some((first, shift(first, 6)?))
            }
            Unit::Month => months(first_of_month, 1),
            Unit::Quarter => months(first_of_month.with_month(self.today.month0() / 3 * 3 + 1)?, 3),
            Unit::Year => months(first_of_month.with_month(1)?, 12),
            Unit::Day => one(shift(self.today, i64::from(by))),
            _ => None,
        }
    }

    /// Behind the name of a month: `march`, `march 5`, `mar 5th 2026`, `march 2026`.
    fn month<'p, 't>(&self, month: u32, rest: Parts<'p, 't>) -> Read<'p, 't, Dates> {
        if let (Some(y), rest) = year(rest) {
            return Some((span_of_month(y, month), rest));
        }
        // `march 9am` is no ninth: a day of the month is one or two digits with no time behind them.
        if let [PhrasePart::Number(n), after @ ..] = rest
            && n.len() <= 2
            && !matches!(after, [PhrasePart::Word("am" | "pm"), ..])
        {
            let day = n.parse().ok()?;
            let after = match after {
                [PhrasePart::Word("st" | "nd" | "rd" | "th"), after @ ..] => after,
                after => after,
            };
            let (year, after) = year(after);
            return Some((one(self.date(year, month, day)?), after));
        }
        Some((self.nearest_month(month), rest))
    }

    /// `5th`, `5th of march 2026`.
    fn of_month<'p, 't>(&self, all: Parts<'p, 't>) -> Read<'p, 't, Dates> {
        let [PhrasePart::Number(n), PhrasePart::Word("st" | "nd" | "rd" | "th"), rest @ ..] = all else {
            return None;
        };
        let day: u32 = n.parse().ok().filter(|d| (1..=31).contains(d))?;
        let named = match rest {
            [PhrasePart::Word("of"), PhrasePart::Word(m), rest @ ..] | [PhrasePart::Word(m), rest @ ..] => {
                month(m).map(|m| (m, rest))
            }
            _ => None,
        };
        if let Some((month, rest)) = named {
            let (year, rest) = year(rest);
            return Some((one(self.date(year, month, day)?), rest));
        }
        // The nearest month that has such a day.
        let first = self.today.with_day(1)?;
        let found = (0..12).find_map(|n| {
            let month = shift_months(first, if self.lean == Lean::Future { n } else { -n })?;
            month.with_day(day).filter(|d| match self.lean {
                Lean::Future => *d > self.today,
                Lean::Past => *d <= self.today,
            })
        });
        Some((one(found), rest))
    }

    /// A day of a month, in the year that is said or else in the nearest; `None` where it never comes.
    fn date(&self, year: Option<i32>, month: u32, day: u32) -> Option<Option<NaiveDate>> {
        if let Some(y) = year {
            return NaiveDate::from_ymd_opt(y, month, day).map(Some);
        }
        let from = self.today.year();
        // Nine years contain a 29 February.
        (0..9)
            .find_map(|n| {
                let y = if self.lean == Lean::Future { from + n } else { from - n };
                NaiveDate::from_ymd_opt(y, month, day).filter(|d| match self.lean {
                    Lean::Future => *d >= self.today,
                    Lean::Past => *d <= self.today,
                })
            })
            .map(Some)
    }

    fn nearest_month(&self, month: u32) -> Dates {
        let (year, now) = (self.today.year(), self.today.month());
        span_of_month(
            match self.lean {
                Lean::Future if month < now => year + 1,
                Lean::Past if month > now => year - 1,
                _ => year,
            },
            month,
        )
    }
}

pub(super) fn span_of_month(year: i32, month: u32) -> Dates {
    let first = NaiveDate::from_ymd_opt(year, month, 1)?;
    Some((first, shift(shift_months(first, 1)?, -1)?))
}

/// A year of four digits, if one follows.
fn year<'p, 't>(rest: Parts<'p, 't>) -> (Option<i32>, Parts<'p, 't>) {
    match rest {
        [PhrasePart::Number(y), after @ ..] if y.len() == 4 && y.bytes().all(|b| b.is_ascii_digit()) => {
            (y.parse().ok(), after)
        }
        rest => (None, rest),
    }
}
