//! The folded text of all contacts, in blocks to scan, the likeliest contacts first.

use std::collections::HashMap;

use super::{
    contact::{Contact, pack, unpack},
    prior::Standing,
    spell::{Spelling, spell},
    tiers::{EMAIL, NAME, ORGANISATION, TAG},
    vocabulary::Vocabulary,
};
use crate::model::{Id, Stamp};

/// The most contacts of a block. Blocks are passed over whole once nobody in them can do better.
const BLOCK: usize = 2048;

/// The most bytes of a block.
const BLOCK_BYTES: usize = 1 << 20;

/// The place of a contact that is no more.
pub(super) const GONE: u32 = u32::MAX;

/// Contacts in memory, to be scanned. Answers as a [`Finder`](super::Finder).
#[derive(Debug, Clone, Default)]
pub struct Arena {
    entries: Vec<Entry>,
    free: Vec<u32>,
    by_id: HashMap<Id, u32>,
    pub(super) blocks: Vec<Block>,
    pub(super) words: Vocabulary,
    now: Stamp,
    /// Records that were put in since the blocks were last sorted, or died.
    stirred: usize,
    /// How many contacts there are to load; fewer are here while loading.
    of: u64,
}

/// What is kept of a contact beside its text to scan.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub id: Id,
    pub number: u64,
    pub owner: Id,
    pub standing: Standing,
    /// The fields as shown, packed.
    pub shown: Box<str>,
    block: u32,
    row: u32,
}

/// Contacts that are scanned together.
#[derive(Debug, Clone, Default)]
pub(super) struct Block {
    /// The spellings of all of them, each between two marks.
    pub text: Vec<u8>,
    /// Where each contact's text starts.
    pub starts: Vec<u32>,
    /// The entry of each; [`GONE`].
    pub slots: Vec<u32>,
    /// Nobody in it stands better.
    pub best: Standing,
    /// Whether some name or organisation in it has a figure.
    pub figures: bool,
}

impl Block {
    /// The bytes of a row.
    pub fn row(&self, row: usize) -> std::ops::Range<usize> {
        let at = |i: usize| self.starts.get(i).map_or(self.text.len(), |s| *s as usize);
        at(row)..at(row + 1)
    }

    fn has_room(&self, bytes: usize) -> bool {
        self.slots.len() < BLOCK && self.text.len() + bytes <= BLOCK_BYTES
    }

    fn push(&mut self, text: &[u8], slot: u32, standing: Standing) -> u32 {
        self.starts.push(u32::try_from(self.text.len()).unwrap_or(u32::MAX));
        self.text.extend_from_slice(text);
        self.slots.push(slot);
        // Names and organisations stand in front of addresses, numbers and tags.
        let named = text.split(|b| matches!(*b, EMAIL..=TAG)).next().unwrap_or_default();
        self.figures |= named.iter().any(u8::is_ascii_digit);
        self.best = if self.slots.len() == 1 { standing } else { self.best.or_better(standing) };
        u32::try_from(self.slots.len() - 1).unwrap_or(u32::MAX)
    }
}

impl Arena {
    /// Nobody in it.
    pub fn new() -> Arena {
        Arena::default()
    }

    /// How many contacts there are.
    pub fn len(&self) -> usize {
        self.by_id.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.by_id.is_empty()
    }

    /// Sets what time it is: recency is judged by it. It never goes back.
    pub fn set_now(&mut self, now: Stamp) {
        self.now = self.now.max(now);
    }

    /// Sets how many contacts there are to load in all.
    pub fn set_of(&mut self, of: u64) {
        self.of = of;
    }

    pub(super) fn now(&self) -> Stamp {
        self.now
    }

    pub(super) fn loaded(&self) -> (u64, u64) {
        let here = u64::try_from(self.len()).unwrap_or(u64::MAX);
        (here, self.of.max(here))
    }

    pub(super) fn entry(&self, slot: u32) -> Option<&Entry> {
        self.entries.get(slot as usize)
    }

    /// Puts a contact in, in place of what was there of the same id.
    pub fn put(&mut self, c: &Contact) {
        let shown = pack(&c.fields);
        let standing = Standing { contacted: c.contacted, open: c.open };
        if let Some(slot) = self.by_id.get(&c.id).copied()
            && let Some(e) = self.entries.get_mut(slot as usize)
            && e.shown == shown
        {
            (e.number, e.owner, e.standing) = (c.number, c.owner, standing);
            if let Some(b) = self.blocks.get_mut(e.block as usize) {
                b.best = b.best.or_better(standing);
            }
            return;
        }
        self.remove(c.id);
        let mut text = Vec::with_capacity(shown.len() * 2);
        for s in spellings(&shown) {
            if text.last() != Some(&s.mark) {
                text.push(s.mark);
            }
            text.extend_from_slice(s.folded.text.as_bytes());
            text.push(s.mark);
        }
        each_word(&text, |w| self.words.add(w));
        let slot = self.free.pop().unwrap_or_else(|| u32::try_from(self.entries.len()).unwrap_or(GONE));
        let (block, row) = append(&mut self.blocks, &text, slot, standing);
        let e = Entry { id: c.id, number: c.number, owner: c.owner, standing, shown, block, row };
        match self.entries.get_mut(slot as usize) {
            Some(old) => *old = e,
            None => self.entries.push(e),
        }
        self.by_id.insert(c.id, slot);
        self.stirred += 1;
    }

    /// Takes a contact out. Gives whether it was there.
    pub fn remove(&mut self, id: Id) -> bool {
        let Some(slot) = self.by_id.remove(&id) else { return false };
        let Some(e) = self.entries.get_mut(slot as usize) else { return false };
        e.shown = Box::default();
        if let Some(b) = self.blocks.get_mut(e.block as usize) {
            let range = b.row(e.row as usize);
            if let Some(text) = b.text.get_mut(range) {
                each_word(text, |w| self.words.remove(w));
                // Nothing looks for zeroes.
                text.fill(0);
            }
            if let Some(s) = b.slots.get_mut(e.row as usize) {
                *s = GONE;
            }
        }
        self.free.push(slot);
        self.stirred += 1;
        true
    }

    /// Whether sorting the blocks anew is worth its while.
    pub fn is_stirred(&self) -> bool {
        self.stirred > BLOCK.max(self.len() / 4)
    }

    /// The blocks without the dead, likeliest contacts first. Give it to [`Arena::settle`].
    pub fn sorted(&self) -> Sorted {
        let mut order: Vec<(u32, u32)> = self
            .by_id
            .values()
            .filter_map(|slot| Some((self.entry(*slot)?.standing.points(self.now), *slot)))
            .collect();
        order.sort_unstable_by_key(|(points, slot)| (std::cmp::Reverse(*points), *slot));
        let mut out = Sorted { blocks: Vec::new(), places: Vec::with_capacity(order.len()) };
        for (_, slot) in order {
            let Some(e) = self.entry(slot) else { continue };
            let Some(b) = self.blocks.get(e.block as usize) else { continue };
            let text = b.text.get(b.row(e.row as usize)).unwrap_or_default();
            let (block, row) = append(&mut out.blocks, text, slot, e.standing);
            out.places.push((slot, block, row));
        }
        out.blocks.iter_mut().for_each(|b| b.text.shrink_to_fit());
        out
    }

    /// Takes sorted blocks. Nothing may have been put in or taken out since they were made.
    pub fn settle(&mut self, sorted: Sorted) {
        self.blocks = sorted.blocks;
        for (slot, block, row) in sorted.places {
            if let Some(e) = self.entries.get_mut(slot as usize) {
                (e.block, e.row) = (block, row);
            }
        }
        self.stirred = 0;
    }
}

/// Blocks sorted anew, with the new places of the contacts.
#[derive(Debug)]
pub struct Sorted {
    blocks: Vec<Block>,
    places: Vec<(u32, u32, u32)>,
}

fn append(blocks: &mut Vec<Block>, text: &[u8], slot: u32, standing: Standing) -> (u32, u32) {
    if blocks.last().is_none_or(|b| !b.has_room(text.len())) {
        blocks.push(Block::default());
    }
    let row = blocks.last_mut().map_or(GONE, |b| b.push(text, slot, standing));
    (u32::try_from(blocks.len() - 1).unwrap_or(GONE), row)
}

/// All forms in which the fields of a packed text can be typed.
fn spellings(shown: &str) -> Vec<Spelling> {
    let mut out = Vec::new();
    for (kind, text, dial) in unpack(shown) {
        spell(kind, text, dial, &mut out);
    }
    out
}

/// The words of names and organisations of a contact's text.
fn each_word(text: &[u8], mut f: impl FnMut(&str)) {
    let mut from = 0;
    while let Some(rest) = text.get(from..)
        && let Some(i) = rest.iter().position(|b| matches!(*b, NAME | ORGANISATION))
    {
        let start = from + i + 1;
        let word = text.get(start..).unwrap_or_default();
        let end = word.iter().position(|b| *b < b' ').unwrap_or(word.len());
        if let Ok(w) = std::str::from_utf8(word.get(..end).unwrap_or_default()) {
            f(w);
        }
        // The mark behind a word may stand in front of the next.
        from = start + end;
    }
}
