//! What a command changed, as changes of postings in the same transaction.

use std::collections::{BTreeSet, HashMap};

use super::{
    recent::{self, Recent},
    source::{self, Read, Text, names_of},
    state::{State, state},
    terms::{Terms, terms},
    write::{self, Change},
};
use crate::{
    model::{Customer, Id, Key, Kind, Organisation, Table},
    store::{Range, Scan, StoreError, Tx, View, ViewExt, records},
};

/// A record that a command touched, and its bytes before.
pub type Before = (Kind, Id, Option<Vec<u8>>);

/// The counter of texts.
pub(in crate::store) const COUNTER: &str = "text";

/// A record whose text may be another now.
pub(super) struct Changed {
    pub kind: Kind,
    pub id: Id,
    pub old: Option<Text>,
    pub new: Option<Text>,
}

/// Brings postings in step with the records that a command touched.
///
/// # Errors
/// Where the file cannot be read, or a record is damaged.
pub fn follow(tx: &mut dyn Tx, touched: &[Before]) -> Result<(), StoreError> {
    let mut state = match state(tx.view())? {
        Some(state) => state,
        // Nothing was ever written: from here on texts are kept.
        None if !touched.is_empty() && tx.log_head()? == 0 => {
            let state = State::default();
            state.keep(tx);
            state
        }
        None => return Ok(()),
    };
    let changed = changed(tx.view(), &state, touched)?;
    keep(tx, &mut state, &changed)
}

/// This many texts are put into blocks together: each block is written once for all of them. More would make searches slower,
/// which look through the rows of all that wait.
const WAITING: u64 = if cfg!(test) { 6 } else { 256 };

/// The same for a commit so large that more are sure to follow, as in an import.
const WAITING_LONGER: u64 = if cfg!(test) { 9 } else { 512 };

/// From this many texts in one commit on.
const MANY: usize = 64;

/// Writes the terms of texts that changed.
pub(super) fn keep(tx: &mut dyn Tx, state: &mut State, changed: &[Changed]) -> Result<(), StoreError> {
    if changed.is_empty() {
        return Ok(());
    }
    let mut edits: Vec<(u32, Terms, Terms)> = Vec::new();
    let mut fresh: Vec<(u32, Terms)> = Vec::new();
    for c in changed {
        let key = Key::new().u8(c.kind.code()).id(c.id).into_bytes();
        let number = tx.get(Table::PostId, &key)?.and_then(|v| v.try_into().ok()).map(u32::from_be_bytes);
        let old = match (number, &c.old) {
            (Some(_), Some(old)) => terms(&old.text),
            _ => Terms::default(),
        };
        let new = c.new.as_ref().map_or_else(Terms::default, |t| terms(&t.text));
        state.terms = (state.terms + u64::from(new.length)).saturating_sub(u64::from(old.length));
        let (number, is_fresh) = match (number, &c.new) {
            (None, None) => continue,
            (Some(number), Some(_)) => (number, false),
            (Some(number), None) => {
                state.texts = state.texts.saturating_sub(1);
                tx.del(Table::PostId, &key);
                tx.del(Table::PostText, &number.to_be_bytes());
                (number, false)
            }
            (None, Some(_)) => {
                state.texts += 1;
                let number = u32::try_from(tx.add(COUNTER, 1)?)
                    .map_err(|_| StoreError::Broken("more texts than there are numbers".into()))?;
                tx.put(Table::PostId, &key, &number.to_be_bytes());
                (number, true)
            }
        };
        let row = number.to_be_bytes();
        if let Some(t) = &c.new {
            let owner = Key::new().u8(c.kind.code()).id(c.id).id(t.owner);
            tx.put(Table::PostText, &row, owner.as_bytes());
        }
        if is_fresh {
            fresh.push((number, new));
        } else if state.recent == 0 || tx.get(Table::PostNew, &row)?.is_none() {
            edits.push((number, old, new));
        } else if c.new.is_some() {
            tx.put(Table::PostNew, &row, &recent::write(&new));
        } else {
            tx.del(Table::PostNew, &row);
            state.recent = state.recent.saturating_sub(1);
        }
    }
    let waiting = state.recent + fresh.len() as u64;
    let most = if fresh.len() < MANY { WAITING } else { WAITING_LONGER };
    let mut rows = Vec::new();
    if waiting > most {
        rows = tx.page(Table::PostNew, &Range::all(), Scan::Forward, usize::MAX)?;
        rows.iter().for_each(|(key, _)| tx.del(Table::PostNew, key));
        state.recent = 0;
    } else {
        for (number, terms) in fresh.drain(..) {
            tx.put(Table::PostNew, &number.to_be_bytes(), &recent::write(&terms));
        }
        state.recent = waiting;
    }
    let mut ops: Vec<Change<'_>> = Vec::new();
    for (key, row) in &rows {
        if let (Ok(text), Some(row)) = (key.as_slice().try_into().map(u32::from_be_bytes), Recent::parse(row))
        {
            ops.extend(row.each().map(|t| Change { term: t.term, text, come: Some((t.weight, t.places)) }));
        }
    }
    for (text, terms) in &fresh {
        ops.extend(terms.each().map(|t| Change {
            term: t.term,
            text: *text,
            come: Some((t.weight, t.places)),
        }));
    }
    for (text, old, new) in &edits {
        differ(&mut ops, *text, old, new);
    }
    state.changes += 1;
    state.blocks += u64::from(!ops.is_empty());
    state.keep(tx);
    write::apply(tx, ops)
}

fn differ<'a>(ops: &mut Vec<Change<'a>>, text: u32, old: &'a Terms, new: &'a Terms) {
    let mut old = old.each().peekable();
    for new in new.each() {
        while let Some(gone) = old.next_if(|o| o.term < new.term) {
            ops.push(Change { term: gone.term, text, come: None });
        }
        if old.next_if(|o| o.term == new.term) != Some(new) {
            ops.push(Change { term: new.term, text, come: Some((new.weight, new.places)) });
        }
    }
    ops.extend(old.map(|gone| Change { term: gone.term, text, come: None }));
}

/// The texts that are others than before: those of the records, and those of records that take names from them.
fn changed(view: &dyn View, state: &State, touched: &[Before]) -> Result<Vec<Changed>, StoreError> {
    let before: HashMap<(Kind, Id), Option<&[u8]>> =
        touched.iter().map(|(kind, id, old)| ((*kind, *id), old.as_deref())).collect();
    let mut looked: BTreeSet<(Kind, Id)> = BTreeSet::new();
    for (kind, id, old) in touched {
        match kind {
            Kind::Ticket | Kind::Interaction | Kind::Message => {
                looked.insert((*kind, *id));
            }
            Kind::Customer | Kind::Organisation => {
                let new = view.get(kind.table(), id.bytes())?;
                if [old, &new].into_iter().flatten().any(|b| may_have_notes(b)) {
                    looked.insert((*kind, *id));
                }
                let renamed = match old {
                    Some(old) => called_otherwise(*kind, old, new.as_deref())?,
                    // Hardly ever does anything name what is only made now: one look says so.
                    None => {
                        let named = Range::prefix(Key::new().u8(kind.code()).id(*id));
                        view.first(Table::IxRef, &named, Scan::Forward)?.is_some()
                    }
                };
                if renamed {
                    referring(view, *kind, *id, &mut looked)?;
                }
            }
            _ => {}
        }
    }
    let mut out = Vec::new();
    let mut old_names = Read::new(|kind, id| match before.get(&(kind, id)) {
        Some(old) => Ok(old.map(<[u8]>::to_vec)),
        None => view.get(kind.table(), id.bytes()),
    });
    let mut new_names = Read::new(|kind, id| view.get(kind.table(), id.bytes()));
    for (kind, id) in looked.into_iter().filter(|(kind, id)| state.contains(*kind, *id)) {
        let now = view.get(kind.table(), id.bytes())?;
        let was = match before.get(&(kind, id)) {
            Some(old) => *old,
            None => now.as_deref(),
        };
        let old = was.map(|b| source::text(kind, b, &mut old_names)).transpose()?.flatten();
        let new = now.as_deref().map(|b| source::text(kind, b, &mut new_names)).transpose()?.flatten();
        if old != new {
            out.push(Changed { kind, id, old, new });
        }
    }
    Ok(out)
}

/// Whether a customer's or an organisation's bytes may contain notes: the name of that field is in them. A quick look, so
/// that an import of many people reads none of them twice.
pub(super) fn may_have_notes(bytes: &[u8]) -> bool {
    memchr::memmem::find(bytes, b"\xa2no").is_some()
}

/// Whether what stands of them in other texts is another.
fn called_otherwise(kind: Kind, old: &[u8], new: Option<&[u8]>) -> Result<bool, StoreError> {
    Ok(match kind {
        Kind::Customer => {
            let old: Customer = records::decode(old)?;
            let new: Option<Customer> = new.map(records::decode).transpose()?;
            new.is_none_or(|new| names_of(&old) != names_of(&new))
        }
        _ => {
            let old: Organisation = records::decode(old)?;
            let new: Option<Organisation> = new.map(records::decode).transpose()?;
            new.is_none_or(|new| old.name != new.name)
        }
    })
}

/// The records that take their name.
fn referring(view: &dyn View, kind: Kind, id: Id, out: &mut BTreeSet<(Kind, Id)>) -> Result<(), StoreError> {
    for from in [Kind::Ticket, Kind::Interaction] {
        let prefix = Key::new().u8(kind.code()).id(id).u8(from.code());
        view.scan(Table::IxRef, &Range::prefix(prefix), Scan::Forward, &mut |k, _| {
            out.extend(k.last_chunk::<16>().map(|b| (from, Id(*b))));
            true
        })?;
    }
    Ok(())
}
