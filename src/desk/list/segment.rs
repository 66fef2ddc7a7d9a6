//! Segments: saved queries with their members, now and as they were when they were frozen; what two have in common.

use std::collections::BTreeSet;

use super::{Item, QueryContext, columns, each};
use crate::{
    desk::sensitive,
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

/// The saved views that an agent can see, frozen ones too, in their order. Without the permission to see sensitive
/// fields, none that names one.
///
/// # Errors
/// Where the file cannot be read.
pub fn views(view: &dyn View, me: Option<Id>) -> Result<Vec<SavedView>, StoreError> {
    let mut out = all(view, me)?;
    if !sensitive::sees(view, me)? {
        let hidden: Vec<Id> = out.iter().filter(|v| tells(&out, v, 0).is_some()).map(|v| v.id).collect();
        out.retain(|v| !hidden.contains(&v.id));
    }
    Ok(out)
}

/// Why a view would reveal a sensitive field, itself or through the views of `all` that it names; `None` where it does
/// not.
pub(super) fn tells(all: &[SavedView], of: &SavedView, depth: usize) -> Option<QueryError> {
    let schema = Schema::of(&of.entity)?;
    let query = query::parse(&of.query).ok()?;
    if let Some(e) = query::sensitive(&query, schema) {
        return Some(e);
    }
    let nested = |why: &str| Some(QueryError::new(query::Span::new(0, 0), why));
    for name in query::views_named(&query) {
        let named: Vec<&SavedView> =
            all.iter().filter(|v| v.entity == of.entity && fold(&v.name) == fold(&name)).collect();
        if named.is_empty() && of.frozen_at.is_some() {
            return nested("a view that it was made of is gone, and may have named a sensitive field");
        }
        if depth >= super::named::DEEPEST || named.iter().any(|v| tells(all, v, depth + 1).is_some()) {
            return nested("it names a view of a sensitive field, which your role cannot filter by");
        }
    }
    None
}

/// The same with the hidden ones: an agent who names one gets an error that says why.
///
/// # Errors
/// Where the file cannot be read.
pub fn all(view: &dyn View, me: Option<Id>) -> Result<Vec<SavedView>, StoreError> {
    let mut out = Vec::new();
    let sees = sensitive::sees(view, me)?;
    records::each::<SavedView>(view, |mut v| {
        if v.owner.is_none() || v.owner == me {
            // The view works without the columns that are not for them.
            v.columns.retain(|c| columns::pick(&v.entity, std::slice::from_ref(c), sees).is_ok() || sees);
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
    let mut fit: Vec<SavedView> =
        all(view, me)?.into_iter().filter(|v| fold(&v.name) == wanted || v.id.to_string() == name).collect();
    fit.sort_by_key(|v| (v.frozen_at.is_some(), v.owner.is_none()));
    Ok(fit.into_iter().next())
}

/// The members of a segment: those frozen, or all that meet its query now. Its order is of no account; a limit is.
///
/// # Errors
/// Where the file cannot be read; a query that is not understood is the inner error.
pub fn members(
    view: &dyn View,
    asker: &QueryContext,
    of: &SavedView,
) -> Result<Result<BTreeSet<Id>, QueryError>, StoreError> {
    let Some(schema) = Schema::of(&of.entity) else {
        let why = format!("there is no list `{}`", of.entity);
        return Ok(Err(QueryError::new(query::Span::new(0, 0), why)));
    };
    if let Err(e) = super::allowed(view, asker, of)? {
        return Ok(Err(e));
    }
    if of.frozen_at.is_some() {
        return Ok(Ok(of.members.iter().copied().collect()));
    }
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
