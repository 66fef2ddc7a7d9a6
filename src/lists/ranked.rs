//! The list of customers by what someone typed: found as `f` finds them, slips and all, among those who meet the other
//! conditions, the likeliest first; behind them the others who have the words.

use super::{
    Directory, PageRequest,
    directory::{Selection, meeting},
};
use crate::{
    find::{Among, Finder, FoundContacts},
    model::Id,
    query::{Bound, rows::Roster},
    store::{StoreError, View},
};

/// This many are ranked by match; those after them contain the words as well.
const RANKED: usize = 500;

/// Up to this many matches of the other conditions are scanned directly.
const FEW: usize = 30_000;

/// A query with bare words, apart.
#[derive(Clone, Copy)]
pub struct Ranked<'a> {
    /// The words, as typed.
    pub words: &'a str,
    /// The whole query, with an order.
    pub whole: &'a Bound,
    /// The query without the words.
    pub rest: &'a Bound,
    /// Whether the likeliest stand first; else all are in the order of the query.
    pub by_match: bool,
    /// Who asks.
    pub me: Id,
}

impl Directory {
    /// The customers of a query with bare words: those that `finder` finds among the ones who meet the rest, and those
    /// who have the words. `None` while loading, and for an order that no column knows.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn ranked(
        &self,
        view: &dyn View,
        roster: &Roster,
        finder: &dyn Finder,
        asked: &Ranked<'_>,
        wanted: PageRequest,
    ) -> Result<Option<(Selection, FoundContacts)>, StoreError> {
        let columns = self.read();
        let Some(columns) = columns.as_ref() else { return Ok(None) };
        let sort = asked.whole.sort.as_ref();
        if asked.whole.asks_for_gone() || sort.is_some_and(|s| !columns.can_order(s)) {
            return Ok(None);
        }
        let find = |among| finder.find_among(asked.words, asked.me, RANKED, among);
        let found = match &asked.rest.pred {
            None => find(Among::Everybody),
            Some(_) => {
                let rows = meeting(columns, view, roster, asked.rest)?;
                if rows.count() <= FEW {
                    let ids: Vec<Id> =
                        rows.iter().filter_map(|r| columns.id(u32::try_from(r).ok()?)).collect();
                    find(Among::These(&ids))
                } else {
                    find(Among::Those(&|id| columns.row(id).is_some_and(|r| rows.has(r as usize))))
                }
            }
        };
        let mut others = meeting(columns, view, roster, asked.whole)?;
        // Customers that are in the index but not yet in the columns come with the next change.
        let mut first: Vec<u32> = found.hits.iter().filter_map(|h| columns.row(h.id)).collect();
        if asked.by_match {
            first.iter().for_each(|r| others.set(*r as usize, false));
        } else {
            first.drain(..).for_each(|r| others.set(r as usize, true));
        }
        let count = (first.len() + others.count()).min(asked.whole.limit.unwrap_or(usize::MAX));
        let place = wanted.around.and_then(|id| columns.row(id)).and_then(|r| {
            let behind = || others.has(r as usize).then(|| first.len() + columns.place_of(r, &others, sort));
            first.iter().position(|f| *f == r).or_else(behind)
        });
        let place = place.filter(|p| *p < count);
        let from = place.map_or(wanted.from, |p| p.saturating_sub(wanted.most / 2));
        let from = from.min(count.saturating_sub(wanted.most));
        let to = from.saturating_add(wanted.most).min(count);
        let (low, high) = (from.saturating_sub(first.len()), to.saturating_sub(first.len()));
        let behind = columns.page(&others, sort, low, high);
        let ahead = first.get(from.min(first.len())..to.min(first.len())).unwrap_or_default();
        let rows = ahead.iter().chain(&behind);
        let ids = rows.filter_map(|r| columns.id(*r)).collect();
        Ok(Some((Selection { count, from, ids, place }, found)))
    }
}
