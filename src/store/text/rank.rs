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
    find::{self, Owner, Postings},
    list::{Bits, Gains, List},
    source,
    state::State,
};
use crate::{
    model::{Kind, fold::fold_text},
    query::{
        bind::TextTest,
        looks::{self, Look, Looks},
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
    let plans: Vec<Option<Looks>> = asked.tests.iter().map(|t| looks::looks(t)).collect();
    let whole = |look: &Look| match look {
        Look::Begins(w) if w.len() <= asked.whole => Look::Whole(w.clone()),
        look => look.clone(),
    };
    let looked = |p: &Looks| match p.places.is_empty() {
        true => p.all.clone(),
        false => p.places.iter().map(|(_, look)| look.clone()).collect(),
    };
    let mut all: Vec<Look> = plans.iter().flatten().flat_map(looked).map(|l| whole(&l)).collect();
    all.sort_unstable();
    all.dedup();
    if all.is_empty() {
        return Ok(None);
    }
    let Some((state, found)) = find::each_look(view, &all)? else { return Ok(None) };
    let mut order: Vec<(&Look, &Postings)> = all.iter().zip(&found).filter(|(_, p)| !p.open).collect();
    order.sort_by_key(|(_, p)| p.count);
    let place = |look: &Look| order.iter().position(|(l, _)| **l == whole(look));
    let phrases = plans.iter().flatten().map(|p| &p.places).filter(|p| !p.is_empty()).map(|places| {
        places.iter().filter_map(|(behind, look)| Some((*behind, place(look)?))).collect::<Vec<_>>()
    });
    let lists = order.iter().map(|(_, p)| List::new(&state, p)).collect();
    let mut search = Search::new(view, lists, phrases.filter(|p| p.len() > 1).collect());

    let exact = asked.without.is_empty() && plans.iter().all(|p| p.as_ref().is_some_and(|p| p.exact));
    let cut = find::cut(view)?;
    let mut out: Vec<Hit> = Vec::new();
    let mut told: HashSet<u32> = HashSet::new();
    // Those of which not all is kept may meet it without being found: they come last.
    let mut last = cut.iter().rev().copied();
    while out.len() < asked.limit {
        let next = search.next()?.or_else(|| last.find(|t| !told.contains(t)).map(|t| (0.0, t)));
        let Some((score, text)) = next else { break };
        let Some(owner) = find::owner_of(view, text)? else { continue };
        let is_cut = cut.binary_search(&text).is_ok();
        if is_cut {
            told.insert(text);
        }
        if ((exact && !is_cut) || meets(view, &owner, asked)?) && wanted(&owner) {
            out.push(Hit { owner, score });
        }
    }
    Ok(Some(out))
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
        let holds = |t: &&TextTest| t.find_plain(&lower).next().is_some();
        return Ok(asked.tests.iter().all(holds) && !asked.without.iter().any(holds));
    }
    let Some(text) = source::text_of(view, owner.kind, owner.id)? else { return Ok(false) };
    let folded = fold_text(&text);
    let holds = |t: &&TextTest| t.matches(&text, &folded);
    Ok(asked.tests.iter().all(holds) && !asked.without.iter().any(holds))
}

/// What waits in the heap: the best that it may come to, and the newest text of it.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Waiting {
    score: f32,
    text: u32,
    what: What,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum What {
    /// A row of the list that leads.
    Row(u32),
    /// A text that the leading list holds, with what it gains there.
    Text(f32),
    /// A text that all lists hold.
    All,
    /// One in which the words of each phrase stand behind each other, too.
    Found,
}

impl Eq for Waiting {}

impl Ord for Waiting {
    fn cmp(&self, other: &Waiting) -> Ordering {
        // What is sure waits for what may be the same.
        let sure = |w: &Waiting| w.what == What::Found;
        self.score.total_cmp(&other.score).then(self.text.cmp(&other.text)).then(sure(other).cmp(&sure(self)))
    }
}

impl PartialOrd for Waiting {
    fn partial_cmp(&self, other: &Waiting) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// After so many texts were asked for one by one without an end, all the others are taken in one go.
const ONE_BY_ONE: usize = if cfg!(test) { 8 } else { 300 };

/// As many texts that a phrase was looked for in one by one.
const PLACED_ONE_BY_ONE: usize = if cfg!(test) { 2 } else { 100 };

/// Words in more texts than this are common.
const COMMON: usize = if cfg!(test) { 5 } else { 2000 };

/// The texts that every list holds and in which all phrases may stand, the best first and of equals the newest.
struct Search<'p> {
    view: &'p dyn View,
    lists: Vec<List<'p>>,
    /// Of each phrase, the lists that it asks for, and how far behind its beginning.
    phrases: Vec<Vec<(u32, usize)>>,
    heap: BinaryHeap<Waiting>,
    /// Texts that were looked at.
    seen: Bits,
    last: u32,
    asked: usize,
    placed: usize,
    /// Places of the lists that a phrase asks for.
    places: Vec<Vec<u32>>,
}

impl<'p> Search<'p> {
    /// Over lists, the shortest first.
    fn new(view: &'p dyn View, lists: Vec<List<'p>>, phrases: Vec<Vec<(u32, usize)>>) -> Search<'p> {
        let none = lists.iter().any(|l| l.rows().is_empty());
        let mut heap = Vec::new();
        let mut last = 0;
        if let Some((leads, others)) = lists.split_first().filter(|_| !none) {
            for (i, row) in leads.rows().iter().enumerate() {
                let score = others.iter().fold(leads.bound(row), |sum, list| sum + list.most);
                heap.push(Waiting { score, text: row.last, what: What::Row(i as u32) });
                last = last.max(row.last);
            }
        }
        let (heap, seen) = (BinaryHeap::from(heap), Bits::up_to(last));
        Search { view, lists, phrases, heap, seen, last, asked: 0, placed: 0, places: Vec::new() }
    }

    fn next(&mut self) -> Result<Option<(f32, u32)>, StoreError> {
        // Where all words are common, what they may add up to says little: nearly all texts would be asked for anyway.
        if self.asked == 0 && self.lists.len() > 1 && self.lists.iter().all(|l| l.count() > COMMON) {
            self.asked = ONE_BY_ONE;
            self.all_at_once();
        }
        while let Some(Waiting { score, text, what }) = self.heap.pop() {
            match what {
                What::Found => return Ok(Some((score, text))),
                What::Row(row) => self.open(row as usize),
                What::All => {
                    if self.stand_together(text)? {
                        self.heap.push(Waiting { score, text, what: What::Found });
                    }
                    self.placed += 1;
                    if self.placed.is_multiple_of(PLACED_ONE_BY_ONE) {
                        self.place_all()?;
                    }
                }
                What::Text(gain) => {
                    let others = self.lists.get_mut(1..).unwrap_or_default();
                    if self.seen.take(text)
                        && let Some(score) = score_of(others, text, gain)
                    {
                        let what = if self.phrases.is_empty() { What::Found } else { What::All };
                        self.heap.push(Waiting { score, text, what });
                    }
                    // A word by itself is never gone through as a whole: its best rows are enough.
                    self.asked += usize::from(self.lists.len() > 1);
                    if self.asked == ONE_BY_ONE {
                        self.all_at_once();
                    }
                }
            }
        }
        Ok(None)
    }

    /// Lets the texts of a row wait, each with the most that it may come to.
    fn open(&mut self, row: usize) {
        let Search { heap, lists, .. } = self;
        let Some((leads, others)) = lists.split_first() else { return };
        let Some(row) = leads.rows().get(row) else { return };
        leads.each(row, |text, gain| {
            let score = others.iter().fold(gain, |sum, list| sum + list.most);
            heap.push(Waiting { score, text, what: What::Text(gain) });
        });
    }

    /// Works out what every text scores that still waits: what one text costs is small where it is done for all.
    fn all_at_once(&mut self) {
        let Search { heap, lists, phrases, seen, .. } = self;
        let mut left: Vec<Waiting> = std::mem::take(heap).into_vec();
        left.retain(|w| matches!(w.what, What::All | What::Found));
        let what = if phrases.is_empty() { What::Found } else { What::All };
        if let Some((leads, others)) = lists.split_first_mut() {
            leads.all(&mut |text, gain| {
                if seen.take(text)
                    && let Some(score) = score_of(others, text, gain)
                {
                    left.push(Waiting { score, text, what });
                }
            });
        }
        *heap = BinaryHeap::from(left);
    }

    /// Looks for the phrases in every text at once that waits for it: a phrase that hardly any text holds.
    fn place_all(&mut self) -> Result<(), StoreError> {
        let Search { view, heap, lists, phrases, last, .. } = self;
        let (mut texts, mut left): (Vec<Waiting>, Vec<Waiting>) =
            std::mem::take(heap).into_iter().partition(|w| w.what == What::All);
        if texts.is_empty() {
            *heap = BinaryHeap::from(left);
            return Ok(());
        }
        for phrase in phrases.iter() {
            let mut asked: Vec<(u32, &List<'_>)> =
                phrase.iter().filter_map(|(behind, list)| Some((*behind, lists.get(*list)?))).collect();
            asked.sort_by_key(|(_, list)| list.count());
            // Where the phrase may begin: by the rarest of its words first.
            let mut begins: Option<Vec<(u32, u32)>> = None;
            let mut wanted = Bits::up_to(*last);
            texts.iter().for_each(|w| {
                wanted.take(w.text);
            });
            let mut anywhere = Bits::up_to(*last);
            for (behind, list) in asked {
                let (places, any) = list.places_in(*view, &wanted)?;
                any.iter().for_each(|text| {
                    anywhere.take(*text);
                });
                let mut here =
                    places.into_iter().filter_map(|(t, p)| Some((t, p.checked_sub(behind)?))).peekable();
                begins = Some(match begins {
                    None => here.collect(),
                    Some(mut begins) => {
                        begins.retain(|begin| {
                            while here.next_if(|h| h < begin).is_some() {}
                            here.next_if_eq(begin).is_some()
                        });
                        begins
                    }
                });
                wanted = Bits::up_to(*last);
                for (text, _) in begins.iter().flatten() {
                    wanted.take(*text);
                }
                // Where one of the words may stand anywhere the text itself says.
                texts.retain(|w| wanted.has(w.text) || anywhere.has(w.text));
            }
        }
        left.extend(texts.into_iter().map(|w| Waiting { what: What::Found, ..w }));
        *heap = BinaryHeap::from(left);
        Ok(())
    }

    /// Whether the words of every phrase stand behind each other in a text.
    fn stand_together(&mut self, text: u32) -> Result<bool, StoreError> {
        let Search { view, lists, phrases, places, .. } = self;
        for phrase in phrases.iter() {
            let mut asked: Vec<(u32, &mut Vec<u32>)> = Vec::new();
            places.resize_with(phrase.len().max(places.len()), Vec::new);
            for ((behind, list), places) in phrase.iter().zip(places.iter_mut()) {
                if let Some(list) = lists.get_mut(*list)
                    && list.places(*view, text, places)?
                {
                    asked.push((*behind, places));
                }
            }
            let Some((behind, rarest)) = asked.iter().min_by_key(|(_, places)| places.len()) else {
                continue;
            };
            let together = rarest.iter().filter_map(|place| place.checked_sub(*behind)).any(|begin| {
                asked.iter().all(|(behind, places)| places.binary_search(&(begin + behind)).is_ok())
            });
            if !together {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

/// What a text scores, with what the other lists add; `None` where one of them does not hold it.
fn score_of(others: &mut [List<'_>], text: u32, gain: f32) -> Option<f32> {
    others.iter_mut().try_fold(gain, |sum, list| Some(sum + list.gain(text)?))
}
