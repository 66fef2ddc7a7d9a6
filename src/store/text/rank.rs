//! The best texts for some tests: BM25 (Robertson and Zaragoza, "The Probabilistic Relevance Framework", 2009, section 3.4.5)
//! over postings, then read where a look alone does not settle it.

use std::{cmp::Ordering, collections::BinaryHeap};

use super::{
    block::Weight,
    find::{self, Owner, Postings},
    source,
    state::State,
};
use crate::{
    model::{Kind, fold::fold_text},
    query::{
        bind::TextTest,
        looks::{self, Look},
    },
    store::{StoreError, View},
};

/// How soon more of the same says nothing more.
const K1: f32 = 1.2;
/// How much a long text counts for less.
const B: f32 = 0.75;
/// What a term that only begins like the asked one, or holds it, counts beside the term itself.
const ALIKE: f32 = 0.5;

/// A text that was found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Hit {
    /// Whose it is.
    pub owner: Owner,
    /// How well it fits: more is better, within one search.
    pub score: f32,
}

/// What is asked of texts.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// What a text has to meet, all of it.
    pub tests: &'a [&'a TextTest],
    /// What it must not meet, any of it.
    pub without: &'a [&'a TextTest],
    /// Words of so many bytes and fewer have to stand whole, where longer ones are beginnings; 0: none have to.
    pub whole: usize,
    /// At most so many.
    pub limit: usize,
}

/// The texts that meet what is asked, the best first and of equals the newest; those alone that `wanted` wants, which is
/// asked last. `None` where texts are not kept (yet), or no test can be looked up.
///
/// # Errors
/// Where the file cannot be read.
pub fn rank(
    view: &dyn View,
    asked: &Asked<'_>,
    wanted: &mut dyn FnMut(&Owner) -> bool,
) -> Result<Option<Vec<Hit>>, StoreError> {
    let plans: Vec<_> = asked.tests.iter().map(|t| looks::looks(t)).collect();
    let whole = |look: &Look| match look {
        Look::Begins(w) if w.len() <= asked.whole => Look::Whole(w.clone()),
        look => look.clone(),
    };
    let mut all: Vec<Look> = plans.iter().flatten().flat_map(|p| p.all.iter().map(whole)).collect();
    all.sort_unstable();
    all.dedup();
    if all.is_empty() {
        return Ok(None);
    }
    let Some((state, found)) = find::each_look(view, &all)? else { return Ok(None) };
    let exact = asked.without.is_empty() && plans.iter().all(|p| p.as_ref().is_some_and(|p| p.exact));
    let cut = find::cut(view)?;
    let mut best = Best::of(scored(&state, &found, &cut));
    let mut out: Vec<Hit> = Vec::new();
    while out.len() < asked.limit
        && let Some(Scored(score, text)) = best.pop()
    {
        let Some(owner) = find::owner_of(view, text)? else { continue };
        let settled = exact && cut.binary_search(&text).is_err();
        if (settled || meets(view, &owner, asked)?) && wanted(&owner) {
            out.push(Hit { owner, score });
        }
    }
    Ok(Some(out))
}

/// Those that score best, first; few are ever asked for, so that the others are put in order only then.
struct Best {
    first: Vec<Scored>,
    others: BinaryHeap<Scored>,
}

/// So many are put in order at once.
const FIRST: usize = 256;

impl Best {
    fn of(mut all: Vec<Scored>) -> Best {
        let mut others = Vec::new();
        if all.len() > FIRST * 2 {
            all.select_nth_unstable_by(FIRST, |a, b| b.cmp(a));
            others = all.split_off(FIRST);
        }
        all.sort_unstable();
        Best { first: all, others: BinaryHeap::from(others) }
    }

    fn pop(&mut self) -> Option<Scored> {
        self.first.pop().or_else(|| self.others.pop())
    }
}

/// Gives for each test's looks how well every text fits that one of them finds, look by look: what orders records that
/// were found otherwise. Nothing where texts are not kept.
///
/// # Errors
/// Where the file cannot be read.
pub fn scores(
    view: &dyn View,
    tests: &[&TextTest],
    f: &mut dyn FnMut(usize, Owner, f32),
) -> Result<(), StoreError> {
    let looks: Vec<Look> =
        tests.iter().filter_map(|t| looks::looks(t)).flat_map(|p| p.all.into_iter()).collect();
    let Some((state, found)) = find::each_look(view, &looks)? else { return Ok(()) };
    for (i, postings) in found.iter().enumerate() {
        let sums = summed(postings, None, &Gains::of(&state, postings));
        let texts: Vec<u32> = sums.iter().map(|s| s.0).collect();
        find::owners(view, &texts, &mut |text, owner| {
            let score = sums.binary_search_by_key(&text, |s| s.0).ok().and_then(|at| sums.get(at));
            f(i, owner, score.map_or(0.0, |s| s.1));
        })?;
    }
    Ok(())
}

/// Reads a text and asks it.
fn meets(view: &dyn View, owner: &Owner, asked: &Asked<'_>) -> Result<bool, StoreError> {
    if owner.kind == Kind::Message
        && let Some(bytes) = view.get(owner.kind.table(), owner.id.bytes())?
        && let Some(lower) = source::plain_message(&bytes)
    {
        let holds = |t: &&TextTest| t.find_plain(&lower).next().is_some();
        return Ok(asked.tests.iter().all(holds) && !asked.without.iter().any(holds));
    }
    let Some(text) = source::text_of(view, owner.kind, owner.id)? else { return Ok(false) };
    let folded = fold_text(&text);
    let holds = |t: &&TextTest| t.matches(&text, &folded);
    Ok(asked.tests.iter().all(holds) && !asked.without.iter().any(holds))
}

/// A text with its score: the greatest is the best, and of equals the newest.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Scored(f32, u32);

impl Eq for Scored {}

impl Ord for Scored {
    fn cmp(&self, other: &Scored) -> Ordering {
        self.0.total_cmp(&other.0).then(self.1.cmp(&other.1))
    }
}

impl PartialOrd for Scored {
    fn partial_cmp(&self, other: &Scored) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// The texts that every look found, with what they score; and those of which not all is kept, last.
fn scored(state: &State, found: &[Postings], cut: &[u32]) -> Vec<Scored> {
    let mut best: Option<Vec<(u32, f32)>> = None;
    for postings in found {
        let gains = Gains::of(state, postings);
        best = Some(match best {
            None => summed(postings, None, &gains),
            Some(before) => {
                let among: Vec<u32> = before.iter().map(|b| b.0).collect();
                let more = summed(postings, Some(&among), &gains);
                both(before, &more)
            }
        });
    }
    let best = best.unwrap_or_default();
    let missing: Vec<Scored> = cut
        .iter()
        .filter(|t| best.binary_search_by_key(*t, |b| b.0).is_err())
        .map(|t| Scored(0.0, *t))
        .collect();
    best.into_iter().map(|(t, s)| Scored(s, t)).chain(missing).collect()
}

/// What a posting adds to the score of its text, worked out for every weight beforehand.
struct Gains([f32; 256]);

impl Gains {
    fn of(state: &State, postings: &Postings) -> Gains {
        let texts = state.texts as f32;
        let with = (postings.count as f32).min(texts);
        let rare = (1.0 + (texts - with + 0.5) / (with + 0.5)).ln();
        let average = state.average();
        let mut gains = [0.0; 256];
        for (weight, gain) in (0u8..=255).map(Weight).zip(&mut gains) {
            let long = 1.0 - B + B * weight.length() / average;
            *gain = rare * weight.count() * (K1 + 1.0) / (weight.count() + K1 * long);
        }
        Gains(gains)
    }

    fn gain(&self, weight: Weight, whole: bool) -> f32 {
        let gain = self.0.get(usize::from(weight.0)).copied().unwrap_or_default();
        if whole { gain } else { gain * ALIKE }
    }
}

/// The texts of a look in order, each with what all of its terms add.
fn summed(postings: &Postings, among: Option<&[u32]>, gains: &Gains) -> Vec<(u32, f32)> {
    let last = postings.last() as usize;
    if postings.count < last / 16 {
        let mut all = Vec::with_capacity(postings.count);
        postings.each(among, |text, weight, whole| all.push((text, gains.gain(weight, whole))));
        all.sort_unstable_by_key(|p| p.0);
        all.dedup_by(|b, a| {
            let same = a.0 == b.0;
            if same {
                a.1 += b.1;
            }
            same
        });
        return all;
    }
    let mut sums = vec![0f32; last + 1];
    postings.each(among, |text, weight, whole| {
        if let Some(sum) = sums.get_mut(text as usize) {
            *sum += gains.gain(weight, whole);
        }
    });
    (0u32..).zip(sums).filter(|(_, sum)| *sum > 0.0).collect()
}

/// Those that are in both, their scores added; both are in order.
fn both(mut a: Vec<(u32, f32)>, b: &[(u32, f32)]) -> Vec<(u32, f32)> {
    let mut b = b.iter().peekable();
    a.retain_mut(|(text, score)| {
        while b.next_if(|(t, _)| t < text).is_some() {}
        match b.next_if(|(t, _)| t == text) {
            Some((_, more)) => {
                *score += more;
                true
            }
            None => false,
        }
    });
    a
}
