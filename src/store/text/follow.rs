//! What a command changed, as changes of postings in the same transaction.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::{
    block::Weight,
    source::{self, Read, Terms, Text, names_of},
    state::{State, state},
    write::{self, Ops},
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

/// Writes the postings of texts that changed.
pub(super) fn keep(tx: &mut dyn Tx, state: &mut State, changed: &[Changed]) -> Result<(), StoreError> {
    if changed.is_empty() {
        return Ok(());
    }
    let mut ops = Ops::new();
    for c in changed {
        let key = Key::new().u8(c.kind.code()).id(c.id).into_bytes();
        let number = tx.get(Table::PostId, &key)?.and_then(|v| v.try_into().ok()).map(u32::from_be_bytes);
        let old = match (number, &c.old) {
            (Some(_), Some(old)) => source::terms(&old.text),
            _ => Terms::default(),
        };
        let new = c.new.as_ref().map_or_else(Terms::default, |t| source::terms(&t.text));
        let number = match (number, &c.new) {
            (None, None) => continue,
            (Some(number), Some(_)) => number,
            (Some(number), None) => {
                state.texts = state.texts.saturating_sub(1);
                tx.del(Table::PostId, &key);
                tx.del(Table::PostText, &number.to_be_bytes());
                number
            }
            (None, Some(_)) => {
                state.texts += 1;
                let number = u32::try_from(tx.add(COUNTER, 1)?)
                    .map_err(|_| StoreError::Broken("more texts than there are numbers".into()))?;
                tx.put(Table::PostId, &key, &number.to_be_bytes());
                number
            }
        };
        state.terms = (state.terms + u64::from(new.length)).saturating_sub(u64::from(old.length));
        if let Some(t) = &c.new {
            let row = Key::new().u8(c.kind.code()).id(c.id).id(t.owner);
            tx.put(Table::PostText, &number.to_be_bytes(), row.as_bytes());
        }
        differ(&mut ops, number, old.all, new.all);
    }
    state.keep(tx);
    write::apply(tx, ops)
}

fn differ(ops: &mut Ops, text: u32, old: BTreeMap<String, Weight>, new: BTreeMap<String, Weight>) {
    for term in old.keys().filter(|t| !new.contains_key(*t)) {
        ops.entry(term.clone()).or_default().push((text, None));
    }
    for (term, weight) in new {
        if old.get(&term) != Some(&weight) {
            ops.entry(term).or_default().push((text, Some(weight)));
        }
    }
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
    for (kind, id) in looked.into_iter().filter(|(kind, id)| state.holds(*kind, *id)) {
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

/// Whether a customer's or an organisation's bytes may hold notes: the name of that field stands in them. A quick look, so
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
