//! Records with what belongs to them, as queries see them: one file for each kind of record.
//!
//! A row borrows: the caller reads the record and what it names, and says what it knows beside it (counts, what is
//! unread, the text of messages). What the caller does not know is a missing value.

mod customer;
mod history;
mod log;
mod order;
mod organisation;
mod outbox;
mod plain;
mod task;
mod ticket;

use std::{
    borrow::Cow,
    collections::{BTreeMap, HashMap},
};

use super::Value;
use crate::model::{
    Agent, Customer, Id, Kind, Team, Ticket,
    customer::Address,
    field::{AnyRecord, Datum},
    fold::{fold, fold_name, is_unspaced},
};

pub use customer::{CustomerFacts, CustomerRow, History};
pub use history::{InteractionRow, MessageRow, ResponseRow};
pub use log::LoggedRow;
pub use order::OrderRow;
pub use organisation::OrganisationRow;
pub use outbox::OutboxRow;
pub use plain::PlainRow;
pub use task::TaskRow;
pub use ticket::TicketRow;

/// Who works at the desk: the agents and teams that records name.
#[derive(Debug, Clone, Default)]
pub struct Roster {
    agents: HashMap<Id, Agent>,
    teams: HashMap<Id, Team>,
}

impl Roster {
    /// The roster of these agents and teams.
    pub fn new(agents: impl IntoIterator<Item = Agent>, teams: impl IntoIterator<Item = Team>) -> Roster {
        Roster {
            agents: agents.into_iter().map(|a| (a.id, a)).collect(),
            teams: teams.into_iter().map(|t| (t.id, t)).collect(),
        }
    }

    /// An agent.
    pub fn agent(&self, id: Id) -> Option<&Agent> {
        self.agents.get(&id)
    }

    /// A team.
    pub fn team(&self, id: Id) -> Option<&Team> {
        self.teams.get(&id)
    }

    /// Every agent, in no order.
    pub fn agents(&self) -> impl Iterator<Item = &Agent> {
        self.agents.values()
    }

    /// Every team, in no order.
    pub fn teams(&self) -> impl Iterator<Item = &Team> {
        self.teams.values()
    }
}

/// A record that a field of another names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Linked {
    /// Which.
    pub id: Id,
    /// The number that people see.
    pub number: u64,
    /// Its name or subject.
    pub name: String,
}

/// What a row knows of the records that its own names.
#[derive(Clone, Copy)]
struct Around<'v> {
    roster: Option<&'v Roster>,
    links: &'v [Linked],
}

impl<'v> Around<'v> {
    /// Agents and teams.
    fn of(roster: &'v Roster) -> Around<'v> {
        Around { roster: Some(roster), links: &[] }
    }
}

/// Collects the values of one field; empty texts are no values.
struct Out<'o, 'v>(&'o mut Vec<Value<'v>>);

impl<'v> Out<'_, 'v> {
    fn text(&mut self, text: &'v str) {
        if !text.trim().is_empty() {
            self.0.push(Value::text(text));
        }
    }

    fn owned(&mut self, text: String) {
        if !text.trim().is_empty() {
            self.0.push(Value::Text(Cow::Owned(text)));
        }
    }

    fn texts(&mut self, texts: impl IntoIterator<Item = &'v String>) {
        for t in texts {
            self.text(t);
        }
    }

    /// The states that are true.
    fn states(&mut self, states: impl IntoIterator<Item = (&'v str, bool)>) {
        for (state, is) in states {
            if is {
                self.text(state);
            }
        }
    }

    fn date(&mut self, at: Option<i64>) {
        self.0.extend(at.map(Value::Date));
    }

    fn duration(&mut self, ms: Option<i64>) {
        self.0.extend(ms.map(Value::Duration));
    }

    fn number(&mut self, n: impl TryInto<i64>) {
        self.0.extend(n.try_into().ok().map(Value::Number));
    }

    /// An agent; one missing from the roster still counts.
    fn person(&mut self, id: Option<Id>, roster: &'v Roster) {
        self.0.extend(id.map(|id| match roster.agent(id) {
            Some(a) => Value::Person { id, name: &a.name, handle: &a.handle },
            None => Value::Person { id, name: "", handle: "" },
        }));
    }

    /// A customer, by name and by number.
    fn customer(&mut self, customer: Option<&'v Customer>) {
        if let Some(c) = customer {
            self.owned(c.display_name());
            self.number(c.number);
        }
    }

    /// The ways in which a person is called.
    fn names(&mut self, c: &'v Customer) {
        self.owned(c.display_name());
        self.text(&c.nickname);
        self.text(&c.phonetic);
    }

    fn emails(&mut self, customer: Option<&'v Customer>) {
        for e in customer.iter().flat_map(|c| &c.emails) {
            self.text(&e.address);
        }
    }

    /// A ticket, by subject and by number.
    fn ticket(&mut self, ticket: Option<&'v Ticket>) {
        if let Some(t) = ticket {
            self.text(&t.subject);
            self.number(t.number);
        }
    }

    /// The field of a record as its kind declares it.
    fn declared(&mut self, field: &str, record: &'v dyn AnyRecord, around: Around<'v>) {
        record.each(field, &mut |d| match d {
            Datum::Text(t) => self.text(t),
            Datum::Owned(t) => self.owned(t),
            Datum::Number(n) => self.number(n),
            Datum::Money(minor, code) => self.0.push(Value::Money(minor, code.into())),
            Datum::At(at) => self.date(Some(at)),
            Datum::Day(day) => self.0.push(Value::Day(day)),
            Datum::Duration(ms) => self.duration(Some(ms)),
            Datum::Link(Kind::Agent, id) => {
                if let Some(roster) = around.roster {
                    self.person(Some(id), roster);
                }
            }
            Datum::Link(Kind::Team, id) => {
                self.text(around.roster.and_then(|r| r.team(id)).map_or("", |t| &t.name));
            }
            Datum::Link(_, id) => {
                for l in around.links.iter().filter(|l| l.id == id) {
                    self.text(&l.name);
                    self.number(l.number);
                }
            }
        });
    }

    fn addresses(&mut self, addresses: &'v [Address], part: fn(&Address) -> &String) {
        self.texts(addresses.iter().map(part));
    }

    /// The custom field behind `custom.`; signs and case in its name do not matter.
    fn custom(&mut self, field: &str, fields: &'v BTreeMap<String, String>) {
        if let Some(name) = field.strip_prefix("custom.").map(fold_name) {
            self.texts(fields.iter().filter(|(k, _)| fold_name(k) == name).map(|(_, v)| v));
        }
    }
}

/// A name; one in a script without word separators with its sound in Latin letters under it, so that who cannot
/// write it finds it in running texts too.
fn spoken(name: String) -> String {
    if name.chars().any(is_unspaced) { format!("{name}\n{}", fold(&name)) } else { name }
}

/// Texts under each other, the empty ones left out.
fn lines<'t>(texts: impl IntoIterator<Item = &'t str>) -> String {
    let mut out = String::new();
    for t in texts.into_iter().filter(|t| !t.is_empty()) {
        if !out.is_empty() {
            out.push('\n');
        }
        out.push_str(t);
    }
    out
}

#[cfg(test)]
mod tests;
