//! Slips of the finger: words that stand nowhere are taken for ones that do.

use std::collections::HashSet;

use super::{
    arena::Arena,
    asked::Word,
    search::{Scored, Search},
    tiers::POINT,
    vocabulary::Meant,
};

/// Words that may have been meant, for each typed.
const CHOICES: usize = 6;

/// Ways to put them together that are tried.
const TRIED: usize = 12;

/// So many found are enough to leave dearer ways untried, and what is dearer.
const ENOUGH: usize = 5;
const DEARER: u32 = 12 * POINT;

/// What was found for other words than those typed.
pub struct Corrected {
    /// Who, the best first; their scores have the edits taken off.
    pub hits: Vec<(Scored, usize)>,
    /// The words they were found for: the second of each hit is its place here.
    pub words: Vec<Vec<Word>>,
}

/// Those found for words that may have been meant; `seen` are known already.
pub fn find(
    arena: &Arena,
    search: &mut Search<'_>,
    words: &[Word],
    seen: &HashSet<u32>,
    limit: usize,
) -> Corrected {
    // Each word, and whether it stands nowhere; one with signs inside is taken apart then.
    let mut split: Vec<(Word, bool)> = Vec::new();
    for w in words {
        if search.has(w) {
            split.push((w.clone(), false));
        } else {
            let lost = |p: &Word| p.text == w.text || !search.has(p);
            split.extend(parts(w).into_iter().map(|p| {
                let lost = lost(&p);
                (p, lost)
            }));
        }
    }
    // Where every word stands somewhere, any of them may be the wrong one.
    let any = split.iter().all(|(_, lost)| !lost);
    let choices: Vec<Vec<(Word, u32)>> = split
        .iter()
        .map(|(w, lost)| {
            let mut all = Vec::new();
            if !lost {
                all.push((w.clone(), 0));
            }
            if (any || *lost) && w.may_be_a_slip() {
                let meant = arena.words.meant(&w.text, CHOICES);
                all.extend(
                    meant
                        .into_iter()
                        .filter(|m| m.word != w.text)
                        .map(|Meant { word, cost, .. }| (Word::new(&word), cost)),
                );
            }
            all
        })
        .collect();
    let mut out = Corrected { hits: Vec::new(), words: Vec::new() };
    let mut found = seen.clone();
    let mut cheapest = 0;
    let split_up = split.len() > words.len();
    for (tried, cost) in together(&choices) {
        if cost == 0 && !split_up {
            continue;
        }
        // Dearer ways are not tried where cheaper ones led to somebody.
        if out.hits.len() >= ENOUGH && cost > cheapest + DEARER {
            break;
        }
        if out.hits.is_empty() {
            cheapest = cost;
        }
        let at = out.words.len();
        let hits = search.all(&tried, limit).into_iter().filter(|s| found.insert(s.slot));
        out.hits.extend(hits.map(|s| (Scored { score: s.score.saturating_sub(cost), ..s }, at)));
        out.words.push(tried);
    }
    out.hits.sort_by_key(|(s, _)| std::cmp::Reverse(*s));
    out.hits.truncate(limit);
    out
}

/// Letters and digits apart from what stands between them: `jonh.smith`.
fn parts(word: &Word) -> Vec<Word> {
    let parts = word.text.split(|c: char| !c.is_alphanumeric()).filter(|p| !p.is_empty());
    parts.map(Word::new).take(8).collect()
}

/// One choice for each word, the cheapest first.
fn together(choices: &[Vec<(Word, u32)>]) -> Vec<(Vec<Word>, u32)> {
    let mut out: Vec<(Vec<Word>, u32)> = vec![(Vec::new(), 0)];
    for some in choices {
        let mut next: Vec<(Vec<Word>, u32)> = Vec::new();
        for (words, cost) in &out {
            for (word, more) in some {
                let words = words.iter().chain([word]).cloned().collect();
                next.push((words, cost + more));
            }
        }
        next.sort_by_key(|(_, cost)| *cost);
        next.truncate(TRIED);
        out = next;
    }
    out.retain(|(words, _)| !words.is_empty());
    out
}
