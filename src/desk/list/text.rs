//! Bare words of a query as full text: what may meet it, out of the postings, before any record is read.

use std::collections::HashMap;

use super::Item;
use crate::{
    model::{Id, Kind},
    query::{
        Bound,
        bind::Pred,
        looks::{self, TermLookup},
    },
    store::{
        StoreError, View,
        text::{self, Owner, Postings},
    },
};

/// Bare words of queries over a kind of record whose texts are gathered.
pub(super) struct Narrow<'v> {
    view: &'v dyn View,
    kind: Kind,
    /// Those of whose texts not all is kept: they may meet anything.
    cut: Vec<Id>,
}

impl<'v> Narrow<'v> {
    /// For the words of a query; `None` where there are none, or where no postings are kept of such records.
    pub(super) fn of(view: &'v dyn View, bound: &Bound) -> Result<Option<Narrow<'v>>, StoreError> {
        let (Some(kind), Some(pred)) = (bound.schema.kind, &bound.pred) else { return Ok(None) };
        let kept = matches!(kind, Kind::Ticket | Kind::Message | Kind::Interaction);
        if !kept || !speaks(pred) || !text::state(view)?.is_some_and(|s| s.is_complete()) {
            return Ok(None);
        }
        let cut = ids(view, kind, &text::cut(view)?)?;
        Ok(Some(Narrow { view, kind, cut }))
    }

    /// What all looks find, the fewest first; one that finds far more than is left narrows too little to be gone through.
    pub(super) fn looks(
        &self,
        mut looks: Vec<TermLookup>,
        mut among: Option<Vec<Id>>,
    ) -> Result<Option<Vec<Id>>, StoreError> {
        looks.sort_unstable();
        looks.dedup();
        let mut found: Vec<Postings> = Vec::new();
        for look in &looks {
            found.extend(text::find(self.view, look)?);
        }
        found.sort_by_key(|p| p.count);
        for postings in found {
            let left = among.as_ref().map_or(usize::MAX, |a| a.len().saturating_mul(8).saturating_add(1000));
            if postings.count > left {
                break;
            }
            let mut some = ids(self.view, self.kind, &postings.texts())?;
            some.extend(&self.cut);
            some.sort_unstable();
            some.dedup();
            among = meet(among, Some(some));
        }
        Ok(among)
    }
}

/// Whether there are words in it that something has to have.
fn speaks(pred: &Pred) -> bool {
    match pred {
        Pred::Text(_) => true,
        Pred::All(all) | Pred::Any(all) => all.iter().any(speaks),
        _ => false,
    }
}

/// What is in both; `None` is everything.
fn meet(a: Option<Vec<Id>>, b: Option<Vec<Id>>) -> Option<Vec<Id>> {
    match (a, b) {
        (Some(mut a), Some(b)) => {
            a.retain(|id| b.binary_search(id).is_ok());
            Some(a)
        }
        (a, b) => a.or(b),
    }
}

/// The record of that kind in whose text it stands.
fn record(kind: Kind, owner: &Owner) -> Option<Id> {
    match (kind, owner.kind) {
        (Kind::Ticket, Kind::Message) => Some(owner.of),
        (kind, of) => (kind == of).then_some(owner.id),
    }
}

fn ids(view: &dyn View, kind: Kind, texts: &[u32]) -> Result<Vec<Id>, StoreError> {
    let mut out = Vec::new();
    text::owners(view, texts, &mut |_, owner| out.extend(record(kind, &owner)))?;
    out.sort_unstable();
    out.dedup();
    Ok(out)
}

/// Orders items by how well their texts fit, the best first: for each word its best text counts. Those that fit alike stay
/// as they came.
///
/// # Errors
/// Where the file cannot be read.
pub fn by_relevance(view: &dyn View, bound: &Bound, items: &mut [Item]) -> Result<(), StoreError> {
    let (Some(kind), Some(pred)) = (bound.schema.kind, &bound.pred) else { return Ok(()) };
    let mut best: HashMap<(usize, Id), f32> = HashMap::new();
    text::scores(view, &looks::texts(pred).0, &mut |look, owner, score| {
        if let Some(id) = record(kind, &owner) {
            let best = best.entry((look, id)).or_default();
            *best = best.max(score);
        }
    })?;
    let mut sums: HashMap<Id, f32> = HashMap::new();
    for ((_, id), score) in best {
        *sums.entry(id).or_default() += score;
    }
    let score = |i: &Item| i.id().and_then(|id| sums.get(&id)).copied().unwrap_or_default();
    items.sort_by(|a, b| score(b).total_cmp(&score(a)));
    Ok(())
}
