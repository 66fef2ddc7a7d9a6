//! What a record looks like: the short names of its fields on disk beside the long ones that people and JSON use.

use std::collections::BTreeMap;

use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Map, Value};

use super::{Day, Id};

/// One field: its name on disk, its name for people, and the fields inside it.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    /// One or two letters, never used again for anything else.
    pub short: &'static str,
    /// The name of the code, the screen and JSON.
    pub long: &'static str,
    /// The fields of what is in it, where it is a structure or a list of one.
    pub inner: &'static [Field],
    /// Its type as the code writes it: `Option<Stamp>`.
    pub ty: &'static str,
    /// Whether it is shown only to those with the permission to see sensitive fields.
    pub sensitive: bool,
    /// Its empty value, as JSON.
    pub blank: fn() -> Value,
}

/// A type that may be in a record.
pub trait Shape {
    /// Its fields; none for plain values.
    const FIELDS: &'static [Field] = &[];
}

impl Shape for String {}
impl Shape for bool {}
impl Shape for i64 {}
impl Shape for u64 {}
impl Shape for u32 {}
impl Shape for u16 {}
impl Shape for u8 {}
impl Shape for Id {}
impl Shape for Day {}
impl Shape for BTreeMap<String, String> {}
impl<T: Shape> Shape for Option<T> {
    const FIELDS: &'static [Field] = T::FIELDS;
}
impl<T: Shape> Shape for Vec<T> {
    const FIELDS: &'static [Field] = T::FIELDS;
}

fn rename(v: Value, fields: &'static [Field], to_long: bool) -> Value {
    match v {
        Value::Array(a) => Value::Array(a.into_iter().map(|v| rename(v, fields, to_long)).collect()),
        Value::Object(o) if !fields.is_empty() => {
            let mut out = Map::new();
            for (k, v) in o {
                let field = fields.iter().find(|f| k == if to_long { f.short } else { f.long });
                let (name, inner) = match field {
                    Some(f) => (if to_long { f.long } else { f.short }.to_owned(), f.inner),
                    None => (k, &[] as &[Field]),
                };
                out.insert(name, rename(v, inner, to_long));
            }
            Value::Object(out)
        }
        v => v,
    }
}

/// The record as JSON with the long names of its fields; empty fields are left out.
pub fn to_json<T: Serialize + Shape>(record: &T) -> Value {
    // Records contain nothing that JSON cannot; a value that did would show as null rather than stop an export.
    rename(serde_json::to_value(record).unwrap_or(Value::Null), T::FIELDS, true)
}

/// The record as JSON with every field of its kind, in their order: unset fields are included empty, so that a program that
/// reads it finds the same names each time. `stamp` says how a time is written; without `sensitive`, the fields that are
/// so are left out, their names too.
pub fn to_full_json<T: Serialize + Shape>(
    record: &T,
    sensitive: bool,
    stamp: &dyn Fn(i64) -> Value,
) -> Value {
    filled(serde_json::to_value(record).unwrap_or(Value::Null), T::FIELDS, sensitive, stamp)
}

fn filled(v: Value, fields: &'static [Field], sensitive: bool, stamp: &dyn Fn(i64) -> Value) -> Value {
    match v {
        Value::Array(a) => Value::Array(a.into_iter().map(|v| filled(v, fields, sensitive, stamp)).collect()),
        Value::Object(mut o) if !fields.is_empty() => {
            let mut out = Map::new();
            for f in fields {
                let value = o.remove(f.short).unwrap_or_else(f.blank);
                if f.sensitive && !sensitive {
                    continue;
                }
                let value = if f.ty.contains("Stamp") {
                    stamped(value, stamp)
                } else {
                    filled(value, f.inner, sensitive, stamp)
                };
                out.insert(f.long.to_owned(), value);
            }
            out.extend(o);
            Value::Object(out)
        }
        v => v,
    }
}

fn stamped(v: Value, stamp: &dyn Fn(i64) -> Value) -> Value {
    match v {
        Value::Array(a) => Value::Array(a.into_iter().map(|v| stamped(v, stamp)).collect()),
        v => v.as_i64().map_or(v, stamp),
    }
}

/// The record of a JSON value with long names.
///
/// # Errors
/// Where a field has the wrong type.
pub fn from_json<T: DeserializeOwned + Shape>(v: Value) -> Result<T, serde_json::Error> {
    serde_json::from_value(rename(v, T::FIELDS, false))
}

/// Whether a field is empty: such fields are not written.
pub fn is_default<T: Default + PartialEq>(v: &T) -> bool {
    *v == T::default()
}

/// Whether a field of a record is marked: `[sensitive]`.
macro_rules! marked {
    () => {
        false
    };
    (sensitive) => {
        true
    };
}

/// Makes a structure of fields with short names on disk; every field may be absent and is then empty. A field whose type
/// is followed by `[sensitive]` is shown only to those with the permission: see [`sensitive`](super::sensitive).
macro_rules! fields {
    ($(#[$doc:meta])* $name:ident {
        $($(#[$fdoc:meta])* $field:ident = $short:literal : $ty:ty $([$mark:ident])?),+ $(,)?
    }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Default, serde::Serialize, serde::Deserialize)]
        pub struct $name {
            $(
                $(#[$fdoc])*
                #[serde(rename = $short, default, skip_serializing_if = "crate::model::shape::is_default")]
                pub $field: $ty,
            )+
        }

        impl $crate::model::shape::Shape for $name {
            const FIELDS: &'static [$crate::model::shape::Field] = &[
                $($crate::model::shape::Field {
                    short: $short,
                    long: stringify!($field),
                    inner: <$ty as $crate::model::shape::Shape>::FIELDS,
                    ty: stringify!($ty),
                    sensitive: $crate::model::shape::marked!($($mark)?),
                    blank: || serde_json::to_value(<$ty>::default()).unwrap_or(serde_json::Value::Null),
                },)+
            ];
        }
    };
}

/// Makes a record: [`fields!`] with an id, a version and external ids in front, and its [`Kind`](super::Kind).
macro_rules! record {
    ($(#[$doc:meta])* $name:ident {
        $($(#[$fdoc:meta])* $field:ident = $short:literal : $ty:ty $([$mark:ident])?),+ $(,)?
    }) => {
        $crate::model::shape::fields! {
            $(#[$doc])*
            $name {
                /// Its id.
                id = "id": $crate::model::Id,
                /// How often it was written; an edit names the version that it saw.
                version = "v": u64,
                /// How other systems name it.
                external_ids = "x": Vec<$crate::model::ExternalId>,
                $($(#[$fdoc])* $field = $short: $ty $([$mark])?,)+
            }
        }

        impl $crate::model::Record for $name {
            const KIND: $crate::model::Kind = $crate::model::Kind::$name;
            fn id(&self) -> $crate::model::Id { self.id }
            fn set_id(&mut self, id: $crate::model::Id) { self.id = id; }
            fn version(&self) -> u64 { self.version }
            fn set_version(&mut self, v: u64) { self.version = v; }
            fn external_ids_mut(&mut self) -> &mut Vec<$crate::model::ExternalId> { &mut self.external_ids }
            fn external_ids(&self) -> &[$crate::model::ExternalId] { &self.external_ids }
            fn entries(&self, out: &mut $crate::model::Entries) { $crate::model::Derive::derive(self, out); }
        }
    };
}

pub(crate) use {fields, marked, record};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Ticket, customer::Email};

    #[test]
    fn full_json_has_every_field_with_times_as_said() {
        let mut t = Ticket { created_at: 7, ..Ticket::default() };
        t.timers.reopens = vec![8];
        let v = to_full_json(&t, true, &|at| Value::from(format!("at {at}")));
        assert_eq!(v["category"], "new");
        assert_eq!(v["assignee"], Value::Null);
        assert_eq!(v["tags"], Value::Array(Vec::new()));
        assert_eq!(v["created_at"], "at 7");
        assert_eq!(v["timers"]["reopens"][0], "at 8");
        assert_eq!(v["timers"]["solves"], Value::Array(Vec::new()));
        assert_eq!(v["snoozed_until"], Value::Null);
        assert_eq!(v.as_object().map(Map::len), Some(Ticket::FIELDS.len()));
        let v = to_full_json(&vec![Email::default()], true, &|_| Value::Null);
        assert_eq!(v[0]["bounced"], false);
    }
}
