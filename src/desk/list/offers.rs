//! What a desk has that queries may name: for completion, on the screen and in the shell.

use std::collections::BTreeSet;

use super::QueryContext;
use crate::{
    desk::read,
    model::{Id, Key, KeyReader, Kind, Organisation, SavedView, Table, Ticket, fold::fold, number},
    query::{
        Schema,
        complete::{Offer, Source},
        schema::FieldKind,
    },
    store::{Range, Scan, StoreError, View, ViewExt, records},
};

/// Values out of a store: tags, agents, teams, organisations, numbers of records, saved views.
pub struct Offers<'a> {
    view: &'a dyn View,
    asker: &'a QueryContext,
    /// Values and custom fields that the caller has in memory, by the field's name.
    held: &'a dyn Fn(&Schema, &str) -> Vec<String>,
}

impl<'a> Offers<'a> {
    /// Of a view. `held` gives the values of a field that are known without reading, and for `custom` the names of the
    /// house's own fields.
    pub fn new(
        view: &'a dyn View,
        asker: &'a QueryContext,
        held: &'a dyn Fn(&Schema, &str) -> Vec<String>,
    ) -> Offers<'a> {
        Offers { view, asker, held }
    }

    /// The tags of a kind of record: one seek a tag, however many records have it.
    fn tags(&self, kind: Kind) -> Result<Vec<String>, StoreError> {
        let prefix = Key::new().u8(kind.code()).into_bytes();
        let mut range = Range::prefix(prefix);
        let mut out = Vec::new();
        while let Some((key, _)) = self.view.first(Table::IxTag, &range, Scan::Forward)? {
            let mut r = KeyReader(&key);
            let (_, tag) = (r.u8(), r.text());
            let Some(tag) = tag else { break };
            range.start = Key::new().u8(kind.code()).text(&tag).into_bytes();
            range.start.extend([0xff; 17]);
            out.push(tag);
            if out.len() >= MOST_READ {
                break;
            }
        }
        Ok(out)
    }

    fn organisations(&self, starts: &str, most: usize) -> Result<Vec<Offer>, StoreError> {
        let mut range = Range::prefix(Key::new().u8(Kind::Organisation.code()).into_bytes());
        // The index is ordered by folded names: those that begin so stand together.
        if !starts.is_empty() {
            range.start = Key::new().u8(Kind::Organisation.code()).text_prefix(starts).into_bytes();
        }
        let mut out = Vec::new();
        for (key, _) in self.view.page(Table::IxName, &range, Scan::Forward, most)? {
            let Some(id) = key.last_chunk::<16>().map(|b| Id(*b)) else { continue };
            let Some(o) = records::get::<Organisation>(self.view, id)? else { continue };
            if !fold(&o.name).starts_with(starts) {
                break;
            }
            if o.is_live() {
                out.push(Offer { value: o.name, about: String::new() });
            }
        }
        Ok(out)
    }

    /// The newest records of a kind by number, or the customers whose name begins so.
    fn numbers(&self, kind: Kind, starts: &str, most: usize) -> Result<Vec<Offer>, StoreError> {
        let mut out = Vec::new();
        if kind == Kind::Customer && starts.contains(char::is_alphabetic) && !starts.starts_with("c-") {
            let mut range = Range::prefix(Key::new().u8(kind.code()).into_bytes());
            range.start = Key::new().u8(kind.code()).text_prefix(starts).into_bytes();
            for (key, _) in self.view.page(Table::IxName, &range, Scan::Forward, most)? {
                let mut r = KeyReader(&key);
                let (_, name) = (r.u8(), r.text());
                let Some(id) = key.last_chunk::<16>().map(|b| Id(*b)) else { continue };
                if !name.is_some_and(|n| n.starts_with(starts)) {
                    break;
                }
                out.push(self.numbered(kind, id)?);
            }
            return Ok(out);
        }
        let digits: String = starts.chars().filter(char::is_ascii_digit).collect();
        let letter = format!("{}-", kind.letter().to_ascii_lowercase());
        let plain = starts.strip_prefix('#').or(starts.strip_prefix(&letter)).unwrap_or(starts);
        if let Ok(n) = digits.parse::<u64>()
            && plain == digits
            && n > 0
        {
            return self.numbers_from(kind, n, most);
        }
        let prefix = Key::new().u8(kind.code()).into_bytes();
        let page = self.view.page(Table::IxNumber, &Range::prefix(prefix), Scan::Backward, MOST_READ)?;
        for (_, value) in page {
            let Some(id) = value.first_chunk::<16>().map(|b| Id(*b)) else { continue };
            let offer = self.numbered(kind, id)?;
            let begins = digits.is_empty() && fold(&offer.value).starts_with(starts);
            if begins || fold(&offer.about).contains(starts) {
                out.push(offer);
            }
            if out.len() >= most {
                break;
            }
        }
        Ok(out)
    }

    /// The records whose number begins with these digits: itself, then those of a digit more, and so on, the newest first.
    fn numbers_from(&self, kind: Kind, digits: u64, most: usize) -> Result<Vec<Offer>, StoreError> {
        let mut out = Vec::new();
        let (mut low, mut high) = (digits, digits);
        while out.len() < most {
            let at = |n: u64| Key::new().u8(kind.code()).u64(n).into_bytes();
            let range = Range::between(at(low), at(high.saturating_add(1)));
            for (_, value) in self.view.page(Table::IxNumber, &range, Scan::Backward, most - out.len())? {
                let Some(id) = value.first_chunk::<16>().map(|b| Id(*b)) else { continue };
                out.push(self.numbered(kind, id)?);
            }
            let more = low.checked_mul(10).zip(high.checked_mul(10).and_then(|h| h.checked_add(9)));
            let Some((from, to)) = more else { break };
            let all = Range::between(at(from), Key::new().u8(kind.code().saturating_add(1)).into_bytes());
            if self.view.first(Table::IxNumber, &all, Scan::Forward)?.is_none() {
                break;
            }
            (low, high) = (from, to);
        }
        Ok(out)
    }

    fn numbered(&self, kind: Kind, id: Id) -> Result<Offer, StoreError> {
        let value = read::number_of(self.view, kind, id)?;
        let about = match kind {
            Kind::Ticket => records::get::<Ticket>(self.view, id)?.map(|t| t.subject).unwrap_or_default(),
            _ => read::name_of(self.view, kind, id)?,
        };
        Ok(Offer { about: if about == value { String::new() } else { about }, value })
    }

    fn all(&self, schema: &Schema, field: &str, starts: &str, most: usize) -> Result<Vec<Offer>, StoreError> {
        let def = schema.field(field).map(|f| f.def);
        let plain = |value: String| Offer { value, about: String::new() };
        Ok(match (def.map(|d| d.kind), field, schema.kind) {
            (Some(FieldKind::Person), ..) => {
                let live = self.asker.roster.agents().filter(|a| a.archived_at.is_none());
                let mut all: Vec<Offer> = live
                    .filter(|a| fold(&a.handle).starts_with(starts) || fold(&a.name).contains(starts))
                    .map(|a| Offer { value: format!("@{}", a.handle), about: a.name.clone() })
                    .collect();
                all.sort_by(|a, b| a.value.cmp(&b.value));
                all
            }
            (_, "tag", Some(kind)) => self.tags(kind)?.into_iter().map(plain).collect(),
            (_, "team", _) => {
                let mut all: Vec<String> = self.asker.roster.teams().map(|t| t.name.clone()).collect();
                all.sort();
                all.into_iter().map(plain).collect()
            }
            (_, "org", _) => self.organisations(starts, most)?,
            (Some(FieldKind::Ref(kind)), ..) => self.numbers(kind, starts, most)?,
            (Some(FieldKind::Id), _, Some(kind)) if number::show(kind, 1).contains('-') => {
                self.numbers(kind, starts, most)?
            }
            _ => (self.held)(schema, field).into_iter().map(plain).collect(),
        })
    }
}

/// The most values that are read to offer some of them.
const MOST_READ: usize = 300;

impl Source for Offers<'_> {
    fn values(&self, schema: &Schema, field: &str, starts: &str, most: usize) -> Vec<Offer> {
        // What cannot be read is not offered: the query itself says why.
        let mut out = self.all(schema, field, starts, most).unwrap_or_default();
        out.retain(|o| fold(&o.value).contains(starts) || fold(&o.about).contains(starts));
        let mut seen = BTreeSet::new();
        out.retain(|o| seen.insert(o.value.clone()));
        out.truncate(most);
        out
    }

    fn custom(&self, schema: &Schema) -> Vec<String> {
        (self.held)(schema, "custom")
    }

    fn sensitive(&self) -> bool {
        self.asker.sensitive
    }

    fn views(&self, schema: &Schema) -> Vec<(String, String)> {
        let all = super::segment::views(self.view, self.asker.me).unwrap_or_default().into_iter();
        let live = all.filter(|v| v.entity == schema.entity && v.frozen_at.is_none());
        live.map(|v| (v.name, v.query)).collect()
    }

    fn segments(&self, schema: &Schema) -> Vec<(String, String)> {
        let all = super::segment::views(self.view, self.asker.me).unwrap_or_default().into_iter();
        let own = all.filter(|v| v.entity == schema.entity);
        let about = |v: &SavedView| match v.frozen_at {
            Some(at) => format!("{} on {}", v.members.len(), self.asker.zone.day(at)),
            None => v.query.clone(),
        };
        own.map(|v| (v.name.clone(), about(&v))).collect()
    }
}
