//! The plan of a query: where its records are read from, and what is left to ask of each of them.
//!
//! Whatever the source, every record is asked the whole query: between reading an index and reading the record someone may
//! have changed it. A source is therefore right as long as everything that meets the query is in it.

use std::fmt;

use super::{QueryContext, index, text};
use crate::{
    model::{Id, Kind, Seq},
    query::{
        Bound,
        bind::{Pred, TextTest},
        looks,
        schema::Link,
    },
    store::{StoreError, View, ViewExt},
};

/// Reading this many records one at a time never takes long, however small their table is.
const FEW: usize = 1_000;

/// Where the records of a query are read from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// These records, in the order of their table.
    Records(Vec<Id>),
    /// These rows of the log, in its order.
    Rows(Vec<Seq>),
    /// These records, known to meet the query and in its order: out of the columns in memory.
    Columns(Vec<Id>),
    /// The whole table.
    Scan,
}

/// A source, and how it was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// Where the records are read from.
    pub source: Source,
    /// The indexes that were read for it.
    pub by: Vec<&'static str>,
    /// The conditions that are left to filter by, as field names; `words` for text.
    pub rest: Vec<String>,
    /// Whether all records are put in order before the first is given.
    pub sorted: bool,
    /// What is listed.
    entity: &'static str,
}

/// What the columns in memory answer: all that meets a query, in its order; `None` where they cannot tell.
pub type FromColumns<'c> = &'c dyn Fn(&dyn View, &Bound) -> Result<Option<Vec<Id>>, StoreError>;

/// The plan of a query.
///
/// # Errors
/// Where the file cannot be read.
pub fn plan(
    view: &dyn View,
    asker: &QueryContext,
    bound: &Bound,
    columns: Option<FromColumns<'_>>,
) -> Result<Plan, StoreError> {
    let found = match &bound.pred {
        Some(pred) => Planner::new(view, asker, bound)?.of(pred, None)?,
        None => None,
    };
    let sorted = bound.is_ordered();
    let mut plan =
        Plan { source: Source::Scan, by: Vec::new(), rest: Vec::new(), sorted, entity: bound.schema.entity };
    if let Some(found) = found {
        plan.source = match bound.schema.kind {
            Some(_) => Source::Records(found.ids),
            None => Source::Rows(found.ids.iter().map(|id| index::seq_of(*id)).collect()),
        };
        plan.by = found.by;
        bound.pred.iter().for_each(|p| rest(p, &found.exact, &mut plan.rest));
        return Ok(plan);
    }
    if let Some(columns) = columns
        && let Some(ids) = columns(view, bound)?
    {
        plan.source = Source::Columns(ids);
        plan.sorted = false;
        return Ok(plan);
    }
    bound.pred.iter().for_each(|p| rest(p, &[], &mut plan.rest));
    Ok(plan)
}

/// The names of the conditions in a tree, without those that the source answers already.
fn rest(pred: &Pred, exact: &[*const Pred], out: &mut Vec<String>) {
    if exact.contains(&std::ptr::from_ref(pred)) {
        return;
    }
    let mut add = |name: &str| {
        if !out.iter().any(|n| n == name) {
            out.push(name.to_owned());
        }
    };
    match pred {
        Pred::All(some) | Pred::Any(some) => some.iter().for_each(|p| rest(p, exact, out)),
        Pred::Not(p) => rest(p, exact, out),
        Pred::Number(_) => add("number"),
        Pred::Text(_) => add("words"),
        Pred::Members(_) => add("in"),
        Pred::Joined(j) => add(j.join.name),
        Pred::Field { name, .. } => add(name),
    }
}

impl fmt::Display for Plan {
    /// One line for people and scripts.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.source {
            Source::Records(ids) => {
                write!(f, "source: {}, {} {}", self.by.join(" and "), ids.len(), self.entity)?
            }
            Source::Rows(rows) => {
                write!(f, "source: {}, {} rows of the log", self.by.join(" and "), rows.len())?
            }
            Source::Columns(ids) => write!(f, "source: columns, {} {}", ids.len(), self.entity)?,
            Source::Scan => write!(f, "source: scan of all {}", self.entity)?,
        }
        match self.rest.as_slice() {
            [] => f.write_str("; filter: none")?,
            rest => write!(f, "; filter: {}", rest.join(", "))?,
        }
        if self.sorted { f.write_str("; order: sorted in memory") } else { Ok(()) }
    }
}

/// Candidates: everything that meets a condition is among them.
struct Found {
    /// Sorted, each once.
    ids: Vec<Id>,
    /// The tables that were read.
    by: Vec<&'static str>,
    /// The conditions that every candidate meets.
    exact: Vec<*const Pred>,
}

struct Planner<'v> {
    view: &'v dyn View,
    asker: &'v QueryContext,
    kind: Option<Kind>,
    /// Merged records have no rows in some indexes, so queries that ask for them use only those that have.
    gone: bool,
    /// With more candidates than this a scan is faster.
    most: usize,
    texts: Option<text::Narrow<'v>>,
}

impl<'v> Planner<'v> {
    fn new(view: &'v dyn View, asker: &'v QueryContext, bound: &'v Bound) -> Result<Planner<'v>, StoreError> {
        let kind = bound.schema.kind;
        let count = match kind {
            Some(kind) => view.counter(kind.word())?,
            None => view.log_head()?,
        };
        // Records without numbers are not counted.
        let most =
            if count == 0 { usize::MAX } else { usize::try_from(count / 3).unwrap_or(usize::MAX).max(FEW) };
        let texts = text::Narrow::of(view, bound)?;
        Ok(Planner { view, asker, kind, gone: bound.asks_for_gone(), most, texts })
    }

    /// The candidates of a condition, of which the others of a conjunction left `among`.
    fn of(&self, pred: &Pred, among: Option<usize>) -> Result<Option<Found>, StoreError> {
        let found = |ids: Option<Vec<Id>>, by, exact: bool| {
            ids.map(|ids| Found {
                ids,
                by: vec![by],
                exact: if exact { vec![std::ptr::from_ref(pred)] } else { Vec::new() },
            })
        };
        Ok(match pred {
            Pred::All(all) => self.all(all)?,
            Pred::Any(any) => {
                let mut out = Found { ids: Vec::new(), by: Vec::new(), exact: Vec::new() };
                let mut exact = true;
                for p in any {
                    let Some(some) = self.of(p, among)? else { return Ok(None) };
                    exact &= some.exact.contains(&std::ptr::from_ref(p));
                    out.ids.extend(some.ids);
                    out.by.extend(some.by);
                }
                sort(&mut out.ids);
                out.by.sort_unstable();
                out.by.dedup();
                if exact {
                    out.exact.push(std::ptr::from_ref(pred));
                }
                Some(out)
            }
            Pred::Not(_) => None,
            Pred::Joined(j) => match (self.kind, &j.ids) {
                (Some(kind), Some(ids)) => {
                    let mut ids: Vec<Id> = ids.iter().copied().collect();
                    sort(&mut ids);
                    match j.join.by {
                        Link::NamedBy(_) => found(Some(ids), "join", true),
                        Link::Names if ids.len() <= index::MOST_PARENTS => {
                            let named = index::referring(self.view, kind, j.join.to, &ids, self.most)?;
                            found(named, "join by ix_ref", false)
                        }
                        Link::Names => None,
                    }
                }
                _ => None,
            },
            Pred::Number(n) => match self.kind.filter(|kind| index::has_numbers(*kind)) {
                Some(kind) => found(index::number(self.view, kind, *n)?, "ix_number", true),
                None => None,
            },
            Pred::Members(ids) => {
                let mut ids: Vec<Id> = ids.iter().copied().collect();
                sort(&mut ids);
                found(Some(ids), "members", true)
            }
            Pred::Text(t) => match &self.texts {
                Some(texts) => found(texts.looks(looks_of(t), None)?, "post", false),
                None => None,
            },
            Pred::Field { name, def, tests } => {
                let most =
                    among.map_or(self.most, |n| n.saturating_mul(8).saturating_add(FEW)).min(self.most);
                let asked = index::Asked {
                    view: self.view,
                    asker: self.asker,
                    kind: self.kind,
                    gone: self.gone,
                    name,
                    def,
                    tests,
                    most,
                };
                asked.find()?.and_then(|(ids, by, exact)| found(Some(ids), by, exact))
            }
        })
    }

    /// What meets all of some conditions: narrowed by one index after the other, the most selective first.
    fn all(&self, all: &[Pred]) -> Result<Option<Found>, StoreError> {
        let mut parts: Vec<&Pred> = Vec::new();
        flatten(all, &mut parts);
        let mut out = self.assigned(&parts)?;
        let mut order: Vec<&Pred> = parts.iter().copied().filter(|p| !matches!(p, Pred::Text(_))).collect();
        order.sort_by_key(|p| cost(p));
        for p in order {
            if out.as_ref().is_some_and(|f| f.ids.len() <= ENOUGH) {
                break;
            }
            let among = out.as_ref().map(|f| f.ids.len());
            out = meet(out, self.of(p, among)?);
        }
        let wanted: Vec<&TextTest> =
            parts.iter().filter_map(|p| if let Pred::Text(t) = p { Some(t) } else { None }).collect();
        if let Some(texts) = self.texts.as_ref().filter(|_| !wanted.is_empty()) {
            let looks = wanted.iter().flat_map(|t| looks_of(t)).collect();
            let (among, mut by, exact) = match out {
                Some(f) => (Some(f.ids), f.by, f.exact),
                None => (None, Vec::new(), Vec::new()),
            };
            let before = among.as_ref().map(Vec::len);
            let ids = texts.looks(looks, among)?;
            if ids.as_ref().map(Vec::len) != before {
                by.push("post");
            }
            out = ids.map(|ids| Found { ids, by, exact });
        }
        Ok(out)
    }

    /// The tickets that someone has to work on: the one index of two fields.
    fn assigned(&self, parts: &[&Pred]) -> Result<Option<Found>, StoreError> {
        if self.kind != Some(Kind::Ticket) {
            return Ok(None);
        }
        let open = parts
            .iter()
            .any(|p| matches!(p, Pred::Field { name, tests, .. } if name == "is" && index::is_open(tests)));
        let Some((p, tests)) = parts.iter().find_map(|p| match p {
            Pred::Field { name, tests, .. } if name == "assignee" => Some((*p, tests)),
            _ => None,
        }) else {
            return Ok(None);
        };
        let ids = if open { index::assigned(self.view, self.asker, tests)? } else { None };
        Ok(ids.map(|ids| Found { ids, by: vec!["ix_assignee"], exact: vec![std::ptr::from_ref(p)] }))
    }
}

/// So few candidates are read rather than narrowed.
const ENOUGH: usize = 8;

fn looks_of(test: &TextTest) -> Vec<looks::TermLookup> {
    looks::looks(test).map_or_else(Vec::new, |l| l.all)
}

fn flatten<'p>(all: &'p [Pred], out: &mut Vec<&'p Pred>) {
    for p in all {
        match p {
            Pred::All(all) => flatten(all, out),
            p => out.push(p),
        }
    }
}

/// Which condition is looked up first: smaller is sooner.
fn cost(pred: &Pred) -> u8 {
    match pred {
        Pred::Number(_) => 0,
        Pred::Field { def, .. } if def.kind == crate::query::schema::FieldKind::Id => 0,
        Pred::Members(_) | Pred::Joined(_) => 1,
        Pred::Field { def, .. } => index::cost(def),
        Pred::Any(_) => 8,
        Pred::All(_) | Pred::Not(_) | Pred::Text(_) => 9,
    }
}

pub(super) fn sort(ids: &mut Vec<Id>) {
    ids.sort_unstable();
    ids.dedup();
}

/// What is in both; `None` is everything.
fn meet(a: Option<Found>, b: Option<Found>) -> Option<Found> {
    match (a, b) {
        (Some(mut a), Some(b)) => {
            a.ids.retain(|id| b.ids.binary_search(id).is_ok());
            a.by.extend(b.by);
            a.by.dedup();
            a.exact.extend(b.exact);
            Some(a)
        }
        (a, b) => a.or(b),
    }
}
