//! The fields of all customers in memory, a column each: what lists are filtered and sorted by.
//!
//! - [`Columns`]: contains them; [`Columns::put`] takes a customer as queries see it
//! - [`Columns::meeting`]: the rows that meet a query; what no column knows is asked of the record, for those alone that
//!   may meet it
//! - [`Columns::first`], [`Columns::ordered`]: rows in the order of a query
//!
//! Inside: `meet`, the conditions of a query by what the columns know; `bits`, sets of rows; `text`, `plain`, `number`, the
//! columns by what they contain; `order`; `history`, the totals of customers' tickets and orders in one pass; `save`, how they
//! are saved beside the store.
//!
//! The fields are those of the schema, and their values what [`Row::values`] gives: so that the answers are those of the
//! naive evaluator, which stays the judge.

mod bits;
mod history;
mod meet;
mod number;
mod order;
mod plain;
pub(super) mod save;
#[cfg(test)]
mod tests;
mod text;

use std::collections::{BTreeMap, BTreeSet, HashMap};

pub use bits::Bits;
pub use history::{Histories, customer};

use self::{
    number::{Numbers, Sums, put},
    plain::{END, Plain},
    text::Texts,
};
use crate::{
    find::snapshot::carry::saved,
    model::{
        Customer, Id,
        fold::{fold_name, fold_text, is_unspaced},
    },
    query::{
        Row, Value,
        bind::Test,
        eval,
        rows::Roster,
        schema::{CUSTOMERS, FieldDef, FieldKind},
    },
};

/// The fields in whose values bare words are looked for.
const TEXT: &[&str] = &["name", "email", "phone", "org", "handle", "city", "country", "tag", "note"];

/// One field of all rows.
#[derive(Debug, Clone)]
enum Column {
    Texts(Texts),
    Numbers(Numbers),
    Sums(Sums),
    People(People),
}

/// Agents of rows, coded.
#[derive(Debug, Clone, Default)]
struct People {
    ids: Vec<Id>,
    /// Place among the ids, from one; no one: 0.
    rows: Vec<u16>,
}
saved!(People { ids, rows });

/// The fields of all customers.
#[derive(Debug, Clone)]
pub struct Columns {
    ids: Vec<Id>,
    /// Rows up to here are in the order of their ids.
    in_order: usize,
    /// The rows of the others.
    later: HashMap<Id, u32>,
    there: Bits,
    fields: Vec<Column>,
    /// With which letters and digits the words of each row's text begin: a bit each.
    begins: Vec<u64>,
    /// The rows with letters of scripts that put no space between words, and their whole text: in it such letters are
    /// themselves, and not as they sound.
    unspaced: Bits,
    whole: Plain,
    /// The digits of telephone numbers alone.
    digits: Texts,
    custom: BTreeMap<String, Texts>,
    /// The names of the custom fields as they are written.
    custom_names: BTreeSet<String>,
    roster: Roster,
    /// Texts are coded while no more of them are different.
    most_codes: usize,
}

impl Default for Columns {
    fn default() -> Self {
        let column = |f: &FieldDef| match f.kind {
            FieldKind::Number
            | FieldKind::Date(_)
            | FieldKind::Day(_)
            | FieldKind::Duration
            | FieldKind::Id => Column::Numbers(Numbers::default()),
            FieldKind::Money => Column::Sums(Sums::default()),
            FieldKind::Person => Column::People(People::default()),
            _ => Column::Texts(Texts::default()),
        };
        Columns {
            ids: Vec::new(),
            in_order: 0,
            later: HashMap::new(),
            there: Bits::none(0),
            fields: held().map(column).collect(),
            begins: Vec::new(),
            unspaced: Bits::none(0),
            whole: Plain::default(),
            digits: Texts::default(),
            custom: BTreeMap::new(),
            custom_names: BTreeSet::new(),
            roster: Roster::default(),
            most_codes: text::MOST_CODES,
        }
    }
}

/// The fields that are held: those that are asked for every day.
fn held() -> impl Iterator<Item = &'static FieldDef> {
    CUSTOMERS.fields.iter().filter(|f| !f.rare)
}

impl Columns {
    /// Of an absent id.
    pub fn new() -> Columns {
        Columns::default()
    }

    /// How many customers it contains, archived and merged ones too.
    pub fn count(&self) -> usize {
        self.there.count()
    }

    /// The customer of a row.
    pub fn id(&self, row: u32) -> Option<Id> {
        self.ids.get(row as usize).copied()
    }

    /// The row of a customer.
    pub fn row(&self, id: Id) -> Option<u32> {
        let row = match self.ids.get(..self.in_order).unwrap_or_default().binary_search(&id) {
            Ok(at) => u32::try_from(at).ok()?,
            Err(_) => *self.later.get(&id)?,
        };
        self.there.has(row as usize).then_some(row)
    }

    /// Whether a customer is held that the rows' place remembers, there or not.
    fn place(&mut self, id: Id) -> usize {
        if let Ok(at) = self.ids.get(..self.in_order).unwrap_or_default().binary_search(&id) {
            return at;
        }
        if let Some(at) = self.later.get(&id) {
            return *at as usize;
        }
        let at = self.ids.len();
        if self.in_order == at && self.ids.last().is_none_or(|last| *last < id) {
            self.in_order += 1;
        } else {
            self.later.insert(id, u32::try_from(at).unwrap_or(u32::MAX));
        }
        self.ids.push(id);
        at
    }

    /// Agents and teams, by which people are asked for.
    pub fn set_roster(&mut self, roster: Roster) {
        self.roster = roster;
    }

    /// The agents and teams.
    pub fn roster(&self) -> &Roster {
        &self.roster
    }

    /// Takes the current state of a customer.
    pub fn put(&mut self, id: Id, row: &dyn Row, custom: &BTreeMap<String, String>) {
        let at = self.place(id);
        self.there.set(at, true);
        let mut values = Vec::new();
        let mut digits = Vec::new();
        for (def, column) in held().zip(&mut self.fields) {
            values.clear();
            if def.kind != FieldKind::Custom {
                row.values(def.name, &mut values);
            }
            match column {
                Column::Texts(t) => {
                    let texts: Vec<&str> = values.iter().filter_map(text_of).collect();
                    if def.kind == FieldKind::Phone {
                        let figures = |t: &&str| t.chars().filter(char::is_ascii_digit).collect::<String>();
                        digits = texts.iter().map(figures).collect();
                    }
                    // Words of a few are few, and ordered by their place among them.
                    let words = matches!(def.kind, FieldKind::Enum | FieldKind::States);
                    t.set(at, &texts, if words { text::MOST_CODES } else { self.most_codes });
                }
                Column::Numbers(n) => {
                    let rank = values.first().and_then(Value::rank);
                    n.set(at, rank.and_then(|r| i64::try_from(r).ok()));
                }
                Column::Sums(s) => {
                    let sum = |v: &Value<'_>| match v {
                        Value::Money(minor, code) => Some((*minor, code.to_string())),
                        _ => None,
                    };
                    s.set(at, values.iter().filter_map(sum).collect());
                }
                Column::People(p) => p.set(
                    at,
                    values.first().and_then(|v| match v {
                        Value::Person { id, .. } => Some(*id),
                        _ => None,
                    }),
                ),
            }
        }
        let mut begins = 0;
        for field in TEXT {
            if let Some((_, Column::Texts(t))) = self.column(field) {
                begins |= beginnings(t.folded(at));
            }
        }
        let text = row.text();
        let unspaced = !text.is_ascii() && text.contains(is_unspaced);
        if unspaced {
            let text = fold_text(&text) + &String::from(END);
            begins = beginnings(&text);
            self.whole.set(at, &text);
        } else if self.unspaced.has(at) {
            self.whole.set(at, "");
        }
        if unspaced != self.unspaced.has(at) {
            self.unspaced.set(at, unspaced);
        }
        put(&mut self.begins, at, begins, 0);
        // A value contained in another one adds nothing: the number as written in the one as dialled.
        let own = |(i, d): (usize, &String)| {
            let in_other = |(j, o): (usize, &String)| j != i && o.contains(d.as_str()) && (o != d || j < i);
            (!digits.iter().enumerate().any(in_other)).then(|| d.clone())
        };
        let own: Vec<String> = digits.iter().enumerate().filter_map(own).collect();
        self.digits.set(at, &own.iter().map(String::as_str).collect::<Vec<_>>(), self.most_codes);
        let mut named: BTreeMap<String, Vec<&str>> = BTreeMap::new();
        for (name, value) in custom.iter().filter(|(_, v)| !v.trim().is_empty()) {
            if !self.custom_names.contains(name) {
                self.custom_names.insert(name.clone());
            }
            named.entry(fold_name(name)).or_default().push(value);
        }
        for (name, texts) in &mut self.custom {
            texts.set(at, &named.remove(name).unwrap_or_default(), self.most_codes);
        }
        for (name, values) in named {
            self.custom.entry(name).or_default().set(at, &values, self.most_codes);
        }
    }

    /// Takes a customer's record with what belongs to it.
    pub fn put_customer(&mut self, customer: &Customer, row: &dyn Row) {
        self.put(customer.id, row, &customer.custom);
    }

    /// Takes a customer out: there is no such record any more.
    pub fn remove(&mut self, id: Id) {
        struct Nothing;
        impl Row for Nothing {
            fn values<'a>(&'a self, _: &str, _: &mut Vec<Value<'a>>) {}
            fn text(&self) -> std::borrow::Cow<'_, str> {
                "".into()
            }
            fn number(&self) -> Option<u64> {
                None
            }
        }
        if let Some(row) = self.row(id) {
            // Nothing of an erased person stays in memory.
            self.put(id, &Nothing, &BTreeMap::new());
            self.there.set(row as usize, false);
        }
    }

    /// Gives back memory that was reserved and makes ready what sorting needs: after loading.
    pub fn settle(&mut self) {
        self.ids.shrink_to_fit();
        for (def, column) in held().zip(&mut self.fields) {
            match column {
                Column::Texts(t) => t.settle(def),
                Column::Numbers(n) => n.shrink(),
                Column::Sums(s) => s.shrink(),
                Column::People(p) => p.rows.shrink_to_fit(),
            }
        }
        let custom = held().find(|f| f.kind == FieldKind::Custom);
        if let Some(def) = custom {
            self.custom.values_mut().chain([&mut self.digits]).for_each(|t| t.settle(def));
        }
    }

    /// The bytes that all of it takes, of texts without what the allocator adds.
    pub fn bytes(&self) -> usize {
        let column = |c: &Column| match c {
            Column::Texts(t) => t.bytes(),
            Column::Numbers(n) => n.bytes(),
            Column::Sums(s) => s.bytes(),
            Column::People(p) => p.rows.capacity() * 2,
        };
        let columns: usize = self.fields.iter().map(column).sum();
        let custom: usize = self.custom.values().chain([&self.digits]).map(Texts::bytes).sum();
        columns
            + custom
            + self.ids.capacity() * 16
            + self.begins.capacity() * 8
            + self.whole.bytes()
            + self.there.bytes()
            + self.later.capacity() * 24
    }

    /// The different values of a field, for completion: the commonest kinds of texts alone, at most this many.
    pub fn offered(&self, field: &str, most: usize) -> Vec<String> {
        let texts = match field.strip_prefix("custom.") {
            Some(name) => self.custom.get(&fold_name(name)),
            None => {
                self.column(field).and_then(|(_, c)| if let Column::Texts(t) = c { Some(t) } else { None })
            }
        };
        let all: BTreeSet<&str> = texts.iter().flat_map(|t| t.offered()).collect();
        all.into_iter().take(most).map(str::to_owned).collect()
    }

    /// The names of custom fields.
    pub fn custom_names(&self) -> impl Iterator<Item = &str> {
        self.custom_names.iter().map(String::as_str)
    }

    fn column(&self, name: &str) -> Option<(&'static FieldDef, &Column)> {
        held().zip(&self.fields).find(|(f, _)| f.name == name)
    }
}

/// The bit of a letter or digit that words begin with.
fn bit(c: char) -> Option<u64> {
    match c {
        'a'..='z' => Some(1 << (u32::from(c) - u32::from('a'))),
        '0'..='9' => Some(1 << (26 + u32::from(c) - u32::from('0'))),
        _ => None,
    }
}

/// The bits of all that words of a folded text begin with.
fn beginnings(text: &str) -> u64 {
    let (mut out, mut inside) = (0, false);
    for c in text.chars() {
        if !inside {
            out |= bit(c).unwrap_or(0);
        }
        inside = c.is_alphanumeric() && !is_unspaced(c);
    }
    out
}

fn text_of<'v>(value: &'v Value<'_>) -> Option<&'v str> {
    match value {
        Value::Text(t) => Some(t),
        _ => None,
    }
}

impl People {
    fn set(&mut self, row: usize, who: Option<Id>) {
        let code = who.and_then(|id| {
            let at = self.ids.iter().position(|i| *i == id).unwrap_or_else(|| {
                self.ids.push(id);
                self.ids.len() - 1
            });
            u16::try_from(at + 1).ok()
        });
        put(&mut self.rows, row, code.unwrap_or(0), 0);
    }

    fn meeting(&self, tests: &[Test], roster: &Roster, len: usize) -> Bits {
        let matches = |id: &Id| {
            let value = person(*id, roster);
            tests.iter().any(|t| matches!(t, Test::Present) || eval::passes(t, &value))
        };
        let missing = tests.iter().any(|t| matches!(t, Test::Missing));
        let table: Vec<bool> = std::iter::once(missing).chain(self.ids.iter().map(matches)).collect();
        Bits::of(number::words(&self.rows, |c| table.get(usize::from(c)) == Some(&true)), len)
    }
}

/// An agent as queries see one.
fn person(id: Id, roster: &Roster) -> Value<'_> {
    let agent = roster.agent(id);
    Value::Person {
        id,
        name: agent.map_or("", |a| a.name.as_str()),
        handle: agent.map_or("", |a| a.handle.as_str()),
    }
}
