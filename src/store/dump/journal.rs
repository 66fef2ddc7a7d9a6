//! The log as lines of named fields: its rows with their hashes, its bodies with their salts, so that the chain verifies
//! when they are read back.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Map, Value, json};

use super::{
    fields::{bytes_of, fields_of},
    side::Members,
    value::{Type, hex, unhex},
};
use crate::{
    model::{
        Id, Kind, Table,
        log::{self, Change, ChangeKind, FieldChange, LogBody, LogRow},
        shape::Field,
    },
    store::records,
};

fn null() -> Value {
    Value::Null
}

const fn field(short: &'static str, long: &'static str, ty: &'static str) -> Field {
    Field { short, long, ty, inner: &[], sensitive: false, blank: null }
}

/// The fields of a [`LogRow`].
const ROW: [Field; 13] = [
    field("s", "seq", "u64"),
    field("a", "actor", "Id"),
    field("l", "logged_at", "Stamp"),
    field("e", "effective_at", "Stamp"),
    field("c", "command", "String"),
    field("o", "op", "Id"),
    field("b", "batch", "Id"),
    field("u", "undo_of", "u64"),
    field("r", "redo_of", "u64"),
    field("w", "via", "String"),
    field("x", "unix_user", "String"),
    field("p", "prev_hash", "[u8; 32]"),
    field("d", "digest", "[u8; 32]"),
];

/// A row of the log.
pub fn row(value: &[u8]) -> Option<Value> {
    Some(json!({ Table::Log.name(): Type::of(&ROW).unpack(value)? }))
}

/// The key and the value of a row of the log.
///
/// # Errors
/// What is wrong with it, in words.
pub fn read_row(v: Value) -> Result<(Vec<u8>, Vec<u8>), String> {
    let seq = v.get("seq").and_then(Value::as_u64).ok_or("has no `seq`")?;
    Ok((log::key(seq), Type::of(&ROW).pack(v)?))
}

/// A row of the log as it says which rows find it: those of its batch.
pub fn batch_row(value: &[u8]) -> Option<(Id, u64)> {
    let row = LogRow::decode(value)?;
    Some((row.batch?, row.seq))
}

/// A body of the log.
pub fn body(schema: u16, key: &[u8], value: &[u8]) -> Option<Value> {
    let seq = u64::from_be_bytes(key.try_into().ok()?);
    let body = LogBody::decode(value)?;
    let mut out = Map::from_iter([
        ("seq".to_owned(), Value::from(seq)),
        ("salt".to_owned(), Value::from(hex(value.get(..16)?))),
        ("summary".to_owned(), Value::from(body.summary)),
        ("changes".to_owned(), body.changes.iter().map(|c| change(schema, c)).collect::<Option<_>>()?),
    ]);
    if let Some(erased) = body.erased {
        out.insert("erased".into(), erased.into());
    }
    Some(json!({ Table::LogBody.name(): out }))
}

fn change(schema: u16, c: &Change) -> Option<Value> {
    let kind = c.kind();
    let mut out = Map::from_iter([
        ("kind".to_owned(), kind.map_or_else(|| Value::from(c.kind), |k| Value::from(k.word()))),
        ("id".to_owned(), Value::from(c.id.to_string())),
    ]);
    let mut whole = |name: &str, bytes: &[u8]| {
        let exact = |(written, fields): &(u16, Value)| {
            kind.is_some_and(|k| bytes_of(k, *written, fields.clone()).is_ok_and(|b| b == bytes))
        };
        match kind.and_then(|k| fields_of(k, bytes)).filter(exact) {
            Some((written, fields)) => {
                out.insert(name.to_owned(), fields);
                if written != schema {
                    out.insert("schema".into(), written.into());
                }
            }
            None => drop(out.insert(format!("{name}_bytes"), Value::from(STANDARD.encode(bytes)))),
        }
    };
    match &c.what {
        ChangeKind::Created(bytes) => whole("created", bytes),
        ChangeKind::Deleted(bytes) => whole("deleted", bytes),
        ChangeKind::Updated(changes) => {
            let changes = changes.iter().map(|f| field_change(kind, f)).collect::<Option<Vec<_>>>()?;
            out.insert("updated".into(), changes.into());
        }
    }
    Some(Value::Object(out))
}

fn type_of(kind: Option<Kind>) -> Type {
    Type::of(kind.map_or(&[], records::fields))
}

fn field_change(kind: Option<Kind>, f: &FieldChange) -> Option<Value> {
    let (name, ty) = type_of(kind).long(&f.field);
    let mut out = Map::from_iter([("field".to_owned(), Value::from(name))]);
    for (name, value) in [("before", &f.before), ("after", &f.after)] {
        if let Some(v) = value {
            out.insert(name.into(), ty.shown(v)?);
        }
    }
    Some(Value::Object(out))
}

/// The key and the value of a body of the log.
///
/// # Errors
/// What is wrong with it, in words.
pub fn read_body(schema: u16, mut m: Members) -> Result<(Vec<u8>, Vec<u8>), String> {
    let seq = m.number("seq")?;
    let mut bytes = unhex(&m.text("salt")?).filter(|s| s.len() == 16).ok_or("`salt` is no salt")?;
    let summary = m.text("summary")?;
    let changes = m.list("changes")?.into_iter().map(|c| read_change(schema, Members::of(c)?));
    let changes = changes.collect::<Result<_, _>>()?;
    let erased = match m.maybe("erased") {
        Some(v) => Some(serde_json::from_value(v).map_err(|_| "`erased` is no list of numbers")?),
        None => None,
    };
    m.end()?;
    let body = LogBody { summary, changes, erased };
    bytes.extend(rmp_serde::to_vec_named(&body).map_err(|e| e.to_string())?);
    Ok((log::key(seq), bytes))
}

fn read_change(schema: u16, mut m: Members) -> Result<Change, String> {
    let word = m.need("kind")?;
    let kind = Kind::ALL.iter().copied().find(|k| word.as_str() == Some(k.word()));
    let code = kind.map(|k| k.code()).or_else(|| word.as_u64().and_then(|n| u8::try_from(n).ok()));
    let code = code.ok_or_else(|| format!("a change of a kind that this version does not know: {word}"))?;
    let id = m.id("id")?;
    let written = match m.maybe("schema") {
        Some(v) => v.as_u64().and_then(|n| u16::try_from(n).ok()).ok_or("`schema` is no number")?,
        None => schema,
    };
    let whole = |fields: Value| match kind {
        Some(kind) => bytes_of(kind, written, fields),
        None => Err("a record of no known kind".into()),
    };
    let what = if let Some(fields) = m.maybe("created") {
        ChangeKind::Created(whole(fields)?)
    } else if let Some(fields) = m.maybe("deleted") {
        ChangeKind::Deleted(whole(fields)?)
    } else if m.has("created_bytes") {
        ChangeKind::Created(m.base64("created_bytes")?)
    } else if m.has("deleted_bytes") {
        ChangeKind::Deleted(m.base64("deleted_bytes")?)
    } else {
        let changes = m.list("updated")?.into_iter().map(|f| read_field_change(kind, Members::of(f)?));
        ChangeKind::Updated(changes.collect::<Result<_, _>>()?)
    };
    m.end()?;
    Ok(Change { kind: code, id, what })
}

fn read_field_change(kind: Option<Kind>, mut m: Members) -> Result<FieldChange, String> {
    let (field, ty) = type_of(kind).short(&m.text("field")?)?;
    let mut side = |name: &str| m.maybe(name).map(|v| ty.read(v)).transpose();
    let (before, after) = (side("before")?, side("after")?);
    m.end()?;
    Ok(FieldChange { field, before, after })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Via;

    #[test]
    fn every_field_of_a_log_row_has_a_name() {
        let id = Some(Id([7; 16]));
        let row = LogRow {
            seq: 1,
            actor: Id([1; 16]),
            logged_at: 2,
            effective_at: 3,
            command: "ticket reply".into(),
            op: Id([4; 16]),
            batch: id,
            undo_of: Some(1),
            redo_of: Some(2),
            via: Some(Via::Import),
            unix_user: Some("root".into()),
            prev_hash: [200; 32],
            digest: [3; 32],
        };
        let line = super::row(&row.encode()).unwrap();
        assert!(!line.to_string().contains('~'), "{line}");
        assert_eq!(line["log"]["prev_hash"], "c8".repeat(32));
        assert_eq!(line["log"]["via"], "import");
        assert_eq!(read_row(line["log"].clone()).unwrap(), (log::key(1), row.encode()));
        assert_eq!(batch_row(&row.encode()), Some((Id([7; 16]), 1)));
    }
}
