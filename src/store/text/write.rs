//! Changes of postings, term by term: each block that is touched is written once.

use super::{
    block::{self, Block, MOST, Posting, Weight},
    words,
};
use crate::{
    model::{Key, Table},
    store::{Range, Scan, StoreError, Tx, ViewExt},
};

/// What becomes of a term in a text: the weight and the places that it has there now, or nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Change<'a> {
    pub term: &'a str,
    pub text: u32,
    pub come: Option<(Weight, &'a [u8])>,
}

impl<'a> Change<'a> {
    fn posting(&self) -> Option<Posting<'a>> {
        self.come.map(|(weight, places)| Posting { text: self.text, weight, places })
    }
}

/// The key of a block.
pub fn key(term: &str, first: u32) -> Vec<u8> {
    let mut key = Key::new().text(term).into_bytes();
    key.extend(first.to_be_bytes());
    key
}

/// The term of a block's key, and its first text.
pub fn of_key(key: &[u8]) -> Option<(&str, u32)> {
    let (term, first) = key.split_last_chunk::<4>()?;
    let term = term.get(..term.len().checked_sub(2)?)?;
    Some((std::str::from_utf8(term).ok()?, u32::from_be_bytes(*first)))
}

/// All blocks of a term.
pub fn all(term: &str) -> Range {
    Range::prefix(Key::new().text(term))
}

/// Makes changes, of each term and text at most one.
///
/// # Errors
/// Where the file cannot be read.
pub fn apply(tx: &mut dyn Tx, mut changes: Vec<Change<'_>>) -> Result<(), StoreError> {
    let (mut come, mut gone) = (Vec::new(), Vec::new());
    // They come as runs, text by text, each in order: a stable sort merges those.
    changes.sort_by(|a, b| a.term.cmp(b.term).then(a.text.cmp(&b.text)));
    for changes in changes.chunk_by(|a, b| a.term == b.term) {
        let Some(Change { term, .. }) = changes.first() else { continue };
        let adds = changes.iter().any(|c| c.come.is_some());
        let was = apply_term(tx, term, changes)?;
        if !was && adds {
            come.push(*term);
        } else if was && !adds && tx.first(Table::Post, &all(term), Scan::Forward)?.is_none() {
            gone.push(*term);
        }
    }
    words::remove(tx, &gone)?;
    words::add(tx, &come)
}

/// Makes the changes of one term, from the last text back; gives whether there was the term before.
fn apply_term(tx: &mut dyn Tx, term: &str, mut changes: &[Change<'_>]) -> Result<bool, StoreError> {
    // Most are of new texts, which are in the last block.
    let mut range = all(term);
    let mut was = false;
    while let Some(last) = changes.last() {
        let row = tx.first(Table::Post, &range, Scan::Backward)?;
        let Some((at, value)) = row else {
            let new: Vec<Posting<'_>> = changes.iter().filter_map(Change::posting).collect();
            put(tx, term, &new);
            return Ok(was);
        };
        was = true;
        let Some((_, first)) = of_key(&at) else { return Ok(was) };
        let split = changes.partition_point(|c| c.text < first);
        if split == changes.len() {
            // The block that the last of them belongs to: what comes before its first text belongs to an earlier one.
            range = Range::between(Key::new().text(term), key(term, last.text.saturating_add(1)));
            continue;
        }
        let (before, mine) = changes.split_at_checked(split).unwrap_or((&[], changes));
        change_block(tx, term, (&at, first, &value), mine)?;
        changes = before;
    }
    Ok(was)
}

fn change_block(
    tx: &mut dyn Tx,
    term: &str,
    (at, first, value): (&[u8], u32, &[u8]),
    changes: &[Change<'_>],
) -> Result<(), StoreError> {
    let mut new: Vec<Posting<'_>> = changes.iter().filter_map(Change::posting).collect();
    if new.len() == changes.len()
        && let Some((taken, grown)) = block::append(first, value, &new)
    {
        put_row(tx, at, first, grown);
        put(tx, term, new.get(taken..).unwrap_or_default());
        return Ok(());
    }
    let block = Block::parse(first, value);
    // Behind a full block begins another: it stays unchanged.
    if let (Some(block), Some(next)) = (block, new.first())
        && new.len() == changes.len()
        && block.count >= MOST
        && next.text > block.last
    {
        put(tx, term, &new);
        return Ok(());
    }
    let mut all: Vec<Posting<'_>> = Vec::with_capacity(MOST);
    let places;
    if let Some(mut block) = block {
        if block.is_apart() {
            places = tx.get(Table::PostPlace, at)?.unwrap_or_default();
            tx.del(Table::PostPlace, at);
            block = block.with(&places);
        }
        block.whole(|p| all.push(p));
    }
    all.retain(|p| changes.binary_search_by_key(&p.text, |c| c.text).is_err());
    all.append(&mut new);
    all.sort_unstable_by_key(|p| p.text);
    if all.first().map(|p| p.text) != Some(first) {
        tx.del(Table::Post, at);
    }
    put(tx, term, &all);
    Ok(())
}

/// Writes postings as blocks: full ones, and the last for those to come.
fn put(tx: &mut dyn Tx, term: &str, postings: &[Posting<'_>]) {
    for some in postings.chunks(MOST) {
        if let Some(first) = some.first() {
            put_row(tx, &key(term, first.text), first.text, block::write(some));
        }
    }
}

/// Writes a block; the places of a full one stand apart.
fn put_row(tx: &mut dyn Tx, key: &[u8], first: u32, mut block: Vec<u8>) {
    if let Some(places) = block::apart(first, &mut block) {
        tx.put(Table::PostPlace, key, &places);
    }
    tx.put(Table::Post, key, &block);
}
