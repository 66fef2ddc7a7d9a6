//! The texts that a look finds, and whose they are.

use super::{
    CUT, LONG,
    block::{self, Weight},
    state::{self, State},
    words,
    write::{all, of_key},
};
use crate::{
    model::{Id, Key, KeyReader, Kind, Table, terms::CAP},
    query::looks::Look,
    store::{Range, Scan, StoreError, View},
};

/// A block among [`Postings`], not taken apart yet.
#[derive(Debug, Clone, Copy)]
struct Row {
    first: u32,
    last: u32,
    whole: bool,
    from: usize,
    to: usize,
}

/// The postings of a look: the blocks as they stand in the store.
#[derive(Debug, Clone, Default)]
pub struct Postings {
    bytes: Vec<u8>,
    rows: Vec<Row>,
    /// How many postings: no fewer than texts.
    pub count: usize,
}

impl Postings {
    fn take(&mut self, key: &[u8], value: &[u8], whole: Option<&str>) {
        let (Some((term, first)), Some(head)) = (of_key(key), block::head(value)) else { return };
        let from = self.bytes.len();
        self.bytes.extend_from_slice(value);
        let whole = whole.is_none_or(|w| w == term);
        self.rows.push(Row { first, last: head.last, whole, from, to: self.bytes.len() });
        self.count += usize::from(head.count);
    }

    fn scan(&mut self, view: &dyn View, range: &Range, whole: Option<&str>) -> Result<(), StoreError> {
        view.scan(Table::Post, range, Scan::Forward, &mut |k, v| {
            self.take(k, v, whole);
            true
        })
    }

    /// The highest number of a text among them.
    pub(super) fn last(&self) -> u32 {
        self.rows.iter().map(|r| r.last).max().unwrap_or_default()
    }

    /// Gives each text with its weight, and whether the term is the one that was asked for and not just one like it. A text
    /// comes once for each of its terms. Blocks without any of `among` (ascending) are passed over.
    pub fn each(&self, among: Option<&[u32]>, mut f: impl FnMut(u32, Weight, bool)) {
        for row in &self.rows {
            if let Some(among) = among {
                let at = among.partition_point(|t| *t < row.first);
                if among.get(at).is_none_or(|t| *t > row.last) {
                    continue;
                }
            }
            let value = self.bytes.get(row.from..row.to).unwrap_or_default();
            block::each(row.first, value, |text, weight| f(text, weight, row.whole));
        }
    }

    /// The texts, in order, each once.
    pub fn texts(&self) -> Vec<u32> {
        let mut out = Vec::with_capacity(self.count);
        self.each(None, |text, _, _| out.push(text));
        if self.rows.windows(2).any(|w| matches!(w, [a, b] if a.last >= b.first)) {
            out.sort_unstable();
            out.dedup();
        }
        out
    }
}

/// What a look finds; `None` where texts are not kept (yet).
///
/// # Errors
/// Where the file cannot be read.
pub fn find(view: &dyn View, look: &Look) -> Result<Option<Postings>, StoreError> {
    Ok(match state::complete(view)? {
        Some(_) => Some(postings(view, look)?),
        None => None,
    })
}

/// What a look finds in a store that keeps all texts: the texts themselves, and those of which not all is kept.
pub(super) fn postings(view: &dyn View, look: &Look) -> Result<Postings, StoreError> {
    let mut out = Postings::default();
    match look {
        Look::Whole(term) => out.scan(view, &all(term), None)?,
        Look::Begins(term) => {
            out.scan(view, &Range::prefix(Key::new().text_prefix(term)), Some(term))?;
        }
        Look::Holds(part) => {
            if part.len() <= CAP {
                for word in words::holding(view, part)? {
                    out.scan(view, &all(&word), Some(part))?;
                }
            }
            out.scan(view, &all(LONG), Some(""))?;
        }
    }
    Ok(out)
}

/// The texts of which not all is kept: they may hold anything, and every look finds them too.
///
/// # Errors
/// Where the file cannot be read.
pub fn cut(view: &dyn View) -> Result<Vec<u32>, StoreError> {
    Ok(postings(view, &Look::Whole(CUT.to_owned()))?.texts())
}

/// Whose a text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Owner {
    /// The kind of the record.
    pub kind: Kind,
    /// The record.
    pub id: Id,
    /// The record that it is shown with: a message's ticket, an interaction's customer, else the record itself.
    pub of: Id,
}

fn owner(row: &[u8]) -> Option<Owner> {
    let mut r = KeyReader(row);
    Some(Owner { kind: Kind::of_code(r.u8()?)?, id: r.id()?, of: r.id()? })
}

/// Whose a text is; `None` where there is no such text.
pub(super) fn owner_of(view: &dyn View, text: u32) -> Result<Option<Owner>, StoreError> {
    Ok(view.get(Table::PostText, &text.to_be_bytes())?.and_then(|row| owner(&row)))
}

/// Gives each of these texts with whose it is; they come in ascending order.
///
/// # Errors
/// Where the file cannot be read.
pub fn owners(view: &dyn View, texts: &[u32], f: &mut dyn FnMut(u32, Owner)) -> Result<(), StoreError> {
    let (Some(first), Some(last)) = (texts.first(), texts.last()) else { return Ok(()) };
    // One row costs about as much as eight that lie side by side.
    if texts.len() < (last - first) as usize / 8 {
        for text in texts {
            owner_of(view, *text)?.into_iter().for_each(|o| f(*text, o));
        }
        return Ok(());
    }
    let mut texts = texts.iter().copied().peekable();
    let range = Range {
        start: first.to_be_bytes().to_vec(),
        end: last.checked_add(1).map(|e| e.to_be_bytes().to_vec()),
    };
    view.scan(Table::PostText, &range, Scan::Forward, &mut |key, row| {
        let Ok(text) = key.try_into().map(u32::from_be_bytes) else { return true };
        while texts.next_if(|t| *t < text).is_some() {}
        if texts.next_if_eq(&text).is_some() {
            owner(row).into_iter().for_each(|o| f(text, o));
        }
        true
    })
}

/// The texts of every look, each look for itself, the fewest first; `None` where texts are not kept.
pub(super) fn each_look(
    view: &dyn View,
    looks: &[Look],
) -> Result<Option<(State, Vec<Postings>)>, StoreError> {
    let Some(state) = state::complete(view)? else { return Ok(None) };
    let mut found = looks.iter().map(|l| postings(view, l)).collect::<Result<Vec<_>, _>>()?;
    found.sort_by_key(|p| p.count);
    Ok(Some((state, found)))
}
