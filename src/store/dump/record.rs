//! A row as a line of named fields, and back: `{"customer":{"id":"…","given":"Ada",…}}`.
//!
//! A row whose bytes would not come back exactly is written as bytes: `{"row":{"table":…,"key":…,"value":…}}`.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Map, Value, json};

use super::{
    fields::{bytes_of, fields_of},
    journal, kind_of,
    side::{self, Members},
};
use crate::model::{Id, Table};

/// A row: its table, its key and its value.
pub type Row = (Table, Vec<u8>, Vec<u8>);

/// The one member of a row whose bytes no fields say.
const BYTES: &str = "row";

/// What is said of a row; `None` where it is none of its table.
fn said(schema: u16, table: Table, key: &[u8], value: &[u8]) -> Option<Value> {
    let Some(kind) = kind_of(table) else {
        return match table {
            Table::Log => journal::row(value),
            Table::LogBody => journal::body(schema, key, value),
            table => side::said(table, key, value),
        };
    };
    let (written, fields) = fields_of(kind, value)?;
    let mut line = Map::from_iter([(table.name().to_owned(), fields)]);
    if written != schema {
        line.insert("schema".into(), written.into());
    }
    Some(Value::Object(line))
}

/// The line of a row, without its end.
pub fn of_row(schema: u16, table: Table, key: &[u8], value: &[u8]) -> String {
    let exact = |line: &Value| {
        let Value::Object(o) = line.clone() else { return false };
        to_row(schema, o).is_ok_and(|(t, k, v)| (t, k.as_slice(), v.as_slice()) == (table, key, value))
    };
    let line = said(schema, table, key, value).filter(exact);
    line.unwrap_or_else(|| {
        json!({ BYTES: { "table": table.name(), "key": STANDARD.encode(key), "value": STANDARD.encode(value) } })
    })
    .to_string()
}

/// The row of a line's value.
///
/// # Errors
/// What is wrong with it, in words.
pub fn to_row(schema: u16, mut line: Map<String, Value>) -> Result<Row, String> {
    let written = match line.shift_remove("schema") {
        Some(v) => v.as_u64().and_then(|n| u16::try_from(n).ok()).ok_or("`schema` is no number")?,
        None => schema,
    };
    let mut members = line.into_iter();
    let (Some((name, v)), None) = (members.next(), members.next()) else {
        return Err("is not one record".into());
    };
    if name == BYTES {
        return bytes(v);
    }
    let table = table_of(&name)?;
    if let Some(kind) = kind_of(table) {
        let id = match v.get("id") {
            Some(id) => id.as_str().and_then(|t| t.parse().ok()).ok_or("`id` is no id")?,
            None => Id::NIL,
        };
        return Ok((table, id.bytes().to_vec(), bytes_of(kind, written, v)?));
    }
    let (key, value) = match table {
        Table::Log => journal::read_row(v)?,
        Table::LogBody => journal::read_body(schema, Members::of(v)?)?,
        table => side::read(table, Members::of(v)?)?,
    };
    Ok((table, key, value))
}

fn table_of(name: &str) -> Result<Table, String> {
    let table = Table::ALL.iter().copied().find(|t| t.name() == name);
    table.ok_or_else(|| {
        format!("is of a kind that this version does not know: {name} (a newer frontdesk reads it)")
    })
}

fn bytes(v: Value) -> Result<Row, String> {
    let mut m = Members::of(v)?;
    let table = table_of(&m.text("table")?)?;
    let row = (table, m.base64("key")?, m.base64("value")?);
    m.end()?;
    Ok(row)
}
