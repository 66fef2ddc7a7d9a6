//! Contacts that are held and searched together, the likeliest first.

use super::{
    bits::{self, BLOCK, NONE, Row},
    contact::Contact,
    grams::{self, Chain, LIVE, OWNER, ROWS},
    prior::Standing,
    snapshot::carry::saved,
    text,
    trigrams::Trigrams,
};
use crate::model::Id;

/// The most bytes of packed contacts in a block.
const FULL: usize = 6 << 20;

/// Room for packed contacts that is allocated in one go, so that none of them waits for it to grow.
const ROOM: usize = 4 << 20;

/// Bytes that come from memory together.
const LINE: usize = 64;

/// A block of contacts: a row of bits for each hashed gram, and the contacts packed one behind the other.
#[derive(Debug, Clone, Default)]
pub struct Block {
    pub(super) rows: Vec<Row>,
    pub(super) trigrams: Trigrams,
    pub(super) ids: Vec<Id>,
    pub(super) owners: Vec<u16>,
    pub(super) days: Vec<u16>,
    pub(super) open: Vec<u8>,
    /// The points of each on the day by which all are judged.
    pub(super) points: Vec<u16>,
    /// Where each starts in `data`.
    pub(super) starts: Vec<u32>,
    pub(super) data: Vec<u8>,
    /// How many at the front are in falling order of points.
    pub(super) sorted: usize,
    /// No one in it has more points.
    pub(super) best: u16,
    /// How many are there.
    pub(super) live: usize,
}

saved!(Block { rows, trigrams, ids, owners, days, open, points, starts, data, sorted, best, live });

/// A packed contact on its way into a block.
pub struct Packed<'a> {
    /// The customer.
    pub id: Id,
    /// The place of their owner among all owners; 0: no one.
    pub owner: u16,
    /// What makes them likelier.
    pub standing: Standing,
    /// What [`text::pack`] made.
    pub data: &'a [u8],
}

impl Block {
    /// No one in it, with room.
    pub fn new() -> Block {
        Block {
            rows: vec![NONE; ROWS],
            ids: Vec::with_capacity(BLOCK),
            owners: Vec::with_capacity(BLOCK),
            days: Vec::with_capacity(BLOCK),
            open: Vec::with_capacity(BLOCK),
            points: Vec::with_capacity(BLOCK),
            starts: Vec::with_capacity(BLOCK),
            data: Vec::with_capacity(ROOM),
            ..Block::default()
        }
    }

    /// Makes room for more, so that none of them waits for it to grow: of a block that was read from a file.
    pub fn make_room(&mut self) {
        let more = BLOCK.saturating_sub(self.ids.len());
        self.ids.reserve_exact(more);
        self.owners.reserve_exact(more);
        self.days.reserve_exact(more);
        self.open.reserve_exact(more);
        self.points.reserve_exact(more);
        self.starts.reserve_exact(more);
        self.data.reserve_exact(ROOM.saturating_sub(self.data.len()));
    }

    /// Whether it is full.
    pub fn is_full(&self, most: usize) -> bool {
        self.ids.len() >= most.min(BLOCK) || self.data.len() >= FULL
    }

    /// Puts a contact behind the others. Gives its place.
    pub fn push(&mut self, p: &Packed<'_>, today: u16) -> usize {
        let at = self.ids.len();
        let points = p.standing.points(today);
        self.ids.push(p.id);
        self.owners.push(p.owner);
        self.days.push(p.standing.day);
        self.open.push(p.standing.open);
        self.points.push(points);
        self.starts.push(u32::try_from(self.data.len()).unwrap_or(u32::MAX));
        self.data.extend_from_slice(p.data);
        self.best = if self.live == 0 { points } else { self.best.max(points) };
        self.live += 1;
        let rows = &mut self.rows;
        let mut set = |row: u16| {
            if let Some(r) = rows.get_mut(usize::from(row)) {
                bits::set(r, at, true);
            }
        };
        set(LIVE);
        if p.owner > 0 {
            set(OWNER.of(p.owner));
        }
        if let Some((_, text, _)) = text::open(p.data) {
            grams::rows(text, set);
            self.trigrams.add(at, text);
        }
        at
    }

    /// Takes a contact out: nothing of it stays.
    pub fn clear(&mut self, at: usize) {
        if let Some(data) = self.range(at).and_then(|r| self.data.get_mut(r)) {
            data.fill(0);
        }
        for r in &mut self.rows {
            bits::set(r, at, false);
        }
        if let (Some(id), Some(o), Some(d)) =
            (self.ids.get_mut(at), self.owners.get_mut(at), self.days.get_mut(at))
        {
            (*id, *o, *d) = (Id::NIL, 0, 0);
        }
        self.live = self.live.saturating_sub(1);
    }

    fn range(&self, at: usize) -> Option<std::ops::Range<usize>> {
        let start = *self.starts.get(at)? as usize;
        let end = self.starts.get(at + 1).map_or(self.data.len(), |e| *e as usize);
        Some(start..end)
    }

    /// A packed contact.
    pub fn packed(&self, at: usize) -> &[u8] {
        self.range(at).and_then(|r| self.data.get(r)).unwrap_or_default()
    }

    /// All of a contact, to put it into another block.
    pub fn get(&self, at: usize) -> Option<Packed<'_>> {
        let standing = Standing { day: *self.days.get(at)?, open: *self.open.get(at)? };
        Some(Packed { id: *self.ids.get(at)?, owner: *self.owners.get(at)?, standing, data: self.packed(at) })
    }

    /// The points of a contact on the day by which all are judged.
    pub fn points_of(&self, at: usize) -> u32 {
        u32::from(self.points.get(at).copied().unwrap_or(0))
    }

    /// Brings the texts of some nearer: read one after the other, each would be waited for.
    pub fn fetch(&self, some: &[usize]) {
        let line = |at: usize, line: usize| {
            let start = self.starts.get(at).map_or(0, |s| *s as usize);
            self.data.get(start + line * LINE).copied().unwrap_or(0)
        };
        let all = some.iter().fold(0, |all, at| all ^ line(*at, 0) ^ line(*at, 1));
        std::hint::black_box(all);
    }

    /// The number and the text of a contact.
    pub fn text(&self, at: usize) -> Option<(u64, &[u8])> {
        text::open(self.packed(at)).map(|(n, t, _)| (n, t))
    }

    /// Those within some who may have what one of the chains asks for.
    pub fn any(&self, chains: &[Chain], within: &Row, out: &mut Row) {
        let mut all = Vec::with_capacity(chains.len());
        for c in chains {
            let groups = self.trigrams.of(&c.trigrams);
            if groups != 0 {
                all.push((c.rows.as_slice(), groups));
            }
        }
        bits::any_chain(&self.rows, &all, within, out);
    }

    /// Those who are there.
    pub fn living(&self) -> &Row {
        self.rows.first().unwrap_or(&NONE)
    }

    /// Whether what is held of a contact is just this, its standing aside.
    pub fn is(&self, at: usize, owner: u16, data: &[u8]) -> bool {
        self.owners.get(at) == Some(&owner) && self.packed(at) == data
    }

    /// Gives back the room that is not used.
    pub fn shrink(&mut self) {
        self.data.shrink_to_fit();
        self.ids.shrink_to_fit();
        self.owners.shrink_to_fit();
        self.days.shrink_to_fit();
        self.open.shrink_to_fit();
        self.points.shrink_to_fit();
        self.starts.shrink_to_fit();
    }

    /// Its size in bytes.
    pub fn bytes(&self) -> usize {
        let each = self.ids.capacity() * 16 + self.owners.capacity() * 2 + self.days.capacity() * 2;
        let more = self.open.capacity() + self.points.capacity() * 2 + self.starts.capacity() * 4;
        self.rows.capacity() * size_of::<Row>() + self.trigrams.bytes() + each + more + self.data.capacity()
    }
}

/// Packs a contact.
pub fn pack(c: &Contact) -> Vec<u8> {
    let mut out = Vec::with_capacity(160);
    text::pack(c, &mut out);
    out
}
