//! Segments: saved queries with their members, now and as they were when they were frozen; what two have in common.

use std::collections::BTreeSet;

use super::{Asker, Item, each};
use crate::{
    model::{Id, SavedView, fold::fold},
    query::{self, QueryError, Schema},
    store::{StoreError, View, records},
};

/// How two segments lie to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Overlap {
    /// Members of the first alone.
    pub only_first: usize,
    /// Members of both.
    pub both: usize,
    /// Members of the second alone.
    pub only_second: usize,
}

impl Overlap {
    /// Of two sets of members.
    pub fn of(first: &BTreeSet<Id>, second: &BTreeSet<Id>) -> Overlap {
        let both = first.intersection(second).count();
        Overlap { only_first: first.len() - both, both, only_second: second.len() - both }
    }

    /// How many of all members are in both, in parts of one; `None` where there are no members.
    pub fn share(&self) -> Option<f64> {
        let all = self.only_first + self.both + self.only_second;
        #[allow(clippy::cast_precision_loss, reason = "counts of records are far below 2^52")]
        (all > 0).then(|| self.both as f64 / all as f64)
    }
}

/// The saved views that somebody may see, frozen ones too, in their order.
///
/// # Errors
/// Where the file cannot be read.
pub fn views(view: &dyn View, me: Option<Id>) -> Result<Vec<SavedView>, StoreError> {
    let mut out = Vec::new();
    records::each::<SavedView>(view, |v| {
        if v.owner.is_none() || v.owner == me {
            out.push(v);
        }
        true
    })?;
    out.sort_by(|a, b| (a.rank, &a.name, a.frozen_at).cmp(&(b.rank, &b.name, b.frozen_at)));
    Ok(out)
}

/// The saved view of a name, whatever its case: one that is not frozen before one that is, one's own before another's.
///
/// # Errors
/// Where the file cannot be read.
pub fn named(view: &dyn View, me: Option<Id>, name: &str) -> Result<Option<SavedView>, StoreError> {
    let wanted = fold(name);
    let mut fit: Vec<SavedView> = views(view, me)?
        .into_iter()
        .filter(|v| fold(&v.name) == wanted || v.id.to_string() == name)
        .collect();
    fit.sort_by_key(|v| (v.frozen_at.is_some(), v.owner.is_none()));
    Ok(fit.into_iter().next())
}

/// The members of a segment: those frozen, or all that meet its query now. Its order is of no account; a limit is.
///
/// # Errors
/// Where the file cannot be read; a query that is not understood is the inner error.
pub fn members(
    view: &dyn View,
    asker: &Asker,
    of: &SavedView,
) -> Result<Result<BTreeSet<Id>, QueryError>, StoreError> {
    if of.frozen_at.is_some() {
        return Ok(Ok(of.members.iter().copied().collect()));
    }
    let Some(schema) = Schema::of(&of.entity) else {
        let why = format!("there is no list `{}`", of.entity);
        return Ok(Err(QueryError::new(query::Span::new(0, 0), why)));
    };
    let bound = match super::compile(view, asker, &of.query, schema)? {
        Ok(b) => b,
        Err(e) => return Ok(Err(e)),
    };
    let mut out = BTreeSet::new();
    if bound.limit.is_some() {
        out.extend(super::list(view, asker, &bound)?.iter().filter_map(Item::id));
    } else {
        each(view, asker, &bound, &mut |item| {
            out.extend(item.id());
            true
        })?;
    }
    Ok(Ok(out))
}
