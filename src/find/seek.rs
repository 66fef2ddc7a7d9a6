//! The search over rows of bits. Candidates come in falling order of the most that they can be worth, the likeliest
//! contacts first; it ends when no later one can beat the last one kept.

use std::cmp::Reverse;

use super::{
    bits::{self, BLOCK, NONE, Row},
    block::Block,
    book::Book,
    grams::OWNER,
    plan::{Class, Term},
    prior::{MINE, mine},
    score::{Best, Scored, WantedWord, worth},
    tiers::{BEST, EMAIL_BEST, INSIDE_BEST, NAME_INSIDE, NAME_START, PHONE_END, TAIL_LEAST, UNFINISHED},
    workers::workers,
};
use crate::model::Id;

/// This many words are distinguished by what they can be worth; what more words add is taken for the most.
const TOLD: usize = 3;

/// The classes in which two words are distinguished, and more of them.
const FINE: &[u32] = &[BEST, NAME_START - UNFINISHED, PHONE_END, EMAIL_BEST, NAME_INSIDE, INSIDE_BEST];
const COARSE: &[u32] = &[BEST, NAME_START - UNFINISHED, EMAIL_BEST, INSIDE_BEST];

/// This many contacts are fetched from memory at the same time.
const TOGETHER: usize = 16;

/// With more candidates than this two threads judge them: it takes some tens of microseconds to start one.
const SHARED: usize = 2_000;

/// One search.
#[derive(Clone)]
pub struct Seek<'a> {
    book: &'a Book,
    /// The longest first: it is missing most often.
    wanted: Vec<&'a WantedWord>,
    terms: Vec<Term>,
    me: Id,
    /// The blocks, those with the likeliest contacts first, and the most points of each.
    order: Vec<(u32, usize)>,
    /// Who was judged already, by block.
    judged: Vec<Option<Box<Row>>>,
    best: Best,
    /// Contacts that fail this test are left out.
    test: Option<&'a (dyn Fn(Id) -> bool + Sync)>,
    /// It is one of two, each with every other block.
    is_half: bool,
}

impl<'a> Seek<'a> {
    /// Of words, for an asker.
    pub fn new(book: &'a Book, wanted: &'a [WantedWord], me: Id, limit: usize) -> Seek<'a> {
        let own = if me.is_nil() { None } else { book.owner_of(me) };
        let points = |b: &Block| {
            let has =
                own.and_then(|o| b.rows.get(usize::from(OWNER.of(o)))).is_some_and(|r| !bits::is_empty(r));
            u32::from(b.best) + if has { MINE } else { 0 }
        };
        let blocks = book.blocks.iter().enumerate().filter(|(_, b)| b.live > 0);
        let mut order: Vec<(u32, usize)> = blocks.map(|(n, b)| (points(b), n)).collect();
        order.sort_by_key(|(points, n)| (Reverse(*points), *n));
        let mut longest: Vec<&WantedWord> = wanted.iter().collect();
        longest.sort_by_key(|w| (w.meant.is_some(), Reverse(w.word.text.len())));
        Seek {
            book,
            wanted: longest,
            terms: wanted.iter().map(Term::new).collect(),
            me: if own.is_some() { me } else { Id::NIL },
            order,
            judged: vec![None; book.blocks.len()],
            best: book.best(limit),
            test: None,
            is_half: false,
        }
    }

    /// Leaves out by block the closed contacts and those that fail the test.
    pub fn among(mut self, closed: &[Row], test: Option<&'a (dyn Fn(Id) -> bool + Sync)>) -> Seek<'a> {
        for (judged, closed) in self.judged.iter_mut().zip(closed) {
            *judged = Some(Box::new(*closed));
        }
        self.test = test;
        self
    }

    /// Leaves some out.
    pub fn without(mut self, slots: impl Iterator<Item = u32>) -> Seek<'a> {
        for s in slots {
            if let Some(judged) = self.judged.get_mut(s as usize / BLOCK) {
                bits::set(judged.get_or_insert_with(|| Box::new(NONE)), s as usize % BLOCK, true);
            }
        }
        self
    }

    /// The best that there are.
    pub fn run(mut self) -> Vec<Scored> {
        let search = |seek: &mut Seek<'_>| match seek.terms.len() {
            0 => seek.everybody(),
            1 => seek.one_word(),
            _ => seek.words(),
        };
        // A typo may mean many words: their rows are most of the work.
        if self.wanted.iter().any(|w| w.meant.is_some()) {
            self.halves(Vec::new(), |seek, _| search(seek));
        } else {
            search(&mut self);
        }
        self.best.into_vec()
    }

    /// Goes on in two threads, each with every other block; `within` is by block, or empty.
    fn halves(&mut self, within: Vec<Row>, f: impl Fn(&mut Seek<'a>, Vec<Row>) + Sync) {
        if self.is_half || workers() < 2 || self.order.len() < 2 {
            return f(self, within);
        }
        let half = |n: usize| move |(i, _): &(usize, _)| i % 2 == n;
        let order = |n: usize| {
            self.order.iter().copied().enumerate().filter(half(n)).map(|(_, o)| o).collect::<Vec<_>>()
        };
        let rows = |n: usize| {
            within.iter().enumerate().filter(|(i, _)| i % 2 == n).map(|(_, r)| *r).collect::<Vec<_>>()
        };
        let (evens, odds) = (order(0), order(1));
        let mut other = Seek { order: odds, is_half: true, ..self.clone() };
        (self.order, self.is_half) = (evens, true);
        std::thread::scope(|scope| {
            let (f, odds) = (&f, rows(1));
            let other = scope.spawn(move || {
                f(&mut other, odds);
                other.best
            });
            f(self, rows(0));
            match other.join() {
                Ok(best) => self.best.merge(best),
                Err(why) => std::panic::resume_unwind(why),
            }
        });
    }

    fn block(&self, n: usize) -> Option<&'a Block> {
        self.book.blocks.get(n)
    }

    fn everybody(&mut self) {
        for (points, n) in self.order.clone() {
            if self.best.is_beyond(points) {
                break;
            }
            if let Some(b) = self.block(n) {
                self.judge(n, b.living(), 0);
            }
        }
    }

    fn one_word(&mut self) {
        let Some(term) = self.terms.first().cloned() else { return };
        let first = term.classes.partition_point(|c| c.bound >= NAME_START);
        let (first, rest) = term.classes.split_at(first);
        if self.classes(first, None) {
            return;
        }
        let Some(next) = rest.first() else { return };
        let points = self.order.first().map_or(0, |o| o.0);
        if term.length < TAIL_LEAST || self.best.is_beyond(next.bound + points) {
            self.classes(rest, None);
            return;
        }
        let rest = rest.to_vec();
        self.halves(Vec::new(), |seek, _| {
            let within = seek.within();
            if !seek.few(&within, term.most()) {
                seek.classes(&rest, Some(&within));
            }
        });
    }

    /// Judges those of one class after the other. Returns whether no later one can be kept.
    fn classes(&mut self, classes: &[Class], within: Option<&[Row]>) -> bool {
        let mut row = NONE;
        for c in classes {
            for (i, (points, n)) in self.order.clone().into_iter().enumerate() {
                if self.best.is_beyond(c.bound + points) {
                    if i == 0 {
                        return true;
                    }
                    break;
                }
                let Some(b) = self.block(n) else { continue };
                let within = within.and_then(|w| w.get(i)).unwrap_or(b.living());
                b.any(&c.chains, within, &mut row);
                self.judge(n, &row, c.bound);
            }
        }
        false
    }

    /// For each block, in their order, who may have all words.
    fn within(&self) -> Vec<Row> {
        let mut terms: Vec<&Term> = self.terms.iter().collect();
        terms.sort_by_key(|t| Reverse(t.length));
        let one = |(_, n): &(u32, usize)| {
            let Some(b) = self.block(*n) else { return NONE };
            let mut all = *b.living();
            let mut row = NONE;
            for t in &terms {
                b.any(&t.loose, &all, &mut row);
                std::mem::swap(&mut all, &mut row);
            }
            if let Some(Some(judged)) = self.judged.get(*n) {
                bits::minus(&mut all, judged);
            }
            all
        };
        self.order.iter().map(one).collect()
    }

    /// Judges all of them, where they are few.
    fn few(&mut self, within: &[Row], bound: u32) -> bool {
        let mut n = 0;
        for row in within {
            n += bits::count(row, self.book.direct + 1);
            if n > self.book.direct {
                return false;
            }
        }
        for ((_, n), row) in self.order.clone().into_iter().zip(within) {
            self.judge(n, row, bound);
        }
        true
    }

    fn words(&mut self) {
        let within = self.within();
        let count: usize = within.iter().map(|row| bits::count(row, SHARED)).sum();
        if count > SHARED {
            self.halves(within, |seek, within| seek.words_within(&within));
        } else {
            self.words_within(&within);
        }
    }

    fn words_within(&mut self, within: &[Row]) {
        let most: u32 = self.terms.iter().map(Term::most).sum();
        if self.few(within, most) {
            return;
        }
        let told = self.terms.len().min(TOLD);
        let rest: u32 = self.terms.iter().skip(told).map(Term::most).sum();
        let of = |t: &Term| t.coarse(if told < TOLD { FINE } else { COARSE });
        let classes: Vec<Vec<Class>> = self.terms.iter().take(told).map(of).collect();
        let mut known = KnownWord::new(&classes, self.order.len());
        let ways = ways(&classes, rest);
        for (bound, way) in ways {
            for (i, (points, n)) in self.order.clone().into_iter().enumerate() {
                if self.best.is_beyond(bound + points) {
                    if i == 0 {
                        return;
                    }
                    break;
                }
                let (Some(b), Some(within)) = (self.block(n), within.get(i)) else { continue };
                if let Some(row) = known.all(b, i, &way, within) {
                    self.judge(n, &row, bound);
                }
            }
        }
    }

    /// Judges those of a block who were not yet, where none of them can score more than `bound`.
    fn judge(&mut self, n: usize, row: &Row, bound: u32) {
        let Some(b) = self.block(n) else { return };
        if bits::is_empty(row) {
            return;
        }
        let mut row = *row;
        if let Some(Some(judged)) = self.judged.get(n) {
            bits::minus(&mut row, judged);
        }
        if !self.me.is_nil()
            && let Some(o) = self.book.owner_of(self.me)
            && let Some(own) = b.rows.get(usize::from(OWNER.of(o)))
        {
            // Their own contacts have points that the others cannot have: they come first, so that the others may end early.
            let mut mine = row;
            bits::and(&mut mine, own);
            self.pass(n, b, &mine, bound + MINE);
            bits::minus(&mut row, own);
        }
        self.pass(n, b, &row, bound);
    }

    fn pass(&mut self, n: usize, b: &Block, row: &Row, bound: u32) {
        let Some(judged) = self.judged.get_mut(n) else { return };
        if bits::is_empty(row) {
            return;
        }
        let judged = judged.get_or_insert_with(|| Box::new(NONE));
        let (best, book, wanted, me) = (&mut self.best, self.book, &self.wanted, self.me);
        let test = self.test;
        let mut one = |at: usize| {
            let points = b.points_of(at);
            if best.is_beyond(bound + points) {
                // Those behind the sorted ones may have more points.
                return b.sorted < b.ids.len();
            }
            bits::set(judged, at, true);
            if let Some((number, text)) = b.text(at)
                && let Some(worth) = worth(text, wanted.iter().copied())
                && test.is_none_or(|test| b.ids.get(at).is_some_and(|id| test(*id)))
            {
                let owner = b.owners.get(at).and_then(|o| book.owners.get(usize::from(*o)));
                let score = worth + points + mine(owner.copied().unwrap_or_default(), me);
                let slot = u32::try_from(n * BLOCK + at).unwrap_or(u32::MAX);
                best.offer(Scored { score, number: Reverse(number), slot });
            }
            true
        };
        // Several are fetched from memory together, which takes no longer than one, and scored then.
        let mut some = [0; TOGETHER];
        let mut held = 0;
        let mut goes_on = true;
        bits::each(row, |at| {
            if let Some(place) = some.get_mut(held) {
                *place = at;
            }
            held += 1;
            if held == TOGETHER {
                held = 0;
                b.fetch(&some);
                goes_on = some.iter().all(|at| one(*at));
            }
            goes_on
        });
        if goes_on {
            let rest = some.get(..held).unwrap_or_default();
            b.fetch(rest);
            rest.iter().all(|at| one(*at));
        }
    }
}

/// Ways in which the words can stand, with the most that they can be worth then: the best first.
fn ways(classes: &[Vec<Class>], rest: u32) -> Vec<(u32, Vec<usize>)> {
    let mut out = vec![(rest, Vec::new())];
    for of in classes {
        let with = |(sum, way): &(u32, Vec<usize>)| {
            let (sum, way) = (*sum, way.clone());
            of.iter().enumerate().map(move |(i, c)| (sum + c.bound, way.iter().copied().chain([i]).collect()))
        };
        out = out.iter().flat_map(with).collect::<Vec<(u32, Vec<usize>)>>();
    }
    out.sort_by_key(|(bound, _)| Reverse(*bound));
    out
}

/// Who has a word in a class of places, by block: worked out when first asked for.
struct KnownWord<'a> {
    classes: &'a [Vec<Class>],
    /// By word, class and block; no one is [`Seen::Nobody`].
    rows: Vec<Vec<Vec<Seen>>>,
}

#[derive(Clone)]
enum Seen {
    Unknown,
    Nobody,
    Some(Box<Row>),
}

impl<'a> KnownWord<'a> {
    fn new(classes: &'a [Vec<Class>], blocks: usize) -> KnownWord<'a> {
        let rows = classes.iter().map(|c| vec![vec![Seen::Unknown; blocks]; c.len()]).collect();
        KnownWord { classes, rows }
    }

    fn seen(&mut self, b: &Block, i: usize, word: usize, class: usize, within: &Row) -> Option<&Seen> {
        let c = self.classes.get(word)?.get(class)?;
        let seen = self.rows.get_mut(word)?.get_mut(class)?.get_mut(i)?;
        if matches!(seen, Seen::Unknown) {
            let mut row = NONE;
            b.any(&c.chains, within, &mut row);
            *seen = if bits::is_empty(&row) { Seen::Nobody } else { Seen::Some(Box::new(row)) };
        }
        Some(seen)
    }

    /// Who of a block has all words in these classes.
    fn all(&mut self, b: &Block, i: usize, way: &[usize], within: &Row) -> Option<Row> {
        let mut out = *within;
        for (word, class) in way.iter().enumerate() {
            match self.seen(b, i, word, *class, within)? {
                Seen::Some(row) => bits::and(&mut out, row),
                _ => return None,
            }
        }
        Some(out)
    }
}
