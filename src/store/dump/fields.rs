//! A record's bytes as its fields, and back.

use serde_json::Value;

use super::{stamped, value::Type};
use crate::{model::Kind, store::records};

/// The fields of a record's bytes, and the schema that it was written under.
pub fn fields_of(kind: Kind, bytes: &[u8]) -> Option<(u16, Value)> {
    let payload = records::payload(bytes).ok()?;
    let schema = u16::from_be_bytes(bytes.get(1..3)?.try_into().ok()?);
    Some((schema, Type::of(records::fields(kind)).unpack(payload)?))
}

/// The bytes of a record's fields.
///
/// # Errors
/// What is wrong with them, in words.
pub fn bytes_of(kind: Kind, schema: u16, fields: Value) -> Result<Vec<u8>, String> {
    if !fields.is_object() {
        return Err(format!("a {} without fields", kind.word()));
    }
    let mut out = stamped(records::from_fields(Vec::new()), schema);
    // What follows the envelope is the empty map.
    out.truncate(3);
    out.extend(
        Type::of(records::fields(kind)).pack(fields).map_err(|e| format!("a {} with {e}", kind.word()))?,
    );
    Ok(out)
}
