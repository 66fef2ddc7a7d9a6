//! The texts that a look finds, and whose they are.

use memchr::memmem;

use super::{
    CUT, LONG,
    block::{self, Posting, Weight},
    memo,
    postings::Postings,
    recent::Recent,
    state::{self, State},
    terms::Term,
    words,
    write::all,
};
use crate::{
    model::{Id, Key, KeyReader, Kind, Table, terms::CAP},
    query::looks::TermLookup,
    store::{Range, Scan, StoreError, View},
};

/// Of more words that end so each is not looked up: the rest of the phrase is.
const MOST_ENDING: usize = 100;

/// A term of one of the newest texts.
struct Newest {
    term: String,
    text: u32,
    weight: Weight,
    places: Vec<u8>,
}

/// Adds what the newest texts have to what looks found otherwise: they are gone through once for all looks.
fn newest(view: &dyn View, looks: &[TermLookup], found: &mut [Postings]) -> Result<(), StoreError> {
    let finders: Vec<Option<memmem::Finder<'_>>> = looks
        .iter()
        .map(|look| match look {
            TermLookup::Holds(part) | TermLookup::Ends(part) if part.len() <= CAP => {
                Some(memmem::Finder::new(part))
            }
            _ => None,
        })
        .collect();
    let mut held: Vec<Vec<Newest>> = looks.iter().map(|_| Vec::new()).collect();
    view.scan(Table::PostNew, &Range::all(), Scan::Forward, &mut |key, value| {
        let (Ok(text), Some(row)) = (key.try_into().map(u32::from_be_bytes), Recent::parse(value)) else {
            return true;
        };
        for ((look, finder), held) in looks.iter().zip(&finders).zip(&mut held) {
            let mut add = |t: Term<'_>| {
                held.push(Newest {
                    term: t.term.to_owned(),
                    text,
                    weight: t.weight,
                    places: t.places.to_vec(),
                });
            };
            match look {
                TermLookup::Whole(term) => {
                    row.from(term).take(1).filter(|t| t.term == term).for_each(&mut add);
                }
                TermLookup::Begins(term) => {
                    row.from(term).take_while(|t| t.term.starts_with(term.as_str())).for_each(&mut add);
                }
                TermLookup::Holds(part) | TermLookup::Ends(part) => {
                    row.from(LONG).take(1).filter(|t| t.term == LONG).for_each(&mut add);
                    let at_end = matches!(look, TermLookup::Ends(_));
                    let words = finder.as_ref().map_or_else(Vec::new, |f| row.holding(f));
                    let words = words.into_iter().filter(|t| words::is_word(t.term));
                    words.filter(|t| !at_end || t.term.ends_with(part.as_str())).for_each(&mut add);
                }
            }
        }
        true
    })?;
    for ((look, mut held), found) in looks.iter().zip(held).zip(found) {
        // Texts came in order: those of a term stay so.
        held.sort_by(|a, b| a.term.cmp(&b.term));
        let asked = match look {
            TermLookup::Whole(_) => None,
            TermLookup::Begins(term) | TermLookup::Holds(term) | TermLookup::Ends(term) => {
                Some(term.as_str())
            }
        };
        for same in held.chunk_by(|a, b| a.term == b.term) {
            for some in same.chunks(block::MOST) {
                let Some(first) = some.first() else { continue };
                let postings: Vec<Posting<'_>> = some
                    .iter()
                    .map(|n| Posting { text: n.text, weight: n.weight, places: &n.places })
                    .collect();
                let whole = asked.is_none_or(|asked| asked == first.term);
                found.take_fresh(first.text, &block::write(&postings), whole);
            }
        }
    }
    Ok(())
}

/// What a look finds; `None` where texts are not kept (yet).
///
/// # Errors
/// Where the file cannot be read.
pub fn find(view: &dyn View, look: &TermLookup) -> Result<Option<Postings>, StoreError> {
    Ok(match state::complete(view)? {
        Some(_) => Some(postings(view, look)?),
        None => None,
    })
}

/// What a look finds in a store that keeps all texts.
fn postings(view: &dyn View, look: &TermLookup) -> Result<Postings, StoreError> {
    let mut out = in_blocks(view, look)?;
    newest(view, std::slice::from_ref(look), std::slice::from_mut(&mut out))?;
    Ok(out)
}

fn in_blocks(view: &dyn View, look: &TermLookup) -> Result<Postings, StoreError> {
    let mut out = Postings::default();
    match look {
        TermLookup::Whole(term) => out.scan(view, &all(term), None)?,
        TermLookup::Begins(term) => {
            out.scan(view, &Range::prefix(Key::new().text_prefix(term)), Some(term))?;
        }
        TermLookup::Holds(part) => {
            if part.len() <= CAP {
                for word in words::holding(view, part)? {
                    out.scan(view, &all(&word), Some(part))?;
                }
            }
            out.scan(view, &all(LONG), Some(""))?;
        }
        TermLookup::Ends(part) => {
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

/// The texts of which not all is kept: they may contain anything, and every look finds them too.
///
/// # Errors
/// Where the file cannot be read.
pub fn cut(view: &dyn View) -> Result<Vec<u32>, StoreError> {
    Ok(postings(view, &TermLookup::Whole(CUT.to_owned()))?.texts())
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
    looks: &[TermLookup],
) -> Result<Option<(State, Vec<Postings>)>, StoreError> {
    let Some(state) = state::complete(view)? else { return Ok(None) };
    let memo = view.memo();
    let mut read = Vec::new();
    let mut found = Vec::with_capacity(looks.len());
    for look in looks {
        let known = memo.as_ref().and_then(|memo| memo.get(state.blocks, look));
        if known.is_none() {
            read.push((look, found.len()));
        }
        found.push(known.map_or_else(|| in_blocks(view, look), Ok)?);
    }
    read.retain(|(_, at)| found.get(*at).is_some_and(|p| p.count > memo::COMMON || p.open));
    // A long read goes on in a later state: it is kept where the blocks are still the same.
    if let Some(memo) = memo.filter(|_| !read.is_empty())
        && state::state(view)?.is_some_and(|now| now.blocks == state.blocks)
    {
        for (look, at) in read {
            if let Some(postings) = found.get_mut(at) {
                postings.kept = Some(state.blocks);
                memo.put(state.blocks, look, postings);
            }
        }
    }
    if state.recent > 0 {
        newest(view, looks, &mut found)?;
    }
    Ok(Some((state, found)))
}
