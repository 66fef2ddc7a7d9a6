//! Every word that stands anywhere, to look inside of: they are written one behind the other as they come, so that a new
//! one is added to the last row alone and all are read in one go.

use memchr::memmem;

use super::{CUT, LONG};
use crate::{
    model::{Table, fold::is_unspaced},
    store::{Range, Scan, StoreError, Tx, View, ViewExt},
};

/// The most bytes in a row: as much as fits a page.
const MOST: usize = 3000;

/// Before and after each word.
const SIGN: u8 = b'\n';

/// Whether a term is a word: not a pair of letters, and no sign of ours.
pub fn is_word(term: &str) -> bool {
    !term.starts_with(is_unspaced) && term != CUT && term != LONG
}

/// Adds words that were not there.
///
/// # Errors
/// Where the file cannot be read.
pub fn add(tx: &mut dyn Tx, words: &[&str]) -> Result<(), StoreError> {
    let mut words = words.iter().filter(|w| is_word(w)).peekable();
    if words.peek().is_none() {
        return Ok(());
    }
    let last = tx.first(Table::PostWord, &Range::all(), Scan::Backward)?;
    let (mut n, mut row) =
        last.and_then(|(k, v)| Some((u32::from_be_bytes(k.try_into().ok()?), v))).unwrap_or((0, vec![SIGN]));
    for word in words {
        if row.len() + word.len() >= MOST && row.len() > 1 {
            tx.put(Table::PostWord, &n.to_be_bytes(), &row);
            (n, row) = (n.saturating_add(1), vec![SIGN]);
        }
        row.extend_from_slice(word.as_bytes());
        row.push(SIGN);
    }
    tx.put(Table::PostWord, &n.to_be_bytes(), &row);
    Ok(())
}

/// Takes words away that are nowhere any more: what was erased stands here no longer either.
///
/// # Errors
/// Where the file cannot be read.
pub fn remove(tx: &mut dyn Tx, words: &[&str]) -> Result<(), StoreError> {
    let words: std::collections::HashSet<&[u8]> =
        words.iter().filter(|w| is_word(w)).map(|w| w.as_bytes()).collect();
    if words.is_empty() {
        return Ok(());
    }
    let mut changed = Vec::new();
    let mut last = Vec::new();
    tx.scan(Table::PostWord, &Range::all(), Scan::Forward, &mut |k, v| {
        if v.split(|b| *b == SIGN).any(|w| words.contains(w)) {
            let mut left = vec![SIGN];
            for word in v.split(|b| *b == SIGN).filter(|w| !w.is_empty() && !words.contains(w)) {
                left.extend_from_slice(word);
                left.push(SIGN);
            }
            changed.push((k.to_vec(), left));
        }
        k.clone_into(&mut last);
        true
    })?;
    for (key, row) in changed {
        // The last row stays, if empty: numbers go up alone.
        match row.len() > 1 || key == last {
            true => tx.put(Table::PostWord, &key, &row),
            false => tx.del(Table::PostWord, &key),
        }
    }
    Ok(())
}

/// Every word that contains a text, in order.
///
/// # Errors
/// Where the file cannot be read.
pub fn holding(view: &dyn View, text: &str) -> Result<Vec<String>, StoreError> {
    let mut out = Vec::new();
    let finder = memmem::Finder::new(text);
    view.scan(Table::PostWord, &Range::all(), Scan::Forward, &mut |_, row| {
        let mut from = 0;
        while let Some(at) = row.get(from..).and_then(|r| finder.find(r)).map(|at| at + from) {
            let start = memchr::memrchr(SIGN, row.get(..at).unwrap_or_default()).map_or(0, |s| s + 1);
            let end = memchr::memchr(SIGN, row.get(at..).unwrap_or_default()).map_or(row.len(), |e| e + at);
            out.extend(row.get(start..end).and_then(|w| std::str::from_utf8(w).ok()).map(str::to_owned));
            from = end;
        }
        true
    })?;
    out.sort_unstable();
    Ok(out)
}

/// Every word that ends with a text, in order.
///
/// # Errors
/// Where the file cannot be read.
pub fn ending(view: &dyn View, text: &str) -> Result<Vec<String>, StoreError> {
    holding(view, &format!("{text}\n"))
}

/// Gives every word, in the order in which they stand.
///
/// # Errors
/// Where the file cannot be read.
pub fn each(view: &dyn View, f: &mut dyn FnMut(&[u8])) -> Result<(), StoreError> {
    view.scan(Table::PostWord, &Range::all(), Scan::Forward, &mut |_, row| {
        row.split(|b| *b == SIGN).filter(|w| !w.is_empty()).for_each(&mut *f);
        true
    })
}
