//! All contacts in memory, to be found in a keystroke.

use super::{
    bits::{self, BLOCK},
    block::{Block, Packed, pack},
    contact::{Contact, Field},
    correction::each_word,
    prior::{Standing, day},
    score::Best,
    table::{Table, hash},
    text,
    vocabulary::Vocabulary,
    workers::workers,
};
use crate::model::{Id, Stamp};

/// Contacts in rows of bits. Answers as a [`Finder`](super::Finder).
#[derive(Debug, Clone)]
pub struct Book {
    /// The most contacts of a block, and how many candidates are judged without much ado: smaller in tests.
    pub(super) most: usize,
    pub(super) direct: usize,
    pub(super) blocks: Vec<Block>,
    pub(super) table: Table,
    pub(super) words: Vocabulary,
    /// The owners, the first being no one.
    pub(super) owners: Vec<Id>,
    /// The day by which all points are counted, and what it should be.
    pub(super) today: u16,
    pub(super) wanted: u16,
    /// How many were put in or taken out since the blocks were last sorted.
    pub(super) stirred: usize,
    /// How many contacts there are to load; fewer are here while loading.
    pub(super) of: u64,
}

/// A contact as stored.
pub struct StoredContact<'a> {
    /// The customer.
    pub id: Id,
    /// Their number.
    pub number: u64,
    /// The searched text.
    pub text: &'a [u8],
    /// The fields, and how many texts each has.
    pub fields: Vec<(Field, usize)>,
}

/// Blocks re-sorted, with the places of the contacts.
#[derive(Debug)]
pub struct Sorted {
    blocks: Vec<Block>,
    table: Table,
    today: u16,
}

/// The most contacts of a block.
pub(super) const MOST: usize = BLOCK;

/// So few candidates are judged without looking who of them could be worth most.
const DIRECT: usize = 6000;

fn split(slot: u32) -> (usize, usize) {
    (slot as usize / BLOCK, slot as usize % BLOCK)
}

fn slot(block: usize, at: usize) -> u32 {
    u32::try_from(block * BLOCK + at).unwrap_or(u32::MAX)
}

fn id_of(blocks: &[Block], slot: u32) -> Id {
    let (b, at) = split(slot);
    blocks.get(b).and_then(|b| b.ids.get(at)).copied().unwrap_or_default()
}

/// Where everyone is: of blocks without dead.
fn table_of(blocks: &[Block]) -> Table {
    let mut table = Table::with_room(blocks.iter().map(|b| b.live).sum());
    for (n, b) in blocks.iter().enumerate() {
        for (at, id) in b.ids.iter().enumerate() {
            table.put(hash(id.bytes()), slot(n, at), |s| hash(id_of(blocks, s).bytes()));
        }
    }
    table
}

impl Default for Book {
    fn default() -> Book {
        Book {
            most: BLOCK,
            direct: DIRECT,
            blocks: Vec::new(),
            table: Table::default(),
            words: Vocabulary::default(),
            owners: Vec::new(),
            today: 0,
            wanted: 0,
            stirred: 0,
            of: 0,
        }
    }
}

impl Book {
    /// No one in it.
    pub fn new() -> Book {
        Book::default()
    }

    /// As [`Book::new`], in small blocks.
    #[cfg(test)]
    pub fn small(most: usize, direct: usize) -> Book {
        Book { most, direct, ..Book::default() }
    }

    /// How many contacts there are.
    pub fn len(&self) -> usize {
        // The table comes last where all is read from a file.
        self.blocks.iter().map(|b| b.live).sum()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Its size in bytes, what is reserved included.
    pub fn bytes(&self) -> usize {
        self.blocks.iter().map(Block::bytes).sum::<usize>() + self.table.bytes() + self.words.bytes()
    }

    /// Sets what time it is: recency is judged by its day. It never goes back. Where there are contacts it counts from
    /// the next sorting on.
    pub fn set_now(&mut self, now: Stamp) {
        self.wanted = self.wanted.max(day(now));
        if self.is_empty() {
            self.today = self.wanted;
        }
    }

    /// Sets how many contacts there are to load in all.
    pub fn set_of(&mut self, of: u64) {
        self.of = of;
    }

    pub(super) fn loaded(&self) -> (u64, u64) {
        let here = self.len() as u64;
        (here, self.of.max(here))
    }

    /// Where a customer is held.
    pub(super) fn slot_of(&self, id: Id) -> Option<u32> {
        self.table.get(hash(id.bytes()), |s| id_of(&self.blocks, s) == id)
    }

    /// The place of an owner among all, as far as there are places.
    pub(super) fn owner_of(&self, id: Id) -> Option<u16> {
        self.owners.iter().position(|o| *o == id).and_then(|i| u16::try_from(i).ok())
    }

    pub(super) fn note_owner(&mut self, id: Id) -> u16 {
        if self.owners.is_empty() {
            self.owners.push(Id::NIL);
        }
        self.owner_of(id).unwrap_or_else(|| {
            let at = u16::try_from(self.owners.len()).ok().filter(|at| *at < u16::MAX);
            if at.is_some() {
                self.owners.push(id);
            }
            at.unwrap_or(0)
        })
    }

    /// Puts a contact in, in place of what was there of the same id.
    pub fn put(&mut self, c: &Contact) {
        self.put_packed(c, &pack(c));
    }

    /// As [`Book::put`], of a contact that is packed already.
    pub fn put_packed(&mut self, c: &Contact, data: &[u8]) {
        if c.id.is_nil() {
            return;
        }
        let owner = self.note_owner(c.owner);
        let standing = Standing::new(c.contacted, c.open);
        if let Some(s) = self.slot_of(c.id) {
            let (b, at) = split(s);
            let same = self
                .blocks
                .get(b)
                .is_some_and(|b| b.is(at, owner, data) && b.get(at).is_some_and(|p| p.standing == standing));
            if same {
                return;
            }
            self.remove(c.id);
        }
        if self.blocks.last().is_none_or(|b| b.is_full(self.most)) {
            self.blocks.push(Block::new());
        }
        let n = self.blocks.len() - 1;
        let Some(b) = self.blocks.last_mut() else { return };
        let at = b.push(&Packed { id: c.id, owner, standing, data }, self.today);
        if let Some((_, text, _)) = text::open(data) {
            each_word(text, |mark, w| self.words.add(mark, w));
        }
        let blocks = &self.blocks;
        self.table.put(hash(c.id.bytes()), slot(n, at), |s| hash(id_of(blocks, s).bytes()));
        self.stirred += 1;
    }

    /// Takes a contact out. Gives whether it was there.
    pub fn remove(&mut self, id: Id) -> bool {
        let blocks = &self.blocks;
        let Some(s) = self.table.take(hash(id.bytes()), |s| id_of(blocks, s) == id) else { return false };
        let (b, at) = split(s);
        let Some(b) = self.blocks.get_mut(b) else { return false };
        if let Some((_, text)) = b.text(at) {
            each_word(text, |_, w| self.words.remove(w));
        }
        b.clear(at);
        self.stirred += 1;
        true
    }

    /// A contact by where it is held.
    pub(super) fn held(&self, s: u32) -> Option<StoredContact<'_>> {
        let (b, at) = split(s);
        let b = self.blocks.get(b)?;
        let (number, text, back) = text::open(b.packed(at))?;
        Some(StoredContact { id: *b.ids.get(at)?, number, text, fields: text::fields(text, back) })
    }

    /// Whether sorting the blocks again is worth its while.
    pub fn is_stirred(&self) -> bool {
        self.stirred > self.most.max(self.len() / 4) || (self.wanted > self.today && !self.is_empty())
    }

    /// The blocks without the dead, likeliest contacts first. Give it to [`Book::settle`].
    pub fn sorted(&self) -> Sorted {
        let today = self.wanted;
        let mut order: Vec<(u16, u64, u32)> = Vec::with_capacity(self.len());
        for (n, b) in self.blocks.iter().enumerate() {
            bits::each(b.living(), |at| {
                if let (Some(p), Some((number, _))) = (b.get(at), b.text(at)) {
                    order.push((u16::MAX - p.standing.points(today), number, slot(n, at)));
                }
                true
            });
        }
        order.sort_unstable();
        let stretches: Vec<&[(u16, u64, u32)]> = order.chunks(self.most).collect();
        let workers = workers();
        let each = stretches.len().div_ceil(workers).max(1);
        let blocks: Vec<Block> = std::thread::scope(|scope| {
            let hands: Vec<_> = stretches
                .chunks(each)
                .map(|some| {
                    scope.spawn(|| some.iter().flat_map(|s| self.block_of(s, today)).collect::<Vec<_>>())
                })
                .collect();
            hands.into_iter().flat_map(|h| h.join().unwrap_or_default()).collect()
        });
        let table = table_of(&blocks);
        Sorted { blocks, table, today }
    }

    /// Blocks of the contacts in this order: one, unless they are very long.
    fn block_of(&self, order: &[(u16, u64, u32)], today: u16) -> Vec<Block> {
        let mut out = vec![Block::new()];
        for (_, _, s) in order {
            let (b, at) = split(*s);
            let Some(p) = self.blocks.get(b).and_then(|b| b.get(at)) else { continue };
            if out.last().is_none_or(|b| b.is_full(self.most)) {
                out.push(Block::new());
            }
            if let Some(b) = out.last_mut() {
                b.push(&p, today);
                b.sorted = b.ids.len();
            }
        }
        out.iter_mut().for_each(Block::shrink);
        out
    }

    /// Takes sorted blocks. Nothing may have been put in or taken out since they were made.
    pub fn settle(&mut self, sorted: Sorted) {
        self.blocks = sorted.blocks;
        self.table = sorted.table;
        self.today = sorted.today;
        self.stirred = 0;
    }

    /// Takes blocks and words that were made elsewhere, in place of what is there.
    pub(super) fn take_in(&mut self, blocks: Vec<Block>, words: Vocabulary) {
        self.table = table_of(&blocks);
        (self.blocks, self.words, self.stirred) = (blocks, words, 0);
    }

    pub(super) fn best(&self, limit: usize) -> Best {
        Best::new(limit)
    }
}
