//! Which records people mean: `T-1 T-4`, `1-5,9`, `#42`, an id, an address; `-` reads them from stdin.

use std::{collections::HashSet, io::Read};

use super::{ctx::look, fail::Fail};
use crate::{
    desk::{Desk, merge, read},
    model::{Id, Kind, Refusal, number},
    store::{View, records},
};

/// The most records that a range may name.
const MOST: u64 = 100_000;

/// The record of one word.
///
/// # Errors
/// Where there is none.
pub fn one(desk: &Desk, kind: Kind, word: &str) -> Result<Id, Fail> {
    look(desk, |v| read::resolve(v, kind, word))
}

/// The record of one word, where there is a word.
///
/// # Errors
/// Where there is none of that word.
pub fn maybe(desk: &Desk, kind: Kind, word: Option<&str>) -> Result<Option<Id>, Fail> {
    word.filter(|w| !w.trim().is_empty() && *w != "none").map(|w| one(desk, kind, w)).transpose()
}

/// The agent of a word; `me` is the one who asks.
///
/// # Errors
/// Where there is none.
pub fn agent(desk: &Desk, word: &str, me: Option<Id>) -> Result<Id, Fail> {
    look(desk, |v| read::agent_named(v, word, me))
}

/// All records that words name, each once, in their order.
///
/// # Errors
/// Where one of them is not there, or there are no words.
pub fn all(desk: &Desk, kind: Kind, words: &[String]) -> Result<Vec<Id>, Fail> {
    let words = from_stdin(words)?;
    let mut ids: Vec<Id> = Vec::new();
    // A pipe may name a hundred thousand.
    let mut known: HashSet<Id> = HashSet::new();
    for word in &words {
        let found = look(desk, |v| Ok(several(v, kind, word)))??;
        ids.extend(found.into_iter().filter(|id| known.insert(*id)));
    }
    if ids.is_empty() {
        return Err(Fail::usage(format!(
            "no {} is named: give numbers such as {}",
            kind.word(),
            example(kind)
        )));
    }
    Ok(ids)
}

fn example(kind: Kind) -> String {
    format!("{}, or 1-5,9", number::show(kind, 12))
}

fn from_stdin(words: &[String]) -> Result<Vec<String>, Fail> {
    if !words.iter().any(|w| w == "-") {
        return Ok(words.to_vec());
    }
    let given = stdin()?;
    let mut out: Vec<String> = words.iter().filter(|w| *w != "-").cloned().collect();
    out.extend(given.split_whitespace().map(str::to_owned));
    Ok(out)
}

/// All of stdin as text.
///
/// # Errors
/// Where it cannot be read.
pub fn stdin() -> Result<String, Fail> {
    let mut bytes = Vec::new();
    std::io::stdin()
        .lock()
        .read_to_end(&mut bytes)
        .map_err(|e| Fail::failed(format!("stdin cannot be read: {e}")))?;
    Ok(String::from_utf8(bytes).unwrap_or_else(|e| String::from_utf8_lossy(e.as_bytes()).into_owned()))
}

fn several(view: &dyn View, kind: Kind, word: &str) -> Result<Vec<Id>, Fail> {
    let Some(parts) = numbers(kind, word) else {
        return Ok(vec![read::resolve(view, kind, word)?]);
    };
    let none = |what: String| Fail::from(Refusal::NotFound { kind, what });
    let mut out = Vec::new();
    for (first, last) in parts {
        if last.saturating_sub(first) >= MOST {
            return Err(Fail::usage(format!("{word} names too many")));
        }
        let before = out.len();
        for n in first..=last {
            // A merged record resolves to the surviving one.
            if let Some(id) = records::by_number(view, kind, n)? {
                out.push(merge::survivor(view, kind, id)?);
            }
        }
        if out.len() == before {
            return Err(none(if first == last { number::show(kind, first) } else { word.to_owned() }));
        }
    }
    Ok(out)
}

/// The ranges of `T-1`, `1-5,9`, `T-1-T-5`, `#3`; `None` where the word names records in another way.
fn numbers(kind: Kind, word: &str) -> Option<Vec<(u64, u64)>> {
    word.split(',').map(str::trim).filter(|p| !p.is_empty()).map(|p| range(kind, p)).collect()
}

fn range(kind: Kind, part: &str) -> Option<(u64, u64)> {
    let single = |text: &str| match number::parse(text)? {
        (Some(k), _) if k != kind => None,
        (_, n) => Some(n),
    };
    if let Some(n) = single(part) {
        return Some((n, n));
    }
    // The dash of a range is one that has a number on both sides: `1-5`, `T-1-5`, `T-1-T-5`.
    part.match_indices('-').find_map(|(at, _)| {
        let (first, last) = (single(part.get(..at)?)?, single(part.get(at + 1..)?)?);
        (first <= last).then_some((first, last))
    })
}

/// Whether a word can only name records of a kind by number.
pub fn is_number(kind: Kind, word: &str) -> bool {
    word == "-" || word.parse::<Id>().is_ok() || numbers(kind, word).is_some_and(|n| !n.is_empty())
}

/// The words at the front that name records, and what comes behind them. A bare number (`3`) behind the first counts as
/// one only where `bare` says so, since `snooze T-1 3 days` means a time.
pub fn split(kind: Kind, words: &[String], bare: bool) -> (&[String], &[String]) {
    let is = |i: usize, w: &String| {
        i == 0 || (is_number(kind, w) && (bare || !w.chars().all(|c| c.is_ascii_digit())))
    };
    let at = words.iter().enumerate().position(|(i, w)| !is(i, w)).unwrap_or(words.len());
    words.split_at_checked(at).unwrap_or((words, &[]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_ranges_are_read_as_typed() {
        let t = |w: &str| numbers(Kind::Ticket, w);
        assert_eq!(t("T-4"), Some(vec![(4, 4)]));
        assert_eq!(t("1-5,9"), Some(vec![(1, 5), (9, 9)]));
        assert_eq!(t("T-1-5,#7"), Some(vec![(1, 5), (7, 7)]));
        assert_eq!(t("t1-t3"), Some(vec![(1, 3)]));
        assert_eq!(t("T-1-T-3"), Some(vec![(1, 3)]));
        for none in ["C-4", "ada@example.com", "5-1", "x", "2d", "tomorrow", "é-1"] {
            assert_eq!(t(none), None, "{none}");
        }
        assert_eq!(numbers(Kind::Customer, "C-4"), Some(vec![(4, 4)]));
    }

    #[test]
    fn words_behind_the_records_are_told_apart() {
        let words = |s: &str| s.split(' ').map(str::to_owned).collect::<Vec<_>>();
        let w = words("T-1 2-4 3 days");
        assert_eq!(split(Kind::Ticket, &w, false).1, ["3", "days"]);
        let w = words("1 2 vip late");
        assert_eq!(split(Kind::Ticket, &w, true), (&words("1 2")[..], &words("vip late")[..]));
        assert_eq!(split(Kind::Ticket, &[], true).0.len(), 0);
    }
}
