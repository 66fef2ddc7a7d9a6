//! What was typed, as words to look for.

use memchr::memmem::Finder;

use super::{
    fold::{digits, native, pieces},
    tiers::{self, is_word},
};
use crate::model::{
    fold::fold,
    honorific::{self, Honorific},
    phone,
};

/// No one types more words than this: the rest is ignored.
const MOST_WORDS: usize = 8;

/// A longer word is cut here, in bytes.
const LONGEST: usize = 64;

/// One word to look for: any of its needles.
#[derive(Debug, Clone)]
pub struct Word {
    /// As typed, folded.
    pub text: String,
    /// What to look for.
    pub needles: Vec<Needle>,
    /// Whether it was typed to its end: another word follows.
    pub finished: bool,
}

/// Bytes to look for.
#[derive(Debug, Clone)]
pub struct Needle {
    /// The bytes, with their search prepared.
    pub finder: Finder<'static>,
    /// Where it counts.
    pub within: Within,
}

/// Where a needle counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Within {
    /// In every field.
    Anything,
    /// In telephone numbers.
    Phones,
    /// In telephone numbers that are stored without a calling code, from their start.
    National,
}

impl Needle {
    fn new(text: &str, within: Within) -> Needle {
        Needle { finder: Finder::new(text.as_bytes()).into_owned(), within }
    }

    /// What it is worth at a place of a contact's text where its bytes stand; `None` where it does not count.
    pub fn worth(&self, text: &[u8], at: usize, finished: bool) -> Option<u32> {
        let less = if self.within == Within::National { tiers::OTHER_CODE } else { 0 };
        let worth = || tiers::worth(text, at, self.len(), finished).saturating_sub(less);
        self.counts(text, at).then(worth)
    }

    /// Whether it counts at a place of a contact's text where its bytes stand.
    fn counts(&self, text: &[u8], at: usize) -> bool {
        match self.within {
            Within::Anything => true,
            Within::Phones => tiers::kind(text, at) == tiers::PHONE,
            Within::National => tiers::is_national(text, at, self.len()),
        }
    }

    /// How many bytes it has.
    pub fn len(&self) -> usize {
        self.finder.needle().len()
    }
}

impl Word {
    /// Of folded text.
    pub fn new(text: &str) -> Word {
        let mut needles = vec![Needle::new(text, Within::Anything)];
        if is_phone(text) {
            let dialled = dialled(text);
            needles.extend(dialled.iter().filter(|d| *d != text).map(|d| Needle::new(d, Within::Phones)));
            needles.extend(national(text).map(|d| Needle::new(cut(&d), Within::National)));
        }
        // Another script is found as written, and as said.
        let said = if text.is_ascii() { String::new() } else { fold(text) };
        if !said.is_empty() && said != text {
            needles.push(Needle::new(cut(said.split(' ').next().unwrap_or(&said)), Within::Anything));
        }
        Word { text: text.to_owned(), needles, finished: false }
    }

    /// All of a telephone number, however it is split.
    fn phone(text: &str) -> Word {
        let mut needles: Vec<Needle> = dialled(text).iter().map(|d| Needle::new(d, Within::Phones)).collect();
        needles.extend(national(text).map(|d| Needle::new(cut(&d), Within::National)));
        Word { text: text.to_owned(), needles, finished: false }
    }
}

/// Whether it has nothing that a telephone number has not.
fn is_phone(text: &str) -> bool {
    text.bytes().any(|b| b.is_ascii_digit())
        && text.bytes().all(|b| b.is_ascii_digit() || b" +-()./".contains(&b))
}

/// The part of a typed number that can occur in one as dialled: without `00`, without the zero that is dialled inside a country.
fn dialled(text: &str) -> Vec<String> {
    let all = digits(&text.replace("(0)", "")).text;
    let mut out = vec![cut(&all).to_owned()];
    let bare = all.trim_start_matches('0');
    if bare.len() != all.len() && bare.len() >= 3 {
        out.push(cut(bare).to_owned());
    }
    out
}

/// A whole number typed without `+` has at least this many digits.
const WHOLE: usize = 11;

/// What of a number typed with its calling code is stored where that was left out.
fn national(text: &str) -> Option<String> {
    let digits = phone::international(text)
        .or_else(|| Some(digits(text).text).filter(|d| d.len() >= WHOLE && !d.starts_with('0')))?;
    phone::behind_code(&digits).map(str::to_owned)
}

fn cut(word: &str) -> &str {
    word.get(..word.floor_char_boundary(LONGEST)).unwrap_or(word)
}

/// The words of a query taken apart at signs, letters and digits apart from what stands between them: `jonh.smith`.
pub fn taken_apart(words: &[Word]) -> Vec<Word> {
    let parts = |w: &Word| -> Vec<Word> {
        pieces(&w.text, |b| !is_word(b)).filter_map(|r| w.text.get(r)).map(Word::new).collect()
    };
    in_a_row(words.iter().flat_map(parts).take(MOST_WORDS).collect())
}

/// The words of a query without its honorifics.
#[derive(Debug, Clone)]
pub struct Untitled {
    /// The other words.
    pub words: Vec<Word>,
    /// The honorifics that stood as their own words.
    pub titles: Vec<Word>,
    /// Whether all of them are certain: no name is meant that only begins so.
    pub certain: bool,
}

/// Takes the honorifics in front of a name and behind it out of a query; `None` where there are none, or nothing else.
pub fn untitled(words: &[Word]) -> Option<Untitled> {
    let mut out = Untitled { words: Vec::with_capacity(words.len()), titles: Vec::new(), certain: true };
    let mut shortened = false;
    let last = words.len().saturating_sub(1);
    for (i, word) in words.iter().enumerate() {
        let before = honorific::before(&word.text);
        let title = match before {
            Some(Honorific::Certain) => true,
            // One that may be a name counts in front alone.
            Some(Honorific::Possible) => out.words.is_empty(),
            None => i == last && honorific::is_behind(&word.text),
        };
        if title {
            out.certain &= before == Some(Honorific::Certain);
            out.titles.push(word.clone());
        } else if let Some(bare) = honorific::bare(&word.text) {
            shortened = true;
            out.words.push(Word { finished: word.finished, ..Word::new(bare) });
        } else {
            out.words.push(word.clone());
        }
    }
    out.certain &= !out.titles.is_empty();
    ((shortened || !out.titles.is_empty()) && !out.words.is_empty()).then_some(out)
}

/// All but the last are finished.
fn in_a_row(mut words: Vec<Word>) -> Vec<Word> {
    if let Some((_, before)) = words.split_last_mut() {
        before.iter_mut().for_each(|w| w.finished = true);
    }
    words
}

/// The words of a folded text.
fn words(folded: &str) -> Vec<Word> {
    let words = folded
        .split(' ')
        .map(|w| w.trim_matches(|c: char| ",;:()<>\"'".contains(c)))
        // Signs alone say nothing.
        .filter(|w| w.contains(char::is_alphanumeric))
        .take(MOST_WORDS)
        .map(|w| Word::new(cut(w)))
        .collect();
    in_a_row(words)
}

/// What was typed, in the readings to try one after the other; none where nothing was.
pub fn readings(typed: &str) -> Vec<Vec<Word>> {
    // Folding can make a character longer, hardly ever shorter: what is past this is never looked at.
    let typed = typed.get(..typed.floor_char_boundary(MOST_WORDS * LONGEST * 4)).unwrap_or(typed);
    let folded = native(typed);
    let mut out = Vec::new();
    if folded.contains(' ') && is_phone(&folded) {
        out.push(vec![Word::phone(&folded)]);
    }
    let words = words(&folded);
    if !words.is_empty() {
        out.push(words);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn needles(typed: &str) -> Vec<Vec<String>> {
        let text = |n: &Needle| String::from_utf8(n.finder.needle().to_vec()).unwrap();
        let reading = |r: &Vec<Word>| r.iter().flat_map(|w| w.needles.iter().map(text)).collect();
        readings(typed).iter().map(reading).collect()
    }

    #[test]
    fn numbers_are_read_as_dialled_and_as_words() {
        assert_eq!(needles("555 1234"), [vec!["5551234"], vec!["555", "1234"]]);
        assert_eq!(
            needles("+44 (0)20-7946"),
            [vec!["44207946", "207946"], vec!["+44", "44", "0)20-7946", "0207946", "207946"]]
        );
        assert_eq!(needles("0049"), [vec!["0049"]]);
        assert_eq!(needles("Weiß, (Ann)"), [vec!["weiss", "ann"]]);
        assert!(needles(" \u{200b} ").is_empty());
        assert!(needles("(").is_empty());
    }
}
