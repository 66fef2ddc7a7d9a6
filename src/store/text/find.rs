//! The texts that a look finds, and whose they are.

use memchr::memmem;

use super::{
    CUT, LONG,
    block::{self, Block, Posting, Weight},
    recent::Recent,
    state::{self, State},
    terms::Term,
    words,
    write::{all, key, of_key},
};
use crate::{
    model::{Id, Key, KeyReader, Kind, Table, terms::CAP},
    query::looks::Look,
    store::{Range, Scan, StoreError, View},
};

/// A block among [`Postings`], not taken apart yet.
#[derive(Debug, Clone, Copy)]
pub(super) struct Row {
    pub first: u32,
    pub last: u32,
    /// Which term it is of: counted from 0, as they came.
    pub term: u32,
    /// Whether that is the one that was asked for, and not just one like it.
    pub whole: bool,
    /// Whether its places are among the bytes that were read.
    pub placed: bool,
    from: usize,
    to: usize,
}

/// Of more words that end so each is not looked up: the rest of the phrase is.
const MOST_ENDING: usize = 100;

/// The postings of a look: the blocks as they stand in the store.
#[derive(Debug, Clone, Default)]
pub struct Postings {
    bytes: Vec<u8>,
    pub(super) rows: Vec<Row>,
    terms: Vec<String>,
    /// How many postings: no fewer than texts.
    pub count: usize,
    /// Whether there were too many terms to look them up: nothing is known.
    pub(super) open: bool,
}

impl Postings {
    fn take(&mut self, key: &[u8], value: &[u8], whole: Option<&str>, placed: bool) {
        let Some((term, first)) = of_key(key) else { return };
        let Some(block) = Block::parse(first, value) else { return };
        if self.terms.last().is_none_or(|t| t != term) {
            self.terms.push(term.to_owned());
        }
        let from = self.bytes.len();
        let read = if placed { value.len() } else { block.before_places() };
        self.bytes.extend_from_slice(value.get(..read).unwrap_or(value));
        self.rows.push(Row {
            first,
            last: block.last,
            term: self.terms.len() as u32 - 1,
            whole: whole.is_none_or(|w| w == term),
            placed,
            from,
            to: self.bytes.len(),
        });
        self.count += block.count;
    }

    fn scan(&mut self, view: &dyn View, range: &Range, whole: Option<&str>) -> Result<(), StoreError> {
        view.scan(Table::Post, range, Scan::Forward, &mut |k, v| {
            self.take(k, v, whole, false);
            true
        })
    }

    /// The highest number of a text among them.
    pub(super) fn last(&self) -> u32 {
        self.rows.iter().map(|r| r.last).max().unwrap_or_default()
    }

    /// The block of a row, to be read.
    pub(super) fn block(&self, row: &Row) -> Option<Block<'_>> {
        Block::parse(row.first, self.bytes.get(row.from..row.to)?)
    }

    /// A row as it stands in the store, its places included.
    pub(super) fn whole_row(&self, view: &dyn View, row: &Row) -> Result<Vec<u8>, StoreError> {
        if row.placed {
            return Ok(self.bytes.get(row.from..row.to).unwrap_or_default().to_vec());
        }
        let term = self.terms.get(row.term as usize).map_or("", String::as_str);
        Ok(view.get(Table::Post, &key(term, row.first))?.unwrap_or_default())
    }

    /// Gives each text with its weight, and whether the term is the one that was asked for and not just one like it. A text
    /// comes once for each of its terms.
    pub fn each(&self, mut f: impl FnMut(u32, Weight, bool)) {
        for row in &self.rows {
            if let Some(block) = self.block(row) {
                block.each(|text, weight| f(text, weight, row.whole));
            }
        }
    }

    /// The texts, in order, each once.
    pub fn texts(&self) -> Vec<u32> {
        let mut out = Vec::with_capacity(self.count);
        self.each(|text, _, _| out.push(text));
        if self.rows.windows(2).any(|w| matches!(w, [a, b] if a.last >= b.first)) {
            out.sort_unstable();
            out.dedup();
        }
        out
    }
}

/// A term of one of the newest texts.
struct Newest {
    term: String,
    text: u32,
    weight: Weight,
    places: Vec<u8>,
}

/// Adds what the newest texts have to what looks found otherwise: they are gone through once for all looks.
fn newest(view: &dyn View, looks: &[Look], found: &mut [Postings]) -> Result<(), StoreError> {
    let finders: Vec<Option<memmem::Finder<'_>>> = looks
        .iter()
        .map(|look| match look {
            Look::Holds(part) | Look::Ends(part) if part.len() <= CAP => Some(memmem::Finder::new(part)),
            _ => None,
        })
        .collect();
    let mut held: Vec<Vec<Newest>> = looks.iter().map(|_| Vec::new()).collect();
    view.scan(Table::PostNew, &Range::all(), Scan::Forward, &mut |key, value| {
        let (Ok(text), Some(row)) = (key.try_into().map(u32::from_be_bytes), Recent::parse(value)) else {
            return true;
        };
        for ((look, finder), held) in looks.iter().zip(&finders).zip(&mut held) {
            let mut hold = |t: Term<'_>| {
                held.push(Newest {
                    term: t.term.to_owned(),
                    text,
                    weight: t.weight,
                    places: t.places.to_vec(),
                });
            };
            match look {
                Look::Whole(term) => {
                    row.from(term).take(1).filter(|t| t.term == term).for_each(&mut hold);
                }
                Look::Begins(term) => {
                    row.from(term).take_while(|t| t.term.starts_with(term.as_str())).for_each(&mut hold);
                }
                Look::Holds(part) | Look::Ends(part) => {
                    row.from(LONG).take(1).filter(|t| t.term == LONG).for_each(&mut hold);
                    let at_end = matches!(look, Look::Ends(_));
                    let words = finder.as_ref().map_or_else(Vec::new, |f| row.holding(f));
                    let words = words.into_iter().filter(|t| words::is_word(t.term));
                    words.filter(|t| !at_end || t.term.ends_with(part.as_str())).for_each(&mut hold);
                }
            }
        }
        true
    })?;
    for ((look, mut held), found) in looks.iter().zip(held).zip(found) {
        // Texts came in order: those of a term stay so.
        held.sort_by(|a, b| a.term.cmp(&b.term));
        let asked = match look {
            Look::Whole(_) => None,
            Look::Begins(term) | Look::Holds(term) | Look::Ends(term) => Some(term.as_str()),
        };
        for same in held.chunk_by(|a, b| a.term == b.term) {
            for some in same.chunks(block::MOST) {
                let Some(first) = some.first() else { continue };
                let postings: Vec<Posting<'_>> = some
                    .iter()
                    .map(|n| Posting { text: n.text, weight: n.weight, places: &n.places })
                    .collect();
                found.take(&key(&first.term, first.text), &block::write(&postings), asked, true);
            }
        }
    }
    Ok(())
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

/// What a look finds in a store that keeps all texts.
fn postings(view: &dyn View, look: &Look) -> Result<Postings, StoreError> {
    let mut out = in_blocks(view, look)?;
    newest(view, std::slice::from_ref(look), std::slice::from_mut(&mut out))?;
    Ok(out)
}

fn in_blocks(view: &dyn View, look: &Look) -> Result<Postings, StoreError> {
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
        Look::Ends(part) => {
            let words = words::ending(view, part)?;
            if words.len() > MOST_ENDING {
                out.open = true;
                return Ok(out);
            }
            for word in words {
                out.scan(view, &all(&word), Some(part))?;
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

/// The texts of some looks, each look for itself; `None` where texts are not kept.
pub(super) fn each_look(
    view: &dyn View,
    looks: &[Look],
) -> Result<Option<(State, Vec<Postings>)>, StoreError> {
    let Some(state) = state::complete(view)? else { return Ok(None) };
    let mut found = looks.iter().map(|look| in_blocks(view, look)).collect::<Result<Vec<_>, _>>()?;
    if state.recent > 0 {
        newest(view, looks, &mut found)?;
    }
    Ok(Some((state, found)))
}
