//! Conditions on fields that an index answers.

use super::{QueryContext, plan::sort};
use crate::{
    model::{Category, Id, Key, KeyReader, Kind, Seq, Stamp, Table, fold, number},
    query::{
        Value,
        bind::{Test, TextTest},
        eval,
        schema::{FieldDef, FieldKind},
    },
    store::{Range, Scan, StoreError, View, ViewExt, records},
};

/// Candidates, the table that they are from, and whether all of them meet the condition.
type Answer = Option<(Vec<Id>, &'static str, bool)>;

/// A condition on a field, to be looked up.
pub(super) struct Asked<'a> {
    pub view: &'a dyn View,
    pub asker: &'a QueryContext,
    /// The kind of the records; `None` for the log.
    pub kind: Option<Kind>,
    /// Whether merged records are asked for.
    pub gone: bool,
    pub name: &'a str,
    pub def: &'static FieldDef,
    pub tests: &'a [Test],
    /// More candidates than this are of no use.
    pub most: usize,
}

/// Which field is looked up first: smaller is sooner.
pub(super) fn cost(def: &FieldDef) -> u8 {
    match (def.name, def.kind) {
        (_, FieldKind::Id) => 0,
        (_, FieldKind::Ref(_)) => 2,
        (_, FieldKind::Set) => 3,
        (_, FieldKind::Person) => 4,
        ("is" | "due", _) => 5,
        ("external", _) => 6,
        _ => 7,
    }
}

/// Fields of agents, which the index of references answers.
const PEOPLE: &[(Kind, &str)] = &[
    (Kind::Ticket, "assignee"),
    (Kind::Ticket, "follower"),
    (Kind::Customer, "owner"),
    (Kind::Deal, "owner"),
    (Kind::Task, "owner"),
    (Kind::Interaction, "author"),
    (Kind::Order, "author"),
    (Kind::Message, "author"),
];

/// Fields of other records, which the index of references answers.
const REFERENCES: &[(Kind, &str)] = &[
    (Kind::Ticket, "customer"),
    (Kind::Ticket, "problem"),
    (Kind::Ticket, "parent"),
    (Kind::Customer, "referred_by"),
    (Kind::Organisation, "parent"),
    (Kind::Message, "ticket"),
    (Kind::Message, "customer"),
    (Kind::Interaction, "customer"),
    (Kind::Interaction, "ticket"),
    (Kind::Order, "customer"),
    (Kind::Task, "customer"),
    (Kind::Task, "ticket"),
    (Kind::Response, "customer"),
    (Kind::Response, "ticket"),
    (Kind::Deal, "customer"),
    (Kind::Deal, "organisation"),
    (Kind::Deal, "next_task"),
];

impl Asked<'_> {
    /// What the index of the field finds; `None` where there is none, or where it finds too much.
    pub(super) fn find(&self) -> Result<Answer, StoreError> {
        let Some(kind) = self.kind else { return self.of_log() };
        let listed = |list: &[(Kind, &str)]| list.contains(&(kind, self.name));
        let found = match self.def.kind {
            FieldKind::Id if has_numbers(kind) => self.numbers(kind)?.map(|ids| (ids, "ix_number", true)),
            FieldKind::Set if self.name == "tag" => self.tags(kind)?.map(|ids| (ids, "ix_tag", true)),
            FieldKind::Text if self.name == "external" => {
                self.external(kind)?.map(|ids| (ids, "ix_external", true))
            }
            FieldKind::Text if kind == Kind::Customer && self.name == "email" => {
                self.email()?.map(|ids| (ids, "ix_email", false))
            }
            FieldKind::Person if listed(PEOPLE) => self
                .referring(kind, Kind::Agent, agents(self.asker, self.tests))?
                .map(|ids| (ids, "ix_ref", false)),
            FieldKind::Ref(to) if listed(REFERENCES) => {
                let named = self.numbers(to)?;
                self.referring(kind, to, named)?.map(|ids| (ids, "ix_ref", false))
            }
            FieldKind::States if kind == Kind::Ticket => self.open_tickets()?,
            FieldKind::Date(_) if kind == Kind::Ticket && self.name == "due" => self.due_tickets()?,
            FieldKind::States if kind == Kind::Task => self.open_tasks()?,
            _ => None,
        };
        Ok(found.filter(|(ids, ..)| ids.len() <= self.most).map(|(mut ids, by, exact)| {
            sort(&mut ids);
            (ids, by, exact)
        }))
    }

    /// The records of a kind whose number is asked for.
    fn numbers(&self, kind: Kind) -> Result<Option<Vec<Id>>, StoreError> {
        let mut out = Vec::new();
        for test in self.tests {
            let Test::Between(from, to) = test else { return Ok(None) };
            let (from, to) = (u64::try_from(*from).unwrap_or(0), u64::try_from(*to).unwrap_or(0));
            let key = |n: u64| Key::new().u8(kind.code()).u64(n);
            let end = match to.checked_add(1) {
                Some(end) => key(end).into_bytes(),
                None => Key::new().u8(kind.code().saturating_add(1)).into_bytes(),
            };
            let most = self.most;
            self.view.scan(
                Table::IxNumber,
                &Range::between(key(from), end),
                Scan::Forward,
                &mut |_, v| {
                    out.extend(v.first_chunk::<16>().map(|b| Id(*b)));
                    out.len() <= most
                },
            )?;
        }
        Ok(Some(out))
    }

    /// The records with a tag: each distinct tag is tested, then the records of those that match are read.
    fn tags(&self, kind: Kind) -> Result<Option<Vec<Id>>, StoreError> {
        if !self.asks_values() || self.gone {
            return Ok(None);
        }
        let mut out = Vec::new();
        let mut range = Range::prefix(Key::new().u8(kind.code()));
        for _ in 0..MOST_TAGS {
            let Some((key, _)) = self.view.first(Table::IxTag, &range, Scan::Forward)? else {
                return Ok(Some(out));
            };
            let mut r = KeyReader(&key);
            let (Some(_), Some(tag)) = (r.u8(), r.text()) else { return Ok(None) };
            let of = Range::prefix(Key::new().u8(kind.code()).text(&tag));
            if self.holds(&Value::text(&tag)) {
                self.ids(Table::IxTag, &of, &mut out)?;
                if out.len() > self.most {
                    return Ok(None);
                }
            }
            let Some(end) = of.end else { return Ok(None) };
            range.start = end;
        }
        Ok(None)
    }

    /// The records that another system calls so: the keys of the index are asked, so no record is read.
    fn external(&self, kind: Kind) -> Result<Option<Vec<Id>>, StoreError> {
        if !self.asks_values() || self.gone {
            return Ok(None);
        }
        let mut out = Vec::new();
        self.view.scan(Table::IxExternal, &Range::all(), Scan::Forward, &mut |key, value| {
            if key.last() == Some(&kind.code()) {
                let mut r = KeyReader(key);
                let (source, id) = (r.text().unwrap_or_default(), r.text().unwrap_or_default());
                let whole = format!("{source}:{id}");
                if self.holds(&Value::text(&id)) || self.holds(&Value::text(&whole)) {
                    out.extend(value.first_chunk::<16>().map(|b| Id(*b)));
                }
            }
            out.len() <= self.most
        })?;
        Ok(Some(out))
    }

    /// The customers with an address that is given in full: `email=ada@example.org`.
    fn email(&self) -> Result<Option<Vec<Id>>, StoreError> {
        let mut out = Vec::new();
        for test in self.tests {
            let Test::Text(TextTest::Exact(address)) = test else { return Ok(None) };
            let Some(key) = fold::email_key(address).filter(|key| key == address && !self.gone) else {
                return Ok(None);
            };
            self.ids(Table::IxEmail, &Range::prefix(Key::new().text(&key)), &mut out)?;
        }
        Ok(Some(out))
    }

    /// The records of a kind that refer to any of these.
    fn referring(&self, kind: Kind, to: Kind, ids: Option<Vec<Id>>) -> Result<Option<Vec<Id>>, StoreError> {
        let Some(ids) = ids.filter(|ids| ids.len() <= MOST_PARENTS) else { return Ok(None) };
        referring(self.view, kind, to, &ids, self.most)
    }

    /// `is:open` and `is:unassigned`: out of the queue, by category.
    fn open_tickets(&self) -> Result<Answer, StoreError> {
        if !is_open(self.tests) {
            return Ok(None);
        }
        let mut out = Vec::new();
        unsolved(self.view, &mut |_, id| {
            out.push(id);
            out.len() <= self.most
        })?;
        Ok(Some((out, "ix_queue", false)))
    }

    /// The tickets that are due at some time: it is in the keys of the queue.
    fn due_tickets(&self) -> Result<Answer, StoreError> {
        if !self.tests.iter().all(|t| matches!(t, Test::Between(..) | Test::Present)) {
            return Ok(None);
        }
        let mut out = Vec::new();
        unsolved(self.view, &mut |due, id| {
            if due != Stamp::MAX && self.holds(&Value::Date(due)) {
                out.push(id);
            }
            out.len() <= self.most
        })?;
        Ok(Some((out, "ix_queue", false)))
    }

    /// Tasks that are not done: those that the clock watches.
    fn open_tasks(&self) -> Result<Answer, StoreError> {
        let open = |t: &Test| matches!(t, Test::OneOf(words) if words.iter().all(|w| matches!(*w, "open" | "overdue")));
        if !self.tests.iter().all(open) {
            return Ok(None);
        }
        let mut out = Vec::new();
        self.view.scan(Table::IxDue, &Range::all(), Scan::Forward, &mut |key, _| {
            let mut r = KeyReader(key);
            if let (Some(_), Some(kind), Some(id)) = (r.at(), r.u8(), r.id())
                && Kind::of_code(kind) == Some(Kind::Task)
            {
                out.push(id);
            }
            out.len() <= self.most
        })?;
        Ok(Some((out, "ix_due", false)))
    }

    /// Rows of the log: by their place, their record or their batch.
    fn of_log(&self) -> Result<Answer, StoreError> {
        let mut rows: Vec<Seq> = Vec::new();
        let by = match (self.name, self.def.kind) {
            ("seq", _) => {
                let head = self.view.log_head()?;
                for test in self.tests {
                    let Test::Between(from, to) = test else { return Ok(None) };
                    let (from, to) =
                        (Seq::try_from(*from).unwrap_or(0), Seq::try_from(*to).unwrap_or(0).min(head));
                    rows.extend((from..=to).take(self.most.saturating_add(1)));
                }
                "log"
            }
            ("record", _) => {
                for test in self.tests {
                    let Test::Text(TextTest::Whole(text) | TextTest::Exact(text)) = test else {
                        return Ok(None);
                    };
                    let Some((Some(kind), n)) = number::parse(text) else { return Ok(None) };
                    let Some(id) = records::by_number(self.view, kind, n)? else { return Ok(None) };
                    self.seqs(Table::IxHistory, id, &mut rows)?;
                }
                "ix_history"
            }
            (_, FieldKind::Ref(Kind::ImportBatch)) => {
                let Some(batches) = self.numbers(Kind::ImportBatch)? else { return Ok(None) };
                for id in batches {
                    self.seqs(Table::IxBatch, id, &mut rows)?;
                }
                "ix_batch"
            }
            _ => return Ok(None),
        };
        if rows.len() > self.most {
            return Ok(None);
        }
        let mut ids: Vec<Id> = rows.into_iter().map(of_seq).collect();
        sort(&mut ids);
        Ok(Some((ids, by, by == "log")))
    }

    fn seqs(&self, table: Table, id: Id, out: &mut Vec<Seq>) -> Result<(), StoreError> {
        self.view.scan(table, &Range::prefix(Key::new().id(id)), Scan::Forward, &mut |key, _| {
            out.extend(key.last_chunk::<8>().map(|b| u64::from_be_bytes(*b)));
            out.len() <= self.most
        })
    }

    fn ids(&self, table: Table, range: &Range, out: &mut Vec<Id>) -> Result<(), StoreError> {
        self.view.scan(table, range, Scan::Forward, &mut |key, _| {
            out.extend(key.last_chunk::<16>().map(|b| Id(*b)));
            out.len() <= self.most
        })
    }

    fn holds(&self, value: &Value<'_>) -> bool {
        self.tests.iter().any(|t| eval::passes(t, value))
    }

    /// Whether only records with a value can meet it: those without have no rows in the index.
    fn asks_values(&self) -> bool {
        !self.tests.iter().any(|t| matches!(t, Test::Missing))
    }
}

/// More distinct tags than this are not tested.
const MOST_TAGS: usize = 5_000;

/// More records than this are not looked up individually.
pub(super) const MOST_PARENTS: usize = 2_000;

/// Whether records of a kind have numbers of their own: outgoing messages have those of their messages.
pub(super) fn has_numbers(kind: Kind) -> bool {
    kind != Kind::Outbox
}

/// The record of a number.
pub(super) fn number(view: &dyn View, kind: Kind, n: u64) -> Result<Option<Vec<Id>>, StoreError> {
    Ok(Some(records::by_number(view, kind, n)?.into_iter().collect()))
}

/// A row of the log among ids: its place in the first bytes.
fn of_seq(seq: Seq) -> Id {
    let mut bytes = [0; 16];
    bytes.iter_mut().zip(seq.to_be_bytes()).for_each(|(to, from)| *to = from);
    Id(bytes)
}

/// The place of a row of the log, made by `of_seq`.
pub(super) fn seq_of(id: Id) -> Seq {
    id.0.first_chunk::<8>().map_or(0, |b| u64::from_be_bytes(*b))
}

/// The records of a kind that refer to any of some others; `None` where they are more than `most`.
pub(super) fn referring(
    view: &dyn View,
    kind: Kind,
    to: Kind,
    ids: &[Id],
    most: usize,
) -> Result<Option<Vec<Id>>, StoreError> {
    let mut out = Vec::new();
    for id in ids {
        let of = Range::prefix(Key::new().u8(to.code()).id(*id).u8(kind.code()));
        view.scan(Table::IxRef, &of, Scan::Forward, &mut |key, _| {
            out.extend(key.last_chunk::<16>().map(|b| Id(*b)));
            out.len() <= most
        })?;
        if out.len() > most {
            return Ok(None);
        }
    }
    sort(&mut out);
    Ok(Some(out))
}

/// Whether whatever meets one of these tests of `is` is a ticket that needs work, which the queue lists.
pub(super) fn is_open(tests: &[Test]) -> bool {
    let open = |t: &Test| matches!(t, Test::OneOf(words) if words.iter().all(|w| matches!(*w, "open" | "unassigned" | "overdue")));
    tests.iter().all(open)
}

/// Gives the tickets in the queue that are not solved to `f`, with when they are due, until it answers `false`.
fn unsolved(view: &dyn View, f: &mut dyn FnMut(Stamp, Id) -> bool) -> Result<(), StoreError> {
    let range = Range::between(Key::new().u8(Category::New.code()), Key::new().u8(Category::Solved.code()));
    view.scan(Table::IxQueue, &range, Scan::Forward, &mut |key, _| {
        let mut r = KeyReader(key);
        match (r.u8(), r.u8(), r.at(), r.id()) {
            (Some(_), Some(_), Some(due), Some(id)) => f(due, id),
            _ => true,
        }
    })
}

/// The agents that some tests mean; `None` where they cannot be told from the roster.
fn agents(asker: &QueryContext, tests: &[Test]) -> Option<Vec<Id>> {
    let mut out = Vec::new();
    for test in tests {
        if matches!(test, Test::Missing | Test::Present) {
            return None;
        }
        if let Test::Agent(id) = test {
            out.push(*id);
            continue;
        }
        // Agents missing from the roster have no name.
        if eval::passes(test, &Value::Person { id: Id::NIL, name: "", handle: "" }) {
            return None;
        }
        let named = asker
            .roster
            .agents()
            .filter(|a| eval::passes(test, &Value::Person { id: a.id, name: &a.name, handle: &a.handle }));
        out.extend(named.map(|a| a.id));
    }
    Some(out)
}

/// The open tickets of the agents that some tests mean.
pub(super) fn assigned(
    view: &dyn View,
    asker: &QueryContext,
    tests: &[Test],
) -> Result<Option<Vec<Id>>, StoreError> {
    let Some(agents) = agents(asker, tests) else { return Ok(None) };
    let mut out = Vec::new();
    for agent in agents {
        let from = Key::new().id(agent).u8(Category::New.code());
        let to = Key::new().id(agent).u8(Category::Solved.code());
        view.scan(Table::IxAssignee, &Range::between(from, to), Scan::Forward, &mut |key, _| {
            out.extend(key.last_chunk::<16>().map(|b| Id(*b)));
            true
        })?;
    }
    sort(&mut out);
    Ok(Some(out))
}
