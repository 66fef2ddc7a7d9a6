//! Queries that name saved views: `in:"Good ones"` is the current members of the view, or those when it was frozen.

use std::{collections::HashSet, sync::Arc};

use super::{Item, QueryContext, segment};
use crate::{
    model::{SavedView, fold::fold},
    query::{
        self, Bound, Context, Query, QueryError, Schema, Views,
        bind::{Pred, Reached},
        schema::{Join, Link},
    },
    store::{StoreError, View},
};

/// Views that name views, so deep at most.
pub(super) const DEEPEST: usize = 8;

/// Understands a text as a query over a kind of record; views are read where it names some.
///
/// # Errors
/// Where the file cannot be read; a query that is not understood is the inner error.
pub fn compile(
    view: &dyn View,
    asker: &QueryContext,
    text: &str,
    schema: &'static Schema,
) -> Result<Result<Bound, QueryError>, StoreError> {
    let query = match query::parse(text) {
        Ok(query) => query,
        Err(e) => return Ok(Err(e.within(text))),
    };
    Ok(bind(view, asker, &query, schema)?.map_err(|e| e.within(text)))
}

/// The same of a query that was parsed.
///
/// # Errors
/// As [`compile`].
pub fn bind(
    view: &dyn View,
    asker: &QueryContext,
    query: &Query,
    schema: &'static Schema,
) -> Result<Result<Bound, QueryError>, StoreError> {
    bound(view, asker, query, schema, 0)
}

fn bound(
    view: &dyn View,
    asker: &QueryContext,
    query: &Query,
    schema: &'static Schema,
    depth: usize,
) -> Result<Result<Bound, QueryError>, StoreError> {
    let names = query::views_named(query);
    if names.is_empty() {
        return resolved(view, asker, query::bind(query, schema, &asker.context()));
    }
    let all = segment::all(view, asker.me)?;
    let mut views = Views::new();
    for name in names {
        let folded = fold(&name);
        let mut fit: Vec<&SavedView> =
            all.iter().filter(|v| v.entity == schema.entity && fold(&v.name) == folded).collect();
        fit.sort_by_key(|v| (v.frozen_at.is_some(), v.owner.is_none()));
        if let Some(of) = fit.first() {
            views.insert(folded, condition(view, asker, of, schema, depth)?);
        } else if let Some((join, of)) = reached(&all, schema, &folded) {
            views.insert(folded, joined(view, asker, of, join, depth)?);
        }
    }
    resolved(view, asker, query::bind(query, schema, &Context { views: Some(&views), ..asker.context() }))
}

/// The view of that name of what records of a list name: of customers, for tickets.
fn reached<'v>(
    all: &'v [SavedView],
    schema: &'static Schema,
    folded: &str,
) -> Option<(&'static Join, &'v SavedView)> {
    let of = |join: &'static Join| {
        let entity = Schema::of_kind(join.to)?.entity;
        let mut fit: Vec<&SavedView> =
            all.iter().filter(|v| v.entity == entity && fold(&v.name) == folded).collect();
        fit.sort_by_key(|v| (v.frozen_at.is_some(), v.owner.is_none()));
        Some((join, *fit.first()?))
    };
    schema.joins().filter(|j| j.by == Link::Names).find_map(of)
}

/// The condition that the record named by a join is in a view.
fn joined(
    view: &dyn View,
    asker: &QueryContext,
    of: &SavedView,
    join: &'static Join,
    depth: usize,
) -> Result<Result<Pred, String>, StoreError> {
    let Some(schema) = Schema::of_kind(join.to) else { return Ok(Err("there is no such list".to_owned())) };
    let pred = match condition(view, asker, of, schema, depth)? {
        Ok(pred) => pred,
        Err(why) => return Ok(Err(why)),
    };
    // Those that were archived are in no view that does not ask for them.
    let of = Bound { schema, pred: Some(pred), sort: None, relevance: false, limit: None, joined: false };
    Ok(Ok(Pred::Joined(Box::new(Reached { join, of, ids: None }))))
}

/// With the records that its joins reach: each is a query of its own, with its own plan.
fn resolved(
    view: &dyn View,
    asker: &QueryContext,
    bound: Result<Bound, QueryError>,
) -> Result<Result<Bound, QueryError>, StoreError> {
    let mut bound = match bound {
        Ok(bound) => bound,
        Err(e) => return Ok(Err(e)),
    };
    if let Some(pred) = &mut bound.pred {
        resolve(view, asker, pred)?;
    }
    Ok(Ok(bound))
}

fn resolve(view: &dyn View, asker: &QueryContext, pred: &mut Pred) -> Result<(), StoreError> {
    match pred {
        Pred::All(some) | Pred::Any(some) => some.iter_mut().try_for_each(|p| resolve(view, asker, p)),
        Pred::Not(p) => resolve(view, asker, p),
        Pred::Joined(j) if j.ids.is_none() => {
            if let Some(pred) = &mut j.of.pred {
                resolve(view, asker, pred)?;
            }
            let mut ids = HashSet::new();
            let mut named = Vec::new();
            super::each(view, asker, &j.of, &mut |item| {
                match j.join.by {
                    Link::Names => ids.extend(item.id()),
                    Link::NamedBy(back) => {
                        item.with_row(asker, |row| row.links(back, &mut named));
                        ids.extend(named.drain(..));
                    }
                }
                true
            })?;
            j.ids = Some(Arc::new(ids));
            Ok(())
        }
        _ => Ok(()),
    }
}

/// That the asker may know who is in a view, or was when it was frozen: its members would reveal what a sensitive field
/// contains. The error does not quote the query.
///
/// # Errors
/// Where the file cannot be read; the inner error says why it is not allowed.
pub fn allowed(
    view: &dyn View,
    asker: &QueryContext,
    of: &SavedView,
) -> Result<Result<(), QueryError>, StoreError> {
    if asker.sensitive {
        return Ok(Ok(()));
    }
    let all = segment::all(view, asker.me)?;
    Ok(segment::tells(&all, of, 0).map_or(Ok(()), Err))
}

/// The condition of a view, or why it has none.
fn condition(
    view: &dyn View,
    asker: &QueryContext,
    of: &SavedView,
    schema: &'static Schema,
    depth: usize,
) -> Result<Result<Pred, String>, StoreError> {
    if of.frozen_at.is_some() {
        if let Err(e) = allowed(view, asker, of)? {
            return Ok(Err(format!("the view {}: {}", of.name, e.line())));
        }
        return Ok(Ok(Pred::Members(Arc::new(of.members.iter().copied().collect()))));
    }
    if depth >= DEEPEST {
        return Ok(Err(format!("the view {} names itself, or views too deep in each other", of.name)));
    }
    let wrong = |why: String| {
        // What is wrong with a view that it names is said of that one alone.
        Ok(Err(if why.starts_with("the view ") { why } else { format!("the view {}: {why}", of.name) }))
    };
    let query = match query::parse(&of.query) {
        Ok(query) => query,
        Err(e) => return wrong(e.line()),
    };
    let bound = match bound(view, asker, &query, schema, depth + 1)? {
        Ok(bound) => bound,
        Err(e) => return wrong(e.line()),
    };
    if bound.limit.is_some() {
        let first = super::list(view, asker, &bound)?;
        return Ok(Ok(Pred::Members(Arc::new(first.iter().filter_map(Item::id).collect()))));
    }
    // A view without conditions is everyone: all of none.
    Ok(Ok(bound.pred.unwrap_or(Pred::All(Vec::new()))))
}
