//! Whether postings are as the records would make them, by sums of hashes: memory does not grow with the store.

use std::hash::{DefaultHasher, Hash, Hasher};

use super::{
    KINDS,
    block::{self, Block},
    find::{self, Owner},
    follow::{COUNTER, may_have_notes},
    recent::Recent,
    source::{self, Read},
    state::{State, complete},
    terms::terms,
    words,
    write::of_key,
};
use crate::{
    model::{Id, Key, Kind, Table},
    store::{Range, Scan, StoreError, View, ViewExt},
};

/// What a comparison found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Compared {
    /// Postings compared.
    pub postings: u64,
    /// What is wrong, in words; empty where all is well.
    pub wrong: Vec<String>,
}

/// How many of something, and the sum of their hashes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Sum(u64, u64);

impl Sum {
    fn add(&mut self, what: impl Hash) {
        let mut h = DefaultHasher::new();
        what.hash(&mut h);
        self.0 += 1;
        self.1 = self.1.wrapping_add(h.finish());
    }
}

/// Makes the postings of every record again and compares; a store that does not keep texts (yet) has nothing to compare.
///
/// # Errors
/// Where the file cannot be read.
pub fn compare(view: &dyn View) -> Result<Compared, StoreError> {
    let mut out = Compared::default();
    let Some(state) = complete(view)? else { return Ok(out) };
    let mut made = Sum::default();
    let mut count = State::default();
    let mut names = Read::new(|kind: Kind, id: Id| view.get(kind.table(), id.bytes()));
    for kind in KINDS {
        let mut failed = None;
        view.scan(kind.table(), &Range::all(), Scan::Forward, &mut |key, bytes| {
            let quiet = matches!(kind, Kind::Customer | Kind::Organisation) && !may_have_notes(bytes);
            let Some(id) = key.try_into().ok().map(Id).filter(|_| !quiet) else { return true };
            let text = match source::text(kind, bytes, &mut names) {
                Ok(Some(text)) => text,
                // The damage is reported elsewhere.
                Ok(None) | Err(StoreError::Corrupt(_)) => return true,
                Err(e) => {
                    failed = Some(e);
                    return false;
                }
            };
            let terms = terms(&text.text);
            count.texts += 1;
            count.terms += u64::from(terms.length);
            match number(view, kind, id) {
                Ok(Some((number, owner))) if owner == (Owner { kind, id, of: text.owner }) => {
                    for t in terms.each() {
                        made.add((t.term, number, t.weight, t.places));
                    }
                }
                Ok(_) => out.wrong.push(format!("{} {id}: has no text by its number", kind.word())),
                Err(e) => failed = Some(e),
            }
            failed.is_none()
        })?;
        if let Some(e) = failed {
            return Err(e);
        }
    }
    let (kept, told, stand) = kept(view)?;
    out.postings = kept.0;
    let mut differs = |what: &str, differs: bool| {
        if differs {
            out.wrong.push(format!("{what}: not those that the records make; `frontdesk check --repair`"));
        }
    };
    differs("post", kept != made);
    differs("post_word", told != stand);
    differs("post_new", view.count(Table::PostNew, &Range::all())? != state.recent);
    differs("post_text", view.count(Table::PostText, &Range::all())? != count.texts);
    differs("post_id", view.count(Table::PostId, &Range::all())? != count.texts);
    differs("the count of texts", (state.texts, state.terms) != (count.texts, count.terms));
    let last = view.first(Table::PostText, &Range::all(), Scan::Backward)?;
    let last = last.and_then(|(k, _)| k.try_into().ok()).map_or(0, u32::from_be_bytes);
    differs("the number of the last text", u64::from(last) > view.counter(COUNTER)?);
    Ok(out)
}

/// The postings that stand, their words, and the words of the list.
fn kept(view: &dyn View) -> Result<(Sum, Sum, Sum), StoreError> {
    let (mut kept, mut words_of, mut told) = (Sum::default(), Sum::default(), Sum::default());
    let mut before = String::new();
    let (mut apart, mut failed) = (0, None);
    view.scan(Table::Post, &Range::all(), Scan::Forward, &mut |key, value| {
        let Some((term, first)) = of_key(key) else {
            kept.add(key);
            return true;
        };
        if term != before {
            term.clone_into(&mut before);
            if words::is_word(term) {
                words_of.add(term.as_bytes());
            }
        }
        let Some(mut block) = Block::parse(first, value) else {
            kept.add(key);
            return true;
        };
        let mut places = Vec::new();
        if block.is_apart() {
            apart += 1;
            match view.get(Table::PostPlace, key) {
                Ok(row) => places = row.unwrap_or_default(),
                Err(e) => failed = Some(e),
            }
            block = block.with(&places);
        }
        let mut last = None;
        let mut weights = Vec::with_capacity(block.count);
        block.whole(|p| {
            kept.add((term, p.text, p.weight, p.places));
            last = Some(p.text);
            weights.push(p.weight);
        });
        // A head that says otherwise hides texts.
        let told = (Some(block.last), block.count, block.peaks);
        if told != (last, weights.len(), &block::peaks(weights)) {
            kept.add(key);
        }
        failed.is_none()
    })?;
    if let Some(e) = failed {
        return Err(e);
    }
    // Places of a block that is not there, or has its own.
    if view.count(Table::PostPlace, &Range::all())? != apart {
        kept.add(apart);
    }
    words::each(view, &mut |word| told.add(word))?;
    view.scan(Table::PostNew, &Range::all(), Scan::Forward, &mut |key, value| {
        match (key.try_into().map(u32::from_be_bytes), Recent::parse(value)) {
            (Ok(text), Some(row)) => row.each().for_each(|t| kept.add((t.term, text, t.weight, t.places))),
            _ => kept.add(key),
        }
        true
    })?;
    Ok((kept, words_of, told))
}

fn number(view: &dyn View, kind: Kind, id: Id) -> Result<Option<(u32, Owner)>, StoreError> {
    let key = Key::new().u8(kind.code()).id(id);
    let Some(number) = view.get(Table::PostId, key.as_bytes())?.and_then(|v| v.try_into().ok()) else {
        return Ok(None);
    };
    let number = u32::from_be_bytes(number);
    Ok(find::owner_of(view, number)?.map(|o| (number, o)))
}
