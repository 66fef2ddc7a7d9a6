//! Rows in the order of a query.

use std::cmp::Ordering;

use super::{
    Bits, Column, Columns,
    number::{Numbers, Sums},
    person,
    text::{NONE, Texts},
};
use crate::{
    model::fold::fold_name,
    query::{bind::BoundSort, eval},
};

/// This many from the first are selected in one pass over all; further on all are kept with their keys.
const PICKED: usize = 20_000;

/// How one column orders rows: a number for each row, and where those are alike perhaps a text.
struct By<'a> {
    keys: Keys<'a>,
    texts: Option<&'a Texts>,
    descending: bool,
    /// For those alike in it.
    then: Vec<By<'a>>,
}

enum Keys<'a> {
    Numbers(&'a Numbers),
    Sums(&'a Sums),
    /// Of each row by a table of its codes.
    Coded(&'a super::text::Coded, &'a [u64]),
    People(&'a [u16], Vec<u64>),
    /// Of each row the beginning of its text.
    Plain(Vec<u64>),
    /// No one has a value.
    Nothing,
}

/// A signed number as one without a sign, in the same order, below [`NONE`].
fn unsigned(n: i64) -> u64 {
    (n.cast_unsigned() ^ (1 << 63)).min(NONE - 1)
}

impl By<'_> {
    fn key(&self, row: usize) -> u64 {
        let key = match &self.keys {
            Keys::Numbers(n) => n.get(row).map_or(NONE, unsigned),
            Keys::Sums(s) => s.rank(row).map_or(NONE, |r| {
                let r = r.clamp(i64::MIN.into(), i64::MAX.into());
                unsigned(i64::try_from(r).unwrap_or(0))
            }),
            Keys::Coded(c, ranks) => c.rank(ranks, row),
            Keys::People(rows, ranks) => {
                rows.get(row).and_then(|c| ranks.get(usize::from(*c))).copied().unwrap_or(NONE)
            }
            Keys::Plain(prefixes) => prefixes.get(row).copied().unwrap_or(NONE),
            Keys::Nothing => NONE,
        };
        if self.descending && key != NONE { NONE - 1 - key } else { key }
    }

    /// How two rows with their keys stand by this column alone.
    fn order(&self, a: (u64, u32), b: (u64, u32)) -> Ordering {
        let texts = || match self.texts.filter(|_| a.0 != NONE) {
            Some(t) => {
                let order = t.plain(a.1 as usize).cmp(&t.plain(b.1 as usize));
                if self.descending { order.reverse() } else { order }
            }
            None => Ordering::Equal,
        };
        a.0.cmp(&b.0).then_with(texts)
    }
}

impl Columns {
    /// Whether it can order by that: numbers among texts as different as names are a thing of the records.
    pub fn can_order(&self, sort: &BoundSort) -> bool {
        sort.all().all(|s| match s.field.strip_prefix("custom.") {
            Some(own) => !matches!(self.custom.get(&fold_name(own)), Some(Texts::Plain(_))),
            None => self.column(&s.field).is_some(),
        })
    }

    fn by(&self, sort: &BoundSort) -> By<'_> {
        let column = match sort.field.strip_prefix("custom.") {
            Some(own) => self.custom.get(&fold_name(own)),
            None => None,
        };
        let (keys, texts) = match (column, self.column(&sort.field)) {
            (Some(t), _) | (None, Some((_, Column::Texts(t)))) => match t {
                Texts::Coded(c) => (Keys::Coded(c, c.ranks(sort.def)), None),
                Texts::Plain(p) => {
                    let mut prefixes = Vec::with_capacity(p.len());
                    p.prefixes(|_, key| prefixes.push(key));
                    (Keys::Plain(prefixes), Some(t))
                }
            },
            (None, Some((_, Column::Numbers(n)))) => (Keys::Numbers(n), None),
            (None, Some((_, Column::Sums(s)))) => (Keys::Sums(s), None),
            (None, Some((_, Column::People(p)))) => {
                let part = |id| eval::part(&person(id, &self.roster), sort.def);
                let mut parts: Vec<_> = p.ids.iter().map(|id| part(*id)).collect();
                let all = parts.clone();
                parts.sort();
                parts.dedup();
                let rank = |p| parts.binary_search(p).map_or(NONE, |at| at as u64);
                (Keys::People(&p.rows, std::iter::once(NONE).chain(all.iter().map(rank)).collect()), None)
            }
            (None, None) => (Keys::Nothing, None),
        };
        let then = sort.then.iter().map(|s| self.by(s)).collect();
        By { keys, texts, descending: sort.descending, then }
    }

    /// The order of two rows with equal values: by their ids, as they are in the store.
    fn by_id(&self, a: u32, b: u32) -> Ordering {
        let (x, y) = (a as usize, b as usize);
        if x < self.in_order && y < self.in_order {
            return a.cmp(&b);
        }
        self.ids.get(x).cmp(&self.ids.get(y))
    }

    fn compare(&self, by: &By<'_>, a: (u64, u32), b: (u64, u32)) -> Ordering {
        let behind = |by: &By<'_>| by.order((by.key(a.1 as usize), a.1), (by.key(b.1 as usize), b.1));
        let then = || by.then.iter().map(behind).find(|o| o.is_ne()).unwrap_or(Ordering::Equal);
        by.order(a, b).then_with(then).then_with(|| self.by_id(a.1, b.1))
    }

    /// The keys of some rows.
    fn keyed(&self, rows: &Bits, by: &By<'_>) -> impl Iterator<Item = (u64, u32)> {
        rows.iter().map(|row| (by.key(row), u32::try_from(row).unwrap_or(u32::MAX)))
    }

    /// All of some rows in the order of a sort; without one as they are in the store.
    pub fn ordered(&self, rows: &Bits, sort: Option<&BoundSort>) -> Vec<u32> {
        let nothing = By { keys: Keys::Nothing, texts: None, descending: false, then: Vec::new() };
        let by = sort.map_or(nothing, |s| self.by(s));
        let mut keyed: Vec<(u64, u32)> = self.keyed(rows, &by).collect();
        keyed.sort_unstable_by(|a, b| self.compare(&by, *a, *b));
        keyed.into_iter().map(|(_, row)| row).collect()
    }

    /// Those of some rows that come from one place on, from nought, up to another in the order of a sort: none but them is
    /// sorted.
    pub fn page(&self, rows: &Bits, sort: Option<&BoundSort>, from: usize, to: usize) -> Vec<u32> {
        if to <= PICKED {
            return self.first(rows, sort, to).split_off(from.min(to).min(rows.count()));
        }
        let nothing = By { keys: Keys::Nothing, texts: None, descending: false, then: Vec::new() };
        let by = sort.map_or(nothing, |s| self.by(s));
        let mut keyed: Vec<(u64, u32)> = self.keyed(rows, &by).collect();
        let to = to.min(keyed.len());
        if from >= to {
            return Vec::new();
        }
        let order = |a: &(u64, u32), b: &(u64, u32)| self.compare(&by, *a, *b);
        if to < keyed.len() {
            keyed.select_nth_unstable_by(to, order);
            keyed.truncate(to);
        }
        if from > 0 {
            keyed.select_nth_unstable_by(from, order);
        }
        let mut page = keyed.split_off(from);
        page.sort_unstable_by(order);
        page.into_iter().map(|(_, row)| row).collect()
    }

    /// The first of some rows in the order of a sort: a page, without sorting the others.
    pub fn first(&self, rows: &Bits, sort: Option<&BoundSort>, most: usize) -> Vec<u32> {
        if most == 0 {
            return Vec::new();
        }
        let nothing = By { keys: Keys::Nothing, texts: None, descending: false, then: Vec::new() };
        let by = sort.map_or(nothing, |s| self.by(s));
        let room = most.saturating_mul(4).clamp(1024, 1 << 20);
        let mut best: Vec<(u64, u32)> = Vec::with_capacity(room);
        let mut worst: Option<(u64, u32)> = None;
        for one in self.keyed(rows, &by) {
            if worst.is_some_and(|w| one.0 > w.0 || self.compare(&by, one, w).is_ge()) {
                continue;
            }
            best.push(one);
            // When there is no more room, only the best are kept, and rows worse than the last of them are skipped.
            if best.len() >= room.max(most + 1) {
                best.select_nth_unstable_by(most - 1, |a, b| self.compare(&by, *a, *b));
                best.truncate(most);
                worst = best.last().copied();
            }
        }
        best.sort_unstable_by(|a, b| self.compare(&by, *a, *b));
        best.truncate(most);
        best.into_iter().map(|(_, row)| row).collect()
    }

    /// The place that a row has among some rows in the order of a sort, from nought.
    pub fn place_of(&self, row: u32, rows: &Bits, sort: Option<&BoundSort>) -> usize {
        let nothing = By { keys: Keys::Nothing, texts: None, descending: false, then: Vec::new() };
        let by = sort.map_or(nothing, |s| self.by(s));
        let me = (by.key(row as usize), row);
        self.keyed(rows, &by).filter(|one| self.compare(&by, *one, me).is_lt()).count()
    }
}
