//! A number by who, how, what about and how soon.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::{
    Measure, Number, RowRef,
    facts::Facts,
    measure::Level,
    number::{of_rows, spark},
    rows::Row,
};
use crate::{
    desk::read,
    model::{Agent, Customer, Id, Kind, Order, Response, Ticket},
    store::{StoreError, View, records},
};

/// What a number is split by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum By {
    /// Who solved it (or replied, or has it still); for orders, who entered them.
    Agent,
    /// How it came; for orders, from where.
    Channel,
    /// Its tags: a ticket with two counts in both. For orders, the customer's.
    Tag,
    /// Priority.
    Priority,
}

impl By {
    /// Its word: `agent`.
    pub fn word(self) -> &'static str {
        match self {
            By::Agent => "agent",
            By::Channel => "channel",
            By::Tag => "tag",
            By::Priority => "priority",
        }
    }

    /// The placeholder for a row that has none.
    pub(super) fn none(self) -> &'static str {
        match self {
            By::Agent => "unassigned",
            By::Tag => "no tag",
            By::Channel | By::Priority => "none",
        }
    }
}

/// More groups than these become one.
const GROUPS: usize = 8;

/// The label of the groups past the eighth.
const OTHERS: &str = "others";

/// A group: its label, its rows in the window and in the previous one.
type Group = (String, Vec<RowRef>, Vec<RowRef>);

/// The groups, those with most rows first; past the eighth they are one, last.
fn groups(view: &dyn View, facts: &Facts, measure: Measure, by: By) -> Result<Vec<Group>, StoreError> {
    let window = &facts.window;
    let current = facts.rows(measure, window.span());
    let before = match measure.level() {
        Some(Level::Now) => facts.levels.open(window.from),
        _ if measure.is_of_now() => Vec::new(),
        _ => facts.rows(measure, window.previous),
    };
    let mut labels = Labels { view, by, cache: HashMap::new(), agents: HashMap::new() };
    let mut now = labels.group(&current)?;
    let mut then = labels.group(&before)?;
    let mut order: Vec<(usize, String)> = now.iter().map(|(l, rows)| (rows.len(), l.clone())).collect();
    order.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    let mut out: Vec<Group> = Vec::new();
    for (_, label) in order.iter().take(GROUPS) {
        let (rows, earlier) = (now.remove(label).unwrap_or_default(), then.remove(label).unwrap_or_default());
        out.push((label.clone(), rows, earlier));
    }
    if order.len() > GROUPS {
        out.push((format!("{} {OTHERS}", order.len() - GROUPS), united(now), united(then)));
    }
    Ok(out)
}

pub(super) fn split(
    view: &dyn View,
    facts: &Facts,
    measure: Measure,
    by: By,
) -> Result<Vec<(String, Number)>, StoreError> {
    let mut out: Vec<(String, Number)> = Vec::new();
    for (label, now, then) in groups(view, facts, measure, by)? {
        // Levels have no course here: their rows tell when tickets began, not how many there were.
        let course = if measure.level().is_some() || measure.is_of_now() {
            Vec::new()
        } else {
            spark(measure, &facts.window, &now)
        };
        let number = of_rows(measure, &now, &then, course);
        out.push((label, if measure.is_of_now() { number.without_previous() } else { number }));
    }
    let size = |n: &Number| n.value.map_or(f64::NEG_INFINITY, super::Value::plain);
    let named = out.len().min(GROUPS);
    let (largest, _) = out.split_at_mut(named);
    largest.sort_by(|a, b| size(&b.1).total_cmp(&size(&a.1)).then_with(|| a.0.cmp(&b.0)));
    Ok(out)
}

/// The rows of one group, by the label that [`split`] gives it; none for a label that it does not give.
pub(super) fn of_group(
    view: &dyn View,
    facts: &Facts,
    measure: Measure,
    (by, label): (By, &str),
) -> Result<Vec<RowRef>, StoreError> {
    let found = groups(view, facts, measure, by)?.into_iter().find(|(l, ..)| l == label);
    Ok(found.map(|(_, rows, _)| rows).unwrap_or_default())
}

/// The rows of several groups, each once, in the order of their time.
fn united(groups: BTreeMap<String, Vec<RowRef>>) -> Vec<RowRef> {
    let mut seen = BTreeSet::new();
    let mut all: Vec<RowRef> = groups.into_values().flatten().collect();
    all.sort_by_key(|r| (r.at, r.id));
    all.retain(|r| seen.insert((r.id, r.at, r.counts)));
    all
}

struct Labels<'a> {
    view: &'a dyn View,
    by: By,
    cache: HashMap<(Kind, Id), Vec<String>>,
    agents: HashMap<Id, String>,
}

impl Labels<'_> {
    /// The rows by label, each list in the order of its time. Customers belong to no group.
    fn group(&mut self, rows: &[Row<'_>]) -> Result<BTreeMap<String, Vec<RowRef>>, StoreError> {
        let mut out: BTreeMap<String, Vec<RowRef>> = BTreeMap::new();
        for r in rows.iter().filter(|r| r.row.kind != Kind::Customer) {
            for label in self.of(r)? {
                out.entry(label).or_default().push(r.row);
            }
        }
        Ok(out)
    }

    fn of(&mut self, r: &Row<'_>) -> Result<Vec<String>, StoreError> {
        // The fact of a ticket says most of it, for its own time; the rest is in the record.
        if let Some(f) = r.fact.filter(|_| r.row.kind == Kind::Ticket) {
            match self.by {
                By::Agent if f.agent.is_some() => return self.agent(f.agent),
                By::Channel => return Ok(self.or_none(vec![f.kind.clone()])),
                By::Tag => return Ok(self.or_none(f.tags.clone())),
                By::Agent | By::Priority => {}
            }
        }
        let key = (r.row.kind, r.row.id);
        if let Some(known) = self.cache.get(&key) {
            return Ok(known.clone());
        }
        let labels = self.look_up(key, r.fact.is_none())?;
        self.cache.insert(key, labels.clone());
        Ok(labels)
    }

    fn look_up(&mut self, (kind, id): (Kind, Id), still_open: bool) -> Result<Vec<String>, StoreError> {
        let ticket = match kind {
            Kind::Ticket => records::get::<Ticket>(self.view, id)?,
            Kind::Response => match records::get::<Response>(self.view, id)?.and_then(|r| r.ticket) {
                Some(t) => records::get::<Ticket>(self.view, t)?,
                None => None,
            },
            Kind::Order => return self.order(id),
            _ => None,
        };
        let Some(t) = ticket else { return Ok(self.or_none(Vec::new())) };
        let solver = t.timers.solves.last().and_then(|s| s.by);
        Ok(match self.by {
            By::Agent if kind == Kind::Ticket && still_open => return self.agent(t.assignee),
            By::Agent => return self.agent(solver),
            By::Channel => self.or_none(vec![t.channel.as_str().to_owned()]),
            By::Tag => self.or_none(t.tags),
            By::Priority => vec![t.priority.as_str().to_owned()],
        })
    }

    fn order(&mut self, id: Id) -> Result<Vec<String>, StoreError> {
        let Some(o) = records::get::<Order>(self.view, id)? else { return Ok(self.or_none(Vec::new())) };
        Ok(match self.by {
            By::Agent => return self.agent(o.author),
            By::Channel => self.or_none(vec![o.source]),
            By::Tag => {
                let c = records::get::<Customer>(self.view, o.customer)?;
                self.or_none(c.map(|c| c.tags).unwrap_or_default())
            }
            By::Priority => self.or_none(Vec::new()),
        })
    }

    fn agent(&mut self, id: Option<Id>) -> Result<Vec<String>, StoreError> {
        let Some(id) = id else { return Ok(self.or_none(Vec::new())) };
        if let Some(name) = self.agents.get(&id) {
            return Ok(vec![name.clone()]);
        }
        let name = match records::get::<Agent>(self.view, id)? {
            Some(a) => a.name,
            None => read::name_of(self.view, Kind::Agent, id)?,
        };
        self.agents.insert(id, name.clone());
        Ok(vec![name])
    }

    fn or_none(&self, mut labels: Vec<String>) -> Vec<String> {
        labels.retain(|l| !l.is_empty());
        labels.sort();
        labels.dedup();
        if labels.is_empty() {
            labels.push(self.by.none().to_owned());
        }
        labels
    }
}
