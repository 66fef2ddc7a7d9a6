//! The best texts for some tests: BM25 (Robertson and Zaragoza, "The Probabilistic Relevance Framework", 2009, section 3.4.5)
//! over postings, then read where looks do not settle it.
//!
//! The look that finds the fewest leads. What may be best is taken first, from one heap: blocks by the most that one of
//! their texts can score, texts by what they score so far and the most that is still to come. So a word that stands
//! everywhere is read where the best texts are, and nowhere else.

use std::{
    cmp::Ordering,
    collections::{BinaryHeap, HashSet},
};

use super::{
    find::{self, Owner},
    list::{Bits, Gains, List},
    phrase::{self, Slots},
    pool::Pool,
    postings::Postings,
    source,
    state::State,
};
use crate::{
    model::{Kind, fold::fold_text},
    query::{
        bind::TextTest,
        looks::{self, Looks, TermLookup},
    },
    store::{StoreError, View},
};

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
    /// Words of this many bytes and fewer have to stand whole, where longer ones are beginnings; 0: none have to.
    pub whole: usize,
    /// At most this many.
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
    let plans: Vec<Option<Looks>> = asked.tests.iter().map(|t| looks::looks(t)).collect();
    let mut out = Out::default();
    // A phrase may begin inside a word and end inside one; where it is in whole words it fits best. Those words have far
    // fewer postings than all that end or begin so.
    let inside = plans.iter().flatten().flat_map(|p| &p.places).any(|(_, look)| whole_of(look).is_some());
    if inside && !pass(view, asked, &plans, Words::Whole, wanted, &mut out)? {
        return Ok(None);
    }
    if out.hits.len() < asked.limit && !pass(view, asked, &plans, Words::Any, wanted, &mut out)? {
        return Ok(None);
    }
    if let Some(memo) = view.memo() {
        memo.trim();
    }
    Ok(Some(out.hits))
}

/// Which words a phrase may begin and end with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Words {
    /// Those alone that were asked for.
    Whole,
    /// All that end so, and begin so.
    Any,
}

/// The word itself, where a look is for all that end or begin so.
fn whole_of(look: &TermLookup) -> Option<TermLookup> {
    match look {
        TermLookup::Ends(w) | TermLookup::Begins(w) => Some(TermLookup::Whole(w.clone())),
        TermLookup::Whole(_) | TermLookup::Holds(_) => None,
    }
}

/// What was found so far.
#[derive(Debug, Default)]
struct Out {
    hits: Vec<Hit>,
    told: HashSet<u32>,
}

/// Adds what one pass finds, behind all that was found before; `false` where texts are not kept, or no test can be looked up.
fn pass(
    view: &dyn View,
    asked: &Asked<'_>,
    plans: &[Option<Looks>],
    words: Words,
    wanted: &mut dyn FnMut(&Owner) -> bool,
    out: &mut Out,
) -> Result<bool, StoreError> {
    let whole = |look: &TermLookup| match look {
        TermLookup::Begins(w) if w.len() <= asked.whole => TermLookup::Whole(w.clone()),
        look => look.clone(),
    };
    let placed = |look: &TermLookup| match words {
        Words::Whole => whole_of(look).unwrap_or_else(|| look.clone()),
        Words::Any => whole(look),
    };
    let looked = |p: &Looks| match p.places.is_empty() {
        true => p.all.iter().map(whole).collect::<Vec<_>>(),
        false => p.places.iter().map(|(_, look)| placed(look)).collect(),
    };
    let mut all: Vec<TermLookup> = plans.iter().flatten().flat_map(looked).collect();
    all.sort_unstable();
    all.dedup();
    if all.is_empty() {
        return Ok(false);
    }
    let Some((state, found)) = find::each_look(view, &all)? else { return Ok(false) };
    let mut order: Vec<(&TermLookup, &Postings)> = all.iter().zip(&found).filter(|(_, p)| !p.open).collect();
    order.sort_by_key(|(_, p)| p.count);
    let place = |look: &TermLookup| order.iter().position(|(l, _)| **l == placed(look));
    let phrases = plans.iter().flatten().map(|p| &p.places).filter(|p| !p.is_empty()).map(|places| {
        places.iter().filter_map(|(behind, look)| Some((*behind, place(look)?))).collect::<Vec<_>>()
    });
    let lists = order.iter().map(|(_, p)| List::new(&state, p)).collect();
    let mut search = Search::new(view, lists, phrases.filter(|p| p.len() > 1).collect(), asked.limit);

    let exact = asked.without.is_empty() && plans.iter().all(|p| p.as_ref().is_some_and(|p| p.exact));
    let cut = find::cut(view)?;
    let most = out.hits.last().map_or(f32::INFINITY, |hit| hit.score);
    // Those of which not all is kept may meet it without being found: they come last.
    let mut last = cut.iter().rev().copied().take(if words == Words::Any { usize::MAX } else { 0 });
    while out.hits.len() < asked.limit {
        let next = search.next()?.or_else(|| last.find(|t| !out.told.contains(t)).map(|t| (0.0, t)));
        let Some((score, text)) = next else { break };
        if out.told.contains(&text) {
            continue;
        }
        let Some(owner) = find::owner_of(view, text)? else { continue };
        let is_cut = cut.binary_search(&text).is_ok();
        let meets = (exact && !is_cut) || meets(view, &owner, asked)?;
        if is_cut || (meets && words == Words::Whole) {
            out.told.insert(text);
        }
        if meets && wanted(&owner) {
            out.hits.push(Hit { owner, score: score.min(most) });
        }
    }
    Ok(true)
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
    let looks: Vec<TermLookup> =
        tests.iter().filter_map(|t| looks::looks(t)).flat_map(|p| p.all.into_iter()).collect();
    let Some((state, found)) = find::each_look(view, &looks)? else { return Ok(()) };
    for (i, postings) in found.iter().enumerate() {
        let scores = each(&state, postings);
        let texts: Vec<u32> = scores.iter().map(|s| s.0).collect();
        find::owners(view, &texts, &mut |text, owner| {
            let score = scores.binary_search_by_key(&text, |s| s.0).ok().and_then(|at| scores.get(at));
            f(i, owner, score.map_or(0.0, |s| s.1));
        })?;
    }
    Ok(())
}

/// The texts of a look in order, each with what the best of its terms adds.
fn each(state: &State, postings: &Postings) -> Vec<(u32, f32)> {
    let gains = Gains::of(state, postings);
    let mut all = Vec::with_capacity(postings.count);
    postings.each(|text, weight, whole| all.push((text, gains.gain(weight, whole))));
    all.sort_unstable_by(|a, b| a.0.cmp(&b.0).then(b.1.total_cmp(&a.1)));
    all.dedup_by_key(|p| p.0);
    all
}

/// Reads a text and asks it.
fn meets(view: &dyn View, owner: &Owner, asked: &Asked<'_>) -> Result<bool, StoreError> {
    if owner.kind == Kind::Message
        && let Some(bytes) = view.get(owner.kind.table(), owner.id.bytes())?
        && let Some(lower) = source::plain_message(&bytes)
    {
        let found = |t: &&TextTest| t.find_plain(&lower).next().is_some();
        return Ok(asked.tests.iter().all(found) && !asked.without.iter().any(found));
    }
    let Some(text) = source::text_of(view, owner.kind, owner.id)? else { return Ok(false) };
    let folded = fold_text(&text);
    let found = |t: &&TextTest| t.matches(&text, &folded);
    Ok(asked.tests.iter().all(found) && !asked.without.iter().any(found))
}

/// What waits in the heap: its upper bound, and the newest text of it.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Waiting {
    score: f32,
    text: u32,
    what: RankStage,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum RankStage {
    /// A row of the list that leads.
    Row(u32),
    /// A text that the leading list contains, with what it gains there.
    Text(f32),
    /// A text that is in all lists.
    All,
    /// One in which the words of each phrase follow each other, too.
    Found,
}

impl Eq for Waiting {}

impl Ord for Waiting {
    fn cmp(&self, other: &Waiting) -> Ordering {
        // What is sure waits for what may be the same.
        let sure = |w: &Waiting| w.what == RankStage::Found;
        self.score.total_cmp(&other.score).then(self.text.cmp(&other.text)).then(sure(other).cmp(&sure(self)))
    }
}

impl PartialOrd for Waiting {
    fn partial_cmp(&self, other: &Waiting) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// After this many texts were asked for one at a time without an end, all the others are taken in one go.
const ONE_BY_ONE: usize = if cfg!(test) { 8 } else { 300 };

/// In this many of the best texts a phrase is looked for first.
const PLACED_FIRST: usize = if cfg!(test) { 2 } else { 48 };

/// Words in more texts than this are common.
const COMMON: usize = if cfg!(test) { 5 } else { 2000 };

/// The texts in every list and in which all phrases may stand, the best first and of equals the newest.
struct Search<'p> {
    view: &'p dyn View,
    lists: Vec<List<'p>>,
    /// Of each phrase, the lists that it asks for, and how far behind its beginning.
    phrases: Vec<Vec<(u32, usize)>>,
    heap: BinaryHeap<Waiting>,
    /// Texts that were looked at.
    seen: Bits,
    last: u32,
    /// How many are wanted.
    limit: usize,
    begun: bool,
    asked: usize,
    /// In how many texts the phrases were looked for, and in how many they may stand.
    placed: usize,
    stood: usize,
    slots: Option<Slots>,
    /// All other texts that every list contains, where they were computed in one go.
    pool: Pool,
}

impl<'p> Search<'p> {
    /// Over lists, the shortest first.
    fn new(
        view: &'p dyn View,
        lists: Vec<List<'p>>,
        phrases: Vec<Vec<(u32, usize)>>,
        limit: usize,
    ) -> Search<'p> {
        let none = lists.iter().any(|l| l.rows().is_empty());
        let mut heap = Vec::new();
        let mut last = 0;
        if let Some((leads, others)) = lists.split_first().filter(|_| !none) {
            for (i, row) in leads.rows().iter().enumerate() {
                let score = others.iter().fold(leads.bound(row), |sum, list| sum + list.most);
                heap.push(Waiting { score, text: row.last, what: RankStage::Row(i as u32) });
                last = last.max(row.last);
            }
        }
        let (heap, seen) = (BinaryHeap::from(heap), Bits::up_to(last));
        let (begun, asked, placed, stood, slots) = (false, 0, 0, 0, None);
        let pool = Pool::default();
        Search { view, lists, phrases, heap, seen, last, limit, begun, asked, placed, stood, slots, pool }
    }

    fn next(&mut self) -> Result<Option<(f32, u32)>, StoreError> {
        if !std::mem::replace(&mut self.begun, true) && !self.heap.is_empty() {
            // Where all words are common, what they may add up to says little: nearly all texts would be asked for anyway.
            let common = self.lists.len() > 1 && self.lists.iter().all(|l| l.count() > COMMON);
            // Most texts with the words of a phrase do not have it: many are looked at for each that does.
            if common || !self.phrases.is_empty() {
                self.asked = ONE_BY_ONE;
                self.all_at_once();
            }
        }
        loop {
            // What is left in the pool scores less than what was taken from it.
            while !self.pool.is_empty() && self.heap.peek().is_none_or(|w| w.score < self.pool.taken()) {
                self.draw(self.wanted());
            }
            let Some(waiting) = self.heap.pop() else { return Ok(None) };
            let Waiting { score, text, what } = waiting;
            match what {
                RankStage::Found => return Ok(Some((score, text))),
                RankStage::Row(row) => self.open(row as usize),
                RankStage::All => self.place(waiting)?,
                RankStage::Text(gain) => {
                    let others = self.lists.get_mut(1..).unwrap_or_default();
                    if self.seen.take(text)
                        && let Some(score) = score_of(others, text, gain, self.last)
                    {
                        self.heap.push(Waiting { score, text, what: self.then() });
                    }
                    // A word by itself is never gone through as a whole: its best rows are enough.
                    self.asked += usize::from(self.lists.len() > 1);
                    if self.asked == ONE_BY_ONE {
                        self.all_at_once();
                    }
                }
            }
        }
    }

    /// What happens to a text in every list.
    fn then(&self) -> RankStage {
        if self.phrases.is_empty() { RankStage::Found } else { RankStage::All }
    }

    /// Lets the texts of a row wait, each with its upper bound.
    fn open(&mut self, row: usize) {
        let Search { heap, lists, .. } = self;
        let Some((leads, others)) = lists.split_first() else { return };
        let Some(row) = leads.rows().get(row) else { return };
        leads.each(row, |text, gain| {
            let score = others.iter().fold(gain, |sum, list| sum + list.most);
            heap.push(Waiting { score, text, what: RankStage::Text(gain) });
        });
    }

    /// Works out what every text scores that still waits: what one text costs is small where it is done for all.
    fn all_at_once(&mut self) {
        let what = self.then();
        let Search { heap, lists, seen, last, .. } = self;
        let mut left: Vec<Waiting> = std::mem::take(heap).into_vec();
        left.retain(|w| matches!(w.what, RankStage::All | RankStage::Found));
        let Some((leads, others)) = lists.split_first_mut() else { return };
        if leads.is_sparse(*last) {
            leads.all(|text, gain| {
                if seen.take(text)
                    && let Some(score) = score_of(others, text, gain, *last)
                {
                    left.push(Waiting { score, text, what });
                }
            });
        } else {
            let mut scores = leads.dense(*last).to_vec();
            for other in others {
                let gains = other.dense(*last);
                scores.truncate(gains.len());
                scores.iter_mut().zip(gains).for_each(|(score, gain)| *score += gain);
            }
            self.pool = Pool::of(&scores, |text| !seen.has(text));
        }
        *heap = BinaryHeap::from(left);
    }

    /// Lets the best of the pool wait with the others: this many, or some more.
    fn draw(&mut self, wanted: usize) {
        let what = self.then();
        self.heap.extend(self.pool.draw(wanted).map(|(score, text)| Waiting { score, text, what }));
    }

    /// How many texts are likely to be enough.
    fn wanted(&self) -> usize {
        match (self.placed, self.stood) {
            (0, _) => PLACED_FIRST.max(self.limit.saturating_mul(2)),
            (placed, 0) => placed.saturating_mul(8),
            (placed, stood) => self.limit.saturating_mul(placed) / stood + PLACED_FIRST,
        }
    }

    /// Looks for the phrases in this text, the best, and in as many of those after it as are likely to be needed.
    fn place(&mut self, best: Waiting) -> Result<(), StoreError> {
        let most = self.wanted();
        let (mut texts, left): (Vec<Waiting>, Vec<Waiting>) =
            std::mem::take(&mut self.heap).into_iter().partition(|w| w.what == RankStage::All);
        self.heap = BinaryHeap::from(left);
        texts.push(best);
        let more = self.pool.draw(most.saturating_sub(texts.len()));
        texts.extend(more.map(|(score, text)| Waiting { score, text, what: RankStage::All }));
        texts.sort_unstable_by_key(|w| w.text);
        self.placed += texts.len();
        for phrase in &self.phrases {
            let words = phrase.iter().filter_map(|(behind, list)| Some((*behind, self.lists.get(*list)?)));
            let numbers: Vec<u32> = texts.iter().map(|w| w.text).collect();
            let slots = self.slots.get_or_insert_with(|| Slots::up_to(self.last));
            let mut stand = phrase::stands(self.view, words.collect(), &numbers, slots)?.into_iter();
            texts.retain(|_| stand.next().unwrap_or(false));
        }
        self.stood += texts.len();
        self.heap.extend(texts.into_iter().map(|w| Waiting { what: RankStage::Found, ..w }));
        Ok(())
    }
}

/// What a text scores, with what the other lists add; `None` where one of them does not contain it.
fn score_of(others: &mut [List<'_>], text: u32, gain: f32, last: u32) -> Option<f32> {
    others.iter_mut().try_fold(gain, |sum, list| Some(sum + list.gain(text, last)?))
}
