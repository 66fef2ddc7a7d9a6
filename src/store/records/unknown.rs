//! What a newer version wrote and this one does not know survives an edit, at any depth.
//!
//! An edit writes what this version knows of a record. What it does not know is taken from the record as it stood: whole
//! fields, fields inside a structure, and fields inside the elements of a list, which follow their element: the one that
//! is the same, else the one that agrees in most of its fields, else the one in its place.

use rmpv::Value;
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::{fields, from_fields, payload, to_fields};
use crate::{
    model::{Kind, shape::Field},
    store::StoreError,
};

/// A record's new bytes, with what its old ones contain that this version does not know.
///
/// # Errors
/// Where the bytes are damaged.
pub(super) fn keep(kind: Kind, old: &[u8], new: Vec<u8>) -> Result<Vec<u8>, StoreError> {
    let known = fields(kind);
    let found = Walk(known).deserialize(&mut rmp_serde::Deserializer::from_read_ref(payload(old)?));
    // Hardly ever is there anything: the values are read only then.
    if !found.map_err(|_| StoreError::Corrupt("a record that is no map".into()))? {
        return Ok(new);
    }
    let as_value = |bytes: &[u8]| -> Result<Value, StoreError> {
        let all = to_fields(bytes)?.into_iter().map(|(k, v)| (Value::from(k), v));
        Ok(Value::Map(all.collect()))
    };
    let mut value = as_value(&new)?;
    graft(known, &as_value(old)?, &mut value);
    let Value::Map(map) = value else { return Ok(new) };
    Ok(from_fields(map.into_iter().filter_map(|(k, v)| Some((k.as_str()?.to_owned(), v))).collect()))
}

/// Whether there is a field that these do not name, here or further in.
struct Walk(&'static [Field]);

fn named(fields: &'static [Field], key: &str) -> Option<&'static Field> {
    fields.iter().find(|f| f.short == key)
}

impl<'de> DeserializeSeed<'de> for Walk {
    type Value = bool;

    fn deserialize<D: Deserializer<'de>>(self, d: D) -> Result<bool, D::Error> {
        d.deserialize_any(self)
    }
}

/// Plain values contain no fields.
macro_rules! plain {
    ($($visit:ident: $ty:ty),+) => {
        $(fn $visit<E>(self, _: $ty) -> Result<bool, E> { Ok(false) })+
    };
}

impl<'de> Visitor<'de> for Walk {
    type Value = bool;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a value of a record")
    }

    plain!(visit_bool: bool, visit_i64: i64, visit_u64: u64, visit_f32: f32, visit_f64: f64, visit_str: &str, visit_bytes: &[u8]);

    fn visit_unit<E>(self) -> Result<bool, E> {
        Ok(false)
    }

    fn visit_none<E>(self) -> Result<bool, E> {
        Ok(false)
    }

    fn visit_some<D: Deserializer<'de>>(self, d: D) -> Result<bool, D::Error> {
        d.deserialize_any(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<bool, A::Error> {
        let mut found = false;
        while let Some(here) = seq.next_element_seed(Walk(self.0))? {
            found |= here;
        }
        Ok(found)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<bool, A::Error> {
        let mut found = false;
        while let Some(key) = map.next_key::<&str>()? {
            match named(self.0, key) {
                Some(f) if !f.inner.is_empty() => found |= map.next_value_seed(Walk(f.inner))?,
                known => {
                    found |= known.is_none();
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(found)
    }
}

/// Brings what `old` contains beyond these fields into `new`.
fn graft(fields: &'static [Field], old: &Value, new: &mut Value) {
    match (old, new) {
        (Value::Map(old), Value::Map(new)) => {
            for (key, value) in old {
                let place = new.iter().position(|(k, _)| k == key);
                let now = place.and_then(|i| new.get_mut(i)).map(|(_, v)| v);
                match (key.as_str().and_then(|k| named(fields, k)), now) {
                    (None, Some(now)) => now.clone_from(value),
                    (None, None) => new.push((key.clone(), value.clone())),
                    (Some(f), Some(now)) if !f.inner.is_empty() => graft(f.inner, value, now),
                    // A structure that is empty is not written; one that may be absent, or a list, was taken away.
                    (Some(f), None)
                        if !f.inner.is_empty() && value.is_map() && !f.ty.starts_with("Option") =>
                    {
                        let mut rest = Value::Map(Vec::new());
                        graft(f.inner, value, &mut rest);
                        if rest.as_map().is_some_and(|m| !m.is_empty()) {
                            new.push((key.clone(), rest));
                        }
                    }
                    _ => {}
                }
            }
        }
        (Value::Array(old), Value::Array(new)) => {
            for (from, to) in pairs(fields, old, new) {
                if let (Some(from), Some(to)) = (old.get(from), new.get_mut(to)) {
                    graft(fields, from, to);
                }
            }
        }
        _ => {}
    }
}

/// Which element became which.
fn pairs(fields: &'static [Field], old: &[Value], new: &[Value]) -> Vec<(usize, usize)> {
    let old_known: Vec<Value> = old.iter().map(|v| known(fields, v)).collect();
    let new_known: Vec<Value> = new.iter().map(|v| known(fields, v)).collect();
    let mut out: Vec<(usize, usize)> = Vec::new();
    // From the surest to the least sure: all fields the same, most of them, the place.
    let mut ways: Vec<(usize, usize, usize, usize)> = Vec::new();
    for (i, a) in old_known.iter().enumerate() {
        for (j, b) in new_known.iter().enumerate() {
            let sure = if a == b { usize::MAX } else { agreeing(a, b) };
            if sure > 0 || (i == j && old.len() == new.len()) {
                ways.push((sure, usize::MAX - i.abs_diff(j), i, j));
            }
        }
    }
    ways.sort_by(|a, b| (b.0, b.1).cmp(&(a.0, a.1)).then((a.2, a.3).cmp(&(b.2, b.3))));
    for (_, _, i, j) in ways {
        if out.iter().all(|(a, b)| *a != i && *b != j) {
            out.push((i, j));
        }
    }
    out
}

/// In how many fields two structures agree.
fn agreeing(a: &Value, b: &Value) -> usize {
    let (Some(a), Some(b)) = (a.as_map(), b.as_map()) else { return 0 };
    a.iter().filter(|field| b.contains(field)).count()
}

/// A value without what these fields do not name.
fn known(fields: &'static [Field], v: &Value) -> Value {
    match v {
        Value::Map(map) => Value::Map(
            map.iter()
                .filter_map(|(k, v)| {
                    let f = named(fields, k.as_str()?)?;
                    Some((k.clone(), if f.inner.is_empty() { v.clone() } else { known(f.inner, v) }))
                })
                .collect(),
        ),
        Value::Array(all) => Value::Array(all.iter().map(|v| known(fields, v)).collect()),
        v => v.clone(),
    }
}
