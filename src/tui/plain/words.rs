//! How things sound: lengths of time in words, and text without the signs that only mean something to the eye.

use crate::{model::Stamp, term::safe::Safe, tui::keymap::Keys};

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// A number of things: `1 ticket`, `3 tickets`.
#[must_use]
pub fn count(n: usize, what: &str) -> String {
    if n == 1 { format!("1 {what}") } else { format!("{n} {what}s") }
}

/// A length of time: `42 minutes`, `2 hours 15 minutes`, `3 days`.
#[must_use]
pub fn span(ms: i64) -> String {
    let ms = ms.saturating_abs();
    let of = |n: i64, unit: &str| count(usize::try_from(n).unwrap_or(usize::MAX), unit);
    match ms {
        _ if ms < MINUTE => "less than a minute".to_owned(),
        _ if ms < HOUR => of(ms / MINUTE, "minute"),
        _ if ms < 10 * HOUR && ms % HOUR >= MINUTE => {
            format!("{} {}", of(ms / HOUR, "hour"), of(ms % HOUR / MINUTE, "minute"))
        }
        _ if ms < 2 * DAY => of(ms / HOUR, "hour"),
        _ if ms < 60 * DAY => of(ms / DAY, "day"),
        _ if ms < 700 * DAY => of(ms / (7 * DAY), "week"),
        _ => of(ms / (365 * DAY), "year"),
    }
}

/// The time that sentences are made for. What was said is compared by sentences without one, so that a minute that went
/// by is no news.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Time(pub Option<Stamp>);

impl Time {
    /// Until something is due: `due in 42 minutes`, `overdue by 2 hours`.
    #[must_use]
    pub fn due(self, at: Stamp) -> String {
        match self.0 {
            None => format!("due {at}"),
            Some(now) if at < now => format!("overdue by {}", span(now.saturating_sub(at))),
            Some(now) => format!("due in {}", span(at.saturating_sub(now))),
        }
    }

    /// How long ago something was: `3 days ago`.
    #[must_use]
    pub fn ago(self, at: Stamp) -> String {
        match self.0 {
            None => at.to_string(),
            Some(now) if now.saturating_sub(at) < MINUTE => "just now".to_owned(),
            Some(now) => format!("{} ago", span(now.saturating_sub(at))),
        }
    }

    /// Something that depends on the time.
    #[must_use]
    pub fn of(self, at: Stamp, words: impl Fn(Stamp) -> String) -> String {
        self.0.map_or_else(|| at.to_string(), words)
    }
}

/// Parts of a sentence, those that say something, with commas between them.
#[must_use]
pub fn list<T: AsRef<str>>(parts: impl IntoIterator<Item = T>) -> String {
    let mut out = String::new();
    for part in parts {
        let part = part.as_ref().trim();
        if part.is_empty() {
            continue;
        }
        if !out.is_empty() {
            out.push_str(if out.ends_with(['.', '?', '!', ':', ',']) { " " } else { ", " });
        }
        out.push_str(part);
    }
    out
}

/// A sentence as it ends: with a full stop, unless it ends itself.
#[must_use]
pub fn ended(text: &str) -> String {
    let text = text.trim();
    if text.is_empty() || text.ends_with(['.', '?', '!', ':', '"', '…']) {
        text.to_owned()
    } else {
        format!("{text}.")
    }
}

/// A line as printed: safe, single blanks, and no drawing characters.
#[must_use]
pub fn line(text: &str) -> String {
    tidy(Safe::line(text).as_str())
}

/// Lines as they are printed.
pub fn lines(text: &str) -> Vec<String> {
    Safe::block(text).lines().map(|l| tidy(l.as_str())).collect()
}

/// Safe text without signs that only mean something to the eye.
fn tidy(text: &str) -> String {
    let text = text.replace(" … ", " to ");
    let mut out = String::with_capacity(text.len());
    let blank = |out: &mut String| {
        if !out.is_empty() && !out.ends_with(' ') {
            out.push(' ');
        }
    };
    for c in text.chars() {
        match c {
            // Boxes, blocks, shapes of signs, and letters that only the sender's font knows.
            '\u{2500}'..='\u{25ff}' | '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..='\u{10ffff}' => blank(&mut out),
            c if c.is_whitespace() => blank(&mut out),
            '→' => out.push_str("to"),
            '−' => out.push('-'),
            '·' | '•' => {
                out.truncate(out.trim_end().len());
                out.push(',');
            }
            ',' if out.ends_with(' ') => {
                out.truncate(out.trim_end().len());
                out.push(',');
            }
            c => out.push(c),
        }
    }
    out.truncate(out.trim_end().len());
    out
}

/// A key or a sequence of keys as people say it: `question mark`, `g slash`, `capital U`. Other text is unchanged.
#[must_use]
pub fn key(keys: &str) -> String {
    if keys.parse::<Keys>().is_err() {
        return keys.to_owned();
    }
    let one = |key: &str| {
        let sign = match key {
            "?" => "question mark",
            ":" => "colon",
            "/" => "slash",
            "." => "dot",
            "," => "comma",
            "*" => "star",
            "!" => "exclamation mark",
            "|" => "vertical bar",
            "[" => "left bracket",
            "]" => "right bracket",
            "<" => "less-than sign",
            ">" => "greater-than sign",
            "-" => "minus",
            "+" => "plus",
            // Spoken, a capital is as its small letter.
            key if key.len() == 1 && key.chars().all(char::is_uppercase) => return format!("capital {key}"),
            key => key,
        };
        sign.to_owned()
    };
    keys.split(' ').map(one).collect::<Vec<_>>().join(" ")
}

/// Names of days and months, as times have them and in full.
const NAMES: [(&str, &str); 18] = [
    ("Mon", "Monday"),
    ("Tue", "Tuesday"),
    ("Wed", "Wednesday"),
    ("Thu", "Thursday"),
    ("Fri", "Friday"),
    ("Sat", "Saturday"),
    ("Sun", "Sunday"),
    ("Jan", "January"),
    ("Feb", "February"),
    ("Mar", "March"),
    ("Apr", "April"),
    ("Jun", "June"),
    ("Jul", "July"),
    ("Aug", "August"),
    ("Sep", "September"),
    ("Oct", "October"),
    ("Nov", "November"),
    ("Dec", "December"),
];

/// A time with the names of days and months in full: `Tuesday 09:12`, `3 November`.
#[must_use]
pub fn time(when: &str) -> String {
    let full = |word: &str| {
        NAMES.iter().find(|(short, _)| *short == word).map_or(word.to_owned(), |n| n.1.to_owned())
    };
    when.split(' ').map(full).collect::<Vec<_>>().join(" ")
}
