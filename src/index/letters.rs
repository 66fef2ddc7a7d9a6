//! The last resort: the letters typed, in order, inside the name, from the start of a word on. SkimMatcherV2 judges.

use std::cmp::Reverse;

use fuzzy_matcher::{FuzzyMatcher, skim::SkimMatcherV2};
use memchr::memmem;

use super::{
    arena::{Arena, GONE},
    asked::Word,
    contact::unpack,
    finder::FieldKind,
    search::{Best, Scored, Search, each_row},
    spell::Folded,
    tiers::{NAME, POINT, mark},
};

/// With fewer letters everybody is found.
const LEAST: usize = 3;

/// More are not judged: nobody looks through so many.
const MOST: usize = 500;

/// The most that such a match is worth, in hundredths: below anything found as typed.
const WORTH: u32 = 30 * POINT;

/// The letters of the words, as they are looked for.
pub fn pattern(words: &[Word]) -> String {
    words.iter().flat_map(|w| w.text.chars()).filter(|c| c.is_alphanumeric()).collect()
}

/// The matcher; what it says differs with and without places, so it is always asked for both.
pub fn matcher() -> SkimMatcherV2 {
    SkimMatcherV2::default().ignore_case()
}

/// The score of a pattern in a folded name and the places of its letters in bytes; `None` where it is no match that
/// anybody meant.
pub fn judge(matcher: &SkimMatcherV2, name: &str, pattern: &str) -> Option<(i64, Vec<usize>)> {
    let (score, places) = matcher.fuzzy_indices(name, pattern)?;
    let (first, last) = (*places.first()?, *places.last()?);
    // Letters strewn over the whole name are no match.
    if last - first > pattern.chars().count() * 3 {
        return None;
    }
    let starts: Vec<usize> = name.char_indices().map(|(at, _)| at).collect();
    Some((score, places.into_iter().filter_map(|i| starts.get(i).copied()).collect()))
}

/// Those in whose names the letters stand in order.
pub fn find(arena: &Arena, search: &Search<'_>, pattern: &str, limit: usize) -> Vec<Scored> {
    let mut best = Best::new(limit);
    let Some(first) = pattern.bytes().next().filter(|_| pattern.chars().count() >= LEAST) else {
        return Vec::new();
    };
    let start = [NAME, first];
    let start = memmem::Finder::new(&start);
    let matcher = matcher();
    let mut judged = 0;
    for block in search.blocks() {
        each_row(block, &start, |row, text| {
            let slot = block.slots.get(row).copied().unwrap_or(GONE);
            if judged >= MOST || !stands_in_order(text, &start, pattern.as_bytes()) {
                return;
            }
            judged += 1;
            let Some(e) = arena.entry(slot) else { return };
            let Some((_, name, _)) = unpack(&e.shown).find(|(k, _, _)| *k == FieldKind::Name) else { return };
            if let Some((score, _)) = judge(&matcher, &Folded::of(name).text, pattern) {
                let worth = u32::try_from(score * 10).unwrap_or(0).min(WORTH);
                let score = worth + e.standing.points(arena.now());
                best.offer(Scored { score, number: Reverse(e.number), slot });
            }
        });
        if judged >= MOST {
            break;
        }
    }
    best.into_vec()
}

/// Whether all letters stand in order in the name of a contact's text, from the start of a word on.
fn stands_in_order(text: &[u8], start: &memmem::Finder<'_>, pattern: &[u8]) -> bool {
    start.find_iter(text).any(|at| {
        let mut rest = text.get(at..).unwrap_or_default().iter();
        pattern
            .iter()
            .all(|p| rest.by_ref().take_while(|b| mark(**b).is_none_or(|m| m == NAME)).any(|b| b == p))
    })
}
