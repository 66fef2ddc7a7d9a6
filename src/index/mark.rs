//! What is highlighted: the letters that matched, as written.

use std::ops::Range;

use super::{
    arena::Entry,
    asked::Word,
    contact::unpack,
    finder::{FieldKind, Hit, Matched},
    letters,
    spell::{Folded, Spelling, spell},
    tiers,
};
use crate::model::fold::fold_char;

/// How the words of a query were found.
pub enum How<'a> {
    /// As they stand here.
    Words(&'a [Word]),
    /// Letter by letter in the name.
    Letters(&'a str),
}

/// An entry as a hit.
pub fn hit(e: &Entry, how: &How<'_>, score: u32) -> Hit {
    let fields: Vec<(FieldKind, &str, &str)> = unpack(&e.shown).collect();
    let mut letters: Vec<(usize, Vec<usize>)> = Vec::new();
    match how {
        How::Words(words) => by_words(&fields, words, &mut letters),
        How::Letters(pattern) => {
            let at = fields.iter().position(|(k, _, _)| *k == FieldKind::Name);
            letters.extend(at.and_then(|i| Some((i, by_letters(fields.get(i)?.1, pattern)?))));
        }
    }
    let text_of = |kind| fields.iter().find(|(k, _, _)| *k == kind).map_or("", |(_, t, _)| *t).to_owned();
    let mut hit = Hit {
        id: e.id,
        number: e.number,
        name: text_of(FieldKind::Name),
        marks: Vec::new(),
        organisation: text_of(FieldKind::Organisation),
        fields: Vec::new(),
        score,
    };
    for (i, letters) in letters {
        let Some((kind, text, _)) = fields.get(i) else { continue };
        let marks = ranges(text, letters);
        match kind {
            FieldKind::Name => hit.marks = marks,
            kind => hit.fields.push(Matched { kind: *kind, text: (*text).to_owned(), marks }),
        }
    }
    hit
}

/// For each field that some word matched best, the starts of the matched characters; fields in the order of the words.
fn by_words(fields: &[(FieldKind, &str, &str)], words: &[Word], out: &mut Vec<(usize, Vec<usize>)>) {
    let mut forms: Vec<(usize, Spelling, Vec<u8>)> = Vec::new();
    for (i, (kind, text, dial)) in fields.iter().enumerate() {
        let mut some = Vec::new();
        spell(*kind, text, dial, &mut some);
        forms.extend(some.into_iter().map(|s| {
            let text = [s.mark].into_iter().chain(s.folded.text.bytes()).chain([s.mark]).collect();
            (i, s, text)
        }));
    }
    for word in words {
        let mut best: Option<(u32, usize, Vec<usize>)> = None;
        for (i, form, text) in &forms {
            for needle in word.needles.iter().filter(|n| n.fits(form.mark)) {
                for at in needle.finder.find_iter(text) {
                    let worth = tiers::worth(text, at, needle.len());
                    if best.as_ref().is_none_or(|b| worth > b.0) {
                        // The mark in front is no part of the form.
                        let range = at.saturating_sub(1)..(at + needle.len()).saturating_sub(1);
                        best = Some((worth, *i, form.folded.letters(range).collect()));
                    }
                }
            }
        }
        let Some((_, i, letters)) = best else { continue };
        match out.iter_mut().find(|(field, _)| *field == i) {
            Some((_, all)) => all.extend(letters),
            None => out.push((i, letters)),
        }
    }
}

fn by_letters(name: &str, pattern: &str) -> Option<Vec<usize>> {
    let folded = Folded::of(name);
    let (_, places) = letters::judge(&letters::matcher(), &folded.text, pattern)?;
    Some(places.into_iter().flat_map(|at| folded.letters(at..at + 1).collect::<Vec<_>>()).collect())
}

/// Starts of characters as ranges; accents written as characters of their own go with their letter.
fn ranges(text: &str, mut starts: Vec<usize>) -> Vec<Range<usize>> {
    starts.sort_unstable();
    starts.dedup();
    let mut out: Vec<Range<usize>> = Vec::new();
    for start in starts {
        let Some(mut rest) = text.get(start..).map(str::chars) else { continue };
        let mut end = start + rest.next().map_or(0, char::len_utf8);
        end += rest.take_while(|c| is_mute(*c)).map(char::len_utf8).sum::<usize>();
        match out.last_mut() {
            Some(last) if last.end >= start => last.end = last.end.max(end),
            _ => out.push(start..end),
        }
    }
    out
}

fn is_mute(c: char) -> bool {
    let mut mute = !c.is_ascii();
    fold_char(c, |_| mute = false);
    mute
}

/// A corrected query as its best hit writes it: `heathews` as `Heathews`.
pub fn as_written(words: &[Word], hit: &Hit) -> String {
    let texts = || [&hit.name, &hit.organisation].into_iter().chain(hit.fields.iter().map(|f| &f.text));
    let written = |w: &Word| {
        let mut all =
            texts().flat_map(|t| t.split(|c: char| !c.is_alphanumeric()).chain(t.split_whitespace()));
        all.find(|t| Folded::of(t).text == w.text).unwrap_or(&w.text).to_owned()
    };
    words.iter().map(written).collect::<Vec<_>>().join(" ")
}
