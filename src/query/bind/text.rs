//! Texts that are looked for, folded once.

use regex_lite::{Regex, RegexBuilder};

use super::{QueryError, Scalar, Span, Text};
use crate::model::fold::{fold, fold_text, is_unspaced};

/// A test of a text.
#[derive(Debug, Clone)]
pub enum TextTest {
    /// The whole, folded.
    Whole(String),
    /// The whole, but for case.
    Exact(String),
    /// The beginning of a word, folded.
    Word(String),
    /// Any part, folded: a phrase, or a word of a script that does not part its words.
    Part(String),
    /// Digits that are in the text's digits.
    Digits(String),
    /// A pattern for the whole, folded.
    Glob(Glob),
    /// A regular expression found in the raw text, case-insensitively.
    Regex(Regex),
}

impl TextTest {
    /// Whether a text meets it; `folded` is the same text folded.
    pub fn matches(&self, text: &str, folded: &str) -> bool {
        match self {
            TextTest::Whole(t) => folded == t,
            TextTest::Exact(t) => text.trim().to_lowercase() == *t,
            TextTest::Word(t) => has_word(folded, t),
            TextTest::Part(t) => memchr::memmem::find(folded.as_bytes(), t.as_bytes()).is_some(),
            TextTest::Digits(t) => {
                let digits: String = text.chars().filter(char::is_ascii_digit).collect();
                digits.contains(t.as_str())
            }
            TextTest::Glob(g) => g.matches(folded),
            TextTest::Regex(r) => r.is_match(text),
        }
    }

    /// Where a word or a part matches in an ASCII text, given in lower case: what [`matches`](Self::matches) says of it folded,
    /// without folding it. Nothing for other tests.
    pub fn find_plain<'a>(&'a self, lower: &'a str) -> impl Iterator<Item = std::ops::Range<usize>> + 'a {
        let (needle, word) = match self {
            TextTest::Word(t) => (t.as_str(), true),
            TextTest::Part(t) => (t.as_str(), false),
            _ => ("", false),
        };
        let (first, rest) = needle.split_once(' ').map_or((needle, None), |(f, r)| (f, Some(r)));
        let bytes = lower.as_bytes();
        let found = memchr::memmem::find_iter(bytes, first.as_bytes());
        found.take(if needle.is_empty() { 0 } else { usize::MAX }).filter_map(move |at| {
            if word && at.checked_sub(1).and_then(|b| bytes.get(b)).is_some_and(u8::is_ascii_alphanumeric) {
                return None;
            }
            let mut end = at + first.len();
            for part in rest.into_iter().flat_map(|r| r.split(' ')) {
                // Any run of spaces and ends of lines is one space.
                let gap =
                    bytes.get(end..)?.iter().take_while(|b| **b == b' ' || b.is_ascii_control()).count();
                end += gap;
                if gap == 0 || !bytes.get(end..)?.starts_with(part.as_bytes()) {
                    return None;
                }
                end += part.len();
            }
            Some(at..end)
        })
    }

    /// Whether it looks at the folded text.
    pub fn wants_folded(&self) -> bool {
        !matches!(self, TextTest::Exact(_) | TextTest::Digits(_) | TextTest::Regex(_))
    }
}

/// Whether a word of a text begins so.
fn has_word(text: &str, word: &str) -> bool {
    memchr::memmem::find_iter(text.as_bytes(), word.as_bytes()).any(|at| {
        let before = text.get(..at).and_then(|t| t.chars().next_back());
        !before.is_some_and(|c| c.is_alphanumeric() && !is_unspaced(c))
    })
}

/// A pattern for a whole text: `*` represents any text, anything else itself, folded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Glob(Vec<String>);

impl Glob {
    /// The pattern of a text with `*` in it.
    pub fn new(pattern: &str) -> Glob {
        Glob(pattern.split('*').map(fold).collect())
    }

    /// The longest piece that every match of this pattern contains, folded.
    pub fn longest(&self) -> &str {
        self.0.iter().max_by_key(|p| p.len()).map_or("", String::as_str)
    }

    /// Whether a folded text is of this pattern. Linear but for repeated pieces: each is found once, from the left.
    pub fn matches(&self, text: &str) -> bool {
        let (Some((first, rest)), Some(last)) = (self.0.split_first(), self.0.last()) else { return false };
        if rest.is_empty() {
            return text == first;
        }
        let Some(mut text) = text.strip_prefix(first.as_str()).and_then(|t| t.strip_suffix(last.as_str()))
        else {
            return false;
        };
        for piece in rest.iter().take(rest.len() - 1) {
            let Some(at) = text.find(piece.as_str()) else { return false };
            text = text.get(at + piece.len()..).unwrap_or_default();
        }
        true
    }
}

/// A regular expression, in either case.
pub(super) fn regex(source: &str, span: Span) -> Result<TextTest, QueryError> {
    let built = RegexBuilder::new(source).case_insensitive(true).size_limit(1 << 20).nest_limit(50).build();
    built.map(TextTest::Regex).map_err(|e| {
        let reason = e.to_string();
        let reason = reason.lines().last().unwrap_or_default().trim().trim_start_matches("error: ");
        QueryError::new(span, format!("this is no regular expression: {reason}"))
    })
}

/// A word or a phrase outside of any field. A `*` at an end of a word says what is so anyway, or that it may begin
/// inside a word.
pub(super) fn bare(t: &Text) -> Result<TextTest, QueryError> {
    let inside = !t.phrase && t.text.starts_with('*');
    let text = if t.phrase { t.text.as_str() } else { t.text.trim_matches('*') };
    test(text, fold_text(text), t.phrase || inside, t.span)
}

/// A word or a phrase of a field.
pub(super) fn scalar(s: &Scalar) -> Result<TextTest, QueryError> {
    test(&s.text, fold(&s.text), s.quoted, s.span)
}

fn test(text: &str, folded: String, part: bool, span: Span) -> Result<TextTest, QueryError> {
    if folded.is_empty() {
        return Err(QueryError::new(span, "there is nothing to look for here"));
    }
    // Where nothing parts words, or the text begins with what is no letter, there is no beginning of a word to ask for.
    let begins = folded.starts_with(char::is_alphanumeric) && !text.chars().any(is_unspaced);
    Ok(if part || !begins { TextTest::Part(folded) } else { TextTest::Word(folded) })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn word(text: &str, in_text: &str) -> bool {
        let t = bare(&Text { text: text.into(), phrase: false, span: Span::default() }).unwrap();
        t.matches(in_text, &fold_text(in_text))
    }

    #[test]
    fn a_word_is_found_at_its_beginning_whatever_its_marks() {
        assert!(word("uber", "Das ist über alles"));
        assert!(word("ÜB", "das ist ueber, Uber alles"));
        assert!(!word("ber", "über"));
        assert!(word("*ber", "über"));
        assert!(word("hopper", "grace.hopper@example.org"));
        assert!(word("@example", "grace@example.org"));
        assert!(word("京", "北京市"));
        assert!(!word("jing", "北京市"), "in a running text a letter is itself");
        assert!(word("iphone", "在iPhone上"));
        assert!(word("inv-12", "Invoice INV-123"));
        assert!(!word("inv-12", "MINV-123"));
    }

    /// The slow and plain way to match a pattern.
    fn slowly(pattern: &[char], text: &[char]) -> bool {
        match pattern.split_first() {
            None => text.is_empty(),
            Some(('*', rest)) => (0..=text.len()).any(|i| slowly(rest, &text[i..])),
            Some((c, rest)) => text.split_first().is_some_and(|(t, text)| t == c && slowly(rest, text)),
        }
    }

    proptest! {
        #[test]
        fn a_plain_text_is_searched_as_it_would_be_folded(
            text in "[abA \n\t.]{0,14}",
            words in prop::collection::vec("[ab.]{1,3}", 1..4),
            part: bool,
        ) {
            let words = words.join(" ");
            let test = if part { TextTest::Part(words) } else { TextTest::Word(words) };
            let found = test.find_plain(&text.to_ascii_lowercase()).next().is_some();
            prop_assert_eq!(found, test.matches(&text, &fold_text(&text)), "{:?}", test);
        }

        #[test]
        fn globs_are_as_the_plain_matcher_says(pattern in "[ab*]{1,7}", text in "[ab]{0,8}") {
            let chars = |s: &str| s.chars().collect::<Vec<_>>();
            prop_assert_eq!(Glob::new(&pattern).matches(&text), slowly(&chars(&pattern), &chars(&text)));
        }
    }
}
