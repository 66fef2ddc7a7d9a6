//! The folded forms in which a field can be typed, each with the way back to the letters of the field.

use std::ops::Range;

use super::{
    finder::FieldKind,
    tiers::{ALIAS, EMAIL, NAME, ORGANISATION, PHONE, TAG},
};
use crate::model::fold::fold_char;

/// No letter of the field stands behind this byte.
const NOWHERE: u32 = u32::MAX;

/// Common suffixes of a number as written and as dialled that are shorter say nothing about each other.
const ALIGNED_LEAST: usize = 5;

/// Folded text, and for each of its bytes where in the original the character starts that it came from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Folded {
    /// The folded text.
    pub text: String,
    from: Vec<u32>,
}

impl Folded {
    /// Of a text, as [`fold`](crate::model::fold::fold) does it.
    pub fn of(s: &str) -> Folded {
        Folded::by(s, |c, out| fold_char(c, out))
    }

    /// As [`Folded::of`], with umlauts written out as their people do: ü as ue, å as aa.
    fn expanded(s: &str) -> Folded {
        Folded::by(s, |c, out| match written_out(c) {
            Some(two) => two.chars().for_each(out),
            None => fold_char(c, out),
        })
    }

    fn by(s: &str, each: impl Fn(char, &mut dyn FnMut(char))) -> Folded {
        let mut out = Folded { text: String::with_capacity(s.len()), from: Vec::with_capacity(s.len()) };
        for (at, c) in s.char_indices() {
            let at = u32::try_from(at).unwrap_or(NOWHERE);
            each(c, &mut |c| {
                // Single spaces, none at the ends.
                if c != ' ' || !(out.text.is_empty() || out.text.ends_with(' ')) {
                    out.text.push(c);
                    out.from.resize(out.text.len(), at);
                }
            });
        }
        if out.text.ends_with(' ') {
            out.text.pop();
            out.from.pop();
        }
        out
    }

    fn part(&self, range: Range<usize>) -> Folded {
        Folded {
            text: self.text.get(range.clone()).unwrap_or_default().to_owned(),
            from: self.from.get(range).unwrap_or_default().to_vec(),
        }
    }

    fn push(&mut self, more: &Folded) {
        self.text.push_str(&more.text);
        self.from.extend_from_slice(&more.from);
    }

    /// The first letter alone.
    fn initial(&self) -> Folded {
        self.part(0..self.text.chars().next().map_or(0, char::len_utf8))
    }

    /// The letters of the original behind a range of bytes of the folded text: sorted starts of characters.
    pub fn letters(&self, range: Range<usize>) -> impl Iterator<Item = usize> + '_ {
        let some = self.from.get(range).unwrap_or_default();
        some.iter().filter(|at| **at != NOWHERE).map(|at| *at as usize)
    }

    /// Words at single spaces, without punctuation around them.
    fn words(&self) -> impl Iterator<Item = Folded> + '_ {
        pieces(&self.text, |c| c == ' ').filter_map(|r| {
            let word = self.text.get(r.clone())?;
            let trimmed = word.trim_start_matches(|c: char| !c.is_alphanumeric());
            let start = r.end - trimmed.len();
            let end = start + trimmed.trim_end_matches(|c: char| !c.is_alphanumeric()).len();
            // A name of signs alone is kept as it is.
            Some(self.part(if start < end { start..end } else { r }))
        })
    }

    /// Letters and digits without what stands between them, where something does.
    fn parts(&self) -> Vec<Folded> {
        if self.text.chars().all(char::is_alphanumeric) {
            return Vec::new();
        }
        pieces(&self.text, |c| !c.is_alphanumeric()).map(|r| self.part(r)).collect()
    }
}

/// The ranges between separators, empty ones left out.
fn pieces(text: &str, is_separator: impl Fn(char) -> bool) -> impl Iterator<Item = Range<usize>> {
    let mut at = 0;
    text.split(is_separator).filter_map(move |p| {
        let start = p.as_ptr() as usize - text.as_ptr() as usize;
        debug_assert!(start >= at);
        at = start + p.len();
        (!p.is_empty()).then_some(start..at)
    })
}

fn written_out(c: char) -> Option<&'static str> {
    Some(match c {
        'ä' | 'Ä' => "ae",
        'ö' | 'Ö' | 'ø' | 'Ø' => "oe",
        'ü' | 'Ü' => "ue",
        'å' | 'Å' => "aa",
        _ => return None,
    })
}

/// One form in which a field can be typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spelling {
    /// The byte that stands on both sides of it in the arena: what kind of form it is.
    pub mark: u8,
    /// The form.
    pub folded: Folded,
}

/// All forms in which a field can be typed.
pub fn spell(kind: FieldKind, text: &str, dial: &str, out: &mut Vec<Spelling>) {
    let mut add = |mark: u8, folded: Folded| {
        if !folded.text.is_empty() {
            out.push(Spelling { mark, folded });
        }
    };
    match kind {
        FieldKind::Name => name(text, &mut add),
        FieldKind::Nickname | FieldKind::Phonetic => words(&Folded::of(text), ALIAS, &mut add),
        FieldKind::Organisation => words(&Folded::of(text), ORGANISATION, &mut add),
        FieldKind::Email => add(EMAIL, Folded::of(text)),
        FieldKind::Phone => add(PHONE, phone(text, dial)),
        FieldKind::Tag => add(TAG, Folded::of(text)),
    }
}

/// Words, and the parts of those that have several.
fn words(folded: &Folded, mark: u8, add: &mut impl FnMut(u8, Folded)) {
    for word in folded.words() {
        let parts = word.parts();
        add(mark, word);
        parts.into_iter().for_each(|p| add(mark, p));
    }
}

fn name(text: &str, add: &mut impl FnMut(u8, Folded)) {
    let folded = Folded::of(text);
    words(&folded, NAME, add);
    let all: Vec<Folded> = folded.words().collect();
    // `oneil`, `jeanpierre`.
    for word in &all {
        let mut joined = Folded::default();
        word.parts().iter().for_each(|p| joined.push(p));
        add(ALIAS, joined);
    }
    // `mueller`.
    if text.chars().any(|c| written_out(c).is_some()) {
        Folded::expanded(text)
            .words()
            .filter(|w| all.iter().all(|a| a.text != w.text))
            .for_each(|w| add(ALIAS, w));
    }
    // `jsmith`.
    if let Some((first, rest)) = all.split_first() {
        for last in rest.iter().take(3) {
            let mut joined = first.initial();
            joined.push(last);
            add(ALIAS, joined);
        }
    }
}

/// The digits of a number as dialled, with the way back to those written.
fn phone(raw: &str, dial: &str) -> Folded {
    let written = digits(raw);
    let dialled = digits(dial);
    let common = common_end(&written.text, &dialled.text);
    if dialled.text.is_empty() || dialled.text.len() == common {
        return written;
    }
    let mut from = vec![NOWHERE; dialled.text.len()];
    for (to, at) in from.iter_mut().rev().zip(written.from.iter().rev()).take(common) {
        *to = *at;
    }
    Folded { text: dialled.text, from }
}

/// Whether what is written ends as what is dialled: then its letters can be marked.
pub fn ends_alike(raw: &str, dial: &str) -> bool {
    dial.is_empty() || common_end(&digits(raw).text, &digits(dial).text) >= ALIGNED_LEAST
}

fn common_end(a: &str, b: &str) -> usize {
    a.bytes().rev().zip(b.bytes().rev()).take_while(|(a, b)| a == b).count()
}

/// The digits of a text, of any script.
pub fn digits(s: &str) -> Folded {
    Folded::by(s, |c, out| {
        fold_char(c, |c| {
            if c.is_ascii_digit() {
                out(c);
            }
        });
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::fold::fold;

    fn forms(kind: FieldKind, text: &str, dial: &str) -> Vec<(u8, String)> {
        let mut out = Vec::new();
        spell(kind, text, dial, &mut out);
        out.into_iter().map(|s| (s.mark, s.folded.text)).collect()
    }

    #[test]
    fn a_name_is_found_as_written_joined_written_out_and_by_initial() {
        let all = forms(FieldKind::Name, "Anna-Lena Müller", "");
        for (mark, form) in [
            (NAME, "anna-lena"),
            (NAME, "anna"),
            (NAME, "lena"),
            (NAME, "muller"),
            (ALIAS, "annalena"),
            (ALIAS, "mueller"),
            (ALIAS, "amuller"),
        ] {
            assert!(all.contains(&(mark, form.into())), "{form} in {all:?}");
        }
    }

    #[test]
    fn a_number_leads_back_to_the_digits_as_written() {
        let f = phone("(030) 123 45", "+493012345");
        assert_eq!(f.text, "493012345");
        assert_eq!(f.letters(2..9).collect::<Vec<_>>(), [2, 3, 6, 7, 8, 10, 11]);
        assert_eq!(f.letters(0..2).count(), 0);
    }

    proptest! {
        #[test]
        fn folding_with_a_way_back_is_folding(s in "\\PC{0,30}|[a-zA-ZäßØй e\u{301}\u{200b}王.-]{0,20}") {
            let f = Folded::of(&s);
            prop_assert_eq!(&f.text, &fold(&s));
            prop_assert_eq!(f.text.len(), f.from.len());
            prop_assert!(f.letters(0..f.text.len()).all(|at| s.is_char_boundary(at) && at < s.len()));
        }
    }
}
