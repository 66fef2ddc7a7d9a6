//! A row as the engine keeps it as a line, and back.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Map, Value, json};

use super::{kind_of, record::Row, stamped};
use crate::{
    model::{Id, Kind, Record, Table, for_kind, shape},
    store::records,
};

/// The fields of a record, where exactly its key and its bytes come back from them.
fn readable(kind: Kind, schema: u16, key: &[u8], value: &[u8]) -> Option<Value> {
    for_kind!(kind, T => {
        let record = records::decode::<T>(value).ok()?;
        let fields = shape::to_json(&record);
        let back: T = shape::from_json(fields.clone()).ok()?;
        (back.id().bytes() == key && stamped(records::encode(&back), schema) == value).then_some(fields)
    })
}

/// The line of a row, without its end.
pub fn of_row(schema: u16, table: Table, key: &[u8], value: &[u8]) -> String {
    match kind_of(table).and_then(|kind| readable(kind, schema, key, value)) {
        Some(fields) => json!({ "t": table.name(), "r": fields }),
        None => json!({ "t": table.name(), "k": STANDARD.encode(key), "v": STANDARD.encode(value) }),
    }
    .to_string()
}

/// The row of a line's value.
///
/// # Errors
/// What is wrong with it, in words.
pub fn to_row(schema: u16, line: Map<String, Value>) -> Result<Row, String> {
    let mut line = line;
    let name = line.get("t").and_then(Value::as_str).ok_or("names no table")?;
    let table = Table::ALL.iter().copied().find(|t| t.name() == name);
    let table = table.ok_or_else(|| format!("names a table that this version does not know: {name}"))?;
    if let Some(fields) = line.remove("r") {
        let kind = kind_of(table).ok_or_else(|| format!("{} has no records", table.name()))?;
        return for_kind!(kind, T => {
            let record: T = shape::from_json(fields.clone())
                .map_err(|e| format!("a {} that cannot be read: {e}", kind.word()))?;
            // What is not known would be lost without a word.
            if shape::to_json(&record) != fields {
                return Err(format!("a {} with a field that this version does not know", kind.word()));
            }
            let id: Id = record.id();
            Ok((table, id.bytes().to_vec(), stamped(records::encode(&record), schema)))
        });
    }
    let bytes = |name: &str| {
        let text = line.get(name).and_then(Value::as_str).ok_or_else(|| format!("has no `{name}`"))?;
        STANDARD.decode(text).map_err(|e| format!("`{name}` is no base64: {e}"))
    };
    Ok((table, bytes("k")?, bytes("v")?))
}
