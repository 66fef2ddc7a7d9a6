//! The piece of a text in which what was looked for stands, with the hits marked.

use std::ops::Range;

use super::bind::TextTest;
use crate::model::fold::{fold_text_with, is_unspaced};

/// A piece of a text on one line.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Snippet {
    /// The piece; `…` marks text left out at either end.
    pub text: String,
    /// Where the hits are in it, in bytes, in order, none in another.
    pub marks: Vec<Range<usize>>,
}

impl Snippet {
    /// The piece in parts, each with whether it is a hit.
    pub fn parts(&self) -> impl Iterator<Item = (&str, bool)> {
        let mut at = 0;
        let ends = self.marks.iter().flat_map(|m| [(m.start, false), (m.end, true)]);
        ends.chain([(self.text.len(), false)])
            .filter_map(move |(end, hit)| {
                let part = self.text.get(at..end)?;
                at = end;
                Some((part, hit))
            })
            .filter(|(part, _)| !part.is_empty())
    }
}

/// The most bytes of a text that are looked through.
const MOST: usize = 64 * 1024;

/// The most hits that are weighed.
const HITS: usize = 64;

/// How many characters of a ruled line are shown.
const DRAWN: usize = 3;

/// The piece of at most this many characters in which most of the tests match, the first of those; the beginning of the text
/// where none does.
pub fn snippet(text: &str, tests: &[&TextTest], width: usize) -> Snippet {
    let text = text.get(..text.floor_char_boundary(MOST)).unwrap_or(text);
    let mut hits: Vec<(Range<usize>, usize)> = Vec::new();
    let asked = tests.iter().enumerate();
    if text.is_ascii() {
        let lower = text.to_ascii_lowercase();
        asked.for_each(|(n, test)| hits.extend(test.find_plain(&lower).take(HITS).map(|hit| (hit, n))));
    } else {
        let folded = Folded::of(text);
        asked.for_each(|(n, test)| hits.extend(folded.hits(test).take(HITS).map(|hit| (hit, n))));
    }
    hits.sort_by_key(|(hit, _)| hit.start);
    // A tenth stands before the first hit, to tell where one is; bytes are near enough to characters here.
    let lead = width / 8;
    let reach = width.saturating_sub(lead);
    let best = hits.iter().enumerate().max_by_key(|(i, (hit, _))| {
        let within = hits.iter().skip(*i).take_while(|(h, _)| h.end <= hit.start + reach);
        let mut of: Vec<usize> = within.map(|(_, n)| *n).collect();
        of.sort_unstable();
        of.dedup();
        (of.len(), std::cmp::Reverse(*i))
    });
    let first = best.map_or(0, |(_, (hit, _))| hit.start);
    let start = match first.checked_sub(lead) {
        Some(at) if text.len() > width => word_start(text, text.floor_char_boundary(at), first),
        _ => 0,
    };
    cut(text, start, width, &hits)
}

/// The first beginning of a word between two places; the second where there is none.
fn word_start(text: &str, from: usize, to: usize) -> usize {
    let before = text.get(from..to).unwrap_or_default();
    before.find(char::is_whitespace).map_or(to, |at| {
        let rest = before.get(at..).unwrap_or_default();
        from + at + (rest.len() - rest.trim_start().len())
    })
}

/// The text from a place on, on one line, with the marks that lie in it.
fn cut(text: &str, start: usize, width: usize, hits: &[(Range<usize>, usize)]) -> Snippet {
    let mut out = Snippet::default();
    let mut places: Vec<(usize, usize)> = Vec::new();
    if text.get(..start).is_some_and(|t| !t.trim().is_empty()) {
        out.text.push('…');
    }
    let mut count = 0;
    let mut end = text.len();
    let before = text.get(..start).unwrap_or_default().trim_end_matches([' ', '\t', '>']);
    // Whether nothing but signs of quoting came on this line, and how often the last sign.
    let (mut fresh, mut same) = (before.is_empty() || before.ends_with('\n'), (' ', 0));
    for (at, c) in text.get(start..).unwrap_or_default().char_indices().map(|(at, c)| (at + start, c)) {
        if count >= width {
            out.text.truncate(out.text.trim_end().len());
            out.text.push('…');
            end = at;
            break;
        }
        if c.is_whitespace() || c.is_control() {
            if !out.text.is_empty() && !out.text.ends_with([' ', '…']) {
                out.text.push(' ');
                count += 1;
            }
            fresh |= c == '\n';
            continue;
        }
        // Signs of what a mail quotes, and lines drawn out of signs, say nothing here.
        fresh &= c == '>';
        same = (c, if same.0 == c { same.1 + 1 } else { 1 });
        if fresh || (same.1 > DRAWN && matches!(c, '_' | '-' | '=' | '*' | '~' | '#' | '+')) {
            continue;
        }
        places.push((at, out.text.len()));
        out.text.push(c);
        count += 1;
    }
    let whole = out.text.trim_end().len();
    out.text.truncate(whole);
    let place = |at: usize| {
        let i = places.partition_point(|(from, _)| *from < at);
        places.get(i).map_or(out.text.trim_end_matches('…').len(), |(_, to)| *to)
    };
    for (hit, _) in hits.iter().filter(|(hit, _)| hit.start >= start && hit.start < end) {
        let to = place(hit.end).min(out.text.len());
        let to = out.text.get(..to).map_or(to, |t| t.trim_end().len());
        let mark = place(hit.start)..to;
        match out.marks.last_mut() {
            Some(last) if mark.start <= last.end => last.end = last.end.max(mark.end),
            _ if mark.start < mark.end => out.marks.push(mark),
            _ => {}
        }
    }
    out
}

/// A text folded, with where each byte of it comes from.
struct Folded {
    text: String,
    from: Vec<u32>,
    len: usize,
}

impl Folded {
    fn of(text: &str) -> Folded {
        let mut out = Folded { text: String::with_capacity(text.len()), from: Vec::new(), len: text.len() };
        out.from.reserve(text.len());
        fold_text_with(text, |at, c| {
            if c == ' ' && (out.text.is_empty() || out.text.ends_with(' ')) {
                return;
            }
            out.text.push(c);
            out.from.resize(out.text.len(), u32::try_from(at).unwrap_or(u32::MAX));
        });
        out
    }

    /// Where a test matches, in the original text.
    fn hits<'a>(&'a self, test: &'a TextTest) -> impl Iterator<Item = Range<usize>> + 'a {
        let (needle, word) = match test {
            TextTest::Word(t) => (t.as_str(), true),
            TextTest::Part(t) => (t.as_str(), false),
            _ => ("", false),
        };
        let found = memchr::memmem::find_iter(self.text.as_bytes(), needle.as_bytes());
        found.take(if needle.is_empty() { 0 } else { usize::MAX }).filter_map(move |at| {
            let before = self.text.get(..at).and_then(|t| t.chars().next_back());
            if word && before.is_some_and(|c| c.is_alphanumeric() && !is_unspaced(c)) {
                return None;
            }
            let origin = |at: usize| self.from.get(at).map_or(self.len, |f| *f as usize);
            // A letter that became two is marked whole.
            let (start, mut end) = (origin(at), at + needle.len());
            while end < self.from.len() && self.from.get(end) == self.from.get(end - 1) {
                end += 1;
            }
            Some(start..origin(end))
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn shown(text: &str, tests: &[TextTest], width: usize) -> String {
        let tests: Vec<&TextTest> = tests.iter().collect();
        let s = snippet(text, &tests, width);
        let mut out = s.text.clone();
        for mark in s.marks.iter().rev() {
            out.insert(mark.end, ']');
            out.insert(mark.start, '[');
        }
        out
    }

    fn word(w: &str) -> TextTest {
        TextTest::Word(w.into())
    }

    #[test]
    fn hits_are_marked_in_the_text_as_it_was_written() {
        assert_eq!(shown("Es war\n\n für  Über-Nacht!", &[word("uber")], 60), "Es war für [Über]-Nacht!");
        assert_eq!(shown("Straße und Weiß", &[word("strass")], 60), "[Straß]e und Weiß");
        assert_eq!(shown("a refund, refunded", &[word("refund")], 60), "a [refund], [refund]ed");
        assert_eq!(shown("我想申请退款,谢谢", &[TextTest::Part("退款".into())], 60), "我想申请[退款],谢谢");
        assert_eq!(shown("the end\n  of it", &[TextTest::Part("end of".into())], 60), "the [end of] it");
    }

    #[test]
    fn signs_of_quoting_and_drawn_lines_take_no_room() {
        let text = "> > the broken\n> lamp > 5 W\n__________\n>Bye->";
        assert_eq!(shown(text, &[word("lamp")], 60), "the broken [lamp] > 5 W ___ Bye->");
        let text = format!("{}\n> > some more of it, and then the lamp\n>> here", "so on ".repeat(20));
        assert_eq!(shown(&text, &[word("here")], 40), "…[here]");
    }

    #[test]
    fn the_piece_is_the_one_with_most_of_what_was_asked() {
        let text =
            format!("refund {} the refund of a broken lamp {}", "and so on ".repeat(30), "more ".repeat(30));
        let s = shown(&text, &[word("refund"), word("lamp")], 40);
        assert_eq!(s, "…the [refund] of a broken [lamp] more more mo…");
        assert_eq!(shown("nothing of it stands here", &[word("refund")], 12), "nothing of i…");
    }

    proptest! {
        #[test]
        fn marks_lie_in_the_piece(text in "\\PC{0,80}|[ab ßé\n]{0,60}", w in "[ab]{1,3}|[é ]{1,2}", width in 0usize..50) {
            for test in [word(&w), TextTest::Part(w.clone())] {
                let s = snippet(&text, &[&test], width);
                let mut end = 0;
                for m in &s.marks {
                    prop_assert!(m.start >= end && s.text.get(m.clone()).is_some_and(|t| !t.is_empty()), "{:?}", s);
                    end = m.end;
                }
            }
        }
    }
}
