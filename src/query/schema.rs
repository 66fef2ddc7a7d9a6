//! Which fields each kind of record has in queries: their names, what they contain, and what can be asked of them.

mod join;
mod tables;

use super::suggest::nearest;
use crate::model::Kind;

pub use crate::model::field::{FieldDef, FieldKind};

pub use join::{HAS_FIELD, JOINS, Join, Link};

pub use tables::{
    CUSTOMERS, INTERACTIONS, LOG, MESSAGES, ORDERS, ORGANISATIONS, OUTBOX, RESPONSES, TASKS, TICKETS,
};

/// The fields of one kind of record.
#[derive(Debug, PartialEq, Eq)]
pub struct Schema {
    /// What is listed, as the CLI says it: `tickets`.
    pub entity: &'static str,
    /// The kind of record; `None` for the log.
    pub kind: Option<Kind>,
    /// The fields, the most asked first.
    pub fields: &'static [FieldDef],
}

/// A field as a query names it: its definition, and the name after `custom.`.
#[derive(Debug, Clone, Copy)]
pub struct NamedField {
    /// The definition.
    pub def: &'static FieldDef,
    /// Where the custom name begins in what was asked for.
    pub custom_from: Option<usize>,
}

impl Schema {
    /// The schemas of the kinds with their own rows, and of the log.
    const ALL: &'static [&'static Schema] = &[
        &CUSTOMERS,
        &ORGANISATIONS,
        &TICKETS,
        &MESSAGES,
        &INTERACTIONS,
        &ORDERS,
        &TASKS,
        &RESPONSES,
        &OUTBOX,
        &LOG,
    ];

    /// Every schema.
    pub fn all() -> impl Iterator<Item = &'static Schema> {
        Schema::ALL.iter().copied().chain(tables::PLAIN.iter())
    }

    /// The schema of a kind.
    pub fn of_kind(kind: Kind) -> Option<&'static Schema> {
        Schema::all().find(|s| s.kind == Some(kind))
    }

    /// The schema of `tickets` or `ticket`.
    pub fn of(entity: &str) -> Option<&'static Schema> {
        let entity =
            if entity == "organizations" || entity == "organization" { "organisations" } else { entity };
        Schema::all().find(|s| {
            s.entity == entity
                || s.entity.strip_suffix('s') == Some(entity)
                || s.kind.is_some_and(|k| k.word() == entity)
        })
    }

    /// The field of a name or alias, in lower case.
    pub fn field(&self, name: &str) -> Option<NamedField> {
        if let Some(def) = self.fields.iter().find(|f| f.name == name || f.aliases.contains(&name)) {
            return (def.kind != FieldKind::Custom).then_some(NamedField { def, custom_from: None });
        }
        let (prefix, own) = name.split_once('.')?;
        let def = self.fields.iter().find(|f| f.kind == FieldKind::Custom)?;
        let fits = (prefix == def.name || def.aliases.contains(&prefix)) && !own.is_empty();
        fits.then_some(NamedField { def, custom_from: Some(prefix.len() + 1) })
    }

    /// The fields that may be named to someone: without the permission, none that is sensitive.
    pub fn fields_for(&self, sensitive: bool) -> impl Iterator<Item = &'static FieldDef> + Clone {
        self.fields.iter().filter(move |f| sensitive || !f.sensitive)
    }

    /// The name nearest to one that is no field, among those that may be named.
    pub fn nearest(&self, name: &str, sensitive: bool) -> Option<&'static str> {
        let fields = self.fields_for(sensitive);
        nearest(name, fields.clone().map(|f| f.name))
            .or_else(|| nearest(name, fields.flat_map(|f| f.aliases.iter().copied())))
    }
}
