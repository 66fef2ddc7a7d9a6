//! Builds a book of many contacts together: they are folded and packed on all cores, and each is put into its block once, where one
//! added alone is packed, stored and searchable immediately, and moved when all are sorted.

use std::thread;

use super::{
    block::{Block, Packed, pack},
    book::{self, Book},
    contact::Contact,
    correction::each_word,
    prior::{Standing, day},
    text,
    vocabulary::Vocabulary,
    workers::workers,
};
use crate::model::{Id, Stamp};

/// Contacts that were packed by one worker.
#[derive(Debug, Default)]
pub struct Stack {
    each: Vec<One>,
    data: Vec<u8>,
    words: Vocabulary,
}

#[derive(Debug, Clone, Copy)]
struct One {
    id: Id,
    number: u64,
    owner: Id,
    standing: Standing,
    start: usize,
    end: usize,
}

impl Stack {
    /// Packs a contact. No two of one id may come into a book.
    pub fn put(&mut self, c: &Contact) {
        if c.id.is_nil() {
            return;
        }
        let start = self.data.len();
        let packed = pack(c);
        if let Some((_, text, _)) = text::open(&packed) {
            each_word(text, |mark, w| self.words.add(mark, w));
        }
        self.data.extend_from_slice(&packed);
        self.each.push(One {
            id: c.id,
            number: c.number,
            owner: c.owner,
            standing: Standing::new(c.contacted, c.open),
            start,
            end: self.data.len(),
        });
    }
}

impl Book {
    /// Of `n` contacts, no two of one id, as they are at a time. `contact` is asked for each of them, on all cores.
    pub fn of(now: Stamp, n: usize, contact: &(dyn Fn(usize) -> Contact + Sync)) -> Book {
        let each = n.div_ceil(workers()).max(1);
        let stacks = thread::scope(|scope| {
            let pack = |from: usize| {
                let mut out = Stack::default();
                (from..(from + each).min(n)).for_each(|i| out.put(&contact(i)));
                out
            };
            let hands: Vec<_> = (0..n).step_by(each).map(|from| scope.spawn(move || pack(from))).collect();
            hands.into_iter().flat_map(thread::ScopedJoinHandle::join).collect()
        });
        Book::of_stacks(now, stacks)
    }

    /// Of contacts that are packed.
    pub fn of_stacks(now: Stamp, stacks: Vec<Stack>) -> Book {
        let mut out = Book::new();
        out.set_now(now);
        let today = day(now);
        let mut order: Vec<(u16, u64, u32, u32)> =
            Vec::with_capacity(stacks.iter().map(|s| s.each.len()).sum());
        for (s, stack) in (0u32..).zip(&stacks) {
            let place = |(i, one): (u32, &One)| (u16::MAX - one.standing.points(today), one.number, s, i);
            order.extend((0u32..).zip(&stack.each).map(place));
            for one in &stack.each {
                out.note_owner(one.owner);
            }
        }
        order.sort_unstable();
        let stretches: Vec<&[(u16, u64, u32, u32)]> = order.chunks(book::MOST).collect();
        let each = stretches.len().div_ceil(workers()).max(1);
        let (owners, stacks) = (&out, &stacks);
        let (blocks, words) = thread::scope(|scope| {
            let blocks: Vec<_> = stretches
                .chunks(each)
                .map(|some| {
                    let block = |s: &&[(u16, u64, u32, u32)]| blocks_of(s, stacks, owners, today);
                    scope.spawn(move || some.iter().flat_map(block).collect::<Vec<Block>>())
                })
                .collect();
            let mut words = Vocabulary::default();
            stacks.iter().for_each(|s| words.merge(&s.words));
            let blocks: Vec<Block> = blocks.into_iter().flat_map(|h| h.join().unwrap_or_default()).collect();
            (blocks, words)
        });
        out.take_in(blocks, words);
        out
    }
}

/// Blocks of contacts in this order: one, unless they are very long.
fn blocks_of(order: &[(u16, u64, u32, u32)], stacks: &[Stack], owners: &Book, today: u16) -> Vec<Block> {
    let mut out = vec![Block::new()];
    for (_, _, stack, at) in order {
        let Some(stack) = stacks.get(*stack as usize) else { continue };
        let Some(one) = stack.each.get(*at as usize) else { continue };
        let Some(data) = stack.data.get(one.start..one.end) else { continue };
        if out.last().is_none_or(|b| b.is_full(book::MOST)) {
            out.push(Block::new());
        }
        let owner = owners.owner_of(one.owner).unwrap_or(0);
        if let Some(b) = out.last_mut() {
            b.push(&Packed { id: one.id, owner, standing: one.standing, data }, today);
            b.sorted = b.ids.len();
        }
    }
    out.iter_mut().for_each(Block::shrink);
    out
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;
    use crate::find::{
        Finder,
        tests::{a_contact, a_query},
    };

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        #[test]
        fn all_at_once_is_as_one_after_the_other(
            all in proptest::collection::vec(a_contact(), 0..40),
            queries in proptest::collection::vec(a_query(), 1..4),
            me in 0u8..4,
        ) {
            let (now, me) = (86_400_000 * 150, Id([me; 16]));
            let all: Vec<Contact> = all.into_iter().map(|c| (c.id, c)).collect::<BTreeMap<_, _>>().into_values().collect();
            let mut slow = Book::new();
            slow.set_now(now);
            all.iter().for_each(|c| slow.put(c));
            let sorted = slow.sorted();
            slow.settle(sorted);
            let mut quick = Book::of(now, all.len(), &|i| all[i].clone());
            prop_assert_eq!(quick.len(), slow.len());
            prop_assert_eq!(quick.words.all(), slow.words.all());
            for (a, b) in quick.blocks.iter().zip(&slow.blocks) {
                prop_assert!(a.rows == b.rows && a.ids == b.ids && a.data == b.data && a.points == b.points);
                prop_assert_eq!((a.live, a.sorted, a.best), (b.live, b.sorted, b.best));
            }
            for c in &all {
                prop_assert_eq!(quick.remove(c.id), !c.id.is_nil());
                quick.put(c);
            }
            for q in &queries {
                let scores = |b: &Book| b.find(q, me, 50).hits.iter().map(|h| h.score).collect::<Vec<_>>();
                prop_assert_eq!(scores(&quick), scores(&slow), "{}", q);
            }
        }
    }
}
