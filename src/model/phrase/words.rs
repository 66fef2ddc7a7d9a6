//! The words of phrases, and a text taken apart into them.

/// A part of a phrase.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PhrasePart<'a> {
    /// Begins with a digit: `9`, `9:30`, `1.5`, `2026-03-01`.
    Number(&'a str),
    /// Letters, in lower case.
    Word(&'a str),
}

impl<'a> PhrasePart<'a> {
    /// Its text.
    pub fn text(self) -> &'a str {
        match self {
            PhrasePart::Number(t) | PhrasePart::Word(t) => t,
        }
    }
}

/// Takes a phrase in lower case apart: words of letters, numbers with what belongs to them. `next-wed` and `last_month`
/// are two words each, `9am` a number and a word.
pub(super) fn parts(text: &str) -> Vec<PhrasePart<'_>> {
    let mut out = Vec::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let number = c.is_ascii_digit();
        let belongs = |c: char| {
            if number { c.is_ascii_digit() || matches!(c, ':' | '.' | '-') } else { c.is_alphabetic() }
        };
        let len = rest.find(|c| !belongs(c)).unwrap_or(rest.len());
        if len == 0 {
            rest = rest.get(c.len_utf8()..).unwrap_or_default();
            // White space, commas and hyphens separate words; anything else is an unknown word.
            if !(c.is_whitespace() || matches!(c, ',' | '-' | '_' | '\'')) {
                out.push(PhrasePart::Word("?"));
            }
            continue;
        }
        let (part, after) = rest.split_at_checked(len).unwrap_or((rest, ""));
        rest = after;
        out.push(if number {
            PhrasePart::Number(part.trim_end_matches(['-', '.', ':']))
        } else {
            PhrasePart::Word(part)
        });
    }
    out
}

/// The unit of a length of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    Second,
    Minute,
    Hour,
    Day,
    Week,
    Month,
    Quarter,
    Year,
}

/// The unit of a word.
pub(super) fn unit(word: &str) -> Option<Unit> {
    Some(match word {
        "s" | "sec" | "secs" | "second" | "seconds" => Unit::Second,
        "m" | "min" | "mins" | "minute" | "minutes" => Unit::Minute,
        "h" | "hr" | "hrs" | "hour" | "hours" => Unit::Hour,
        "d" | "day" | "days" => Unit::Day,
        "w" | "wk" | "wks" | "week" | "weeks" => Unit::Week,
        "mo" | "mos" | "month" | "months" => Unit::Month,
        "q" | "quarter" | "quarters" => Unit::Quarter,
        "y" | "yr" | "yrs" | "year" | "years" => Unit::Year,
        _ => return None,
    })
}

const WEEKDAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/// The months in English.
pub const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// The place in a list of the name that a word begins, by three letters or more.
fn begins(names: &[&str], word: &str) -> Option<u8> {
    let at = names.iter().position(|n| word.len() >= 3 && n.starts_with(word))?;
    u8::try_from(at).ok()
}

/// Days since Monday.
pub(super) fn weekday(word: &str) -> Option<u8> {
    begins(&WEEKDAYS, word)
}

/// The month, from 1.
pub(super) fn month(word: &str) -> Option<u32> {
    begins(&MONTHS, word).map(|m| u32::from(m) + 1)
}

/// A count in words.
pub(super) fn count(word: &str) -> Option<f64> {
    const WORDS: [&str; 12] =
        ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];
    match word {
        "a" | "an" => Some(1.0),
        "half" => Some(0.5),
        _ => WORDS.iter().zip(1u8..).find(|(w, _)| **w == word).map(|(_, n)| f64::from(n)),
    }
}
