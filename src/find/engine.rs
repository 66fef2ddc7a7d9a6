//! What an engine must be able to do, and how a query is answered with it, whichever it is.

use std::collections::HashSet;

use super::{
    asked::{Untitled, Word, readings, taken_apart, untitled},
    book::StoredContact,
    correction::KnownWord,
    edit_distance::EditDistance,
    finder::FoundContacts,
    highlight::{How, as_written, hit},
    letters,
    score::{self, Scored, WantedWord, meant},
    tiers::{BEST, NAME_START, UNFINISHED},
};
use crate::model::Id;

/// With fewer than this found for one word as typed, and this many letters typed, typos are looked for too. Several words
/// that are found together were hardly mistyped.
const FEW: usize = 5;

/// This many edits are looked for, one after the other until someone is found.
const EDITS: &[usize] = &[1, 2];

/// A way to search contacts.
pub trait Engine {
    /// The best for all words, without some.
    fn seek(&self, wanted: &[WantedWord], me: Id, limit: usize, without: &HashSet<u32>) -> Vec<Scored>;
    /// The best of those in whose names these letters occur in order.
    fn in_order(&self, pattern: &str, me: Id, limit: usize) -> Vec<Scored>;
    /// The words that a typo may have meant, in no order.
    fn known(&self, typo: &EditDistance) -> Vec<KnownWord>;
    /// A contact.
    fn held(&self, slot: u32) -> Option<StoredContact<'_>>;
    /// How many contacts are looked through, of how many.
    fn loaded(&self) -> (u64, u64);
}

/// Answers a query; `loose`: typos and letters in order are looked for too where little is found as typed.
pub fn find(engine: &dyn Engine, query: &str, me: Id, limit: usize, loose: bool) -> FoundContacts {
    let mut out = FoundContacts { loaded: engine.loaded(), ..FoundContacts::default() };
    let no_one = HashSet::new();
    let readings = readings(query);
    let mut words: &[Word] = &[];
    let mut strict: Vec<Scored> = Vec::new();
    if readings.is_empty() {
        strict = engine.seek(&[], me, limit, &no_one);
    }
    for reading in &readings {
        words = reading;
        strict = engine.seek(&WantedWord::strictly(words), me, limit, &no_one);
        if !strict.is_empty() {
            break;
        }
    }
    let bare = untitled(words);
    if let Some(Untitled { titles, certain, .. }) = &bare {
        // Anyone who has it in the name is meant first; anyone else who happens to have its letters is not.
        let least = if *certain { BEST } else { NAME_START - UNFINISHED };
        let titled = |text: &[u8]| titles.iter().all(|t| score::strict(text, t) >= Some(least));
        strict.retain(|s| engine.held(s.slot).is_some_and(|h| titled(h.text)));
    }
    for s in &strict {
        out.hits.extend(engine.held(s.slot).map(|h| hit(&h, &How::Words(words), s.score)));
    }
    if let Some(bare) = &bare {
        without_titles(engine, words, bare, me, limit, &mut strict, &mut out);
        words = &bare.words;
    }
    let pattern = letters::pattern(words);
    let few = if words.len() == 1 && pattern.chars().count() >= FEW { FEW } else { 1 };
    if !loose || words.is_empty() || strict.len() >= few.min(limit) {
        return out;
    }
    let mut seen: HashSet<u32> = strict.iter().map(|s| s.slot).collect();
    // No one who was found otherwise stands above those found as typed.
    let ceiling = strict.last().map_or(u32::MAX, |s| s.score);
    loosely(engine, words, me, limit, ceiling, &mut seen, &mut out);
    if seen.len() < few.min(limit) {
        let ceiling = out.hits.last().map_or(u32::MAX, |h| h.score);
        let more = engine.in_order(&pattern, me, limit);
        for s in more.iter().filter(|s| !seen.contains(&s.slot)).take(limit - seen.len()) {
            let held = engine.held(s.slot);
            out.hits.extend(held.map(|h| hit(&h, &How::Letters(&pattern), s.score.min(ceiling))));
        }
    }
    out
}

/// Adds those found without the honorifics of a query, behind those found with them.
fn without_titles(
    engine: &dyn Engine,
    words: &[Word],
    bare: &Untitled,
    me: Id,
    limit: usize,
    strict: &mut Vec<Scored>,
    out: &mut FoundContacts,
) {
    // `m.` may be an initial.
    let initials = if bare.certain { Vec::new() } else { taken_apart(words) };
    for words in [&initials, &bare.words].into_iter().filter(|w| !w.is_empty()) {
        let seen: HashSet<u32> = strict.iter().map(|s| s.slot).collect();
        let ceiling = strict.last().map_or(u32::MAX, |s| s.score);
        let room = limit.saturating_sub(strict.len());
        for s in engine.seek(&WantedWord::strictly(words), me, room, &seen) {
            let score = s.score.min(ceiling);
            out.hits.extend(engine.held(s.slot).map(|h| hit(&h, &How::Words(words), score)));
            strict.push(Scored { score, ..s });
        }
    }
}

/// Adds those found for words taken apart, or for typos.
fn loosely(
    engine: &dyn Engine,
    words: &[Word],
    me: Id,
    limit: usize,
    ceiling: u32,
    seen: &mut HashSet<u32>,
    out: &mut FoundContacts,
) {
    let apart = taken_apart(words);
    let split = (apart.len() > words.len()).then(|| WantedWord::strictly(&apart));
    let ways = EDITS.iter().filter_map(|edits| WantedWord::loosely(engine, &apart, *edits));
    for wanted in split.into_iter().chain(ways) {
        let found = engine.seek(&wanted, me, limit - seen.len(), seen);
        for s in &found {
            let Some(held) = engine.held(s.slot) else { continue };
            let words = meant(held.text, &wanted);
            let hit = hit(&held, &How::Words(&words), s.score.min(ceiling));
            if out.correction.is_none() && wanted.iter().any(|w| w.meant.is_some()) {
                out.correction = Some(as_written(&words, &hit));
            }
            out.hits.push(hit);
        }
        seen.extend(found.iter().map(|s| s.slot));
        if !found.is_empty() {
            return;
        }
    }
}
