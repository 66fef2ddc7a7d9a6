//! The last resort: the letters typed, in order, inside the name, from the start of a word on. SkimMatcherV2 judges.

use fuzzy_matcher::{FuzzyMatcher, skim::SkimMatcherV2};

use super::{
    asked::Word,
    tiers::{END, NAME, POINT, is_word},
};

/// With fewer letters everyone is found.
const LEAST: usize = 3;

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
/// anyone meant.
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

/// Judges names by the letters of a pattern.
pub struct LetterScorer {
    pattern: String,
    matcher: SkimMatcherV2,
}

impl LetterScorer {
    /// Of a pattern that is long enough to say anything.
    pub fn new(pattern: &str) -> Option<LetterScorer> {
        (pattern.chars().count() >= LEAST)
            .then(|| LetterScorer { pattern: pattern.to_owned(), matcher: matcher() })
    }

    /// What a contact's text is worth; `None` where the letters are not in order in its name, from the start of a
    /// word on.
    pub fn worth(&self, text: &[u8]) -> Option<u32> {
        let (first, rest) = text.split_first()?;
        let name = rest.split(|b| *b <= END).next().filter(|_| *first == NAME)?;
        if !stands_in_order(name, self.pattern.as_bytes()) {
            return None;
        }
        let (score, _) = judge(&self.matcher, std::str::from_utf8(name).ok()?, &self.pattern)?;
        Some(u32::try_from(score.saturating_mul(10)).unwrap_or(0).min(WORTH))
    }
}

/// Whether all letters occur in order in a name, from the start of a word on.
fn stands_in_order(name: &[u8], pattern: &[u8]) -> bool {
    let starts =
        (0..name.len()).filter(|i| i.checked_sub(1).and_then(|b| name.get(b)).is_none_or(|b| !is_word(*b)));
    starts.filter(|i| name.get(*i) == pattern.first()).any(|i| {
        let mut rest = name.get(i..).unwrap_or_default().iter();
        pattern.iter().all(|p| rest.any(|b| b == p))
    })
}
