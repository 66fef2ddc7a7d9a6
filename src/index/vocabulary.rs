//! All words of names and organisations, with how often each occurs: what a mistyped word may have meant.

use std::collections::HashMap;

use super::tiers::POINT;

/// Longer words are neither kept nor corrected.
const LONGEST: usize = 32;

/// The words, by their length in bytes.
#[derive(Debug, Clone, Default)]
pub struct Vocabulary {
    by_length: Vec<HashMap<Box<str>, Known>>,
}

#[derive(Debug, Clone, Copy)]
struct Known {
    letters: u32,
    times: u32,
}

/// A word that may have been meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Meant {
    /// The word.
    pub word: String,
    /// What the difference costs, in hundredths of a point.
    pub cost: u32,
    times: u32,
}

/// What an edit costs, and a letter that was not typed yet, in hundredths of a point.
const EDIT: u32 = 24 * POINT;
const LEFT_OVER: u32 = 150;

impl Vocabulary {
    /// Notes a word once more.
    pub fn add(&mut self, word: &str) {
        if word.is_empty() || word.len() > LONGEST {
            return;
        }
        if self.by_length.len() <= word.len() {
            self.by_length.resize_with(word.len() + 1, HashMap::new);
        }
        let Some(words) = self.by_length.get_mut(word.len()) else { return };
        match words.get_mut(word) {
            Some(known) => known.times += 1,
            None => {
                words.insert(word.into(), Known { letters: letters(word.bytes()), times: 1 });
            }
        }
    }

    /// Notes a word once less.
    pub fn remove(&mut self, word: &str) {
        let Some(words) = self.by_length.get_mut(word.len()) else { return };
        if let Some(known) = words.get_mut(word) {
            known.times -= 1;
            if known.times == 0 {
                words.remove(word);
            }
        }
    }

    /// At most `limit` words that `typed` may be a slip of, or of whose start: the cheapest first.
    pub fn meant(&self, typed: &str, limit: usize) -> Vec<Meant> {
        let edits = allowed(typed);
        if edits == 0 || typed.len() > LONGEST {
            return Vec::new();
        }
        let wanted = letters(typed.bytes());
        let mut out: Vec<Meant> = Vec::new();
        // Of words further than this from the typed length only the start can have been typed: rarely meant, never cheap.
        let lengths = typed.len().saturating_sub(edits)..=typed.len() + edits + 4;
        for words in lengths.filter_map(|n| self.by_length.get(n)) {
            for (word, known) in words {
                // Every letter typed that the word has not needs an edit of its own.
                if (wanted & !known.letters).count_ones() as usize > edits {
                    continue;
                }
                if let Some((edits, left)) = distance(typed.as_bytes(), word.as_bytes(), edits) {
                    let cost = EDIT * edits + LEFT_OVER * left;
                    out.push(Meant { word: word.to_string(), cost, times: known.times });
                }
            }
        }
        out.sort_unstable_by(|a, b| (a.cost, b.times, &a.word).cmp(&(b.cost, a.times, &b.word)));
        out.truncate(limit);
        out
    }

    #[cfg(test)]
    pub fn all(&self) -> std::collections::BTreeMap<String, u32> {
        self.by_length.iter().flatten().map(|(w, k)| (w.to_string(), k.times)).collect()
    }
}

/// How many edits a word of this length may hide.
fn allowed(typed: &str) -> usize {
    match typed.chars().count() {
        0..=3 => 0,
        4..=5 => 1,
        _ => 2,
    }
}

/// A bit for each letter and one for every other sign.
fn letters(word: impl Iterator<Item = u8>) -> u32 {
    word.fold(0, |all, b| all | 1 << if b.is_ascii_lowercase() { u32::from(b - b'a') } else { 26 })
}

/// The edits (insert, drop, change, swap of neighbours; each letter edited once: optimal string alignment, Damerau 1964)
/// from `typed` to the start of `word` that costs least, and how many letters of the word are left over then. `None` where
/// more than `most` edits are needed.
fn distance(typed: &[u8], word: &[u8], most: usize) -> Option<(u32, u32)> {
    const FAR: u8 = 99;
    type Line = [u8; LONGEST + 1];
    let mut before: Line = [FAR; LONGEST + 1];
    let mut above: Line = [FAR; LONGEST + 1];
    for (to, n) in above.iter_mut().zip(0u8..).take(word.len() + 1) {
        *to = n;
    }
    let mut last_typed = 0u8;
    for (i, t) in typed.iter().enumerate() {
        let mut line: Line = [FAR; LONGEST + 1];
        let mut left = u8::try_from(i + 1).unwrap_or(FAR);
        let mut least = left;
        let mut last = 0u8;
        let mut swap = FAR;
        // Walks `line` by columns: `diagonal` and `up` of the line above, `swap` two lines and two columns back.
        let mut cells = line.iter_mut();
        if let Some(first) = cells.next() {
            *first = left;
        }
        let olds = above.iter().zip(above.iter().skip(1)).zip(before.iter());
        for ((cell, w), ((diagonal, up), two_back)) in cells.zip(word).zip(olds) {
            let mut best = (diagonal + u8::from(t != w)).min(up + 1).min(left + 1);
            if i > 0 && *t == last && *w == last_typed {
                best = best.min(swap.saturating_add(1));
            }
            *cell = best;
            left = best;
            least = least.min(best);
            last = *w;
            swap = *two_back;
        }
        if usize::from(least) > most {
            return None;
        }
        last_typed = *t;
        before = above;
        above = line;
    }
    let ends = above.iter().take(word.len() + 1).enumerate().filter(|(_, d)| usize::from(**d) <= most);
    ends.map(|(j, d)| (u32::from(*d), u32::try_from(word.len() - j).unwrap_or(u32::MAX)))
        .min_by_key(|(d, left)| d * EDIT + left * LEFT_OVER)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_are_those_of_optimal_string_alignment() {
        for (typed, word, want) in [
            ("smith", "smith", Some((0, 0))),
            ("smtih", "smith", Some((1, 0))),
            ("smih", "smith", Some((1, 0))),
            ("smithh", "smith", Some((1, 0))),
            ("snith", "smith", Some((1, 0))),
            ("msith", "smith", Some((1, 0))),
            ("heathwe", "heathews", Some((1, 1))),
            ("hethaews", "heathews", Some((2, 0))),
            ("jones", "smith", None),
        ] {
            assert_eq!(distance(typed.as_bytes(), word.as_bytes(), 2), want, "{typed} {word}");
        }
    }

    #[test]
    fn the_nearest_and_commonest_words_come_first() {
        let mut v = Vocabulary::default();
        for word in ["heathews", "matthews", "matthews", "heather", "mathews"] {
            v.add(word);
        }
        let meant = |typed| v.meant(typed, 3).into_iter().map(|m| m.word).collect::<Vec<_>>();
        assert_eq!(meant("heahtews"), ["heathews"]);
        assert_eq!(meant("matthws"), ["matthews", "mathews"]);
        assert!(meant("zzz").is_empty());
        let mut gone = v.clone();
        gone.remove("heathews");
        assert!(gone.meant("heahtews", 3).is_empty());
    }
}
