//! A record's bytes as its fields, for what must work without knowing the type: the log, undo, fields of later versions.

use rmpv::Value;

use super::{FORMAT, decode, payload};
use crate::{
    model::{Kind, Record, Shape, for_kind, log::FieldChange, shape::Field},
    store::{SCHEMA, StoreError},
};

/// The fields that this version knows of a kind.
pub fn fields(kind: Kind) -> &'static [Field] {
    for_kind!(kind, T => <T as Shape>::FIELDS)
}

/// The version that is in a record's bytes.
///
/// # Errors
/// Where they are damaged.
pub fn version_of(kind: Kind, bytes: &[u8]) -> Result<u64, StoreError> {
    Ok(for_kind!(kind, T => decode::<T>(bytes)?.version()))
}

/// A record's bytes as its fields, in the order written.
///
/// # Errors
/// Where they are damaged.
pub fn to_fields(bytes: &[u8]) -> Result<Vec<(String, Value)>, StoreError> {
    let damaged = || StoreError::Corrupt("a record that is no map".into());
    let v = rmpv::decode::read_value(&mut payload(bytes)?).map_err(|_| damaged())?;
    let Value::Map(map) = v else { return Err(damaged()) };
    map.into_iter().map(|(k, v)| Ok((k.as_str().ok_or_else(damaged)?.to_owned(), v))).collect()
}

/// Fields as a record's bytes.
pub fn from_fields(fields: Vec<(String, Value)>) -> Vec<u8> {
    let mut out = vec![FORMAT];
    out.extend(SCHEMA.to_be_bytes());
    let map = Value::Map(fields.into_iter().map(|(k, v)| (Value::from(k), v)).collect());
    // Writing into memory does not fail.
    let _ = rmpv::encode::write_value(&mut out, &map);
    out
}

/// The fields that differ between two records' bytes, the version aside.
///
/// # Errors
/// Where they are damaged.
pub fn differ(before: &[u8], after: &[u8]) -> Result<Vec<FieldChange>, StoreError> {
    let mut new = to_fields(after)?;
    let mut out = Vec::new();
    for (field, before) in to_fields(before)? {
        let at = new.iter().position(|(f, _)| *f == field);
        let after = at.map(|i| new.remove(i).1);
        if field != "v" && after.as_ref() != Some(&before) {
            out.push(FieldChange { field, before: Some(before), after });
        }
    }
    // What is left was not there before.
    let come = new.into_iter().filter(|(field, _)| field != "v");
    out.extend(come.map(|(field, after)| FieldChange { field, before: None, after: Some(after) }));
    Ok(out)
}

/// The same record with another version.
pub(super) fn with_version(kind: Kind, bytes: Vec<u8>, version: u64) -> Result<Vec<u8>, StoreError> {
    if version_of(kind, &bytes)? == version {
        return Ok(bytes);
    }
    let mut fields = to_fields(&bytes)?;
    match fields.iter_mut().find(|(k, _)| k == "v") {
        Some((_, v)) => *v = Value::from(version),
        None => fields.insert(1.min(fields.len()), ("v".into(), Value::from(version))),
    }
    Ok(from_fields(fields))
}
