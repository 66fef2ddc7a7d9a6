//! The newest texts, each with its terms in its own row, until there are enough of them to be put into blocks together:
//! a new message is one row, and a block takes what many messages bring together.
//!
//! A row is `[how many u32]`, for each term where it ends and where its places end (`[u32][u32]`), the weights, then the terms
//! and the places, each one behind the other in the order of the terms.

use super::{
    block::Weight,
    terms::{Term, Terms},
};

/// A row, in its parts.
#[derive(Debug, Clone, Copy)]
pub struct Recent<'a> {
    ends: &'a [[u8; 8]],
    weights: &'a [u8],
    terms: &'a [u8],
    places: &'a [u8],
}

/// The row of a text.
pub fn write(terms: &Terms) -> Vec<u8> {
    let (mut ends, mut weights) = (Vec::new(), Vec::new());
    let (mut words, mut places) = (Vec::new(), Vec::new());
    for t in terms.each() {
        words.extend_from_slice(t.term.as_bytes());
        places.extend_from_slice(t.places);
        // Both stay below some hundred kilobytes: no longer text is taken apart.
        ends.extend((words.len() as u32).to_be_bytes());
        ends.extend((places.len() as u32).to_be_bytes());
        weights.push(t.weight.0);
    }
    let count = (weights.len() as u32).to_be_bytes();
    [count.as_slice(), &ends, &weights, &words, &places].concat()
}

impl<'a> Recent<'a> {
    /// The row of bytes; `None` where they are damaged.
    pub fn parse(bytes: &'a [u8]) -> Option<Recent<'a>> {
        let (count, rest) = bytes.split_first_chunk::<4>()?;
        let count = u32::from_be_bytes(*count) as usize;
        let (ends, rest) = rest.split_at_checked(count.checked_mul(8)?)?;
        let (ends, _) = ends.as_chunks::<8>();
        let (weights, rest) = rest.split_at_checked(count)?;
        let (terms, places) = rest.split_at_checked(ends.last().map_or(0, |e| end(e).0))?;
        Some(Recent { ends, weights, terms, places })
    }

    /// The n-th of its terms.
    pub fn term(&self, n: usize) -> Option<Term<'a>> {
        let before = n.checked_sub(1).and_then(|n| self.ends.get(n)).map_or((0, 0), end);
        let after = end(self.ends.get(n)?);
        Some(Term {
            term: std::str::from_utf8(self.terms.get(before.0..after.0)?).ok()?,
            weight: Weight(*self.weights.get(n)?),
            places: self.places.get(before.1..after.1)?,
        })
    }

    /// All of its terms, as far as they can be read.
    pub fn each(self) -> impl Iterator<Item = Term<'a>> {
        (0..self.ends.len()).map_while(move |n| self.term(n))
    }

    /// Its terms from the first on that is not before this one.
    pub fn from(self, term: &str) -> impl Iterator<Item = Term<'a>> {
        let (mut low, mut high) = (0, self.ends.len());
        while low < high {
            let middle = low.midpoint(high);
            match self.bytes(middle).is_some_and(|t| t < term.as_bytes()) {
                true => low = middle + 1,
                false => high = middle,
            }
        }
        (low..self.ends.len()).map_while(move |n| self.term(n))
    }

    fn bytes(&self, n: usize) -> Option<&'a [u8]> {
        let from = n.checked_sub(1).and_then(|n| self.ends.get(n)).map_or(0, |e| end(e).0);
        self.terms.get(from..end(self.ends.get(n)?).0)
    }

    /// Its terms that contain a piece of text.
    pub fn holding(self, text: &memchr::memmem::Finder<'_>) -> Vec<Term<'a>> {
        let mut out: Vec<Term<'a>> = Vec::new();
        let mut from = 0;
        // One word's end and the next one's beginning are no word: what is found is looked at again.
        while let Some(at) = self.terms.get(from..).and_then(|t| text.find(t)).map(|at| at + from) {
            let n = self.ends.partition_point(|e| end(e).0 <= at);
            match self.term(n) {
                Some(term) if text.find(term.term.as_bytes()).is_some() => {
                    out.push(term);
                    from = self.ends.get(n).map_or(self.terms.len(), |e| end(e).0);
                }
                _ => from = at + 1,
            }
        }
        out
    }
}

fn end(ends: &[u8; 8]) -> (usize, usize) {
    let [a, b, c, d, e, f, g, h] = *ends;
    (u32::from_be_bytes([a, b, c, d]) as usize, u32::from_be_bytes([e, f, g, h]) as usize)
}

#[cfg(test)]
mod tests {
    use memchr::memmem::Finder;
    use proptest::prelude::*;

    use super::{super::terms::terms, *};

    proptest! {
        #[test]
        fn a_row_gives_back_the_terms(text in "(re |refund |fund |und |北京市 |de){0,9}", word in "[a-z]{1,4}|北") {
            let made = terms(&text);
            let bytes = write(&made);
            let row = Recent::parse(&bytes).unwrap();
            let all: Vec<_> = made.each().collect();
            prop_assert_eq!(row.each().collect::<Vec<_>>(), all.clone());
            let from: Vec<_> = all.iter().copied().filter(|t| t.term >= word.as_str()).collect();
            prop_assert_eq!(row.from(&word).collect::<Vec<_>>(), from);
            let holding: Vec<_> = all.into_iter().filter(|t| t.term.contains(&word)).collect();
            prop_assert_eq!(row.holding(&Finder::new(&word)), holding);
        }

        #[test]
        fn any_bytes_are_no_panic(bytes: Vec<u8>, count in 0u32..4) {
            let bytes = [&count.to_be_bytes(), bytes.as_slice()].concat();
            if let Some(row) = Recent::parse(&bytes) {
                let _ = (row.each().count(), row.from("a").count(), row.holding(&Finder::new("a")));
            }
        }
    }
}
