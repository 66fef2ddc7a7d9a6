//! Counts of queries that are kept as things change: of what a stretch of the log touched, nothing else is read again.

use std::collections::{BTreeSet, HashMap};

use super::{Item, Needs, QueryContext, Queue, QueueCount, items};
use crate::{
    model::{
        Entries, Id, Key, Kind, Seq, Stamp, Table,
        log::{Change, ChangeKind},
    },
    query::{self, Bound, Schema, bind::Pred, schema, schema::FieldKind},
    store::{Range, Scan, StoreError, View, ViewExt, feed, records},
};

/// Log rows applied in one go.
const PAGE: usize = 256;

/// With more rows than this since the last time everything is recounted.
const MOST_ROWS: u64 = 4_000;

/// What depends on the time is recounted this often, in milliseconds.
const TIMED_FOR: Stamp = 60_000;

/// Queries and who meets them now. One agent asks.
#[derive(Debug, Default)]
pub struct Live {
    at: Option<Seq>,
    kept: HashMap<(&'static str, String), Kept>,
    evaluated: usize,
}

#[derive(Debug)]
struct Kept {
    schema: &'static Schema,
    /// Those that meet it, and when each of them is due.
    members: HashMap<Id, Option<Stamp>>,
    /// When all of it was counted.
    counted: Stamp,
    /// It means something else as time goes by.
    timed: bool,
    /// It asks other records too: a change of any record may matter.
    joined: bool,
}

impl Live {
    /// How many records were asked so far: what a test of thrift looks at.
    pub fn evaluated(&self) -> usize {
        self.evaluated
    }

    /// How much waits in each queue, and how much of it is overdue. Brings all that is kept up to the view first.
    ///
    /// # Errors
    /// Where the file cannot be read. A queue whose query is not understood counts nothing.
    pub fn queue_counts(
        &mut self,
        view: &dyn View,
        asker: &QueryContext,
        queues: &[Queue],
    ) -> Result<Vec<QueueCount>, StoreError> {
        self.follow(view, asker)?;
        // Those that are not kept yet are counted in one pass.
        let fresh: Vec<Queue> =
            queues.iter().filter(|q| !self.has(&schema::TICKETS, &q.query, asker.now)).cloned().collect();
        if !fresh.is_empty() {
            let mut found = vec![HashMap::new(); fresh.len()];
            super::queues::each_in(view, asker, &fresh, &mut |at, item| {
                if let (Some(members), Item::Ticket(t)) = (found.get_mut(at), item) {
                    members.insert(t.ticket.id, t.ticket.due());
                }
            })?;
            for (queue, members) in fresh.iter().zip(found) {
                self.keep(view, &schema::TICKETS, &queue.query, asker, members)?;
            }
        }
        let count = |q: &Queue| {
            let members = self.kept.get(&(schema::TICKETS.entity, q.query.clone())).map(|k| &k.members);
            let overdue = |due: &&Option<Stamp>| due.is_some_and(|d| d < asker.now);
            QueueCount {
                tickets: members.map_or(0, HashMap::len),
                overdue: members.map_or(0, |m| m.values().filter(overdue).count()),
                unread: 0,
            }
        };
        Ok(queues.iter().map(count).collect())
    }

    /// How many records meet a query. The first time they are looked through; `known` may give them without.
    ///
    /// # Errors
    /// Where the file cannot be read. `None` for a query that is not understood.
    pub fn count(
        &mut self,
        view: &dyn View,
        asker: &QueryContext,
        schema: &'static Schema,
        text: &str,
        known: impl FnOnce(&Bound) -> Result<Option<Vec<Id>>, StoreError>,
    ) -> Result<Option<usize>, StoreError> {
        self.follow(view, asker)?;
        let Ok(bound) = super::compile(view, asker, text, schema)? else { return Ok(None) };
        if !self.has(schema, text, asker.now) {
            let members = match known(&bound)? {
                Some(ids) => ids.into_iter().map(|id| (id, None)).collect(),
                None => {
                    let mut members = HashMap::new();
                    super::each(view, asker, &bound, &mut |item| {
                        members.extend(item.id().map(|id| (id, due_of(&item))));
                        true
                    })?;
                    members
                }
            };
            self.keep(view, schema, text, asker, members)?;
        }
        let kept = self.kept.get(&(schema.entity, text.to_owned()));
        Ok(kept.map(|k| k.members.len().min(bound.limit.unwrap_or(usize::MAX))))
    }

    fn has(&self, schema: &Schema, text: &str, now: Stamp) -> bool {
        let kept = self.kept.get(&(schema.entity, text.to_owned()));
        kept.is_some_and(|k| !k.timed || (k.counted..k.counted.saturating_add(TIMED_FOR)).contains(&now))
    }

    fn keep(
        &mut self,
        view: &dyn View,
        schema: &'static Schema,
        text: &str,
        asker: &QueryContext,
        members: HashMap<Id, Option<Stamp>>,
    ) -> Result<(), StoreError> {
        let bound = super::compile(view, asker, text, schema)?.ok();
        let timed = bound.as_ref().and_then(|b| b.pred.as_ref()).is_some_and(is_timed);
        let joined = bound.as_ref().and_then(|b| b.pred.as_ref()).is_some_and(is_joined);
        let kept = Kept { schema, members, counted: asker.now, timed, joined };
        self.kept.insert((schema.entity, text.to_owned()), kept);
        Ok(())
    }

    /// Takes in what happened since the last time.
    fn follow(&mut self, view: &dyn View, asker: &QueryContext) -> Result<(), StoreError> {
        let head = view.log_head()?;
        let Some(mut at) = self.at.filter(|at| *at <= head && head - at <= MOST_ROWS) else {
            self.kept.clear();
            self.at = Some(head);
            return Ok(());
        };
        let mut touched: BTreeSet<(Kind, Id)> = BTreeSet::new();
        while at < head {
            let items = feed::since(view, at, PAGE)?;
            let Some(last) = items.last() else { break };
            at = last.row.seq;
            // What was erased cannot be told, another name of an agent is in every record that names them, and a view
            // may be named by other queries.
            let all = items.iter().any(|i| {
                i.body.is_none()
                    || i.touched().any(|(k, _)| {
                        matches!(k, Kind::Agent | Kind::Team | Kind::Workspace | Kind::SavedView)
                    })
            });
            if all {
                self.kept.clear();
                self.at = Some(head);
                return Ok(());
            }
            for change in items.iter().flat_map(|i| i.body.iter().flat_map(|b| &b.changes)) {
                add_touched(view, change, &mut touched)?;
            }
        }
        self.at = Some(head);
        if touched.is_empty() {
            return Ok(());
        }
        self.kept.retain(|_, kept| !kept.joined);
        for ((_, text), kept) in &mut self.kept {
            let Some(kind) = kept.schema.kind else { continue };
            let Ok(bound) = super::compile(view, asker, text, kept.schema)? else { continue };
            let needs = Needs::of(&bound);
            for (_, id) in touched.iter().filter(|(k, _)| *k == kind) {
                self.evaluated += 1;
                let item = match view.get(kind.table(), id.bytes())? {
                    Some(bytes) => items::load(view, asker, kind, &bytes, needs)?,
                    None => None,
                };
                match item.filter(|i| super::meets(asker, &bound, i)) {
                    Some(item) => kept.members.insert(*id, due_of(&item)),
                    None => kept.members.remove(id),
                };
            }
        }
        Ok(())
    }
}

/// The records whose rows a change touches: itself, those that it names, and those that name it.
fn add_touched(view: &dyn View, change: &Change, out: &mut BTreeSet<(Kind, Id)>) -> Result<(), StoreError> {
    let Some(kind) = change.kind() else { return Ok(()) };
    out.insert((kind, change.id));
    let mut named = |bytes: &[u8]| {
        let Entries(rows) = records::derived(kind, bytes).unwrap_or_default();
        for row in rows.iter().filter(|e| e.table == Table::IxRef) {
            let mut r = crate::model::KeyReader(&row.key);
            if let (Some(kind), Some(id)) = (r.u8().and_then(Kind::of_code), r.id()) {
                out.insert((kind, id));
            }
        }
    };
    match &change.what {
        ChangeKind::Created(bytes) | ChangeKind::Deleted(bytes) => named(bytes),
        ChangeKind::Updated(fields) => {
            if let Some(bytes) = view.get(kind.table(), change.id.bytes())? {
                named(&bytes);
            }
            // Previously named records are among the old values.
            for before in fields.iter().filter_map(|f| f.before.as_ref()) {
                if let rmpv::Value::Binary(b) = before
                    && let Ok(id) = <[u8; 16]>::try_from(b.as_slice())
                {
                    for kind in [Kind::Customer, Kind::Ticket, Kind::Organisation] {
                        if view.get(kind.table(), &id)?.is_some() {
                            out.insert((kind, Id(id)));
                        }
                    }
                }
            }
        }
    }
    if matches!(kind, Kind::Customer | Kind::Organisation | Kind::Ticket) {
        let naming = Key::new().u8(kind.code()).id(change.id);
        view.scan(Table::IxRef, &Range::prefix(naming), Scan::Forward, &mut |k, _| {
            let mut r = crate::model::KeyReader(k);
            if let (_, _, Some(kind), Some(id)) = (r.u8(), r.id(), r.u8().and_then(Kind::of_code), r.id()) {
                out.insert((kind, id));
            }
            true
        })?;
    }
    Ok(())
}

/// Whether who meets a condition changes by time alone, or by what is not in the log.
fn is_timed(pred: &Pred) -> bool {
    match pred {
        Pred::All(some) | Pred::Any(some) => some.iter().any(is_timed),
        Pred::Not(p) => is_timed(p),
        Pred::Joined(j) => j.of.pred.as_ref().is_some_and(is_timed),
        Pred::Number(_) | Pred::Text(_) | Pred::Members(_) => false,
        Pred::Field { def, tests, .. } => match def.kind {
            FieldKind::Date(_) | FieldKind::Day(_) | FieldKind::Duration => {
                tests.iter().any(|t| !matches!(t, query::bind::Test::Missing | query::bind::Test::Present))
            }
            FieldKind::States => tests.iter().any(|t| match t {
                query::bind::Test::OneOf(words) => {
                    words.iter().any(|w| matches!(*w, "overdue" | "snoozed" | "unread"))
                }
                _ => false,
            }),
            _ => false,
        },
    }
}

/// Whether a condition asks other records.
fn is_joined(pred: &Pred) -> bool {
    match pred {
        Pred::All(some) | Pred::Any(some) => some.iter().any(is_joined),
        Pred::Not(p) => is_joined(p),
        Pred::Joined(_) => true,
        Pred::Number(_) | Pred::Text(_) | Pred::Members(_) | Pred::Field { .. } => false,
    }
}

fn due_of(item: &Item) -> Option<Stamp> {
    match item {
        Item::Ticket(t) => t.ticket.due(),
        _ => None,
    }
}
