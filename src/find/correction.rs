//! The words that a mistyped one may have meant.

use std::ops::Range;

use super::{
    edit_distance::{EditDistance, Near},
    table::hash,
    tiers::{
        ALIAS, ALIAS_BEST, BEST, EMAIL, EMAIL_BEST, END, NAME, ORGANISATION, ORGANISATION_BEST, POINT,
        is_word,
    },
};

/// No more of them are looked for: the nearest, of those the commonest.
const MOST: usize = 24;

/// What a whole word is worth more than its start: no letters left over cost more.
const NAME_CAP: u32 = 10 * POINT;

/// A word of the vocabulary.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownWord {
    /// The word.
    pub word: Vec<u8>,
    /// How near it is.
    pub near: Near,
    /// How often it occurs.
    pub times: u32,
    /// In which kinds of fields it was ever seen: a bit for each mark.
    pub kinds: u8,
}

/// The words, to be looked for in texts.
#[derive(Debug, Clone)]
pub struct Correction {
    /// The nearest first.
    pub words: Vec<KnownWord>,
    /// Where typos are looked for in other forms of names and in addresses too: those words are in no vocabulary.
    pub wide: Option<EditDistance>,
    /// Places of the words by their hash.
    by_hash: Vec<(u64, usize)>,
}

impl Correction {
    /// Of all words that are near, and the typo; `None` where there is nothing to look for.
    pub fn new(typo: EditDistance, mut words: Vec<KnownWord>) -> Option<Correction> {
        words.sort_unstable_by(|a, b| {
            let key = |k: &KnownWord| (k.near.cost(NAME_CAP), std::cmp::Reverse(k.times));
            key(a).cmp(&key(b)).then_with(|| a.word.cmp(&b.word))
        });
        words.truncate(MOST);
        let mut by_hash: Vec<(u64, usize)> =
            words.iter().enumerate().map(|(i, k)| (hash(&k.word), i)).collect();
        by_hash.sort_unstable();
        let wide = typo.is_long().then_some(typo);
        (wide.is_some() || !words.is_empty()).then_some(Correction { words, wide, by_hash })
    }

    fn near(&self, word: &[u8]) -> Option<Near> {
        let h = hash(word);
        let at = self.by_hash.partition_point(|(x, _)| *x < h);
        let same = self.by_hash.get(at..)?.iter().take_while(|(x, _)| *x == h);
        same.filter_map(|(_, i)| self.words.get(*i)).find(|k| k.word == word).map(|k| k.near)
    }

    /// The most that some word of a contact's text is worth for it, and where that word stands.
    pub fn worth(&self, text: &[u8]) -> Option<(u32, Range<usize>)> {
        let mut best: Option<(u32, Range<usize>)> = None;
        let foreign = is_foreign(text);
        let mut at = 0;
        while let Some(mark) = text.get(at).filter(|m| **m < END) {
            let rest = text.get(at + 1..).unwrap_or_default();
            let end = at + 1 + rest.iter().position(|b| *b <= END).unwrap_or(rest.len());
            let (base, cap, known) = match *mark {
                NAME => (BEST, NAME_CAP, true),
                ORGANISATION => (ORGANISATION_BEST, 4 * POINT, true),
                ALIAS => (ALIAS_BEST, 6 * POINT, foreign),
                EMAIL => (EMAIL_BEST, 6 * POINT, false),
                _ => (0, 0, false),
            };
            if known || base > 0 && self.wide.is_some() {
                let mut from = at + 1;
                while from < end {
                    let word = text.get(from..end).unwrap_or_default();
                    let len = word.iter().position(|b| !is_word(*b)).unwrap_or(word.len());
                    let word = word.get(..len).unwrap_or_default();
                    if len > 0 {
                        let near = if known { self.near(word) } else { None };
                        let wide = || self.wide.as_ref()?.near(word, cap).filter(|n| n.edits > 0);
                        let near =
                            near.or_else(|| if matches!(*mark, ALIAS | EMAIL) { wide() } else { None });
                        if let Some(worth) = near.and_then(|n| base.checked_sub(n.cost(cap)))
                            && best.as_ref().is_none_or(|b| worth > b.0)
                        {
                            best = Some((worth, from..from + len));
                        }
                    }
                    from += len + 1;
                }
            }
            at = end;
        }
        best
    }
}

/// Whether the name of a contact's text is of another script: its words as they are said are among the other forms.
pub fn is_foreign(text: &[u8]) -> bool {
    text.iter().skip(1).take_while(|b| **b > END).any(|b| !b.is_ascii())
}

/// Gives the words of a contact's text that are kept in the vocabulary: of names, as they are said where they are of
/// another script, and of organisations.
pub fn each_word(text: &[u8], mut f: impl FnMut(u8, &[u8])) {
    let foreign = is_foreign(text);
    let mut rest = text;
    while let Some((mark, tail)) = rest.split_first() {
        let end = tail.iter().position(|b| *b <= END).unwrap_or(tail.len());
        let (field, next) = tail.split_at(end);
        if matches!(*mark, NAME | ORGANISATION) || *mark == ALIAS && foreign {
            field.split(|b| !is_word(*b)).filter(|w| !w.is_empty()).for_each(|w| f(*mark, w));
        }
        rest = next;
    }
}
