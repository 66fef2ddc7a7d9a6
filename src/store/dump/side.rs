//! Everything besides the records and the log, as lines of named members: counters, applied ops, looks, drafts, raw mail,
//! how mailboxes stand, and the rows by which the log is found where they cannot be derived from it.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Map, Value, json};

use super::value::{Type, hex, unhex};
use crate::model::{Id, Key, KeyReader, MailState, Shape, Stamp, Table, draft::Draft};

/// The members of a line, taken out one at a time.
pub struct Members(Map<String, Value>);

impl Members {
    /// Of a line's value.
    ///
    /// # Errors
    /// Where it is no object.
    pub fn of(v: Value) -> Result<Members, String> {
        match v {
            Value::Object(o) => Ok(Members(o)),
            _ => Err("is not one record".into()),
        }
    }

    /// Whether there is one.
    pub fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// One that may be absent.
    pub fn maybe(&mut self, name: &str) -> Option<Value> {
        self.0.shift_remove(name)
    }

    /// One.
    ///
    /// # Errors
    /// Where it is absent, as with those below.
    pub fn need(&mut self, name: &str) -> Result<Value, String> {
        self.maybe(name).ok_or_else(|| format!("has no `{name}`"))
    }

    /// A text.
    ///
    /// # Errors
    /// Where it is none.
    pub fn text(&mut self, name: &str) -> Result<String, String> {
        match self.need(name)? {
            Value::String(s) => Ok(s),
            _ => Err(format!("`{name}` is no text")),
        }
    }

    /// A list.
    ///
    /// # Errors
    /// Where it is none.
    pub fn list(&mut self, name: &str) -> Result<Vec<Value>, String> {
        match self.need(name)? {
            Value::Array(a) => Ok(a),
            _ => Err(format!("`{name}` is no list")),
        }
    }

    /// An unsigned number.
    ///
    /// # Errors
    /// Where it is none.
    pub fn number(&mut self, name: &str) -> Result<u64, String> {
        self.need(name)?.as_u64().ok_or_else(|| format!("`{name}` is no number"))
    }

    /// A time.
    ///
    /// # Errors
    /// Where it is none.
    pub fn at(&mut self, name: &str) -> Result<Stamp, String> {
        self.need(name)?.as_i64().ok_or_else(|| format!("`{name}` is no time"))
    }

    /// An id.
    ///
    /// # Errors
    /// Where it is none.
    pub fn id(&mut self, name: &str) -> Result<Id, String> {
        self.text(name)?.parse().map_err(|_| format!("`{name}` is no id"))
    }

    /// Bytes in base64.
    ///
    /// # Errors
    /// Where it is none.
    pub fn base64(&mut self, name: &str) -> Result<Vec<u8>, String> {
        STANDARD.decode(self.text(name)?).map_err(|e| format!("`{name}` is no base64: {e}"))
    }

    /// That there are no more.
    ///
    /// # Errors
    /// Where one is left.
    pub fn end(self) -> Result<(), String> {
        match self.0.keys().next() {
            Some(name) => Err(format!("a field that this version does not know: {name}")),
            None => Ok(()),
        }
    }
}

fn be_u64(bytes: &[u8]) -> Option<u64> {
    bytes.try_into().ok().map(u64::from_be_bytes)
}

/// What is said of a row; `None` where it is none of its table.
pub fn said(table: Table, key: &[u8], value: &[u8]) -> Option<Value> {
    let mut k = KeyReader(key);
    let mut id = || k.id().map(|id| id.to_string());
    let said = match table {
        Table::Counter => json!({ "name": std::str::from_utf8(key).ok()?, "n": be_u64(value)? }),
        Table::AppliedOp => {
            let mut v = KeyReader(value);
            json!({ "op": id()?, "seq": v.u64()?, "at": v.at()? })
        }
        Table::Seen => {
            let at = i64::from_be_bytes(value.try_into().ok()?);
            json!({ "agent": id()?, "subject": id()?, "at": at })
        }
        Table::Draft => {
            let mut out = Map::from_iter([
                ("agent".to_owned(), Value::from(id()?)),
                ("subject".to_owned(), Value::from(id()?)),
            ]);
            // Those of older versions end with the subject.
            out.extend(id().map(|id| ("draft".to_owned(), Value::from(id))));
            out.insert("fields".into(), Type::of(Draft::FIELDS).unpack(value)?);
            Value::Object(out)
        }
        Table::Raw => {
            let (id, chunk) = (id()?, k.u64()?);
            match std::str::from_utf8(value) {
                Ok(text) => json!({ "id": id, "chunk": chunk, "text": text }),
                Err(_) => json!({ "id": id, "chunk": chunk, "base64": STANDARD.encode(value) }),
            }
        }
        Table::MailState => {
            json!({ "mailbox": id()?, "fields": Type::of(MailState::FIELDS).unpack(value)? })
        }
        Table::Recent => {
            let (what, hash) = (k.u8()?, k.id()?);
            json!({
                "what": what,
                "hash": hex(hash.bytes()),
                "at": k.at()?,
                "message": k.id()?.to_string(),
                "ticket": Id(value.try_into().ok()?).to_string(),
            })
        }
        Table::IxHistory => json!({ "record": id()?, "seq": k.u64()? }),
        Table::IxBatch => json!({ "batch": id()?, "seq": k.u64()? }),
        _ => return None,
    };
    Some(json!({ table.name(): said }))
}

/// The key and the value of a row.
///
/// # Errors
/// What is wrong with it, in words.
pub fn read(table: Table, mut m: Members) -> Result<(Vec<u8>, Vec<u8>), String> {
    let (key, value) = match table {
        Table::Counter => (m.text("name")?.into_bytes(), m.number("n")?.to_be_bytes().to_vec()),
        Table::AppliedOp => (
            Key::new().id(m.id("op")?).into_bytes(),
            Key::new().u64(m.number("seq")?).at(m.at("at")?).into_bytes(),
        ),
        Table::Seen => {
            let key = Key::new().id(m.id("agent")?).id(m.id("subject")?);
            (key.into_bytes(), m.at("at")?.to_be_bytes().to_vec())
        }
        Table::Draft => {
            let mut key = Key::new().id(m.id("agent")?).id(m.id("subject")?);
            if m.has("draft") {
                key = key.id(m.id("draft")?);
            }
            (key.into_bytes(), Type::of(Draft::FIELDS).pack(m.need("fields")?)?)
        }
        Table::Raw => {
            let key = Key::new().id(m.id("id")?).u64(m.number("chunk")?);
            let value = if m.has("text") { m.text("text")?.into_bytes() } else { m.base64("base64")? };
            (key.into_bytes(), value)
        }
        Table::MailState => {
            (m.id("mailbox")?.bytes().to_vec(), Type::of(MailState::FIELDS).pack(m.need("fields")?)?)
        }
        Table::Recent => {
            let what = u8::try_from(m.number("what")?).map_err(|_| "`what` is no byte")?;
            let hash = unhex(&m.text("hash")?).and_then(|b| b.try_into().ok()).ok_or("`hash` is no hash")?;
            let key = Key::new().u8(what).id(Id(hash)).at(m.at("at")?).id(m.id("message")?);
            (key.into_bytes(), m.id("ticket")?.bytes().to_vec())
        }
        Table::IxHistory => (Key::new().id(m.id("record")?).u64(m.number("seq")?).into_bytes(), Vec::new()),
        Table::IxBatch => (Key::new().id(m.id("batch")?).u64(m.number("seq")?).into_bytes(), Vec::new()),
        table => return Err(format!("{} is derived, and no part of such a file", table.name())),
    };
    m.end()?;
    Ok((key, value))
}
