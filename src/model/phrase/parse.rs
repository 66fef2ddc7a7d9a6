//! From parts to what they mean.

use super::{
    Lean, PhraseError, When,
    days::Reader,
    exact::exact,
    words::{PhrasePart, Unit, count, parts, unit},
};
use crate::model::{
    Day, Stamp,
    zone::{Step, Zone},
};

/// The longest phrase, in bytes.
const LONGEST: usize = 80;

/// The parts left to read.
pub(super) type Parts<'p, 't> = &'p [PhrasePart<'t>];

/// What was read, and what is left.
pub(super) type Read<'p, 't, T> = Option<(T, Parts<'p, 't>)>;

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
        } else if matches!(part, PhrasePart::Word("at" | "on" | "the" | "o" | "clock" | "this"))
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
        [PhrasePart::Word("in"), rest @ ..] => (true, rest),
        rest => (false, rest),
    };
    let (step, rest) = steps(rest)?;
    match rest {
        [] => Some((step, ahead.then_some(Lean::Future))),
        [PhrasePart::Word("ago")] if !ahead => Some((step, Some(Lean::Past))),
        [PhrasePart::Word("from"), PhrasePart::Word("now")] if !ahead => Some((step, Some(Lean::Future))),
        _ => None,
    }
}

/// One or more of a count and a unit.
fn steps<'p, 't>(all: Parts<'p, 't>) -> Read<'p, 't, Step> {
    let mut sum = Step::default();
    let mut rest = all;
    loop {
        let (n, after) = match rest {
            [PhrasePart::Number(n), after @ ..] if n.bytes().all(|b| b.is_ascii_digit() || b == b'.') => {
                (n.parse::<f64>().ok(), after)
            }
            [PhrasePart::Word("half"), PhrasePart::Word("a" | "an"), after @ ..] => (Some(0.5), after),
            [PhrasePart::Word("and"), after @ ..] if rest.len() < all.len() => {
                rest = after;
                continue;
            }
            [PhrasePart::Word(w), after @ ..] => (count(w), after),
            _ => (None, rest),
        };
        let read = n.and_then(|n| match after {
            [PhrasePart::Word(w), after @ ..] => unit(w).map(|u| (n, u, after)),
            _ => None,
        });
        let Some((n, unit, after)) = read else { break };
        sum = add(sum, n, unit)?;
        rest = after;
    }
    (rest.len() < all.len()).then_some((sum, rest))
}

/// A step with a count of a unit added; `None` for a fraction of a month. A date beyond the calendar stays too large.
pub(super) fn add(to: Step, n: f64, unit: Unit) -> Option<Step> {
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
        [PhrasePart::Word("at"), rest @ ..] => (rest, true),
        rest => (rest, false),
    };
    match rest {
        [PhrasePart::Word(w), rest @ ..] => Some((named(w)?, rest)),
        [PhrasePart::Number(n), rest @ ..] => {
            let (hour, minute) = match n.split_once([':', '.']) {
                Some((h, m)) if m.len() == 2 => (h.parse::<u8>().ok()?, m.parse::<u8>().ok()?),
                Some(_) => return None,
                None => (n.parse::<u8>().ok()?, 0),
            };
            let (hour, rest) = match rest {
                [PhrasePart::Word("am" | "a"), rest @ ..] if (1..=12).contains(&hour) => (hour % 12, rest),
                [PhrasePart::Word("pm" | "p"), rest @ ..] if (1..=12).contains(&hour) => {
                    (hour % 12 + 12, rest)
                }
                [PhrasePart::Word("h" | "uhr"), rest @ ..] if n.contains(':') => (hour, rest),
                rest if at || n.contains(':') => (hour, rest),
                _ => return None,
            };
            (hour < 24 && minute < 60).then_some(((hour, minute), rest))
        }
        [] => None,
    }
}
