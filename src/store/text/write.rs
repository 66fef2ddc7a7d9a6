//! Changes of postings, term by term: each block that is touched is written once.

use std::collections::BTreeMap;

use super::{
    block::{self, MOST, Posting, Weight},
    words,
};
use crate::{
    model::{Key, Table},
    store::{Range, Scan, StoreError, Tx, ViewExt},
};

/// For each term, the texts that get it (with its weight) and those that lose it, each text once.
pub type Ops = BTreeMap<String, Vec<(u32, Option<Weight>)>>;

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

/// Makes changes.
///
/// # Errors
/// Where the file cannot be read.
pub fn apply(tx: &mut dyn Tx, ops: Ops) -> Result<(), StoreError> {
    let (mut come, mut gone) = (Vec::new(), Vec::new());
    for (term, mut changes) in ops {
        changes.sort_unstable_by_key(|c| c.0);
        let adds = changes.iter().any(|c| c.1.is_some());
        let was = apply_term(tx, &term, &changes)?;
        if !was && adds {
            come.push(term);
        } else if was && !adds && tx.first(Table::Post, &all(&term), Scan::Forward)?.is_none() {
            gone.push(term);
        }
    }
    words::remove(tx, &gone)?;
    words::add(tx, &come)
}

/// Makes the changes of one term, from the last text back; gives whether there was the term before.
fn apply_term(
    tx: &mut dyn Tx,
    term: &str,
    mut changes: &[(u32, Option<Weight>)],
) -> Result<bool, StoreError> {
    let mut was = false;
    while let Some((last, _)) = changes.last() {
        // The block that the last of them belongs to: what comes before its first text belongs to an earlier one.
        let range = Range::between(Key::new().text(term), key(term, last.saturating_add(1)));
        let row = tx.first(Table::Post, &range, Scan::Backward)?;
        let Some((at, first, value)) = row.and_then(|(k, v)| of_key(&k).map(|(_, f)| f).map(|f| (k, f, v)))
        else {
            let later = was || tx.first(Table::Post, &all(term), Scan::Forward)?.is_some();
            let new: Vec<Posting> = changes.iter().filter_map(|(t, w)| Some((*t, (*w)?))).collect();
            put(tx, term, &new);
            return Ok(later);
        };
        was = true;
        let split = changes.partition_point(|(text, _)| *text < first);
        let (before, mine) = changes.split_at_checked(split).unwrap_or((&[], changes));
        change_block(tx, term, (at, first, value), mine);
        changes = before;
    }
    Ok(was)
}

fn change_block(
    tx: &mut dyn Tx,
    term: &str,
    (at, first, mut value): (Vec<u8>, u32, Vec<u8>),
    changes: &[(u32, Option<Weight>)],
) {
    let mut rest = changes.iter();
    let appended = loop {
        match rest.as_slice().first() {
            Some((text, Some(weight))) if block::append(&mut value, (*text, *weight)) => rest.next(),
            left => break left.is_none(),
        };
    };
    if appended {
        return tx.put(Table::Post, &at, &value);
    }
    let mut all: BTreeMap<u32, Weight> = block::read(first, &value).into_iter().collect();
    for (text, weight) in rest {
        match weight {
            Some(weight) => all.insert(*text, *weight),
            None => all.remove(text),
        };
    }
    let all: Vec<Posting> = all.into_iter().collect();
    if all.first().map(|p| p.0) != Some(first) {
        tx.del(Table::Post, &at);
    }
    put(tx, term, &all);
}

/// Writes postings as blocks: full ones, and the last for those to come.
fn put(tx: &mut dyn Tx, term: &str, postings: &[Posting]) {
    for some in postings.chunks(MOST) {
        if let Some((first, _)) = some.first() {
            tx.put(Table::Post, &key(term, *first), &block::write(some));
        }
    }
}
