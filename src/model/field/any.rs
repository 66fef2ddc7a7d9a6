//! A record of any kind, read through the table of its kind: what lists, pages and exports of kinds without code of their
//! own are made of.

use std::{any::Any, collections::BTreeMap, fmt};

use serde_json::Value;

use super::{Datum, Declared, FieldDef, FieldKind, Read};
use crate::model::{Id, Kind, Stamp, shape};

/// A record of any kind.
pub trait AnyRecord: Any + Send + Sync + fmt::Debug {
    /// Its kind.
    fn kind(&self) -> Kind;
    /// Its id.
    fn record_id(&self) -> Id;
    /// Every field of its kind.
    fn defs(&self) -> &'static [FieldDef];
    /// Gives every value of the field at a place of the table to `out`.
    fn each_at<'a>(&'a self, place: usize, out: &mut dyn FnMut(Datum<'a>));
    /// The text of the field at a place of the table, as [`Read::text`](super::Read::text).
    fn text_at(&self, place: usize, show: &dyn Fn(Datum<'_>) -> String) -> String;
    /// Its name for people; empty where its kind is not declared as an [`Entity`](super::Entity).
    fn title(&self) -> &str;
    /// Whether it is neither archived nor merged, as far as its kind is declared as an [`Entity`](super::Entity).
    fn is_current(&self) -> bool;
    /// The customer whose history it is part of, as far as its kind is declared as an [`Entity`](super::Entity).
    fn customer(&self) -> Option<Id>;
    /// Its custom fields, where its kind has them.
    fn custom(&self) -> Option<&BTreeMap<String, String>>;
    /// What its history says of a moment: the stage that a deal reached then.
    fn history_at(&self, at: Stamp) -> Option<&str>;
    /// All of it as JSON: see [`shape::to_full_json`].
    fn full_json(&self, sensitive: bool, stamp: &dyn Fn(i64) -> Value) -> Value;
    /// Whether another record has the same fields.
    fn is_equal(&self, other: &dyn AnyRecord) -> bool;
}

impl<T: Declared> AnyRecord for T {
    fn kind(&self) -> Kind {
        T::KIND
    }

    fn record_id(&self) -> Id {
        self.id()
    }

    fn defs(&self) -> &'static [FieldDef] {
        T::DEFS
    }

    fn each_at<'a>(&'a self, place: usize, out: &mut dyn FnMut(Datum<'a>)) {
        if let Some(spec) = T::TABLE.get(place) {
            spec.read.each(self, out);
        }
    }

    fn text_at(&self, place: usize, show: &dyn Fn(Datum<'_>) -> String) -> String {
        T::TABLE.get(place).map_or_else(String::new, |spec| spec.read.text(self, show))
    }

    fn title(&self) -> &str {
        T::ENTITY.map_or("", |e| (e.title)(self))
    }

    fn is_current(&self) -> bool {
        T::ENTITY.is_none_or(|e| (e.archived_at)(self).is_none())
    }

    fn customer(&self) -> Option<Id> {
        T::ENTITY.and_then(|e| *(e.customer)(self))
    }

    fn custom(&self) -> Option<&BTreeMap<String, String>> {
        T::TABLE.iter().find_map(|s| if let Read::Custom(get) = s.read { Some(get(self)) } else { None })
    }

    fn history_at(&self, at: Stamp) -> Option<&str> {
        T::ENTITY.and_then(|e| (e.history_at)(self, at))
    }

    fn full_json(&self, sensitive: bool, stamp: &dyn Fn(i64) -> Value) -> Value {
        shape::to_full_json(self, sensitive, stamp)
    }

    fn is_equal(&self, other: &dyn AnyRecord) -> bool {
        let other: &dyn Any = other;
        other.downcast_ref::<T>() == Some(self)
    }
}

impl dyn AnyRecord {
    /// The place of a field in the table, by its name.
    pub fn place(&self, field: &str) -> Option<usize> {
        self.defs().iter().position(|d| d.name == field)
    }

    /// Gives every value of a field to `out`.
    pub fn each<'a>(&'a self, field: &str, out: &mut dyn FnMut(Datum<'a>)) {
        if let Some(place) = self.place(field) {
            self.each_at(place, out);
        }
    }

    /// The number that people see; 0 where there is none.
    pub fn number(&self) -> u64 {
        let mut number = 0;
        if let Some(place) = self.defs().iter().position(|d| d.kind == FieldKind::Id) {
            self.each_at(place, &mut |d| {
                if let Datum::Number(n) = d {
                    number = u64::try_from(n).unwrap_or_default();
                }
            });
        }
        number
    }

    /// The records that it names in fields that queries ask for by number or name.
    pub fn links(&self) -> Vec<(Kind, Id)> {
        let mut out = Vec::new();
        for (place, def) in self.defs().iter().enumerate() {
            if def.query && matches!(def.kind, FieldKind::Ref(_)) {
                self.each_at(place, &mut |d| {
                    if let Datum::Link(kind, id) = d {
                        out.push((kind, id));
                    }
                });
            }
        }
        out
    }

    /// The moment of a field, where it is one.
    pub fn moment(&self, field: &str) -> Option<Stamp> {
        let mut found = None;
        self.each(field, &mut |d| {
            if let Datum::At(at) = d {
                found = Some(at);
            }
        });
        found
    }

    /// The texts of a record that full-text search looks into: every text field of the table, each on a line.
    pub fn texts(&self) -> String {
        let mut out = String::new();
        for (place, def) in self.defs().iter().enumerate() {
            if def.kind == FieldKind::Text && def.query && !def.sensitive && def.name != "external" {
                self.each_at(place, &mut |d| {
                    let text = match &d {
                        Datum::Text(t) => t,
                        Datum::Owned(t) => t.as_str(),
                        _ => return,
                    };
                    if !out.is_empty() {
                        out.push('\n');
                    }
                    out.push_str(text);
                });
            }
        }
        out
    }
}
