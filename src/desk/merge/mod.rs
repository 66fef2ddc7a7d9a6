//! Merging: two customers, or two organisations, that are one. The record that goes is kept and points to the one that
//! stays; what hung on it moves over, with a change in the log for each, so that it can be put back.
//!
//! - [`plan`]: what a merge would do: the fields side by side, what moves
//! - [`merge`] and [`unmerge`]: the commands
//! - [`survivor`]: the record that a merged one lives on in

mod apply;
mod fields;
mod others;
mod show;
mod unmerge;

use std::collections::BTreeMap;

pub use apply::merge;
pub use fields::{Row, Side};
pub use unmerge::unmerge;

use crate::{
    desk::read,
    model::{Customer, Id, Key, KeyReader, Kind, Organisation, Refusal, Table},
    store::{Range, Reject, Scan, StoreError, View, records},
};

/// What a merge would do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// The kind of both.
    pub kind: Kind,
    /// The record that stays, and its name.
    pub into: (Id, String),
    /// The record that goes, and its name.
    pub from: (Id, String),
    /// The versions that were looked at, of the one that stays and the one that goes.
    pub seen: (u64, u64),
    /// Fields where the one that goes brings something, or has something else.
    pub rows: Vec<Row>,
    /// How many records of each kind move over.
    pub moves: BTreeMap<Kind, usize>,
}

/// What a merge of `from` into `into` would do; `take` names the fields to come from the one that goes.
///
/// # Errors
/// Where there is no such record, it is merged already, or the file cannot be read.
pub fn plan(view: &dyn View, kind: Kind, into: Id, from: Id, take: &[String]) -> Result<Plan, Reject> {
    mergeable(view, kind, into, from)?;
    let bytes = |id: Id| -> Result<Vec<u8>, Reject> {
        Ok(view.get(kind.table(), id.bytes())?.ok_or_else(|| missing(kind, id))?)
    };
    let (ours, theirs) = (bytes(into)?, bytes(from)?);
    let (a, b) = (records::to_fields(&ours)?, records::to_fields(&theirs)?);
    let (_, mut rows) = fields::combine(kind, &a, &b, take);
    for row in &mut rows {
        let both = |f: &fields::Fields| show::field(view, kind, f, &row.field);
        if let (Some(ours), Some(theirs)) = (both(&a)?, both(&b)?) {
            (row.ours, row.theirs) = (ours, theirs);
        }
    }
    let mut moves = BTreeMap::new();
    for (child, _) in children(view, kind, from, into)? {
        *moves.entry(child).or_insert(0) += 1;
    }
    let name = |id| named(view, kind, id);
    Ok(Plan {
        kind,
        into: (into, name(into)?),
        from: (from, name(from)?),
        seen: (records::version_of(kind, &ours)?, records::version_of(kind, &theirs)?),
        rows,
        moves,
    })
}

/// The record that one lives on in: itself, unless it was merged.
///
/// # Errors
/// Where the file cannot be read.
pub fn survivor(view: &dyn View, kind: Kind, id: Id) -> Result<Id, StoreError> {
    let mut id = id;
    // A chain is as long as merges were made of merges; what refers in circles is for the check to find.
    for _ in 0..100 {
        match merged_into(view, kind, id)? {
            Some(next) => id = next,
            None => break,
        }
    }
    Ok(id)
}

/// What a record was merged into.
///
/// # Errors
/// Where the file cannot be read.
pub fn merged_into(view: &dyn View, kind: Kind, id: Id) -> Result<Option<Id>, StoreError> {
    Ok(match kind {
        Kind::Customer => records::get::<Customer>(view, id)?.and_then(|c| c.merged_into),
        Kind::Organisation => records::get::<Organisation>(view, id)?.and_then(|o| o.merged_into),
        _ => None,
    })
}

/// `Ada Lovelace (C-7)`.
fn named(view: &dyn View, kind: Kind, id: Id) -> Result<String, StoreError> {
    let (name, number) = (read::name_of(view, kind, id)?, read::number_of(view, kind, id)?);
    Ok(if name == number { name } else { format!("{name} ({number})") })
}

fn missing(kind: Kind, id: Id) -> Refusal {
    Refusal::NotFound { kind, what: id.to_string() }
}

/// That two records may become one.
fn mergeable(view: &dyn View, kind: Kind, into: Id, from: Id) -> Result<(), Reject> {
    let no = |why: String| Err(Refusal::Invalid { field: "merge", why }.into());
    if !matches!(kind, Kind::Customer | Kind::Organisation) {
        return no(format!("{}s are not merged", kind.word()));
    }
    let name = |id| named(view, kind, id);
    if into == from {
        return no(format!("{} is one already", name(into)?));
    }
    for id in [into, from] {
        if let Some(other) = merged_into(view, kind, id)? {
            return no(format!("{} was merged into {} already", name(id)?, name(other)?));
        }
    }
    Ok(())
}

/// The records that refer to one, but for the one it is merged into.
fn children(view: &dyn View, kind: Kind, id: Id, but: Id) -> Result<Vec<(Kind, Id)>, StoreError> {
    let mut out = Vec::new();
    let prefix = Key::new().u8(kind.code()).id(id);
    view.scan(Table::IxRef, &Range::prefix(prefix), Scan::Forward, &mut |k, _| {
        let mut r = KeyReader(k);
        let (_, _, child, child_id) = (r.u8(), r.id(), r.u8().and_then(Kind::of_code), r.id());
        out.extend(child.zip(child_id).filter(|c| *c != (kind, but)));
        true
    })?;
    Ok(out)
}

/// `4 tickets, 2 orders`.
pub fn counted<'a>(moves: impl IntoIterator<Item = (&'a Kind, &'a usize)>) -> String {
    let parts = moves.into_iter().map(|(k, n)| match n {
        1 => format!("1 {}", k.word()),
        n => format!("{n} {}s", k.word()),
    });
    parts.collect::<Vec<_>>().join(", ")
}
