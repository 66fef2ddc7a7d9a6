//! What is stored as MessagePack, as JSON with the long names of its fields, and back.
//!
//! A field that this version does not know keeps the name that it has on disk behind a `~`: `"~zz"`. Bytes are
//! `{"~bytes":"base64"}`, ids and hashes are hexadecimal, dates are `2026-03-01`.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use rmpv::Value as Packed;
use serde_json::{Map, Value};

use crate::model::{Day, Id, shape::Field};

/// What stands before the name of a field that is not known.
const UNKNOWN: char = '~';

/// The one member of bytes.
const BYTES: &str = "~bytes";

/// How deep a value goes that is written: JSON is read back to a depth of 128.
const DEEPEST: usize = 100;

/// How a value is written, by the type of its field.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Leaf {
    Plain,
    Id,
    Day,
    Hash,
}

impl Leaf {
    fn of(ty: &str) -> Leaf {
        let ty = ty.trim_end_matches('>');
        if ty.ends_with("[u8; 32]") {
            return Leaf::Hash;
        }
        match ty.rsplit(['<', ':', ' ']).next() {
            Some("Id" | "OpId") => Leaf::Id,
            Some("Day") => Leaf::Day,
            _ => Leaf::Plain,
        }
    }
}

/// A type of a value: how it is written, and the fields in it.
#[derive(Clone, Copy)]
pub struct Type(Leaf, &'static [Field]);

impl Type {
    /// A structure of these fields.
    pub fn of(fields: &'static [Field]) -> Type {
        Type(Leaf::Plain, fields)
    }

    /// The type of a field.
    pub fn of_field(field: &Field) -> Type {
        Type(Leaf::of(field.ty), field.inner)
    }

    /// The value of bytes; `None` where they are none, or more than one.
    pub fn unpack(self, bytes: &[u8]) -> Option<Value> {
        let mut rest = bytes;
        let packed = rmpv::decode::read_value(&mut rest).ok()?;
        if rest.is_empty() { self.shown(&packed) } else { None }
    }

    /// The bytes of a value.
    ///
    /// # Errors
    /// What is wrong with it, in words.
    pub fn pack(self, value: Value) -> Result<Vec<u8>, String> {
        let mut out = Vec::new();
        // Writing into memory does not fail.
        let _ = rmpv::encode::write_value(&mut out, &self.read(value)?);
        Ok(out)
    }

    /// A value as JSON; `None` where that cannot say it.
    pub fn shown(self, v: &Packed) -> Option<Value> {
        self.shown_at(v, 0)
    }

    fn shown_at(self, v: &Packed, depth: usize) -> Option<Value> {
        if depth > DEEPEST {
            return None;
        }
        Some(match v {
            Packed::Nil => Value::Null,
            Packed::Boolean(b) => Value::Bool(*b),
            Packed::Integer(n) if self.0 == Leaf::Day => {
                let day = i32::try_from(n.as_i64()?).ok()?;
                let text = Day(day).to_string();
                // Days beyond the calendar are numbers.
                if text.parse() == Ok(Day(day)) { Value::from(text) } else { Value::from(day) }
            }
            Packed::Integer(n) => n.as_u64().map(Value::from).or_else(|| n.as_i64().map(Value::from))?,
            Packed::String(s) => Value::from(s.as_str()?),
            Packed::Binary(b) if self.0 == Leaf::Id => {
                Value::from(Id(b.as_slice().try_into().ok()?).to_string())
            }
            Packed::Binary(b) => {
                Value::Object(Map::from_iter([(BYTES.to_owned(), Value::from(STANDARD.encode(b)))]))
            }
            Packed::Array(a) if self.0 == Leaf::Hash => {
                let bytes: Option<Vec<u8>> =
                    a.iter().map(|v| v.as_u64().and_then(|n| u8::try_from(n).ok())).collect();
                Value::from(hex(&bytes?))
            }
            Packed::Array(a) => {
                Value::Array(a.iter().map(|v| self.shown_at(v, depth + 1)).collect::<Option<_>>()?)
            }
            Packed::Map(m) => {
                let mut out = Map::new();
                for (k, v) in m {
                    let (name, ty) = self.long(k.as_str()?);
                    out.insert(name, ty.shown_at(v, depth + 1)?);
                }
                Value::Object(out)
            }
            Packed::F32(_) | Packed::F64(_) | Packed::Ext(..) => return None,
        })
    }

    /// The long name of a field on disk, and its type.
    pub fn long(self, short: &str) -> (String, Type) {
        let plain = Type::of(&[]);
        match self.1.iter().find(|f| f.short == short) {
            _ if self.1.is_empty() => (short.to_owned(), plain),
            Some(f) => (f.long.to_owned(), Type::of_field(f)),
            None => (format!("{UNKNOWN}{short}"), plain),
        }
    }

    /// The name on disk of a field, and its type.
    ///
    /// # Errors
    /// Where this version does not know it.
    pub fn short(self, long: &str) -> Result<(String, Type), String> {
        let plain = Type::of(&[]);
        if self.1.is_empty() {
            return Ok((long.to_owned(), plain));
        }
        if let Some(short) = long.strip_prefix(UNKNOWN) {
            return Ok((short.to_owned(), plain));
        }
        let field = self.1.iter().find(|f| f.long == long);
        let field = field.ok_or_else(|| format!("a field that this version does not know: {long}"))?;
        Ok((field.short.to_owned(), Type::of_field(field)))
    }

    /// The value of JSON.
    ///
    /// # Errors
    /// What is wrong with it, in words.
    pub fn read(self, v: Value) -> Result<Packed, String> {
        Ok(match v {
            Value::Null => Packed::Nil,
            Value::Bool(b) => Packed::from(b),
            Value::Number(n) => match (n.as_u64(), n.as_i64()) {
                (Some(n), _) => Packed::from(n),
                (_, Some(n)) => Packed::from(n),
                _ => return Err(format!("a number that is not a whole one: {n}")),
            },
            Value::String(s) => match self.0 {
                Leaf::Id => {
                    Packed::Binary(s.parse::<Id>().map_err(|_| format!("no id: {s}"))?.bytes().to_vec())
                }
                Leaf::Day => Packed::from(s.parse::<Day>().map_err(|_| format!("no date: {s}"))?.0),
                Leaf::Hash => Packed::Array(
                    unhex(&s).ok_or_else(|| format!("no hash: {s}"))?.into_iter().map(Packed::from).collect(),
                ),
                Leaf::Plain => Packed::from(s),
            },
            Value::Array(a) => Packed::Array(a.into_iter().map(|v| self.read(v)).collect::<Result<_, _>>()?),
            Value::Object(o) => {
                if let (1, Some(Value::String(s))) = (o.len(), o.get(BYTES)) {
                    return Ok(Packed::Binary(STANDARD.decode(s).map_err(|e| format!("no base64: {e}"))?));
                }
                let mut out = Vec::with_capacity(o.len());
                for (k, v) in o {
                    let (name, ty) = self.short(&k)?;
                    out.push((Packed::from(name), ty.read(v)?));
                }
                Packed::Map(out)
            }
        })
    }
}

/// Bytes as hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut out, b| {
        let _ = write!(out, "{b:02x}");
        out
    })
}

/// The bytes of hexadecimal digits.
pub fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits: Vec<u32> = text.chars().map(|c| c.to_digit(16)).collect::<Option<_>>()?;
    digits
        .chunks(2)
        .map(|pair| match pair {
            [high, low] => u8::try_from(high << 4 | low).ok(),
            _ => None,
        })
        .collect()
}
