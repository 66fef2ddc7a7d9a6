//! From parts to what they mean.

use chrono::{Datelike, Duration, Months, NaiveDate};

use super::{
    Lean, PhraseError, When,
    words::{Part, Unit, count, month, parts, unit, weekday},
};
use crate::model::{
    Day, Stamp,
    zone::{Step, Zone},
};

/// The longest phrase, in bytes.
const LONGEST: usize = 80;

/// The parts left to read.
type Parts<'p, 't> = &'p [Part<'t>];

/// What was read, and what is left.
type Read<'p, 't, T> = Option<(T, Parts<'p, 't>)>;

pub(super) fn parse(text: &str, now: Stamp, zone: &Zone, lean: Lean) -> Result<When, PhraseError> {
    let trimmed = text.trim();
    let unknown = |part: Option<&str>| PhraseError::NotATime {
        text: trimmed.chars().take(LONGEST).collect(),
        part: part.filter(|p| *p != "?" && !p.eq_ignore_ascii_case(trimmed)).map(str::to_owned),
    };
    if trimmed.is_empty() || trimmed.len() > LONGEST {
        return Err(unknown(None));
    }
    if let Some(when) = exact(trimmed, zone) {
        return Ok(when);
    }
    let lower = trimmed.to_lowercase();
    if lower == "now" {
        return Ok(When::Moment(now));
    }
    // A sign says which way, whatever the phrase leans to.
    let (lower, sign) = match lower.strip_prefix(['+', '-']) {
        Some(rest) => (rest, Some(if lower.starts_with('-') { Lean::Past } else { Lean::Future })),
        None => (lower.as_str(), None),
    };
    let all = parts(lower);
    let too_far = || PhraseError::TooFar(trimmed.to_owned());
    if let Some((step, towards)) = distance(&all) {
        let step = match towards.or(sign).unwrap_or(lean) {
            Lean::Future => step,
            Lean::Past => step.back(),
        };
        return zone.step(now, step).map(When::Away).ok_or_else(too_far);
    }
    if sign.is_some() {
        return Err(unknown(None));
    }
    let today = zone.day(now).date().ok_or_else(too_far)?;
    let reader = Reader { today, lean };
    let (mut days, mut time) = (None, None);
    let mut rest: Parts = &all;
    while let Some((part, after)) = rest.split_first() {
        if let (None, Some((d, after))) = (&days, reader.days(rest)) {
            (days, rest) = (Some(d), after);
        } else if let (None, Some((t, after))) = (time, clock(rest)) {
            (time, rest) = (Some(t), after);
        } else if matches!(part, Part::Word("at" | "on" | "the" | "o" | "clock" | "this"))
            && !after.is_empty()
        {
            rest = after;
        } else {
            return Err(unknown(Some(part.text())));
        }
    }
    match (days, time) {
        (None, Some((hour, minute))) => {
            let at = |days: i32| zone.at(Day(Day::from(today).0.saturating_add(days)), hour, minute);
            Ok(When::Moment(match lean {
                Lean::Future if at(0) <= now => at(1),
                Lean::Past if at(0) > now => at(-1),
                _ => at(0),
            }))
        }
        (Some(d), Some((hour, minute))) => {
            let (first, _) = d.ok_or_else(too_far)?;
            Ok(When::Moment(zone.at(first.into(), hour, minute)))
        }
        (Some(d), None) => {
            let (first, last) = d.ok_or_else(too_far)?;
            Ok(When::Days(first.into(), last.into()))
        }
        (None, None) => Err(unknown(None)),
    }
}

/// A length of time alone.
pub(super) fn length(text: &str) -> Option<Step> {
    let lower = text.trim().to_lowercase();
    let (step, rest) = steps(&parts(&lower)).filter(|_| text.len() <= LONGEST).map(|(s, r)| (s, r.len()))?;
    (rest == 0).then_some(step)
}

/// `2h`, `in 3 days`, `1h 30m ago`, and which way it says.
fn distance(all: Parts) -> Option<(Step, Option<Lean>)> {
    let (ahead, rest) = match all {
        [Part::Word("in"), rest @ ..] => (true, rest),
        rest => (false, rest),
    };
    let (step, rest) = steps(rest)?;
    match rest {
        [] => Some((step, ahead.then_some(Lean::Future))),
        [Part::Word("ago")] if !ahead => Some((step, Some(Lean::Past))),
        [Part::Word("from"), Part::Word("now")] if !ahead => Some((step, Some(Lean::Future))),
        _ => None,
    }
}

/// One or more of a count and a unit.
fn steps<'p, 't>(all: Parts<'p, 't>) -> Read<'p, 't, Step> {
    let mut sum = Step::default();
    let mut rest = all;
    loop {
        let (n, after) = match rest {
            [Part::Number(n), after @ ..] if n.bytes().all(|b| b.is_ascii_digit() || b == b'.') => {
                (n.parse::<f64>().ok(), after)
            }
            [Part::Word("half"), Part::Word("a" | "an"), after @ ..] => (Some(0.5), after),
            [Part::Word("and"), after @ ..] if rest.len() < all.len() => {
                rest = after;
                continue;
            }
            [Part::Word(w), after @ ..] => (count(w), after),
            _ => (None, rest),
        };
        let read = n.and_then(|n| match after {
            [Part::Word(w), after @ ..] => unit(w).map(|u| (n, u, after)),
            _ => None,
        });
        let Some((n, unit, after)) = read else { break };
        sum = add(sum, n, unit)?;
        rest = after;
    }
    (rest.len() < all.len()).then_some((sum, rest))
}

/// A step with a count of a unit added; `None` for a fraction of a month. What no calendar holds stays too large.
fn add(to: Step, n: f64, unit: Unit) -> Option<Step> {
    // Float to integer saturates, so that nothing wraps however much was typed.
    #[expect(clippy::cast_possible_truncation)]
    let whole = n as i32;
    #[expect(clippy::cast_possible_truncation)]
    let ms = |each: f64| Some(Step { ms: to.ms.saturating_add((n * each) as i64), ..to });
    let months = |each: i32| {
        let months = to.months.saturating_add(whole.saturating_mul(each));
        (n.fract() == 0.0).then_some(Step { months, ..to })
    };
    let days = |each: i32| match n.fract() == 0.0 {
        true => Some(Step { days: to.days.saturating_add(whole.saturating_mul(each)), ..to }),
        false => ms(f64::from(each) * 86_400_000.0),
    };
    match unit {
        Unit::Second => ms(1000.0),
        Unit::Minute => ms(60_000.0),
        Unit::Hour => ms(3_600_000.0),
        Unit::Day => days(1),
        Unit::Week => days(7),
        Unit::Month => months(1),
        Unit::Quarter => months(3),
        Unit::Year => months(12),
    }
}

/// A time of day: `9am`, `9:30 pm`, `21:00`, `at 9`, `noon`.
fn clock<'p, 't>(all: Parts<'p, 't>) -> Read<'p, 't, (u8, u8)> {
    let named = |w: &str| match w {
        "noon" | "midday" => Some((12, 0)),
        "midnight" => Some((0, 0)),
        "morning" => Some((9, 0)),
        "afternoon" => Some((14, 0)),
        "evening" => Some((18, 0)),
        "tonight" => Some((20, 0)),
        _ => None,
    };
    let (rest, at) = match all {
        [Part::Word("at"), rest @ ..] => (rest, true),
        rest => (rest, false),
    };
    match rest {
        [Part::Word(w), rest @ ..] => Some((named(w)?, rest)),
        [Part::Number(n), rest @ ..] => {
            let (hour, minute) = match n.split_once([':', '.']) {
                Some((h, m)) if m.len() == 2 => (h.parse::<u8>().ok()?, m.parse::<u8>().ok()?),
                Some(_) => return None,
                None => (n.parse::<u8>().ok()?, 0),
            };
            let (hour, rest) = match rest {
                [Part::Word("am" | "a"), rest @ ..] if (1..=12).contains(&hour) => (hour % 12, rest),
                [Part::Word("pm" | "p"), rest @ ..] if (1..=12).contains(&hour) => (hour % 12 + 12, rest),
                [Part::Word("h" | "uhr"), rest @ ..] if n.contains(':') => (hour, rest),
                rest if at || n.contains(':') => (hour, rest),
                _ => return None,
            };
            (hour < 24 && minute < 60).then_some(((hour, minute), rest))
        }
        [] => None,
    }
}

/// The first and the last day of what was said; `None` inside where the calendar ends before it.
type Dates = Option<(NaiveDate, NaiveDate)>;

/// Reads days as they stand to today.
struct Reader {
    today: NaiveDate,
    lean: Lean,
}

/// A day as days.
fn one(day: Option<NaiveDate>) -> Dates {
    day.map(|d| (d, d))
}

fn shift(day: NaiveDate, days: i64) -> Option<NaiveDate> {
    day.checked_add_signed(Duration::try_days(days)?)
}

fn shift_months(day: NaiveDate, months: i32) -> Option<NaiveDate> {
    let by = Months::new(months.unsigned_abs());
    if months < 0 { day.checked_sub_months(by) } else { day.checked_add_months(by) }
}

impl Reader {
    fn days<'p, 't>(&self, all: Parts<'p, 't>) -> Read<'p, 't, Dates> {
        let read = match all {
            [Part::Word("today"), rest @ ..] => (one(Some(self.today)), rest),
            [Part::Word("tomorrow" | "tmr" | "tom" | "tmrw"), rest @ ..] => (one(shift(self.today, 1)), rest),
            [Part::Word("yesterday" | "yday"), rest @ ..] => (one(shift(self.today, -1)), rest),
            [Part::Word("eow"), rest @ ..] => (one(shift(self.monday(), 4)), rest),
            [Part::Word("eom"), rest @ ..] => (one(self.period(Unit::Month, 0).map(|(_, last)| last)), rest),
            [Part::Word("end"), Part::Word("of"), rest @ ..] => {
                let (dates, rest) = self.days(rest).or_else(|| match rest {
                    [Part::Word(w), rest @ ..] => Some((self.period(unit(w)?, 0), rest)),
                    _ => None,
                })?;
                (one(dates.map(|(_, last)| last)), rest)
            }
            [Part::Word(w @ ("this" | "next" | "last" | "past" | "previous" | "coming")), rest @ ..] => {
                return self.relative(w, rest);
            }
            [Part::Word("the"), rest @ ..] => return self.of_month(rest).or_else(|| self.days(rest)),
            [Part::Word(w), rest @ ..] => match (weekday(w), month(w)) {
                (Some(day), _) => (one(self.weekday(day)), rest),
                (_, Some(month)) => return self.month(month, rest),
                _ => return None,
            },
            [Part::Number(_), Part::Word("st" | "nd" | "rd" | "th"), ..] => return self.of_month(all),
            [Part::Number(n), Part::Word(w), rest @ ..] if month(w).is_some() => {
                let (day, month) = (n.parse().ok()?, month(w)?);
                let (year, rest) = year(rest);
                (one(self.date(year, month, day)?), rest)
            }
            [Part::Number(n), rest @ ..] => (Some(iso_days(n)?), rest),
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
    /// the one before today.
    fn relative<'p, 't>(&self, word: &str, rest: Parts<'p, 't>) -> Read<'p, 't, Dates> {
        let by = match word {
            "this" => 0,
            "next" | "coming" => 1,
            _ => -1,
        };
        match rest {
            [Part::Word(w), rest @ ..] => {
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
            [Part::Number(n), Part::Word(w), rest @ ..] if by != 0 => {
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

    /// This week, month, quarter or year, or one so many away.
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
        if let [Part::Number(n), after @ ..] = rest
            && n.len() <= 2
            && !matches!(after, [Part::Word("am" | "pm"), ..])
        {
            let day = n.parse().ok()?;
            let after = match after {
                [Part::Word("st" | "nd" | "rd" | "th"), after @ ..] => after,
                after => after,
            };
            let (year, after) = year(after);
            return Some((one(self.date(year, month, day)?), after));
        }
        Some((self.nearest_month(month), rest))
    }

    /// `5th`, `5th of march 2026`.
    fn of_month<'p, 't>(&self, all: Parts<'p, 't>) -> Read<'p, 't, Dates> {
        let [Part::Number(n), Part::Word("st" | "nd" | "rd" | "th"), rest @ ..] = all else { return None };
        let day: u32 = n.parse().ok().filter(|d| (1..=31).contains(d))?;
        let named = match rest {
            [Part::Word("of"), Part::Word(m), rest @ ..] | [Part::Word(m), rest @ ..] => {
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
        // Nine years hold a 29 February.
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

fn span_of_month(year: i32, month: u32) -> Dates {
    let first = NaiveDate::from_ymd_opt(year, month, 1)?;
    Some((first, shift(shift_months(first, 1)?, -1)?))
}

/// A year of four digits, if one follows.
fn year<'p, 't>(rest: Parts<'p, 't>) -> (Option<i32>, Parts<'p, 't>) {
    match rest {
        [Part::Number(y), after @ ..] if y.len() == 4 && y.bytes().all(|b| b.is_ascii_digit()) => {
            (y.parse().ok(), after)
        }
        rest => (None, rest),
    }
}

/// `2026`, `2026-03`, `2026-03-01`.
fn iso_days(text: &str) -> Dates {
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
fn exact(text: &str, zone: &Zone) -> Option<When> {
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
