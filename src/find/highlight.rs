//! What is highlighted: the letters that matched, as written.

use std::ops::Range;

use super::{
    asked::Word,
    book::StoredContact,
    contact::Field,
    finder::{FieldKind, Hit, Matched},
    fold::{Folded, spell},
    letters,
    score::best_place,
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

/// A contact as a hit.
pub fn hit(held: &StoredContact<'_>, how: &How<'_>, score: u32) -> Hit {
    let fields = &held.fields;
    let mut letters: Vec<(usize, Vec<usize>)> = Vec::new();
    match how {
        How::Words(words) => by_words(held, words, &mut letters),
        How::Letters(pattern) => {
            let at = fields.iter().position(|(f, _)| f.kind == FieldKind::Name);
            letters.extend(at.and_then(|i| Some((i, by_letters(&fields.get(i)?.0.text, pattern)?))));
        }
    }
    let text_of =
        |kind| fields.iter().find(|(f, _)| f.kind == kind).map_or("", |(f, _)| f.text.as_str()).to_owned();
    let mut hit = Hit {
        id: held.id,
        number: held.number,
        name: text_of(FieldKind::Name),
        marks: Vec::new(),
        organisation: text_of(FieldKind::Organisation),
        fields: Vec::new(),
        score,
    };
    for (i, letters) in letters {
        let Some((f, _)) = fields.get(i) else { continue };
        let marks = ranges(&f.text, letters);
        match f.kind {
            FieldKind::Name => hit.marks = marks,
            kind => hit.fields.push(Matched { kind, text: f.text.clone(), marks }),
        }
    }
    hit
}

/// For each field that some word matched best, the starts of the matched characters; fields in the order of the words.
fn by_words(held: &StoredContact<'_>, words: &[Word], out: &mut Vec<(usize, Vec<usize>)>) {
    for word in words {
        let Some((_, at, len)) = best_place(held.text, word) else { continue };
        let before = held.text.get(..at).unwrap_or_default();
        // The first text of the first field starts behind the first mark.
        let Some(start) = before.iter().rposition(|b| *b <= tiers::END) else { continue };
        let mut n = before.iter().filter(|b| **b <= tiers::END).count().saturating_sub(1);
        let of = |(_, texts): &(Field, usize)| {
            let inside = n < *texts;
            n = n.saturating_sub(if inside { 0 } else { *texts });
            inside
        };
        let Some(i) = held.fields.iter().position(of) else { continue };
        let Some((f, _)) = held.fields.get(i) else { continue };
        let range = at - start - 1..at - start - 1 + len;
        let folded = held.text.get(start + 1..).unwrap_or_default();
        // Most texts are their fields in small letters: what stands here is there.
        let letters = if n == 0 && f.text.is_ascii() && starts_alike(folded, f.text.as_bytes()) {
            range.collect()
        } else {
            let forms = spell(f.kind, &f.text, &f.dial);
            forms.get(n).map(|s| s.folded.letters(range).collect()).unwrap_or_default()
        };
        match out.iter_mut().find(|(field, _)| *field == i) {
            Some((_, all)) => all.extend(letters),
            None => out.push((i, letters)),
        }
    }
}

fn starts_alike(folded: &[u8], text: &[u8]) -> bool {
    folded.get(..text.len()).is_some_and(|f| f.eq_ignore_ascii_case(text))
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
