//! The folded forms in which a field can be typed, each with the way back to the letters of the field where that is asked for.

use std::ops::Range;

use super::{
    finder::FieldKind,
    tiers::{ALIAS, EMAIL, NAME, ORGANISATION, PHONE, TAG, is_word},
};
use crate::model::fold::{fold_char, is_invisible};

/// No letter of the field follows this byte.
const NOWHERE: u32 = u32::MAX;

/// Common suffixes of a number as written and as dialled that are shorter say nothing about each other.
const ALIGNED_LEAST: usize = 5;

/// Words of a name behind the first that make forms with its initial.
const LASTS: usize = 3;

/// Folded text, and for each of its bytes where in the original the character starts that it came from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Folded {
    /// The folded text.
    pub text: String,
    from: Vec<u32>,
}

/// Folded text under construction: with the way back, or without.
pub trait Letters: Default + Clone {
    /// Adds a character that came from the one at `from`.
    fn add(&mut self, c: char, from: u32);
    /// Takes the last one away, of one byte.
    fn drop_last(&mut self);
    /// The text.
    fn text(&self) -> &str;
    /// Adds a stretch of another.
    fn join(&mut self, other: &Self, range: Range<usize>);
    /// Of ASCII letters, digits and signs with single spaces.
    fn plain(s: &str) -> Self;
}

impl Letters for String {
    fn add(&mut self, c: char, _from: u32) {
        self.push(c);
    }
    fn drop_last(&mut self) {
        self.pop();
    }
    fn text(&self) -> &str {
        self
    }
    fn join(&mut self, other: &Self, range: Range<usize>) {
        self.push_str(other.get(range).unwrap_or_default());
    }
    fn plain(s: &str) -> String {
        s.to_ascii_lowercase()
    }
}

impl Letters for Folded {
    fn add(&mut self, c: char, from: u32) {
        self.text.push(c);
        self.from.resize(self.text.len(), from);
    }
    fn drop_last(&mut self) {
        self.text.pop();
        self.from.pop();
    }
    fn text(&self) -> &str {
        &self.text
    }
    fn join(&mut self, other: &Self, range: Range<usize>) {
        self.text.push_str(other.text.get(range.clone()).unwrap_or_default());
        self.from.extend_from_slice(other.from.get(range).unwrap_or_default());
    }
    fn plain(s: &str) -> Folded {
        Folded { text: s.to_ascii_lowercase(), from: (0..).take(s.len()).collect() }
    }
}

impl Folded {
    /// Of a text, as [`native`] does it.
    pub fn of(s: &str) -> Folded {
        by(s, native_char)
    }

    /// The letters of the original behind a range of bytes of the folded text: sorted starts of characters.
    pub fn letters(&self, range: Range<usize>) -> impl Iterator<Item = usize> + '_ {
        let some = self.from.get(range).unwrap_or_default();
        some.iter().filter(|at| **at != NOWHERE).map(|at| *at as usize)
    }
}

/// The text in lower case, Latin letters without their marks, other scripts as they are.
pub fn native(s: &str) -> String {
    by(s, native_char)
}

fn native_char(c: char, out: &mut dyn FnMut(char)) {
    if is_of_another_script(c) { c.to_lowercase().for_each(out) } else { fold_char(c, out) }
}

fn is_of_another_script(c: char) -> bool {
    let latin = matches!(c, '\0'..='\u{36f}' | '\u{1d00}'..='\u{1eff}' | '\u{2000}'..='\u{2bff}' | '\u{fb00}'..='\u{fb06}' | '\u{ff00}'..='\u{ff65}');
    !latin && c.is_alphabetic() && !is_invisible(c)
}

fn by<L: Letters>(s: &str, each: impl Fn(char, &mut dyn FnMut(char))) -> L {
    let mut out = L::default();
    for (at, c) in s.char_indices() {
        let at = u32::try_from(at).unwrap_or(NOWHERE);
        each(c, &mut |c| {
            // Single spaces, none at the ends.
            if c != ' ' || !(out.text().is_empty() || out.text().ends_with(' ')) {
                out.add(c, at);
            }
        });
    }
    if out.text().ends_with(' ') {
        out.drop_last();
    }
    out
}

/// Whether folding changes nothing but capitals.
fn is_plain(s: &str) -> bool {
    let b = s.as_bytes();
    b.is_ascii()
        && !b.iter().any(u8::is_ascii_control)
        && !b.windows(2).any(|w| w == b"  ")
        && b.first() != Some(&b' ')
        && b.last() != Some(&b' ')
}

/// Umlauts as their people write them out.
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
    /// The mark of what kind of form it is.
    pub mark: u8,
    /// The form.
    pub folded: Folded,
}

/// All forms in which a field can be typed, with the way back; the plain one first.
pub fn spell(kind: FieldKind, text: &str, dial: &str) -> Vec<Spelling> {
    let mut out = Vec::new();
    match kind {
        FieldKind::Phone => {
            let folded = phone(text, dial);
            if !folded.text.is_empty() {
                out.push(Spelling { mark: PHONE, folded });
            }
        }
        kind => forms(kind, text, &mut |mark, folded: Folded| out.push(Spelling { mark, folded })),
    }
    out
}

/// As [`spell`], the texts alone.
pub fn texts(kind: FieldKind, text: &str, dial: &str, add: &mut impl FnMut(u8, &str)) {
    match kind {
        FieldKind::Phone => {
            let digits = phone(text, dial).text;
            if !digits.is_empty() {
                add(PHONE, &digits);
            }
        }
        kind => forms(kind, text, &mut |mark, s: String| add(mark, &s)),
    }
}

fn forms<L: Letters>(kind: FieldKind, text: &str, add: &mut impl FnMut(u8, L)) {
    let mut put = |mark: u8, letters: L| {
        if !letters.text().is_empty() {
            add(mark, letters);
        }
    };
    let plain: L = if is_plain(text) { L::plain(text) } else { by(text, native_char) };
    let foreign = !plain.text().is_ascii();
    let latin = || by::<L>(text, |c, out| fold_char(c, out));
    match kind {
        FieldKind::Name => {
            let mut aliases = L::default();
            let mut base = plain.clone();
            if foreign {
                base = latin();
                more(&mut aliases, &base, 0..base.text().len());
            }
            others(text, &base, &mut aliases);
            put(NAME, plain);
            put(ALIAS, aliases);
        }
        FieldKind::Nickname | FieldKind::Phonetic => {
            put(ALIAS, plain);
            if foreign {
                put(ALIAS, latin());
            }
        }
        FieldKind::Organisation => {
            put(ORGANISATION, plain);
            if foreign {
                put(ORGANISATION, latin());
            }
        }
        FieldKind::Email => put(EMAIL, plain),
        FieldKind::Phone => {}
        FieldKind::Tag => put(TAG, plain),
    }
}

/// Adds a word to a text of words.
fn more<L: Letters>(to: &mut L, from: &L, range: Range<usize>) {
    if !to.text().is_empty() {
        to.add(' ', NOWHERE);
    }
    to.join(from, range);
}

/// Words at single spaces, without punctuation around them.
fn words(text: &str) -> impl Iterator<Item = Range<usize>> + '_ {
    pieces(text, |b| b == b' ').filter_map(|r| {
        let word = text.as_bytes().get(r.clone())?;
        let first = word.iter().position(|b| is_word(*b))?;
        let last = word.iter().rposition(|b| is_word(*b))?;
        Some(r.start + first..r.start + last + 1)
    })
}

/// The ranges between separators, empty ones left out.
pub fn pieces(text: &str, is_separator: impl Fn(u8) -> bool) -> impl Iterator<Item = Range<usize>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let rest = text.as_bytes().get(at..)?;
        let start = at + rest.iter().position(|b| !is_separator(*b))?;
        let tail = text.as_bytes().get(start..)?;
        at = start + tail.iter().position(|b| is_separator(*b)).unwrap_or(tail.len());
        Some(start..at)
    })
}

/// Other forms of a name: `oneil`, `mueller`, `jsmith`, `js`.
fn others<L: Letters>(text: &str, base: &L, out: &mut L) {
    let all: Vec<Range<usize>> = words(base.text()).collect();
    for word in &all {
        let written = base.text().get(word.clone()).unwrap_or_default();
        if written.bytes().any(|b| !is_word(b)) {
            let mut joined = L::default();
            pieces(written, |b| !is_word(b))
                .for_each(|p| joined.join(base, word.start + p.start..word.start + p.end));
            more(out, &joined, 0..joined.text().len());
        }
    }
    if text.chars().any(|c| written_out(c).is_some()) {
        let long: L = by(text, |c, out| match written_out(c) {
            Some(two) => two.chars().for_each(out),
            None => native_char(c, out),
        });
        let there = |w: &str| all.iter().any(|a| base.text().get(a.clone()) == Some(w));
        for word in words(long.text()) {
            if !there(long.text().get(word.clone()).unwrap_or_default()) {
                more(out, &long, word);
            }
        }
    }
    let initial = |r: &Range<usize>| {
        let c = base.text().get(r.clone()).and_then(|w| w.chars().next()).map_or(0, char::len_utf8);
        r.start..r.start + c
    };
    if let Some((first, rest)) = all.split_first() {
        let rest = rest.get(..LASTS.min(rest.len())).unwrap_or_default();
        for last in rest {
            more(out, base, initial(first));
            out.join(base, last.clone());
        }
        for last in rest {
            more(out, base, initial(first));
            out.join(base, initial(last));
        }
        if rest.len() > 1 {
            more(out, base, initial(first));
            rest.iter().for_each(|r| out.join(base, initial(r)));
        }
    }
}

/// The digits of a number as dialled, with the way back to those written.
fn phone(raw: &str, dial: &str) -> Folded {
    let written = digits(raw);
    if dial.is_empty() {
        return written;
    }
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
    by(s, |c, out| {
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
        spell(kind, text, dial).into_iter().map(|s| (s.mark, s.folded.text)).collect()
    }

    #[test]
    fn a_name_is_found_as_written_joined_written_out_and_by_initials() {
        let all = forms(FieldKind::Name, "Anna-Lena Müller", "");
        assert_eq!(all, [(NAME, "anna-lena muller".into()), (ALIAS, "annalena mueller amuller am".into())]);
        let all = forms(FieldKind::Name, "Юлия Соколова", "");
        assert_eq!(all, [(NAME, "юлия соколова".into()), (ALIAS, "yuliya sokolova ysokolova ys".into())]);
        let all = forms(FieldKind::Name, "Renato Kerris Dixon", "");
        assert_eq!(all.get(1), Some(&(ALIAS, "rkerris rdixon rk rd rkd".into())));
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
            prop_assert_eq!(&f.text, &native(&s));
            prop_assert_eq!(f.text.len(), f.from.len());
            prop_assert!(f.letters(0..f.text.len()).all(|at| s.is_char_boundary(at) && at < s.len()));
            if s.is_ascii() {
                prop_assert_eq!(f.text, fold(&s));
            }
        }

        #[test]
        fn forms_are_the_same_with_and_without_a_way_back(s in "\\PC{0,30}|[a-zA-ZäßØй王.-]{1,9}( [a-zA-ZäßØй王.'-]{1,9}){0,3}", k in 0usize..7) {
            let kind = FieldKind::ALL[k];
            let mut plain = Vec::new();
            texts(kind, &s, "", &mut |m, t: &str| plain.push((m, t.to_owned())));
            prop_assert_eq!(forms(kind, &s, ""), plain);
        }
    }
}
