//! What meets a query, a portion at a time, so that a list of any length takes little memory: records that are to be put in
//! order are remembered by what they are ordered by and read again when it is their turn.

use super::{
    Item, Needs, QueryContext, items,
    plan::{Plan, Source, plan},
    text,
};
use crate::{
    model::{Id, Kind, Seq, Table},
    query::{
        Bound,
        bind::BoundSort,
        eval::{self, SortKey},
    },
    store::{Range, Scan, StoreError, View, feed},
};

/// With a limit, twice as many are gathered and this many more, before those behind it are forgotten.
const SPARE: usize = 64;

/// A list that is being gone through.
pub struct Walk<'q> {
    asker: &'q QueryContext,
    bound: &'q Bound,
    /// How many more may come.
    left: usize,
    ahead: Ahead,
}

/// What is still to come.
enum Ahead {
    /// What meets the query in the rest of its table.
    Table(Range),
    /// These, where they meet it.
    Places(std::vec::IntoIter<Place>),
}

/// Where a record is.
#[derive(Debug, Clone, Copy)]
enum Place {
    Record(Id),
    /// In the log.
    Row(Seq),
}

impl<'q> Walk<'q> {
    /// Of a query. Where it has an order, all that meets it is gone through here.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn new(view: &dyn View, asker: &'q QueryContext, bound: &'q Bound) -> Result<Walk<'q>, StoreError> {
        Walk::planned(view, asker, bound, plan(view, asker, bound, None)?)
    }

    /// Of a query whose plan is made.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn planned(
        view: &dyn View,
        asker: &'q QueryContext,
        bound: &'q Bound,
        plan: Plan,
    ) -> Result<Walk<'q>, StoreError> {
        let left = bound.limit.unwrap_or(usize::MAX);
        let in_order = matches!(plan.source, Source::Columns(_));
        let walk = Walk::of_source(asker, bound, plan.source);
        let places = match &bound.sort {
            _ if left == 0 => Vec::new(),
            _ if in_order => return Ok(Walk { left, ..walk }),
            Some(sort) => sorted(view, walk, sort, left)?,
            None if bound.relevance => by_relevance(view, walk)?,
            None => return Ok(Walk { left, ..walk }),
        };
        Ok(Walk { asker, bound, left, ahead: Ahead::Places(places.into_iter()) })
    }

    /// Of a source, in its order; the query's order and limit are not looked at.
    fn of_source(asker: &'q QueryContext, bound: &'q Bound, source: Source) -> Walk<'q> {
        let ahead = match source {
            Source::Scan => Ahead::Table(Range::all()),
            Source::Records(ids) | Source::Columns(ids) => {
                Ahead::Places(ids.into_iter().map(Place::Record).collect::<Vec<_>>().into_iter())
            }
            Source::Rows(rows) => {
                Ahead::Places(rows.into_iter().map(Place::Row).collect::<Vec<_>>().into_iter())
            }
        };
        Walk { asker, bound, left: usize::MAX, ahead }
    }

    /// The next ones, at most this many; fewer at the end alone.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn next(&mut self, view: &dyn View, most: usize) -> Result<Vec<Item>, StoreError> {
        let most = most.min(self.left);
        let mut out = Vec::new();
        self.each(view, &mut |item| {
            out.push(item);
            out.len() < most
        })?;
        self.left -= out.len();
        Ok(out)
    }

    /// Gives them to `f` until it answers `false`.
    fn each(&mut self, view: &dyn View, f: &mut dyn FnMut(Item) -> bool) -> Result<(), StoreError> {
        let (asker, bound, needs) = (self.asker, self.bound, Needs::of(self.bound));
        let load = |key: &[u8], bytes: &[u8]| match bound.schema.kind {
            None => row(view, key.first_chunk::<8>().map_or(0, |b| u64::from_be_bytes(*b))),
            Some(kind) => items::load(view, asker, kind, bytes, needs),
        };
        let meets = |item: &Item| super::meets(asker, bound, item);
        if self.left == 0 {
            return Ok(());
        }
        let table = bound.schema.kind.map_or(Table::Log, Kind::table);
        match &mut self.ahead {
            Ahead::Table(range) => {
                let (mut failed, mut stopped) = (None, None);
                view.scan(table, range, Scan::Forward, &mut |key, bytes| match load(key, bytes) {
                    Ok(Some(item)) if meets(&item) => {
                        let more = f(item);
                        stopped = (!more).then(|| key.to_vec());
                        more
                    }
                    Ok(_) => true,
                    Err(e) => {
                        failed = Some(e);
                        false
                    }
                })?;
                match stopped {
                    Some(key) => range.pass(&key),
                    None => self.ahead = Ahead::Places(Vec::new().into_iter()),
                }
                failed.map_or(Ok(()), Err)
            }
            Ahead::Places(places) => {
                for place in places {
                    let item = match place {
                        Place::Row(seq) => row(view, seq)?,
                        Place::Record(id) => match view.get(table, id.bytes())? {
                            Some(bytes) => load(id.bytes(), &bytes)?,
                            None => None,
                        },
                    };
                    if let Some(item) = item.filter(&meets)
                        && !f(item)
                    {
                        break;
                    }
                }
                Ok(())
            }
        }
    }
}

/// Gives every record that meets a query to `f`, in the order of its table, until it answers `false`. The query's
/// order and limit are not looked at.
///
/// # Errors
/// Where the file cannot be read.
pub fn each(
    view: &dyn View,
    asker: &QueryContext,
    bound: &Bound,
    f: &mut dyn FnMut(Item) -> bool,
) -> Result<(), StoreError> {
    let plan = plan(view, asker, bound, None)?;
    Walk::of_source(asker, bound, plan.source).each(view, f)
}

/// How many records meet a query, up to its limit. What the columns know is not read again.
///
/// # Errors
/// Where the file cannot be read.
pub fn count(view: &dyn View, asker: &QueryContext, bound: &Bound, plan: Plan) -> Result<usize, StoreError> {
    let limit = bound.limit.unwrap_or(usize::MAX);
    let mut n = 0;
    match plan.source {
        Source::Columns(ids) => n = ids.len(),
        source if limit > 0 => Walk::of_source(asker, bound, source).each(view, &mut |_| {
            n += 1;
            n < limit
        })?,
        _ => {}
    }
    Ok(n.min(limit))
}

fn row(view: &dyn View, seq: Seq) -> Result<Option<Item>, StoreError> {
    feed::at(view, seq)?.map(|i| items::log(view, i)).transpose()
}

fn place(item: &Item) -> Option<Place> {
    match item {
        Item::Log(i) => Some(Place::Row(i.item.row.seq)),
        item => item.id().map(Place::Record),
    }
}

/// The places of what meets a query in its order, up to this many.
fn sorted(
    view: &dyn View,
    mut walk: Walk<'_>,
    sort: &BoundSort,
    most: usize,
) -> Result<Vec<Place>, StoreError> {
    let asker = walk.asker;
    let mut keyed: Vec<(SortKey, Place)> = Vec::new();
    // Stable: of equal ones the first in the table stays the first.
    let cut = |keyed: &mut Vec<(SortKey, Place)>| {
        keyed.sort_by(|a, b| a.0.cmp(&b.0));
        keyed.truncate(most);
    };
    walk.each(view, &mut |item| {
        let key = item.with_row(asker, |row| eval::sort_key(sort, row));
        keyed.extend(place(&item).map(|p| (key, p)));
        if keyed.len() >= most.saturating_mul(2).saturating_add(SPARE) {
            cut(&mut keyed);
        }
        true
    })?;
    cut(&mut keyed);
    Ok(keyed.into_iter().map(|(_, p)| p).collect())
}

/// The places of those that fit best first.
fn by_relevance(view: &dyn View, mut walk: Walk<'_>) -> Result<Vec<Place>, StoreError> {
    let bound = walk.bound;
    let mut items = walk.next(view, usize::MAX)?;
    text::by_relevance(view, bound, &mut items)?;
    Ok(items.iter().filter_map(place).collect())
}
