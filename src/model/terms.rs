//! Terms: what a folded text is taken apart into, to be found by.
//!
//! A word is a run of letters and digits. Where a script puts no space between words, every two neighbours are a term, and
//! the last letter of a run is one by itself: any run of such letters is found by its pairs, a single one by the beginning
//! of pairs.

use super::fold::is_unspaced;

/// The longest term in bytes; a longer word is kept by its beginning.
pub const CAP: usize = 40;

/// A piece of a folded text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Piece<'a> {
    /// A word of a script that parts its words.
    Word(&'a str),
    /// A run of letters of one that does not.
    Run(&'a str),
}

/// Takes a folded text apart: each piece with the place where it begins, in bytes.
pub fn pieces(folded: &str) -> impl Iterator<Item = (usize, Piece<'_>)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            let rest = folded.get(at..)?;
            let first = rest.chars().next()?;
            let of = class(first);
            let end = rest.find(|c| class(c) != of).unwrap_or(rest.len());
            let (start, piece) = (at, rest.get(..end)?);
            at += end;
            match of {
                Class::Between => {}
                Class::Word => return Some((start, Piece::Word(piece))),
                Class::Run => return Some((start, Piece::Run(piece))),
            }
        }
    })
}

#[derive(PartialEq, Eq, Clone, Copy)]
enum Class {
    Between,
    Word,
    Run,
}

fn class(c: char) -> Class {
    if c.is_ascii() {
        return if c.is_ascii_alphanumeric() { Class::Word } else { Class::Between };
    }
    match (is_unspaced(c), c.is_alphanumeric()) {
        (true, _) => Class::Run,
        (false, true) => Class::Word,
        (false, false) => Class::Between,
    }
}

/// The pairs of neighbours in a run, and its last letter: the terms of the run.
pub fn pairs(run: &str) -> impl Iterator<Item = &str> {
    run.char_indices().filter_map(|(at, c)| {
        let next = run.get(at + c.len_utf8()..)?.chars().next().map_or(0, char::len_utf8);
        run.get(at..at + c.len_utf8() + next)
    })
}

/// A word as kept: its beginning where it is longer than [`CAP`].
pub fn capped(word: &str) -> &str {
    word.get(..word.floor_char_boundary(CAP)).unwrap_or(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_falls_into_words_and_runs() {
        let found: Vec<_> = pieces("re: inv-12, 北京iphone x").collect();
        let words = [
            (0, Piece::Word("re")),
            (4, Piece::Word("inv")),
            (8, Piece::Word("12")),
            (12, Piece::Run("北京")),
            (18, Piece::Word("iphone")),
            (25, Piece::Word("x")),
        ];
        assert_eq!(found, words);
    }

    #[test]
    fn a_run_is_found_by_its_pairs_and_its_last_letter() {
        assert_eq!(pairs("北京市").collect::<Vec<_>>(), ["北京", "京市", "市"]);
        assert_eq!(pairs("京").collect::<Vec<_>>(), ["京"]);
        assert_eq!(pairs("").count(), 0);
    }

    #[test]
    fn a_long_word_is_kept_by_its_beginning() {
        assert_eq!(capped(&"é".repeat(30)).len(), CAP);
        assert_eq!(capped("short"), "short");
    }
}
