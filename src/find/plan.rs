//! A typed word as rows of bits: where it can stand, the places that are worth most first.

use super::{
    asked::Within,
    correction::Correction,
    edit_distance::EDIT,
    grams::{Chain, ELSEWHERE, ending, inside, slipping, starting, whole_name},
    score::WantedWord,
    tiers::{
        ALIAS, ALIAS_BEST, BEST, EMAIL, EMAIL_BEST, INSIDE_BEST, NAME, NAME_INSIDE, NAME_START, ORGANISATION,
        ORGANISATION_BEST, PHONE, PHONE_END, REST_BEST, TAIL_LEAST, UNFINISHED,
    },
};

/// Places that are worth the same.
#[derive(Debug, Clone)]
pub struct Class {
    /// The most that a word is worth there.
    pub bound: u32,
    /// Anyone who has it there is in all rows of one of these.
    pub chains: Vec<Chain>,
}

/// A word to look for.
#[derive(Debug, Clone)]
pub struct Term {
    /// Where it can stand, falling bounds.
    pub classes: Vec<Class>,
    /// Anyone who has it anywhere is in all rows of one of these.
    pub loose: Vec<Chain>,
    /// How many bytes narrow it down.
    pub length: usize,
}

impl Term {
    /// Of a word.
    pub fn new(wanted: &WantedWord) -> Term {
        let mut out = Term { classes: Vec::new(), loose: Vec::new(), length: usize::MAX };
        for needle in &wanted.word.needles {
            let bytes = needle.finder.needle();
            out.length = out.length.min(bytes.len());
            if needle.within == Within::Anything {
                out.words(bytes, wanted.word.finished);
            }
            if bytes.iter().all(u8::is_ascii_digit) {
                out.digits(bytes);
            }
        }
        if let Some(meant) = &wanted.meant {
            out.typo(meant);
        }
        out.classes.sort_by_key(|c| std::cmp::Reverse(c.bound));
        out
    }

    fn add(&mut self, bound: u32, chains: Vec<Chain>) {
        match self.classes.iter_mut().find(|c| c.bound == bound) {
            Some(c) => c.chains.extend(chains),
            None => self.classes.push(Class { bound, chains }),
        }
    }

    fn words(&mut self, bytes: &[u8], finished: bool) {
        self.add(BEST, vec![whole_name(bytes)]);
        self.add(NAME_START - if finished { UNFINISHED } else { 0 }, starting(NAME, bytes));
        self.add(ALIAS_BEST, starting(ALIAS, bytes));
        self.add(ORGANISATION_BEST, starting(ORGANISATION, bytes));
        // Whole ones are hardly told from their starts, and hardly worth more.
        self.add(EMAIL_BEST, starting(EMAIL, bytes));
        self.add(NAME_INSIDE, inside(NAME, bytes));
        // One letter alone stands nearly everywhere: no row tells where.
        self.add(REST_BEST, inside(ELSEWHERE, bytes));
        self.add(INSIDE_BEST, inside(EMAIL, bytes));
        if bytes.len() > 1 {
            self.loose.extend(inside(NAME, bytes));
        }
        self.loose.extend(inside(ELSEWHERE, bytes));
        self.loose.extend(starting(ALIAS, bytes));
        self.loose.extend(inside(EMAIL, bytes));
    }

    fn digits(&mut self, bytes: &[u8]) {
        if bytes.len() >= TAIL_LEAST {
            self.add(PHONE_END, vec![ending(bytes)]);
        }
        self.add(REST_BEST, starting(PHONE, bytes));
        self.add(INSIDE_BEST, inside(PHONE, bytes));
        self.loose.extend(inside(PHONE, bytes));
    }

    fn typo(&mut self, meant: &Correction) {
        let bound = |of: u32| of.saturating_sub(EDIT);
        let mut typos: Vec<(u32, Chain)> = Vec::new();
        for k in &meant.words {
            let seen = |mark: u8| k.kinds >> mark & 1 == 1;
            if seen(NAME) {
                typos.push((bound(BEST), whole_name(&k.word)));
            }
            if seen(ALIAS) {
                typos.extend(starting(ALIAS, &k.word).into_iter().map(|c| (bound(ALIAS_BEST), c)));
            }
            if seen(ORGANISATION) {
                let chains = starting(ORGANISATION, &k.word).into_iter();
                typos.extend(chains.map(|c| (bound(ORGANISATION_BEST), c)));
            }
        }
        if let Some(typo) = &meant.wide {
            typos.extend(slipping(ALIAS, &typo.typed).into_iter().map(|c| (bound(ALIAS_BEST), c)));
            typos.extend(slipping(EMAIL, &typo.typed).into_iter().map(|c| (bound(EMAIL_BEST), c)));
        }
        for (bound, chain) in typos {
            self.loose.push(chain.clone());
            self.add(bound, vec![chain]);
        }
    }

    /// The most that it can be worth.
    pub fn most(&self) -> u32 {
        self.classes.first().map_or(0, |c| c.bound)
    }

    /// The same with few classes: at most one for each of these bounds.
    pub fn coarse(&self, bounds: &[u32]) -> Vec<Class> {
        let group = |bound: u32| bounds.iter().position(|b| bound >= *b);
        let mut out: Vec<Class> = Vec::new();
        for c in &self.classes {
            match out.last_mut().filter(|o| group(o.bound) == group(c.bound)) {
                Some(o) => o.chains.extend(c.chains.iter().cloned()),
                None => out.push(c.clone()),
            }
        }
        out
    }
}
