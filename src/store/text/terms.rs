//! The terms of a text, each with how often and where it occurs there.

use std::{cmp::Ordering, ops::Range};

use super::{
    CUT, LONG,
    block::{Class, Weight, put_varint},
};
use crate::model::{
    fold::fold_text,
    terms::{CAP, Piece, capped, pairs, pieces},
};

/// As much of a text is taken apart; what is behind is found by reading the text. In bytes.
pub const MOST_BYTES: usize = 64 * 1024;

/// The terms of a text, in order.
#[derive(Debug, Default)]
pub struct Terms {
    folded: String,
    places: Vec<u8>,
    all: Vec<Own>,
    /// How many in all, each as often as it occurs there.
    pub length: u32,
}

#[derive(Debug)]
struct Own {
    term: Range<usize>,
    weight: Weight,
    places: Range<usize>,
}

/// A term of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Term<'a> {
    pub term: &'a str,
    pub weight: Weight,
    /// Where it stands, as [`read_places`](super::block::read_places) gives it: counted in terms.
    pub places: &'a [u8],
}

impl Terms {
    /// Each term once.
    pub fn each(&self) -> impl Iterator<Item = Term<'_>> {
        self.all.iter().map(|own| Term {
            term: self.folded.get(own.term.clone()).unwrap_or_default(),
            weight: own.weight,
            places: self.places.get(own.places.clone()).unwrap_or_default(),
        })
    }
}

/// A term where it stands. Its first bytes as a number decide most comparisons directly.
struct Token {
    head: u64,
    from: u32,
    len: u32,
    place: u32,
}

impl Token {
    fn new(folded: &str, from: usize, term: &str, place: u32) -> Token {
        let bytes = folded.as_bytes();
        let head = match bytes.get(from..).and_then(|b| b.first_chunk::<8>()) {
            Some(eight) => {
                let beyond = 64 - 8 * term.len().min(8);
                u64::from_be_bytes(*eight) >> beyond << beyond
            }
            None => {
                let mut eight = [0; 8];
                eight.iter_mut().zip(term.as_bytes()).for_each(|(to, b)| *to = *b);
                u64::from_be_bytes(eight)
            }
        };
        // A text that is taken apart is shorter than four gigabytes by far.
        Token { head, from: from as u32, len: term.len() as u32, place }
    }

    fn range(&self) -> Range<usize> {
        self.from as usize..(self.from + self.len) as usize
    }

    fn cmp_term(&self, other: &Token, folded: &str) -> Ordering {
        let tail = |t: &Token| folded.as_bytes().get(t.range()).and_then(|b| b.get(8..)).unwrap_or_default();
        self.head.cmp(&other.head).then_with(|| match self.len > 8 || other.len > 8 {
            true => tail(self).cmp(tail(other)),
            false => Ordering::Equal,
        })
    }
}

/// Takes a text apart.
pub fn terms(text: &str) -> Terms {
    let cut = text.len() > MOST_BYTES;
    let text = text.get(..text.floor_char_boundary(MOST_BYTES)).unwrap_or(text);
    // Spaces are not drawn together: nothing between words is looked at.
    let mut folded = if text.is_ascii() { text.to_ascii_lowercase() } else { fold_text(text) };
    let mut tokens: Vec<Token> = Vec::with_capacity(folded.len() / 5);
    let mut long = false;
    let mut add = |from: usize, term: &str| tokens.push(Token::new(&folded, from, term, tokens.len() as u32));
    let mut word = |from: usize, word: &str, add: &mut dyn FnMut(usize, &str)| {
        long |= word.len() > CAP;
        add(from, capped(word));
    };
    if folded.is_ascii() {
        ascii_words(&folded, |from, w| word(from, w, &mut add));
    } else {
        for (from, piece) in pieces(&folded) {
            match piece {
                Piece::Word(w) => word(from, w, &mut add),
                Piece::Run(run) => {
                    let mut at = from;
                    for pair in pairs(run) {
                        add(at, pair);
                        at += pair.chars().next().map_or(0, char::len_utf8);
                    }
                }
            }
        }
    }
    tokens.sort_unstable_by(|a, b| a.cmp_term(b, &folded).then(a.place.cmp(&b.place)));
    let length = tokens.len() as u32;
    let class = Class::of(length);
    let (mut all, mut places) = (Vec::with_capacity(tokens.len()), Vec::with_capacity(tokens.len() * 2));
    // Signs of ours come before all words.
    for sign in [cut.then_some(CUT), long.then_some(LONG)].into_iter().flatten() {
        let from = folded.len();
        folded.push_str(sign);
        all.push(Own { term: from..folded.len(), weight: Weight::of(1, class), places: 0..0 });
    }
    for same in tokens.chunk_by(|a, b| a.cmp_term(b, &folded).is_eq()) {
        let (from, mut before) = (places.len(), 0);
        for t in same {
            put_varint(&mut places, t.place - before);
            before = t.place;
        }
        if let Some(first) = same.first() {
            let weight = Weight::of(same.len() as u32, class);
            all.push(Own { term: first.range(), weight, places: from..places.len() });
        }
    }
    Terms { folded, places, all, length }
}

/// The words of an ASCII text: as [`pieces`], byte by byte.
fn ascii_words(folded: &str, mut f: impl FnMut(usize, &str)) {
    let mut from = None;
    for (at, b) in folded.bytes().chain([b' ']).enumerate() {
        match (b.is_ascii_alphanumeric(), from) {
            (true, None) => from = Some(at),
            (false, Some(start)) => {
                f(start, folded.get(start..at).unwrap_or_default());
                from = None;
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::{super::block::read_places, *};

    /// The plain way: each term with the numbers of the places where it stands.
    fn plainly(text: &str) -> BTreeMap<String, Vec<u32>> {
        let mut out: BTreeMap<String, Vec<u32>> = BTreeMap::new();
        let folded = fold_text(text);
        let mut place = 0;
        let mut add = |term: &str| {
            out.entry(term.to_owned()).or_default().push(place);
            place += 1;
        };
        for (_, piece) in pieces(&folded) {
            match piece {
                Piece::Word(w) => add(capped(w)),
                Piece::Run(run) => pairs(run).for_each(&mut add),
            }
        }
        if pieces(&folded).any(|(_, p)| matches!(p, Piece::Word(w) if w.len() > CAP)) {
            out.insert(LONG.to_owned(), Vec::new());
        }
        out
    }

    proptest! {
        #[test]
        fn every_term_stands_in_order_with_its_places(
            text in "([abA.\n]{0,9}|refund |Refunds? |[a-z]{7,9} |a{39,42}|北京市?|é ?){0,12}",
        ) {
            let made = terms(&text);
            let plain = plainly(&text);
            let found: Vec<(String, Vec<u32>)> =
                made.each().map(|t| (t.term.to_owned(), read_places(t.places).collect())).collect();
            prop_assert_eq!(found, plain.clone().into_iter().collect::<Vec<_>>());
            let count = plain.values().map(Vec::len).sum::<usize>();
            prop_assert_eq!(made.length as usize, count);
            for t in made.each() {
                let often = plain.get(t.term).map_or(0, |p| p.len().max(1)) as u32;
                prop_assert_eq!(t.weight, Weight::of(often, Class::of(made.length)));
            }
        }
    }
}
